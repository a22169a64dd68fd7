"""Working days in China, and the ladder of a deadline: warned, due, yellow, red.

Belongs here: arithmetic on the registers `holidays` (what the State Council's yearly notices say), `deadline_ladder` and `calendar`.
Does not belong here: who is late (that is judged in dbt). Standing decision: a year whose notice is not in the register is unknown, and
no working day of it is guessed.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sources.declare.registers import Register

WEEKEND = 5  # Monday is 0
# Months of a period, and the term for handing in after its end (深圳市: 月报 5 个工作日, 季报 10 个工作日, 半年报 15 日, 年报 1 月 31 日).
FREQUENCIES = {"M": 1, "Q": 3, "H": 6, "A": 12}
WORKING_DAYS = {"M": 5, "Q": 10}
HALF_YEAR_DAYS, YEAR_DUE = 15, (1, 31)


class UnknownYear(LookupError):
    """The register holds no notice for the year."""


@dataclass(frozen=True)
class Workdays:
    """Which days are worked: weekdays but for `off`, and the weekends in `work`; known for `years` only."""

    off: frozenset[dt.date]
    work: frozenset[dt.date]
    years: frozenset[int]

    @classmethod
    def of(cls, holidays: Register) -> "Workdays":
        """From the register. A year counts as known when the register has its National Day."""
        pairs = list(zip(holidays.column("day"), holidays.column("kind")))
        off = frozenset(day for day, kind in pairs if kind == "off")
        return cls(off, frozenset(day for day, kind in pairs if kind == "work"), frozenset(d.year for d in off if d.month == 10))

    def is_workday(self, day: dt.date) -> bool:
        """Raises UnknownYear."""
        if day.year not in self.years:
            raise UnknownYear(f"{day.year} 年的放假安排未登记 / the holidays of {day.year} are not in the register")
        return day in self.work or (day.weekday() < WEEKEND and day not in self.off)

    def shift(self, day: dt.date, n: int) -> dt.date:
        """The n-th working day after (or before, n < 0) a day; the day itself for 0. Raises UnknownYear."""
        step = dt.timedelta(1 if n > 0 else -1)
        for _ in range(abs(n)):
            day += step
            while not self.is_workday(day):
                day += step
        return day


def due_date(frequency: str, year: int, number: int, workdays: Workdays) -> dt.date:
    """The last day for the `number`-th month (M), quarter (Q), half-year (H) or the year (A). Raises UnknownYear, KeyError."""
    month = FREQUENCIES[frequency] * number
    end = dt.date(year, month, calendar.monthrange(year, month)[1])
    if frequency == "A":
        return dt.date(year + 1, *YEAR_DUE)
    return end + dt.timedelta(HALF_YEAR_DAYS) if frequency == "H" else workdays.shift(end, WORKING_DAYS[frequency])


def deadlines(registers: Mapping[str, Register]) -> list[tuple]:
    """Rows of raw.register_deadline: every step of every deadline of the calendar. Steps in a year without notice are left out."""
    if not {"calendar", "holidays", "deadline_ladder"} <= registers.keys():
        return []
    days = Workdays.of(registers["holidays"])
    ladder = [dict(zip(registers["deadline_ladder"].columns, row)) for row in registers["deadline_ladder"].rows]
    found = []
    for form_id, period, due_at in zip(*(registers["calendar"].column(name) for name in ("form_id", "period", "due_at"))):
        for step in ladder:
            try:
                day = days.shift(due_at.date(), step["working_days"])
            except UnknownYear:
                if step["working_days"]:
                    continue
                day = due_at.date()
            starts = dt.datetime.combine(day, due_at.time() if step["at_due_hour"] else dt.time())
            found.append((form_id, period, due_at, step["step_no"], step["step"], step["step_zh"], step["step_en"], starts))
    return found
