"""The graph: every asset, check, job, schedule and sensor, for one night or for the pages.

Belongs here: putting the definitions of defs/ together. Does not belong here: what any of them does.
"""

from __future__ import annotations

import dagster as dg

from dagster_project import resources as nights
from dagster_project import specs
from dagster_project.defs import automation, data_tests, deadlines, editions, landing, models, raw, years
from dagster_project.night import parts
from dagster_project.specs import key
from warehouse import compiled
from warehouse.settings import Settings


def make() -> dg.Definitions:
    """All definitions; each run is a night of its own. Raises CompileFailed."""
    settings = Settings.from_env()
    project = compiled.load(settings)
    rest = [key(node.relation) for node in parts(project)[2].models if specs.is_recorded(node)]
    return dg.Definitions(
        assets=[landing.ledger, raw.raw, *models.models(project), editions.current(project, settings), editions.slips, editions.notices, years.recomputed_year(years.assessment_years())],
        asset_checks=[deadlines.on_time, data_tests.data_tests(project, rest)],
        jobs=[automation.nightly, automation.rebuild_year],
        schedules=[automation.every_night],
        sensors=[automation.new_submissions],
        resources={"night": nights.night},
        executor=dg.in_process_executor,
    )
