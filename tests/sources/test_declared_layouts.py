"""Seven layouts that real agencies use, declared by YAML alone and read cell-exact; and every mistake in a declaration with its line."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import hostile_files as hostile
import pytest
import xlsxwriter
from returns_by_hand import PROJECT, PROVIDER

from sources.declare.declarations import Declarations, _form
from sources.declare.yaml_lines import DeclarationError, load_yaml
from sources.reading.reading import read_return
from sources.reading.returns import Return

HEAD = """form: strangers
number: MS-01
title_zh: 外来表
title_en: A table of strangers
kind: figures
sheet: 表
columns:
"""


def declared(known: Declarations, folder, layout: str, *indicators: str) -> Declarations:
    """The declarations with one form more, its columns named like its indicators."""
    path = folder / "strangers.yml"
    columns = "".join(f"  - {{indicator: {i}, header_zh: [{i}], header_en: [{i}], unit: 亿元}}\n" for i in indicators)
    path.write_text(HEAD + columns + layout, encoding="utf-8")
    return replace(known, forms={**known.forms, "strangers": _form(load_yaml(path), None)})


def book(sheets: dict[str, list[list[object]]], merges: tuple[str, ...] = (), hidden_rows: tuple[int, ...] = (), hidden_columns: tuple[str, ...] = ()) -> bytes:
    """A workbook of several sheets; merges and hidden parts are those of the first."""
    target = io.BytesIO()
    made = xlsxwriter.Workbook(target, {"in_memory": True})
    for number, (name, lines) in enumerate(sheets.items()):
        page = made.add_worksheet(name)
        for r, line in enumerate(lines):
            for c, value in enumerate(line):
                if value is not None:
                    page.write(r, c, value)
        for merge in merges if number == 0 else ():
            page.merge_range(merge, None)
            first = merge.split(":")[0]
            row, col = xlsxwriter.utility.xl_cell_to_rowcol(first)
            page.write(row, col, lines[row][col])
        for row in hidden_rows if number == 0 else ():
            page.set_row(row - 1, None, None, {"hidden": True})
        for letters in hidden_columns if number == 0 else ():
            page.set_column(f"{letters}:{letters}", None, None, {"hidden": True})
    made.close()
    return target.getvalue()


def figures(found: Return) -> dict[str, tuple]:
    """Cell to (unit, indicator, period, value, measure); blanks left out."""
    return {(f"{c.sheet}!" if len({x.sheet for x in found.cells}) > 1 else "") + c.cell: (c.row_key or c.row_label, c.field, c.period, c.value_text, c.measure_text)
            for c in found.cells if c.value_text is not None}


def problems(found: Return) -> list[tuple[str, str]]:
    return [(f.rule_code, f.message_zh) for f in found.findings if f.severity != "I"]


# 1. two header rows, both languages in one cell, the measure in the title, the year in the file's name only

ONE = """layouts:
  - layout: 科技年鉴
    header: {begins: 地区, rows: 2}
    units: {column: 地区}
    period: {from: file}
    measure: {from: title}
    columns:
      - {indicator: basic, path: [R&D人员全时当量, 基础研究]}
      - {indicator: applied, path: [R&D人员全时当量, 应用研究]}
      - {indicator: trial, path: R&D人员全时当量 / 试验发展}
"""


@pytest.mark.parametrize("merges", [("B3:D3", "A3:A4"), ()])
def test_two_header_rows_in_two_languages(known, tmp_path, merges) -> None:
    lines = [["表1 各地区R&D人员（单位：万人年 10 000 man-years）"], [], ["地区 Region", "R&D人员全时当量 FTE of R&D Personnel", None, None],
             [None, "基础研究 Basic", "应用研究\nApplied", "试验发展 Experimental"], ["成  都 Chengdu", 1.5, 2, 3], ["  自  贡 Zigong", 4, 5, 6]]
    found = read_return(book({"Sheet1": lines}, merges), "R&D 2021.xlsx", declared(known, tmp_path, ONE, "basic", "applied", "trial"), PROVIDER)
    assert not problems(found) and (found.form_id, found.period, found.declared_provider) == ("strangers", 2021, PROVIDER)
    assert figures(found) == {
        "B5": ("510100", "basic", 2021, "1.5", "万人年"), "C5": ("510100", "applied", 2021, "2", "万人年"), "D5": ("510100", "trial", 2021, "3", "万人年"),
        "B6": ("510300", "basic", 2021, "4", "万人年"), "C6": ("510300", "applied", 2021, "5", "万人年"), "D6": ("510300", "trial", 2021, "6", "万人年")}


# 2. years under each indicator, two blocks side by side, the right one a row lower

TWO = """layouts:
  - layout: 化肥
    header: {begins: 地区, rows: 2}
    blocks: many
    units: {column: 地区}
    period: {from: header}
    measure: {is: 吨}
    columns:
      - {indicator: fertiliser, path: [化肥施用量, "{year}"]}
      - {indicator: nitrogen, path: [氮肥, "{year}"]}
      - {indicator: potash, path: [钾肥, "{year}"]}
      - {indicator: compound, path: [复合肥, "{year}"]}
