"""Units that split, merged, were renamed or abolished, by the project's own registers: what a year-on-year row says of them.

The events are the registers' (decisions of the State Council and the Ministry of Civil Affairs); the figures are invented.
"""

from __future__ import annotations

from decimal import Decimal

import duckdb
import engine
import pytest

from sources import raw
from warehouse import engine as engines
from warehouse import loading

ADDITIVE, RATE, SHARE = "fiscal_revenue", "pm25", "registered_population"
#          unit      year  revenue expenditure pm25 population
FIGURES = [("511902", 2012, 700, 1400, 40, 140), ("511902", 2013, 420, 800, 38, 80), ("511903", 2013, 330, 600, 36, 60),  # 巴州区, 恩阳区
           ("513321", 2014, 90, 300, 12, 11), ("513301", 2015, 99, 310, 11, 11),  # 康定县, 康定市
           ("445323", 2013, 50, 90, 30, 33), ("445302", 2013, 60, 80, 31, 30), ("445302", 2014, 64, 90, 30, 33), ("445303", 2014, 55, 85, 29, 30),  # 云安县, 云城区, 云安区
           ("511521", 2017, 70, 200, 45, 102), ("511502", 2017, 150, 220, 46, 80), ("511502", 2018, 160, 230, 44, 93), ("511504", 2018, 66, 180, 43, 91),  # 宜宾县, 翠屏区, 叙州区
           ("440112", 2013, 100, 150, 41, 40), ("440116", 2013, 30, 50, 39, 20), ("440112", 2014, 143, 210, 40, 61),  # 黄埔区 and 萝岗区 make a new 黄埔区
           ("44-dsj", 2017, 1000, 100, None, None), ("44-gtzyt", 2017, 10, 20, None, None), ("44-swj", 2018, 2500, 300, None, None)]
COLUMNS = (ADDITIVE, "fiscal_expenditure", RATE, SHARE)


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    """A scratch warehouse with the project's registers, the figures above, and the models of comparison run on them."""
    con = engines.scratch(engine.settings().dbt_project).con
    raw.load_registers(con, loading.declared(engine.settings()))
    rows = [(u, indicator, year, value) for u, year, *values in FIGURES for indicator, value in zip(COLUMNS, values, strict=True) if value is not None]
    con.execute("create table validated.val_figures (unit_code varchar, indicator varchar, period integer, value decimal(28, 8))")
    con.executemany("insert into validated.val_figures values (?, ?, ?, ?)", rows)
    con.execute("create table validated.val_grid as select *, 'ACCEPTED' as status from validated.val_figures")
    con.execute("""create table scores.sco_values as select top.unit_code, 'fiscal_self_sufficiency' as indicator, top.period, 'ACCEPTED' as status, 'v1' as definition_id, top.indicator as numerator,
        bottom.indicator as denominator, cast(100 as decimal(18, 8)) as factor, top.value as numerator_value, cast(round(top.value * 100 / bottom.value, 8) as decimal(28, 8)) as value
        from validated.val_figures as top inner join validated.val_figures as bottom using (unit_code, period) where top.indicator = 'fiscal_revenue' and bottom.indicator = 'fiscal_expenditure'""")
    engine.create(con, engine.project().select(lambda node: node.name in ("comparability_codes", "val_lineage", "year_on_year", "units", "unit_events")))
    yield con
    con.close()


def row(con, unit: str, indicator: str, year: int) -> dict:
    answer = con.execute("select * from marts.year_on_year where unit_code = ? and indicator = ? and period = ?", [unit, indicator, year])
    names = [column[0] for column in answer.description]
    (found,) = answer.fetchall()
    return dict(zip(names, found, strict=True))


def test_enyang_split_from_bazhou_is_carried_back_by_its_share_of_the_people(con):
    enyang, bazhou = row(con, "511903", ADDITIVE, 2013), row(con, "511902", ADDITIVE, 2013)
    share = Decimal("0.42857143")  # 60 of 140
    assert enyang["comparability_code"] == bazhou["comparability_code"] == "REGION"
    assert enyang["previous_value"] is None and enyang["previous_comparable"] == 700 * share
    assert bazhou["previous_value"] == 700 and bazhou["previous_comparable"] == 700 * (1 - share)
    assert enyang["is_estimated"] and enyang["comparable_by"] == "lineage" and enyang["growth_pct"] == 10
    assert "国函〔2013〕16号" in enyang["why_zh"] and "估计" in enyang["why_zh"] and "estimated" in enyang["why_en"]


