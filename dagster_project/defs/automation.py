"""When it runs: the nightly job and schedule, the job that computes a closed year again, and the sensor on new submissions."""

import dagster as dg

from dagster_project import night as steps
from dagster_project.defs.years import RECOMPUTED
from dagster_project.resources import AS_OF_TAG
from warehouse.settings import Settings

WATCH_SECONDS = 60

nightly = dg.define_asset_job(
    "nightly",
    selection=(dg.AssetSelection.all() - dg.AssetSelection.assets(RECOMPUTED)) | dg.AssetSelection.all_asset_checks(),
    description="一夜：收件、校验、计分、发布 / a night: take in, check, score, publish",
)

rebuild_year = dg.define_asset_job(
    "rebuild_year",
    selection=dg.AssetSelection.assets(RECOMPUTED),
    description="重算一个年度并发布，结果应与原版一致 / compute a year again and publish; a closed year gives the same digits",
)


@dg.schedule(job=nightly, cron_schedule="0 2 * * *", execution_timezone="Asia/Shanghai", default_status=dg.DefaultScheduleStatus.STOPPED)
def every_night(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """At two in the morning, Beijing time. The night is judged at its scheduled moment, whenever it really runs."""
    moment = context.scheduled_execution_time.replace(tzinfo=None).isoformat()
    return dg.RunRequest(run_key=moment, tags={AS_OF_TAG: moment})


UNDER_WAY = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]


@dg.sensor(job=nightly, minimum_interval_seconds=WATCH_SECONDS, default_status=dg.DefaultSensorStatus.STOPPED)
def new_submissions(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """A night as soon as the drop folder has a file that no ledger entry records; asked again until one does, whatever became of the last run."""
    waiting = steps.unrecorded(Settings.from_env().make())
    if not waiting:
        return dg.SkipReason("收件夹没有新文件 / nothing new in the drop folder")
    if context.instance.get_runs_count(dg.RunsFilter(job_name=nightly.name, statuses=UNDER_WAY)):
        return dg.SkipReason(f"{len(waiting)} 个新文件，等待正在进行的一夜 / {len(waiting)} new files wait for the night under way")
    return dg.RunRequest()
