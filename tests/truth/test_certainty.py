"""How certain it is that a figure is wrong: a planted slip is held and nothing else, later years change nothing of what was known then."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pytest

from benchmarks.truth.certainty import KEY, Judge

YEARS, UNITS, INDICATORS = range(2015, 2021), 40, 10
HOLD, MARK = 4, 3


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


def panel(seed: int, noise: float = 0.03) -> pd.DataFrame:
    """Honest lognormal series with own growth, rounded to whole numbers."""
    rng = np.random.default_rng(seed)
    level = rng.normal(9, 1, (UNITS, INDICATORS, 1)) + rng.normal(0.05, 0.02, (UNITS, INDICATORS, 1)) * np.arange(len(YEARS)) + rng.normal(0, noise, (UNITS, INDICATORS, len(YEARS)))
    rows = [(f"44{u:04d}", f"i{i}", year, float(round(np.exp(level[u, i, t])))) for u in range(UNITS) for i in range(INDICATORS) for t, year in enumerate(YEARS)]
    return pd.DataFrame(rows, columns=[*KEY, "value"]).assign(resolution=1.0)


def bent(figures: pd.DataFrame, cells: dict[tuple, float]) -> pd.DataFrame:
    changed = figures.copy()
    for key, factor in cells.items():
        changed.loc[(changed[KEY] == pd.Series(dict(zip(KEY, key, strict=True)))).all(axis=1), "value"] *= factor
    return changed


def held(found: pd.DataFrame, column: str, above: float = HOLD) -> set[tuple]:
    return set(map(tuple, found[found[column] > above][KEY].to_numpy()))


def test_a_planted_slip_is_held_and_nothing_else(judge):
    slips = {("440003", "i2", 2020): 10.0, ("440011", "i7", 2018): 0.1, ("440020", "i0", 2017): 10.0}
    found = judge(bent(panel(1), slips))
    assert held(found, "certainty_then") == set(slips)
    assert held(found, "certainty") == set(slips)
    ratios = found.set_index(KEY).ratio
    assert all(ratios[key] == pytest.approx(factor, rel=0.2) for key, factor in slips.items())


def test_an_honest_panel_holds_next_to_nothing(judge):
    """The Pareto tail is that of the panel itself: a few of two thousand cells may reach a limit, and none that is less than a quarter off."""
    found = judge(panel(2))
    assert found.certainty.max() == 0 and found.certainty_then.max() == 0  # 3 % of noise is never a quarter off
    wilder = judge(panel(2, noise=0.12))
    assert len(held(wilder, "certainty_then")) <= 0.004 * len(wilder)


def test_what_was_known_then_stays_whatever_comes_later(judge):
    figures = bent(panel(3, noise=0.1), {("440003", "i2", 2018): 10.0, ("440005", "i3", 2019): 4.0, ("440006", "i4", 2020): 0.1})
    whole, early = judge(figures).set_index(KEY), judge(figures[figures.period <= 2018]).set_index(KEY)
    assert (whole.loc[early.index].certainty_then == early.certainty_then).all()
    assert early.certainty_then["440003", "i2", 2018] > HOLD
    assert (whole.loc[early.index].certainty != early.certainty).any()  # hindsight moves, or this shows nothing


def test_beside_a_single_year_nobody_is_held(judge):
    """The second of two years is as likely as the first to be the right one."""
    figures = bent(panel(4, noise=0.1), {("440003", "i2", 2016): 100.0})
    found = judge(figures[figures.period <= 2016]).set_index(KEY)
    assert found.certainty_then["440003", "i2", 2016] == HOLD and not found.certainty_then["440003", "i2", 2015]


def test_the_honest_year_after_a_wrong_one_is_not_held(judge):
    slips = {(f"44{u:04d}", "i5", 2018): 10.0 for u in (1, 2, 3)}
    found = judge(bent(panel(5, noise=0.08), slips))
    beside = {(unit, name, year) for unit, name, _ in slips for year in YEARS} - set(slips)
    for column in ("certainty_then", "certainty"):
        assert set(slips) <= held(found, column) and not beside & held(found, column)


def test_too_few_figures_to_rank_hold_nothing(judge):
    few = panel(6)
    few = bent(few[few.unit_code < "440008"][lambda f: f.indicator < "i2"], {("440003", "i1", 2020): 10.0})
    assert judge(few).certainty_then.max() == 0


def test_neither_order_nor_threads_change_a_digit(judge):
    figures = bent(panel(7, noise=0.15), {("440003", "i2", 2020): 3.0})
    first, again = judge(figures), judge(figures.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(*(found.sort_values(KEY, ignore_index=True) for found in (first, again)))
    assert (first.certainty * 100).round(6).mod(1).eq(0).all()


def test_a_figure_exceeds_a_half_step_only_beyond_it():
    from expectations import cases

    sql = cases.render("select {{ half_step('c') }}")
    exceeded = {c: float(duckdb.sql(f"select {sql.removeprefix('select ')} from (select cast({c} as decimal(9, 2)) as c)").fetchall()[0][0]) for c in (3, 3.01, 3.5, 4, 4.01, 6.33)}
    assert exceeded == {3: 2.5, 3.01: 3, 3.5: 3, 4: 3.5, 4.01: 4, 6.33: 6}
