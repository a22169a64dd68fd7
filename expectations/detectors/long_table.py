"""Figures at hand as a long table (unit, indicator, period, value) → a panel that the detectors read.

Belongs here: periods, gaps, rounding as seen in the figures. Does not belong: reading files, words. Decision: nothing is
filled in. Whatever keeps the block of units × indicators × periods from being complete is left out and said to be
(`Block.left_out`), the emptiest unit or indicator first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from expectations.detectors.panel import Panel

PERIOD = re.compile(r"^(\d{4})(?:\s*[-/.年]?\s*(?:(?:Q|第?)([1-4])\s*季?度?|(\d{1,2})月?))?\s*年?$", re.I)


@dataclass(frozen=True)
class Block:
    """A complete panel with its names, and the series (unit, indicator) that it could not hold."""

    panel: Panel
    units: list[str]
    indicators: list[str]
    periods: list[str]
    left_out: list[tuple[str, str]]


def month_of(period: str) -> tuple[int, int]:
    """Months since year 0 and periods a year: 2021-03, 202103, 2021年3月; 2021Q1; 2021. ValueError for anything else."""
    text = str(period).strip()
    if re.fullmatch(r"\d{6}", text):
        text = f"{text[:4]}-{text[4:]}"
    match = PERIOD.match(text)
    year, quarter, month = match.groups() if match else (None, None, None)
    if quarter and re.search(r"[Qq季]", text):
        return int(year) * 12 + (int(quarter) - 1) * 3, 4
    month = month or quarter
    if year is None or (month is not None and not 1 <= int(month) <= 12):
        raise ValueError(f"{period!r}")
    return (int(year) * 12 + int(month) - 1, 12) if month else (int(year) * 12, 1)


def block(rows: list[dict]) -> Block:
    """The largest complete block. `rows`: unit_code, indicator, period, value (text), optional group and first_value.

    All periods of one grain, whole years from the first January on. ValueError where grains are mixed or a series has a
    period twice. Values that are not positive numbers count as missing.
    """
    placed = [(row["unit_code"], row["indicator"], *month_of(row["period"]), row) for row in rows]
    grains = {grain for *_, grain, _ in placed}
    if len(grains) != 1:
        raise ValueError("figures of one grain are needed: " + ", ".join(f"{g} a year" for g in sorted(grains)))
    per_year = grains.pop()
    months = range(-(-min(m for _, _, m, *_ in placed) // 12) * 12, max(m for _, _, m, *_ in placed) + 1, 12 // per_year)
    at = {month: t for t, month in enumerate(months)}
    units, indicators = sorted({u for u, *_ in placed}), sorted({i for _, i, *_ in placed})
    values, first = np.full((2, len(units), len(indicators), len(months)), np.nan)
    decimals = np.zeros((len(units), len(indicators)), int)
    u_at, i_at = {u: n for n, u in enumerate(units)}, {i: n for n, i in enumerate(indicators)}
    for u, i, month, _, row in placed:
        if month not in at:
            continue
        where = u_at[u], i_at[i], at[month]
        if np.isfinite(values[where]):
            raise ValueError(f"{u} {i} {row['period']}: twice")
        values[where], first[where] = _number(row["value"]), _number(row.get("first_value"))
        decimals[where[:2]] = max(decimals[where[:2]], len(str(row["value"]).strip().partition(".")[2]))
    return _complete(values, first, decimals, units, indicators, [_label(m, per_year) for m in months], per_year, {row["unit_code"]: row.get("group") or "" for row in rows})


def _number(text) -> float:
    try:
        number = float(str(text).replace(",", "").strip())
    except ValueError:
        return np.nan
    return number if np.isfinite(number) and number > 0 else np.nan


def _label(month: int, per_year: int) -> str:
    year, rest = divmod(month, 12)
    return {12: f"{year}-{rest + 1:02d}", 4: f"{year}Q{rest // 3 + 1}", 1: str(year)}[per_year]


def _complete(values, first, decimals, units, indicators, periods, per_year, groups) -> Block:
    whole = np.isfinite(values).all(2)
    rows, columns = np.ones(len(units), bool), np.ones(len(indicators), bool)
    while rows.any() and columns.any() and not whole[np.ix_(rows, columns)].all():
        by_unit = np.where(rows, whole[:, columns].mean(1), np.inf)
        by_indicator = np.where(columns, whole[rows].mean(0), np.inf)
        if by_unit.min() <= by_indicator.min():
            rows[by_unit.argmin()] = False
        else:
            columns[by_indicator.argmin()] = False
    if not rows.any() or not columns.any() or not periods:
        raise ValueError("没有一个序列自某年首期起各期齐全 / no series has every period from the start of a year on")
    kept = np.ix_(rows, columns)
    names = [u for u, keep in zip(units, rows) if keep]
    order = sorted({groups[u] for u in names})
    resolution = _resolution(values[kept], decimals[kept])
    panel = Panel(values[kept], resolution, resolution > 1, np.array([order.index(groups[u]) for u in names], int), per_year,
                  first=first[kept] if np.isfinite(first[kept]).any() else None)  # fmt: skip
    left_out = [(u, i) for n, u in enumerate(units) for k, i in enumerate(indicators) if not (rows[n] and columns[k])]
    return Block(panel, names, [i for i, keep in zip(indicators, columns) if keep], periods, left_out)


def _resolution(values: np.ndarray, decimals: np.ndarray) -> np.ndarray:
    """One unit of the last digit a series is reported in [U,I]: its decimals, or the power of ten that divides every figure."""
    resolution = 10.0 ** -decimals.astype(float)
    for power in range(1, 7):
        round_figures = (decimals == 0) & (np.abs(values / 10.0**power - np.round(values / 10.0**power)) < 1e-9).all(2)
        resolution[round_figures] = 10.0**power
    return resolution

