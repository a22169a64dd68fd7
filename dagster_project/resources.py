"""The resource that carries one night through its assets.

Belongs here: what has to live as long as a run. Does not belong here: the steps themselves (dagster_project/night.py).
Standing decision: a run executes in one process and this resource holds the writer's lock from first asset to last, so whatever is started
at once (schedule, sensor, backfill, `make nightly`), one run writes and the others wait.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

import dagster as dg

from dagster_project.night import Night
from warehouse import store
from warehouse.settings import Settings

AS_OF_TAG = "zhunsheng/as_of"
WAIT_FOR_LOCK = 3600


@dg.resource(config_schema={"home": dg.Field(str, default_value="", description="仓库所在目录 / where the warehouse lives; default ZHUNSHENG_HOME or var/")})
def night(context: dg.InitResourceContext) -> Iterator[Night]:
    """The night of a run, on the home of its configuration."""
    settings = Settings.from_env(context.resource_config["home"] or None).make()
    tags = context.run.tags if context.run else {}
    with store.one_writer(settings, WAIT_FOR_LOCK), Night(settings, as_of(tags), years(tags)) as started:
        yield started


def as_of(tags: Mapping[str, str]) -> dt.datetime | None:
    """The moment at which a run is judged, from its tag."""
    return dt.datetime.fromisoformat(tags[AS_OF_TAG]) if AS_OF_TAG in tags else None


def years(tags: Mapping[str, str]) -> tuple[int, ...]:
    """The assessment years that a backfill or a single partition asks to compute again."""
    if "dagster/partition" in tags:
        return (int(tags["dagster/partition"]),)
    if "dagster/asset_partition_range_start" in tags:
        return tuple(range(int(tags["dagster/asset_partition_range_start"]), int(tags["dagster/asset_partition_range_end"]) + 1))
    return ()
