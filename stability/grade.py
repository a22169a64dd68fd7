"""How sure one grade is, in one answer: interval, stability, what drives it, whom no weighting puts ahead, what one more grade would take.

Belongs here: reading the current edition. Does not belong here: any drawing or arithmetic (package `stability`), layout (show).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from sources.rows import as_dicts
from warehouse.explain import NotScored, what_is_known


@dataclass(frozen=True)
class Stability:
    """A unit's row of `grade_stability`, its rows of `grade_drivers`, `rank_pairs` (either side) and `next_grade`, as dicts by column."""

    stability: dict
    drivers: list[dict]
    pairs: list[dict]
    ways: list[dict]


def stability(database: Path, unit: str, period: int) -> Stability:
    """Of one unit (code or Chinese name) and period. Raises NotScored with what is known instead."""
    con = duckdb.connect(str(database), read_only=True)
    try:
        found = as_dicts(con, "select * from grade_stability where (unit_code = ? or unit_zh = ?) and period = ?", unit, unit, period)
        if not found:
            held = as_dicts(con, "select why_zh, why_en from scorecards where (unit_code = ? or unit_zh = ?) and period = ? and is_withheld", unit, unit, period)
            raise NotScored(f"{held[0]['why_zh']} / {held[0]['why_en']}" if held else what_is_known(con, unit, period))
        code = found[0]["unit_code"]
        return Stability(
            stability=found[0],
            drivers=as_dicts(con, "select * from grade_drivers where unit_code = ? and period = ? order by output desc, total_order desc nulls last, assumption", code, period),
            pairs=as_dicts(con, PAIRS, code, code, period),
            ways=as_dicts(con, "select * from next_grade where unit_code = ? and period = ? order by reach_code <> 'REACHES', score_needed - score, indicator", code, period),
        )
    finally:
        con.close()


PAIRS = """
    select pairs.*, ahead.unit_zh as unit_zh, behind.unit_zh as behind_zh
    from rank_pairs as pairs
    inner join grade_stability as ahead on ahead.unit_code = pairs.unit_code and ahead.period = pairs.period
    inner join grade_stability as behind on behind.unit_code = pairs.behind_unit_code and behind.period = pairs.period
    where (pairs.unit_code = ? or pairs.behind_unit_code = ?) and pairs.period = ?
    order by ahead.rank_in_class, behind.rank_in_class, pairs.unit_code, pairs.behind_unit_code
"""
