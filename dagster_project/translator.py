"""How a dbt node looks in the graph: layer word as key prefix and group, owner, description.

Belongs here: naming only. Does not belong here: what runs (defs/).
Standing decision: one name through asset, table and file: `scores/sco_totals` is `scores.sco_totals` is `sco_totals.sql`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator

OWNERS = ["team:performance_office_data"]


class LayerTranslator(DagsterDbtTranslator):
    """Key = [layer, name]; the layer is the schema, for sources the source's name."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        layer = dbt_resource_props.get("source_name") or dbt_resource_props["schema"]
        return dg.AssetKey([layer, dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return dbt_resource_props.get("source_name") or dbt_resource_props["schema"]

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        return OWNERS
