"""An expectation that a data team writes into a form's file: refused where it cannot be meant, else judged, reported and written without Python."""

import shutil

import duckdb
import nights
import pytest
import yaml

from expectations import expressions
from expectations.gx import canaries
from sources.declare import declarations, expecting
from sources.declare.yaml_lines import DeclarationError
from warehouse.settings import PROJECT, Settings

TEXTS = {name: f"{name}：{{value_text}}" if name.startswith("why") else name for name in expecting.TEXTS}
BALANCE = {"type": "expect_rows_to_satisfy", "kwargs": {"holds": "education_expenditure__value + science_expenditure__value <= fiscal_expenditure__value / 10"}, "severity": "warning",
           "meta": {"rule": "OWN01", "version": 2, "cells": ["education_expenditure", "science_expenditure"], **TEXTS}}
RANGE = {"type": "expect_column_values_to_be_between", "kwargs": {"column": "fiscal_revenue__value", "max_value": 5_000_000}, "severity": "critical",
         "meta": {"rule": "OWN02", "cells": ["fiscal_revenue"], **TEXTS}}


def project(tmp_path, *own) -> Settings:
    """A copy of the declarations with expectations in the finance form."""
    for name in ("sources", "expectations", "dbt_project", "schemes", "warehouse", "stability"):
        shutil.copytree(PROJECT / name, tmp_path / "project" / name, ignore=shutil.ignore_patterns("sample", "logs", "__pycache__"), symlinks=True)
    file = tmp_path / "project" / "sources" / "forms" / "finance_annual.yml"
    file.write_text(file.read_text("utf-8") + yaml.safe_dump({"expectations": list(own)}, allow_unicode=True), "utf-8")
    return Settings(home=tmp_path / "home", project=tmp_path / "project")


@pytest.mark.parametrize(("change", "said"), [
    ({"type": "expect_wonders"}, "expect_wonders"),
    ({"kwargs": {"holds": "nobody__value < 1"}}, "nobody__value"),
    ({"kwargs": {"holds": "fiscal_revenue__value <"}}, "not a condition"),
    ({"kwargs": {"holds": "open(fiscal_revenue) == 1"}}, "open"),
    ({"kwargs": {"holds": "True", "mostly": 0.9}}, "mostly"),
    ({"kwargs": {}}, "holds"),
    ({"severity": None}, "severity"),
    ({"severity": "fatal"}, "fatal"),
    ({"meta": {**BALANCE["meta"], "cells": ["gdp"]}}, "gdp"),
    ({"meta": {name: value for name, value in BALANCE["meta"].items() if name != "why_zh"}}, "why_zh"),
    ({"mostly": 0.9}, "mostly"),
])
def test_what_cannot_be_meant_is_refused_with_file_and_line(tmp_path, change, said):
    wrong = {name: value for name, value in {**BALANCE, **change}.items() if value is not None}
    settings = project(tmp_path, wrong)
    with pytest.raises(DeclarationError, match=rf"finance_annual\.yml:\d+: .*{said}"):
        declarations.load(settings.project)


def test_the_words_that_declarations_know_are_those_that_are_judged():
    assert set(expecting.FUNCTIONS) == set(expressions.FUNCTIONS)
    assert expecting.TYPES.keys() <= canaries.ON_RETURNS.keys()


def test_it_gives_verdicts_with_its_own_sentences_up_to_the_slip(tmp_path, reduced):
    """Two returns of one provider, an expectation in the row language and one of GX's own."""
    declared = project(tmp_path, BALANCE, RANGE)
    settings = Settings(home=reduced.home().home, project=declared.project)
    for number, (provider, name, content) in enumerate(r for r in reduced.returns() if r[0] == "51-czt"):
        nights.drop(settings, provider, name, content, f"2024-01-01T10:{number:02d}:00")
    nights.Driver(settings).run()
    with duckdb.connect(str(settings.warehouse), read_only=True) as con:
        wrong = con.execute("""select count(*) from (select unit_code, period, max(value) filter (where indicator = 'education_expenditure') as e,
            max(value) filter (where indicator = 'science_expenditure') as s, max(value) filter (where indicator = 'fiscal_expenditure') as f
            from staging.stg_figures group by all) where e + s > f / 10""").fetchall()[0][0]
        high = con.execute("select count(*) from staging.stg_figures where indicator = 'fiscal_revenue' and value > 5000000").fetchall()[0][0]
        reported = con.execute("select rule_code, severity, count(*), count(distinct indicator), min(why_zh) from validated.val_ruled_hits where rule_code like 'OWN%' group by all order by 1").fetchall()
        counted = con.execute("select rule_code, sum(n_checked), sum(n_violations) from validated.val_rule_summary where rule_code like 'OWN%' group by all order by 1").fetchall()
        units = con.execute("select count(*) from (select distinct submission_id, row_no from staging.stg_figures)").fetchall()[0][0]
        status = con.execute("select status, count(*) from validated.val_grid where rule_codes like '%OWN02%' group by all").fetchall()
    assert wrong > 0 and high > 0
    assert [row[:4] for row in reported] == [("OWN01", "W", 2 * wrong, 2), ("OWN02", "E", high, 1)] and "why_zh：" in reported[0][4] and "{" not in reported[0][4]
    assert counted == [("OWN01", 2 * units, 2 * wrong), ("OWN02", units, high)], "cells are counted, as of every rule"
    assert status == [("QUARANTINED", high)], "critical holds a cell back"
    slips = list(settings.slips.rglob("*.html"))
    assert slips and any("OWN02" in slip.read_text("utf-8") for slip in slips)


def test_a_suite_is_written_as_gx_has_it(tmp_path):
    written = nights.cli(tmp_path / "home", "expectations", "show", "statistics_annual").stdout
    suite = yaml.safe_load(written)
    types = {e["type"] for e in suite["expectations"]}
    assert types == {"expect_rows_to_satisfy", "expect_values_within_bounds"} and all(e["severity"] for e in suite["expectations"])
    bounds = next(e for e in suite["expectations"] if e["meta"]["rule"] == "RG01")["kwargs"]["bounds"]
    assert bounds["tertiary_industry_share"] == ["0", "100"] and "fiscal_revenue" not in bounds
    assert "ID01" in written and "ID02" not in written
