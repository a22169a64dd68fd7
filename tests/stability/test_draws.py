"""What the draws must say where it can be worked out by hand, and laws that hold for any scores and weights."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strata import AT_REST, BANDS, column, stratum

from stability.draws.assumptions import Assumptions, Source
from stability.draws.drivers import indices
from stability.draws.panel import Figure
from stability.draws.statistics import Draws, quantile, rows
from stability.draws.totals import Node, Tree

MANY = replace(AT_REST, count=8000)
PINNED = [0.19817869237011887, 0.6074329508574268, 0.6255125916505762]
marks = st.integers(0, 10000).map(lambda n: n / 100)
weights_of = st.integers(1, 30).map(float)


def reported(drawn: Draws, unit: str) -> dict[tuple[str, str | None], float]:
    return {(r.statistic, r.item): r.value for r in rows(drawn, {}, {}) if r.unit_code == unit}


# -- by hand

def test_two_units_two_indicators_the_known_probability():
    """u0 scores 80 and 60, u1 the reverse, equal weights a(1 + t d). u0 leads when its good weight is the larger: one half. It keeps an edge
    at 70 + 10/11 when the ratio of the weights is 1.2 or more: (1.25 - 1.2 * 0.75)^2 / (2 * 1.2) / 0.5^2 = 0.2042 for t = 1/4."""
    bands = (("high", 70 + 10 / 11, True, None, False), ("low", None, False, 70 + 10 / 11, False))
    made = stratum([column("p", [80, 60]), column("q", [60, 80])], [50, 50], bands, grade_on="exact")
    drawn = Draws(made, replace(MANY, spread=0.25))
    first = reported(drawn, "u0")
    assert first["grade_share", "high"] == pytest.approx(0.2042, abs=0.012)  # four standard errors of 16,000 draws
    assert first["grade_share", "high"] + first["grade_share", "low"] == pytest.approx(1)
    assert first["stability", "low"] == first["grade_share", "low"], "the base total is 70: the low band"
    assert np.mean(made.ranks(drawn.all)[:, 0] == 1) == pytest.approx(0.5, abs=0.016)
    lowest, highest = 60 + 20 * 0.75 / 2, 60 + 20 * 1.25 / 2
    assert lowest - 1e-8 <= drawn.all[:, 0].min() < first["score_low", None] < first["score_high", None] < drawn.all[:, 0].max() <= highest + 1e-8


def test_a_figure_in_doubt_is_replaced_as_often_as_declared_and_moves_its_peers():
    """u0's 200 should be 20: then u1 is the best of (20, 40, 10) and u0 gets 60 + 40 * 10 / 30."""
    doubt = Figure("u0", "p", 2022, suggested=20.0, score=3.0)
    made = stratum([column("p", [200, 40, 10], "efficacy_linear", (doubt,))], [100])
    drawn = Draws(made, replace(MANY, suspicions=((1.5, 0.3), (4.0, 0.9))))
    replaced = drawn.all[:, 0] < 100
    assert np.mean(replaced) == pytest.approx(0.3, abs=0.015)
    assert set(drawn.all[replaced, 0]) == {73.33333333} and set(drawn.all[~replaced, 0]) == {100.0}
    assert set(drawn.all[replaced, 1]) == {100.0} and set(drawn.all[~replaced, 1]) == {66.31578947}
    assert not Draws(made, replace(MANY, suspicions=((4.0, 0.9),))).all[:, 0].min() < 100, "below the first step nothing is replaced"


def test_a_figure_in_doubt_without_a_suggestion_is_left_out():
    doubt = Figure("u0", "p", 2022, suggested=float("nan"), score=3.0)
    made = stratum([column("p", [90, 50], doubts=(doubt,)), column("q", [40, 50])], [50, 50])
    drawn = Draws(made, replace(AT_REST, suspicions=((1.5, 0.5),)))
    assert set(drawn.all[:, 0]) == {65.0, 40.0} and set(drawn.all[:, 1]) == {50.0}


def test_methods_and_policies_are_drawn_by_their_shares():
    made = stratum([column("p", [1, 2, 10], "efficacy_linear"), column("q", [50, float("nan"), 50])], [50, 50])
    varied = replace(MANY, methods={"efficacy_linear": (("percentile_rank", 0.25),)}, missing={"redistribute": (("zero", 0.2),)})
    drawn = Draws(made, varied)
    second = drawn.all[:, 1]
    by_method, by_policy = {64.44444444: 0.75, 80.0: 0.25}, {"redistribute": 0.8, "zero": 0.2}
    for score, share in by_method.items():
        for policy, likely in by_policy.items():
            total = score if policy == "redistribute" else score / 2
            assert np.mean(np.abs(second - total) < 1e-6) == pytest.approx(share * likely, abs=0.014), (score, policy)


