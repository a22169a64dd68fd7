"""What is doubtful is not read: headings over several columns, second blocks, parts of a year, totals, hidden and odd cells, each reported with its place."""

from __future__ import annotations

import io

import hostile_files as hostile
import pytest
import xlsxwriter
from returns_by_hand import PROVIDER, grid, xlsx

from sources.findings import catalogue
from sources.reading.identity import part_of_year, year_of
from sources.reading.reading import read_return
from sources.reading.returns import Return


def reported(found: Return) -> dict[str, list[str | None]]:
    """Cells by the name of the finding."""
    names = {kind.code: kind.name for kind in catalogue().values()}
    places: dict[str, list[str | None]] = {}
    for finding in found.findings:
        places.setdefault(names[finding.rule_code], []).append(finding.cell)
    return places


def values(found: Return) -> dict[str, str | None]:
    return {cell.cell: cell.value_text for cell in found.cells}


def fields(found: Return) -> set[str]:
    return {cell.field for cell in found.cells}


def with_rows(at: int, *rows: list[object]) -> list[list[object]]:
    """The sound return with further rows before row `at`."""
    lines = grid()
    return lines[:at - 1] + [list(row) for row in rows] + lines[at - 1:]


# -- headings over several columns

def two_years(leaves: tuple[object, object]) -> list[list[object]]:
    """教育支出 stands over two columns."""
    lines = [line + [None] for line in grid()]
    lines[3] = [None, None, None, None, None, *leaves]
    lines[5][6], lines[6][6] = 1, 2
    return lines


@pytest.mark.parametrize("leaves", [("2021年", "2022年"), ("市辖区", "全市"), (2021, 2022), ("本年", None)])
@pytest.mark.parametrize("merges", [(), ("F3:G3",)])
def test_a_heading_over_several_columns_is_held_back(known, leaves, merges) -> None:
    """Merged or not, neither sub-column is taken; the finding names the heading and the leaves, and the other columns are read."""
    lines = two_years(leaves)
    lines[3][0:2] = [None, None]
    found = read_return(xlsx(lines, merges=merges), "a.xlsx", known, PROVIDER)
    (finding,) = [f for f in found.findings if f.rule_code == "RD60"]
    assert finding.cell == "F3" and finding.seen == "教育支出" and f"{leaves[0]}（F4）" in finding.message_zh
    assert fields(found) == {"fiscal_revenue", "fiscal_expenditure", "science_expenditure"} and "missing_column" not in reported(found)


def test_a_merged_heading_over_two_columns_of_figures_is_held_back_without_sub_headings(known) -> None:
    """One name over two columns of figures: either may be meant."""
    lines = [line + [None] for line in grid()]
    lines[5][6], lines[6][6] = 1, 2
    found = read_return(xlsx(lines, merges=("F3:G3", "F4:G4")), "a.xlsx", known, PROVIDER)
    assert reported(found)["leaf_columns"] == ["F3"] and "education_expenditure" not in fields(found)


def test_words_under_a_single_heading_are_not_skipped(known) -> None:
    """A row of words between header and data changes what the column means."""
    found = read_return(xlsx(with_rows(5, [None, None, None, None, None, "其中：市辖区"])), "a.xlsx", known, PROVIDER)
    assert reported(found)["leaf_columns"] == ["F3"] and "education_expenditure" not in fields(found)


@pytest.mark.parametrize("row", [["甲", "乙", "1", "2", "3", "4"], [None, None, 1, 2, 3, 4], [None, None, "A", "B", "C", "D=A+B"]])
def test_rows_that_number_the_columns_change_nothing(known, row) -> None:
    """A row of column numbers or letters above the units row is no sub-heading."""
    found = read_return(xlsx(with_rows(5, row)), "a.xlsx", known, PROVIDER)
    assert len(values(found)) == 8 and "leaf_columns" not in reported(found)


def test_a_return_of_nothing_but_doubtful_columns_is_not_read(known) -> None:
    """Where the only figure is doubtful the whole return goes back."""
    lines = [["表号 Form: WL-01", "填报单位 Provider: 51-whlyt", "报告期 Period: 2022", None], ["行政区划代码", "地区", "公共图书馆图书藏量", None],
             [None, None, "2021年", "2022年"], ["计量单位 Unit", None, "万册", "万册"], ["510100", "成都市", 1, 2]]
    found = read_return(xlsx(lines, merges=("C2:D2",)), "a.xlsx", known, "51-whlyt")
    assert found.status == "unreadable" and reported(found)["leaf_columns"] == ["C2"]


# -- two blocks

def test_a_doubled_heading_gives_no_value_at_all(known) -> None:
    """Two columns of one name: never two values for one unit, indicator and period."""
    found = read_return(xlsx([line + [line[2]] for line in grid()]), "a.xlsx", known, PROVIDER)
    assert reported(found)["doubled_column"] == ["G3"] and "fiscal_revenue" not in fields(found) and len(values(found)) == 6


