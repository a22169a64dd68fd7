"""Landing: every arrival's bytes kept for ever under their own hash, and recorded in the ledger.

Objects lie at objects/ab/<sha256>; a name from outside is recorded for people and never becomes a path. A crash at any
moment loses nothing: objects are complete before they have their name, and the ledger is written after them, so a
rerun over the same arrivals ends with the identical ledger. Nothing is parsed here.
Standing decisions: one writer at a time (a file lock); arrivals land in order of (received_at, channel, provider/path); the same
bytes seen again at the same place leave no trace. Handed in again (under another name or channel, after other bytes at that place, or put
there anew at a later time that the source itself gives) they are one `received_again`; whether that takes a later return back is
decided where returns are known (sources/raw.py).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Callable, Iterable

from filelock import FileLock

from sources.formats.limits import DEFAULT
from sources.landing.ledger import Ledger, Problem, sync_folder
from sources.text import display_name

CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Arrival:
    """One file that a channel offers. `received_at` is Asia/Shanghai wall time; `opener` gives its bytes as a stream.

    `mark` is the server's version of a remote file (etag, or size and mtime); a mark seen before is not fetched again.
    `has_own_time`: the source itself gives `received_at`, so that a later one means the file was put there anew. `size` is what the source
    listed; a stream of another length is still being written.
    """

    provider_id: str
    path: str
    channel: str
    received_at: dt.datetime
    opener: Callable[[], BinaryIO]
    mark: str | None = None
    has_own_time: bool = False
    size: int | None = None


class StillBeingWritten(Exception):
    """A file whose copying has not ended; it is left for the next time."""


@dataclass
class LandReport:
    """What one landing did: new ledger entries, how many arrivals were known already, and those that could not be fetched."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    known: int = 0
    failures: list[tuple[Arrival, str]] = field(default_factory=list)

    @property
    def received(self) -> list[dict[str, Any]]:
        """The entries of submissions that are new."""
        return [e for e in self.entries if e["event"] == "received"]


def submission_id(provider_id: str, sha256: str, *further: object) -> str:
    """Return the id of a submission: the same bytes by the same provider are one submission; `further` distinguishes those that are not."""
    return "S" + hashlib.sha256("\n".join(map(str, (provider_id, sha256, *further))).encode()).hexdigest()[:15]


class Landing:
    """The landing under one folder: `objects/` and `ledger.jsonl`."""

    def __init__(self, root: Path, max_bytes: int = DEFAULT.file_bytes) -> None:
        self.root, self.max_bytes = Path(root), max_bytes
        self.ledger = Ledger(self.root / "ledger.jsonl")
        self._objects, self._temp = self.root / "objects", self.root / "incoming"

    # -- writing

    def land(self, arrivals: Iterable[Arrival]) -> LandReport:
        """Keep the bytes of all arrivals, then record them in the ledger. One arrival that cannot be fetched stops no other."""
        report = LandReport()
        self._temp.mkdir(parents=True, exist_ok=True)
        with FileLock(self.root / "landing.lock"):
            self._clear_leftovers()
            known = _Known(self.ledger.entries(), self.max_bytes)
            events = []
            for arrival in sorted(arrivals, key=lambda a: (a.received_at, a.channel, f"{a.provider_id}/{a.path}")):
                event = self._land_one(arrival, known, report)
                if event:
                    events.append(event)
                    known.add(event)
            self._sync_objects(events)
            report.entries = self.ledger.append(events)
        return report

    def _land_one(self, arrival: Arrival, known: "_Known", report: LandReport) -> dict[str, Any] | None:
        if known.has_mark(arrival):
            report.known += 1
            return None
        try:
            sha256, size = self._keep(arrival)
        except Exception as error:  # one source's fault is reported, and the others go on
            report.failures.append((arrival, f"{type(error).__name__}: {error}"))
            return None
        event = known.event(arrival, sha256, size, size > self.max_bytes)
        report.known += event is None
        return event

    def _keep(self, arrival: Arrival) -> tuple[str, int]:
        """Stream an arrival into its object; beyond the size limit only hash and size are taken."""
        digest, size = hashlib.sha256(), 0
        temp = self._temp / f"{os.getpid()}.part"
        with arrival.opener() as source, temp.open("wb") as target:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                if size <= self.max_bytes:
                    target.write(chunk)
            target.flush()
            final = self.object_path(digest.hexdigest())
            if size <= self.max_bytes and not final.exists():
                os.fsync(target.fileno())
        if arrival.size is not None and size != arrival.size:
            temp.unlink()
            raise StillBeingWritten(f"文件仍在传输，列出时 {arrival.size} 字节，读取时 {size} 字节 / still being copied, {arrival.size} bytes when listed, {size} when read")
        if size > self.max_bytes or final.exists():
            temp.unlink()
        else:
            final.parent.mkdir(parents=True, exist_ok=True)
            os.replace(temp, final)
        return digest.hexdigest(), size

    def _sync_objects(self, events: list[dict[str, Any]]) -> None:
        folders = {self.object_path(e["sha256"]).parent for e in events if e["event"] == "received"}
        for folder in sorted(folders):
            sync_folder(folder)
        if folders:
            sync_folder(self._objects)

    def _clear_leftovers(self) -> None:
        for leftover in self._temp.glob("*.part"):
            leftover.unlink()

    # -- reading

    def object_path(self, sha256: str) -> Path:
        """Return where the object of a hash lies. Raises ValueError for anything that is not a hash."""
        if len(sha256) != 64 or set(sha256) - set("0123456789abcdef"):
            raise ValueError(f"not a SHA-256: {sha256!r}")
        return self._objects / sha256[:2] / sha256

    def read(self, sha256: str) -> bytes:
        """Return the bytes of an object, proved against its hash. Raises FileNotFoundError, or ValueError where they differ."""
        data = self.object_path(sha256).read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ValueError(f"object {sha256} is not what it was")
        return data

    def verify(self) -> list[Problem]:
        """Return everything wrong: the chain, objects that are missing or changed, objects that are in no entry."""
        problems = self.ledger.verify()
        recorded = self._recorded() if not problems else None
        present = sorted(p for p in self._objects.glob("*/*") if p.is_file())
        for path in present:
            if _hash_file(path) != path.name:
                problems.append(Problem(None, f"对象 {path.name} 的内容已改变", f"object {path.name} has changed"))
        names = {p.name for p in present}
        for sha256 in sorted((recorded or set()) - names):
            problems.append(Problem(None, f"缺少对象 {sha256}", f"object {sha256} is missing"))
        for sha256 in sorted(names - recorded) if recorded is not None else ():
            problems.append(Problem(None, f"对象 {sha256} 没有台账记录，重跑收件即可补记", f"object {sha256} is in no entry; landing again records it"))
        return problems

    def _recorded(self) -> set[str]:
        return {e["sha256"] for e in self.ledger.entries() if e["event"] != "refused"}


