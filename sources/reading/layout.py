"""Where a declared table is on a sheet: its header block, its columns by name, its units row, its data rows.

Columns are recognised by header text, Chinese or English, never by position. What is wrong with the place found is
reported in `reading`. Standing decision: the row of the first 40 with the most declared headers is the header; rows beside
it that name the same columns (the other language, headings merged downwards) belong to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from sources.declare.declarations import FIGURES, UNIT_CODE, UNIT_NAME, Declarations, Table
from sources.formats.sheets import Sheet
from sources.text import header_key, split_bracket

_KEY_FIELDS = {UNIT_CODE, UNIT_NAME}
_UNITS_ROW = re.compile(r"^(计量单位|单位|unit|units|unitofmeasure)(unit|units)?:?$")
_NOTE = re.compile(r"^(注|备注|资料来源|数据来源|填报说明|说明|填表人|审核人|单位负责人|报出日期|notes?|sources?)\d*([::.、．]|$)", re.I)
_NOTE_LOOSE = re.compile(r"^(注|note|续表)", re.I)
_TOTALS = re.compile(r"^(合计|总计|共计|小计|全省|全国|全市|全区|全省合计|(grand|sub)?totals?|sum)$|^.{0,12}(合计|总计|小计)(total)?$")
_NUMBERING = re.compile(r"^(\d{1,2}|[甲乙丙丁戊己庚辛]|[a-z](=[-+a-z0-9()*/]{1,40})?|\(\d{1,2}\))$")
_REFERENCE = header_key("上年值")
_IGNORED = {header_key(t) for t in ("备注", "备注 Remarks", "备注 Note", "Remark", "Remarks", "Note", "Notes", "序号", "No.", "序号 No.")}


@dataclass
class Head:
    """The normalised texts of the first rows of a sheet, worked out once for all forms tried on it."""

    sheet: Sheet
    keys: list[list[str | None]]


@dataclass
class Place:
    """A table found in a sheet. Row and column numbers are 1-based; `fields` maps column number to field.

    `foreign`: column to (form_id, indicator);
    `unknown`: column to header text; `units`: column to the unit stated in brackets in the header; `held`: fields of columns
    that stand there and are not read, as it is not certain which figures are meant.
    """

    sheet: Sheet
    table: Table
    top: int
    anchor: int
    bottom: int
    fields: dict[int, str]
    units: dict[int, str]
    foreign: dict[int, tuple[str, str]] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)

    @property
    def key_columns(self) -> list[int]:
        """The columns of a figures table that say which unit a row is about."""
        return [c for c, name in self.fields.items() if name in _KEY_FIELDS]

    @property
    def taken(self) -> list[int]:
        """All columns that are read, in order."""
        return sorted({*self.fields, *self.foreign})

    def hold(self, columns: Iterable[int]) -> None:
        """Leave columns unread."""
        for col_no in columns:
            self.held.add(self.fields.pop(col_no, "") or self.foreign.pop(col_no, ("", ""))[1])
            self.unknown.pop(col_no, None)

    @property
    def score(self) -> float:
        """The share of the table's declared columns that were found."""
        declared = {c.field for c in self.table.columns}
        return len(declared & set(self.fields.values())) / max(len(declared), 1)

    def header_text(self, col_no: int) -> str:
        """Return the header as written over a column."""
        texts = (self.sheet.text(row, col_no) for row in range(self.anchor, self.bottom + 1))
        return next((t for t in texts if t), "") or (self.sheet.text(self.top, col_no) or "")


def head_of(sheet: Sheet, rows: int) -> Head:
    """Return the head of a sheet: keys of its first `rows` rows."""
    count = min(rows, len(sheet.rows))
    return Head(sheet, [[header_key(t) if t else None for t in sheet.row_texts(r)] for r in range(1, count + 1)])


def find_table(head: Head, table: Table, declarations: Declarations) -> Place | None:
    """Return where the table stands in the sheet, None where too few of its headers do."""
    rows = [_recognise(head, r, table, declarations) for r in range(1, len(head.keys) + 1)]
    anchor = max(range(len(rows)), key=lambda i: (_weight(rows[i], table), -i), default=None)
    if anchor is None or not _enough(rows[anchor], table):
        return None
    top, bottom = _block(rows, anchor)
    place = Place(head.sheet, table, top + 1, anchor + 1, bottom + 1, *_merge(rows[top:bottom + 1], head.sheet, top + 1))
    _others(head, place, declarations)
    return place


