"""How sure the sample's grades are: the published scores come out at rest, twice the same, pairs hold what they promise, only what changed is drawn again."""

from __future__ import annotations

import shutil
from dataclasses import replace

import duckdb
import nights
import numpy as np
import pytest

from stability.draws import inputs, table
from stability.draws.assumptions import Assumptions
from stability.draws.statistics import Draws

PERIODS = range(2018, 2024)


@pytest.fixture(scope="module")
def warehouse(published, tmp_path_factory):
    """A copy of the published warehouse that a test may write to."""
    path = tmp_path_factory.mktemp("stability") / "warehouse.duckdb"
    shutil.copyfile(published.settings.warehouse, path)
    con = duckdb.connect(str(path))
    yield con
    con.close()


@pytest.fixture(scope="module")
def policy(warehouse) -> Assumptions:
    return Assumptions.of(warehouse.execute("select assumption, item, choice, cast(value as double) from staging.stability_assumptions").fetchall())


@pytest.fixture(scope="module")
def strata(warehouse, policy):
    return inputs.strata(warehouse, PERIODS, policy)


def test_at_rest_every_published_score_comes_out_to_the_last_digit(strata):
    assert sum(len(s.units) for s in strata) == 234
    for stratum in strata:
        assert ((stratum.base == stratum.published_total) | np.isnan(stratum.published_total)).all() and not stratum.held.any()
        for column in stratum.columns:
            values, _ = column.pool.states(np.zeros((1, len(column.pool.doubts)), bool))
            assert np.array_equal(column.scores(column.method, values, stratum.units)[0], column.measured, equal_nan=True), (column.indicator, stratum.class_id, stratum.period)


def test_a_second_run_gives_the_same_rows(warehouse):
    """This process beside the one of the night."""
    made = table.computed(warehouse, None).fetchall()
    assert sorted(map(repr, made)) == sorted(map(repr, warehouse.execute("select * from marts.draw_statistics").fetchall()))


def test_stability_is_the_share_of_the_published_grade(published):
    rows = nights.rows(published.database, "select * from grade_stability")
    cards = nights.rows(published.database, "select unit_code, period from scorecards where not is_withheld")
    assert {(row["unit_code"], row["period"]) for row in rows} == {(card["unit_code"], card["period"]) for card in cards}, "those without a grade have no row"
    assert 0 < len(cards) < 234
    for row in rows:
        shares = dict(zip(row["grade_shares"].split()[::2], map(float, row["grade_shares"].split()[1::2])))
        assert shares.get(row["grade_code"], 0) == float(row["stability"]) and sum(shares.values()) == pytest.approx(1)
        assert row["score_low"] <= row["score_high"] and 1 <= row["rank_low"] <= row["rank_high"] <= row["n_draws"]
        assert (row["change_low"] is None) == (row["comparability_code"] != "OK")
        assert row["driver"] in ("weights", "methods", "suspicions", "missing")


def test_pairs_hold_what_they_promise(published, strata, policy):
    """No draw of weights turns a proven pair round; the weighting that moves each weight against the lead does so just beyond the reported share."""
    proven = {(r["unit_code"], r["behind_unit_code"], r["period"]): r for r in nights.rows(published.database, "select * from rank_pairs")}
    assert {r["verdict_code"] for r in proven.values()} >= {"WITHIN_SPREAD", "REVERSIBLE", "NOT_PROVEN"}
    tried = 0
    for stratum in strata:
        drawn = Draws(stratum, replace(policy.only("weights"), count=200)).all
        weights = np.array([stratum.weights[n] for n in stratum.shape.nodes])
        for a, ahead in enumerate(stratum.units):
            for b, behind in enumerate(stratum.units):
                pair = proven.get((ahead, behind, stratum.period))
                if pair is None:
                    continue
                if pair["verdict_code"] in ("ANY_WEIGHTS", "WITHIN_SPREAD"):
                    assert (drawn[:, a] >= drawn[:, b] - 1e-6).all(), pair
                if (pair["reverses_at_percent"] or 100) < 90:  # beyond, totals may pass 100 and be clamped
                    against = np.sign(stratum.base_scores[:, a] - stratum.base_scores[:, b])
                    share = float(pair["reverses_at_percent"]) / 100
                    for t, turned in ((share + 1e-4, True), (share - 1e-4, False)):
                        totals = stratum.shape.total(stratum.base_scores[:, None], (weights * (1 - t * against))[None])[0]
                        assert (totals[a] < totals[b]) == turned, (pair, t)
                        tried += 1
    assert tried > 200


