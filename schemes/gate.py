"""The linter at the door: every scheme, list of targets and list of events that came in is looked at, and what is found becomes rows.

Belongs here: which scheme a list is held against, writing raw.scheme_finding (rule family `scheme` makes hits of it). Does not belong
here: what is wrong with a scheme (lint.py), what becomes of a return with must-fix hits (dbt_project, val_returns).
Standing decision: all rows are written anew whenever something came in, so that they do not depend on the order of arrival: a scheme
that is mended also clears the targets and events that waited for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import duckdb

from schemes import computable, growth, late, lint, lint_grades, lint_targets
from schemes.definition import Row, Scheme, of_cells
from schemes.lint_findings import MUST_FIX, Finding, say
from sources import findings as reading
from sources.declare.declarations import Declarations
from sources.reading.returns import Return
from sources.rows import laid_out
from sources.text import excerpt

SCHEME, TARGETS, EVENTS = "scheme", "targets", "events"
FORMS = (SCHEME, TARGETS, EVENTS)
NOWHERE = Row(None, None, {})  # a finding about the whole workbook
OFFICE = "office"  # the role whose schemes come into force (val_schemes)
COLUMNS = ("submission_id", "rule_code", "sheet", "row_no", "col_no", "cell", "seen", "message_zh", "message_en", "mend_zh", "mend_en")


@dataclass(frozen=True)
class _Sent:
    """One submission of one of the three forms."""

    submission_id: str
    form_id: str
    period: int
    province: str | None
    role: str | None
    provider_id: str | None
    received_at: dt.datetime | None
    content: Scheme


def concerns(con: duckdb.DuckDBPyConnection, submissions: list[str]) -> bool:
    """Whether a scheme, targets or events are among the submissions: what is found in them rests on nothing else."""
    return bool(con.execute("select count(*) from raw.submission where list_contains(?, submission_id) and list_contains(?, form_id)", [submissions, list(FORMS)]).fetchall()[0][0])


def judge(con: duckdb.DuckDBPyConnection, declarations: Declarations) -> int:
    """Write raw.scheme_finding anew from what raw holds. Returns how many findings there are."""
    rows = list(_rows(list(_sent(con, declarations)), _read_badly(con), declarations))
    con.execute("delete from raw.scheme_finding")
    if rows:
        with laid_out(con, "_found", dict(zip(COLUMNS, zip(*rows, strict=True), strict=True))):
            con.execute(f"insert into raw.scheme_finding by name select {', '.join(COLUMNS)} from _found")
    return len(rows)


def _sent(con: duckdb.DuckDBPyConnection, declarations: Declarations) -> Iterable[_Sent]:
    """Submissions in the order of period and ledger."""
    listed = con.execute("""select submission_id, form_id, period, provider_id, received_at from raw.submission
        where form_id in ? and read_status = 'read' order by period, ledger_seq""", [list(FORMS)]).fetchall()
    cells: dict[str, list[tuple]] = {}
    for submission, *cell in con.execute("""select submission_id, table_name, sheet, row_no, col_no, cell, field, value_text from raw.cell
            where form_id in ? order by all""", [list(FORMS)]).fetchall():
        cells.setdefault(submission, []).append(tuple(cell))
    for submission, form_id, period, provider_id, received_at in listed:
        provider = declarations.providers.get(provider_id)
        yield _Sent(submission, form_id, period, provider and provider.province, provider and provider.role, provider_id, received_at, of_cells(submission, cells.get(submission, [])))


def _read_badly(con: duckdb.DuckDBPyConnection) -> dict[str, set[tuple[str | None, str | None]]]:
    """{submission: (sheet, cell) of everything of which the reader said that it must be mended}."""
    codes = [kind.code for kind in reading.catalogue().values() if kind.severity == MUST_FIX]
    found: dict[str, set[tuple[str | None, str | None]]] = {}
    for submission, sheet, cell in con.execute("select submission_id, sheet, cell from raw.reading_finding where rule_code in ?", [codes]).fetchall():
        found.setdefault(submission, set()).add((sheet, cell))
    return found


def _provinces(declarations: Declarations) -> dict[str, str]:
    """{unit: its province} of the register."""
    units = declarations.registers.get("units")
    return dict(units.values("unit_code", "province_code")) if units else {}


def scheme_findings(scheme: Scheme, previous: Scheme | None, province: str | None, period: int, declarations: Declarations) -> list[Finding]:
    """All that is wrong with a scheme of a province and year: by itself, beside last year's, and held against who owes what."""
    if not scheme["indicators"]:
        return []
    provinces = _provinces(declarations)
    found = lint.lint(scheme, previous, growth.of(declarations))
    unknown = [row for row in scheme["classes"] if provinces.get(row.get("unit_code")) != province]
    found += [say("unit_unknown", row, f"“{row.get('unit_code')}”不是本省登记的考评单位", f"{row.get('unit_code')} is no registered unit of the province", "unit_code") for row in unknown]
    return found + [f for f in computable.findings(scheme, computable.Year(declarations, province, period)) if f.row not in unknown]


