"""`make bench-night`: the night on the sample beside the same models as bare SQL and beside `dbt build` alone.

Every figure is of a whole process of its own (start, imports and all), the contestants take turns, and the median of the
rounds is given. `first night`: empty home, everything in. `everything again`: the same figures computed and published once
more. `nothing new`: a night that finds nothing to do. `dbt build`: dbt's own command on the same raw tables. `bare SQL`: the
compiled models as `create table as` in one DuckDB connection.

    python -m benchmarks.night [--rounds N]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
ROUNDS = 3


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--one", nargs=2, metavar=("CONTESTANT", "HOME"))
    given = parser.parse_args()
    if given.one:
        chosen = _compile if given.one[0] == "compile" else CONTESTANTS[given.one[0]]
        print(json.dumps(chosen(Path(given.one[1]))))
        return
    with tempfile.TemporaryDirectory(prefix="zhunsheng-bench-") as folder:
        _report(_measure(Path(folder), given.rounds), given.rounds)


def _measure(folder: Path, rounds: int) -> dict[str, list[dict]]:
    home = folder / "home"
    taken: dict[str, list[dict]] = {name: [] for name in CONTESTANTS}
    for _ in range(rounds):
        shutil.rmtree(home, ignore_errors=True)
        for name in CONTESTANTS:
            if name == "dbt build":
                _run("compile", home)  # for the two that follow; not measured
            taken[name].append(_run(name, home))
    return taken


def _run(name: str, home: Path) -> dict:
    """One contestant in a process of its own: seconds, peak memory of its processes, and what it tells of its steps."""
    environment = os.environ | {"ZHUNSHENG_HOME": str(home), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DAGSTER_DISABLE_TELEMETRY": "1"}
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.night", "--one", name, str(home)], cwd=PROJECT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    told, _ = process.communicate()
    seconds = time.monotonic() - started
    if process.returncode:
        raise SystemExit(f"{name} ended with {process.returncode}")
    return {"seconds": seconds} | json.loads(told.splitlines()[-1])


def _peak() -> dict:
    own, children = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {"peak_mb": max(own, children) / 1024}


def _night(home: Path, rebuild: bool) -> dict:
    from zhunsheng import report, run
    from warehouse.settings import Settings

    kept: list[report.Progress] = []
    original = report.Progress.__init__

    def remember(self, quiet: bool) -> None:
        original(self, True)
        kept.append(self)

    report.Progress.__init__ = remember
    years = tuple(range(2018, 2024)) if rebuild else ()
    code = run.nightly(Settings.from_env(home).make(), rebuild=years, quiet=True)
    if code:
        raise SystemExit(code)
    return _peak() | {"steps": kept[0].seconds}


def _dbt_alone(home: Path) -> dict:
    """dbt's own command line, full refresh, on a copy of the warehouse's raw tables."""
    from warehouse.settings import Settings

    settings = Settings.from_env(home)
    copy = _raw_copy(settings, home / "bench-dbt")
    project = str(settings.dbt_project)
    words = ["build", "--full-refresh", "--exclude-resource-type", "unit_test", "--project-dir", project, "--profiles-dir", project]
    words += ["--target-path", str(home / "dbt"), "--log-path", str(home / "dbt")]
    subprocess.run([str(Path(sys.executable).parent / "dbt"), "--no-version-check", "--quiet", *words], cwd=copy.parent, check=True, stdout=sys.stderr)
    return _peak()


def _bare_sql(home: Path) -> dict:
    """The compiled models, in order, as `create table as`."""
    import duckdb

    from warehouse.settings import Settings

    settings = Settings.from_env(home)
    copy = _raw_copy(settings, home / "bench-sql")
    con = duckdb.connect(str(copy))
    con.execute("set threads = 4")
    for schema in ("staging", "validated", "scores", "marts"):
        con.execute(f"create schema if not exists {schema}")
    layers: dict[str, float] = {}
    for model in json.loads((home / "compiled.json").read_text("utf-8")):
        started = time.monotonic()
        con.execute(f"create or replace table {model['schema']}.{model['name']} as {model['sql']}")
        layers[model["schema"]] = layers.get(model["schema"], 0.0) + time.monotonic() - started
    con.close()
    return _peak() | {"steps": list(layers.items())}


def _compile(home: Path) -> dict:
    """Keep the compiled SQL of every built SQL model and the seeds, in order of dependence (not measured)."""
    from graphlib import TopologicalSorter

    from zhunsheng.dbt import Dbt
    from warehouse.settings import Settings

    settings = Settings.from_env(home)
    dbt = Dbt(settings)
    compiled = dbt.compiled()
    nodes = {key: node for key, node in compiled.items() if node["resource_type"] in ("model", "seed")}
    order = TopologicalSorter({key: [p for p in node["depends_on"].get("nodes", []) if p in nodes] for key, node in nodes.items()}).static_order()
    models, left_out = [], set()
    for key in order:
        node = nodes[key]
        if node.get("language") == "python" or left_out & set(node["depends_on"].get("nodes", [])):
            left_out.add(key)  # no bare SQL: draw_statistics, and the marts that put it into words
        elif node["resource_type"] == "seed":
            path = settings.dbt_project / node["original_file_path"]
            models.append({"schema": node["schema"], "name": node["name"], "sql": f"from read_csv('{path}', header = true)"})
        elif node["config"]["materialized"] != "ephemeral":
            models.append({"schema": node["schema"], "name": node["name"], "sql": node["compiled_code"]})
    (home / "compiled.json").write_text(json.dumps(models), "utf-8")
    return {}


def _raw_copy(settings, folder: Path) -> Path:
    """A warehouse file (same name, so that compiled names hold) with what is no model: the raw tables, the gate's results, the counterfactual scores."""
    import duckdb

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    con = duckdb.connect(str(folder / settings.warehouse.name))
    con.execute(f"attach '{settings.warehouse}' as built (read_only)")
    con.execute("create schema raw; create schema validated; create schema scores")
    tables = con.execute("select schema_name, table_name from duckdb_tables() where database_name = 'built' and (schema_name = 'raw' or table_name in ('expectation_results', 'counterfactuals'))").fetchall()
    for schema, name in tables:
        con.execute(f"create table {schema}.{name} as from built.{schema}.{name}")
    years = con.execute("select distinct period from raw.register_calendar order by 1").fetchall()
    con.execute("delete from raw.changed_period")
    con.executemany("insert into raw.changed_period values (?)", [list(y) for y in years])
    con.close()
    return folder / settings.warehouse.name