"""


def test_years_under_indicators_and_two_blocks_side_by_side(known, tmp_path) -> None:
    left = [["地区", "化肥施用量", None, "氮肥", None], [None, 2022, 2023, "2022年", "2023年"], ["成都市", 1, 2, 3, 4], ["自贡市", 5, 6, 7, 8]]
    right = [["地区", "钾肥", None, "复合肥", None], [None, 2022, 2023, 2022, 2023], ["成都市", 11, 12, 13, 14], ["自贡市", 15, 16, 17, 18]]
    lines = [["化肥"]] + [(a or [None] * 5) + (b or [None] * 5) for a, b in zip([*left, None], [None, *right])]
    found = read_return(book({"s": lines}, ("B2:C2", "D2:E2", "G3:H3", "I3:J3")), "a.xlsx", declared(known, tmp_path, TWO, "fertiliser", "nitrogen", "potash", "compound"), PROVIDER)
    assert not problems(found) and found.period == 2023 and len(figures(found)) == 16
    seen = figures(found)
    assert [seen[c] for c in ("B4", "E4", "C5", "G5", "J5", "I6")] == [
        ("510100", "fertiliser", 2022, "1", "吨"), ("510100", "nitrogen", 2023, "4", "吨"), ("510300", "fertiliser", 2023, "6", "吨"),
        ("510100", "potash", 2022, "11", "吨"), ("510100", "compound", 2023, "14", "吨"), ("510300", "compound", 2022, "17", "吨")]


# 3. years across, a row an indicator, a sheet a region, the measure in a column

THREE = """layouts:
  - layout: 历年
    header: {begins: 指标}
    units: {from: sheet}
    indicators:
      column: 指标
      names: {gdp: [地区生产总值], people: [年末人口, 总人口]}
    period: {from: header}
    measure: {column: 单位}
    columns:
      - {path: ["{year}"]}
"""


def test_years_across_a_sheet_a_region(known, tmp_path) -> None:
    sheet = [["历年数据"], ["指标", "单位", 2017, "2018年", "2021"], ["地区生产总值", "亿元", 1, 2, 3], ["#总人口", "万人", 4, None, 6]]
    other = [["指标", "单位", 2017, 2018], ["年末人口", "万人", 7, 8], ["其他", "个", 1, 1]]
    found = read_return(book({"成都": sheet, "自贡市": other, "说明": [["x"]]}), "a.xlsx", declared(known, tmp_path, THREE, "gdp", "people"), PROVIDER)
    assert [code for code, _ in problems(found)] == ["RD66"] and found.period == 2021
    assert figures(found) == {
        "成都!C3": ("510100", "gdp", 2017, "1", "亿元"), "成都!D3": ("510100", "gdp", 2018, "2", "亿元"), "成都!E3": ("510100", "gdp", 2021, "3", "亿元"),
        "成都!C4": ("510100", "people", 2017, "4", "万人"), "成都!E4": ("510100", "people", 2021, "6", "万人"),
        "自贡市!C2": ("510300", "people", 2017, "7", "万人"), "自贡市!D2": ("510300", "people", 2018, "8", "万人")}


# 4. a continuation below, with other indicators

FOUR = """layouts:
  - layout: 续表
    header: {begins: 地区}
    blocks: many
    units: {column: 地区}
    period: {from: title}
    columns:
      - {indicator: a, path: 甲项}
      - {indicator: b, path: 乙项}
      - {indicator: c, path: 丙项}
      - {indicator: d, path: 丁项}
