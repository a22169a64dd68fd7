"""Editions: the marts as the world sees them, published as a whole, never changed afterwards.

Belongs here: finding, reading, verifying and comparing editions; the names other rooms use. Does not belong here: writing them
(publish), the hash of rows (content), what a mart says (dbt_project/models/marts).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse import content, edition_folder
from warehouse.contract import EditionError, Mart, marts, public_marts
from warehouse.edition_folder import DATABASE, MANIFEST, PUBLIC, SUMS, current, history, stands_on
from warehouse.publish import publish
from warehouse.settings import Settings

__all__ = ["DATABASE", "MANIFEST", "PUBLIC", "SUMS", "Change", "EditionError", "Mart", "current", "database", "diff", "history",
           "marts", "pair", "public_marts", "publish", "stands_on", "table", "verify"]  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One difference between two editions: a row that came, went, or changed in one column."""

    mart: str
    key: str
    column: str
    before: str | None
    after: str | None


def database(settings: Settings, name: str | None = None) -> Path:
    """Path of an edition's DuckDB file (default: the current one). Raises EditionError."""
    name = name or current(settings)
    if name is None:
        raise EditionError("还没有发布任何版本，请先运行 make nightly / nothing is published yet: run `make nightly` first")
    matches = [p for p in settings.editions.glob(f"{name}*") if p.is_dir() and not p.is_symlink()]
    if len(matches) != 1:
        raise EditionError(f"没有版本 {name} / no such edition")
    return matches[0] / DATABASE


def table(settings: Settings, mart: str, order: str, period: int | None = None, name: str | None = None, unit: str | None = None) -> tuple[list[str], list[tuple]]:
    """Header and rows of a published mart, in the given order, of one period and one unit or all."""
    wanted = {column: value for column, value in (("period", period), ("unit_code", unit)) if value is not None}
    condition = f"where {' and '.join(f'{column} = ?' for column in wanted)}" if wanted else ""
    con = duckdb.connect(str(database(settings, name)), read_only=True)
    try:
        answer = con.execute(f"select * from {mart} {condition} order by {order}", list(wanted.values()))
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


# -- verify

def verify(settings: Settings) -> list[str]:
    """Problems of every edition on disk: files missing or changed. Empty when all is well."""
    problems = []
    shared: dict = {}  # answers about Parquet files that several editions share, so that each is read once
    for folder in sorted(p for p in settings.editions.glob("*") if p.is_dir() and not p.is_symlink() and not p.name.startswith(".")):
        problems += [f"{folder.name}/{problem}" for problem in _problems(folder, shared)]
    return problems


def _problems(folder: Path, shared: dict) -> list[str]:
    absent = [name for name in (MANIFEST, SUMS) if not (folder / name).exists()]
    if absent:
        return [f"{name}: 缺失 / missing" for name in absent]
    problems = []
    if edition_folder.name_of((folder / MANIFEST).read_bytes()) != folder.name:
        problems.append(f"{MANIFEST}: 与版本号不符 / does not match the edition's name")
    sums = edition_folder.read_sums(folder)
    present = {str(path.relative_to(folder)): path for path in edition_folder.files(folder)}
    for name, expected in sums.items():
        if name not in present or _once(shared, present[name], (), lambda path=present.get(name): edition_folder.sha256(path)) != expected:
            problems.append(f"{name}: 缺失或被改动 / missing or changed")
    problems += [f"{name}: 不在 {SUMS} 中 / not listed in {SUMS}" for name in sorted(present.keys() - sums.keys() - {SUMS})]
    return problems or _altered_marts(folder, shared)


