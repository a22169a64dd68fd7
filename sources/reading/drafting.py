"""A form to start from: what a workbook's own headings say, written as YAML, and what they do not say marked to be filled in.

Belongs here: guessing from one file. Does not belong here: reading figures (declared.py). Standing decision: nothing is guessed silently;
every line that a person has to look at bears 待定 TODO.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from sources.declare.declarations import UNIT_HEADERS, Declarations
from sources.declare.layouts import Layout
from sources.formats.limits import Limits
from sources.formats.sheets import Sheet
from sources.reading.declared import _MEASURE, _header_end, _measure_of_heading, _Units
from sources.reading.headings import paths_over, readings
from sources.reading.identity import year_of
from sources.reading.layout import is_note, is_units_label
from sources.text import address, header_key

_ROWS_NAMED_BY = {header_key(text) for text in ("指标", "指标名称", "项目", "项目名称", "Item", "Indicator")}
MOST_ITEMS = 60  # rows whose names are drafted as indicators
_TODO = "待定 TODO"
_CHINESE_PART = re.compile(r"^(.*[\u3400-\u9fff）)])\s{0,9}[A-Za-z][^\u3400-\u9fff]*$", re.S)
_YEAR_ALONE = re.compile(r"^\s*(?:19|20)\d{2}\s*年?(?:度|末)?\s*$")


def draft(sheets: list[Sheet], file_name: str, declarations: Declarations, limits: Limits) -> str:
    """Return the text of a form's YAML for the workbook. Raises ValueError where no sheet has anything like a header."""
    found = [(sheet, anchors) for sheet in sheets if (anchors := _anchors(sheet, limits))]
    if not found:
        raise ValueError(f"没有找到表头：各工作表前 {limits.header_rows} 行中没有“地区”“城市”“指标”等列名 / no header found: no sheet has a column such as 地区, 城市 or 指标 in its first {limits.header_rows} rows")
    return _Draft(found, file_name, declarations).text()


def _anchors(sheet: Sheet, limits: Limits) -> list[tuple[int, int]]:
    wanted = UNIT_HEADERS.keys() | _ROWS_NAMED_BY
    found: list[tuple[int, int]] = []
    for row_no in range(1, len(sheet.rows) + 1):
        if not found and row_no > limits.header_rows:
            break
        for col_no, value in enumerate(sheet.rows[row_no - 1], start=1):
            if type(value) is str and wanted & readings(value) and not any(abs(col_no - c) < 2 and not _figures_between(sheet, r, row_no) for r, c in found):
                found.append((row_no, col_no))
    return found


def _figures_between(sheet: Sheet, first: int, last: int) -> bool:
    """Say whether data stand between two rows: numbers that are no years."""
    return any(isinstance(v, (int, float)) and not 1900 <= v <= 2100 for row in sheet.rows[first:last - 1] for v in row)


