"""`make bench-truth`: what the detectors find, what people's usual tools find, real figures, and the catalogue's speed.

    python -m benchmarks.truth [--quick] [--data DIR] [--workers N] [--rows 1,10] [--no-speed] [--no-real]

Writes docs/benchmarks/truth.md (unless --quick) and prints it. Everything is seeded; the speed part alone depends on the machine.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # many small products: threads only get in each other's way

import argparse  # noqa: E402
import shlex  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402

PROJECT = Path(__file__).resolve().parents[2]
PAGE = PROJECT / "docs" / "benchmarks" / "truth.md"


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.truth")
    parser.add_argument("--quick", action="store_true", help="a small panel and a few families, nothing written")
    parser.add_argument("--data", type=Path, default=PROJECT.parent / "shared" / "data", help="folder of the real figures")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--rows", default="1,10", help="millions of observations for the speed part")
    parser.add_argument("--no-speed", action="store_true")
    parser.add_argument("--no-real", action="store_true")
    given = parser.parse_args()
    from benchmarks.truth import board, page, real
    from benchmarks.truth.panel import Honest

    make = board.SMALL if given.quick else Honest()
    began = time.monotonic()
    say = lambda words: print(f"[{time.monotonic() - began:5.0f} s] {words}", file=sys.stderr, flush=True)  # noqa: E731
    seeds = board.DEVELOPMENT if given.quick else board.DEVELOPMENT + board.UNSEEN
    say("panels")
    found = list(board.run(make, board.cells(given.quick), seeds, given.workers, with_baselines=True))
    parts = {"board": found}
    if not given.quick:
        say("honest panels")
        parts["honest"] = board.honest_only(make, (21, 22, *(seed for seed, _ in board.UNSEEN)), given.workers)
        say("with and without outside sources")
        parts["outside"] = board.outside_sources(make, given.workers, board.UNSEEN[:1])
    if not given.no_real:
        say("real figures")
        parts["real"] = real.rows(given.data)
    if not given.no_speed and not given.quick:
        from benchmarks.truth import speed

        say("speed")
        parts["speed"] = speed.measure([float(n) for n in given.rows.split(",")], say)
    text = page.page(parts, "python -m benchmarks.truth " + shlex.join(_words(given)), given.quick)
    print(text)
    if not given.quick:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(text, "utf-8")
    say("done")


def _words(given) -> list[str]:
    """The options that change the result (not where the data lie nor how many workers)."""
    words = ["--quick"] if given.quick else []
    words += ["--rows", given.rows] if given.rows != "1,10" and not given.no_speed else []
    return words + [flag for flag, on in (("--no-speed", given.no_speed), ("--no-real", given.no_real)) if on]


if __name__ == "__main__":
    main()
