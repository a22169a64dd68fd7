"""From a grade to the workbook cell it came from, in one answer (定档有依据、评价有理由、结果可查询).

Belongs here: reading the current edition and laying out the path. Does not belong here: any arithmetic of scores.
Standing decision: everything shown is in the published marts, so that a person sees what anybody may query.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from sources.rows import as_dicts


class NotScored(LookupError):
    """The unit has no score for that period."""


@dataclass(frozen=True)
class Explanation:
    """A scorecard with its steps, the figures behind each scored value, and the findings on those figures.

    `card` is one row; `steps`, `sources` and `findings` are lists of rows (dicts by column name), in the marts' own order.
    """

    card: dict
    steps: list[dict]
    sources: list[dict]
    findings: list[dict]


def explain(database: Path, unit: str, period: int) -> Explanation:
    """Collect the explanation of one unit (code or Chinese name) and period. Raises NotScored with what is known instead."""
    con = duckdb.connect(str(database), read_only=True)
    try:
        cards = as_dicts(con, "select * from scorecards where (unit_code = ? or unit_zh = ?) and period = ?", unit, unit, period)
        if not cards:
            raise NotScored(what_is_known(con, unit, period))
        code = cards[0]["unit_code"]
        return Explanation(
            card=cards[0],
            steps=as_dicts(con, "select * from score_steps where unit_code = ? and period = ? order by step_no", code, period),
            sources=as_dicts(con, "select * from value_sources where unit_code = ? and period = ? order by indicator, input_role desc", code, period),
            findings=as_dicts(con, FINDINGS, code, period),
        )
    finally:
        con.close()


FINDINGS = """
    select failures.*
    from validation_failures as failures
    inner join (select distinct submission_id, sheet, cell from value_sources where unit_code = ? and period = ?) as used
        on used.submission_id = failures.submission_id and used.sheet = failures.sheet and used.cell = failures.cell
    order by failures.severity, failures.rule_code, failures.cell
"""


def what_is_known(con: duckdb.DuckDBPyConnection, unit: str, period: int) -> str:
    """What to say to someone who asked for a score that is not there."""
    periods = con.execute("select string_agg(period, ' ' order by period) from scorecards where unit_code = ? or unit_zh = ?", [unit, unit]).fetchall()[0][0]
    if periods:
        return f"{unit} 在 {period} 期没有得分，已有：{periods} / no score for {period}; there are scores for {periods}"
    return f"没有单位 {unit} 的得分，请用六位行政区划代码或全称 / no scored unit {unit}: give the six-digit code or the full Chinese name"
