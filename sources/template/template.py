"""Writing the workbook that a provider fills: headers in both languages, units, the cells it owes, last year's values beside.

Everything follows from the declaration of the form; nothing is stored. The reader accepts what is written here without
a finding (a round-trip test keeps it so). Standing decisions: the bytes depend on the arguments alone; cells not owed
are grey and locked, protection has no password; last year's figures stand in grey columns that the reader ignores.
"""

from __future__ import annotations

import abc
import datetime as dt
import io
from functools import cached_property
from typing import Any, Mapping, Sequence

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from sources.declare.declarations import FIGURES, UNIT_CODE, UNIT_NAME, Column, Declarations, Form, Provider, Table
from sources.template.return_csv import KEY_HEADERS, identification
from sources.text import header_key

TITLE_ROW, IDENTITY_ROW, HEADER_ROW, ENGLISH_ROW, UNITS_ROW = range(5)  # 0-based; data follow
TABLE_ROWS = 200  # rows prepared for a table of named columns
MOST_TEXT, LONG_TEXT, MOST_HEIGHT = 32_767, 120, 300  # characters a cell holds; characters from which a column is wide; points a row may be high
REFERENCE = ("上年值（仅供参考）", "Last year, for reference")
_LIST_LIMIT = 255  # characters of a drop-down written in place
_TYPE_WORDS = {"code": "代码 code", "text": "文字 text", "integer": "整数 whole number", "decimal": "数值 number",
               "date": "日期 date (2023-12-31)", "choice": "从下拉列表选择 choose from the list"}
_FIGURE_NOTES = (
    "注 Note：请只填白色单元格；灰色单元格无需填报或仅供参考。 Fill the white cells only; grey cells are not owed or are for reference.",
    "注 Note：请只填数值，不使用公式、千分位逗号和文字；没有数据的单元格请留空。 Write plain numbers, no formulas, separators or words; leave a cell blank where there is no figure.",
    "注 Note：请按表内所列计量单位填报；如需使用其他单位，请在计量单位行选择。 Use the units shown; to use another, choose it in the units row.",
)


def write(declarations: Declarations, provider_id: str, form_id: str, period: int,
          previous: Mapping[tuple[str, str], str] | None = None, lines: Sequence[Mapping[str, Any]] = (),
          carried: Mapping[str, Sequence[Mapping[str, str]]] | None = None) -> bytes:
    """Return the .xlsx template of a form for a provider and period.

    `carried` {table: rows, field to text} is filled in already and open to change, for a form of tables.
    `lines` stand on the first table already (field to text); cells they fill are locked, cells they leave open are to be filled in.

    `previous` maps (unit code, indicator) to last year's value as text, in the unit of this year's column; None leaves
    the reference columns out. Raises KeyError for an unknown provider or form.
    """
    form, provider = declarations.forms[form_id], declarations.providers[provider_id]
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": form.title_zh, "author": "准绳 Zhunsheng", "created": dt.datetime(period, 1, 1)})
    formats = _formats(book)
    lists = _Lists(book)
    for table in form.tables:
        sheet = book.add_worksheet(table.sheet)
        writer = _FigureSheet if form.kind == FIGURES else _TableSheet
        writer(sheet, formats, lists, form, table, provider, period, declarations, previous, lines if table is form.tables[0] else (), (carried or {}).get(table.name, ())).write()
    _write_notes(book, formats, form, period)
    lists.write()
    book.close()
    return target.getvalue()


def owed_units(declarations: Declarations, provider: Provider, period: int) -> list[tuple[str, str]]:
    """Return (code, Chinese name) of the units a provider reports on: the prefectures of its province, by code."""
    register = declarations.registers["units"]
    rows = [dict(zip(register.columns, row)) for row in register.rows]
    mine = [r for r in rows if r["province_code"] == provider.province and r["unit_code"] != provider.province and _valid(r, period)]
    return sorted((str(r["unit_code"]), str(r["name_zh"])) for r in mine)


