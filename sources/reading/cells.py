"""What a cell means beside its value: formulas, errors, merges, number formats that scale, what nobody sees on the sheet.

Belongs here: everything that the file says about single cells of a table. Does not belong here: whether a figure is true (expectations).
"""

from __future__ import annotations

from collections.abc import Iterable

from sources.findings import Findings
from sources.formats.sheets import Sheet
from sources.text import address, cell_text, column_letters, invisible_in


def say_cells(sheet: Sheet, rows: list[int], columns: list[int], findings: Findings) -> None:
    """Add the findings about the cells at these rows and columns."""
    if not rows or not columns:
        return
    kept, taken = set(rows), set(columns)
    _say_formulas(sheet, kept, taken, findings)
    for row_no, col_no in _inside(sheet.errors, kept, taken):
        findings.add("error_value", sheet=sheet.name, row=row_no, col=col_no, seen=sheet.errors[row_no, col_no])
    _say_merges(sheet, rows, taken, findings)
    _say_scaled(sheet, kept, taken, findings)
    _say_invisible(sheet, rows, columns, findings)
    _say_hidden(sheet, rows, columns, findings)


def _inside(places: Iterable[tuple[int, int]], kept: set[int], taken: set[int]) -> list[tuple[int, int]]:
    return sorted((r, c) for r, c in places if r in kept and c in taken)


def _say_formulas(sheet: Sheet, kept: set[int], taken: set[int], findings: Findings) -> None:
    for row_no, col_no in _inside(sheet.formulas - sheet.errors.keys(), kept, taken):
        text = sheet.text(row_no, col_no)
        findings.add("formula_without_value" if text is None else "formula", sheet=sheet.name, row=row_no, col=col_no, seen=text)


def _say_merges(sheet: Sheet, rows: list[int], taken: set[int], findings: Findings) -> None:
    """A finding at every cell of a merged area, so that the blank ones are held back with the first."""
    kept, first, last = set(rows), min(rows), max(rows)
    for (top, left), (bottom, right) in sorted(sheet.merges):
        shown = f"{address(top, left)}:{address(bottom, right)}"
        places = [(r, c) for r in range(max(top, first), min(bottom, last) + 1) if r in kept for c in range(left, right + 1) if c in taken]
        for row_no, col_no in places:
            findings.add("merged_data", sheet=sheet.name, row=row_no, col=col_no, range=shown)


def _say_scaled(sheet: Sheet, kept: set[int], taken: set[int], findings: Findings) -> None:
    columns: dict[int, list[int]] = {}
    for row_no, col_no in _inside(sheet.scaled, kept, taken):
        if isinstance(sheet.value(row_no, col_no), (int, float)):
            columns.setdefault(col_no, []).append(row_no)
    for col_no, found in columns.items():
        findings.add("scaled_format", sheet=sheet.name, row=found[0], col=col_no, seen=sheet.text(found[0], col_no),
                     format=sheet.scaled[found[0], col_no], range=ranges(found, col_no))


def _say_invisible(sheet: Sheet, rows: list[int], columns: list[int], findings: Findings) -> None:
    for row_no in rows:
        row = sheet.rows[row_no - 1]
        for col_no in columns:
            value = row[col_no - 1] if col_no <= len(row) else None
            if type(value) is str and (found := invisible_in(value)):
                findings.add("invisible_characters", sheet=sheet.name, row=row_no, col=col_no, seen=cell_text(value), characters="、".join(found))


def _say_hidden(sheet: Sheet, rows: list[int], columns: list[int], findings: Findings) -> None:
    hidden = [r for r in rows if r in sheet.hidden_rows]
    if hidden:
        spans = "、".join(f"{address(a, columns[0])}:{address(b, columns[-1])}" for a, b in runs(hidden))
        findings.add("hidden_rows", sheet=sheet.name, row=hidden[0], n=len(hidden), range=spans)
    for col_no in (c for c in columns if c in sheet.hidden_columns):
        findings.add("hidden_column", sheet=sheet.name, row=rows[0], col=col_no, range=ranges([rows[0], rows[-1]], col_no), column=column_letters(col_no))


def ranges(rows: list[int], col_no: int) -> str:
    """Return the cells from the first to the last of the rows: `C7:C27`."""
    return f"{address(rows[0], col_no)}:{address(rows[-1], col_no)}" if len(rows) > 1 else address(rows[0], col_no)


def runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Return runs of consecutive numbers as (first, last)."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return [(a, b) for a, b in found]
