"""What Great Expectations costs at the door and at the gate: CPU seconds and peak memory of its process, import apart.

The sample's typed figures are taken once, six and fifty-five times over (18 thousand, 110 thousand, 1 million cells as received); one return; and the gate on
the sample.

    python -m benchmarks.door [--home DIR]
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

from expectations import door
from expectations.worker import Worker
from warehouse.judging import door as night_door
from warehouse.settings import PROJECT

TIMES = (1, 6, 55)


def used(pid: int) -> float:
    """CPU seconds of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def peak(pid: int) -> float:
    """Peak memory of a process in MB."""
    return next(int(line.split()[1]) / 1024 for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM"))


def at_door(con: duckdb.DuckDBPyConnection, times: int, where: str = "true") -> tuple[int, float, float, int]:
    """(rows judged, CPU s, peak MB, verdicts) of a fresh process."""
    copies = "" if times == 1 else f" cross join range({times}) as copies(n)"
    with Worker.start() as worker:
        worker.run({"ask": "modules"})
        before = used(worker.pid)
        batches = []
        for family in night_door.FAMILIES:
            batch = door.batch(con, family, f"validated.val_tested_{family.family}", where)
            named = "submission_id || '-' || n as submission_id" if times > 1 else "submission_id as submission_id"
            batches.append(door.Batch(f"select * replace ({named}) from ({batch.query}){copies}", batch.asked))
        con.execute(f"delete from {door.VERDICTS}; delete from {door.COUNTS}")
        rows = con.execute(" + ".join(f"(select count(*) from ({batch.query}))" for batch in batches).join(("select ", ""))).fetchall()[0][0]
        door.judge(con, worker, batches)
        verdicts = con.execute(f"select count(*) from {door.VERDICTS}").fetchall()[0][0]
        return rows, used(worker.pid) - before, peak(worker.pid), verdicts


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.door", description=__doc__)
    parser.add_argument("--home", type=Path, help="a home with a published night; default: a new one with the sample")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="zhunsheng-door-bench-") as folder:
        home = options.home or Path(folder) / "home"
        if options.home is None:
            subprocess.run([sys.executable, "-m", "zhunsheng.cli", "--home", str(home), "nightly", "--quiet"], cwd=PROJECT, check=True)
        copy = Path(shutil.copyfile(home / "warehouse.duckdb", Path(folder) / "warehouse.duckdb"))
        print("| | rows judged | verdicts | CPU s | peak MB |\n|---|---|---|---|---|")
        with Worker.start() as worker:
            worker.run({"ask": "modules"})
            print(f"| import | | | {used(worker.pid):.1f} | {peak(worker.pid):.0f} |")
        with duckdb.connect(str(copy)) as con:
            con.execute("set threads = 1; delete from raw.changed_period; insert into raw.changed_period select distinct coalesce(period, 0) from raw.submission")
            cells = con.execute("select count(*) from raw.cell").fetchall()[0][0]
            one = con.execute("select min(submission_id) from raw.submission where form_id = 'finance_annual'").fetchall()[0][0]
            _say("door, one return", at_door(con, 1, f"submission_id = '{one}'"))
            for times in TIMES:
                _say(f"door, {cells * times:,} cells", at_door(con, times))
        copy.unlink()
        shutil.copyfile(home / "warehouse.duckdb", copy)
        with duckdb.connect(str(copy)) as con:
            con.execute("delete from raw.changed_period; insert into raw.changed_period select distinct coalesce(period, 0) from raw.submission")
        with Worker.start() as worker:
            worker.run({"ask": "modules"})
            before = used(worker.pid)
            rows = worker.run({"ask": "gate", "file": str(copy), "families": None})
            print(f"| gate, the sample | {sum(sum(row['counts']) for row in rows if row['counts']):,} | | {used(worker.pid) - before:.2f} | {peak(worker.pid):.0f} |")
    return 0


def _say(name: str, of: tuple[int, float, float, int]) -> None:
    rows, seconds, megabytes, verdicts = of
    print(f"| {name} | {rows:,} | {verdicts:,} | {seconds:.2f} | {megabytes:.0f} |", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