"""


def test_a_continuation_below(known, tmp_path) -> None:
    lines = [["2020年各地区情况", None, None], ["地区", "甲项（万元）", "乙项（万元）"], ["成都市", 1, 2], ["自贡市", 3, 4], ["续表 continued", None, None], [None, None, "单位：人"],
             ["地区", "丙项", "丁项"], ["成都市", 5, 6], ["自贡市", 7, 8], ["注：示例。", None, None]]
    found = read_return(book({"s": lines}), "a.xlsx", declared(known, tmp_path, FOUR, "a", "b", "c", "d"), PROVIDER)
    assert not problems(found) and found.period == 2020
    assert figures(found) == {
        "B3": ("510100", "a", 2020, "1", "万元"), "C3": ("510100", "b", 2020, "2", "万元"), "B4": ("510300", "a", 2020, "3", "万元"), "C4": ("510300", "b", 2020, "4", "万元"),
        "B8": ("510100", "c", 2020, "5", "人"), "C8": ("510100", "d", 2020, "6", "人"), "B9": ("510300", "c", 2020, "7", "人"), "C9": ("510300", "d", 2020, "8", "人")}


# 5. one header row, the measure above at the right, totals among the rows, old .xls

FIVE = """layouts:
  - layout: 财政
    units: {column: 地区}
    period: {from: [title, file]}
    measure: {from: title}
    totals: {rows: ["*合计"], check: true}
    skip_rows: [本级]
    columns:
      - {indicator: revenue, path: 收入}
"""


@pytest.mark.parametrize("total, codes", [(3, []), (9, ["RD67"])])
def test_totals_in_an_old_workbook(known, tmp_path, total, codes) -> None:
    lines = [["2019年收入", None], [None, "单位：亿元"], ["地区", "收入"], ["本级", 7], ["区县合计", total], ["成都市", 1], ["自贡市", 2]]
    found = read_return(hostile.xls(lines), "a.xls", declared(known, tmp_path, FIVE, "revenue"), PROVIDER)
    assert [code for code, _ in problems(found)] == codes
    assert figures(found) == {"B6": ("510100", "revenue", 2019, "1", "亿元"), "B7": ("510300", "revenue", 2019, "2", "亿元")}


# 6. an export: hidden row and column of codes, the same leaf names in two groups, a row of letters, codes of six or nine digits

SIX = """layouts:
  - layout: 债务系统导出
    header: {begins: 地区, rows: 2}
    units: {column: 地区, code_column: 区划代码}
    period: {from: folder}
    measure: {is: 亿元}
    columns:
      - {indicator: limit_general, path: [债务限额, 一般债务]}
      - {indicator: limit_special, path: [债务限额, 专项债务]}
      - {indicator: general, path: [债务余额, 一般债务]}
      - {indicator: special, path: [债务余额, 专项债务]}
"""


def test_a_finance_export(known, tmp_path) -> None:
    lines = [["债务表"], ["x1", "x2", "x3", "x4", "x5", "x6"], ["区划代码", "地区", "债务限额", None, "债务余额", None], [None, None, "一般债务", "专项债务", "一般债务", "专项债务"],
             [None, None, "A=B+C", "B", "C", "D"], ["510100000", "  成都市本级", 1, 2, 3, 4], ["510300", "    自贡市", 5, 6, 7, 8]]
    known = declared(known, tmp_path, SIX, "limit_general", "limit_special", "general", "special")
    found = read_return(book({"s": lines}, ("C3:D3", "E3:F3", "A3:A4", "B3:B4"), (2,), ("A",)), "2022/a.xlsx", known, PROVIDER)
    assert not problems(found) and {f.rule_code for f in found.findings} == {"RD55"} and found.period == 2022
    assert {cell: row[:2] + row[3:4] for cell, row in figures(found).items()} == {
        "C6": ("510100", "limit_general", "1"), "D6": ("510100", "limit_special", "2"), "E6": ("510100", "general", "3"), "F6": ("510100", "special", "4"),
        "C7": ("510300", "limit_general", "5"), "D7": ("510300", "limit_special", "6"), "E7": ("510300", "general", "7"), "F7": ("510300", "special", "8")}


# 7. a city table: five header rows in two languages, provinces between the cities, footnote marks, signs for unknown

SEVEN = """layouts:
  - layout: 城市年鉴
    header: {begins: 城市, rows: 5}
    units: {column: 城市}
    period: {from: file, shift: -1}
    footnotes: ["①", "*"]
    blanks: ["…"]
    skip_rows: [四川]
    columns:
      - {indicator: area, path: [土地面积, 全市]}
      - {indicator: area_districts, path: [土地面积, 市辖区]}
      - {indicator: people, path: [人口, 全市]}
      - {indicator: people_districts, path: [Population, Districts under City]}
