"""Raw: the tables of the contract, each submission once, registers replaced, the sample read without a finding."""

from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal

import duckdb
import pytest
from returns_by_hand import AS_OF, PROJECT, arrival, grid, xlsx

from sources import raw
from sources.channels.collect import collect
from sources.declare.declarations import Channel
from sources.landing.landing import Landing


@pytest.fixture
def con():
    """A warehouse in memory."""
    with duckdb.connect() as connection:
        yield connection


def test_each_submission_is_loaded_once(known, con, tmp_path) -> None:
    """A second load finds nothing new; a reload gives the same rows."""
    landing = Landing(tmp_path)
    landing.land([arrival(xlsx(grid()), "a.xlsx"), arrival(xlsx(grid({(6, 3): 7})), "b.xlsx"), arrival(b"", "c.xlsx")])
    report = raw.load(con, landing, known)
    rows = con.execute("from raw.cell").fetchall()
    assert (len(report.submissions), len(report.unreadable), report.cells, report.periods) == (3, 1, 16, [2021]) and len(rows) == 16
    assert raw.load(con, landing, known).submissions == [] and con.execute("from raw.cell").fetchall() == rows
    assert len(raw.load(con, landing, known, reload=True).submissions) == 3 and con.execute("from raw.cell").fetchall() == rows


def test_rows_hold_their_place(known, con, tmp_path) -> None:
    """A cell row names submission, sheet, row, column, unit and text; a submission row what was received."""
    landing = Landing(tmp_path)
    entry = landing.land([arrival(xlsx(grid({(7, 6): None})), "a.xlsx")]).entries[0]
    raw.load(con, landing, known)
    cell = con.execute("select * exclude (submission_id) from raw.cell where cell = 'F7'").fetchall()
    assert cell == [("finance_annual", "figures", 2021, "财政收支", 7, 6, "F7", "510300", "自贡市", "education_expenditure", None, "万元")]
    assert con.execute("from raw.submission").fetchall() == [(entry["submission_id"], 1, entry["sha256"], entry["size"], "a.xlsx", "inbox", "51-czt", AS_OF,
                                                              "finance_annual", 2021, "51-czt", "read", 8)]


def test_a_refused_file_is_a_submission_with_a_finding(known, con, tmp_path) -> None:
    """What was too large to keep is said, not lost."""
    landing = Landing(tmp_path, max_bytes=100)
    landing.land([arrival(b"x" * 101)])
    raw.load(con, landing, known)
    assert con.execute("select read_status, rule_code from raw.submission join raw.reading_finding using (submission_id)").fetchall() == [("unreadable", "RD07")]


def test_a_refused_file_is_kept_once_the_limit_allows(known, con, tmp_path) -> None:
    """After the limit is raised the same file lands and replaces its refusal, in a load and in a reload."""
    data = xlsx(grid())
    Landing(tmp_path, max_bytes=100).land([arrival(data)])
    raw.load(con, Landing(tmp_path, max_bytes=100), known)
    landing = Landing(tmp_path)
    assert [e["event"] for e in landing.land([arrival(data)]).entries] == ["received"] and landing.verify() == []
    for reload in (False, True):
        raw.load(con, landing, known, reload=reload)
        assert con.execute("select ledger_seq, read_status from raw.submission").fetchall() == [(2, "read")]
        assert con.execute("from raw.reading_finding").fetchall() == []


def test_a_lost_object_is_a_fault_and_not_a_finding(known, con, tmp_path) -> None:
    """A hole in the landing is reported, stops nobody else, and is tried again."""
    landing = Landing(tmp_path)
    lost, _ = landing.land([arrival(xlsx(grid()), "a.xlsx"), arrival(xlsx(grid({(6, 3): 7})), "b.xlsx")]).entries
    data = landing.read(lost["sha256"])
    landing.object_path(lost["sha256"]).unlink()
    report = raw.load(con, landing, known)
    assert [f[0] for f in report.faults] == [lost["submission_id"]] and len(report.submissions) == 1
    landing.object_path(lost["sha256"]).write_bytes(data)
    assert raw.load(con, landing, known).submissions == [lost["submission_id"]]


def test_a_load_that_fails_leaves_nothing(known, con, tmp_path, monkeypatch) -> None:
    """One load is one transaction."""
    landing = Landing(tmp_path)
    landing.land([arrival(xlsx(grid()))])
    monkeypatch.setattr(raw._Writer, "flush", lambda self: (raw._insert(con, "submission", *_one_row()), 1 / 0))
    with pytest.raises(ZeroDivisionError):
        raw.load(con, landing, known)
    raw.create(con)
    assert con.execute("select count(*) from raw.submission").fetchall() == [(0,)]


