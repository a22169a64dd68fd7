"""Scoring in this process without dbt's start: the models compiled once, run as plain SQL on an empty DuckDB for each case.

Belongs here: running one scheme on some figures, for tests that need many runs. The SQL is dbt's own compilation of the models.
"""

from __future__ import annotations

import csv
import tempfile
from functools import cache
from pathlib import Path

import duckdb

from zhunsheng import schemes, scoring
from zhunsheng.dbt import Dbt
from zhunsheng.settings import Settings

NEEDED = {"val_visits", "val_nil_returns", "val_returns", "val_figures", "val_grid", "val_schemes", "val_targets", "val_events"}
SEEDS = {"cell_statuses", "score_statuses", "step_kinds"}
STEPS = "scores.sco_steps"  # built only when asked for: `zhunsheng score` does without


@cache
def project() -> tuple[Settings, Dbt]:
    """A home without a warehouse (so that every model compiles as a first build) and its parsed project."""
    settings = Settings(home=Path(tempfile.mkdtemp(prefix="zhunsheng-engine-"))).make()
    return settings, Dbt(settings)


@cache
def plan() -> tuple[tuple[str, str], ...]:
    """(relation, select statement) of every model that scoring needs, each after what it reads."""
    nodes = {u: n for u, n in project()[1].compiled().items() if _is_needed(n)}
    done: list[str] = []

    def visit(unique_id: str) -> None:
        if unique_id in nodes and unique_id not in done:
            for above in nodes[unique_id]["depends_on"]["nodes"]:
                visit(above)
            done.append(unique_id)

    for unique_id in nodes:
        visit(unique_id)
    return tuple((f"{nodes[u]['schema']}.{nodes[u]['name']}", nodes[u]["compiled_code"]) for u in done)


def _is_needed(node: dict) -> bool:
    return node["resource_type"] == "model" and (node["schema"] in ("staging", "scores") or node["name"] in NEEDED)


def run(scheme: schemes.Scheme, figures: list[tuple], keep: duckdb.DuckDBPyConnection | None = None) -> dict[tuple[str, str, str], dict]:
    """{(unit, period, node): row of the answer} for figures of (unit, indicator, period, value). `keep` is a database to leave the tables in."""
    return {(r["unit_code"], r["period"], r["node"]): r for r in ask(scheme, figures, scoring._answer(), keep=keep)[0]}


def ask(scheme: schemes.Scheme, figures: list[tuple], *queries: str, steps: bool = False, keep: duckdb.DuckDBPyConnection | None = None) -> list[list[dict]]:
    """Rows of each query on the warehouse that scoring leaves behind, with the steps of the scores if asked for."""
    settings, _ = project()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "figures.csv"
        with path.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerows([("unit_code", "indicator", "period", "value"), *figures])
        con = keep or duckdb.connect()
        scoring.lay_out(con, settings, scheme, path)
        for schema in ("staging", "scores", "validated"):
            con.execute(f"create schema if not exists {schema}")
        for seed in SEEDS:
            con.execute(f"create table staging.{seed} as from read_csv(?, header = true)", [str(settings.dbt_project / "seeds" / f"{seed}.csv")])
        database = f'"{settings.warehouse.stem}".'
        for relation, sql in plan():
            if steps or relation != STEPS:
                con.execute(f"create table {relation} as " + sql.replace(database, ""))
        found = [_dicts(con.execute(query)) for query in queries]
        if keep is None:
            con.close()
    return found


def _dicts(answer: duckdb.DuckDBPyConnection) -> list[dict]:
    names = [c[0] for c in answer.description]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def scheme(**tables: str) -> schemes.Scheme:
    """A scheme from CSV text by table name."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in tables.items():
            (Path(folder) / f"{name}.csv").write_text(text, "utf-8")
        return schemes.load(Path(folder))
