"""Who, what and when a return says it is: form number, provider, period and a general unit, from the labelled cells above a table.

Labels may share a cell with their value or stand before it. Whether the statements are right is checked in `reading`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from sources.formats.sheets import Sheet
from sources.text import header_key

_LABELS = {
    "form": r"表\s*号(?:\s*Form(?:\s*(?:No|number)\.?)?)?|Form(?:\s*(?:No|number)\.?)?",
    "provider": r"(?:填报|报送)单位(?:\s*Provider)?|Provider",
    "period": r"(?:报告期|报告年度|年度)(?:\s*Period)?|Period",
    "unit": r"(?:计量)?单位(?:\s*Units?)?|Units?",
}
_WORDS = "|".join(f"(?P<{name}>{words})" for name, words in _LABELS.items())
_INSIDE = re.compile(rf"(?<![\w])(?:{_WORDS})\s*:", re.I)
_ALONE = re.compile(rf"^\s*(?:{_WORDS})\s*:?\s*$", re.I)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
MOST_TEXT = 2000  # characters of a cell in which labels and years are looked for
_DASHES = str.maketrans("–—―~～至到", "-------")
_HAN = "[一二三四1-4]"
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = re.compile(r"(?:\d{4} ?年 ?)?(?<!\d)\d{1,2} ?月 ?\d{1,2} ?日|(?<!\d)\d{4}([-/.])\d{1,2}\1\d{1,2}(?!\d)")
_EDGE = re.compile(r"12 ?月[末底]|(?<![\d月])0?1 ?月 ?0?1 ?日|(?<!\d)12 ?月 ?31 ?日|(?<=\d{4})([-/.])(?:0?1(?:\1)0?1|12(?:\1)31)(?!\d)(?: ?00:00:00)?")
_WHOLE_YEAR = re.compile(r"(?<!\d)(?:0?1|一) ?月?(?:份)? ?- ?(?:12|十二) ?月(?:份)?")
_PART = re.compile(rf"(?:第? ?{_HAN} ?季度?|前 ?[一二三123] ?个?季度?|[上下]半年|前 ?{_MONTH} ?个?月|{_MONTH} ?月?份? ?- ?{_MONTH} ?月|{_MONTH} ?月份?(?!\d)|"
                   rf"(?<!\d)(?:19|20)\d{{2}} ?[-/.] ?(?:0?[1-9]|1[0-2])(?!\d)|(?<!\w)[QH][1-4](?!\w)|(?:19|20)\d{{2}} ?[QH][1-4](?!\w)|"
                   r"\b(?:quarter|half[- ]year|first half|second half|month of)\b)", re.I)
_HAN_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")


@dataclass
class Identity:
    """Texts of the labelled cells, and the place (row_no, col_no) of each; a label without a value is absent."""

    texts: dict[str, str] = field(default_factory=dict)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)

    def take(self, name: str, text: str | None, place: tuple[int, int]) -> None:
        """Keep the first value of a label."""
        if text and text.strip() and name not in self.texts:
            self.texts[name], self.places[name] = text.strip(), place

    def place(self, name: str) -> tuple[int | None, int | None]:
        """Return where a label's value stands, (None, None) when it does not."""
        return self.places.get(name, (None, None))


def identify(sheet: Sheet, last_row: int) -> Identity:
    """Return what the labelled cells of rows 1 to `last_row` say."""
    identity = Identity()
    for row_no in range(1, min(last_row, len(sheet.rows)) + 1):
        texts = sheet.row_texts(row_no)
        for col_no, text in enumerate(texts, start=1):
            if text:
                _read_cell(identity, texts, row_no, col_no, " ".join(unicodedata.normalize("NFKC", text[:MOST_TEXT]).split()))
    return identity


def _read_cell(identity: Identity, texts: list[str | None], row_no: int, col_no: int, text: str) -> None:
    alone = _ALONE.match(text)
    if alone:
        found = _next_value(texts, col_no)
        if found:
            identity.take(alone.lastgroup, found[1], (row_no, found[0]))
        return
    labels = list(_INSIDE.finditer(text))
    for label, after in zip(labels, labels[1:] + [None]):
        value = text[label.end():after.start() if after else len(text)]
        if not value.strip() and after is None:
            col, value = _next_value(texts, col_no) or (col_no, "")
            identity.take(label.lastgroup, value, (row_no, col))
        else:
            identity.take(label.lastgroup, value, (row_no, col_no))


def _next_value(texts: list[str | None], col_no: int) -> tuple[int, str] | None:
    for step, text in enumerate(texts[col_no:], start=col_no + 1):
        if text:
            plain = unicodedata.normalize("NFKC", text)
            return None if _ALONE.match(plain) or _INSIDE.match(plain) else (step, plain)
    return None


def year_of(text: str) -> int | None:
    """Return the one year a text names (2018, 2018年度, 二〇一八年, 2018-12-31, 2018年1-12月); None for none, several, or a part of a year."""
    flat = _flat(text)
    years = set(_YEAR.findall(flat.translate(_HAN_DIGITS)))
    return int(years.pop()) if len(years) == 1 and part_of_year(text) is None else None


def part_of_year(text: str, in_title: bool = False) -> str | None:
    """Return the words by which a text names a part of a year (第一季度, 1-6月, 上半年, 2024-03), None where it names none.

    January to December is the year, and so are its first and last day; another day is a part, but in a title the day of writing.
    """
    flat = _WHOLE_YEAR.sub("", _EDGE.sub("", _flat(text)))
    found = _PART.search(_DAY.sub("", flat)) or (None if in_title else _DAY.search(flat))
    return found.group(0) if found else None


def _flat(text: str) -> str:
    """Return a text on one line in plain width, long blanks closed up, so that no pattern runs over thousands of them."""
    return " ".join(unicodedata.normalize("NFKC", text[:MOST_TEXT]).split()).translate(_DASHES)


def provider_of(text: str, by_name: dict[str, str]) -> str | None:
    """Return the provider id a text names: by id, by name, or by both together; None where none is known."""
    tokens = [text, *text.split()]
    return next((by_name[header_key(token)] for token in tokens if header_key(token) in by_name), None)
