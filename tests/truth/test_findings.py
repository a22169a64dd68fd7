"""The order of suspicions: what adds up, what does not, what explains, and the false discovery rate."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small import Small

CELL = ("u1", "i", 2022)


def test_independent_grounds_add_and_repetition_does_not():
    world = Small(100)
    world.hit("A", 2)
    world.hit("A2", 1.5)
    world.hit("B", 1)
    rows = world.findings()
    assert [row["rule_code"] for row in rows] == ["A", "A2", "B"]
    assert {row["score"] for row in rows} == {Decimal("3.0000")} and rows[0]["n_grounds"] == 2


def test_a_return_that_is_not_in_force_is_not_asked_about():
    world = Small()
    world.hit("A", 2, submission_id="OLD")
    assert world.findings() == []


def test_a_break_explains_a_hit_but_not_a_figure_off_by_more_than_half():
    world = Small(10)
    world.con.execute("insert into raw.register_definitions values ('i', 2022, false, 'PRICE', '换基期', 'new base', '', '')")
    world.hit("A", 2, error_rate=0.2)
    world.hit("A", 2, unit="u2", error_rate=0.9)
    world.hit("B", 1, unit="u3")
    rows = {row["unit_code"]: row for row in world.findings()}
    assert rows["u1"]["suppressed_by"] == "definition:PRICE:2022" and rows["u1"]["score"] == 0 and "换基期" in rows["u1"]["why_zh"]
    assert rows["u2"]["suppressed_by"] is None and rows["u2"]["rank"] == 1
    assert rows["u3"]["suppressed_by"] is None
    assert rows["u1"]["rank"] == 3


def test_a_boundary_change_explains_and_says_so():
    world = Small(10)
    world.hit("A", 2)
    world.con.execute("update raw.register_units set valid_from = 2022 where unit_code = 'u1'")
    (row,) = world.findings()
    assert row["suppressed_by"] == "boundary:u1:2022" and "行政区划" in row["why_zh"]


def test_a_wrong_year_beside_it_explains_a_hit():
    world = Small(10)
    world.hit("YR02", 3, period=2021)
    world.hit("A", 2, period=2022)
    rows = {row["period"]: row for row in world.findings()}
    assert rows[2022]["suppressed_by"] == "neighbour:YR02:2021" and rows[2021]["suppressed_by"] is None


def test_a_column_alike_is_one_matter():
    world = Small()
    for n in range(5):
        world.hit("A", 5, unit=f"u{n}")
    world.hit("A", 2, unit="w", submission_id="S2")
    rows = world.findings()
    assert rows[0]["unit_code"] == "w"
    assert {row["level"] for row in rows[1:]} == {"column"} and {row["score"] for row in rows[1:]} == {1}


def test_of_several_named_figures_that_of_the_most_exact_rule_is_proposed():
    world = Small(10)
    world.hit("A", 5, should_be=11)
    world.hit("B", 1, should_be=12)
    world.hit("C", 6)
    assert {row["rule_code"]: row["suggested"] for row in world.findings()} == {"A": 11, "B": 12, "C": 12}


def test_an_identity_counts_in_full_for_the_figure_furthest_off():
    world = Small(20)
    for name, off in (("a", 0.2), ("b", 5.0), ("c", 0.1)):
        world.hit("ID01", 2, indicator=name, off=off)
    assert {cell[1]: row["score"] for cell, row in world.cells().items()} == {"b": 2, "a": 1, "c": 1}


@settings(max_examples=15, deadline=None)
@given(
    first=st.lists(st.tuples(st.sampled_from(["A", "A2", "B", "C"]), st.integers(1, 60)), min_size=1, max_size=4),
    more=st.tuples(st.sampled_from(["A", "A2", "B", "C"]), st.integers(1, 60)),
)
def test_more_evidence_never_lowers_a_cell(first, more):
    def place(hits):
        world = Small(30)
        for n in range(4):
            world.hit("B", 0.8 * (n + 1), unit=f"other{n}")
        for rule, tenths in hits:
            world.hit(rule, tenths / 10)
        cells = world.cells()
        return cells[CELL]["score"], list(cells).index(CELL)

    score, rank = place(first)
    better_score, better_rank = place([*first, more])
    assert better_score >= score and better_rank <= rank


def test_q_values_are_those_of_benjamini_and_hochberg():
    """scipy's false_discovery_control over all tested cells, those without a hit having p = 1."""
    stats = pytest.importorskip("scipy.stats")
    evidence = [4.2, 4.2, 3.1, 2.5, 2.5, 1.7, 0.9, 0.4]
    world = Small(60)
    for n, value in enumerate(evidence):
        world.hit("A", value, unit=f"u{n}")
    p = [10**-value for value in evidence] + [1.0] * 60
    wanted = stats.false_discovery_control(p, method="bh")
    rows = {row["unit_code"]: row for row in world.findings()}
    for n in range(len(evidence)):
        assert float(rows[f"u{n}"]["q_value"]) == pytest.approx(wanted[n], abs=1e-6)


def test_a_unit_is_held_against_the_others_and_says_its_parts():
    world = Small()
    for n in range(6):
        for unit in ("bad", "good", "fair", "plain"):
            world.figure("S1", "p", unit, f"i{n}", 2022)
    for n in range(4):
        world.hit("A", 3, unit="bad", indicator=f"i{n}")
    world.hit("A", 1, unit="good", indicator="i0")
    rows = {row["subject"]: row for row in world.suspicion() if row["subject_kind"] == "unit"}
    assert rows["bad"]["rank"] == 1 and rows["bad"]["score"] == 6 and rows["bad"]["n_beyond"] == 4 and "i0 2022" in rows["bad"]["parts"]
    assert rows["good"]["score"] == 0 and rows["good"]["n_cells"] == 1 and rows["plain"]["n_cells"] == 0
    assert rows["bad"]["q_value"] < rows["good"]["q_value"] == 1
