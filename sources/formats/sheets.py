"""A sheet as the reader sees it, whatever the file was: a grid of values, and what the file says about cells beside their values.

No format is known here (see `workbook`, `xls_records`, `delimited`, `markup`) and no form (see `layout`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Sequence

from sources.text import cell_text, percent_text

Corner = tuple[int, int]
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_THOUSANDS_OFF = re.compile(r"[0#?],+(?![0#?,])")
MOST_FORMAT = 300  # characters of a number format that are looked at; Excel stores 255 at most


def shows_percent(code: str) -> bool:
    """Say whether a number format shows a percentage."""
    return "%" in _QUOTED.sub("", code[:MOST_FORMAT])


def shows_scaled(code: str) -> bool:
    """Say whether a number format shows another number than is stored: divided by thousands, or by a point printed between digits (0!.0,"万")."""
    first = code[:MOST_FORMAT].split(";")[0]
    if "万" in first or "亿" in first:
        return True
    return bool(_THOUSANDS_OFF.search(_QUOTED.sub("", first))) and "@" not in first


@dataclass
class Sheet:
    """One sheet. `rows` are 0-based and ragged; every other place is (row_no, col_no), 1-based.

    `formulas`: places that hold a formula; `percents`: places shown as a percentage; `merges`: corner places; `errors`: the error a cell
    holds (`#REF!`); `scaled`: the number format of cells that show another number than they store.
    `ragged`: whether each row ends where it was written to end (CSV).
    """

    name: str
    rows: Sequence[Sequence[Any]]
    formulas: frozenset[tuple[int, int]] = frozenset()
    percents: frozenset[tuple[int, int]] = frozenset()
    merges: tuple[tuple[Corner, Corner], ...] = ()
    ragged: bool = False
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    scaled: dict[tuple[int, int], str] = field(default_factory=dict)

    def value(self, row_no: int, col_no: int) -> Any:
        """Return the stored value of a cell, None outside."""
        if row_no > len(self.rows) or col_no > len(self.rows[row_no - 1]):
            return None
        return self.rows[row_no - 1][col_no - 1]

    def text(self, row_no: int, col_no: int) -> str | None:
        """Return the text of a cell as a person sees it; None when blank or outside."""
        if self.errors and (row_no, col_no) in self.errors:
            return self.errors[row_no, col_no]
        value = self.value(row_no, col_no)
        if self.percents and (row_no, col_no) in self.percents and isinstance(value, (int, float)) and not isinstance(value, bool):
            return percent_text(value)
        return cell_text(value)

    def row_texts(self, row_no: int) -> list[str | None]:
        """Return all texts of a row."""
        return [self.text(row_no, col_no) for col_no in range(1, len(self.rows[row_no - 1]) + 1)]

    @property
    def is_filled(self) -> bool:
        """Say whether any cell holds anything."""
        return any(cell is not None and cell != "" for row in self.rows for cell in row)
