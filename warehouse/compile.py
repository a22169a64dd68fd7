"""dbt, in a process of its own: compile the project and keep the result (`python -m warehouse.compile PROJECT FILE`, or `--site`).

Belongs here: the only place where dbt is imported. Does not belong here: what the models say, and running them (build.py).
Standing decisions: whoever starts dbt has the models of the rules written first (they are never committed); the project is compiled twice, on
a stand-in warehouse with nothing in it (full form) and with every table there (incremental form), without its generic tests, which belong to
`dbt build` and `dbt test` (docs/night.md); contracts are checked here, against the types that the statements really give, and hold for every
night that runs them.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import chdir
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb
from filelock import FileLock

from expectations import catalogue, compiler
from schemes import methods
from sources.declare.yaml_lines import DeclarationError
from warehouse import compiled
from warehouse.compiled import MODEL, SEED, TEST, Column, Compiled, CompileFailed, Node
from warehouse.settings import PROJECT, Settings

WAREHOUSE = "warehouse.duckdb"  # as in profiles.yml
SITE = "static_index.html"  # as dbt names it
ONLY_NIGHTS = ("--exclude", "test_type:generic")
# What dbt says where the models of the rules were never written, or not all of them: generate_schema_name asks for it (macros/schema_name.sql).
RULES_ARE_WRITTEN = "{# Written by warehouse/compile.py with the models of the rules. #}\n{% macro rules_are_written() %}{{ return(true) }}{% endmacro %}\n"


def main(arguments: list[str]) -> int:
    """Compile and keep, or write the documentation (`--site`). Returns 0, or 1 with the reason on stderr."""
    try:
        if arguments == ["--site"]:
            print(f"数据模型说明，可直接用浏览器打开 / documentation of the models, to open in a browser: {write_site(Settings(home=PROJECT / 'var'))}")
        else:
            project, path = Path(arguments[0]), Path(arguments[1])
            compiled.write(compile_project(Settings(home=path.parent, project=project)), path)
    except (CompileFailed, catalogue.CatalogueFault, DeclarationError) as failed:
        print(failed, file=sys.stderr)
        return 1
    return 0


def write_site(settings: Settings) -> Path:
    """dbt's documentation as one page that needs neither server nor network, in the project's target folder. Raises CompileFailed, CatalogueFault.

    Made on an empty warehouse in a temporary folder: it needs no night and holds none of its figures.
    """
    with tempfile.TemporaryDirectory(prefix="zhunsheng-site-") as folder:
        return Path(shutil.copyfile(Dbt(settings, Path(folder)).document(), settings.dbt_project / "target" / SITE))


def compile_project(settings: Settings) -> Compiled:
    """The whole project in both forms. Raises CompileFailed."""
    wanted = compiled.fingerprint(settings)
    with tempfile.TemporaryDirectory(prefix="zhunsheng-compile-") as folder:
        dbt = Dbt(settings, Path(folder))
        full = [node for node in dbt.run(["compile", "--full-refresh", *ONLY_NIGHTS]) if str(node.resource_type) in (MODEL, SEED, TEST)]  # no hooks
        dbt.run(["seed"])
        _stand_in(Path(folder) / WAREHOUSE, full)
        incremental = {node.unique_id: node for node in dbt.run(["compile", *ONLY_NIGHTS])}
        return Compiled(wanted, tuple(_node(settings, dbt, node, incremental[node.unique_id]) for node in _in_order(full, dbt.manifest)))


def write_rules(settings: Settings) -> int:
    """The models of the rules as their catalogue has them, and the formulas that methods declare, written where they are missing or stale. Returns
    how many files were not as they should be.

    Raises CatalogueFault, DeclarationError, CompileFailed.
    """
    project = settings.project
    marker, rules = settings.dbt_project / "macros" / "rules" / "rules_are_written.sql", project / "expectations" / "rules"
    try:
        (settings.dbt_project / "target").mkdir(parents=True, exist_ok=True)
        with FileLock(str(settings.dbt_project / "target" / "rules.lock")):
            written = compiler.write(compiler.models(catalogue.load(rules, project), project))
            return written + compiler.write({marker: RULES_ARE_WRITTEN, marker.with_name("declared_methods.sql"): methods.macro(project)})
    except OSError as error:
        raise CompileFailed(f"规则模型须重新生成，但 {settings.dbt_project} 不可写 / the models of the rules have to be written, and this folder is not ours to write in: {error}") from error


class Dbt:
    """A parsed project, invoked where its warehouse lies. `manifest` is dbt's own in-memory manifest."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
        os.environ["ZHUNSHENG_HOME"] = "."  # profiles.yml: the folder that dbt is invoked in; always the same word, so that dbt parses again only what has changed
        write_rules(settings)
        self._settings, self.folder = settings, folder
        self._target = folder / "target"
        self._target.mkdir(parents=True, exist_ok=True)
        self._lend(settings.dbt_project / "target", self._target)
        self.manifest = self._invoke(None, ["parse"])
        self._lend(self._target, settings.dbt_project / "target")

    def run(self, words: list[str]) -> list:
        """The nodes of a dbt command, compiled. Raises CompileFailed."""
        return [run.node for run in self._invoke(self.manifest.deepcopy(), words).results]

    def results(self, words: list[str]) -> list:
        """dbt's run results of a command, failed ones included. Raises CompileFailed where dbt itself could not run."""
        return self._invoke(self.manifest.deepcopy(), words, allow_failed=True).results

    def document(self) -> Path:
        """Have dbt write its documentation as one static page. Raises CompileFailed."""
        self._invoke(None, ["--write-json", "docs", "generate", "--static", "--empty-catalog"])  # the page is put together from files, not from memory
        return self._target / SITE

    def _lend(self, source: Path, target: Path) -> None:
        """dbt's parse from the last time: it parses again only what has changed."""
        parse = source / "partial_parse.msgpack"
        if parse.exists():
            try:
                target.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(parse, target / parse.name)
            except OSError:
                pass  # a project folder that is not ours to write in: parsed anew next time

    def _invoke(self, manifest, words: list[str], allow_failed: bool = False):
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner

        project = str(self._settings.dbt_project)
        common = ["--project-dir", project, "--profiles-dir", project, "--target-path", str(self._target), "--log-path", str(self._target)]
        runner = dbtRunner(manifest=manifest) if manifest else dbtRunner()
        try:
            with chdir(self.folder):
                answer = runner.invoke(["--quiet", "--no-version-check", "--no-use-colors", "--no-write-json", *words, *common])
        finally:
            DuckDBConnectionManager.close_all_connections()
        if answer.exception is not None:
            raise CompileFailed(str(answer.exception)) from answer.exception
        if not answer.success and not allow_failed:
            failed = [f"{run.node.original_file_path}: {run.message}" for run in answer.result.results if str(run.status) in ("error", "fail")]
            raise CompileFailed("; ".join(failed[:3]))
        return answer.result


