"""Staging to marts: dbt before and after the truth gate, and once more on the counterfactual scores.

What is accepted, scored and published is partitioned by assessment year: that is what people rebuild and look at. Before the
gate the models are incremental by period all the same, but one event per year and model would only cost time.
"""

import dagster as dg
from dagster_dbt import dbt_assets

from dagster_project import models
from dagster_project.night import NightResource, plan_of
from dagster_project.partitions import YEARS
from dagster_project.translator import OWNERS
from zhunsheng import counterfactuals
from zhunsheng.dbt import BEFORE_GATE, ON_COUNTERFACTUALS

SHARED = {"manifest": models.manifest(), "dagster_dbt_translator": models.TRANSLATOR}


@dbt_assets(name="models_before_gate", select=BEFORE_GATE, **SHARED)
def before_gate(context: dg.AssetExecutionContext, night: NightResource):
    """Typed figures, and every violation of every rule with its summary."""
    night.now.gate  # its imports run while the models do  # noqa: B018
    yield from models.build(context, night, BEFORE_GATE, None)


BY_YEAR = {"partitions_def": YEARS, "backfill_policy": dg.BackfillPolicy.single_run()}
AFTER_GATE = f"{BEFORE_GATE} {ON_COUNTERFACTUALS}"


@dbt_assets(name="models_after_gate", exclude=AFTER_GATE, **BY_YEAR, **SHARED)
def after_gate(context: dg.AssetExecutionContext, night: NightResource):
    """What is accepted, what it scores, and what people query."""
    yield from models.build(context, night, None, AFTER_GATE)


@dg.asset(
    key=["scores", "counterfactuals"],
    deps=[dg.AssetKey(["scores", "sco_totals"]), dg.AssetKey(["scores", "sco_contributions"]), dg.AssetKey(["validated", "val_lineage"])],
    group_name="scores",
    owners=OWNERS,
    kinds={"duckdb"},
    description="反事实得分：上年数据按本年规则得几分 / what last year's figures would have scored under this year's rules, step by step",
    **BY_YEAR,
)
def counterfactual_scores(context: dg.AssetExecutionContext, night: NightResource):
    """Only changed years and the year before each are scored again."""
    rows = counterfactuals.refresh(night.now.settings, night.now.dbt, plan_of(context, night))
    yield dg.MaterializeResult(metadata={"dagster/row_count": rows})


@dbt_assets(name="models_on_counterfactuals", select=ON_COUNTERFACTUALS, **BY_YEAR, **SHARED)
def on_counterfactuals(context: dg.AssetExecutionContext, night: NightResource):
    """Why scores have changed."""
    yield from models.build(context, night, ON_COUNTERFACTUALS, None)
