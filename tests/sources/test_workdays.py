"""Working days with moved holidays, terms of reports, and the ladder (golden: shenzhen_sla)."""

from __future__ import annotations

import datetime as dt

import pytest

from sources.declare import declarations, workdays
from warehouse.settings import PROJECT

D = dt.date.fromisoformat


@pytest.fixture(scope="module")
def registers():
    return declarations.load(PROJECT).registers


@pytest.fixture(scope="module")
def days(registers):
    return workdays.Workdays.of(registers["holidays"])


@pytest.mark.parametrize(("day", "worked"), [
    ("2018-12-29", True), ("2018-12-31", False), ("2020-01-31", False), ("2020-02-01", False), ("2020-02-03", True),
    ("2024-02-18", True), ("2024-10-12", True), ("2024-10-07", False), ("2024-10-08", True), ("2025-10-08", False), ("2026-02-28", True), ("2026-01-04", True),
])  # fmt: skip
def test_moved_days(days, day, worked):
    assert days.is_workday(D(day)) is worked


def test_every_year_has_its_working_days(days):
    """Eleven holidays (thirteen from 2025) leave some 250 working days; a slip in the register shows as a year far off."""
    counted = {year: sum(days.is_workday(dt.date(year, 1, 1) + dt.timedelta(n)) for n in range((dt.date(year + 1, 1, 1) - dt.date(year, 1, 1)).days)) for year in sorted(days.years)}
    assert set(counted) == set(range(2018, 2027))
    assert all(247 <= n <= 252 for n in counted.values()), counted


def test_a_year_without_a_notice_is_not_guessed(days):
    with pytest.raises(workdays.UnknownYear):
        days.is_workday(dt.date(2017, 10, 9))
    with pytest.raises(workdays.UnknownYear):
        days.shift(dt.date(2026, 12, 30), 3)


@pytest.mark.parametrize(("frequency", "year", "number", "due"), [
    ("M", 2024, 9, "2024-10-12"),  # 8 9 10 11 and the moved Saturday 12
    ("Q", 2024, 3, "2024-10-18"),
    ("H", 2024, 1, "2024-07-15"),
    ("A", 2024, 1, "2025-01-31"),
])
def test_terms(days, frequency, year, number, due):
    assert workdays.due_date(frequency, year, number, days) == D(due)


def test_ladder(registers):
    """Warned five working days before, yellow when due, red two working days after."""
    steps = {row[4]: row[7] for row in workdays.deadlines(registers) if row[0] == "finance_annual" and row[1] == 2023}
    assert steps == {"WARNING": dt.datetime(2024, 10, 24), "YELLOW": dt.datetime(2024, 10, 31, 18), "RED": dt.datetime(2024, 11, 4, 18)}
