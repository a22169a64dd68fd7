"""Reading a workbook by a layout that its form declares: blocks, the column of every path, the rows, and each figure's unit, indicator and period.

Belongs here: from sheets and one layout to blocks of cells. Does not belong here: what a layout may say (sources/declare/layouts.py), which
form a file is (reading.py). Standing decisions: a path that meets no column or two is reported and not guessed; of two values for one unit,
indicator and period neither is read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from sources.declare.declarations import FIGURES, UNIT_HEADERS, Declarations, Form
from sources.declare.layouts import Layout, Leaf
from sources.findings import Findings
from sources.formats.limits import Limits
from sources.formats.sheets import Sheet
from sources.reading.cells import say_cells
from sources.reading.headings import follows, paths_over, readings, without_marks
from sources.reading.identity import identify, part_of_year, year_of
from sources.reading.layout import is_note, is_numbering, is_units_label
from sources.reading.returns import Block, ColumnCells
from sources.text import address, header_key, split_bracket

AUTO_HEADER = 8  # rows below the first in which a header may end
_MEASURE = re.compile(r"单位\s{0,9}[:：]\s{0,9}([^\s()（）;；,，]{1,30})")
_IN_BRACKETS = re.compile(r"[(（](?!\d)([^\s()（）]{1,20})[)）]")
_CODE = re.compile(r"\d{6,12}")


@dataclass(frozen=True)
class Origin:
    """Where a file came from, for what its name, folder or channel say."""

    file_name: str
    channel: str | None
    limits: Limits


@dataclass
class Region:
    """One block on a sheet: rows of its header, its columns, its last row; `columns` maps a column to its leaf, and the year and unit in its heading."""

    sheet: Sheet
    layout: Layout
    top: int
    bottom: int
    left: int
    right: int
    last: int
    paths: dict[int, list[str]]
    period: int | None
    columns: dict[int, tuple[Leaf, int | None, str | None]] = field(default_factory=dict)
    doubtful: dict[str, list[int]] = field(default_factory=dict)

    def column_of(self, path: tuple[str, ...]) -> int | None:
        """Return the first column under this path."""
        return next((c for c, headings in self.paths.items() if path and follows(path, headings, self.layout.footnotes, self.period)[0]), None)


@dataclass(frozen=True)
class Fit:
    """How a layout fits a file: the blocks found, and the paths that met no column."""

    form: Form
    layout: Layout
    regions: list[Region]
    missing: list[Leaf]

    @property
    def share(self) -> float:
        """The share of the layout's paths that were found."""
        return 1 - len(self.missing) / len(self.layout.leaves)


def fit(form: Form, layout: Layout, sheets: list[Sheet], origin: Origin, declarations: Declarations) -> Fit | None:
    """Return how a layout fits, None where less than half of it does."""
    units = _Units(layout, declarations)
    regions = [r for s in sheets if any(fnmatchcase(s.name, p) for p in layout.sheets) for r in _regions(s, layout, origin, declarations, units)]
    found = {leaf for r in regions for leaf, *_ in r.columns.values()} | {leaf for r in regions for leaf in layout.leaves if _name(leaf) in r.doubtful}
    missing = [leaf for leaf in layout.leaves if leaf not in found]
    return Fit(form, layout, regions, missing) if len(missing) * 2 <= len(layout.leaves) and found else None


def _name(leaf: Leaf) -> str:
    return " / ".join(leaf.path)


# -- where the blocks are

def _regions(sheet: Sheet, layout: Layout, origin: Origin, declarations: Declarations, units: _Units) -> list[Region]:
    anchors = _anchors(sheet, layout, origin.limits)
    if not anchors:
        return []
    if not layout.many_blocks:
        anchors = anchors[:1]
    period = _year_around(sheet, layout, anchors[0][0], origin, declarations)
    regions = [_region(sheet, layout, anchor, anchors, period, units) for anchor in anchors]
    return [region for region in regions if region.columns or region.doubtful]


