"""The rows that tell how sure a score and a grade are: one per unit, period, statistic and item.

Belongs here: what is made of the draws. Does not belong here: drawing and scoring (`panel`), wording (the marts).
The draws of matrices A and B together are the sample of the intervals; A with one group from B tells what drives it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sureness import reach
from sureness.assumptions import GROUPS, Assumptions, Source
from sureness.drivers import Indices, indices
from sureness.panel import Stratum

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

    def __init__(self, stratum: Stratum, assumptions: Assumptions) -> None:
        self.stratum, self.assumptions = stratum, assumptions
        self.tables = stratum.tables(assumptions)
        self.a, self.b = (stratum.totals(Source(assumptions, matrix), self.tables) for matrix in "AB")
        self.all = np.concatenate([self.a, self.b])
        self.base = stratum.published_total

    def of_unit(self, unit: str) -> np.ndarray:
        """Published marks of one unit in every draw."""
        return self.stratum.marks(self.all[:, self.stratum.units.index(unit)])

    def exchanged(self, group: str) -> np.ndarray:
        """Totals under matrix A with one group of assumptions from B."""
        if not self.varies(group):
            return self.a
        return self.stratum.totals(Source(self.assumptions, "A", group), self.tables)


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

    def row(unit: str, statistic: str, item: str | None, value: float, note: str | None = None, digits: int = DIGITS) -> Row:
        return Row(unit, stratum.period, stratum.class_id, statistic, item, None if math.isnan(value) else round(float(value), digits), note)

    for made in (_scores(draws), _ranks(draws), _grades(draws), _drivers(draws), _varied(draws)):
        for unit, *rest in made:
            yield row(stratum.units[unit], *rest)
    for unit in stratum.units:
        if unit in before:
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
    stratum, drawn = draws.stratum, draws.stratum.grades(draws.all)
    own = stratum.grades(draws.base[None, :])[0]
    for unit in range(len(stratum.units)):
        for number, band in enumerate(stratum.bands):
            yield unit, "grade_share", band[0], np.count_nonzero(drawn[:, unit] == number) / len(drawn)
        yield unit, "stability", stratum.bands[own[unit]][0] if own[unit] >= 0 else None, np.count_nonzero(drawn[:, unit] == own[unit]) / len(drawn)


def _drivers(draws: Draws) -> Iterator[tuple]:
    stratum = draws.stratum
    own = stratum.grades(draws.base[None, :])
    for group in GROUPS:
        mixed = draws.exchanged(group)
        kept = [(stratum.grades(totals) == own).astype(float) for totals in (draws.a, draws.b, mixed)]
        for output, found in (("score", indices(draws.a, draws.b, mixed)), ("grade", indices(*kept))):
            yield from _told(group, output, found, draws.assumptions.most_error)


def _told(group: str, output: str, found: Indices, most_error: float) -> Iterator[tuple]:
    """Indices of one group, NaN where too few draws differ to tell them."""
    clear = np.fmax(found.first_error, found.total_error) <= most_error
    for name in ("first", "first_error", "total", "total_error"):
        yield from ((unit, f"{output}_{name}", group, value, None, INDEX_DIGITS) for unit, value in enumerate(np.where(clear, getattr(found, name), np.nan)))


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
