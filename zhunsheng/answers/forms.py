"""What a form reads from a file, cell by cell."""

from __future__ import annotations

import csv
from pathlib import Path

from rich.markup import escape

from sources.declare.declarations import Declarations
from sources.reading.returns import Return
from zhunsheng.answers.terminal import SEVERITIES, console

COLUMNS = ("file", "form", "sheet", "cell", "unit_code", "unit_name", "indicator", "period", "value", "measure")


def attempt(file_name: str, found: Return, known: Declarations) -> None:
    """One line a cell: place, unit, indicator, year, value, measure; then what is wrong."""
    console.print(f"[bold]{escape(file_name)}[/]  {found.form_id or '?'} · {found.period or '?'} · {found.status} · {found.n_cells} 格 cells")
    for sheet, cell, code, name, field, period, value, measure in (row[2:] for row in _rows(file_name, found)):
        console.print(escape(f"  {sheet}!{cell:<6} {code or '?':<6} {name or '':<10} {field:<28} {period or '?'}  {'（空 blank）' if value is None else value}  {measure or '（无计量单位 no measure）'}"))
    for f in found.findings:
        where = f"{f.sheet or ''}!{f.cell}" if f.cell else f.sheet or "整表 / whole file"
        console.print(f"{SEVERITIES[f.severity]}  {f.rule_code}  {escape(where)}  {escape(f.message_zh)} / {escape(f.message_en)}\n   → {escape(f.mend_zh)} / {escape(f.mend_en)}")
    console.print()


def write_csv(target: Path, read: list[tuple[Path, Return]]) -> None:
    """The cells of all files as a table in UTF-8."""
    with target.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(COLUMNS)
        writer.writerows(row for file, found in read for row in _rows(file.name, found))


def _rows(file_name: str, found: Return) -> list[tuple]:
    cells = sorted(found.cells, key=lambda c: (c.sheet, c.row_no, c.col_no))
    return [(file_name, found.form_id, c.sheet, c.cell, c.row_key, c.row_label, c.field, c.period, c.value_text, c.measure_text) for c in cells]