def _anchors(sheet: Sheet, layout: Layout, limits: Limits) -> list[tuple[int, int]]:
    """Return the places where a header begins, from the top down, each block's first only."""
    wanted = {header_key(text) for text in layout.begins}
    found: list[tuple[int, int]] = []
    for row_no in range(1, (len(sheet.rows) if layout.many_blocks else min(limits.header_rows, len(sheet.rows))) + 1):
        for col_no, value in enumerate(sheet.rows[row_no - 1], start=1):
            if type(value) is str and wanted & readings(value, layout.footnotes):
                if not any(c == col_no and 0 < row_no - r < (layout.header_rows or 2) for r, c in found):
                    found.append((row_no, col_no))
    return found


def _region(sheet: Sheet, layout: Layout, anchor: tuple[int, int], anchors: list[tuple[int, int]], period: int | None, units: _Units) -> Region:
    row, col = anchor
    near = (layout.header_rows or 3) + layout.header_above
    right = min((c - 1 for r, c in anchors if c > col and abs(r - row) <= near), default=max(map(len, sheet.rows)))
    left = col if any(c < col and abs(r - row) <= near for r, c in anchors) else 1
    last = min((r - 1 - layout.header_above for r, c in anchors if r > row + near and c <= right), default=len(sheet.rows))
    bottom = row + layout.header_rows - 1 if layout.header_rows else _header_end(sheet, row, col, left, right, last)
    top = max(1, row - layout.header_above)
    region = Region(sheet, layout, top, bottom, left, right, last, paths_over(sheet, top, bottom, left, right), period)
    _find_columns(region, units)
    return region


def _header_end(sheet: Sheet, row: int, col: int, left: int, right: int, last: int) -> int:
    """Return the last row of a header: the next row that holds something in its first column, and is no header itself, is data."""
    bottom = row
    for row_no in range(row + 1, min(row + AUTO_HEADER, last) + 1):
        text = sheet.text(row_no, col)
        texts = [t for c in range(left, right + 1) if (t := sheet.text(row_no, c))]
        if not texts or (text and not (is_units_label(text) or is_numbering(texts) or readings(text) & UNIT_HEADERS.keys())):
            break
        bottom = row_no
    return bottom


def _find_columns(region: Region, units: _Units) -> None:
    layout = region.layout
    for leaf in layout.leaves:
        found = [(c, follows(leaf.path, headings, layout.footnotes, region.period, units.code)) for c, headings in region.paths.items() if not _skipped(headings, layout.skip_columns)]
        met = [(c, year, unit) for c, (same, year, unit) in found if same]
        named = [(year, unit) for _, year, unit in met]
        if len(met) > 1 and len(set(named)) < len(named):
            region.doubtful[_name(leaf)] = [c for c, *_ in met]
        else:
            region.columns.update({c: (leaf, year, unit) for c, year, unit in met})
    doubted = {c for columns in region.doubtful.values() for c in columns}
    region.columns = {c: found for c, found in sorted(region.columns.items()) if c not in doubted}


def _skipped(texts: list[str], patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(key, header_key(p)) for p in patterns for text in texts for key in readings(text) | {header_key(text)})


# -- which year

def _year_around(sheet: Sheet, layout: Layout, header_row: int, origin: Origin, declarations: Declarations) -> int | None:
    """Return the one year that the declared places name, the first of them that does."""
    if layout.period_is:
        return layout.period_is
    for where in (*layout.period_from, "label"):
        year = _year_from(where, sheet, header_row, origin, declarations)
        if year is not None:
            return year + layout.period_shift
    return None


