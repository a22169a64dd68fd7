"""Looking into an .xls (BIFF8) before it is read: encryption, formulas, percent formats, how large its grids are.

Values themselves are read by calamine in `parse_apart`; here only record heads are walked ([MS-XLS] 2.4). Standing decision: an .xls
older than BIFF8 (Excel 95 and before) is not walked and so its formulas and percent formats are not seen.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass, field

import olefile

from sources.findings import Unreadable
from sources.formats.limits import Limits
from sources.formats.parse_apart import grids_apart
from sources.formats.unsupported import OLE_DOCUMENT
from sources.formats.sheets import Sheet, shows_percent, shows_scaled

_BOF, _EOF, _FILEPASS, _FORMAT, _XF, _BOUNDSHEET = 0x0809, 0x000A, 0x002F, 0x041E, 0x00E0, 0x0085
_FORMULA, _MULRK, _BOOLERR, _ROW, _COLINFO = 0x0006, 0x00BD, 0x0205, 0x0208, 0x007D
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_SINGLE = {0x0006, 0x0203, 0x027E, 0x00FD, 0x0204, 0x0205, 0x00D6}  # formula, number, rk, labelsst, label, boolerr, rstring


@dataclass
class _Found:
    formulas: set[tuple[int, int]] = field(default_factory=set)
    styles: dict[tuple[int, int], int] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    bottom: int = 0
    right: int = 0


def read_xls(data: bytes, limits: Limits) -> list[Sheet]:
    """Return the sheets of an OLE workbook, hidden ones marked. Raises Unreadable (encrypted, not a workbook, damaged, too large)."""
    stream = _workbook_stream(data)
    names, found, formats = _walk(stream)
    area = sum(f.bottom * f.right for f in found.values())
    if area > limits.grid_cells:
        raise Unreadable("stray_cell", sheet=" ".join(names.values()), address=f"{area} 格 cells")
    by_name = {name: found.get(offset, _Found()) for offset, name in names.items()}
    sheets = grids_apart(data, limits)
    for sheet in sheets:
        seen = by_name.get(sheet.name, _Found())
        sheet.formulas = frozenset(seen.formulas)
        sheet.percents = frozenset(place for place, style in seen.styles.items() if shows_percent(formats.get(style, "")))
        sheet.scaled = {place: code for place, style in seen.styles.items() if shows_scaled(code := formats.get(style, ""))}
        sheet.errors = seen.errors
        sheet.hidden_rows, sheet.hidden_columns = frozenset(seen.hidden_rows), frozenset(seen.hidden_columns)
    return sheets


def _workbook_stream(data: bytes) -> bytes:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            if ole.exists("EncryptedPackage"):
                raise Unreadable("encrypted_file")
            name = next((n for n in ("Workbook", "Book") if ole.exists(n)), None)
            if name is None:
                raise Unreadable("unsupported_file", **OLE_DOCUMENT)
            return ole.openstream(name).read()
    except Unreadable:
        raise
    except Exception as error:  # olefile raises many kinds on damaged input
        raise Unreadable("damaged_file", detail=f"{type(error).__name__} {error}") from error


def _records(stream: bytes):
    """Yield (offset, record type, body) over the stream; a cut last record ends it."""
    at, end = 0, len(stream)
    while at + 4 <= end:
        kind, size = struct.unpack_from("<HH", stream, at)
        if at + 4 + size > end:
            raise Unreadable("damaged_file", detail="BIFF 截断 truncated")
        yield at, kind, stream[at + 4:at + 4 + size]
        at += 4 + size


def _walk(stream: bytes) -> tuple[dict[int, str], dict[int, _Found], dict[int, str]]:
    """Return sheet names by stream offset, what each holds, and the number format of each cell format."""
    names: dict[int, str] = {}
    found: dict[int, _Found] = {}
    formats: dict[int, str] = {}
    xfs: list[int] = []
    now = None
    for at, kind, body in _records(stream):
        if kind == _BOF:
            now = found.setdefault(at, _Found())
        elif kind == _FILEPASS:
            raise Unreadable("encrypted_file")
        elif kind == _BOUNDSHEET and len(body) > 8:
            names[struct.unpack_from("<I", body)[0]] = _short_text(body[6:])
        elif kind == _FORMAT and len(body) > 5:
            formats[struct.unpack_from("<H", body)[0]] = _long_text(body[2:])
        elif kind == _XF and len(body) >= 4:
            xfs.append(struct.unpack_from("<H", body, 2)[0])
        elif now is not None:
            _cell(now, kind, body)
    formats |= {9: "0%", 10: "0.00%"}
    return names, found, {i: formats[key] for i, key in enumerate(xfs) if key in formats}


def _cell(now: _Found, kind: int, body: bytes) -> None:
    if kind in _SINGLE and len(body) >= 6:
        row, col, style = struct.unpack_from("<HHH", body)
        now.styles[row + 1, col + 1] = style
        now.bottom, now.right = max(now.bottom, row + 1), max(now.right, col + 1)
        if kind == _FORMULA:
            now.formulas.add((row + 1, col + 1))
        _error(now, kind, row + 1, col + 1, body)
    elif kind == _MULRK and len(body) >= 6:
        row, first = struct.unpack_from("<HH", body)
        for step in range((len(body) - 6) // 6):
            now.styles[row + 1, first + step + 1] = struct.unpack_from("<H", body, 4 + 6 * step)[0]
            now.right = max(now.right, first + step + 1)
        now.bottom = max(now.bottom, row + 1)
    elif kind == _ROW and len(body) >= 16 and body[12] & 0x20:  # fDyZero: no height
        now.hidden_rows.add(struct.unpack_from("<H", body)[0] + 1)
    elif kind == _COLINFO and len(body) >= 10 and body[8] & 1:
        first, last = struct.unpack_from("<HH", body)
        now.hidden_columns.update(range(first + 1, min(last, 255) + 2))


def _error(now: _Found, kind: int, row: int, col: int, body: bytes) -> None:
    """Note a cell that holds an error, as value or as result of its formula ([MS-XLS] 2.5.10, 2.5.133)."""
    if kind == _BOOLERR and len(body) >= 8 and body[7]:
        now.errors[row, col] = _ERRORS.get(body[6], "#ERR")
    elif kind == _FORMULA and len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2:
        now.errors[row, col] = _ERRORS.get(body[8], "#ERR")


def _short_text(body: bytes) -> str:
    size, wide = body[0], body[1] & 1
    return body[2:2 + size * 2].decode("utf-16-le", "replace") if wide else body[2:2 + size].decode("latin-1")


def _long_text(body: bytes) -> str:
    size, wide = struct.unpack_from("<H", body)[0], body[2] & 1
    return body[3:3 + size * 2].decode("utf-16-le", "replace") if wide else body[3:3 + size].decode("latin-1")
