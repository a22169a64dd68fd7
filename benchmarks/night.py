"""`make bench-night`: what a night, a check and the usual questions cost, beside an earlier commit of this repository on the same machine.

Every row is of whole processes (start, imports and all): CPU seconds of all of them, wall clock, and the peak of the memory of all that were alive
at once. The two trees take turns, the median of the rounds is given, and what counts is the ratio. Both run in this environment, each from its
own checkout with the models prepared. `--steps` prints where the CPU time of this tree goes, step by step.

    python -m benchmarks.night [--rounds N] [--against COMMIT] [--steps]
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
BEFORE = "a92e07a"  # the last commit before the engine
ROUNDS = 3
# Bytecode is kept, as wherever people install it.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
QUIET = {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DAGSTER_DISABLE_TELEMETRY": "1", "GX_ANALYTICS_ENABLED": "false"}
PROVIDER, FORM, YEAR, CELL, NEW_VALUE = "51-czt", "财政", "2020", "C7", 15_400_000  # one figure of one return is corrected
SAMPLE = Path("sources/sample/returns")
# The second check in one process: what a page costs that keeps the process.
WARM = """
import sys, time
from pathlib import Path
if Path("warehouse").is_dir():  # of the tree that is measured, not of the one that is installed
    from warehouse.settings import Settings
else:
    from zhunsheng.settings import Settings
if Path("slips/checking.py").exists():
    from slips import checking
else:
    from zhunsheng import checking
