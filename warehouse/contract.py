"""The contract with consumers: which marts there are, their columns, keys and descriptions, and which of it is public.

Belongs here: reading the declarations (dbt_project/models/marts/*.yml, public_edition.yml). Does not belong here: rows.
Standing decision: a mart is published with exactly the columns that are declared, in the declared order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from sources.yaml_lines import load_yaml


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
    """Read the marts from their dbt declarations, ordered by name."""
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
        unknown = set(without) - set(known[name].column_names) if name in known else {name}
        if unknown:
            raise EditionError(f"public_edition.yml: {name}: no such mart or column: {sorted(unknown)}")
        found.append(replace(known[name], columns=tuple(column for column in known[name].columns if column[0] not in without)))
    return tuple(found), declared["words"]
