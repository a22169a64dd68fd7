"""The scoring on arrays (package `stability`) beside the exact SQL: the same scores and totals, and values that give the grade they promise."""

from __future__ import annotations

import engine
import numpy as np
import pytest
from hypothesis import given, settings
from test_laws import CLASSES, RUNS, as_rows, every_method, random_schemes, years

from stability.draws import inputs, methods, reach
from stability.draws.assumptions import Assumptions
from stability.draws.panel import Stratum
from stability.draws.rounding import whole
from stability.draws.statistics import Draws
from warehouse.scratch import scoring

REST = Assumptions(count=20, seed=1, low=0.05, high=0.95, most_error=1, spread=0.0)
NO_FINDINGS = inputs.Tables(findings=None)
BANDS = "grade_code,grade_zh,lower,lower_inclusive,upper,upper_inclusive\nA,优秀,85,是,,否\nB,良好,78,是,85,否\nC,合格,60,是,78,否\nD,不合格,,否,60,否\n"


def scored(scheme, figures: list[tuple]) -> tuple[dict, list[Stratum]]:
    """The SQL's answer, and what the arrays make of its tables."""
    with engine.scored(scheme, figures) as con:
        answer = engine.answer(engine.dicts(con, scoring._answer()))
        periods = [p for (p,) in con.execute("select period_no from periods order by 1").fetchall()]
        return answer, inputs.strata(con, periods, REST, NO_FINDINGS)


def assert_same(strata: list[Stratum], places: float = 0.0) -> None:
    for stratum in strata:
        published = stratum.published_total
        assert np.array_equal(np.isnan(stratum.base), np.isnan(published))
        assert np.nanmax(np.abs(whole(stratum.base) - whole(published)), initial=0) <= places
        for column in stratum.columns:
            assert column.recomputable, column.method
            again = column.scores(column.method, column.pool.states(np.zeros((1, 0), bool))[0], stratum.units)[0]
            assert np.allclose(again, column.measured, atol=2e-8, rtol=1e-9, equal_nan=True), (column.indicator, again, column.measured)
        drawn = Draws(stratum, REST)
        assert np.array_equal(drawn.all, np.tile(published, (len(drawn.all), 1)), equal_nan=True)


@settings(RUNS, max_examples=4)
@given(random_schemes())
def test_random_trees_come_out_as_the_sql_has_them(case):
    scheme, drawn = case
    _, strata = scored(scheme, as_rows(drawn))
    assert len(strata) == len(set(CLASSES.values())) * len(drawn)
    assert_same(strata, places=10)


@RUNS
@given(years)
def test_every_method_comes_out_as_the_sql_has_it(drawn):
    methods_of = [r["method"] for r in every_method()["indicators"]]
    text = _without(every_method(), {"rank"})  # never recomputed: held as published
    assert {"rank"} == set(methods_of) - set(methods.METHODS)
    _, strata = scored(text, [(u, r["indicator"], year, v) for year, of in drawn.items() for u, v in of.items() for r in text["indicators"]])
    assert_same(strata, places=10)


def _without(scheme, left_out: set[str]):
    kept = [r for r in scheme["indicators"] if r["method"] not in left_out]
    names = {r["indicator"] for r in kept}
    columns = ["indicator", "method", "direction", "base", "full_marks", "cap"]
    return engine.scheme(indicators="\n".join([",".join(columns), *(",".join(r.get(c, "") for c in columns) for r in kept)]) + "\n",
                         parameters="indicator,parameter,value\n" + "".join(f"{r['indicator']},{r['parameter']},{r['parameter_value']}\n" for r in scheme["parameters"] if r["indicator"] in names),
                         classes="unit_code,class_id\n" + "".join(f"{u},{c}\n" for u, c in CLASSES.items()))


def test_tiers_intervals_and_layers_come_out_as_the_sql_has_them():
    scheme = engine.scheme(
        indicators="indicator,method,direction,base,full_marks,low,high\nline,efficacy_tiered,+,0,100,,\nband,band_table,+,0,100,,\nband_c,band_table,+,0,40,,\nwithin,progress_interval,+,0,100,,\n"
                   "range,layers,+,0,100,,\nplaces,layers,-,0,100,,\nfixed,efficacy_linear,+,60,100,0,20\n",
        parameters="indicator,parameter,value\nband_c,tier_on,completion\nband_c,target,11\nwithin,interval_low,8\nwithin,interval_high,12\nwithin,allowed_low,0\nwithin,allowed_high,20\n"
                   "range,step,7\nrange,layers,3\nplaces,step,9\nplaces,layers,4\nplaces,layers_by,count\n",
        tiers="indicator,tier_from,from_inclusive,tier_to,to_inclusive,marks,marks_to\nline,0,是,10,否,20,60\nline,10,是,16,是,60,100\nband,,否,8,否,40,\nband,8,是,15,否,70,\nband,15,是,,否,100,\n"
              "band_c,,否,1,否,10,\nband_c,1,是,,否,40,\n")
    _, strata = scored(scheme, [(u, r["indicator"], 2020, v) for u, v in {"u0": 12.6, "u1": 8, "u2": 11, "u3": 15, "u4": 3, "u5": 16.5}.items() for r in scheme["indicators"]])
    assert_same(strata, places=10)


