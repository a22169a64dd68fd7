"""A sheet as the reader sees it, whatever the file was: a grid of values, formulas, percent cells, merges.

No format is known here (see `workbook`, `xls_records`, `delimited`) and no form (see `layout`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Sequence

from sources.text import cell_text, percent_text


@dataclass
class Sheet:
    """One visible sheet. `rows` are 0-based and ragged; every other place is (row_no, col_no), 1-based.

    `formulas`: places that hold a formula; `percents`: places shown as a percentage; `merges`: corner places.
    `ragged`: whether each row ends where it was written to end (CSV).
    """

    name: str
    rows: Sequence[Sequence[Any]]
    formulas: frozenset[tuple[int, int]] = frozenset()
    percents: frozenset[tuple[int, int]] = frozenset()
    merges: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()
    ragged: bool = False

    def text(self, row_no: int, col_no: int) -> str | None:
        """Return the text of a cell as a person sees it; None when blank or outside."""
        if row_no > len(self.rows):
            return None
        row = self.rows[row_no - 1]
        if col_no > len(row):
            return None
        value = row[col_no - 1]
        if self.percents and (row_no, col_no) in self.percents and isinstance(value, (int, float)) and not isinstance(value, bool):
            return percent_text(value)
        return cell_text(value)

    def row_texts(self, row_no: int) -> list[str | None]:
        """Return all texts of a row."""
        return [self.text(row_no, col_no) for col_no in range(1, len(self.rows[row_no - 1]) + 1)]
