"""When it runs: Beijing time, all years, once per delivery."""

from __future__ import annotations

import datetime as dt
import os
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def automation(graph, tmp_path, monkeypatch):
    """The module, with an empty home behind the sensor."""
    from dagster_project.defs import automation

    monkeypatch.setenv("ZHUNSHENG_HOME", str(tmp_path))
    return automation


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox" / "44-czt"
    folder.mkdir(parents=True)
    return folder


def test_the_night_is_two_in_the_morning_in_shanghai(automation):
    assert automation.every_night.execution_timezone == "Asia/Shanghai"
    assert automation.every_night.cron_schedule == "0 2 * * *"


def test_a_scheduled_night_is_judged_at_its_moment(automation):
    moment = dt.datetime(2024, 11, 8, 2, 0, tzinfo=SHANGHAI)
    request = automation.every_night(dg.build_schedule_context(scheduled_execution_time=moment))
    assert request.tags["zhunsheng/as_of"] == "2024-11-08T02:00:00"
    assert request.run_key == "2024-11-08T02:00:00", "a night started twice for one moment is one night"


def asked(automation) -> bool:
    """Whether the sensor asks for a night."""
    with dg.DagsterInstance.ephemeral() as instance:
        return isinstance(automation.new_submissions(dg.build_sensor_context(instance=instance)), dg.RunRequest)


def landed(home) -> None:
    """What the drop folder offers stands in the ledger."""
    from warehouse.settings import Settings
    from dagster_project import night

    settings = Settings(home=home).make()
    (home / "channels.yml").write_text('- channel: inbox\n  kind: files\n  url: "{home}/inbox"\n', "utf-8")
    with night.Night(settings) as tonight:
        tonight.land(dt.datetime(2024, 1, 1))


def test_an_empty_drop_folder_starts_nothing(automation):
    assert not asked(automation)


def test_a_delivery_is_asked_for_until_a_ledger_entry_tells_of_it(automation, inbox, tmp_path):
    (inbox / "a.xlsx").write_bytes(b"1")
    assert asked(automation) and asked(automation), "a night that failed before it landed the file is asked for again"
    landed(tmp_path)
    assert not asked(automation)


@pytest.mark.parametrize("change, starts", [("another file", True), ("another content", True), ("another time", False)])
def test_whatever_is_new_starts_another_night(automation, inbox, tmp_path, change, starts):
    (inbox / "a.xlsx").write_bytes(b"1")
    landed(tmp_path)
    if change == "another file":
        (inbox / "b.xlsx").write_bytes(b"2")
    elif change == "another content":
        (inbox / "a.xlsx").write_bytes(b"22")
    else:
        os.utime(inbox / "a.xlsx", (1, 1))
    assert asked(automation) == starts


def test_a_night_under_way_is_waited_for(automation, inbox):
    (inbox / "a.xlsx").write_bytes(b"1")
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_run(dg.DagsterRun(job_name="nightly", status=dg.DagsterRunStatus.STARTED))
        assert isinstance(automation.new_submissions(dg.build_sensor_context(instance=instance)), dg.SkipReason)


def test_a_file_still_open_in_excel_is_no_delivery(automation, inbox):
    (inbox / "~$a.xlsx").write_bytes(b"1")
    (inbox / ".hidden").write_bytes(b"1")
    assert not asked(automation)
