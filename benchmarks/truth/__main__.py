"""`make bench-truth`: what the detectors find, what people's usual tools find, real figures, and the catalogue's speed.

    python -m benchmarks.truth [--quick] [--parts board,honest,outside,real,speed] [--data DIR] [--workers N] [--rows 1,10,100]
    python -m benchmarks.truth --families FILE.py --only NAME[,NAME]

Writes docs/benchmarks/truth.md (unless --quick) and prints it. Everything is seeded; the speed part alone depends on the
machine. What was measured is kept in var/bench-truth.json, so that `--parts` can measure some parts anew and take the others
from there.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # many small products: threads only get in each other's way

import argparse  # noqa: E402
import json  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402

from benchmarks.truth import board, families, page, real, speed  # noqa: E402
from benchmarks.truth.panel import Honest  # noqa: E402

PROJECT = Path(__file__).resolve().parents[2]
PAGE = PROJECT / "docs" / "benchmarks" / "truth.md"
KEPT = PROJECT / "var" / "bench-truth.json"
PARTS = ("board", "honest", "outside", "real", "speed")


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.truth")
    parser.add_argument("--quick", action="store_true", help="a small panel, a few families and the real figures; nothing is written")
    parser.add_argument("--parts", default=",".join(PARTS), help="which parts to measure anew (none: only write the page); the others are taken from the last run")
    parser.add_argument("--data", type=Path, default=PROJECT.parent / "shared" / "data", help="folder of the real figures")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--rows", default="1", help="millions of observations for the speed part")
    parser.add_argument("--families", type=Path, action="append", default=[], metavar="FILE", help="a file with manipulations of your own")
    parser.add_argument("--only", default="", metavar="NAMES", help="only these manipulations, on all seeds; nothing is written")
    given = parser.parse_args()
    families.load(*given.families)
    if given.only:
        chosen = board.cells(only=tuple(given.only.split(",")))
        found = list(board.run(Honest(), chosen, board.DEVELOPMENT + board.UNSEEN, given.workers)) if chosen else []
        print(page.page({"board": found}, quick=True) if found else f"unknown; there are {', '.join(families.load())}")
        return
    if given.quick:
        found = list(board.run(board.SMALL, board.cells(True), board.DEVELOPMENT, given.workers))
        print(page.page({"board": found, "real": real.rows(given.data)}, quick=True))
        return
    parts = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    for name in filter(None, given.parts.split(",")):
        parts[name] = _measure(name, given, began)
        _say(began, f"{name} done")
        KEPT.write_text(json.dumps(parts), "utf-8")
    text = page.page(parts, quick=False)
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(text, "utf-8")
    print(text)


def _measure(name: str, given, began: float):
    make = Honest()
    if name == "board":
        return list(board.run(make, board.cells(), board.DEVELOPMENT + board.UNSEEN, given.workers))
    if name == "honest":
        return board.honest_only(make, (21, 22, *(seed for seed, _ in board.UNSEEN)), given.workers)
    if name == "outside":
        return board.outside_sources(make, given.workers, board.UNSEEN[:1])
    if name == "real":
        return real.rows(given.data)
    return speed.measure([float(n) for n in given.rows.split(",")], lambda words: _say(began, words))


def _say(began: float, words: str) -> None:
    print(f"[{time.monotonic() - began:5.0f} s] {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
