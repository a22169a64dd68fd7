"""A night of one home, step by step. Dagster's assets, and tests, call these steps and nothing more.

Belongs here: gluing the rooms together for one warehouse. Does not belong here: scheduling, events (dagster_project), what a step does (the rooms).
Standing decisions: the caller holds the writer's lock; each step is done once a night, whoever asks first; every step can be repeated by
another night, and repeating a finished one changes nothing; one connection is open from the first step to the last.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from contextlib import ExitStack
from functools import cached_property, lru_cache
from pathlib import Path

import duckdb

from dagster_project import gatekeeping
from expectations.worker import Worker
from slips import corrections
from sources import raw
from sources.channels import files
from sources.channels.collect import CollectReport, collect
from sources.declare.declarations import Declarations
from sources.landing.landing import Landing
from sources.raw import LoadReport
from sources.text import display_name
from stability import counterfactuals
from warehouse import build, compiled, contract, editions, engine, increments, loading, store
from warehouse.judging import door, proof
from warehouse.build import Build
from warehouse.compiled import STEP, Compiled, Node
from warehouse.increments import Plan
from warehouse.settings import Settings

GATED = ("val_hits", "val_rule_summary", "val_grid")  # what the truth gate looks at, with all it rests on
RESULTS = Node("expectation_results", "validated", STEP, STEP, "", "", ("validated.val_hits", "validated.val_rule_summary"), reads_periods=(None, None))


class Night:
    """One night. `as_of` is the moment it is judged at (None: the latest receipt), `rebuild` years are computed again in any case.

    `gate` starts the worker of the truth gate; it is asked for once, as early as there is something to compute. `step` is called with the name
    of every step when it begins. Submissions `aside` are left out (holding.py).
    """

    def __init__(self, settings: Settings, as_of: dt.datetime | None = None, rebuild: tuple[int, ...] = (), gate: Callable[[], Worker] = Worker.start,
                 step: Callable[[str], None] = lambda name: None, aside: frozenset[str] = frozenset()) -> None:
        self.settings, self.as_of, self._rebuild, self._aside = settings, as_of, rebuild, aside
        self._start_gate, self._gate, self._step = gate, None, step
        self._landed: CollectReport | None = None
        self.tested: dict[str, int] = {}  # rows found by each data test
        self._open = ExitStack()

    # -- what the steps share

    @cached_property
    def declarations(self) -> Declarations:
        return loading.declared(self.settings)

    @cached_property
    def project(self) -> Compiled:
        """What dbt compiled."""
        return compiled.load(self.settings)

    @cached_property
    def con(self) -> duckdb.DuckDBPyConnection:
        """The night's connection to the warehouse."""
        return self._open.enter_context(store.connect(self.settings))

    @cached_property
    def engine(self) -> engine.DuckDBEngine:
        return engine.prepared(self.con, self.settings.dbt_project)

    def close(self) -> None:
        """Close what is open."""
        if self._gate is not None:
            self._gate.close()
        self._open.close()

    def __enter__(self) -> "Night":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- what arrives

    def land(self, moment: dt.datetime) -> CollectReport:
        """Fetch what every channel offers and keep it; a second call tries again only where a channel failed.

        `moment` (Asia/Shanghai wall time) is the time of receipt of what is pulled from a source that has none, unless the night is judged at
        a moment of its own; files in a folder carry theirs.
        """
        if self._landed is None or self._landed.failures:
            self._step("landing")
            places = {"project": str(self.settings.project), "home": str(self.settings.home)}
            again = collect(self.declarations.channels, Landing(self.settings.landing), self.as_of or moment, self.declarations, places)
            self._landed = again if self._landed is None else self._landed.followed_by(again)
            if again.landed.received:
                self.start_gate()
        return self._landed

    @cached_property
    def loaded(self) -> LoadReport:
        """New submissions read into raw; everything is read again when the reading code or a declaration has changed. Raises NotReady, LandingFault."""
        self._step("raw")
        return loading.load_raw(self.settings, self.declarations, self.con, corrections.land, self._aside)

    @cached_property
    def plan(self) -> Plan:
        """Which periods to compute, decided once what has arrived is read."""
        self.loaded  # noqa: B018
        loading.fit_to_size(self.con)
        moment = self.as_of or increments.default_as_of(self.con)
        decided = increments.plan(self.con, self.settings, moment, self._rebuild)
        increments.write_plan(self.con, decided, moment)
        return decided

    @cached_property
    def unchanged(self) -> bool:
        """Whether nothing has to be computed and the current edition rests on exactly these inputs."""
        return self.plan.nothing and editions.stands_on(self.settings) == self.plan.inputs

    @cached_property
    def suspects(self) -> tuple[str, ...]:
        """Submissions that no finished night has computed with, in the order of the ledger."""
        if not self.engine.exists("raw.submission"):
            return ()
        return tuple(row[0] for row in self.con.execute("""select submission_id from raw.submission as sub where read_status <> ?
            and not exists (from raw.built_submission as built where built.submission_id = sub.submission_id and built.ledger_seq = sub.ledger_seq) order by ledger_seq""", [raw.HELD]).fetchall())

    def start_gate(self) -> None:
        """Start the truth gate's worker: its imports take seconds, meanwhile the night goes on."""
        if self._gate is None:
            self._gate = self._start_gate()

    # -- the models, in four parts, with two steps between them

    @cached_property
    def build(self) -> Build:
        started = Build(self.engine, self.project, self.plan.scope, (door.STEP, RESULTS, counterfactuals.STEP))
        started.start()
        return started

    def build_up_to_gate(self) -> None:
        """Typed figures, and every violation of every rule with its summary; the gate is asked about them and works while the night goes on."""
        if not self.plan.nothing:
            self._step("rules")
            self.start_gate()
            proof.prove(self.settings, self._gate)
            door.run(self.build, self._parts[0], self.engine, self._gate, self.plan.full or bool(self.plan.forced))
            self._asked = gatekeeping.question(self.engine, self.plan.scope.known)
            self._gate.ask({"ask": "gate", "file": gatekeeping.copy(self.settings, self.engine, self._asked), "families": self._asked.families})

    def build_scores_and_marts(self) -> None:
        """What is accepted, what it scores, and all marts but those that wait for the gate or for counterfactual scores."""
        if not self.plan.nothing:
            self._step("scores")
            self.build.run(self._parts[1])

    def score_counterfactuals(self) -> int:
        """What last year's figures would have scored under this year's rules. Returns how many rows the table has."""
        if not self.plan.nothing:
            self._step("counterfactuals")
            self.build.step(counterfactuals.STEP, lambda periods: counterfactuals.refresh(self.con, self.settings, self.project, periods, self.plan.full, bool(self.plan.forced)))
        return counterfactuals.count(self.con)

    def judge(self) -> gatekeeping.Verdicts:
        """The truth gate's answer, kept as rows. Raises GateFault where the gate, or the bookkeeping it checks, is not to be trusted."""
        if not self.plan.nothing:
            self._step("gate")
            results = self._gate.answer()
            gatekeeping.discard(self.settings)
            gatekeeping.keep(self.con, self._asked, results)
            gatekeeping.raise_faults(results)
            self.build.mark(RESULTS.relation, {engine.EVERYTHING})
        return gatekeeping.verdicts(self.con)

    def build_rest(self) -> None:
        """The marts that waited; then contracts, which raise ContractBroken, and data tests, whose findings stop the publication."""
        if not self.plan.nothing:
            self._step("changes")
            self.build.run(self._parts[2])
            self.tested = self.build.test(self.project)

    def raise_failed_tests(self) -> None:
        """Raise TestFailed where a data test has found rows."""
        build.raise_failures(self.tested)

    @cached_property
    def _parts(self) -> tuple[Compiled, Compiled, Compiled]:
        return parts(self.project)

    # -- what goes out

    def publish(self) -> str:
        """Mark the periods as built and publish, unless nothing has changed. Returns the edition's name. Raises TestFailed."""
        if self.unchanged:
            return editions.current(self.settings)
        self._step("edition")
        self.raise_failed_tests()
        increments.mark_built(self.con, self.plan)
        build.create_bookkeeping(self.engine)
        name = editions.publish(self.settings, self.con, self.plan.inputs, build.unpublished(self.engine), contract.of_compiled(self.project))
        build.mark_published(self.engine)
        return name

    def write_slips(self) -> int:
        """Write the slips that the current edition asks for: of what the night touched, or all where they are not the night before's. Returns how many."""
        from slips import shelf

        current, names = editions.current(self.settings), editions.history(self.settings)
        if current is None or shelf.stands_on(self.settings.slips) == (current, shelf.code()):
            return 0
        before = names[-2] if len(names) > 1 and names[-1] == current else None
        self._step("slips")
        follows = not self.plan.full and shelf.stands_on(self.settings.slips) == (before, shelf.code())
        return shelf.write(self.settings.slips, editions.database(self.settings), self.declarations, current, self._periods_on_slips() if follows else None)

    def _periods_on_slips(self) -> tuple[int, ...]:
        changed = set() if self.plan.nothing else {p for periods in self.build.built.changed.values() for p in periods if p != engine.EVERYTHING}
        return tuple(sorted(set(self.plan.periods) | changed))

    def row_counts(self, schema: str) -> dict[str, int]:
        """{table: rows} of one layer."""
        names = [name for (name,) in self.con.execute("select table_name from duckdb_tables() where schema_name = ? order by 1", [schema]).fetchall()]
        return {relation.split(".")[1]: n for relation, n in self.engine.count(f"{schema}.{name}" for name in names).items()}


