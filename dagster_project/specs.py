"""How tables look in the graph: layer word as key prefix and group, owner, description, what they rest on.

Belongs here: naming only. Does not belong here: what runs (defs/).
Standing decisions: one name through asset, table and file: `scores/sco_totals` is `scores.sco_totals` is `sco_totals.sql`. The graph is made from
what dbt compiled, without dbt. A run records one materialization for each mart and for the table that ends each step; every other table is in the
graph with its lineage alone, since an event for each would cost a night more than computing them.
"""

from __future__ import annotations

from collections.abc import Iterable

import dagster as dg

from warehouse.compiled import Compiled, Node

OWNERS = ["team:performance_office_data"]


def key(relation: str) -> dg.AssetKey:
    """`schema.name` as an asset's key."""
    return dg.AssetKey(relation.split("."))


RECORDED = {"val_hits", "val_rule_summary", "sco_totals"}  # beside the marts


def is_recorded(node: Node) -> bool:
    """Whether a run records a materialization of the table."""
    return node.schema == "marts" and node.materialized != "python" or node.name in RECORDED


def of_node(node: Node, *more: dg.AssetKey) -> dg.AssetSpec:
    """A model or seed, resting on what it reads, and on `more`."""
    return dg.AssetSpec(key(node.relation), deps=list(dict.fromkeys([*(key(relation) for relation in node.reads), *more])), group_name=node.schema, owners=OWNERS, kinds={"dbt", "duckdb"},
                        description=node.description or node.name)


def of_raw(relation: str) -> dg.AssetSpec:
    """A raw table."""
    return dg.AssetSpec(key(relation), deps=[["landing", "ledger"]], group_name="raw", owners=OWNERS, description=relation.split(".")[1], kinds={"duckdb"})


def of_tests(project: Compiled, after: list[dg.AssetKey]) -> list[dg.AssetCheckSpec]:
    """A check for every data test, to be read once the assets `after` are there."""
    return [dg.AssetCheckSpec(node.name, asset=subject(node, project), additional_deps=[k for k in after if k != subject(node, project)], description=node.description or node.name) for node in project.tests]


def subject(test: Node, project: Compiled) -> dg.AssetKey:
    """The table that a data test looks at: the last it names, where it reads several."""
    order = [node.relation for node in project.models]
    return key(max((relation for relation in test.reads if relation in order), key=order.index))


def results(nodes: Iterable[Node], seconds: dict[str, float], rows: dict[str, int]) -> Iterable[dg.MaterializeResult]:
    """One materialization for every recorded table: its rows, and the seconds it took where it was computed."""
    for node in nodes:
        computed = node.relation in seconds
        yield dg.MaterializeResult(asset_key=key(node.relation), metadata={
            "dagster/row_count": rows.get(node.relation, 0), "computed": computed, **({"seconds": round(seconds[node.relation], 3)} if computed else {})})
