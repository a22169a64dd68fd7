"""What comes after the base total, on vectors that are known from outside: steps of marks, quotas, ties, the five effects of a veto.

Sources: energy assessment rules (40 points, 90 % 36, …, target missed: 未完成), 杭州 2020 (78 ranked, 优秀 18 of which 2 promoted, 良好 16,
达标 44; vertical units 3, 3, 9 of 15 apart; top offices listed apart), 国办发〔2013〕2号 and its opposite (edges).
"""

from __future__ import annotations

from collections import Counter

import engine
import pytest

from schemes import lint

BANDS = "grade_code,grade_zh,lower,lower_inclusive,upper,upper_inclusive\nA,优秀,90,是,,否\nB,良好,80,是,90,否\nC,合格,60,是,80,否\nD,不合格,,否,60,否\n"
ONE = "indicator,method,direction,base,full_marks\nx,identity,+,0,100\n"


def cards(scheme, figures: dict[str, object]) -> dict[str, dict]:
    """{unit: row of the root} for one indicator x."""
    assert lint.impossible(scheme) == []
    answer = engine.run(scheme, [(unit, "x", 2020, value) for unit, value in figures.items()])
    return {unit: row for (unit, _, node), row in answer.items() if node == "index"}


# -- edges of grades

EDGES = ["90", "89.99", "80", "60", "59.99"]


@pytest.mark.parametrize(("bands", "reported"), [
    (BANDS, ["优秀", "良好", "良好", "合格", "不合格"]),
    (BANDS.replace("90,是,,否", "90,否,,否").replace("80,是,90,否", "80,否,90,是").replace("60,是,80,否", "60,否,80,是").replace("否,60,否", "否,60,是"), ["良好", "良好", "合格", "不合格", "不合格"]),
])
def test_edges_belong_where_the_scheme_says(bands, reported):
    found = cards(engine.scheme(indicators=ONE, bands=bands), {f"u{no}": value for no, value in enumerate(EDGES)})
    assert [found[f"u{no}"]["grade"] for no in range(len(EDGES))] == reported
    assert {row[name] for row in found.values() for name in ("bonus", "deduction", "grade_by_quota", "vetoes", "claw_back")} == {None}, "a scheme without these sheets says nothing of them"


# -- a target missed (energy_step_40)

ENERGY = {"1.0": (40, "完成"), "1.064": (40, "完成"), "1.10": (43, "完成"), "1.1375": (43, "完成"), "1.44": (49, "完成"), "0.999": (36, "未完成"), "0.90": (36, "未完成"), "0.55": (20, "未完成"), "0.49": (0, "未完成"),
          "0.9999999999": (40, "未完成")}  # the last: eight places round the ratio to 1, the veto sees the figures


def test_energy_steps_and_the_veto_of_a_missed_target():
    tiers = "".join(f"x,{low},{high},{marks}\n" for low, high, marks in zip(("", .5, .6, .7, .8, .9, 1, "1.1", "1.2", "1.3"), (.5, .6, .7, .8, .9, 1, "1.1", "1.2", "1.3", ""), (0, 20, 24, 28, 32, 36, 40, 43, 46, 49)))
    scheme = engine.scheme(indicators="indicator,method,direction,base,full_marks,target,tier_on\nx,band_table,+,0,40,1000000,completion\n", tiers="indicator,tier_from,tier_to,marks\n" + tiers,
                           bands="grade_code,grade_zh,lower,upper\nA,完成,0,\nB,无,,0\n", vetoes="veto,name_zh,trigger,indicator,effect,grade,grade_zh\nenergy,能耗目标,target_missed,x,grade_set,UF,未完成\n")
    found = cards(scheme, {c: f"{float(c) * 1e6:.4f}" for c in ENERGY})
    assert {c: (float(found[c]["published"]), found[c]["grade"]) for c in ENERGY} == ENERGY
    assert found["0.999"]["grade_by_score"] == "完成"


# -- quotas

def hangzhou() -> tuple:
    units = [f"d{no:02}" for no in range(1, 79)] + [f"v{no:02}" for no in range(1, 16)] + ["top1", "top2", "top3"]
    scheme = engine.scheme(
        indicators=ONE, bands="grade_code,grade_zh,lower,upper\nA,优秀,90,\nB,良好,80,90\nC,达标,,80\n",
        classes="unit_code,class_id,separate\n" + "".join(f"{u},{'vertical' if u[0] == 'v' else 'direct'},{'是' if u[0] == 't' else '否'}\n" for u in units),
        adjustments="adjustment,name_zh,kind,grade\nspecial,专项晋优,promotion,A\n", quotas="grade,class_id,number,needs_threshold\nA,direct,16,否\nB,direct,16,否\nA,vertical,3,否\nB,vertical,3,否\n",
        events="unit_code,event,document,document_date\nd30,special,文一,2021-01-01\nd50,special,文二,2021-01-01\nd03,special,文三,2021-01-01\n",
    )
    return scheme, {u: 99 - int(u[1:]) / 10 if u[0] != "t" else 95 for u in units}


