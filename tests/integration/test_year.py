"""A year opened from the one before and filled gives grades, or says which figures are lacking and whose they are."""

from __future__ import annotations

import datetime as dt

import nights
import openpyxl
import pytest

from warehouse import editions

NEW, OLD, OFFICE = 2024, 2019, "51-jxb"
AS_OF = dt.datetime(2025, 12, 1)
OF_COLUMN = {3: 500000, 5: 900000}  # revenue and expenditure of the finance return; the others are parts


@pytest.fixture(scope="module")
def opened(reduced):
    """A home of two years that opens a third, and sends for it what the reduced providers sent for the last."""
    settings = reduced.home()
    for provider, name, content in reduced.returns():
        nights.drop(settings, provider, name, content, "2020-02-01T10:00:00" if "2019" in name else "2019-02-01T10:00:00")
    nights.Driver(settings).run(as_of=dt.datetime(2021, 6, 1))
    said = nights.cli(settings.home, "year", "open", NEW, "--from", OLD).stdout
    return settings, said


def test_what_is_used_and_owed_by_nobody_is_listed(opened):
    settings, said = opened
    assert "registered_population（2024 年）没有单位报送" in said or "resident_population（2024 年）没有单位报送" in said
    assert (settings.home / "registers" / "calendar.csv").read_text("utf-8").count(f",{NEW},2025-") > 5
    assert f"{NEW},2025-12-31T18:00:00" in (settings.home / "registers" / "closings.csv").read_text("utf-8")


def test_opening_again_writes_nothing_over(opened):
    settings, _ = opened
    before = {path: path.read_bytes() for path in settings.home.glob("registers/*.csv")}
    assert "已有，未改写" in nights.cli(settings.home, "year", "open", NEW, "--from", OLD).stdout
    assert {path: path.read_bytes() for path in settings.home.glob("registers/*.csv")} == before


def test_a_year_so_opened_gives_grades_or_says_what_is_lacking(opened):
    settings, said = opened
    (scheme,) = (settings.home / f"year-{NEW}" / OFFICE).glob("FA-01*.xlsx")
    book = openpyxl.load_workbook(scheme)
    lacking = sorted({line.split("  ")[1].split("：")[0] for line in said.splitlines() if line.startswith(f"✗ {OFFICE}")})
    codes = {row[1].value: row[0].value for row in book["指标"].iter_rows(min_row=5) if row[0].value}
    for name in lacking:
        book["数据缺口"].append([codes[name], None, None, "本年无来源"])
    _move_up(book["数据缺口"])
    nights.drop(settings, OFFICE, scheme.name, nights.saved(book), "2024-01-15T10:00:00")
    nights.cli(settings.home, "template", "--provider", "51-czt", "--form", "finance_annual", "--period", NEW, "--out", settings.home / "51-czt.xlsx")
    nights.drop(settings, "51-czt", "财政.xlsx", _filled(settings.home / "51-czt.xlsx"), "2025-03-01T10:00:00")
    nights.Driver(settings).run(as_of=AS_OF)
    rows = nights.rows(editions.database(settings), "select * from scorecards where period = ?", NEW)
    returns = nights.query(editions.database(settings), "select returns.form_id, rule_code, cell, validation_failures.why_zh from validation_failures inner join returns using (submission_id) where severity = 'E' and returns.period = ? limit 9", NEW)
    assert len(rows) == 18, returns
    assert {row["grade_zh"] for row in rows} == {"暂不定档"} and all("四川省生态环境厅：" in row["why_zh"] for row in rows)
    assert all(row["n_gaps"] == len(lacking) and "本年无来源" in row["gaps_zh"] for row in rows)
    head = {cell.value: cell.column for cell in book["方案"][3]}
    for name, limit in (("最低计分权重", 0), ("最少计分维度", 1), ("权重折合倍数上限", 1000)):
        book["方案"].cell(5, head[name], limit)
    nights.drop(settings, OFFICE, f"改-{scheme.name}", nights.saved(book), "2024-01-16T10:00:00")
    nights.Driver(settings).run(as_of=AS_OF)
    grades = nights.query(editions.database(settings), "select grade_code, rank_in_class from scorecards where period = ?", NEW)
    assert all(code in "ABCD" and rank for code, rank in grades), "a scheme that asks for less has its grades"


def _move_up(sheet) -> None:
    """Rows appended below the prepared ones, to where they are read."""
    filled = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5) if any(cell.value for cell in row)]
    sheet.delete_rows(5, sheet.max_row)
    for row in filled:
        sheet.append(row)


def _filled(path) -> bytes:
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for no, row in enumerate(sheet.iter_rows(min_row=6), start=1):
        if str(row[0].value or "").startswith("51"):
            for cell in row[2:]:
                if not cell.protection.locked:
                    cell.value = OF_COLUMN.get(cell.column, 20000) + 1000 * no
    return nights.saved(book)
