"""The methods of the schemes once more, on arrays: the own score of many units at once, each among its own peers.

Belongs here: the methods that can be computed from a value, its peers' values and plain parameters. The formulas and their sources
are in dbt_project/macros/scoring; a test compares the two. Does not belong here: what is not here is never recomputed (`METHODS`).
Shapes: `x` is (rows,) own values, `others` (rows, peers) the peers' without the own, NaN where there is none; a parameter is a number
or (rows,). Scores are (rows,), rounded half-up to eight places, NaN where the method has no answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from stability.draws.rounding import half_up

NAN = float("nan")


@dataclass(frozen=True)
class Tier:
    """Marks from one edge to another, on a line where `marks_to` is given; NaN is an open edge. The first that holds a value counts."""

    start: float
    start_inclusive: bool
    end: float
    end_inclusive: bool
    marks: float
    marks_to: float


@dataclass(frozen=True)
class Parameters:
    """What a scheme says of one indicator in one class. NaN where it says nothing. `low`, `high`: ends that do not move with the peers."""

    sign: int
    base: float
    full_marks: float
    cap: float = NAN
    low: float = NAN
    high: float = NAN
    standard: float = NAN
    target: float | np.ndarray = NAN
    step: float = NAN
    per_unit: float = 1.0
    ratio_cap: float = NAN
    threshold: float = NAN
    centre: float = NAN
    spread: float = NAN
    scale_mean: float = 0.0
    scale_sd: float = 1.0
    score_power: float = 1.0
    score_decimals: float = NAN
    score_floor: float = NAN
    score_cap: float = NAN
    partial: str = "proportional"
    ties: str = "min"
    ratio_to: str = "best"
    degenerate_policy: str = "full"
    clamp: str | None = None
    percentile_kind: str = "exclusive"
    sd_kind: str = "sample"
    layers: float = 5.0
    layers_by: str = "range"
    interval_low: float = NAN
    interval_high: float = NAN
    allowed_low: float = NAN
    allowed_high: float = NAN
    tier_on: str = "value"
    tiers: tuple[Tier, ...] = ()

    def with_targets(self, targets: np.ndarray) -> "Parameters":
        """The same with the target of each row."""
        return replace(self, target=targets)


def score(method: str, x: np.ndarray, others: np.ndarray, given: Parameters) -> np.ndarray:
    """Own scores by a method of METHODS, bounded and rounded as the scheme says; NaN where x is NaN."""
    with np.errstate(all="ignore"):
        computed, degenerate = METHODS[method](x, others, given)
        clamp = given.clamp or ("both" if method.startswith("efficacy") else None)
        low = given.score_floor if not np.isnan(given.score_floor) else given.base if clamp in ("both", "low") else -np.inf
        high = given.score_cap if not np.isnan(given.score_cap) else given.full_marks if clamp in ("both", "high") else np.inf
        bounded = np.clip(computed, low, high)
        if method in REAL and given.score_power != 1:
            bounded = np.power(bounded, given.score_power)
        bounded = np.where(degenerate, _when_degenerate(given), bounded)
        bounded = half_up(bounded if np.isnan(given.score_decimals) else half_up(bounded, int(given.score_decimals)))
        return np.where(np.isfinite(x) & np.isfinite(bounded) & ~_alone(method, others, degenerate, given), bounded, NAN)


def _alone(method: str, others: np.ndarray, degenerate: np.ndarray | bool, given: Parameters) -> np.ndarray:
    """Whether nobody else has a figure where the method measures against the others, and the scheme does not say what that gives."""
    by_best = method in ("ratio_to_best", "ratio_index") and np.isnan(given.standard) & np.isnan(given.target) & (given.ratio_to != "unit")
    return (given.degenerate_policy == "full") & np.isnan(others).all(axis=1) & (np.asarray(degenerate) | by_best | (method == "rank_points"))


def _when_degenerate(given: Parameters) -> float:
    """What a unit gets where all peers are equal."""
    return {"full": given.full_marks, "base": given.base, "midpoint": (given.base + given.full_marks) / 2, "zero": 0.0, "mean": given.scale_mean}.get(given.degenerate_policy, NAN)


Scored = tuple[np.ndarray, np.ndarray | bool]


def _all(x: np.ndarray, others: np.ndarray) -> np.ndarray:
    return np.column_stack([x, others])


def ends(x: np.ndarray, others: np.ndarray, given: Parameters) -> tuple[np.ndarray, np.ndarray]:
    """(good, bad) end of the peers with the own value among them, or where the scheme fixes them."""
    low = given.low if not math.isnan(given.low) else np.fmin(x, np.fmin.reduce(others, axis=1, initial=NAN))
    high = given.high if not math.isnan(given.high) else np.fmax(x, np.fmax.reduce(others, axis=1, initial=NAN))
    return (high, low) if given.sign > 0 else (low, high)


def _share(x, others, given) -> tuple[np.ndarray, np.ndarray]:
    good, bad = ends(x, others, given)
    return (x - bad) / (good - bad), np.asarray(good == bad) & np.isfinite(x)


def efficacy_linear(x, others, given) -> Scored:
    good, bad = ends(x, others, given)
    return given.base + (given.full_marks - given.base) * (x - bad) / (good - bad), np.asarray(good == bad) & np.isfinite(x)


def efficacy_exponential(x, others, given) -> Scored:
    share, degenerate = _share(x, others, given)
    return given.base * np.exp(np.log(given.full_marks / given.base if given.base > 0 else NAN) * share), degenerate


def min_max(x, others, given) -> Scored:
    share, degenerate = _share(x, others, given)
    return given.base + (given.full_marks - given.base) * share, degenerate


def completion_signed(x, others, given) -> Scored:
    return given.full_marks * np.clip(1 + given.sign * _distance(x, given), 0, 1 if np.isnan(given.cap) else given.cap), False


def _completion(x, given) -> np.ndarray:
    return 1 + given.sign * half_up(_distance(x, given))


def _distance(x, given) -> np.ndarray:
    return (x - given.target) / np.abs(np.where(np.asarray(given.target) != 0, given.target, NAN))


def ratio_index(x, others, given) -> Scored:
    declared = np.where(np.isnan(given.standard), given.target, given.standard)
    reference = np.where(np.isnan(declared), _reference(x, others, given), declared)
    ratio = x / reference if given.sign > 0 else reference / np.where(x > 0, x, NAN)
    return np.where(reference > 0, given.full_marks * np.clip(ratio, 0, np.inf if np.isnan(given.ratio_cap) else given.ratio_cap), NAN), False


def _reference(x, others, given) -> np.ndarray:
    if given.ratio_to == "mean":
        return _mean(_all(x, others))
    if given.ratio_to in ("median", "total"):
        return half_up({"median": _median, "total": _total}[given.ratio_to](_all(x, others)))
    return ends(x, others, given)[0 if given.ratio_to == "best" else 1]


def progress_standard(x, others, given) -> Scored:
    goal = np.where(np.isnan(given.standard), given.target, given.standard)
    share = x / goal if given.sign > 0 else np.where(x <= goal, 1.0, goal / x)
    return np.where(goal > 0, given.full_marks * np.clip(share, 0, 1), NAN), False


def deduction(x, others, given) -> Scored:
    goal = np.where(np.isnan(given.target), given.standard, given.target)
    return _less(np.maximum(0, given.sign * (goal - x)), given), False


def control(x, others, given) -> Scored:
    return np.where(x >= 0, _less(np.maximum(0, x - np.nan_to_num(given.standard)), given), NAN), False


def _less(short, given) -> np.ndarray:
    """Full marks less a step for each unit short; a part of a unit counts as the scheme says."""
    units = short / given.per_unit
    counted = np.ceil(_settled(units)) if given.partial == "ceil" else np.floor(_settled(units)) if given.partial == "floor" else units
    return np.maximum(0, given.full_marks - counted * given.step)


def _settled(units) -> np.ndarray:
    """A quotient of doubles that should be whole is whole."""
    return half_up(units, 11)


def _place(x, others, ties: str, sign: int) -> tuple[np.ndarray, np.ndarray]:
    """(place, number ranked); the best in direction `sign` has place 1."""
    own, rest = (sign * x)[:, None], sign * others
    better, tied, n = (rest > own).sum(axis=1), (rest == own).sum(axis=1), 1 + np.isfinite(rest).sum(axis=1)
    if ties == "dense":
        better = _distinct_beyond(own, rest)
        tied = np.zeros_like(tied)
    return 1 + better + (tied / 2 if ties == "average" else tied if ties == "max" else 0), n


def _distinct_beyond(own, rest) -> np.ndarray:
    """How many different peer values are better than the own."""
    ordered = np.sort(np.where(rest > own, rest, np.inf), axis=1)
    fresh = np.concatenate([np.ones((len(ordered), 1), bool), ordered[:, 1:] != ordered[:, :-1]], axis=1)[:, : ordered.shape[1]]
    return (fresh & np.isfinite(ordered)).sum(axis=1)


def rank_points(x, others, given) -> Scored:
    place, n = _place(x, others, given.ties, given.sign)
    return given.full_marks * (n - place + 1) / n if np.isnan(given.step) else np.maximum(0, given.full_marks - (place - 1) * given.step), False


def percentile_rank(x, others, given) -> Scored:
    place, n = _place(x, others, given.ties, -given.sign)
    share = {"inclusive": place / n, "midpoint": (place - 0.5) / n}.get(given.percentile_kind, (place - 1) / (n - 1))
    return given.base + (given.full_marks - given.base) * share, (n == 1) & np.isfinite(x)


def z_score(x, others, given) -> Scored:
    everyone = _all(x, others)
    n, mean = np.isfinite(everyone).sum(axis=1), _mean(everyone)
    deviation = np.sqrt(_total((everyone - mean[:, None]) ** 2) / (n - (given.sd_kind == "sample")))
    centre = mean if np.isnan(given.centre) else given.centre
    spread = np.where(np.fmax.reduce(everyone, axis=1) == np.fmin.reduce(everyone, axis=1), 0, np.nan_to_num(deviation)) if np.isnan(given.spread) else np.full(len(x), given.spread)
    return given.scale_mean + given.scale_sd * given.sign * (x - centre) / spread, (spread == 0) & np.isfinite(x)


def deviation_from_mean(x, others, given) -> Scored:
    return given.base + given.sign * (x - _mean(_all(x, others))) / given.per_unit * given.step, False


def layers(x, others, given) -> Scored:
    if given.layers_by == "count":
        place, n = _place(x, others, given.ties, given.sign)
        return np.maximum(0, given.full_marks - np.floor(_settled((place - 1) * given.layers / n)) * given.step), False
    good, bad = ends(x, others, given)
    down = np.maximum(0, np.ceil(_settled((good - x) * given.layers / (good - bad))) - 1)
    return np.maximum(0, given.full_marks - down * given.step), np.asarray(good == bad) & np.isfinite(x)


def progress_interval(x, others, given) -> Scored:
    distance = np.maximum(0, np.maximum(given.interval_low - x, x - given.interval_high))
    reach = max(given.interval_low - given.allowed_low, given.allowed_high - given.interval_high)
    share = np.where((x <= given.allowed_low) | (x >= given.allowed_high), 0, 1 - distance / reach)
    return np.where(np.isfinite(x), given.full_marks * np.clip(share, 0, 1), NAN), False


def tiered(x, others, given) -> Scored:
    on = _completion(x, given) if given.tier_on == "completion" else x
    marks = np.full(len(x), NAN)
    for tier in reversed(given.tiers):
        inside = ~((on < tier.start) | (on > tier.end)) & ((on != tier.start) | tier.start_inclusive) & ((on != tier.end) | tier.end_inclusive)
        line = 0.0 if np.isnan(tier.marks_to + tier.start + tier.end) else (tier.marks_to - tier.marks) * (on - tier.start) / (tier.end - tier.start)
        marks = np.where(inside & np.isfinite(on), tier.marks + line, marks)
    return marks, False


def threshold(x, others, given) -> Scored:
    return np.where(given.sign * x >= given.sign * given.threshold, given.full_marks, given.base), False


def identity(x, others, given) -> Scored:
    return x, False


def _total(everyone: np.ndarray) -> np.ndarray:
    """Row sums term after term (NaN left out), the same on every machine."""
    total = np.zeros(len(everyone))
    for column in everyone.T:
        total = total + np.nan_to_num(column)
    return total


def _mean(everyone: np.ndarray) -> np.ndarray:
    return _total(everyone) / np.isfinite(everyone).sum(axis=1)


def _median(everyone: np.ndarray) -> np.ndarray:
    ordered, n = np.sort(everyone, axis=1), np.isfinite(everyone).sum(axis=1)  # NaN last
    rows = np.arange(len(everyone))
    return (ordered[rows, (n - 1) // 2] + ordered[rows, n // 2]) / 2


METHODS: dict[str, Callable[[np.ndarray, np.ndarray, Parameters], Scored]] = {
    f.__name__: f for f in (efficacy_linear, efficacy_exponential, min_max, completion_signed, ratio_index, progress_standard, deduction, control,
                            rank_points, percentile_rank, z_score, deviation_from_mean, layers, progress_interval, threshold, identity)
} | {"ratio_to_best": ratio_index, "band_table": tiered, "efficacy_tiered": tiered}
REAL = frozenset({"efficacy_exponential", "min_max", "z_score", "percentile_rank", "threshold", "identity"})
# Methods whose score depends on the peers: there a better value may move the reference of everybody.
AMONG_PEERS = frozenset({"efficacy_linear", "efficacy_exponential", "min_max", "ratio_index", "ratio_to_best", "rank_points", "percentile_rank", "z_score", "deviation_from_mean", "layers"})
# Methods in which better is not simply more, or less: no value is worked out that would give a wanted score.
NOT_TURNED = frozenset({"progress_interval", "band_table", "efficacy_tiered"})
