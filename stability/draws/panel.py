"""One scheme in one period, ready to be scored under other assumptions.

Belongs here: what a class of units holds (`Stratum`), and its totals for a source of random columns. Does not belong here: reading
the warehouse (`inputs`), what is made of the totals (`statistics`).
Standing decisions: a score that no assumption touches is the published one, not computed again; a suspected figure is replaced in
whatever it enters, and moves its peers' references as a correction would; what follows the base total (bonus, deduction) is held
as published. A suspected figure without a suggested one is left out of that draw, and so is one whose method or preparation cannot be recomputed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from stability.draws import methods
from stability.draws.assumptions import Assumptions, Source
from stability.draws.methods import NAN, Parameters
from stability.draws.rounding import UNIT, half_up, published, whole
from stability.draws.totals import Plain, Tree

MOST_CELLS = 2_000_000  # of an array of draws, units and indicators: larger classes are worked off in blocks of draws


@dataclass(frozen=True)
class Figure:
    """A reported figure that may be wrong: what it should be (NaN where nobody can say) and the score of the suspicion."""

    unit: str
    name: str
    period: int
    suggested: float
    score: float


@dataclass(frozen=True)
class Pool:
    """The peers of one indicator: their published values, and the figures in doubt.

    `counts` (peers,): whether others are measured by the value; a figure withheld as a reference (val_doubts) is not, in no draw.

    `values` (peers,) with NaN where not usable; `parts` per peer (numerator, denominator or None, factor, value of each) to
    compute a derived value again, None where a replaced figure cannot be carried through (prepared or composed values).
    """

    units: tuple[str, ...]
    values: np.ndarray
    parts: tuple[tuple | None, ...]
    doubts: tuple[Figure, ...]
    counts: np.ndarray

    def states(self, replaced: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values (states, peers) for rows of flags over `doubts`, and whether a peer is left out in a state."""
        values, left = np.tile(self.values, (len(replaced), 1)), np.zeros((len(replaced), len(self.units)), bool)
        place = {unit: no for no, unit in enumerate(self.units)}
        for state, flags in enumerate(replaced):
            changed: dict[str, dict[str, float]] = {}
            for doubt, flag in zip(self.doubts, flags, strict=True):
                if flag:
                    changed.setdefault(doubt.unit, {})[doubt.name] = doubt.suggested
            for unit, figures in changed.items():
                values[state, place[unit]] = self._again(place[unit], figures)
                left[state, place[unit]] = np.isnan(values[state, place[unit]])
        return values, left

    def _again(self, peer: int, figures: dict[str, float]) -> float:
        if self.parts[peer] is None:
            return NAN
        top, bottom, factor, top_value, bottom_value = self.parts[peer]
        top_value = figures.get(top, top_value)
        if bottom is None:
            return top_value
        bottom_value = figures.get(bottom, bottom_value)
        return float(half_up(np.float64(top_value * factor / bottom_value))) if bottom_value else NAN


@dataclass(frozen=True)
class Column:
    """One indicator of one class: method, parameters, published scores of the class's units, and why there is none.

    `measured` (units,) is NaN where no score was measured; `lacking` says why: `missing`, `quarantined` or empty (nothing is put in its place).
    """

    indicator: str
    method: str
    given: Parameters
    measured: np.ndarray
    lacking: tuple[str, ...]
    policies: dict[str, str]
    pool: Pool
    targets: np.ndarray
    recomputable: bool

    def instead(self, policy: str) -> float:
        """The mark that a policy puts in the place of a lacking score, NaN where its weight goes to the others."""
        return {"floor": 0.0 if math.isnan(self.given.base) else float(self.given.base), "zero": 0.0}.get(policy, NAN)

    def scores(self, method: str, values: np.ndarray, units: tuple[str, ...]) -> np.ndarray:
        """Scores (states, units) by a method for the pool's values in each state."""
        return self.scores_by([method], values, units)[0]

    def scores_by(self, wanted: Sequence[str], values: np.ndarray, units: tuple[str, ...]) -> list[np.ndarray]:
        """The same by each of several methods."""
        place = self.places(units)
        own = values[:, place]
        others = np.repeat(np.where(self.pool.counts, values, NAN)[:, None, :], len(place), axis=1)
        others[:, np.arange(len(place)), place] = NAN
        own_flat, others_flat, given = own.reshape(-1), others.reshape(-1, len(self.pool.units)), self.given_for(np.tile(self.targets, len(values)), np.tile(self.pool.counts[place], len(values)))
        return [methods.score(method, own_flat, others_flat, given).reshape(own.shape) for method in wanted]

    def given_for(self, targets: np.ndarray, counts: np.ndarray) -> Parameters:
        """The parameters with the target of each row, as they are where there is none, and whether its own value is a reference."""
        given = self.given if counts.all() else self.given.of_rows(counts=counts)
        return given if np.isnan(targets).all() and np.isnan(self.given.target).all() else given.of_rows(target=targets)

    def places(self, units: tuple[str, ...]) -> np.ndarray:
        """Positions of the units in the pool."""
        place = {unit: no for no, unit in enumerate(self.pool.units)}
        return np.array([place[unit] for unit in units], int)