def of_workbook(scheme: Scheme, read: Return, previous: Scheme | None, declarations: Declarations) -> list[Finding]:
    """The same of a workbook that is only being checked; what its reader has reported of a cell is not reported twice."""
    provider = declarations.providers.get(read.declared_provider or "")
    reported = {(f.sheet, f.cell) for f in read.findings}
    return [f for f in lint.in_order(scheme_findings(scheme, previous, provider and provider.province, read.period or 0, declarations)) if (f.row.file, f.cell[1]) not in reported]


def _rows(sent: list[_Sent], read_badly: dict[str, set[tuple[str | None, str | None]]], declarations: Declarations) -> Iterable[tuple]:
    accepted: dict[tuple[str | None, int], Scheme] = {}

    def rows_of(one: _Sent, found: list[Finding]) -> Iterable[tuple]:
        reported = read_badly.get(one.submission_id, set())  # what the reader has reported of a cell is not reported twice
        return (_row(one.submission_id, f) for f in found if (f.row.file, f.cell[1]) not in reported)

    accepted_lists: set[tuple[str, str | None, int]] = set()

    def with_lateness(one: _Sent, found: list[Finding]) -> list[Finding]:
        key = (one.form_id, one.provider_id, one.period)
        late_ones = list(late.findings(one.form_id, one.content, one.period, one.received_at, key in accepted_lists, declarations))
        if one.submission_id not in read_badly and not any(f.severity == MUST_FIX for f in found):
            accepted_lists.add(key)
        return found + late_ones

    for one in (s for s in sent if s.form_id == SCHEME):
        found = _checked(lambda: scheme_findings(one.content, accepted.get((one.province, one.period - 1)), one.province, one.period, declarations))
        if one.role == OFFICE and one.submission_id not in read_badly and not any(f.severity == MUST_FIX for f in found):
            accepted[one.province, one.period] = one.content
        yield from rows_of(one, with_lateness(one, found))
    for one in (s for s in sent if s.form_id != SCHEME):
        yield from rows_of(one, with_lateness(one, _checked(lambda: _list(one, accepted.get((one.province, one.period)), declarations))))


def _checked(check: Callable[[], list[Finding]]) -> list[Finding]:
    """What the linter finds; where it cannot cope with what was sent, that is a finding too, and the return is sent back."""
    try:
        return check()
    except Exception as fault:  # whatever stands in a workbook, the night goes on
        said = excerpt(fault, 200)
        return [say("not_checkable", NOWHERE, f"检查程序未能处理本表（{said}），本表不能生效。", f"The linter cannot cope with this workbook ({said}); it cannot come into force.")]


def _list(one: _Sent, under: Scheme | None, declarations: Declarations) -> list[Finding]:
    """Findings of targets or events under the scheme of their year, if there is one."""
    tables = under.tables if under else {}
    if one.form_id == TARGETS:
        content = Scheme("", {"indicators": tables.get("indicators", []), TARGETS: one.content[TARGETS]})
        return lint.in_order([*lint.targets(content), *lint_targets.findings(content, under, computable.Year(declarations, one.province, one.period), declarations)])
    return lint.in_order(lint_grades.events(Scheme("", {**tables, EVENTS: one.content[EVENTS]}), one.role or ""))


def _row(submission: str, finding: Finding) -> tuple:
    row, kind = finding.row, finding.kind
    col_no, cell = finding.cell
    seen = row.get(finding.field) if finding.field else None
    return (submission, kind["code"], row.file, row.line, col_no, cell, seen, finding.message_zh, finding.message_en, kind["mend_zh"], kind["mend_en"])
