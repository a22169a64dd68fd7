"""Figures that must agree by arithmetic."""

from __future__ import annotations

import numpy as np

from expectations.detectors.panel import Panel


def ratio_identity(panel: Panel) -> np.ndarray:
    """Months in which |A/B·1000 − C| exceeds the rounding of A, B and C, squared [U,I]; the excess in resolutions breaks ties.

    Source: WHO DQR, Eurostat. Needs 1 point. Cannot see: parts and ratio bent together; errors below the rounding.
    """
    if panel.rate is None:
        return np.full(panel.shape[:2], np.nan)
    a, b, resolution = panel.values, panel.denominator[:, None, :], panel.rate_resolution[None, :, None]
    tolerance = 0.5 * resolution + (0.5 * panel.resolution[:, :, None] + a / b * 0.5) / b * 1000 + 1e-9
    off = np.abs(a / b * 1000 - panel.rate)
    excess = np.where(off > tolerance, 1 + np.minimum(np.log1p(np.maximum(off - tolerance, 0) / resolution), 9) / 10, 0)
    return excess.sum(2) ** 2  # one slip of the pen is honest, a second hardly
