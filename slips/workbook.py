"""The workbook sent back: the provider's own sheets with failing cells coloured and commented, and a sheet to answer each finding on.

Belongs here: making it from the original's bytes. Does not belong here: which findings there are, reading answers (sources/reading).
Standing decisions: the original is opened as the reader opens it (checked parts only: cells, texts, looks), so no macro, link, name,
picture or object can come along; a formula becomes the value it showed, reported in the comment; whatever is not a number is text,
also when it begins with `=`; the bytes depend on the arguments alone.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import xml.etree.ElementTree as ET
import zipfile
from collections import defaultdict

import openpyxl
from defusedxml.ElementTree import fromstring
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from slips.groups import SEVERITIES, cells_of, grouped, is_settled
from sources.declare.declarations import Form
from sources.findings import Findings
from sources.formats.archive import open_archive, repack
from sources.formats.limits import DEFAULT
from sources.formats.sheets import Sheet
from sources.formats.workbook import checked_parts
from sources.reading.reading import sheets_of

COLOURS = {"E": "F8C9C4", "W": "FFE7A8", "I": "DCE8F7"}
MOST_CELLS = 400_000  # of all sheets; above, openpyxl takes more memory than a clerk's workbook is worth
MOST_COMMENT = 1500  # characters
MOST_TEXT = 32_767  # characters a cell holds
AUTHOR = "准绳 Zhunsheng"
FIXED = dt.datetime(2000, 1, 1)
_SHEET_PARTS = {"dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "mergeCells"}
_BOOK_PARTS = {"workbookPr", "bookViews", "sheets"}
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
NOTE_ZH = "请在“答复”一栏选择：更正（填写更正后的值，或直接在原表中改正）、说明（写明理由和依据）、申请豁免（写明理由和截止日期）。填写后请将整个工作簿经原渠道送回。底色：红色为强制性，黄色为核实性，蓝色为提示。"
NOTE_EN = "Choose in column Answer: 更正 correct (give the value, or mend the sheet itself), 说明 explain (reason and evidence), 申请豁免 ask for an exemption (reason and last day). Then send the whole workbook back the way it came. Red: must fix; yellow: must explain; blue: hint."
WIDTHS = {"submission_answered": 11, "rule_code": 7, "answered_sheet": 10, "answered_cell": 9, "seen": 14, "why": 52, "choice": 10, "new_value": 12, "reason": 28, "evidence": 18, "valid_until": 12}
TO_FILL = ("choice", "new_value", "reason", "evidence", "valid_until")


class TooLarge(ValueError):
    """The original holds too many cells to be sent back with comments."""


def annotate(original: bytes, findings: list[dict], rules: dict[str, dict], submission: str, answers: Form, sheet_name: str | None = None) -> bytes:
    """The workbook of a return with its findings. `sheet_name` is given to the one sheet of a CSV.

    Raises sources.findings.Unreadable where the original cannot be read, TooLarge where it is too big.
    """
    book, formulas = opened(original, sheet_name)
    for sheet in list(book.worksheets):
        if sheet.title == answers.tables[0].sheet:
            book.remove(sheet)
    single = book.worksheets[0] if len(book.worksheets) == 1 else None
    by_cell: dict[tuple[str, int, int], list[dict]] = defaultdict(list)
    for finding in findings:
        if finding["row_no"] and finding["col_no"]:
            by_cell[finding["sheet"], finding["row_no"], finding["col_no"]].append(finding)
    for (name, row, col), mine in by_cell.items():
        sheet = book[name] if name in book.sheetnames else single
        if sheet is not None:
            _mark(sheet, row, col, mine, (name, row, col) in formulas)
    _write_answers(book, answers, findings, rules, submission)
    for sheet in book.worksheets:  # one page wide on paper; the original's own setup has not come along
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    return packed(book)


def opened(original: bytes, sheet_name: str | None = None) -> tuple[Workbook, set[tuple[str, int, int]]]:
    """A clean workbook of the original's visible sheets, and the places of formulas (now values). Raises Unreadable, TooLarge."""
    kind, sheets = sheets_of(original, Findings())
    if sum(len(row) for sheet in sheets for row in sheet.rows) > MOST_CELLS:
        raise TooLarge(f"more than {MOST_CELLS} cells")
    formulas = {(sheet.name, row, col) for sheet in sheets for row, col in sheet.formulas}
    book = _from_xlsx(original, {sheet.name for sheet in sheets}) if kind == "xlsx" else _from_grids(sheets, sheet_name)
    return book, formulas


def _from_xlsx(original: bytes, visible: set[str]) -> Workbook:
    with open_archive(original, DEFAULT) as archive:
        parts, _ = checked_parts(archive, original, DEFAULT)
    kept = {name: _only(content, _SHEET_PARTS) if name not in _FIXED_PARTS else content for name, content in parts.items()}
    kept["xl/workbook.xml"] = _only(parts["xl/workbook.xml"], _BOOK_PARTS)
    book = openpyxl.load_workbook(repack(kept), data_only=True, keep_links=False)
    for sheet in list(book.worksheets):
        if sheet.title not in visible:
            book.remove(sheet)
    book.template = False
    book.active = 0
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "s" and str(cell.value).startswith("="):
                    cell.quotePrefix = True
    return book


_FIXED_PARTS = ("[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml", "xl/styles.xml")


