"""What a newcomer adds, each in as many files as docs/architecture.md says, and each at work: the files are counted, the thing is used."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import nights
import pytest

from expectations import compiler
from schemes import definition, methods
from sources.declare import declarations
from sources.template.return_csv import write_csv
from warehouse import compiled, editions, preflight
from warehouse.scratch import scoring
from warehouse.settings import PROJECT, Settings
from zhunsheng import binding

COPIED = ("sources", "expectations", "dbt_project", "schemes", "warehouse", "stability", "docs")
PAGE = PROJECT / "docs" / "architecture.md"
COUNTS = {"indicator": 1, "provider": 1, "form": 1, "rule": 1, "method": 1, "mart": 2}
WORDS = {"indicator": "指标，由单位报送", "provider": "报送单位", "form": "表式", "rule": "规则", "method": "计分方法", "mart": "数据集"}

INDICATOR = """  - indicator: library_visits
    registered: {name_zh: 公共图书馆总流通人次, name_en: Visits to public libraries, unit: 万人次, decimals: 2, direction: "+", dimension_zh: 基本公共服务, nature: 定量, hard_low: 0}
    header_zh: [总流通人次]
    header_en: [Visits]
    owed: {from: 2024}
    unit: 万人次
"""
PROVIDER = """
- provider: 51-lyj
  name_zh: 四川省林业和草原局
  name_en: Sichuan Forestry and Grassland Administration
  province: "510000"
  role: data
"""
FORM = """form: forest_annual
number: LY-01
title_zh: 森林资源年报表
title_en: Annual return of forests
kind: figures
owed_by: [51-sthjt]
due: {2018: 2019-10-31T18:00:00}
sheet: 森林资源
columns:
  - indicator: forest_cover
    registered: {name_zh: 森林覆盖率, name_en: Forest cover, unit: "%", decimals: 2, direction: "+", dimension_zh: 环境保护, nature: 定量, hard_low: 0, hard_high: 100}
    header_zh: [森林覆盖率]
    header_en: [Forest cover]
    owed: {from: 2018}
    unit: "%"
"""
RULE = """
  - code: XX01
    severity: W
    title_zh: 试验规则
    title_en: a rule on trial
    formula_zh: 数值小于零
    formula_en: value below zero
    source: 试验 / trial
    clause: [REQ-S34]
    fails: value < 0
    expected: 不小于零
    why_zh: 因
    why_en: w
    mend_zh: 改
    mend_en: m
    honest_causes_zh: 因
    honest_causes_en: c
    cannot_see_zh: 看
    cannot_see_en: s
    cases: [{outcome: PASS}, {outcome: FAIL}]
"""
METHOD = """  - method: twice_the_target
    zh: 倍数法
    en: twice the target
    arithmetic: exact
    needs: [[target]]
    formula_zh: F × x ÷ (2T)，不超过满分
    formula_en: F x / (2 T), no more than full marks
    formula: {needs: target > 0, add: "0", times: full_marks, numerator: value, denominator: 2 * target, low: "0", high: full_marks}
"""
MART_SQL = """{{ config(materialized='table') }}
select unit_code, period, count(*) as n_owed, '应报单元格数' as why_zh, 'cells owed' as why_en
from {{ ref('val_grid') }}
group by unit_code, period
"""
MART_YAML = """version: 2
models:
  - name: owed_cells
    description: "各单位应报单元格数 / cells owed by unit"
    config: {meta: {key: [unit_code, period]}}
    columns:
      - {name: unit_code, data_type: varchar, description: "行政区划代码 / division code", constraints: [{type: not_null}]}
      - {name: period, data_type: integer, description: "考评年度 / assessment year", constraints: [{type: not_null}]}
      - {name: n_owed, data_type: bigint, description: "应报单元格数 / cells owed"}
      - {name: why_zh, data_type: varchar, description: "理由 / the reason, in Chinese", constraints: [{type: not_null}]}
      - {name: why_en, data_type: varchar, description: "英文理由 / the reason, in English", constraints: [{type: not_null}]}
