"""A figure beside what does not come from the unit: its group's total, a proxy, and what its peers and other indicators predict.

A real event moves the figure, its proxy and its group's total; an invention moves the figure alone. So the excess of the
units' sum over an independent total is invented by *somebody* of the group, and the question is by whom. It is answered
over all sets of culprits at once: every unit's possible share of the excess is a distribution (nothing, with 97 %), sharper
where its proxy or its own path moves with it; the distributions are added up by FFT, each unit's odds follow with the
others summed out. Innocent siblings are explained away instead of flagged. Scores are log odds without the prior.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import fft

from expectations.detectors.panel import Panel
from expectations.detectors.residuals import Residuals, mad, rolling_mean, tempered_scale

CULPRIT = 0.03  # prior share of series bent in a given way and place
GRID = 512
STEP_SIZES = np.array([0.02, 0.035, 0.05, 0.075, 0.10, 0.14, 0.19, 0.26, 0.36])
MONTH_SIZES = np.array([0.06, 0.10, 0.16, 0.24, 0.35, 0.5, 0.7, 1.0])
YEAR_SIZES = np.array([0.01, 0.02, 0.03, 0.045, 0.06, 0.08, 0.11])


@dataclass
class Sources:
    """Log gaps: of the group's sum to its total [C,I,T], of the figure to its proxy [U,I,T]; the unit's share of the sum [U,I,T]."""

    total: np.ndarray | None
    proxy: np.ndarray | None
    share: np.ndarray
    group: np.ndarray


def sources(panel: Panel) -> Sources:
    """The gaps, centred on their medians."""
    groups = int(panel.group.max()) + 1
    sums = np.stack([panel.values[panel.group == g].sum(0) for g in range(groups)])
    centred = lambda x: x - np.median(x, axis=2, keepdims=True)  # noqa: E731
    total = None if panel.totals is None else centred(np.log(sums) - np.log(panel.totals))
    proxy = None if panel.proxies is None else centred(np.log(panel.values) - np.log(panel.proxies))
    return Sources(total, proxy, panel.values / sums[panel.group], panel.group)


def profiles(T: int, per_year: int) -> np.ndarray:
    """Shapes of a lasting invention [K,T]: a step every third period, ramps to the end, quarter-end loading."""
    t = np.arange(T)
    quarter = max(per_year // 4, 1)
    steps = [(t >= k).astype(float) for k in range(2 * quarter, T - quarter, quarter)]
    ramps = [np.clip((t - k + 1) / (T - k), 0, 1) for k in range(0, T - per_year, per_year)]
    return np.array(steps + ramps)


def project(x: np.ndarray, h: np.ndarray) -> np.ndarray:
    """Generalised least-squares coefficient of each profile, an intercept beside it: [..., T] × [K,T] → [..., K].

    The covariance over time is the panel's own (all series, each in its tempered scale, clipped at 4): trends, drifts and
    slow wandering that honest series show are thereby discounted without being named.
    """
    T = x.shape[-1]
    scale = np.maximum(tempered_scale(x), 1e-9)[..., None]
    rows = np.clip(x / scale, -4, 4).reshape(-1, T)
    rows = rows[np.isfinite(rows).all(1)]
    if not len(rows):
        return np.full(x.shape[:-1] + (len(h),), np.nan)
    rows = rows - rows.mean(1, keepdims=True)
    covariance = rows.T @ rows / len(rows)
    even = max(0.05, T / (T + len(rows)))  # few series: lean towards independent periods
    covariance = (1 - even) * covariance + even * np.eye(T) * np.trace(covariance) / T + 10.0  # … and any level
    weighted = np.linalg.solve(covariance, h.T)
    return x @ (weighted / (h.T * weighted).sum(0))


def _density(x, scale, wide, share):
    """Normal with a wide component, without 1/√2π; never nought, so that ratios stand."""
    return (1 - share) / scale * np.exp(-0.5 * (x / scale) ** 2) + share / wide * np.exp(-0.5 * (x / wide) ** 2) + 1e-60


def _fade(b: np.ndarray) -> np.ndarray:
    """Robust scale over units, one per indicator and profile."""
    return np.maximum(mad(b, axis=0, keepdims=True), 1e-4)


def log_odds(total_b, proxy_b, own_b, share, group, sizes, own_shift, own_share) -> np.ndarray:
    """Log odds of invention [U,I,K] from coefficients of the total [C,I,K], the proxy and the own path [U,I,K].

    `sizes`: log sizes δ looked for. `own_shift`, `own_share`: size and frequency of honest moves of the unit itself.
    """
    U, I, K = own_b.shape
    scale_own = _fade(own_b)
    factor = _density(own_b[..., None] - sizes, scale_own[..., None], np.hypot(scale_own, own_shift)[..., None], own_share)
    factor /= _density(own_b, scale_own, np.hypot(scale_own, own_shift), own_share)[..., None]
    if proxy_b is not None:
        scale = np.where(np.isfinite(proxy_b), _fade(np.nan_to_num(proxy_b)), 1.0)
        gap = np.nan_to_num(proxy_b)
        ratio = _density(gap[..., None] - sizes, scale[..., None], 5 * scale[..., None], 0.02) / _density(gap, scale, 5 * scale, 0.02)[..., None]
        factor *= np.where(np.isfinite(proxy_b)[..., None], ratio, 1.0)
    if total_b is None:
        return np.log(factor.mean(-1))
    scale_total = np.maximum(mad(total_b, axis=0, keepdims=True), 1e-5) * np.ones_like(total_b)
    y = total_b[group]
    share = np.broadcast_to(share, own_b.shape)
    s = scale_total[group]
    moved = -np.log1p(-np.minimum(share[..., None] * (1 - np.exp(-sizes)), 0.95))  # what δ adds to the group's log sum
    alone = _density(y[..., None] - moved, s[..., None], 3 * s[..., None], 0.03) / _density(y, s, 3 * s, 0.03)[..., None]
    out = np.log((factor * alone).mean(-1) + 1e-30)
    groups = total_b.shape[0]
    for k in range(K):
        c, i = np.nonzero(total_b[:, :, k] > 2 * scale_total[:, :, k])
        if len(c):
            _share_out(out[:, :, k], c, i, total_b[:, :, k], scale_total[:, :, k], factor[:, :, k], moved[:, :, k], group, groups)
    return out


def _share_out(out, c, i, y, s, factor, moved, group, groups) -> None:
    """Exact odds where the sum is in excess: the others' possible shares are summed out. Writes into `out`."""
    members = [np.flatnonzero(group == g) for g in range(groups)]
    width = max(len(m) for m in members)
    table = np.array([np.pad(m, (0, width - len(m)), constant_values=-1) for m in members])
    who = table[c]  # n, width
    there = who >= 0
    n, S = len(c), factor.shape[-1]
    f = factor[who, i[:, None]] * there[..., None]
    m = moved[who, i[:, None]]
    top = np.maximum(y[c, i] * 1.5, 8 * s[c, i])
    cell = top / (GRID // 2)
    position = np.minimum(m / cell[:, None, None], GRID // 2 - 1.001)
    low = position.astype(int)
    part = position - low
    pmf = np.zeros((n * width, GRID), np.float32)
    rows = np.repeat(np.arange(n * width), S)
    mass = (CULPRIT * f / S).reshape(-1)
    fits = (m / cell[:, None, None] < GRID // 2 - 1).reshape(-1)
    np.add.at(pmf, (rows[fits], low.reshape(-1)[fits]), (mass * (1 - part.reshape(-1)))[fits])
    np.add.at(pmf, (rows[fits], low.reshape(-1)[fits] + 1), (mass * part.reshape(-1))[fits])
    pmf[:, 0] += 1 - CULPRIT
    transformed = fft.rfft(pmf.reshape(n, width, GRID), axis=-1)
    before, after = np.ones_like(transformed), np.ones_like(transformed)
    for j in range(1, width):
        before[:, j] = before[:, j - 1] * transformed[:, j - 1]
        after[:, width - 1 - j] = after[:, width - j] * transformed[:, width - j]
    grid = np.arange(GRID) * cell[:, None]
    grid[:, GRID // 2 :] -= GRID * cell[:, None]  # negative half, for the correlation
    likelihood = _density(y[c, i][:, None] - grid, s[c, i][:, None], 3 * s[c, i][:, None], 0.03)
    g = fft.irfft(np.conj(before * after) * fft.rfft(likelihood.astype(np.float32), axis=-1)[:, None, :], n=GRID, axis=-1)
    g = np.maximum(g, 1e-12 * g.max(-1, keepdims=True))
    at = np.take_along_axis(g, low, axis=-1) * (1 - part) + np.take_along_axis(g, low + 1, axis=-1) * part
    at = np.where(fits.reshape(at.shape), at, 1e-12 * g.max(-1, keepdims=True))
    odds = np.log((f * at).mean(-1) / g[:, :, 0] + 1e-30)
    pairs = np.broadcast_to(i[:, None], who.shape)
    out[who[there], pairs[there]] = odds[there]


def drift(panel: Panel, r: Residuals, s: Sources) -> np.ndarray:
    """Lasting or growing invention [U,I]: the largest log odds over steps and ramps.

    Source: Wallace 2014, Chen et al. 2019 (sums above the whole), synthetic control with the unit's peers; the sharing-out
    is our own. Needs a total or proxy of ≥ 24 periods; without either it sees shifts, not inventions. Cannot see:
    inflation present from the first period, or one that the total or proxy shares.
    """
    T = panel.shape[2]
    if T < 2 * panel.per_year or T < 8:
        return np.full(panel.shape[:2], np.nan)
    h = profiles(T, panel.per_year)
    clipped = lambda x: np.clip(x, -6 * (w := mad(x, axis=2, keepdims=True)), 6 * w)  # noqa: E731
    total = None if s.total is None else project(clipped(s.total), h)
    proxy = None if s.proxy is None else project(s.proxy, h)
    odds = log_odds(total, proxy, project(r.path, h), np.median(s.share, axis=2)[:, :, None], s.group, STEP_SIZES, 0.25, 0.06)
    return _less_siblings(odds.max(2), s.group)


def _less_siblings(odds: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Odds less half of what the best other member of the group has beyond 3: of two who fit, the better is looked at first."""
    out = odds.copy()
    for g in np.unique(group):
        members = odds[group == g]
        if len(members) > 1:
            first, second = np.sort(members, axis=0)[[-1, -2]]
            other = np.where(members == first, second, first)
            out[group == g] = members - 0.5 * np.maximum(other - 3, 0)
    return out


def spikes(panel: Panel, r: Residuals, s: Sources) -> np.ndarray:
    """Single invented months [U,I]: the three largest log odds, each at most 7, added up.

    Source: mirror statistics; [own]. Needs a total or proxy of the month. Cannot see: spikes below the total's noise over
    the unit's share; a mistyped figure is found as well, and is one month.
    """
    T = panel.shape[2]
    if T < 12:
        return np.full(panel.shape[:2], np.nan)
    local = lambda x: x - _local_median(x)  # noqa: E731
    total = None if s.total is None else local(s.total)
    proxy = None if s.proxy is None else local(s.proxy)
    odds = log_odds(total, proxy, local(r.own), s.share, s.group, MONTH_SIZES, 0.35, 0.004)
    return np.sort(np.clip(odds, 0, 7), axis=2)[:, :, -3:].sum(2) + 0.01 * np.clip(odds.max(2), -20, 20)


def _local_median(x: np.ndarray) -> np.ndarray:
    padded = np.pad(x, [(0, 0)] * (x.ndim - 1) + [(3, 3)], mode="reflect")
    near = np.stack([padded[..., k : k + x.shape[-1]] for k in (0, 1, 2, 4, 5, 6)])
    return np.median(near, axis=0)


def lifted_years(panel: Panel, r: Residuals, s: Sources) -> np.ndarray | None:
    """Log odds [U,I,Y] that a year's sum was lifted, against the other years; None without total and proxy.

    Source: [own]. For `targets.bunching`. Cannot see: a lift that total and proxy share; every year lifted alike.
    """
    if s.total is None and s.proxy is None or panel.years < 3:
        return None
    Y, n = panel.years, panel.per_year
    mean = lambda x: rolling_mean(x, n)[..., ::n][..., :Y]  # noqa: E731
    apart = lambda x: np.stack([x[..., y] - np.median(np.delete(x, y, axis=-1), axis=-1) for y in range(Y)], axis=-1)  # noqa: E731
    total = None if s.total is None else apart(mean(s.total))
    proxy = None if s.proxy is None else apart(mean(s.proxy))
    return log_odds(total, proxy, apart(mean(r.own)), mean(s.share), s.group, YEAR_SIZES, 0.10, 0.05)
