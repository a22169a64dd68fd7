"""What a night computes: exactly what a change reaches, nothing when nothing changed."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse import increments
from warehouse.settings import PROJECT, Settings

YEARS = tuple(range(2010, 2024))
LATE = dt.datetime(2030, 1, 1)
PROJECT_SETTINGS = Settings(home=PROJECT / "var")
years = st.sets(st.sampled_from(YEARS), max_size=4)


@pytest.fixture(scope="module", autouse=True)
def one_fingerprint():
    """The code does not change while these tests run: hash it once."""
    known = increments.code_fingerprint(PROJECT_SETTINGS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(increments, "code_fingerprint", lambda _settings: known)
        yield


def built(as_of: dt.datetime = LATE) -> duckdb.DuckDBPyConnection:
    """A warehouse in which one submission per year was received and everything is built."""
    con = duckdb.connect()
    increments.create_bookkeeping(con)
    con.execute("create table raw.submission (submission_id varchar, ledger_seq integer, period integer, received_at timestamp, form_id varchar)")
    con.execute("create table raw.cell (submission_id varchar, table_name varchar, field varchar, value_text varchar)")
    con.execute("create table raw.register_calendar (form_id varchar, period integer, due_at timestamp)")
    con.execute("create table raw.register_deadline (form_id varchar, period integer, starts_at timestamp)")
    con.execute("insert into raw.submission select 'S' || row_number() over (order by year), row_number() over (order by year), year, timestamp '2025-01-01', 'f' from (select unnest(?) as year)", [YEARS])
    con.execute("insert into raw.register_calendar select 'f', period, make_timestamp(period + 1, 6, 1, 0, 0, 0) from raw.submission")
    increments.mark_built(con, plan(con, as_of))
    return con


def receive(con, number: int, period: int | None) -> None:
    con.execute("insert into raw.submission values (?, ?, ?, ?, 'f')", [f"S{number}", number, period, dt.datetime(2025, 1, 1)])


def plan(con, as_of: dt.datetime = LATE, rebuild: tuple[int, ...] = ()) -> increments.Plan:
    return increments.plan(con, PROJECT_SETTINGS, as_of, rebuild)


def reached(changed: set[int]) -> tuple[int, ...]:
    """Two years on either side of a rule's year, and a year-on-year row: p-2 .. p+3."""
    return tuple(sorted({year for year in YEARS for p in changed if p - 2 <= year <= p + 3}))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(years)
def test_a_new_submission_reaches_exactly_the_documented_years(changed):
    con = built()
    for number, year in enumerate(sorted(changed), start=100):
        receive(con, number, year)
    night = plan(con)
    assert not night.full
    assert night.periods == reached(changed)
    assert night.nothing == (not changed)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(years, years)
def test_years_asked_for_are_computed_with_what_they_reach(changed, asked):
    con = built()
    for number, year in enumerate(sorted(changed), start=100):
        receive(con, number, year)
    assert plan(con, rebuild=tuple(asked)).periods == reached(changed | asked)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(years)
def test_a_withdrawn_submission_is_a_change_too(changed):
    """Raw is read again after a change of a form: what vanished has to leave the marts."""
    con = built()
    for year in changed:
        con.execute("delete from raw.submission where period = ?", [year])
    assert plan(con).periods == reached(changed)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(-400, 400), st.integers(-400, 400))
def test_a_deadline_that_passes_is_a_change_of_its_year(before, after):
    """Between two nights at other moments only the years whose deadline lies between them are touched."""
    middle = dt.datetime(2018, 6, 1)
    first, second = middle + dt.timedelta(days=before), middle + dt.timedelta(days=after)
    con = built(first)
    between = {year for year in YEARS if min(first, second) < dt.datetime(year + 1, 6, 1) <= max(first, second)}
    assert plan(con, second).periods == reached(between)


def test_nothing_changed_is_nothing_to_do():
    con = built()
    night = plan(con)
    assert night.nothing and night.periods == () and night.inputs == plan(con).inputs


def test_a_period_nobody_could_read_touches_itself_only():
    con = built()
    receive(con, 100, None)
    assert plan(con).periods == (0,)


def test_changed_code_rebuilds_everything():
    con = built()
    con.execute("update raw.built_code set fingerprint = 'older'")
    night = plan(con)
    assert night.full and night.periods == YEARS


def test_the_same_inputs_have_the_same_fingerprint_whatever_the_way_to_them():
    first, second = built(), built()
    for con, order in ((first, (100, 101)), (second, (100, 101))):
        for number in order:
            receive(con, number, 2000 + number - 85)
    increments.mark_built(first, plan(first))
    assert plan(first).inputs == plan(second).inputs
    assert plan(first).nothing and not plan(second).nothing


def test_the_plan_is_told_to_the_models():
    con = built()
    receive(con, 100, 2015)
    night = plan(con)
    for _ in range(2):  # reported again, not reported twice
        increments.write_plan(con, night, LATE)
    assert [row[0] for row in con.execute("select period from raw.changed_period order by 1").fetchall()] == list(night.periods)
    assert con.execute("select as_of from raw.night").fetchall() == [(LATE,)]


def test_a_night_stands_at_the_latest_receipt_never_at_the_clock():
    con = built()
    assert increments.default_as_of(con) == dt.datetime(2025, 1, 1)
    con.execute("delete from raw.submission")
    assert increments.default_as_of(con) == dt.datetime(1970, 1, 1)


AFTER_DEADLINES = st.dates(dt.date(2024, 7, 1), dt.date(2026, 12, 31)).map(lambda day: dt.datetime.combine(day, dt.time(2)))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.sampled_from(YEARS), AFTER_DEADLINES, AFTER_DEADLINES, AFTER_DEADLINES)
def test_a_ruling_touches_its_year_and_all_later_ones_when_it_comes_and_when_it_ends(year, last_day, before, after):
    """An accepted explanation is remembered in later years, until the day after its last."""
    con = built(before)
    receive(con, 100, year)
    con.execute("insert into raw.cell values ('S100', 'rulings', 'valid_until', ?)", [f"{last_day:%Y年%m月%d日}"])
    touched = tuple(p for p in YEARS if p in reached({year}) or p > year)
    night = plan(con, before)
    assert night.periods == touched
    increments.mark_built(con, night)
    assert plan(con, before).nothing
    ends_between = (last_day.date() < before.date()) != (last_day.date() < after.date())
    assert plan(con, after).periods == (touched if ends_between else ())
