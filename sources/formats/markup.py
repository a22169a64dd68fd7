"""Reading tables that are text with tags: HTML and MHT as export systems write them under the name .xls, and SpreadsheetML 2003.

A page is read as spreadsheet programs open it: everything on one sheet, text beside tables in rows of its own, nested tables unfolded.
Nothing that a page refers to is fetched. Standing decision: a number that the page stores beside what it shows (`x:num`) counts.
"""

from __future__ import annotations

import email
import re
from email import policy
from html.parser import HTMLParser
from pathlib import PurePosixPath
from typing import Any
from xml.parsers import expat

from sources.findings import Findings, Unreadable
from sources.formats.archive import check_xml
from sources.formats.delimited import decode
from sources.formats.limits import Limits
from sources.formats.sheets import Sheet, shows_percent, shows_scaled

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}["']?([\w-]{2,30})""", re.I)
_SHEET_NAME = re.compile(r"<x:Name>([^<]{1,100})</x:Name>", re.I)
_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
_VISIBLE = "urn:schemas-microsoft-com:office:excel"
_HTML = re.compile(rb"<(?:!doctype html|html|table|head|meta|body|div|style|script)\b", re.I)
_OPENS_NOTHING = re.compile(r"<(?=[^<>]*(?:<|\Z))")
_HIDDEN_STYLE = re.compile(r"display\s{0,5}:\s{0,5}none|mso-ignore-row", re.I)


def kind_of(data: bytes) -> str | None:
    """Return which kind of marked-up text the bytes are: spreadsheetml, html, mht, xml; None for other content."""
    head = data[:4096].removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").removeprefix(b"\xff\xfe").lstrip()
    if head[:13].lower() == b"mime-version:" or (head[:5].lower() == b"from:" and b"mime-version" in head.lower()):
        return "mht"
    if head[:1] != b"<":
        return None
    if _SPREADSHEET.encode() in head:
        return "spreadsheetml"
    if _HTML.search(head):
        return "html"
    return "xml" if head[:5] == b"<?xml" else None


def read_html(data: bytes, findings: Findings, limits: Limits, name: str = "HTML") -> list[Sheet]:
    """Return the one sheet of a page. Raises Unreadable where it holds no table."""
    page = _Page(limits)
    page.feed(_tidy(_html_text(data, findings)))
    page.close()
    if not page.has_table:
        raise Unreadable("unsupported_file", **KIND_OF_PAGE)
    return [page.sheet(name)]


KIND_OF_PAGE = {"kind": "没有表格的网页", "kind_en": "a web page without a table", "how": "请在表格软件中打开原文件，另存为 .xlsx 工作簿后报送；如果数据在同名文件夹中，请打开那里的工作表另存",
                "how_en": "Open the original in a spreadsheet program and save it as .xlsx; where the data lie in a folder of the same name, save the sheet from there"}


def read_mht(data: bytes, findings: Findings, limits: Limits) -> list[Sheet]:
    """Return a sheet for each page with a table in a web archive. Raises Unreadable where none has one."""
    parts = [part for part in email.message_from_bytes(data, policy=policy.compat32).walk() if part.get_content_type() == "text/html"]
    pages = [(PurePosixPath(str(part.get("Content-Location", "HTML")).replace("\\", "/")).stem, part.get_payload(decode=True) or b"") for part in parts]
    names = _SHEET_NAME.findall(_html_text(pages[0][1], findings)) if pages else []
    tables = [(name, page) for name, page in pages if b"<table" in page.lower()]
    if not tables:
        raise Unreadable("unsupported_file", **KIND_OF_PAGE)
    shown = names if len(names) == len(tables) else [name for name, _ in tables]
    return [sheet for name, (_, page) in zip(shown, tables) for sheet in read_html(page, findings, limits, name)]


def _html_text(data: bytes, findings: Findings) -> str:
    stated = _CHARSET.search(data[:4096])
    if data[:2] not in (b"\xff\xfe", b"\xfe\xff") and stated:
        name = stated.group(1).decode().lower()
        try:
            return data.decode("gb18030" if name in ("gb2312", "gbk") else name)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data, findings)


def _tidy(text: str) -> str:
    """Return a page without comments, and with every `<` that opens no tag as text: the parser looks from each of them to the end of the page."""
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        kept.append(text[at:start])
        end = text.find("-->", start + 4)
        at = end + 3 if end >= 0 else len(text)
    return _OPENS_NOTHING.sub("&lt;", "".join([*kept, text[at:]]))


