"""Published data beside the project: where it lies, and how its tables become figures and schemes."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from warehouse.settings import PROJECT

DATA = Path(os.environ.get("ZHUNSHENG_GOLDEN_DATA") or PROJECT.parent / "shared" / "data")
YEARS = range(1990, 2022)
HDI = DATA / "hdi_1990_2021" / "HDR21-22_Composite_indices_complete_time_series.csv"
ASEM = DATA / "coinr_asem" / "stages"


def need(path: Path) -> Path:
    """The path, or skip the test with the reason."""
    if not path.exists():
        pytest.skip(f"published data not beside the project: {path} (set ZHUNSHENG_GOLDEN_DATA)")
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def write(path: Path, header: str, lines: list[tuple]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([header.split(","), *lines])
    return path


COMPONENTS = {"hdi": ("le", "eys", "mys", "gnipc"), "gii": ("mmr", "abr", "se_f", "pr_f", "lfpr_f", "se_m", "pr_m", "lfpr_m")}


def undp_figures(index: str, target: Path) -> Path:
    """Components of the HDI or GII of every country and year as a file of figures."""
    table = rows(need(HDI))
    lines = [(r["iso3"], name, year, r[f"{name}_{year}"]) for name in COMPONENTS[index] for year in YEARS for r in table]
    return write(target, "unit_code,indicator,period,value", lines)


def undp_published(index: str) -> dict[tuple[str, str], str]:
    return {(r["iso3"], str(year)): r[f"{index}_{year}"] for r in rows(HDI) for year in YEARS if r[f"{index}_{year}"]}


def asem(folder: Path) -> tuple[Path, Path]:
    """Scheme folder and figures of COINr's ASEM index, from the package's own metadata: denominators, imputation by the mean of
    Europe or Asia, winsorising (skewness 2, kurtosis 3.5, at most 6 points), min-max 0-100, three levels of means."""
    meta, weights = rows(need(ASEM / "Input__IndMeta.csv")), {r["Code"]: r["Weight"] for r in rows(ASEM / "Parameters__Weights__Original.csv")}
    fixed = ("min_max", 0, 100, "mean", "group", "winsorise", 6)
    write(folder / "indicators.csv", "indicator,parent,weight,direction,method,base,full_marks,impute,impute_by,treat,win_max",
          [(r["IndCode"], r["Agg1"], weights[r["IndCode"]], r["Direction"], *fixed) for r in meta])
    write(folder / "inputs.csv", "indicator,input,role",
          [line for r in meta if r["Denominator"] for line in ((r["IndCode"], r["IndCode"], "add"), (r["IndCode"], r["Denominator"], "divide"))])
    above = {r["Agg1"]: r["Agg2"] for r in meta} | {r["Agg2"]: r["Agg3"] for r in meta}
    write(folder / "nodes.csv", "node,parent,weight,aggregation,rank_decimals",
          [(r["Code"], above.get(r["Code"], ""), weights[r["Code"]], "arithmetic", 2) for r in rows(ASEM / "Input__AggMeta.csv")])
    raw, below = rows(ASEM / "Data__Raw.csv"), rows(ASEM / "Input__Denominators.csv")
    write(folder / "classes.csv", "unit_code,impute_group", [(r["UnitCode"], r["Group_EurAsia"]) for r in raw])
    lines = [(r["UnitCode"], name, 2018, r[name]) for r in raw for name in (m["IndCode"] for m in meta)]
    lines += [(r["UnitCode"], name, 2018, value) for r in below for name, value in r.items() if name.startswith("Den_")]
    return folder, write(folder / "figures" / "figures.csv", "unit_code,indicator,period,value", lines)
