"""The contract with consumers: which marts there are, their columns, keys and descriptions, and which of it is public.

Belongs here: reading the declarations (dbt_project/models/marts/*.yml, public_edition.yml). Does not belong here: rows.
Standing decision: a mart is published with exactly the columns that are declared, in the declared order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from sources.declare.yaml_lines import DeclarationError, Mapped, fault, load_yaml
from warehouse.compiled import Compiled


class EditionError(RuntimeError):
    """There is no such edition, its files do not match its manifest, or the marts cannot be published."""


@dataclass(frozen=True)
class Mart:
    """A published table: its name, the columns that identify a row, and its descriptions."""

    name: str
    key: tuple[str, ...]
    description: str
    columns: tuple[tuple[str, str], ...]

    @property
    def column_names(self) -> list[str]:
        return [name for name, _ in self.columns]


@cache
def marts(project: Path) -> tuple[Mart, ...]:
    """Read the marts from their dbt declarations, ordered by name. Raises DeclarationError, a line for each mart that cannot be published."""
    found, mistakes = marts_and_mistakes(project)
    if mistakes:
        raise DeclarationError("\n".join(mistakes))
    return found


def marts_and_mistakes(project: Path) -> tuple[tuple[Mart, ...], list[str]]:
    """The marts that are declared whole, and what is wrong with the others, each with file and line."""
    folder = project / "dbt_project" / "models" / "marts"
    found, mistakes = [], []
    for path in sorted(folder.glob("*.yml")):
        try:
            for model in _models(load_yaml(path), path):
                wrong = [str(fault(*one)) for one in _wrong(model)]
                mistakes += wrong
                found += [] if wrong else [_mart(model)]
        except DeclarationError as error:
            mistakes.append(str(error))
    declared = {mart.name for mart in found}
    mistakes += [str(fault(f"marts/{path.name}:1", f"数据集 {path.stem} 没有声明，不会发布；请增加 {path.stem}.yml（写法见 units.yml）",
                           f"mart {path.stem} is not declared and would not be published; add {path.stem}.yml (see units.yml)"))
                 for path in sorted(folder.glob("*.sql")) if not mistakes and path.stem not in declared]
    return tuple(sorted(found, key=lambda mart: mart.name)), mistakes


def of_compiled(compiled: Compiled) -> tuple[Mart, ...]:
    """The same marts from what dbt has compiled of their declarations, which spares a night reading these again (0.1 CPU s)."""
    found = (Mart(node.name, node.key, node.description, tuple((c.name, c.description) for c in node.columns)) for node in compiled.models if node.key)
    return tuple(sorted(found, key=lambda mart: mart.name))


def _models(content: object, path: Path) -> list[Mapped]:
    models = content.get("models") or [] if isinstance(content, Mapped) else None
    if not isinstance(models, list) or not all(isinstance(model, Mapped) for model in models):
        raise fault(f"marts/{path.name}:1", "应为 models 列表", "expected a list of models")
    return models


def _mart(model: Mapped) -> Mart:
    columns = tuple((c["name"], c["description"]) for c in model["columns"])
    return Mart(model["name"], tuple(model["config"]["meta"]["key"]), model["description"], columns)


def _wrong(model: Mapped) -> Iterator[tuple[str, str, str]]:
    """(place, zh, en) of everything that keeps a mart from being published."""
    name = model.get("name")
    for needed in ("name", "description"):
        if not isinstance(model.get(needed), str):
            yield model.place, f"数据集 {name} 缺少 {needed}", f"mart {name} lacks `{needed}`"
    columns = model.get("columns")
    columns = [c for c in columns if isinstance(c, Mapped)] if isinstance(columns, list) else []
    if not columns:
        yield model.place, f"数据集 {name} 没有列出各列（columns）", f"mart {name} lists no `columns`"
    for column in columns:
        if not isinstance(column.get("name"), str) or not isinstance(column.get("description"), str):
            yield column.place, f"数据集 {name} 的列 {column.get('name')} 缺少 name 或 description", f"column {column.get('name')} of mart {name} lacks `name` or `description`"
    yield from _wrong_key(model, name, [c.get("name") for c in columns])


def _wrong_key(model: Mapped, name: object, columns: list[object]) -> Iterator[tuple[str, str, str]]:
    config = model.get("config")
    meta = config.get("meta") if isinstance(config, Mapped) else None
    key = meta.get("key") if isinstance(meta, Mapped) else None
    if not isinstance(key, list) or not key:
        yield (model.place, f"数据集 {name} 没有写明主键，无法发布；请加 config: {{meta: {{key: [唯一确定一行的列]}}}}",
               f"mart {name} states no key and cannot be published; add config: {{meta: {{key: [columns that identify a row]}}}}")
    elif unknown := [column for column in key if column not in columns]:
        yield (meta.place, f"数据集 {name} 的主键列不在 columns 中：{'、'.join(map(str, unknown))}", f"mart {name}: key columns that are no column of it: {', '.join(map(str, unknown))}")


@cache
def public_marts(project: Path, of: tuple[Mart, ...] | None = None) -> tuple[tuple[Mart, ...], dict[str, str]]:
    """The marts that the public may read (`of`: among these), with the columns it may read, and words that are replaced there. Raises EditionError."""
    declared = load_yaml(project / "warehouse" / "public_edition.yml")
    known = {mart.name: mart for mart in of or marts(project)}
    found = []
    for name, without in declared["marts"].items():
        unknown = set(without) - set(known[name].column_names) if name in known else {name}
        if unknown:
            raise EditionError(f"public_edition.yml: {name}: no such mart or column: {sorted(unknown)}")
        found.append(replace(known[name], columns=tuple(column for column in known[name].columns if column[0] not in without)))
    return tuple(found), declared["words"]