class _Page(HTMLParser):
    """The grid that a page's tables make, row by row."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(convert_charrefs=True)
        self._limits, self.has_table = limits, False
        self._rows: list[list[Any]] = []
        self._merges: list[tuple[tuple[int, int], tuple[int, int]]] = []
        self._taken: set[tuple[int, int]] = set()
        self._formulas: set[tuple[int, int]] = set()
        self._hidden: set[int] = set()
        self._place: tuple[int, int] | None = None  # of the open cell
        self._stored: str | None = None
        self._text: list[str] = []
        self._skip = 0
        self._depth = 0

    def sheet(self, name: str) -> Sheet:
        """Return the sheet read so far."""
        self._end_cell()
        self._end_line()
        return Sheet(name, self._rows, merges=tuple(self._merges), formulas=frozenset(self._formulas), hidden_rows=frozenset(self._hidden))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag in ("script", "style", "title"):
            self._skip += 1
        elif tag == "table":
            self.has_table, self._depth = True, self._depth + 1
            self._end_cell()
            self._end_line()
        elif tag == "tr":
            self._end_cell()
            self._new_row()
            if _HIDDEN_STYLE.search(given.get("style", "")[:500]):
                self._hidden.add(len(self._rows))
        elif tag in ("td", "th"):
            self._start_cell(given)
        elif tag == "br":
            self._text.append("\n")
        elif tag in ("p", "div", "h1", "h2", "h3", "h4", "li") and self._place is None:
            self._end_line()

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "title"):
            self._skip = max(0, self._skip - 1)
        elif tag in ("td", "th", "tr", "table"):
            self._end_cell()
            self._depth -= tag == "table"
        elif tag in ("p", "div", "h1", "h2", "h3", "h4", "li") and self._place is None:
            self._end_line()

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self._text.append(data)

    def _new_row(self) -> None:
        self._rows.append([])
        if len(self._rows) > self._limits.rows + self._limits.header_rows:
            raise Unreadable("too_many_rows", sheet="HTML", limit=self._limits.rows)

    def _start_cell(self, given: dict[str, str]) -> None:
        self._end_cell()
        if not self._rows or not self._depth:
            self._new_row()
        row_no, col_no = len(self._rows), len(self._rows[-1]) + 1
        while (row_no, col_no) in self._taken:
            col_no += 1
        across, down = _count(given.get("colspan")), _count(given.get("rowspan"))
        if col_no + across - 1 > self._limits.columns or down > self._limits.rows or len(self._taken) + across * down > self._limits.grid_cells // 8:
            raise Unreadable("stray_cell", sheet="HTML", address=f"{col_no} 列 columns")
        if across * down > 1:
            self._merges.append(((row_no, col_no), (row_no + down - 1, col_no + across - 1)))
            self._taken |= {(r, c) for r in range(row_no, row_no + down) for c in range(col_no, col_no + across)}
        if "x:fmla" in given:
            self._formulas.add((row_no, col_no))
        self._place, self._stored, self._text = (row_no, col_no), given.get("x:num"), []

    def _end_cell(self) -> None:
        if self._place is None:
            return
        row, col_no = self._rows[self._place[0] - 1], self._place[1]
        row += [None] * (col_no - len(row))
        row[col_no - 1] = _number(self._stored) if self._stored else "".join(self._text).strip() or None
        self._place, self._text = None, []

    def _end_line(self) -> None:
        text = " ".join("".join(self._text).split())
        self._text = []
        if text:
            self._new_row()
            self._rows[-1].append(text)


def _count(text: str | None) -> int:
    return max(1, int(text)) if text and text.strip().isdecimal() and len(text.strip()) < 8 else 1


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text.strip() or None


# -- SpreadsheetML 2003

def read_spreadsheetml(data: bytes, limits: Limits) -> list[Sheet]:
    """Return the sheets of an XML spreadsheet of Excel 2003, hidden ones marked. Raises Unreadable."""
    check_xml("SpreadsheetML", data)
    book = _Book(limits)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = book.start, book.end, book.text
    parser.buffer_text = True
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError) as error:
        raise Unreadable("damaged_file", detail=f"SpreadsheetML: {error}") from error
    return book.sheets


class _Book:
    """Builds sheets while the XML is read."""

    def __init__(self, limits: Limits) -> None:
        self.sheets: list[Sheet] = []
        self._limits, self._row, self._col, self._cells = limits, 0, 0, 0
        self._type, self._text, self._reading = "", [], ""
        self._formats: dict[str, str] = {}
        self._style, self._column = "", 0
        self._marks: dict[str, set] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        space, _, name = tag.rpartition(" ")
        given = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        if name == "Worksheet":
            self.sheets.append(Sheet(given.get("Name", ""), []))
            self._row = self._column = 0
            self._marks = {"formulas": set(), "percents": set(), "merges": [], "rows": set(), "columns": set()}
        elif name == "Style":
            self._style = given.get("ID", "")
        elif name == "NumberFormat":
            self._formats[self._style] = given.get("Format", "")
        elif name == "Column" and self.sheets:
            self._start_column(given)
        elif name == "Row" and self.sheets:
            self._start_row(given)
        elif name == "Cell" and self.sheets:
            self._start_cell(given)
        elif name == "Data" and self.sheets:
            self._type, self._text, self._reading = given.get("Type", "String"), [], "Data"
        elif name == "Visible" and space == _VISIBLE:
            self._text, self._reading = [], "Visible"

    def end(self, tag: str) -> None:
        """An element ends."""
        name = tag.rpartition(" ")[2]
        if name == "Data" and self._reading:
            self._put("".join(self._text))
        elif name == "Visible" and self._reading and self.sheets:
            self.sheets[-1].hidden = "".join(self._text).strip() != "SheetVisible"
        elif name == "Worksheet":
            sheet, marks = self.sheets[-1], self._marks
            sheet.formulas, sheet.percents, sheet.merges = frozenset(marks["formulas"]), frozenset(marks["percents"]), tuple(marks["merges"])
            sheet.hidden_rows, sheet.hidden_columns = frozenset(marks["rows"]), frozenset(marks["columns"])
        if name in ("Data", "Visible"):
            self._reading = ""

    def text(self, data: str) -> None:
        """Text inside an element."""
        if self._reading:
            self._text.append(data)

    def _start_column(self, given: dict[str, str]) -> None:
        first = _count(given.get("Index")) if "Index" in given else self._column + 1
        self._column = min(first + (_count(given["Span"]) if given.get("Span", "0") != "0" else 0), self._limits.columns)
        if given.get("Hidden") == "1":
            self._marks["columns"].update(range(first, self._column + 1))

    def _start_row(self, given: dict[str, str]) -> None:
        self._row, self._col = (_count(given["Index"]) if "Index" in given else self._row + 1), 0
        if self._row > self._limits.rows + self._limits.header_rows:
            raise Unreadable("too_many_rows", sheet=self.sheets[-1].name, limit=self._limits.rows)
        if given.get("Hidden") == "1":
            self._marks["rows"].add(self._row)

    def _start_cell(self, given: dict[str, str]) -> None:
        self._col = _count(given["Index"]) if "Index" in given else self._col + 1
        place, style = (self._row, self._col), self._formats.get(given.get("StyleID", ""), "")
        across, down = (_count(given[key]) if given.get(key, "0") != "0" else 0 for key in ("MergeAcross", "MergeDown"))
        if self._col + across > self._limits.columns:
            raise Unreadable("stray_cell", sheet=self.sheets[-1].name, address=f"{self._col + across} 列 columns")
        if across or down:
            self._marks["merges"].append((place, (self._row + down, self._col + across)))
        if "Formula" in given:
            self._marks["formulas"].add(place)
        if style == "Percent" or shows_percent(style):
            self._marks["percents"].add(place)
        elif shows_scaled(style):
            self.sheets[-1].scaled[place] = style
        self._at, self._col = place, self._col + across

    def _put(self, text: str) -> None:
        rows, (row_no, col_no) = self.sheets[-1].rows, self._at
        self._cells += (row_no - len(rows)) + col_no if row_no > len(rows) else 1
        if self._cells > self._limits.grid_cells:
            raise Unreadable("stray_cell", sheet=self.sheets[-1].name, address=f"{row_no} × {col_no}")
        rows.extend([] for _ in range(row_no - len(rows)))
        row = rows[row_no - 1]
        row.extend([None] * (col_no - len(row)))
        if self._type == "Error":
            self.sheets[-1].errors[self._at] = text
        elif self._type == "DateTime":
            row[col_no - 1] = text.removesuffix(".000").replace("T00:00:00", "").replace("T", " ")
        else:
            row[col_no - 1] = _number(text) if self._type == "Number" else text or None
