"""What the linter of schemes says: one finding, the place it is about, and the catalogue of its kinds.

Belongs here: the shape of a finding. Does not belong here: any rule (lint.py, lint_grades.py).
Standing decision: code, severity and mend of a kind are declared in expectations/scheme_findings.yml alone, from which the rule catalogue
has its pages too; a rule fills in the sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from expectations import catalogue
from schemes.definition import Row
from sources.reading.numbers import FIGURES_BELOW

MUST_FIX = "E"
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?")


@dataclass(frozen=True)
class Finding:
    """One thing wrong with one row, or with one of its fields. Severity E refuses, W warns."""

    name: str
    row: Row
    field: str | None
    message_zh: str
    message_en: str

    @property
    def kind(self) -> dict:
        return kinds()[self.name]

    @property
    def code(self) -> str:
        return self.kind["code"]

    @property
    def severity(self) -> str:
        return self.kind["severity"]

    @property
    def cell(self) -> tuple[int | None, str | None]:
        """(column, address) in a workbook: of the field, else of the row's first cell."""
        first = min(self.row.cells.values(), default=(None, None))
        return self.row.cells.get(self.field or "", first)

    @property
    def place(self) -> str:
        """file:line, or sheet!cell."""
        return f"{self.row.file}!{self.cell[1]}" if self.cell[1] else self.row.place


@cache
def kinds() -> dict[str, dict]:
    """The kinds of finding by name."""
    return {entry["name"]: entry for entry in catalogue.declared(catalogue.PROJECT / "expectations" / "scheme_findings.yml")}


def say(name: str, row: Row, zh: str, en: str, field: str | None = None) -> Finding:
    """A finding of that kind."""
    return Finding(name, row, field, zh, en)


def number(text: str | None) -> Decimal | None:
    """A decimal, None where the text is none: no digits of other scripts, which the warehouse would not read, and nothing beyond its limit."""
    if text is None or not _NUMBER.fullmatch(text):
        return None
    value = Decimal(text)
    return value if abs(value) < FIGURES_BELOW else None
