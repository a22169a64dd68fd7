"""Raw: new submissions read into cells; registers and rules loaded when they have changed."""

import dagster as dg

from dagster_project import specs
from dagster_project.night import Night
from dagster_project.specs import key
from warehouse.build import ARRIVING


@dg.multi_asset(name="raw", specs=[specs.of_raw(relation) for relation in ARRIVING])
def raw(context: dg.AssetExecutionContext, night: dg.ResourceParam[Night]):
    """One unreadable file is a finding, never a failure."""
    report = night.loaded
    context.log.info(f"{len(report.submissions)} new submissions, {report.cells} cells, {report.findings} reading findings; periods: {list(night.plan.periods)}")
    counts = night.engine.count(ARRIVING)
    for relation in ARRIVING:
        yield dg.MaterializeResult(asset_key=key(relation), metadata={"dagster/row_count": counts[relation]})
