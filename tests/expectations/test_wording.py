"""Texts that providers and readers see: Chinese and English stand side by side, Chinese in Chinese punctuation, no internal codes.

Reads declarations and sources as text; nothing is run. What a sentence says is no business of this file.
"""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from expectations import catalogue

PROJECT = Path(__file__).parent.parent.parent
FAMILIES = catalogue.load()
HAN = "\u4e00-\u9fff"
# A half-width mark that touches Chinese, a blank between them or not. A colon before Chinese may follow a place (file.yml:3: 规则…).
HALF_WIDTH = re.compile(rf"[{HAN}“”（）《》] ?[,;:?()](?!\d)|[,;?()] ?[{HAN}“《]|[{HAN}][^/]*: ?[{HAN}“《]")
CODES = re.compile(r"REQ-|\bT\d\d\b|\[own\]|至 不限|不限 至")
PACKAGES = ("sources", "expectations", "schemes", "warehouse", "stability", "slips", "dagster_project", "zhunsheng")
# What is read or written by programs, or names a sheet, a header or a folder as others wrote it.
NOT_SENTENCES = {
    "sources/reading/blocks.py", "sources/reading/identity.py", "sources/reading/layout.py", "expectations/detectors/long_table.py",  # patterns of what people write
    "sources/declare/consistency.py", "sources/declare/layouts.py",  # lines of CSV and YAML to copy
    "sources/formats/markup.py", "sources/reading/declared.py", "sources/reading/drafting.py",  # patterns
    "expectations/catalogue.py",  # the column of clauses
}  # fmt: skip


def chinese(text: str) -> str:
    """The Chinese part of a text: what stands before ` / `, nothing where Latin letters prevail (an English sentence may quote a word)."""
    zh = text.partition(" / ")[0]
    return zh if len(re.findall(f"[{HAN}]", zh)) > len(re.findall("[A-Za-z]", re.sub(r"\{\{.*?\}\}|\{\w+(?::\w+)?\}", "", zh))) / 2 else ""


def wrong(text: str) -> list[str]:
    """What must not stand in a Chinese text; arithmetic in brackets may."""
    without_sums = re.sub(r"\([^()\u4e00-\u9fff]*[-+−×÷][^()\u4e00-\u9fff]*\)", "", chinese(text))
    return HALF_WIDTH.findall(without_sums) + CODES.findall(text)


def entries(node: object) -> Iterator[dict]:
    """Every mapping of a YAML tree."""
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            yield from entries(item)


def pairs(entry: dict) -> Iterator[tuple[str, object, object]]:
    """Name, Chinese and English of each bilingual text of a mapping."""
    for name in {re.sub("_(zh|en)$", "", key) for key in entry if isinstance(key, str) and key.endswith(("_zh", "_en"))}:
        yield name, entry.get(f"{name}_zh"), entry.get(f"{name}_en")
    if {"zh", "en"} & entry.keys():
        yield "", entry.get("zh"), entry.get("en")


RULES = [pytest.param(family, rule, id=rule.code) for family, rule in catalogue.all_rules(FAMILIES)]


@pytest.mark.parametrize(("family", "rule"), RULES)
def test_rule_says_both_languages_and_no_internal_code(family, rule):
    texts = {name: getattr(rule, f"{name}_zh") for name in ("title", "formula", "why", "mend", "honest_causes", "cannot_see")}
    assert all(texts.values()) and all(getattr(rule, f"{name}_en") for name in texts)
    shown = [*texts.values(), rule.seen, rule.expected, rule.source, family.title_zh, family.about_zh, family.missing_zh, *map(str, (family.say | rule.say).values())]
    assert {text: wrong(text) for text in shown if wrong(text)} == {}
    assert not any(CODES.search(getattr(rule, f"{name}_en")) for name in texts)
    assert bool(rule.expected) == bool(rule.expected_en), "what was expected is said in both languages"
    assert not re.search(f"[{HAN}]", re.sub(r"\{\w+(?::\w+)?\}|[亿万]?元|万人|不涉及|无发生：原因", "", rule.expected_en)) and not CODES.search(rule.expected_en)
    row = catalogue.catalogue_rows([family])
    assert not any(CODES.search(cited["clause_zh"] + cited["clause_en"]) for cited in row) and all(cited["clause_zh"] and re.search("[A-Z][a-z]+ ", cited["clause_en"]) for cited in row)
    zh, _, en = rule.source.partition(" / ")
    assert re.search(f"[{HAN}]", zh) and en, f"a source is given as Chinese / English: {rule.source}"


DECLARED = ["expectations/clauses.yml", "sources/reading_findings.yml", "expectations/scheme_findings.yml", "slips/derivations.yml", *(f"sources/forms/{p.name}" for p in (PROJECT / "sources/forms").glob("*.yml"))]


@pytest.mark.parametrize("file", DECLARED)
def test_declared_texts_come_in_both_languages(file):
    for entry in entries(yaml.safe_load((PROJECT / file).read_text("utf-8"))):
        for name, zh, en in pairs(entry):
            assert zh and en, (name, entry)
            if name != "header":  # headers are as people wrote them in some year
                assert wrong(str(zh)) == [], zh


