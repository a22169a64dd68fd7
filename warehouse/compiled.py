"""What dbt compiled: every model, seed and data test of the project as plain SQL, in the order in which they can run.

Belongs here: the shape of the compiled project, finding the one that belongs to the project's files, selections of it. Does not belong
here: dbt itself (compile.py, a process of its own), running anything (engine.py, build.py).
Standing decisions: dbt compiles once per fingerprint of its project, in two forms: `full` computes every period, `incremental` only those of
raw.changed_period. Nights, checks, scores and counterfactuals run the same compiled SQL and never import dbt.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

from filelock import FileLock

from warehouse.settings import Settings

ENGINES = ("dbt-core", "dbt-duckdb", "duckdb")
ENDINGS = {".sql", ".yml", ".csv", ".py"}
BESIDE = {"target", "logs", "__pycache__"}
# Folders of dbt_project that compile.py writes from the rule catalogue and the declared methods; what they are written from.
GENERATED = ("models/validated/rules", "macros/rules")
RULES_FROM = ("expectations/*.py", "expectations/*.yml", "expectations/rules/*.yml", "sources/reading_findings.yml", "sources/cell_findings.yml", "schemes/methods.*")
MODEL, SEED, TEST, STEP = "model", "seed", "test", "step"
ALL = "all"  # meta.reads_periods of a model whose rows of a period rest on rows of any other


class CompileFailed(RuntimeError):
    """dbt could not compile the project. The message is dbt's own, with the file it names."""


@dataclass(frozen=True)
class Column:
    """A column of a model's contract: name, type, whether it may be empty."""

    name: str
    type: str
    not_null: bool
    description: str = ""


@dataclass(frozen=True)
class Node:
    """A model, seed or data test; or a step of the night that writes a table between models (kind `step`, no statements).

    `relation` is `schema.name`. `materialized` is table, view, incremental, python, seed or test; `strategy` says which periods an increment
    replaces. `key` are the columns that identify a row of a mart. `full` and `incremental` are one select statement each (a Python model's source; a seed's path). `reads` are relations, models and
    sources alike. `reads_periods`, one for each of `reads`: a row of period p rests on rows of p and of p + each offset; None means on any period.
    `reads_only`, likewise: the condition on the rows that are read at all, empty for every row. `no_rows_without`: relations of which each has rows
    where the model has any.
    """

    name: str
    schema: str
    kind: str
    materialized: str
    full: str
    incremental: str
    reads: tuple[str, ...]
    path: str = ""
    strategy: str = ""
    reads_periods: tuple[tuple[int, ...] | None, ...] = ()
    reads_only: tuple[str, ...] = ()
    no_rows_without: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    contract: bool = False
    description: str = ""
    tags: tuple[str, ...] = ()

    @property
    def relation(self) -> str:
        return f"{self.schema}.{self.name}"

    def offsets(self, relation: str) -> tuple[int, ...] | None:
        """Which periods of a relation a row rests on, beside its own; None: any."""
        return self.reads_periods[self.reads.index(relation)]

    def condition(self, relation: str) -> str:
        """The condition on the rows of a relation that are read; empty for all."""
        return self.reads_only[self.reads.index(relation)] if self.reads_only else ""

    @property
    def by_period(self) -> bool:
        """Whether an increment replaces periods of the table, instead of the whole table."""
        return self.materialized in ("incremental", "python")


@dataclass(frozen=True)
class Compiled:
    """The compiled project: nodes with every one after those it reads."""

    fingerprint: str
    nodes: tuple[Node, ...]

    @cached_property
    def by_relation(self) -> dict[str, Node]:
        return {node.relation: node for node in self.nodes if node.kind != TEST}

    @property
    def models(self) -> tuple[Node, ...]:
        """Models and seeds."""
        return tuple(node for node in self.nodes if node.kind != TEST)

    @property
    def tests(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.kind == TEST)

    def select(self, wanted: Callable[[Node], bool], ends: Iterable[str] = ()) -> "Compiled":
        """The wanted models and seeds; with `ends` (names) only those that the named ones rest on. Tests are kept where all they read is."""
        chosen = {node.relation: node for node in self.models if wanted(node)}
        if ends:
            chosen = {relation: chosen[relation] for relation in self._above(set(ends), chosen)}
        return replace(self, nodes=tuple(
            node for node in self.nodes if node.relation in chosen or (node.kind == TEST and all(r in chosen for r in node.reads if r in self.by_relation))))

    def upstream(self, *names: str) -> "Compiled":
        """The named models with all that they rest on."""
        return self.select(lambda node: True, names)

    def downstream(self, *relations: str) -> frozenset[str]:
        """Everything that rests on the relations, by relation; not the relations themselves."""
        found: set[str] = set()
        for node in self.models:
            if any(relation in relations or relation in found for relation in node.reads):
                found.add(node.relation)
        return frozenset(found)

    @property
    def outside(self) -> tuple[str, ...]:
        """Relations that are read and not built here, sorted."""
        return tuple(sorted({relation for node in self.models for relation in node.reads} - self.by_relation.keys()))

    @staticmethod
    def _above(names: set[str], chosen: dict[str, Node]) -> set[str]:
        found: set[str] = set()
        fresh = {relation for relation, node in chosen.items() if node.name in names}
        while fresh:
            found |= fresh
            fresh = {relation for reader in fresh for relation in chosen[reader].reads if relation in chosen} - found
        return found


