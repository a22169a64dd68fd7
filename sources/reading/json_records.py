"""Reading the answer of an http_json channel as a return: the channel's declaration says where records and fields are.

The answer was landed as bytes; digits are kept as they are in it. Fetching is in `channels/http`.
A cell's address is its JSON pointer (RFC 6901), for instance `/data/0/gdp`.
"""

from __future__ import annotations

import json
import re
from typing import Any

from sources.declare.declarations import FIGURES, UNIT_CODE, UNIT_NAME, Channel, Declarations, Form
from sources.findings import Findings, Unreadable
from sources.reading.blocks import say_sizes
from sources.reading.identity import year_of
from sources.reading.returns import Block, ColumnCells, Return

_NAMED_PERIOD = re.compile(r"_(\d{4})\.json$")


def read_json(data: bytes, file_name: str, channel: Channel, declarations: Declarations, provider_id: str | None, findings: Findings) -> Return:
    """Read one answer. Options used: form, records (dotted path), fields {json: column}, units {column: text}. Raises Unreadable."""
    form = declarations.forms.get(str(channel.options.get("form")))
    if form is None or form.kind != FIGURES:
        raise Unreadable("unknown_form", seen=channel.options.get("form"))
    records = _records(_parsed(data), str(channel.options.get("records") or ""))
    fields = dict(channel.options.get("fields") or {f: f for f in _known(form)})
    period = _period(records, fields, file_name, findings)
    block = _block(records, fields, form, channel, findings)
    _say_columns(block, form, period, findings)
    say_sizes(block, period, form, declarations, findings)
    readable = period is not None and bool(records)
    if not records:
        findings.add("no_data_rows", sheet=block.sheet)
    return Return(form.form_id, period, provider_id, "read" if readable else "unreadable", (block,) if readable else (), findings.done())


def _known(form: Form) -> list[str]:
    return [UNIT_CODE, UNIT_NAME, *(c.field for c in form.columns)]


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig"), parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise Unreadable("damaged_file", detail=f"JSON {error}") from error


def _records(parsed: Any, path: str) -> list[dict]:
    for step in filter(None, path.split(".")):
        if not isinstance(parsed, dict) or step not in parsed:
            raise Unreadable("json_shape", detail=f"没有 no “{path}”")
        parsed = parsed[step]
    if not isinstance(parsed, list) or not all(isinstance(r, dict) for r in parsed):
        raise Unreadable("json_shape", detail=f"“{path or '/'}” 不是记录的列表 is no list of records")
    return parsed


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list, bool)) else str(value)


def _period(records: list[dict], fields: dict[str, str], file_name: str, findings: Findings) -> int | None:
    """Return the year: from the records where a field maps to `period`, else from the name that the channel itself gave the answer."""
    source = next((j for j, column in fields.items() if column == "period"), None)
    stated = {_text(r.get(source)) for r in records} - {None} if source else set()
    named = _NAMED_PERIOD.search(file_name)
    texts = stated or ({named.group(1)} if named else set())
    period = year_of(" ".join(sorted(texts))) if texts else None
    if period is None:
        findings.add("unreadable_period" if texts else "no_period", sheet="JSON", seen=" ".join(sorted(texts)))
    return period


def _block(records: list[dict], fields: dict[str, str], form: Form, channel: Channel, findings: Findings) -> Block:
    root = "/" + str(channel.options.get("records") or "").replace(".", "/")
    by_column = {column: source for source, column in fields.items()}
    units = channel.options.get("units") or {}
    columns = tuple(_column(records, fields, by_column[c.field], c.field, units, root) for c in form.columns
                    if c.field in by_column and any(by_column[c.field] in r for r in records))
    keys = [[_text(r.get(by_column.get(f, ""))) for r in records] for f in (UNIT_CODE, UNIT_NAME)]
    _say_keys(keys, findings)
    return Block(FIGURES, "JSON", list(range(1, len(records) + 1)), keys[0], keys[1], columns)


def _column(records: list[dict], fields: dict[str, str], source: str, name: str, units: dict, root: str) -> ColumnCells:
    addresses = [f"{root.rstrip('/')}/{i}/{source.replace('~', '~0').replace('/', '~1')}" for i in range(len(records))]
    unit = units.get(name)
    return ColumnCells(name, list(fields).index(source) + 1, str(unit) if unit else None, [_text(r.get(source)) for r in records], addresses)


def _say_keys(keys: list[list[str | None]], findings: Findings) -> None:
    first: dict[str, int] = {}
    for row_no, (code, name) in enumerate(zip(*keys), start=1):
        key = code or name
        if key is None:
            findings.add("row_without_key", sheet="JSON", row=row_no, expected="行政区划代码", expected_en="unit code")
        elif first.setdefault(key, row_no) != row_no:
            findings.add("doubled_row", sheet="JSON", row=row_no, seen=key, first=first[key])


def _say_columns(block: Block, form: Form, period: int | None, findings: Findings) -> None:
    found = {c.field for c in block.columns}
    for column in form.columns:
        if period and column.owed_in(period) and column.field not in found:
            findings.add("missing_column", sheet=block.sheet, header_zh=column.header_zh[0], header_en=column.header_en[0])
