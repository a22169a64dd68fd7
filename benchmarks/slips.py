"""`make bench-slips`: the slips of 1,000 providers, in a process of their own: seconds and peak memory, pages and (a sample of) workbooks.

A made-up edition: 1,000 providers, each with the return of one period, 21 units x 4 indicators, six years in the grid, eight findings a return,
and a record of six years: two pages a provider.

    python -m benchmarks.slips [--providers N]
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PROVIDERS, WORKBOOKS, PERIOD = 1000, 50, 2023
FORM, INDICATORS = "finance_annual", "['fiscal_revenue', 'fiscal_expenditure', 'science_expenditure', 'education_expenditure']"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--providers", type=int, default=PROVIDERS)
    parser.add_argument("--one", nargs=2, metavar=("KIND", "FOLDER"))
    given = parser.parse_args()
    if given.one:
        print(json.dumps(KINDS[given.one[0]](Path(given.one[1]), given.providers)))
        return
    with tempfile.TemporaryDirectory(prefix="zhunsheng-bench-") as folder:
        _make_edition(Path(folder) / "marts.duckdb", given.providers)
        for kind in KINDS:
            done = subprocess.run([sys.executable, "-m", "benchmarks.slips", "--providers", str(given.providers), "--one", kind, folder], cwd=PROJECT, capture_output=True, text=True, check=True)
            told = json.loads(done.stdout.splitlines()[-1])
            print(f"{kind:10} {told['n']:6} written   {told['seconds']:7.2f} s   {told['seconds'] / told['n'] * 1000:6.1f} ms each   {told['bytes'] / told['n'] / 1024:6.1f} KiB each   peak {told['peak_mb']:5.0f} MB")


def _pages(folder: Path, providers: int) -> dict:
    from slips import shelf

    started = time.monotonic()
    shelf.write(folder / "slips", folder / "marts.duckdb", _declarations(providers), "bench", None)
    seconds, pages = time.monotonic() - started, list((folder / "slips").glob("*/*.html"))
    return {"n": len(pages), "seconds": seconds, "bytes": sum(p.stat().st_size for p in pages), "peak_mb": _peak()}


def _workbooks(folder: Path, providers: int) -> dict:
    from slips.evidence import Evidence
    from slips.workbook import annotate
    from sources.template.template import write

    known = _declarations(providers)
    original = write(known, "44-czt", FORM, PERIOD)
    size = n = 0
    with Evidence(folder / "marts.duckdb", known) as evidence:
        started = time.monotonic()
        for slip in evidence.slips():
            size += len(annotate(original, slip.findings, slip.rules, slip.sent["submission_id"], known.forms["answers"]))
            n += 1
            if n == WORKBOOKS:
                break
    return {"n": n, "seconds": time.monotonic() - started, "bytes": size, "peak_mb": _peak()}


KINDS = {"pages": _pages, "workbooks": _workbooks}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _declarations(providers: int):
    from sources.declare import declarations

    known = declarations.load(PROJECT)
    model = known.providers["44-czt"]
    made = {f"p{n}": dataclasses.replace(model, provider_id=f"p{n}", name_zh=f"第 {n} 单位", province=f"{n:06}") for n in range(providers)}
    return dataclasses.replace(known, providers=known.providers | made)


def _make_edition(path: Path, providers: int) -> None:
    import duckdb

    con = duckdb.connect(str(path))
    con.execute(f"""
        create table expected_grid as
        select 'p' || p as provider_id, '{FORM}' as form_id, cast(440000 + u * 100 as varchar) as unit_code, unnest({INDICATORS}) as indicator, y as period,
          'ACCEPTED' as status, 'S' || p || '-' || y as submission_id, '财政' as sheet, 'C' || u as cell, cast(100 + u + y % 7 as varchar) as value_text,
          cast(100 + u + y % 7 as decimal(28, 8)) as value
        from range({providers}) as a(p), range(1, 22) as b(u), range({PERIOD - 5}, {PERIOD + 1}) as c(y)
    """)
    con.execute(f"""
        create table returns as
        select 'S' || p || '-' || {PERIOD} as submission_id, 'p' || p as provider_id, '第 ' || p || ' 单位' as provider_zh, '{FORM}' as form_id, {PERIOD} as period,
          'x.xlsx' as file_name, 'inbox' as channel, timestamp '2024-10-01 09:00' as received_at, timestamp '2024-10-31 18:00' as due_at, false as is_late, 1 as version_no,
          cast(null as varchar) as replaces, 'PARTLY_ACCEPTED' as return_status, true as is_in_force, 84 as n_cells, 84 as n_filled, 2 as n_must_fix, 6 as n_must_explain, 0 as n_hints,
          '有 2 条强制性疑点' as why_zh, '2 must-fix hits' as why_en
        from range({providers}) as a(p)
    """)
    con.execute(f"""
        create table validation_failures as
        select 'f' || p || '-' || k as failure_id, 'd' || p || '-' || k as finding_id, 'YR01' as rule_code, 1 as rule_version, case when k < 2 then 'E' else 'W' end as severity, 'p' || p as provider_id,
          'S' || p || '-' || {PERIOD} as submission_id, cast(440000 + (k + 1) * 100 as varchar) as unit_code, 'fiscal_revenue' as indicator, {PERIOD} as period,
          '财政' as sheet, 6 + k as row_no, 3 as col_no, 'C' || (6 + k) as cell, '123 亿元' as seen, '90 至 110 亿元' as expected, cast(90 as decimal(28, 8)) as expected_low,
          cast(110 as decimal(28, 8)) as expected_high, 3 as baseline_n, '本年 123 亿元, 上年 100 亿元, 变动 23%, 需核验。' as why_zh, 'Changed by 23 %; please verify.' as why_en,
          '请核对数字、单位和口径。' as mend_zh, 'Check figure, unit and definition.' as mend_en
        from range({providers}) as a(p), range(8) as b(k)
    """)
    con.execute("""
        create table finding_states as
        select finding_id, 'NEW' as state, '新疑点' as state_zh, 'new' as state_en, true as needs_answer, false as is_settled, '待答复' as why_zh, 'to be answered' as why_en
        from validation_failures
    """)
    con.execute("""
        create table rules as select 'YR01' as rule_code, 1 as rule_version, 'yearly' as family, 'relative' as stage, '比上年变动过大' as title_zh, 'Changed too much' as title_en,
          '|本年 − 上年| 超过限度' as formula_zh, '|this − last| beyond the limit' as formula_en, '与其他年份比较' as family_zh, 'Other years' as family_en, 'cell' as shown_per,
          '重大项目' as honest_causes_zh, 'A great project' as honest_causes_en
    """)
    con.execute(f"""
        create table provider_deadlines as
        select 'p' || p as provider_id, '{FORM}' as form_id, y as period, make_timestamp(y + 1, 10, 31, 18, 0, 0) as due_at, 'ON_TIME' as state, '按时' as why_zh, 'On time' as why_en
        from range({providers}) as a(p), range({PERIOD - 5}, {PERIOD + 1}) as c(y)
    """)
    con.execute(f"""
        create table provider_record as
        select 'p' || p as provider_id, case when y > {PERIOD} then 'all' else 'year' end as span, least(y, {PERIOD}) as period_from, 1 as n_due, 1 as n_on_time, 0 as n_late, 0 as n_missing,
          0 as n_nil, 0 as n_explanations, 0 as n_explanations_upheld, 100.0 as timeliness_pct, 100.0 as completeness_pct, 0.0 as first_pass_pct, 0.0 as timeliness_change,
          0.0 as completeness_change, 0.0 as first_pass_change, '应报 1 份' as why_zh, '1 return due' as why_en
        from range({providers}) as a(p), range({PERIOD - 5}, {PERIOD + 2}) as c(y)
    """)
    con.execute("create table indicators as select 'fiscal_revenue' as indicator, 'reported' as kind, 2019 as valid_from, false as comparable_with_previous")
    con.execute(f"create table burden as select 'p' || p as provider_id, '{FORM}' as form_id, {PERIOD} as period, '共 84 格' as why_zh, '84 cells' as why_en from range({providers}) as a(p)")
    con.execute(f"""
        create table duplicate_asks as
        select 'p' || p as provider_id, 'fiscal_revenue' as indicator, {PERIOD} as period, 'DERIVABLE' as kind, 21 as n_cells_saved, '可由已报的数得出' as why_zh, 'follows from others' as why_en,
          '由仓库计算' as merge_zh, 'compute it' as merge_en from range({providers}) as a(p)
    """)
    con.execute(f"create table rule_results as select 'YR01' as rule_code, {PERIOD} as period, 84000 as n_checked, 100 as n_too_few, 100 as n_not_applicable")
    con.close()


if __name__ == "__main__":
    main()
