"""How often a certainty above the limits is right: honest figures held, planted slips held, on panels of annual figures that set no parameter.

Belongs here: reading a panel, planting slips in series that are clean without them, counting. Does not belong here: the certainty itself, which is
the night's own statements (val_series, val_distances, val_certainty) over tables of the panel's figures.
Standing decisions: every untouched cell counts as honest, real mistakes of the yearbook included, so that the rates are upper bounds and the recalls
lower ones; a round plants in one of a hundred series, so that the ranks stay those of a panel with few mistakes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from warehouse import compiled, engine
from warehouse.settings import PROJECT, Settings

MODELS = ("val_series", "val_distances", "val_certainty")
PANELS = {"cities_2009_2017": "cities 2009–2017, 24 indicators, not looked at while the certainty was written", "cities_sichuan_guangdong": "the sample's yearbook 2018–2023, all its indicators: the panel that was looked at"}
CROSSES_ZERO = ("profit", "growth", "rate_of")  # parts of the names of indicators that may be negative
FACTORS = ((10.0, "×10"), (0.1, "÷10"), (3.0, "×3"), (2.0, "×2"))
SHARE, SEED, LIMITS = 100, 20, (3.0, 4.0)
KEY = ["unit_code", "indicator", "period"]


@dataclass(frozen=True)
class Row:
    """One line of the table: what was counted, how many of how many."""

    panel: str
    what: str
    known: str
    above: float
    found: int
    of: int

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson, 95 %."""
        if not self.of:
            return float("nan"), float("nan")
        p, n, z = self.found / self.of, self.of, 1.96
        middle, half = (p + z * z / 2 / n) / (1 + z * z / n), z * sqrt(p * (1 - p) / n + z * z / 4 / n / n) / (1 + z * z / n)
        return middle - half, middle + half


def measure(folder: Path, rounds: int = 20) -> list[Row | str]:
    """Rows of every panel that is there; a sentence for one that is not."""
    found: list[Row | str] = []
    for name in PANELS:
        if (folder / name / "figures.csv").exists():
            found += of_panel(name, read(folder / name), rounds)
        else:
            found.append(f"{name}: skipped, its figures are not there")
    return found


def read(folder: Path) -> pd.DataFrame:
    """unit_code, indicator, period, value, resolution (text) of a panel; figures of the whole city."""
    raw = pd.read_csv(folder / "figures.csv", dtype=str)
    if "scope" in raw:
        raw = raw[raw.scope == "whole_city"]
    raw = raw[~raw.indicator.str.contains("|".join(CROSSES_ZERO)) & pd.to_numeric(raw.value, errors="coerce").notna()]
    places = raw.value.str.partition(".")[2].str.len()
    return pd.DataFrame({"unit_code": raw.region_code, "indicator": raw.indicator, "period": raw.year.astype(int), "value": raw.value.astype(float), "resolution": 10.0 ** -places}).drop_duplicates(KEY)


def of_panel(name: str, figures: pd.DataFrame, rounds: int) -> Iterator[Row]:
    """Rates of the panel as it is, then of slips planted in it."""
    judge = Judge()
    whole = judge(figures)
    last = figures.period.max()
    for known, column in (("then", "certainty_then"), ("now", "certainty")):
        for what, cells in (("untouched cells", whole), ("untouched cells of the last year", whole[whole.period == last])):
            for limit in LIMITS:
                yield Row(name, what, known, limit, int((cells[column] > limit).sum()), len(cells))
    clean = _clean(figures, whole)
    for factor, label in FACTORS:
        for where in ("last year", "any year"):
            yield from _planted(name, judge, figures, clean, factor, f"{label}, {where}", where == "last year", rounds)


