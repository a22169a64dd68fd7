"""The best known value of a place: which of several figures it is taken from, and that none is taken twice."""

from __future__ import annotations

import duckdb
from expectations import cases

MODEL = (cases.DBT / "models" / "validated" / "val_baseline.sql").read_text("utf-8")
FIGURES = """('S1', 1, 7, 100, 'gdp'), ('S2', 2, 7, 101, 'gdp'), ('S2', 2, 8, 102, 'gdp'), ('S3', 3, 7, 999, 'gdp'), ('S4', 4, 7, 5, 'gdp'),
    ('S3', 3, 9, 55, 'doctors'), ('S4', 4, 9, 66, 'hospital_beds')"""


def baseline(hits: str) -> dict[str, float]:
    """Indicator -> value of a world of one unit and year, given rows (submission, severity, row) of intrinsic hits."""
    con = duckdb.connect()
    con.execute(f"""create table stg_figures as
        select submission_id, ledger_seq, row_no, cast(value as decimal(28, 8)) as value, indicator, cast(0.01 as decimal(28, 8)) as resolution,
          '440100' as unit_code, 2022 as period, 'A' as sheet, 3 as col_no, 'C' || row_no as cell
        from (values {FIGURES}) as t(submission_id, ledger_seq, row_no, value, indicator)""")
    con.execute(f"""create table val_intrinsic_hits as
        select submission_id, severity, row_no, 'A' as sheet, 3 as col_no, 2022 as period from (values {hits}) as t(submission_id, severity, row_no)""")
    con.execute("""create table val_visits (unit_code varchar, indicator varchar, period integer, true_value decimal(28, 8), resolution decimal(28, 8),
        submission_id varchar, sheet varchar, value_cell varchar, is_in_force boolean)""")
    rows = con.execute(f"select indicator, value from ({cases.render(MODEL)})").fetchall()
    assert len(rows) == len(dict(rows)), "one value a place"
    return {indicator: float(value) for indicator, value in rows}


def test_the_latest_return_with_the_fewest_must_fix_hits_is_preferred_and_its_first_row():
    only_warned = "('S1', 'W', 7)"
    assert baseline(only_warned) == {"gdp": 5, "doctors": 55, "hospital_beds": 66}
    latest_has_a_hit_elsewhere = "('S4', 'E', 30), ('S3', 'E', 31)"
    assert baseline(latest_has_a_hit_elsewhere)["gdp"] == 101


def test_a_cell_with_a_must_fix_hit_never_serves():
    assert baseline("('S4', 'E', 7), ('S3', 'E', 7), ('S2', 'E', 7), ('S1', 'E', 40), ('S1', 'E', 41)")["gdp"] == 102
    assert "doctors" not in baseline("('S3', 'E', 9)")
