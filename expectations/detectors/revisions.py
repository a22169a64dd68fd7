"""Revisions that go one way. Compared within the indicator, because late returns honestly push upward."""

from __future__ import annotations

import numpy as np

from expectations.detectors.panel import Panel


def revision_bias(panel: Panel) -> np.ndarray:
    """Larger of the sign z and the mean z of a series' revisions [U,I].

    z = (k_up − n·p)/√(n·p(1−p)) with p the indicator's own up-rate (median over units), and the mean revision over its
    standard error less the indicator's. Source: Mankiw & Shapiro; Faust, Rogers & Wright; Aruoba. Needs 10 revisions (20
    for a power of two thirds at an up-rate of .8). Cannot see: a first report that was bent already and never revised.
    """
    if panel.first is None:
        return np.full(panel.shape[:2], np.nan)
    change = np.log(panel.values / panel.first)
    return one_way(np.where(change == 0, np.nan, change))


def one_way(change: np.ndarray, enough: int = 10) -> np.ndarray:
    """The scores of `revision_bias` from revisions [U,I,N], NaN where nothing was revised."""
    n = np.isfinite(change).sum(2)
    up = (change > 0).sum(2)
    share = np.where(n >= enough, up / np.maximum(n, 1), np.nan)
    p = np.clip(np.nanmedian(share, axis=0, keepdims=True), 0.2, 0.9)
    sign_z = (up - n * p) / np.sqrt(np.maximum(n, 1) * p * (1 - p))
    total, square = np.nansum(change, axis=2), np.nansum(change**2, axis=2)
    centre = np.nanmedian(np.where(n >= enough, total / np.maximum(n, 1), np.nan), axis=0, keepdims=True)
    mean_z = (total - n * centre) / np.sqrt(np.maximum(square, 1e-12))
    return np.where(n >= enough, np.maximum(sign_z, mean_z), np.nan)