def test_what_follows_the_base_is_held():
    made = stratum([column("p", [80, 60]), column("q", [60, 80])], [50, 50])
    raised = replace(made, published_total=made.published_total + np.array([1.5, 0]))
    drawn = Draws(raised, replace(AT_REST, spread=0.25))
    assert np.allclose(drawn.all[:, 0] - Draws(made, replace(AT_REST, spread=0.25)).all[:, 0], 1.5)
    assert reported(drawn, "u0")["held_points", None] == 1.5


def test_adjacent_years_meet_the_same_draw():
    """The same scores in both years: whatever the weights, nothing has changed."""
    now = stratum([column("p", [80, 60]), column("q", [60, 85])], [50, 50])
    before = replace(now, period=2021)
    varied = replace(AT_REST, spread=0.25)
    last = Draws(before, varied)
    found = {r.statistic: r.value for r in rows(Draws(now, varied), {"u0": last, "u1": last}, {}) if r.unit_code == "u0"}
    assert (found["change_low"], found["change_high"], found["change_up"], found["change_down"]) == (0, 0, 0, 0)


def test_a_unit_without_a_total_has_no_interval_and_no_next_grade():
    """A tree may leave a unit without a score, and a scheme one without a grade; the others are reported all the same."""
    leaf = column("p", [80, float("nan")])
    shape = Tree(("p",), (Node("root", ("p",)),), ("p", "root"))
    made = replace(stratum([leaf], [100]), shape=shape, weights={"p": 100.0, "root": 1.0}, published_total=np.array([80.0, np.nan]))
    drawn = Draws(made, replace(AT_REST, spread=0.25))
    assert reported(drawn, "u1") == {}
    assert reported(drawn, "u0")["score_low", None] == 80 and reported(drawn, "u0")["lacking", "A"] == 4.995


# -- laws

@st.composite
def complete(draw, least_units: int = 2):
    """Scores without holes and weights: units by indicators."""
    units, indicators = draw(st.integers(least_units, 5)), draw(st.integers(2, 5))
    table = [[draw(marks) for _ in range(units)] for _ in range(indicators)]
    return stratum([column(f"i{no}", row) for no, row in enumerate(table)], [draw(weights_of) for _ in range(indicators)])


SMALL = replace(AT_REST, count=60)
LAW = settings(max_examples=40, deadline=None)


@LAW
@given(complete(), st.sampled_from([0.05, 0.1, 0.2, 0.4]), st.sampled_from([1.5, 2.0]))
def test_a_wider_spread_never_narrows_the_range_of_a_score(made, spread, more):
    """For each draw the total is a quotient linear in the spread above and below, hence monotone: every draw moves away from the base."""
    narrow, wide = (np.abs(Draws(made, replace(SMALL, spread=s)).all - made.base) for s in (spread, spread * more))
    assert (wide >= narrow - 1e-6).all()
    totals = [Draws(made, replace(SMALL, spread=s)).all for s in (spread, spread * more)]
    (low, high), (lower, higher) = ([np.minimum(quantile(t, 0.05), made.base), np.maximum(quantile(t, 0.95), made.base)] for t in totals)
    assert (lower <= low + 1e-6).all() and (higher >= high - 1e-6).all()


@LAW
@given(complete())
def test_nothing_varied_is_as_published_and_wholly_stable(made):
    drawn = Draws(made, SMALL)
    assert (drawn.all == made.published_total).all()
    for unit in made.units:
        found = reported(drawn, unit)
        assert [v for (s, _), v in found.items() if s == "stability"] == [1.0]
        assert found["rank_low", None] == found["rank_high", None]
        assert all(found["score_total", group] is None for group in ("weights", "methods", "suspicions", "missing"))


@LAW
@given(complete(), st.sampled_from([0.25, 0.9]))
def test_a_dominated_unit_is_never_ahead(made, spread):
    drawn = Draws(made, replace(SMALL, spread=spread)).all
    scores = made.base_scores
    for a in range(len(made.units)):
        for b in range(len(made.units)):
            if (scores[:, a] >= scores[:, b]).all():
                assert (drawn[:, a] >= drawn[:, b] - 1e-6).all()


@LAW
@given(complete(), st.randoms(use_true_random=False))
def test_neither_order_nor_company_of_indicators_changes_a_draw(made, random):
    order = random.sample(range(len(made.columns)), len(made.columns))
    turned = stratum([made.columns[no] for no in order], [list(made.weights.values())[no] for no in order])
    varied = replace(SMALL, spread=0.25)
    assert np.allclose(Draws(made, varied).all, Draws(turned, varied).all, atol=1e-7)


@LAW
@given(st.lists(st.one_of(st.just(float("nan")), marks), min_size=3, max_size=8))
def test_ranks_count_who_is_better(totals):
    made = stratum([column("p", [float(n) for n in range(len(totals))])], [100])
    ranked = made.ranks(np.array([totals]))[0]
    real = [t for t in totals if not np.isnan(t)]
    assert list(ranked) == [1 + sum(o > t for o in real) if not np.isnan(t) else 1 + len(real) for t in totals]


