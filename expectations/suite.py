"""What Great Expectations asserts: the list of assertions and the one-row frame they are made on.

No GX import here, so that it is cheap to read and test. Decision: models record every violation in SQL; GX asserts on
counts. All counts of a night stand in one row, one column an assertion, so no batch can be empty and no column NULL:
the two ways in which GX passes silently (an empty batch passes nearly everything, NULL passes "between").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from expectations.catalogue import Family, Rule, all_rules
from expectations.outcomes import HINT, MUST_FIX, Counts, outcome_of

COUNTED = ("n_checked", "n_violations", "n_not_applicable", "n_too_few", "n_not_run")


@dataclass(frozen=True)
class Assertion:
    """`low <= observed <= high` for one count; `high` None = no upper bound."""

    expectation_id: str
    subject: str  # rule code, family or table
    check: str
    severity: str
    low: int
    high: int | None
    says_zh: str
    says_en: str


BOOKKEEPING = {
    "n_not_run": ("每一条都有结论", "no row was left undecided"),
    "n_unrecorded": ("每条疑点都有记录", "every violation has its row"),
    "n_without_text": ("每条疑点都有说明", "every violation says what, why and how to mend"),
    "n_without_place": ("每条疑点都指明报表；指到单元格的，工作表和行号齐全", "every violation names its return, and with a cell its sheet and row"),
}

# Canaries: planted before every run. GX must fail the first and pass the second, else the gate is broken.
CANARY_FAILS = Assertion("canary.must_fail", "canary", "canary", MUST_FIX, 0, 0, "已知不通过", "known to fail")
CANARY_PASSES = Assertion("canary.must_pass", "canary", "canary", MUST_FIX, 0, 0, "已知通过", "known to pass")
CANARIES = {CANARY_FAILS: 1, CANARY_PASSES: 0}


def rule_assertions(families: Iterable[Family], request: dict) -> dict[Assertion, int]:
    """Assertion to observed count for every rule. `request`: see `gate.Gate.run`."""
    totals = totals_by_rule(request["summary"])
    recorded = {row["rule_code"]: row for row in request["hits"]}
    expected: Counter = Counter()
    for row in request.get("expected", []):
        expected[row["rule_code"]] += int(row["n_expected"])
    n_rows = {row["table_name"]: int(row["n_rows"]) for row in request["tables"]}
    observed: dict[Assertion, int] = {}
    for family in families:
        observed |= _of_family(family, totals, recorded)
    for _, rule in all_rules(families):
        counts = totals.get(rule.code, Counts())
        observed |= _of_rule(rule, counts)
        if rule.accounts_for in n_rows:
            expected[rule.code] = n_rows[rule.accounts_for]
        if rule.code in expected:
            gap = abs(expected[rule.code] - counts.looked_at)
            observed[_zero(rule.code, "n_unaccounted", MUST_FIX, "应检与已检条数一致", "as many looked at as expected")] = gap
    return observed


def _of_rule(rule: Rule, counts: Counts) -> dict[Assertion, int]:
    observed = {_zero(rule.code, "n_violations", rule.severity, rule.title_zh, rule.title_en): counts.violations}
    if rule.cases:  # reader findings beside the catch-all share its rows: asking once is enough
        says = ("有数据可核对，不因数据为空而视为合格", "something was looked at")
        observed[Assertion(f"{rule.code}.n_looked_at", rule.code, "n_looked_at", HINT, 1, None, *says)] = counts.looked_at
    return observed


def _of_family(family: Family, totals: dict[str, Counts], recorded: dict[str, dict]) -> dict[Assertion, int]:
    """Bookkeeping, added up over the family's rules: undecided rows, unrecorded violations, rows without text or place."""
    sums: Counter = Counter()
    for rule in family.rules:
        counts, hits = totals.get(rule.code, Counts()), recorded.get(rule.code, {})
        placed = rule.shown_per != "return" and family.declared_in is None
        sums["n_not_run"] += counts.not_run
        sums["n_unrecorded"] += abs(counts.violations - int(hits.get("n_hits", 0)))
        sums["n_without_text"] += int(hits.get("n_without_text", 0))
        sums["n_without_place"] += int(hits.get("n_without_place", 0)) if placed else 0
    return {_zero(family.family, check, MUST_FIX, *says): sums[check] for check, says in BOOKKEEPING.items()}


def table_assertions(tables: Iterable[dict]) -> dict[Assertion, int]:
    """Structure of landed tables: rows `{table_name, n_rows, n_null_keys, n_duplicate_keys, n_expected or None}`."""
    observed: dict[Assertion, int] = {}
    for row in tables:
        name = row["table_name"]
        observed[_zero(name, "n_null_keys", MUST_FIX, "主键不为空", "keys are filled")] = int(row["n_null_keys"])
        observed[_zero(name, "n_duplicate_keys", MUST_FIX, "主键不重复", "keys are unique")] = int(row["n_duplicate_keys"])
        if row.get("n_expected") is not None:
            gap = abs(int(row["n_rows"]) - int(row["n_expected"]))
            observed[_zero(name, "n_rows_off", MUST_FIX, "行数与收到的一致", "as many rows as the manifest says")] = gap
    return observed


def totals_by_rule(summary: Iterable[dict]) -> dict[str, Counts]:
    """Counts per rule over all periods."""
    sums: dict[str, Counter] = {}
    for row in summary:
        sums.setdefault(row["rule_code"], Counter()).update({name: int(row.get(name) or 0) for name in COUNTED})
    return {code: Counts(*(count[name] for name in COUNTED)) for code, count in sums.items()}


def rule_outcomes(families: Iterable[Family], summary: Iterable[dict]) -> dict[str, str]:
    """The outcome of every rule of the catalogue (also of those that saw nothing)."""
    totals = totals_by_rule(summary)
    return {rule.code: outcome_of(totals.get(rule.code, Counts()), rule.severity) for _, rule in all_rules(families)}


def hit_facts_sql(hits_table: str) -> str:
    """SQL for the frame `hits`: per rule, how many violations are recorded and how many lack text or place."""
    text = "seen is null or expected is null or coalesce(why_zh, '') = '' or coalesce(why_en, '') = '' or coalesce(mend_zh, '') = ''"
    text += " or coalesce(mend_en, '') = '' or rule_version is null or severity is null"
    # a finding may be about a cell, a row, a column or a return: a row that is gone has no cell
    place = "submission_id is null or provider_id is null or period is null or (cell is not null and (sheet is null or row_no is null))"
    return (
        "select rule_code, count(*) as n_hits,\n"
        f"  count(case when {text} then 1 end) as n_without_text,\n"
        f"  count(case when {place} then 1 end) as n_without_place\n"
        f"from {hits_table} group by rule_code"
    )


def table_facts_sql(table: str, keys: list[str], n_expected: int | None = None) -> str:
    """SQL for one row of the frame `tables`."""
    null_key = " or ".join(f"{key} is null" for key in keys)
    listed = ", ".join(keys)
    expected = "cast(null as bigint)" if n_expected is None else str(int(n_expected))
    return (
        f"select '{table}' as table_name, count(*) as n_rows, count(case when {null_key} then 1 end) as n_null_keys,\n"
        f"  count(*) - (select count(*) from (select {listed} from {table} group by {listed}) as keys) as n_duplicate_keys,\n"
        f"  {expected} as n_expected\nfrom {table}"
    )


def _zero(subject: str, check: str, severity: str, says_zh: str, says_en: str) -> Assertion:
    return Assertion(f"{subject}.{check}", subject, check, severity, 0, 0, says_zh, says_en)
