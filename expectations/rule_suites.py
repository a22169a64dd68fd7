"""Suites of the gate, as plain dicts in GX's own layout: each rule of a family, and whether the night recorded what the rules say.

Belongs here: what is asked of which relation. Does not belong here: Great Expectations (gx/), a condition (rules/*.yml). Standing decision: a
condition is compiled from the YAML when the suite is made, so that a model that says something else is found out.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from expectations import cases, catalogue, compiler
from expectations.catalogue import Family, Rule
from expectations.outcomes import GX_SEVERITY, MUST_FIX
from expectations.sentences import quote

TABLES = Path(__file__).parent / "tables.yml"
HOLD, HOLDS, AGREE = "rules_hold", "holds", "records_agree"
HOLD_ZH, HOLD_EN = "没有违反规则的行，没有未判定的行", "no row breaks a rule, none is undecided"
AGREE_ZH, AGREE_EN = "记录的疑点和计数与规则逐行一致", "violations and counts are recorded as the rules say, row by row"


def of_family(family: Family) -> list[dict]:
    """Expectations on the view `val_tested_<family>`: the rules on its rows, and their records beside them."""
    listed = rules(family)
    worst = min(rule.severity for rule in family.rules)  # E, I, W: must-fix first; a warning that fails blocks nothing either way
    return [
        _asked("expect_rules_to_hold", listed, worst, family.family, HOLD, HOLD_ZH, HOLD_EN),
        _asked("expect_records_to_agree", listed, MUST_FIX, family.family, AGREE, AGREE_ZH, AGREE_EN),
    ]


def rules(family: Family) -> list[dict]:
    """The rules as expectations take them: code, version, severity, outcome in SQL."""
    return [{"code": rule.code, "version": rule.version, "severity": rule.severity, "outcome": outcome(family, rule)} for rule in family.rules]


def _asked(kind: str, rules: list[dict], severity: str, family: str, check: str, says_zh: str, says_en: str) -> dict:
    return {"type": kind, "kwargs": {"rules": rules}, "severity": GX_SEVERITY[severity],
            "meta": {"id": f"{family}.{check}", "subject": family, "check": check, "says_zh": says_zh, "says_en": says_en}}


def outcome(family: Family, rule: Rule) -> str:
    """SQL of the rule's outcome for one row of its family's view, ready to run."""
    if family.code_column and rule is not family.rules[0]:
        return f"case when coalesce({family.code_column} = {quote(rule.code)}, false) then 'FAIL' else 'PASS' end"
    sql = compiler.outcome_sql(family, rule)
    return cases.render(sql) if "{{" in sql else sql


@lru_cache
def of_tables() -> dict[str, list[dict]]:
    """{table: expectations} as tables.yml has them."""
    return {table: [_tabled(table, entry) for entry in entries] for table, entries in yaml.load(TABLES.read_text(encoding="utf-8"), catalogue.LOADER).items()}


def _tabled(table: str, entry: dict) -> dict:
    check, kwargs = entry["check"], entry.get("kwargs", {})
    if "query" in kwargs:
        kwargs = {**kwargs, "query": kwargs["query"].replace("{rules}", _declared()).replace("{hits_of_families}", _written())}
    return {"type": entry["type"], "kwargs": kwargs, "severity": entry["severity"],
            "meta": {"id": f"{table.split('.')[1]}.{check}", "subject": table, "check": check, "says_zh": entry["says_zh"], "says_en": entry["says_en"]}}


def _declared() -> str:
    """Code, version and severity of every rule as the files have them, as rows of VALUES."""
    return ", ".join(f"({quote(rule.code)}, {rule.version}, {quote(rule.severity)})" for family in catalogue.load() for rule in family.rules)


def _written() -> str:
    """What each family's model has written, under one another."""
    tables = [*(f"validated.val_hits_{family.family}" for family in catalogue.load()), "validated.val_own_hits"]
    return " union all ".join(f"select * from {table} where period in (from raw.changed_period)" for table in tables)