def is_generated(path: Path) -> bool:
    """Whether a file of the dbt project (a path inside of it) is written from the rules, and therefore decides nothing by itself."""
    return path.as_posix().startswith(tuple(f"{folder}/" for folder in GENERATED))


def fingerprint(settings: Settings) -> str:
    """sha256 over the dbt project's files, the rules and what makes models of them, the versions of the engines, and the code that compiles."""
    digest = hashlib.sha256()
    for name in ENGINES:
        digest.update(f"{name}={importlib.metadata.version(name)}\n".encode())
    for path in sorted(p for p in settings.dbt_project.rglob("*") if p.suffix in ENDINGS):
        inside = path.relative_to(settings.dbt_project)
        if not BESIDE & set(inside.parts) and not is_generated(inside):
            digest.update(str(inside).encode() + b"\0" + path.read_bytes() + b"\0")
    for path in sorted(path for pattern in RULES_FROM for path in settings.project.glob(pattern)):
        digest.update(path.relative_to(settings.project).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for path in (Path(__file__), Path(__file__).with_name("compile.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def load(settings: Settings) -> Compiled:
    """The compiled project, compiled anew in a process of its own where the project's files have changed. Raises CompileFailed."""
    return _load(settings.project, settings.compiled_places)


@lru_cache(maxsize=4)
def _load(project: Path, places: tuple[Path, ...]) -> Compiled:
    settings = Settings(home=project / "var", project=project)
    wanted = fingerprint(settings)
    for path in places:
        if (found := read(path)) and found.fingerprint == wanted:
            return found
    return _compile(settings, wanted, places)


def read(path: Path) -> Compiled | None:
    """A compiled project from its file; None where there is none that can be read."""
    try:
        content = json.loads(path.read_text("utf-8"))
        return Compiled(content["fingerprint"], tuple(_node(node) for node in content["nodes"]))
    except (OSError, ValueError, TypeError, KeyError):  # none, half written, or of another version
        return None


def write(compiled: Compiled, path: Path) -> None:
    """Keep a compiled project; readers see the old file or the new one."""
    aside = path.with_suffix(".tmp")
    aside.write_text(json.dumps(asdict(compiled), ensure_ascii=False), "utf-8")
    aside.replace(path)


def _node(content: dict) -> Node:
    given = dict(content)
    given["columns"] = tuple(Column(**column) for column in given["columns"])
    for name in ("reads", "reads_only", "no_rows_without", "key", "tags"):
        given[name] = tuple(given[name])
    given["reads_periods"] = tuple(None if steps is None else tuple(steps) for steps in given["reads_periods"])
    return Node(**given)


def _compile(settings: Settings, wanted: str, places: tuple[Path, ...]) -> Compiled:
    path = next((place for place in places if _writable(place.parent)), None)
    if path is None:
        raise CompileFailed(f"没有可写的位置存放编译结果 / nowhere to keep what dbt compiles: {', '.join(map(str, places))}")
    with FileLock(str(path.with_suffix(".lock"))):
        found = read(path)
        if found is None or found.fingerprint != wanted:  # another process may have compiled meanwhile
            done = subprocess.run([sys.executable, "-m", "warehouse.compile", str(settings.project), str(path)], cwd=settings.project, capture_output=True, text=True)
            found = read(path)
            if done.returncode or found is None:
                raise CompileFailed((done.stderr or done.stdout).strip()[-3000:])
    return found


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True
