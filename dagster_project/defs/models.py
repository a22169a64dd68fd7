"""Staging to marts: dbt before and after the truth gate.

What is accepted, scored and published is partitioned by assessment year: that is what people rebuild and look at. Before the
gate the models are incremental by period all the same, but one event per year and model would only cost time.
"""

import dagster as dg
from dagster_dbt import dbt_assets

from dagster_project import models
from dagster_project.night import NightResource
from dagster_project.partitions import YEARS
from zhunsheng.dbt import BEFORE_GATE

SHARED = {"manifest": models.manifest(), "dagster_dbt_translator": models.TRANSLATOR}


@dbt_assets(name="models_before_gate", select=BEFORE_GATE, **SHARED)
def before_gate(context: dg.AssetExecutionContext, night: NightResource):
    """Typed figures, and every violation of every rule with its summary."""
    night.now.gate  # its imports run while the models do  # noqa: B018
    yield from models.build(context, night, BEFORE_GATE, None)


@dbt_assets(name="models_after_gate", exclude=BEFORE_GATE, partitions_def=YEARS, backfill_policy=dg.BackfillPolicy.single_run(), **SHARED)
def after_gate(context: dg.AssetExecutionContext, night: NightResource):
    """What is accepted, what it scores, and what people query."""
    yield from models.build(context, night, None, BEFORE_GATE)