class _Draft:
    """The draft of one workbook, from its first sheet with a header; the others are compared with it."""

    def __init__(self, found: list[tuple[Sheet, list[tuple[int, int]]]], file_name: str, declarations: Declarations) -> None:
        self._found, self._file, self._known = found, file_name, declarations
        (self._sheet, self._anchors), *_ = found
        indicators = declarations.registers.get("indicators")
        self._indicators = {header_key(str(name)): str(code) for code, name in indicators.values("indicator", "name_zh")} if indicators else {}
        self._indicators |= {key: indicator for key, (_, indicator) in declarations.figure_owner_by_header.items()}
        self._columns: dict[str, tuple[str, str | None]] = {}  # indicator, or its placeholder: heading, measure
        self._lines: list[str] = []

    def text(self) -> str:
        """Return the whole YAML."""
        by_row = bool(_ROWS_NAMED_BY & readings(self._sheet.text(*self._anchors[0]) or ""))
        layout = self._layout(by_row)
        head = [f"form: {_TODO.split()[1].lower()}_form  # {_TODO}: 表式代码，小写英文 / an id for the form", f"number: XX-01  # {_TODO}: 表号 / form number",
                f"title_zh: {_quoted(self._title())}", f"title_en: \"\"  # {_TODO}", "kind: figures", f"sheet: {_quoted(self._sheet.name)}", "columns:"]
        head[3] = f"title_en: Untitled  # {_TODO}"
        for indicator, (heading, measure) in self._columns.items():
            head.append(f"  - indicator: {indicator}" + (f"  # {_TODO}: 指标代码（registers/indicators.csv） / the indicator's id" if indicator.startswith("todo_") else ""))
            head += [f"    header_zh: [{_quoted(heading)}]", f"    header_en: [{_quoted(indicator)}]  # {_TODO}", "    owed: {from: 2018, to: null}  # " + _TODO,
                     f"    unit: {_quoted(measure)}" if measure else f"    unit: 万元  # {_TODO}: 计量单位 / unit of measure"]
        return "\n".join([f"# 由 {PurePosixPath(self._file).name} 起草；标有“{_TODO}”的各行请逐一确认。 / Drafted; look at every line marked {_TODO}.", *head, *layout]) + "\n"

    def _title(self) -> str:
        texts = (text for row in range(1, self._anchors[0][0]) for text in self._sheet.row_texts(row) if text)
        return " ".join(next(texts, self._sheet.name).split())[:60]

    def _layout(self, by_row: bool) -> list[str]:
        sheet, (row, col) = self._sheet, self._anchors[0]
        right = min((c - 1 for r, c in self._anchors if c > col and abs(r - row) < 4), default=max(map(len, sheet.rows)))
        bottom = self._bottom(row, col, right)
        lines = ["layouts:", f"  - layout: {_quoted(sheet.name)}"]
        if len(self._found) > 1:
            lines.append("    # 有表头的工作表 / sheets with a header: " + "、".join(s.name for s, _ in self._found))
        lines.append(f"    header: {{begins: {_quoted(_first(sheet.text(row, col) or ''))}, rows: {bottom - row + 1}}}  # {address(row, col)}")
        if len(self._anchors) > 1:
            lines.append("    blocks: many  # 表头第一格还出现在 / the header begins again at " + "、".join(address(r, c) for r, c in self._anchors[1:]))
        leaves, has_year = self._leaves(row, bottom, by_row)
        lines += self._units(row, col, by_row)
        lines += self._period(row, has_year)
        lines += [f"    measure: {{from: title}}  # {self._stated()}"] if self._stated() and not any("measure:" in line for line in lines) else []
        return lines + ["    columns:", *leaves]

    def _bottom(self, row: int, col: int, right: int) -> int:
        """Return the last row of the header: the last before half of the columns right of the first hold numbers that are no years."""
        bottom = _header_end(self._sheet, row, col, col, right, len(self._sheet.rows))
        for row_no in range(bottom + 1, min(row + 8, len(self._sheet.rows)) + 1):
            values = [v for c in range(col + 1, right + 1) if (v := self._sheet.value(row_no, c)) not in (None, "")]
            numbers = [v for v in values if isinstance(v, (int, float)) and not 1900 <= v <= 2100]
            if not values or numbers:
                break
            bottom = row_no
        return bottom

    def _leaves(self, row: int, bottom: int, by_row: bool) -> tuple[list[str], bool]:
        lines, seen, has_year = [], set(), False
        for anchor_row, anchor_col in self._anchors:
            right = min((c - 1 for r, c in self._anchors if c > anchor_col and abs(r - anchor_row) < 4), default=max(map(len, self._sheet.rows)))
            paths = paths_over(self._sheet, anchor_row, anchor_row + bottom - row, anchor_col + 1, right)
            for col_no, headings in paths.items():
                texts = ["{year}" if _YEAR_ALONE.match(text) else _first(text) for text in headings if _measure_of_heading([text], self._known.measures) is None or len(headings) == 1]
                if not texts or tuple(texts) in seen or not self._has_figures(anchor_row + bottom - row + 1, col_no):
                    continue
                seen.add(tuple(texts))
                has_year = has_year or "{year}" in texts
                lines.append(self._leaf(texts, headings, by_row, f"{address(anchor_row + bottom - row, col_no)}"))
        return lines, has_year

    def _leaf(self, texts: list[str], headings: list[str], by_row: bool, place: str) -> str:
        path = ", ".join(_quoted(text) for text in texts)
        if by_row:
            return f"      - {{path: [{path}]}}  # {place}"
        name = " ".join(text for text in texts if text != "{year}")
        indicator = next((self._indicators[key] for text in (name, *reversed(texts)) for key in readings(text) if key in self._indicators), None)
        if indicator is None or indicator in self._columns:
            indicator = f"todo_{len(self._columns) + 1}"
        self._columns[indicator] = (name or "指标", _measure_of_heading(headings, self._known.measures))
        return f"      - {{indicator: {indicator}, path: [{path}]}}  # {place}"

    def _has_figures(self, first: int, col_no: int) -> bool:
        values = [self._sheet.value(row, col_no) for row in range(first, min(first + 40, len(self._sheet.rows)) + 1)]
        texts = [v for v in values if v not in (None, "")]
        return sum(isinstance(v, (int, float)) or bool(re.fullmatch(r"[-+]?[\d,.]+%?", str(v).strip())) for v in texts) * 2 > len(texts)

    def _units(self, row: int, col: int, by_row: bool) -> list[str]:
        if not by_row:
            code = next((c for c, t in enumerate(self._sheet.row_texts(row), start=1) if t and "代码" in t and c != col), None)
            return ["    units: {column: " + _quoted(_first(self._sheet.text(row, col) or "")) + (f", code_column: {_quoted(_first(self._sheet.text(row, code) or ''))}" if code else "") + "}"]
        known = _Units(Layout("", (), ()), self._known)
        by_sheet = any(known.code(sheet.name) for sheet, _ in self._found)
        lines = [f"    units: {{from: {'sheet' if by_sheet else 'title'}}}" + ("" if by_sheet else f"  # {_TODO}: 地区写在何处（sheet 或 title）/ where the unit is named"),
                 "    indicators:", f"      column: {_quoted(_first(self._sheet.text(row, col) or ''))}", "      names:"]
        named = dict.fromkeys(_first(t) for r in range(row + 1, min(row + MOST_ITEMS, len(self._sheet.rows)) + 1) if (t := self._sheet.text(r, col)) and not is_note(t))
        for text in named:
            indicator = next((self._indicators[key] for key in readings(text) if key in self._indicators), None)
            if indicator is None or indicator in self._columns:
                indicator = f"todo_{len(self._columns) + 1}"
            self._columns[indicator] = (text, None)
            lines.append(f"        {indicator}: [{_quoted(text)}]" + (f"  # {_TODO}: 指标代码 / the indicator's id" if indicator.startswith("todo_") else ""))
        measure = next((t for t in self._sheet.row_texts(row) if t and is_units_label(t)), None)
        return lines + ([f"    measure: {{column: {_quoted(_first(measure))}}}"] if measure else [])

    def _period(self, row: int, has_year: bool) -> list[str]:
        titles = {y for r in range(1, row) for t in self._sheet.row_texts(r) if t and (y := year_of(t))}
        if has_year:
            return ["    period: {from: header}"]
        where = "title" if len(titles) == 1 else "file" if year_of(PurePosixPath(self._file).stem) else "sheet" if year_of(self._sheet.name) else None
        note = f"  # {_TODO}: 年鉴的版次年通常比数据晚一年，若是，加 shift: -1 / a yearbook's edition is often a year later than its data: then shift: -1"
        return [f"    period: {{from: {where or 'title'}}}" + (note if where else f"  # {_TODO}: 没有找到年份 / no year was found")]

    def _stated(self) -> str | None:
        row = self._anchors[0][0]
        return next((m.group(0) for r in range(1, row) for t in self._sheet.row_texts(r) if t and (m := _MEASURE.search(t[:500]))), None)


def _first(text: str) -> str:
    """Return a heading in one language, on one line."""
    line = " ".join(text.split("\n")[0].split())
    both = _CHINESE_PART.match(line)
    return (both.group(1) if both else line).strip()


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
