"""Every score of the sample to the last digit: once by its own steps, once against a reference written apart from the SQL."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

import nights
import pytest
from sample_reference import Reference, exact

from warehouse.settings import PROJECT

YEARS = range(2018, 2024)
CENT = Decimal("0.01")


@pytest.fixture(scope="module")
def reference(published) -> Reference:
    cells = nights.rows(published.database, "select unit_code, indicator, period, status, value_text, printed_unit from expected_grid")
    return Reference(PROJECT / "sources", {(c["unit_code"], c["indicator"], c["period"]): (c["status"], c["value_text"], c["printed_unit"]) for c in cells},
                     {(d["unit_code"], d["indicator"], d["period"]): d["treatment"] for d in nights.rows(published.database, "from doubts where treatment in ('held', 'marked')")})


def test_steps_add_up_for_every_unit_and_year(published):
    """weight -> dimension -> base -> clamp -> publish -> grade, each recomputed from the rows before it."""
    steps = defaultdict(list)
    for step in nights.rows(published.database, "from score_steps order by unit_code, period, step_no"):
        steps[step["unit_code"], step["period"]].append(step)
    cards = {(c["unit_code"], c["period"]): c for c in nights.rows(published.database, "from scorecards")}
    assert steps.keys() == cards.keys() and len(steps) == 39 * 6
    for key, listed in steps.items():
        assert [step["step_no"] for step in listed] == list(range(1, len(listed) + 1))
        _add_up(listed, cards[key])


def _add_up(steps: list[dict], card: dict) -> None:
    by_kind = defaultdict(list)
    for step in steps:
        by_kind[step["step_kind"]].append(step)
    (base,), (clamp,), (publish,), (grade,) = (by_kind[kind] for kind in ("base", "clamp", "publish", "grade"))
    for dimension in by_kind["dimension"]:
        parts = [step["result"] for step in by_kind["weight"] if step["dimension_code"] == dimension["dimension_code"]]
        assert sum(parts, Decimal(0)) == dimension["result"]
    assert sum((step["result"] for step in by_kind["dimension"]), Decimal(0)) == base["result"] == card["score_exact"]
    assert clamp["input_value"] == base["result"] and clamp["result"] == min(max(base["result"], Decimal(0)), Decimal(100))
    assert publish["result"] == clamp["result"].quantize(CENT, ROUND_HALF_UP) == card["score"]
    assert grade["input_value"] == (None if card["is_withheld"] else card["score"])
    for indicator, gate, weight in zip(by_kind["indicator"], by_kind["gate"], by_kind["weight"], strict=True):
        assert indicator["indicator"] == gate["indicator"] == weight["indicator"]
        assert weight["input_value"] == indicator["result"]


@pytest.mark.parametrize("year", YEARS)
def test_every_indicator_score_is_what_the_reference_gives(published, reference, year):
    cards = reference.cards(year)
    rows = nights.rows(published.database, "from indicator_scores where period = ?", year)
    assert {(row["unit_code"], row["indicator"]) for row in rows} == {(unit, name) for unit, card in cards.items() for name in card.scores}
    for row in rows:
        ours = cards[row["unit_code"]].scores[row["indicator"]]
        assert row["figure_status"] == ours.status, row
        assert row["value"] == (None if ours.value is None else exact(ours.value)), row
        assert row["score"] == (None if ours.score is None else exact(ours.score)), row
        assert row["weight"] == exact(ours.weight), row
        assert row["effective_weight"] == exact(ours.effective_weight), row
        assert row["contribution"] == exact(ours.contribution), row


@pytest.mark.parametrize("year", YEARS)
def test_every_total_grade_and_rank_is_what_the_reference_gives(published, reference, year):
    cards = reference.cards(year)
    rows = nights.rows(published.database, "from scorecards where period = ?", year)
    withheld = _withheld(cards, dict(nights.query(published.database, "select distinct indicator, dimension_code from indicator_scores where period = ?", year)))
    for row in rows:
        ours = cards[row["unit_code"]]
        peers = [cards[other["unit_code"]].published for other in rows if other["class_id"] == row["class_id"] and other["province_code"] == row["province_code"] and other["unit_code"] not in withheld]
        graded = (None, None) if row["unit_code"] in withheld else (ours.grade, 1 + sum(other > ours.published for other in peers))
        assert (row["is_withheld"], row["score_exact"], row["score"], row["grade_code"], row["rank_in_class"]) == (row["unit_code"] in withheld, exact(ours.total), exact(ours.published), *graded), row


def _withheld(cards: dict, dimensions: dict[str, str]) -> set[str]:
    """Units with a figure for less than 80 of the weight, none in some dimension, or a weight stretched beyond twice itself."""
    found = set()
    for unit, card in cards.items():
        asked = {name: own for name, own in card.scores.items() if own.status != "NOT_APPLICABLE"}
        scored = {name: own for name, own in asked.items() if own.score is not None and own.value is not None}
        share = sum(own.weight for own in scored.values()) / sum(own.weight for own in asked.values())
        if share * 5 < 4 or {dimensions[n] for n in scored} < {dimensions[n] for n in asked} or any(own.effective_weight > 2 * own.weight for own in scored.values()):
            found.add(unit)
    return found


def test_every_value_is_its_text_times_its_unit(published, reference):
    for cell in nights.rows(published.database, "from expected_grid where status in ('ACCEPTED', 'MARKED')"):
        _, value = reference._figure(cell["unit_code"], cell["indicator"], cell["period"])
        assert cell["value"] == exact(value), cell


def test_weights_of_a_class_are_worth_a_hundred(published):
    sums = nights.query(published.database, "select distinct round(sum(effective_weight), 4) from indicator_scores group by unit_code, period")
    assert sums == [(Decimal(100),)]