PLAIN = {
    "indicators": "indicator,dimension_code,weight,method,direction,base,full_marks,cap\nrel,d1,20,efficacy_linear,+,60,100,\nless,d1,20,efficacy_linear,-,60,100,\n"
                  "goal,d2,20,completion_signed,-,0,100,1.2\nstd,d2,10,progress_standard,+,0,100,\ncut,d3,20,deduction,+,0,100,\nplace,d3,10,rank_points,+,0,100,\n",
    "parameters": "indicator,parameter,value\ngoal,target,35\nstd,standard,80\ncut,target,90\ncut,step,1.5\ncut,per_unit,2\ncut,partial,ceil\n",
    "bands": BANDS,
}
FIGURES = {
    "u0": (12.6, 9.1, 40, 80, 81, 5), "u1": (9.1, 7.7, 36.5, 61.5, 77, 4), "u2": (11.3, 12, 28, 88, 90.5, 9), "u3": (7.8, 3.3, 55, 79.99, 60, 1), "u4": (15, 8, 30, 40, 89, 7),
}


@pytest.mark.parametrize("grade_on", ["published", "exact"])
def test_a_value_told_for_one_more_grade_gives_it(grade_on):
    """Every way is fed back through the SQL, each as a year of its own; one of 1e-4 short of it, the grade stays."""
    scheme = engine.scheme(**PLAIN, scheme=f"scheme_id,score_decimals,grade_on\nS,2,{grade_on}\n")
    names = [r["indicator"] for r in scheme["indicators"]]
    base = {(u, i): v for u, row in FIGURES.items() for i, v in zip(names, row, strict=True)}
    _, (stratum,) = scored(scheme, [(u, i, 2020, v) for (u, i), v in base.items()])
    assert_same([stratum])
    ways = [(unit, following.grade, way) for unit, following in reach.ways(stratum, {}).items() for way in following.ways if way.code == reach.REACHES]
    assert {w.indicator for _, _, w in ways} >= {"rel", "less", "goal", "cut", "place"}
    signs = {c.indicator: c.given.sign for c in stratum.columns}
    tried = []
    for no, (unit, _, way) in enumerate(ways):
        for short, step in ((False, 0), (True, 1e-4)):
            value = way.value - signs[way.indicator] * step
            tried += [(u, i, 3000 + 2 * no + short, f"{value:.8f}" if (u, i) == (unit, way.indicator) else v) for (u, i), v in base.items()]
    answer = engine.run(scheme, tried)
    order, before = "DCBA", _grades(stratum)
    for no, (unit, grade, way) in enumerate(ways):
        zh = {"A": "优秀", "B": "良好", "C": "合格", "D": "不合格"}
        assert answer[unit, str(3000 + 2 * no), "total"]["grade"] == zh[grade], (unit, way)
        assert answer[unit, str(3001 + 2 * no), "total"]["grade"] == zh[before[unit]], (unit, way)
        assert order.index(grade) == order.index(before[unit]) + 1


def _grades(stratum: Stratum) -> dict[str, str]:
    return {u: stratum.bands[n][0] for u, n in zip(stratum.units, stratum.grades(stratum.published_total[None])[0], strict=True)}


def test_where_no_value_reaches_it_says_why():
    scheme = engine.scheme(**PLAIN, scheme="scheme_id,score_decimals,grade_on\nS,2,published\n")
    names = [r["indicator"] for r in scheme["indicators"]]
    figures = [(u, i, 2020, "" if (u, i) == ("u3", "rel") else v) for u, row in FIGURES.items() for i, v in zip(names, row, strict=True)]
    _, (stratum,) = scored(scheme, figures)
    reported = {way.indicator: way for way in reach.ways(stratum, {"goal": (20.0, 100.0)})["u3"].ways}
    assert reported["rel"].code == reach.NO_FIGURE
    assert reported["std"].code == reach.FULL_MARKS and np.isnan(reported["std"].value)
    free = {way.indicator: way for way in reach.ways(stratum, {})["u3"].ways}
    assert free["goal"].code == reach.REACHES and free["goal"].value < 55
    tight = {way.indicator: way for way in reach.ways(stratum, {"goal": (free["goal"].value + 0.5, 100.0)})["u3"].ways}
    assert tight["goal"].code == reach.BOUNDS
