"""How stable a score and a grade are, as rows: one per unit, period, statistic and item.

Belongs here: what is made of the draws. Does not belong here: drawing and scoring (`panel`), wording (the marts).
The draws of matrices A and B together are the sample of the intervals; A with one group from B gives what drives it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np

from stability.draws import reach
from stability.draws.assumptions import GROUPS, Assumptions, Source
from stability.draws.drivers import Indices, indices
from stability.draws.panel import Stratum

DIGITS = 8
INDEX_DIGITS = 4


class Row(NamedTuple):
    """One statistic. `item` says of what (a grade, an assumption, an indicator), `note` is a code where there is one."""

    unit_code: str
    period: int
    class_id: str
    statistic: str
    item: str | None
    value: float | None
    note: str | None = None


class Draws:
    """All draws of one class in one period."""

    def __init__(self, stratum: Stratum, assumptions: Assumptions, drivers: bool = True) -> None:
        """`drivers`: also with each group exchanged; without, the draws only serve another period's changes."""
        self.stratum, self.assumptions = stratum, assumptions
        self.tables = stratum.tables(assumptions)
        self._varying = [group for group in GROUPS if drivers and self.varies(group)]
        sources = [Source(assumptions, "A"), Source(assumptions, "B"), *(Source(assumptions, "A", group) for group in self._varying)]
        self.totals = stratum.totals(sources, self.tables)
        self.a, self.b = self.totals[0], self.totals[1]
        self.all = np.concatenate([self.a, self.b])
        self.base = stratum.published_total

    def of_unit(self, unit: str) -> np.ndarray:
        """Published marks of one unit in every draw."""
        return self.stratum.marks(self.all[:, self.stratum.units.index(unit)])

    def exchanged(self, group: str) -> np.ndarray:
        """Totals under matrix A with one group of assumptions from B."""
        return self.totals[self.place(group)]

    def place(self, group: str) -> int:
        """The totals with this group exchanged; those of matrix A where there is nothing to exchange."""
        return 2 + self._varying.index(group) if group in self._varying else 0

    @cached_property
    def grades(self) -> np.ndarray:
        """Number of the grade of every total (sources, draws, units)."""
        return self.stratum.grades(self.totals)

    def varies(self, group: str) -> bool:
        """Whether there is anything in this class that the group could vary."""
        if group == "suspicions":
            return any(len(table.scores) > 1 for table in self.tables)
        return any(count > 0 for count in self.varied(group))

    def varied(self, group: str) -> list[int]:
        """Per unit, how many things of the group could vary: weights, methods, figures in doubt among its peers, lacking scores."""
        stratum, units = self.stratum, len(self.stratum.units)
        if group == "weights":
            return [len(stratum.shape.nodes) if self.assumptions.spread else 0] * units
        if group == "methods":
            return [sum(bool(table.alternatives) for table in self.tables)] * units
        if group == "suspicions":
            return [len(self.doubted())] * units
        return [sum(bool(c.lacking[u]) and bool(self.assumptions.missing.get(c.policies[c.lacking[u]])) for c in stratum.columns) for u in range(units)]

    def doubted(self) -> set[tuple[str, str]]:
        """(unit, figure) of every figure that some draw may replace."""
        return {(d.unit, d.name) for c in self.stratum.columns for d in c.pool.doubts if self.assumptions.probability(d.score) > 0}


def rows(draws: Draws, before: dict[str, Draws], bounds: dict[str, tuple[float, float]]) -> Iterator[Row]:
    """Every statistic of one class in one period. `before` {unit: its draws in the period before}."""
    stratum = draws.stratum
    graded = [unit for unit, total in zip(stratum.units, stratum.published_total, strict=True) if not math.isnan(total)]  # the others have no grade to be sure of

    def row(unit: str, statistic: str, item: str | None, value: float, note: str | None = None, digits: int = DIGITS) -> Row:
        return Row(unit, stratum.period, stratum.class_id, statistic, item, None if math.isnan(value) else round(float(value), digits), note)

    for made in (_scores(draws), _ranks(draws), _grades(draws), _drivers(draws), _varied(draws)):
        for unit, *rest in made:
            if stratum.units[unit] in graded:
                yield row(stratum.units[unit], *rest)
    for unit in graded:
        if unit in before and not math.isnan(before[unit].base[before[unit].stratum.units.index(unit)]):
            yield from (row(unit, *rest) for rest in _changes(draws, before[unit], unit))
    for unit, following in reach.ways(stratum, bounds).items():
        yield row(unit, "next_total", following.grade, following.total)
        yield row(unit, "lacking", following.grade, following.lacking)
        for way in following.ways:
            yield row(unit, "way_score", way.indicator, way.score, way.code)
            if way.code == reach.REACHES:
                yield row(unit, "way_value", way.indicator, way.value, "MOVES" if way.moves_reference else None)


