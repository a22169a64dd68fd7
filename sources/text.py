"""Text as people print it: header keys, cell addresses, the digits of a stored number, names safe to show.

No file is opened here and nothing is judged; parsing a value to a number belongs to staging.
Standing decision: a number is shown with at most 15 significant digits, as every spreadsheet program shows it
(ECMA-376 part 1, 18.3.1.96: a cell holds a binary double), so 8.7100000000000009 is 8.71.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

_UNSAFE_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－", "-"))
# What takes no width on paper, and blanks other than the plain one and the Chinese one (U+3000, with which names are padded).
# A line break inside a heading is honest; around a text it is not seen.
_NO_WIDTH = re.compile("[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_ODD_SPACE = re.compile("[\t\u00a0\u2000-\u200a\u202f\u205f]")
_INVISIBLE = re.compile(f"{_NO_WIDTH.pattern}|{_ODD_SPACE.pattern}|^[\r\n]|[\r\n]$(?![\r\n])")
_SPACE_IN_NUMBER = re.compile(f"(?<=[0-9０-９]){_ODD_SPACE.pattern}(?=[0-9０-９])")
_TAIL_BRACKET = re.compile(r"^(.*)\(([^()]*)\)$", re.S)


@lru_cache(maxsize=65536)
def header_key(text: str) -> str:
    """Return the comparison key of a header: NFKC, no blanks, lower case, one kind of dash and bracket."""
    flat = unicodedata.normalize("NFKC", text).translate(_DASHES).casefold()
    flat = flat.replace("〔", "(").replace("〕", ")").replace("[", "(").replace("]", ")").replace("【", "(").replace("】", ")")
    return "".join(flat.split())


def split_bracket(text: str) -> tuple[str, str] | None:
    """Split `财政收入（亿元）` into (`财政收入`, `亿元`); None where no bracket closes the text."""
    flat = unicodedata.normalize("NFKC", text).strip()
    match = _TAIL_BRACKET.match(flat)
    return (match.group(1).strip(), match.group(2).strip()) if match else None


def number_text(value: int | float) -> str:
    """Return the stored number as a person reads it: 106 for 106.0, 8.71 for 8.7100000000000009, never an exponent."""
    if isinstance(value, int):
        return str(value)
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    shown = format(value, ".15g")
    return format(Decimal(shown), "f") if "e" in shown else shown


def percent_text(value: int | float) -> str:
    """Return a number under a percent format as it is shown: 12.3% for 0.123."""
    scaled = format(Decimal(number_text(value)) * 100, "f")
    return (scaled.rstrip("0").rstrip(".") if "." in scaled else scaled) + "%"


def without_invisible(text: str) -> str:
    """Return a text without characters that nobody sees: zero width, control and direction marks out, odd spaces between digits out, else plain."""
    if not _INVISIBLE.search(text):
        return text
    shown = _NO_WIDTH.sub("", text)
    return _ODD_SPACE.sub(" ", _SPACE_IN_NUMBER.sub("", shown)).strip()


def invisible_in(text: str) -> list[str]:
    """Return the invisible characters of a text as people look them up (`U+200B`), each once, in order."""
    return list(dict.fromkeys(f"U+{ord(c):04X}" for c in _INVISIBLE.findall(text)))


def cell_text(value: object) -> str | None:
    """Return any value a workbook library yields as text; None for a blank cell (nothing, or only blanks)."""
    if type(value) is str:
        value = without_invisible(value)
        return value if value and not value.isspace() else None
    if value is None:
        return None
    if value is True or value is False:
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


@lru_cache(maxsize=16384)
def column_letters(col_no: int) -> str:
    """Return the letters of a 1-based column number: A, Z, AA."""
    letters = ""
    while col_no:
        col_no, rest = divmod(col_no - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Return the 1-based number of column letters."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def address(row_no: int, col_no: int) -> str:
    """Return the address of a 1-based row and column: `D7`."""
    return f"{column_letters(col_no)}{row_no}"


def display_name(name: str, limit: int = 255) -> str:
    """Return a name from outside fit for a ledger or a page: control and direction characters replaced, length cut.

    The result is shown and compared, never opened: no path is ever made of it.
    """
    shown = "".join("\ufffd" if unicodedata.category(c) in _UNSAFE_CATEGORIES else c for c in name)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def is_unsafe_name(name: str) -> bool:
    """Say whether a name tries to be a path elsewhere or hides characters: `../x`, `/x`, `C:\\x`, control characters."""
    parts = re.split(r"[\\/]", name)
    return ".." in parts or parts[0] == "" or bool(re.match(r"^[A-Za-z]:", name)) or "\ufffd" in display_name(name)


def excerpt(value: object, limit: int = 80) -> str:
    """Return a value as it may be quoted in a message: one line, safe characters, cut."""
    return display_name(" ".join(str(value).split()), limit)