def _valid(row: Mapping[str, Any], period: int) -> bool:
    start, end = (str(row[k])[:4] if row.get(k) else None for k in ("valid_from", "valid_to"))
    return (start is None or int(start) <= period) and (end is None or period <= int(end))


def _formats(book: xlsxwriter.Workbook) -> dict[str, Any]:
    base = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
    edge = {**base, "border": 1, "border_color": "#B0B0B0"}
    grey = {"bg_color": "#E7E6E6", "font_color": "#7F7F7F"}
    looks = {
        "title": {**base, "font_size": 14, "bold": True, "align": "center"},
        "label": {**base, "bold": True}, "value": base, "note": {**base, "text_wrap": True},
        "head": {**edge, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#DDEBF7"},
        "grey_head": {**edge, "align": "center", "text_wrap": True, **grey},
        "unit": {**edge, "align": "center", "locked": False, "num_format": "@"},
        "key": {**edge, "num_format": "@"}, "figure": {**edge, "align": "right", "locked": False},
        "text": {**edge, "locked": False, "num_format": "@"}, "grey": {**edge, "align": "right", **grey},
        "prefilled": {**edge, "num_format": "@", "text_wrap": True, "valign": "top", "bg_color": "#F5F5F5"},
    }
    return {name: book.add_format(look) for name, look in looks.items()}


class _Lists:
    """Drop-down lists: in place while short, on a hidden sheet when long."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book, self._long = book, []

    def source(self, values: tuple[str, ...]) -> Any:
        """Return the `source` of a list validation."""
        if len(",".join(values)) <= _LIST_LIMIT and not any("," in v for v in values):
            return list(values)
        if values not in self._long:
            self._long.append(values)
        column = xlsxwriter.utility.xl_col_to_name(self._long.index(values))
        return f"='_lists'!${column}$1:${column}${len(values)}"

    def write(self) -> None:
        """Write the hidden sheet where one is needed."""
        if not self._long:
            return
        sheet = self._book.add_worksheet("_lists")
        sheet.hide()
        for col, values in enumerate(self._long):
            sheet.write_column(0, col, values)


class _Sheet(abc.ABC):
    """What both kinds of sheet share: title, identification, headers, protection."""

    def __init__(self, sheet: Worksheet, formats: dict[str, Any], lists: _Lists, form: Form, table: Table, provider: Provider,
                 period: int, declarations: Declarations, previous: Mapping[tuple[str, str], str] | None,
                 lines: Sequence[Mapping[str, Any]] = (), carried: Sequence[Mapping[str, str]] = ()) -> None:
        self.carried = carried
        self.sheet, self.formats, self.lists, self.form, self.table = sheet, formats, lists, form, table
        self.provider, self.period, self.known, self.previous, self.lines = provider, period, declarations, previous, lines

    def write(self) -> None:
        """Write the sheet."""
        heads = self.heads()
        self._write_top(max(len(heads), 6))
        for col, (zh, en, look) in enumerate(heads):
            self.sheet.write_string(HEADER_ROW, col, zh, self.formats[look])
            self.sheet.write_string(ENGLISH_ROW, col, en, self.formats[look])
            self.sheet.set_column(col, col, self.widths[col] if self.lines else min(max(len(zh) * 2, len(en) * 0.7, 11), 26) + 1)
        self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_default_row(18)
        self.sheet.set_row(HEADER_ROW, 32)
        self.sheet.set_row(ENGLISH_ROW, 44)
        self.write_body()
        self.sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})

    def _write_top(self, width: int) -> None:
        title = f"{self.form.title_zh} {self.form.title_en}"
        self.sheet.merge_range(TITLE_ROW, 0, TITLE_ROW, width - 1, title, self.formats["title"])
        self.sheet.set_row(TITLE_ROW, 26)
        for col, text in enumerate(identification(self.form, self.provider, self.period)):
            self.sheet.write_string(IDENTITY_ROW, col, text, self.formats["value" if col % 2 else "label"])

    @cached_property
    def widths(self) -> list[int]:
        """Widths of columns where lines stand on the sheet already: as wide as their text reads well."""
        longest = [max((_printed(line.get(column.field)) for line in self.lines), default=0) for column in self.table.columns]
        return [min(max(n + 2, 11), 60 if n > LONG_TEXT else 24) for n in longest]

    @abc.abstractmethod
    def heads(self) -> list[tuple[str, str, str]]:
        """Return Chinese header, English header and format of each column."""

    @abc.abstractmethod
    def write_body(self) -> None:
        """Write what stands below the headers."""


class _FigureSheet(_Sheet):
    """One row a unit, one column an indicator, last year's value beside."""

    def heads(self) -> list[tuple[str, str, str]]:
        heads = [(*KEY_HEADERS[f], "head") for f in (UNIT_CODE, UNIT_NAME)]
        for column in self.table.columns:
            heads.append((column.header_zh[0], column.header_en[0], "head" if column.owed_in(self.period) else "grey_head"))
            if self._has_reference(column):
                heads.append((*REFERENCE, "grey_head"))
        return heads

    def _has_reference(self, column: Column) -> bool:
        return self.previous is not None and column.owed_in(self.period)

    def write_body(self) -> None:
        units = owed_units(self.known, self.provider, self.period)
        first, last = UNITS_ROW + 1, UNITS_ROW + len(units)
        self.sheet.write_string(UNITS_ROW, 0, "计量单位 Unit", self.formats["head"])
        self.sheet.write_blank(UNITS_ROW, 1, None, self.formats["head"])
        for row, (code, name) in enumerate(units, start=first):
            self.sheet.write_string(row, 0, code, self.formats["key"])
            self.sheet.write_string(row, 1, name, self.formats["key"])
        col = 2
        for column in self.table.columns:
            col = self._write_column(column, col, units, first, last)
        for row, note in enumerate(_FIGURE_NOTES, start=last + 1):
            self.sheet.write_string(row, 0, note, self.formats["value"])
        self.sheet.freeze_panes(first, 2)

    def _write_column(self, column: Column, col: int, units: list[tuple[str, str]], first: int, last: int) -> int:
        owed, unit = column.owed_in(self.period), column.unit_in(self.period)
        self.sheet.write(UNITS_ROW, col, unit if owed else None, self.formats["unit" if owed else "grey"])
        for row in range(first, last + 1):
            self.sheet.write_blank(row, col, None, self.formats["figure" if owed else "grey"])
        if owed and units:
            self._validate(column, col, unit, first, last)
        if not self._has_reference(column):
            return col + 1
        self.sheet.write_blank(UNITS_ROW, col + 1, None, self.formats["grey"])
        for row, (code, _) in enumerate(units, start=first):
            self._write_reference(row, col + 1, (self.previous or {}).get((code, column.field)))
        return col + 2

    def _write_reference(self, row: int, col: int, text: str | None) -> None:
        if text is None:
            self.sheet.write_blank(row, col, None, self.formats["grey"])
        else:
            self.sheet.write_string(row, col, str(text), self.formats["grey"])

    def _validate(self, column: Column, col: int, unit: str | None, first: int, last: int) -> None:
        choices = _units_like(self.known, unit)
        if choices:
            self.sheet.data_validation(UNITS_ROW, col, UNITS_ROW, col, {"validate": "list", "source": self.lists.source(choices)})
        self.sheet.data_validation(first, col, last, col, {
            "validate": "decimal", "criteria": "between", "minimum": -1e15, "maximum": 1e15, "error_type": "warning",
            "error_title": "请填数值 Number", "error_message": "请只填数值，不带单位、逗号或文字。 Write a plain number.",
            "input_title": column.header_zh[0][:32], "input_message": f"计量单位 Unit: {unit or '—'}"})


class _TableSheet(_Sheet):
    """Rows of named columns."""

    def heads(self) -> list[tuple[str, str, str]]:
        return [(c.header_zh[0], c.header_en[0], "grey_head" if c.prefilled else "head") for c in self.table.columns]

    def write_body(self) -> None:
        first, last = UNITS_ROW, UNITS_ROW + (len(self.lines) or max(TABLE_ROWS, len(self.carried))) - 1
        for col, column in enumerate(self.table.columns):
            look = self.formats["figure" if column.type in ("integer", "decimal") else "text"]
            for row in range(first, last + 1):
                self.sheet.write_blank(row, col, None, look)
            rule = self._rule(column)
            if rule:
                self.sheet.data_validation(first, col, last, col, rule)
        for row, line in enumerate(self.lines, start=first):
            self._write_line(row, line)
        for row, line in enumerate(self.carried, start=first):
            for col, column in enumerate(self.table.columns):
                if line.get(column.field):
                    self.sheet.write_string(row, col, line[column.field][:MOST_TEXT], self.formats["text"])
        self.sheet.freeze_panes(first, 0)

    def _write_line(self, row: int, line: Mapping[str, Any]) -> None:
        """Cells filled in advance, as text that nothing executes; the row is as high as its longest text needs."""
        height = 1
        for col, column in enumerate(self.table.columns):
            text = "" if line.get(column.field) is None else str(line[column.field])
            if text or column.prefilled:
                self.sheet.write_string(row, col, text[:MOST_TEXT], self.formats["prefilled"])
                height = max(height, sum(1 + _printed(part) // self.widths[col] for part in text.split("\n")))
        self.sheet.set_row(row, min(15 * height + 3, MOST_HEIGHT))

    def _rule(self, column: Column) -> dict[str, Any] | None:
        message = {"input_title": column.header_zh[0][:32], "input_message": _TYPE_WORDS[column.type]}
        if column.type == "choice":
            return {"validate": "list", "source": self.lists.source(column.choices), **message}
        if column.type in ("integer", "decimal"):
            return {"validate": column.type, "criteria": "between", "minimum": -10**15, "maximum": 10**15, **message}
        return None


def _printed(value: Any) -> int:
    """How wide a text prints, in characters of which a Chinese one counts two."""
    return len(("" if value is None else str(value)).encode("gbk", "replace"))


def _units_like(declarations: Declarations, unit: str | None) -> tuple[str, ...]:
    """Return the printed units that convert to the same canonical unit, the declared one first."""
    register = declarations.registers.get("measures")
    if not unit or register is None:
        return (unit,) if unit else ()
    rows = list(zip(register.column("measure_text"), register.column("canonical_unit")))
    canonical = {c for text, c in rows if header_key(str(text)) == header_key(unit)}
    return (unit, *sorted({str(text) for text, c in rows if c in canonical} - {unit}))


def _write_notes(book: xlsxwriter.Workbook, formats: dict[str, Any], form: Form, period: int) -> None:
    sheet = book.add_worksheet("填报说明 How to fill")
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 70)
    lines = [("表 Form", f"{form.number} {form.title_zh} {form.title_en}"), ("报告期 Period", str(period)), *_HOW_TO]
    for column in form.columns:
        lines.append((f"{column.header_zh[0]} {column.header_en[0]}", _column_note(form, column, period)))
    for row, (left, right) in enumerate(lines):
        sheet.write_string(row, 0, left, formats["note"])
        sheet.write_string(row, 1, right, formats["note"])
    sheet.protect("", {"format_columns": True})


_HOW_TO = (
    ("填写方法 How", "请勿改动表头、工作表名称和行列次序；系统按表头识别各列。 Keep headers, sheet names and their order."),
    ("报送前 Before sending", "请用 zhunsheng check 自查，可一次列出全部问题。 Run zhunsheng check: it lists everything at once."),
    ("注意事项 Do not", "不设密码，不使用公式、宏和合并单元格。 No password, formulas, macros or merged cells."),
)


def _column_note(form: Form, column: Column, period: int) -> str:
    if form.kind == FIGURES:
        return f"计量单位 Unit: {column.unit_in(period) or '—'}" if column.owed_in(period) else "本期无需填报 not owed for this period"
    need = "必填 required" if column.required else "选填 optional"
    return f"{_TYPE_WORDS[column.type]}，{need}" + (f"：{'、'.join(column.choices)}" if column.choices else "")
