"""Homes and nights for tests: by the tool people use, or step by step in this process.

Belongs here: making homes, feeding them, running nights. Does not belong here: what a night should yield (the tests).
"""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import openpyxl

from warehouse import editions, store
from zhunsheng import night
from warehouse.settings import PROJECT, Settings

SAMPLE = PROJECT / "sources" / "sample" / "returns"
LONG = 300
NOTHING_CHANGED = "nothing changed"
INBOX_ONLY = '- channel: inbox\n  kind: files\n  url: "{home}/inbox"\n'


# -- the tool people use

def command(home: Path, *words: object) -> list[str]:
    """The console command on a home."""
    return [sys.executable, "-m", "zhunsheng.cli", "--home", str(home), *map(str, words)]


def cli(home: Path, *words: object, ok: bool = True) -> subprocess.CompletedProcess:
    """Run the console command; by default it has to succeed."""
    done = subprocess.run(command(home, *words), cwd=PROJECT, capture_output=True, text=True, timeout=LONG)
    assert not ok or done.returncode == 0, f"exit {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done


def edition_of(output: str) -> str:
    """The edition's name as the night's last line tells it."""
    return re.search(r"edition ([0-9a-f]{16})", output).group(1)


@dataclass(frozen=True)
class Published:
    """A home with one published night: what the night printed and how long it took."""

    settings: Settings
    output: str
    seconds: float

    @property
    def home(self) -> Path:
        return self.settings.home

    @property
    def edition(self) -> str:
        return editions.current(self.settings)

    @property
    def database(self) -> Path:
        return editions.database(self.settings)


def publish(home: Path) -> Published:
    """A first night on the sample in a new home."""
    started = time.monotonic()
    done = cli(home, "nightly")
    return Published(Settings(home=home), done.stdout, time.monotonic() - started)


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

class InProcessGate:
    """The gate without its worker process: Great Expectations is imported once for all nights of a test run."""

    def ask(self, frames: dict) -> None:
        self._frames = frames

    def answer(self) -> list[dict]:
        from expectations.gate import evaluate

        return evaluate(self._frames)

    def close(self) -> None:
        pass


STEPS = ("land", "load_raw", "make_plan", "build_up_to_gate", "build_scores_and_marts", "score_counterfactuals", "judge", "build_rest", "publish", "write_slips")


class Crash(RuntimeError):
    """Raised by a test at the boundary of two steps."""


class Driver:
    """Nights of a home without Dagster, one step after the other, as its assets call them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings.make()
        self.built: list[str] = []

    def run(self, crash_after: str | None = None, as_of: dt.datetime | None = None, rebuild: tuple[int, ...] = ()) -> str:
        """A night. Returns the edition's name; `built` has the relations that were computed. Raises Crash after the named step."""
        with store.one_writer(self.settings), night.Night(self.settings, as_of, rebuild, gate=InProcessGate) as tonight:
            for step in STEPS:
                getattr(tonight, {"load_raw": "loaded", "make_plan": "plan"}.get(step, step)) if step in ("load_raw", "make_plan") else getattr(tonight, step)()
                if step == crash_after:
                    raise Crash(step)
            self.plan = tonight.plan
            self.built = [] if tonight.plan.nothing else list(tonight.build.built.seconds)
        return editions.current(self.settings)


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
