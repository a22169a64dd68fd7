"""Partitions: the assessment year. A year is a line of the calendar register, never the clock's."""

from __future__ import annotations

import csv

import dagster as dg

from warehouse.settings import Settings


def assessment_years() -> list[str]:
    """Every year the calendar asks returns for, ascending."""
    path = Settings.from_env().project / "sources" / "registers" / "calendar.csv"
    with path.open(encoding="utf-8", newline="") as rows:
        return sorted({row["period"] for row in csv.DictReader(rows)})


YEARS = dg.StaticPartitionsDefinition(assessment_years())
