"""A crash at any moment loses nothing, and a rerun finishes the work: the same edition, and everything verifies."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time

import nights
import pytest

from dagster_project import gatekeeping
from expectations.worker import GateFault
from sources.landing.landing import Landing
from warehouse import build, edition_folder, editions, store
from warehouse import publish as publishing
from warehouse.settings import PROJECT, Settings

SEED = 20121108
# A night is killed in the step after the named one; None: while it starts or lands. The last two are killed when all is computed.
KILLED_AFTER = (None, "读表", "整理与核对", "发布", None)
CORRECTION = {"E7": 12.5}


def _kill(settings: Settings, after: str | None, chance: random.Random) -> None:
    """Start a night by command and kill it and all its processes, some tenths of a second after it says that a step is done."""
    process = subprocess.Popen(nights.command(settings.home, "nightly"), cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True)
    for line in process.stdout if after else ():
        if after in line:
            break
    try:
        process.wait(timeout=chance.random() * 0.5)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    process.stdout.close()


def test_a_night_killed_five_times_ends_in_the_same_edition(reduced, small):
    """Each night starts on what the killed one before left behind; the last one is let through."""
    settings, chance = reduced.home(), random.Random(SEED)
    reduced.fill(settings)
    for after in KILLED_AFTER:
        _kill(settings, after, chance)
    done = nights.process(settings.home, "nightly")
    assert nights.edition_of(done.stdout) == editions.current(small) == editions.current(settings)
    assert "相符" in nights.cli(settings.home, "verify").stdout
    assert nights.NOTHING_CHANGED in nights.process(settings.home, "nightly").stdout
    assert not list(settings.editions.glob(".building*")), "a killed night's half edition has to be cleared away"


def test_a_first_night_crashes_between_its_steps(reduced, small):
    """One home, a crash after each step in turn: every rerun stands on the torn state of the one before. What lies between is torn below."""
    settings = reduced.home()
    reduced.fill(settings)
    for step in ("land", "loaded", "build_up_to_gate", "judge", "publish"):
        with pytest.raises(nights.Crash, match=step):
            nights.Driver(settings).run(crash_after=step)
    assert nights.Driver(settings).run() == editions.current(small)
    assert editions.verify(settings) == [] and Landing(settings.landing).verify() == []


def test_an_increment_crashes_after_every_step_and_inside_the_builds(small, tmp_path, monkeypatch):
    """What a part of the build has done stays done, what it has not is pending: in the end it is the edition of an undisturbed night."""
    settings = nights.copy_home(small.home, tmp_path / "home")
    nights.drop(settings, "51-tjj", "更正.xlsx", nights.corrected(nights.sample_file("51-tjj", "2019"), CORRECTION), "2024-02-01T10:00:00")
    undisturbed = nights.Driver(nights.copy_home(settings.home, tmp_path / "undisturbed"))
    edition = undisturbed.run()
    assert len(undisturbed.built) > 80
    computed: list[str] = []
    for step in nights.STEPS:
        for models in (2, 20) if step.startswith("build") else ():
            with monkeypatch.context() as patch, pytest.raises(nights.Crash, match="inside"):
                patch.setattr(build.Build, "_increment", _dying(build.Build._increment, models))
                nights.Driver(settings).run()
        with pytest.raises(nights.Crash, match=step):
            nights.Driver(settings).run(crash_after=step)
        computed += nights.pending(settings)
    last = nights.Driver(settings)
    assert last.run() == edition and last.built == []
    assert "marts.scorecards" in computed and nights.pending(settings) == []
    assert editions.verify(settings) == [] and Landing(settings.landing).verify() == []


def _dying(increment, models: int):
    """Build._increment that raises when it has been called so many times."""
    calls = []

    def dies(self, node, wanted):
        calls.append(node.relation)
        if len(calls) > models:
            raise nights.Crash("inside")
        return increment(self, node, wanted)

    return dies


TORN = [(publishing, "_write_parquet"), (publishing, "_write_database"), (publishing, "_write_sums"), (edition_folder, "point"), (edition_folder, "remember")]


@pytest.mark.parametrize(("module", "torn"), TORN, ids=lambda value: value if isinstance(value, str) else "")
def test_crashes_while_publishing(small, tmp_path, monkeypatch, module, torn):
    """Readers keep the old edition until the new one is whole; the rerun publishes without computing anything."""
    edition, settings = editions.current(small), nights.copy_home(small.home, tmp_path / "home")
    for path in settings.editions.iterdir():  # as before the first publication
        path.unlink() if path.is_symlink() or path.is_file() else nights.shutil.rmtree(path)
    with monkeypatch.context() as patch:
        patch.setattr(module, torn, _raise)
        with pytest.raises(nights.Crash):
            nights.Driver(settings).run()
    assert editions.current(settings) in ((None,) if torn != "remember" else (edition,))
    driver = nights.Driver(settings)
    assert driver.run() == edition and driver.built == []
    assert editions.history(settings) == [edition] and editions.verify(settings) == []


def _raise(*_args):
    raise nights.Crash("publish")


def test_the_lock_of_a_killed_writer_is_free(tmp_path):
    """The writer's lock dies with its process: nobody has to remove a file by hand."""
    settings = Settings(home=tmp_path).make()
    holder = subprocess.Popen(
        ["python3", "-c", "import fcntl, sys, time; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); time.sleep(60)", str(settings.lock)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(store.WarehouseBusy, match="another night"), store.one_writer(settings, timeout=0.2):
        pass
    holder.kill()
    holder.wait()
    started = time.monotonic()
    with store.one_writer(settings, timeout=5):
        assert time.monotonic() - started < 5


def test_what_a_stopped_night_left_is_asked_about_again(small, tmp_path, monkeypatch):
    """The second night computes nothing anew, and may not publish what the first was stopped for."""
    settings = nights.copy_home(small.home, tmp_path / "home")
    nights.drop(settings, "51-czt", "again.xlsx", nights.corrected(nights.sample_file("51-czt", "2018"), {"C7": 15_400_000}), "2024-03-01T10:00:00")
    planted = GateFault("planted")
    with monkeypatch.context() as patched, pytest.raises(GateFault, match="planted"):
        patched.setattr(gatekeeping, "raise_faults", lambda results: (_ for _ in ()).throw(planted))
        nights.Driver(settings).run()
    asked = []
    ask = gatekeeping.question
    monkeypatch.setattr(gatekeeping, "question", lambda *of: asked.append(ask(*of)) or asked[-1])
    nights.Driver(settings).run()
    assert asked[0].families and asked[0].periods
