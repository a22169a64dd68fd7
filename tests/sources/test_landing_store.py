"""Landing: bytes kept under their hash, the same twice has one effect, a crash at any moment changes nothing in the end."""

from __future__ import annotations

import datetime as dt
import os
import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from returns_by_hand import AS_OF, arrival

from sources.landing import landing as landing_module
from sources.landing.landing import Landing, submission_id

LATER = AS_OF + dt.timedelta(days=1)
ARRIVALS = [arrival(b"one", "b.xlsx", at=LATER), arrival(b"two", "a.xlsx"), arrival(b"two", "again.xlsx"), arrival(b"two", "a.xlsx", provider="44-czt"),
            arrival(b"three", "../x.xlsx", channel="sftp")]


def _tree(landing: Landing) -> dict[str, bytes]:
    return {str(p.relative_to(landing.root)): p.read_bytes() for p in sorted(landing.root.rglob("*")) if p.is_file() and p.suffix != ".lock"}


def test_same_bytes_have_one_effect(tmp_path) -> None:
    """The second landing of the same arrivals appends nothing; the same bytes under another name are told once."""
    landing = Landing(tmp_path)
    first = landing.land(ARRIVALS)
    before = _tree(landing)
    second = landing.land(ARRIVALS)
    assert [e["event"] for e in first.entries] == ["received", "received", "received_again", "received", "received"]
    assert second.entries == [] and second.known == 5 and _tree(landing) == before and landing.verify() == []
    assert first.entries[0]["submission_id"] == submission_id("44-czt", first.entries[0]["sha256"]) != first.entries[1]["submission_id"]


def test_order_does_not_depend_on_the_order_offered(tmp_path) -> None:
    """Ledgers of the same arrivals in any order are the same to the byte."""
    ledgers = set()
    for seed in range(4):
        landing = Landing(tmp_path / str(seed))
        landing.land(random.Random(seed).sample(ARRIVALS, len(ARRIVALS)))
        ledgers.add(landing.ledger.path.read_bytes())
    assert len(ledgers) == 1


def test_names_are_recorded_and_never_paths(tmp_path) -> None:
    """A name that climbs, is absolute or hides characters writes nowhere but under the hash."""
    root = tmp_path / "in" / "landing"
    landing = Landing(root)
    names = ["../../evil.xlsx", "/etc/evil.xlsx", "a\x00b\u202ecsv.xlsx", "x" * 5000]
    landing.land([arrival(f"{i}".encode(), name, provider="../up") for i, name in enumerate(names)])
    outside = [p for p in tmp_path.rglob("*") if p.is_file() and root not in p.parents]
    assert outside == [] and landing.verify() == []
    assert [e["file_name"][:10] for e in landing.ledger.entries()] == ["../../evil", "/etc/evil.", "a\ufffdb\ufffdcsv.xl", "x" * 10]


def test_a_file_too_large_is_recorded_not_kept(tmp_path) -> None:
    """Hash and size are known, the bytes are not kept, and the next landing says nothing new."""
    landing = Landing(tmp_path, max_bytes=10)
    report = landing.land([arrival(b"x" * 11, "big.xlsx"), arrival(b"x" * 10, "fits.xlsx")])
    assert [(e["event"], e["size"]) for e in report.entries] == [("refused", 11), ("received", 10)]
    assert len(list((tmp_path / "objects").rglob("*"))) == 2 and landing.verify() == [] and landing.land([arrival(b"x" * 11, "big.xlsx")]).entries == []


def test_a_source_that_breaks_stops_no_other(tmp_path) -> None:
    """An arrival whose stream fails is told, the others land."""
    def broken():
        raise ConnectionError("gone")

    bad = landing_module.Arrival("51-czt", "bad.xlsx", "sftp", AS_OF, broken)
    report = Landing(tmp_path).land([bad, arrival(b"fine")])
    assert len(report.received) == 1 and report.failures == [(bad, "ConnectionError: gone")]


