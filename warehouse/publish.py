"""Publishing: the marts of a warehouse written aside, then made the current edition as a whole.

Belongs here: manifest, Parquet, DuckDB files, the public part, what is taken over from the current edition. Does not belong here:
reading editions (editions), hashing rows (content).
Standing decisions: an edition's name is the hash of its manifest, and the manifest has the hash of every row, so equal figures
give the equal edition on any machine. A file that is the same in two editions is one file with two names (hard link): nothing here
opens a published file for writing, and damage to it shows in every edition that shares it.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse import content, contract, edition_folder, increments
from warehouse.contract import EditionError, Mart
from warehouse.edition_folder import DATABASE, MANIFEST, PUBLIC, SUMS
from warehouse.settings import Settings

ASIDE = ".building"
# Copying a DuckDB file and replacing tables pays while few rows are new; on the sample a file from nothing costs 0.32 CPU s, a
# copy with three large tables replaced 0.15. Replaced tables leave free blocks, which the next edition fills.
REPLACED_SHARE = 0.5
ONE_THREAD_ROWS = 1_000_000  # below, a second thread costs more than it gives: 0.44 against 0.37 CPU s on the sample


@dataclass(frozen=True)
class Previous:
    """The current edition, as far as its files may be used again: entries of marts whose files are as they were published."""

    folder: Path
    marts: dict[str, dict]
    public: dict
    sums: dict[str, str]  # of files that are as they were published


def publish(settings: Settings, con: duckdb.DuckDBPyConnection, inputs: str, changed: set[str] | None = None) -> str:
    """Write the marts of an open warehouse as an edition and make it current. Returns the edition's name. Raises EditionError.

    `inputs` is the fingerprint of what the marts are made from; it is kept beside the edition, not in its hash.
    `changed`: names of all marts whose rows may differ from the current edition; None when unknown. Other marts are not read:
    their files and hashes are taken over, unless code, columns or files are not those of the current edition.
    """
    code = increments.code_fingerprint(settings)
    shutil.rmtree(settings.editions / ASIDE, ignore_errors=True)  # what a killed night left
    previous = None if changed is None else _previous(settings, code)
    entries = _entries(settings, con, previous, changed or set())
    public, words = contract.public_marts(settings.project)
    declared = {"marts": {mart.name: mart.column_names for mart in public}, "words": words}
    manifest = json.dumps({"format": content.FORMAT, "marts": entries, "public": declared}, ensure_ascii=False, indent=1, sort_keys=True).encode()
    name = edition_folder.name_of(manifest)
    if not _is_whole(settings.editions / name):
        _build(settings, con, manifest, entries, previous, settings.editions / name)
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


def _entries(settings: Settings, con: duckdb.DuckDBPyConnection, previous: Previous | None, changed: set[str]) -> dict[str, dict]:
    """{mart: manifest entry}: hashed from the warehouse, or taken over where nothing can have changed."""
    types, rows = _warehouse_columns(con), _warehouse_rows(con)
    found = {}
    for mart in contract.marts(settings.project):
        if absent := [name for name in mart.column_names if name not in types.get(mart.name, {})]:
            raise EditionError(f"{mart.name}: not in the warehouse: {absent}")
        columns = {name: types[mart.name][name] for name in mart.column_names}
        entry = previous.marts.get(mart.name) if previous and mart.name not in changed else None
        if entry is None or entry["columns"] != columns or entry["key"] != list(mart.key):
            entry = content.describe(con, f"marts.{mart.name}", columns, list(mart.key), rows[mart.name])
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


def _build(settings: Settings, con: duckdb.DuckDBPyConnection, manifest: bytes, entries: dict[str, dict], previous: Previous | None, final: Path) -> None:
    """Write an edition aside and rename it to its name."""
    aside = settings.editions / ASIDE
    (aside / PUBLIC).mkdir(parents=True)
    (aside / MANIFEST).write_bytes(manifest)
    marts, (public, words) = contract.marts(settings.project), contract.public_marts(settings.project)
    fresh = {name for name, entry in entries.items() if previous is None or previous.marts.get(name) != entry}
    taken = _take_over(previous, aside, [f"{mart.name}.parquet" for mart in marts if mart.name not in fresh])
    _write_parquet(con, [mart for mart in marts if f"{mart.name}.parquet" not in taken], aside)
    _write_marts_database(marts, entries, fresh, previous, aside)
    same_public = previous is not None and previous.public == json.loads(manifest)["public"]
    taken |= _write_public(public, words, fresh, previous if same_public else None, aside)
    _write_sums(aside, taken)
    shutil.rmtree(final, ignore_errors=True)
    os.replace(aside, final)


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


def _write_marts_database(marts: tuple[Mart, ...], entries: dict[str, dict], fresh: set[str], previous: Previous | None, folder: Path) -> None:
    """All marts as one DuckDB file: the previous edition's with the fresh tables replaced, or a new one."""
    rows = {name: entry["rows"] for name, entry in entries.items()}
    few = sum(rows[name] for name in fresh) <= REPLACED_SHARE * sum(rows.values())
    same_marts = previous is not None and previous.marts.keys() == entries.keys()
    if few and same_marts and DATABASE in previous.sums and _copied(previous, folder / DATABASE):
        marts = tuple(mart for mart in marts if mart.name in fresh)
    _write_database(marts, folder, sum(rows[mart.name] for mart in marts))


