"""Sheets that arrive with lines on them (worklists): what is reported stays text and locked, only decided lines come back."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from sources.reading.reading import read_return
from sources.template.template import write

HOSTILE = "=cmd|' /C calc'!A0"
LINES = [
    {"ruled_submission": f"S{n}", "rule_code": "YR01", "rule_version": 1, "ruled_sheet": "财政", "ruled_cell": f"C{n}", "subject": HOSTILE, "seen": HOSTILE, "why": f"{HOSTILE}\n+1", "reply": "@x"}
    for n in (7, 8, 9)
]
DECIDED = {"裁定": "驳回", "理由或需补充的内容": "与决算不符", "裁定人": "综合处", "裁定日期": "2024-03-01"}


@pytest.fixture(scope="module")
def sheet_bytes(known) -> bytes:
    return write(known, "51-jxb", "rulings", 2019, lines=LINES)


def decided(content: bytes, row: int, said: dict[str, str]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    for column in range(1, sheet.max_column + 1):
        if sheet.cell(3, column).value in said:
            sheet.cell(row, column).value = said[sheet.cell(3, column).value]
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def test_nothing_on_it_can_run(sheet_bytes):
    with zipfile.ZipFile(io.BytesIO(sheet_bytes)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet and not [n for n in parts.namelist() if "vba" in n.lower() or "externalLink" in n]
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(sheet_bytes)).worksheets[0].iter_rows(min_row=5) for cell in row if cell.value is not None]
    assert HOSTILE in {c.value for c in cells} and {c.data_type for c in cells} == {"s"} and all(c.protection.locked and c.number_format == "@" for c in cells)


def test_the_same_lines_give_the_same_bytes(known, sheet_bytes):
    assert write(known, "51-jxb", "rulings", 2019, lines=LINES) == sheet_bytes


def test_only_the_decided_line_comes_back(known, sheet_bytes):
    read = read_return(decided(sheet_bytes, 6, DECIDED), "裁定.xlsx", known, "51-jxb")
    assert read.status == "read" and not read.findings
    reported = {cell.field: cell.value_text for cell in read.cells}
    assert {cell.row_no for cell in read.cells} == {6} and reported["ruled_submission"] == "S8" and reported["decision"] == "驳回" and reported["why"].startswith("=")


@pytest.mark.parametrize("missing", ["理由或需补充的内容", "裁定人", "裁定日期"])
def test_a_ruling_without_reason_name_or_date_is_told(known, sheet_bytes, missing):
    said = {header: text for header, text in DECIDED.items() if header != missing}
    read = read_return(decided(sheet_bytes, 6, said), "裁定.xlsx", known, "51-jxb")
    assert [(f.rule_code, f.row_no) for f in read.findings] == [("RD44", 6)]


def test_a_sheet_on_which_nothing_was_decided_says_so(known, sheet_bytes):
    read = read_return(sheet_bytes, "裁定.xlsx", known, "51-jxb")
    assert not list(read.cells) and read.findings
