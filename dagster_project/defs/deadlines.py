"""Freshness as the slip shows it: one check per form on its deadlines, from the edition's own rows, at the night's moment.

Dagster's freshness policies judge when an asset was last materialized, by the clock. What has to be fresh here is a provider's return, its
deadline is a line of the calendar on Chinese working days, and the night is judged at a moment that is an argument: so these are checks.
"""

import dagster as dg

from dagster_project import deadlines
from dagster_project.night import Night
from dagster_project.specs import key
from warehouse import editions

DEADLINES, EDITION = key("marts.provider_deadlines"), key("editions.current")
PREFIX = "on_time_"


def _specs() -> list[dg.AssetCheckSpec]:
    return [dg.AssetCheckSpec(f"{PREFIX}{form_id}", asset=DEADLINES, additional_deps=[EDITION], description=f"报送期限 / deadlines of {form_id}")
            for form_id in deadlines.forms()]


@dg.multi_asset_check(name="deadlines", specs=_specs())
def on_time(night: dg.ResourceParam[Night]):
    """Yellow warns, red is an error; what is only due soon passes and is shown. A late provider never stops the night."""
    standing = deadlines.standing(editions.database(night.settings))
    for form_id in deadlines.forms():
        mine = standing.get(form_id, deadlines.NOTHING)
        yield dg.AssetCheckResult(
            asset_key=DEADLINES,
            check_name=f"{PREFIX}{form_id}",
            passed=not mine.yellow and not mine.red,
            severity=dg.AssetCheckSeverity.ERROR if mine.red else dg.AssetCheckSeverity.WARN,
            metadata={**mine.counts, "waiting": dg.MetadataValue.md(mine.table)},
        )