def parts(project: Compiled) -> tuple[Compiled, Compiled, Compiled]:
    """The models that the truth gate looks at with all they rest on; those that need neither gate nor counterfactual scores; the rest."""
    before = project.upstream(*GATED)
    waiting = project.downstream(RESULTS.relation, counterfactuals.STEP.relation)
    after = project.select(lambda node: node.relation not in before.by_relation and node.relation not in waiting)
    return before, after, project.select(lambda node: node.relation in waiting)


def untold(settings: Settings) -> list[str]:
    """Files in the drop folder of whose present content no ledger entry tells: what a night has still to land. Cheap enough to ask every minute."""
    reported = {(entry["provider_id"], entry["file_name"], entry["sha256"]) for entry in Landing(settings.landing).ledger.entries()}
    root = settings.inbox.as_posix()
    found = []
    for arrival in files.arrivals("inbox", {"url": root}, dt.datetime(1970, 1, 1), loading.declared(settings)):
        path = settings.inbox / arrival.provider_id / arrival.path
        state = path.stat() if path.exists() else None
        if state and (display_name(arrival.provider_id), display_name(arrival.path), _sha256(path, state.st_size, state.st_mtime_ns)) not in reported:
            found.append(f"{arrival.provider_id}/{arrival.path}")
    return found


@lru_cache(maxsize=10_000)
def _sha256(path: Path, size: int, changed: int) -> str:
    """The hash of a file, computed once for each size and time of change."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
