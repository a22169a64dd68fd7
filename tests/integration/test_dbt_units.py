"""The unit tests that stand beside the models, run by dbt itself in this process."""

from __future__ import annotations



import nights
import pytest
import yaml

from warehouse.compile import Dbt
from warehouse.settings import PROJECT

DECLARED = {
    test["name"]: path.parent.name
    for path in sorted((PROJECT / "dbt_project" / "models").glob("*/_unit_tests*.yml"))
    for test in yaml.safe_load(path.read_text("utf-8"))["unit_tests"]
}


@pytest.fixture(scope="module")
def outcomes(published, tmp_path_factory) -> dict[str, tuple[str, str]]:
    """{unit test: (status, message)}. The tables of a finished night lend their columns; no row of theirs is read."""
    settings = nights.copy_home(published.home, tmp_path_factory.mktemp("units") / "home")
    runs = Dbt(settings, settings.home).results(["test", "--select", "test_type:unit"])
    return {run.node.name: (str(run.status), str(run.message or "")) for run in runs}


def test_every_layer_that_computes_has_unit_tests():
    assert {"staging", "validated", "scores", "marts"} <= set(DECLARED.values())


@pytest.mark.parametrize("name", DECLARED)
def test_unit(outcomes, name):
    status, message = outcomes[name]
    assert status == "pass", message
