"""The compiler: the rule book is up to date, the SQL is portable, an undecided rule is never a pass."""

import dataclasses
import re

import pytest
import yaml

from expectations import cases, catalogue, compiler, rulebook, sentences
from expectations.worker import GateFault

FAMILIES = catalogue.load()
RANGE = next(family for family in FAMILIES if family.family == "range")
YEARLY = next(family for family in FAMILIES if family.family == "yearly")
FIGURE = {"figures": [{"cell": "C7"}]}


def test_the_rule_book_is_up_to_date():
    """Also says that generation is deterministic: the pages were written by another process."""
    assert compiler.stale(compiler.book(FAMILIES)) == []


def test_models_are_written_where_a_project_lies_and_nowhere_else(tmp_path):
    """What is missing, what differs and what no rule knows is mended; the second time nothing is written."""
    files = compiler.models([YEARLY], tmp_path)
    assert compiler.write(files) == len(files) and set(files) == {path for path in tmp_path.rglob("*") if path.is_file()}
    judged, stranger = next(path for path in files if "judged" in path.name), tmp_path / compiler.MODELS / "val_hits_nobody.sql"
    judged.write_text("select 1", "utf-8")
    stranger.write_text("select 1", "utf-8")
    assert compiler.stale(files) == [judged, stranger]
    assert compiler.write(files) == 2 and compiler.stale(files) == [] and not stranger.exists()


def test_every_family_says_what_its_columns_hold():
    described = {model["name"]: [column["name"] for column in model["columns"]] for model in yaml.safe_load(compiler.descriptions(FAMILIES))["models"]}
    for family in FAMILIES:
        assert set(compiler.kept_columns(family)) <= set(described[f"val_tested_{family.family}"]), family.family
        assert described[f"val_hits_{family.family}"] == compiler.HIT_COLUMNS


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.family)
def test_sql_is_portable(family):
    for sql in (compiler.tested_sql(family), compiler.judged_sql(family), compiler.hits_sql(family), compiler.summary_sql([family])):
        bare = re.sub(r"'[^']*'|--[^\n]*", "", sql).lower()
        assert "::" not in bare
        assert not re.search(r"\b(qualify|exclude|group by all|arg_max|list_value)\b", bare)
        assert "only_changed(" in sql


def test_no_statement_is_large():
    """Spark's analyser takes minutes above some 60 KB; text of the rendered models, names of schemas left out."""
    statements = [sql(family) for family in FAMILIES for sql in (compiler.tested_sql, compiler.judged_sql, compiler.hits_sql)]
    statements += compiler.meeting_points(FAMILIES).values()
    assert max(len(cases.render(sql).encode()) for sql in statements) < 40_000


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.family)
def test_reads_periods_are_those_that_the_relation_asks_for(family):
    read = "\n".join([family.relation, *(lookup.rows for lookup in family.lookups)])
    asked = {int(step) for steps in re.findall(r"only_changed\([^)]*\[([^]]*)\]", read) for step in steps.split(",")}
    assert family.reads_periods == "all" or asked - {0} == set(family.reads_periods)
    assert family.reads_periods == "all" or set(family.reads_periods) <= set(family.rests_on_periods)


def test_what_no_compiled_rule_reads_is_not_looked_up():
    yearly = next(family for family in FAMILIES if family.family == "yearly")

    def looked_up(code: str) -> set[str]:
        alone = dataclasses.replace(yearly, rules=tuple(rule for rule in yearly.rules if rule.code == code))
        return {lookup.name for lookup in yearly.lookups if lookup.name in compiler.tested_sql(alone)}

    assert {code: looked_up(code) for code in ("YR01", "CP02", "CP03")} == {"YR01": set(), "CP02": {"columns_copied"}, "CP03": {"values_repeated"}}


@pytest.mark.parametrize("family", [f for f in FAMILIES if f.lookups], ids=lambda f: f.family)
def test_every_lookup_is_read_by_some_rule(family):
    sql = compiler.tested_sql(family)
    assert all(f"left join {lookup.name} on" in sql for lookup in family.lookups)


