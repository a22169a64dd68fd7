"""A seeded panel of honest figures: 200 counties in 20 cities × 40 indicators × 60 months, with honest nuisances.

Belongs here: how honest figures come about. Does not belong: manipulation (`families*.py`), detection
(`expectations/detectors`). The shape follows the panel that the project measured first; every nuisance is a parameter of
`Honest`, so that a panel of nuisances alone or a harder one is one `replace` away. A real event moves the figure, its proxy
and its city's total alike; an error or an invention moves the figure alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from expectations.detectors.panel import Panel


@dataclass(frozen=True)
class Honest:
    """Size of the panel and of its honest nuisances; log units where nothing else is said."""

    units: int = 200
    cities: int = 20
    indicators: int = 40
    years: int = 5
    noise_low: float = 0.02
    noise_high: float = 0.10
    noise_spread: float = 0.15  # of a series' noise about its indicator's and its size's
    december: int = 12  # indicators with an honest peak at the year's end
    shock_rate: float = 0.003  # real one-off events, of all points
    shock_sd: float = 0.35
    shift_rate: float = 0.03  # series with a real level shift
    shift_sd: float = 0.20
    coarse_rate: float = 0.05  # series reported in round figures
    typing_rate: float = 0.005  # series with a mistyped ratio
    slip_rate: float = 0.003  # series with a mistyped figure
    revised_rate: float = 0.5  # months revised after the first report
    revision_sd: float = 0.01
    late_rate: float = 0.1  # indicators whose revisions are honestly upward …
    late_up: float = 0.7  # … this often
    proxied: float = 0.5  # indicators with a proxy
    proxy_noise: float = 0.05
    proxy_drift: float = 0.02  # a year
    total_noise: float = 0.004
    total_bias: float = 0.01
    total_walk: float = 0.0003  # a month
    total_shift_rate: float = 0.02  # city × indicator pairs whose gap to the total shifts honestly …
    total_shift_sd: float = 0.01  # … by this
    with_totals: bool = True
    target_sd: float = 0.05
    plan_indicators: int = 1  # indicators that are plans, honestly met to the digit …
    plan_rate: float = 0.4  # … this often


def _walk(rng, shape, rho: float, sd: float) -> np.ndarray:
    """AR(1) along the last axis with standard deviation `sd`."""
    steps = rng.normal(0, 1, shape)
    out = np.empty(shape)
    out[..., 0] = steps[..., 0]
    for t in range(1, shape[-1]):
        out[..., t] = rho * out[..., t - 1] + np.sqrt(1 - rho**2) * steps[..., t]
    return sd * out


def honest(seed: int, make: Honest = Honest()) -> Panel:
    """An honest panel. `hidden` keeps what the manipulations need: the noise, the real values and their log mean."""
    rng = np.random.default_rng([20, seed])
    U, I, T, C = make.units, make.indicators, make.years * 12, make.cities
    group = np.arange(U) % C
    months = np.arange(T) % 12
    size = rng.normal(0, 0.7, U)
    level = rng.uniform(np.log(300), np.log(2e5), I)[None, :] + size[:, None] + rng.normal(0, 0.4, (U, I))
    growth = (0.05 + rng.normal(0, 0.04, (U, I))) / 12
    season = rng.normal(0, 1, (I, 1)) * 0.08 * np.cos(2 * np.pi * (months[None, :] - rng.uniform(0, 12, (I, 1))) / 12)
    season = season + rng.normal(0, 0.03, (I, 12))[:, months]
    peaked = rng.permutation(I)[: make.december]
    season[np.ix_(peaked, np.flatnonzero(months == 11))] += rng.uniform(0.15, 0.5, (len(peaked), 1))
    own_season = rng.normal(0, 0.02, (U, I, 12))[:, :, months]
    common = _walk(rng, (I, T), 0.7, 0.02)
    common[:, rng.integers(6, T - 6)] -= rng.uniform(0, 0.15, I)
    city = 0.7 * _walk(rng, (C, 1, T), 0.8, 0.015) * rng.uniform(0.3, 1.5, (1, I, 1)) + _walk(rng, (C, I, T), 0.8, 0.008)
    for c in range(C):
        for start in rng.integers(0, T - 3, 2):
            city[c, rng.random(I) < 0.5, start : start + 3] += rng.choice([-0.08, 0.08])
    economy = _walk(rng, (U, 1, T), 0.9, 0.01) * rng.uniform(0, 1.5, (1, I, 1))
    sigma = rng.uniform(make.noise_low, make.noise_high, I)[None, :] * np.exp(-0.1 * size[:, None] + rng.normal(0, make.noise_spread, (U, I)))
    rho = rng.uniform(0, 0.5, I)
    noise = np.stack([_walk(rng, (U, T), rho[i], 1.0) for i in range(I)], axis=1) * sigma[:, :, None]
    events = (rng.random((U, I, T)) < make.shock_rate) * rng.normal(0, make.shock_sd, (U, I, T))
    shifted = rng.random((U, I)) < make.shift_rate
    shift = (shifted * rng.normal(0, make.shift_sd, (U, I)))[:, :, None] * (np.arange(T) >= rng.integers(6, T - 6, (U, I))[:, :, None])
    calm = level[:, :, None] + growth[:, :, None] * np.arange(T) + season + own_season + common + city[group] + economy + events + shift
    real = np.exp(calm + noise)
    resolution = np.ones((U, I))
    coarse = rng.random((U, I)) < make.coarse_rate
    resolution[coarse] = 10.0 ** np.floor(np.log10(np.maximum(np.exp(level[coarse]) / 20, 1)))
    values = rounded(real, resolution)
    slipped = np.argwhere(rng.random((U, I)) < make.slip_rate)
    for u, i in slipped:
        values[u, i, rng.integers(T)] *= np.exp(rng.normal(0, 0.3))
    values = rounded(values, resolution)
    panel = Panel(values, resolution, coarse, group, hidden={"noise": noise, "real": real, "sigma": sigma, "calm": calm})
    panel.targets = _targets(rng, panel, make)
    panel.totals = _totals(rng, real, group, make) if make.with_totals else None
    panel.proxies = _proxies(rng, real, make)
    panel.first = _first_reports(rng, panel, make)
    population = np.exp(12 + size)[:, None] * np.exp(0.0005 * np.arange(T))[None, :]
    panel.denominator = np.round(population)
    panel.rate_resolution = 10.0 ** (np.floor(np.log10(np.median(values / panel.denominator[:, None, :] * 1000, axis=(0, 2)))) - 2)
    panel.rate = consistent_rate(panel)
    for u, i in np.argwhere(rng.random((U, I)) < make.typing_rate):
        panel.rate[u, i, rng.integers(T)] *= np.exp(rng.normal(0, 0.1))
    return panel


def rounded(values: np.ndarray, resolution: np.ndarray) -> np.ndarray:
    """Values in whole reporting units, at least one."""
    resolution = resolution.reshape(resolution.shape + (1,) * (values.ndim - resolution.ndim))
    return np.maximum(np.round(values / resolution), 1) * resolution


def consistent_rate(panel: Panel) -> np.ndarray:
    """The ratio that follows from value and denominator, rounded to its digit."""
    resolution = panel.rate_resolution[None, :, None]
    return np.round(panel.values / panel.denominator[:, None, :] * 1000 / resolution) * resolution


def _targets(rng, panel: Panel, make: Honest) -> np.ndarray:
    """Yearly targets: what a good forecast would ask for, in three figures; a plan indicator is met to the digit."""
    annual = panel.annual()
    asked = annual * np.exp(rng.normal(-0.01, make.target_sd, annual.shape))
    unit = np.maximum(10.0 ** (np.floor(np.log10(asked)) - 2), panel.resolution[:, :, None])
    targets = np.maximum(np.round(asked / unit), 1) * unit
    for i in rng.permutation(make.indicators)[: make.plan_indicators]:
        met = rng.random(targets[:, i].shape) < make.plan_rate
        targets[:, i][met] = annual[:, i][met]
    return targets


def _totals(rng, real: np.ndarray, group: np.ndarray, make: Honest) -> np.ndarray:
    C, (_, I, T) = make.cities, real.shape
    sums = np.stack([real[group == c].sum(0) for c in range(C)])
    gap = rng.normal(0, make.total_bias, (C, I, 1)) + _walk(rng, (C, I, T), 0.3, make.total_noise)
    gap = gap + np.cumsum(rng.normal(0, make.total_walk, (C, I, T)), axis=-1)
    moved = (rng.random((C, I)) < make.total_shift_rate) * rng.normal(0, make.total_shift_sd, (C, I))
    gap = gap + moved[:, :, None] * (np.arange(T) >= rng.integers(6, T - 6, (C, I))[:, :, None])
    return sums * np.exp(gap)


def _proxies(rng, real: np.ndarray, make: Honest) -> np.ndarray:
    U, I, T = real.shape
    drift = rng.normal(0, make.proxy_drift / 12, (U, I, 1)) * np.arange(T)
    proxies = np.exp(np.log(real) + rng.normal(0, make.proxy_noise, real.shape) + drift + rng.normal(0, 1, (1, I, 1)))
    without = rng.permutation(I)[round(make.proxied * I) :]
    proxies[:, without] = np.nan
    return proxies


def _first_reports(rng, panel: Panel, make: Honest) -> np.ndarray:
    """First reports such that the figures now in force are their revisions: symmetric, or upward in a tenth of the indicators."""
    U, I, T = panel.shape
    up = np.full(I, 0.5)
    up[rng.permutation(I)[: round(make.late_rate * I)]] = make.late_up
    sign = np.where(rng.random((U, I, T)) < up[None, :, None], 1.0, -1.0)
    size = np.abs(rng.normal(0, make.revision_sd, (U, I, T))) * (rng.random((U, I, T)) < make.revised_rate)
    panel.hidden["revision"] = sign * size
    return rounded(panel.values * np.exp(-sign * size), panel.resolution)