def _year_from(where: str, sheet: Sheet, header_row: int, origin: Origin, declarations: Declarations) -> int | None:
    path = PurePosixPath(origin.file_name.replace("\\", "/"))
    if where == "title":
        years = {year for _, text in _title(sheet, header_row) if (year := year_of(text))}
        return years.pop() if len(years) == 1 else None
    if where == "label":
        text = identify(sheet, header_row - 1).texts.get("period")
        return year_of(text) if text else None
    if where == "channel":
        channel = declarations.channel(origin.channel)
        return year_of(str(channel.options.get("period") or channel.channel_id)) if channel else None
    named = {"file": path.stem, "folder": str(path.parent), "sheet": sheet.name}.get(where)
    return year_of(named) if named else None


def _title(sheet: Sheet, header_row: int) -> Iterator[tuple[int, str]]:
    """Yield row and text of everything written above a header."""
    for row_no in range(1, min(header_row, len(sheet.rows) + 1)):
        yield from ((row_no, text) for text in sheet.row_texts(row_no) if text)


def say_parts_of_a_year(found: Fit, findings: Findings) -> bool:
    """Whether a title above a block names a part of a year; reported once a sheet."""
    reported = set()
    for region in found.regions:
        for row_no, text in _title(region.sheet, region.top):
            if region.sheet.name not in reported and (part := part_of_year(text, in_title=True)) and row_no < _first(found, region.sheet):
                reported.add(region.sheet.name)
                findings.add("part_of_year", sheet=region.sheet.name, row=row_no, col=1, seen=text, part=part)
    return bool(reported)


def _first(found: Fit, sheet: Sheet) -> int:
    return min(region.top for region in found.regions if region.sheet is sheet)


# -- units and measures

class _Units:
    """Unit codes by what a sheet may print: a code of six or nine digits, a name or an alias in either language."""

    def __init__(self, layout: Layout, declarations: Declarations) -> None:
        self._layout, registers = layout, declarations.registers
        units, aliases = registers.get("units"), registers.get("unit_aliases")
        self.codes = set(map(str, units.column("unit_code"))) if units else set()
        self._names: dict[str, str] = {}
        for code, *names in units.values("unit_code", "name_zh", "name_en") if units else ():
            self._names.update({header_key(str(name)): str(code) for name in names if name})
        self._names.update({header_key(str(a)): str(code) for a, code in aliases.values("alias", "unit_code")} if aliases else {})

    def code(self, text: str | None) -> str | None:
        """Return the code that a printed code or name stands for, None where it is not known."""
        if not text:
            return None
        plain = text.strip()
        if _CODE.fullmatch(plain) and "code" in self._layout.unit_by:
            short = plain[:6] if not plain[6:].strip("0") else plain
            return short if short in self.codes else None
        keys = readings(plain, self._layout.footnotes)
        given = next((self._layout.unit_names[k] for k in sorted(keys) if k in self._layout.unit_names), None)
        if given or "name" not in self._layout.unit_by:
            return given
        return next((self._names[k] for k in sorted(keys, key=lambda k: (-len(k), k)) if k in self._names), None)


def _measure_of_heading(headings: list[str], measures: frozenset[str]) -> str | None:
    for text in reversed(headings):
        if (alone := _IN_BRACKETS.fullmatch(text.strip())):  # a cell of its own is a measure, known or not
            return alone.group(1)
        parts = split_bracket(text)
        for candidate in (text.strip(" ()（）"), parts[1] if parts else ""):
            first = candidate.split()[0] if candidate.split() else ""
            for one in (candidate, first):
                if one and header_key(one) in measures:
                    return one
    return None


def _measure_of_title(region: Region) -> str | None:
    """Return the measure that the rows above a block state (单位：亿元), the nearest row first."""
    for row_no in range(region.bottom, 0, -1):
        for text in region.sheet.row_texts(row_no):
            stated = _MEASURE.search(text[:500]) if text else None
            if stated:
                return stated.group(1)
    return None


