"""From indicator scores to the total, for many draws at once: the plain form (dimensions and their total) and trees of nodes.

Belongs here: the aggregation of dbt_project/models/scores (sco_contributions, sco_nodes, sco_totals), which a test holds against this.
Does not belong here: bonus, deduction, quota and veto, which are held as published (see `panel`).
Shapes: scores (indicators, draws, units) or an array (draws, units) per indicator, weights (draws, nodes); totals (draws, units), rounded
to eight places, once, NaN where there is none. Arrays of one indicator are worked on one after the other: they stay in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from stability.draws.rounding import half_up

NAN = float("nan")
Variant = tuple[Sequence[np.ndarray], np.ndarray]  # scores and weights


@dataclass(frozen=True)
class Plain:
    """Dimensions and their total: `dimensions` names the indicators' dimension, `full_marks` their full marks, in their order."""

    indicators: tuple[str, ...]
    dimensions: tuple[str, ...]
    full_marks: tuple[float, ...]

    @property
    def nodes(self) -> tuple[str, ...]:
        return self.indicators

    def total(self, scores: Sequence[np.ndarray], weights: np.ndarray) -> np.ndarray:
        """What has no score gives its weight to its dimension, a dimension without any to the others; brought within 0-100."""
        return self.totals([(scores, weights)])[0]

    def totals(self, variants: Sequence[Variant]) -> list[np.ndarray]:
        """The total of each variant. What variants share, the same array at the same place, is weighed once."""
        known: dict[tuple, np.ndarray] = {}
        return [self._total(list(scores), weights, known) for scores, weights in variants]

    def alone(self, scores: np.ndarray, weights: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        """A function of marks (indicators, units): each unit's total, not yet rounded, with only that indicator's score replaced by the mark, where it has one."""
        effective = (weights * 100 / fold(list(weights)))[:, None] * np.ones_like(scores)
        lacks = np.isnan(scores).any(axis=0)
        if lacks.any():
            effective[:, lacks] = self._shared_out(~np.isnan(scores[:, None, lacks]), weights[:, None, None])[:, 0]
        full_marks, own = np.array(self.full_marks)[:, None], np.arange(len(scores))

        def part(marks: np.ndarray) -> np.ndarray:
            return _or_zero(marks * effective / full_marks)

        parts = np.repeat(part(scores)[:, None, :], len(scores), axis=1)

        def total(marks: np.ndarray) -> np.ndarray:
            parts[own, own] = part(marks)
            return np.clip(fold(list(parts)), 0, 100)

        return total

    def _total(self, scores: list[np.ndarray], weights: np.ndarray, known: dict[tuple, np.ndarray]) -> np.ndarray:
        lacks = np.logical_or.reduce([_once(known, ("lacks", id(own)), lambda own=own: np.isnan(own).any(axis=0)) for own in scores])
        if lacks.all():
            return self._shared(scores, weights, known)
        even = _once(known, ("even", id(weights)), lambda: (weights.T * 100 / fold(list(weights.T)))[:, :, None])
        total = self._sum([_once(known, (no, id(own), id(weights)), lambda no=no, own=own: self._part(no, own, even[no])) for no, own in enumerate(scores)])
        if lacks.any():  # the others have nothing to share out
            total[:, lacks] = self._shared([own[:, lacks] for own in scores], weights, known)
        return total

    def _shared(self, scores: list[np.ndarray], weights: np.ndarray, known: dict[tuple, np.ndarray]) -> np.ndarray:
        is_scored = np.stack([~np.isnan(own) for own in scores])
        effective = _once(known, ("shared", id(weights), is_scored.tobytes()), lambda: self._shared_out(is_scored, weights.T[:, :, None]))
        return self._sum([self._part(no, own, effective[no]) for no, own in enumerate(scores)])

    def _shared_out(self, is_scored: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Effective weights in hundredths of the total where some scores are lacking."""
        dimensions = list(dict.fromkeys(self.dimensions))
        members = [[no for no, d in enumerate(self.dimensions) if d == dimension] for dimension in dimensions]
        whole = np.stack([fold([weights[no] for no in own]) for own in members])
        scored = np.stack([fold([weights[no] * is_scored[no] for no in own]) for own in members])
        everything = fold(list(whole * (scored > 0)))
        place = [dimensions.index(d) for d in self.dimensions]
        with np.errstate(all="ignore"):
            return (weights * whole[place] * 100) / (scored[place] * everything)

    def _part(self, no: int, scores: np.ndarray, effective: np.ndarray) -> np.ndarray:
        """What one indicator adds to the total, 0 where it has no score."""
        part = scores * effective
        part /= self.full_marks[no]
        return _or_zero(part)

    @staticmethod
    def _sum(parts: list[np.ndarray]) -> np.ndarray:
        return np.clip(half_up(fold(parts)), 0, 100)


@dataclass(frozen=True)
class Node:
    """A node of a tree with its children in order. `w` of a child is the weight of its own name."""

    name: str
    children: tuple[str, ...]
    aggregation: str = "arithmetic"
    exponent: float = NAN
    data_threshold: float = 0.0
    missing_policy: str = "redistribute"
    factor: float = 1.0
    shift: float = 0.0
    score_power: float = 1.0
    score_floor: float = -np.inf
    score_cap: float = np.inf
    decimals: int | None = None


@dataclass(frozen=True)
class Tree:
    """A scheme's own tree: `inner` nodes each after their children, the last is the root; `nodes` is every name that has a weight."""

    indicators: tuple[str, ...]
    inner: tuple[Node, ...]
    nodes: tuple[str, ...]

    def totals(self, variants: Sequence[Variant]) -> list[np.ndarray]:
        """The total of each variant."""
        return [self.total(scores, weights) for scores, weights in variants]

    def alone(self, scores: np.ndarray, weights: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        """A function of marks (indicators, units): each unit's total with only that indicator's score replaced by the mark, where it has one."""
        columns = len(scores)
        tried = np.repeat(scores[:, None, :], columns, axis=1)
        repeated = np.tile(weights, (scores.size, 1))

        def total(marks: np.ndarray) -> np.ndarray:
            tried[np.arange(columns), np.arange(columns)] = marks
            return self.total(tried.reshape(columns, -1, 1), repeated).reshape(scores.shape)

        return total

    def total(self, scores: Sequence[np.ndarray], weights: np.ndarray) -> np.ndarray:
        """The root's score as published."""
        known = {name: scores[no] for no, name in enumerate(self.indicators)}
        place = {name: no for no, name in enumerate(self.nodes)}
        with np.errstate(all="ignore"):
            for node in self.inner:
                known[node.name] = _aggregate(node, [known[c] for c in node.children], [weights[:, place[c], None] for c in node.children])
        return half_up(known[self.inner[-1].name])


def _aggregate(node: Node, children: list[np.ndarray], weights: list[np.ndarray]) -> np.ndarray:
    has = [~np.isnan(c) for c in children]
    count = sum(h.astype(int) for h in has)
    enough = (count > 0) & (count >= node.data_threshold * len(children)) & ((node.missing_policy != "require") | (count == len(children)))
    if node.missing_policy == "zero":
        children, has = [np.nan_to_num(c) for c in children], [np.ones_like(h) for h in has]
    mean = _mean(node, children, weights, has)
    mean = mean if node.score_power == 1 else np.power(mean, node.score_power)
    bounded = np.clip(mean * node.factor + node.shift, node.score_floor, node.score_cap)
    done = bounded if node.decimals is None else half_up(bounded, node.decimals)
    return np.where(enough & np.isfinite(done), done, NAN)


def _mean(node: Node, children, weights, has) -> np.ndarray:
    kind = node.aggregation
    if kind in ("min", "max", "median"):
        counted = np.stack([np.where(h & ((w != 0) | (kind == "median")), c, NAN) for c, w, h in zip(children, weights, has, strict=True)], axis=-1)
        return {"min": np.fmin.reduce, "max": np.fmax.reduce, "median": lambda a, axis: np.nanmedian(a, axis=axis)}[kind](counted, axis=-1)
    if kind == "product":
        parts = [np.where(h & (w != 0), np.power(c, w), 1.0) for c, w, h in zip(children, weights, has, strict=True)]
        return fold(parts, np.multiply)
    over = fold([w * h for w, h in zip(weights, has, strict=True)])
    turned, back = {
        "arithmetic": (lambda c: c, lambda m: m),
        "sum": (lambda c: c, lambda m: m * over),
        "geometric": (lambda c: np.log(np.where(c >= 0, c, NAN)), np.exp),
        "harmonic": (lambda c: 1 / np.where(c < 0, NAN, c), lambda m: 1 / m),
        "power": (lambda c: np.power(np.where(c < 0, NAN, c), node.exponent), lambda m: np.power(m, 1 / node.exponent)),
    }[kind]
    summed = fold([np.where(h & (w != 0), w * turned(c), 0.0) for c, w, h in zip(children, weights, has, strict=True)])
    return back(summed / over)


def _or_zero(parts: np.ndarray) -> np.ndarray:
    """The same array with 0 where there is nothing."""
    parts[np.isnan(parts)] = 0
    return parts


def _once(known: dict[tuple, np.ndarray], key: tuple, make: Callable[[], np.ndarray]) -> np.ndarray:
    """What `make` gives, made once per key. Keys name arrays by identity, which holds while the caller holds them."""
    if key not in known:
        known[key] = make()
    return known[key]


def fold(parts: list[np.ndarray], by=np.add) -> np.ndarray:
    """One term after the other: sums that depend on no machine's vector width."""
    total = parts[0]
    for part in parts[1:]:
        total = by(total, part)
    return total
