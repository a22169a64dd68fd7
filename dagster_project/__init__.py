"""WHEN IT RUNS: assets, partitions, schedules and sensors over the rooms that do the work. Thin on purpose."""

import warnings

# A single-run backfill is what a closed year asks for; that its parameter is in beta is no news for whoever runs a night.
warnings.filterwarnings("ignore", message="Parameter `backfill_policy`")
