"""Surges at the year's end: what the unit shows in December or the last quarter and gives back afterwards."""

from __future__ import annotations

import numpy as np

from expectations.detectors.panel import Panel
from expectations.detectors.residuals import Residuals, mad


def surge(panel: Panel, r: Residuals) -> np.ndarray:
    """Largest of the year-end contrasts [U,I], each over its scale.

    Contrasts per year-end: December − next January; last quarter − next first quarter; last quarter − the mean of both
    neighbouring quarters; the median over year-ends is divided by √(a + b·σ²), a and b fitted on the panel. Peers' months are taken
    away first, so an honest year-end peak of the indicator does not count. Source: Chen et al. 2013 (Q4 manipulation).
    Needs ≥ 3 year-ends of monthly figures. Cannot see: a surge shared by all peers, or not given back and not yearly.
    """
    T, year = panel.shape[2], panel.per_year
    ends = [e for e in range(year - 1, T - 3, year)]
    if year != 12 or len(ends) < 3:
        return np.full(panel.shape[:2], np.nan)
    x = r.own
    month = np.stack([x[:, :, e] - x[:, :, e + 1] for e in ends], axis=-1)
    quarter = np.stack([x[:, :, e - 2 : e + 1].mean(2) - x[:, :, e + 1 : e + 4].mean(2) for e in ends], axis=-1)
    hill = quarter * 0.5 + np.stack([(x[:, :, e - 2 : e + 1] - x[:, :, e - 5 : e - 2]).mean(2) * 0.5 for e in ends], axis=-1)
    scores = [_over_scale(np.median(c, axis=-1), r.sigma) for c in (month, quarter, hill)]
    return np.max(scores, axis=0)


def _over_scale(c: np.ndarray, sigma: np.ndarray) -> np.ndarray:
    """c over the scale that series of like noise show: a robust line of |c| on σ in ten bins."""
    order = np.argsort(sigma.ravel())
    bins = np.array_split(order, 10)
    xs = np.array([np.median(sigma.ravel()[b]) for b in bins])
    ys = np.array([mad(c.ravel()[b]) for b in bins])
    return c / np.maximum(np.interp(sigma, xs, ys), 1e-4)
