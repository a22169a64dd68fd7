"""What is left of a series once its peers, its group and its unit are taken away: the common ground of most detectors.

Log values lose their level, the month's peer median (common shocks, the indicator's season), a robust own trend, and what
the unit's neighbours (same group, same indicator) and the unit's other indicators predict for the month. Peers thus serve
as synthetic proxies. Medians and clipped regressions: a twentieth of bent series must not move what "usual" means.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from expectations.detectors.panel import Panel


@dataclass
class Residuals:
    """All [U,I,T] but sigma [U,I]. Each step takes more away."""

    logs: np.ndarray
    against_peers: np.ndarray  # less level and the month's peer median
    detrended: np.ndarray  # less a robust own trend
    path: np.ndarray  # against_peers less group and unit factors: the trend stays in
    own: np.ndarray  # detrended less group and unit factors
    seasonless: np.ndarray  # own less the unit's own season, shrunk
    sigma: np.ndarray  # scale of `seasonless`, from its steps: shocks and shifts hardly widen it
    rounding: np.ndarray  # variance of one log value by rounding


def mad(x: np.ndarray, axis=None, keepdims=False) -> np.ndarray:
    """Median absolute deviation about zero, scaled to a normal's standard deviation."""
    return 1.4826 * np.median(np.abs(x), axis=axis, keepdims=keepdims)


def residuals(panel: Panel) -> Residuals:
    """The residuals of a panel. Needs at least 24 periods for a trend; with fewer the trend stays in."""
    resolution = panel.resolution[:, :, None]
    logs = np.log(np.maximum(panel.values, resolution / 2))
    level = np.median(logs, axis=2, keepdims=True)
    r = logs - level
    r = r - np.median(r, axis=0, keepdims=True)
    against_peers = r - np.median(r, axis=2, keepdims=True)
    detrended = _detrend(against_peers, panel.per_year)
    group_part = leave_one_out_median(detrended, panel.group)
    unit_part = np.median(detrended, axis=1, keepdims=True)
    most = 2.5 * mad(unit_part)  # a unit that bends half of its indicators alike must not set its own standard
    unit_part = np.clip(unit_part, -most, most) * np.ones((1, panel.shape[1], 1))
    own = _explained(detrended, np.stack([group_part, unit_part], axis=-1))
    path = against_peers - (detrended - own)
    own = own - np.median(own, axis=2, keepdims=True)
    seasonless = _without_own_season(own, panel.per_year)
    step = np.maximum(tempered_scale(np.diff(seasonless, axis=2)), 1e-4)  # a level shift must not widen it
    sigma = step * np.median(tempered_scale(seasonless) / step, axis=0, keepdims=True)
    return Residuals(logs, against_peers, detrended, path, own, seasonless, sigma, np.mean((resolution / panel.values) ** 2, axis=2) / 12)


def tempered_scale(x: np.ndarray) -> np.ndarray:
    """Standard deviation about zero along the last axis with values clipped at 2.5 scales: shocks do not widen it much."""
    scale = mad(x, axis=-1, keepdims=True)
    for _ in range(2):
        clipped = np.minimum(np.abs(x), 2.5 * scale)
        scale = 1.02 * np.sqrt((clipped**2).mean(-1, keepdims=True))
    return scale[..., 0]


def _without_own_season(x: np.ndarray, per_year: int) -> np.ndarray:
    """Minus each series' clipped month means, shrunk by how much of their variance is season rather than noise."""
    U, I, T = x.shape
    Y = T // per_year
    if Y < 3 or per_year == 1:
        return x
    limit = 3 * mad(x, axis=2, keepdims=True)
    by_month = np.clip(x, -limit, limit)[:, :, : Y * per_year].reshape(U, I, Y, per_year)
    means = by_month.mean(2)
    noise = by_month.var(axis=2, ddof=1).mean(-1, keepdims=True) / Y
    season = np.maximum(np.median(means.var(axis=2, keepdims=True) - noise), 0)
    means = means * season / (season + noise + 1e-12)
    return x - np.tile(means, (1, 1, Y + 1))[:, :, :T]


def _detrend(r: np.ndarray, per_year: int) -> np.ndarray:
    """Minus the trend given by the median change over one year, seasonless by construction."""
    T = r.shape[2]
    if T < 2 * per_year:
        return r
    slope = np.median(r[:, :, per_year:] - r[:, :, :-per_year], axis=2) / per_year
    out = r - slope[:, :, None] * (np.arange(T) - (T - 1) / 2)
    return out - np.median(out, axis=2, keepdims=True)


def leave_one_out_median(r: np.ndarray, group: np.ndarray) -> np.ndarray:
    """For each unit the median of the others of its group."""
    out = np.zeros_like(r)
    for g in np.unique(group):
        members = np.flatnonzero(group == g)
        if len(members) < 3:
            continue
        ordered = np.sort(r[members], axis=0)
        rank = np.argsort(np.argsort(r[members], axis=0), axis=0)
        n = len(members)  # median of the n-1 others, from the order of all
        low, high = (n - 2) // 2, (n - 1) // 2
        at = lambda k: np.take_along_axis(ordered, np.where(rank <= k, k + 1, k), axis=0)  # noqa: E731
        out[members] = (at(low) + at(high)) / 2
    return out


def _explained(r: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """Residual of a clipped least-squares fit of r on its parts, one set of coefficients per indicator."""
    out = np.empty_like(r)
    for i in range(r.shape[1]):
        y, X = r[:, i].ravel(), parts[:, i].reshape(-1, parts.shape[-1])
        limit = 4 * mad(y)
        beta = np.linalg.lstsq(X, np.clip(y, -limit, limit), rcond=None)[0]
        out[:, i] = (y - X @ beta).reshape(r.shape[0], -1)
    return out


def rolling_variance(x: np.ndarray, width: int) -> np.ndarray:
    """Variance about the window's mean for every window of `width` along the last axis."""
    zero = np.zeros(x.shape[:-1] + (1,))
    first = np.concatenate([zero, np.cumsum(x, axis=-1)], axis=-1)
    second = np.concatenate([zero, np.cumsum(x * x, axis=-1)], axis=-1)
    mean = (first[..., width:] - first[..., :-width]) / width
    square = (second[..., width:] - second[..., :-width]) / width
    return np.maximum(square - mean**2, 0) * width / (width - 1)


def rolling_mean(x: np.ndarray, width: int) -> np.ndarray:
    """Mean of every window of `width` along the last axis."""
    total = np.concatenate([np.zeros(x.shape[:-1] + (1,)), np.cumsum(x, axis=-1)], axis=-1)
    return (total[..., width:] - total[..., :-width]) / width
