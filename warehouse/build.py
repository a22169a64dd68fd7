"""Running compiled models for a night: all of them, or those that a change reaches.

Belongs here: the order, which periods of which model, data tests. Does not belong here: statements (engine.py), what arrived (increments.py).
Standing decisions: what is still to be computed is a table (raw.pending), changed in the transaction that writes a model's rows, so that a night
killed anywhere is finished by the next one; a model whose new rows equal the old ones passes nothing on. What has changed since the last
edition is kept in the same way, by table and period (raw.unpublished).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import duckdb

from warehouse.compiled import Compiled, Node
from warehouse.engine import EVERYTHING, DuckDBEngine

PENDING, UNPUBLISHED = "raw.pending", "raw.unpublished"
PUBLISHED_LAYER, EVERY_TABLE = "marts", "*"
ARRIVING = ("raw.submission", "raw.cell", "raw.reading_finding", "raw.scheme_finding", "raw.night")
BY_SUBMISSION = ("raw.cell", "raw.submission")  # with columns submission_id and period


class TestFailed(RuntimeError):
    """A data test found rows: a fault of the pipeline, not a finding about data."""


class ModelFailed(RuntimeError):
    """A model could not be computed. `relation` names it."""

    def __init__(self, relation: str, fault: Exception) -> None:
        super().__init__(f"{relation}: {fault}")
        self.relation = relation


@contextmanager
def _named(relation: str) -> Iterator[None]:
    """An error of the database inside the block names the model. Raises ModelFailed."""
    try:
        yield
    except duckdb.Error as fault:
        raise ModelFailed(relation, fault) from fault


@dataclass(frozen=True)
class Scope:
    """What a night has to do: everything (`full`), or what the `arrived` periods of each raw table reach among the `known` ones. `forced` periods
    are computed in every model, whether something changed or not. Where a model reads some rows of a raw table only, the rows of `new`
    submissions decide (None: any row may have changed)."""

    full: bool
    arrived: Mapping[str, frozenset[int]] = field(default_factory=dict)
    known: frozenset[int] = frozenset()
    forced: frozenset[int] = frozenset()
    new: tuple[str, ...] | None = None


@dataclass
class Built:
    """What a build did: seconds by relation, and the periods whose rows changed by relation (everything is `{-1}` in a full build)."""

    seconds: dict[str, float] = field(default_factory=dict)
    changed: dict[str, set[int]] = field(default_factory=dict)


def create_bookkeeping(engine: DuckDBEngine) -> None:
    """What is still to be computed, and what differs from the last edition: relation, period (-1: all; relation `*`: any table)."""
    engine.con.execute(f"create table if not exists {PENDING} (relation varchar, period integer)")
    engine.con.execute(f"create table if not exists {UNPUBLISHED} (relation varchar, period integer)")


def unpublished(engine: DuckDBEngine) -> dict[str, set[int] | None] | None:
    """{mart: periods in which its rows may differ from the last edition, None: any}; None where any mart may differ."""
    found = differing(engine)
    marts = {relation.split(".")[1]: periods for relation, periods in found.items() if relation.startswith(f"{PUBLISHED_LAYER}.")}
    return None if EVERY_TABLE in found else {name: None if EVERYTHING in periods else periods for name, periods in marts.items()}


def differing(engine: DuckDBEngine) -> dict[str, set[int]]:
    """{relation: periods} of everything that a build has changed since the last edition, by this night or by one that failed."""
    found: dict[str, set[int]] = {}
    for relation, period in engine.con.execute(f"select distinct relation, period from {UNPUBLISHED}").fetchall():
        found.setdefault(relation, set()).add(period)
    return found


def mark_published(engine: DuckDBEngine) -> None:
    """Record that an edition has just been published from this warehouse."""
    engine.con.execute(f"delete from {UNPUBLISHED}")


class Build:
    """One build of a warehouse: `start` marks what the arrivals reach, `run` computes a selection of models in order, in one transaction."""

    def __init__(self, engine: DuckDBEngine, project: Compiled, scope: Scope, steps: Iterable[Node] = ()) -> None:
        self._engine, self._project, self._scope = engine, project, scope
        self._nodes = (*project.models, *steps)
        self._readers: dict[str, list[Node]] = {}
        for node in self._nodes:
            for relation in node.reads:
                self._readers.setdefault(relation, []).append(node)
        self._pending: dict[str, set[int]] = {}
        self._unpublished: set[tuple[str, int]] = set()
        self.built = Built()

    def start(self) -> None:
        """Mark what the arrived submissions reach, beside what an earlier night has left undone."""
        create_bookkeeping(self._engine)
        with self._kept():
            if self._scope.full:
                self._unpublished.add((EVERY_TABLE, EVERYTHING))
                return
            for relation, period in self._engine.con.execute(f"select relation, period from {PENDING}").fetchall():
                self._pending.setdefault(relation, set()).add(period)
            for relation, periods in self._scope.arrived.items():
                self._mark(relation, self._met(relation, set(periods)))
            for node in self._nodes if self._scope.forced else ():
                if node.materialized != "seed":
                    self._add(node.relation, set(self._scope.forced))

    def mark(self, relation: str, periods: Iterable[int]) -> None:
        """Record that a table that no model writes is up to date, and has changed in these periods."""
        with self._kept():
            self._pending.pop(relation, None)
            self._mark(relation, {"": set(periods)})
        self.built.changed.setdefault(relation, set()).update(periods)

    def step(self, node: Node, compute: Callable[[set[int]], set[int]]) -> None:
        """Do a step of the night that writes a table: `compute` gets the periods to compute and returns those that changed."""
        if self._scope.full:
            compute(set(self._scope.known))
            self.built.changed[node.relation] = {EVERYTHING}
        elif wanted := self._pending.get(node.relation):
            with self._kept():
                self._settle(node, {"": compute(set(self._scope.known) if EVERYTHING in wanted else wanted & self._scope.known)})

    def run(self, selection: Compiled) -> None:
        """Compute the selection's models in order: all of them in a full build, else those that something has reached."""
        with self._kept():
            for node in selection.models:
                started = time.perf_counter()
                if not self._scope.full and not self._pending.get(node.relation):
                    continue
                with _named(node.relation):
                    self._compute(node)
                self.built.seconds[node.relation] = time.perf_counter() - started

    def _compute(self, node: Node) -> None:
        if self._scope.full:
            self._engine.set_periods(self._scope.known)
            self._engine.create(node)
            self.built.changed[node.relation] = {EVERYTHING}
        else:
            self._increment(node, self._pending[node.relation])

    def test(self, selection: Compiled) -> dict[str, int]:
        """{data test: rows found}, of those that read something that differs from the last edition; contracts are checked first.

        What a failed night has left is tested again by the next one, though nothing of it is computed again. Raises ContractBroken.
        """
        found = differing(self._engine)
        every = EVERY_TABLE in found
        changed = {node.relation for node in selection.models} if every else found.keys() | {r for r, periods in self.built.changed.items() if periods}
        self._engine.check_contracts(node for node in selection.models if node.relation in changed)
        periods = {p for of in (*found.values(), *self.built.changed.values()) for p in of if p != EVERYTHING}
        self._engine.set_periods(self._scope.known if every else periods)
        return {node.name: self._engine.failing(node) for node in selection.tests if changed & set(node.reads)}

    def _increment(self, node: Node, wanted: set[int]) -> None:
        if node.by_period:
            self._engine.set_periods(self._scope.known if EVERYTHING in wanted else wanted)
        if node.materialized == "view":
            changed = {"": wanted}  # a view is as new as what it reads
        elif self._stays_empty(node):
            changed = {"": set()}
        else:
            changed = self._engine.compute(node, self._conditions(node.relation), anew=bool(self._scope.forced))
            if changed[""]:
                self._engine.replace(node, changed[""])
        self._settle(node, changed)

    def _stays_empty(self, node: Node) -> bool:
        """Whether the table has no rows and can have none, for want of rows in what it cannot do without."""
        return bool(node.no_rows_without) and self._engine.is_empty(node.relation) and any(map(self._engine.is_empty, node.no_rows_without))

    def _settle(self, node: Node, changed: dict[str, set[int]]) -> None:
        """Mark the relation as up to date, and its readers as pending for what changed."""
        self._pending.pop(node.relation, None)
        self._mark(node.relation, changed)
        self._unpublished.update((node.relation, period) for period in changed[""])
        self.built.changed.setdefault(node.relation, set()).update(changed[""])

    def _mark(self, relation: str, changed: dict[str, set[int]]) -> None:
        """Every reader of the relation has to compute what rests on the changed periods, of the rows that it reads."""
        for reader in self._readers.get(relation, ()):
            read = changed.get(reader.condition(relation), changed[""])
            offsets = reader.offsets(relation)
            if read and (offsets is None or EVERYTHING in read):
                self._add(reader.relation, {EVERYTHING})
            elif read:
                self._add(reader.relation, {p - step for p in read for step in (0, *offsets)} & (self._scope.known | read))

    def _conditions(self, relation: str) -> list[str]:
        """The conditions under which readers read the relation."""
        return sorted({reader.condition(relation) for reader in self._readers.get(relation, ())} - {""})

    def _met(self, relation: str, periods: set[int]) -> dict[str, set[int]]:
        """The periods in which rows arrived: of all rows, and of those that meet each condition."""
        arrived = {"": periods}
        conditions = self._conditions(relation) if relation in BY_SUBMISSION and self._scope.new is not None else []
        if conditions:
            met = ", ".join(f"bool_or({condition})" for condition in conditions)
            rows = self._engine.con.execute(f"select coalesce(period, 0), {met} from {relation} where list_contains(?, submission_id) group by all", [list(self._scope.new)]).fetchall()
            arrived |= {condition: {period for period, *found in rows if found[n]} for n, condition in enumerate(conditions)}
        return arrived

    def _add(self, relation: str, periods: set[int]) -> None:
        self._pending.setdefault(relation, set()).update(periods)

    @contextmanager
    def _kept(self) -> Iterator[None]:
        """A transaction in which rows and what is still to be done change together."""
        with self._engine.transaction():
            yield
            self._engine.con.execute(f"delete from {PENDING}")
            self._engine.insert(PENDING, [(relation, period) for relation, periods in sorted(self._pending.items()) for period in sorted(periods)])
            self._engine.insert(UNPUBLISHED, sorted(self._unpublished))
            self._unpublished.clear()


def create_all(engine: DuckDBEngine, selection: Compiled) -> None:
    """Build a selection as a whole, then its contracts and data tests. Raises ContractBroken, TestFailed."""
    for node in selection.models:
        engine.create(node)
    engine.check_contracts(selection.models)
    raise_failures({node.name: engine.failing(node) for node in selection.tests})


def raise_failures(found: dict[str, int]) -> None:
    """Raise TestFailed naming the data tests that found rows."""
    failed = {name: n for name, n in found.items() if n}
    if failed:
        raise TestFailed("; ".join(f"{name}: {n} 行 / rows" for name, n in failed.items()))
