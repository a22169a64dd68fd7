"""What doubt does to scores: a figure held back is like one that is missing, a marked one is scored and moves nobody; both on arrays as in SQL."""

from __future__ import annotations

import engine
import pytest
from hypothesis import given
from test_draws_beside_the_sql import NO_FINDINGS, REST, _without, assert_same
from test_laws import RUNS, UNITS, every_method, years

from schemes import lint
from stability.draws import inputs
from warehouse.scratch import scoring

DOUBTED, HELD, MARKED = "u1", 4.0, 3.0
LIMITS = "scheme_id,hold_above,mark_above\nT,{},{}\n"


def rows(scheme, drawn: dict, without: str | None = None) -> list[tuple]:
    return [(u, r["indicator"], year, "" if u == without else v) for year, of in drawn.items() for u, v in of.items() for r in scheme["indicators"]]


def answer(scheme, figures: list[tuple], doubted: dict[str, tuple[float, float]] | None = None, also=lambda con: None) -> dict:
    """The answer with every figure of some units in doubt: {unit: (exceeds then, exceeds now)}."""
    def doubt(con) -> None:
        for unit, (then, now) in (doubted or {}).items():
            con.execute("insert into validated.val_doubts select unit_code, indicator, period_no, ?, ? from figures inner join periods using (period) where unit_code = ? and value <> ''", [then, now, unit])

    with engine.scored(scheme, figures, doubt) as con:
        also(con)
        return engine.answer(engine.dicts(con, scoring._answer()))


def others(found: dict) -> dict:
    return {key: (row["score"], row["rank"], row["status"]) for key, row in found.items() if key[0] != DOUBTED and row["level"] == 0}


@RUNS
@given(years)
def test_a_figure_held_back_is_like_one_that_is_missing_for_everybody(drawn):
    scheme = every_method()
    held, missing = answer(scheme, rows(scheme, drawn), {DOUBTED: (HELD, 5)}), answer(scheme, rows(scheme, drawn, without=DOUBTED))
    assert others(held) == others(missing)
    own = [row for key, row in held.items() if key[0] == DOUBTED and row["level"] == 0]
    assert {row["status"] for row in own} == {"HELD"} and {row["score"] for row in own} == {None}
    roots = {key: (row["score"], row["published"]) for key, row in missing.items() if row["level"] > 0}
    assert {key: (row["score"], row["published"]) for key, row in held.items() if row["level"] > 0} == roots


@RUNS
@given(years)
def test_a_marked_figure_is_scored_and_moves_nobody(drawn):
    scheme = every_method()
    marked, missing = answer(scheme, rows(scheme, drawn), {DOUBTED: (0, MARKED)}), answer(scheme, rows(scheme, drawn, without=DOUBTED))
    names = {r["indicator"]: r["method"] for r in scheme["indicators"]}
    moved = {key for key, row in others(marked).items() if row[0] != others(missing)[key][0]}
    assert not moved
    own = {key: row for key, row in marked.items() if key[0] == DOUBTED and row["level"] == 0}
    assert all(row["score"] is not None for row in own.values() if row["status"] not in ("UNDEFINED", "DEGENERATE"))
    for (_, year, name), row in own.items():  # clamped as the method says, however far beyond the others
        if names[name] == "efficacy_linear" and row["score"] is not None:
            assert 60 <= float(row["score"]) <= 100


@RUNS
@given(years)
def test_arrays_agree_with_the_sql_on_figures_in_doubt(drawn):
    scheme = _without(every_method(), {"rank"})
    for doubted in ({DOUBTED: (0, MARKED)}, {DOUBTED: (HELD, 5), "u5": (0, MARKED), "u2": (0, 3.5)}):
        strata = []
        answer(scheme, rows(scheme, drawn), doubted, lambda con: strata.extend(inputs.strata(con, [p for (p,) in con.execute("select period_no from periods order by 1").fetchall()], REST, NO_FINDINGS)))
        assert strata
        assert_same(strata, places=10)


