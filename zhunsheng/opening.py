"""Opening a year in a home or a folder: the registers and workbooks that `schemes/opening.py` works out, read from the warehouse and written as files.

Belongs here: which files there are. Does not belong here: what stands in them. Standing decisions: registers are written whole, with the new
lines at their end; a workbook that is there already is never written over; nothing is put into the inbox: the office looks at it first.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path

from schemes import opening
from schemes.computable import Lack
from schemes.definition import of_cells
from sources.declare.declarations import Declarations, Provider
from sources.template.template import write
from warehouse import loading, store
from warehouse.settings import Settings

FORMS = ("scheme", "targets")
OFFICE = "office"


class NotOpened(ValueError):
    """A year that cannot be opened; the message says why."""


@dataclass
class Opened:
    """What was written, what was there already, and per office what its scheme uses that nobody owes."""

    written: list[Path] = field(default_factory=list)
    kept: list[Path] = field(default_factory=list)
    lacking: dict[str, list[tuple[str, Lack]]] = field(default_factory=dict)
    without_scheme: list[str] = field(default_factory=list)


def open_year(settings: Settings, new: int, old: int, folder: Path | None = None) -> Opened:
    """Write registers and workbooks of the new year below `folder`, the home where none is named. Raises NotOpened."""
    declarations, done = loading.declared(settings), Opened()
    if new <= old:
        raise NotOpened(f"新年度 {new} 应晚于 {old} / the new year must be later than {old}")
    lines, closings = opening.deadlines(declarations, new, old), opening.closing(declarations, new, old)
    if not lines and not any(period == new for period in declarations.registers[opening.CALENDAR].column("period")):
        raise NotOpened(f"报送日历没有 {old} 年的期限，无从沿用 / the calendar has no line for {old} to carry over")
    root = folder or settings.home
    _register(settings, root, opening.CALENDAR, [(form, str(period), due.isoformat()) for form, period, due in lines], done)
    _register(settings, root, opening.CLOSINGS, [(str(period), moment.isoformat(), note or "") for period, moment, note in closings], done)
    after = opening.opened(declarations, lines)
    contents = _in_force(settings, old)
    for provider in (p for p in declarations.providers.values() if p.role == OFFICE):
        _office(after, provider, contents, new, old, root, done)
    return done


def _office(declarations: Declarations, provider: Provider, contents: dict, new: int, old: int, root: Path, done: Opened) -> None:
    for form_id in FORMS:
        cells = contents.get((provider.provider_id, form_id))
        if cells is None:
            done.without_scheme += [provider.provider_id] if form_id == FORMS[0] else []
            continue
        rows = opening.carried(_rows(cells), new, old)
        form = declarations.forms[form_id]
        _write(root / f"year-{new}" / provider.provider_id / f"{form.number} {form.title_zh}（{provider.name_zh}{new}年度）.xlsx", write(declarations, provider.provider_id, form_id, new, carried=rows), done)
        if form_id == FORMS[0]:
            scheme = of_cells(provider.provider_id, cells)
            done.lacking[provider.provider_id] = [(row.get("name_zh") or row["indicator"], lack) for row, lack in opening.not_owed(scheme, declarations, provider.province, new)]


def _rows(cells: list[tuple]) -> dict[str, list[dict[str, str]]]:
    """{table: its rows, field to text}, in the order of the sheet."""
    rows: dict[tuple[str, int], dict[str, str]] = {}
    for table, _, row_no, _, _, column, text in cells:
        if text:
            rows.setdefault((table, row_no), {})[column] = text
    tables: dict[str, list[dict[str, str]]] = {}
    for (table, _), row in sorted(rows.items()):
        tables.setdefault(table, []).append(row)
    return tables


def _in_force(settings: Settings, period: int) -> dict[tuple[str, str], list[tuple]]:
    """{(provider, form): cells} of the schemes and targets in force in a year."""
    if not settings.warehouse.exists():
        raise NotOpened(f"{settings.home} 还没有运行过夜间任务，没有 {period} 年的方案可沿用 / no night has run here: there is no scheme of {period} to carry over")
    with store.connect(settings, read_only=True) as con:
        found = con.execute("""select returns.provider_id, returns.form_id, cells.table_name, cells.sheet, cells.row_no, cells.col_no, cells.cell, cells.field, cells.value_text
            from validated.val_returns as returns inner join raw.cell as cells on cells.submission_id = returns.submission_id
            where returns.is_in_force and returns.period = ? and returns.form_id in ('scheme', 'targets') order by all""", [period]).fetchall()
    contents: dict[tuple[str, str], list[tuple]] = {}
    for provider, form, *cell in found:
        contents.setdefault((provider, form), []).append(tuple(cell))
    return contents


def _register(settings: Settings, root: Path, name: str, lines: list[tuple[str, ...]], done: Opened) -> None:
    """The register as it is in force, with the lines at its end."""
    target = root / "registers" / f"{name}.csv"
    if not lines:
        return
    present = next(path for path in (target, settings.home / "registers" / f"{name}.csv", settings.project / "sources" / "registers" / f"{name}.csv") if path.exists())
    text = present.read_text("utf-8-sig")
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", encoding="utf-8", newline="") as out:
        out.write(text if text.endswith("\n") else f"{text}\n")
        csv.writer(out, lineterminator="\n").writerows(lines)
    done.written.append(target)


def _write(path: Path, content: bytes, done: Opened) -> None:
    if path.exists():
        done.kept.append(path)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    done.written.append(path)
