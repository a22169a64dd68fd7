"""The graph as people see it: a readable snapshot, partitions, owners, checks.

Renew the snapshot after a wanted change, and read its diff: python tests/dagster_project/test_graph.py
"""

from __future__ import annotations

import os
import sys
import tempfile
from itertools import groupby
from pathlib import Path

import dagster as dg
import nights

SNAPSHOT = Path(__file__).with_name("asset_graph.txt")
RENEW = "the graph has changed; if it was meant: PYTHONPATH=.:tests .venv/bin/python tests/dagster_project/test_graph.py, and read the diff"
LAYERS = ["landing", "raw", "staging", "validated", "scores", "marts"]


def drawn(definitions) -> str:
    """One line per asset: key <- deps; by group, in the order of the way of a figure."""
    specs = sorted(definitions.defs.resolve_all_asset_specs(), key=lambda spec: (LAYERS.index(spec.group_name), spec.key))
    lines = []
    for group, members in groupby(specs, key=lambda spec: spec.group_name):
        lines.append(f"{group}:")
        for spec in members:
            deps = " ".join(sorted(dep.asset_key.to_user_string() for dep in spec.deps))
            lines.append(f"  {spec.key.to_user_string()}" + (f" <- {deps}" if deps else ""))
    return "\n".join(lines) + "\n"


def test_the_snapshot_of_the_graph_is_fresh(graph):
    assert drawn(graph) == SNAPSHOT.read_text("utf-8"), RENEW


def test_layers_are_groups_and_key_prefixes(graph):
    for spec in graph.defs.resolve_all_asset_specs():
        assert spec.group_name in LAYERS
        assert spec.key.path[0] in (spec.group_name, "editions", "slips")


def test_data_flows_one_way(graph):
    specs = {spec.key: spec for spec in graph.defs.resolve_all_asset_specs()}
    for spec in specs.values():
        for dep in spec.deps:
            assert dep.asset_key in specs, f"{spec.key.to_user_string()} rests on something that is no asset: {dep.asset_key.to_user_string()}"
            assert LAYERS.index(specs[dep.asset_key].group_name) <= LAYERS.index(spec.group_name), (spec.key, dep.asset_key)


def test_every_asset_has_an_owner_and_a_description(graph):
    bare = [spec.key.to_user_string() for spec in graph.defs.resolve_all_asset_specs() if not spec.owners or not spec.description]
    assert bare == []


def test_a_year_can_be_computed_again_from_the_pages(graph):
    """One asset has the assessment years as partitions; no other has, so that a night records one materialization a table."""
    partitioned = {spec.key.to_user_string(): list(spec.partitions_def.get_partition_keys()) for spec in graph.defs.resolve_all_asset_specs() if spec.partitions_def}
    assert partitioned == {"editions/recomputed_year": [str(year) for year in range(2018, 2024)]}


def test_every_data_test_is_a_check_on_the_graph(graph):
    names = {key.name for key in graph.defs.resolve_asset_graph().asset_check_keys}
    assert {path.stem for path in (nights.PROJECT / "dbt_project" / "tests").glob("*.sql")} <= names


def test_every_family_and_severity_is_a_check_on_the_graph(graph):
    from expectations import catalogue

    pairs = {(row["family"], row["severity_en"].replace(" ", "_")) for row in catalogue.catalogue_rows()}
    names = {key.name for key in graph.defs.resolve_asset_graph().asset_check_keys if key.asset_key == dg.AssetKey(["validated", "expectation_results"])}
    assert names == {f"{family}_{severity}" for family, severity in pairs}
    assert any(key.name == "channels_reached" for key in graph.defs.resolve_asset_graph().asset_check_keys)


def test_everything_runs_in_one_process_with_one_writer(graph):
    assert graph.defs.executor is dg.in_process_executor
    assert {job.name for job in graph.defs.jobs} == {"nightly", "rebuild_year"}


def test_definitions_load(graph):
    dg.Definitions.validate_loadable(graph.defs)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    with tempfile.TemporaryDirectory() as home:
        os.environ["ZHUNSHENG_HOME"] = home
        from dagster_project import definitions

        SNAPSHOT.write_text(drawn(definitions), "utf-8")
        print(f"written: {SNAPSHOT}")
