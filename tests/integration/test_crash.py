"""A crash at any moment loses nothing, and a rerun finishes the work: the same edition, and everything verifies."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time

import nights
import pytest

from sources.landing import Landing
from warehouse import edition_folder, editions, store
from warehouse import publish as publishing
from warehouse.settings import PROJECT, Settings

KILLS, SEED = 5, 20121108


def _moments(seconds: float) -> list[float]:
    """Five moments spread over a night's duration, one at random in each fifth."""
    chance = random.Random(SEED)
    return [seconds * (fifth + chance.random()) / KILLS for fifth in range(KILLS)]


def test_a_night_killed_five_times_ends_in_the_same_edition(published, tmp_path):
    """Each night starts on what the killed one before left behind; the last one is let through."""
    settings = Settings(home=tmp_path / "home")
    for moment in _moments(published.seconds):
        process = subprocess.Popen(nights.command(settings.home, "nightly"), cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            process.wait(timeout=moment)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    done = nights.cli(settings.home, "nightly")
    assert nights.edition_of(done.stdout) == published.edition == editions.current(settings)
    assert "相符" in nights.cli(settings.home, "verify").stdout
    assert nights.NOTHING_CHANGED in nights.cli(settings.home, "nightly").stdout
    assert not list(settings.editions.glob(".building*")), "a killed night's half edition has to be cleared away"


@pytest.fixture(scope="module")
def undisturbed(reduced):
    """The edition that the reduced sample gives when nothing happens, and its home."""
    settings = reduced.home()
    _fill(reduced, settings)
    return nights.Driver(settings).run(), settings


def _fill(reduced, settings: Settings) -> None:
    for number, (provider, name, content) in enumerate(reduced.returns()):
        nights.drop(settings, provider, name, content, f"2024-01-01T10:{number:02d}:00")


def test_crashes_at_every_boundary_of_the_steps(reduced, undisturbed):
    """One home, a crash after each step in turn: every rerun stands on the torn state of the one before."""
    settings = reduced.home()
    _fill(reduced, settings)
    for step in nights.STEPS:
        with pytest.raises(nights.Crash, match=step):
            nights.Driver(settings).run(crash_after=step)
    assert nights.Driver(settings).run() == undisturbed[0]
    assert editions.verify(settings) == [] and Landing(settings.landing).verify() == []


TORN = [(publishing, "_write_parquet"), (publishing, "_write_database"), (publishing, "_write_sums"), (edition_folder, "point"), (edition_folder, "remember")]


@pytest.mark.parametrize(("module", "torn"), TORN, ids=lambda value: value if isinstance(value, str) else "")
def test_crashes_while_publishing(undisturbed, tmp_path, monkeypatch, module, torn):
    """Readers keep the old edition until the new one is whole; the rerun publishes without computing anything."""
    edition, home = undisturbed
    settings = nights.copy_home(home.home, tmp_path / "home")
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
