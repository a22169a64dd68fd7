"""The hash of a mart's rows, by period, so that a hash costs one partition's memory and a comparison can skip equal periods.

Belongs here: row text, partition hashes, mart hashes, key uniqueness. Does not belong here: files and manifests (publish, editions).

A row's text is DuckDB's text of its values in the order of their column names (quoted and escaped where needed, so two different
rows of equal types never share a text; types are in the manifest). Row hash = sha256(text); partition hash = sha256 over the
sorted row hashes; mart hash = sha256 over the sorted lines `partition rows hash`. So the hash is the same for every order of rows
and columns and every number of threads, and equal marts in two warehouses have equal hashes.

What it withstands: since every level is a sha256 over an unambiguous text, two different marts with one hash would be a collision
of sha256, even for someone who writes both. (A sum or xor of row hashes would not do: rows can be chosen so that it comes out
right.) An edition's name is the first 64 bits of the manifest's sha256: enough against changing a published edition (2^64 tries),
not against someone who prepares two editions of one name before publishing either (2^32); compare whole manifests for that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection

import duckdb

from warehouse.contract import EditionError

FORMAT = 2
PARTITION = "period"  # a mart without this column is one partition
WHOLE, NO_PERIOD = "all", "none"  # labels of the only partition, and of the rows whose period is null
# Up to here all partitions are hashed in one statement: 39 statements in place of 500 on the sample. Above, one statement a
# partition: all of score_steps at once took 3.5 GB at 10.8 M rows.
ONE_STATEMENT_ROWS = 500_000

Partitions = dict[str, dict]  # {label: {"rows": int, "sha256": str}}


def describe(con: duckdb.DuckDBPyConnection, source: str, types: dict[str, str], key: list[str], rows: int, before: Partitions | None = None,
             changed: Collection[str] = ()) -> dict:  # fmt: skip
    """Manifest entry of a mart: {rows, content_sha256, partitions, columns, key}. `rows` is an estimate that chooses the statement.

    With `before`, only the partitions with the labels `changed` are hashed and the others are taken from there; they have to be the hashes of
    equal columns and an equal key. Keys are checked in what is hashed; a key without the period in it, among all rows.
    Raises EditionError when two rows share a key, a key is null, or a column's text would depend on the time zone of the session.
    """
    if zoned := [name for name, kind in types.items() if "WITH TIME ZONE" in kind]:
        raise EditionError(f"{source}: the text of a column with a time zone differs between machines: {zoned}")
    found = partitions(con, source, sorted(types), rows, key, None if before is None else changed)
    kept = {label: part for label, part in (before or {}).items() if label not in changed}
    kept |= {label: {"rows": part["rows"], "sha256": part["sha256"]} for label, part in found.items()}
    total = sum(part["rows"] for part in kept.values())
    if PARTITION in types and PARTITION not in key:  # keys may repeat across partitions
        hashed = total
        distinct = con.execute(f"select count({_tuple(key)}) from (select distinct {', '.join(key)} from {source})").fetchall()[0][0]
    else:
        hashed, distinct = (sum(part[count] for part in found.values()) for count in ("rows", "keys"))
    if hashed != distinct:
        raise EditionError(f"{source.rpartition('.')[2]}: {hashed - distinct} rows share a key ({', '.join(key)})")
    return {"rows": total, "content_sha256": mart_hash(kept), "partitions": kept, "columns": types, "key": key}


def mart_hash(parts: Partitions) -> str:
    """sha256 over the partitions in the order of their labels."""
    lines = "".join(f"{label} {parts[label]['rows']} {parts[label]['sha256']}\n" for label in sorted(parts))
    return hashlib.sha256(lines.encode()).hexdigest()


def partitions(con: duckdb.DuckDBPyConnection, source: str, names: list[str], rows: int, key: list[str] | None = None,
               only: Collection[str] | None = None) -> Partitions:  # fmt: skip
    """{label: {rows, sha256, keys}} of a table or `read_parquet(…)`, of all its partitions or those that have one of the labels `only`.

    `names` are sorted; `keys` are distinct keys, 0 when not asked for.
    """
    if PARTITION not in names or rows <= ONE_STATEMENT_ROWS:
        return _hashed(con, source, names, key, "" if only is None else f"where {of_labels(only)}")
    labels = only if only is not None else [label for (label,) in con.execute(f"select distinct {label_of(names)} from {source}").fetchall()]
    found: Partitions = {}
    for label in sorted(labels):
        found |= _hashed(con, source, names, key, f"where {of_labels([label])}")
    return found


def _hashed(con: duckdb.DuckDBPyConnection, source: str, names: list[str], key: list[str] | None, where: str) -> Partitions:
    columns = ", ".join(f'"{name}"' for name in names)
    keys = f"count(distinct {_tuple(key)})" if key else "0"
    answer = con.execute(
        f"select label, count(*), sha256(string_agg(row_hash, '' order by row_hash)), {keys} from (select {label_of(names)} as label, "
        f"{', '.join(key) + ', ' if key else ''}sha256(cast(row({columns}) as varchar)) as row_hash from {source} {where}) group by label"
    )
    return {label: {"rows": rows, "sha256": digest, "keys": distinct} for label, rows, digest, distinct in answer.fetchall()}


def label_of(names: list[str]) -> str:
    """SQL of a row's partition label."""
    return f"coalesce(cast({PARTITION} as varchar), '{NO_PERIOD}')" if PARTITION in names else f"'{WHOLE}'"


def labels_of(periods: Collection[int]) -> set[str]:
    """Labels of these periods; 0 stands for the rows without a period too, as in the engine."""
    return {str(period) for period in periods} | ({NO_PERIOD} if 0 in periods else set())


def of_labels(labels: Collection[str]) -> str:
    """SQL condition: the rows of these partitions."""
    if WHOLE in labels:
        return "true"
    periods = sorted(int(label) for label in labels if label != NO_PERIOD)
    conditions = [f"{PARTITION} in ({', '.join(map(str, periods))})"] if periods else []
    conditions += [f"{PARTITION} is null"] if NO_PERIOD in labels else []
    return " or ".join(conditions) or "false"


def differing(old: Partitions, new: Partitions) -> set[str]:
    """Labels of the partitions that one side lacks or that have other rows."""
    return {label for label in old.keys() | new.keys() if old.get(label) != new.get(label)}


def _tuple(key: list[str]) -> str:
    """A key as one value that is null only where a key of one column is null."""
    return f"({', '.join(key)})"


def altered(con: duckdb.DuckDBPyConnection, source: str, entry: dict, form: int) -> bool:
    """Whether the rows of a source differ from a manifest entry, as manifests of that format hash them."""
    names = sorted(entry["columns"])
    if form == 1:
        return _format_1(con, source, names, entry["key"]) != entry["content_sha256"]
    found = partitions(con, source, names, entry["rows"])
    hashes = {label: {"rows": part["rows"], "sha256": part["sha256"]} for label, part in found.items()}
    return hashes != entry["partitions"] or mart_hash(hashes) != entry["content_sha256"]


def _format_1(con: duckdb.DuckDBPyConnection, source: str, names: list[str], key: list[str]) -> str:
    """The hash in manifests of format 1: sha256 over the md5 of each row, in the order of the key."""
    order = ", ".join(key)
    row = "{" + ", ".join(f"'{name}': {name}" for name in names) + "}"
    return con.execute(
        f"select sha256(coalesce(string_agg(row_hash, '' order by {order}), '')) "
        f"from (select {order}, md5(cast({row} as varchar)) as row_hash from {source})"
    ).fetchall()[0][0]
