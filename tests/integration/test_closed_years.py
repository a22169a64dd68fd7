"""Closed years stay closed: what came later, figures and the next scheme, moves no digit of a year that is done."""

from __future__ import annotations

import nights
import pytest

from expectations import catalogue
from warehouse import editions

# A later year may raise a question about a closed figure (a mark, its sentence, the weight that rests on it), but moves no digit.
# One thing is meant to move: a figure that later years show to be almost certainly wrong is nobody's reference any more (docs/truth.md), so that
# the scores of its class in that indicator are measured by the others; its own score stays. (`contribution` is what a rounded running sum gains: its last digit goes with the sum.)
MARKS = {"scorecards": ("why_zh", "why_en", "n_marked", "share_in_doubt"), "indicator_scores": ("why_zh", "why_en", "figure_status", "contribution"), "dimension_scores": (), "score_steps": ("why_zh", "why_en")}
DOUBTED = "select class_id, indicator, unit_code, doubt from indicator_scores where period = 2018 and doubt <> 'none'"


@pytest.fixture(scope="module")
def two_nights(reduced) -> tuple:
    """A home that saw the first year only, and then the next year's figures, targets and scheme."""
    settings = reduced.home()
    driver = nights.Driver(settings)
    found = []
    for year, received in (("2018", "2019-10-30T09:00:00"), ("2019", "2020-10-30T09:00:00")):
        for provider, name, content in reduced.returns():
            if year in name:
                nights.drop(settings, provider, name, content, received)
        found.append(driver.run())
    return settings, *found


@pytest.fixture(scope="module")
def other_references(two_nights) -> set[tuple[str, str]]:
    """(class, indicator) of the closed year whose references hindsight has changed."""
    settings, first, second = two_nights
    before, after = (set(nights.query(editions.database(settings, edition), DOUBTED)) for edition in (first, second))
    return {row[:2] for row in before ^ after}


def test_hindsight_withholds_no_score_of_a_closed_year(two_nights):
    settings, first, second = two_nights
    held = "select unit_code, indicator, doubt, score_status = 'HELD' from indicator_scores where period = 2018 and (score_status = 'HELD' or doubt = 'held') order by all"
    assert nights.query(editions.database(settings, first), held) == nights.query(editions.database(settings, second), held)


@pytest.mark.parametrize("mart", MARKS)
def test_the_digits_of_a_closed_year_are_the_same_after_the_next_scheme_has_loaded(two_nights, other_references, mart):
    settings, first, second = two_nights
    digits = "select *" + (f" exclude ({', '.join(MARKS[mart])})" if MARKS[mart] else "")
    pairs = ", ".join(str(pair) for pair in sorted(other_references)) or "('', '')"
    classes = ", ".join(f"'{class_id}'" for class_id in sorted({class_id for class_id, _ in other_references})) or "''"
    kept = (f"(class_id, indicator) not in ({pairs})" if mart == "indicator_scores"
            else f"unit_code in (select unit_code from scorecards where period = 2018 and class_id not in ({classes}))")
    closed = [nights.query(editions.database(settings, edition), f"{digits} from {mart} where period = 2018 and {kept} order by all") for edition in (first, second)]
    assert closed[0] and closed[0] == closed[1]
    assert nights.query(editions.database(settings, second), f"select count(*) from {mart} where period = 2019") != [(0,)]


def test_years_computed_again_give_the_same_edition(two_nights, tmp_path):
    """Also where somebody has put his hand in: in a mart, in what is between, and in the counterfactual scores, which no model writes."""
    settings, _, second = two_nights
    settings = nights.copy_home(settings.home, tmp_path / "home")
    with nights.store.connect(settings) as con:
        for table in ("marts.scorecards", "scores.sco_nodes", "validated.val_grid", "staging.stg_figures", "scores.counterfactuals", "marts.draw_statistics"):
            con.execute(f"delete from {table} where period = 2019")
    assert nights.Driver(settings).run(rebuild=(2018, 2019)) == second


def test_what_holds_a_figure_back_looks_at_its_own_year_but_for_one_rule_that_says_so():
    """SL01 (a slip by a power of ten, seen when two other years agree) may hold a closed figure back once the next year has come:
    docs/comparison.md says so. Any further must-fix rule that reads other years would open closed years."""
    looking = {rule.code for family in catalogue.load() if family.rests_on_periods for rule in family.rules if rule.severity == "E"}
    assert looking == {"SL01"}