def _measure_row(region: Region, measures: frozenset[str]) -> dict[int, str]:
    """Return the measures of a row of their own, in the header or just below it."""
    for row_no in range(region.top, min(region.bottom + 2, region.last) + 1):
        texts = {c: t.strip(" ()（）") for c in region.columns if (t := region.sheet.text(row_no, c))}
        if texts and all(header_key(t) in measures for t in texts.values()):
            return texts
    return {}


# -- the figures

def take(found: Fit, declarations: Declarations, origin: Origin, findings: Findings) -> tuple[Block, ...]:
    """Return the blocks of a file read by a layout; what is wrong with columns, rows and cells is added to the findings."""
    for leaf in found.missing:
        region = found.regions[0]
        findings.add("missing_path", sheet=region.sheet.name, row=region.top, path=_name(leaf), layout=found.layout.name)
    gathered = _Gathered(found.layout, declarations, origin, findings)
    for region in found.regions:
        for path, columns in region.doubtful.items():
            places = "、".join(address(region.bottom, c) for c in columns)
            findings.add("leaf_columns", sheet=region.sheet.name, row=region.bottom, col=columns[0], seen=path, leaves=places)
        gathered.read(region)
    return gathered.blocks()


@dataclass
class _Run:
    """The cells of one column, period, indicator and measure of one block."""

    sheet: str
    col_no: int
    rows: list[int] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    labels: list[str | None] = field(default_factory=list)
    values: list[str | None] = field(default_factory=list)


