"""Reading CSV: which encoding, which delimiter, rows as written.

UTF-8 (with or without BOM) first, then GB18030 (which contains GBK and GB 2312); a row in the other encoding is reported.
UTF-16 (what Excel saves as "Unicode text", also without its BOM) is read too. Nothing is guessed by file name.
"""

from __future__ import annotations

import csv
import io
import re

from sources.findings import Findings, Unreadable
from sources.formats import unsupported
from sources.formats.limits import Limits
from sources.formats.sheets import Sheet

_HAN = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]")
_CONTROL_TEXT = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffe\uffff]")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def read_csv(data: bytes, findings: Findings, limits: Limits) -> list[Sheet]:
    """Return the single sheet (named `CSV`) of a text file; encodings that do not fit are added to the findings. Raises Unreadable."""
    text = decode(data, findings)
    if text.count("\n") > limits.rows + limits.header_rows:
        raise Unreadable("too_many_rows", sheet="CSV", limit=limits.rows)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text)))
    except csv.Error as error:
        raise Unreadable("damaged_file", detail=str(error)) from error
    if max((len(row) for row in rows), default=0) > limits.columns:
        raise Unreadable("stray_cell", sheet="CSV", address=f"{max(len(row) for row in rows)} 列 columns")
    return [Sheet("CSV", rows, formulas=_formulas(rows), ragged=True)]


def _formulas(rows: list[list[str]]) -> frozenset[tuple[int, int]]:
    return frozenset((r, c) for r, row in enumerate(rows, 1) for c, text in enumerate(row, 1) if text.startswith("="))


def delimiter(text: str) -> str:
    """Return the delimiter: of comma, tab and semicolon the one most used in the first rows."""
    head = text[:8192]
    return max(",\t;", key=head.count)


def decode(data: bytes, findings: Findings) -> str:
    """Return the text of the bytes; rows that do not fit the file's encoding are found. Raises Unreadable for binary content."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    if (wide := _utf16(data)) is not None:
        return wide
    if _CONTROL.search(data):
        raise Unreadable("unsupported_file", **unsupported.words(data))
    body = data.removeprefix(b"\xef\xbb\xbf")
    if body.isascii():
        return body.decode("ascii")
    for encoding in ("utf-8", "gb18030") if not _mixed(body) else ("utf-8",):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    return _decode_rows(body, findings)


def _utf16(data: bytes) -> str | None:
    """Return the text of UTF-16 without a byte order mark, recognised by the zero bytes that digits and commas have there; None for other content."""
    sample = data[:8192]
    zeros = (sample[0::2].count(0), sample[1::2].count(0))
    if len(data) % 2 or max(zeros) * 16 < len(sample) or min(zeros) * 16 > max(zeros):
        return None
    try:
        text = data.decode("utf-16-le" if zeros[1] > zeros[0] else "utf-16-be")
    except UnicodeDecodeError:
        return None
    return None if _CONTROL_TEXT.search(text) else text


def _is_utf8_han(line: bytes) -> bool:
    """A line is surely UTF-8 when it decodes so and then holds Chinese text (short GB18030 words can decode as UTF-8 by chance)."""
    try:
        return bool(_HAN.search(line.decode("utf-8")))
    except UnicodeDecodeError:
        return False


def _mixed(body: bytes) -> bool:
    lines = [line for line in body.split(b"\n") if not line.isascii()]
    sure = sum(map(_is_utf8_han, lines))
    return 0 < sure < len(lines)


def _decode_rows(body: bytes, findings: Findings) -> str:
    lines = body.split(b"\n")
    kinds = [_line_encoding(line) for line in lines]
    utf8, gb = kinds.count("utf-8"), kinds.count("gb18030")
    main = "utf-8" if utf8 >= gb else "gb18030"
    decoded = []
    for number, (line, kind) in enumerate(zip(lines, kinds), start=1):
        if kind == "none":
            findings.add("undecodable_row", sheet="CSV", row=number)
        elif kind not in ("ascii", main):
            findings.add("mixed_encoding", sheet="CSV", row=number, here=kind.upper(), rest=main.upper())
        decoded.append(line.decode("gb18030" if kind == "gb18030" else "utf-8", "replace"))
    return "\n".join(decoded)


def _line_encoding(line: bytes) -> str:
    if line.isascii():
        return "ascii"
    for encoding in ("utf-8", "gb18030") if _is_utf8_han(line) else ("gb18030", "utf-8"):
        try:
            line.decode(encoding)
            return encoding
        except UnicodeDecodeError:
            continue
    return "none"
