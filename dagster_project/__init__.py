"""WHEN IT RUNS: assets, partitions, schedules and sensors over the rooms that do the work. Thin on purpose."""
