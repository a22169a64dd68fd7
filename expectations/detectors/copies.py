"""Copies of a peer: the evidence belongs to the pair, and the honest donor is flagged as often as the copier."""

from __future__ import annotations

import numpy as np

from expectations.detectors.panel import Panel
from expectations.detectors.residuals import Residuals
from expectations.detectors.smoothness import log_small, usual_variance

WINDOWS = (6, 12, 24)


def copied_peer(panel: Panel, r: Residuals, with_pairs: bool = False):
    """Largest surprise over peers and windows [U,I] that ln x_u − ln x_v stands still, jitter allowed.

    For every pair within an indicator and every window of 6, 12, 24: variance of the difference of residuals about its
    window mean, from |a|² + |b|² − 2ab in one matrix product, over what the two series usually show together
    (v_u + v_v) plus rounding. Exact copies, rescaled copies and copies with jitter below the series' own noise all shrink
    it. Source: near-duplicate search (Kuriakose & Robbins 2016; Pew's critique heeded: rank, do not cut at 85 %), our
    variance form. Needs 24 months, run ≥ 6. Cannot see: who copied; statutory allocations look alike; means of peers.
    With `with_pairs` also the best partner [U,I] and its window's first period.
    """
    U, I, T = panel.shape
    best = np.full((U, I), -np.inf)
    partner, since = np.full((U, I), -1), np.full((U, I), -1)
    if T < 24:
        return (np.full((U, I), np.nan), partner, since) if with_pairs else np.full((U, I), np.nan)
    x = r.against_peers.astype(np.float32)
    for width in WINDOWS:
        usual = usual_variance(r.detrended, r.sigma, width) + 1e-8
        windows = np.lib.stride_tricks.sliding_window_view(x, width, axis=2)
        z = (windows - windows.mean(-1, keepdims=True)).transpose(1, 2, 0, 3)  # I, starts, U, width
        square = (z * z).sum(-1)
        for i in range(I):
            d = np.matmul(z[i], z[i].transpose(0, 2, 1))
            d *= -2
            d += square[i][:, :, None]
            d += square[i][:, None, :]
            d[:, np.arange(U), np.arange(U)] = np.inf
            at = d.argmin(0) if with_pairs else None
            closest = np.maximum(d.min(0), 0) / (width - 1)
            pair_rounding = r.rounding[:, i][:, None] + r.rounding[:, i][None, :]
            pair_usual = usual[:, i][:, None] + usual[:, i][None, :]
            ratio = (closest + pair_rounding) / (pair_usual + pair_rounding)
            score = _beyond_peers(log_small(ratio.min(1), 0.8 * (width - 1)))
            if with_pairs:
                v = ratio.argmin(1)
                better = score > best[:, i]
                partner[better, i] = v[better]
                since[better, i] = at[np.arange(U), v][better]
            best[:, i] = np.maximum(best[:, i], score)
    return (best, partner, since) if with_pairs else best


def _beyond_peers(score: np.ndarray) -> np.ndarray:
    """Scores of one indicator less their median, over the spread of their lower half: calm indicators have closer pairs."""
    middle = np.median(score)
    return (score - middle) / max(middle - np.quantile(score, 0.16), 1e-6)
