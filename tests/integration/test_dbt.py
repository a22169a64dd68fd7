"""dbt by hand gives what the night gives: `dbt build` on a copy of the published home, as increments of every period and as a full refresh; and
the tests that stand beside the models, which `dbt build` runs and no night does: unit tests, and keys, relationships and lists of values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import nights
import pytest
import yaml

from expectations import catalogue
from warehouse import compiled, content, editions
from warehouse.compile import Dbt
from warehouse.settings import PROJECT, Settings

pytestmark = pytest.mark.dbt
DECLARED = {
    test["name"]: (path, test["model"])
    for path in sorted((PROJECT / "dbt_project" / "models").glob("*/*.yml"))
    for test in yaml.load(path.read_text("utf-8"), catalogue.LOADER).get("unit_tests", ())
}


class ByHand:
    """A copy of the published home and what dbt did there. `units` are {unit test: (status, message)}."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.dbt = settings, Dbt(settings, settings.home)
        with nights.store.connect(settings) as con:
            _disturb(con)
            con.execute("delete from raw.changed_period; insert into raw.changed_period select distinct period from raw.built_period")
        results = self.dbt.results(["build"])
        self.failed = [f"{run.node.name}: {run.message}" for run in results if str(run.status) not in ("success", "pass", "no-op")]
        self.kinds = Counter(kind(run.node) for run in results if str(run.node.resource_type) == "test")
        self.units = {run.node.name: (str(run.status), str(run.message or "")) for run in results if str(run.node.resource_type) == "unit_test"}
        self.incremental = marts(settings)

    def broken(self, relation: str, change: str) -> set[tuple[str, str]]:
        """(kind, column) of the tests of a model that fail once a statement has changed its rows; the rows are put back."""
        with nights.store.connect(self.settings) as con:
            con.execute(f"create or replace table kept as from {relation}")
            con.execute(change.format(relation))
        failed = [run.node for run in self.dbt.results(["test", "--select", relation.split(".")[1], "--exclude", "test_type:unit"]) if str(run.status) == "fail"]
        with nights.store.connect(self.settings) as con:
            con.execute(f"delete from {relation}; insert into {relation} from kept; drop table kept")
        return {(kind(node), getattr(node, "column_name", None) or "") for node in failed}

    def refresh(self) -> dict[str, str]:
        """Every model as a whole; content of the marts afterwards."""
        with nights.store.connect(self.settings) as con:
            _disturb(con)
        self.dbt.run(["build", "--full-refresh", "--resource-type", "model", "--resource-type", "seed"])
        return marts(self.settings)


def kind(node) -> str:
    """The name of a generic test; `singular` for a statement of its own."""
    return node.test_metadata.name if getattr(node, "test_metadata", None) else "singular"


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


def test_building_by_hand_runs_every_kind_of_test(by_hand):
    assert {"singular", "unique_key", "relationships", "accepted_values", "known_in"} == set(by_hand.kinds) and min(by_hand.kinds.values()) > 1
    singular = {path.stem for path in (PROJECT / "dbt_project" / "tests").glob("*.sql")}
    assert {node.name for node in compiled.load(by_hand.settings).tests} == singular  # what nights run


BROKEN = {
    "a row twice": ("marts.year_on_year", "insert into {0} from kept limit 1", {("unique_key", "")}),
    "a key that is empty": ("scores.sco_definitions", "update {0} set indicator = null where period = 2020", {("unique_key", "")}),
    "a code of no seed": ("marts.year_on_year", "update {0} set comparability_code = 'FINE' where period = 2020", {("relationships", "comparability_code")}),
    "a unit of no register": ("marts.grade_stability", "update {0} set unit_code = '999999' where unit_code = '510100'", {("relationships", "unit_code")}),
    "a word off the list": ("marts.rank_pairs", "update {0} set verdict_code = 'MAYBE' where period = 2020", {("accepted_values", "verdict_code")}),
    "a status of neither list": ("marts.indicator_scores", "update {0} set figure_status = 'SOMEHOW' where period = 2020", {("known_in", "figure_status")}),
    "a row without a reason": ("marts.scorecards", "update {0} set why_zh = ' ' where period = 2020", {("singular", "")}),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_broken_fails_its_own_test(by_hand, case):
    relation, change, failing = BROKEN[case]
    assert by_hand.broken(relation, change) == failing


def test_the_documentation_is_one_page_that_needs_no_network(by_hand):
    page = by_hand.dbt.document().read_text("utf-8")
    assert "full_edition" in page and "int_findings_weighed" in page and "unique_key_scorecards" in page
    assert not re.search(r"""(?:src|href)=["']https?://(?!\[)""", page)


def test_every_layer_that_computes_has_unit_tests():
    assert {"staging", "validated", "scores", "marts"} <= {path.parent.name for path, _ in DECLARED.values()}


def test_a_unit_test_is_beside_its_model():
    assert {name: path.name for name, (path, model) in DECLARED.items() if path.stem != model} == {}


@pytest.mark.parametrize("name", DECLARED)
def test_unit(by_hand, name):
    status, message = by_hand.units[name]
    assert status == "pass", message
