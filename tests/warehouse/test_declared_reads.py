"""What models declare to read is true: a period computed from no other periods than those of meta.reads_periods, and from no other rows than
those of meta.reads_only, is what the night has computed from all; without the rows of meta.no_rows_without there are none.

A model that reads further than it declares would be left stale by an increment, silently. Each model runs on views of what it reads, cut down
to the declared periods; the statements are the night's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import duckdb
import pytest

from warehouse import compiled, engine
from warehouse.compiled import Compiled, Node
from warehouse.engine import CHANGED, NEXT
from warehouse.settings import Settings

YEARS = (2020, 2021)
OWN = "result"
SHOWN_ON_ROWS = {"scores.sco_quotas", "scores.sco_tree", "scores.sco_composed"}  # by golden/test_last_steps.py and test_threads.py: in too many parts for the planner to see through


class Cut:
    """A scratch engine over the published warehouse (read only), in which models see what they read through views."""

    def __init__(self, settings: Settings, project: Compiled) -> None:
        self.con = duckdb.connect()
        self.con.execute(f"attach '{settings.warehouse}' as night (read_only); create schema seen")
        self.engine = engine.prepared(self.con, settings.dbt_project)
        for name, labels in self.con.execute("select schema_name || '.' || type_name, labels from duckdb_types() where database_name = 'night' and not internal").fetchall():
            self.con.execute(f"create type {name} as enum ({', '.join(repr(label) for label in labels)})")
        self.project = project
        self.with_period = {name for (name,) in self.con.execute(
            "select schema_name || '.' || table_name from duckdb_columns() where column_name = 'period' and database_name = 'night'").fetchall()}

    def show(self, node: Node, period: int, cut: bool) -> None:
        """Views of all that a node reads: whole, or cut down to what it declares. Views of the night are tables made for this period."""
        for relation in node.reads:
            if relation != CHANGED:
                offsets = node.offsets(relation) if cut and relation in self.with_period else None
                conditions = [] if offsets is None else [f"period in ({', '.join(str(period + step) for step in (0, *offsets))})"]
                conditions += [self._condition(node, relation)] if cut and node.condition(relation) else []
                where = f" where {' and '.join(conditions)}" if conditions else ""
                source = f"seen.{relation.split('.')[1]}" if self._is_view(relation) else f"night.{relation}"
                self.con.execute(f"create or replace view {relation} as from {source}{where}")

    @staticmethod
    def _condition(node: Node, relation: str) -> str:
        """What a node declares. `false` of raw.submission: no submission matters but by cells that the node reads."""
        if (relation, node.condition(relation)) == ("raw.submission", "false"):
            return f"submission_id in (select submission_id from night.raw.cell where {node.condition('raw.cell')})"
        return f"({node.condition(relation)})"

    def compute(self, node: Node, into: str) -> None:
        """The node's rows for the periods that are set."""
        if node.materialized == "python":
            self.con.execute(f"create or replace view {node.relation} as from night.{node.relation}")
            self.engine._python(node, node.relation)
            self.con.execute(f"create or replace table {into} as from {NEXT}")
            self.con.unregister(NEXT)
        else:
            self.con.execute(f"create or replace table {into} as {node.full if node.materialized == 'view' else node.incremental}")

    def differs(self, node: Node, period: int) -> bool:
        """Whether the rows of the period are others than the night's (a view's: than those from all that it reads)."""
        self.show(node, period, cut=True)
        self.compute(node, OWN)
        whole, names = f"night.{node.relation}", "*"
        if node.materialized == "view":
            whole = f"seen.{node.name}"
        else:
            names = ", ".join(row[0] for row in self.con.execute(f"describe {whole}").fetchall())
        first, second = (f"(select {names} from {table} where period = {period})" for table in (OWN, whole))
        return self.con.execute(f"select count(*) from (({first} except all {second}) union all ({second} except all {first}))").fetchall() != [(0,)]

    def _is_view(self, relation: str) -> bool:
        return relation in self.project.by_relation and self.project.by_relation[relation].materialized == "view"


@pytest.fixture(scope="module")
def cut(published) -> Iterator[Cut]:
    made = Cut(published.settings, compiled.load(published.settings))
    yield made
    made.con.close()


def _declaring(project: Compiled) -> list[Node]:
    """Models by period, and views, that declare for something they read which periods or rows of it they need."""
    return [node for node in project.models if (node.by_period or node.materialized == "view") and (any(offsets is not None for offsets in node.reads_periods) or any(node.reads_only))]


@pytest.mark.parametrize("period", YEARS)
def test_a_period_rests_on_the_periods_that_its_model_declares(cut, period):
    cut.engine.set_periods([period])
    for view in (node for node in cut.project.models if node.materialized == "view"):
        cut.show(view, period, cut=False)
        cut.compute(view, f"seen.{view.name}")
    declaring = _declaring(cut.project)
    assert len(declaring) > 100
    assert [node.path for node in declaring if cut.differs(node, period)] == []


def test_the_search_finds_a_declaration_that_is_too_narrow(cut):
    """Control: a year beside the year before, declared to need no other year, or no row."""
    node = cut.project.by_relation["marts.score_year_on_year"]
    cut.engine.set_periods([YEARS[1]])
    assert not cut.differs(node, YEARS[1])
    assert cut.differs(replace(node, reads_periods=((),) * len(node.reads)), YEARS[1])
    assert cut.differs(replace(node, reads_only=("1 = 0",) * len(node.reads)), YEARS[1])


def _plan_without(cut: Cut, node: Node, empty: str) -> str:
    """What DuckDB plans for the model where it is known that one of the relations has no rows."""
    for relation in node.reads:
        if relation != CHANGED:
            cut.con.execute(f"create or replace view {relation} as from night.{relation} {'where false' if relation == empty else ''}")
    return cut.con.execute(f"explain {node.full}").fetchall()[0][1]


def test_a_model_has_no_rows_without_those_that_it_declares(cut):
    """Proven by the planner, whatever the data: nothing is left of the statement."""
    declaring = [node for node in cut.project.models if node.no_rows_without and node.relation not in SHOWN_ON_ROWS]
    assert len(declaring) > 5
    plans = {(node.relation, empty): _plan_without(cut, node, empty) for node in declaring for empty in node.no_rows_without}
    assert [pair for pair, plan in plans.items() if len(plan.splitlines()) > 2 or "Empty Result" not in plan] == []
    node = cut.project.by_relation["marts.answers"]
    assert len(_plan_without(cut, node, "validated.val_rulings").splitlines()) > 2, "control: answers that wait for a ruling have none"