def test_a_second_block_beside_is_held_back_where_its_rows_are_others(known) -> None:
    """The right block names its own units, a row lower: nothing of it is read."""
    lines = [line[:4] + [None] * 3 if i != 1 else line for i, line in enumerate(grid())]
    for source, target in ((2, 2), (4, 4), (5, 6), (6, 5)):  # the two units change places
        lines[target][4:7] = [grid()[source][1], grid()[source][4], grid()[source][5]]
    found = read_return(xlsx(lines), "a.xlsx", known, PROVIDER)
    assert reported(found)["second_block"] == ["E3"] and fields(found) == {"fiscal_revenue", "fiscal_expenditure"}


def test_a_second_column_of_the_same_units_is_harmless(known) -> None:
    """The names repeated row by row: the figures beside them are read, the repetition is reported."""
    lines = [line[:4] + [line[1], *line[4:]] for line in grid()]
    found = read_return(xlsx(lines), "a.xlsx", known, PROVIDER)
    assert reported(found)["doubled_column"] == ["E3"] and len(values(found)) == 8


def test_a_continuation_below_is_not_read_under_the_first_header(known) -> None:
    """The header comes again with other columns: what follows is held back."""
    second = [["续表 continued", None, None, None], ["行政区划代码", "地区", "科学技术支出", "教育支出"], ["510100", "成都市", 1394100, 3508100], ["510300", "自贡市", 20700.5, 402300]]
    first = [line if i == 1 else line[:4] for i, line in enumerate(grid()[:7])]
    found = read_return(xlsx(first + second), "a.xlsx", known, PROVIDER)
    assert "second_header" in reported(found) and values(found) == {"C6": "16979100", "C7": "680800", "D6": "22375800", "D7": "2431500"}


def test_a_header_repeated_on_each_page_is_left_out(known) -> None:
    """The same header word for word is a page break."""
    found = read_return(xlsx(with_rows(7, grid()[2])), "a.xlsx", known, PROVIDER)
    assert len(values(found)) == 8 and "second_header" not in reported(found)


# -- parts of a year

@pytest.mark.parametrize("text", ["2024年第一季度", "2024年1-6月", "2024年1—6月", "2024年上半年", "2024-03", "2024年3月", "2024Q1", "2024年前三季度",
                                  "二〇二四年三月", "2024.03", "2024-03-31", "First quarter of 2024", "2024年一至三季度"])
def test_a_part_of_a_year_is_never_the_year(known, text: str) -> None:
    """In the period's cell it is a must-fix point and there is no period."""
    found = read_return(xlsx(grid({(2, 6): text})), "a.xlsx", known, PROVIDER)
    assert year_of(text) is None and found.period is None and found.status == "unreadable" and reported(found)["part_of_year"] == ["F2"]


@pytest.mark.parametrize("text, year", [("2018", 2018), ("2018年度", 2018), ("二〇一八年", 2018), ("2018-12-31", 2018), ("2018-12-31 00:00:00", 2018), ("2018年1-12月", 2018),
                                        ("2018年1月1日至12月31日", 2018), ("2018-01-01", 2018), ("2018年末", 2018), ("2018年12月末", 2018)])
def test_a_whole_year_is_one(text: str, year: int) -> None:
    assert year_of(text) == year and part_of_year(text) is None


def test_a_title_of_a_quarter_beats_a_year_in_the_period_cell(known) -> None:
    """The title says what the figures are."""
    found = read_return(xlsx(grid({(1, 1): "2021年第一季度财政收支表"})), "a.xlsx", known, PROVIDER)
    assert found.period is None and reported(found)["part_of_year"] == ["A1"]
    fine = read_return(xlsx(grid({(1, 1): "2021年财政收支表（2022年3月5日）", (1, 5): "填报日期：2022年3月"})), "a.xlsx", known, PROVIDER)
    assert fine.period == 2021 and not fine.findings


# -- what a cell means

def test_errors_and_formulas_without_a_value_are_told(known) -> None:
    """An error is no blank, a formula without a stored value says so."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page = book.add_worksheet("财政收支")
    for r, line in enumerate(grid()):
        page.write_row(r, 0, line)
    page.write_formula(5, 2, "=A1/0", None, "#DIV/0!")
    page.write_formula(6, 2, "=X1", None, "")
    page.write_formula(6, 3, "=B1*2", None, 12)
    book.close()
    found = read_return(target.getvalue(), "a.xlsx", known, PROVIDER)
    assert {name: cells for name, cells in reported(found).items()} == {"error_value": ["C6"], "formula_without_value": ["C7"], "formula": ["D7"]}
    assert values(found)["C6"] == "#DIV/0!"


def test_hidden_rows_columns_and_sheets_are_told_with_their_addresses(known) -> None:
    """They are read like the rest, and never silently."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page = book.add_worksheet("财政收支")
    for r, line in enumerate(grid()):
        page.write_row(r, 0, line)
    page.set_row(6, None, None, {"hidden": True})
    page.set_column("E:E", None, None, {"hidden": True})
    aside = book.add_worksheet("草稿")
    aside.write(0, 0, "x")
    aside.hide()
    book.close()
    found = read_return(target.getvalue(), "a.xlsx", known, PROVIDER)
    assert {f.rule_code for f in found.findings} == {"RD16", "RD54", "RD55"} and all(f.severity == "I" for f in found.findings)
    assert len(values(found)) == 8 and "A7:F7" in " ".join(f.message_zh for f in found.findings) and "E6:E7" in " ".join(f.message_zh for f in found.findings)


