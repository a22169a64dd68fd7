"""What has arrived, into the raw layer of a warehouse, and what a reader of it needs beside: declarations, registers, the catalogue of rules.

Belongs here: the order in which landing, reading and the registers fill raw. Does not belong here: reading a file (sources), when it happens (dagster_project).
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from expectations import catalogue
from expectations.door import OWN
from schemes import gate as scheme_gate
from sources import raw
from sources.declare import declarations as declaring
from sources.declare.declarations import Declarations, Form
from sources.declare.expecting import Own
from sources.declare.yaml_lines import fault
from sources.landing.landing import Landing
from sources.raw import LoadReport
from sources.rows import contents, laid_out
from warehouse import increments, preflight, store
from warehouse.settings import Settings

REGISTERS = "raw.loaded_registers"
WHOLE_NUMBERS = {"rule_version": "bigint", "min_n": "bigint", "effective_from": "integer"}  # of the catalogue of rules; its other columns are texts
Corrections = Callable[[duckdb.DuckDBPyConnection, Landing, Declarations], int]


class LandingFault(RuntimeError):
    """An original that the ledger names is lost or changed: a fault of the pipeline, never a finding about data."""


def declared(settings: Settings) -> Declarations:
    """The declarations of forms, providers, registers and channels (the home's own channels, forms and registers, if it has any)."""
    return declaring.load(settings.project, settings.channels, settings.home)


def load_raw(settings: Settings, declarations: Declarations, con: duckdb.DuckDBPyConnection, corrections: Corrections | None = None,
             aside: frozenset[str] = frozenset()) -> LoadReport:
    """Bring new submissions into raw, those `aside` left out or taken out. Raises NotReady before anything is read, LandingFault.

    `corrections` lands the returns that answers of kind 更正 ask for, each once, and says how many are new; they are read too.
    """
    raw.create(con)
    increments.create_bookkeeping(con)
    code = increments.own_code(settings)
    changed = con.execute("select fingerprint from raw.loaded_code").fetchall() != [(code,)]
    if changed:
        preflight.refuse(settings, declarations, con)
    if aside:
        _set_aside(con, aside)
    report = raw.load(con, Landing(settings.landing), declarations, changed, aside)
    if corrections is not None and corrections(con, Landing(settings.landing), declarations):
        raw.load(con, Landing(settings.landing), declarations, aside=aside)
    if changed:
        raw.load_registers(con, declarations)
        load_rules(con, declarations)
        _note_registers(con)
    if aside or (report.submissions and scheme_gate.concerns(con, report.submissions)):
        scheme_gate.judge(con, declarations)
    if changed:
        increments.mark_loaded(con, code)
    if report.faults:
        raise LandingFault("; ".join(map(str, report.faults)))
    return report


def _note_registers(con: duckdb.DuckDBPyConnection) -> None:
    """What the registers hold now: the gate sees by it whether anything has changed them since."""
    names = con.execute("select schema_name || '.' || table_name from duckdb_tables() where schema_name = 'raw' and starts_with(table_name, 'register_')").fetchall()
    con.execute(f"create or replace table {REGISTERS} as {contents(name for (name,) in names)}")


def _set_aside(con: duckdb.DuckDBPyConnection, submissions: frozenset[str]) -> None:
    """Take submissions out of raw, and mark as to be computed whatever an attempt with them may have left."""
    con.execute("begin")
    increments.doubt(con, submissions)
    raw.take_out(con, submissions)
    con.execute("commit")


def load_rules(con: duckdb.DuckDBPyConnection, declarations: Declarations) -> None:
    """The catalogue of rules as a register, for the models to join, with what forms expect of themselves. Raises DeclarationError."""
    own = own_rules(declarations)
    rows = [*catalogue.catalogue_rows(), *own]
    shown = ", ".join(f"cast({name} as {WHOLE_NUMBERS.get(name, 'varchar')}) as {name}" for name in rows[0])
    with laid_out(con, "rules_in_hand", {name: [row[name] for row in rows] for name in rows[0]}):
        con.execute(f"create or replace table raw.register_rule as select {shown} from rules_in_hand")
    _load_own(con, declarations)


def own_rules(declarations: Declarations) -> list[dict]:
    """Rows of the register for the forms' own expectations, laid out as the catalogue's. Raises DeclarationError where two share a code."""
    taken = {row["rule_code"] for row in catalogue.catalogue_rows()}
    rows = []
    for form, own in own_expectations(declarations):
        if own.code in taken:
            raise fault(own.place, f"规则代码 {own.code} 已有，请另取", f"rule code {own.code} is taken")
        taken.add(own.code)
        rows.append(catalogue.own_row(own.code, own.version, own.severity, own.texts, form.title_zh, form.title_en))
    return rows


def own_expectations(declarations: Declarations) -> list[tuple[Form, Own]]:
    """Every form's own expectations, with the form."""
    return [(form, own) for form in declarations.forms.values() for own in form.expectations]


def _load_own(con: duckdb.DuckDBPyConnection, declarations: Declarations) -> None:
    con.execute(f"delete from {OWN}")
    for form, own in own_expectations(declarations):
        con.execute(f"insert into {OWN} by name select ? as rule_code, ? as rule_version, ? as severity, ? as form_id, ? as kind, ? as kwargs, ? as cells, {', '.join(f'? as {name}' for name in own.texts)}",
                    [own.code, own.version, own.severity, form.form_id, own.kind, own.kwargs, list(own.cells), *own.texts.values()])


def fit_to_size(con: duckdb.DuckDBPyConnection) -> None:
    """Plan and run statements as it pays for the cells that have come in."""
    store.fit_to_size(con, con.execute("select coalesce(sum(n_cells), 0) from raw.submission").fetchall()[0][0])