@pytest.mark.parametrize("harm", ["change", "remove", "stray"])
def test_harm_to_an_object_is_found(tmp_path, harm: str) -> None:
    """An object changed, missing, or told of by no entry."""
    landing = Landing(tmp_path)
    entry = landing.land([arrival(b"figures")]).entries[0]
    path = landing.object_path(entry["sha256"])
    if harm == "change":
        path.write_bytes(b"figures!")
    elif harm == "remove":
        path.unlink()
    else:
        landing.ledger.path.write_bytes(b"")
    assert len(landing.verify()) == 1


class _Crash(BaseException):
    """The process dies here."""


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(step=st.integers(0, 60))
def test_a_crash_at_any_step_loses_nothing(tmp_path_factory, step: int) -> None:
    """Die at any system call of a landing; the rerun ends with the identical store and ledger."""
    whole = Landing(tmp_path_factory.mktemp("whole"))
    whole.land(ARRIVALS)
    crashed = Landing(tmp_path_factory.mktemp("crashed"))
    with pytest.MonkeyPatch.context() as patch:
        _die_after(patch, step)
        try:
            crashed.land(ARRIVALS)
        except _Crash:
            pass
    crashed.land(ARRIVALS)
    assert _tree(crashed) == _tree(whole) and crashed.verify() == []


def _die_after(patch: pytest.MonkeyPatch, step: int) -> None:
    """Let `step` calls of fsync and rename pass, then die before the next one."""
    left = [step]

    def dying(call):
        def run(*arguments, **named):
            left[0] -= 1
            if left[0] < 0:
                raise _Crash
            return call(*arguments, **named)
        return run

    patch.setattr(os, "fsync", dying(os.fsync))
    patch.setattr(os, "replace", dying(os.replace))


def test_bytes_handed_in_again_are_told_once(tmp_path) -> None:
    """A, B at the same place and A again; A put there anew after B came elsewhere; the same listing seen again leaves no trace."""
    landing = Landing(tmp_path)
    told = dict(has_own_time=True)
    days = [AS_OF + dt.timedelta(days=n) for n in range(6)]
    offered = [
        [replace(arrival(b"A", "a.xlsx", at=days[0]), **told)],
        [replace(arrival(b"B", "a.xlsx", at=days[1]), **told)],
        [replace(arrival(b"A", "a.xlsx", at=days[2]), **told)],
        [replace(arrival(b"A", "a.xlsx", at=days[2]), **told), replace(arrival(b"C", "c.xlsx", at=days[3]), **told)],
        [replace(arrival(b"A", "a.xlsx", at=days[4]), **told), replace(arrival(b"C", "c.xlsx", at=days[3]), **told)],
    ]
    for arrivals in offered:
        landing.land(arrivals)
        before = _tree(landing)
        assert landing.land(arrivals).entries == [] and _tree(landing) == before
    assert [(e["event"], e["sha256"][:4]) for e in landing.ledger.entries()] == [
        ("received", "559a"), ("received", "df7e"), ("received_again", "559a"), ("received", "6b23"), ("received_again", "559a")]


def test_a_time_that_only_the_collection_gives_is_no_new_sending(tmp_path) -> None:
    """A source without times offers the same answer every night: it takes nothing back."""
    landing = Landing(tmp_path)
    landing.land([arrival(b"A", "form_2021.json", channel="api"), arrival(b"B", "b.xlsx", at=LATER)])
    assert landing.land([arrival(b"A", "form_2021.json", channel="api", at=LATER + dt.timedelta(days=1))]).entries == []


def test_a_file_that_grows_while_it_is_read_waits(tmp_path) -> None:
    """Listed with one size and read with another: left for the next time, and nothing is kept."""
    report = Landing(tmp_path).land([replace(arrival(b"grown"), size=3)])
    assert not report.entries and "still being copied" in report.failures[0][1] and not list((tmp_path / "objects").rglob("*"))
