"""Laws that hold for every method and direction, on random figures; and a reference written apart from the SQL on random schemes."""

from __future__ import annotations

import engine
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from reference import Reference

# A run costs two thirds of a second however many years it scores: few runs of many years each, every year an example of its own. A failing
# one is shown as found (shrinking would take minutes).
RUNS = settings(max_examples=1, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
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
YEARS = tuple(str(year) for year in range(2000, 2008))
years = st.lists(sets, min_size=len(YEARS), max_size=len(YEARS)).map(lambda drawn: {year: dict(zip(UNITS, of, strict=True)) for year, of in zip(YEARS, drawn, strict=True)})


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


def scores(scheme, drawn: dict[str, dict[str, str]], order=lambda rows: rows) -> dict[tuple[str, str, str], float | None]:
    """{(unit, year, indicator): score}, every indicator of a year having the same values."""
    figures = [(unit, r["indicator"], year, value) for year, of in drawn.items() for unit, value in of.items() for r in scheme["indicators"]]
    return {key: None if r["score"] is None else float(r["score"]) for key, r in engine.run(scheme, order(figures)).items() if r["level"] == 0}


@RUNS
@given(years, st.lists(st.tuples(st.integers(0, 5), values), min_size=len(YEARS), max_size=len(YEARS)))
def test_improving_a_value_never_lowers_the_own_score(drawn, changes):
    """Each year beside itself with one value improved: the years a hundred later."""
    scheme, later, improved = every_method(), {}, {}
    for (year, before), (who, change) in zip(drawn.items(), changes, strict=True):
        improved[year] = UNITS[who]
        later[str(int(year) + 100)] = before | {UNITS[who]: f"{float(before[UNITS[who]]) + float(change):.2f}"}
    found = scores(scheme, drawn | later)
    for year, unit in improved.items():
        before, more = drawn[year], later[str(int(year) + 100)]
        for row in scheme["indicators"]:
            a, b = (found[unit, y, row["indicator"]] for y in (year, str(int(year) + 100)))
            low, high = (a, b) if row["direction"] == "+" else (b, a)
            if row["method"] not in ("efficacy_linear", "efficacy_exponential", "min_max", "z_score", "layers", "percentile_rank") or len({*before.values()}) > 1 < len({*more.values()}):
                if _told_apart(before) and _told_apart(more):
                    assert high >= low - 1e-7, (row["indicator"], before, more)


def _told_apart(drawn: dict[str, str]) -> bool:
    """In each class some values differ: all-equal peers are scored by the degenerate policy, which is a rule of its own."""
    return all(len({float(drawn[u]) for u in UNITS if CLASSES[u] == c}) > 1 for c in set(CLASSES.values()))


@RUNS
@given(years)
def test_units_of_measure_do_not_matter(drawn):
    large = {year: {u: f"{float(v) * 10000:.0f}" for u, v in of.items()} for year, of in drawn.items()}
    a, b = scores(every_method(), drawn), scores(every_method(10000), large)
    free = [k for k in a if k[2][:-1] in RELATIVE + ("ratio_index", "progress_standard", "completion_signed", "threshold")]
    assert {k: (a[k], b[k]) for k in free if abs((a[k] or 0) - (b[k] or 0)) > 1e-6} == {}


@RUNS
@given(years, st.randoms(use_true_random=False))
def test_order_of_arrival_does_not_matter(drawn, random):
    scheme = every_method()
    assert scores(scheme, drawn) == scores(scheme, drawn, lambda rows: random.sample(rows, len(rows)))


@RUNS
@given(years, values)
def test_a_unit_added_to_one_class_moves_nothing_in_another(drawn, value):
    scheme, joined_by = every_method(), {year: of | {"new": value} for year, of in drawn.items()}
    before, after = scores(scheme, drawn), scores(scheme, joined_by)
    town = [k for k in before if CLASSES[k[0]] == "town"]
    joined = engine.scheme(indicators=_text(scheme, "indicators"), parameters=_text(scheme, "parameters"), classes="unit_code,class_id\n" + "".join(f"{u},{c}\n" for u, c in CLASSES.items()) + "new,country\n")
    grown = scores(joined, joined_by)
    assert {k: before[k] for k in town} == {k: grown[k] for k in town}
    assert before == {k: after[k] for k in before}, "a unit without a class stands in a class of its own"


def _text(scheme, table: str) -> str:
    names = list(dict.fromkeys(name for row in scheme[table] for name in row.fields))
    return "\n".join([",".join(names), *(",".join(row.get(n, "") for n in names) for row in scheme[table])]) + "\n"


@st.composite
def random_schemes(draw):
    """A scheme of two or three levels with random methods, means, weights and holes, and figures for it: {(unit, indicator): text}, a year each."""
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
    return scheme, {year: {(u, f"i{i}"): draw(holes) for u in UNITS for i in range(n)} for year in YEARS[:4]}


def as_rows(drawn: dict[str, dict[tuple[str, str], str]]) -> list[tuple]:
    """The figures of all years as rows of (unit, indicator, period, value)."""
    return [(u, i, year, v) for year, figures in drawn.items() for (u, i), v in figures.items()]


@settings(RUNS, max_examples=8)
@given(random_schemes())
def test_a_reference_apart_from_the_sql_agrees(case):
    scheme, drawn = case
    got = engine.run(scheme, as_rows(drawn))
    apart = {year: Reference(scheme, figures, CLASSES) for year, figures in drawn.items()}
    for (unit, year, node), row in got.items():
        want, have = apart[year].score(unit, node), row["score"]
        assert (want is None) == (have is None), (unit, node, want, have, row["status"])
        assert want is None or abs(want - float(have)) <= 2e-7 * max(1, abs(want)), (unit, node, want, have)
