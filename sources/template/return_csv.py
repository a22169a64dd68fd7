"""Writing a return as CSV in the layout that a declared form asks for: title, identification, headers, units, rows.

The counterpart of the reader; the workbook for people is written in `template`.
"""

from __future__ import annotations

import csv
import io
from typing import Any, Mapping, Sequence

from sources.declare.declarations import FIGURES, UNIT_CODE, UNIT_NAME, Declarations, Form, Provider

KEY_HEADERS = {UNIT_CODE: ("行政区划代码", "Unit code"), UNIT_NAME: ("地区", "Unit name")}


def identification(form: Form, provider: Provider, period: int) -> list[str]:
    """Return the cells of the identification row: labels, each followed by its value."""
    return ["表号 Form:", form.number, "填报单位 Provider:", f"{provider.provider_id} {provider.name_zh}", "报告期 Period:", str(period)]


def write_csv(declarations: Declarations, provider_id: str, form_id: str, period: int, rows: Sequence[Mapping[str, str | None]],
              units: Mapping[str, str] | None = None) -> bytes:
    """Return a UTF-8 CSV (BOM, CRLF) of a form with one table; rows map field to text.

    Units are those declared for the period unless given. Raises KeyError for an unknown form or provider,
    ValueError where the form has several tables or a row a field that the form does not declare.
    """
    form, provider = declarations.forms[form_id], declarations.providers[provider_id]
    if len(form.tables) != 1:
        raise ValueError(f"{form_id} has several tables; a CSV carries one")
    fields, headers = _columns(form, rows)
    lines: list[list[Any]] = [[f"{form.title_zh} {form.title_en}"], identification(form, provider, period), headers[0], headers[1]]
    if form.kind == FIGURES:
        lines.append(["计量单位 Unit", ""] + [(units or {}).get(f) or form.tables[0].column(f).unit_in(period) or "" for f in fields[2:]])
    lines += [[row.get(f) or "" for f in fields] for row in rows]
    target = io.StringIO(newline="")
    csv.writer(target).writerows(lines)
    return b"\xef\xbb\xbf" + target.getvalue().encode("utf-8")


def _columns(form: Form, rows: Sequence[Mapping[str, str | None]]) -> tuple[list[str], tuple[list[str], list[str]]]:
    """Return the fields present in declared order, and their headers in both languages."""
    present = {f for row in rows for f in row} - {"period"}
    declared = [c.field for c in form.tables[0].columns]
    keys = [UNIT_CODE, UNIT_NAME] if form.kind == FIGURES else []
    unknown = sorted(present - set(declared) - set(keys))
    if unknown:
        raise ValueError(f"{form.form_id} declares no {', '.join(unknown)}")
    fields = keys + [f for f in declared if f in present]
    heads = [KEY_HEADERS[f] if f in keys else (form.tables[0].column(f).header_zh[0], form.tables[0].column(f).header_en[0]) for f in fields]
    return fields, ([h[0] for h in heads], [h[1] for h in heads])