@pytest.mark.parametrize("ties, place", [("min", 2), ("average", 2.5), ("max", 3), ("dense", 2)])
def test_places_are_counted_without_the_marked(ties, place):
    scheme = engine.scheme(indicators="indicator,method,direction,base,full_marks,step,ties\nx,rank_points,+,0,100,10," + ties + "\n")
    found = answer(scheme, [(u, "x", 2020, v) for u, v in zip(UNITS, (50, 99, 40, 40, 30, 20), strict=True)], {"u1": (0, 3)})
    points = {u: 100 - float(found[u, "2020", "x"]["score"]) for u in UNITS}
    assert points["u0"] == 0 and points["u1"] == 0  # the best that counts, and the doubted where it would stand
    assert points["u2"] == points["u3"] == (place - 1) * 10


def test_where_every_peer_is_in_doubt_the_policy_for_few_peers_holds():
    scheme = engine.scheme(indicators="indicator,method,direction,base,full_marks\nx,efficacy_linear,+,60,100\n", classes="unit_code,class_id\n" + "".join(f"u{n},{'a' if n < 2 else 'b'}\n" for n in range(6)))
    found = answer(scheme, [(u, "x", 2020, n) for n, u in enumerate(UNITS)], {"u0": (0, 3), "u1": (0, 3)})
    assert {(found[u, "2020", "x"]["status"], found[u, "2020", "x"]["score"]) for u in ("u0", "u1")} == {("TOO_FEW_PEERS", None)}
    assert found["u2", "2020", "x"]["status"] == "OK"


def test_the_scheme_says_from_which_certainty_on():
    figures = [(u, "x", 2020, v) for u, v in zip(UNITS, (10, 100, 20, 30, 40, 50), strict=True)]
    statuses, marks = {}, {}
    for limits in ("", LIMITS.format("", ""), LIMITS.format(5, 3.5), LIMITS.format(99, 99)):
        text = {"indicators": "indicator,method,direction,base,full_marks\nx,efficacy_linear,+,60,100\n"} | ({"scheme": limits} if limits else {})
        found = answer(engine.scheme(**text), figures, {"u1": (4.5, 4.5)})
        statuses[limits], marks[limits] = found["u1", "2020", "x"]["status"], float(found["u5", "2020", "x"]["score"])
    assert list(statuses.values()) == ["HELD", "HELD", "CAPPED", "OK"]
    assert list(marks.values())[:3] == [100, 100, 100] and marks[LIMITS.format(99, 99)] < 80


def test_a_composed_value_is_as_doubtful_as_its_inputs():
    scheme = engine.scheme(indicators="indicator,method,direction,base,full_marks\nsum,efficacy_linear,+,60,100\n", inputs="indicator,input,role\nsum,a,add\nsum,b,add\n")
    def doubt(con) -> None:
        con.execute("insert into validated.val_doubts values ('u1', 'a', 2020, 4, 4), ('u2', 'b', 2020, 0, 3)")
    with engine.scored(scheme, [(u, i, 2020, n + 1) for n, u in enumerate(UNITS) for i in "ab"], doubt) as con:
        found = engine.answer(engine.dicts(con, scoring._answer()))
        peers = con.execute("select n_peers from scores.sco_references").fetchall()
    assert found["u1", "2020", "sum"]["status"] == "HELD" and found["u2", "2020", "sum"]["score"] is not None
    assert peers == [(4,)]


@pytest.mark.parametrize("hold, mark, faulty", [("", "", False), (4, 3, False), (99, 99, False), (3.5, 3.5, False), (4, "", False),
                                                (2.5, 2.5, True), (4.2, 3, True), (3, 4, True), ("", 4.5, True), (4, "x", True)])
def test_limits_that_nobody_can_answer_are_refused(hold, mark, faulty):
    scheme = engine.scheme(indicators="indicator,method,direction,base,full_marks\nx,efficacy_linear,+,60,100\n", scheme=LIMITS.format(hold, mark))
    assert bool({f.code for f in lint.lint(scheme)} & {"SC29", "SC03"}) == faulty
