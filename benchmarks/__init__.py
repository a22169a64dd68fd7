"""Measurements, side by side in one run, as ratios. Nothing here is a test and nothing here is needed by a night."""
