"""The gate: every rule's own condition on the family's real rows, and whether the night has recorded what the rules say.

Belongs here: opening the night's copy of the warehouse read-only, running the suites, rows of results. Does not belong here: the suites
(rule_suites.py, tables.yml), what becomes of a result (warehouse). Standing decision: a rule that is broken is data; a disagreement, an empty
table where rows are due, an expectation that raised are faults.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from expectations import catalogue, rule_suites
from expectations.catalogue import Family
from expectations.gx import canaries, dialect, loading, tables  # noqa: F401  (tables registers the expectations)
from expectations.gx.loading import Judged
from expectations.outcomes import SEVERITY_OF_GX

SHAPE = "expect_table_columns_to_match_set"


def judge(file: str, families: list[str] | None = None, with_tables: bool = True, threads: int = 1) -> list[dict]:
    """Rows of expectation_results for the named families (None: all) and the tables of a warehouse file, read-only.

    `period` is that of a rule's counts, None for what is said of all rows at once. Raises SuiteFault.
    """
    source = loading.context().data_sources.add_sql(f"warehouse {next(loading.numbers)}", connection_string=f"duckdb:///{Path(file).absolute()}?threads={threads}")
    rows: list[dict] = []
    try:
        canaries.on_tables(source)
        for family in catalogue.load():
            if not family.at_door and (families is None or family.family in families):
                judged = loading.validate(_batch(source, f"validated.val_tested_{family.family}"), rule_suites.of_family(family))
                rows += [row for one in judged for row in _rows(family, one)]
        for table, asked in rule_suites.of_tables().items() if with_tables else ():
            rows += [_row(one) for one in _table(_batch(source, table), asked)]
    finally:
        dialect.close_all()
    return rows


def _table(batch, asked: list[dict]) -> list[Judged]:
    """The columns first: where they are not those agreed, what rests on them cannot be asked, and only they are reported."""
    shape = [one for one in asked if one["type"] == SHAPE]
    judged = loading.validate(batch, shape) if shape else []
    return judged + (loading.validate(batch, [one for one in asked if one not in shape]) if all(one.success for one in judged) else [])


def _batch(source, relation: str):
    """The whole relation; as a query, so that GX does not read it once more to see that it is there."""
    asset = source.add_query_asset(relation, query=f"select * from {relation}")
    return SimpleNamespace(get_batch=lambda _: asset.get_batch(asset.build_batch_request()))  # a kept definition would cost as much again


def _rows(family: Family, judged: Judged) -> list[dict]:
    """A row for each rule and period that it looked at, and one for what is said of the family as a whole."""
    if judged.asked["meta"]["check"] != rule_suites.HOLD:
        return [_row(judged)]
    return [{"expectation_id": f"{rule.code}.{rule_suites.HOLDS}", "subject": rule.code, "check": rule_suites.HOLDS, "severity": rule.severity, "period": int(period),
             "success": counts[1] == counts[4] == 0, "observed": counts[1], "counts": counts, "says_zh": rule.title_zh, "says_en": rule.title_en, "examples": []}
            for rule in family.rules for period, counts in judged.result["counts"][rule.code].items()]


def _row(judged: Judged) -> dict:
    meta, observed = judged.asked["meta"], judged.result.get("observed_value", judged.result.get("unexpected_count"))
    return {"expectation_id": meta["id"], "subject": meta["subject"], "check": meta["check"], "severity": SEVERITY_OF_GX[judged.asked["severity"]], "period": None,
            "success": judged.success, "observed": int(observed) if isinstance(observed, (int, float)) else None, "counts": None, "says_zh": meta["says_zh"],
            "says_en": meta["says_en"], "examples": judged.result.get("examples", [])}