def test_rows_that_are_alike_are_each_counted_and_recorded():
    twice = {"figures": [{"cell": "C7", "value_text": "-5"}, {"cell": "C7", "value_text": "-5"}]}
    rule = dataclasses.replace(RANGE.rules[0], expect={}, fails="value < 0")
    family = dataclasses.replace(RANGE, rules=(rule,))
    assert cases.summary(family, twice, "RG01")["n_violations"] == len(cases.hits(family, twice, "RG01")) == 2


def test_an_undecided_rule_is_not_run_and_not_passed():
    runs = next(family for family in FAMILIES if family.family == "runs")
    undecided = dataclasses.replace(runs.rules[0], applies="true", not_applicable="false", too_few="false", fails="cast(null as boolean)")
    counts = cases.summary(dataclasses.replace(runs, rules=(undecided,)), FIGURE, undecided.code)
    assert counts["n_not_run"] > 0 and (counts["n_checked"], counts["n_violations"]) == (0, 0)


def test_a_row_that_the_door_cannot_decide_is_a_fault():
    undecided = dataclasses.replace(RANGE.rules[1], expect={}, applies="true", fails="soft_low > value")
    with pytest.raises(GateFault, match="RG02.*undecided|undecided.*RG02"):
        cases.hits(dataclasses.replace(RANGE, rules=(undecided,)), {"figures": [{"cell": "C7", "indicator": "library_books"}]})


def test_a_rule_starts_with_its_first_period():
    later = dataclasses.replace(RANGE.rules[0], effective_from=2023)
    counts = cases.summary(dataclasses.replace(RANGE, rules=(later,)), FIGURE, "RG01")
    assert set(counts.values()) == {0}


def test_a_sentence_with_an_unknown_name_does_not_compile():
    with pytest.raises(sentences.UnknownName):
        sentences.to_sql("{nobody}", {}, "-")


def test_catalogue_rows_are_complete():
    rows = catalogue.catalogue_rows(FAMILIES)
    assert [row["rule_code"] for row in rows] == sorted({row["rule_code"] for row in rows})
    for row in rows:
        for name, value in row.items():
            assert value not in ("", None) or name == "effective_from", (row["rule_code"], name)


def test_affected_periods_reach_what_relative_rules_read():
    assert catalogue.affected_periods(FAMILIES, [2020]) == {2018, 2019, 2020, 2021, 2022}


def test_every_rule_has_a_page_with_its_parts():
    pages = rulebook.pages([RANGE])
    for part in ("## 核对内容", "## 示例", "## 可能的合理原因", "## 处理办法", "## 本规则不能发现的情形", "## What it cannot find"):
        assert part in pages["RG01.md"]


def test_a_broken_rule_file_names_file_and_rule(tmp_path):
    (tmp_path / "bad.yml").write_text("family: bad\nstage: intrinsic\nrules: [{code: XX01}]\n", encoding="utf-8")
    with pytest.raises(catalogue.CatalogueFault, match=r"bad\.yml.*XX01"):
        catalogue.load(tmp_path)


RULE = """family: bad
stage: relative
reads_periods: [1]
title_zh: 题
title_en: t
about_zh: 题
about_en: t
relation: select 1
rules:
  - {code: XX01, severity: %s, title_zh: 题, title_en: t, formula_zh: 式, formula_en: f, source: s, clause: [REQ-S34], fails: 'true', why_zh: 因, why_en: w, mend_zh: 改, mend_en: m,
     honest_causes_zh: 因, honest_causes_en: c, cannot_see_zh: 看, cannot_see_en: s, min_n: %s, cases: [{outcome: PASS}, {outcome: FAIL}]}
"""


def test_a_rule_that_needs_several_points_needs_a_case_with_too_few(tmp_path):
    (tmp_path / "bad.yml").write_text(RULE % ("W", 2), encoding="utf-8")
    with pytest.raises(catalogue.CatalogueFault, match="XX01 has no case for .*TOO_FEW_POINTS"):
        catalogue.load(tmp_path)


def test_a_must_fix_rule_may_not_rest_on_later_periods(tmp_path):
    (tmp_path / "bad.yml").write_text(RULE % ("E", 1), encoding="utf-8")
    with pytest.raises(catalogue.CatalogueFault, match="XX01.*later periods"):
        catalogue.load(tmp_path)
