"""No grade on half a scheme: what a grade asks for, what counts as asked, and what becomes of ranks, quotas and vetoes."""

from __future__ import annotations

import pytest
from golden import engine

BANDS = "grade_code,grade_zh,lower,lower_inclusive,upper,upper_inclusive\nA,优秀,90,是,,\nB,良好,80,是,90,否\nC,合格,60,是,80,否\nD,不合格,,,60,否\n"
FLAT = "indicator,dimension_code,weight,method,direction,base,full_marks\na,X,50,identity,+,0,100\nb,X,20,identity,+,0,100\nc,Y,30,identity,+,0,100\n"
TREE = ("indicator,parent,weight,method,direction,base,full_marks\na,X,50,identity,+,0,100\nb,X,20,identity,+,0,100\nc,Y,1,identity,+,0,100\n", "node,parent,weight\nroot,,\nX,root,70\nY,root,30\n")
COVERAGE = "select * from scores.sco_coverage order by unit_code"
# unit: its figures of a, b and c
FIGURES = {"all": ("95", "95", "95"), "b lacks": ("95", "", "95"), "c lacks": ("95", "95", ""), "a lacks": ("", "95", "95"), "nothing": ("", "", ""), "c is none": ("95", "95", "N/A")}


def figures(of: dict[str, tuple[str, ...]] = FIGURES) -> list[tuple]:
    return [(unit, name, "2023", value) for unit, values in of.items() for name, value in zip("abc", values, strict=True)]


def scheme(form: str, **more: str):
    given = {"indicators": FLAT} if form == "flat" else {"indicators": TREE[0], "nodes": TREE[1]}
    return engine.scheme(**given, **({"bands": BANDS} | more))


def root(answer: dict, unit: str) -> dict:
    return next(row for (u, _, node), row in answer.items() if u == unit and node in ("total", "root"))


@pytest.mark.parametrize("form", ["flat", "tree"])
def test_a_grade_asks_for_most_of_the_weight_and_no_weight_stretched(form):
    answer = engine.run(scheme(form), figures())
    graded = {unit: root(answer, unit)["grade"] for unit in FIGURES}
    # b: 80 of 100 scored, a bears 70 / 50; a: 50 of 100, b bears 70 / 20; c is none: nothing of it is asked
    assert graded == {"all": "优秀", "b lacks": "优秀", "c lacks": "暂不定档", "a lacks": "暂不定档", "nothing": "暂不定档", "c is none": "优秀"}
    assert [root(answer, unit)["rank"] for unit in ("all", "b lacks", "c is none", "c lacks", "a lacks", "nothing")] == [1, 1, 1, None, None, None]
    assert root(answer, "c lacks")["published"] == "95", "the score that there is stays to be seen"


@pytest.mark.parametrize("form", ["flat", "tree"])
def test_shares_and_stretches_of_both_forms_are_the_same(form):
    (rows,) = engine.ask(scheme(form), figures(), COVERAGE)
    found = {r["unit_code"]: (float(r["weight_scored_pct"]), r["n_dimensions_scored"], r["n_dimensions"], r["most_stretch"] and round(float(r["most_stretch"]), 4)) for r in rows}
    assert found == {"all": (100, 2, 2, 1), "b lacks": (80, 2, 2, 1.4), "c lacks": (70, 1, 2, 1.4286), "a lacks": (50, 2, 2, 3.5), "nothing": (0, 0, 2, None), "c is none": (100, 1, 1, 1.4286)}


def test_the_reason_names_every_limit_and_what_lacks():
    answer = engine.run(scheme("flat"), figures())
    assert root(answer, "a lacks")["reason"].startswith("暂不定档：有得分的权重占 50%，低于方案要求的 80%；b的权重折合为原权重的 3.5 倍，超过方案允许的 2 倍。缺：a / No grade: ")


