"""What became of a unit: its states, how one year's units become another's, and figures carried along.

Belongs here: following the register's edges over several years, answering for a unit that is no more. Does not belong here: what
the edges are (sources/registers/unit_events.csv, model val_lineage).
Standing decision: neither code nor name identifies a unit across years. A unit that is no more has no figures, never zeros.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import duckdb

Sources = dict[str, Decimal | None]


@dataclass(frozen=True)
class State:
    """A unit between two changes: `valid_from` and `valid_to` are year-ends, None is open."""

    unit_key: str
    unit_code: str
    name_zh: str
    name_en: str | None
    level: str
    valid_from: int | None
    valid_to: int | None

    def stands_in(self, year: int) -> bool:
        """Whether the state stood at the end of the year."""
        return (self.valid_from or 0) <= year <= (self.valid_to or 9999)


def between(con: duckdb.DuckDBPyConnection, before: int, after: int, database: str) -> dict[str, Sources]:
    """{unit of the later year-end: {unit of the earlier one: share of it, None where unknown}} of all units that have changed."""
    edges = con.execute(f"""select period, unit_code, from_unit_code, share from {database}.validated.val_lineage
        where period > ? and period <= ? order by period, unit_code, from_unit_code""", [before, after]).fetchall()
    ways: dict[str, Sources] = {}
    for period in sorted({edge[0] for edge in edges}):
        year = [edge for edge in edges if edge[0] == period]
        fresh: dict[str, Sources] = {}
        for _, unit, source, share in year:
            for origin, earlier in ways.get(source, {source: Decimal(1)}).items():
                whole = None if share is None or earlier is None else share * earlier
                known = fresh.setdefault(unit, {})
                known[origin] = whole if origin not in known else None if whole is None or known[origin] is None else known[origin] + whole
        ways |= fresh
    return ways


def rebased(columns: list[str], table: str, ways: dict[str, Sources], database: str) -> str:
    """A subquery like `table` (figures or grid, with these columns), the figures of the units in `ways` on their later territory.

    One source taken over whole brings every row. Otherwise only additive indicators, where every part and share is known.
    """
    text = {code: code.replace("'", "''") for unit, sources in ways.items() for code in (unit, *sources)}
    values = ", ".join(f"('{text[unit]}', '{text[source]}', {share}, {len(sources)}, {str(list(sources.values()) == [1]).lower()})"
                       for unit, sources in sorted(ways.items()) for source, share in sorted(sources.items()))
    way = f"(values {values}) as way (unit_code, from_unit_code, share, n_sources, is_whole)"
    summed = {"unit_code": "way.unit_code", "indicator": "figures.indicator", "period": "figures.period", "status": "max(figures.status)", "definition_id": "max(figures.definition_id)",
              "value": "cast(sum(cast(round(figures.value * cast(way.share as decimal(9, 8)), 8) as decimal(28, 8))) as decimal(28, 8))"}
    whole = ", ".join("way.unit_code" if c == "unit_code" else f"figures.{c}" for c in columns)
    parts = ", ".join(f"{summed.get(c, 'null')} as {c}" for c in columns)
    return f"""(select {', '.join(columns)} from {table} where unit_code not in (select unit_code from {way})
        union all select {whole} from {table} as figures inner join {way} on way.from_unit_code = figures.unit_code and way.is_whole
        union all select {parts} from {table} as figures inner join {way} on way.from_unit_code = figures.unit_code and not way.is_whole
        inner join {database}.raw.register_indicators as indicators on indicators.indicator = figures.indicator and indicators.additive
        group by way.unit_code, figures.indicator, figures.period having count(figures.value) = max(way.n_sources))"""


def states(con: duckdb.DuckDBPyConnection, unit: str) -> list[State]:
    """Every state that bore this code or name, in order of time."""
    found = con.execute("""select unit_key, unit_code, name_zh, name_en, level, valid_from, valid_to from units
        where unit_code = ? or name_zh = ? order by valid_from nulls first""", [unit, unit]).fetchall()
    return [State(*row) for row in found]
