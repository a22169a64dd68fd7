"""Raw: new submissions read into cells; registers and rules loaded when they have changed."""

import dagster as dg

from dagster_project.models import source_tables
from dagster_project.night import NightResource
from dagster_project.translator import OWNERS
from zhunsheng import night as steps


@dg.multi_asset(
    name="raw",
    specs=[
        dg.AssetSpec(["raw", table], deps=[["landing", "ledger"]], group_name="raw", owners=OWNERS, description=text, kinds={"duckdb"})
        for table, text in source_tables("raw").items()
    ],
)
def raw(context: dg.AssetExecutionContext, night: NightResource):
    """One unreadable file is a finding, never a failure."""
    report = steps.load_raw(night.now.settings, night.now.declarations)
    context.log.info(f"{len(report.submissions)} new submissions, {report.cells} cells, {report.findings} reading findings")
    counts = steps.row_counts(night.now.settings, "raw")
    for table in source_tables("raw"):
        yield dg.MaterializeResult(asset_key=["raw", table], metadata={"dagster/row_count": counts.get(table, 0)})