def _altered_marts(folder: Path, shared: dict) -> list[str]:
    """Marts whose rows, in either form, are not what the manifest says; the sums beside them could have been written anew."""
    problems = []
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    con = duckdb.connect(str(folder / DATABASE), read_only=True)
    for mart, entry in manifest["marts"].items():
        path, form = folder / f"{mart}.parquet", manifest["format"]
        parquet = _once(shared, path, (form, json.dumps(entry)), lambda: _altered(con, f"read_parquet('{path}')", entry, form))  # noqa: B023 (called at once)
        for kind, altered in (("Parquet", parquet), ("DuckDB", _altered(con, mart, entry, form))):
            if altered:
                problems.append(f"{mart} ({kind}): 内容与清单不符 / rows differ from the manifest")
    con.close()
    return problems


def _altered(con: duckdb.DuckDBPyConnection, source: str, entry: dict, form: int) -> bool:
    """Whether the rows differ from the manifest's; so they do where they cannot be read as the manifest describes them."""
    try:
        return content.altered(con, source, entry, form)
    except duckdb.Error:
        return True


def _once(shared: dict, path: Path, question: tuple, ask):
    """The answer about a file, asked once for all hard links to it."""
    stat = path.stat()
    key = (stat.st_dev, stat.st_ino, *question)
    if key not in shared:
        shared[key] = ask()
    return shared[key]


# -- diff

def diff(settings: Settings, before: str, after: str) -> list[Change]:
    """Every row and cell in which two editions differ, ordered by mart and key. Rows of equal hashes are not read."""
    con = duckdb.connect()
    sides = {"a": database(settings, before), "b": database(settings, after)}
    manifests = {}
    for side, path in sides.items():
        con.execute(f"attach '{path}' as {side} (read_only)")
        manifests[side] = json.loads((path.parent / MANIFEST).read_text("utf-8"))
    entries = {side: manifest["marts"] for side, manifest in manifests.items()}
    changes: list[Change] = []
    for mart in marts(settings.project):
        if mart.name in entries["a"].keys() & entries["b"].keys():
            labels = _differing(entries["a"][mart.name], entries["b"][mart.name], manifests["a"]["format"] == manifests["b"]["format"])
            changes += [] if labels == [] else _diff_mart(con, mart, entries, labels)
    con.close()
    return changes


def _differing(old: dict, new: dict, same_format: bool) -> list[str] | None:
    """Labels of the partitions that can differ by their hashes; None where hashes do not compare."""
    if not same_format or old["columns"] != new["columns"]:
        return None
    if old["content_sha256"] == new["content_sha256"]:
        return []
    if "partitions" not in old:
        return None
    return sorted(content.differing(old["partitions"], new["partitions"]))


def _diff_mart(con: duckdb.DuckDBPyConnection, mart: Mart, entries: dict[str, dict], labels: list[str] | None) -> list[Change]:
    """Changes of one mart, in these partitions or all. A column that one edition lacks is no change of a figure."""
    key = "concat_ws(' ', " + ", ".join(f"cast({k} as varchar)" for k in mart.key) + ")"
    both = [name for name in mart.column_names if all(name in entries[side][mart.name]["columns"] for side in "ab")]
    names, shared = [name for name in both if name not in mart.key], ", ".join(both)
    where = "" if labels is None else f"where {content.label_of(both)} in ({', '.join(map(repr, labels))})"
    sides = {}
    for side, other in ("ab", "ba"):
        query = (
            f"select {key}, {', '.join(f'cast({n} as varchar)' for n in names)} "
            f"from (select {shared} from {side}.{mart.name} {where} except select {shared} from {other}.{mart.name} {where})"
        )
        sides[side] = {row[0]: row[1:] for row in con.execute(query).fetchall()}
    changes = []
    for row_key in sorted(sides["a"].keys() | sides["b"].keys()):
        old, new = sides["a"].get(row_key), sides["b"].get(row_key)
        if old is None or new is None:
            changes.append(Change(mart.name, row_key, "*", None if old is None else "row", None if new is None else "row"))
            continue
        changes += [Change(mart.name, row_key, n, o, v) for n, o, v in zip(names, old, new, strict=True) if o != v]
    return changes
