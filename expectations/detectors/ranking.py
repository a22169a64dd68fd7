"""The detectors together: every score of a panel, calibrated p-values, one ordering, one false-discovery family per level.

Decisions: p-values are empirical (`calibration`); a series is judged by its smallest p times the number of detectors that
could speak; a unit's *other* series may lend weight (an e-value of their own p-values, at most `LEND`), because whoever
bends one figure bends more, and never the series' own; levels are not pooled: rows, series, pairs and units have a
Benjamini–Hochberg family each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from expectations.detectors import copies, digits, external, identities, jumps, revisions, season, smoothness, targets
from expectations.detectors.calibration import Law
from expectations.detectors.panel import Panel
from expectations.detectors.residuals import residuals

LEND = 12.0
LEVELS = ("row", "series", "pair", "unit")


@dataclass(frozen=True)
class Detector:
    """`level`: where the evidence belongs. `score`: (panel, residuals, sources) → [U,I], larger = further from usual.

    `share`: its part of the false alarms (weights of a weighted Bonferroni): the faint signals get more, since a broken
    identity or a straight line is found at any. `lends`: whether the unit's other series may lend it weight.
    """

    name: str
    level: str
    says_zh: str
    says_en: str
    score: Callable
    share: float = 1.0
    lends: bool = True


DETECTORS: tuple[Detector, ...] = (
    Detector("bunching", "series", "年度完成率集中在略高于目标处", "years crowd just above the target", lambda p, r, s: targets.bunching(p, external.lifted_years(p, r, s)), 4),
    Detector("exact_hits", "series", "年度数与目标完全相同", "the year equals the target to the digit", lambda p, r, s: targets.exact_hits(p), 0.7),
    Detector("surge", "series", "年末突增、次年初回落", "a surge at the year's end, given back after", lambda p, r, s: season.surge(p, r), 1.5),
    Detector("straight", "series", "部分时段数据近似直线", "a stretch is all but a straight line", lambda p, r, s: smoothness.straight(p, r), 0.7),
    Detector("copied_year", "series", "部分时段数据近似按上年同月同比例推算", "a stretch is last year's at one rate", lambda p, r, s: smoothness.copied_year(p, r), 0.4),
    Detector("calm_window", "series", "部分时段数据缺少正常波动", "a stretch lacks the usual variation", lambda p, r, s: smoothness.calm_window(p, r), 1.5),
    Detector("too_smooth", "series", "波动明显小于规模相近的同类", "far calmer than peers of its size", lambda p, r, s: smoothness.too_smooth(p, r), 3),
    Detector("copied_peer", "pair", "部分时段数据与另一单位过于同步", "a stretch moves with another unit's too closely", lambda p, r, s: copies.copied_peer(p, r), 1),
    Detector("last_digits", "series", "末位数字分布不均", "last digits are not evenly spread", lambda p, r, s: digits.last_digits(p), 5, lends=False),
    Detector("drift", "series", "持续或逐渐高于外部数据所能解释的水平", "lastingly or growingly above what outside figures explain", external.drift, 3),
    Detector("spikes", "row", "个别月份高于外部数据所能解释的水平", "single months above what outside figures explain", external.spikes, 0.7),
    Detector("revision_bias", "series", "修订方向单一", "revisions go one way", lambda p, r, s: revisions.revision_bias(p), 2),
    Detector("jumps", "row", "个别月份突变", "single months jump", lambda p, r, s: jumps.jumps(p, r), 0.05),
    Detector("identity", "row", "比率与分子分母不符", "the ratio does not follow from its parts", lambda p, r, s: identities.ratio_identity(p), 1.2, lends=False),
)


def scores(panel: Panel) -> dict[str, np.ndarray]:
    """Every detector's scores [U,I]."""
    r, s = residuals(panel), external.sources(panel)
    return {d.name: d.score(panel, r, s) for d in DETECTORS}


def others_sum(p: np.ndarray) -> np.ndarray:
    """How surprising a unit's *other* series are together [U,I]: their mean −ln p, each at most 7."""
    known = np.isfinite(p)
    surprise = np.where(known, np.minimum(-np.log(np.where(known, p, 1.0)), 7.0), 0.0)
    return (surprise.sum(1, keepdims=True) - surprise) / np.maximum(known.sum(1, keepdims=True) - known, 1)


def unit_mean(p: np.ndarray) -> np.ndarray:
    """How surprising all series of a unit are together [U]."""
    known = np.isfinite(p)
    return np.where(known, np.minimum(-np.log(np.where(known, p, 1.0)), 7.0), 0.0).sum(1) / np.maximum(known.sum(1), 1)


