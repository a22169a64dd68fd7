"""Editions: the marts as the world sees them, built aside, published as a whole, never changed afterwards.

Belongs here: writing, publishing, verifying and comparing editions. Does not belong here: what a mart says (dbt_project/models/marts).
Standing decisions: an edition's name is the hash of its manifest, and the manifest holds the hash of every row's content, so equal
figures give the equal edition on any machine; `current` is one symbolic link, replaced by rename, so a reader sees the old
edition or the new one and never half of either.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import duckdb

from sources.yaml_lines import load_yaml
from warehouse.settings import Settings

DATABASE = "marts.duckdb"
MANIFEST = "manifest.json"
PUBLIC = "public"  # folder inside an edition: what everybody may read, declared in public_edition.yml beside this file
SUMS = "SHA256SUMS"
NAME_LENGTH = 16


class EditionError(RuntimeError):
    """There is no such edition, or its files are not what its manifest says."""


@dataclass(frozen=True)
class Mart:
    """A published table: its name, the columns that identify a row, and its descriptions."""

    name: str
    key: tuple[str, ...]
    description: str
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Change:
    """One difference between two editions: a row that came, went, or changed in one column."""

    mart: str
    key: str
    column: str
    before: str | None
    after: str | None


@cache
def marts(project: Path) -> tuple[Mart, ...]:
    """Read the marts from their dbt declarations, which are the contract with the consumers."""
    found = []
    for path in sorted((project / "dbt_project" / "models" / "marts").glob("*.yml")):
        for model in load_yaml(path).get("models", []):
            columns = tuple((c["name"], c["description"]) for c in model["columns"])
            found.append(Mart(model["name"], tuple(model["config"]["meta"]["key"]), model["description"], columns))
    return tuple(sorted(found, key=lambda mart: mart.name))


@cache
def public_marts(project: Path) -> tuple[tuple[Mart, ...], dict[str, str]]:
    """The marts that the public may read, with the columns it may read, and words that are replaced there. Raises EditionError."""
    declared = load_yaml(project / "warehouse" / "public_edition.yml")
    known = {mart.name: mart for mart in marts(project)}
    found = []
    for name, without in declared["marts"].items():
        unknown = set(without) - {column for column, _ in known[name].columns} if name in known else {name}
        if unknown:
            raise EditionError(f"public_edition.yml: {name}: no such mart or column: {sorted(unknown)}")
        found.append(replace(known[name], columns=tuple(column for column in known[name].columns if column[0] not in without)))
    return tuple(found), declared["words"]


def publish(settings: Settings, con: duckdb.DuckDBPyConnection, inputs: str, changed: set[str] | None = None) -> str:
    """Write the marts of an open warehouse as an edition and make it current. Returns the edition's name.

    `inputs` is the fingerprint of what the marts rest on; it stands beside the edition, not in its hash.
    """
    aside = settings.editions / ".building"  # one name: what a killed night left goes away
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    tables = {mart.name: _write_mart(con, mart, aside) for mart in marts(settings.project)}
    public, words = public_marts(settings.project)
    told = {"marts": {mart.name: [name for name, _ in mart.columns] for mart in public}, "words": words}
    manifest = json.dumps({"format": 1, "marts": tables, "public": told}, ensure_ascii=False, indent=1, sort_keys=True)
    name = hashlib.sha256(manifest.encode()).hexdigest()[:NAME_LENGTH]
    (aside / MANIFEST).write_text(manifest, "utf-8")
    final = settings.editions / name
    if not _is_whole(final):
        _write_database(marts(settings.project), aside)
        _write_public(public, words, aside)
        _write_sums(aside)
        shutil.rmtree(final, ignore_errors=True)
        os.replace(aside, final)
    shutil.rmtree(aside, ignore_errors=True)
    _point(settings.editions / "current", name)
    _remember(settings, name, inputs)
    return name


def current(settings: Settings) -> str | None:
    """Name of the current edition, None before the first."""
    link = settings.editions / "current"
    return os.readlink(link) if link.is_symlink() else None


def stands_on(settings: Settings) -> str | None:
    """The inputs fingerprint of the current edition, None where unknown."""
    path = settings.editions / "current.inputs.json"
    if not path.exists():
        return None
    noted = json.loads(path.read_text("utf-8"))
    return noted["inputs"] if noted["edition"] == current(settings) else None


def database(settings: Settings, name: str | None = None) -> Path:
    """Path of an edition's DuckDB file (default: the current one). Raises EditionError."""
    name = name or current(settings)
    if name is None:
        raise EditionError("还没有发布任何版本，请先运行 make nightly / nothing is published yet: run `make nightly` first")
    matches = [p for p in settings.editions.glob(f"{name}*") if p.is_dir() and not p.is_symlink()]
    if len(matches) != 1:
        raise EditionError(f"没有版本 {name} / no such edition")
    return matches[0] / DATABASE


