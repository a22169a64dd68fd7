"""Before anything is read or computed: what would go wrong at the end of a night, or silently not happen, is refused at its beginning.

Belongs here: rules that cannot be compiled, marts that cannot be published, columns that would send accepted returns back, forms handed to another
provider for years with accepted returns. Does not belong here: mistakes inside a declaration (sources/declare/declarations.py), a report of everything (doctor.py).
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
    """Columns that a form asks for since the last night, and forms that moved to another provider, in years that are closed or for which
    returns were accepted."""
    tables = {name for (name,) in con.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()}
    if not {"raw.register_form_column", "raw.night", "validated.val_returns"} <= tables or "calendar" not in declarations.registers:
        return []
    closed = _closed(con) if "raw.register_closings" in tables else set()
    before, settled = _owed_before(con), _settled(con, closed)
    found = _moved(con, declarations, closed) if "raw.register_provider_form" in tables else []
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


def _moved(con: duckdb.DuckDBPyConnection, declarations: Declarations, closed: set[int]) -> list[str]:
    """Forms of which a provider's accepted returns would lose their place, because the declarations give these years to another, or to nobody."""
    lost: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for form_id, provider_id, period, n in _accepted(con):
        if form_id in declarations.forms and not _keeps(declarations, provider_id, form_id, period):
            lost.setdefault((form_id, provider_id), []).append((period, n))
    return [_says_moved(declarations, *key, returns, closed) for key, returns in sorted(lost.items())]


def _accepted(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, int, int]]:
    """(form, provider, period, returns in force) where the provider owed the form by the declarations that raw was loaded with."""
    eras = {name for (name,) in con.execute("select column_name from duckdb_columns() where schema_name = 'raw' and table_name = 'register_provider_form'").fetchall()}
    owed = " and returns.period between coalesce(owed.period_from, 0) and coalesce(owed.period_to, 9999)" if "period_from" in eras else ""  # a warehouse of before had no eras
    return con.execute(f"""select form_id, provider_id, returns.period, count(*) from validated.val_returns as returns
        where is_in_force and exists (select 1 from raw.register_provider_form as owed where owed.provider_id = returns.provider_id and owed.form_id = returns.form_id{owed})
        group by all order by all""").fetchall()


def _keeps(declarations: Declarations, provider_id: str, form_id: str, period: int) -> bool:
    """Whether the provider still hands in the form of that year, or the office wants another's return in its place (`reopens`)."""
    provider = declarations.providers.get(provider_id)
    reopened = any(duty.form_id == form_id and period in duty.reopens for other in declarations.providers.values() for duty in other.duties)
    return declarations.forms[form_id].open_to_all or reopened or provider is not None and provider.owes(form_id, period)


def _says_moved(declarations: Declarations, form_id: str, provider_id: str, returns: list[tuple[int, int]], closed: set[int]) -> str:
    years, accepted, last = [period for period, _ in returns], sum(n for _, n in returns), max(period for period, _ in returns)
    new, place = _successor(declarations, form_id, provider_id, years)
    to_zh, to_en = (f"改由 {new} 报送", f"moved to {new}") if new else ("不再由任何单位报送", "is handed in by nobody")
    zh = f"{provider_id} 的表式 {form_id} {to_zh}，其 {'、'.join(map(str, years))} 年已接收的 {accepted} 份报表将失效"
    en = f"form {form_id} of {provider_id} {to_en}: its {accepted} accepted returns of {', '.join(map(str, years))} would lose their place"
    if moving := [str(year) for year in years if year in closed]:
        zh, en = f"{zh}，已封账的 {'、'.join(moving)} 年得分将改变", f"{en}, and scores of closed years move ({', '.join(moving)})"
    old, after = f"{{form: {form_id}, to: {last}}}", f"{{form: {form_id}, from: {last + 1}}}"
    way_zh = f"{zh}；请为 {provider_id} 写明 {old}" + (f"，为 {new} 写明 {after}；确需由 {new} 重报的，在该处写明 reopens: {years}" if new else "")
    way_en = f"{en}; write {old} for {provider_id}" + (f" and {after} for {new}, or reopens: {years} there if the returns are to be sent again" if new else "")
    return str(fault(place, way_zh, way_en))


def _successor(declarations: Declarations, form_id: str, provider_id: str, years: list[int]) -> tuple[str | None, str]:
    """Who hands in the form of these years now in the provider's province, and the file and line that says so; else the old provider's line."""
    old = declarations.providers.get(provider_id)
    for provider in declarations.providers.values():
        for duty in provider.duties:
            if duty.form_id == form_id and provider.provider_id != provider_id and (old is None or provider.province == old.province) and any(map(duty.era.holds, years)):
                return provider.provider_id, duty.place
    return None, old.place if old else declarations.forms[form_id].place


def _closed(con: duckdb.DuckDBPyConnection) -> set[int]:
    return {p for (p,) in con.execute("select period from raw.register_closings, raw.night where closed_at <= as_of").fetchall()}


def _settled(con: duckdb.DuckDBPyConnection, closed: set[int]) -> dict[tuple[str, int], tuple[int, bool]]:
    """{(form, period): (returns in force, whether the year is closed)} where returns were accepted."""
    rows = con.execute("select form_id, period, count(*) from validated.val_returns where is_in_force group by all").fetchall()
    return {(form_id, period): (n, period in closed) for form_id, period, n in rows}
