"""Reading .xlsx and .xlsm: the checked archive is handed to calamine; formulas and percent formats are found beside it.

Content is read, names are not trusted; macros, pictures and links are never unpacked. Which sheet holds what is
decided in `layout`. Standing decision: cheap scans of the raw XML decide first, and cells are walked only where a scan
found a formula or a percent style (a 100 000-row sheet without either costs no walk).
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass, field

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from sources.findings import Unreadable
from sources.formats.archive import Budget, check_xml, expand, repack
from sources.formats.limits import Limits
from sources.formats.sheets import Sheet, shows_percent, shows_scaled
from sources.text import column_number

_ROW = re.compile(rb"<(?:\w+:)?row[\s>/]")
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,3})(\d{1,10})["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_TAG = re.compile(rb"<(?:\w+:)?(row|c|f|v|col)(?=[\s>/])([^>]*)>([^<]{0,40})")
_CLOSED_CELL, _CLOSED_ROW = (re.compile(rb"<(?:\w{1,20}:)?%s(?=[\s/])[^>]*/>" % tag) for tag in (b"c", b"row"))
_EMPTY_CELL, _EMPTY_ROW = (re.compile(rb"<((?:\w{1,20}:)?%s)(?=[\s>])[^>]*>(?:<(?:\w{1,20}:)?v\s?/>|<(?:\w{1,20}:)?v></(?:\w{1,20}:)?v>)?\s{0,9}</\1>" % tag) for tag in (b"c", b"row"))
_HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")
_ERROR = re.compile(rb"""\st\s*=\s*["']e["']""")
_SPAN = re.compile(rb"""\s(min|max)\s*=\s*["'](\d{1,6})["']""")
_STYLE = re.compile(rb"""\ss\s*=\s*["'](\d+)["']""")
_REFS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
MOST_COLUMNS = 16_384  # of any sheet
_STRICT_REFS = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


def is_xlsx(archive: zipfile.ZipFile) -> bool:
    """Say whether the archive is an Office Open XML workbook with XML sheets."""
    return "xl/workbook.xml" in archive.namelist()


def read_xlsx(archive: zipfile.ZipFile, data: bytes, limits: Limits) -> list[Sheet]:
    """Return the sheets, hidden ones marked. Raises Unreadable."""
    parts, scans = checked_parts(archive, data, limits)
    looks = _looks(parts.get("xl/styles.xml"))
    sheets = grids(repack(parts), limits)
    for sheet in sheets:
        _finish(sheet, scans.get(sheet.name, b""), looks)
    return sheets


def checked_parts(archive: zipfile.ZipFile, data: bytes, limits: Limits) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return the parts that hold cells, texts and looks, each checked, and the sheets' XML by name. Nothing else is unpacked. Raises Unreadable."""
    budget = Budget(len(data), limits)
    parts = _fixed_parts(archive, data, budget)
    paths = _sheet_paths(parts)
    scans: dict[str, bytes] = {}
    area = 0
    for name, path in paths.items():
        if path in archive.namelist():
            scans[name] = parts[path] = expand(archive, data, path, budget, _row_counter(name, limits))
            check_xml(path, parts[path])
            try:
                area += _check_places(name, parts[path], limits, area)
            except Unreadable:
                scans[name] = parts[path] = _without_empty_cells(parts[path])  # styled is not filled
                area += _check_places(name, parts[path], limits, area)
    return parts, scans


def _without_empty_cells(content: bytes) -> bytes:
    """Return a sheet's XML without cells that hold nothing, and without rows that then do."""
    for pattern in (_CLOSED_CELL, _EMPTY_CELL, _CLOSED_ROW, _EMPTY_ROW):
        content = pattern.sub(b"", content)
    return content


def _fixed_parts(archive: zipfile.ZipFile, data: bytes, budget: Budget) -> dict[str, bytes]:
    names = ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml", "xl/styles.xml")
    parts = {name: expand(archive, data, name, budget) for name in names if name in archive.namelist()}
    for name, content in parts.items():
        check_xml(name, content)
    return parts


def _xml(part: str, content: bytes):
    try:
        return fromstring(content)
    except DefusedXmlException as error:
        raise Unreadable("external_entity", part=part) from error
    except (ParseError, LookupError, ValueError) as error:
        raise Unreadable("damaged_file", detail=f"{part}: {error}") from error


def _sheet_paths(parts: dict[str, bytes]) -> dict[str, str]:
    """Return the part of each sheet by the sheet's name, in workbook order."""
    if "xl/_rels/workbook.xml.rels" not in parts:
        raise Unreadable("damaged_file", detail="xl/_rels/workbook.xml.rels")
    relations = _xml("workbook.xml.rels", parts["xl/_rels/workbook.xml.rels"])
    targets = {r.get("Id"): r.get("Target", "") for r in relations}
    paths = {}
    for element in _xml("workbook.xml", parts["xl/workbook.xml"]).iter():
        if element.tag.rpartition("}")[2] == "sheet":
            target = targets.get(element.get(_REFS) or element.get(_STRICT_REFS), "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath("xl/" + target)
            paths[element.get("name", "")] = path
    return paths


def _row_counter(sheet: str, limits: Limits):
    """Return a watcher of chunks that refuses a sheet once it holds too many rows, long before it is all expanded."""
    state = {"rows": 0, "tail": b""}

    def watch(chunk: bytes) -> None:
        state["rows"] += len(_ROW.findall(state["tail"] + chunk))
        state["tail"] = chunk[-4:]
        if state["rows"] > limits.rows + limits.header_rows:
            raise Unreadable("too_many_rows", sheet=sheet, limit=limits.rows)

    return watch


def _check_places(sheet: str, content: bytes, limits: Limits, others: int) -> int:
    """Return the cells of a sheet's dense grid. Refuses an address that would make the grids of a workbook (`others` so far) explode."""
    lowest = rightmost = 0
    seen_letters: set[bytes] = set()
    for letters, digits in _PLACE.findall(content):
        row = int(digits)
        if row > lowest:
            lowest = row
            if row > limits.rows + limits.header_rows:
                raise Unreadable("stray_cell", sheet=sheet, address=(letters + digits).decode())
        if letters and letters not in seen_letters:
            seen_letters.add(letters)
            rightmost = max(rightmost, column_number(letters.decode()))
            if rightmost > limits.columns:
                raise Unreadable("stray_cell", sheet=sheet, address=(letters + digits).decode())
    if others + lowest * rightmost > limits.grid_cells:
        raise Unreadable("stray_cell", sheet=sheet, address=f"{lowest} × {rightmost}")
    return lowest * rightmost


@dataclass(frozen=True)
class _Looks:
    """Cell formats by index (as written in `s`): those that show a percentage, and the number format of those that scale."""

    percent: frozenset[bytes] = frozenset()
    scaled: dict[bytes, str] = field(default_factory=dict)


def _looks(styles: bytes | None) -> _Looks:
    if not styles or b"cellXfs" not in styles:
        return _Looks()
    root = _xml("styles.xml", styles)
    custom = {e.get("numFmtId"): e.get("formatCode", "") for e in root.iter() if e.tag.endswith("}numFmt")}
    percent = {"9", "10"} | {key for key, code in custom.items() if shows_percent(code)}
    scaled = {key: code for key, code in custom.items() if shows_scaled(code)}
    formats = [e.get("numFmtId") for e in next((e for e in root if e.tag.endswith("}cellXfs")), ())]
    return _Looks(frozenset(str(i).encode() for i, key in enumerate(formats) if key in percent),
                  {str(i).encode(): scaled[key] for i, key in enumerate(formats) if key in scaled})


def _finish(sheet: Sheet, content: bytes, looks: _Looks) -> None:
    if looks.percent or looks.scaled or b"hidden" in content or _FORMULA.search(content) or _ERROR.search(content):
        _Walk(sheet, looks).read(content)


class _Walk:
    """Walks the cells of one sheet's XML for what the library does not report: formulas, errors, looks, what is hidden."""

    def __init__(self, sheet: Sheet, looks: _Looks) -> None:
        self._sheet, self._looks, self._row, self._col, self._is_error = sheet, looks, 0, 0, False
        self._formulas: set[tuple[int, int]] = set()
        self._percents: set[tuple[int, int]] = set()
        self._hidden_rows: set[int] = set()
        self._hidden_columns: set[int] = set()

    def read(self, content: bytes) -> None:
        """Walk the whole sheet and write what was found to it."""
        for kind, attributes, inside in _TAG.findall(content):
            self._step(kind, attributes, inside)
        sheet = self._sheet
        sheet.formulas, sheet.percents = frozenset(self._formulas), frozenset(self._percents)
        sheet.hidden_rows, sheet.hidden_columns = frozenset(self._hidden_rows), frozenset(self._hidden_columns)

    def _step(self, kind: bytes, attributes: bytes, inside: bytes) -> None:
        if kind == b"c":
            self._cell(attributes)
        elif kind == b"v":
            if self._is_error:
                self._sheet.errors[self._row, self._col] = inside.decode("utf-8", "replace")
        elif kind == b"f":
            self._formulas.add((self._row, self._col))
        elif kind == b"row":
            place = _PLACE.search(attributes)
            self._row, self._col = (int(place.group(2)) if place else self._row + 1), 0
            if b"hidden" in attributes and _HIDDEN.search(attributes):
                self._hidden_rows.add(self._row)
        elif b"hidden" in attributes and _HIDDEN.search(attributes):
            span = {end: int(number) for end, number in _SPAN.findall(attributes)}
            if len(span) == 2:
                self._hidden_columns.update(range(span[b"min"], min(span[b"max"], MOST_COLUMNS) + 1))

    def _cell(self, attributes: bytes) -> None:
        place = _PLACE.search(attributes)
        self._row, self._col = (int(place.group(2)), column_number(place.group(1).decode())) if place else (self._row, self._col + 1)
        self._is_error = bool(_ERROR.search(attributes))
        style = _STYLE.search(attributes) if self._looks.percent or self._looks.scaled else None
        if style and style.group(1) in self._looks.percent:
            self._percents.add((self._row, self._col))
        if style and style.group(1) in self._looks.scaled:
            self._sheet.scaled[self._row, self._col] = self._looks.scaled[style.group(1)]


def grids(data: io.BytesIO, limits: Limits) -> list[Sheet]:
    """Return the sheets of a workbook rebuilt from checked parts, hidden ones marked. Raises Unreadable.

    A panic inside the library is a finding about the file, not the end of the process.
    """
    try:
        with CalamineWorkbook.from_filelike(data) as book:
            return [_grid(book, m.name, limits, m.visible != SheetVisibleEnum.Visible) for m in book.sheets_metadata if m.typ == SheetTypeEnum.WorkSheet]
    except (CalamineError, ValueError, OSError) as error:
        raise Unreadable("damaged_file", detail=f"{type(error).__name__} {error}") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise Unreadable("reader_failure", detail=f"panic {error}") from error


def _grid(book: CalamineWorkbook, name: str, limits: Limits, hidden: bool) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    rows = sheet.to_python(skip_empty_area=False)
    if len(rows) > limits.rows + limits.header_rows:
        raise Unreadable("too_many_rows", sheet=name, limit=limits.rows)
    merges = tuple(((a[0] + 1, a[1] + 1), (b[0] + 1, b[1] + 1)) for a, b in sheet.merged_cell_ranges or ())
    return Sheet(name, rows, merges=merges, hidden=hidden)
