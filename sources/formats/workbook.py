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

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from sources.findings import Unreadable
from sources.formats.archive import Budget, check_xml, expand, repack
from sources.formats.limits import Limits
from sources.formats.sheets import Sheet
from sources.text import column_number

_ROW = re.compile(rb"<(?:\w+:)?row[\s>/]")
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,3})(\d{1,10})["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_TAG = re.compile(rb"<(?:\w+:)?(row|c|f)(?=[\s>/])([^>]*)>")
_STYLE = re.compile(rb"""\ss\s*=\s*["'](\d+)["']""")
_REFS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_REFS = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
QUOTED_IN_FORMAT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


def is_xlsx(archive: zipfile.ZipFile) -> bool:
    """Say whether the archive is an Office Open XML workbook with XML sheets."""
    return "xl/workbook.xml" in archive.namelist()


def read_xlsx(archive: zipfile.ZipFile, data: bytes, limits: Limits) -> list[Sheet]:
    """Return the visible sheets. Raises Unreadable."""
    parts, scans = checked_parts(archive, data, limits)
    percent_styles = _percent_styles(parts.get("xl/styles.xml"))
    return [_finish(sheet, scans.get(sheet.name, b""), percent_styles) for sheet in grids(repack(parts), limits)]


def checked_parts(archive: zipfile.ZipFile, data: bytes, limits: Limits) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return the parts that hold cells, texts and looks, each checked, and the sheets' XML by name. Nothing else is unpacked. Raises Unreadable."""
    budget = Budget(len(data), limits)
    parts = _fixed_parts(archive, data, budget)
    paths = _sheet_paths(parts)
    scans: dict[str, bytes] = {}
    for name, path in paths.items():
        if path in archive.namelist():
            scans[name] = parts[path] = expand(archive, data, path, budget, _row_counter(name, limits))
            check_xml(path, parts[path])
            _check_places(name, parts[path], limits)
    return parts, scans


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


def _check_places(sheet: str, content: bytes, limits: Limits) -> None:
    """Refuse an address that would make the dense grid of the library explode."""
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
    if lowest * rightmost > limits.grid_cells:
        raise Unreadable("stray_cell", sheet=sheet, address=f"{lowest} × {rightmost}")


def _percent_styles(styles: bytes | None) -> frozenset[bytes]:
    """Return the indexes (as written in `s`) of the cell formats that show a percentage."""
    if not styles or b"cellXfs" not in styles:
        return frozenset()
    root = _xml("styles.xml", styles)
    custom = {e.get("numFmtId"): e.get("formatCode", "") for e in root.iter() if e.tag.endswith("}numFmt")}
    percent = {"9", "10"} | {key for key, code in custom.items() if "%" in QUOTED_IN_FORMAT.sub("", code)}
    formats = next((e for e in root if e.tag.endswith("}cellXfs")), ())
    return frozenset(str(i).encode() for i, e in enumerate(formats) if e.get("numFmtId") in percent)


def _finish(sheet: Sheet, content: bytes, percent_styles: frozenset[bytes]) -> Sheet:
    if percent_styles or _FORMULA.search(content):
        sheet.formulas, sheet.percents = _walk(content, percent_styles)
    return sheet


def _walk(content: bytes, percent_styles: frozenset[bytes]) -> tuple[frozenset, frozenset]:
    """Return the places of formulas and of percent cells of one sheet's XML."""
    formulas, percents = set(), set()
    row = col = 0
    for kind, attributes in _TAG.findall(content):
        if kind == b"f":
            formulas.add((row, col))
            continue
        place = _PLACE.search(attributes)
        if kind == b"row":
            row, col = (int(place.group(2)) if place else row + 1), 0
            continue
        row, col = (int(place.group(2)), column_number(place.group(1).decode())) if place else (row, col + 1)
        style = _STYLE.search(attributes) if percent_styles else None
        if style and style.group(1) in percent_styles:
            percents.add((row, col))
    return frozenset(formulas), frozenset(percents)


def grids(data: io.BytesIO, limits: Limits) -> list[Sheet]:
    """Return the visible sheets of a workbook rebuilt from checked parts. Raises Unreadable.

    A panic inside the library is a finding about the file, not the end of the process.
    """
    try:
        with CalamineWorkbook.from_filelike(data) as book:
            visible = [m.name for m in book.sheets_metadata if m.visible == SheetVisibleEnum.Visible]
            return [_grid(book, name, limits) for name in visible]
    except (CalamineError, ValueError, OSError) as error:
        raise Unreadable("damaged_file", detail=f"{type(error).__name__} {error}") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise Unreadable("reader_failure", detail=f"panic {error}") from error


def _grid(book: CalamineWorkbook, name: str, limits: Limits) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    rows = sheet.to_python(skip_empty_area=False)
    if len(rows) > limits.rows + limits.header_rows:
        raise Unreadable("too_many_rows", sheet=name, limit=limits.rows)
    merges = tuple(((a[0] + 1, a[1] + 1), (b[0] + 1, b[1] + 1)) for a, b in sheet.merged_cell_ranges or ())
    return Sheet(name, rows, merges=merges)
