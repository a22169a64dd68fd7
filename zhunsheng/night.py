"""The steps of a night as plain functions, in the order of the way of a figure. Dagster's assets call these and nothing more.

Belongs here: gluing the rooms together for one warehouse. Does not belong here: scheduling, partitions, events (dagster_project).
Standing decisions: the caller holds the writer's lock; each step opens what it needs and closes it again; every step can be
repeated, and repeating a finished step changes nothing.
"""

from __future__ import annotations

import datetime as dt

import duckdb
import pyarrow as pa

from expectations import catalogue
from sources import declarations as declaring
from sources import raw
from sources.channels import CollectReport, collect
from sources.declarations import Declarations
from sources.landing import Landing
from sources.raw import LoadReport
from warehouse import editions, increments, store
from zhunsheng import scheme_gate
from warehouse.settings import Settings
from warehouse.increments import Plan


class LandingFault(RuntimeError):
    """An original that the ledger tells of is lost or changed: a fault of the pipeline, never a finding about data."""


def declared(settings: Settings) -> Declarations:
    """The declarations of forms, providers, registers and channels (the home's own channels, if it has any)."""
    return declaring.load(settings.project, settings.channels)


def land(settings: Settings, declarations: Declarations, moment: dt.datetime) -> CollectReport:
    """Fetch what every channel offers and keep it.

    `moment` (Asia/Shanghai wall time) is the time of receipt of what is pulled from a source that tells none; files in a
    folder carry their own. It is an argument: only the starter of a night may look at the clock.
    """
    places = {"project": str(settings.project), "home": str(settings.home)}
    return collect(declarations.channels, Landing(settings.landing), moment, declarations, places)


def load_raw(settings: Settings, declarations: Declarations) -> LoadReport:
    """Bring new submissions into raw; everything is read again when the reading code or a declaration has changed."""
    with store.connect(settings) as con:
        raw.create(con)
        increments.create_bookkeeping(con)
        code = increments.code_fingerprint(settings)
        changed = con.execute("select fingerprint from raw.loaded_code").fetchall() != [(code,)]
        report = raw.load(con, Landing(settings.landing), declarations, reload=changed)
        if _land_corrections(settings, declarations, con):
            raw.load(con, Landing(settings.landing), declarations)
        if changed:
            raw.load_registers(con, declarations)
            load_rules(con)
        if report.submissions:
            scheme_gate.judge(con, declarations)
        if changed:
            increments.mark_loaded(con, code)
        if report.faults:
            raise LandingFault("; ".join(map(str, report.faults)))
        return report


def _land_corrections(settings: Settings, declarations: Declarations, con: duckdb.DuckDBPyConnection) -> int:
    """Land the returns that answers of kind 更正 ask for, each once. Returns how many are new."""
    if not con.execute("select count(*) from raw.cell where table_name = 'answers' and field = 'new_value' and value_text is not null").fetchall()[0][0]:
        return 0
    from slips import corrections

    return corrections.land(con, Landing(settings.landing), declarations)


def make_plan(settings: Settings, as_of: dt.datetime | None = None, rebuild: tuple[int, ...] = ()) -> Plan:
    """Decide which periods to compute, and tell the models."""
    with store.connect(settings) as con:
        moment = as_of or increments.default_as_of(con)
        night = increments.plan(con, settings, moment, rebuild)
        increments.write_plan(con, night, moment)
        return night


def is_unchanged(settings: Settings, night: Plan) -> bool:
    """True when nothing has to be computed and the current edition stands on exactly these inputs."""
    return night.nothing and editions.stands_on(settings) == night.inputs


def finish(settings: Settings, night: Plan) -> str:
    """Mark the periods as built and publish. Returns the edition's name."""
    with store.connect(settings) as con:
        increments.mark_built(con, night)
        return editions.publish(settings, con, night.inputs)


def write_slips(settings: Settings, declarations: Declarations, night: Plan | None = None) -> int:
    """Write the slips that the current edition asks for: of the night's periods, or all where they are not the night before's. Returns how many."""
    from slips import shelf

    current, names = editions.current(settings), editions.history(settings)
    if current is None or shelf.stands_on(settings.slips) == (current, shelf.code()):
        return 0
    before = names[-2] if len(names) > 1 and names[-1] == current else None
    follows = night is not None and not night.full and shelf.stands_on(settings.slips) == (before, shelf.code())
    return shelf.write(settings.slips, editions.database(settings), declarations, current, night.periods if follows else None)


def load_rules(con: duckdb.DuckDBPyConnection) -> None:
    """The catalogue of rules as a register, for the models to join."""
    rows = pa.Table.from_pylist(catalogue.catalogue_rows())
    con.register("rules_in_hand", rows)
    con.execute("create or replace table raw.register_rule as from rules_in_hand")
    con.unregister("rules_in_hand")


def row_counts(settings: Settings, schema: str | None = None) -> dict[str, int]:
    """{table: rows} of the warehouse, of one schema or all."""
    with store.connect(settings) as con:
        tables = con.execute("select schema_name, table_name from duckdb_tables() where schema_name = coalesce(?, schema_name) order by all", [schema]).fetchall()
        if not tables:
            return {}
        counts = con.execute(" union all ".join(f"select '{name}', count(*) from {layer}.{name}" for layer, name in tables)).fetchall()
        return dict(counts)


def inbox_listing(settings: Settings) -> list[str]:
    """One line per file in the drop folder: path, size, time. Cheap enough to ask every minute."""
    files = sorted(path for path in settings.inbox.rglob("*") if path.is_file() and not path.name.startswith((".", "~$")))
    return [f"{path.relative_to(settings.inbox)} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files]