def _clean(figures: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    """Series in which nothing comes near a limit and no year is missing."""
    years = figures.groupby("indicator").period.nunique()
    of_series = whole.groupby(["unit_code", "indicator"], as_index=False).agg(worst=("certainty", "max"), worst_then=("certainty_then", "max"), n=("period", "size"))
    return of_series[(of_series.worst <= 2) & (of_series.worst_then <= 2) & (of_series.n == of_series.indicator.map(years))]


def _planted(name: str, judge: Judge, figures: pd.DataFrame, clean: pd.DataFrame, factor: float, label: str, last: bool, rounds: int) -> Iterator[Row]:
    rng = np.random.default_rng([SEED, int(factor * 10), last])
    hit = pd.DataFrame()
    for _ in range(rounds):
        series = clean.sample(max(1, len(clean) // SHARE), random_state=int(rng.integers(2**31)))[["unit_code", "indicator"]]
        cells = figures.merge(series, on=["unit_code", "indicator"]).sort_values(KEY)
        ordered = cells.groupby(["unit_code", "indicator"]).period.rank()
        cells = cells[ordered == ordered.groupby([cells.unit_code, cells.indicator]).transform("max")] if last else cells[ordered > 2].groupby(["unit_code", "indicator"]).sample(1, random_state=int(rng.integers(2**31)))
        bent = figures.merge(cells[KEY].assign(planted=True), on=KEY, how="left")
        bent["value"] = np.where(bent.planted.notna(), bent.value * factor, bent.value)
        hit = pd.concat([hit, judge(bent.drop(columns="planted")).merge(cells[KEY], on=KEY)])
    for known, column in (("then", "certainty_then"), ("now", "certainty")):
        for limit in LIMITS:
            yield Row(name, label, known, limit, int((hit[column] > limit).sum()), len(hit))


class Judge:
    """The compiled statements over a table of figures, each taken as reported once and clean."""

    def __init__(self) -> None:
        settings = Settings(home=Path(tempfile.mkdtemp(prefix="zhunsheng-certainty-")), project=PROJECT).make()
        self._nodes = [compiled.load(settings).by_relation[f"validated.{name}"] for name in MODELS]
        self._dbt = settings.dbt_project

    def __call__(self, figures: pd.DataFrame) -> pd.DataFrame:
        """unit_code, indicator, period, certainty_then, certainty of every figure (rows of `read`)."""
        with engine.scratch(self._dbt) as scratch:
            lay_out(scratch.con, figures)
            for node in self._nodes:
                scratch.create(node)
            return scratch.con.execute("""select unit_code, cast(indicator as varchar) as indicator, period, cast(certainty_then as double) as certainty_then,
                cast(certainty as double) as certainty, cast(ratio as double) as ratio from validated.val_certainty""").df()


def lay_out(con: duckdb.DuckDBPyConnection, figures: pd.DataFrame) -> None:
    """What the statements read: figures in one return each, no violation, no break, every indicator above zero."""
    con.register("_figures", figures)
    con.execute("create table raw.register_units as select distinct unit_code, unit_code as name_zh, substr(unit_code, 1, 2) || '0000' as province_code, 'prefecture' as level from _figures")
    con.execute("""create table raw.register_indicators as select distinct indicator, indicator as name_zh, indicator as name_en, '1' as unit, cast(0 as decimal(28, 8)) as hard_low,
        cast(null as decimal(28, 8)) as hard_high, cast(null as decimal(28, 8)) as soft_high, '+' as direction, false as additive from _figures""")
    con.execute("create table raw.register_definitions (indicator varchar, valid_from integer, comparable_with_previous boolean)")
    con.execute("create type raw.indicator_code as enum (select indicator from raw.register_indicators order by 1)")
    con.execute("""create table staging.stg_figures as select 'S' || row_number() over (order by unit_code, indicator, period) as submission_id, 'sheet' as sheet, 1 as row_no, 1 as col_no, 'A1' as cell,
        unit_code, cast(indicator as raw.indicator_code) as indicator, cast(period as integer) as period, cast(value as decimal(28, 8)) as value, cast(resolution as decimal(28, 8)) as resolution from _figures""")
    con.execute("create table validated.val_baseline as select unit_code, indicator, period, value, resolution, submission_id, sheet, cell from staging.stg_figures")
    con.execute("create table validated.val_intrinsic_hits (submission_id varchar, sheet varchar, row_no integer, col_no integer, severity varchar, period integer)")
    con.unregister("_figures")
    con.execute("set threads = 1")