def _one_row():
    names, types = raw._names(raw.TABLES["submission"]), raw._types(raw.TABLES["submission"])
    return {n: [None] for n in names}, types


def test_registers_are_typed_and_replaced(known, con) -> None:
    """Factors are decimals, years integers, times timestamps; a second load doubles nothing."""
    for _ in range(2):
        raw.load_registers(con, known)
    assert con.execute("select factor from raw.register_measures where measure_text = '万元' and canonical_unit = '亿元'").fetchall() == [(Decimal("0.0001"),)]
    for name in ("units", "unit_aliases", "indicators", "definitions", "measures", "derived_indicators", "calendar"):
        assert con.execute(f"select count(*) from raw.register_{name}").fetchall() == [(len(known.registers[name].rows),)]
    eras = con.execute("select measure_text, period_from, period_to from raw.register_form_column where field = 'gdp' order by all").fetchall()
    assert eras == [("万元", 2018, 2018), ("亿元", 2019, None)]


def test_the_sample_reads_clean_and_fast(known, con, tmp_path) -> None:
    """Every return of the sample is read without a finding that must be fixed, in about a second (0.4 s on two idle cores)."""
    sample = Channel("sample", "files", {"url": "{project}/sources/sample/returns", "receipts": "{project}/sources/sample/receipts.csv"})
    landing = Landing(tmp_path)
    report = collect([sample], landing, AS_OF, known, {"project": str(PROJECT)})
    start = time.perf_counter()
    loaded = raw.load(con, landing, known)
    assert not report.failures and len(loaded.submissions) == report.arrivals["sample"] > 100
    assert loaded.unreadable == [] and con.execute("select * from raw.reading_finding").fetchall() == []
    assert time.perf_counter() - start < 5
    assert con.execute("select max(received_at) < timestamp '2026-01-01' from raw.submission").fetchall() == [(True,)]


def test_a_return_taken_back_is_a_return_of_its_own(known, con, tmp_path) -> None:
    """A, B, A: three submissions, the last with A's bytes; A twice in a row stays one. Loaded night by night or at once, the same rows."""
    a, b, landing = xlsx(grid()), xlsx(grid({(6, 3): 7})), Landing(tmp_path)
    nights = [(a, "a.xlsx"), (a, "copy.xlsx"), (b, "b.xlsx"), (a, "again.xlsx"), (a, "and again.xlsx")]
    for day, (data, name) in enumerate(nights):
        landing.land([arrival(data, name, at=AS_OF + dt.timedelta(days=day))])
        raw.load(con, landing, known)
    shown = "select submission_id, ledger_seq, sha256, file_name, n_cells from raw.submission order by ledger_seq"
    rows = con.execute(shown).fetchall()
    assert [(seq, name, n) for _, seq, _, name, n in rows] == [(1, "a.xlsx", 8), (3, "b.xlsx", 8), (4, "again.xlsx", 8)]
    assert rows[0][2] == rows[2][2] and len({row[0] for row in rows}) == 3
    raw.load(con, landing, known, reload=True)
    assert con.execute(shown).fetchall() == rows


def test_a_file_of_several_years_is_a_return_of_each(known, con, tmp_path) -> None:
    """Each year has its submission, its cells and the findings at its cells; loaded again, the same rows."""
    from test_declared_layouts import TWO, book, declared

    lines = [["地区", "化肥施用量", None], [None, 2022, 2023], ["成都市", 1, "\u200b2"]]
    known = declared(known, tmp_path, TWO.replace("blocks: many", "blocks: one").split("      - {indicator: nitrogen")[0], "fertiliser")
    landing = Landing(tmp_path / "landing")
    landing.land([arrival(book({"s": lines}, ("B1:C1",)), "a.xlsx")])
    report = raw.load(con, landing, known)
    shown = """select submission.period, n_cells, value_text, cell.period, count(rule_code) from raw.submission join raw.cell using (submission_id)
        left join raw.reading_finding using (submission_id) group by all order by all"""
    rows = con.execute(shown).fetchall()
    assert report.periods == [2022, 2023] and rows == [(2022, 1, "1", 2022, 0), (2023, 1, "2", 2023, 1)]
    assert raw.load(con, landing, known).submissions == [] and len(raw.load(con, landing, known, reload=True).submissions) == 1
    assert con.execute(shown).fetchall() == rows
