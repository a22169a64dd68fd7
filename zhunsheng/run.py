"""`make nightly` and `make ui`: the steps of the night one after the other, and Dagster's pages.

Belongs here: starting a night, or Dagster, for a person. Does not belong here: the steps of the night (night.py), their graph (dagster_project).
Standing decision: what is cheap is asked first. A night with nothing new computes nothing, and no night by command imports Dagster unless
somebody uses its pages, or dbt unless a model has changed.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from dagster_project.night import Night
from warehouse import store
from warehouse.settings import Settings

PIPELINE_FAULT = 3
MOST_RETRIES, FIRST_WAIT_SECONDS = 3, 5
DAGSTER_YAML = """\
# Written by zhunsheng. One run at a time: the warehouse has one writer.
telemetry: {enabled: false}
nux: {enabled: false}
concurrency: {runs: {max_concurrent_runs: 1}}
"""


def nightly(settings: Settings, as_of: dt.datetime | None = None, rebuild: tuple[int, ...] = (), quiet: bool = False) -> int:
    """Run a night. Returns the exit code: 0 done or nothing to do, 3 a fault of the pipeline."""
    from slips import notifying
    from zhunsheng.answers import night as report
    from zhunsheng.answers import notices as answer

    started = time.monotonic()
    progress = report.Progress(quiet)
    with store.one_writer(settings):
        suspects: tuple[str, ...] = ()
        with Night(settings, as_of, rebuild, step=progress.step) as night:
            try:
                landed = _landed(night)
                fault = _computed(night)
            except Exception as wrong:  # whatever it is, it is the pipeline's and no finding about data
                fault = wrong
            if fault is not None:
                progress.fault(fault)
                suspects = night.suspects
        if fault is not None:
            _hold_back(settings, as_of, rebuild, suspects, fault)
            return PIPELINE_FAULT
        outcome = notifying.after_night(settings)
        progress.done()
        if (settings.dagster_home / "dagster.yaml").exists() and not night.unchanged:
            _record(settings)
    report.night(settings, night.plan, landed, night.unchanged, time.monotonic() - started)
    if outcome is not None:
        answer.notices(outcome)
    return 0


def _computed(night: Night, publish: bool = True) -> Exception | None:
    """The steps after landing. Returns what went wrong, None where nothing did."""
    try:
        if not night.unchanged:
            night.build_up_to_gate()
            night.build_scores_and_marts()
            night.score_counterfactuals()
            night.judge()
            night.build_rest()
            night.raise_failed_tests()
            if publish:
                night.publish()
        if publish:
            night.write_slips()
    except Exception as fault:
        return fault
    return None


def _hold_back(settings: Settings, as_of: dt.datetime | None, rebuild: tuple[int, ...], suspects: tuple[str, ...], fault: Exception) -> None:
    """Publish what holds without the submissions that break the night, and say which these are."""
    from dagster_project import holding
    from zhunsheng.answers import night as report

    def attempt(aside: frozenset[str], publish: bool) -> Exception | None:
        with Night(settings, as_of, rebuild, aside=aside) as again:
            return _computed(again, publish)

    faults = holding.isolate(settings, suspects, fault, attempt)
    if faults:
        report.held(faults, names_of(settings, faults))


def names_of(settings: Settings, submissions: Iterable[str]) -> dict[str, tuple[str, str]]:
    """{submission: (provider, file name)}."""
    with store.connect(settings) as con:
        rows = con.execute("select submission_id, provider_id, file_name from raw.submission where list_contains(?, submission_id)", [sorted(submissions)]).fetchall()
    return {submission: (provider, name) for submission, provider, name in rows}


def beijing_now() -> dt.datetime:
    """Wall time in Beijing, for a night that a person starts without saying when."""
    return dt.datetime.now(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None, microsecond=0)


def _landed(night: Night):
    """Landing, tried again with growing waits where a channel failed; after that the night goes on without it."""
    report = night.land(beijing_now())
    for number in range(MOST_RETRIES if report.failures else 0):
        time.sleep(FIRST_WAIT_SECONDS * 2**number)
        report = night.land(beijing_now())
        if not report.failures:
            break
    return report


def ui(settings: Settings, host: str, port: int) -> None:
    """Replace this process by Dagster's own development server: pages and daemon in one, for one person."""
    _record(settings)
    _become(settings, "dagster", "dev", "--host", host, "--port", str(port))


def webserver(settings: Settings, host: str, port: int, read_only: bool) -> None:
    """Replace this process by Dagster's webserver, as a service runs it."""
    _record(settings)
    _become(settings, "dagster_webserver", "--host", host, "--port", str(port), *(["--read-only"] if read_only else []))


def daemon(settings: Settings) -> None:
    """Replace this process by Dagster's daemon, which starts the nights: schedule and sensor."""
    _prepare_dagster(settings)
    _become(settings, "dagster._daemon", "run")


def _become(settings: Settings, module: str, *words: str) -> None:
    os.chdir(settings.project)
    os.execv(sys.executable, [sys.executable, "-m", module, *words, "-m", "dagster_project.definitions"])


def _record(settings: Settings) -> None:
    """Let Dagster's pages show what nights by command have published."""
    _prepare_dagster(settings)
    from dagster_project import record

    record.current_edition(settings)


def _prepare_dagster(settings: Settings) -> None:
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    config = settings.dagster_home / "dagster.yaml"
    config.write_text(DAGSTER_YAML, "utf-8")
    os.environ["DAGSTER_HOME"] = str(settings.dagster_home)
    os.environ["ZHUNSHENG_HOME"] = str(settings.home)
