"""Templates: what is written is read without a finding once filled, for every provider, form and year, and always the same bytes."""

from __future__ import annotations

import io

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.declare.declarations import FIGURES, Column
from sources.reading.reading import read_return
from sources.template.return_csv import write_csv
from sources.template.template import owed_units, write
from sources.text import number_text

_VALUES = {"integer": 3, "decimal": 12.5, "date": "2020-12-31", "text": "文字", "code": "K"}


def _filled(data: bytes, values: dict[tuple[int, int], object]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    for (row, col), value in values.items():
        book.worksheets[0].cell(row, col, value)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_a_filled_figures_template_reads_back(known, data) -> None:
    """Each figure written into a white cell comes back under its indicator and unit, with no finding; last year's values do not."""
    provider = data.draw(st.sampled_from(sorted(p for p, v in known.providers.items() if known.forms[v.forms[0]].kind == FIGURES)))
    form, period = known.forms[known.providers[provider].forms[0]], data.draw(st.integers(2018, 2025))
    units = owed_units(known, known.providers[provider], period)
    previous = {(code, c.field): "987654" for code, _ in units for c in form.columns} if data.draw(st.booleans()) else None
    template = write(known, provider, form.form_id, period, previous)
    owed = [c for c in form.columns if c.owed_in(period)]
    figures = {(6 + r, col): data.draw(st.floats(0, 1e9).map(lambda x: round(x, 3))) for r in range(len(units)) for col in _columns(form.columns, period, previous)}
    found = read_return(_filled(template, figures), "a.xlsx", known, provider)
    assert not found.findings and (found.form_id, found.period, found.status) == (form.form_id, period, "read")
    read = {(c.row_no, c.col_no): c.value_text for c in found.cells if c.value_text is not None}
    assert read == {place: number_text(value) for place, value in figures.items()}
    assert {(c.field, c.measure_text) for c in found.cells if c.value_text} == {(c.field, c.unit_in(period)) for c in owed if units}


def _columns(columns: tuple[Column, ...], period: int, previous) -> list[int]:
    """The numbers of the white columns."""
    col, white = 3, []
    for column in columns:
        if column.owed_in(period):
            white.append(col)
        col += 2 if previous is not None and column.owed_in(period) else 1
    return white


@pytest.mark.parametrize("form_id", ["scheme", "targets"])
def test_a_filled_table_template_reads_back(known, form_id: str) -> None:
    """Each table of named columns, one row filled, reads without a finding."""
    form = known.forms[form_id]
    book = openpyxl.load_workbook(io.BytesIO(write(known, "44-jxb", form_id, 2022)))
    for table in form.tables:
        for col, column in enumerate(table.columns, start=1):
            book[table.sheet].cell(5, col, column.choices[0] if column.choices else _VALUES[column.type])
    target = io.BytesIO()
    book.save(target)
    found = read_return(target.getvalue(), "a.xlsx", known, "44-jxb")
    assert not found.findings and found.status == "read" and {b.table_name for b in found.blocks} == {t.name for t in form.tables}
    assert {c.value_text for c in found.cells} >= {"2020-12-31", "3"} if form_id == "scheme" else True


def test_wrong_values_of_a_table_are_told(known) -> None:
    """Required, typed and chosen values of a table of named columns."""
    template = write(known, "44-jxb", "targets", 2022)
    row = {"A": "440100", "B": None, "C": "gdp", "D": "约 5", "E": "亿元", "F": "别处", "G": "文件"}
    data = _filled(template, {(5, ord(k) - 64): v for k, v in row.items() if v})
    found = {(f.rule_code, f.cell) for f in read_return(data, "a.xlsx", known, "44-jxb").findings}
    assert found == {("RD44", "B5"), ("RD46", "D5"), ("RD45", "F5")}


def test_a_template_is_the_same_to_the_byte(known) -> None:
    """Nothing but the arguments goes into a template."""
    first = write(known, "44-tjj", "statistics_annual", 2022, {("440100", "gdp"): "1"})
    assert first == write(known, "44-tjj", "statistics_annual", 2022, {("440100", "gdp"): "1"}) and b"xl/worksheets" in first


def test_cells_not_owed_are_locked_and_units_can_be_chosen(known) -> None:
    """Protection, drop-downs and reference columns stand where they should."""
    sheet = openpyxl.load_workbook(io.BytesIO(write(known, "51-tjj", "statistics_annual", 2021, {("510100", "gdp"): "17717"}))).worksheets[0]
    assert sheet.protection.sheet and sheet["A6"].protection.locked and not sheet["C6"].protection.locked
    assert sheet["D3"].value == "上年值（仅供参考）" and sheet["D6"].value == "17717" and sheet["D6"].protection.locked
    assert any(v.type == "list" and "C5" in v.sqref and "亿元" in v.formula1 and "万元" in v.formula1 for v in sheet.data_validations.dataValidation)
    assert sheet.freeze_panes == "C6"


def test_a_written_csv_reads_back(known) -> None:
    """The CSV of the form's layout reads without a finding."""
    rows = [{"unit_code": "510100", "unit_name": "成都市", **{c.field: "1.50" for c in known.forms["finance_annual"].columns}}]
    found = read_return(write_csv(known, "51-czt", "finance_annual", 2020, rows), "a.csv", known, "51-czt")
    assert not found.findings and [c.value_text for c in found.cells] == ["1.50"] * 4 and {c.measure_text for c in found.cells} == {"万元"}
