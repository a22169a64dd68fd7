"""Opening a zip-based workbook that may be hostile: parts are expanded under limits, counted as they grow.

Knows zip and XML only; what a sheet means is read in `workbook`. Standing decision: the spreadsheet library is handed
a fresh archive made of the very bytes checked here, so nothing it reads has escaped the checks (a zip's own size
fields, overlapping entries and doubled names can all lie).
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Callable
from xml.parsers import expat

from sources.findings import Unreadable
from sources.formats.limits import Limits

CHUNK = 1024 * 1024
_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.I)


def open_archive(data: bytes, limits: Limits) -> zipfile.ZipFile:
    """Return the archive after checking entry count and encryption. Raises Unreadable."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Unreadable("damaged_file", detail=str(error)) from error
    entries = archive.infolist()
    if len(entries) > limits.entries:
        raise Unreadable("expands_too_far", detail=f"{len(entries)} > {limits.entries} 个部件 parts")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable("encrypted_file")
    return archive


class Budget:
    """Counts the bytes expanded from one file against the limits."""

    def __init__(self, packed: int, limits: Limits) -> None:
        self._packed, self._limits, self.used = max(packed, 1), limits, 0

    def spend(self, size: int) -> None:
        """Count expanded bytes. Raises Unreadable once over the total, or over the ratio."""
        self.used += size
        if self.used > self._limits.expanded_bytes:
            raise Unreadable("expands_too_far", detail=f"> {self._limits.expanded_bytes} 字节 bytes")
        if self.used > self._limits.ratio_free and self.used / self._packed > self._limits.ratio:
            raise Unreadable("expands_too_far", detail=f"> {self._limits.ratio} 倍 times")


def expand(archive: zipfile.ZipFile, data: bytes, name: str, budget: Budget,
           watch: Callable[[bytes], None] | None = None) -> bytes:
    """Return the bytes of one part, each chunk counted and shown to `watch` as it grows. Raises Unreadable."""
    entry = archive.getinfo(name)
    start = _data_start(data, entry)
    packed = memoryview(data)[start:start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        chunks = (bytes(packed[i:i + CHUNK]) for i in range(0, len(packed), CHUNK))
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        chunks = _inflate(packed)
    else:
        raise Unreadable("damaged_file", detail=f"{name}: 压缩方式 compression {entry.compress_type}")
    return _collect(chunks, name, entry, budget, watch)


def _collect(chunks, name: str, entry: zipfile.ZipInfo, budget: Budget, watch) -> bytes:
    grown: list[bytes] = []
    check = 0
    try:
        for chunk in chunks:
            budget.spend(len(chunk))
            if watch:
                watch(chunk)
            check = zlib.crc32(chunk, check)
            grown.append(chunk)
    except zlib.error as error:
        raise Unreadable("damaged_file", detail=f"{name}: {error}") from error
    if check != entry.CRC:
        raise Unreadable("damaged_file", detail=f"{name}: CRC")
    return b"".join(grown)


def _data_start(data: bytes, entry: zipfile.ZipInfo) -> int:
    head = data[entry.header_offset:entry.header_offset + 30]
    if len(head) < 30 or head[:4] != b"PK\x03\x04":
        raise Unreadable("damaged_file", detail=f"{entry.filename}: 目录 directory")
    return entry.header_offset + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")


def _inflate(packed: memoryview):
    machine = zlib.decompressobj(-15)
    feed: bytes | memoryview = packed
    while not machine.eof:
        chunk = machine.decompress(feed, CHUNK)
        feed = machine.unconsumed_tail
        if not chunk and not feed:
            raise zlib.error("截断 truncated")
        yield chunk


def check_xml(part: str, content: bytes) -> None:
    """Refuse a part with a document type declaration, in an encoding that would hide one, or not well-formed. Raises Unreadable.

    The last is for the library's sake: calamine 0.37 never returned from some broken content (found by fuzzing).
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content[:64]:
        raise Unreadable("damaged_file", detail=f"{part}: UTF-16")
    if _DOCTYPE.search(content):
        raise Unreadable("external_entity", part=part)
    try:
        expat.ParserCreate().Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise Unreadable("damaged_file", detail=f"{part}: {error}") from error


def repack(parts: dict[str, bytes]) -> io.BytesIO:
    """Return a fresh uncompressed archive of the parts, as a file to read from."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    target.seek(0)
    return target
