"""Publishing: the marts of a warehouse written aside, then made the current edition as a whole.

Belongs here: manifest, Parquet, DuckDB files, the public part, what is taken over from the current edition. Does not belong here:
reading editions (editions), hashing rows (content).
Standing decisions: an edition's name is the hash of its manifest, and the manifest has the hash of every row, so equal figures
give the equal edition on any machine. A file that is the same in two editions is one file with two names (hard link): nothing here
opens a published file for writing, and damage to it shows in every edition that shares it. What differs from the current edition is
found by the hashes of both manifests; what the caller says of changes only spares hashing.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse import content, contract, edition_folder, increments
from warehouse.contract import EditionError, Mart
from warehouse.edition_folder import DATABASE, MANIFEST, PUBLIC, SUMS
from warehouse.settings import Settings

ASIDE = ".building"
# Copying a DuckDB file and replacing partitions pays while few rows are new: with 26 of 39 marts changed on the sample 0.17 CPU s, a file
# from nothing 0.34. Replaced rows leave free blocks, which the next edition fills: 10 MB new, 16 MB after one, 20 MB after 4 and after 24.
REPLACED_SHARE = 0.5
BLOCK_BYTES = 131_072  # DuckDB's own 262144 takes 14 MB new and 28 MB after 24 editions, and no less time
ONE_THREAD_ROWS = 1_000_000  # below, a second thread costs more than it gives: 0.44 against 0.37 CPU s on the sample


@dataclass(frozen=True)
class Previous:
    """The current edition, as far as its files may be used again: entries of marts whose files are as they were published."""

    folder: Path
    marts: dict[str, dict]
    public: dict
    sums: dict[str, str]  # of files that are as they were published


def publish(settings: Settings, con: duckdb.DuckDBPyConnection, inputs: str, changed: Mapping[str, set[int] | None] | None = None,
            marts: tuple[Mart, ...] | None = None) -> str:
    """Write the marts of an open warehouse as an edition and make it current. Returns the edition's name. Raises EditionError.

    `inputs` is the fingerprint of what the marts are made from; it is kept beside the edition, not in its hash.
    `changed`: all marts whose rows may differ from the current edition, with the periods in which they may (None: in any; 0: in rows
    without a period too); None when unknown. Other marts are not read, other periods not hashed: their files and hashes are taken over,
    unless code, columns or files are not those of the current edition. `marts`: as they are declared, where the caller knows it already.
    """
    marts = marts or contract.marts(settings.project)
    con.execute("reset disabled_optimizers")  # a Parquet file's bytes depend on what the optimizer knows: the same files from a home of any size
    code = increments.own_code(settings)
    shutil.rmtree(settings.editions / ASIDE, ignore_errors=True)  # what a killed night left
    previous = None if changed is None else _previous(settings, code)
    entries = _entries(marts, con, previous, changed or {})
    public, words = contract.public_marts(settings.project, marts)
    declared = {"marts": {mart.name: mart.column_names for mart in public}, "words": words}
    manifest = json.dumps({"format": content.FORMAT, "marts": entries, "public": declared}, ensure_ascii=False, indent=1, sort_keys=True).encode()
    name = edition_folder.name_of(manifest)
    if not _is_whole(settings.editions / name):
        _build(settings, marts, con, manifest, entries, previous, settings.editions / name)
    edition_folder.point(settings, name)
    edition_folder.remember(settings, name, inputs, code)
    return name


def _previous(settings: Settings, code: str) -> Previous | None:
    """The current edition if this very code wrote it in this format. Files that are missing or touched are left out."""
    noted = edition_folder.note(settings)
    folder = settings.editions / noted.get("edition", "")
    if noted.get("code") != code or not _is_whole(folder) or not (folder / MANIFEST).exists():
        return None
    text = (folder / MANIFEST).read_bytes()
    if edition_folder.name_of(text) != folder.name or (manifest := json.loads(text))["format"] != content.FORMAT:
        return None
    now, sums = edition_folder.stamps(folder), edition_folder.read_sums(folder)
    whole = {name: digest for name, digest in sums.items() if name in now and now[name] == noted["files"].get(name)}
    marts = {name: entry for name, entry in manifest["marts"].items() if f"{name}.parquet" in whole}
    return Previous(folder, marts, manifest["public"], whole)


def _entries(marts: tuple[Mart, ...], con: duckdb.DuckDBPyConnection, previous: Previous | None, changed: Mapping[str, set[int] | None]) -> dict[str, dict]:
    """{mart: manifest entry}: hashed from the warehouse, or taken over where nothing can have changed, partition by partition."""
    types, rows = _warehouse_columns(con), _warehouse_rows(con)
    found = {}
    for mart in marts:
        if absent := [name for name in mart.column_names if name not in types.get(mart.name, {})]:
            raise EditionError(f"{mart.name}: not in the warehouse: {absent}")
        columns = {name: types[mart.name][name] for name in mart.column_names}
        entry = previous.marts.get(mart.name) if previous else None
        if entry is not None and (entry["columns"] != columns or entry["key"] != list(mart.key)):
            entry = None
        if entry is None or mart.name in changed:
            periods = changed.get(mart.name) if entry and content.PARTITION in columns else None
            known = (None, ()) if periods is None else (entry["partitions"], content.labels_of(periods))
            entry = content.describe(con, f"marts.{mart.name}", columns, list(mart.key), rows[mart.name], *known)
        found[mart.name] = entry
    return found


def _warehouse_columns(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """{mart: {column: type}} as they are in the warehouse; one statement for all."""
    types: dict[str, dict[str, str]] = {}
    listed = "select table_name, column_name, data_type from duckdb_columns() where schema_name = 'marts' and database_name = current_database()"
    for mart, column, kind in con.execute(listed).fetchall():
        types.setdefault(mart, {})[column] = kind
    return types


def _warehouse_rows(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """{mart: rows, estimated}."""
    return dict(con.execute("select table_name, estimated_size from duckdb_tables() where schema_name = 'marts' and database_name = current_database()").fetchall())


def _build(settings: Settings, marts: tuple[Mart, ...], con: duckdb.DuckDBPyConnection, manifest: bytes, entries: dict[str, dict], previous: Previous | None,
           final: Path) -> None:
    """Write an edition aside and rename it to its name."""
    aside = settings.editions / ASIDE
    (aside / PUBLIC).mkdir(parents=True)
    (aside / MANIFEST).write_bytes(manifest)
    public, words = contract.public_marts(settings.project, marts)
    fresh = _differing(entries, previous)
    taken = _take_over(previous, aside, [f"{mart.name}.parquet" for mart in marts if mart.name not in fresh])
    _write_parquet(con, [mart for mart in marts if f"{mart.name}.parquet" not in taken], aside)
    _write_marts_database(marts, entries, fresh, previous, aside)
    same_public = previous is not None and previous.public == json.loads(manifest)["public"]
    taken |= _write_public(public, words, entries, fresh, previous if same_public else None, aside)
    _write_sums(aside, taken)
    shutil.rmtree(final, ignore_errors=True)
    os.replace(aside, final)


def _differing(entries: dict[str, dict], previous: Previous | None) -> dict[str, set[str] | None]:
    """{mart: labels of the partitions that are not the previous edition's; None: the whole table} of the marts that differ."""
    found: dict[str, set[str] | None] = {}
    for name, entry in entries.items():
        old = previous.marts.get(name) if previous else None
        if old != entry:
            same = old is not None and old["columns"] == entry["columns"]
            found[name] = content.differing(old["partitions"], entry["partitions"]) if same else None
    return found


def _take_over(previous: Previous | None, aside: Path, names: list[str]) -> dict[str, str]:
    """Give files of the previous edition a second name in the new one; {file: sha256} of those that were whole."""
    taken = {name: previous.sums[name] for name in names if name in previous.sums} if previous else {}
    for name in taken:
        _link(previous.folder / name, aside / name)
    return taken


def _link(source: Path, target: Path) -> None:
    """A hard link, or a read-only copy where the file system or its owner allows none."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
        target.chmod(0o444)


def _write_parquet(con: duckdb.DuckDBPyConnection, marts: list[Mart], folder: Path) -> None:
    """One Parquet file a mart, from the open warehouse, ordered by key."""
    for mart in marts:
        query = f"select {', '.join(mart.column_names)} from marts.{mart.name} order by {', '.join(mart.key)}"
        con.execute(f"copy ({query}) to '{folder / mart.name}.parquet' (format parquet, compression zstd)")


def _write_marts_database(marts: tuple[Mart, ...], entries: dict[str, dict], fresh: dict[str, set[str] | None], previous: Previous | None, folder: Path) -> None:
    """All marts as one DuckDB file, from the Parquet files beside it: the previous edition's with the fresh partitions replaced, or a new one."""
    few = sum(_fresh_rows(entries[name], labels) for name, labels in fresh.items()) <= REPLACED_SHARE * sum(entry["rows"] for entry in entries.values())
    same_marts = previous is not None and previous.marts.keys() == entries.keys()
    if not (few and same_marts and DATABASE in previous.sums and _copied(previous, folder / DATABASE)):
        fresh = dict.fromkeys(entries)
    statements = []
    for mart in marts:
        if mart.name in fresh:
            statements += _replacing(mart, fresh[mart.name], f"read_parquet('{folder / mart.name}.parquet')")
    _write_database(folder / DATABASE, statements, sum(entries[name]["rows"] for name in fresh))


def _fresh_rows(entry: dict, labels: set[str] | None) -> int:
    return sum(part["rows"] for label, part in entry["partitions"].items() if labels is None or label in labels)


def _replacing(mart: Mart, labels: set[str] | None, source: str) -> list[str]:
    """Statements that replace partitions of a table, or the table as a whole with its descriptions."""
    if labels is None:
        return _table(mart, f"from {source}")
    where = content.of_labels(labels)
    return [f"delete from {mart.name} where {where}", f"insert into {mart.name} from {source} where {where}"]


def _table(mart: Mart, query: str) -> list[str]:
    return [f"create or replace table {mart.name} as {query}", *_comments(mart)]


def _copied(previous: Previous, target: Path) -> bool:
    """Copy the previous edition's DuckDB file. False, and no copy, if its bytes are not those that were published."""
    shutil.copyfile(previous.folder / DATABASE, target)
    if edition_folder.sha256(target) == previous.sums[DATABASE]:
        return True
    target.unlink()
    return False


def _write_database(path: Path, statements: list[str], rows: int, afterwards: tuple[str, ...] = ()) -> None:
    """Write a DuckDB file, or change one that is no edition's yet. `afterwards` are statements that read what is written.

    One string and one transaction: 900 statements by themselves cost 0.7 CPU s, so 0.32. The small threshold writes the tables
    into the file at once and not into the log before.
    """
    con = duckdb.connect(str(path), config={"default_block_size": BLOCK_BYTES, **({"threads": 1} if rows < ONE_THREAD_ROWS else {})})
    con.execute(";\n".join(["set checkpoint_threshold = '1kb'", "begin", *statements, "commit", *afterwards]))
    con.close()


def _comments(mart: Mart) -> list[str]:
    """Statements that describe a table and its columns to whoever opens the file."""
    columns = [f"comment on column {mart.name}.{name} is {_literal(text)}" for name, text in mart.columns]
    return [f"comment on table {mart.name} is {_literal(mart.description)}", *columns]


def _write_public(public: tuple[Mart, ...], words: dict[str, str], entries: dict[str, dict], fresh: dict[str, set[str] | None], previous: Previous | None,
                  edition: Path) -> dict[str, str]:  # fmt: skip
    """The public's part in the same two forms, from the edition's own files. Returns {file: sha256} of what is taken over.

    Its DuckDB file is taken over whole or written anew, never copied and changed: free blocks may keep rows that are withdrawn.
    """
    same = [f"{PUBLIC}/{mart.name}.parquet" for mart in public if mart.name not in fresh]
    taken = _take_over(previous, edition, same)
    if len(taken) == len(public):
        taken |= _take_over(previous, edition, [f"{PUBLIC}/{DATABASE}"])
    if f"{PUBLIC}/{DATABASE}" not in taken:
        statements, copies = [], []
        for mart in public:
            columns = ", ".join(_plain(name, words) for name in mart.column_names)
            statements += _table(mart, f"select {columns} from read_parquet('{edition / mart.name}.parquet')")
            if (name := f"{PUBLIC}/{mart.name}.parquet") not in taken:
                copies.append(f"copy (from {mart.name} order by {', '.join(mart.key)}) to '{edition / name}' (format parquet, compression zstd)")
        _write_database(edition / PUBLIC / DATABASE, statements, sum(entries[mart.name]["rows"] for mart in public), tuple(copies))
    return taken


def _plain(column: str, words: dict[str, str]) -> str:
    """A column for the public; reasons, their codes, and the status of a score, without the words that distinguish a figure in doubt from a clear or a missing one."""
    if not column.startswith("why_") and column not in ("score_status", "reason_code"):
        return column
    expression = column
    for inside, outside in words.items():
        expression = f"replace({expression}, {_literal(inside)}, {_literal(outside)})"
    return f"{expression} as {column}"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _write_sums(folder: Path, taken: dict[str, str]) -> None:
    """SHA256SUMS over all files, and all of them read-only. The sums of files taken over are known and their mode is set."""
    found = {str(path.relative_to(folder)): path for path in edition_folder.files(folder)}
    (folder / SUMS).write_text("".join(f"{taken.get(name) or edition_folder.sha256(path)}  {name}\n" for name, path in found.items()), "utf-8")
    for name in found.keys() - taken.keys():
        found[name].chmod(0o444)
    (folder / SUMS).chmod(0o444)


def _is_whole(folder: Path) -> bool:
    return (folder / SUMS).exists()
