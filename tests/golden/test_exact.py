"""Every exact method, at values that come to lie on and beside a grade's edge, against fractions rounded once; and totals of many quotients."""

from __future__ import annotations

import itertools
import math
from decimal import Decimal
from fractions import Fraction

import engine
import pytest
from fraction_rounding import half_up

# {name: (columns of the indicator, score of a value as a fraction)}; full marks 100 or 70, so that nothing cancels by itself
F = 100
EDGES = ("899949996", "899950000", "899949994", "899999999.99999999", "600000000", "333333333.33333333", "0.00000001", "123456789.12345679")
METHODS = {
    "m1": ("efficacy_linear", "+", 60, {"low": 7, "high": 1_000_000_007}, lambda x: _between(60 + 40 * (x - 7) / 1_000_000_000, 60, F)),
    "m1down": ("efficacy_linear", "-", 60, {"low": 7, "high": 1_000_000_007}, lambda x: _between(60 + 40 * (1_000_000_007 - x) / 1_000_000_000, 60, F)),
    "m2": ("completion_signed", "+", 0, {"target": 1_000_000_000}, lambda x: _between(F * (1 + (x - 10**9) / 10**9), 0, F)),
    "m2down": ("completion_signed", "-", 0, {"target": 700_000_003}, lambda x: _between(F * (1 - (x - 700_000_003) / 700_000_003), 0, F)),
    "m3": ("ratio_index", "+", 0, {"standard": 1_000_000_000}, lambda x: F * x / 10**9),
    "m3cap": ("ratio_index", "-", 0, {"standard": 700_000_003, "ratio_cap": 1.5}, lambda x: min(F * 700_000_003 / x, Fraction(150))),
    "m4": ("progress_standard", "+", 0, {"standard": 1_000_000_000}, lambda x: min(F * x / 10**9, Fraction(F))),
    "m4down": ("progress_standard", "-", 0, {"standard": 700_000_003}, lambda x: min(F * 700_000_003 / x, Fraction(F))),
    "m4int": ("progress_interval", "+", 0, {"interval_low": 9 * 10**8, "interval_high": 10**9, "allowed_low": 0, "allowed_high": 2 * 10**9}, lambda x: F * (1 - max(0, 9 * 10**8 - x) / 10**9)),
    "m5": ("deduction", "+", 0, {"standard": 1_000_000_000, "step": 1, "per_unit": 7_000_001}, lambda x: max(Fraction(0), F - max(0, 10**9 - x) / 7_000_001)),
    "m5ceil": ("deduction", "+", 0, {"standard": 1_000_000_000, "step": 3, "per_unit": 7_000_001, "partial": "ceil"}, lambda x: Fraction(max(0, F - 3 * math.ceil(max(0, 10**9 - x) / 7_000_001)))),
    "m5floor": ("deduction", "+", 0, {"standard": 1_000_000_000, "step": 3, "per_unit": 7_000_001, "partial": "floor"}, lambda x: Fraction(max(0, F - 3 * math.floor(max(0, 10**9 - x) / 7_000_001)))),
    "m6": ("control", "-", 0, {"step": 1, "per_unit": 13_000_001}, lambda x: max(Fraction(0), F - x / 13_000_001)),
    "m8": ("layers", "+", 0, {"low": 0, "high": 1_000_000_000, "step": 3, "layers": 30}, lambda x: Fraction(max(0, F - 3 * max(0, math.ceil((10**9 - x) * 30 / 10**9) - 1)))),
}

PEERS = [Fraction(value) for value in EDGES]
METHODS |= {
    "m7": ("rank_points", "+", 0, {}, lambda x: F * (len(PEERS) - _place(x) + 1) / Fraction(len(PEERS))),
    "m7step": ("rank_points", "+", 0, {"step": 7.30000007}, lambda x: max(Fraction(0), F - Fraction("7.30000007") * (_place(x) - 1))),
    "m9": ("ratio_to_best", "+", 0, {}, lambda x: F * x / max(PEERS)),
    "m9down": ("ratio_to_best", "-", 0, {}, lambda x: F * min(PEERS) / x),
    "m9mean": ("ratio_index", "+", 0, {"ratio_to": "mean"}, lambda x: F * x * len(PEERS) / sum(PEERS)),
    "m10": ("deviation_from_mean", "+", 60, {"step": 1.7, "per_unit": 70_000_001}, lambda x: 60 + Fraction("1.7") * (x - sum(PEERS) / len(PEERS)) / 70_000_001),
    "m10down": ("deviation_from_mean", "-", 60, {"step": 1.7, "per_unit": 70_000_001}, lambda x: 60 - Fraction("1.7") * (x - sum(PEERS) / len(PEERS)) / 70_000_001),
    "m11": ("band_table", "+", 0, {}, lambda x: Fraction(90 if x >= 899_950_000 else 80)),
    "m11slope": ("efficacy_tiered", "+", 60, {}, lambda x: 90 + 10 * (x - 899_950_000) / Fraction(100_049_999) if x >= 899_950_000 else 60 + 20 * x / Fraction(899_950_000)),
}
TIERS = "indicator,tier_from,from_inclusive,tier_to,to_inclusive,marks,marks_to\n" \
    "m11,0,是,899950000,否,80,\nm11,899950000,是,1999999999,是,90,\nm11slope,0,是,899950000,否,60,80\nm11slope,899950000,是,999999999,是,90,100\n"