def is_certain(place: Place) -> bool:
    """Say whether a table that states no form number is this one: most of its columns are there, and most of the columns there are its own."""
    own = set(place.fields.values()) - _KEY_FIELDS
    others = len(place.unknown) + len(place.foreign)
    declared = len({c.field for c in place.table.columns if not c.prefilled})
    owed = max((sum(c.owed_in(year) for c in place.table.columns) for year in _edges(place.table)), default=declared)
    return len(own) * 2 >= min(declared, owed) and len(own) * 2 >= others


def _edges(table: Table) -> set[int]:
    """The years at which what is owed changes."""
    return {year for c in table.columns for era in c.owed for year in (era.start, era.end) if year}


def _recognise(head: Head, row_no: int, table: Table, declarations: Declarations) -> dict[int, tuple[str, str | None]]:
    """Return column → (field, unit in brackets) of the declared headers in one row."""
    found = {}
    for col_no, key in enumerate(head.keys[row_no - 1], start=1):
        if key is None:
            continue
        name, unit = table.field_by_header.get(key), None
        if name is None and key.endswith(")"):
            name, unit = _bracketed(head.sheet.text(row_no, col_no) or "", table, declarations)
        if name:
            found[col_no] = (name, unit)
    return found


def _bracketed(text: str, table: Table, declarations: Declarations) -> tuple[str | None, str | None]:
    parts = split_bracket(text)
    if parts and header_key(parts[1]) in declarations.measures:
        return table.field_by_header.get(header_key(parts[0])), parts[1]
    return None, None


def _weight(row: dict[int, tuple[str, str | None]], table: Table) -> int:
    names = {name for name, _ in row.values()}
    return len(names) if table.name != FIGURES else len(names - _KEY_FIELDS) * 2 + len(names & _KEY_FIELDS)


def _enough(row: dict[int, tuple[str, str | None]], table: Table) -> bool:
    names = {name for name, _ in row.values()}
    if table.name == FIGURES:
        figures = len(names - _KEY_FIELDS)
        return figures >= 1 and len(names) >= min(2, len(table.columns) + 1)
    return len(names) >= max(min(2, len(table.columns)), len(table.columns) * 0.5)