EXISTING = "marts.draw_statistics"


@pytest.fixture
def changing(warehouse, monkeypatch):
    """The warehouse, whatever a test writes to it taken back afterwards, and the strata whose rows were made: (period, province, class)."""
    drawn: list[tuple] = []

    def draws(stratum, assumptions, drivers=True):
        drawn.extend([(stratum.period, stratum.province, stratum.class_id)] if drivers else [])
        return Draws(stratum, assumptions, drivers)

    monkeypatch.setattr(table, "Draws", draws)
    warehouse.execute("begin")
    warehouse.execute("delete from raw.changed_period")
    yield warehouse, drawn
    warehouse.execute("rollback")


def as_stored(con, made: list[tuple]) -> list[str]:
    """The table's rows once what was made stands in place of its periods."""
    periods = {row[1] for row in made}
    return sorted(map(repr, made + [row for row in con.execute(f"select * from {EXISTING}").fetchall() if row[1] not in periods]))


def test_what_has_not_changed_is_not_drawn(changing):
    con, drawn = changing
    assert table.computed(con, EXISTING).fetchall() == []
    con.execute("insert into raw.changed_period values (2020)")
    made = table.computed(con, EXISTING).fetchall()
    assert {row[1] for row in made} == {2020} and drawn == []
    assert as_stored(con, made) == sorted(map(repr, con.execute(f"select * from {EXISTING}").fetchall()))


def test_a_changed_figure_draws_its_own_strata_and_nothing_else(changing):
    """Its class in its year, and the same units in the year after: their change rests on it."""
    con, drawn = changing
    ((class_id,),) = con.execute("select distinct class_id from scores.sco_totals where unit_code = '510300' and period = 2020").fetchall()
    con.execute("update scores.sco_prepared set value = value * 1.01 where unit_code = '510300' and period = 2020 and indicator = (select min(indicator) from scores.sco_prepared where unit_code = '510300' and period = 2020 and value is not null)")
    con.execute("insert into raw.changed_period values (2020)")
    made = table.computed(con, EXISTING).fetchall()
    assert drawn == [(2020, "510000", class_id), (2021, "510000", class_id)]
    assert as_stored(con, made) == sorted(map(repr, table.computed(con, None).fetchall()))


def test_a_suspicion_counts_by_its_probability(changing):
    """In a year that no figure of which has changed: the year, and the change of the year after."""
    con, drawn = changing
    ((unit, period, indicator, score),) = con.execute("select unit_code, period, indicator, score from marts.findings where period = 2021 and suppressed_by is null and score between 1.6 and 2.4 and level <> 'column' order by rank limit 1").fetchall()
    where = f"where unit_code = '{unit}' and period = {period} and indicator = '{indicator}'"
    con.execute(f"update marts.findings set score = score + 0.01 {where}")
    assert table.computed(con, EXISTING).fetchall() == [], "a score within the same step"
    con.execute(f"update marts.findings set score = 9 {where}")
    made = table.computed(con, EXISTING).fetchall()
    assert {key[0] for key in drawn} == {2021, 2022} and len(drawn) == 2
    assert as_stored(con, made) == sorted(map(repr, table.computed(con, None).fetchall()))


def test_the_command_tells_it(published):
    reported = nights.cli(published.home, "stability", "510300", "2022").stdout
    for word in ("自贡市 2022", "档次稳定度", "名次", "再升一档", "stability", "seed"):
        assert word in reported
    top = nights.rows(published.database, "select unit_code, period from grade_stability where grade_code = 'A' order by all limit 1")[0]
    assert "已在最高一档" in nights.cli(published.home, "stability", top["unit_code"], top["period"]).stdout
    assert "没有" in nights.cli(published.home, "stability", "999999", "2022", ok=False).stderr