"""


def test_a_city_table(known, tmp_path) -> None:
    lines = [["2-1 城市基本情况 Cities"], ["城市", "土地面积", None, "人口", None], [None, "Area of Land", None, "Population", None], [None, "全市", "#市辖区", "全市", "#市辖区"],
             ["City", "Total City", "Districts under City", "Total City", "Districts under City"], [None, "(平方公里)", "(平方公里)", "(万人)", "(万人)"],
             ["四川 Sichuan", None, None, None, None], ["成都① Chengdu", "14335*", 3677, 1500, "…"], ["自 贡 Zigong", 4381, None, "320①", 100]]
    merges = ("B2:C2", "D2:E2", "B3:C3", "D3:E3")
    found = read_return(book({"2-1": lines}, merges), "城市年鉴2022.xlsx", declared(known, tmp_path, SEVEN, "area", "area_districts", "people", "people_districts"), PROVIDER)
    assert not problems(found) and found.period == 2021
    assert figures(found) == {
        "B8": ("510100", "area", 2021, "14335", "平方公里"), "C8": ("510100", "area_districts", 2021, "3677", "平方公里"), "D8": ("510100", "people", 2021, "1500", "万人"),
        "B9": ("510300", "area", 2021, "4381", "平方公里"), "D9": ("510300", "people", 2021, "320", "万人"), "E9": ("510300", "people_districts", 2021, "100", "万人")}


# 8. a long table: unit, indicator, year and figure in columns

LONG = """layouts:
  - layout: 长表
    units: {column: 地区}
    indicators: {column: 指标, names: {a: 甲, b: 乙}}
    period: {column: 年份}
    measure: {column: 单位}
    columns: [{path: 数值}]
"""


def test_a_long_table(known, tmp_path) -> None:
    text = "地区,指标,年份,单位,数值\n成都市,甲,2020,亿元,1\n成都市,甲,2021,亿元,2\n自贡市,乙,2021年,人,3\n成都市,甲,2021,亿元,4\n"
    found = read_return(text.encode(), "a.csv", declared(known, tmp_path, LONG, "a", "b"), PROVIDER)
    assert figures(found) == {"E2": ("510100", "a", 2020, "1", "亿元"), "E4": ("510300", "b", 2021, "3", "人")}
    assert [f.cell for f in found.findings if f.rule_code == "RD65"] == ["E3", "E5"]


# 9. shapes beside the seven: regions across, an indicator a sheet, years down, several tables of one form

@pytest.mark.parametrize("layout, sheets, wanted", [
    ("""layouts:
  - layout: 地区在列
    header: {begins: 指标}
    units: {from: header}
    indicators: {column: 指标, names: {a: 甲*}}
    period: {from: title}
    columns: [{path: ["{unit}"]}]
""", {"s": [["2020年"], ["指标", "成都市", "自贡市", "备注"], ["甲类", 1, 2, "x"]]}, {"B3": ("510100", "a", 2020, "1"), "C3": ("510300", "a", 2020, "2")}),
    ("""layouts:
  - layout: 一表一指标
    sheets: ["表*"]
    units: {column: 地区}
    indicators: {from: sheet, names: {a: 甲, b: 乙}}
    period: {from: header}
    columns: [{path: "{year}"}]
""", {"表1 甲": [["地区", 2020], ["成都市", 1]], "表2 乙": [["地区", "2020年"], ["成都市", 2]], "说明": [["地区", 2020], ["成都市", 3]]},
     {"表1 甲!B2": ("510100", "a", 2020, "1"), "表2 乙!B2": ("510100", "b", 2020, "2")}),
    ("""layouts:
  - layout: 年份在行
    units: {from: title}
    period: {column: 年份}
    columns: [{indicator: a, path: 甲}, {indicator: b, path: "乙*"}]
""", {"s": [["成都市 历年"], ["年份", "甲", "乙（新口径）"], ["2019", 1, 2], [2020, 3, 4]]},
     {"B3": ("510100", "a", 2019, "1"), "C3": ("510100", "b", 2019, "2"), "B4": ("510100", "a", 2020, "3"), "C4": ("510100", "b", 2020, "4")}),
    ("""layouts:
  - layout: 表一
    units: {column: 地区}
    period: {is: 2020}
    columns: [{indicator: a, path: 甲}]
  - layout: 表二
    units: {is: "510100"}
    header: {begins: 项目}
    indicators: {column: 项目, names: {b: 乙}}
    period: {is: 2020}
    columns: [{path: 数值}]
