"""Handing the night's counts to the truth gate and keeping its answers as rows.

Belongs here: collecting the frames, writing `validated.expectation_results`. Does not belong here: what is asserted
(expectations/suite.py) and what a rule says (expectations/rules).
Standing decision: a rule that is hit is data and never stops a night; an assertion about the bookkeeping itself (a table that
lost rows, a violation without its row, a blind canary) is a fault of the pipeline and does.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import duckdb

from expectations import suite
from expectations.gate import GateFault
from expectations.outcomes import MUST_FIX
from sources.rows import as_dicts, laid_out

RESULTS = "validated.expectation_results"
VIOLATIONS = "n_violations"
COLUMNS = {"expectation_id": "varchar", "subject": "varchar", "check": "varchar", "severity": "varchar", "success": "boolean", "observed": "bigint",
           "expected": "varchar", "says_zh": "varchar", "says_en": "varchar"}

# Landed and typed tables with their keys; cells are counted against what the reader said it read.
TABLES = (
    ("raw.submission", ["submission_id"], None),
    ("raw.cell", ["submission_id", "table_name", "sheet", "row_no", "col_no", "field"], "select sum(n_cells) from raw.submission"),
    ("staging.stg_figures", ["submission_id", "sheet", "row_no", "col_no", "indicator"], "select count(*) from raw.cell where table_name = 'figures'"),
)


@dataclass(frozen=True)
class Verdicts:
    """The gate's answer in short: rows kept, expectations asserted, hits and rule codes per (family, severity)."""

    rows: int
    expectations: int
    hits: dict[tuple[str, str], int] = field(default_factory=dict)
    rules: dict[tuple[str, str], str] = field(default_factory=dict)


def frames(con: duckdb.DuckDBPyConnection, anew: bool) -> dict:
    """What the gate asserts on: the night's summary, its recorded violations, and facts of tables (see `Gate.ask`).

    Unless `anew` (other code), what the last night's results say of the very same counts goes along and is not asserted again.
    """
    tables = []
    for table, keys, expected in TABLES:
        n = con.execute(expected).fetchall()[0][0] if expected else None
        tables += as_dicts(con, suite.table_facts_sql(table, keys, n))
    return {
        "summary": as_dicts(con, "select * from validated.val_rule_summary"),
        "hits": as_dicts(con, suite.hit_facts_sql("validated.val_hits")),
        "tables": tables,
        "known": [] if anew or not _is_kept(con) else as_dicts(con, f"select expectation_id, observed, success from {RESULTS}"),
    }


def _is_kept(con: duckdb.DuckDBPyConnection) -> bool:
    return bool(con.execute("select count(*) from duckdb_tables() where schema_name || '.' || table_name = ?", [RESULTS]).fetchall()[0][0])


def keep(con: duckdb.DuckDBPyConnection, results: list[dict]) -> None:
    """Write the gate's results, a row per expectation."""
    columns = {name: [row[name] for row in results] for name in COLUMNS}
    con.execute("create schema if not exists validated")
    shown = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in COLUMNS.items())
    with laid_out(con, "results_in_hand", columns):
        con.execute(f"create or replace table {RESULTS} as select {shown} from results_in_hand")


def raise_faults(results: list[dict]) -> None:
    """Raise GateFault where an assertion about the bookkeeping itself does not hold."""
    faults = [r for r in results if r["severity"] == MUST_FIX and r["check"] not in (VIOLATIONS, "canary") and not r["success"]]
    if faults:
        said = "; ".join(f"{r['subject']}: {r['says_zh']} / {r['says_en']} ({r['observed']}, expected {r['expected']})" for r in faults[:5])
        raise GateFault(f"真实性关口自身核对不符 / the gate's own bookkeeping does not hold: {said}")


def verdicts(con: duckdb.DuckDBPyConnection) -> Verdicts:
    """What is kept of the gate's results, in short."""
    n = con.execute(f"select count(*) from {RESULTS}").fetchall()[0][0]
    families = {code: of for code, *of in con.execute("select rule_code, family, severity from raw.register_rule").fetchall()}
    hits: dict[tuple[str, str], int] = defaultdict(int)
    rules: dict[tuple[str, str], list[str]] = defaultdict(list)
    counted = con.execute("select rule_code, sum(n_violations) from validated.val_rule_summary group by 1 having sum(n_violations) > 0 order by 1").fetchall()
    for code, count in counted:
        hits[tuple(families[code])] += int(count)
        rules[tuple(families[code])].append(f"{code} × {count}")
    return Verdicts(n, n, dict(hits), {pair: ", ".join(codes) for pair, codes in rules.items()})