def test_hangzhou_2020_quota():
    found = cards(*hangzhou())
    direct, vertical, top = ([row for unit, row in found.items() if unit[0] == letter] for letter in "dvt")
    assert Counter(row["grade"] for row in direct) == {"优秀": 18, "良好": 16, "达标": 44}
    assert Counter(row["grade"] for row in vertical) == {"优秀": 3, "良好": 3, "达标": 9}
    assert (found["d30"]["grade"], found["d31"]["grade"], found["d33"]["grade"], found["d34"]["grade"], found["d50"]["grade"]) == ("优秀", "良好", "良好", "达标", "优秀")
    assert found["d16"]["grade"] == "优秀" and found["d17"]["grade"] == "良好", "d03 is in by its own place and takes it"
    assert {(row["rank"], row["grade"], row["grade_by_quota"]) for row in top} == {(None, "优秀", None)}
    assert sorted(row["rank"] for row in direct) == list(range(1, 79))


def test_without_quotas_nothing_is_granted_by_them():
    """meta.no_rows_without of sco_quotas: promotions and everything else as they were, the lines of quotas taken away."""
    scheme, values = hangzhou()
    con = engine.scored(scheme, [(unit, "x", 2020, value) for unit, value in values.items()])
    node = engine.project().by_relation["scores.sco_quotas"]
    assert node.no_rows_without == ("staging.stg_scheme_quotas",) and con.execute(f"select count(*) from {node.relation}").fetchall()[0][0] > 90
    con.execute("delete from staging.stg_scheme_quotas")
    assert con.execute(node.full).fetchall() == []


# class: (number, share, rounding, ties, tiebreak, passes_on), who is 优秀 of a 99, b c d 95, e 91, f 85; c has most of y, b and d are alike in it
LINES = {
    "all_in": ("2,,,all_in,,", "abcd"), "none_in": ("2,,,none_in,,", "a"), "parted": ("2,,,tiebreak,y,", "ac"), "not_parted": ("3,,,tiebreak,y,", "ac"), "parted_at_last": ("3,,,tiebreak,y;z,", "abc"),
    "half": (",50,,all_in,,", "abcd"), "threshold_too": (",99,,none_in,,", "abcde"), "floor": (",25,floor,,,", "a"), "half_up": (",75,half_up,all_in,,", "abcde"), "ceil": (",67,ceil,all_in,,", "abcde"),
    "default_is_floor": (",83,,,,", "abcd"), "keeps_its_place": ("4,,,all_in,,否", "bcd"), "gives_it_up": ("4,,,all_in,,是", "bcde"),
}
TIED = {"a": 99, "b": 95, "c": 95, "d": 95, "e": 91, "f": 85}
VETOED = ("keeps_its_place", "gives_it_up")


def test_lines_at_the_edge_of_a_quota():
    """Ties, tie-breaks, shares and their rounding (4.5 of 6 half-up is 5), threshold and quota together, a veto that gives its place up."""
    scheme = engine.scheme(
        indicators=ONE + "y,identity,+,0,100\nz,identity,+,0,100\n", weights="node,weight\nx,1\ny,0\nz,0\n", bands=BANDS,
        classes="unit_code,class_id\n" + "".join(f"{name}.{u},{name}\n" for name in LINES for u in TIED),
        quotas="grade,class_id,number,share,rounding,ties,tiebreak,passes_on\n" + "".join(f"A,{name},{quota}\n" for name, (quota, _) in LINES.items()),
        vetoes="veto,name_zh,trigger,effect,grade\nfraud,造假,event,grade_set,D\n", events="unit_code,event,document,document_date\n" + "".join(f"{name}.a,fraud,文,2021-01-01\n" for name in VETOED),
    )
    assert lint.impossible(scheme) == []
    drawn = {"x": TIED, "y": {"c": 9}, "z": {"b": 2, "d": 1}}
    answer = engine.run(scheme, [(f"{name}.{u}", indicator, 2020, given.get(u, 0)) for name in LINES for u in TIED for indicator, given in drawn.items()])
    best = {name: "".join(u for u in TIED if answer[f"{name}.{u}", "2020", "index"]["grade"] == "优秀") for name in LINES}
    assert best == {name: reported for name, (_, reported) in LINES.items()}
    assert answer["keeps_its_place.a", "2020", "index"]["grade_by_quota"] == "优秀" and answer["gives_it_up.a", "2020", "index"]["grade_by_quota"] == "良好"


