"""The night's own models, run beside the warehouse: their compiled SQL in order, on a DuckDB in memory.

Belongs here: the order of compiled models, what they read, running them. Does not belong here: what is laid out for them
(scoring, counterfactuals). Standing decision: nothing is rewritten: dbt names the warehouse's file in every relation, so the
scratch database bears the same name, and what scores at night is what scores here, to the digit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from graphlib import TopologicalSorter

import duckdb

SCRATCH, CHANGED = "warehouse", "raw.changed_period"


@dataclass(frozen=True)
class Models:
    """Models in the order in which they can run, as (relation, select statement), and the relations they read from outside."""

    steps: tuple[tuple[str, str], ...]
    inputs: tuple[str, ...]


def in_order(nodes: dict[str, dict], wanted: Callable[[dict], bool], ends: tuple[str, ...] = ()) -> Models:
    """The wanted models of dbt's compiled nodes ({unique_id: node}), each after what it reads; only what `ends` need, if any are named."""
    chosen = {u: n for u, n in nodes.items() if n["resource_type"] == "model" and wanted(n)}
    reads = {u: list(n["depends_on"]["nodes"]) for u, n in chosen.items()}
    if ends:
        needed = _above({u for u, n in chosen.items() if n["name"] in ends}, reads)
        chosen, reads = {u: chosen[u] for u in needed}, {u: reads[u] for u in needed}
    order = [u for u in TopologicalSorter({u: sorted(reads[u]) for u in sorted(chosen)}).static_order() if u in chosen]
    outside = sorted({_relation(nodes, above) for above_all in reads.values() for above in above_all if above not in chosen} - {CHANGED})
    return Models(tuple((f"{chosen[u]['schema']}.{chosen[u]['name']}", chosen[u]["compiled_code"]) for u in order), tuple(outside))


def _above(ends: set[str], reads: dict[str, list[str]]) -> set[str]:
    found, fresh = set(), ends
    while fresh:
        found |= fresh
        fresh = {above for end in fresh for above in reads[end] if above in reads} - found
    return found


def _relation(nodes: dict[str, dict], unique_id: str) -> str:
    """`schema.table` of a node that is not run; layers are folders and schemas alike, sources and seeds tell theirs."""
    kind, *rest = unique_id.split(".")
    if kind == "source":
        return ".".join(rest[-2:])
    if unique_id in nodes:
        return f"{nodes[unique_id]['schema']}.{nodes[unique_id]['name']}"
    layers = {"stg": "staging", "val": "validated", "sco": "scores"}
    return f"{layers.get(rest[-1].split('_')[0], 'staging')}.{rest[-1]}"


def scratch() -> duckdb.DuckDBPyConnection:
    """An empty warehouse in memory. Which periods are to be computed (raw.changed_period) is for the caller to say."""
    con = duckdb.connect()
    con.execute(f"attach ':memory:' as {SCRATCH}")
    con.execute(f"use {SCRATCH}")
    for schema in ("raw", "staging", "validated", "scores"):
        con.execute(f"create schema {schema}")
    con.execute(f"create table {CHANGED} (period integer)")
    return con


def run(con: duckdb.DuckDBPyConnection, models: Models) -> None:
    """Run the models on a scratch warehouse that holds their inputs."""
    for relation, sql in models.steps:
        con.execute(f"create or replace table {relation} as {sql}")