@dataclass
class Judge:
    """Calibrated on honest panels: `Judge.of(scores of each)`; then `judge.order(scores)`."""

    laws: dict[str, Law]
    others: dict[str, Law]
    units: dict[str, Law] = field(default_factory=dict)
    levels: dict[str, Law] = field(default_factory=dict)
    together: Law | None = None

    @classmethod
    def of(cls, calibration: Iterable[dict[str, np.ndarray]]) -> Judge:
        """Fit all laws on the scores of panels of accepted figures."""
        kept = list(calibration)
        laws = {name: Law.of(np.concatenate([k[name].ravel() for k in kept])) for name in kept[0]}
        judge = cls(laws, {})
        own = [judge.own(k) for k in kept]
        judge.others = {name: Law.of(np.concatenate([others_sum(p[name]).ravel() for p in own])) for name in laws}
        judge.together = Law.of(np.concatenate([-np.log(judge.smallest(k)).ravel() for k in kept]))
        judge.units = {name: Law.of(np.concatenate([unit_mean(p[name]) for p in own])) for name in laws}
        for level in LEVELS:
            drawn = np.concatenate([-np.log(judge._smallest_of_level(k, level)).ravel() for k in kept])
            judge.levels[level] = Law.of(drawn)
        return judge

    def own(self, scored: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """p per detector from the series alone."""
        return {name: self.laws[name].p(scored[name]) for name in scored}

    def weight(self, name: str, p: np.ndarray) -> np.ndarray:
        """What a unit's other series lend each series [U,I]: an e-value of their calibrated joint p, at most `LEND`.

        ½·p^(−½) is an e-value for a p that does not use the series itself; p/e is then valid (e-weighted testing: Ignatiadis,
        Wang & Ramdas) as far as series of one unit are independent; what is not so is met by the last calibration.
        """
        return np.minimum(0.5 / np.sqrt(self.others[name].p(others_sum(p))), LEND)

    def borrowed(self, scored: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """p per detector with what the unit's other series lend."""
        own = self.own(scored)
        return {d.name: own[d.name] / (self.weight(d.name, own[d.name]) if d.lends else 1.0) for d in DETECTORS if d.name in own}

    def level_p(self, scored: dict[str, np.ndarray], level: str) -> np.ndarray:
        """p of one level's evidence, nothing lent: per series [U,I] for row, series and pair, per unit [U] for unit."""
        return self.levels[level].p(-np.log(self._smallest_of_level(scored, level)))

    def _smallest_of_level(self, scored: dict[str, np.ndarray], level: str) -> np.ndarray:
        own = self.own(scored)
        if level == "unit":
            p = {name: self.units[name].p(unit_mean(own[name])) for name in own}
            return _weighted_least({d: p[d.name] for d in DETECTORS if d.name in p}, even=True)
        return _weighted_least({d: own[d.name] for d in DETECTORS if d.level == level and d.name in own})

    def smallest(self, scored: dict[str, np.ndarray]) -> np.ndarray:
        """Smallest of the borrowed p over the detectors' shares of the false alarms [U,I]."""
        p = self.borrowed(scored)
        return _weighted_least({d: p[d.name] for d in DETECTORS if d.name in p})

    def alone(self, scored: dict[str, np.ndarray]) -> np.ndarray:
        """As `smallest` with nothing lent: what the series' own figures carry."""
        own = self.own(scored)
        return _weighted_least({d: own[d.name] for d in DETECTORS if d.name in own})

    def order(self, scored: dict[str, np.ndarray]) -> np.ndarray:
        """The whole ordering as a calibrated p [U,I]."""
        return self.together.p(-np.log(self.smallest(scored)))


def _weighted_least(p: dict[Detector, np.ndarray], even: bool = False) -> np.ndarray:
    """Weighted Bonferroni over the detectors that could speak: the smallest p over its share."""
    stack = np.stack(list(p.values()))
    shares = np.array([1.0 if even else d.share for d in p]).reshape((-1,) + (1,) * (stack.ndim - 1))
    shares = np.where(np.isfinite(stack), shares, 0)
    shares = shares / np.maximum(shares.sum(0), 1e-12)
    return np.min(np.where(np.isfinite(stack), stack / np.maximum(shares, 1e-12), np.inf), axis=0, initial=1e3)


def q_values(p: np.ndarray) -> np.ndarray:
    """Benjamini–Hochberg: the false-discovery rate at which each p (NaN = not tested) would just be a discovery; one call per level."""
    flat = p.ravel()
    known = np.flatnonzero(np.isfinite(flat))
    out = np.full(flat.shape, np.nan)
    order = known[np.argsort(flat[known], kind="stable")]
    q = flat[order] * len(order) / np.arange(1, len(order) + 1)
    out[order] = np.minimum(np.minimum.accumulate(q[::-1])[::-1], 1)
    return out.reshape(p.shape)


def benjamini_hochberg(p: np.ndarray, q: float = 0.1) -> np.ndarray:
    """Which of p are discoveries at false-discovery rate q."""
    return q_values(p) <= q
