"""What the columns of the rules' models hold: the vocabulary of `columns.yml`, put together with the columns that each family lists.

Belongs here: names and descriptions of columns. Does not belong here: the models (compiler.py), columns of any other model.
Standing decision: a family lists the columns of its relation (`columns`), since no SQL is read to find them; a test compares with a night.
"""

from __future__ import annotations

from functools import cache

import yaml

from expectations import catalogue
from expectations.catalogue import Family

WORDS = catalogue.HERE / "columns.yml"
WHOLE = "val_expected.*"  # a relation that carries every column of that model
EXPECTED = catalogue.PROJECT / "dbt_project" / "models" / "validated" / "val_expected.yml"


def described(names: list[str], place: str = "expectations/columns.yml:1") -> list[dict]:
    """Columns as dbt's YAML has them. Raises CatalogueFault where the vocabulary lacks one that `place` names."""
    lacking = [name for name in names if name not in _words()]
    if lacking:
        raise catalogue.CatalogueFault(f"{place}: expectations/columns.yml 没有说明列 {'、'.join(lacking)} / expectations/columns.yml does not describe {', '.join(lacking)}")
    return [{"name": name, "description": _words()[name]} for name in names]


def tested(family: Family, place: list[str]) -> list[dict]:
    """The columns of a family's relation: the place first, then what the family lists."""
    whole = [column for column in _expected() if column["name"] not in place] if WHOLE in family.columns else []
    return described(place) + whole + described([name for name in family.columns if name != WHOLE], f"expectations/rules/{family.family}.yml:1")


def outcomes(codes: list[str]) -> list[dict]:
    """The column of each rule in a judged table."""
    return [{"name": f"outcome_{code.lower()}", "description": f"规则 {code} 的判定结果 / outcome of rule {code}"} for code in codes]


@cache
def _words() -> dict[str, str]:
    return yaml.load(WORDS.read_text(encoding="utf-8"), catalogue.LOADER)


@cache
def _expected() -> list[dict]:
    (model,) = yaml.load(EXPECTED.read_text(encoding="utf-8"), catalogue.LOADER)["models"]
    return [{name: column[name] for name in ("name", "description")} for column in model["columns"]]
