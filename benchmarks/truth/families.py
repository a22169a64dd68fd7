"""Kinds of manipulation, each a small function on one series of a panel, registered in `FAMILIES` and `EVASIVE`.

Another hand adds families in a file of its own with the same decorator: `benchmarks/truth/families_<name>.py` is always loaded,
a file anywhere else with `--families FILE`. A family takes `(panel, rng, u, i, k)`, with k = 0 weak, 1 medium, 2 strong, and changes `panel.values[u, i]`
(or `first`, `rate`) in place; rounding, first reports and ratios are made to agree afterwards by `inject`, unless the family
sets them itself (`keeps`). `donors` in `panel.hidden` lists honest series that were copied from.
"""

from __future__ import annotations

import importlib.util
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.truth.panel import rounded
from expectations.detectors.panel import Panel


@dataclass(frozen=True)
class Family:
    """One kind of manipulation. `keeps`: parts of the panel that the family writes itself."""

    name: str
    says: str
    apply: Callable
    strengths: tuple[int, ...] = (0, 1, 2)
    keeps: tuple[str, ...] = ()


FAMILIES: dict[str, Family] = {}
EVASIVE: dict[str, Family] = {}


def family(says: str, keeps: tuple[str, ...] = ()):
    """Registers a plain family (three strengths)."""

    def register(apply):
        FAMILIES[apply.__name__] = Family(apply.__name__, says, apply, keeps=keeps)
        return apply

    return register


def evasive(says: str, strengths: tuple[int, ...] = (1,), keeps: tuple[str, ...] = ()):
    """Registers a family that tries not to be seen."""

    def register(apply):
        EVASIVE[apply.__name__] = Family(apply.__name__, says, apply, strengths, keeps)
        return apply

    return register


def load(*files: Path) -> dict[str, Family]:
    """All families, those of other hands included: files beside this one, and `files` anywhere."""
    package = importlib.import_module("benchmarks.truth")
    for module in pkgutil.iter_modules(package.__path__):
        if module.name.startswith("families_"):
            importlib.import_module(f"benchmarks.truth.{module.name}")
    for file in files:
        spec = importlib.util.spec_from_file_location(file.stem, file)
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
    return FAMILIES | EVASIVE


def others() -> set[str]:
    """Names of the families that stand in another file than this: written by another hand, or after the detectors."""
    return {name for name, kind in (FAMILIES | EVASIVE).items() if kind.apply.__module__ != __name__}


