"""Rules tried on all history: what stands is found again, what is loosened is reported as new, and the warehouse is not touched."""

from __future__ import annotations

import hashlib

import nights
import pytest

from expectations import catalogue
from warehouse.scratch import trying
from warehouse.settings import Settings


@pytest.fixture(scope="module")
def settings(published, tmp_path_factory) -> Settings:
    return nights.copy_home(published.home, tmp_path_factory.mktemp("trying") / "home")


def test_the_catalogue_as_it_stands_brings_nothing_new(settings):
    before = hashlib.sha256(settings.warehouse.read_bytes()).hexdigest()
    (trial,) = trying.try_rules(settings, ("YR02",))
    assert trial.hits == trial.counts.violations > 0 and trial.new_hits == trial.cells == 0
    assert trial.suspect == "" and trial.examples[0]["why_zh"]
    assert hashlib.sha256(settings.warehouse.read_bytes()).hexdigest() == before


def test_a_looser_rule_tells_what_it_would_newly_flag(settings, tmp_path):
    text = (catalogue.RULES / "range.yml").read_text("utf-8").replace("    expect: {type: expect_values_within_bounds, bounds: soft, possible: hard}\n", "    fails: value > 0\n")
    (tmp_path / "range.yml").write_text(text, "utf-8")
    loose = {trial.code: trial for trial in trying.try_rules(settings, file=tmp_path / "range.yml")}
    assert loose["RG01"].new_hits == 0
    assert loose["RG02"].new_hits > 1000 and loose["RG02"].suspect == "always" and loose["RG02"].units == 39


def test_a_rule_that_never_fires_is_told(settings):
    (trial,) = trying.try_rules(settings, ("ID02",))
    assert (trial.hits, trial.suspect) == (0, "never")


def test_there_must_be_something_to_try(settings, tmp_path):
    with pytest.raises(trying.NothingToTry):
        trying.try_rules(settings, ("XX99",))
    with pytest.raises(trying.NothingToTry):
        trying.try_rules(Settings(home=tmp_path / "empty"), ("YR02",))