""", {"x": [["地区", "甲"], ["成都市", 1]], "y": [["项目", "数值"], ["乙", 2]]}, {"x!B2": ("510100", "a", 2020, "1"), "y!B2": ("510100", "b", 2020, "2")}),
], ids=["regions across", "an indicator a sheet", "years down", "several tables"])
def test_further_shapes(known, tmp_path, layout, sheets, wanted) -> None:
    found = read_return(book(sheets), "a.xlsx", declared(known, tmp_path, layout, "a", "b"), PROVIDER)
    assert not problems(found) and {cell: row[:4] for cell, row in figures(found).items()} == wanted


# -- never a wrong figure

def test_this_year_beside_last_year_by_a_declared_path(known, tmp_path) -> None:
    """The leaf of the return's own year, and no other."""
    layout = """layouts:
  - layout: 两年对照
    header: {begins: 地区, rows: 2}
    units: {column: 地区}
    period: {from: title}
    columns: [{indicator: books, path: [藏量, "{period}"]}]
"""
    lines = [["2022年情况（单位：万册）", None, None], ["地区", "藏量", None], [None, "2021年", "2022年"], ["成都市", 1, 2]]
    found = read_return(book({"s": lines}, ("B2:C2",)), "a.xlsx", declared(known, tmp_path, layout, "books"), PROVIDER)
    assert not problems(found) and figures(found) == {"C4": ("510100", "books", 2022, "2", "万册")}


def test_a_path_that_meets_two_columns_is_told(known, tmp_path) -> None:
    """A leaf that stands in two groups, declared without its group: neither is read."""
    layout = SIX.replace("[债务余额, 一般债务]", "一般债务")
    lines = [["区划代码", "地区", "债务限额", None, "债务余额", None], [None, None, "一般债务", "专项债务", "一般债务", "专项债务"], ["510100", "成都市", 1, 2, 3, 4]]
    found = read_return(book({"s": lines}, ("C1:D1", "E1:F1")), "2022/a.xlsx", declared(known, tmp_path, layout, "limit_general", "limit_special", "general", "special"), PROVIDER)
    assert "RD60" in [code for code, _ in problems(found)] and {c.field for c in found.cells} == {"limit_special", "special"}


@pytest.mark.parametrize("title", ["2022年1-6月情况", "2022年上半年情况"])
def test_half_a_year_in_the_title_is_refused(known, tmp_path, title) -> None:
    lines = [[title, None], [None, "单位：亿元"], ["地区", "收入"], ["成都市", 1], ["自贡市", 2]]
    found = read_return(book({"s": lines}), "2022.xlsx", declared(known, tmp_path, FIVE, "revenue"), PROVIDER)
    assert found.status == "unreadable" and "RD29" in [code for code, _ in problems(found)]


# -- mistakes in a declaration

@pytest.mark.parametrize("wrong, right, line, words", [
    ("path: [R&D人员全时当量, 基础研究]", "paths: x", 18, "不认识的键：paths"),
    ("{from: file}", "{from: nowhere}", 15, "可用"),
    ("indicator: basic", "indicator: nothing", 18, "不是本表式的列"),
    ("基础研究", '"{year}"', 12, "{year}"),
    ("rows: 2", "rows: two", 13, "整数"),
    ("units: {column: 地区}", "units: {}", 12, "地区所在的列"),
])
def test_a_mistake_names_file_and_line(known, tmp_path, wrong, right, line, words) -> None:
    with pytest.raises(DeclarationError) as error:
        declared(known, tmp_path, ONE.replace(wrong, right, 1), "basic", "applied", "trial")
    assert words in str(error.value) and f"strangers.yml:{line}" in str(error.value)


def test_every_layout_of_the_page_loads(known, tmp_path) -> None:
    """What docs/layouts.md shows is what can be declared; its complete example reads its own table."""
    blocks = re.findall(r"```yaml\n(.*?)```", (PROJECT / "docs" / "layouts.md").read_text("utf-8"), re.S)
    names = ("gdp", "people", "fertiliser", "potash", "debt_limit", "debt", "jobs")
    for block in blocks[1:]:
        declared(known, tmp_path, "layouts:\n  - layout: x\n" + block, *names)
    path = tmp_path / "city_people.yml"
    path.write_text(blocks[0], encoding="utf-8")
    form = _form(load_yaml(path), None)
    lines = [["2021年各市情况（单位：万人）"], [], ["地区 Region", "人口 Population", None, "就业"], [None, "全市", "市辖区", None], ["成 都 Chengdu", 1500, 800, 900], ["合计", 1500, 800, 900]]
    found = read_return(book({"s": lines}, ("B3:C3",)), "a.xlsx", replace(known, forms={form.form_id: form}), PROVIDER)
    assert not problems(found) and figures(found) == {"B5": ("510100", "people", 2021, "1500", "万人"), "D5": ("510100", "jobs", 2021, "900", "万人")}
