"""Laws of what comes after the base total, on random schemes, events and figures: steps add up, a veto changes no score, a quota lets no
more in than it says, who comes first does not matter."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

import engine
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from schemes import lint
from warehouse.scratch import scoring

RUNS = settings(max_examples=3, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
UNITS = [f"u{no}" for no in range(12)]
ORDER = ["优秀", "良好", "合格", "不合格", "未完成", "取消资格"]
BANDS = "grade_code,grade_zh,lower,lower_inclusive,upper,upper_inclusive\nA,优秀,90,是,,否\nB,良好,80,是,90,否\nC,合格,60,是,80,否\nD,不合格,,否,60,否\n"
VETOES = "veto,name_zh,trigger,effect,grade,grade_zh,levels,severity\nset,a,event,grade_set,UF,未完成,,\ncap,b,event,grade_cap,B,,,\ndown,c,event,downgrade_or_fail,,,1,轻\ndown,c,event,downgrade_or_fail,,,,重\nout,d,event,disqualify,,,,\n"
marks = st.integers(1, 40).map(lambda n: Decimal(n) / 4)
STEPS = "select * from scores.sco_steps order by unit_code, period, step_no"


@st.composite
def cases(draw):
    """(sheets, lines of events, figures): two classes, two grades with quotas, items with and without caps."""
    items = [(f"{kind[0]}{no}", kind, draw(marks), draw(st.none() | marks)) for kind in ("bonus", "deduction") for no in range(2)]
    items = [(code, kind, each, max(each, cap) if cap else None) for code, kind, each, cap in items]
    ties = [draw(st.sampled_from(["all_in", "none_in", "tiebreak"])) for _ in "AB"]
    quotas = [f"{grade},{draw(st.integers(0, 3))},{tie},{'y' if tie == 'tiebreak' else ''},{draw(st.sampled_from('是否'))},{draw(st.sampled_from('是否'))}" for grade, tie in zip("AB", ties)]
    codes = [code for code, *_ in items] + ["set", "cap", "down", "out", "up"]
    events = [f"{draw(st.sampled_from(UNITS))},{code},{draw(st.integers(1, 3))},{draw(st.sampled_from('轻重'))},文{no},2021-01-01" for no, code in enumerate(draw(st.lists(st.sampled_from(codes), max_size=12)))]
    tables = {
        "indicators": "indicator,method,direction,base,full_marks\nx,identity,+,0,100\ny,identity,+,0,100\n", "weights": "node,weight\nx,1\ny,0\n", "bands": BANDS, "vetoes": VETOES,
        "classes": "unit_code,class_id,separate\n" + "".join(f"{u},{'town' if no < 7 else 'country'},{'是' if no == 0 else ''}\n" for no, u in enumerate(UNITS)),
        "scheme": f"scheme_id,total_floor,total_cap,bonus_cap,deduction_cap\nT,0,100,{draw(st.none() | marks) or ''},{draw(st.none() | marks) or ''}\n",
        "adjustments": "adjustment,name_zh,kind,marks,cap,grade\n" + "".join(f"{code},{code},{kind},{each},{cap or ''},\n" for code, kind, each, cap in items) + "up,晋优,promotion,,,A\n",
        "quotas": "grade,number,ties,tiebreak,needs_threshold,passes_on\n" + "".join(f"{line}\n" for line in quotas),
    }
    figures = [(u, name, 2020, draw(st.integers(low, 100))) for u in UNITS for name, low in (("x", 50), ("y", 0))]
    return tables, events, figures


def scheme_of(tables: dict[str, str], events: list[str]):
    made = engine.scheme(**tables, events="unit_code,event,quantity,severity,document,document_date\n" + "".join(f"{line}\n" for line in events))
    assert lint.impossible(made) == []
    return made


@RUNS
@given(cases(), st.randoms(use_true_random=False))
def test_laws_of_the_last_steps(case, random):
    tables, events, figures = case
    rows, steps = engine.ask(scheme_of(tables, events), figures, scoring._answer(), STEPS, steps=True)
    shuffled = engine.run(scheme_of(tables, random.sample(events, len(events))), random.sample(figures, len(figures)))
    assert {(r["unit_code"], r["period"], r["node"]): r for r in rows} == shuffled, "order of arrival does not matter"
    cards = {r["unit_code"]: r for r in rows if r["node"] == "index"}
    by_unit = defaultdict(list)
    for step in steps:
        by_unit[step["unit_code"]].append(step)
    for unit, card in cards.items():
        _steps_add_up(by_unit[unit], card)
        assert ORDER.index(card["grade"]) >= ORDER.index(card["grade_by_quota"] or card["grade_by_score"]), "a veto never raises a grade"
        assert card["vetoes"] or card["grade"] == (card["grade_by_quota"] or card["grade_by_score"]), "nor does anything else change it"
    _nobody_beyond_the_places(tables, events, cards)


def _steps_add_up(steps: list[dict], card: dict) -> None:
    kinds = defaultdict(list)
    for step in steps:
        kinds[step["step_kind"]].append(step)
        assert step["reason_zh"] and step["reason_en"]
    (base,), (bonus,), (deduction,), (clamp,), (rounding,), (publish,) = (kinds[k] for k in ("base", "bonus", "deduction", "clamp", "rounding", "publish"))
    assert bonus["input_value"] == sum((s["result"] for s in kinds["bonus_item"]), Decimal(0)) and 0 <= bonus["result"] <= bonus["input_value"]
    assert deduction["input_value"] == sum((s["result"] for s in kinds["deduction_item"]), Decimal(0)) and 0 <= -deduction["result"] <= deduction["input_value"]
    assert clamp["input_value"] == base["result"] + bonus["result"] + deduction["result"]
    assert clamp["result"] == min(max(clamp["input_value"], Decimal(0)), Decimal(100))
    published = clamp["result"].quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert rounding["result"] == publish["result"] == published == Decimal(card["published"]), "whatever vetoes there are"
    order = [s["step_kind"] for s in steps if s["step_kind"] in ("base", "bonus", "deduction", "clamp", "rounding", "grade", "quota", "veto", "publish")]
    assert list(dict.fromkeys(order)) == [k for k in ("base", "bonus", "deduction", "clamp", "rounding", "grade", "quota", "veto", "publish") if k in order]


def _nobody_beyond_the_places(tables: dict[str, str], events: list[str], cards: dict[str, dict]) -> None:
    promoted = {line.split(",")[0] for line in events if line.split(",")[1] == "up"}
    for line, grade in zip(tables["quotas"].splitlines()[1:], ORDER):
        _, places, ties, *_ = line.split(",")
        for class_id in ("town", "country"):
            inside = [u for u, c in cards.items() if c["class_id"] == class_id and c["grade_by_quota"] == grade and u not in promoted]
            if ties != "all_in":
                assert len(inside) <= int(places), (line, class_id)
            else:
                worst = sorted((Decimal(cards[u]["published"]) for u in inside), reverse=True)
                assert all(score == worst[-1] for score in worst[max(int(places) - 1, 0):]), "beyond the places only those tied at the edge"