def inject(honest: Panel, chosen: list[Family], strength: int, seed: int, guilty_units: int = 20, share: float = 0.5) -> tuple[Panel, np.ndarray, np.ndarray]:
    """A manipulated copy: `guilty_units` units bend a `share` of their indicators, each series by one of `chosen` families.

    Returns the panel, what was really changed [U,I] (a series on which the manipulation changed nothing is honest), and
    honest donors [U,I] (left out of the count of false alarms).
    """
    rng = np.random.default_rng([30, seed, strength])
    panel = replace(honest, values=honest.values.copy(), first=honest.first.copy(), rate=honest.rate.copy(), hidden=dict(honest.hidden))
    panel.hidden["donors"] = []
    panel.hidden["source"] = honest.values
    U, I, _ = panel.shape
    touched = np.zeros((U, I), bool)
    for u in rng.permutation(U)[: min(guilty_units, U // 2)]:
        for i in rng.permutation(I)[: round(I * share)]:
            kind = chosen[rng.integers(len(chosen))]
            kind.apply(panel, rng, int(u), int(i), strength)
            touched[u, i] = _settle(honest, panel, u, i, kind)
    donors = np.zeros((U, I), bool)
    for u, i in panel.hidden["donors"]:
        donors[u, i] = True
    return panel, touched, donors & ~touched


def _settle(honest: Panel, panel: Panel, u: int, i: int, kind: Family) -> bool:
    """Round; keep first reports in proportion and the ratio consistent; tell whether anything was changed."""
    if "values" not in kind.keeps:
        panel.values[u, i] = rounded(panel.values[u, i][None], panel.resolution[u, i][None])[0]
    if "first" not in kind.keeps:
        changed = panel.values[u, i] != honest.values[u, i]
        first = rounded((panel.values[u, i] * np.exp(-panel.hidden["revision"][u, i]))[None], panel.resolution[u, i][None])[0]
        panel.first[u, i][changed] = first[changed]
    if "rate" not in kind.keeps:
        changed = panel.values[u, i] != honest.values[u, i]
        resolution = panel.rate_resolution[i]
        panel.rate[u, i][changed] = (np.round(panel.values[u, i] / panel.denominator[u] * 1000 / resolution) * resolution)[changed]
    return any(bool((getattr(panel, name)[u, i] != getattr(honest, name)[u, i]).any()) for name in ("values", "first", "rate"))


def _run(panel: Panel, rng, months: int) -> int:
    """Start of a run of `months` that leaves a month on either side and a year before it."""
    return int(rng.integers(12, panel.shape[2] - months))


def _lift(panel: Panel, u: int, i: int, year: int, annual: float) -> None:
    """Scale a year's months so that they add up to `annual` (to the unit, the rest in December)."""
    months = slice(year * 12, year * 12 + 12)
    resolution = panel.resolution[u, i]
    values = np.round(panel.values[u, i, months] * annual / panel.values[u, i, months].sum() / resolution) * resolution
    values[-1] += np.round((annual - values.sum()) / resolution) * resolution
    panel.values[u, i, months] = np.maximum(values, resolution)


@family("a shortfall of up to 2 / 5 / 10 % is lifted to just above the target (within 0.5 %)")
def target_bunching(panel, rng, u, i, k):
    _bunch(panel, rng, u, i, (0.02, 0.05, 0.10)[k], 0.005)


def _bunch(panel, rng, u, i, shortfall, width):
    for year, annual in enumerate(panel.values[u, i].reshape(panel.years, 12).sum(1)):
        target = panel.targets[u, i, year]
        if 1 - shortfall <= annual / target < 1:
            resolution = panel.resolution[u, i]
            _lift(panel, u, i, year, np.ceil(target * (1 + rng.uniform(0, width)) / resolution) * resolution)


@family("the year's sum is made to equal the target in 20 / 50 / 100 % of years")
def exact_target(panel, rng, u, i, k):
    for year in range(panel.years):
        if rng.random() < (0.2, 0.5, 1.0)[k]:
            _lift(panel, u, i, year, panel.targets[u, i, year])


@family("December ×1.15 / 1.4 / 1.8 every year, half of it given back in January")
def dec_surge(panel, rng, u, i, k):
    factor = (1.15, 1.4, 1.8)[k]
    for december in range(11, panel.shape[2], 12):
        extra = panel.values[u, i, december] * (factor - 1)
        panel.values[u, i, december] += extra
        if december + 1 < panel.shape[2]:
            panel.values[u, i, december + 1] = max(panel.values[u, i, december + 1] - extra / 2, panel.values[u, i, december + 1] * 0.3)


@family("6 / 12 / 24 months put on a straight line")
def linear_interp(panel, rng, u, i, k):
    months = (6, 12, 24)[k]
    t = _run(panel, rng, months)
    panel.values[u, i, t : t + months] = np.linspace(panel.values[u, i, t - 1], panel.values[u, i, t + months - 1], months + 1)[1:]


@family("the last 36 months' noise × 0.5 / 0.25 / 0.1")
def too_smooth(panel, rng, u, i, k):
    panel.values[u, i, -36:] *= np.exp(((0.5, 0.25, 0.1)[k] - 1) * panel.hidden["noise"][u, i, -36:])


@family("6 / 12 / 24 months are last year's times one growth rate")
def copy_last_year(panel, rng, u, i, k):
    months = (6, 12, 24)[k]
    t, growth = _run(panel, rng, months), np.exp(rng.normal(0.06, 0.03))
    for month in range(t, t + months):
        panel.values[u, i, month] = panel.values[u, i, month - 12] * growth


def _peer(panel, rng, u):
    return int(rng.choice(np.delete(np.arange(panel.shape[0]), u)))


@family("6 / 12 / 24 months are a peer's, rescaled to the own level")
def copy_peer(panel, rng, u, i, k):
    _copy(panel, rng, u, i, (6, 12, 24)[k], 0.0)


def _copy(panel, rng, u, i, months, jitter):
    t, donor = _run(panel, rng, months), _peer(panel, rng, u)
    source = panel.hidden["source"][donor, i, t : t + months]
    scale = panel.values[u, i, t - 6 : t].mean() / panel.hidden["source"][donor, i, t - 6 : t].mean()
    panel.values[u, i, t : t + months] = source * scale * np.exp(rng.normal(0, jitter, months))
    panel.hidden["donors"].append((donor, i))


# What people put when they make digits up: few 0 and 5. χ² noncentrality per digit .125, so that 500 digits of which 60 % are
# made up are found 95 times in 100 at the 5 % level, as reported for the test this follows.
MADE_UP = np.array([0.035, 0.09, 0.11, 0.13, 0.10, 0.045, 0.12, 0.155, 0.125, 0.09])


@family("30 / 60 / 100 % of last digits made up")
def invented_digits(panel, rng, u, i, k):
    T, resolution = panel.shape[2], panel.resolution[u, i]
    invented = rng.random(T) < (0.3, 0.6, 1.0)[k]
    digits = rng.choice(10, T, p=MADE_UP)
    shown = np.round(panel.values[u, i] / resolution)
    panel.values[u, i] = np.where(invented, shown - shown % 10 + digits, shown) * resolution


@family("level +5 / 10 / 20 % from some month of the third to fourth year on")
def level_inflation(panel, rng, u, i, k):
    panel.values[u, i, int(rng.integers(30, 49)) :] *= (1.05, 1.10, 1.20)[k]


@family("60 / 80 / 100 % of revisions are forced upward", keeps=("values", "first"))
def revision_bias(panel, rng, u, i, k):
    revision = panel.hidden["revision"][u, i]
    forced = rng.random(len(revision)) < (0.6, 0.8, 1.0)[k]
    revision = np.where(forced, np.abs(revision), revision)
    panel.first[u, i] = rounded((panel.values[u, i] * np.exp(-revision))[None], panel.resolution[u, i][None])[0]


@family("3 months × 1.1 / 1.3 / 2")
def spikes(panel, rng, u, i, k):
    panel.values[u, i, rng.permutation(panel.shape[2])[:3]] *= (1.1, 1.3, 2.0)[k]


@family("the reported ratio is off by 0.5 / 2 / 5 % in 2 / 4 / 6 months", keeps=("values", "first", "rate"))
def identity_break(panel, rng, u, i, k):
    months = rng.permutation(panel.shape[2])[: (2, 4, 6)[k]]
    resolution = panel.rate_resolution[i]
    off = np.maximum(panel.rate[u, i, months] * (0.005, 0.02, 0.05)[k], 3 * resolution)
    panel.rate[u, i, months] = np.round((panel.rate[u, i, months] + off) / resolution) * resolution


@evasive("12 months on a straight line with 1 % noise")
def interp_noise(panel, rng, u, i, k):
    linear_interp(panel, rng, u, i, k)
    touched = panel.values[u, i] != panel.hidden["source"][u, i]
    panel.values[u, i][touched] *= np.exp(rng.normal(0, 0.01, int(touched.sum())))


@evasive("12 months of a peer with 1 % jitter")
def copy_jitter(panel, rng, u, i, k):
    _copy(panel, rng, u, i, 12, 0.01)


@evasive("a shortfall of up to 5 % is lifted to anywhere within 3 % above the target")
def bunch_spread(panel, rng, u, i, k):
    _bunch(panel, rng, u, i, 0.05, 0.03)


@evasive("the December surge of 40 % spread over October to December, half given back in January to March")
def surge_quarter(panel, rng, u, i, k):
    for december in range(11, panel.shape[2], 12):
        extra = panel.values[u, i, december] * 0.4 / 3
        panel.values[u, i, december - 2 : december + 1] += extra
        panel.values[u, i, december + 1 : december + 4] -= extra / 2


@evasive("12 months are last year's times one growth rate, with 0.5 % noise")
def yoy_noise(panel, rng, u, i, k):
    before = panel.values[u, i].copy()
    copy_last_year(panel, rng, u, i, 1)
    touched = panel.values[u, i] != before
    panel.values[u, i][touched] *= np.exp(rng.normal(0, 0.005, int(touched.sum())))


@evasive("inflation that grows evenly to 20 % over the last 36 months")
def slow_inflation(panel, rng, u, i, k):
    panel.values[u, i, -36:] *= np.exp(np.log(1.2) * np.arange(1, 37) / 36)


@evasive("12 months keep the season: the indicator's usual month and the own trend, with 1 % noise")
def seasonal_interp(panel, rng, u, i, k):
    t = _run(panel, rng, 12)
    logs = np.log(panel.hidden["source"][:, i])
    usual = np.median(logs - logs.mean(1, keepdims=True), axis=0)
    own = np.log(panel.values[u, i, t - 12 : t]).mean() - usual[t - 12 : t].mean()
    panel.values[u, i, t : t + 12] = np.exp(own + usual[t : t + 12] + rng.normal(0, 0.01, 12))


@evasive("12 months are the mean of three peers, rescaled, with 0.5 % jitter")
def copy_mean(panel, rng, u, i, k):
    t = _run(panel, rng, 12)
    peers = rng.permutation(np.delete(np.arange(panel.shape[0]), u))[:3]
    logs = np.log(panel.hidden["source"][peers, i, t - 6 : t + 12]).mean(0)
    own = np.log(panel.values[u, i, t - 6 : t]).mean() - logs[:6].mean()
    panel.values[u, i, t : t + 12] = np.exp(own + logs[6:] + rng.normal(0, 0.005, 12))
