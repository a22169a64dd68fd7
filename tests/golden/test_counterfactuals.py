"""The change of a score decomposed: effects add up on any pair of schemes, and each step is what the engine alone gives."""

from __future__ import annotations

from decimal import Decimal

import engine
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from two_years import Year, totals, way

from stability.counterfactuals import REST, STEPS, TOTAL

RUNS = settings(max_examples=2, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
UNITS = [f"u{i}" for i in range(6)]
INDICATORS = [f"i{i}" for i in range(4)]
values = st.integers(1, 9999).map(lambda n: f"{n / 100:.2f}")
METHODS = ("efficacy_linear", "rank_points", "progress_standard", "min_max")


def flat(weights: dict[str, int], classes: dict[str, str], methods: dict[str, str]):
    """A scheme of one dimension: weights {indicator: weight}, classes {unit: class}, methods {indicator: method}."""
    lines = [f"{i},d,{w},{methods[i]},+,{60 if 'efficacy' in methods[i] else 0},100,50" for i, w in weights.items()]
    return engine.scheme(indicators="indicator,dimension_code,weight,method,direction,base,full_marks,standard\n" + "\n".join(lines) + "\n",
                         classes="unit_code,class_id\n" + "".join(f"{u},{c}\n" for u, c in classes.items()))


@st.composite
def years(draw) -> tuple[Year, Year]:
    """Two random schemes (indicators, weights, methods, classes all drawn anew) with figures, some of the first year's corrected late."""
    def scheme():
        chosen = draw(st.lists(st.sampled_from(INDICATORS), min_size=2, max_size=4, unique=True))
        return flat({i: draw(st.integers(1, 9)) for i in sorted(chosen)}, {u: draw(st.sampled_from(["town", "country"])) for u in UNITS},
                    {i: draw(st.sampled_from(METHODS)) for i in INDICATORS})

    def figures():
        return {(u, i): draw(values) for u in UNITS for i in INDICATORS}

    return Year(scheme(), figures(), {(draw(st.sampled_from(UNITS)), draw(st.sampled_from(INDICATORS))): draw(values)}), Year(scheme(), figures())


@RUNS
@given(years())
def test_effects_add_up_and_every_step_is_a_score_of_its_own(tmp_path_factory, pair):
    before, after = pair
    found = way(tmp_path_factory.mktemp("years"), before, after)
    assert set(found) == set(UNITS)
    corrected = Year(before.scheme, before.figures | before.late)
    alone = {"closed": totals(before, before.scheme), "weight": totals(corrected, after.scheme)}
    for unit, steps in found.items():
        effects = [steps[now][TOTAL] - steps[then][TOTAL] for then, now in zip(STEPS, STEPS[1:])]
        assert sum(effects) == steps["after"][TOTAL] - steps["closed"][TOTAL]
        for step, parts in steps.items():
            assert sum(r for c, r in parts.items() if c != TOTAL) == parts[TOTAL]
        assert {step: steps[step][TOTAL] for step in alone} == {step: scores[unit] for step, scores in alone.items()}


FIGURES = {(u, "x"): str(10 * (n + 1)) for n, u in enumerate(UNITS)}
HALVES = {u: "town" if n < 3 else "country" for n, u in enumerate(UNITS)}
X, LINEAR = {"x": 100}, {"x": "efficacy_linear"}


def effect(found: dict, unit: str) -> dict[str, Decimal]:
    """{effect: change} of a unit, zeros left out."""
    names = dict(zip(STEPS[1:], ("revision", "boundary", "peer_set", "method", "weight", "availability", "performance"), strict=True))
    return {names[now]: found[unit][now][TOTAL] - found[unit][then][TOTAL] for then, now in zip(STEPS, STEPS[1:]) if found[unit][now][TOTAL] != found[unit][then][TOTAL]}


def test_a_unit_that_changes_class_has_a_boundary_effect_and_its_new_peers_a_peer_set_effect(tmp_path):
    moved = HALVES | {"u3": "town"}
    found = way(tmp_path, Year(flat(X, HALVES, LINEAR), FIGURES), Year(flat(X, moved, LINEAR), FIGURES))
    # u3 (40) was the worst of country (60 marks), is the best of town (100 marks)
    assert effect(found, "u3") == {"boundary": Decimal(40)}
    # u2 (30) was the best of town, now stands two thirds of the way from 10 to 40; country begins at 50 now
    assert effect(found, "u2") == {"peer_set": Decimal("-13.33333333")}
    assert effect(found, "u4") == {"peer_set": Decimal(-20)}
    assert effect(found, "u0") == {} and effect(found, "u5") == {}


def test_only_the_method_or_only_the_weights_or_only_the_figures(tmp_path):
    both = {(u, i): v for (u, _), v in FIGURES.items() for i in ("x", "y")} | {("u0", "y"): "30", ("u2", "y"): "10"}
    even = flat({"x": 50, "y": 50}, HALVES, {"x": "efficacy_linear", "y": "efficacy_linear"})
    other_method = flat({"x": 50, "y": 50}, HALVES, {"x": "efficacy_linear", "y": "rank_points"})
    other_weights = flat({"x": 80, "y": 20}, HALVES, {"x": "efficacy_linear", "y": "efficacy_linear"})
    assert effect(way(tmp_path, Year(even, both), Year(other_method, both)), "u2") == {"method": Decimal("-13.33333333")}  # y: 60 marks by distance, the third of three by rank
    assert effect(way(tmp_path, Year(even, both), Year(other_weights, both)), "u2") == {"weight": Decimal(12)}  # 100 and 60 marks: 80 before, 92 now
    better = both | {("u2", "y"): "30"}
    assert effect(way(tmp_path, Year(even, both), Year(even, better)), "u2") == {"performance": Decimal(20)}


def test_an_indicator_that_comes_or_goes_is_a_matter_of_weight(tmp_path):
    both = {(u, i): v for (u, _), v in FIGURES.items() for i in ("x", "y")} | {("u0", "y"): "30", ("u2", "y"): "10"}
    methods = {"x": "efficacy_linear", "y": "efficacy_linear"}
    found = way(tmp_path, Year(flat({"x": 100}, HALVES, methods), both), Year(flat({"x": 50, "y": 50}, HALVES, methods), both))
    assert effect(found, "u2") == {"weight": Decimal(-20)}
    assert (found["u2"]["weight"]["x"], found["u2"]["weight"]["y"], found["u2"]["weight"][REST]) == (50, 30, 0)


def test_a_new_indicator_that_was_not_reported_before_is_a_matter_of_weight(tmp_path):
    x_and_y = FIGURES | {(u, "y"): str(n + 1) for n, u in enumerate(UNITS)}
    methods = {"x": "efficacy_linear", "y": "efficacy_linear"}
    found = way(tmp_path, Year(flat(X, HALVES, methods), FIGURES | {("u5", "y"): "6"}), Year(flat({"x": 50, "y": 50}, HALVES, methods), x_and_y | {("u2", "y"): "1", ("u0", "y"): "3"}))
    assert effect(found, "u2") == {"weight": Decimal(-20)}


MISSING = st.sets(st.tuples(st.sampled_from(UNITS), st.sampled_from(INDICATORS)), min_size=1, max_size=6)


@settings(RUNS, max_examples=6)
@given(st.data(), MISSING, st.booleans())
def test_a_figure_that_is_not_there_moves_no_performance(tmp_path_factory, data, missing, in_first_year):
    """Equal years but for dropped figures: whatever moves, of any unit, is availability; a whole indicator dropped is too."""
    weights = {i: data.draw(st.integers(1, 9)) for i in INDICATORS}
    scheme = flat(weights, {u: data.draw(st.sampled_from(["town", "country"])) for u in UNITS}, {i: data.draw(st.sampled_from(METHODS)) for i in INDICATORS})
    whole = {(u, i): data.draw(values) for u in UNITS for i in INDICATORS}
    lacking = {at: v for at, v in whole.items() if at not in missing}
    years = (Year(scheme, lacking), Year(scheme, whole)) if in_first_year else (Year(scheme, whole), Year(scheme, lacking))
    found = way(tmp_path_factory.mktemp("years"), *years)
    assert {name for unit in found for name in effect(found, unit)} <= {"availability"}
    assert all(found[unit]["after"].get(c, 0) == found[unit]["available"].get(c, 0) for unit in found for c in found[unit]["after"])


def test_performance_holds_each_indicators_own_movement_while_a_blank_is_availability(tmp_path):
    both = {(u, i): v for (u, _), v in FIGURES.items() for i in ("x", "y")}
    even = flat({"x": 50, "y": 50}, HALVES, {"x": "efficacy_linear", "y": "efficacy_linear"})
    before = both | {("u1", "x"): "10", ("u1", "y"): "30"}  # 60 and 100 marks
    blank = {at: v for at, v in before.items() if at != ("u1", "x")}
    found = way(tmp_path, Year(even, before), Year(even, blank))
    assert effect(found, "u1") == {"availability": Decimal(20)}  # y alone scores now: 100 instead of 80
    risen = {at: v for at, v in before.items() if at != ("u1", "x")} | {("u1", "y"): "20"}  # of the two that moved, only y was measured twice
    found = way(tmp_path, Year(even, before), Year(even, risen))
    parts = {c: found["u1"]["after"].get(c, 0) - found["u1"]["available"].get(c, 0) for c in ("x", "y", REST)}
    assert parts == {"x": 0, "y": Decimal(-20), REST: 0} and effect(found, "u1")["performance"] == -20


def test_a_renamed_unit_goes_on_and_a_part_taken_over_is_carried_by_its_share(tmp_path):
    later = {("v5" if u == "u5" else u, i): v for (u, i), v in FIGURES.items()}
    classes = {"v5" if u == "u5" else u: c for u, c in HALVES.items()}
    # u5 is called v5 now; u4 (50) took half of u3 (40), which keeps the other half
    found = way(tmp_path, Year(flat(X, HALVES, LINEAR), FIGURES), Year(flat(X, classes, LINEAR), later | {("u4", "x"): "70", ("u3", "x"): "20"}),
                (("v5", "u5", 1), ("u4", "u4", 1), ("u4", "u3", Decimal("0.5")), ("u3", "u3", Decimal("0.5"))))
    assert effect(found, "v5")  # 60 was the best of country and is not any more
    # on today's territory last year's country stood at 20, 70 and 60: u4 was the best
    assert found["u4"]["today"][TOTAL] == 80 and found["u4"]["boundary"][TOTAL] == 100
    assert effect(found, "u4") == {"boundary": Decimal(20)}
    assert found["v5"]["peer_set"][TOTAL] == 92 and effect(found, "v5") == {"peer_set": Decimal(-8)}


def test_a_new_class_is_told_as_boundary_and_a_new_unit_has_no_change(tmp_path):
    classes = HALVES | {"u0": "city", "u1": "city", "new": "town"}
    found = way(tmp_path, Year(flat(X, HALVES, LINEAR), FIGURES), Year(flat(X, classes, LINEAR), FIGURES | {("new", "x"): "5"}), (("new", "u2", Decimal("0.3")), ("u2", "u2", Decimal("0.7"))))
    assert set(found) == set(UNITS)
    # the old scheme has no weights for the new class, so all that changed in the rules is the change of class
    assert effect(found, "u1") == {"boundary": Decimal(20)}
