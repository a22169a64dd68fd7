"""`make nightly` and `make ui`: the same Dagster job that the schedule starts, in this process, with a table at the end.

Belongs here: starting Dagster for a person. Does not belong here: the steps of the night (night.py), their graph (dagster_project).
Standing decision: what is cheap is asked first. A night with nothing new never imports Dagster, dbt or Great Expectations.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from zoneinfo import ZoneInfo

from warehouse import store
from zhunsheng import night
from warehouse.settings import Settings

PIPELINE_FAULT = 3
NOTICES_DELIVERED = "notices_delivered"  # the check of dagster_project/defs/editions.py

DAGSTER_YAML = """\
# Written by zhunsheng. One run at a time: the warehouse has one writer.
telemetry: {enabled: false}
nux: {enabled: false}
concurrency: {runs: {max_concurrent_runs: 1}}
event_log_storage:
  module: dagster_project.event_log
  class: KeptEventLog
  config: {base_dir: {env: DAGSTER_HOME}}
"""


def nightly(settings: Settings, as_of: dt.datetime | None = None, rebuild: tuple[int, ...] = (), quiet: bool = False) -> int:
    """Run a night. Returns the exit code: 0 done or nothing to do, 3 a fault of the pipeline."""
    from zhunsheng import notifying, report, show

    started = time.monotonic()
    progress = report.Progress(quiet)
    with store.one_writer(settings):
        declarations = night.declared(settings)
        progress.step("收件 / landing")
        landed = night.land(settings, declarations, as_of or beijing_now())
        progress.step(f"读表 / reading ({len(landed.landed.received)} 份新报表 / new)")
        night.load_raw(settings, declarations)
        plan = night.make_plan(settings, as_of, rebuild)
        unchanged = night.is_unchanged(settings, plan)
        if not unchanged and not _run_graph(settings, as_of, rebuild, progress):
            return PIPELINE_FAULT
        night.write_slips(settings, declarations)  # a night killed between edition and slips
        told = notifying.after_night(settings) if unchanged else None  # else the graph has told; a reminder may be due in a quiet night too
        progress.done()
    report.night(settings, plan, landed, unchanged, time.monotonic() - started)
    if told is not None:
        show.notices(told)
    return 0


def _run_graph(settings: Settings, as_of: dt.datetime | None, rebuild: tuple[int, ...], progress) -> bool:
    from expectations.gate import Gate

    gate = Gate.start()  # imports Great Expectations in a process of its own while this one imports Dagster and dbt
    progress.step("准备任务图 / preparing the graph")
    _prepare_dagster(settings)
    import dagster as dg

    from dagster_project import definitions
    from dagster_project import night as resource
    from dagster_project.defs.automation import night_tags

    resource.warm.append(gate)
    tags = night_tags()
    tags |= {resource.AS_OF_TAG: as_of.isoformat()} if as_of else {}
    tags |= {resource.REBUILD_TAG: " ".join(map(str, rebuild))} if rebuild else {}
    job = definitions.defs.resolve_job_def("nightly")
    definitions.followers.append(progress.handler())
    with dg.DagsterInstance.get() as instance:
        result = job.execute_in_process(instance=instance, tags=tags, run_config={"loggers": {"steps": {}}}, raise_on_error=False)
    definitions.followers.clear()
    if not result.success:
        progress.fault(result)
    for check in result.get_asset_check_evaluations():
        if check.check_name == NOTICES_DELIVERED and not check.passed:
            progress.warn(check.metadata["failures"].value)
    return result.success


def beijing_now() -> dt.datetime:
    """Wall time in Beijing, for a night that a person starts without saying when."""
    return dt.datetime.now(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None, microsecond=0)


def ui(settings: Settings) -> None:
    """Replace this process by Dagster's own development server."""
    _prepare_dagster(settings)
    os.environ["ZHUNSHENG_HOME"] = str(settings.home)
    os.chdir(settings.project)
    os.execv(sys.executable, [sys.executable, "-m", "dagster", "dev", "-m", "dagster_project.definitions"])


def _prepare_dagster(settings: Settings) -> None:
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    config = settings.dagster_home / "dagster.yaml"
    config.write_text(DAGSTER_YAML, "utf-8")
    os.environ["DAGSTER_HOME"] = str(settings.dagster_home)
    os.environ["ZHUNSHENG_HOME"] = str(settings.home)