def _place(x: Fraction) -> int:
    return 1 + sum(peer > x for peer in PEERS)


def _between(x: Fraction, low: int, high: int) -> Fraction:
    return min(max(x, Fraction(low)), Fraction(high))


@pytest.fixture(scope="module")
def scored() -> dict:
    names = list(dict.fromkeys(itertools.chain.from_iterable(given for _, _, _, given, _ in METHODS.values())))
    lines = [",".join([name, method, sign, str(base), str(F), *(str(given.get(n, "")) for n in names)]) for name, (method, sign, base, given, _) in METHODS.items()]
    scheme = engine.scheme(indicators=",".join(["indicator", "method", "direction", "base", "full_marks", *names]) + "\n" + "\n".join(lines) + "\n", tiers=TIERS)
    return engine.run(scheme, [(f"u{n}", name, "2023", value) for n, value in enumerate(EDGES) for name in METHODS])


@pytest.mark.parametrize("name", METHODS)
def test_a_score_is_its_fraction_rounded_once(scored, name):
    *_, score = METHODS[name]
    want = {value: half_up(Fraction(score(Fraction(value))), 8) for value in EDGES}
    assert {value: Fraction(scored[f"u{n}", "2023", name]["score"]) for n, value in enumerate(EDGES)} == want


WEIGHTS = {"a": (7, "JG"), "b": (11, "JG"), "c": (13, "MS"), "d": (17, "MS"), "e": (19, "ZY"), "f": (33, "HB")}
BANDS = "grade_code,grade_zh,lower,lower_inclusive,upper,upper_inclusive\nA,优秀,90,是,,\nB,良好,80,是,90,否\nC,合格,60,是,80,否\nD,不合格,,,60,否\n"
UNITS = {  # a score of each indicator; "" is missing, and its weight goes to the others
    "tie": ("89.995",) * 6, "tie with a gap": ("", "89.995", "89.995", "89.995", "89.995", "89.995"), "tie without a dimension": ("", "", "89.995", "", "89.995", "89.995"),
    "just below": ("89.99499999", "89.995", "", "89.995", "89.995", "89.995"), "just above": ("89.99500001", "89.995", "", "89.995", "89.995", "89.995"),
    "thirds": ("33.33333333", "", "66.66666667", "", "90", "100"), "lowest": ("0", "", "0.00000001", "", "", "0"), "nothing": ("",) * 6,
}


@pytest.fixture(scope="module", params=["published", "exact"])
def graded(request) -> tuple[str, dict]:
    lines = "".join(f"{name},{dimension},{weight},identity,+,0,100\n" for name, (weight, dimension) in WEIGHTS.items())
    scheme = engine.scheme(indicators="indicator,dimension_code,weight,method,direction,base,full_marks\n" + lines, bands=BANDS, scheme=f"scheme_id,score_decimals,grade_on,least_weight_scored,most_weight_stretch\nS,2,{request.param},0,1000\n")  # graded however little is there
    return request.param, engine.run(scheme, [(unit, name, "2023", value) for unit, values in UNITS.items() for name, value in zip(WEIGHTS, values, strict=True)])


def total_of(values: tuple[str, ...]) -> Fraction:
    """What has no score gives its weight to its dimension, a dimension without any to the others."""
    weights = {name: Fraction(weight) for name, (weight, _) in WEIGHTS.items()}
    scores = {name: Fraction(value) for name, value in zip(WEIGHTS, values, strict=True) if value}
    dimensions = {d for _, d in WEIGHTS.values()}
    whole = {d: sum(w for n, w in weights.items() if WEIGHTS[n][1] == d) for d in dimensions}
    left = {d: sum(weights[n] for n in scores if WEIGHTS[n][1] == d) for d in dimensions}
    over = sum(whole[d] for d in dimensions if left[d])
    return sum((s * weights[n] * whole[WEIGHTS[n][1]] / left[WEIGHTS[n][1]] / over for n, s in scores.items()), Fraction(0))


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit != "nothing"])
def test_a_total_is_one_sum_rounded_once(graded, unit):
    grade_on, answer = graded
    exact, row = total_of(UNITS[unit]), answer[unit, "2023", "total"]
    published = half_up(exact, 2)
    assert (Fraction(row["score"]), Fraction(row["published"])) == (half_up(exact, 8), published)
    on = exact if grade_on == "exact" else published
    assert row["grade"] == ("优秀" if on >= 90 else "良好" if on >= 80 else "合格" if on >= 60 else "不合格")


def test_equal_published_scores_share_a_rank(graded):
    _, answer = graded
    by_published: dict[Decimal, set] = {}
    for unit in UNITS:
        row = answer[unit, "2023", "total"]
        by_published.setdefault(row["published"], set()).add(answer[unit, "2023", "total"]["rank"])
    assert all(len(ranks) == 1 for ranks in by_published.values())
