"""Every compiled statement is bound on an empty warehouse, so that a column that is not there is a sentence and no traceback of a night.

Belongs here: laying out what statements read, and saying which file a refused one comes from. Does not belong here: compiling (warehouse/compile.py),
columns of a rule's condition (expectations/compiler.py says these by rule). Standing decision: no data and no night is needed; a model that
another one breaks is not reported again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

import duckdb

from dagster_project import gatekeeping
from sources import raw
from sources.declare.declarations import Declarations
from stability import counterfactuals
from warehouse import compiled, engine, increments, loading
from warehouse.compiled import TEST, Compiled, Node
from warehouse.engine import DuckDBEngine
from warehouse.settings import Settings

REFUSED = re.compile(r'column named "(\w+)"|column "(\w+)"|(?:Table|Function) with name "?(\w+)"?', re.I)  # as DuckDB words it
AT = re.compile(r"^LINE (\d+): ", re.M)
WRITTEN = re.compile(r"^-- Written by .* from (expectations/rules/\S+?\.yml)")


def mistakes(settings: Settings, declared: Declarations) -> list[str]:
    """A sentence for each statement that cannot be bound, with file and line. Raises CompileFailed."""
    project = compiled.load(settings)
    with engine.scratch(settings.dbt_project) as empty:
        _lay_out(empty.con, declared)
        return list(_refused(empty, project, settings))


def _lay_out(con: duckdb.DuckDBPyConnection, declared: Declarations) -> None:
    """What is no model: raw, and the tables that steps of a night write."""
    raw.create(con)
    increments.create_bookkeeping(con)
    raw.load_registers(con, declared)
    loading.load_rules(con, declared)
    counterfactuals.create(con)
    gatekeeping.create(con)


def _refused(empty: DuckDBEngine, project: Compiled, settings: Settings) -> Iterator[str]:
    broken: set[str] = set()
    for node in project.nodes:
        if broken & set(node.reads):
            broken.add(node.relation)
            continue
        try:
            _bind(empty, node)
        except duckdb.Error as error:
            broken.add(node.relation)
            yield _says(settings, node, str(error))


def _bind(empty: DuckDBEngine, node: Node) -> None:
    if node.materialized in ("seed", "view", "python"):
        empty.create(node)
    elif node.kind == TEST:
        empty.con.execute(f"explain {node.full}")
    else:
        empty.con.execute(f"create table {node.relation} as from ({node.full}\n) limit 0")


def _says(settings: Settings, node: Node, message: str) -> str:
    """One sentence, at the line of the file a person edits that has the refused text: the model, or the rule file it was written from."""
    reason = message.splitlines()[0]
    refused, offered = _name(message), re.search(r"Candidate (?:bindings|Entries): (.*)$", message, re.M | re.I)
    near = get_close_matches(refused, re.findall(r"\w+", offered.group(1)), 1, 0.5) if refused and offered else []
    meant_zh, meant_en = (f"，最接近的是 {near[0]}", f"; the nearest name is {near[0]}") if near else ("", "")
    return f"{_place(settings, node, refused, message)}: 模型 {node.name} 的 SQL 无法执行（{reason}）{meant_zh} / the SQL of model {node.name} cannot be bound{meant_en}"


def _name(message: str) -> str | None:
    """The column, table or function that is not there."""
    found = REFUSED.search(message)
    return next(filter(None, found.groups())) if found else None


def _place(settings: Settings, node: Node, refused: str | None, message: str) -> str:
    """File (from the project) and line: where what a person wrote has the compiled line, else the first that has the refused name."""
    path = settings.dbt_project / node.path
    source = path.read_text("utf-8")
    if written := WRITTEN.match(source):
        path = settings.project / written.group(1)
        source = path.read_text("utf-8")
    at, lines, compiled_lines = AT.search(message), source.splitlines(), node.full.splitlines()
    number = int(at.group(1)) - 1 if at else len(compiled_lines)
    same = compiled_lines[number].strip() if number < len(compiled_lines) else ""
    wanted = [lambda text: bool(same) and text.strip() == same, lambda text: refused is not None and re.search(rf"\b{re.escape(refused)}\b", text)]
    line = next((no for matches in wanted for no, text in enumerate(lines, start=1) if matches(text)), 1)
    return f"{path.relative_to(settings.project).as_posix()}:{line}"