# -- the five effects of a veto: lines of the sheet, severity found, grade reported, awards taken back

EFFECTS = {
    "grade_set, a target missed": ("below,x,100,grade_set,UF,未完成,,,", None, "未完成", None),
    "grade_set, data tampered": ("event,,,grade_set,D,,,,", "", "不合格", None),
    "downgrade_or_fail, lighter": ("event,,,downgrade_or_fail,,,1,一般,", "一般", "良好", None),
    "downgrade_or_fail, graver": ("event,,,downgrade_or_fail,,,,严重,", "严重", "不合格", None),
    "never below the last grade": ("event,,,downgrade_or_fail,,,9,,", "", "不合格", None),
    "grade_cap": ("event,,,grade_cap,B,,,,", "", "良好", None),
    "disqualify": ("event,,,disqualify,,,,,是", "", "取消资格", "是"),
}
HEADER = "veto,name_zh,trigger,indicator,limit,effect,grade,grade_zh,levels,severity,claw_back\n"


def test_a_veto_acts_on_the_grade_and_never_on_the_score():
    names = list(EFFECTS)
    lines = "".join(f"v{no},{name.partition(',')[0]},{EFFECTS[name][0]}\n" for no, name in enumerate(names) if "below" not in EFFECTS[name][0])
    events = "".join(f"u{no},v{no},{EFFECTS[name][1]},文,2021-01-01\n" for no, name in enumerate(names) if EFFECTS[name][1] is not None)
    several = "several,v5,,文一,2021-01-01\nseveral,v1,,文二,2021-01-01\nlow,v5,,文三,2021-01-01\n"
    scheme = engine.scheme(indicators=ONE + "y,identity,+,0,100\n", weights="node,weight\nx,1\ny,0\n", bands=BANDS,
                           vetoes=HEADER + lines + f"v0,未达目标,{EFFECTS[names[0]][0].replace('x', 'y')}\n", events="unit_code,event,severity,document,document_date\n" + events + several)
    assert lint.impossible(scheme) == []
    units = [f"u{no}" for no in range(len(names))] + ["several", "low", "clean"]
    answer = engine.run(scheme, [(u, "x", 2020, 30 if u == "low" else 95) for u in units] + [(u, "y", 2020, 50 if u == "u0" else 100) for u in units])
    found = {u: answer[u, "2020", "index"] for u in units}
    for no, name in enumerate(names):
        row = found[f"u{no}"]
        assert (row["published"], row["grade_by_score"], row["grade"], row["vetoes"], row["claw_back"]) == ("95", "优秀", EFFECTS[name][2], f"v{no}", EFFECTS[name][3]), name
    assert (found["several"]["grade"], found["several"]["vetoes"]) == ("不合格", "v1;v5"), "the hardest holds"
    assert found["low"]["grade"] == "不合格", "a cap never raises"
    assert (found["clean"]["grade"], found["clean"]["vetoes"]) == ("优秀", None)


# -- bonus and deduction

def test_caps_floors_and_bounds():
    """And: one document on one matter counts once, an event without a document for nothing (the linter refuses it before)."""
    scheme = engine.scheme(indicators=ONE, bands=BANDS, scheme="scheme_id,total_floor,total_cap,bonus_cap,deduction_cap\nT,0,100,4,10\n",
                           adjustments="adjustment,name_zh,kind,marks,cap\ninno,创新,bonus,1.5,3\npilot,试点,bonus,2,\nacc,事故,deduction,4,\n",
                           events="unit_code,event,quantity,document,document_date\na,inno,1,文1,2021-01-01\nb,inno,3,文2,2021-01-01\nc,inno,2,文3,2021-01-01\nc,pilot,1,文4,2021-01-01\nd,acc,1,文5,2021-01-01\nd,acc,2,文6,2021-01-01\ne,acc,1,文7,2021-01-01\nf,pilot,,文8,2021-01-01\nf,pilot,,文8,2021-01-01\ng,acc,,,2021-01-01\n")
    assert {f.name for f in lint.impossible(scheme)} == {"doubled", "event_without_document"}
    answer = engine.run(scheme, [(unit, "x", 2020, value) for unit, value in {"a": 70, "b": 70, "c": 70, "d": 70, "e": 3, "f": 99, "g": 70}.items()])
    found = {unit: row for (unit, _, node), row in answer.items() if node == "index"}
    assert {u: (r["score"], r["bonus"], r["deduction"], r["published"]) for u, r in found.items()} == {
        "a": ("70", "1.5", "0", "71.5"), "b": ("70", "3", "0", "73"), "c": ("70", "4", "0", "74"), "d": ("70", "0", "10", "60"), "e": ("3", "0", "4", "0"), "f": ("99", "2", "0", "100"), "g": ("70", "0", "0", "70")}
