"""Layouts that a form declares: how a workbook that is not the template becomes figures, by the words of its own headings.

Belongs here: what the key `layouts` of a form may say, and every mistake in it with file and line. Does not belong here: reading
(sources/reading/declared.py). What each key means is explained in docs/layouts.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sources.declare.yaml_lines import DeclarationError, Mapped
from sources.text import header_key

# In a heading: any year, which is the period of the figures below; the year of the return; any known unit, which the figures below are of.
YEAR, PERIOD, UNIT = "{year}", "{period}", "{unit}"
UNIT_BY = ("code", "name")
UNIT_FROM = ("column", "header", "sheet", "title", "file")
PERIOD_FROM = ("header", "title", "file", "sheet", "folder", "channel", "label", "column")
INDICATOR_FROM = ("sheet", "title")
MEASURE_FROM = ("header", "row", "title", "column")
KEYS = ("layout", "sheets", "header", "blocks", "units", "period", "measure", "indicators", "columns", "skip_rows", "skip_columns", "totals", "footnotes", "blanks")


@dataclass(frozen=True)
class Leaf:
    """A column of figures: the headings over it from the top down, and what it holds (indicator None: a column of the row says so)."""

    path: tuple[str, ...]
    indicator: str | None = None
    measure: str | None = None
    place: str = field(default="?", compare=False)


@dataclass(frozen=True)
class Layout:
    """One declared layout. Headings are paths of texts; patterns are texts in which `*` stands for anything."""

    name: str
    begins: tuple[str, ...]
    leaves: tuple[Leaf, ...]
    sheets: tuple[str, ...] = ("*",)
    header_rows: int | None = None
    header_above: int = 0
    many_blocks: bool = False
    unit_from: str = "column"
    unit_is: str | None = None
    unit_column: tuple[str, ...] = ()
    code_column: tuple[str, ...] = ()
    unit_by: tuple[str, ...] = UNIT_BY
    unit_names: dict[str, str] = field(default_factory=dict)
    skips_unknown_units: bool = False
    period_from: tuple[str, ...] = ("label",)
    period_is: int | None = None
    period_shift: int = 0
    period_column: tuple[str, ...] = ()
    measure_from: tuple[str, ...] = ("header", "row", "title")
    measure_is: str | None = None
    measure_column: tuple[str, ...] = ()
    indicator_from: str | None = None
    indicator_column: tuple[str, ...] = ()
    indicator_names: dict[str, str] = field(default_factory=dict)
    skip_rows: tuple[str, ...] = ()
    skip_columns: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()
    checks_totals: bool = False
    footnotes: tuple[str, ...] = ()
    blanks: tuple[str, ...] = ()
    place: str = field(default="?", compare=False)


def read_layouts(form: Mapped, columns: Iterable[Any]) -> tuple[Layout, ...]:
    """Return the layouts of a form of figures. Raises DeclarationError, a line for each layout that is wrong."""
    items = form.get("layouts") or []
    if not isinstance(items, list) or not all(isinstance(item, Mapped) for item in items):
        raise form.error("`layouts` 应为列表，每项以 layout: 名称 开头", "`layouts` is a list of mappings, each with `layout: name`")
    known = {column.field: column for column in columns}
    made, mistakes = [], []
    for item in items:
        try:
            made.append(_layout(item, known))
        except DeclarationError as error:
            mistakes.append(str(error))
    if mistakes:
        raise DeclarationError("\n".join(mistakes))
    names = [layout.name for layout in made]
    if len(set(names)) < len(names):
        raise form.error("`layouts` 中有两项同名", "two layouts bear the same name")
    return tuple(made)


def _layout(item: Mapped, known: dict[str, Any]) -> Layout:
    _only(item, KEYS)
    header, units = _part(item, "header", ("begins", "rows", "above")), _part(item, "units", ("from", "column", "code_column", "by", "names", "unknown", "is"))
    period, measure = _part(item, "period", ("from", "column", "shift", "is")), _part(item, "measure", ("from", "column", "is"))
    rows, totals = _part(item, "indicators", ("from", "column", "names")), _totals(item)
    leaves = _leaves(item, known, bool(rows.get("column") or rows.get("from")))
    layout = Layout(
        item.text("layout"), _begins(item, header, units, rows, period), leaves,
        sheets=_texts(item, "sheets") or ("*",), header_rows=_number(header, "rows", 1, 12), header_above=_number(header, "above", 0, 8) or 0,
        many_blocks=_choice(item, "blocks", ("one", "many"), "one") == "many",
        unit_from=_choice(units, "from", UNIT_FROM, "column"), unit_is=str(units["is"]) if units.get("is") else None, unit_column=_path(units, "column"), code_column=_path(units, "code_column"),
        unit_by=_choices(units, "by", UNIT_BY, UNIT_BY), unit_names=_names(units, lambda code: code),
        skips_unknown_units=_choice(units, "unknown", ("report", "skip"), "report") == "skip",
        period_from=("column",) if period.get("column") else _choices(period, "from", PERIOD_FROM, ("label",)), period_column=_path(period, "column"),
        period_is=_number(period, "is", 1900, 2100), period_shift=_number(period, "shift", -5, 5) or 0,
        measure_from=("column",) if measure.get("column") else _choices(measure, "from", MEASURE_FROM, ("header", "row", "title")),
        measure_is=str(measure["is"]) if measure.get("is") else None, measure_column=_path(measure, "column"),
        indicator_from=_choice(rows, "from", INDICATOR_FROM, "sheet") if rows.get("from") else None, indicator_column=_path(rows, "column"), indicator_names=_indicators(item, rows, known),
        skip_rows=_texts(item, "skip_rows"), skip_columns=_texts(item, "skip_columns"), totals=_texts(totals, "rows"), checks_totals=bool(totals.get("check")),
        footnotes=_texts(item, "footnotes"), blanks=_texts(item, "blanks"), place=item.place,
    )  # fmt: skip
    _check(item, layout)
    return layout


def _check(item: Mapped, layout: Layout) -> None:
    has_year = any(YEAR in text for leaf in layout.leaves for text in leaf.path)
    if has_year != ("header" in layout.period_from):
        raise item.error(f"列的 path 中的 {YEAR} 须与 `period: {{from: header}}` 同时使用", f"{YEAR} in a path and `period: {{from: header}}` go together")
    if any(UNIT in text for leaf in layout.leaves for text in leaf.path) != (layout.unit_from == "header"):
        raise item.error(f"列的 path 中的 {UNIT} 须与 `units: {{from: header}}` 同时使用", f"{UNIT} in a path and `units: {{from: header}}` go together")
    if layout.unit_from == "column" and not layout.unit_is and not (layout.unit_column or layout.code_column):
        raise item.error("`units` 须写明地区所在的列（column 或 code_column），或用 from、is 写明在何处", "`units` has to name the column of the units (column, code_column), or say by `from` or `is` where they are")


# -- parts

def _only(item: Mapped, keys: tuple[str, ...]) -> None:
    unknown = sorted(str(key) for key in set(item) - set(keys))
    if unknown:
        raise item.error(f"不认识的键：{'、'.join(unknown)}；可用：{'、'.join(keys)}", f"unknown key {', '.join(unknown)}; known are {', '.join(keys)}")


def _part(item: Mapped, key: str, keys: tuple[str, ...]) -> Mapped:
    part = item.get(key)
    if part is None:
        part = Mapped()
        part.place = item.place
    if not isinstance(part, Mapped):
        raise item.error(f"`{key}` 应为键值对，可用的键：{'、'.join(keys)}", f"`{key}` is a mapping of {', '.join(keys)}")
    _only(part, keys)
    return part


def _begins(item: Mapped, header: Mapped, *parts: Mapped) -> tuple[str, ...]:
    begins = _texts(header, "begins") or next((path for part in parts for key in ("column", "code_column") if (path := _path(part, key)[:1])), ())
    if not begins:
        raise item.error("`header` 须用 begins 写明表头第一格的文字，如 begins: 地区", "`header` has to say by `begins` what the first cell of the header reads")
    return begins


def _leaves(item: Mapped, known: dict[str, Any], by_row: bool) -> tuple[Leaf, ...]:
    leaves = []
    for column in item.need("columns", list):
        if not isinstance(column, Mapped):
            raise item.error("`columns` 的每一项应为 {indicator: 指标代码, path: [表头, 下级表头]}", "each of `columns` is {indicator: id, path: [heading, sub-heading]}")
        _only(column, ("indicator", "path", "measure"))
        indicator = column.get("indicator")
        if by_row and indicator is not None:
            raise column.error("指标由行写明时（indicators），列不再写 indicator", "where rows name the indicator (`indicators`), a column does not")
        if not by_row and indicator not in known:
            raise column.error(f"指标 {indicator!r} 不是本表式的列；可用：{'、'.join(known)}", f"indicator {indicator!r} is no column of this form; known are {', '.join(known)}")
        path = _path(column, "path") or ((known[indicator].header_zh[0],) if indicator else ())
        if not path:
            raise column.error("缺少 path：列上方的表头，自上而下", "`path` is missing: the headings over the column, from the top down")
        leaves.append(Leaf(path, indicator, str(column["measure"]) if column.get("measure") else None, column.place))
    if not leaves:
        raise item.error("`columns` 是空的", "`columns` is empty")
    return tuple(leaves)


def _indicators(item: Mapped, rows: Mapped, known: dict[str, Any]) -> dict[str, str]:
    if not rows.get("column") and not rows.get("from"):
        return {}
    names = {header_key(text): column.field for column in known.values() for text in (*column.header_zh, *column.header_en)}
    given = rows.get("names") or {}
    for indicator in given:
        if indicator not in known:
            raise item.error(f"indicators.names 中的 {indicator!r} 不是本表式的指标", f"{indicator!r} in indicators.names is no indicator of this form")
        texts = given[indicator] if isinstance(given[indicator], list) else [given[indicator]]
        names |= {header_key(str(text)): indicator for text in texts}
    return names


def _names(part: Mapped, code: Any) -> dict[str, str]:
    names = part.get("names") or {}
    if not isinstance(names, dict):
        raise part.error("`names` 应为 {表上的名称: \"行政区划代码\"}", "`names` is {name on the sheet: \"unit code\"}")
    return {header_key(str(name)): str(code(value)) for name, value in names.items()}


def _totals(item: Mapped) -> Mapped:
    if isinstance(item.get("totals"), (str, list)):
        made = Mapped(rows=item["totals"])
        made.place = item.place
        return made
    return _part(item, "totals", ("rows", "check"))


def _texts(part: Mapped, key: str) -> tuple[str, ...]:
    return part.texts(key) if part.get(key) is not None else ()


def _path(part: Mapped, key: str) -> tuple[str, ...]:
    """Return a heading path: a list of texts from the top down, or one text with ` / ` between levels."""
    value = part.get(key)
    if isinstance(value, str):
        return tuple(text.strip() for text in value.split(" / "))
    return part.texts(key) if value is not None else ()


def _number(part: Mapped, key: str, low: int, high: int) -> int | None:
    value = part.get(key)
    if value is not None and not (isinstance(value, int) and low <= value <= high):
        raise part.error(f"`{key}` 应为 {low} 至 {high} 的整数，现为 {value!r}", f"`{key}` is a whole number from {low} to {high}, found {value!r}")
    return value


def _choice(part: Mapped, key: str, choices: tuple[str, ...], default: str) -> str:
    return part.choice(key, choices) if part.get(key) is not None else default


def _choices(part: Mapped, key: str, choices: tuple[str, ...], default: tuple[str, ...]) -> tuple[str, ...]:
    values = _texts(part, key) or default
    wrong = [value for value in values if value not in choices]
    if wrong:
        raise part.error(f"`{key}` 不能是 {'、'.join(wrong)}，可用：{'、'.join(choices)}", f"`{key}` is {', '.join(wrong)}, expected of {', '.join(choices)}")
    return values