def table(settings: Settings, mart: str, order: str, period: int | None = None, name: str | None = None) -> tuple[list[str], list[tuple]]:
    """Header and rows of a published mart, in the given order, of one period or all."""
    con = duckdb.connect(str(database(settings, name)), read_only=True)
    try:
        condition, values = ("where period = ?", [period]) if period is not None else ("", [])
        answer = con.execute(f"select * from {mart} {condition} order by {order}", values)
        return [column[0] for column in answer.description], answer.fetchall()
    finally:
        con.close()


def pair(settings: Settings, before: str | None, after: str | None) -> tuple[str, str]:
    """The two editions to compare: as named, else the one published before `after`, and the current one. Raises EditionError."""
    names = history(settings)
    after = after or current(settings)
    earlier = names[: len(names) - 1 - names[::-1].index(after)] if after in names else names
    if after is None or (before is None and not earlier):
        raise EditionError("还没有两个版本可比 / there are no two editions to compare yet")
    return before or earlier[-1], after


def history(settings: Settings) -> list[str]:
    """Names of all editions, in the order in which they were published."""
    log = settings.editions / "history.jsonl"
    lines = log.read_text("utf-8").splitlines() if log.exists() else []
    return [json.loads(line)["edition"] for line in lines]


def verify(settings: Settings) -> list[str]:
    """Problems of every edition on disk: files missing or changed. Empty when all is well."""
    problems = []
    for folder in sorted(p for p in settings.editions.glob("*") if p.is_dir() and not p.is_symlink() and not p.name.startswith(".")):
        problems += [f"{folder.name}/{problem}" for problem in _problems(folder)]
    return problems


def _problems(folder: Path) -> list[str]:
    absent = [name for name in (MANIFEST, SUMS) if not (folder / name).exists()]
    if absent:
        return [f"{name}: 缺失 / missing" for name in absent]
    problems = []
    if hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()[:NAME_LENGTH] != folder.name:
        problems.append(f"{MANIFEST}: 与版本号不符 / does not match the edition's name")
    for line in (folder / SUMS).read_text("utf-8", errors="replace").splitlines():
        expected, _, file_name = line.partition("  ")
        path = folder / file_name
        if not path.is_file() or _sha256(path) != expected:
            problems.append(f"{file_name}: 缺失或被改动 / missing or changed")
    return problems or _altered_marts(folder)


def _altered_marts(folder: Path) -> list[str]:
    """Marts whose rows, in either form, are not what the manifest says; the sums beside them could have been written anew."""
    problems = []
    told = json.loads((folder / MANIFEST).read_text("utf-8"))["marts"]
    con = duckdb.connect(str(folder / DATABASE), read_only=True)
    for mart, facts in told.items():
        for form, source in (("Parquet", f"read_parquet('{folder / mart}.parquet')"), ("DuckDB", mart)):
            found = _content(con, source, sorted(facts["columns"]), facts["key"])
            if found["content_sha256"] != facts["content_sha256"]:
                problems.append(f"{mart} ({form}): 内容与清单不符 / rows differ from the manifest")
    con.close()
    return problems


def diff(settings: Settings, before: str, after: str) -> list[Change]:
    """Every row and cell in which two editions differ, ordered by mart and key."""
    con = duckdb.connect()
    con.execute(f"attach '{database(settings, before)}' as a (read_only)")
    con.execute(f"attach '{database(settings, after)}' as b (read_only)")
    known = {name: {row[0] for row in con.execute("select table_name from duckdb_tables() where database_name = ?", [name]).fetchall()} for name in "ab"}
    changes: list[Change] = []
    for mart in marts(settings.project):
        if mart.name in known["a"] & known["b"]:
            changes += _diff_mart(con, mart)
    return changes


def _diff_mart(con: duckdb.DuckDBPyConnection, mart: Mart) -> list[Change]:
    key = "concat_ws(' ', " + ", ".join(f"cast({k} as varchar)" for k in mart.key) + ")"
    there = [{row[0] for row in con.execute(f"describe {side}.{mart.name}").fetchall()} for side in "ab"]
    both = [name for name, _ in mart.columns if all(name in columns for columns in there)]  # a column that one edition lacks is no change of a figure
    names, shared = [name for name in both if name not in mart.key], ", ".join(both)
    sides = {}
    for side, other in ("ab", "ba"):
        query = f"select {key}, {', '.join(f'cast({n} as varchar)' for n in names)} from (select {shared} from {side}.{mart.name} except select {shared} from {other}.{mart.name})"
        sides[side] = {row[0]: row[1:] for row in con.execute(query).fetchall()}
    changes = []
    for row_key in sorted(sides["a"].keys() | sides["b"].keys()):
        old, new = sides["a"].get(row_key), sides["b"].get(row_key)
        if old is None or new is None:
            changes.append(Change(mart.name, row_key, "*", None if old is None else "row", None if new is None else "row"))
            continue
        changes += [Change(mart.name, row_key, n, o, v) for n, o, v in zip(names, old, new, strict=True) if o != v]
    return changes


