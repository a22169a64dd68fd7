"""The edition: marts published as a whole, the providers' slips, which stand on it, and the notices that there is something on them."""

import dagster as dg

from dagster_project import models, pictures
from dagster_project.night import NightResource, plan_of
from dagster_project.translator import OWNERS
from warehouse import editions
from zhunsheng import night as steps, notifying


def _marts() -> list[dg.AssetKey]:
    nodes = models.manifest()["nodes"].values()
    return sorted(models.TRANSLATOR.get_asset_key(n) for n in nodes if n["resource_type"] == "model" and n["schema"] == "marts")


@dg.asset(
    key=["editions", "current"],
    deps=_marts(),
    group_name="marts",
    owners=OWNERS,
    kinds={"parquet", "duckdb"},
    description="现行版本：整体发布、不可改动、附哈希清单 / the current edition: published as a whole, immutable, with its manifest of hashes",
)
def current(context: dg.AssetExecutionContext, night: NightResource):
    """Nothing new: the edition that stands is kept."""
    settings = night.now.settings
    plan = plan_of(context, night)
    name = editions.current(settings) if steps.is_unchanged(settings, plan) else steps.finish(settings, plan)
    yield dg.MaterializeResult(metadata={
        "edition": name,
        "grades": dg.MetadataValue.md(pictures.grades(editions.database(settings, name))),
        "grid": dg.MetadataValue.md(pictures.grid(editions.database(settings, name))),
    })


@dg.asset(
    key=["slips", "pages"],
    deps=[dg.AssetKey(["editions", "current"])],
    group_name="marts",
    owners=OWNERS,
    kinds={"html"},
    description="核实通知单：每份报表一页，只给报送单位自己看 / slips: a page for each return, for its own provider only",
)
def slips(context: dg.AssetExecutionContext, night: NightResource):
    """Only what the night touched is written again; nothing new, nothing written."""
    written = steps.write_slips(night.now.settings, night.now.declarations, plan_of(context, night))
    yield dg.MaterializeResult(metadata={"written": written})


@dg.asset(
    key=["slips", "notices"],
    deps=[dg.AssetKey(["slips", "pages"])],
    group_name="marts",
    owners=OWNERS,
    description="通知：只有链接和条数，每件事只通知一次；未配置则不发 / notices: a link and counts, each event once; none unless configured",
    check_specs=[dg.AssetCheckSpec("notices_delivered", asset=["slips", "notices"], description="通知均已送达 / every notice was delivered")],
)
def notices(night: NightResource):
    """A channel that does not take a notice stops nobody: it is told here and tried again by the next night."""
    told = notifying.after_night(night.now.settings)
    failures = [f"{failure.message_zh} / {failure.message_en}" for failure in told.failures] if told else []
    check = dg.AssetCheckResult(check_name="notices_delivered", passed=not failures, severity=dg.AssetCheckSeverity.WARN, metadata={"failures": failures})
    yield dg.MaterializeResult(metadata={"sent": len(told.notices) if told else 0, "configured": told is not None}, check_results=[check])