def test_a_rate_is_carried_only_through_its_numerator_and_denominator(con):
    assert row(con, "511903", RATE, 2013)["previous_comparable"] is None and row(con, "511903", RATE, 2013)["growth_pct"] is None
    ratio = row(con, "511903", "fiscal_self_sufficiency", 2013)
    assert abs(ratio["previous_comparable"] - 50) < Decimal("0.000001") and ratio["is_estimated"] and abs(ratio["difference"] - 5) < Decimal("0.000001")


def test_kangding_is_the_same_unit_under_another_code_and_name(con):
    for indicator, before in ((ADDITIVE, 90), (RATE, 12)):
        kangding = row(con, "513301", indicator, 2015)
        assert (kangding["comparability_code"], kangding["previous_comparable"], kangding["is_estimated"]) == ("OK", before, False)
    assert row(con, "513301", ADDITIVE, 2015)["growth_pct"] == 10
    assert "康定县" in kangding["why_zh"] and "民函〔2015〕70号" in kangding["why_zh"]


@pytest.mark.parametrize(("old", "heirs", "year", "document"), [("445323", ("445302", "445303"), 2014, "国函〔2014〕120号"), ("511521", ("511502", "511504"), 2018, "国函〔2018〕89号")])
def test_yunan_and_yibin_counties_are_not_one_to_one_and_nothing_is_guessed(con, old, heirs, year, document):
    for heir in heirs:
        found = row(con, heir, ADDITIVE, year)
        assert found["comparability_code"] == "REGION" and found["previous_comparable"] is None and found["growth_pct"] is None
        assert old in found["why_zh"] and "份额未知" in found["why_zh"]
    gone = row(con, old, ADDITIVE, year)
    assert gone["value"] is None and gone["difference"] is None and gone["comparability_code"] == "REGION"
    assert all(heir in gone["why_zh"] and heir in gone["why_en"] for heir in heirs) and document in gone["why_zh"]


def test_a_merger_is_a_sum_and_no_estimate(con):
    huangpu = row(con, "440112", ADDITIVE, 2014)
    assert (huangpu["previous_value"], huangpu["previous_comparable"], huangpu["growth_pct"]) == (100, 130, 10)
    assert huangpu["comparability_code"] == "REGION" and not huangpu["is_estimated"]


@pytest.mark.parametrize(("old", "heir"), [("44-dsj", "44-swj"), ("44-gtzyt", "44-zrzyt")])
def test_an_abolished_department_answers_with_its_successor_and_never_with_zero(con, old, heir):
    gone = row(con, old, ADDITIVE, 2018)
    assert gone["comparability_code"] == "ORG" and gone["value"] is None and gone["growth_pct"] is None
    assert f"successor = {heir}" in gone["why_en"] and heir in gone["why_zh"]
    assert con.execute("select successor_codes from marts.units where unit_code = ?", [old]).fetchall() == [(heir,)]
    assert con.execute("select count(*) from marts.year_on_year where unit_code = ? and value = 0", [old]).fetchall() == [(0,)]


def test_the_successor_of_two_offices_is_not_compared_with_one_of_them(con):
    found = row(con, "44-swj", ADDITIVE, 2018)
    assert found["comparability_code"] == "ORG" and found["previous_comparable"] is None


def test_zhongshan_and_dongguan_have_no_counties_and_everybody_else_has(con):
    bare = con.execute("select unit_code from marts.units where level = 'prefecture' and n_children = 0 order by 1").fetchall()
    assert bare == [("441900",), ("442000",)]


def test_a_code_that_bears_another_territory_is_another_state(con):
    states = con.execute("select unit_key, valid_from, valid_to from marts.units where unit_code = '511902' order by valid_from").fetchall()
    assert [(a, b) for _, a, b in states] == [(2000, 2012), (2013, None)] and len({key for key, *_ in states}) == 2


def test_registers_of_lineage_hold_together(con):
    """Every event joins two states of neighbouring years, every state that ended has an heir, and known shares never exceed the whole."""
    assert con.execute("""select events.event_id from raw.register_unit_events as events left join raw.register_unit_states as a on a.unit_key = events.from_key
        left join raw.register_unit_states as b on b.unit_key = events.to_key where a.valid_to is distinct from b.valid_from - 1""").fetchall() == []
    assert con.execute("select unit_key from marts.units where valid_to is not null and successor_codes is null").fetchall() == []
    assert con.execute("select unit_code, count(*) from raw.register_unit_states as s cross join range(2008, 2025) as y(year) where year between coalesce(valid_from, 0) and coalesce(valid_to, 9999) group by unit_code, year having count(*) > 1").fetchall() == []
    assert con.execute("select from_key from raw.register_unit_events group by from_key having sum(share) > 1").fetchall() == []
