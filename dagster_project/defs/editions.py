"""The edition: marts published as a whole, and the providers' slips, which stand on it."""

import dagster as dg

from dagster_project import models, pictures
from dagster_project.night import NightResource, plan_of
from dagster_project.translator import OWNERS
from zhunsheng import editions, night as steps


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