def _copied(previous: Previous, target: Path) -> bool:
    """Copy the previous edition's DuckDB file. False, and no copy, if its bytes are not those that were published."""
    shutil.copyfile(previous.folder / DATABASE, target)
    if edition_folder.sha256(target) == previous.sums[DATABASE]:
        return True
    target.unlink()
    return False


def _write_database(marts: tuple[Mart, ...], folder: Path, rows: int) -> None:
    """Write these tables with their descriptions, from the Parquet files beside, into one DuckDB file; others in it stay.

    One string and one transaction: 900 statements by themselves cost 0.7 CPU s, so 0.32. The small threshold writes the tables
    into the file at once and not into the log before.
    """
    con = duckdb.connect(str(folder / DATABASE), config={"threads": 1} if rows < ONE_THREAD_ROWS else {})
    tables = [f"create or replace table {mart.name} as from read_parquet('{folder / mart.name}.parquet')" for mart in marts]
    con.execute(";\n".join(["set checkpoint_threshold = '1kb'", "begin", *tables, *_comments(marts), "commit"]))
    con.close()


def _comments(marts: tuple[Mart, ...]) -> list[str]:
    """Statements that describe tables and columns to whoever opens the file."""
    statements = []
    for mart in marts:
        statements.append(f"comment on table {mart.name} is {_literal(mart.description)}")
        statements += [f"comment on column {mart.name}.{name} is {_literal(text)}" for name, text in mart.columns]
    return statements


def _write_public(public: tuple[Mart, ...], words: dict[str, str], fresh: set[str], previous: Previous | None, edition: Path) -> dict[str, str]:
    """The public's part in the same two forms, from the edition's own files. Returns {file: sha256} of what is taken over.

    Its DuckDB file is taken over whole or written anew, never copied and changed: free blocks may keep rows that are withdrawn.
    """
    same = [f"{PUBLIC}/{mart.name}.parquet" for mart in public if mart.name not in fresh]
    taken = _take_over(previous, edition, same)
    con = duckdb.connect()
    for mart in public:
        if f"{PUBLIC}/{mart.name}.parquet" not in taken:
            columns = ", ".join(_plain(name, words) for name in mart.column_names)
            query = f"select {columns} from read_parquet('{edition / mart.name}.parquet') order by {', '.join(mart.key)}"
            con.execute(f"copy ({query}) to '{edition / PUBLIC / mart.name}.parquet' (format parquet, compression zstd)")
    con.close()
    if len(taken) == len(public):
        taken |= _take_over(previous, edition, [f"{PUBLIC}/{DATABASE}"])
    if f"{PUBLIC}/{DATABASE}" not in taken:
        _write_database(public, edition / PUBLIC, 0)
    return taken


def _plain(column: str, words: dict[str, str]) -> str:
    """A column for the public; reasons without the words that tell a marked figure from a clear one."""
    if not column.startswith("why_"):
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
