"""Before anything is read or computed: what would go wrong at the end of a night, or silently not happen, is refused at its beginning.

Belongs here: rules that cannot be compiled, marts that cannot be published, columns that would send accepted returns back. Does not belong
here: mistakes inside a declaration (sources/declare/declarations.py), a report of everything (doctor.py).
Standing decisions: asked only when the code or a declaration has changed, 0.15 s; whoever really wants accepted returns back says so in the
form (`reopens`).
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from expectations import compiler
from sources.declare.declarations import FIGURES, Column, Declarations
from sources.declare.yaml_lines import fault
from warehouse import contract
from warehouse.settings import Settings


class NotReady(ValueError):
    """The project cannot run a night as it is; a line for each reason, with file and line."""


def refuse(settings: Settings, declarations: Declarations, con: duckdb.DuckDBPyConnection) -> None:
    """Raise NotReady where a night should not begin. `con` holds raw as the last night left it."""
    reasons = [*compiler.mistakes(settings.project), *marts(settings.project), *newly_owed(con, declarations)]
    if reasons:
        raise NotReady("\n".join(reasons))


def marts(project: Path) -> list[str]:
    """What is wrong with the declarations of the marts, the public ones included."""
    _, mistakes = contract.marts_and_mistakes(project)
    if not mistakes:
        try:
            contract.public_marts(project)
        except (contract.EditionError, ValueError) as error:
            mistakes = str(error).splitlines()
    return mistakes


def newly_owed(con: duckdb.DuckDBPyConnection, declarations: Declarations) -> list[str]:
    """Columns that a form asks for since the last night, in years that are closed or for which returns were accepted."""
    tables = {name for (name,) in con.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()}
    if not {"raw.register_form_column", "raw.night", "validated.val_returns"} <= tables or "calendar" not in declarations.registers:
        return []
    before, settled = _owed_before(con), _settled(con, "raw.register_closings" in tables)
    found = []
    for form in declarations.forms.values():
        known = {key for key in before if key[0] == form.form_id}
        periods = [p for f, p in declarations.registers["calendar"].values("form_id", "period") if f == form.form_id]
        for column in form.columns if known and form.kind == FIGURES else ():
            reopened = [(p, *settled[form.form_id, p]) for p in sorted(periods)
                        if column.owed_in(p) and p not in column.reopens and (form.form_id, p) in settled and not _holds(before.get((form.form_id, column.field), ()), p)]
            found += [_says_reopened(column, reopened)] if reopened else []
    return found


def _says_reopened(column: Column, reopened: list[tuple[int, int, bool]]) -> str:
    years, accepted = [period for period, *_ in reopened], sum(n for _, n, _ in reopened)
    closed = [period for period, _, is_closed in reopened if is_closed]
    zh = f"列 {column.field} 新要求报送 {'、'.join(map(str, years))} 年，已接收的 {accepted} 份报表将被退回"
    en = f"column {column.field} is newly owed in {', '.join(map(str, years))}: {accepted} accepted returns would be sent back"
    if closed:
        zh, en = f"{zh}，已封账的 {'、'.join(map(str, closed))} 年得分将改变", f"{en}, and scores of closed years move ({', '.join(map(str, closed))})"
    return str(fault(column.place, f"{zh}；请改为 owed: {{from: {max(years) + 1}}}，确需重报的，在该列写明 reopens: {years}",
                     f"{en}; write owed: {{from: {max(years) + 1}}}, or reopens: {years} in the column if they are to be sent again"))


def _owed_before(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], list[tuple[int | None, int | None]]]:
    """The years in which each column was owed by the declarations that raw was loaded with."""
    owed: dict[tuple[str, str], list] = {}
    for form_id, name, start, end in con.execute("select form_id, field, period_from, period_to from raw.register_form_column").fetchall():
        owed.setdefault((form_id, name), []).append((start, end))
    return owed


def _holds(eras: list[tuple[int | None, int | None]], period: int) -> bool:
    return any((start is None or start <= period) and (end is None or period <= end) for start, end in eras)


def _settled(con: duckdb.DuckDBPyConnection, has_closings: bool) -> dict[tuple[str, int], tuple[int, bool]]:
    """{(form, period): (returns in force, whether the year is closed)} where returns were accepted."""
    closed = {p for (p,) in con.execute("select period from raw.register_closings, raw.night where closed_at <= as_of").fetchall()} if has_closings else set()
    rows = con.execute("select form_id, period, count(*) from validated.val_returns where is_in_force group by all").fetchall()
    return {(form_id, period): (n, period in closed) for form_id, period, n in rows}
