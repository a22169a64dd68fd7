"""Homes and nights for tests: by the tool people use, or step by step in this process.

Belongs here: making homes, feeding them, running nights. Does not belong here: what a night should yield (the tests).
"""

from __future__ import annotations

import atexit
import datetime as dt
import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click.testing
import duckdb
import needs
import openpyxl
from filelock import FileLock

from dagster_project import night
from expectations.worker import Worker
from warehouse import build, editions, store
from warehouse.settings import PROJECT, Settings

SAMPLE = PROJECT / "sources" / "sample" / "returns"
LONG = 300
NOTHING_CHANGED = "nothing changed"
INBOX_ONLY = '- channel: inbox\n  kind: files\n  url: "{home}/inbox"\n'


# -- the tool people use

def command(home: Path, *words: object) -> list[str]:
    """The console command on a home."""
    return [sys.executable, "-m", "zhunsheng.cli", "--home", str(home), *map(str, words)]


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


def process(home: Path, *words: object) -> subprocess.CompletedProcess:
    """Run the console command in a process of its own, as people do; it has to succeed."""
    needs.take("nights")
    done = subprocess.run(command(home, *words), cwd=PROJECT, capture_output=True, text=True, timeout=LONG)
    assert done.returncode == 0, f"exit {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done


def cli(home: Path, *words: object, ok: bool = True) -> Done:
    """Run the console command in this process; by default it has to succeed."""
    from zhunsheng.cli import main

    ran = click.testing.CliRunner().invoke(main, ["--home", str(home), *map(str, words)], prog_name="zhunsheng")
    if ran.exception is not None and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    assert not ok or ran.exit_code == 0, f"exit {ran.exit_code}\n{ran.stdout[-3000:]}\n{ran.stderr[-3000:]}"
    return Done(ran.exit_code, ran.stdout, ran.stderr)


def edition_of(output: str) -> str:
    """The edition's name as the night's last line prints it."""
    return re.search(r"edition ([0-9a-f]{16})", output).group(1)


class Shared:
    """Folders that one worker of a test run makes for all: the first who asks makes it, the others wait. Nobody writes to them afterwards."""

    def __init__(self, root: Path) -> None:
        self._root = root
        root.mkdir(exist_ok=True)

    def folder(self, name: str, make: Callable[[Path], None]) -> Path:
        """The folder of this name, made by `make` if nobody has done so yet."""
        folder, finished = self._root / name, self._root / f"{name}.finished"
        with FileLock(str(self._root / f"{name}.lock")):
            if not finished.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                make(folder)
                finished.touch()
        return folder


@dataclass(frozen=True)
class Published:
    """A home with one published night: what the night printed and how long it took."""

    settings: Settings
    output: str
    seconds: float

    @classmethod
    def from_folder(cls, folder: Path) -> "Published":
        return cls(Settings(home=folder / "home"), **json.loads((folder / "night.json").read_text("utf-8")))

    @property
    def home(self) -> Path:
        return self.settings.home

    @property
    def edition(self) -> str:
        return editions.current(self.settings)

    @property
    def database(self) -> Path:
        return editions.database(self.settings)


def publish(folder: Path) -> None:
    """A first night on the sample in a new home, and what it printed."""
    started = time.monotonic()
    done = subprocess.run(command(folder / "home", "nightly"), cwd=PROJECT, capture_output=True, text=True, timeout=LONG)
    assert done.returncode == 0, f"exit {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    (folder / "night.json").write_text(json.dumps({"output": done.stdout, "seconds": time.monotonic() - started}), "utf-8")


def copy_home(source: Path, target: Path) -> Settings:
    """A home of one's own, as far as the source has come; without Dagster's history."""
    shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("dagster"))
    return Settings(home=target)


def query(database: Path, sql: str, *values) -> list[tuple]:
    """Rows of a query on a published edition."""
    con = duckdb.connect(str(database), read_only=True)
    try:
        return con.execute(sql, list(values)).fetchall()
    finally:
        con.close()


def rows(database: Path, sql: str, *values) -> list[dict]:
    """The same as dicts by column name."""
    con = duckdb.connect(str(database), read_only=True)
    try:
        answer = con.execute(sql, list(values))
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    finally:
        con.close()


# -- what is handed in

def sample_file(provider: str, *words: str) -> Path:
    """The one return of a provider whose name holds all the words."""
    (found,) = [path for path in sorted((SAMPLE / provider).iterdir()) if all(word in path.name for word in words)]
    return found


