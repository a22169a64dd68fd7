"""Series that move too little: straight lines, copied years, noise that is gone. All compare a window with the usual.

One measure serves all: the window's variance of a difference (second difference, year-on-year, residual) plus what
rounding adds, over what the series and its peers usually show; ln P of so small a χ². The rounding term is the tie
probability of small counts: a series of ones and twos is not "constant".
"""

from __future__ import annotations

import numpy as np
from scipy import special

from expectations.detectors.panel import Panel
from expectations.detectors.residuals import Residuals, rolling_mean, rolling_variance, tempered_scale

WINDOWS = (6, 12, 24)


def log_small(ratio: np.ndarray, df: float) -> np.ndarray:
    """−ln P(χ²_df/df ≤ ratio): how surprising so small a variance is; the leading term where P underflows."""
    half, x = df / 2, np.maximum(ratio, 1e-30) * df / 2
    p = special.gammainc(half, x)
    return np.where(p > 1e-280, -np.log(np.maximum(p, 1e-300)), -(half * np.log(x) - x - special.gammaln(half + 1)))


def _best_window(variance_of, usual: np.ndarray, floor: np.ndarray, T: int, share: float = 1.0) -> np.ndarray:
    """Largest surprise over windows and starts. `share`: effective degrees of freedom per point."""
    best = np.full(usual.shape, -np.inf)
    for width in WINDOWS:
        if width > T - 12:
            continue
        v = variance_of(width)
        ratio = (v + floor[:, :, None]) / (usual + floor)[:, :, None]
        best = np.maximum(best, log_small(ratio.min(axis=2), share * (width - 1)))
    return best


def usual_variance(x: np.ndarray, sigma: np.ndarray, width: int) -> np.ndarray:
    """Usual window variance [U,I]: the series' own tempered scale, brought to windows of `width` by its indicator's ratio."""
    v = np.median(rolling_variance(x, width), axis=2)
    return sigma**2 * np.median(v / sigma**2, axis=0, keepdims=True)


def straight(panel: Panel, r: Residuals) -> np.ndarray:
    """Interpolated or constant growth [U,I]: windows in which the second difference all but vanishes.

    Levels and logs both, about zero for levels and the mean for logs. Source: [own]; too-smooth literature. Needs 24 months,
    a run of about 6. Cannot see: an interpolation that keeps the season (see `calm_window`), runs under six.
    """
    T = panel.shape[2]
    if T < 24:
        return np.full(panel.shape[:2], np.nan)
    floor = 6 * r.rounding
    level = np.diff(panel.values, 2, axis=2) / rolling_mean(panel.values, 3)
    log = np.diff(r.logs, 2, axis=2)
    out = np.full(panel.shape[:2], -np.inf)
    for d in (level, log):
        square = d**2
        out = np.maximum(out, _best_window(lambda w, s=square: rolling_mean(s, w - 1), tempered_scale(d) ** 2, floor, T, 0.55))
    return out


def copied_year(panel: Panel, r: Residuals) -> np.ndarray:
    """Last year's months times a growth rate [U,I]: windows in which ln x_t − ln x_{t−12} all but stands still.

    The usual is the series' own year-on-year variance over like windows. Source: [own]. Needs 24 months, run ≥ 6. Cannot
    see: copies of another year than the last, jitter as large as the series' own noise.
    """
    T = panel.shape[2]
    if T < 24 or panel.per_year != 12:
        return np.full(panel.shape[:2], np.nan)
    d = r.logs[:, :, 12:] - r.logs[:, :, :-12]
    usual = tempered_scale(np.diff(d, axis=2)) ** 2
    floor = 2 * r.rounding
    best = np.full(panel.shape[:2], -np.inf)
    for width in WINDOWS:
        if width > d.shape[2]:
            continue
        ratio = (rolling_variance(d, width) + floor[:, :, None]) / (usual / 2 + floor)[:, :, None]
        best = np.maximum(best, log_small(ratio.min(axis=2), 0.8 * (width - 1)))
    return best


def calm_window(panel: Panel, r: Residuals) -> np.ndarray:
    """Windows in which what peers do not explain all but vanishes [U,I]: made-up months that keep the season.

    Variance of the residual about its window's mean against the series' usual. Source: [own]. Needs 24 months, a run of
    12. Cannot see: invented noise as large as the real.
    """
    T = panel.shape[2]
    if T < 24:
        return np.full(panel.shape[:2], np.nan)
    best = np.full(panel.shape[:2], -np.inf)
    for x in (r.seasonless, r.own, r.detrended):
        for width in WINDOWS:
            v = rolling_variance(x, width).min(axis=2)
            ratio = (v + r.rounding) / (usual_variance(x, r.sigma, width) + r.rounding)
            best = np.maximum(best, log_small(ratio, 0.75 * (width - 1)))
    return best


def too_smooth(panel: Panel, r: Residuals) -> np.ndarray:
    """A series quieter than its peers of like size [U,I]: −z of ln of its scale, whole and over 24 and 36 months.

    The scale is regressed on the logarithm of size within the indicator (larger units are honestly smoother). Source: [own];
    Wallace 2014 for the idea. Needs 36 months, 20 peers. Cannot see: a whole indicator smoothed by everyone.
    """
    U, I, T = panel.shape
    if T < 36 or U < 20:
        return np.full((U, I), np.nan)
    size = np.median(r.logs, axis=2)
    step = np.diff(r.seasonless, axis=2)
    scales = []
    for width in (T - 1, 36, 24):
        for start in sorted({0, (T - 1 - width) // 2, T - 1 - width}):
            scales.append(tempered_scale(step[:, :, start : start + width]))
            x = r.seasonless[:, :, start : start + width + 1]
            scales.append(tempered_scale(x - np.median(x, axis=2, keepdims=True)))
    floor = np.sqrt(r.rounding)
    return np.max([-_against_size(np.log(scale + floor), size) for scale in scales], axis=0)


def _against_size(y: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Robust z of y after a line on size, one per indicator."""
    x = size - np.median(size, axis=0)
    centred = y - np.median(y, axis=0)
    limit = 3 * 1.4826 * np.median(np.abs(centred), axis=0)
    clipped = np.clip(centred, -limit, limit)
    slope = (x * clipped).sum(0) / np.maximum((x * x).sum(0), 1e-12)
    rest = centred - slope * x
    rest = rest - np.median(rest, axis=0)
    return rest / np.maximum(1.4826 * np.median(np.abs(rest), axis=0), 1e-6)
