"""What a form's own file expects of its rows, in the words of Great Expectations, checked when declarations load.

Belongs here: which types and keys there are, whether the columns exist, which texts must come with it. Does not belong here: judging (expectations). Standing
decision: a mistake is refused with file and line before any return is read; severity is always written, since Great Expectations would take a missing one
for the worst.
"""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass, field

from sources.declare.yaml_lines import Mapped

# type: (keys that must be there, keys that may be there, keys that name a column or columns)
TYPES = {
    "expect_rows_to_satisfy": ({"holds"}, {"applies", "not_applicable", "too_few"}, set()),
    "expect_column_values_to_be_between": ({"column"}, {"min_value", "max_value", "strict_min", "strict_max"}, {"column"}),
    "expect_column_values_to_be_in_set": ({"column", "value_set"}, set(), {"column"}),
    "expect_column_values_to_not_be_null": ({"column"}, set(), {"column"}),
    "expect_column_values_to_match_regex": ({"column", "regex"}, set(), {"column"}),
    "expect_column_pair_values_a_to_be_greater_than_b": ({"column_A", "column_B"}, {"or_equal", "ignore_row_if"}, {"column_A", "column_B"}),
    "expect_compound_columns_to_be_unique": ({"column_list"}, {"ignore_row_if"}, {"column_list"}),
}
SEVERITIES = {"critical": "E", "warning": "W", "info": "I"}
TEXTS = ("title_zh", "title_en", "why_zh", "why_en", "mend_zh", "mend_en")
ROW = ("submission_id", "period", "sheet", "row_no", "provider_id", "unit_code")
FUNCTIONS = ("abs", "round", "length", "trim", "coalesce", "starts_with", "contains")  # of the row language (expectations/expressions.py)


@dataclass(frozen=True)
class Own:
    """One expectation of a form's own: `kwargs` in JSON, `cells` the fields on which a verdict lies, `texts` by name."""

    code: str
    version: int
    severity: str
    kind: str
    kwargs: str
    cells: tuple[str, ...]
    texts: dict[str, str]
    place: str = field(default="?", compare=False)


def read(data: Mapped, fields: set[str]) -> tuple[Own, ...]:
    """The expectations of a form. Raises DeclarationError."""
    return tuple(_own(item, fields) for item in data.get("expectations") or ())


def _own(data: Mapped, fields: set[str]) -> Own:
    kind, kwargs, meta = data.choice("type", tuple(TYPES)), data.need("kwargs", dict), data.need("meta", dict)
    severity = SEVERITIES[data.choice("severity", tuple(SEVERITIES))]
    if unknown := sorted(set(data) - {"type", "kwargs", "severity", "meta"}):
        raise data.error(f"有不认识的键：{'、'.join(unknown)}", f"unknown keys: {', '.join(unknown)}")
    needed, allowed, naming = TYPES[kind]
    if unknown := sorted(set(kwargs) - needed - allowed):
        raise kwargs.error(f"{kind} 没有这些键：{'、'.join(unknown)}", f"{kind} has no such keys: {', '.join(unknown)}")
    if lacking := sorted(needed - set(kwargs)):
        raise kwargs.error(f"{kind} 缺少：{'、'.join(lacking)}", f"{kind} lacks: {', '.join(lacking)}")
    named = {name for key in naming for name in ([kwargs[key]] if isinstance(kwargs[key], str) else kwargs[key])} | _named(data, kind, kwargs)
    known = {*ROW, *fields, *(f"{name}__value" for name in fields)}
    if unknown := sorted(named - known):
        raise kwargs.error(f"没有这样的列：{'、'.join(unknown)}", f"no such column: {', '.join(unknown)}")
    cells = meta.texts("cells")
    if unknown := sorted(set(cells) - fields):
        raise meta.error(f"`cells` 中没有这样的栏目：{'、'.join(unknown)}", f"`cells` names no field of the form: {', '.join(unknown)}")
    return Own(meta.text("rule"), int(meta.get("version", 1)), severity, kind, json.dumps(_filled(kind, kwargs, named), ensure_ascii=False), cells,
               {name: meta.text(name) for name in TEXTS}, data.place)


def _named(data: Mapped, kind: str, kwargs: Mapped) -> set[str]:
    """The columns that conditions of the row language name."""
    found: set[str] = set()
    for key in ("holds", "applies", "not_applicable", "too_few") if kind == "expect_rows_to_satisfy" else ():
        if key in kwargs:
            try:
                tree = ast.parse(" ".join(kwargs.text(key).split()), mode="eval")
            except SyntaxError as error:
                raise kwargs.error(f"`{key}` 写法有误（{error.msg}）", f"`{key}` is not a condition: {error.msg}") from error
            called = {node.func.id if isinstance(node.func, ast.Name) else "?" for node in ast.walk(tree) if isinstance(node, ast.Call)}
            if unknown := sorted(called - set(FUNCTIONS)):
                raise kwargs.error(f"`{key}` 中没有这样的函数：{'、'.join(unknown)}", f"`{key}` calls unknown functions: {', '.join(unknown)}")
            found |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - called
    return found


def _filled(kind: str, kwargs: Mapped, named: set[str]) -> dict:
    """With `too_few` said: where a figure is blank, the condition cannot be judged and nobody is blamed."""
    if kind != "expect_rows_to_satisfy" or "too_few" in kwargs or not named:
        return dict(kwargs)
    return {**kwargs, "too_few": " or ".join(f"{name} is None" for name in sorted(named))}