class _Known:
    """What the ledger knows of arrivals: the latest bytes at each place, by mark, by submission.

    A file refused under a smaller limit than today's counts as never seen.
    """

    def __init__(self, entries: list[dict[str, Any]], max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._marks: set[tuple] = set()
        self._latest: dict[tuple, dict[str, Any]] = {}
        self._latest_of: dict[str, dict[str, Any]] = {}
        self._submissions: set[str] = set()
        for entry in entries:
            self.add(entry)

    def add(self, event: dict[str, Any]) -> None:
        """Record one more event."""
        if event["event"] == "refused" and event["size"] <= self._max_bytes:
            return
        self._latest[event["channel"], event["provider_id"], event["file_name"]] = event
        self._latest_of[event["provider_id"]] = event
        self._submissions.add(event["submission_id"])
        if event.get("mark"):
            self._marks.add((event["channel"], event["provider_id"], event["file_name"], event["mark"]))

    def has_mark(self, arrival: Arrival) -> bool:
        """Say whether this version of a remote file was landed before, and is the last one seen there."""
        place = (arrival.channel, display_name(arrival.provider_id), display_name(arrival.path))
        return bool(arrival.mark) and (*place, arrival.mark) in self._marks and self._latest[place].get("mark") == arrival.mark

    def event(self, arrival: Arrival, sha256: str, size: int, too_large: bool) -> dict[str, Any] | None:
        """Return the ledger event of an arrival, None where it leaves no trace."""
        provider_id, file_name = display_name(arrival.provider_id), display_name(arrival.path)
        received_at = arrival.received_at.isoformat(timespec="seconds")
        before = self._latest.get((arrival.channel, provider_id, file_name))
        if before and before["sha256"] == sha256 and not (arrival.has_own_time and self._is_overtaken(provider_id, sha256, received_at)):
            return None
        submission = submission_id(provider_id, sha256)
        again = "received_again" if submission in self._submissions else "received"
        event = {"event": "refused" if too_large else again, "submission_id": submission, "provider_id": provider_id,
                 "sha256": sha256, "size": size, "file_name": file_name, "channel": arrival.channel, "received_at": received_at}
        return {**event, "mark": arrival.mark} if arrival.mark else event

    def _is_overtaken(self, provider_id: str, sha256: str, received_at: str) -> bool:
        """Say whether other bytes came from this provider since, before the time at which these were put there anew."""
        last = self._latest_of[provider_id]
        return last["sha256"] != sha256 and last["received_at"] < received_at


def _hash_file(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
