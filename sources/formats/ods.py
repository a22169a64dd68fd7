"""Reading .ods (OpenDocument spreadsheets): the same checks, the same library, other tags.

Not seen: percent styles (such cells keep their stored value). See `workbook` for the kinds that agencies usually send.
"""

from __future__ import annotations

import html
import re
import zipfile

from sources.findings import Unreadable
from sources.formats.archive import Budget, check_xml, expand, repack
from sources.formats.limits import Limits
from sources.formats.parse_apart import grids_apart
from sources.formats.sheets import Sheet

_ODS_TAG = re.compile(rb"<(/?)table:(table|table-row|table-column|table-cell|covered-table-cell)(?=[\s>/])([^>]*)>(?:<text:p[^>]*>([^<]{0,40}))?")
_ODS_HIDDEN = re.compile(rb"""table:visibility\s*=\s*["'](?:collapse|filter)["']""")
_ODS_ERRORS = (b"#", b"Err:")
_ODS_TIMES = re.compile(rb"""table:number-(?:columns|rows)-repeated\s*=\s*["'](\d+)["']""")
_ODS_NAME = re.compile(rb"""table:name\s*=\s*["']([^"']*)["']""")


def read_ods(archive: zipfile.ZipFile, data: bytes, limits: Limits) -> list[Sheet]:
    """Return the sheets of an OpenDocument spreadsheet. Raises Unreadable."""
    budget = Budget(len(data), limits)
    names = [n for n in ("mimetype", "META-INF/manifest.xml", "content.xml", "settings.xml") if n in archive.namelist()]
    parts = {name: expand(archive, data, name, budget) for name in names}
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise Unreadable("encrypted_file")
    for name in names[1:]:
        check_xml(name, parts[name])
    walk = OdsWalk(limits)
    walk.read(parts.get("content.xml", b""))
    sheets = grids_apart(repack(parts).getvalue(), limits)
    for sheet in sheets:
        sheet.formulas = frozenset((r, c) for name, r, c in walk.formulas if name == sheet.name)
        sheet.errors = {(r, c): text for (name, r, c), text in walk.errors.items() if name == sheet.name}
        sheet.hidden_rows = frozenset(r for name, r in walk.hidden_rows if name == sheet.name)
        sheet.hidden_columns = frozenset(c for name, c in walk.hidden_columns if name == sheet.name)
    return sheets


class OdsWalk:
    """Walks the cells of an .ods: bounds the grid that repeated rows and columns stand for, and finds formulas."""

    def __init__(self, limits: Limits) -> None:
        self._limits, self._sheet, self._row, self._col = limits, "", 0, 0
        self._row_times, self._filled, self._column = 1, 0, 0
        self._others, self._bottom, self._right = 0, 0, 0  # cells of the sheets before; the grid of this one
        self.formulas: set[tuple[str, int, int]] = set()
        self.errors: dict[tuple[str, int, int], str] = {}
        self.hidden_rows: set[tuple[str, int]] = set()
        self.hidden_columns: set[tuple[str, int]] = set()

    def read(self, content: bytes) -> None:
        """Walk the whole of content.xml. Raises Unreadable for repeats beyond the limits."""
        for close, kind, attributes, shown in _ODS_TAG.findall(content):
            times = _ODS_TIMES.search(attributes)
            self._step(bool(close), kind, attributes, int(times.group(1)) if times else 1, shown)

    def _step(self, close: bool, kind: bytes, attributes: bytes, times: int, shown: bytes) -> None:
        if kind == b"table" and not close:
            name = _ODS_NAME.search(attributes)
            self._sheet, self._row = html.unescape(name.group(1).decode("utf-8", "replace")) if name else "", 0
            self._column = 0
            self._others, self._bottom, self._right = self._others + self._bottom * self._right, 0, 0
        elif kind == b"table-column":
            if not close and _ODS_HIDDEN.search(attributes):
                self.hidden_columns |= {(self._sheet, c) for c in range(self._column + 1, self._column + 1 + min(times, self._limits.columns))}
            self._column += times
        elif kind == b"table-row" and not close:
            if _ODS_HIDDEN.search(attributes):
                self.hidden_rows |= {(self._sheet, r) for r in range(self._row + 1, self._row + 1 + min(times, self._limits.rows))}
            self._row, self._col, self._row_times, self._filled = self._row + 1, 0, times, 0
            if attributes.rstrip().endswith(b"/"):
                self._row += times - 1
        elif kind == b"table-row":
            self._close_row()
        elif not close:
            self._cell(attributes, times, shown)

    def _cell(self, attributes: bytes, times: int, shown: bytes) -> None:
        if b"table:formula" in attributes and shown.startswith(_ODS_ERRORS):
            self.errors[self._sheet, self._row, self._col + 1] = shown.decode("utf-8", "replace")
        if b"table:formula" in attributes:
            self.formulas.add((self._sheet, self._row, self._col + 1))
        self._col += times
        if b"office:value" in attributes or b"table:formula" in attributes or not attributes.rstrip().endswith(b"/"):
            self._filled = self._col

    def _close_row(self) -> None:
        bottom = self._row + self._row_times - 1
        if self._filled:
            self._bottom, self._right = bottom, max(self._right, self._filled)
        if self._filled and (bottom > self._limits.rows + self._limits.header_rows or self._filled > self._limits.columns
                             or self._others + self._bottom * self._right > self._limits.grid_cells):
            raise Unreadable("stray_cell", sheet=self._sheet, address=f"{bottom} × {self._filled}")
        self._row = bottom
