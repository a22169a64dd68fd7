"""Sentence templates to SQL: `本单元格填写“{value_text}”` becomes a concatenation that can never be NULL.

Only text handling: what the named expressions are is said in the rule files. `{name}` prints an expression as text,
`{name:n}` as a decimal without trailing zeros. Portable: `||`, coalesce, `trim(trailing …)`, no engine function.
The type of text is `{{ text }}`, which each generated model sets from `dbt.type_string()`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_SLOT = re.compile(r"\{(\w+)(?::(n))?\}")


class UnknownName(ValueError):
    """A sentence uses a name that the rule does not define."""


def quote(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def number_text(expression: str) -> str:
    """SQL: a decimal as text, without trailing zeros (`7.10000000` gives `7.1`)."""
    as_text = f"cast(try_cast({expression} as decimal(28, 8)) as {{{{ text }}}})"
    return f"trim(trailing '.' from trim(trailing '0' from {as_text}))"


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
    if name not in names:
        raise UnknownName(f"{slot.group(0)} is not among {sorted(names)}")
    expression = names[name]
    as_text = number_text(expression) if form == "n" else f"cast({expression} as {{{{ text }}}})"
    return f"coalesce({as_text}, {quote(missing)})"
