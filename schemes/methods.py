"""The facts about scoring methods that are written in more than one place, compared: `schemes/methods.yml` is the declaration.

Belongs here: reading the declaration, and saying where a form or a page differs from it. Does not belong here: any formula (dbt_project/
macros/scoring, stability/draws/methods.py; tests hold these to the declaration).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sources.declare.yaml_lines import DeclarationError, Mapped, fault, load_yaml

PROJECT = Path(__file__).parent.parent
FILE = Path("schemes") / "methods.yml"
FORMULAS = ("dbt_project/macros/scoring/methods.sql", "dbt_project/models/scores/sco_indicator_scores.sql")  # exact ones, and those of real numbers
ARITHMETIC = ("exact", "real")
AS_DECLARED_ZH = "应与 schemes/methods.yml 一致"


@dataclass(frozen=True)
class Method:
    """What is true of one method, whoever computes it (schemes/methods.yml explains the keys)."""

    method: str
    zh: str
    arithmetic: str
    by_peers: bool
    fixed_by: tuple[tuple[str, ...], ...]
    needs: tuple[tuple[str, ...], ...]
    degenerate: bool
    clamped: bool
    tiered: bool
    ranked: bool
    monotone: bool
    redrawn: bool
    directed: bool
    place: str


@cache
def declared(project: Path = PROJECT) -> dict[str, Method]:
    """The methods by name, in the order of the file. Raises DeclarationError."""
    content = load_yaml(project / FILE)
    return {method.method: method for item in content.need("methods", list) for method in [_method(item)]}


def _method(item: Mapped) -> Method:
    flags = {name: bool(item.get(name)) for name in ("by_peers", "degenerate", "clamped", "tiered", "ranked")}
    return Method(item.text("method"), item.text("zh"), item.choice("arithmetic", ARITHMETIC), fixed_by=_groups(item, "fixed_by"), needs=_groups(item, "needs"),
                  monotone=item.get("monotone", True), redrawn=item.get("redrawn", True), directed=item.get("directed", True), place=item.place, **flags)


def _groups(item: Mapped, key: str) -> tuple[tuple[str, ...], ...]:
    groups = item.get(key) or []
    if not all(isinstance(group, list) for group in groups):
        raise item.error(f"`{key}` 应为列表的列表", f"`{key}` is a list of lists")
    return tuple(tuple(group) for group in groups)


def disagreements(project: Path = PROJECT) -> list[str]:
    """Where the scheme form's choices or the page of schemes differ from the declaration, with file and line."""
    try:
        known = declared(project)
    except DeclarationError as error:
        return str(error).splitlines()
    return [*_choices(project, known), *_formulas(project, known), *_page(project, known)]


def _formulas(project: Path, known: dict[str, Method]) -> list[str]:
    """A method whose formula is nowhere in the macros would leave every score undefined."""
    formulas = "".join((project / name).read_text("utf-8") for name in FORMULAS)
    return [str(fault(method.place, f"计分方法 {name} 没有计算公式，所有得分都将为“无定义”；请在 {FORMULAS[0]} 写出", f"method {name} has no formula, so that every score would be undefined; write it in {FORMULAS[0]}"))
            for name, method in known.items() if not re.search(rf"['\"]{re.escape(name)}['\"]", formulas)]


def _choices(project: Path, known: dict[str, Method]) -> list[str]:
    found = []
    for table in load_yaml(project / "sources" / "forms" / "scheme.yml")["tables"]:
        for column in table["columns"]:
            if column["name"] == "method" and set(column["choices"]) != set(known):
                differing = sorted(set(column["choices"]) ^ set(known))
                found.append(str(fault(column.place, f"计分方法的选项{AS_DECLARED_ZH}，相差：{'、'.join(differing)}", f"the choices of methods must be those of schemes/methods.yml; differing: {', '.join(differing)}")))
    return found


def _page(project: Path, known: dict[str, Method]) -> list[str]:
    path = project / "docs" / "schemes.md"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    first = next((no for no, line in enumerate(lines, start=1) if line.startswith("| method |")), 1)
    heads = [re.match(r"\|([^|]*)\|", line).group(1) for line in lines[first:] if re.match(r"\| `", line)]
    lacking = [name for name in known if not any(f"`{name}`" in head for head in heads)]
    return [str(fault(f"docs/schemes.md:{first}", f"计分方法表缺少 {'、'.join(lacking)}，{AS_DECLARED_ZH}", f"the table of methods lacks {', '.join(lacking)}"))] if lines and lacking else []
