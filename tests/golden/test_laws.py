"""Laws that hold for every method and direction, on random figures; and a reference written apart from the SQL on random schemes."""

from __future__ import annotations

import engine
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from reference import Reference

# A run costs half a second: few examples, and a failing one is shown as found (shrinking would take minutes).
RUNS = settings(max_examples=4, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
UNITS = [f"u{i}" for i in range(6)]
CLASSES = {u: "town" if i < 4 else "country" for i, u in enumerate(UNITS)}
EVERY_METHOD = {
    "efficacy_linear": {}, "efficacy_exponential": {}, "min_max": {}, "z_score": {}, "rank": {}, "percentile_rank": {}, "rank_points": {},
    "layers": {"step": 10}, "ratio_index": {"standard": 50}, "ratio_to_best": {}, "progress_standard": {"standard": 50}, "completion_signed": {"target": 50},
    "deduction": {"target": 50, "step": 0.5}, "control": {"step": 0.5}, "deviation_from_mean": {"step": 1}, "threshold": {"threshold": 50},
}
RELATIVE = ("efficacy_linear", "efficacy_exponential", "min_max", "z_score", "rank", "percentile_rank", "rank_points", "layers", "ratio_to_best")
values = st.integers(1, 9999).map(lambda n: f"{n / 100:.2f}")
sets = st.lists(values, min_size=len(UNITS), max_size=len(UNITS))


def every_method(scale: int = 1) -> "engine.schemes.Scheme":
    """One indicator per method and direction. `scale` turns what is measured in the value's unit."""
    lines, parameters = [], []
    for method, given_ in EVERY_METHOD.items():
        for sign in "+-":
            if method == "control" and sign == "+":
                continue
            name = f"{method}{sign}"
            lines.append(f"{name},{method},{sign},{60 if 'efficacy' in method else 0},100,2")
            parameters += [f"{name},{p},{v * scale if p in ('standard', 'target', 'threshold') else v}" for p, v in given_.items()]
    classes = "\n".join(f"{u},{c}" for u, c in CLASSES.items())
    return engine.scheme(indicators="indicator,method,direction,base,full_marks,cap\n" + "\n".join(lines) + "\n", parameters="indicator,parameter,value\n" + "\n".join(parameters) + "\n",
                         classes="unit_code,class_id\n" + classes + "\n")


def scores(scheme, drawn: dict[str, str], order=lambda rows: rows) -> dict[tuple[str, str], float | None]:
    figures = [(unit, r["indicator"], 2020, value) for unit, value in drawn.items() for r in scheme["indicators"]]
    return {(u, n): None if r["score"] is None else float(r["score"]) for (u, _, n), r in engine.run(scheme, order(figures)).items() if r["level"] == 0}


@RUNS
@given(sets, st.integers(0, 5), values)
def test_improving_a_value_never_lowers_the_own_score(drawn, who, change):
    scheme, unit = every_method(), UNITS[who]
    before = dict(zip(UNITS, drawn))
    more = before | {unit: f"{float(before[unit]) + float(change):.2f}"}
    now, then = scores(scheme, before), scores(scheme, more)
    for row in scheme["indicators"]:
        a, b = now[unit, row["indicator"]], then[unit, row["indicator"]]
        low, high = (a, b) if row["direction"] == "+" else (b, a)
        if row["method"] not in ("efficacy_linear", "efficacy_exponential", "min_max", "z_score", "layers", "percentile_rank") or len({*before.values()}) > 1 < len({*more.values()}):
            if _told_apart(before) and _told_apart(more):
                assert high >= low - 1e-7, (row["indicator"], before, more)


def _told_apart(drawn: dict[str, str]) -> bool:
    """In each class some values differ: all-equal peers are scored by the degenerate policy, which is a rule of its own."""
    return all(len({float(drawn[u]) for u in UNITS if CLASSES[u] == c}) > 1 for c in set(CLASSES.values()))


@RUNS
@given(sets)
def test_units_of_measure_do_not_matter(drawn):
    small, large = dict(zip(UNITS, drawn)), {u: f"{float(v) * 10000:.0f}" for u, v in zip(UNITS, drawn)}
    a, b = scores(every_method(), small), scores(every_method(10000), large)
    free = [k for k in a if k[1][:-1] in RELATIVE + ("ratio_index", "progress_standard", "completion_signed", "threshold")]
    assert {k: (a[k], b[k]) for k in free if abs((a[k] or 0) - (b[k] or 0)) > 1e-6} == {}


@RUNS
@given(sets, st.randoms(use_true_random=False))
def test_order_of_arrival_does_not_matter(drawn, random):
    scheme, figures = every_method(), dict(zip(UNITS, drawn))
    assert scores(scheme, figures) == scores(scheme, figures, lambda rows: random.sample(rows, len(rows)))


@RUNS
@given(sets, values)
def test_a_unit_added_to_one_class_moves_nothing_in_another(drawn, value):
    scheme, figures = every_method(), dict(zip(UNITS, drawn))
    before, after = scores(scheme, figures), scores(scheme, figures | {"new": value})
    town = [k for k in before if CLASSES[k[0]] == "town"]
    joined = engine.scheme(indicators=_text(scheme, "indicators"), parameters=_text(scheme, "parameters"), classes="unit_code,class_id\n" + "".join(f"{u},{c}\n" for u, c in CLASSES.items()) + "new,country\n")
    grown = scores(joined, figures | {"new": value})
    assert {k: before[k] for k in town} == {k: grown[k] for k in town}
    assert before == {k: after[k] for k in before}, "a unit without a class stands in a class of its own"


def _text(scheme, table: str) -> str:
    names = list(dict.fromkeys(name for row in scheme[table] for name in row.fields))
    return "\n".join([",".join(names), *(",".join(row.get(n, "") for n in names) for row in scheme[table])]) + "\n"


@st.composite
def random_schemes(draw):
    """A scheme of two or three levels with random methods, means, weights and holes, and figures for it."""
    n = draw(st.integers(2, 5))
    method = st.sampled_from(["efficacy_linear", "min_max", "z_score", "rank_points", "progress_standard", "deduction", "percentile_rank"])
    groups, lines = ["g1", "g2"], []
    for i in range(n):
        m, sign = draw(method), draw(st.sampled_from("+-"))
        extra = {"progress_standard": ("50", "", "", ""), "deduction": ("50", "0.5", "2", draw(st.sampled_from(["ceil", "floor", "proportional"])))}.get(m, ("", "", "", ""))
        goalposts = draw(st.sampled_from([("", ""), ("0", "100")])) if m in ("efficacy_linear", "min_max") else ("", "")
        lines.append(",".join((f"i{i}", groups[i % 2], str(draw(st.integers(1, 9))), m, sign, "60" if m == "efficacy_linear" else "0", "100", *extra, *goalposts)))
    mean = st.sampled_from(["arithmetic", "geometric", "harmonic", "power", "min", "max"])
    nodes = [f"{g},top,{draw(st.integers(1, 5))},{draw(mean)},2,{draw(st.sampled_from(['0', '0.6']))}" for g in groups] + [f"top,,,{draw(mean)},2,0"]
    scheme = engine.scheme(indicators="indicator,parent,weight,method,direction,base,full_marks,standard,step,per_unit,partial,low,high\n" + "\n".join(lines) + "\n",
                           nodes="node,parent,weight,aggregation,exponent,data_threshold\n" + "\n".join(nodes) + "\n",
                           classes="unit_code,class_id\n" + "".join(f"{u},{c}\n" for u, c in CLASSES.items()))
    holes = st.one_of(values, st.just(""))
    return scheme, {(u, f"i{i}"): draw(holes) for u in UNITS for i in range(n)}


@settings(RUNS, max_examples=12)
@given(random_schemes())
def test_a_reference_apart_from_the_sql_agrees(case):
    scheme, figures = case
    got = engine.run(scheme, [(u, i, 2020, v) for (u, i), v in figures.items()])
    apart = Reference(scheme, figures, CLASSES)
    for (unit, _, node), row in got.items():
        want, have = apart.score(unit, node), row["score"]
        assert (want is None) == (have is None), (unit, node, want, have, row["status"])
        assert want is None or abs(want - float(have)) <= 2e-7 * max(1, abs(want)), (unit, node, want, have)
