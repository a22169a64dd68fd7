"""Files that no honest program writes, for the tests of reading."""

from __future__ import annotations

import email.message
import hashlib
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


def with_styled_cells_far_out() -> bytes:
    """A sound workbook with empty cells that hold a format at the far corner of the sheet."""
    data = xlsx(grid())
    cells = b'<row r="1048576" s="1"><c r="XFC1048576" s="0"/><c r="XFD1048576" s="0"></c></row></sheetData>'
    return patched(data, {SHEET: part(data, SHEET).replace(b"</sheetData>", cells)})


def zipped(parts: dict[str, bytes]) -> bytes:
    """A plain archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


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


def encrypted_xlsx(password: str = "password") -> bytes:
    """A workbook with a password, as Excel writes it."""
    target = io.BytesIO()
    OOXMLFile(io.BytesIO(xlsx(grid()))).encrypt(password, target)
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


_PLAIN = {0x0809, 0x002F, 0x0194, 0x0195, 0x0196, 0x0138, 0x00E1}  # records that are never encrypted ([MS-XLS] 2.2.10)


def rc4_xls(password: str) -> bytes:
    """A .xls encrypted with RC4 as Excel 97 to 2003 does it ([MS-OFFCRYPTO] 2.3.6)."""
    book = xls_book(grid()).get_biff_data()
    after_bof, salt, verifier = 4 + struct.unpack_from("<H", book, 2)[0], bytes(range(16)), bytes(range(16, 32))
    start = hashlib.md5((hashlib.md5(password.encode("utf-16-le")).digest()[:5] + salt) * 16).digest()[:5]
    secret = _rc4(hashlib.md5(start + struct.pack("<I", 0)).digest(), verifier + hashlib.md5(verifier).digest())
    filepass = struct.pack("<HHHHH", 0x002F, 54, 1, 1, 1) + salt + secret
    rest = -(len(book) + len(filepass)) % 4  # a record of no meaning, so that the zeros after the stream make whole records
    filepass += struct.pack("<HH", 0x08FF, rest) + bytes(rest)
    plain = bytearray(book[:after_bof] + filepass + book[after_bof:])
    stream, moved, at = bytearray(), len(filepass), 0
    while at + 4 <= len(plain):
        kind, size = struct.unpack_from("<HH", plain, at)
        if kind == 0x0085:  # where a sheet begins has moved
            struct.pack_into("<I", plain, at + 4, struct.unpack_from("<I", plain, at + 4)[0] + moved)
        at += 4 + size
    for block in range(0, len(plain), 1024):
        stream += _rc4(hashlib.md5(start + struct.pack("<I", block // 1024)).digest(), bytes(plain[block:block + 1024]))
    at = 0
    while at + 4 <= len(plain):
        kind, size = struct.unpack_from("<HH", plain, at)
        clear = 4 + size if kind in _PLAIN else 8 if kind == 0x0085 else 4
        stream[at:at + clear] = plain[at:at + clear]
        at += 4 + size
    target = io.BytesIO()
    XlsDoc().save(target, bytes(stream))
    return target.getvalue()


def _rc4(key: bytes, data: bytes) -> bytes:
    state, j, out, i = list(range(256)), 0, bytearray(), 0
    for n in range(256):
        j = (j + state[n] + key[n % len(key)]) % 256
        state[n], state[j] = state[j], state[n]
    j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def html(lines: list[list[object]], encoding: str = "utf-8") -> bytes:
    """A page as export systems write it under the name .xls."""
    rows = "".join("<tr>" + "".join(f"<td>{'' if v is None else v}</td>" for v in line) + "</tr>" for line in lines)
    return f'<html><head><meta charset="{encoding}"><style>td {{}}</style></head><body><div><table><tr><td>\n<table border=1>{rows}</table></td></tr></table></div></body></html>'.encode(encoding)


def mht(lines: list[list[object]]) -> bytes:
    """A web archive as Excel writes it: a frame page, and the sheet in a part of its own."""
    page, message = html(lines, "gb2312"), email.message.EmailMessage()
    message["Subject"] = "x"
    message.make_related()
    for name, content in (("book.htm", b"<html><x:ExcelWorksheet><x:Name>Sheet1</x:Name></x:ExcelWorksheet><frameset></frameset></html>"), ("sheet001.htm", page)):
        part = email.message.MIMEPart()
        part.set_content(content, "text", "html", cte="base64", headers=[f"Content-Location: file:///C:/x/{name}"])
        message.attach(part)
    return b"MIME-Version: 1.0\r\n" + bytes(message).replace(b"MIME-Version: 1.0\n", b"", 1)


def spreadsheetml(lines: list[list[object]]) -> bytes:
    """An XML spreadsheet of Excel 2003, blank cells left out and the next one numbered."""
    def row(line: list[object]) -> str:
        cells = ((c, v) for c, v in enumerate(line, 1) if v is not None)
        return "<Row>" + "".join(f'<Cell ss:Index="{c}"><Data ss:Type="{"String" if isinstance(v, str) else "Number"}">{v}</Data></Cell>' for c, v in cells) + "</Row>"

    return ('<?xml version="1.0" encoding="utf-8"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
            'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel"><Worksheet ss:Name="财政收支"><Table>'
            + "".join(map(row, lines)) + "</Table></Worksheet></Workbook>").encode()


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