def corrected(source: Path, cells: dict[str, object]) -> bytes:
    """A workbook with some cells of its first sheet changed, its layout kept."""
    book = openpyxl.load_workbook(source)
    for address, value in cells.items():
        book.worksheets[0][address] = value
    return saved(book)


def saved(book) -> bytes:
    """The bytes of a workbook."""
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def drop(settings: Settings, provider: str, name: str, content: bytes, received: str) -> Path:
    """Put a file into a provider's drop folder, as if it had come at `received` (Beijing time)."""
    path = settings.inbox / provider / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    stamp = dt.datetime.fromisoformat(received + "+08:00").timestamp()
    os.utime(path, (stamp, stamp))
    return path


# -- step by step in this process

class SharedJudge:
    """The judge's process, one for all nights of this test process: its imports would be a third of a small night."""

    _worker: Worker | None = None

    def __init__(self) -> None:
        self._waiting = 0

    @classmethod
    def worker(cls) -> Worker:
        if cls._worker is None or not cls._worker.alive:
            cls._worker = Worker.start()
            atexit.register(cls._worker.close)
        return cls._worker

    def ask(self, request: dict) -> None:
        self.worker().ask(request)
        self._waiting += 1

    def answer(self):
        self._waiting -= 1
        return self.worker().answer()

    def run(self, request: dict):
        self.ask(request)
        return self.answer()

    def close(self) -> None:
        """A night that died has left answers behind: nobody else may take them for theirs."""
        if self._waiting:
            self.worker().close()


RECEIVED = dt.datetime(2024, 12, 1)  # what comes from a source without a time of its own
STEPS = ("land", "loaded", "plan", "build_up_to_gate", "build_scores_and_marts", "score_counterfactuals", "judge", "build_rest", "publish", "write_slips")


class Crash(RuntimeError):
    """Raised by a test at the boundary of two steps."""


class Driver:
    """Nights of a home without Dagster, one step after the other, as its assets call them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings.make()
        self.built: list[str] = []

    def run(self, crash_after: str | None = None, as_of: dt.datetime | None = None, rebuild: tuple[int, ...] = ()) -> str:
        """A night. Returns the edition's name; `built` has the relations that were computed. Raises Crash after the named step."""
        needs.take("nights")
        with store.one_writer(self.settings), night.Night(self.settings, as_of, rebuild, gate=SharedJudge) as tonight:
            for step in STEPS:
                found = getattr(tonight, step)
                if callable(found):  # what is only asked for (loaded, plan) is a property
                    found(*([RECEIVED] if step == "land" else []))
                if step == crash_after:
                    raise Crash(step)
            self.plan = tonight.plan
            self.built = [] if tonight.plan.nothing else list(tonight.build.built.seconds)
        return editions.current(self.settings)


def pending(settings: Settings) -> list[str]:
    """Relations that the next night has to compute anew."""
    with store.connect(settings, read_only=True) as con:
        return [relation for (relation,) in con.execute(f"select distinct relation from {build.PENDING} order by 1").fetchall()]


class Reduced:
    """Homes of few providers and years: what is dropped into the inbox is all there is."""

    PROVIDERS = ("51-tjj", "51-jxb", "51-jyt", "51-gat", "51-czt")
    YEARS = ("2018", "2019")

    def __init__(self, folder: Path) -> None:
        self._folder, self._count = folder, 0

    def home(self) -> Settings:
        """An empty home that knows only its own drop folder."""
        self._count += 1
        settings = Settings(home=self._folder / str(self._count)).make()
        (settings.home / "channels.yml").write_text(INBOX_ONLY, "utf-8")
        return settings

    def fill(self, settings: Settings) -> None:
        """Drop the whole reduced sample, a minute between two returns."""
        for number, (provider, name, content) in enumerate(self.returns()):
            drop(settings, provider, name, content, f"2024-01-01T10:{number:02d}:00")

    def returns(self) -> list[tuple[str, str, bytes]]:
        """(provider, file name, content) of the reduced sample."""
        return [
            (provider, path.name, path.read_bytes())
            for provider in self.PROVIDERS
            for path in sorted((SAMPLE / provider).iterdir())
            if any(year in path.name for year in self.YEARS)
        ]

    def from_landing(self, of: Settings) -> Settings:
        """A home that has received exactly what another has, and computed nothing yet."""
        settings = self.home()
        shutil.rmtree(settings.landing)
        shutil.copytree(of.landing, settings.landing)
        return settings