@dataclass(frozen=True)
class Table:
    """All scores that a column can take: (states of its doubts, methods, units), with the state of each draw in matrices A and B."""

    scores: np.ndarray
    left: np.ndarray
    state: dict[str, np.ndarray]
    alternatives: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Stratum:
    """A class of one scheme in one period.

    `weights` {node: weight}; `published_total` (units,) as published, 1e-8 exact; `bands` ((grade, lower, inclusive, upper, inclusive), …).
    """

    province: str
    period: int
    class_id: str
    units: tuple[str, ...]
    shape: Plain | Tree
    weights: dict[str, float]
    columns: tuple[Column, ...]
    published_total: np.ndarray
    bands: tuple[tuple[str, float | None, bool, float | None, bool], ...]
    decimals: int = 2
    grade_on: str = "published"
    ascending: bool = False

    @cached_property
    def base(self) -> np.ndarray:
        """Totals (units,) without perturbation, as this arithmetic gives them."""
        return self.shape.total(self.base_scores[:, None], np.array([[self.weights[n] for n in self.shape.nodes]]))[0]

    @cached_property
    def base_scores(self) -> np.ndarray:
        """Scores (indicators, units) as published, policies included."""
        present = np.zeros(len(self.units), bool)
        return np.stack([_settled(c, c.measured, present, {reason: np.float64(c.instead(p)) for reason, p in c.policies.items()}) for c in self.columns])

    @cached_property
    def held(self) -> np.ndarray:
        """What the published total has beyond the base (bonus, deduction): the same in every draw."""
        return half_up(np.nan_to_num(self.published_total - self.base))

    def totals(self, sources: Sequence[Source], tables: tuple[Table, ...]) -> np.ndarray:
        """Totals (sources, draws, units) under each source's draws. What sources share is drawn and weighed once."""
        weights = {s.matrix_of("weights"): np.column_stack([self._weight(s, node) for node in self.shape.nodes]) for s in _of_each(sources, "weights")}
        block = max(1, MOST_CELLS // max(1, len(self.units) * len(self.columns)))
        count = sources[0].assumptions.count
        parts = [self._block(sources, tables, weights, slice(start, min(start + block, count))) for start in range(0, count, block)]
        return self._with_held(np.concatenate(parts, axis=1))

    def _with_held(self, totals: np.ndarray) -> np.ndarray:
        raised = half_up(totals + self.held)
        raised[..., np.isnan(self.published_total)] = NAN  # neither graded nor ranked as published, so in no draw
        return np.clip(raised, 0, 100) if isinstance(self.shape, Plain) else raised

    def _weight(self, source: Source, node: str) -> np.ndarray:
        spread = source.assumptions.spread
        if not spread:
            return np.full(source.assumptions.count, self.weights[node])
        return self.weights[node] * (1 + spread * (2 * source.column("weights", self.province, self.class_id, node) - 1))

    def _block(self, sources: Sequence[Source], tables: tuple[Table, ...], weights: dict[str, np.ndarray], rows: slice) -> np.ndarray:
        drawn: dict[tuple, np.ndarray] = {}
        weighed = {matrix: of_matrix[rows] for matrix, of_matrix in weights.items()}
        for source in sources:
            for column, table in zip(self.columns, tables, strict=True):
                key = self._key(source, column, table)
                if key not in drawn:
                    drawn[key] = self._drawn(source, column, table, rows)
        of_source = [[drawn[self._key(source, column, table)] for column, table in zip(self.columns, tables, strict=True)] for source in sources]
        return np.stack(self.shape.totals([(scores, weighed[source.matrix_of("weights")]) for source, scores in zip(sources, of_source, strict=True)]))

    @staticmethod
    def _key(source: Source, column: Column, table: Table) -> tuple:
        """What decides a column's drawn scores: the matrices of the groups that vary something in it."""
        varying = {"methods": bool(table.alternatives), "suspicions": len(table.scores) > 1, "missing": any(column.lacking)}
        return (column.indicator, *(source.matrix_of(group) for group, varies in varying.items() if varies))

    def _drawn(self, source: Source, column: Column, table: Table, rows: slice) -> np.ndarray:
        state = table.state[source.matrix_of("suspicions")][rows]
        method = source.choice("methods", table.alternatives, self.province, column.indicator)[rows] if table.alternatives else 0
        marks = {reason: self._marks(source, column, reason, rows) for reason in column.policies if reason in column.lacking}
        return _settled(column, table.scores[state, method], table.left[state], marks)

    def _marks(self, source: Source, column: Column, reason: str, rows: slice) -> np.ndarray:
        """(draws, 1): what replaces a missing score, by the policy of each draw."""
        policy = column.policies[reason]
        shares = source.assumptions.missing.get(policy, ())
        marks = np.array([column.instead(p) for p in (policy, *(name for name, _ in shares))])
        chosen = source.choice("missing", shares, self.province, reason, policy)[rows] if shares else np.zeros(1, int)
        return marks[chosen][:, None]

    def tables(self, assumptions: Assumptions) -> tuple[Table, ...]:
        """The scores that the columns can take under a policy: computed once, looked up by every draw."""
        return tuple(self._table(assumptions, column) for column in self.columns)

    def _table(self, assumptions: Assumptions, column: Column) -> Table:
        states, state = _states(assumptions, column.pool.doubts)
        values, left_out = column.pool.states(states)
        alternatives = tuple((m, s) for m, s in assumptions.methods.get(column.method, ()) if m in methods.METHODS) if column.recomputable else ()
        own = column.places(self.units)
        touched = states.any(axis=1)
        scores = np.full((len(states), 1 + len(alternatives), len(self.units)), NAN)
        scores[~touched, 0] = column.measured
        if touched.any() and column.recomputable:
            scores[touched, 0] = column.scores(column.method, values[touched], self.units)
        elif touched.any():
            scores[touched, 0] = np.where(left_out[touched][:, own], NAN, column.measured)
        for no, of_method in enumerate(column.scores_by([method for method, _ in alternatives], values, self.units) if alternatives else (), start=1):
            scores[:, no] = of_method
        return Table(scores, left_out[:, own], state, alternatives)

    def graded(self, totals: np.ndarray) -> np.ndarray:
        """Totals as they are published, in whole 1e-8."""
        return published(whole(totals), self.decimals)

    def marks(self, totals: np.ndarray) -> np.ndarray:
        """Totals as they are published, in marks; NaN where there is none."""
        return np.where(np.isnan(totals), NAN, self.graded(totals) / UNIT)

    def grades(self, totals: np.ndarray) -> np.ndarray:
        """Number of the band of each total, -1 for none."""
        marks = whole(totals) if self.grade_on == "exact" else self.graded(totals)
        grade, free = np.full(totals.shape, -1), ~np.isnan(totals)
        for no, (_, lower, lower_in, upper, upper_in) in enumerate(self.bands):
            above = True if lower is None else (marks >= edge(lower)) if lower_in else (marks > edge(lower))
            below = True if upper is None else (marks <= edge(upper)) if upper_in else (marks < edge(upper))
            within = free & above & below
            grade[within] = no
            free &= ~within
        return grade

    def ranks(self, totals: np.ndarray) -> np.ndarray:
        """Rank in the class by total, 1 best, equal totals share the best rank, none last."""
        marks = whole(-totals if self.ascending else totals)
        order = np.argsort(-marks, axis=1, kind="stable")
        ordered = np.take_along_axis(marks, order, axis=1)
        fresh = np.concatenate([np.ones((len(marks), 1), bool), ordered[:, 1:] != ordered[:, :-1]], axis=1)
        first = np.maximum.accumulate(np.where(fresh, np.arange(marks.shape[1]), 0), axis=1)
        ranks = np.empty_like(first)
        np.put_along_axis(ranks, order, first + 1, axis=1)
        return ranks


def _of_each(sources: Sequence[Source], group: str) -> list[Source]:
    """One source for each matrix that the group is drawn from."""
    return list({source.matrix_of(group): source for source in sources}.values())


def _states(assumptions: Assumptions, doubts: tuple[Figure, ...]) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The different sets of replaced figures that occur (states, doubts), the first with none, and the state of each draw in A and B."""
    if not doubts or not assumptions.suspicions:
        return np.zeros((1, len(doubts)), bool), dict.fromkeys("AB", np.zeros(assumptions.count, int))
    drawn = [np.column_stack([Source(assumptions, m).column("suspicions", d.unit, d.name, d.period) < assumptions.probability(d.score) for d in doubts]) for m in "AB"]
    states, state = np.unique(np.concatenate([np.zeros((1, len(doubts)), bool), *drawn]), axis=0, return_inverse=True)
    state = np.asarray(state).reshape(-1)[1:]
    return states, {"A": state[: assumptions.count], "B": state[assumptions.count :]}


def edge(marks: float) -> int:
    """An edge of a band in whole 1e-8."""
    return int(whole(np.array([marks]))[0])


def _settled(column: Column, measured: np.ndarray, left: np.ndarray, marks: dict[str, np.ndarray]) -> np.ndarray:
    """Scores with the mark of the policy where none was measured; what is left out of a draw, or does not apply, stays without."""
    scores = measured
    for reason, mark in marks.items():
        scores = np.where(np.isnan(measured) & ~left & np.array([r == reason for r in column.lacking]), mark, scores)
    return scores
