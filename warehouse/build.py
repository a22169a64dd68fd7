"""Running compiled models for a night: all of them, or those that a change reaches.

Belongs here: the order, which periods of which model, data tests. Does not belong here: statements (engine.py), what arrived (increments.py).
Standing decisions: what is still to be computed is a table (raw.pending), changed in the transaction that writes a model's rows, so that a night
killed anywhere is finished by the next one; a model whose new rows equal the old ones passes nothing on. What has changed since the last
edition is kept in the same way (raw.unpublished).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from warehouse.compiled import Compiled, Node
from warehouse.engine import EVERYTHING, DuckDBEngine

PENDING, UNPUBLISHED = "raw.pending", "raw.unpublished"
PUBLISHED_LAYER, EVERY_TABLE = "marts", "*"
ARRIVING = ("raw.submission", "raw.cell", "raw.reading_finding", "raw.scheme_finding", "raw.night")


class TestFailed(RuntimeError):
    """A data test found rows: a fault of the pipeline, not a finding about data."""


@dataclass(frozen=True)
class Scope:
    """What a night has to do: everything (`full`), or what the `touched` periods reach among the `known` ones. `forced` periods are computed
    in every model, whether something changed or not."""

    full: bool
    touched: frozenset[int] = frozenset()
    known: frozenset[int] = frozenset()
    forced: frozenset[int] = frozenset()


@dataclass
class Built:
    """What a build did: seconds by relation, and the periods whose rows changed by relation (everything is `{-1}` in a full build)."""

    seconds: dict[str, float] = field(default_factory=dict)
    changed: dict[str, set[int]] = field(default_factory=dict)


def create_bookkeeping(engine: DuckDBEngine) -> None:
    """What is still to be computed (relation, period; -1: all), and the marts that differ from the last edition (`*`: any)."""
    engine.con.execute(f"create table if not exists {PENDING} (relation varchar, period integer)")
    engine.con.execute(f"create table if not exists {UNPUBLISHED} (name varchar)")


def unpublished(engine: DuckDBEngine) -> set[str] | None:
    """Names of the marts whose rows may differ from the last edition; None where any may."""
    names = {name for (name,) in engine.con.execute(f"select distinct name from {UNPUBLISHED}").fetchall()}
    return None if EVERY_TABLE in names else names


def mark_published(engine: DuckDBEngine) -> None:
    """An edition has just been published from what is here."""
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
        self._unpublished: set[str] = set()
        self.built = Built()

    def start(self) -> None:
        """Mark what the arrived submissions reach, beside what an earlier night has left undone."""
        create_bookkeeping(self._engine)
        with self._kept():
            if self._scope.full:
                self._unpublished.add(EVERY_TABLE)
                return
            for relation, period in self._engine.con.execute(f"select relation, period from {PENDING}").fetchall():
                self._pending.setdefault(relation, set()).add(period)
            for relation in ARRIVING:
                self._mark(relation, set(self._scope.touched))
            for node in self._nodes if self._scope.forced else ():
                if node.materialized != "seed":
                    self._add(node.relation, set(self._scope.forced))

    def mark(self, relation: str, periods: Iterable[int]) -> None:
        """A table that no model writes is as it should be, and has changed in these periods."""
        with self._kept():
            self._pending.pop(relation, None)
            self._mark(relation, set(periods))
        self.built.changed.setdefault(relation, set()).update(periods)

    def step(self, node: Node, compute: Callable[[set[int]], set[int]]) -> None:
        """Do a step of the night that writes a table: `compute` gets the periods to compute and returns those that changed."""
        if self._scope.full:
            compute(set(self._scope.known))
            self.built.changed[node.relation] = {EVERYTHING}
        elif wanted := self._pending.get(node.relation):
            with self._kept():
                self._settle(node, compute(set(self._scope.known) if EVERYTHING in wanted else wanted & self._scope.known))

    def run(self, selection: Compiled) -> None:
        """Compute the selection's models in order: all of them in a full build, else those that something has reached."""
        with self._kept():
            for node in selection.models:
                started = time.perf_counter()
                if self._scope.full:
                    self._engine.set_periods(self._scope.known)
                    self._engine.create(node)
                    self.built.changed[node.relation] = {EVERYTHING}
                elif wanted := self._pending.get(node.relation):
                    self._increment(node, wanted)
                else:
                    continue
                self.built.seconds[node.relation] = time.perf_counter() - started

    def test(self, selection: Compiled) -> dict[str, int]:
        """{data test: rows found}, of those that read something changed; contracts of what changed are checked first. Raises ContractBroken."""
        changed = {relation for relation, periods in self.built.changed.items() if periods}
        self._engine.check_contracts(node for node in selection.models if node.relation in changed)
        periods = {p for of in self.built.changed.values() for p in of if p != EVERYTHING}
        self._engine.set_periods(self._scope.known if self._scope.full else periods)
        return {node.name: self._engine.failing(node) for node in selection.tests if changed & set(node.reads)}

    def _increment(self, node: Node, wanted: set[int]) -> None:
        if node.by_period:
            self._engine.set_periods(self._scope.known if EVERYTHING in wanted else wanted)
        if node.materialized == "view":
            changed = wanted  # a view is as new as what it reads
        else:
            changed = self._engine.compute(node)
            if changed:
                self._engine.replace(node, changed)
        self._settle(node, changed)

    def _settle(self, node: Node, changed: set[int]) -> None:
        """The relation is as it should be; whoever reads what changed has work to do."""
        self._pending.pop(node.relation, None)
        self._mark(node.relation, changed)
        if changed and node.schema == PUBLISHED_LAYER:
            self._unpublished.add(node.name)
        self.built.changed.setdefault(node.relation, set()).update(changed)

    def _mark(self, relation: str, changed: set[int]) -> None:
        """Every reader of the relation has to compute what rests on the changed periods."""
        for reader in self._readers.get(relation, ()) if changed else ():
            offsets = reader.offsets(relation)
            if offsets is None or EVERYTHING in changed:
                self._add(reader.relation, {EVERYTHING})
            else:
                self._add(reader.relation, {p - step for p in changed for step in (0, *offsets)} & (self._scope.known | changed))

    def _add(self, relation: str, periods: set[int]) -> None:
        self._pending.setdefault(relation, set()).update(periods)

    @contextmanager
    def _kept(self) -> Iterator[None]:
        """A transaction in which rows and what is still to be done change together."""
        with self._engine.transaction():
            yield
            self._engine.con.execute(f"delete from {PENDING}")
            self._engine.insert(PENDING, [(relation, period) for relation, periods in sorted(self._pending.items()) for period in sorted(periods)])
            self._engine.insert(UNPUBLISHED, [(name,) for name in sorted(self._unpublished)])
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
