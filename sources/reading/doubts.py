"""Columns and rows whose content is uncertain: left unread and reported, so that a wrong figure is never taken for a right one.

Belongs here: headings over several columns, the same heading twice, a second block beside or below. Does not belong here: how a form may
declare such sheets (declared layouts). Standing decision: what is doubtful is held back as a whole column, and the rest of the table is read.
"""

from __future__ import annotations

from collections import Counter

from sources.declare.declarations import FIGURES, UNIT_CODE, UNIT_NAME
from sources.findings import Findings
from sources.reading.layout import Place, data_rows, leaf_rows, span_of
from sources.text import address, header_key


def hold_doubtful(place: Place, units_at: int | None, findings: Findings) -> None:
    """Take columns out of the place that cannot be read for certain, each with its finding."""
    _hold_second_block(place, units_at, findings)
    _hold_doubled(place, findings)
    if place.table.name == FIGURES:
        _hold_leaves(place, units_at, findings)


# -- headings over several columns

def _hold_leaves(place: Place, units_at: int | None, findings: Findings) -> None:
    rows = leaf_rows(place, units_at)
    data = data_rows(place, max([*rows, units_at or place.bottom]) + 1)
    for col_no in [c for c in place.taken if c not in place.key_columns]:
        heading, span = place.header_text(col_no), span_of(place, col_no)
        leaves = [(r, c) for c in span for r in rows if place.sheet.text(r, c)]
        nameless = _nameless(place, span, data, findings)
        if not leaves and not nameless:
            continue
        shown = "、".join(f"{place.sheet.text(r, c)}（{address(r, c)}）" for r, c in leaves) or "、".join(address(place.bottom, c) for c in (col_no, *nameless))
        findings.add("leaf_columns", sheet=place.sheet.name, row=place.anchor, col=col_no, seen=heading, leaves=shown)
        place.hold([col_no])


def _nameless(place: Place, span: range, rows: list[int], findings: Findings) -> list[int]:
    """Return the columns of a heading's span, after its first, that hold figures and have no name; a few stray cells are reported instead."""
    found = []
    for col_no in span[1:]:
        filled = [r for r in rows if place.sheet.text(r, col_no)]
        if col_no in place.taken or not filled:
            break
        if len(filled) * 2 < len(rows):
            findings.add("nameless_column", sheet=place.sheet.name, row=filled[0], col=col_no, seen=place.sheet.text(filled[0], col_no))
        else:
            found.append(col_no)
    return found


# -- the same heading twice

def _hold_doubled(place: Place, findings: Findings) -> None:
    first: dict[str, int] = {}
    doubled: set[str] = set()
    for col_no, name in _names(place):
        if first.setdefault(name, col_no) == col_no:
            continue
        doubled.add(name)
        findings.add("doubled_column", sheet=place.sheet.name, row=place.anchor, col=col_no, seen=place.header_text(col_no), first=address(place.anchor, first[name]))
    place.hold([c for c, name in _names(place) if name in doubled and (c != first[name] or name not in (UNIT_CODE, UNIT_NAME))])


def _names(place: Place) -> list[tuple[int, str]]:
    return sorted([*place.fields.items(), *((c, indicator) for c, (_, indicator) in place.foreign.items())])


# -- a second block beside the first, or below it

def _hold_second_block(place: Place, units_at: int | None, findings: Findings) -> None:
    """Hold back everything right of a second column of units, unless it names the same units row by row."""
    counted = Counter(place.fields[c] for c in place.key_columns)
    second = next((c for c in place.key_columns if counted[place.fields[c]] > 1 and c != _first(place, place.fields[c])), None)
    if second is None or place.table.name != FIGURES:
        return
    first = _first(place, place.fields[second])
    rows = data_rows(place, (units_at or place.bottom) + 1)
    if all(header_key(place.sheet.text(r, first) or "") == header_key(place.sheet.text(r, second) or "") for r in rows):
        return
    findings.add("second_block", sheet=place.sheet.name, row=place.anchor, col=second, seen=place.header_text(second), first=address(place.anchor, first))
    place.hold([c for c in place.taken if c >= second])


def _first(place: Place, name: str) -> int:
    return next(c for c, other in place.fields.items() if other == name)


def until_second_header(place: Place, rows: list[int], findings: Findings) -> list[int]:
    """Return the rows before a second header; one that repeats the first word for word (a page break) is only left out."""
    kept: list[int] = []
    for row_no in rows:
        if not _is_header(place, row_no):
            kept.append(row_no)
        elif not _repeats(place, row_no):
            findings.add("second_header", sheet=place.sheet.name, row=row_no, seen=" ".join(filter(None, place.sheet.row_texts(row_no))))
            break
    return kept


def _is_header(place: Place, row_no: int) -> bool:
    """Say whether a row holds names of columns where figures are expected."""
    known = place.table.field_by_header
    named = [place.fields[c] for c in place.fields if (text := place.sheet.text(row_no, c)) and header_key(text) in known]
    return place.table.name == FIGURES and bool({UNIT_CODE, UNIT_NAME} & set(named)) or len(named) > max(2, len(place.fields) / 2)


def _repeats(place: Place, row_no: int) -> bool:
    known = place.table.field_by_header
    return all(known.get(header_key(place.sheet.text(row_no, c) or "")) == name for c, name in place.fields.items())
