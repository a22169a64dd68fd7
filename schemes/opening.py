"""A new year, opened from an old one: its deadlines and closing, the scheme and the targets carried over, and what they use that nobody owes.

Belongs here: what the new year's lines and sheets hold. Does not belong here: reading the warehouse, writing files (zhunsheng/opening.py).
Standing decisions: dates move by whole years; of a scheme only its number and title change by themselves, everything else is for the office to
decide; what is used and not owed is listed and never declared a gap by the tool.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from schemes.computable import Lack, Year, lacks
from schemes.definition import Row, Scheme
from sources.declare.declarations import Declarations
from sources.declare.registers import Register

CALENDAR, CLOSINGS = "calendar", "closings"
RENAMED = ("scheme_id", "title_zh")  # fields of a scheme in which the old year stands as part of a name


def moved(moment: dt.datetime, years: int) -> dt.datetime:
    """The same day so many years on; the 29th of February becomes the 28th."""
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:
        return moment.replace(year=moment.year + years, day=28)


def deadlines(declarations: Declarations, new: int, old: int) -> list[tuple[str, int, dt.datetime]]:
    """(form, year, moment) that the calendar lacks: the old year's, moved."""
    rows = declarations.registers[CALENDAR].values("form_id", "period", "due_at")
    there = {form for form, period, _ in rows if period == new}
    return [(form, new, moved(due, new - old)) for form, period, due in rows if period == old and form not in there and due]


def closing(declarations: Declarations, new: int, old: int) -> list[tuple[int, dt.datetime, str]]:
    """(year, moment, note) that the closings lack."""
    rows = declarations.registers[CLOSINGS].values("period", "closed_at", "note_zh")
    if any(period == new for period, *_ in rows):
        return []
    return [(new, moved(moment, new - old), note) for period, moment, note in rows if period == old and moment]


def opened(declarations: Declarations, lines: Iterable[tuple[str, int, dt.datetime]]) -> Declarations:
    """The declarations with these lines in their calendar."""
    calendar = declarations.registers[CALENDAR]
    named = [dict(zip(("form_id", "period", "due_at"), line)) for line in lines]
    more = tuple(tuple(line.get(column) for column in calendar.columns) for line in named)
    return replace(declarations, registers={**declarations.registers, CALENDAR: Register(calendar.name, calendar.columns, calendar.types, (*calendar.rows, *more), (*calendar.places, *[""] * len(more)))})


def carried(tables: dict[str, list[dict[str, str]]], new: int, old: int) -> dict[str, list[dict[str, str]]]:
    """The rows of a workbook for the new year."""
    return {name: [{field: text.replace(str(old), str(new)) if field in RENAMED else text for field, text in row.items()} for row in rows] for name, rows in tables.items()}


def not_owed(scheme: Scheme, declarations: Declarations, province: str | None, new: int) -> list[tuple[Row, Lack]]:
    """What the carried scheme uses in the new year and nobody owes."""
    return lacks(scheme, Year(declarations, province, new))
