"""The ladder of a deadline follows the night's moment, a night computes a period again when one of its deadlines takes a step, and late,
missing and nil are distinguished in the grid, the deadlines and the provider's record."""

from __future__ import annotations

import datetime as dt
import io

import nights
import openpyxl
import pytest

from dagster_project import deadlines
from sources.template import template
from warehouse import editions, loading

STEPS = [("2024-10-20", "NOT_YET_DUE", None), ("2024-10-24T02:00", "WARNING", None), ("2024-11-01T02:00", "YELLOW", "YELLOW"), ("2024-11-05T02:00", "RED", "RED")]
PROVIDER, FORM = "51-czt", "finance_annual"
REASON = "本年机构改革，数据并入他表"


def nil_return(declarations, period: int, form_number: str, reason: str | None = REASON) -> bytes:
    """The project's own template of a nil return, filled in."""
    book = openpyxl.load_workbook(io.BytesIO(template.write(declarations, PROVIDER, "nil_return", period)))
    sheet = book["零报告"]
    (header,) = [cell for row in sheet.iter_rows(max_row=8) for cell in row if str(cell.value).startswith("所涉表号")]
    row = next(n for n in range(header.row + 1, header.row + 6) if not sheet.cell(n, header.column).value)
    sheet.cell(row, header.column).value, sheet.cell(row, header.column + 1).value = form_number, reason
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.fixture(scope="module")
def ladder(reduced):
    """A home with two years of returns that came late, a nil return in time, one that is late, one that names a form of another provider."""
    settings = reduced.home()
    for provider, name, content in reduced.returns():
        if provider == PROVIDER:
            nights.drop(settings, provider, name, content, "2020-11-20T10:00:00")
    known = loading.declared(settings)
    for period, number, received in ((2020, "CZ-01", "2021-10-01T09:00:00"), (2021, "CZ-01", "2022-12-01T09:00:00"), (2022, "TJ-01", "2023-10-01T09:00:00")):
        nights.drop(settings, PROVIDER, f"零报告{period}.xlsx", nil_return(known, period, number), received)
    driver = nights.Driver(settings)
    seen = []
    for moment, _, _ in STEPS:
        driver.run(as_of=dt.datetime.fromisoformat(moment))
        seen += nights.query(editions.database(settings), "select state, card from provider_deadlines where provider_id = ? and form_id = ? and period = 2023", PROVIDER, FORM)
    return settings, seen


def test_due_soon_yellow_red(ladder):
    _, seen = ladder
    assert seen == [(state, card) for _, state, card in STEPS]


def test_late_missing_and_nil_are_three(ladder):
    settings, _ = ladder
    database = editions.database(settings)
    states = nights.query(database, "select period, state, is_late, card from provider_deadlines where provider_id = ? and form_id = ? and period < 2023 order by period", PROVIDER, FORM)
    assert states == [(2018, "LATE", True, "RED"), (2019, "LATE", True, "RED"), (2020, "NIL", False, None), (2021, "NIL", True, "RED"), (2022, "RED", False, "RED")]
    cells = nights.query(database, "select period, status, bool_or(is_late) from expected_grid where provider_id = ? and period in (2020, 2021, 2022) group by all order by all", PROVIDER)
    assert cells == [(2020, "NIL", False), (2021, "NIL", True), (2022, "NO_RETURN", False)]
    why = nights.query(database, "select distinct why_zh from expected_grid where provider_id = ? and period = 2020", PROVIDER)
    assert why == [(f"报送单位说明本期没有发生数据（零报告），不是缺报：{REASON}",)]
    assert nights.query(database, "select period, timeliness from provider_quality where provider_id = ? and period between 2020 and 2022 order by period", PROVIDER) == [(2020, "NIL"), (2021, "NIL"), (2022, "NO_RETURN")]


def test_a_nil_return_for_a_form_of_another_provider_is_none(ladder):
    settings, _ = ladder
    found = nights.query(editions.database(settings), "select rule_code, severity from validation_failures where provider_id = ? and period = 2022", PROVIDER)
    assert found == [("NL01", "E")]
    assert nights.query(editions.database(settings), "select return_status from returns where provider_id = ? and period = 2022", PROVIDER) == [("RETURNED",)]


def test_the_record_counts_each_of_them_once(ladder):
    settings, _ = ladder
    row = nights.rows(editions.database(settings), "from provider_record where provider_id = ? and span = 'all'", PROVIDER)[0]
    assert (row["n_due"], row["n_on_time"], row["n_late"], row["n_missing"], row["n_nil"]) == (6, 1, 3, 2, 2)
    assert row["n_first"] == 2 and row["period_from"] == 2018 and row["period_to"] == 2023


def test_the_graph_tells_what_the_slip_tells(ladder):
    settings, _ = ladder
    standing = deadlines.standing(editions.database(settings))[FORM]
    assert standing.red >= 1 and standing.counts["NIL"] == 2
    why = nights.query(editions.database(settings), "select why_zh from provider_deadlines where provider_id = ? and form_id = ? and period = 2023", PROVIDER, FORM)[0][0]
    assert f"| {PROVIDER} | 2023 | {why} / " in standing.table
    assert FORM in deadlines.forms()