@pytest.mark.parametrize(("column", "value", "unit", "grade"), [
    ("least_weight_scored", "81", "b lacks", "暂不定档"), ("least_weight_scored", "70", "c lacks", "优秀"), ("most_weight_stretch", "1.39", "b lacks", "暂不定档"),
    ("least_dimensions_scored", "2", "c lacks", "暂不定档"), ("most_weight_stretch", "4", "a lacks", "暂不定档")])
def test_the_scheme_may_ask_for_more_or_less(column, value, unit, grade):
    assert root(engine.run(scheme("flat", scheme=f"scheme_id,{column}\nS,{value}\n"), figures()), unit)["grade"] == grade


def test_a_declared_gap_is_asked_of_nobody():
    gaps = "indicator,class_id,input,reason\nc,,,年鉴不再刊载\n"
    answer = engine.run(scheme("flat", gaps=gaps), figures())
    assert root(answer, "c lacks")["grade"] == "优秀" and root(answer, "a lacks")["grade"] == "暂不定档"
    (rows,) = engine.ask(scheme("flat", gaps=gaps), figures(), COVERAGE)
    gapped = next(r for r in rows if r["unit_code"] == "c lacks")
    assert (float(gapped["weight_scored_pct"]), gapped["n_gaps"], float(gapped["most_stretch"])) == (100, 1, 1), "a gap stretches nothing"


def test_marks_in_the_place_of_figures_are_no_figures():
    answer = engine.run(scheme("flat", scheme="scheme_id,missing_policy\nS,zero\n"), figures())
    assert root(answer, "a lacks")["grade"] == "暂不定档"


def test_an_index_without_grades_is_not_held_back():
    answer = engine.run(scheme("flat", bands="grade_code,grade_zh\n"), figures())
    assert root(answer, "a lacks")["rank"] == 1


def test_a_unit_without_a_grade_takes_no_place_and_only_a_set_grade_reaches_it():
    units = {"half": ("100", "100", ""), "p": ("99", "99", "99"), "q": ("98", "98", "98"), "fraud": ("97", "97", ""), "capped": ("96", "96", "")}
    answer = engine.run(scheme(
        "flat", quotas="grade,scope,number,ties,needs_threshold\nA,all,1,none_in,是\n",
        vetoes="veto,name_zh,trigger,effect,grade,levels\nzj,造假,event,grade_set,D,\njj,降级,event,downgrade_or_fail,,1\nfd,封顶,event,grade_cap,B,\n",
        events="unit_code,event,document,document_date\nfraud,zj,文一,2023-05-01\ncapped,jj,文二,2023-05-01\ncapped,fd,文三,2023-05-01\n"), figures(units))
    assert {unit: root(answer, unit)["grade"] for unit in units} == {"half": "暂不定档", "p": "优秀", "q": "良好", "fraud": "不合格", "capped": "暂不定档"}
    assert root(answer, "q")["rank"] == 2


@pytest.mark.parametrize("method", ["efficacy_linear", "min_max", "z_score", "rank_points", "ratio_to_best", "ratio_index", "percentile_rank"])
def test_a_unit_that_alone_has_a_figure_gets_no_marks_for_it(method):
    lines = f"indicator,method,direction,base,full_marks\nx,{method},+,60,100\n"
    alone = [("u", "x", "2023", "40"), ("v", "x", "2023", "")]
    assert (answer := engine.run(engine.scheme(indicators=lines), alone))["u", "2023", "x"]["score"] is None and answer["u", "2023", "x"]["status"] == "TOO_FEW_PEERS"
    said = engine.run(engine.scheme(indicators=lines, parameters="indicator,class_id,parameter,value\nx,,min_peers,1\n"), alone)["u", "2023", "x"]
    assert said["status"] != "TOO_FEW_PEERS", "a scheme that says what this gives is followed"
    assert engine.run(engine.scheme(indicators=lines), [*alone[:1], ("v", "x", "2023", "40")])["u", "2023", "x"]["score"] is not None