def quantile(values: np.ndarray, share: float) -> np.ndarray:
    """The smallest drawn value that at least this share of the draws does not exceed; no interpolation."""
    ordered = np.sort(values, axis=0)
    return ordered[max(0, math.ceil(share * len(ordered) - 1e-9) - 1)]


def _interval(name: str, values: np.ndarray, assumptions: Assumptions) -> Iterator[tuple]:
    for end, share in (("low", assumptions.low), ("high", assumptions.high)):
        yield from ((unit, f"{name}_{end}", None, value) for unit, value in enumerate(quantile(values, share)))


def _scores(draws: Draws) -> Iterator[tuple]:
    yield from _interval("score", draws.stratum.marks(draws.all), draws.assumptions)


def _ranks(draws: Draws) -> Iterator[tuple]:
    yield from _interval("rank", draws.stratum.ranks(draws.all), draws.assumptions)


def _grades(draws: Draws) -> Iterator[tuple]:
    """Share of draws per grade, and of the grade that the published total gives by the bands."""
    stratum, drawn = draws.stratum, np.concatenate([draws.grades[0], draws.grades[1]])
    own = stratum.grades(draws.base[None, :])[0]
    for unit in range(len(stratum.units)):
        for number, band in enumerate(stratum.bands):
            yield unit, "grade_share", band[0], np.count_nonzero(drawn[:, unit] == number) / len(drawn)
        yield unit, "stability", stratum.bands[own[unit]][0] if own[unit] >= 0 else None, np.count_nonzero(drawn[:, unit] == own[unit]) / len(drawn)


def _drivers(draws: Draws) -> Iterator[tuple]:
    """Indices of every group for score and grade, all columns at once."""
    kept = (draws.grades == draws.stratum.grades(draws.base[None, :])).astype(float)
    places = [draws.place(group) for group in GROUPS]
    a, b, mixed = ([x for at in of for x in (draws.totals[at], kept[at])] for of in ([0] * len(GROUPS), [1] * len(GROUPS), places))
    found = indices(np.hstack(a), np.hstack(b), np.hstack(mixed))
    outputs = [(group, output) for group in GROUPS for output in ("score", "grade")]
    clear = {name: np.split(values, len(outputs)) for name, values in _estimated(found, draws.assumptions.most_error).items()}
    for no, (group, output) in enumerate(outputs):
        for name, values in clear.items():
            yield from ((unit, f"{output}_{name}", group, value, None, INDEX_DIGITS) for unit, value in enumerate(values[no]))


def _estimated(found: Indices, most_error: float) -> dict[str, np.ndarray]:
    """Indices by name, NaN where too few draws differ to estimate them."""
    clear = np.fmax(found.first_error, found.total_error) <= most_error
    return {name: np.where(clear, getattr(found, name), np.nan) for name in ("first", "first_error", "total", "total_error")}


def _varied(draws: Draws) -> Iterator[tuple]:
    for group in GROUPS:
        yield from ((unit, "varied", group, float(count)) for unit, count in enumerate(draws.varied(group)))
    doubted = draws.doubted()
    for unit, code in enumerate(draws.stratum.units):
        yield unit, "own_suspicions", None, float(sum(u == code for u, _ in doubted))
        yield unit, "held_points", None, float(draws.stratum.held[unit])


def _changes(draws: Draws, before: Draws, unit: str) -> Iterator[tuple]:
    """The change on the period before, both under the same draw."""
    change = np.round(draws.of_unit(unit) - before.of_unit(unit), DIGITS)
    yield "change_low", None, quantile(change, draws.assumptions.low)
    yield "change_high", None, quantile(change, draws.assumptions.high)
    yield "change_up", None, np.count_nonzero(change > 0) / len(change)
    yield "change_down", None, np.count_nonzero(change < 0) / len(change)
