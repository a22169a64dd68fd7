"""From indicator scores to the total, for many draws at once: the plain form (dimensions and their total) and trees of nodes.

Belongs here: the aggregation of dbt_project/models/scores (sco_contributions, sco_nodes, sco_totals), which a test holds against this.
Does not belong here: bonus, deduction, quota and veto, which are held as published (see `panel`).
Shapes: scores (indicators, draws, units), weights (draws, nodes); totals (draws, units), rounded to eight places, NaN where there is none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sureness.rounding import half_up

NAN = float("nan")


@dataclass(frozen=True)
class Plain:
    """Dimensions and their total: `dimensions` names the indicators' dimension, `full_marks` their full marks, in their order."""

    indicators: tuple[str, ...]
    dimensions: tuple[str, ...]
    full_marks: tuple[float, ...]

    @property
    def nodes(self) -> tuple[str, ...]:
        return self.indicators

    def total(self, scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """What has no score gives its weight to its dimension, a dimension without any to the others; brought within 0-100."""
        has_all = ~np.isnan(scores).any(axis=(0, 1))
        if has_all.all():
            return self._weighted(scores, half_up(weights.T * 100 / fold(list(weights.T)))[:, :, None])
        if has_all.any():  # nothing to share out for these units
            total = np.empty(scores.shape[1:])
            total[:, has_all], total[:, ~has_all] = self.total(scores[:, :, has_all], weights), self.total(scores[:, :, ~has_all], weights)
            return total
        return self._weighted(scores, self._shared_out(~np.isnan(scores), weights.T[:, :, None]))

    def _shared_out(self, is_scored: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Effective weights in hundredths of the total where some scores are lacking."""
        dimensions = list(dict.fromkeys(self.dimensions))
        members = [[no for no, d in enumerate(self.dimensions) if d == dimension] for dimension in dimensions]
        whole = np.stack([fold([weights[no] for no in own]) for own in members])
        scored = np.stack([fold([weights[no] * is_scored[no] for no in own]) for own in members])
        everything = fold(list(whole * (scored > 0)))
        place = [dimensions.index(d) for d in self.dimensions]
        with np.errstate(all="ignore"):
            return half_up((weights * whole[place] * 100) / (scored[place] * everything))

    def _weighted(self, scores: np.ndarray, effective: np.ndarray) -> np.ndarray:
        parts = half_up(half_up(scores * effective) / np.array(self.full_marks)[:, None, None])
        return np.clip(half_up(fold(list(np.where(np.isnan(parts), 0, parts)))), 0, 100)


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

    def total(self, scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """The root's score as it stands."""
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


def fold(parts: list[np.ndarray], by=np.add) -> np.ndarray:
    """One term after the other: sums that depend on no machine's vector width."""
    total = parts[0]
    for part in parts[1:]:
        total = by(total, part)
    return total