def _stand_in(path: Path, nodes: list) -> None:
    """A table for every model: that a model is incremental, dbt decides by whether its table is there."""
    con = duckdb.connect(str(path))
    for node in nodes:
        if str(node.resource_type) == MODEL:
            con.execute(f"create schema if not exists {node.schema}")
            con.execute(f"create table {node.schema}.{node.name} (period integer)")
    con.close()


def _in_order(nodes: list, manifest) -> list:
    """Every node after those it rests on, through ephemeral models too."""
    compiled_nodes = {node.unique_id: node for node in nodes}
    above = {unique_id: sorted(u for u in getattr(node.depends_on, "nodes", []) if u in manifest.nodes) for unique_id, node in sorted(manifest.nodes.items())}
    return [compiled_nodes[unique_id] for unique_id in TopologicalSorter(above).static_order() if unique_id in compiled_nodes]


def _node(settings: Settings, dbt: Dbt, node, incremental) -> Node:
    kind = str(node.resource_type)
    if kind == SEED:
        path = str(Path(node.original_file_path))
        return Node(node.name, node.schema, SEED, "seed", path, path, (), path, columns=_seed_columns(dbt, node), description=node.description, tags=tuple(node.tags))
    has_contract = bool(getattr(node, "contract", None) and node.contract.enforced)
    python, reads = getattr(node, "language", "sql") == "python", _reads(dbt, node)
    return Node(
        name=node.name, schema=node.schema, kind=kind,
        materialized="python" if python else TEST if kind == TEST else str(node.config.materialized),
        full=_plain(node.compiled_code), incremental=_plain(incremental.compiled_code), reads=reads, path=node.original_file_path,
        strategy=str(getattr(node.config, "incremental_strategy", None) or ""), reads_periods=_reach(node, reads), reads_only=_conditions(node, reads),
        no_rows_without=_needed(node, reads), key=tuple(dict(node.config.meta or {}).get("key", ())) if has_contract else (),
        columns=_columns(node) if has_contract else (), contract=has_contract, description=node.description or "", tags=tuple(node.tags))