settings = Settings(home=Path(sys.argv[1]))
checking.check(settings, Path(sys.argv[2]), sys.argv[3])
before = time.process_time(), time.perf_counter()
checking.check(settings, Path(sys.argv[2]), sys.argv[3])
print(time.process_time() - before[0], time.perf_counter() - before[1])
"""


@dataclass
class Run:
    """One run: CPU seconds of all its processes, wall seconds, peak memory of all at once in MB."""

    cpu: float
    wall: float
    peak: float = 0.0


class Tree:
    """A checkout of the project with homes of its own."""

    def __init__(self, folder: Path, homes: Path) -> None:
        self.folder, self.homes = folder, homes
        self.run("prepare", home="prepared")

    def run(self, *words: str, home: str) -> Run:
        """The command on a home of this tree."""
        return _measured([sys.executable, "-m", "zhunsheng.cli", "--home", str(self.homes / home), *words], self.folder)

    def round(self) -> dict[str, Run]:
        """Every contestant once, on fresh homes."""
        shutil.rmtree(self.homes, ignore_errors=True)
        found = {"first night": self.run("nightly", "--quiet", home="a"), "nothing new": self.run("nightly", "--quiet", home="a")}
        file = self._return()
        found["check, cold"] = self.run("check", str(file), "--provider", PROVIDER, home="a")
        found["check, warm"] = self._warm(file)
        found["explain"] = self.run("explain", "440300", "2022", home="a")
        found["findings"] = self.run("findings", "--unit", "510100", home="a")
        found["compare"] = self.run("compare", "510100", "2022", "2023", home="a")
        self._correct()
        found["one changed return"] = self.run("nightly", "--quiet", home="a")
        return found

    def _return(self) -> Path:
        (found,) = [path for path in sorted((self.folder / SAMPLE / PROVIDER).iterdir()) if YEAR in path.name and FORM in path.name]
        return found

    def _warm(self, file: Path) -> Run:
        done = subprocess.run([sys.executable, "-c", WARM, str(self.homes / "a"), str(file), PROVIDER], cwd=self.folder, env=ENVIRONMENT | QUIET, capture_output=True, text=True, check=True)
        return Run(*map(float, done.stdout.split()[-2:]))

    def _correct(self) -> None:
        import openpyxl

        book = openpyxl.load_workbook(self._return())
        book.worksheets[0][CELL] = NEW_VALUE
        inbox = self.homes / "a" / "inbox" / PROVIDER
        inbox.mkdir(parents=True, exist_ok=True)
        book.save(inbox / "correction.xlsx")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--against", default=BEFORE, metavar="COMMIT")
    parser.add_argument("--steps", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zhunsheng-bench-") as name:
        folder = Path(name)
        if given.steps:
            _print_steps(folder)
            return
        with _checkout(given.against, folder / "before") as earlier:
            trees = {"now": Tree(PROJECT, folder / "homes-now")} | ({given.against: Tree(earlier, folder / "homes-before")} if earlier else {})
            rounds = [{name: tree.round() for name, tree in trees.items()} for _ in range(given.rounds)]
        _print(rounds, given.against if earlier else None)


@contextmanager
def _checkout(commit: str, folder: Path):
    """The tree of an earlier commit; None where this is no checkout with that history."""
    done = subprocess.run(["git", "worktree", "add", "--detach", "--quiet", str(folder), commit], cwd=PROJECT, capture_output=True, text=True)
    if done.returncode:
        print(f"not compared with {commit}: {done.stderr.strip()}")
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["git", "worktree", "remove", "--force", str(folder)], cwd=PROJECT, check=False)


def _measured(command: list[str], cwd: Path) -> Run:
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, env=ENVIRONMENT | QUIET, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    peak = _Peak(process.pid)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):  # 1: a check that has found something
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Run(used.ru_utime + used.ru_stime, time.perf_counter() - started, peak.stop())


class _Peak:
    """The largest sum of the memory of all processes of a session, looked at ten times a second (proportional set size; Linux only)."""

    def __init__(self, session: int) -> None:
        self._session, self._most, self._ended = session, 0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """End watching. Returns MB."""
        self._ended.set()
        self._thread.join()
        return self._most / 1024

    def _watch(self) -> None:
        while not self._ended.wait(0.1):
            self._most = max(self._most, sum(map(self._kilobytes, self._processes())))

    def _processes(self) -> list[Path]:
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            try:
                if int((path / "stat").read_text().rpartition(")")[2].split()[3]) == self._session:
                    found.append(path)
            except (OSError, ValueError, IndexError):
                pass  # it has ended meanwhile
        return found

    @staticmethod
    def _kilobytes(path: Path) -> int:
        try:
            return next(int(line.split()[1]) for line in (path / "smaps_rollup").read_text().splitlines() if line.startswith("Pss:"))
        except (OSError, StopIteration):
            return 0


def _print(rounds: list[dict[str, dict[str, Run]]], before: str | None) -> None:
    def middle(tree: str, row: str, figure: str) -> float:
        return statistics.median(getattr(one[tree][row], figure) for one in rounds)

    rows = list(rounds[0]["now"])
    print(f"{'':<22}{'CPU s':>9}{'wall s':>9}{'peak MB':>9}" + (f"{'CPU s':>12}{'wall s':>9}{'peak MB':>9}{'CPU':>9}{'wall':>7}" if before else "") + f"   ({len(rounds)} rounds, median)")
    print(f"{'':<22}{'now':>9}{'':>18}" + (f"{before:>12}{'':>18}{'now / ' + before:>16}" if before else ""))
    for row in rows:
        line = f"{row:<22}{middle('now', row, 'cpu'):>9.2f}{middle('now', row, 'wall'):>9.2f}{middle('now', row, 'peak'):>9.0f}"
        if before:
            line += f"{middle(before, row, 'cpu'):>12.2f}{middle(before, row, 'wall'):>9.2f}{middle(before, row, 'peak'):>9.0f}"
            line += f"{middle('now', row, 'cpu') / middle(before, row, 'cpu'):>9.2f}{middle('now', row, 'wall') / middle(before, row, 'wall'):>7.2f}"
        print(line)
    if before:
        first = middle(before, "first night", "cpu")
        print(f"\none changed return against the first night of {before}, CPU: now {middle('now', 'one changed return', 'cpu') / first:.2f}, {before} {middle(before, 'one changed return', 'cpu') / first:.2f}")


# -- where the time of this tree goes

def _print_steps(folder: Path) -> None:
    tree = Tree(PROJECT, folder / "homes")
    home = tree.homes / "a"
    _night_steps("first night", home)
    tree._correct()
    _night_steps("one changed return", home)
    _check_steps(home, tree._return())


def _night_steps(title: str, home: Path) -> None:
    """A night in this process, CPU seconds of each step; the gate's worker counts for itself."""
    from dagster_project.night import Night
    from warehouse import store
    from warehouse.settings import Settings
    from zhunsheng.run import beijing_now

    settings, marks = Settings(home=home).make(), []
    with store.one_writer(settings), Night(settings, step=lambda name: marks.append((name, time.process_time()))) as night:
        night.land(beijing_now())
        night.plan  # noqa: B018
        for step in (night.build_up_to_gate, night.build_scores_and_marts, night.score_counterfactuals, night.judge, night.build_rest, night.publish, night.write_slips):
            step()
    marks.append(("", time.process_time()))
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"\n{title}: CPU s by step")
    for (name, since), (_, until) in zip(marks, marks[1:], strict=False):
        print(f"  {until - since:>6.2f}  {name}")
    print(f"  {children.ru_utime + children.ru_stime - _night_steps.before:>6.2f}  worker of the truth gate, beside")
    _night_steps.before = children.ru_utime + children.ru_stime
    slowest = sorted(night.build.built.seconds.items(), key=lambda item: -item[1])[:8]
    print(f"  models: {len(night.build.built.seconds)}; slowest (wall s): " + ", ".join(f"{relation} {seconds:.2f}" for relation, seconds in slowest))


_night_steps.before = 0.0


def _check_steps(home: Path, file: Path) -> None:
    from slips import checking
    from warehouse.settings import Settings

    for title in ("check of one workbook", "the same again, in the same process"):
        before = time.process_time()
        checking.check(Settings(home=home), file, PROVIDER)
        print(f"\n{title}: {time.process_time() - before:.2f} CPU s")


if __name__ == "__main__":
    main()
