"""Nights that a person or cron started by the command, recorded for Dagster's pages: one materialization a mart, the edition, the gate's checks.

Belongs here: writing to Dagster's history what a night has done. Does not belong here: doing it (dagster_project/night.py).
Standing decision: the command runs the steps of the graph without Dagster, whose start and events would cost a small night as much as its work;
what the pages show of it is recorded afterwards, through Dagster's public interface, where somebody uses the pages.
"""

from __future__ import annotations

import dagster as dg
import duckdb

from dagster_project import pictures
from dagster_project.defs.editions import CURRENT
from dagster_project.specs import key
from warehouse import editions
from warehouse.settings import Settings

NOTE = "zhunsheng.edition"  # in the home of Dagster: the edition that was recorded last


def current_edition(settings: Settings) -> int:
    """Record the current edition and its marts, once. DAGSTER_HOME has to be the home's. Returns how many events were stored."""
    name, note = editions.current(settings), settings.dagster_home / NOTE
    if name is None or (note.exists() and note.read_text("utf-8") == name):
        return 0
    events = [dg.AssetMaterialization(CURRENT, metadata={
        "edition": name, "grades": dg.MetadataValue.md(pictures.grades(editions.database(settings))), "grid": dg.MetadataValue.md(pictures.grid(editions.database(settings)))})]
    events += [dg.AssetMaterialization(key(f"marts.{mart}"), metadata={"dagster/row_count": rows, "edition": name}) for mart, rows in _rows(settings).items()]
    with dg.DagsterInstance.get() as instance:
        for event in events:
            instance.report_runless_asset_event(event)
    note.write_text(name, "utf-8")
    return len(events)


def _rows(settings: Settings) -> dict[str, int]:
    con = duckdb.connect(str(editions.database(settings)), read_only=True)
    try:
        return dict(con.execute("select table_name, estimated_size from duckdb_tables() order by 1").fetchall())
    finally:
        con.close()
