"""The ledger (台账): an append-only, hash-chained file of JSON lines. What was received, in order, for ever.

An entry is {seq, prev, hash, event, …}; `hash` is the SHA-256 of the canonical JSON of the entry without it, and `prev`
the hash of the entry before, so no byte of an acknowledged line can change unseen. It carries no clock of the run:
times come from the channels. Standing decision: a line without its line end was never acknowledged (a crash cut it),
and opening for writing removes it. The meaning of the bytes received is not known here.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterable

GENESIS = "0" * 64
EVENTS = ("received", "received_again", "refused", "notified")  # notified: the ledger of notices, a file of its own


def canonical(entry: dict[str, Any]) -> bytes:
    """Return the one byte form of an entry: UTF-8 JSON, sorted keys, no blanks."""
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def entry_hash(entry: dict[str, Any]) -> str:
    """Return the hash an entry must carry."""
    return hashlib.sha256(canonical({k: v for k, v in entry.items() if k != "hash"})).hexdigest()


@dataclass(frozen=True)
class Problem:
    """One thing wrong with the landing; `line_no` is the 1-based line of the ledger, None where an object is meant."""

    line_no: int | None
    message_zh: str
    message_en: str

    def __str__(self) -> str:
        place = f"台账第 {self.line_no} 行 / ledger line {self.line_no}: " if self.line_no else ""
        return f"{place}{self.message_zh} / {self.message_en}"


class Ledger:
    """A ledger file. Reading never changes it; `append` repairs a torn tail first."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)

    def entries(self) -> list[dict[str, Any]]:
        """Return the acknowledged entries in order. Raises ValueError for a line that is no JSON (see `verify`)."""
        return [json.loads(line) for line in self._lines()[0]]

    def append(self, events: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Chain and write events at once, flushed to disk; return the entries. The caller holds the writer's lock."""
        self._repair()
        last = self.entries()[-1:]
        seq, prev = (last[0]["seq"], last[0]["hash"]) if last else (0, GENESIS)
        chained = []
        for event in events:
            seq += 1
            entry = {**event, "seq": seq, "prev": prev}
            entry["hash"] = prev = entry_hash(entry)
            chained.append(entry)
        if chained:
            self._write(b"".join(canonical(e) + b"\n" for e in chained))
        return chained

    def verify(self) -> list[Problem]:
        """Return everything wrong with the chain, empty when every byte is as it was written."""
        lines, tail = self._lines()
        problems, prev = [], GENESIS
        for number, line in enumerate(lines, start=1):
            entry, wrong = _check(line, number, prev)
            problems += wrong
            prev = entry.get("hash", "") if entry else ""
        if tail:
            problems.append(Problem(len(lines) + 1, "末行不完整（写入中断或被改动）", "the last line is torn or changed"))
        return problems

    def _lines(self) -> tuple[list[bytes], bytes]:
        if not self.path.exists():
            return [], b""
        *lines, tail = self.path.read_bytes().split(b"\n")
        return lines, tail

    def _repair(self) -> None:
        tail = self._lines()[1]
        if tail:
            with self.path.open("r+b") as handle:
                handle.truncate(self.path.stat().st_size - len(tail))
                os.fsync(handle.fileno())

    def _write(self, data: bytes) -> None:
        new = not self.path.exists()
        with self.path.open("ab") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        if new:
            sync_folder(self.path.parent)


def _check(line: bytes, number: int, prev: str) -> tuple[dict[str, Any] | None, list[Problem]]:
    try:
        entry = json.loads(line)
        same = isinstance(entry, dict) and canonical(entry) == line
    except (ValueError, RecursionError, UnicodeError):
        entry, same = None, False
    if not same:
        return None, [Problem(number, "不是原样的台账行", "not a line as the ledger writes it")]
    problems = []
    if entry.get("seq") != number:
        problems.append(Problem(number, f"序号应为 {number}", f"sequence number should be {number}"))
    if entry.get("prev") != prev:
        problems.append(Problem(number, "与上一行的哈希不衔接", "does not follow the line before"))
    if entry.get("hash") != entry_hash(entry):
        problems.append(Problem(number, "内容与哈希不符", "content and hash differ"))
    if entry.get("event") not in EVENTS:
        problems.append(Problem(number, "事件未知", "unknown event"))
    return entry, problems


def sync_folder(folder: Path) -> None:
    """Flush a folder's own entries to disk, so that a rename survives a crash."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