def _plain(sql: str) -> str:
    """Without the database's name, so that a statement runs in whatever database is in use."""
    return sql.replace(f'"{Path(WAREHOUSE).stem}".', "")


def _reach(node, reads: tuple[str, ...]) -> tuple[tuple[int, ...] | None, ...]:
    """meta.reads_periods of a model: a list of offsets or `all` for everything it reads, or a mapping by name with `default`."""
    declared = dict(node.config.meta or {}).get("reads_periods", compiled.ALL)
    by_name = declared if isinstance(declared, dict) else {"default": declared}
    unknown = by_name.keys() - {"default"} - {relation.split(".")[1] for relation in reads}
    if unknown:
        raise CompileFailed(f"{node.original_file_path}: meta.reads_periods: {node.name} does not read {', '.join(sorted(unknown))}")
    return tuple(_offsets(by_name.get(relation.split(".")[1], by_name.get("default", [])), node) for relation in reads)


def _conditions(node, reads: tuple[str, ...]) -> tuple[str, ...]:
    """meta.reads_only of a model: {name: condition on the rows of it that the model reads}."""
    declared = dict(dict(node.config.meta or {}).get("reads_only", {}))
    unknown = declared.keys() - {relation.split(".")[1] for relation in reads}
    if unknown:
        raise CompileFailed(f"{node.original_file_path}: meta.reads_only: {node.name} does not read {', '.join(sorted(unknown))}")
    return tuple(str(declared.get(relation.split(".")[1], "")) for relation in reads)


def _needed(node, reads: tuple[str, ...]) -> tuple[str, ...]:
    """meta.no_rows_without of a model: names of what it reads without whose rows it has none."""
    declared = set(dict(node.config.meta or {}).get("no_rows_without", ()))
    unknown = declared - {relation.split(".")[1] for relation in reads}
    if unknown:
        raise CompileFailed(f"{node.original_file_path}: meta.no_rows_without: {node.name} does not read {', '.join(sorted(unknown))}")
    return tuple(relation for relation in reads if relation.split(".")[1] in declared)


def _offsets(declared, node) -> tuple[int, ...] | None:
    if declared == compiled.ALL:
        return None
    if not isinstance(declared, list) or not all(isinstance(step, int) for step in declared):
        raise CompileFailed(f"{node.original_file_path}: meta.reads_periods: a list of whole numbers or `{compiled.ALL}`, not {declared!r}")
    return tuple(sorted(set(declared) - {0}))


def _reads(dbt: Dbt, node) -> tuple[str, ...]:
    """Relations of everything a node rests on, through ephemeral models to what they read."""
    found: set[str] = set()
    for unique_id in node.depends_on.nodes:
        if unique_id in dbt.manifest.sources:
            source = dbt.manifest.sources[unique_id]
            found.add(f"{source.schema}.{source.identifier}")
            continue
        above = dbt.manifest.nodes[unique_id]
        ephemeral = str(above.config.materialized) == "ephemeral"
        found |= set(_reads(dbt, above)) if ephemeral else {f"{above.schema}.{above.name}"}
    return tuple(sorted(found))


def _columns(node) -> tuple[Column, ...]:
    return tuple(Column(c.name, c.data_type or "", any(k.type.value == "not_null" for k in c.constraints), c.description or "") for c in node.columns.values())


def _seed_columns(dbt: Dbt, node) -> tuple[Column, ...]:
    """Columns of a seed with the types that dbt has loaded it with."""
    con = duckdb.connect(str(dbt.folder / WAREHOUSE), read_only=True)
    rows = con.execute("select column_name, data_type from duckdb_columns() where schema_name = ? and table_name = ? order by column_index", [node.schema, node.name]).fetchall()
    con.close()
    return tuple(Column(name, kind, False) for name, kind in rows)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
