"""The sample's warehouse with a few figures bent, and what the rules say of it: in a copy, without a night.

Belongs here: bending figures, running the compiled rules over them. Does not belong here: which rule should fire (the tests).
A bent figure is put into staging and, where no must-fix hit keeps it out, into the baseline, as a night would.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from expectations import cases, catalogue, compiler
from warehouse.settings import PROJECT

MODELS = PROJECT / "dbt_project" / "models"


class Bent:
    """A copy of a published warehouse in memory; `bend` changes printed figures, `judge` runs every rule again."""

    def __init__(self, warehouse: Path) -> None:
        self.con = duckdb.connect()
        self.con.execute("set threads = 2")
        self.con.execute(f"attach '{warehouse}' as night (read_only)")
        tables = self.con.execute("select schema_name, table_name from duckdb_tables() where database_name = 'night'").fetchall()
        self.schema_of = {name: schema for schema, name in tables}
        for schema, name in tables:
            self.con.execute(f"create schema if not exists {schema}")
            self.con.execute(f"create table {schema}.{name} as from night.{schema}.{name}")
        self.con.execute("detach night")

    def render(self, model: str) -> str:
        return cases.render(model, self._ref)

    def _ref(self, name: str) -> str:
        return f"{self.schema_of[name]}.{name}"

    def figure(self, unit: str, indicator: str, period: int) -> dict:
        """The cell in force, with its place."""
        answer = self.con.execute(
            "select f.* from staging.stg_figures f inner join validated.val_returns r on r.submission_id = f.submission_id and r.is_in_force "
            "where f.unit_code = ? and f.indicator = ? and f.period = ?", [unit, indicator, period])  # fmt: skip
        row = answer.fetchone()
        return dict(zip([c[0] for c in answer.description], row, strict=True))

    def bend(self, unit: str, indicator: str, period: int, printed) -> None:
        """Print another figure in a cell."""
        self.con.execute(
            "update staging.stg_figures set value_text = ?, value_printed = cast(? as decimal(28,8)), value = cast(? as decimal(28,8)) * factor "
            "where unit_code = ? and indicator = ? and period = ?", [str(printed), str(printed), str(printed), unit, indicator, period])  # fmt: skip

    def judge(self) -> set[tuple]:
        """Run every family; the hits as (rule, unit, indicator, period)."""
        families = catalogue.load()
        self._table("val_intrinsic_hits", [f for f in families if f.stage == "intrinsic"])
        for model in ("val_baseline", *cases.VIEWS):
            self._replace(model, (MODELS / "validated" / f"{model}.sql").read_text("utf-8"))
        self._table("relative_hits", [f for f in families if f.stage != "intrinsic"])
        self.con.execute("create or replace table validated.all_hits as from validated.val_intrinsic_hits union all from validated.relative_hits")
        return set(self.con.execute("select rule_code, unit_code, indicator, period from validated.all_hits").fetchall())

    def rank(self) -> list[tuple]:
        """Cells in the order of the findings: (unit, indicator, period), best first. Call `judge` before."""
        self.schema_of["all_hits"] = "validated"
        union = compiler.meeting_points(())["val_hits"].split("\n", 2)[2]
        banded = "with hits as (select * from validated.all_hits)," + union.split("),", 1)[1]
        self._replace("val_hits", banded)
        self._replace("val_ruled_hits", (MODELS / "validated" / "val_ruled_hits.sql").read_text("utf-8"))
        for step in ("int_findings_open", "int_findings_explained", "int_findings_weighed", "int_findings_cells"):
            self.schema_of[step] = "validated"
            self._replace(step, (MODELS / "intermediate" / f"{step}.sql").read_text("utf-8"))
        self._replace("findings", (MODELS / "marts" / "findings.sql").read_text("utf-8").replace("{{ config(materialized='table') }}", ""))
        rows = self.con.execute("select unit_code, indicator, period, min(rank) from marts.findings where suppressed_by is null group by all order by 4").fetchall()
        return [row[:3] for row in rows]

    def _table(self, name: str, families) -> None:
        parts = [f"select * from ({cases.render_whole(family, compiler.hits_sql(family), self._ref)})" for family in families]
        self.con.execute(f"create or replace table validated.{name} as {' union all '.join(parts)}")

    def _replace(self, name: str, model: str) -> None:
        schema = self.schema_of.get(name, "validated")
        self.con.execute(f"create or replace table {schema}.{name}_new as {self.render(model)}")
        self.con.execute(f"create or replace table {schema}.{name} as from {schema}.{name}_new")
