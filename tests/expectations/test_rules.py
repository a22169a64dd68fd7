"""Every rule's own cases, run through the compiled SQL. A rule without a passing and a failing case is not a rule."""

import pytest

from expectations import cases, catalogue, compiler

FAMILIES = catalogue.load()
CASES = [
    pytest.param(family, rule, case, id=f"{rule.code}-{case['outcome']}-{n}")
    for family, rule in catalogue.all_rules(FAMILIES)
    for n, case in enumerate(rule.cases)
]
COLUMN_OF = {"PASS": "n_checked", "FAIL": "n_violations", "NOT_APPLICABLE": "n_not_applicable", "TOO_FEW_POINTS": "n_too_few"}


@pytest.mark.parametrize(("family", "rule", "case"), CASES)
def test_case(family, rule, case):
    hits = cases.hits(family, case, rule.code)
    counts = cases.summary(family, case, rule.code)
    assert counts["n_not_run"] == 0
    assert counts[COLUMN_OF[case["outcome"]]] > 0 or case["outcome"] == "PASS"
    if case["outcome"] != "FAIL":
        assert hits == []
        return
    assert sorted(hit["cell"] or "" for hit in hits) == sorted(case.get("hits", [_only_cell(case)]))
    assert counts["n_violations"] == len(hits)
    for hit in hits:
        _is_complete(hit, rule)


def _only_cell(case) -> str:
    if case.get("figures"):
        return case["figures"][0]["cell"]
    found = next((rows for table, rows in case["world"].items() if table.endswith("_finding")), [{}])
    return found[0].get("cell", "")


def _is_complete(hit, rule):
    assert list(hit) == compiler.HIT_COLUMNS
    assert (hit["rule_code"], hit["rule_version"], hit["severity"]) == (rule.code, rule.version, rule.severity)
    for name in ("submission_id", "provider_id", "period", "seen", "expected", "expected_en", "why_zh", "why_en", "mend_zh", "mend_en"):
        assert hit[name] not in (None, ""), name
    assert "造假" not in hit["why_zh"] + hit["mend_zh"]


@pytest.mark.parametrize("rule", [r for f, r in catalogue.all_rules(FAMILIES) if f.declared_in is None or r is f.rules[0]], ids=lambda r: r.code)
def test_every_rule_has_a_case_that_passes_and_one_that_fails(rule):
    outcomes = {case["outcome"] for case in rule.cases}
    assert {"PASS", "FAIL"} <= outcomes
    assert rule.too_few == "false" or "TOO_FEW_POINTS" in outcomes


@pytest.mark.parametrize(("name", "table"), [("reading", "raw.reading_finding"), ("scheme", "raw.scheme_finding")])
def test_declared_findings_keep_their_own_words(name, table):
    family = next(family for family in FAMILIES if family.family == name)
    declared = family.rules[1]
    finding = {"submission_id": "S1", "rule_code": declared.code, "message_zh": "读不出。", "message_en": "Unreadable.",
               "mend_zh": "请另存。", "mend_en": "Save again."}  # fmt: skip
    (hit,) = cases.hits(family, {"world": {table: [finding]}})
    assert (hit["rule_code"], hit["severity"]) == (declared.code, declared.severity)
    assert (hit["why_zh"], hit["mend_en"]) == ("读不出。", "Save again.")


def test_hostile_magnitudes_overflow_nothing():
    """One absurd figure must not stop the night: every family compiles to SQL that survives the largest decimal."""
    huge = "99999999999999999999"
    wide = [{"cell": f"{chr(67 + n)}7", "indicator": name, "value_text": huge, "printed_unit": "人"} for n, name in enumerate(
        ["gdp", "gdp_per_capita", "gdp_growth_rate", "resident_population", "education_expenditure", "science_expenditure",
         "fiscal_expenditure", "doctors", "hospital_beds", "medical_insured", "wage_bill", "average_wage", "on_post_staff_avg"])]  # fmt: skip
    tiny = [{"indicator": figure["indicator"], "period": 2021, "value": "0.00000001"} for figure in wide]
    for family in FAMILIES:
        cases.hits(family, {"figures": wide, "baseline": tiny})
        cases.summary(family, {"figures": wide, "baseline": tiny}, family.rules[0].code)
