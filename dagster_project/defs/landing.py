"""Landing: fetch what every channel offers, keep the bytes, write the ledger."""

from zoneinfo import ZoneInfo

import dagster as dg

from dagster_project.night import Night
from dagster_project.specs import OWNERS

MOST_RETRIES = 3
FIRST_WAIT_SECONDS = 5


@dg.asset(
    key=["landing", "ledger"],
    group_name="landing",
    owners=OWNERS,
    kinds={"python"},
    description="台账和原件：各渠道收到的每一份文件 / ledger and originals: every file that any channel offered",
    check_specs=[dg.AssetCheckSpec("channels_reached", asset=["landing", "ledger"], description="各渠道均已取到 / every channel was reached")],
)
def ledger(context: dg.AssetExecutionContext, night: dg.ResourceParam[Night]):
    """A channel that fails is tried again with growing waits; after that the night goes on without it."""
    report = night.land(_created(context))
    if report.failures and context.retry_number < MOST_RETRIES:
        raise dg.RetryRequested(MOST_RETRIES, seconds_to_wait=FIRST_WAIT_SECONDS * 2**context.retry_number)
    failures = [f"{failure.message_zh} / {failure.message_en}" for failure in report.failures]
    metadata = {"new_submissions": len(report.landed.received), "known": report.landed.known, "arrivals": report.arrivals}
    check = dg.AssetCheckResult(check_name="channels_reached", passed=not failures, severity=dg.AssetCheckSeverity.WARN, metadata={"failures": failures})
    yield dg.MaterializeResult(metadata=metadata, check_results=[check])


def _created(context: dg.AssetExecutionContext):
    """When the run was created (Beijing time): the time of receipt of what a source offers without one."""
    record = context.instance.get_run_record_by_id(context.run.run_id)
    return record.create_timestamp.astimezone(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None, microsecond=0)
