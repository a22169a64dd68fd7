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


def test_an_empty_drop_folder_starts_nothing(automation):
    assert isinstance(automation.new_submissions(dg.build_sensor_context()), dg.SkipReason)


def test_a_delivery_starts_one_night(automation, inbox):
    (inbox / "a.xlsx").write_bytes(b"1")
    first = automation.new_submissions(dg.build_sensor_context())
    assert [request.run_key for request in first.run_requests] == [first.cursor]
    assert isinstance(automation.new_submissions(dg.build_sensor_context(cursor=first.cursor)), dg.SkipReason)


@pytest.mark.parametrize("change", ["another file", "another content", "another time"])
def test_whatever_is_new_starts_another_night(automation, inbox, change):
    (inbox / "a.xlsx").write_bytes(b"1")
    first = automation.new_submissions(dg.build_sensor_context())
    if change == "another file":
        (inbox / "b.xlsx").write_bytes(b"2")
    elif change == "another content":
        (inbox / "a.xlsx").write_bytes(b"22")
    else:
        os.utime(inbox / "a.xlsx", (1, 1))
    second = automation.new_submissions(dg.build_sensor_context(cursor=first.cursor))
    assert second.cursor != first.cursor and len(second.run_requests) == 1


def test_a_file_still_open_in_excel_is_no_delivery(automation, inbox):
    (inbox / "~$a.xlsx").write_bytes(b"1")
    (inbox / ".hidden").write_bytes(b"1")
    assert isinstance(automation.new_submissions(dg.build_sensor_context()), dg.SkipReason)
