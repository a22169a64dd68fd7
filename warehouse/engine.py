"""DuckDB as the engine that runs compiled statements: create, replace periods, compare, check contracts, count.

Belongs here: statements that do not depend on what a model says. Does not belong here: which models run and for which periods (build.py),
where a home's file is and who may write it (store.py).
Standing decisions: a second engine (Spark) has to offer these methods and nothing else; what an increment really changed is found by comparing
content, period by period, so that a change that comes to nothing ends there; nothing is compared by time of day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import duckdb

from warehouse.compiled import Node

CHANGED = "raw.changed_period"
NEXT, KEPT = "next_rows", "kept_rows"
EVERYTHING = -1  # stands for all periods, where a table knows none
LAYERS = ("raw", "staging", "validated", "scores", "marts")


class ContractBroken(RuntimeError):
    """A model's rows are not what its contract promises: a fault of the pipeline. The message names model, column and file."""


class DuckDBEngine:
    """Compiled statements on one connection; `project` is the dbt project's folder (seeds are read from there)."""

    def __init__(self, con: duckdb.DuckDBPyConnection, project: Path) -> None:
        self.con = con
        self._project = project
        self._set: frozenset[int] | None = None  # not known yet

    def __enter__(self) -> "DuckDBEngine":
        return self

    def __exit__(self, *_: object) -> None:
        self.con.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of what is done inside."""
        self.con.execute("begin")
        try:
            yield
            self.con.execute("commit")
        except BaseException:
            self.con.execute("rollback")
            raise

    def layers(self) -> None:
        """The schemas that models are built in, where they are missing."""
        for layer in LAYERS:
            self.con.execute(f"create schema if not exists {layer}")

    def set_periods(self, periods: Iterable[int]) -> None:
        """The periods that incremental statements compute from now on."""
        wanted = frozenset(periods)
        if wanted != self._set:
            self.con.execute(f"delete from {CHANGED}")
            self.insert(CHANGED, [(p,) for p in sorted(wanted)])
            self._set = wanted

    def create(self, node: Node) -> None:
        """Build a node as a whole, in place of what is there."""
        if node.materialized == "view":
            self.con.execute(f"create or replace view {node.relation} as {node.full}")
        elif node.materialized == "seed":
            self.con.execute(f"create or replace table {node.relation} as {self._seed(node)}")
        elif node.materialized == "python":
            self._python(node, None)
            self.con.execute(f"create or replace table {node.relation} as from {NEXT}")
            self.con.unregister(NEXT)
        else:
            self.con.execute(f"create or replace table {node.relation} as {node.full}")

    def compute(self, node: Node, conditions: Iterable[str] = (), anew: bool = False) -> dict[str, set[int]]:
        """Compute a node for the periods that are set and keep the rows aside.

        Returns the periods whose rows differ from the table's: of all rows (under ""), and of those that meet each condition. `anew`: a Python
        model, which decides itself what to compute, computes everything.
        """
        if node.materialized == "python":
            self._python(node, None if anew else node.relation)
            self.con.execute(f"create or replace temp table {KEPT} as from {NEXT}")
            self.con.unregister(NEXT)
        else:
            self.con.execute(f"create or replace temp table {KEPT} as {node.incremental if node.by_period else node.full}")
        listed = list(conditions)
        before, after = self._contents(node, listed)
        replaced = before.keys() & (self._set or frozenset()) if node.by_period else before.keys()
        considered, nothing = after.keys() | replaced, ((0, None, None),) * (1 + len(listed))
        return {condition: {p for p in considered if before.get(p, nothing)[n] != after.get(p, nothing)[n]} for n, condition in enumerate(["", *listed])}

    def replace(self, node: Node, periods: set[int]) -> None:
        """Put the rows kept aside in place of the table's, for these periods."""
        where = "" if EVERYTHING in periods or not node.by_period else f" where period in ({', '.join(map(str, sorted(periods)))})"
        self.con.execute(f"delete from {node.relation}{where}; insert into {node.relation} by name from {KEPT}{where}")

    def insert(self, relation: str, rows: list[tuple]) -> None:
        """Add a few rows of texts and whole numbers."""
        if rows:
            listed = ", ".join("(" + ", ".join(str(v) if isinstance(v, int) else "'" + v.replace("'", "''") + "'" for v in row) + ")" for row in rows)
            self.con.execute(f"insert into {relation} values {listed}")

    def failing(self, node: Node) -> int:
        """How many rows a data test finds."""
        return self.con.execute(f"select count(*) from ({node.full}\n)").fetchall()[0][0]

    def count(self, relations: Iterable[str]) -> dict[str, int]:
        """{relation: rows}."""
        listed = list(relations)
        if not listed:
            return {}
        return dict(self.con.execute(" union all ".join(f"select '{r}', count(*) from {r}" for r in listed)).fetchall())

    def is_empty(self, relation: str) -> bool:
        return not self.con.execute(f"select 1 from {relation} limit 1").fetchall()

    def exists(self, relation: str) -> bool:
        schema, name = relation.split(".")
        return self.con.execute("select count(*) from information_schema.tables where table_schema = ? and table_name = ?", [schema, name]).fetchall()[0][0] > 0

    def check_contracts(self, nodes: Iterable[Node]) -> None:
        """Columns, types and NOT NULL of every contract among the nodes. Raises ContractBroken."""
        promised = [node for node in nodes if node.contract]
        found: dict[str, dict[str, str]] = {}
        for relation, column, kind in self.con.execute("select schema_name || '.' || table_name, column_name, data_type from duckdb_columns() where schema_name in (select unnest(?))",
                                                       [sorted({node.schema for node in promised})]).fetchall():
            found.setdefault(relation, {})[column] = kind
        for node in promised:
            self._check_types(node, found.get(node.relation, {}))
            filled = [column.name for column in node.columns if column.not_null]
            if filled:
                counts = self.con.execute(f"select count(*), {', '.join(f'count({name})' for name in filled)} from {node.relation}").fetchall()[0]
                empty = [name for name, n in zip(filled, counts[1:], strict=True) if n < counts[0]]
                if empty:
                    raise ContractBroken(f"{node.path}: {node.name}: 列不得为空 / a column that must be filled is empty: {', '.join(empty)}")

    @staticmethod
    def _check_types(node: Node, columns: dict[str, str]) -> None:
        promised = {column.name: column.type for column in node.columns}
        wrong = [f"{name}: {columns.get(name, '—')}, {kind} 应为 / promised" for name, kind in promised.items() if _plain(columns.get(name, "")) != _plain(kind)]
        wrong += [f"{name}: 未声明 / not declared" for name in columns if name not in promised]
        if wrong:
            raise ContractBroken(f"{node.path}: {node.name}: {'; '.join(wrong[:5])}")

    def _seed(self, node: Node) -> str:
        columns = ", ".join(f"'{c.name}': '{c.type}'" for c in node.columns)
        path = str(self._project / node.path).replace("'", "''")
        return f"select * from read_csv('{path}', header = true, auto_detect = false, delim = ',', quote = '\"', nullstr = '', columns = {{{columns}}})"

    def _python(self, node: Node, existing: str | None) -> None:
        """Run a Python model as dbt would: its own function, a session that answers SQL."""
        space: dict = {}
        exec(compile(node.full, node.path, "exec"), space)  # noqa: S102  (the project's own model, as dbt compiled it)
        dbt = SimpleNamespace(config=lambda **_: None, ref=lambda *_: None, source=lambda *_: None, is_incremental=existing is not None, this=existing)
        self.con.register(NEXT, space["model"](dbt, self.con))

    def _contents(self, node: Node, conditions: list[str]) -> tuple[dict[int, tuple], dict[int, tuple]]:
        """{period: content} of the table and of the rows kept aside; content is the number of rows and two sums of their hashes, of all rows and
        of those that meet each condition.

        A table without periods is one period. Of a table whose increment replaces the set periods only these are read.
        """
        period = "coalesce(period, 0)" if node.by_period or self._has_period(node.relation) else str(EVERYTHING)
        where = f"where period in (from {CHANGED})" if node.by_period and node.strategy == "replace_periods" else ""
        met = "".join(f", coalesce({condition}, false) as c{n}" for n, condition in enumerate(conditions))
        sides = " union all ".join(f"select {side} as side, {period} as period, hash(t) as h{met} from {relation} as t {where if side == 0 else ''}" for side, relation in ((0, node.relation), (1, KEPT)))
        sums = ", ".join(f"count(*) {f}, sum(h) {f}, sum(hash(h, 1)) {f}" for f in ("", *(f"filter (where c{n})" for n in range(len(conditions)))))
        found: tuple[dict, dict] = ({}, {})
        for side, at, *content in self.con.execute(f"select side, period, {sums} from ({sides}) group by side, period").fetchall():
            found[side][at] = tuple(tuple(content[n:n + 3]) for n in range(0, len(content), 3))
        return found

    def _has_period(self, relation: str) -> bool:
        return "period" in (name for name, *_ in self.con.execute(f"from {relation} limit 0").description)  # duckdb_columns() would bind every view


def scratch(dbt_project: Path) -> DuckDBEngine:
    """An engine on an empty warehouse in memory. Which periods are to be computed is for the caller to say."""
    return prepared(duckdb.connect(), dbt_project)


def prepared(con: duckdb.DuckDBPyConnection, dbt_project: Path) -> DuckDBEngine:
    """An engine on the database in use, with the schemas and the table of periods that statements need."""
    engine = DuckDBEngine(con, dbt_project)
    engine.layers()
    con.execute(f"create table if not exists {CHANGED} (period integer)")
    return engine


def _plain(kind: str) -> str:
    return kind.lower().replace(" ", "")
