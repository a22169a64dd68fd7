"""A scheme in force can be computed: somebody owes every figure of it, or the gap is declared; growth by any name; what comes late."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace
from functools import cache
from pathlib import Path

import nights
import pytest

from schemes import computable, growth, late, lint, lint_targets
from schemes.definition import Row, Scheme, load_any, read_workbook
from schemes.gate import of_workbook, scheme_findings
from sources.declare import declarations
from warehouse.settings import PROJECT

CASES = Path(os.environ.get("ZHUNSHENG_CASES") or PROJECT.parent / "shared" / "cases") / "year"
needs_cases = pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not beside the project (set ZHUNSHENG_CASES)")
SICHUAN = "510000"


@cache
def declared() -> declarations.Declarations:
    return declarations.load(PROJECT)


def scheme(**tables: list[dict[str, str]]) -> Scheme:
    return Scheme("S", {name: [Row(f"{name}.csv", no, fields) for no, fields in enumerate(rows, start=2)] for name, rows in tables.items()})


def indicator(name: str, method: str = "min_max", **more: str) -> dict[str, str]:
    return {"indicator": name, "method": method, "direction": "+", **more}


def findings_of(content: Scheme, period: int = 2023, province: str | None = SICHUAN) -> list[tuple[str, str]]:
    return [(f.name, f.message_zh) for f in computable.findings(content, computable.Year(declared(), province, period))]


def test_the_schemes_of_the_sample_use_nothing_that_nobody_owes():
    for path in sorted(nights.SAMPLE.glob("*-jxb/*方案*.xlsx")):
        read = read_workbook(path, declared())
        assert [f.message_zh for f in of_workbook(load_any(path, PROJECT), read, None, declared()) if f.severity == "E"] == []


@pytest.mark.parametrize(("name", "period", "words"), [
    ("unemployed_per_10k", 2023, "2023 年没有定义"), ("average_wage", 2023, "（RS-01）2023 年不收集该栏"), ("patents_per_10k", 2024, "分子“专利授权数”没有单位报送：报送日历没有"),
    ("fiscal_self_sufficency", 2023, "是否应为“fiscal_self_sufficiency”"), ("nothing_like_it", 2023, "未登记，又没有算式")])
def test_an_indicator_that_nobody_owes_is_named_with_input_and_form(name, period, words):
    found = findings_of(scheme(indicators=[indicator(name)]), period)
    assert any(kind == "not_owed" and words in message for kind, message in found), found


def test_inputs_are_looked_at_one_by_one_with_their_lag():
    inputs = [{"indicator": "x", "input": "gdp", "role": "current"}, {"indicator": "x", "input": "gdp", "role": "base", "lag": "1"}, {"indicator": "x", "input": "science_share", "role": "add"}]
    found = findings_of(scheme(indicators=[indicator("x")], inputs=inputs), 2018)
    assert [kind for kind, _ in found] == ["not_owed", "not_owed"]
    assert "输入“地区生产总值（当年价格）” 2017 年没有单位报送" in found[0][1] and "派生" in found[1][1]


def test_a_provider_of_the_province_has_to_send_the_form():
    assert "本省 2023 年没有单位报送" in findings_of(scheme(indicators=[indicator("pm25")]), 2023, "110000")[0][1]
    without = replace(declared(), providers={i: replace(p, duties=tuple(d for d in p.duties if d.form_id != "targets")) for i, p in declared().providers.items()})
    found = list(computable.findings(scheme(indicators=[indicator("pm25", "completion_signed", reference="target")]), computable.Year(without, SICHUAN, 2023)))
    assert [f.name for f in found] == ["not_owed"] and "目标值" in found[0].message_zh


def test_a_declared_gap_lets_it_pass_and_is_none_where_somebody_owes():
    wage = scheme(indicators=[indicator("average_wage")], gaps=[{"indicator": "average_wage", "reason": "年鉴不再刊载"}])
    assert findings_of(wage) == []
    assert [kind for kind, _ in findings_of(wage, 2020)] == ["gap_owed"]
    of_a_class = scheme(indicators=[indicator("average_wage")], classes=[{"unit_code": "510100", "class_id": "P"}, {"unit_code": "510300", "class_id": "Q"}], gaps=[{"indicator": "average_wage", "class_id": "P", "reason": "无"}])
    assert [(kind, "类别 Q" in message) for kind, message in findings_of(of_a_class)] == [("not_owed", True)]
    assert [f.name for f in lint.lint(scheme(indicators=[indicator("a")], gaps=[{"indicator": "a"}])) if "gap" in f.name] == ["gap_without_reason"]


def test_a_unit_of_which_nobody_owes_figures_is_named():
    found = findings_of(scheme(indicators=[indicator("pm25")], classes=[{"unit_code": "510000", "class_id": "P"}, {"unit_code": "510100", "class_id": "P"}]))
    assert [kind for kind, _ in found] == ["unit_not_owed"]


@pytest.mark.parametrize(("row", "inputs", "is_speed"), [
    (indicator("gdp_growth_rate", name_zh="发展水平"), [], True), (indicator("x", name_zh="经济实力"), [("gdp_growth_rate", "0")], True),
    (indicator("x", name_zh="发展水平", combine="progress_relative"), [("gdp", "0"), ("gdp", "1")], True), (indicator("x", name_zh="发展水平"), [("gdp_per_capita", "0"), ("gdp_per_capita", "1")], True),
    (indicator("gdp_growth", name_zh="一"), [], True), (indicator("x", name_zh="地区生产总值增幅"), [], True), (indicator("income_growth", name_zh="居民收入增长率"), [], False),
    (indicator("x", name_zh="空气质量改善增幅", combine="progress_relative"), [("pm25", "0"), ("pm25", "1")], False), (indicator("gdp_per_capita", name_zh="人均地区生产总值"), [], False),
    (indicator("nox_per_gdp", name_zh="单位地区生产总值排放"), [], False)])
def test_growth_is_known_by_what_it_is_made_of(row, inputs, is_speed):
    content = scheme(indicators=[row], inputs=[{"indicator": row["indicator"], "input": name, "lag": lag} for name, lag in inputs])
    assert bool(growth.speeds(content, growth.of(declared()))) == is_speed


@pytest.mark.parametrize(("form", "received", "closed_before", "name"), [
    ("scheme", dt.datetime(2023, 3, 1), False, None), ("scheme", dt.datetime(2023, 4, 1), False, "scheme_after_the_fact"), ("scheme", dt.datetime(2030, 1, 2), False, "scheme_after_the_fact"),
    ("scheme", dt.datetime(2025, 1, 1), True, "after_closing"), ("targets", dt.datetime(2023, 6, 30), False, None), ("targets", dt.datetime(2023, 7, 1), False, "targets_after_the_fact"), ("targets", dt.datetime(2025, 1, 1), True, "after_closing")])
def test_what_comes_after_the_fact_is_to_be_explained(form, received, closed_before, name):
    period = 2030 if received.year == 2030 else 2023  # the calendar has no line for 2030: the year itself is the limit
    content = scheme(scheme=[{"policy_document": "川府函〔2011〕198号"}], targets=[{"unit_code": "510100"}])
    found = list(late.findings(form, content, period, received, closed_before, declared()))
    assert [f.name for f in found] == ([name] if name else [])
    assert all(f.severity == "W" and "写明作出决定的文件" in f.message_zh for f in found)


def test_no_line_of_targets_comes_to_nothing_in_silence():
    lines = [{"unit_code": unit, "indicator": name, "measure_text": measure, "target": "1", "source_ref": "文"} for unit, name, measure in (
        ("510100", "pm25", "微克/立方米"), ("510104", "pm25", "微克/立方米"), ("440100", "pm25", "微克/立方米"), ("510300", "pm25", "微克/立方米"), ("510100", "pm25", "万元"), ("510100", "gdp", "亿元"))]
    under = scheme(indicators=[indicator("pm25", "completion_signed"), indicator("gdp")], classes=[{"unit_code": "510100"}])
    found = list(lint_targets.findings(scheme(targets=lines), under, computable.Year(declared(), SICHUAN, 2023), declared()))
    assert sorted((f.row.line, f.name) for f in found) == [(3, "target_unit"), (4, "target_unit"), (5, "target_unit"), (6, "target_measure"), (7, "without_effect")]
    assert [f.name for f in lint_targets.findings(scheme(targets=lines[:1]), None, computable.Year(declared(), SICHUAN, 2023), declared())] == ["target_without_scheme"]


@needs_cases
def test_growth_under_another_name_is_refused_and_a_departments_scheme_by_lint_as_by_the_door():
    hidden = load_any(CASES / "scheme_hidegrowth.xlsx", PROJECT)
    assert "growth_over_cap" in {f.name for f in scheme_findings(hidden, None, SICHUAN, 2024, declared())}
    linted = nights.cli(Path("unused"), "scheme", "lint", CASES / "scheme_dept.xlsx", ok=False)
    assert linted.returncode == 1 and "51-zrzyt" in linted.stdout and "不是“维度”的可选值" in linted.stdout
