"""The registers of the project: CSV files of `sources/registers`, their column types, checked on load.

What a register means stands with its readers; which column is a year or a decimal stands here, once.
Standing decision: a register is replaced as a whole on each load, and a blank is NULL.
"""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from sources.yaml_lines import DeclarationError

DECIMAL = "DECIMAL(28,8)"
TYPES: dict[str, dict[str, str]] = {
    "units": {"valid_from": "INTEGER", "valid_to": "INTEGER"},
    "indicators": {"decimals": "INTEGER", "hard_low": DECIMAL, "hard_high": DECIMAL, "soft_low": DECIMAL, "soft_high": DECIMAL,
                   "yoy_limit_pct": DECIMAL, "additive": "BOOLEAN"},
    "calibers": {"valid_from": "INTEGER", "valid_to": "INTEGER", "comparable_with_previous": "BOOLEAN"},
    "measures": {"factor": DECIMAL},
    "derived_indicators": {"decimals": "INTEGER", "period_from": "INTEGER", "period_to": "INTEGER", "factor": DECIMAL},
    "deadline_ladder": {"step_no": "INTEGER", "working_days": "INTEGER", "at_due_hour": "BOOLEAN"},
    "holidays": {"day": "DATE"},
    "verification": {"value": DECIMAL},
    "calendar": {"period": "INTEGER", "due_at": "TIMESTAMP"},
    "closings": {"period": "INTEGER", "closed_at": "TIMESTAMP"},
    "unit_states": {"valid_from": "INTEGER", "valid_to": "INTEGER"},
    "unit_events": {"share": DECIMAL},
    "official_growth": {"reference_year": "INTEGER"},
    "caliber_overlaps": {"period": "INTEGER", "value_old": DECIMAL, "value_new": DECIMAL},
}
_BOOLEANS = {"true": True, "1": True, "yes": True, "是": True, "false": False, "0": False, "no": False, "否": False}


@dataclass(frozen=True)
class Register:
    """One register: column names, their SQL types, and typed rows in file order."""

    name: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]

    def column(self, name: str) -> list[object]:
        """Return one column's values. Raises ValueError for an unknown column."""
        place = self.columns.index(name)
        return [row[place] for row in self.rows]


def load(path: Path) -> Register:
    """Load one register CSV (UTF-8, header row). Raises DeclarationError naming file, line and column."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            lines = list(csv.reader(handle))
    except UnicodeDecodeError as error:
        raise DeclarationError(f"{path}: not UTF-8: {error}") from error
    if not lines:
        raise DeclarationError(f"{path}: no header row")
    columns = tuple(lines[0])
    types = tuple(TYPES.get(path.stem, {}).get(c, "VARCHAR") for c in columns)
    rows = tuple(_row(path, no, line, columns, types) for no, line in enumerate(lines[1:], start=2) if any(line))
    return Register(path.stem, columns, types, rows)


def _row(path: Path, no: int, line: list[str], columns: tuple[str, ...], types: tuple[str, ...]) -> tuple[object, ...]:
    if len(line) != len(columns):
        raise DeclarationError(f"{path}:{no}: {len(line)} fields where the header has {len(columns)}")
    return tuple(_typed(path, no, column, kind, text) for column, kind, text in zip(columns, types, line))


def _typed(path: Path, no: int, column: str, kind: str, text: str) -> object:
    if not text.strip():
        return None
    try:
        return _CASTS[kind](text.strip())
    except (ValueError, KeyError, InvalidOperation):
        raise DeclarationError(f"{path}:{no}: column {column} must be {kind}, found {text!r}") from None


_CASTS = {"VARCHAR": str, "INTEGER": int, DECIMAL: Decimal, "BOOLEAN": lambda t: _BOOLEANS[t.lower()], "TIMESTAMP": dt.datetime.fromisoformat,
          "DATE": dt.date.fromisoformat}
