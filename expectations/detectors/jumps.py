"""Single months far from the series' own path. A shock is as likely honest: this ranks months and decides nothing."""

from __future__ import annotations

import numpy as np

from expectations.detectors.panel import Panel
from expectations.detectors.residuals import Residuals, mad


def jumps(panel: Panel, r: Residuals) -> np.ndarray:
    """Sum of the three largest upward deviations [U,I], each against its neighbours with itself left out, capped at 8 scales.

    Deviation = residual − median of the four months around. Source: Hampel window; Iglewicz & Hoaglin's modified z. Needs 24
    months. Cannot see: errors below three scales, shifts; cannot distinguish an invention from a disaster.
    """
    x = r.own
    T = x.shape[2]
    if T < 24:
        return np.full(panel.shape[:2], np.nan)
    around = np.stack([np.roll(x, k, axis=2) for k in (-2, -1, 1, 2)])
    d = (x - np.median(around, axis=0))[:, :, 2:-2]
    z = np.clip(d / mad(d, axis=2, keepdims=True), 0, 8)
    return np.sort(z, axis=2)[:, :, -3:].sum(2)


def leave_one_out_z(series: np.ndarray) -> np.ndarray:
    """For short series [..., T], T ≥ 4: each point's deviation from the others' median in the others' MAD (at least 1 % of the level)."""
    T = series.shape[-1]
    if T < 4:
        return np.full(series.shape, np.nan)
    out = np.empty(series.shape)
    for t in range(T):
        others = np.delete(series, t, axis=-1)
        centre = np.median(others, axis=-1)
        spread = 1.4826 * np.median(np.abs(others - centre[..., None]), axis=-1)
        out[..., t] = (series[..., t] - centre) / np.maximum(spread, 0.01 * np.abs(centre) + 1e-12)
    return out