class _Gathered:
    """What has been read so far of one file."""

    def __init__(self, layout: Layout, declarations: Declarations, origin: Origin, findings: Findings) -> None:
        self._layout, self._findings, self._measures, self._file = layout, findings, declarations.measures, origin.file_name
        self._units = _Units(layout, declarations)
        self._runs: dict[tuple, _Run] = {}
        self._known: dict[str | None, str | None] = {}

    def read(self, region: Region) -> None:
        """Read the rows of one block."""
        layout, sheet = self._layout, region.sheet
        unit_col, code_col = region.column_of(layout.unit_column), region.column_of(layout.code_column)
        by_row = (region.column_of(layout.indicator_column), region.column_of(layout.period_column), region.column_of(layout.measure_column))
        fixed_unit = self._fixed_unit(region) if layout.unit_is or layout.unit_from not in ("column", "header") else None
        indicator = self._fixed_indicator(region) if layout.indicator_from else None
        measures = {c: self._measure(region, c, _measure_row(region, self._measures)) for c in region.columns}
        named = [c for c in (unit_col, code_col, *by_row) if c]
        rows, totals = [], []
        for row_no in self._data_rows(region, [*named, *region.columns]):
            label = sheet.text(row_no, unit_col) if unit_col else None
            keyed = [text for c in named if (text := sheet.text(row_no, c))]
            first = next((t for t in (label, *keyed) if t), None) or next((t for c in region.columns if (t := sheet.text(row_no, c))), "")
            if _skipped([first], layout.skip_rows) or is_note(first) or _MEASURE.search(first) or (label and readings(label) & {header_key(b) for b in layout.begins}):
                continue
            if _skipped([first], layout.totals):
                totals.append(row_no)
                continue
            if self._row(region, row_no, label, sheet.text(row_no, code_col) if code_col else None, by_row, fixed_unit, measures, indicator):
                rows.append(row_no)
        if layout.checks_totals:
            self._check_totals(region, rows, totals)
        say_cells(sheet, rows, sorted({*named, *region.columns}), self._findings)

    def _data_rows(self, region: Region, columns: list[int]) -> Iterator[int]:
        for row_no in range(region.bottom + 1, region.last + 1):
            row = region.sheet.rows[row_no - 1]
            filled = [row[c - 1] for c in columns if c <= len(row) and row[c - 1] not in (None, "")]
            if not filled and not any((row_no, c) in region.sheet.errors for c in columns):
                continue
            if row_no <= region.bottom + 3 and (is_numbering([str(t) for t in region.sheet.row_texts(row_no) if t]) or row_no in self._measure_rows(region)):
                continue
            yield row_no

    def _measure_rows(self, region: Region) -> set[int]:
        return {r for r in range(region.bottom + 1, min(region.bottom + 3, region.last) + 1)
                if (texts := [t for c in region.columns if (t := region.sheet.text(r, c))]) and all(header_key(t.strip(" ()（）")) in self._measures for t in texts)}

    def _fixed_unit(self, region: Region) -> tuple[str | None, str | None]:
        layout, sheet = self._layout, region.sheet
        if layout.unit_is:
            return self._units.code(layout.unit_is) or layout.unit_is, None
        texts = {"file": [PurePosixPath(self._file).stem], "sheet": [sheet.name], "title": [t for _, t in _title(sheet, region.top)]}.get(layout.unit_from, [])
        for text in texts:
            tokens = [text, *re.split(r"[\s_\-—:：()（）]+", text[:200])]
            code = next((c for token in tokens if (c := self._units.code(token))), None)
            if code:
                return code, text
        return None, texts[0] if texts else None

    def _fixed_indicator(self, region: Region) -> str | None:
        """Return the indicator that a sheet's name or title names; reported where it names none of the form."""
        texts = [region.sheet.name] if self._layout.indicator_from == "sheet" else [t for _, t in _title(region.sheet, region.top)]
        found = next((i for text in texts for part in (text, *re.split(r"[\s_\-—:：()（）]+", text[:200])) if (i := self._indicator(part))), None)
        if found is None:
            self._findings.add("unknown_item", sheet=region.sheet.name, row=region.top, seen=" ".join(texts))
        return found

    def _measure(self, region: Region, col_no: int, row: dict[int, str]) -> str | None:
        leaf, layout = region.columns[col_no][0], self._layout
        if leaf.measure or layout.measure_is:
            return leaf.measure or layout.measure_is
        found = {"header": lambda: _measure_of_heading(region.paths[col_no], self._measures), "row": lambda: row.get(col_no), "title": lambda: _measure_of_title(region)}
        return next((m for where in layout.measure_from if where in found and (m := found[where]())), None)

    def _row(self, region: Region, row_no: int, label: str | None, code: str | None, by_row: tuple, fixed: tuple | None, measures: dict[int, str | None],
             of_sheet: str | None) -> bool:
        """Read one row. Returns whether it holds figures of a unit and an indicator."""
        sheet, layout = region.sheet, self._layout
        key, name = fixed if fixed else (self._code(code) or self._code(label) or (code.strip() if code else None), _plain(label, layout))
        indicator_col, period_col, measure_col = by_row
        in_header = layout.unit_from == "header"
        if key is None and not name and not in_header:
            self._findings.add("row_without_key", sheet=sheet.name, row=row_no, expected="地区或行政区划代码", expected_en="unit")
            return False
        if layout.skips_unknown_units and not in_header and key not in self._units.codes:
            return False
        indicator = self._indicator(sheet.text(row_no, indicator_col)) if indicator_col else of_sheet
        if layout.indicator_from and indicator is None:
            return False
        if layout.indicator_column and indicator is None:
            text = sheet.text(row_no, indicator_col) if indicator_col else None
            self._findings.add("unknown_item", sheet=sheet.name, row=row_no, col=indicator_col, seen=text)
            return False
        period = region.period
        if period_col and (period := year_of(sheet.text(row_no, period_col) or "")) is None:
            self._findings.add("unreadable_period", sheet=sheet.name, row=row_no, seen=sheet.text(row_no, period_col))
            return False
        measure = sheet.text(row_no, measure_col) if measure_col else None
        for col_no, (leaf, year, unit) in region.columns.items():
            at = (sheet.name, region.top, region.left, col_no, period if year is None else year, indicator or leaf.indicator, _measure_text(measure) or measures[col_no])
            run = self._runs.setdefault(at, _Run(sheet.name, col_no))
            run.rows.append(row_no)
            run.keys.append(unit or key)
            run.labels.append(None if unit else name)
            run.values.append(_figure(sheet.text(row_no, col_no), layout))
        return True

    def _code(self, text: str | None) -> str | None:
        if text not in self._known:
            self._known[text] = self._units.code(text)
        return self._known[text]

    def _indicator(self, text: str | None) -> str | None:
        names, keys = self._layout.indicator_names, sorted(readings(text, self._layout.footnotes)) if text else []
        patterns = [name for name in names if "*" in name]
        return next((names[k] for k in keys if k in names), None) or next((names[p] for p in patterns for k in keys if fnmatchcase(k, p)), None)

    def _check_totals(self, region: Region, rows: list[int], totals: list[int]) -> None:
        """Report a total that is neither the sum of all rows above nor of those since the previous total."""
        for number, total_row in enumerate(totals):
            since = totals[number - 1] if number else 0
            for col_no in region.columns:
                total = _decimal(region.sheet.text(total_row, col_no))
                above = [(r, v) for r in rows if (v := _decimal(region.sheet.text(r, col_no))) is not None]
                sums = [sum(v for r, v in above if r < total_row), sum(v for r, v in above if since < r < total_row), sum(v for r, v in above if r > total_row), sum(v for _, v in above)]
                if total is None or not above:
                    continue
                allowed = Decimal(len(above) + 1) / 2 * Decimal(1).scaleb(max(min(v.as_tuple().exponent, 0) for v in (total, *(v for _, v in above))))
                if all(abs(total - s) > allowed for s in sums):
                    self._findings.add("total_differs", sheet=region.sheet.name, row=total_row, col=col_no, seen=region.sheet.text(total_row, col_no), sum=sums[3])

    def blocks(self) -> tuple[Block, ...]:
        """Return what was read, without any value that stands twice for one unit, indicator and period."""
        places: dict[tuple, list[tuple[tuple, int]]] = defaultdict(list)
        for at, run in self._runs.items():
            for i, (key, label) in enumerate(zip(run.keys, run.labels)):
                if run.values[i] is not None:
                    places[key or label, at[5], at[4]].append((at, i))
        twice: dict[tuple, set[int]] = defaultdict(set)
        for found in (f for f in places.values() if len(f) > 1):
            for at, i in found:
                twice[at].add(i)
                run, others = self._runs[at], "、".join(f"{self._runs[o].sheet}!{address(self._runs[o].rows[j], self._runs[o].col_no)}" for o, j in found if (o, j) != (at, i))
                self._findings.add("two_values", sheet=run.sheet, row=run.rows[i], col=run.col_no, seen=run.values[i], others=others)
        return tuple(_block(at, run, twice.get(at, set())) for at, run in self._runs.items())


def _block(at: tuple, run: _Run, without: set[int]) -> Block:
    kept = [i for i in range(len(run.rows)) if i not in without] if without else range(len(run.rows))
    rows, keys, labels, values = ([values[i] for i in kept] for values in (run.rows, run.keys, run.labels, run.values))
    return Block(FIGURES, run.sheet, rows, keys, labels, (ColumnCells(at[5], run.col_no, at[6], values),), at[4])


def _plain(label: str | None, layout: Layout) -> str | None:
    return without_marks(" ".join(label.split()), layout.footnotes) or None if label else None


def _measure_text(text: str | None) -> str | None:
    return text.strip(" ()（）") or None if text else None


def _figure(text: str | None, layout: Layout) -> str | None:
    """Return a figure without its footnote mark, None for what the layout declares as blank."""
    if text is None:
        return None
    plain = text.strip()
    for mark in layout.footnotes:
        plain = plain.removesuffix(mark).removeprefix(mark).strip()
    return None if not plain or plain in layout.blanks else plain


def _decimal(text: str | None) -> Decimal | None:
    try:
        return Decimal(text.replace(",", "").strip()) if text else None
    except InvalidOperation:
        return None