"""


@pytest.fixture
def project(tmp_path) -> Path:
    """The project as a newcomer has cloned it."""
    root = tmp_path / "project"
    for name in COPIED:
        shutil.copytree(PROJECT / name, root / name, ignore=shutil.ignore_patterns("sample", "logs", "__pycache__"))
    return root


def written(project: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in project.rglob("*") if path.is_file() and "target" not in path.parts}


def append(path: Path, text: str) -> None:
    path.write_text((path.read_text("utf-8").rstrip("\n") + "\n" if path.exists() else "") + text.lstrip("\n"), "utf-8")


def add_indicator(project: Path) -> None:
    append(project / "sources/forms/culture_annual.yml", INDICATOR)
    append(project / "sources/forms/culture_annual.yml", "due: {2024: 2025-10-31T18:00:00}\n")


def add_provider(project: Path) -> None:
    append(project / "sources/providers.yml", PROVIDER)


def add_form(project: Path) -> None:
    append(project / "sources/forms/forest_annual.yml", FORM)


def add_rule(project: Path) -> None:
    append(project / "expectations/rules/keying.yml", RULE)


def add_method(project: Path) -> None:
    append(project / "schemes/methods.yml", METHOD)


def add_mart(project: Path) -> None:
    append(project / "dbt_project/models/marts/owed_cells.sql", MART_SQL)
    append(project / "dbt_project/models/marts/owed_cells.yml", MART_YAML)


ADD = {"indicator": add_indicator, "provider": add_provider, "form": add_form, "rule": add_rule, "method": add_method, "mart": add_mart}


def test_the_page_has_these_counts():
    """One row of the table for each: what is added, the number of files, which they are, what else."""
    rows = {cells[1].strip(): cells[2].strip() for line in PAGE.read_text("utf-8").splitlines() if len(cells := line.split("|")) == 6}
    assert {what: rows.get(word) for what, word in WORDS.items()} == {what: str(n) for what, n in COUNTS.items()}


@pytest.mark.parametrize("what", ADD)
def test_it_takes_as_many_files_as_the_page_says_and_nothing_is_amiss(project, what):
    before = written(project)
    ADD[what](project)
    after = written(project)
    assert len([path for path in before.keys() | after.keys() if before.get(path) != after.get(path)]) == COUNTS[what]
    assert declarations.load_all(project)[1] == [] and compiler.mistakes(project) == [] and preflight.marts(project) == [] and methods.disagreements(project) == []


def test_what_a_form_says_of_registers_is_in_them(project):
    for what in ("indicator", "provider", "form", "method"):
        ADD[what](project)
    known = declarations.load(project)
    definitions = [row for row in known.registers["definitions"].values("indicator", "definition_id", "valid_from", "valid_to", "definition_zh", "code", "reason_zh") if row[0] == "library_visits"]
    assert definitions == [("library_visits", "v1", 2024, None, "公共图书馆总流通人次", "OK", "首个口径，自首个报告期起有效。")]
    assert ("万人次", "万人次", 1) in known.registers["measures"].values("measure_text", "canonical_unit", "factor")
    assert "forest_annual" in known.providers["51-sthjt"].forms and ("forest_annual", 2018) in known.registers["calendar"].values("form_id", "period")
    (column,) = [c for t in known.forms["scheme"].tables for c in t.columns if c.field == "method"]
    assert column.choices[-1] == "twice_the_target" and not methods.declared(project)["twice_the_target"].redrawn
    assert known.providers["51-lyj"].forms == ()


def test_a_form_of_one_file_is_handed_in_judged_and_published(reduced):
    """The same file as a home's own, through a night; handed over to another provider after its first year."""
    settings = reduced.home()
    (settings.home / "forms").mkdir()
    handed_over = FORM.replace("owed_by: [51-sthjt]", "owed_by: [{provider: 51-sthjt, to: 2018}, {provider: 51-slt, from: 2019}]").replace("2019-10-31T18:00:00}", "2019-10-31T18:00:00, 2019: 2020-10-31T18:00:00}")
    (settings.home / "forms" / "forest_annual.yml").write_text(handed_over, "utf-8")
    known = declarations.load(PROJECT, home=settings.home)
    rows = [{"unit_code": "510100", "unit_name": "成都市", "forest_cover": "40.10"}, {"unit_code": "510300", "unit_name": "自贡市", "forest_cover": "340.10"}]
    for minute, (provider, year) in enumerate((("51-sthjt", 2018), ("51-sthjt", 2019), ("51-slt", 2019))):
        nights.drop(settings, provider, f"{year}.csv", write_csv(known, provider, "forest_annual", year, rows), f"2024-01-01T10:0{minute}:00")
    nights.Driver(settings).run()
    database = editions.database(settings)
    assert nights.query(database, "select period, provider_id, unit_code, status, cast(value as double) from expected_grid where indicator = 'forest_cover' and value_text is not null order by 1, 3") == [
        (year, provider, *cell) for year, provider in ((2018, "51-sthjt"), (2019, "51-slt")) for cell in (("510100", "ACCEPTED", 40.1), ("510300", "QUARANTINED", 340.1))]
    assert nights.query(database, "select provider_id, period, return_status from returns order by 1, 2") == [("51-slt", 2019, "PARTLY_ACCEPTED"), ("51-sthjt", 2018, "PARTLY_ACCEPTED"), ("51-sthjt", 2019, "RETURNED")]
    assert nights.query(database, "select distinct rule_code from validation_failures where provider_id = '51-sthjt' and period = 2019 and severity = 'E' and cell is null") == [("FM05",)]
    assert nights.query(database, "select count(*) from provider_deadlines where form_id = 'forest_annual' and state in ('YELLOW', 'RED', 'NOT_YET_DUE')") == [(0,)]
    assert nights.query(database, "select valid_from, definition_id, definition_zh, why_en from indicators where indicator = 'forest_cover'") == [(2018, "v1", "森林覆盖率", "First definition, valid from the first period.")]


