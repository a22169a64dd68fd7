"""The truth gate: Great Expectations judges the night's summary; its results are rows, and checks on the graph."""

import dagster as dg

from dagster_project.night import NightResource, plan_of
from dagster_project.translator import OWNERS
from expectations import catalogue
from expectations.outcomes import MUST_FIX
from zhunsheng import gatekeeping

HITS = dg.AssetKey(["validated", "val_hits"])
RESULTS = dg.AssetKey(["validated", "expectation_results"])


def check_name(family: str, severity: str) -> str:
    """One check per rule family and severity, e.g. `identity_E`."""
    return f"{family}_{severity}"


def _specs() -> list[dg.AssetCheckSpec]:
    titles = {(row["family"], row["severity"]): f"{row['family_zh']}·{row['severity_zh']} / {row['family_en']}, {row['severity_en']}" for row in catalogue.catalogue_rows()}
    return [dg.AssetCheckSpec(check_name(*pair), asset=RESULTS, description=title) for pair, title in sorted(titles.items())]


@dg.multi_asset(
    name="truth_gate",
    specs=[
        dg.AssetSpec(
            RESULTS,
            deps=[HITS, dg.AssetKey(["validated", "val_rule_summary"])],
            group_name="validated",
            owners=OWNERS,
            kinds={"greatexpectations"},
            description="期望结果：每条规则每期核了多少、疑点多少、期望是否成立 / what Great Expectations found, a row per expectation",
        )
    ],
    check_specs=_specs(),
)
def truth_gate(context: dg.AssetExecutionContext, night: NightResource):
    """A finding about data never stops the night; a blind gate (a canary not caught) does."""
    plan = plan_of(context, night)
    verdicts = gatekeeping.pass_gate(night.now.settings, plan, lambda: night.now.gate)
    yield dg.MaterializeResult(asset_key=RESULTS, metadata={"dagster/row_count": verdicts.rows, "expectations": verdicts.expectations})
    for spec in _specs():
        family, severity = spec.name.rsplit("_", 1)
        hits = verdicts.hits.get((family, severity), 0)
        yield dg.AssetCheckResult(
            asset_key=RESULTS,
            check_name=spec.name,
            passed=hits == 0,
            severity=dg.AssetCheckSeverity.ERROR if severity == MUST_FIX else dg.AssetCheckSeverity.WARN,
            metadata={"hits": hits, "rules": verdicts.rules.get((family, severity), "")},
        )
