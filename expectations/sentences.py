"""Sentence templates to SQL: `本单元格填写“{value_text}”` becomes a concatenation that can never be NULL.

Only text handling: what the named expressions are is said in the rule files. `{name}` prints an expression as text, `{name:n}` as a
number people read, `{name:unit}` as an amount of the measure that the name `unit` holds (persons and pieces are whole). Numbers are
written by the macros `plain` and `plain_in` (dbt_project/macros/dialect/exact.sql), as in every other sentence; all else is `||` and coalesce.
The type of text is `{{ text }}`, which each generated model sets from `dbt.type_string()`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_SLOT = re.compile(r"\{(\w+)(?::(\w+))?\}")
NUMBER = "n"


class UnknownName(ValueError):
    """A sentence uses a name that the rule does not define."""


def quote(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def number_text(expression: str, measure: str | None = None) -> str:
    """SQL with Jinja: a number as people write it, as an amount of `measure` (an expression) where one is given."""
    if '"' in expression + (measure or "") or "{{" in expression + (measure or ""):
        raise ValueError(f"no double quote and no macro in a number of a sentence: {expression}")
    return f'{{{{ plain("{expression}") }}}}' if measure is None else f'{{{{ plain_in("{expression}", "{measure}") }}}}'


def to_sql(template: str, names: Mapping[str, str], missing: str) -> str:
    """Compile one template. `names` maps a slot to its SQL; `missing` is printed where an expression is NULL."""
    parts, end = [], 0
    for slot in _SLOT.finditer(template):
        parts.append(quote(template[end : slot.start()]))
        parts.append(_slot_sql(slot, names, missing))
        end = slot.end()
    parts.append(quote(template[end:]))
    return " || ".join(part for part in parts if part != "''") or "''"


def _slot_sql(slot: re.Match, names: Mapping[str, str], missing: str) -> str:
    name, form = slot.groups()
    for used in (name, form):
        if used not in (*names, NUMBER, None) or used == NUMBER == name:
            raise UnknownName(f"{slot.group(0)} is not among {sorted(names)}")
    expression = names[name]
    if form is None:
        as_text = f"cast({expression} as {{{{ text }}}})"
    else:
        as_text = number_text(expression, None if form == NUMBER else names[form])
    return f"coalesce({as_text}, {quote(missing)})"
