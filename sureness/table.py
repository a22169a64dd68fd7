"""The table `draw_statistics`: which periods to compute tonight, and their rows.

Belongs here: increments. Does not belong here: what a row says (`statistics`). Called by the dbt model of that name, with its session.
Standing decision: a period is computed again when it is among the changed ones, or when the suspicions that it and the year before rest
on are others than those its rows stand on: suspicions are ranked over all years, so that one may change where no figure did.
"""

from __future__ import annotations

import hashlib
import math

import pyarrow as pa

from sureness import inputs
from sureness.assumptions import Assumptions
from sureness.statistics import Draws, Row, rows

SCHEMA = pa.schema([("unit_code", pa.string()), ("period", pa.int32()), ("class_id", pa.string()), ("statistic", pa.string()), ("item", pa.string()), ("value", pa.float64()), ("note", pa.string())])
SUSPICIONS = "suspicions"


def computed(con, existing: str | None) -> pa.Table:
    """Rows of every period that has to be computed. `existing` is the table as it stands, None where all is to be built."""
    assumptions = Assumptions.of(con.execute("select assumption, item, choice, cast(value as double) from staging.sureness_assumptions").fetchall())
    digests = _digests(con, assumptions)
    wanted = _wanted(con, existing, digests)
    strata = inputs.strata(con, {p - back for p in wanted for back in (0, 1)}, assumptions)
    drawn = {(s.period, s.province, s.class_id): Draws(s, assumptions) for s in strata}
    of_unit = {(unit, period): draws for (period, _, _), draws in drawn.items() for unit in draws.stratum.units}
    bounds = {i: (-math.inf if low is None else low, math.inf if high is None else high) for i, low, high in con.execute(
        "select indicator, cast(hard_low as double), cast(hard_high as double) from raw.register_indicators").fetchall()}
    found: list[Row] = []
    for (period, _, class_id), draws in drawn.items():
        if period not in wanted:
            continue
        before = {u: of_unit[u, period - 1] for u in draws.stratum.units if (u, period - 1) in of_unit}
        found += rows(draws, before, bounds)
        found += [Row(u, period, class_id, SUSPICIONS, None, None, digests[period]) for u in draws.stratum.units]
    columns = zip(*found, strict=True) if found else [()] * len(Row._fields)
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, SCHEMA, strict=True)], schema=SCHEMA)


def _wanted(con, existing: str | None, digests: dict[int, str]) -> set[int]:
    if existing is None:
        return set(digests)
    changed = {p for (p,) in con.execute("select period from raw.changed_period").fetchall()}
    stood = dict(con.execute(f"select period, max(note) from {existing} where statistic = ? group by period", [SUSPICIONS]).fetchall())
    return {p for p in digests if p in changed or digests[p] != stood.get(p)}


def _digests(con, assumptions: Assumptions) -> dict[int, str]:
    """{period: digest of the suspicions of it and the year before} for every scored period."""
    periods = [p for (p,) in con.execute("select distinct period from scores.sco_totals order by 1").fetchall()]
    of_period: dict[int, list[str]] = {}
    for (_, _, period), figure in inputs.doubts(con, [p - back for p in periods for back in (0, 1)], assumptions).items():
        of_period.setdefault(period, []).append(repr(figure))
    return {p: hashlib.sha256("\n".join(of_period.get(p - 1, []) + ["|"] + of_period.get(p, [])).encode()).hexdigest()[:16] for p in periods}
