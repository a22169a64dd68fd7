"""Asking the door: rows of returns for the judge's process, and what it says of them as tables.

Belongs here: which columns of which relation, handing rows over as files, keeping the verdicts. Does not belong here: Great Expectations (gx/door.py), which
returns are new (warehouse/judging/door.py). Standing decision: rows go as Parquet that DuckDB itself writes and reads, so that no night imports Arrow or pandas.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import duckdb

from expectations import form_suites
from expectations.catalogue import Family
from expectations.outcomes import GX_SEVERITY
from expectations.worker import Worker

PLACE = ("submission_id", "period", "sheet", "row_no", "col_no", "indicator")
INDICATORS = ("indicator", "hard_low", "hard_high", "soft_low", "soft_high")
VERDICTS, COUNTS, OWN = "raw.door_verdict", "raw.door_count", "raw.register_expectation"
OUTCOMES = ("PASS", "FAIL", "NOT_APPLICABLE", "TOO_FEW_POINTS", "NOT_RUN")
EXACT = "expect_rows_to_satisfy"


@dataclass(frozen=True)
class Batch:
    """Rows to judge, as a query, and what is asked of them."""

    query: str
    asked: list[dict]
    columns: str = "arrow"  # or "plain": see gx/door.py


def judge(con: duckdb.DuckDBPyConnection, worker: Worker, batches: Iterable[Batch]) -> None:
    """Let the judge's process see the batches and add what it says to raw.door_verdict and raw.door_count. Raises GateFault."""
    with tempfile.TemporaryDirectory(prefix="zhunsheng-door-") as folder:
        listed = []
        for number, batch in enumerate(batches):
            con.execute(f"copy ({batch.query}) to '{folder}/{number}' (format parquet, compression uncompressed)")
            listed.append({"file": f"{folder}/{number}", "asked": batch.asked, "columns": batch.columns})
        verdicts, counts = f"{folder}/verdicts", f"{folder}/counts"
        worker.run({"ask": "door", "batches": listed, "verdicts": verdicts, "counts_file": counts})
        names = ", ".join(f"'{name}'" for name in OUTCOMES)
        con.execute(f"insert into {VERDICTS} by name select distinct * from read_parquet('{verdicts}')")
        con.execute(f"insert into {COUNTS} by name select * replace ([{names}][outcome + 1] as outcome) from read_parquet('{counts}')")


def batch(con: duckdb.DuckDBPyConnection, family: Family, relation: str, where: str = "true", count: Callable[[str], int] | None = None) -> Batch:
    """The rows of a family's relation that a condition keeps. `count(table)` says how many rows rules that account for a table have to look at."""
    rows = con.execute(f"select {', '.join(INDICATORS)} from raw.register_indicators order by 1").fetchall()
    asked = form_suites.of_family(family, [dict(zip(INDICATORS, row, strict=True)) for row in rows])
    for rule, expectation in zip(family.rules, asked, strict=False):
        if rule.accounts_for and count is not None:
            expectation["kwargs"]["looked_at"] = count(rule.accounts_for)
    wanted = ", ".join(f"{'cast(indicator as varchar) as ' if name == 'indicator' else ''}{name}" for name in sorted(form_suites.columns(asked) | set(PLACE)))
    return Batch(f"select {wanted} from {relation} where {where}", asked)


def own_batches(con: duckdb.DuckDBPyConnection, figures: str, where: str = "true") -> list[Batch]:
    """What the forms' own files expect of their rows (raw.register_expectation): one row a line of a return, a text column a field, `<field>__value` in the
    canonical unit."""
    found: dict[str, list[dict]] = {}
    for form, code, version, severity, kind, kwargs in con.execute(f"select form_id, rule_code, rule_version, severity, kind, kwargs from {OWN} order by rule_code").fetchall():
        found.setdefault(form, []).append({"type": kind, "kwargs": json.loads(kwargs), "severity": GX_SEVERITY[severity], "meta": {"rule": code, "version": version}})
    batches = []
    for form, asked in found.items():
        fields = [field for (field,) in con.execute("select distinct field from raw.register_form_column where form_id = ? and table_name = 'figures' order by 1", [form]).fetchall()]
        wide = ", ".join(f"max(value_text) filter (where indicator = '{f}') as {f}, max(value) filter (where indicator = '{f}') as {f}__value" for f in fields)
        query = f"select submission_id, period, sheet, row_no, min(provider_id) as provider_id, min(unit_code) as unit_code, {wide} from {figures} where form_id = '{form}' and {where} group by all"
        exact, stock = [e for e in asked if e["type"] == EXACT], [e for e in asked if e["type"] != EXACT]
        plain = ", ".join(f"cast({f}__value as double) as {f}__value" for f in fields)
        batches += [Batch(query, exact)] * bool(exact) + [Batch(f"select * replace ({plain}) from ({query})", stock, "plain")] * bool(stock)
    return batches


def place_own(con: duckdb.DuckDBPyConnection, figures: str, submissions: list[str]) -> None:
    """Put what was found on a line of a return onto the cells that the expectation names, and count cells as every other rule does."""
    con.execute(f"""create or replace temp table placed as
        select verdicts.* replace (figures.col_no as col_no, cast(figures.indicator as varchar) as indicator)
        from {VERDICTS} as verdicts
        inner join {OWN} as own on own.rule_code = verdicts.rule_code
        inner join {figures} as figures on figures.submission_id = verdicts.submission_id and figures.sheet = verdicts.sheet and figures.row_no = verdicts.row_no
          and list_contains(own.cells, cast(figures.indicator as varchar))
        where verdicts.col_no is null""")
    con.execute(f"delete from {VERDICTS} where col_no is null and rule_code in (select rule_code from {OWN}); insert into {VERDICTS} from placed; drop table placed")
    judged = f"submission_id in (select unnest(?)) and rule_code in (select rule_code from {OWN})"
    con.execute(f"update {COUNTS} set n = n * (select len(cells) from {OWN} as own where own.rule_code = {COUNTS.split('.')[1]}.rule_code) where {judged}", [submissions])
    con.execute(f"delete from {COUNTS} where outcome = 'FAIL' and {judged}", [submissions])
    con.execute(f"insert into {COUNTS} by name select rule_code, submission_id, period, 'FAIL' as outcome, count(*) as n from {VERDICTS} where {judged} group by all", [submissions])
