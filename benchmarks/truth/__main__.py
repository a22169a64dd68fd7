"""`make bench-truth`: what the detectors find, what people's usual tools find, real figures, and the catalogue's speed.

    python -m benchmarks.truth [--quick] [--parts board,honest,outside,bends,real,certainty,speed] [--data DIR] [--workers N] [--rows 1,10,100]
    python -m benchmarks.truth --families FILE.py --only NAME[,NAME]

Prints the tables and writes them into docs/benchmarks/truth.md, each part between its marks; what is not measured stays as it
was. Everything is seeded; the speed parts alone depend on the machine. Above 1 million rows the speed part is `large`, with a
place of its own on the page, because it takes longer than all the rest.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # many small products: threads only get in each other's way

import argparse  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402

from benchmarks.truth import bends, board, certainty, families, page, real, speed  # noqa: E402
from benchmarks.truth.panel import Honest  # noqa: E402

PROJECT = Path(__file__).resolve().parents[2]
PAGE = PROJECT / "docs" / "benchmarks" / "truth.md"
PARTS = ("board", "honest", "outside", "bends", "real", "certainty", "speed")


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.truth")
    parser.add_argument("--quick", action="store_true", help="a small panel, a few families and the real figures, half a minute; nothing is written")
    parser.add_argument("--parts", default=",".join(PARTS), help="which parts to measure; the others stay on the page as they are")
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
        print(page.rows_alone(found) if found else f"unknown; there are {', '.join(families.load())}")
        return
    if given.quick:
        found = list(board.run(board.SMALL, board.cells(True), board.DEVELOPMENT + board.UNSEEN[:1], given.workers))
        print(page.part("board", found, ""), page.part("real", real.rows(given.data), ""), page.part("certainty", certainty.measure(given.data, rounds=1), ""), sep="\n\n")
        return
    measured = {}
    for name in given.parts.split(","):
        began = time.monotonic()
        if name in ("real", "certainty") and not given.data.is_dir():
            _say(began, f"{name}: skipped, the real figures are not there (--data); what the page says of them stays")
            continue
        found = _measure(name, given, began)
        place = "large" if name == "speed" and max(_sizes(given)) > 1 else name
        rows = f" --rows {given.rows}" if place == "large" else ""
        how = f"`make bench-truth BENCH=\"--parts {name}{rows}\"`: {time.monotonic() - began:.0f} s with {given.workers} workers on {_machine()}."
        measured[place] = page.part(place, found, how)
        print(measured[place], flush=True)
        PAGE.write_text(page.merged(PAGE.read_text("utf-8") if PAGE.exists() else "", measured), "utf-8")


def _sizes(given) -> list[float]:
    return [float(n) for n in given.rows.split(",")]


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores and {memory:.0f} GiB, load {os.getloadavg()[0]:.1f} at the end"


def _measure(name: str, given, began: float):
    make = Honest()
    if name == "board":
        return list(board.run(make, board.cells(), board.DEVELOPMENT + board.UNSEEN, given.workers))
    if name == "honest":
        return board.honest_only(make, [seed for seed, _ in board.UNSEEN], given.workers)
    if name == "outside":
        return board.outside_sources(make, given.workers, board.UNSEEN[:1])
    if name == "bends":
        return bends.measure()
    if name == "real":
        return real.rows(given.data)
    if name == "certainty":
        return certainty.measure(given.data)
    return speed.measure(_sizes(given), lambda words: _say(began, words))


def _say(began: float, words: str) -> None:
    print(f"[{time.monotonic() - began:5.0f} s] {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