def _write_mart(con: duckdb.DuckDBPyConnection, mart: Mart, folder: Path) -> dict:
    columns = ", ".join(name for name, _ in mart.columns)
    source = f"(select {columns} from marts.{mart.name})"
    con.execute(f"copy (from {source} order by {', '.join(mart.key)}) to '{folder / mart.name}.parquet' (format parquet, compression zstd)")
    types = {name: kind for name, kind, *_ in con.execute(f"describe from {source}").fetchall()}
    facts = _content(con, source, sorted(types), list(mart.key))
    shared = facts["rows"] - facts.pop("distinct")
    if shared:
        raise EditionError(f"{mart.name}: {shared} rows share a key ({', '.join(mart.key)})")
    return facts | {"columns": types, "key": list(mart.key)}


def _content(con: duckdb.DuckDBPyConnection, source: str, names: list[str], key: list[str]) -> dict:
    """Rows, distinct keys, and the hash of all rows' content in the order of the key. `names` sorted, so that order of columns is no content."""
    order = ", ".join(key)
    row = "{" + ", ".join(f"'{name}': {name}" for name in names) + "}"
    rows, distinct, digest = con.execute(
        f"select count(*), count(distinct ({order})), sha256(coalesce(string_agg(row_hash, '' order by {order}), '')) "
        f"from (select {order}, md5(cast({row} as varchar)) as row_hash from {source})"
    ).fetchall()[0]
    return {"rows": rows, "distinct": distinct, "content_sha256": digest}


def _write_public(public: tuple[Mart, ...], words: dict[str, str], edition: Path) -> None:
    """The public's part of an edition, in the same two forms, from the edition's own files."""
    folder = edition / PUBLIC
    folder.mkdir()
    con = duckdb.connect()
    for mart in public:
        columns = ", ".join(_plain(name, words) for name, _ in mart.columns)
        source = f"(select {columns} from read_parquet('{edition / mart.name}.parquet') order by {', '.join(mart.key)})"
        con.execute(f"copy {source} to '{folder / mart.name}.parquet' (format parquet, compression zstd)")
    con.close()
    _write_database(public, folder)


def _plain(column: str, words: dict[str, str]) -> str:
    """A column for the public; reasons without the words that tell a marked figure from a clear one."""
    if not column.startswith("why_"):
        return column
    expression = column
    for inside, outside in words.items():
        expression = f"replace({expression}, {_literal(inside)}, {_literal(outside)})"
    return f"{expression} as {column}"


def _write_database(told: tuple[Mart, ...], folder: Path) -> None:
    """One DuckDB file with only what consumers may query, each table and column with its description."""
    con = duckdb.connect(str(folder / DATABASE))
    for mart in told:
        con.execute(f"create table {mart.name} as from read_parquet('{folder / mart.name}.parquet')")
        con.execute(f"comment on table {mart.name} is {_literal(mart.description)}")
        for name, description in mart.columns:
            con.execute(f"comment on column {mart.name}.{name} is {_literal(description)}")
    con.close()


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _write_sums(folder: Path) -> None:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    (folder / SUMS).write_text("".join(f"{_sha256(p)}  {p.relative_to(folder)}\n" for p in files), "utf-8")
    for path in (*files, folder / SUMS):
        path.chmod(0o444)


def _is_whole(folder: Path) -> bool:
    return (folder / SUMS).exists()


def _point(link: Path, name: str) -> None:
    temporary = link.with_name(f".current-{os.getpid()}")
    temporary.unlink(missing_ok=True)
    os.symlink(name, temporary)
    os.replace(temporary, link)


def _remember(settings: Settings, name: str, inputs: str) -> None:
    log = settings.editions / "history.jsonl"
    if (history(settings) or [None])[-1] != name:
        with log.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"edition": name}) + "\n")
    note = settings.editions / "current.inputs.json"
    temporary = note.with_suffix(".tmp")
    temporary.write_text(json.dumps({"edition": name, "inputs": inputs}), "utf-8")
    os.replace(temporary, note)


def _sha256(path: Path) -> str:
    with path.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()
