"""dbt by hand gives what the night gives: `dbt build` on a copy of the published home, as increments of every period and as a full refresh; and
the unit tests that stand beside the models, which `dbt build` runs."""

from __future__ import annotations

from collections.abc import Iterator

import nights
import pytest
import yaml

from warehouse import content, editions
from warehouse.compile import Dbt
from warehouse.settings import PROJECT, Settings

pytestmark = pytest.mark.dbt
DECLARED = {
    test["name"]: path.parent.name
    for path in sorted((PROJECT / "dbt_project" / "models").glob("*/_unit_tests*.yml"))
    for test in yaml.safe_load(path.read_text("utf-8"))["unit_tests"]
}


class ByHand:
    """A copy of the published home and what dbt did there. `units` are {unit test: (status, message)}."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.dbt = settings, Dbt(settings, settings.home)
        with nights.store.connect(settings) as con:
            _disturb(con)
            con.execute("delete from raw.changed_period; insert into raw.changed_period select distinct period from raw.built_period")
        results = self.dbt.results(["build"])
        self.failed = [f"{run.node.name}: {run.message}" for run in results if str(run.status) not in ("success", "pass")]
        self.units = {run.node.name: (str(run.status), str(run.message or "")) for run in results if str(run.node.resource_type) == "unit_test"}
        self.incremental = marts(settings)

    def refresh(self) -> dict[str, str]:
        """Every model as a whole; content of the marts afterwards."""
        with nights.store.connect(self.settings) as con:
            _disturb(con)
        self.dbt.run(["build", "--full-refresh", "--resource-type", "model", "--resource-type", "seed"])
        return marts(self.settings)


def _disturb(con) -> None:
    """Take a year out of every table that models write, and the rest of what has no years: what is there afterwards dbt has computed."""
    for relation, has_period in con.execute("""
        select t.schema_name || '.' || t.table_name, bool_or(c.column_name = 'period') from duckdb_tables() as t inner join duckdb_columns() as c using (schema_name, table_name)
        where t.schema_name in ('staging', 'validated', 'scores', 'marts') and t.table_name not in ('expectation_results', 'counterfactuals') group by all""").fetchall():
        con.execute(f"delete from {relation}" + (" where period = 2020" if has_period else ""))


def marts(settings: Settings) -> dict[str, str]:
    """{mart: sha256 of its rows}, as an edition's manifest has them."""
    found = {}
    with nights.store.connect(settings, read_only=True) as con:
        for mart in editions.marts(settings.project):
            types = {row[0]: row[1] for row in con.execute(f"describe marts.{mart.name}").fetchall()}
            found[mart.name] = content.describe(con, f"marts.{mart.name}", types, list(mart.key), 0)["content_sha256"]
    return found


@pytest.fixture(scope="module")
def by_hand(published, tmp_path_factory) -> Iterator[ByHand]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZHUNSHENG_HOME", ".")  # Dbt leaves it set
        yield ByHand(nights.copy_home(published.home, tmp_path_factory.mktemp("dbt") / "home"))


def test_increments_by_hand_give_the_same_marts(published, by_hand):
    assert by_hand.failed == []
    assert by_hand.incremental == marts(published.settings)


def test_a_full_refresh_by_hand_gives_the_same_marts(published, by_hand):
    assert by_hand.refresh() == marts(published.settings)


def test_every_layer_that_computes_has_unit_tests():
    assert {"staging", "validated", "scores", "marts"} <= set(DECLARED.values())


@pytest.mark.parametrize("name", DECLARED)
def test_unit(by_hand, name):
    status, message = by_hand.units[name]
    assert status == "pass", message