CONTESTANTS = {
    "first night": lambda home: _night(home, False),
    "everything again": lambda home: _night(home, True),
    "nothing new": lambda home: _night(home, False),
    "dbt build": _dbt_alone,
    "bare SQL": _bare_sql,
}


def _report(taken: dict[str, list[dict]], rounds: int) -> None:
    bare = statistics.median(run["seconds"] for run in taken["bare SQL"])
    print(f"{'':<20}{'median s':>10}{'min':>8}{'max':>8}{'x bare SQL':>12}{'peak MB':>10}   ({rounds} rounds, taken in turn)")
    for name, runs in taken.items():
        seconds = [run["seconds"] for run in runs]
        middle = statistics.median(seconds)
        print(f"{name:<20}{middle:>10.2f}{min(seconds):>8.2f}{max(seconds):>8.2f}{middle / bare:>12.1f}{max(run['peak_mb'] for run in runs):>10.0f}")
    for name in ("first night", "everything again", "bare SQL"):
        whole = statistics.median(run["seconds"] for run in taken[name])
        print(f"\n{name}: share of each step or layer (median of its own seconds)")
        labels = [label for label, _ in taken[name][0]["steps"]]
        for position, label in enumerate(labels):
            step = statistics.median(run["steps"][position][1] for run in taken[name])
            print(f"  {step:>6.2f} s {100 * step / whole:>5.1f} %  {label}")


if __name__ == "__main__":
    main()
