"""A consumer: reads the current edition again and again until asked to stop, and notes every error and inconsistency.

A program of its own, started by the tests as `reader_loop.py EDITIONS STOP_FILE REPORT`.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from pathlib import Path

import duckdb

PAUSE = 0.15  # a consumer that leaves the night its processor
INSIDE = """
    select (select sum(score_exact) from scorecards), (select sum(contribution) from indicator_scores),
        (select sum(result) from score_steps where step_kind = 'base'), (select count(*) from ledger), (select count(*) from returns)
"""


def read_database(editions: Path) -> None:
    """One connection through `current`: its tables have to be of one edition."""
    con = duckdb.connect(str(editions / "current" / "marts.duckdb"), read_only=True)
    try:
        cards, indicators, steps, received, judged = con.execute(INSIDE).fetchall()[0]
        assert cards == indicators == steps and received == judged > 0, (cards, indicators, steps, received, judged)
    finally:
        con.close()


def read_files(editions: Path) -> str:
    """Parquet of the edition that `current` names now: rows as its manifest tells. Returns the edition."""
    folder = (editions / "current").resolve()
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    for mart, facts in manifest["marts"].items():
        rows = duckdb.sql(f"select count(*) from read_parquet('{folder / mart}.parquet')").fetchall()[0][0]
        assert rows == facts["rows"], (mart, rows, facts["rows"])
    duckdb.sql(f"select count(*), max(why_zh) from read_parquet('{editions}/current/scorecards.parquet')").fetchall()
    return folder.name


def main(editions: Path, stop: Path, report: Path) -> None:
    """Read until `stop` exists; write what happened."""
    reads, errors, seen = 0, [], []
    finished = False
    while not finished:
        finished = stop.exists()  # once more after the night is over
        try:
            read_database(editions)
            name = read_files(editions)
            seen += [name] if name not in seen[-1:] else []
            reads += 1
        except Exception:  # noqa: BLE001  (the point of the exercise)
            errors.append(traceback.format_exc())
        time.sleep(PAUSE)
    report.write_text(json.dumps({"reads": reads, "errors": errors, "seen": seen}), "utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