# -- what drives a score

def test_indices_are_those_of_salib():
    """Ishigami's function, whose indices are known, on SALib's own sample; groups of one column each."""
    pytest.importorskip("SALib", reason="the oracle of the indices is not installed")
    from SALib.analyze import sobol as analyze
    from SALib.sample import sobol as sample
    from SALib.test_functions import Ishigami

    problem = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[-np.pi, np.pi]] * 3}
    drawn = sample.sample(problem, 1024, calc_second_order=False, seed=5)
    y = Ishigami.evaluate(drawn)
    theirs = analyze.analyze(problem, y, calc_second_order=False, num_resamples=2, seed=5)
    a, b = y[0::5], y[4::5]
    for no in range(3):
        ours = indices(a[:, None], b[:, None], y[no + 1 :: 5][:, None])
        assert ours.first[0] == pytest.approx(theirs["S1"][no], abs=2e-3)
        assert ours.total[0] == pytest.approx(theirs["ST"][no], abs=2e-3)
    known = {0: (0.3139, 0.5576), 1: (0.4424, 0.4424), 2: (0.0, 0.2437)}
    for no, (first, total) in known.items():
        ours = indices(a[:, None], b[:, None], y[no + 1 :: 5][:, None])
        assert abs(ours.first[0] - first) < 4 * ours.first_error[0] + 0.01 and abs(ours.total[0] - total) < 4 * ours.total_error[0] + 0.01


def test_one_group_alone_drives_everything_and_the_others_nothing():
    made = stratum([column("p", [80, 60, 10]), column("q", [60, 80, 20])], [50, 50])
    found = reported(Draws(made, replace(MANY, spread=0.25)), "u0")
    assert found["score_first", "weights"] == pytest.approx(1, abs=0.06) and found["score_total", "weights"] == pytest.approx(1, abs=0.06)
    assert all(found["score_total", group] == 0 for group in ("methods", "suspicions", "missing"))


def test_shares_of_the_variance_of_independent_groups_add_up():
    """A suspicion worth 10 points half the time (variance 25) and a policy worth 20 points with probability 1/5 (variance 64)."""
    doubt = Figure("u0", "p", 2022, suggested=30.0, score=2.0)
    made = stratum([column("p", [50, 50], doubts=(doubt,)), column("q", [float("nan"), 50], policy="zero")], [50, 50])
    found = reported(Draws(made, replace(MANY, suspicions=((1.5, 0.5),), missing={"zero": (("floor", 0.2),)})), "u0")
    assert found["score_total", "suspicions"] == pytest.approx(1, abs=0.05), "the floor of an indicator without base is zero as well"
    raised = replace(made, columns=(made.columns[0], replace(made.columns[1], given=replace(made.columns[1].given, base=40.0))))
    found = reported(Draws(raised, replace(MANY, suspicions=((1.5, 0.5),), missing={"zero": (("floor", 0.2),)})), "u0")
    assert found["score_first", "suspicions"] == pytest.approx(25 / 89, abs=0.05)
    assert found["score_first", "missing"] == pytest.approx(64 / 89, abs=0.05)


def test_an_index_that_cannot_be_told_is_not():
    made = stratum([column("p", [85.2, 60]), column("q", [85.0, 80])], [50, 50], BANDS)
    strict = replace(AT_REST, count=40, most_error=1e-6, spread=0.9)
    assert reported(Draws(made, strict), "u0")["score_total", "weights"] is None


# -- the policy

def test_a_column_of_draws_is_what_its_name_says():
    """Pinned: the same on every machine and for ever, or editions would change."""
    source = Source(replace(AT_REST, count=3), "A")
    assert source.column("weights", "51", "K", "p").tolist() == PINNED
    assert source.column("weights", "51", "K", "q").tolist() != PINNED
    assert Source(replace(AT_REST, count=3), "A", "weights").column("weights", "51", "K", "p").tolist() == Source(replace(AT_REST, count=3), "B").column("weights", "51", "K", "p").tolist()


def test_a_policy_that_cannot_be_is_refused():
    single = [("draws", "count", None, 10), ("draws", "seed", None, 1), ("interval", "low", None, 0.05), ("interval", "high", None, 0.95), ("drivers", "most_error", None, 0.2), ("weights", "spread", None, 0.25)]
    assert Assumptions.of([*single, ("suspicions", "1.5", None, 0.5)]).probability(1.6) == 0.5
    assert Assumptions.of([*single, ("suspicions", "1.5", None, 0.5)]).probability(1.4) == 0
    with pytest.raises(ValueError, match="unknown assumption"):
        Assumptions.of([*single, ("weather", "rain", None, 1)])
    with pytest.raises(ValueError, match="no shares"):
        Assumptions.of([*single, ("methods", "min_max", "percentile_rank", 0.7), ("methods", "min_max", "identity", 0.4)])

