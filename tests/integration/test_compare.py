"""Two years of a unit on the published sample: the command, the marts it agrees with, and plain answers where nothing compares."""

from __future__ import annotations

import csv
import shutil
from decimal import Decimal

import duckdb
import nights
import pytest

from stability import comparing, counterfactuals
from warehouse import compiled


@pytest.fixture(scope="module")
def chengdu(published) -> comparing.Comparison:
    return comparing.compare(published.settings, "成都市", 2019, 2023)


def test_the_effects_between_any_two_years_add_up_to_the_published_difference(published, chengdu):
    scores = dict(nights.query(published.database, "select period, score_exact from scorecards where unit_code = '510100'"))
    assert (chengdu.score_from, chengdu.score_to) == (scores[2019], scores[2023])
    assert sum(effect.change for effect in chengdu.effects) == scores[2023] - scores[2019] == chengdu.change
    for effect in chengdu.effects:
        assert sum(effect.parts.values(), Decimal(0)) == effect.change
    moved = {effect.effect for effect in chengdu.effects if effect.change}
    assert moved == {"weight", "availability", "performance"}  # the sample's schemes change indicators and weights, and no figure came after its year was closed


def test_neighbouring_years_are_the_mart(published):
    found = comparing.compare(published.settings, "440300", 2022, 2023)
    reported = dict(nights.query(published.database, "select effect, change from score_changes where unit_code = '440300' and period = 2023"))
    assert {effect.effect: effect.change for effect in found.effects} == reported
    parts = nights.query(published.database, "select effect, indicator, change from score_change_parts where unit_code = '440300' and period = 2023 order by all")
    assert sorted((e.effect, i, c) for e in found.effects for i, c in e.parts.items()) == parts


@pytest.mark.parametrize(("unit", "years"), [("440300", (2022, 2023)), ("510300", (2018, 2019)), ("510100", (2020, 2021))])
def test_neighbouring_years_are_read_as_the_engine_scores_them(published, unit, years, monkeypatch):
    scored = comparing.scored_effects(published.settings, unit, *years)
    monkeypatch.setattr(comparing, "scored_effects", None)  # not asked for
    assert comparing.compare(published.settings, unit, *years).effects == scored and len(scored) == 7


def test_every_scored_unit_has_every_effect_and_they_add_up(published):
    assert nights.query(published.database, "select count(*), count(distinct effect) from score_changes") == [(39 * 5 * 7, 7)]
    assert nights.query(published.database, "select unit_code from score_changes group by unit_code, period having sum(change) <> max(change_total)") == []


def test_the_command_prints_its_proof_and_writes_rows(published, tmp_path):
    path = tmp_path / "changes.csv"
    assert "rows" in nights.cli(published.home, "compare", "510100", "2019", "2023", "--csv", str(path)).stdout
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    whole = [Decimal(row["change"]) for row in rows if not row["indicator"]]
    assert len(whole) == 7 and sum(whole) == sum(Decimal(row["change"]) for row in rows if row["indicator"])


def test_a_blank_is_named_as_missing_and_is_no_performance(published):
    """攀枝花 2023: the provincial department left PM2.5 blank."""
    found = comparing.compare(published.settings, "510400", 2022, 2023)
    by_effect = {effect.effect: effect.parts for effect in found.effects}
    pm25 = next(i for i, name in found.indicators.items() if name.startswith("细颗粒物年平均浓度"))
    assert pm25 not in by_effect["performance"] and by_effect["availability"][pm25] < 0 and "2023 缺报" in found.doubts[pm25]
    assert "〔2023 缺报 missing〕" in nights.cli(published.home, "compare", "510400", "2022", "2023").stdout


def test_performance_rests_on_figures_of_both_years_and_each_part_names_what_is_in_doubt(published):
    """But for the last digit of a contribution, which the running sum of a total may move."""
    parts = "from score_change_parts where indicator <> 'rest'"
    usable = "('ACCEPTED', 'MARKED')"
    assert nights.query(published.database, f"select count(*) {parts} and effect = 'performance' and abs(change) > 0.0000001 and (status_before not in {usable} or status_after not in {usable})") == [(0,)]
    assert nights.query(published.database, f"select count(*) {parts} and status_after = 'MISSING' and not contains(why_zh, period || ' 年数据状态为“缺报”')") == [(0,)]
    assert nights.query(published.database, f"select count(*) > 20 {parts} and effect = 'availability'") == [(True,)]


def test_a_province_of_which_nothing_has_changed_is_left_alone(published, tmp_path, monkeypatch):
    """One figure of Sichuan in 2020: its two pairs of years are scored again, Guangdong's are not, and a full computation says the same."""
    path = tmp_path / published.settings.warehouse.name
    shutil.copyfile(published.settings.warehouse, path)
    project, scored = compiled.load(published.settings), []
    scenarios = counterfactuals._scenarios
    monkeypatch.setattr(counterfactuals, "_scenarios", lambda con, number, pair, *more: scored.append((pair.province_code, pair.before, pair.after)) or scenarios(con, number, pair, *more))
    with duckdb.connect(str(path)) as con:
        def refresh(full: bool) -> tuple[set[int], list[tuple]]:
            scored.clear()
            con.execute("begin")
            changed = counterfactuals.refresh(con, published.settings, project, {2020, 2021} if not full else set(range(2018, 2024)), full)
            con.execute("commit")
            return changed, con.execute("select *, (select string_agg(i, '' order by i) from (select concat(province_code, period, digest) as i from scores.counterfactual_inputs)) from scores.counterfactuals order by all").fetchall()

        before = refresh(full=False)
        assert before[0] == set() and scored == []
        con.execute("update validated.val_figures set value = value * 1.05 where unit_code = '510300' and period = 2020 and value is not null")
        changed, increment = refresh(full=False)
        assert changed and scored == [("510000", 2019, 2020), ("510000", 2020, 2020), ("510000", 2020, 2021)]  # with each year by itself, no figure in doubt
        assert refresh(full=True) == (set(), increment)


@pytest.mark.parametrize(("unit", "years", "says"), [
    ("广东省地方税务局", (2017, 2019), "successor = 44-swj"), ("44-gtzyt", (2016, 2020), "自然资源厅"), ("宜宾县", (2017, 2019), "叙州区"),
    ("恩阳区", (2012, 2014), "巴州区"), ("康定市", (2014, 2016), "没有得分"), ("没有此市", (2019, 2020), "没有单位"), ("510100", (2020, 2019), "较早"),
])  # fmt: skip
def test_what_cannot_be_compared_is_said_plainly(published, unit, years, says):
    with pytest.raises(comparing.NotComparable, match=says):
        comparing.compare(published.settings, unit, *years)


def test_a_census_break_is_spliced_and_stands_beside_the_official_growth(published):
    ((by, growth, official, gap),) = nights.query(published.database, "select comparable_by, growth_pct, growth_official_pct, growth_gap_pct from year_on_year where unit_code = '510100' and indicator = 'gdp' and period = 2019")
    assert (by, growth, official, gap) == ("overlap", Decimal("8.3704"), Decimal("7.8"), Decimal("0.5704"))  # 17 013 on 15 698.94