def test_an_indicator_has_one_name_on_form_slip_mart_and_page():
    register = {row["indicator"]: row["name_zh"] for row in _rows(PROJECT / "sources/registers/indicators.csv")}
    columns = {c["indicator"]: c["header_zh"][0] for p in (PROJECT / "sources/forms").glob("*.yml") for e in entries(yaml.safe_load(p.read_text("utf-8"))) for c in [e] if "indicator" in e and "header_zh" in e}
    assert len(columns) > 30 and {name: (header, register[name]) for name, header in columns.items() if header != register[name]} == {}


def _rows(path: Path) -> list[dict]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


TABLES = [p for folder in ("dbt_project/seeds", "sources/registers") for p in sorted((PROJECT / folder).glob("*.csv"))]
# Names of places below the prefecture, of dimensions and of holidays, and notes for who keeps the register have one language only; a decision is its own key.
ONE_LANGUAGE = {("unit_states.csv", "name"), ("indicators.csv", "concept_note"), ("indicators.csv", "dimension"), ("derived_indicators.csv", "dimension"), ("derived_indicators.csv", "note"),
                ("closings.csv", "note"), ("official_growth.csv", "note"), ("holidays.csv", "name"), ("ruling_decisions.csv", "decision")}  # fmt: skip


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_tables_come_in_both_languages(path):
    for row in _rows(path):
        assert {column: wrong(text) for column, text in row.items() if text and not column.endswith("_en") and wrong(text)} == {}
        for name, zh, en in pairs(row):
            assert bool(zh) == bool(en) or (path.name, name) in ONE_LANGUAGE, (name, row)


DESCRIBED = sorted((PROJECT / "dbt_project/models/marts").glob("[a-z]*.yml"))


@pytest.mark.parametrize("path", DESCRIBED, ids=lambda path: path.stem)
def test_marts_are_described_in_both_languages(path):
    for entry in entries(yaml.safe_load(path.read_text("utf-8"))["models"]):
        if isinstance(says := entry.get("description"), str):
            zh, _, en = says.partition(" / ")
            assert re.search(f"[{HAN}]", zh) and en and not wrong(zh), says
            assert not re.search(r"\bcalibers?\b", en), says


# the generated models say what the rule files say
MODELS = [p for folder in ("models", "macros", "tests") for p in sorted((PROJECT / "dbt_project" / folder).rglob("*.sql")) if p.parent.name != "rules"]


def test_sentences_of_models():
    found = {}
    for path in MODELS:
        name = path.relative_to(PROJECT).as_posix()
        sql = re.sub(r"(?s:\{#.*?#\})|--.*", "", path.read_text("utf-8"))
        for literal in re.findall(r"'([^'\n]*)'", sql):
            if wrong(literal) and name not in NOT_SENTENCES:
                found.setdefault(name, []).append(literal)
    assert found == {}


def _texts(path: Path) -> Iterator[str]:
    """String constants of a module, docstrings left out; of an f-string each constant part."""
    tree = ast.parse(path.read_text("utf-8"))
    docstrings = {id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef)) and node.body and isinstance(node.body[0], ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


@pytest.mark.parametrize("package", PACKAGES)
def test_sentences_of_programs(package):
    found = {}
    for path in sorted((PROJECT / package).rglob("*.py")):
        name = path.relative_to(PROJECT).as_posix()
        for text in _texts(path):
            if wrong(text) and name not in NOT_SENTENCES:
                found.setdefault(name, []).append((text[:120], wrong(text)))
    assert found == {}


def test_what_comes_whole_is_one_list():
    from slips.groups import WHOLE

    macro = re.search(r"macro whole_measures\(\) -%} \((.*?)\)", (PROJECT / "dbt_project/macros/dialect/exact.sql").read_text("utf-8")).group(1)
    declared = yaml.safe_load((PROJECT / "expectations/rules/type.yml").read_text("utf-8"))["params"]["whole_things"]
    assert set(re.findall("'(.)'", macro)) == WHOLE == set(declared)


def test_rule_book_shows_no_internal_code():
    assert {p.name: CODES.findall(p.read_text("utf-8")) for p in (PROJECT / "docs/rules").glob("*.md") if CODES.search(p.read_text("utf-8"))} == {}


@pytest.mark.parametrize("text", ["单元格, 空", "代码(六位)", "地区: 广州", "是不是?", "（空）; 见表", "依据 REQ-S34", "T26 错栏", "1000 至 不限 人", "规则 [own]"])
def test_each_fault_is_seen(text):
    assert wrong(text)


@pytest.mark.parametrize("text", ["1,203.5 亿元", "得分 = 60 + 40 × (0.5 − 9.0) ÷ (0.5 − 9.0) = 60", "表头 / header: unit", "rules/type.yml:3: 规则未编译", "Choose: 更正 correct, 说明 explain", "2020-12-31 起", "% 以内", "（z > 3）"])
def test_what_is_right_passes(text):
    assert not wrong(text)
