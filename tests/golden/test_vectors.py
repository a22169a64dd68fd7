"""Published and computed vectors of the field: every number is copied from its source, none from this engine."""

from __future__ import annotations

from pathlib import Path

import engine
import pytest

from schemes import definition

HERE = Path(__file__).resolve().parent
SICHUAN_2016 = {"成都": (-2.66, 1.0640), "自贡": (-3.11, 1.0367), "攀枝花": (-9.76, 2.4400), "泸州": (-3.94, 1.1257), "德阳": (-6.22, 1.3792), "绵阳": (-8.42, 2.4057),
                "广元": (-5.09, 1.6967), "遂宁": (-6.52, 1.8629), "内江": (-4.82, 1.2050), "乐山": (-4.66, 1.1650), "南充": (-4.05, 1.1571)}
# indicator: [(value, score)], one unit each
CASES = {
    "jiangxi": [(12.6, 86.67), (9.1, 67.22), (11.3, 79.44), (7.8, 60), (15.0, 100)],  # Jiangxi 2012: largest 100, smallest 60
    "exponential": [(0.5, 77.46), (0, 60), (1, 100)],
    "outlier_plain": [(1.02, 60), (1.05, 61.22), (1.08, 62.45), (2.00, 100)],
    "outlier_capped": [(1.02, 60), (1.05, 66.67), (1.08, 73.33), (2.00, 100)],
    "energy_step": [(1.0, 40), (1.064, 40), (1.10, 43), (1.1375, 43), (1.44, 49), (0.999, 36), (0.90, 36), (0.55, 20), (0.49, 0)],
    "ratio": [(80, 100), (100, 125), (-8, 0)], "ratio_less": [(80, 100), (100, 80), (0, None)],
    "progress": [(80, 10), (100, 10), (40, 5), (-4, 0)], "progress_less": [(80, 10), (0, 10), (160, 5), (-3, 10)],
    "unemployment": [(4.5, 100), (3, 100), (6, 100), (8, 50), (10, 0), (12, 0), (1, 50), (0, 0)],  # 1 - distance / max(3 - 0, 10 - 6)
    "pm10": [(70, 10), (60, 10), (70.2, 9.5), (72, 9), (200, 0)],
    "good_days": [(80, 5), (79, 4.75), (78.5, 4.625), (0, 0)],
    "accidents": [(0, 20), (1, 15), (5, 0)],
    "ranked": [(9, 100), (8, 95), (8, 95), (7, 85)],
    "ranked_share": [(1, 100), (2, 66.67), (3, 33.33)],
    "layered": [(100, 100), (80, 100), (79.99, 90), (60, 90), (0, 60)],
    "to_best": [(50, 400), (25, 200), (-5, 0), (10, 80)],
    "mean_deviation": [(10, 60), (10.5, 60.5), (9.5, 59.5)],
    "zed": [(1, 40), (2, 50), (3, 60)],
}
MARKS = [95, 92, 91, 90, 88, 85, 40]
SURVEY = {"very_satisfied": 10, "satisfied": 20, "fair": 5, "dissatisfied": 3, "very_dissatisfied": 2}  # 100/80/60/40/0, Guangdong's subjective index


@pytest.fixture(scope="module")
def scored() -> dict:
    figures = [(f"{name}{no}", name, 2016, value) for name, pairs in CASES.items() for no, (value, _) in enumerate(pairs)]
    figures += [(unit, "sichuan_energy", 2016, value) for unit, (value, _) in SICHUAN_2016.items()]
    figures += [("零", "sichuan_energy", 2016, -1), ("反", "sichuan_energy", 2016, -1)]
    figures += [("panel", f"judge_{no}", 2016, mark) for no, mark in enumerate(MARKS, start=1)]
    figures += [("poll", name, 2016, n) for name, n in SURVEY.items()]
    figures += [("small", name, 2016, 5) for name in SURVEY]
    return engine.run(definition.load(HERE / "vectors"), figures)


@pytest.mark.parametrize("name", CASES)
def test_method(scored, name):
    got = [scored[f"{name}{no}", "2016", name]["score"] for no in range(len(CASES[name]))]
    assert [None if g is None else float(g) for g in got] == [want for _, want in CASES[name]]


def test_signed_completion_of_sichuan_2016(scored):
    assert {unit: float(scored[unit, "2016", "sichuan_energy"]["score"]) for unit in SICHUAN_2016} == {unit: c for unit, (_, c) in SICHUAN_2016.items()}


def test_zero_and_missing_targets_are_no_score(scored):
    assert (scored["零", "2016", "sichuan_energy"]["score"], scored["零", "2016", "sichuan_energy"]["status"]) == (None, "TARGET_ZERO")
    assert (scored["反", "2016", "sichuan_energy"]["score"], scored["反", "2016", "sichuan_energy"]["status"]) == (None, "NO_TARGET")


def test_marks_and_surveys(scored):
    assert (scored["panel", "2016", "marks_mean"]["score"], scored["panel", "2016", "marks_trimmed"]["score"]) == ("83", "89.2")
    assert float(scored["poll", "2016", "survey"]["score"]) == (1000 + 1600 + 300 + 120 + 0) / 40
    assert (scored["small", "2016", "survey"]["score"], scored["small", "2016", "survey"]["status"]) == (None, "INSUFFICIENT_SAMPLE")


def test_term_of_office_is_rounded_half_up():
    """国办发〔2013〕2号: mean of the years before × 50 % + final year × 50 %, integer: 86.5 × .5 + 91 × .5 = 88.75 -> 89."""
    years = {"year_1": 82, "year_2": 86, "year_3": 90, "year_4": 88, "final": 91}
    got = engine.run(definition.load(HERE / "term"), [("A", name, 2013, v) for name, v in years.items()])
    assert (got["A", "2013", "before_final"]["score"], got["A", "2013", "term"]["score"]) == ("86.5", "89")


def test_nothing_to_compare_is_said():
    found = engine.run(engine.scheme(indicators="indicator,method,degenerate_policy\nx,min_max,midpoint\ny,z_score,exclude\n"), [("A", "x", 1, 5), ("B", "x", 1, 5), ("A", "y", 1, 2), ("B", "y", 1, 2)])
    assert (found["A", "1", "x"]["score"], found["A", "1", "x"]["status"]) == ("50", "DEGENERATE")
    assert (found["A", "1", "y"]["score"], found["A", "1", "y"]["status"]) == (None, "DEGENERATE")
