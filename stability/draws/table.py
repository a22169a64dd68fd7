"""The table `draw_statistics`: which strata to draw tonight, and the rows of their periods.

Belongs here: increments. Does not belong here: what a row says (`statistics`), what a stratum rests on (`digests`). Called by the dbt model
of that name, with its session.
Standing decision: a stratum is drawn again only where its digest is another than the one kept with its rows (statistic RESTS_ON); the other
strata of a period that is replaced keep their rows.
"""

from __future__ import annotations

import math
from collections.abc import Collection

import duckdb

from sources.rows import laid_out
from stability.draws import digests, inputs
from stability.draws.assumptions import Assumptions
from stability.draws.digests import Base, Key
from stability.draws.statistics import Draws, Row, rows

COLUMNS = {"unit_code": "varchar", "period": "integer", "class_id": "varchar", "statistic": "varchar", "item": "varchar", "value": "double", "note": "varchar"}
DRAWN = "drawn_statistics"
RESTS_ON = "rests_on"


def computed(con: duckdb.DuckDBPyConnection, existing: str | None) -> duckdb.DuckDBPyRelation:
    """All rows of every period that is to be replaced, to be read before anything else is computed. `existing` is the present table, None
    where all is to be built."""
    assumptions = Assumptions.of(con.execute("select assumption, item, choice, cast(value as double) from staging.stability_assumptions").fetchall())
    bases = digests.of_strata(con, assumptions)
    if existing is None:
        return con.sql(f"from {_laid(con, _drawn(con, assumptions, bases, bases))}")
    stood = set(con.execute(f"select unit_code, period, class_id, note from {existing} where statistic = ?", [RESTS_ON]).fetchall())
    anew = {key for key, base in bases.items() if not stood.issuperset((unit, key.period, key.class_id, base.digest) for unit in base.units)}
    replaced = _replaced(con, bases, stood)
    kept = [base.digest for key, base in bases.items() if key.period in replaced and key not in anew]
    drawn = _laid(con, _drawn(con, assumptions, bases, anew))
    return con.sql(f"from {drawn} union all select {', '.join(COLUMNS)} from {existing} where {_kept(existing)}", params=[RESTS_ON, kept])


def _replaced(con, bases: dict[Key, Base], stood: set[tuple]) -> set[int]:
    """The changed periods, and those of which a stratum has come, gone or changed."""
    now = {(unit, key.period, key.class_id, base.digest) for key, base in bases.items() for unit in base.units}
    return {period for (period,) in con.execute("select period from raw.changed_period").fetchall()} | {period for _, period, *_ in stood ^ now}


def _drawn(con, assumptions: Assumptions, bases: dict[Key, Base], anew: Collection[Key]) -> list[Row]:
    """Rows of the strata that are drawn; last year's strata are drawn for the changes only, where they have no rows to make."""
    needed = {*anew, *(before for key in anew for before in bases[key].before)}
    drawn = {key: Draws(stratum, assumptions, drivers=key in anew) for stratum in inputs.strata(con, {key.period for key in needed}, assumptions, only=needed)
             if (key := Key(stratum.period, stratum.province, stratum.class_id)) in needed}
    of_unit = {(unit, key.period): draws for key, draws in drawn.items() for unit in draws.stratum.units}
    bounds = {i: (-math.inf if low is None else low, math.inf if high is None else high) for i, low, high in con.execute(
        "select indicator, cast(hard_low as double), cast(hard_high as double) from raw.register_indicators").fetchall()}
    found: list[Row] = []
    for key in sorted(anew):
        units = drawn[key].stratum.units
        found += rows(drawn[key], {u: of_unit[u, key.period - 1] for u in units if (u, key.period - 1) in of_unit}, bounds)
        found += [Row(u, key.period, key.class_id, RESTS_ON, None, None, bases[key].digest) for u in units]
    return found


def _laid(con: duckdb.DuckDBPyConnection, found: list[Row]) -> str:
    """A table of the rows for this session. Returns its name."""
    values = zip(*found, strict=True) if found else [()] * len(COLUMNS)
    shown = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in COLUMNS.items())
    with laid_out(con, "drawn_rows", dict(zip(COLUMNS, values, strict=True))):
        con.execute(f"create or replace temp table {DRAWN} as select {shown} from drawn_rows")
    return DRAWN


def _kept(existing: str) -> str:
    """Condition on the rows that rest on the digests of the second parameter."""
    return f"(unit_code, period) in (select (unit_code, period) from {existing} where statistic = ? and note in (select unnest(?)))"
