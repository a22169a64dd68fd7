"""dbt models as assets: the manifest, and one plain way to build a selection and tell Dagster what happened.

Belongs here: the bridge between dbt's results and Dagster's events. Does not belong here: the models.
Standing decision: dbt runs in this process (zhunsheng/dbt.py); only public API of dagster-dbt is used.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg

from dagster_project.night import NightResource, parsed, plan_of
from dagster_project.translator import LayerTranslator
from zhunsheng import night as steps
from zhunsheng.dbt import NodeResult, raise_failures
from warehouse.settings import Settings

TRANSLATOR = LayerTranslator()


@cache
def manifest() -> Mapping[str, Any]:
    """dbt's manifest, parsed once per process."""
    settings = Settings.from_env()
    parsed(settings)
    return json.loads((settings.dbt_target / "manifest.json").read_text("utf-8"))


def source_tables(source: str) -> dict[str, str]:
    """{table: description} of a dbt source."""
    found = [node for node in manifest()["sources"].values() if node["source_name"] == source]
    return {node["name"]: node["description"] or node["name"] for node in sorted(found, key=lambda node: node["name"])}


def build(context: dg.AssetExecutionContext, night: NightResource, select: str | None, exclude: str | None) -> Iterator:
    """Build a selection for the run's plan; yield a materialization per model and seed and a result per test."""
    plan = plan_of(context, night)
    chosen = _chosen(context) if context.is_subset else select
    context.log.info(f"periods to compute: {list(plan.periods)}{' (full rebuild)' if plan.full else ''}")
    if plan.nothing and not context.is_subset:
        context.log.info("nothing has changed: no model is built")
        nodes: list[NodeResult] = []
    else:
        nodes = night.now.dbt.build(chosen, None if context.is_subset else exclude, plan.full)
    yield from _events(context, night, nodes)
    raise_failures(nodes)


def _events(context: dg.AssetExecutionContext, night: NightResource, nodes: list[NodeResult]) -> Iterator:
    results = {node.unique_id: node for node in nodes}
    counts = steps.row_counts(night.now.settings)
    checks = {key.name: key for key in context.op_execution_context.selected_asset_check_keys}
    for unique_id in _in_order():
        props, result = manifest()["nodes"][unique_id], results.get(unique_id)
        if props["resource_type"] == "test":
            if result is not None and props["name"] in checks:
                key = checks[props["name"]]
                yield dg.AssetCheckResult(asset_key=key.asset_key, check_name=key.name, passed=result.done, metadata={"message": result.message})
            continue
        key = TRANSLATOR.get_asset_key(props) if props["resource_type"] in ("model", "seed") else None
        if key in context.selected_asset_keys and (result is None or result.done):
            metadata: dict[str, Any] = {"dagster/row_count": counts.get(props["name"], 0)}
            metadata |= {"seconds": round(result.seconds, 3)} if result else {"unchanged": True}
            yield dg.MaterializeResult(asset_key=key, metadata=metadata)


@cache
def _in_order() -> tuple[str, ...]:
    """Node ids with every node after those it rests on, as Dagster wants its events."""
    nodes, parents = manifest()["nodes"], manifest()["parent_map"]
    order = TopologicalSorter({node: [p for p in parents[node] if p in nodes] for node in sorted(nodes)}).static_order()
    return tuple(order)


def _chosen(context: dg.AssetExecutionContext) -> str:
    return " ".join(key.path[-1] for key in sorted(context.selected_asset_keys))
