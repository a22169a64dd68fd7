"""The registers of the project: CSV files of `sources/registers`, their column types, checked on load.

The meaning of a register is described where it is read; only the types of its columns are here.
Standing decision: a register is replaced as a whole on each load, and a blank is NULL.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

from sources.declare.yaml_lines import DeclarationError, fault, short

DECIMAL = "DECIMAL(28,8)"
TYPES: dict[str, dict[str, str]] = {
    "units": {"valid_from": "INTEGER", "valid_to": "INTEGER"},
    "indicators": {"decimals": "INTEGER", "hard_low": DECIMAL, "hard_high": DECIMAL, "soft_low": DECIMAL, "soft_high": DECIMAL,
                   "yoy_limit_pct": DECIMAL, "additive": "BOOLEAN", "is_growth_speed": "BOOLEAN", "growth_is_speed": "BOOLEAN"},
    "definitions": {"valid_from": "INTEGER", "valid_to": "INTEGER", "comparable_with_previous": "BOOLEAN"},
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
    "definition_overlaps": {"period": "INTEGER", "value_old": DECIMAL, "value_new": DECIMAL},
}
_BOOLEANS = {"true": True, "1": True, "yes": True, "是": True, "false": False, "0": False, "no": False, "否": False}


@dataclass(frozen=True)
class Register:
    """One register: column names, their SQL types, and typed rows in file order; `places` has the file and line of each row."""

    name: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    places: tuple[str, ...] = ()

    def column(self, name: str) -> list[object]:
        """Return one column's values. Raises ValueError for an unknown column."""
        place = self.columns.index(name)
        return [row[place] for row in self.rows]

    def values(self, *names: str) -> list[tuple[object, ...]]:
        """Return the named columns' values row by row. Raises ValueError for an unknown column."""
        return list(zip(*(self.column(name) for name in names)))

    def place(self, row: int) -> str:
        """Return file and line of a row by its number."""
        return self.places[row]

    def extended(self, added: Iterable[tuple[str, Mapping[str, object]]]) -> "Register":
        """Return the register with more rows, each given as its place and its texts by column. Raises DeclarationError."""
        added = list(added)
        rows = tuple(self._row(place, given) for place, given in added)
        return replace(self, rows=self.rows + rows, places=self.places + tuple(place for place, _ in added))

    def _row(self, place: str, given: Mapping[str, object]) -> tuple[object, ...]:
        if unknown := sorted(given.keys() - set(self.columns)):
            raise fault(place, f"登记簿 {self.name} 没有这些列：{'、'.join(unknown)}", f"register {self.name} has no columns {', '.join(unknown)}")
        texts = ["" if given.get(name) is None else str(given[name]) for name in self.columns]
        return _row(place, texts, self.columns, self.types)


def load(path: Path) -> Register:
    """Load one register CSV (UTF-8, header row). Raises DeclarationError, a line for each wrong row with file, line and column."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader, lines, last = csv.reader(handle), [], 0
            for line in reader:
                lines.append((last + 1, line))
                last = reader.line_num
    except UnicodeDecodeError as error:
        raise fault(short(path), "不是 UTF-8 编码，请另存为 UTF-8", f"not UTF-8: {error}") from error
    if not lines:
        raise fault(short(path), "没有表头", "no header row")
    (_, header), *body = lines
    columns = tuple(header)
    types = tuple(TYPES.get(path.stem, {}).get(c, "VARCHAR") for c in columns)
    body = [(no, line) for no, line in body if any(line)]
    return Register(path.stem, columns, types, _rows(path, body, columns, types), tuple(f"{short(path)}:{no}" for no, _ in body))


def _rows(path: Path, body: list[tuple[int, list[str]]], columns: tuple[str, ...], types: tuple[str, ...]) -> tuple[tuple[object, ...], ...]:
    rows, wrong = [], []
    for no, line in body:
        try:
            rows.append(_row(f"{short(path)}:{no}", line, columns, types))
        except DeclarationError as error:
            wrong.append(str(error))
    if wrong:
        raise DeclarationError("\n".join(wrong))
    return tuple(rows)


def _row(place: str, line: list[str], columns: tuple[str, ...], types: tuple[str, ...]) -> tuple[object, ...]:
    if len(line) != len(columns):
        raise fault(place, f"本行有 {len(line)} 个字段，表头有 {len(columns)} 个", f"{len(line)} fields where the header has {len(columns)}")
    return tuple(_typed(place, column, kind, text) for column, kind, text in zip(columns, types, line))


def _typed(place: str, column: str, kind: str, text: str) -> object:
    if not text.strip():
        return None
    try:
        return _CASTS[kind](text.strip())
    except (ValueError, KeyError, InvalidOperation):
        raise fault(place, f"列 {column} 应为 {kind}，实为 {text!r}", f"column {column} must be {kind}, found {text!r}") from None


_CASTS = {"VARCHAR": str, "INTEGER": int, DECIMAL: Decimal, "BOOLEAN": lambda t: _BOOLEANS[t.lower()], "TIMESTAMP": dt.datetime.fromisoformat,
          "DATE": dt.date.fromisoformat}