def _only(content: bytes, wanted: set[str]) -> bytes:
    """A part with those children only: no links, controls, drawings, validations, names or extensions."""
    root = fromstring(content)
    for child in list(root):
        if not isinstance(child.tag, str) or child.tag.rpartition("}")[2] not in wanted:
            root.remove(child)
    return ET.tostring(root, encoding="UTF-8", xml_declaration=True)


def _from_grids(sheets: list[Sheet], sheet_name: str | None) -> Workbook:
    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        made = book.create_sheet(sheet_name or sheet.name)
        for row_no in range(1, len(sheet.rows) + 1):
            for col_no, text in enumerate(sheet.row_texts(row_no), start=1):
                if text is not None:
                    put(made, row_no, col_no, text)
        for (top, left), (bottom, right) in sheet.merges:
            made.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    return book


def put(sheet: Worksheet, row: int, col: int, text: object) -> Cell:
    """Write a text as text, whatever it begins with."""
    cell = sheet.cell(row, col)
    cell.value = _ILLEGAL.sub("", "" if text is None else str(text))[:MOST_TEXT] or None
    if cell.value is not None:
        cell.data_type = "s"
        if cell.value[0] in "=+-@":
            cell.quotePrefix = True
    return cell


def _mark(sheet: Worksheet, row: int, col: int, findings: list[dict], was_formula: bool) -> None:
    for merged in sheet.merged_cells.ranges:
        if merged.min_row <= row <= merged.max_row and merged.min_col <= col <= merged.max_col:
            row, col = merged.min_row, merged.min_col
    cell = sheet.cell(row, col)
    worst = min((f["severity"] for f in findings), key="EWI".index)
    cell.fill = PatternFill("solid", fgColor=COLOURS[worst])
    lines = [f"【{SEVERITIES[f['severity']][0]} {f['rule_code']}】{f['why_zh']}\n→ {f['mend_zh'] or ''}" for f in findings]
    lines += [f"［{f['state_zh']}］{f['state_why_zh']}" for f in findings if f.get("state_why_zh") and f["state"] not in ("NEW", "OPEN")]
    lines += ["（原为公式，现保留其显示值 / was a formula, its value is kept）"] if was_formula else []
    text = _ILLEGAL.sub("", "\n".join(dict.fromkeys(lines)))[:MOST_COMMENT]
    cell.comment = Comment(text, AUTHOR, height=60 + 18 * (len(text) // 24 + text.count("\n")), width=340)


def _write_answers(book: Workbook, answers: Form, findings: list[dict], rules: dict[str, dict], submission: str) -> None:
    table = answers.tables[0]
    sheet = book.create_sheet(table.sheet)
    base = Font(name="宋体", size=10)
    edge = Border(*(Side("thin", color="B0B0B0"),) * 4)
    wrap = Alignment(wrap_text=True, vertical="top")
    for row, text in enumerate((answers.title_zh + " " + answers.title_en, NOTE_ZH, NOTE_EN), start=1):
        cell = put(sheet, row, 1, text)
        cell.font, cell.alignment = Font(name="宋体", size=14 if row == 1 else 10, bold=row == 1), wrap
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(table.columns))
        sheet.row_dimensions[row].height = 22 if row == 1 else 28
    places = {column.field: col for col, column in enumerate(table.columns, start=1)}
    for column in table.columns:
        col = places[column.field]
        cell = put(sheet, 4, col, f"{column.header_zh[0]} {column.header_en[0]}")
        cell.font, cell.border, cell.alignment = Font(name="宋体", size=10, bold=True), edge, Alignment(wrap_text=True, horizontal="center", vertical="center")
        cell.fill = PatternFill("solid", fgColor="DDEBF7")
        sheet.column_dimensions[cell.column_letter].width = WIDTHS[column.field]
    sheet.row_dimensions[4].height = 44
    groups = grouped([f for f in findings if not is_settled(f)], rules)
    for row, group in enumerate(groups, start=5):
        first = group[0]
        said = {"submission_answered": submission, "rule_code": first["rule_code"], "answered_sheet": first["sheet"], "answered_cell": " ".join(cells_of(group)),
                "seen": first["seen"], "why": f"{first['why_zh']}\n{first['why_en']}"}
        for field, col in places.items():
            cell = put(sheet, row, col, said.get(field))
            cell.font, cell.border, cell.alignment = base, edge, wrap
            if field in TO_FILL:
                cell.protection, cell.number_format = Protection(locked=False), "@"
            if field == "rule_code":
                cell.fill = PatternFill("solid", fgColor=COLOURS[first["severity"]])
        sheet.row_dimensions[row].height = 15 * max(2, len(first["why_zh"]) // 25 + len(first["why_en"]) // 50 + 2)
    if groups:
        choices = DataValidation("list", formula1='"' + ",".join(table.column("choice").choices) + '"', allow_blank=True, showErrorMessage=True)
        sheet.add_data_validation(choices)
        letter = sheet.cell(4, places["choice"]).column_letter
        choices.add(f"{letter}5:{letter}{4 + len(groups)}")
    sheet.freeze_panes = "A5"
    sheet.protection.sheet, sheet.protection.formatColumns, sheet.protection.formatRows = True, False, False


def packed(book: Workbook) -> bytes:
    """The workbook's bytes without a trace of when they were written."""
    book.properties.creator, book.properties.created = AUTHOR, FIXED
    raw, target = io.BytesIO(), io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", content)
            out.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()
