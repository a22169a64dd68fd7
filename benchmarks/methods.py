"""`make bench-methods`: published indices reproduced by scheme data alone, and the engine beside pandas on many figures.

The first table compares every published cell with what `zhunsheng score` writes (data beside the project, see
tests/golden/published.py). The second scores 3,000 units x 100 indicators x 10 years (min-max by year, ten dimensions, an
index; weighted means) once by the engine, from the file of figures to the file of scores, and once by pandas from the same
file to the same scores; both in a process of their own, all values compared.

    python -m benchmarks.methods [--units N] [--indicators N] [--years N] [--only table|speed]
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT / "tests" / "golden"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--units", type=int, default=3000)
    parser.add_argument("--indicators", type=int, default=100)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--only", choices=("table", "speed"))
    parser.add_argument("--one", nargs=2, metavar=("CONTESTANT", "FOLDER"))
    given = parser.parse_args()
    if given.one:
        print(json.dumps({"engine": _engine, "pandas": _pandas}[given.one[0]](Path(given.one[1]))))
        return
    with tempfile.TemporaryDirectory(prefix="zhunsheng-bench-") as folder:
        if given.only != "speed":
            try:
                _reproduced(Path(folder))
            except pytest.skip.Exception as absent:
                print(f"not compared: {absent}")
        if given.only != "table":
            _speed(Path(folder), given.units, given.indicators, given.years)


# -- published indices

def _reproduced(folder: Path) -> None:
    import published

    print(f"{'index':<34}{'cells':>8}{'differ':>8}{'largest':>12}{'seconds':>9}")
    for index, title in (("hdi", "HDI 1990-2021, published digits"), ("gii", "GII 1990-2021, published digits")):
        figures = published.undp_figures(index, folder / f"{index}.csv")
        out, seconds = _score(PROJECT / "tests" / "golden" / index, figures, folder / f"{index}_out.csv")
        got = {(r["unit_code"], r["period"]): r["published"] for r in published.rows(out) if r["node"] == index}
        _row(title, [(float(got[k]), float(v)) for k, v in published.undp_published(index).items()], 1e-9, seconds)
    scheme, figures = published.asem(folder / "asem")
    out, seconds = _score(scheme, figures, folder / "asem_out.csv", folder / "asem_stages.csv")
    values, scores = published.rows(folder / "asem_stages.csv"), published.rows(out)
    for stage, column in (("Denominated", "value_before"), ("Imputed", "value_imputed"), ("Treated", "value_treated")):
        _row(f"ASEM {stage}", _pairs(stage, {(r["unit_code"], r["indicator"]): r[column] for r in values}), 1e-9, seconds)
    for stage in ("Normalised", "Aggregated"):
        _row(f"ASEM {stage}", _pairs(stage, {(r["unit_code"], r["node"]): r["score"] for r in scores}), 1e-9, seconds)


def _pairs(stage: str, mine: dict) -> list[tuple[float, float]]:
    import published

    names = {name for _, name in mine}
    return [(float(mine[r["UnitCode"], n]), float(v)) for r in published.rows(published.ASEM / f"Data__{stage}.csv") for n, v in r.items() if n in names and v]


def _row(title: str, pairs: list[tuple[float, float]], tolerance: float, seconds: float) -> None:
    gaps = [abs(a - b) for a, b in pairs]
    off = sum(gap > tolerance * max(1.0, abs(b)) for gap, (_, b) in zip(gaps, pairs))
    print(f"{title:<34}{len(pairs):>8}{off:>8}{max(gaps):>12.2g}{seconds:>9.1f}")


def _score(scheme: Path, figures: Path, out: Path, stages: Path | None = None) -> tuple[Path, float]:
    started = time.monotonic()
    words = ["--home", str(out.parent / "home"), "score", "--scheme", str(scheme), "--figures", str(figures), "--out", str(out), *(["--stages", str(stages)] if stages else [])]
    subprocess.run([sys.executable, "-m", "zhunsheng.cli", *words], check=True, cwd=PROJECT, stdout=subprocess.DEVNULL)
    return out, time.monotonic() - started


# -- many figures

def _speed(folder: Path, units: int, indicators: int, years: int) -> None:
    _make(folder, units, indicators, years)
    print(f"\n{units} units x {indicators} indicators x {years} years = {units * indicators * years} figures")
    reported = {}
    for name in ("engine", "pandas"):
        started = time.monotonic()
        done = subprocess.run([sys.executable, "-m", "benchmarks.methods", "--one", name, str(folder)], check=True, cwd=PROJECT, capture_output=True, text=True)
        reported[name] = time.monotonic() - started
        print(f"{name:<8}{reported[name]:>8.1f} s  {done.stdout.strip().splitlines()[-1]}")
    print(f"engine / pandas: {reported['engine'] / reported['pandas']:.1f}")
    _compare(folder)


def _make(folder: Path, units: int, indicators: int, years: int) -> None:
    dice = random.Random(7)
    (folder / "scheme").mkdir()
    lines = [f"i{i},d{i % 10},{dice.randint(1, 9)},min_max,{'+-'[i % 3 == 0]}" for i in range(indicators)]
    (folder / "scheme" / "indicators.csv").write_text("indicator,parent,weight,method,direction\n" + "\n".join(lines) + "\n", "utf-8")
    (folder / "scheme" / "nodes.csv").write_text("node,parent,weight,aggregation\n" + "".join(f"d{d},index,{d + 1},arithmetic\n" for d in range(10)) + "index,,,arithmetic\n", "utf-8")
    with (folder / "figures.csv").open("w", encoding="utf-8") as out:
        out.write("unit_code,indicator,period,value\n")
        for year in range(2014, 2014 + years):
            for i in range(indicators):
                out.writelines(f"u{u},i{i},{year},{dice.randrange(1, 10**6) / 100}\n" for u in range(units))


def _engine(folder: Path) -> dict:
    from schemes import definition
    from warehouse.scratch import scoring
    from warehouse.settings import Settings

    started = time.monotonic()
    scoring.score(Settings(home=folder / "home").make(), definition.load(folder / "scheme"), folder / "figures.csv", folder / "engine.csv")
    return _told(started)


def _pandas(folder: Path) -> dict:
    import pandas as pd

    started = time.monotonic()
    wide = pd.read_csv(folder / "figures.csv").pivot(index=["period", "unit_code"], columns="indicator", values="value")
    meta = pd.read_csv(folder / "scheme" / "indicators.csv").set_index("indicator")
    nodes = pd.read_csv(folder / "scheme" / "nodes.csv").set_index("node")
    years = wide.groupby(level="period")
    low, high = years.transform("min"), years.transform("max")
    scaled = (wide - low) / (high - low) * 100
    less = meta.index[meta.direction == "-"]
    scaled[less] = 100 - scaled[less]
    parts = {}
    for name, group in meta.groupby("parent"):
        parts[name] = (scaled[group.index] * group.weight).sum(axis=1) / group.weight.sum()
    index = pd.DataFrame(parts)
    weights = nodes.weight.drop("index").astype(float)
    index["index"] = (index[weights.index] * weights).sum(axis=1) / weights.sum()
    everything = pd.concat([scaled, index], axis=1)
    ranks = everything.groupby(level="period").rank(ascending=False, method="min")
    answer = pd.concat([everything.stack(), ranks.stack()], axis=1, keys=["score", "rank"])
    answer.to_csv(folder / "pandas.csv")
    return _told(started)


def _told(started: float) -> dict:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"inside": round(time.monotonic() - started, 1), "cpu seconds": round(used.ru_utime + used.ru_stime, 1), "peak MB": used.ru_maxrss // 1024}


def _compare(folder: Path) -> None:
    import duckdb

    cells, gap = duckdb.execute(f"""select count(*), max(abs(a.score - b.score)) from read_csv('{folder}/engine.csv') as a
        inner join read_csv('{folder}/pandas.csv', header = true, names = ['period', 'unit_code', 'node', 'score', 'rank']) as b using (period, unit_code, node)""").fetchall()[0]
    print(f"values compared: {cells}, largest difference {gap:.2g}")


if __name__ == "__main__":
    main()
