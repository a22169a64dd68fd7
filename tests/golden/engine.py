"""Scoring in this process without dbt's start: the models compiled once, run as plain SQL on an empty DuckDB for each case.

Belongs here: running one scheme on some figures, for tests that need many runs. The SQL is dbt's own compilation of the models.
"""

from __future__ import annotations

import csv
import tempfile
from functools import cache
from pathlib import Path

import duckdb

from schemes import definition
from warehouse import compiled
from warehouse import engine as engines
from warehouse.compiled import Compiled
from warehouse.scratch import scoring
from warehouse.settings import Settings


@cache
def settings() -> Settings:
    """A home without a warehouse."""
    return Settings(home=Path(tempfile.mkdtemp(prefix="zhunsheng-engine-"))).make()


@cache
def project() -> Compiled:
    """What dbt compiled."""
    return compiled.load(settings())


@cache
def plan(steps: bool = False, judged: bool = False) -> Compiled:
    """Every model that scoring needs, each after what it reads; the steps of the scores only when asked for."""
    return scoring.models(project(), steps, judged)


def create(con: duckdb.DuckDBPyConnection, models: Compiled) -> None:
    """Build models on a scratch warehouse, without contracts and tests."""
    scratch = engines.DuckDBEngine(con, settings().dbt_project)
    for node in models.models:
        scratch.create(node)


def run(scheme: definition.Scheme, figures: list[tuple]) -> dict[tuple[str, str, str], dict]:
    """{(unit, period, node): row of the answer} for figures of (unit, indicator, period, value)."""
    return answer(ask(scheme, figures, scoring._answer())[0])


def answer(rows: list[dict]) -> dict[tuple[str, str, str], dict]:
    """Rows of the answer by (unit, period, node)."""
    return {(row["unit_code"], row["period"], row["node"]): row for row in rows}


def ask(scheme: definition.Scheme, figures: list[tuple], *queries: str, steps: bool = False) -> list[list[dict]]:
    """Rows of each query on the warehouse that scoring leaves behind, with the steps of the scores if asked for."""
    con = scored(scheme, figures, steps=steps)
    found = [dicts(con, query) for query in queries]
    con.close()
    return found


def dicts(con: duckdb.DuckDBPyConnection, query: str) -> list[dict]:
    """Rows of a query, each by the names of its columns."""
    return con.sql(query).to_arrow_table().to_pylist()


def scored(scheme: definition.Scheme, figures: list[tuple], before_models=lambda con: None, steps: bool = False, returns: bool = False) -> duckdb.DuckDBPyConnection:
    """A scratch warehouse with a scheme and figures laid out and scored; `before_models` may change what is laid out.

    `returns`: the figures come in as returns of a form, and are judged as at night.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "figures.csv"
        with path.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerows([("unit_code", "indicator", "period", "value"), *figures])
        con = engines.scratch(settings().dbt_project).con
        scoring.lay_out(con, settings(), scheme, path)
        if returns:
            _as_returns(con)
        before_models(con)
        create(con, plan(steps, returns))
    return con


def lay_returns(con: duckdb.DuckDBPyConnection) -> None:
    """The figures as cells of a return, one return a period."""
    con.execute(f"""insert into raw.cell by name select '{scoring.FORM}-' || f.period as submission_id, '{scoring.FORM}' as form_id, 'figures' as table_name, f.period, 'figures' as sheet,
        cast(f.line as integer) as row_no, 4 as col_no, 'line ' || f.line as cell, f.unit_code as row_key, f.indicator as field, nullif(f.value_text, '') as value_text
        from figures as f semi join indicators_needed as n on n.indicator = f.indicator""")


def _as_returns(con: duckdb.DuckDBPyConnection) -> None:
    for table in ("val_figures", "val_grid", "val_doubts"):
        con.execute(f"drop table validated.{table}")
    con.execute("create table raw.register_rule (rule_code varchar, role varchar)")  # no rule finds anything here, so nothing is in doubt
    con.execute("create table validated.val_certainty (submission_id varchar, sheet varchar, row_no integer, col_no integer, certainty_then decimal(9, 2), certainty decimal(9, 2))")
    lay_returns(con)


def scheme(**tables: str) -> definition.Scheme:
    """A scheme from CSV text by table name."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in tables.items():
            (Path(folder) / f"{name}.csv").write_text(text, "utf-8")
        return definition.load(Path(folder))