def _block(rows: list[dict], anchor: int) -> tuple[int, int]:
    """Return the first and last row (0-based) of the header block around the anchor."""
    enough = max(1, (len(rows[anchor]) + 1) // 2)
    top = bottom = anchor
    while top > 0 and anchor - top < 3 and (len(rows[top - 1]) >= enough or set(rows[top - 1]) - set(rows[anchor])):
        top -= 1
    while bottom + 1 < len(rows) and bottom - anchor < 3 and len(rows[bottom + 1]) >= enough:
        bottom += 1
    return top, bottom


def _merge(rows: list[dict[int, tuple[str, str | None]]], sheet: Sheet, first_row: int) -> tuple[dict[int, str], dict[int, str]]:
    """Return column → field and column → unit of a header block. The upper row counts, unless it heads several columns."""
    groups = {(top, left) for (top, left), (_, right) in sheet.merges if right > left}
    fields: dict[int, str] = {}
    units: dict[int, str] = {}
    of_group: set[int] = set()
    for row_no, row in enumerate(rows, start=first_row):
        for col_no, (name, unit) in row.items():
            if col_no in of_group:
                fields[col_no] = name
                of_group.discard(col_no)
            fields.setdefault(col_no, name)
            if (row_no, col_no) in groups:
                of_group.add(col_no)
            if unit:
                units.setdefault(col_no, unit)
    return dict(sorted(fields.items())), units


def _others(head: Head, place: Place, declarations: Declarations) -> None:
    """Sort the headers that are not this table's into foreign, unknown and ignored."""
    width = max((len(r) for r in head.keys[place.anchor - 1:place.bottom]), default=0)
    for col_no in range(1, width + 1):
        keys = [r[col_no - 1] for r in head.keys[place.anchor - 1:place.bottom] if len(r) >= col_no and r[col_no - 1]]
        if col_no in place.fields or not keys or keys[0] in _IGNORED or keys[0].startswith(_REFERENCE):
            continue
        owner = next((declarations.figure_owner_by_header[k] for k in keys if k in declarations.figure_owner_by_header), None)
        if owner and place.table.name == FIGURES:
            place.foreign[col_no] = owner
        else:
            place.unknown[col_no] = place.header_text(col_no)


def units_row(place: Place) -> int | None:
    """Return the number of the units row of a figures table: the first or second row below the header, None where there is none."""
    for row_no in range(place.bottom + 1, min(place.bottom + 3, len(place.sheet.rows) + 1)):
        first = next((t for t in place.sheet.row_texts(row_no) if t), None)
        if first and _UNITS_ROW.match(header_key(first)):
            return row_no
    return None


def data_rows(place: Place, start: int) -> list[int]:
    """Return the numbers of the rows that hold data from `start` on: blank rows, notes and totals left out."""
    note = _NOTE_LOOSE if place.table.name == FIGURES else _NOTE
    columns = place.taken
    kept, noted = [], False
    for row_no in range(start, len(place.sheet.rows) + 1):
        row = place.sheet.rows[row_no - 1]
        filled = [v for v in row if v is not None and v != "" and not (isinstance(v, str) and v.isspace())]
        if not filled and not _has_error(place, row_no):
            continue
        first = header_key(filled[0]) if filled and isinstance(filled[0], str) else ""
        if first and (note.match(first) or _NOTE.match(first)):
            noted = True
        elif not (noted and len(filled) == 1) and any(c <= len(row) and row[c - 1] not in ("", None) for c in columns) and not _is_total(place, row_no):
            kept.append(row_no)
    return kept


def _has_error(place: Place, row_no: int) -> bool:
    return bool(place.sheet.errors) and any((row_no, c) in place.sheet.errors for c in place.taken)


def _is_total(place: Place, row_no: int) -> bool:
    """Say whether a row of figures adds up others: its name says so, and no code says that it is a unit."""
    keys = [header_key(text) for c in place.key_columns if (text := place.sheet.text(row_no, c))] if place.table.name == FIGURES else []
    return bool(keys) and all(_TOTALS.match(key) for key in keys)


# -- what stands between the header and the data

def is_numbering(texts: Iterable[str]) -> bool:
    """Say whether a row only numbers its columns, from the first on: 1 2 3, 甲 乙 1 2, A=B+C B C."""
    keys = [header_key(text) for text in texts]
    return bool(keys) and keys[0].startswith(("1", "甲", "a", "(1)")) and all(map(_NUMBERING.match, keys))


def is_note(text: str) -> bool:
    """Say whether a row that begins with this text is a note or the title of a continuation."""
    key = header_key(text)
    return bool(_NOTE.match(key) or _NOTE_LOOSE.match(key))


def is_units_label(text: str) -> bool:
    """Say whether a text stands before a row of units of measure (计量单位)."""
    return bool(_UNITS_ROW.match(header_key(text)))


def leaf_rows(place: Place, units_at: int | None) -> list[int]:
    """Return the rows between header and data that say more about the columns: no unit stands in them, and words over the figures."""
    if place.table.name != FIGURES or not place.key_columns:
        return []
    found = []
    for row_no in range(place.bottom + 1, min(place.bottom + 8, len(place.sheet.rows) + 1)):
        texts = {c: t for c, t in enumerate(place.sheet.row_texts(row_no), start=1) if t}
        if row_no == units_at or not texts:
            continue
        if any(c in texts for c in place.key_columns):
            break
        if not is_numbering(texts.values()) and not all(_NUMBER.match(t) and not _YEAR.match(t) for t in map(header_key, texts.values())):
            found.append(row_no)
    return found


_NUMBER, _YEAR = re.compile(r"^[-+]?[\d,.]+%?$"), re.compile(r"^(19|20)\d{2}$")


def span_of(place: Place, col_no: int) -> range:
    """Return the columns that a heading stands over: its merged area, else the nameless columns to its right."""
    for (top, left), (bottom, right) in place.sheet.merges:
        if left == col_no and right > left and place.top <= top and top <= place.bottom:
            return range(left, right + 1)
    width, last = max((len(place.sheet.rows[r - 1]) for r in range(place.top, place.bottom + 1)), default=0), col_no
    while last + 1 <= max(width, col_no) and not any(place.sheet.text(r, last + 1) for r in range(place.top, place.bottom + 1)):
        last += 1
    return range(col_no, last + 1)
