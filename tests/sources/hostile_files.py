"""Files that no honest program writes, for the tests of reading."""

from __future__ import annotations

import io
import struct
import zipfile

import msoffcrypto
import xlwt
from msoffcrypto.format.ooxml import OOXMLFile
from returns_by_hand import grid, xlsx
from xlwt.CompoundDoc import XlsDoc

SHEET = "xl/worksheets/sheet1.xml"
_SHEET_HEAD = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_SHEET_TAIL = b"</sheetData></worksheet>"


def patched(data: bytes, parts: dict[str, bytes]) -> bytes:
    """A workbook with some of its parts replaced or added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return target.getvalue()


def part(data: bytes, name: str) -> bytes:
    """One part of a workbook."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return book.read(name)


def bomb() -> bytes:
    """A workbook whose sheet expands to 200 MB of blanks."""
    return _with_sheet((b" " * 1_000_000 for _ in range(200)))


def lying_bomb() -> bytes:
    """The same, its size fields saying one kilobyte."""
    data = bytearray(bomb())
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.find(mark)
        while at >= 0:
            if struct.unpack_from("<I", data, at + place)[0] > 100_000_000:
                struct.pack_into("<I", data, at + place, 1024)
            at = data.find(mark, at + 4)
    return bytes(data)


def many_parts() -> bytes:
    """A workbook of thousands of parts."""
    return patched(xlsx(grid()), {f"xl/media/{i}.png": b"" for i in range(3000)})


def million_rows() -> bytes:
    """A workbook of a million rows."""
    return _with_sheet((b"<row><c><v>1</v></c></row>" * 10_000 for _ in range(100)))


def stray_cell() -> bytes:
    """A sound workbook with one more cell at the far corner of the sheet."""
    data = xlsx(grid())
    cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return patched(data, {SHEET: part(data, SHEET).replace(b"</sheetData>", cell)})


def with_doctype() -> bytes:
    """A sound workbook whose sheet declares an external entity."""
    data = xlsx(grid())
    evil = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><worksheet'
    return patched(data, {SHEET: part(data, SHEET).replace(b"<worksheet", evil, 1)})


def _with_sheet(chunks) -> bytes:
    base, target = xlsx(grid()), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(base)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name in old.namelist():
            if name != SHEET:
                new.writestr(name, old.read(name))
        with new.open(SHEET, "w") as sheet:
            sheet.write(_SHEET_HEAD)
            for chunk in chunks:
                sheet.write(chunk)
            sheet.write(_SHEET_TAIL)
    return target.getvalue()


def encrypted_xlsx() -> bytes:
    """A workbook with a password, as Excel writes it."""
    target = io.BytesIO()
    OOXMLFile(io.BytesIO(xlsx(grid()))).encrypt("password", target)
    assert msoffcrypto.OfficeFile(io.BytesIO(target.getvalue())).is_encrypted()
    return target.getvalue()


def xls_book(lines: list[list[object]], percents: tuple[tuple[int, int], ...] = ()) -> xlwt.Workbook:
    """A .xls workbook of one sheet; a value beginning with `=` is a formula."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("财政收支")
    percent = xlwt.easyxf(num_format_str="0.0%")
    for r, line in enumerate(lines):
        for c, value in enumerate(line):
            if isinstance(value, str) and value.startswith("="):
                value = xlwt.Formula(value[1:])
            if value is not None:
                sheet.write(r, c, value, percent if (r + 1, c + 1) in percents else xlwt.Style.default_style)
    return book


def xls(lines: list[list[object]], percents: tuple[tuple[int, int], ...] = ()) -> bytes:
    """The bytes of such a workbook."""
    target = io.BytesIO()
    xls_book(lines, percents).save(target)
    return target.getvalue()


def encrypted_xls() -> bytes:
    """A .xls that announces its encryption (FILEPASS after the first record, [MS-XLS] 2.4.117)."""
    stream = xls_book(grid()).get_biff_data()
    after_bof = 4 + struct.unpack_from("<H", stream, 2)[0]
    filepass = struct.pack("<HHHHH", 0x002F, 6, 0, 0x1234, 0x5678)
    target = io.BytesIO()
    XlsDoc().save(target, stream[:after_bof] + filepass + stream[after_bof:])
    return target.getvalue()


def ods(lines: list[list[object]], extra_row: str = "") -> bytes:
    """A minimal OpenDocument spreadsheet; a value beginning with `=` is a formula with the cached value 7."""
    rows = "".join(f"<table:table-row>{''.join(map(_ods_cell, line))}</table:table-row>" for line in lines)
    content = ('<?xml version="1.0" encoding="UTF-8"?><office:document-content '
               'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
               'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
               f'<table:table table:name="财政收支">{rows}{extra_row}</table:table></office:spreadsheet></office:body></office:document-content>')
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("META-INF/manifest.xml", "<manifest/>")
        book.writestr("content.xml", content)
    return target.getvalue()


def _ods_cell(value: object) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, str) and value.startswith("="):
        return f'<table:table-cell table:formula="of:{value}" office:value-type="float" office:value="7"><text:p>7</text:p></table:table-cell>'
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
