"""Headings as people print them: two languages in one cell, footnote marks, `#` before sub-items, a unit of measure in brackets, years.

Belongs here: whether a text on a sheet is the text that a layout declares, and the path of headings over each column. Does not belong
here: where blocks are and what their rows hold (declared.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from functools import lru_cache

from sources.declare.layouts import PERIOD, UNIT, YEAR
from sources.formats.sheets import Sheet
from sources.reading.identity import year_of
from sources.text import header_key, split_bracket

_TWO_LANGUAGES = re.compile(r"^(.*[\u3400-\u9fff）)])\s{0,9}([A-Za-z][^\u3400-\u9fff]*)$", re.S)
_MARKS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳¹²³⁴⁵⁶⁷⁸⁹†‡*＊"
_NO_MARKS = dict.fromkeys(map(ord, _MARKS))
_BEFORE = re.compile(r"^(?:[#＃]|其中[:：]|of which:?|(?:[一二三四五六七八九十]{1,3}|\d{1,2})[、.．](?!\d)|[(（](?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）])\s{0,9}", re.I)
_YEAR_TAIL = ("", "年", "年度", "年末")
MOST = 300  # characters of a heading or a name that are looked at


@lru_cache(maxsize=65536)
def readings(text: str, marks: tuple[str, ...] = ()) -> frozenset[str]:
    """Return every key by which a printed text may be meant: whole, each language, each line, without marks, numbering or bracket."""
    text = without_marks(text[:MOST].strip(), marks)
    found = {text, *text.splitlines()}
    for one in list(found):
        both = _TWO_LANGUAGES.match(" ".join(one.split()))
        found |= set(both.groups()) if both else set()
    for one in list(found):
        bare = _BEFORE.sub("", one.strip())
        found |= {bare, without_marks(bare, marks)}
    for one in list(found):
        parts = split_bracket(one)
        found |= {without_marks(parts[0], marks)} if parts else set()
    return frozenset(key for one in found if (key := header_key(one)))


def without_marks(text: str, marks: tuple[str, ...] = ()) -> str:
    """Return a text without footnote marks, wherever in it they stand."""
    bare = text.translate(_NO_MARKS)
    for mark in marks:
        bare = bare.replace(mark, "")
    return bare.strip()


def meets(declared: str, seen: str, marks: tuple[str, ...], period: int | None) -> tuple[bool, int | None]:
    """Say whether a printed heading is the declared one, and which year it names where the declaration asks for one."""
    if "*" in declared:
        return any(fnmatchcase(key, header_key(declared)) for key in readings(seen, marks)), None
    if PERIOD in declared:
        return period is not None and any(header_key(declared.replace(PERIOD, str(period)) + tail) in readings(seen, marks) for tail in _YEAR_TAIL), None
    if YEAR not in declared:
        return header_key(declared) in readings(seen, marks), None
    year = year_of(seen)
    same = year is not None and any(header_key(declared.replace(YEAR, str(year)) + tail) in readings(seen, marks) for tail in _YEAR_TAIL)
    return same, year if same else None


def follows(path: tuple[str, ...], headings: Iterable[str], marks: tuple[str, ...], period: int | None,
            unit_of: Callable[[str], str | None] = lambda text: None) -> tuple[bool, int | None, str | None]:
    """Say whether the headings over a column hold the path, in its order and others between; the year they name, and the unit."""
    wanted, year, unit = list(path), None, None
    for seen in headings:
        if not wanted:
            break
        if UNIT in wanted[0]:
            named_unit = unit_of(seen)
            if named_unit:
                wanted, unit = wanted[1:], named_unit
            continue
        same, named = meets(wanted[0], seen, marks, period)
        if same:
            wanted, year = wanted[1:], year or named
    return not wanted, year, unit


def paths_over(sheet: Sheet, top: int, bottom: int, left: int, right: int) -> dict[int, list[str]]:
    """Return the headings over each column from the top down. A merged heading stands over all its columns; where a row has no merged
    cells, a heading stands over the nameless columns to its right that have a heading of their own below."""
    merged, rows_with_merges = _merged(sheet, top, bottom)
    texts: dict[tuple[int, int], str | None] = {}
    for row_no in range(top, bottom + 1):
        before = None
        for col_no in range(left, right + 1):
            corner = merged.get((row_no, col_no))
            text = sheet.text(*corner) if corner else sheet.text(row_no, col_no)
            below = any(sheet.text(r, col_no) for r in range(row_no + 1, bottom + 1))
            if text is None and row_no not in rows_with_merges and below and before:
                text = before
            texts[row_no, col_no] = before = text
    return {c: _once(texts[r, c] for r in range(top, bottom + 1)) for c in range(left, right + 1)}


def _merged(sheet: Sheet, top: int, bottom: int) -> tuple[dict[tuple[int, int], tuple[int, int]], set[int]]:
    corners: dict[tuple[int, int], tuple[int, int]] = {}
    rows: set[int] = set()
    for (first, left), (last, right) in sheet.merges:
        if first > bottom or last < top:
            continue
        for row_no in range(max(first, top), min(last, bottom) + 1):
            corners.update(((row_no, c), (first, left)) for c in range(left, min(right, left + 1024) + 1))
            if right > left:
                rows.add(row_no)
    return corners, rows


def _once(texts: Iterable[str | None]) -> list[str]:
    kept: list[str] = []
    for text in texts:
        if text and (not kept or kept[-1] != text):
            kept.append(text)
    return kept
