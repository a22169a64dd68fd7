"""Does every rule find what it is for? Its own cases, through its family's relation, judged by the very expectations that judge a night.

Belongs here: laying out cases, judging them all at once. Does not belong here: the cases (rules/*.yml). Standing decision: the gate follows the YAML, so a
condition that is wrong in the YAML itself is found by its cases alone; a rule whose failing case passes, or passing case fails, stops the night.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
import pyarrow as pa

from expectations import cases, catalogue, compiler, form_suites, rule_suites
from expectations.catalogue import Family
from expectations.gx import dialect, door, loading, tables
from expectations.gx.loading import SuiteFault

CASE = "case_no"


def prove(families: list[str] | None = None) -> dict:
    """Judge every case of every rule of the named families (None: all). Returns how many. Raises SuiteFault naming rule and case."""
    n, wrong = 0, []
    for family in (f for f in catalogue.load() if families is None or f.family in families):
        listed = [(rule, number, case) for rule in family.rules for number, case in enumerate(rule.cases, start=1)]
        if listed:
            rows = _rows(family, [case for *_, case in listed])
            outcomes = (_at_door if family.at_door else _in_models)(family, rows)
            wrong += [f"{rule.code} 例 / case {number} ({case['outcome']})" for k, (rule, number, case) in enumerate(listed) if not _comes_out(case, outcomes.get((rule.code, k), {}))]
            n += len(listed)
    if wrong:
        raise SuiteFault(f"规则与其例子不符，请核对规则的条件 / rules whose own cases do not come out, check their conditions: {'; '.join(wrong[:10])}")
    return {"cases": n}


def _comes_out(case: dict, counts: dict[int, int]) -> bool:
    of = {name: counts.get(number, 0) for number, name in enumerate(tables.OUTCOMES)}
    return (of[case["outcome"]] > 0 or case["outcome"] == "PASS") and (of["FAIL"] > 0) == (case["outcome"] == "FAIL") and of["NOT_RUN"] == 0


def _rows(family: Family, listed: list[dict]) -> pa.Table:
    """The rows of the family's relation in every case, distinguished by `case_no`; planned once."""
    found, name = [], f"proof_{family.family}"
    sql = cases.render(compiler.tested_sql(family))
    cases.database().execute(f"prepare {name} as {sql}")
    for number, case in enumerate(listed):
        with cases.connect(case) as con:
            rows = con.execute(f"execute {name}").to_arrow_table()
        found.append(rows.append_column(CASE, pa.array([number] * rows.num_rows, pa.int32())))
    cases.database().execute(f"deallocate {name}")
    return pa.concat_tables(found)


def _in_models(family: Family, rows: pa.Table) -> dict[tuple[str, int], dict[int, int]]:
    """{(rule code, case): {outcome: rows}} of a family that the models judge; the case stands where a night has its period."""
    with tempfile.TemporaryDirectory(prefix="zhunsheng-proof-") as folder:
        file = Path(folder) / "proof.duckdb"
        with duckdb.connect(str(file)) as con:
            con.register("rows_in_hand", rows)
            con.execute(f"""create schema raw; create schema validated; create table raw.changed_period (period integer);
                create table validated.val_hits (rule_code varchar, rule_version integer, severity varchar, submission_id varchar, unit_code varchar, indicator varchar, period integer,
                  sheet varchar, row_no integer, col_no integer);
                create table validated.tested as select * exclude ({CASE}), {CASE} from rows_in_hand""")
        source = loading.context().data_sources.add_sql(f"proof {next(loading.numbers)}", connection_string=f"duckdb:///{file}?threads=1")
        asked = {"type": "expect_rules_to_hold", "kwargs": {"rules": rule_suites.rules(family), "by": CASE}, "severity": "info", "meta": {"id": f"{family.family}.cases"}}
        try:
            (judged,) = loading.validate(source.add_query_asset(family.family, query="select * from validated.tested").add_batch_definition_whole_table("all"), [asked])
        finally:
            dialect.close_all()
    return {(code, int(number)): dict(enumerate(counts)) for code, of in judged.result["counts"].items() for number, counts in of.items()}


def _at_door(family: Family, rows: pa.Table) -> dict[tuple[str, int], dict[int, int]]:
    """The same of a family that the door judges; the case stands before the submission."""
    names = pa.array([f"{number} {submission}" for number, submission in zip(rows[CASE].to_pylist(), rows["submission_id"].to_pylist(), strict=True)])
    reported = rows.set_column(rows.column_names.index("submission_id"), "submission_id", names)
    asked = form_suites.of_family(family, cases.database().sql("select indicator, hard_low, hard_high, soft_low, soft_high from raw.register_indicators").to_arrow_table().to_pylist())
    found: dict[tuple[str, int], dict[int, int]] = {}
    for judged in loading.validate(door.frames(), asked, {"dataframe": door.frame(reported)}):
        for submission, _, outcome, n in door.counts(judged):
            of = found.setdefault((judged.asked["meta"]["rule"], int(submission.split()[0])), {})
            of[outcome] = of.get(outcome, 0) + n
    return found