@pytest.mark.dbt
def test_all_of_it_compiles_and_the_method_scores(project, tmp_path, monkeypatch):
    """dbt compiles the rule, the method and the mart, and a scheme of strangers is scored by the new method."""
    for add in ADD.values():
        add(project)
    settings = Settings(home=tmp_path / "home", project=project)
    nodes = compiled.load(settings).by_relation
    assert "outcome_xx01" in nodes["validated.val_judged_keying"].full and nodes["marts.owed_cells"].key == ("unit_code", "period")
    assert binding.mistakes(settings, declarations.load(project)) == []
    (tmp_path / "scheme").mkdir()
    (tmp_path / "scheme" / "indicators.csv").write_text("indicator,method,target\na,twice_the_target,10\n", "utf-8")
    (tmp_path / "figures.csv").write_text("unit_code,indicator,value\nx,a,15\ny,a,50\nz,a,0\n", "utf-8")
    monkeypatch.setattr(definition, "METHODS", tuple(methods.declared(project)))
    scoring.score(settings, definition.load(tmp_path / "scheme"), tmp_path / "figures.csv", tmp_path / "out.csv")
    scored = duckdb.sql(f"select unit_code, cast(score as double) from '{tmp_path / 'out.csv'}' where node = 'a' order by 1").fetchall()
    assert scored == [("x", 75.0), ("y", 100.0), ("z", 0.0)]


@pytest.mark.parametrize("old, new, says", [
    ("times: full_marks, ", "", "formula 应写"), ("arithmetic: exact", "arithmetic: real", "formula 应写"), ("needs: [[target]]", "ranked: true", "不能用 ranked"),
    ("    formula_en: F x / (2 T), no more than full marks\n", "", "formula_en"),
])
def test_a_formula_that_cannot_be_meant_is_refused(tmp_path, old, new, says):
    assert old in METHOD
    (tmp_path / "schemes").mkdir()
    shutil.copy(PROJECT / "schemes" / "methods.yml", tmp_path / "schemes" / "methods.yml")
    append(tmp_path / "schemes" / "methods.yml", METHOD.replace(old, new))
    (message,) = methods.disagreements(tmp_path)
    assert message.startswith("schemes/methods.yml:") and says in message


@pytest.mark.parametrize("old, new, says", [
    ("owed_by: [51-sthjt]", "owed_by: [51-nobody]", "没有报送单位 51-nobody"), ("registered: {name_zh: 森林覆盖率, ", "registered: {", "name_zh"),
    ("- indicator: forest_cover", "- indicator: gdp", "gdp 已在 registers/indicators.csv:2 登记"), ("nature: 定量, hard_low", "nature: 定量, hard_lo", "没有这些列：hard_lo"),
    ("hard_high: 100", "hard_high: much", "hard_high"), ("due: {2018: 2019-10-31T18:00:00}", "due: {2018: soon}", "due_at"), ("due: {2018: 2019-10-31T18:00:00}\n", "", "没有报送期限"),
    ("owed_by: [51-sthjt]", "owed_by: [{provider: 51-sthjt, form: 2018}]", "有不认识的键：form"), ("owed_by: [51-sthjt]", "owed_by: [{provider: 51-sthjt, from: soon}]", "`from` 应为年度"),
])
def test_a_mistake_in_a_form_of_one_file_names_its_line(tmp_path, old, new, says):
    assert old in FORM
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "forest_annual.yml").write_text(FORM.replace(old, new), "utf-8")
    mistakes = declarations.load_all(PROJECT, home=tmp_path)[1]
    assert any(says in line and line.startswith("forms/forest_annual.yml:") for line in mistakes), mistakes
