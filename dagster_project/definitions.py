"""Everything Dagster knows of Zhunsheng, in one object."""

from __future__ import annotations

import logging

import dagster as dg

from dagster_project.defs import automation, deadlines, editions, gate, landing, models, raw
from dagster_project.night import NightResource

# Handlers that the starter of an in-process run wants to follow it with (zhunsheng/run.py); the pages of Dagster need none.
followers: list[logging.Handler] = []


@dg.logger(description="以步骤为单位的进度 / progress by step, for whoever started the run in this process")
def steps(_context) -> logging.Logger:
    logger = logging.Logger("zhunsheng.steps", logging.DEBUG)
    for handler in followers:
        logger.addHandler(handler)
    return logger


defs = dg.Definitions(
    assets=[
        landing.ledger, raw.raw, models.before_gate, gate.truth_gate, models.after_gate, models.counterfactual_scores, models.on_counterfactuals,
        editions.current, editions.slips, editions.notices,
    ],
    asset_checks=[deadlines.on_time],
    jobs=[automation.nightly, automation.rebuild_year],
    schedules=[automation.every_night],
    sensors=[automation.new_submissions],
    resources={"night": NightResource()},
    loggers={"console": dg.colored_console_logger, "steps": steps},
    executor=dg.in_process_executor,
)