def test_hidden_rows_are_seen_in_ods(known) -> None:
    """LibreOffice writes a filtered row as `filter`."""
    content = hostile.part(hostile.ods(grid()), "content.xml").replace(b"<table:table-row>", b'<table:table-row table:visibility="filter">')
    found = read_return(hostile.patched(hostile.ods(grid()), {"content.xml": content}), "a.ods", known, PROVIDER)
    assert "A6:F7" in next(f.message_zh for f in found.findings if f.rule_code == "RD54")


def test_a_table_on_a_hidden_sheet_is_the_reason_told(known) -> None:
    """Not «no header»."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.add_worksheet("说明").write(0, 0, "请见下表")
    page = book.add_worksheet("财政收支")
    for r, line in enumerate(grid()):
        page.write_row(r, 0, line)
    page.hide()
    book.close()
    found = read_return(target.getvalue(), "a.xlsx", known, PROVIDER)
    assert found.status == "unreadable" and "table_on_hidden_sheet" in reported(found) and "no_header" not in reported(found)


@pytest.mark.parametrize("code", ['0!.0,"万"', "#,##0,", '0.00,,"亿元"', '[$-804]0.0,;-0.0,'])
def test_a_format_that_scales_is_told(known, code: str) -> None:
    """Shown 1.2万, stored 12345: once a column, with the format."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page = book.add_worksheet("财政收支")
    for r, line in enumerate(grid()):
        page.write_row(r, 0, line)
    scaled, plain = book.add_format({"num_format": code}), book.add_format({"num_format": '#,##0.00_ ;"元"'})
    for r in (5, 6):
        page.write(r, 2, 12345, scaled)
        page.write(r, 3, 12345, plain)
    book.close()
    found = read_return(target.getvalue(), "a.xlsx", known, PROVIDER)
    (finding,) = found.findings
    assert (finding.rule_code, finding.severity, finding.cell, finding.seen) == ("RD52", "W", "C6", "12345") and "C6:C7" in finding.message_zh


@pytest.mark.parametrize("text, read, mark", [("100490\u00a0", "100490", "U+00A0"), ("60\u202f643", "60643", "U+202F"), ("34283\t", "34283", "U+0009"),
                                             ("\u200b20640", "20640", "U+200B"), ("\ufeff15724", "15724", "U+FEFF"), ("5917\n", "5917", "U+000A")])
def test_invisible_characters_are_taken_out_and_told(known, text: str, read: str, mark: str) -> None:
    found = read_return(xlsx(grid({(6, 3): text})), "a.xlsx", known, PROVIDER)
    assert values(found)["C6"] == read and reported(found) == {"invisible_characters": ["C6"]} and mark in found.findings[0].message_zh


def test_names_padded_with_blanks_are_no_matter(known) -> None:
    """Chinese and plain blanks in a name, and a line break in a heading, are how tables are printed."""
    found = read_return(xlsx(grid({(6, 2): "成\u3000都 市 ", (3, 6): "教育\n支出"})), "a.xlsx", known, PROVIDER)
    assert not found.findings and len(values(found)) == 8


def test_merged_figures_are_held_back_cell_by_cell(known) -> None:
    """Both units of a merged cell have the finding."""
    assert reported(read_return(xlsx(grid(), merges=("C6:C7",)), "a.xlsx", known, PROVIDER)) == {"merged_data": ["C6", "C7"]}


@pytest.mark.parametrize("name", ["合计", "合 计", "全省", "总计 Total", "区县合计"])
def test_totals_are_left_out_whole(known, name: str) -> None:
    """No cell of the row, no finding about its formula or merge; a province with its code is a row like any other."""
    found = read_return(xlsx(with_rows(8, [name, None, "=SUM(C6:C7)", 2, 3, 4])), "a.xlsx", known, PROVIDER)
    assert not found.findings and len(values(found)) == 8
    assert len(values(read_return(xlsx(with_rows(8, ["510000", "全省", 1, 2, 3, 4])), "a.xlsx", known, PROVIDER))) == 12


# -- which form

def test_one_header_of_many_does_not_make_a_form(known) -> None:
    """A table of forty columns of which one is known names no form; half of a form's own does."""
    names = ["地区", *(f"其他指标{i}" for i in range(39)), "公共图书馆图书藏量"]
    stranger = [["2021年报"], names, ["成都市", *range(40)]]
    assert read_return(xlsx(stranger), "a.xlsx", known, PROVIDER).form_id is None
    assert read_return(xlsx(grid({(2, 1): None, (2, 2): None})), "a.xlsx", known, PROVIDER).form_id == "finance_annual"
