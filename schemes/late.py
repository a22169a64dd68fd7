"""What comes after the fact: a scheme when its year is under way, targets when half of it is over, either once the year is closed.

Belongs here: holding the time of arrival against the year. Does not belong here: what is wrong with the contents (lint.py, computable.py).
Standing decision: it is must-explain and never refused: an office may have reasons, and names the decision. A scheme is late when its year has
begun and the term that the calendar grants, if it grants one, is over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from schemes.definition import Row, Scheme
from schemes.lint_findings import Finding, say
from sources.declare.declarations import Declarations

SCHEME, TARGETS = "scheme", "targets"
TITLES = {SCHEME: ("方案", "scheme"), TARGETS: ("目标", "list of targets")}
ASKED_ZH, ASKED_EN = "请说明，并写明作出决定的文件名称、文号和日期", "explain, and name the document of the decision with its number and date"


def findings(form_id: str, content: Scheme, period: int, received_at: dt.datetime | None, replaces: bool, declarations: Declarations) -> Iterator[Finding]:
    """Of one submission. `replaces`: an accepted one of the same office and year is there already."""
    if received_at is None or form_id not in TITLES or not 0 < period < 9999:
        return
    zh, en = TITLES[form_id]
    row = next((rows[0] for rows in content.tables.values() if rows), Row(None, None, {})) if form_id == TARGETS else content.head
    closed = _moment(declarations, "closings", "closed_at", period=period)
    document = content.head.get("policy_document") or "（未写明）"
    if closed and received_at > closed:
        what_zh, what_en = ("替换已生效的", "replaces the one in force") if replaces else ("首次报送", "is the first")
        yield say("after_closing", row, f"{what_zh}{zh}于 {received_at:%Y-%m-%d} 收到，{period} 年已于 {closed:%Y-%m-%d} 封账，已公布的得分和等次随之改变；依据文件 {document}；{ASKED_ZH}",
                  f"this {en} came on {received_at:%Y-%m-%d} and {what_en}; {period} was closed on {closed:%Y-%m-%d}, and published scores change with it; {ASKED_EN}")
        return
    if form_id == SCHEME:
        begins, due = dt.datetime(period, 1, 1), _moment(declarations, "calendar", "due_at", form_id=SCHEME, period=period)
        limit = max(begins, due) if due else begins
        if received_at > limit:
            yield say("scheme_after_the_fact", row, f"方案于 {received_at:%Y-%m-%d} 收到，{period} 年已经开始{f'，报送期限为 {due:%Y-%m-%d}' if due else ''}；依据文件 {document}；{ASKED_ZH}",
                      f"the scheme came on {received_at:%Y-%m-%d}, when {period} had begun{f' and its term ({due:%Y-%m-%d}) was over' if due else ''}; {ASKED_EN}")
    elif received_at >= dt.datetime(period, 7, 1):
        yield say("targets_after_the_fact", row, f"目标于 {received_at:%Y-%m-%d} 收到，{period} 年已过半；{ASKED_ZH}", f"the targets came on {received_at:%Y-%m-%d}, when half of {period} was over; {ASKED_EN}")


def _moment(declarations: Declarations, register: str, column: str, **key: object) -> dt.datetime | None:
    """A moment that a register has for this key."""
    table = declarations.registers.get(register)
    rows = table.values(column, *key) if table else []
    return next((moment for moment, *of in rows if of == list(key.values()) and moment), None)
