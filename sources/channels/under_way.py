"""Files that look as if they were still being copied: a young workbook whose end is missing waits until two collections have found it the same.

Belongs here: what a cut workbook looks like, and what was seen last time. Does not belong here: reading workbooks.
Standing decision: a file that is cut and stays as it is was sent so, and lands to be reported as damaged. How old it is, is recognised by the moment
of the collection, which is an argument.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from sources.landing.landing import Arrival, StillBeingWritten

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
YOUNG = dt.timedelta(hours=1)
_ZIP_END, _TAIL = b"PK\x05\x06", 66_000  # a zip ends with its directory's end, and a comment of at most 65 535 bytes


def is_cut(stream: BinaryIO) -> bool:
    """Say whether a zip or OLE file lacks its end. Leaves the stream at its beginning."""
    head = stream.read(512)
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - _TAIL))
    tail = stream.read() if head.startswith(_ZIP) else b""
    stream.seek(0)
    if head.startswith(_ZIP):
        return _ZIP_END not in tail
    if not head.startswith(_OLE):
        return False
    sectors = int.from_bytes(head[44:48], "little") * 128  # sectors that the allocation table can hold at least in its last sector but one
    return size < 512 or size < (sectors - 127) * 512 and int.from_bytes(head[30:32], "little") == 9


class Waiting:
    """What waited at the last collection, kept beside the landing: {place: version}. `as_of` is the moment of this one."""

    def __init__(self, path: Path, as_of: dt.datetime) -> None:
        self._path, self._as_of = path, as_of
        self._before: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        self._now: dict[str, str] = {}

    def guard(self, arrivals: Iterable[Arrival]) -> list[Arrival]:
        """Return the arrivals, each refusing to be opened while it looks cut and was not found the same last time."""
        return [replace(arrival, opener=self._opener(arrival)) for arrival in arrivals]

    def _opener(self, arrival: Arrival) -> Callable[[], BinaryIO]:
        place, version = f"{arrival.channel}/{arrival.provider_id}/{arrival.path}", f"{arrival.size} {arrival.received_at.isoformat()}"

        def opened() -> BinaryIO:
            stream = arrival.opener()
            if arrival.received_at > self._as_of - YOUNG and is_cut(stream) and self._before.get(place) != version:
                self._now[place] = version
                stream.close()
                raise StillBeingWritten("文件结尾不完整，可能仍在传输；下次仍如此则照收 / its end is missing, it may still be copied; taken as it is if unchanged next time")
            return stream

        return opened

    def keep(self) -> None:
        """Write what waits now; nothing waiting leaves no file."""
        if self._now:
            self._path.write_text(json.dumps(self._now, ensure_ascii=False, sort_keys=True), encoding="utf-8")
        else:
            self._path.unlink(missing_ok=True)
