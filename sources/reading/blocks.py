"""Taking the cells out of a table that was found, and saying what is wrong with its columns, rows and cells.

Structure only: headers, missing columns, keys, and for tables the declared types. What makes a column doubtful is in `doubts`, what a
cell means beside its value in `cells`.
Whether a figure is true, a unit known or an indicator owed by this provider is judged later from raw.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from sources.declare.declarations import FIGURES, UNIT_CODE, UNIT_NAME, Column, Declarations, Form
from sources.findings import Findings
from sources.reading import cells, doubts
from sources.reading.identity import Identity
from sources.reading.layout import Place, data_rows, units_row
from sources.reading.numbers import FIGURES_BELOW, Factors, is_too_large, limit_of
from sources.reading.returns import Block, ColumnCells
from sources.text import address, header_key

HEADER_ROWS_OF_TEMPLATE = range(3, 9)
_INTEGER = re.compile(r"[+-]?[0-9]+")  # not \d: the typed value would be lost where digits of another script are typed
_DECIMAL = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_DATE = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_BLANKS = " \t\r\n"  # what a cast in the warehouse overlooks, and no more
_TYPE_WORDS = {"integer": ("整数", "a whole number"), "decimal": ("数值", "a number"), "date": ("日期", "a date")}


def take_block(place: Place, form: Form, period: int | None, identity: Identity, declarations: Declarations, findings: Findings) -> Block | None:
    """Return the cells of the table found; everything wrong with it is added to the findings. None where no figure is certain enough to be read."""
    figures = place.table.name == FIGURES
    units_at = units_row(place) if figures else None
    doubts.hold_doubtful(place, units_at, findings)
    _say_columns(place, form, period, declarations, findings)
    rows = _chosen(place, doubts.until_second_header(place, data_rows(place, (units_at or place.bottom) + 1), findings))
    if figures and place.held and not any(name not in (UNIT_CODE, UNIT_NAME) for name in place.fields.values()) and not place.foreign:
        return None
    if not rows and not place.table.optional:
        findings.add("no_data_rows", sheet=place.sheet.name, row=place.bottom + 1)
    if figures and units_at is None and "unit" not in identity.texts and not place.units:
        findings.add("no_units_row", sheet=place.sheet.name, row=place.bottom + 1)
    block = Block(place.table.name, place.sheet.name, rows, *_keys(place, rows), _columns(place, rows, units_at, identity))
    _say_rows(place, block, findings)
    cells.say_cells(place.sheet, rows, place.taken, findings)
    if place.sheet.ragged:
        _say_ragged(place, rows, findings)
    if figures:
        say_sizes(block, period, form, declarations, findings)
    else:
        _say_types(place, block, Factors(declarations), findings)
    return block


def _chosen(place: Place, rows: list[int]) -> list[int]:
    """The lines that count: all, or those with something in the column that decides it."""
    if place.table.only_where is None:
        return rows
    columns = [col_no for col_no, name in place.fields.items() if name == place.table.only_where]
    return [row_no for row_no in rows if any((place.sheet.text(row_no, col_no) or "").strip() for col_no in columns)]


# -- columns

def _say_columns(place: Place, form: Form, period: int | None, declarations: Declarations, findings: Findings) -> None:
    sheet = place.sheet.name
    for column in _missing(place, period):
        findings.add("missing_column", sheet=sheet, row=place.anchor, header_zh=column.header_zh[0], header_en=column.header_en[0])
    for col_no, text in place.unknown.items():
        findings.add("unknown_column", sheet=sheet, row=place.anchor, col=col_no, seen=text)
    for col_no, (owner, _) in place.foreign.items():
        title = f"{declarations.forms[owner].number} {declarations.forms[owner].title_zh}"
        findings.add("foreign_column", sheet=sheet, row=place.anchor, col=col_no, seen=place.header_text(col_no), form=title)
    _say_moved(place, findings)


def _missing(place: Place, period: int | None) -> list[Column]:
    found = {*place.fields.values(), *place.held}
    if place.table.name != FIGURES:
        return [c for c in place.table.columns if c.required and c.field not in found]
    missing = [c for c in place.table.columns if period and c.owed_in(period) and c.field not in found]
    return missing if found & {UNIT_CODE, UNIT_NAME} else [_UNIT_COLUMN, *missing]


_UNIT_COLUMN = Column(UNIT_CODE, ("行政区划代码 Unit code",), ("Unit code",))


def _say_moved(place: Place, findings: Findings) -> None:
    order = [UNIT_CODE, UNIT_NAME] + [c.field for c in place.table.columns]
    seen = [order.index(f) for f in place.fields.values()]
    zh, en = [], []
    if place.anchor not in HEADER_ROWS_OF_TEMPLATE or min(place.fields) != 1:
        zh.append(f"从 {address(place.anchor, min(place.fields))} 开始")
        en.append(f"beginning at {address(place.anchor, min(place.fields))}")
    if seen != sorted(seen):
        zh.append("列的次序有变")
        en.append("its columns in another order")
    if zh:
        findings.add("moved_header", sheet=place.sheet.name, row=place.anchor, col=min(place.fields), detail="，".join(zh), detail_en=", ".join(en))


def _columns(place: Place, rows: list[int], units_at: int | None, identity: Identity) -> tuple[ColumnCells, ...]:
    taken = {c: f for c, f in place.fields.items() if place.table.name != FIGURES or f not in (UNIT_CODE, UNIT_NAME)}
    taken.update({c: indicator for c, (_, indicator) in place.foreign.items()})
    text = place.sheet.text
    columns = []
    for col_no, name in sorted(taken.items()):
        unit = (text(units_at, col_no) if units_at else None) or place.units.get(col_no)
        if units_at is None and not unit and place.table.name == FIGURES:
            unit = identity.texts.get("unit")
        columns.append(ColumnCells(name, col_no, unit.strip() if unit else None, [text(r, col_no) for r in rows]))
    return tuple(columns)


# -- rows

def _keys(place: Place, rows: list[int]) -> tuple[list[str | None], list[str | None]]:
    if place.table.name != FIGURES:
        return [None] * len(rows), [None] * len(rows)
    columns = {name: col_no for col_no, name in reversed(place.fields.items())}
    texts = [[_stripped(place.sheet.text(r, columns[f])) for r in rows] if f in columns else [None] * len(rows) for f in (UNIT_CODE, UNIT_NAME)]
    return texts[0], texts[1]


def _stripped(text: str | None) -> str | None:
    return text.strip() if text else None


def _say_rows(place: Place, block: Block, findings: Findings) -> None:
    first: dict[tuple, int] = {}
    for row_no, key in zip(block.row_nos, _row_keys(place, block)):
        if key is None:
            findings.add("row_without_key", sheet=block.sheet, row=row_no, **_key_words(place))
        elif first.setdefault(key, row_no) != row_no:
            findings.add("doubled_row", sheet=block.sheet, row=row_no, col=min(place.fields), seen=" ".join(key), first=first[key])


def _row_keys(place: Place, block: Block) -> list[tuple | None]:
    if place.table.name == FIGURES:
        return [(key or label,) if key or label else None for key, label in zip(block.row_keys, block.row_labels)]
    keys = [c.field for c in place.table.columns if c.key]
    columns = [next((c.values for c in block.columns if c.field == k), [None] * len(block.row_nos)) for k in keys]
    if not keys:
        return [(str(r),) for r in block.row_nos]
    return [tuple(v or "" for v in values) if any(values) else None for values in zip(*columns)]


def _key_words(place: Place) -> dict[str, str]:
    if place.table.name == FIGURES:
        return {"expected": "行政区划代码", "expected_en": "unit code"}
    keys = [c for c in place.table.columns if c.key]
    return {"expected": "、".join(c.header_zh[0] for c in keys), "expected_en": ", ".join(c.header_en[0] for c in keys)}


# -- cells

def _say_ragged(place: Place, rows: list[int], findings: Findings) -> None:
    needed = max(max(place.fields), max(place.foreign, default=0))
    for row_no in rows:
        width = len(place.sheet.rows[row_no - 1])
        if width < needed:
            findings.add("ragged_row", sheet=place.sheet.name, row=row_no, n=width, expected=needed)


def say_sizes(block: Block, period: int | None, form: Form, declarations: Declarations, findings: Findings) -> None:
    """Report figures larger than the warehouse stores."""
    factors = Factors(declarations)
    due = {c.field: c.unit_in(period) for c in form.columns} if period else {}
    for taken in block.columns:
        factor = factors.of(taken.field, taken.measure_text or due.get(taken.field))
        short = len(str(int(FIGURES_BELOW / max(factor, 1)))) - 1  # a shorter text cannot be too large
        for row_no, value in zip(block.row_nos, taken.values):
            if value is not None and len(value) > short and is_too_large(value, FIGURES_BELOW, factor):
                findings.add("number_too_large", sheet=block.sheet, row=row_no, col=taken.col_no, seen=value, limit=_limit(FIGURES_BELOW, factors.unit(taken.field)))


def _limit(limit: int, unit: str | None = None) -> str:
    return f"{limit:,}" + (f" {unit}" if unit else "")


def _say_types(place: Place, block: Block, factors: Factors, findings: Findings) -> None:
    reported = {c.field: c.values for c in block.columns if c.field in ("indicator", "measure_text")}
    for taken in block.columns:
        column = place.table.column(taken.field)
        words = {"expected": column.header_zh[0], "expected_en": column.header_en[0]}
        for n, (row_no, value) in enumerate(zip(block.row_nos, taken.values)):
            at = dict(sheet=block.sheet, row=row_no, col=taken.col_no)
            if _say_value(column, value, at, words, findings) and column.type in ("decimal", "integer"):
                factor = factors.of(*(reported[name][n] if name in reported else None for name in ("indicator", "measure_text")))
                if is_too_large(value, limit_of(column), factor if column.figure else Decimal(1)):
                    findings.add("number_too_large", **at, seen=value, limit=_limit(limit_of(column)))


def _say_value(column: Column, value: str | None, place: dict, words: dict, findings: Findings) -> bool:
    """Say what is wrong with one value of a table form. Returns whether there is a value of the declared type."""
    if value is None:
        if column.required:
            findings.add("missing_value", **place, **words)
        return False
    if column.type == "choice" and header_key(value) not in {header_key(c) for c in column.choices}:
        findings.add("wrong_choice", **place, seen=value, choices="、".join(column.choices), **words)
        return False
    if column.type in _TYPE_WORDS and not _fits(column.type, value.strip(_BLANKS)):
        zh, en = _TYPE_WORDS[column.type]
        findings.add("wrong_type", **place, seen=value, type_zh=zh, type_en=en, **words)
        return False
    return True


def _fits(kind: str, value: str) -> bool:
    if kind == "integer":
        return bool(_INTEGER.fullmatch(value))
    if kind == "decimal":
        return bool(_DECIMAL.fullmatch(value))
    match = _DATE.fullmatch(value)
    try:
        return bool(match and dt.date(*map(int, match.groups())))
    except ValueError:
        return False
