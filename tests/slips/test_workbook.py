"""The workbook sent back: the same values to every reader, findings on the cells, nothing that could run, answers that come back."""

from __future__ import annotations

import io
import zipfile

import nights
import openpyxl
import pytest
from findings_by_hand import HOSTILE, finding
from python_calamine import CalamineWorkbook

from slips import workbook
from sources.reading.reading import read_return

MINE = [("51-tjj", "2019"), ("44-ybj", "2019"), ("44-jyt", "2018")]


def annotated(known, original: bytes, findings: list[dict], name: str | None = None) -> bytes:
    return workbook.annotate(original, findings, {}, "S1", known.forms["answers"], name)


def grid(content: bytes, name: str) -> list[list]:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(name).to_python(skip_empty_area=False)
    while rows and not any(value not in ("", None) for value in rows[-1]):
        rows.pop()
    return rows


@pytest.mark.parametrize(("provider", "year"), MINE)
def test_values_stay_what_they_were(known, provider, year):
    path = nights.sample_file(provider, year)
    original = path.read_bytes()
    sheet = openpyxl.load_workbook(path).sheetnames[0]
    made = annotated(known, original, [finding(sheet=sheet)])
    assert grid(made, sheet) == grid(original, sheet)
    again = read_return(made, path.name, known, provider)
    before = read_return(original, path.name, known, provider)
    assert (again.form_id, again.period, again.findings, again.blocks) == (before.form_id, before.period, before.findings, before.blocks)
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert book[sheet]["C7"].fill.fgColor.rgb.endswith(workbook.COLOURS["E"]) and book[sheet]["C7"].comment


def test_the_bytes_depend_on_the_arguments_alone(known):
    original = nights.sample_file("51-tjj", "2019").read_bytes()
    assert annotated(known, original, [finding()]) == annotated(known, original, [finding()])


def test_a_csv_comes_back_as_a_workbook_of_the_same_grid(known):
    path = next(p for p in sorted(nights.SAMPLE.glob("*/*.csv")))
    provider = path.parent.name
    before = read_return(path.read_bytes(), path.name, known, provider)
    sheet = known.forms[before.form_id].tables[0].sheet
    made = annotated(known, path.read_bytes(), [finding(sheet="CSV")], sheet)
    again = read_return(made, "x.xlsx", known, provider)
    assert [c.value_text for c in again.cells] == [c.value_text for c in before.cells] and not again.findings
    assert openpyxl.load_workbook(io.BytesIO(made))[sheet]["C7"].comment


def _hostile_original() -> bytes:
    """A workbook with a formula, a link, a name, a validation, text that looks like a formula, and a macro part."""
    book = openpyxl.load_workbook(nights.sample_file("51-tjj", "2019"))
    sheet = book.worksheets[0]
    sheet["C7"] = "=1+1"
    sheet["B60"] = "x"
    sheet["B60"].hyperlink = "https://example.org/evil"
    sheet["B61"].value, sheet["B61"].data_type = HOSTILE[HOSTILE.index("=") :], "s"
    book.create_sheet("hidden").sheet_state = "hidden"
    book.defined_names["evil"] = openpyxl.workbook.defined_name.DefinedName("evil", attr_text="[1]x!$A$1")
    raw = io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw, "a") as more:
        more.writestr("xl/vbaProject.bin", b"macro")
        more.writestr("xl/externalLinks/externalLink1.xml", b"<x/>")
    return raw.getvalue()


def test_nothing_in_it_can_run(known):
    made = annotated(known, _hostile_original(), [finding(why_zh="=HYPERLINK(\"x\")", seen="=1+1", sheet="统计综合")])
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        names = parts.namelist()
        assert not [n for n in names if "vba" in n.lower() or "external" in n.lower() or "embed" in n.lower()]
        sheets = b"".join(parts.read(n) for n in names if n.startswith("xl/worksheets/sheet"))
        assert b"<f>" not in sheets and b"<f " not in sheets and b"<hyperlink" not in sheets
        assert b"definedName " not in parts.read("xl/workbook.xml")
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert "hidden" not in book.sheetnames
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_answers_come_back_with_the_figures(known):
    path = nights.sample_file("51-tjj", "2019")
    sheet_name = openpyxl.load_workbook(path).sheetnames[0]
    book = openpyxl.load_workbook(io.BytesIO(annotated(known, path.read_bytes(), [finding(sheet=sheet_name), finding(rule_code="ID01", cell="D8", col_no=4, row_no=8)])))
    sheet = book["答复 Answers"]
    sheet["G5"], sheet["H5"] = "更正", "12.5"
    raw = io.BytesIO()
    book.save(raw)
    found = read_return(raw.getvalue(), "x.xlsx", known, "51-tjj")
    assert found.form_id == "statistics_annual" and not found.findings
    (answers,) = [b for b in found.blocks if b.table_name == "answers"]
    row = {c.field: c.values for c in answers.columns}
    assert row["submission_answered"] == ["S1"] and row["rule_code"] == ["RG01"] and row["answered_cell"] == ["C7"] and row["choice"] == ["更正"] and row["new_value"] == ["12.5"]


def test_an_answer_sheet_sent_back_is_not_doubled(known):
    original = nights.sample_file("51-tjj", "2019").read_bytes()
    twice = annotated(known, annotated(known, original, [finding()]), [finding()])
    assert openpyxl.load_workbook(io.BytesIO(twice)).sheetnames.count("答复 Answers") == 1


def test_what_a_ruling_ended_is_not_asked_again(known):
    ruled = {"state_zh": "说明已采纳", "state_why_zh": "说明已采纳", "needs_answer": False}
    made = annotated(known, nights.sample_file("51-tjj", "2019").read_bytes(), [finding(cell="C7", state="ACCEPTED", is_settled=True, **ruled), finding(cell="C8", row_no=8, state="OPEN", is_settled=False, **ruled)])
    sheet = openpyxl.load_workbook(io.BytesIO(made))["答复 Answers"]
    assert [sheet.cell(row, 4).value for row in (5, 6)] == ["C8", None]
