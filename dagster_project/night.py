"""The resource that carries one night through its assets: lock, declarations, dbt, gate and plan.

Belongs here: what has to live as long as a run. Does not belong here: the steps themselves (zhunsheng/night.py).
Standing decision: the run executes in one process and this resource holds the writer's lock from first asset to last, so
whatever is started at once (schedule, sensor, backfill, `make nightly`), one run writes and the others wait.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, cached_property

import dagster as dg

from expectations.gate import Gate
from sources.declarations import Declarations
from zhunsheng import night as steps
from warehouse import store
from zhunsheng.dbt import Dbt
from warehouse.settings import Settings
from warehouse.increments import Plan

AS_OF_TAG = "zhunsheng/as_of"
REBUILD_TAG = "zhunsheng/rebuild"
RANGE_START_TAG, RANGE_END_TAG = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
WAIT_FOR_LOCK = 3600


@cache
def parsed(settings: Settings) -> Dbt:
    """The parsed dbt project of this process: definitions and runs share it."""
    return Dbt(settings)


class Night:
    """State of one run. Everything is made when first asked for."""

    def __init__(self, settings: Settings, gate: Gate | None = None) -> None:
        self.settings = settings
        self._gate = gate
        self._plan: Plan | None = None

    @cached_property
    def declarations(self) -> Declarations:
        return steps.declared(self.settings)

    @property
    def dbt(self) -> Dbt:
        return parsed(self.settings)

    @property
    def gate(self) -> Gate:
        """The gate's worker, started at the first call: importing Great Expectations takes seconds, elsewhere meanwhile."""
        if self._gate is None:
            self._gate = Gate.start()
        return self._gate

    def plan(self, as_of: dt.datetime | None, rebuild: tuple[int, ...]) -> Plan:
        """The plan of this run, decided once."""
        if self._plan is None:
            self._plan = steps.make_plan(self.settings, as_of, rebuild)
        return self._plan

    def close(self) -> None:
        if self._gate is not None:
            self._gate.close()


# A worker that `make nightly` has started before Dagster was imported; the next run takes it over.
warm: list[Gate] = []


class NightResource(dg.ConfigurableResource):
    """One night at a time on one warehouse; `home` as in `zhunsheng --home`, default ZHUNSHENG_HOME or var/."""

    home: str = ""
    _night: Night | None = None

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["NightResource"]:
        settings = Settings.from_env(self.home or None).make()
        with store.one_writer(settings, WAIT_FOR_LOCK):
            self._night = Night(settings, warm.pop() if warm else None)
            try:
                yield self
            finally:
                self._night.close()

    @property
    def now(self) -> Night:
        assert self._night is not None, "the resource lives only inside a run"
        return self._night


def plan_of(context: dg.AssetExecutionContext, night: NightResource) -> Plan:
    """The run's plan: changed periods, and whatever years the run was told to compute again."""
    tags = context.run.tags
    as_of = dt.datetime.fromisoformat(tags[AS_OF_TAG]) if AS_OF_TAG in tags else None
    rebuild = {int(year) for year in tags.get(REBUILD_TAG, "").split()}
    if tags.keys() & {"dagster/backfill", "dagster/partition"}:  # a year asked for by itself; a night asks for a range
        rebuild |= {int(key) for key in context.partition_keys}
    return night.now.plan(as_of, tuple(sorted(rebuild)))
