"""The facts about scoring methods that are written in more than one place, compared: `schemes/methods.yml` is the declaration.

Belongs here: reading the declaration, saying where the macros or a page differ from it, the macro of the formulas it declares itself. Does not
belong here: any formula (schemes/methods.yml, dbt_project/macros/scoring, stability/draws/methods.py; tests hold these to the declaration).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sources.declare.yaml_lines import DeclarationError, Mapped, fault, load_yaml

PROJECT = Path(__file__).parent.parent
FILE = Path("schemes") / "methods.yml"
FORMULAS = ("dbt_project/macros/scoring/methods.sql", "dbt_project/models/scores/sco_indicator_scores.sql")  # exact ones, and those of real numbers
ARITHMETIC = ("exact", "real")
PARTS = {"exact": ({"add", "times", "numerator", "denominator"}, {"needs", "low", "high"}), "real": ({"value"}, {"needs"})}  # of a formula: needed, and allowed
IN_CODE = ("degenerate", "clamped", "tiered", "ranked")
AS_DECLARED_ZH = "应与 schemes/methods.yml 一致"


@dataclass(frozen=True)
class Method:
    """What is true of one method, whoever computes it (schemes/methods.yml explains the keys)."""

    method: str
    zh: str
    en: str
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
    formula: dict[str, str] | None = None


@cache
def declared(project: Path = PROJECT) -> dict[str, Method]:
    """The methods by name, in the order of the file. Raises DeclarationError."""
    content = load_yaml(project / FILE)
    return {method.method: method for item in content.need("methods", list) for method in [_method(item)]}


def _method(item: Mapped) -> Method:
    flags = {name: bool(item.get(name)) for name in ("by_peers", "degenerate", "clamped", "tiered", "ranked")}
    formula = _formula(item) if item.get("formula") is not None else None
    return Method(item.text("method"), item.text("zh"), item.text("en"), item.choice("arithmetic", ARITHMETIC), fixed_by=_groups(item, "fixed_by"), needs=_groups(item, "needs"),
                  monotone=item.get("monotone", True), redrawn=item.get("redrawn", formula is None), directed=item.get("directed", True), place=item.place, formula=formula, **flags)


def _formula(item: Mapped) -> dict[str, str]:
    """The parts of a formula that is declared. Raises DeclarationError."""
    given, (needed, allowed) = item.need("formula", Mapped), PARTS[item.choice("arithmetic", ARITHMETIC)]
    if wrong := sorted((needed - given.keys()) | (given.keys() - needed - allowed)):
        raise given.error(f"formula 应写 {'、'.join(sorted(needed))}，可写 {'、'.join(sorted(allowed))}；不符的是 {'、'.join(wrong)}", f"formula has {', '.join(sorted(needed))} and may have {', '.join(sorted(allowed))}; not as {', '.join(wrong)}")
    if wrong := [name for name in IN_CODE if item.get(name)] + ["redrawn"] * bool(item.get("redrawn")):
        raise item.error(f"写 formula 的方法不能用 {'、'.join(wrong)}，这些须在程序中写出", f"a method with a formula cannot have {', '.join(wrong)}: these need code")
    item.text("formula_zh"), item.text("formula_en")
    return {"needs": "true", **{name: given.text(name) for name in given}}


def macro(project: Path = PROJECT) -> str:
    """The macros by which the models have the names, {method: [zh, en]}, and the declared formulas, {arithmetic: {method: parts}}. Raises DeclarationError."""
    formulas = {kind: {m.method: m.formula for m in declared(project).values() if m.formula and m.arithmetic == kind} for kind in ARITHMETIC}
    return ("{# Written by warehouse/compile.py from schemes/methods.yml: edit that file, not this one. #}\n"
            f"{{% macro method_names() %}}{{{{ return({json.dumps({m.method: [m.zh, m.en] for m in declared(project).values()}, ensure_ascii=False)}) }}}}{{% endmacro %}}\n"
            f"{{% macro declared_methods() %}}{{{{ return({json.dumps(formulas, ensure_ascii=False)}) }}}}{{% endmacro %}}\n")


def _groups(item: Mapped, key: str) -> tuple[tuple[str, ...], ...]:
    groups = item.get(key) or []
    if not all(isinstance(group, list) for group in groups):
        raise item.error(f"`{key}` 应为列表的列表", f"`{key}` is a list of lists")
    return tuple(tuple(group) for group in groups)


def disagreements(project: Path = PROJECT) -> list[str]:
    """Where the formulas or the page of schemes differ from the declaration, with file and line."""
    try:
        known = declared(project)
    except DeclarationError as error:
        return str(error).splitlines()
    return [*_formulas(project, known), *_page(project, known)]


def _formulas(project: Path, known: dict[str, Method]) -> list[str]:
    """A method whose formula is nowhere in the macros would leave every score undefined."""
    formulas = "".join((project / name).read_text("utf-8") for name in FORMULAS)
    return [str(fault(method.place, f"计分方法 {name} 没有计算公式，所有得分都将为“无定义”；请在本条写明 formula，或在 {FORMULAS[0]} 写出", f"method {name} has no formula, so that every score would be undefined; write formula here, or a macro in {FORMULAS[0]}"))
            for name, method in known.items() if not method.formula and not re.search(rf"['\"]{re.escape(name)}['\"]", formulas)]


def _page(project: Path, known: dict[str, Method]) -> list[str]:
    path = project / "docs" / "schemes.md"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    first = next((no for no, line in enumerate(lines, start=1) if line.startswith("| method |")), 1)
    heads = [re.match(r"\|([^|]*)\|", line).group(1) for line in lines[first:] if re.match(r"\| `", line)]
    lacking = [name for name, method in known.items() if not method.formula and not any(f"`{name}`" in head for head in heads)]
    return [str(fault(f"docs/schemes.md:{first}", f"计分方法表缺少 {'、'.join(lacking)}，{AS_DECLARED_ZH}", f"the table of methods lacks {', '.join(lacking)}"))] if lines and lacking else []
