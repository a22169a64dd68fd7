"""The edition: marts published as a whole, the providers' slips, which rest on it, and the notices that there is something on them."""

import dagster as dg

from dagster_project import pictures
from dagster_project.night import Night
from dagster_project.specs import OWNERS, key
from slips import notifying
from warehouse import editions
from warehouse.compiled import Compiled
from warehouse.settings import Settings

CURRENT, SLIPS, NOTICES = key("editions.current"), key("slips.pages"), key("slips.notices")
SHARED = {"group_name": "marts", "owners": OWNERS}


def current(project: Compiled, settings: Settings) -> dg.AssetsDefinition:
    """The asset of the edition that readers see; its page shows the pictures of the one that is current when the pages are started or reloaded."""

    @dg.asset(key=CURRENT, deps=[key(node.relation) for node in project.models if node.schema == "marts"], kinds={"parquet", "duckdb"}, **SHARED,
              description="现行版本：整体发布、不可改动、附哈希清单 / the current edition: published as a whole, immutable, with its manifest of hashes" + _shown(settings))
    def edition(night: dg.ResourceParam[Night]):
        """Nothing new: the edition that is current is kept. Raises TestFailed where a data test has found something."""
        name = night.publish()
        yield dg.MaterializeResult(metadata={
            "edition": name,
            "grades": dg.MetadataValue.md(pictures.grades(editions.database(night.settings, name))),
            "grid": dg.MetadataValue.md(pictures.grid(editions.database(night.settings, name))),
        })

    return edition


def _shown(settings: Settings) -> str:
    """The current edition's pictures as Markdown, for the asset's description: a run's metadata takes a click."""
    name = editions.current(settings)
    if name is None:
        return ""
    database = editions.database(settings, name)
    return f"\n\n版本 / edition `{name}`\n\n各等次单位数 / units by grade\n\n{pictures.grades(database)}\n\n应报数据状态 / cells owed, by status\n\n{pictures.grid(database)}"


@dg.asset(key=SLIPS, deps=[CURRENT], kinds={"html"}, **SHARED,
          description="核实通知单：每份报表一页，只给报送单位自己看 / slips: a page for each return, for its own provider only")
def slips(night: dg.ResourceParam[Night]):
    """Only what the night touched is written again; nothing new, nothing written."""
    yield dg.MaterializeResult(metadata={"written": night.write_slips()})


@dg.asset(key=NOTICES, deps=[SLIPS], **SHARED,
          description="通知：只有链接和条数，每件事只通知一次；未配置则不发 / notices: a link and counts, each event once; none unless configured",
          check_specs=[dg.AssetCheckSpec("notices_delivered", asset=NOTICES, description="通知均已送达 / every notice was delivered")])
def notices(night: dg.ResourceParam[Night]):
    """A channel that does not take a notice stops nobody: it is shown here and tried again by the next night."""
    outcome = notifying.after_night(night.settings)
    failures = [f"{failure.message_zh} / {failure.message_en}" for failure in outcome.failures] if outcome else []
    check = dg.AssetCheckResult(check_name="notices_delivered", passed=not failures, severity=dg.AssetCheckSeverity.WARN, metadata={"failures": failures})
    yield dg.MaterializeResult(metadata={"sent": len(outcome.notices) if outcome else 0, "configured": outcome is not None}, check_results=[check])
