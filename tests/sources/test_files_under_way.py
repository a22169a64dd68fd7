"""A file still being copied is not a return: it waits, and comes whole with the next collection."""

from __future__ import annotations

import datetime as dt
import io
import os
import threading
import time

import hostile_files as hostile
import pytest
from returns_by_hand import grid, xlsx

from sources.channels.collect import collect
from sources.channels.files import SHANGHAI
from sources.channels.under_way import is_cut
from sources.declare.declarations import Channel
from sources.landing.landing import Landing

NOW = dt.datetime(2024, 5, 6, 9, 0)


def drop(folder, name: str, data: bytes, at: dt.datetime) -> None:
    path = folder / "inbox" / "51-czt" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (at.replace(tzinfo=SHANGHAI).timestamp(),) * 2)


def night(known, folder, as_of: dt.datetime = NOW, **options):
    channel = Channel("inbox", "files", {"url": "{home}/inbox", **options})
    return collect([channel], Landing(folder / "landing"), as_of, known, {"home": str(folder)})


@pytest.mark.parametrize("whole", [xlsx(grid()), hostile.xls(grid()), hostile.ods(grid())], ids=["xlsx", "xls", "ods"])
def test_a_cut_workbook_is_seen_as_cut(whole: bytes) -> None:
    assert not is_cut(io.BytesIO(whole)) and is_cut(io.BytesIO(whole[:400]))


def test_a_cut_young_workbook_waits_until_it_is_whole_or_stays_cut(known, tmp_path) -> None:
    """First night: waits, and that is reported. Whole in the second: lands. One that stays as it is lands, to be reported as damaged."""
    data = xlsx(grid())
    for name in ("grows.xlsx", "stays.xlsx"):
        drop(tmp_path, name, data[:3000], NOW - dt.timedelta(minutes=1))
    first = night(known, tmp_path, settle=0)
    assert not first.landed.entries and len(first.failures) == 2 and "传输" in first.failures[0].message_zh
    drop(tmp_path, "grows.xlsx", data, NOW + dt.timedelta(minutes=1))
    second = night(known, tmp_path, NOW + dt.timedelta(minutes=9), settle=0)
    assert sorted((e["file_name"], e["size"]) for e in second.landed.entries) == [("grows.xlsx", len(data)), ("stays.xlsx", 3000)] and not second.failures
    assert not (tmp_path / "landing" / "waiting.json").exists()


def test_an_old_cut_workbook_does_not_wait(known, tmp_path) -> None:
    """Nobody copies for two years."""
    drop(tmp_path, "old.xlsx", xlsx(grid())[:3000], NOW - dt.timedelta(days=700))
    assert len(night(known, tmp_path).landed.entries) == 1


def test_a_file_that_changes_between_two_looks_waits(known, tmp_path) -> None:
    """A young text file is looked at twice; one that has grown meanwhile is left, the others land."""
    drop(tmp_path, "grows.csv", b"1,2\n", NOW)
    drop(tmp_path, "rests.csv", b"3,4\n", NOW)

    def more() -> None:
        time.sleep(0.2)
        drop(tmp_path, "grows.csv", b"1,2\n3,4\n", NOW)

    writer = threading.Thread(target=more)
    writer.start()
    report = night(known, tmp_path, settle=0.6)
    writer.join()
    assert [e["file_name"] for e in report.landed.entries] == ["rests.csv"]
    assert [e["file_name"] for e in night(known, tmp_path, settle=0).landed.entries] == ["grows.csv"]
