"""The folder of editions: names of files, which edition is current, the history, and what the writer notes for its next edition.

Belongs here: links, logs, sums of files. Does not belong here: what is in an edition (publish) and how it is read (editions).
Standing decision: `current` is one symbolic link, replaced by rename, so a reader sees the old edition or the new one and never
half of either.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from warehouse.settings import Settings

DATABASE = "marts.duckdb"
MANIFEST = "manifest.json"
PUBLIC = "public"  # folder inside an edition: what everybody may read, declared in public_edition.yml beside this file
SUMS = "SHA256SUMS"
NAME_LENGTH = 16


def current(settings: Settings) -> str | None:
    """Name of the current edition, None before the first."""
    link = settings.editions / "current"
    return os.readlink(link) if link.is_symlink() else None


def history(settings: Settings) -> list[str]:
    """Names of all editions, in the order in which they were published."""
    log = settings.editions / "history.jsonl"
    lines = log.read_text("utf-8").splitlines() if log.exists() else []
    return [json.loads(line)["edition"] for line in lines]


def note(settings: Settings) -> dict:
    """What was noted of the current edition when it was published: {edition, inputs, code, files}; empty where unknown."""
    path = settings.editions / "current.inputs.json"
    if not path.exists():
        return {}
    noted = json.loads(path.read_text("utf-8"))
    return noted if noted["edition"] == current(settings) else {}


def stands_on(settings: Settings) -> str | None:
    """The inputs fingerprint of the current edition, None where unknown."""
    return note(settings).get("inputs")


def point(settings: Settings, name: str) -> None:
    """Make an edition the current one."""
    link = settings.editions / "current"
    temporary = link.with_name(f".current-{os.getpid()}")
    temporary.unlink(missing_ok=True)
    os.symlink(name, temporary)
    os.replace(temporary, link)


def remember(settings: Settings, name: str, inputs: str, code: str) -> None:
    """Add an edition to the history, and note what the next one has to know of it."""
    log = settings.editions / "history.jsonl"
    if (history(settings) or [None])[-1] != name:
        with log.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"edition": name}) + "\n")
    path = settings.editions / "current.inputs.json"
    temporary = path.with_suffix(".tmp")
    noted = {"edition": name, "inputs": inputs, "code": code, "files": stamps(settings.editions / name)}
    temporary.write_text(json.dumps(noted), "utf-8")
    os.replace(temporary, path)


def stamps(folder: Path) -> dict[str, list[int]]:
    """{file: [size, time of modification in ns]}, by path inside the folder: the cheap sign that a file is as it was."""
    return {str(path.relative_to(folder)): [path.stat().st_size, path.stat().st_mtime_ns] for path in files(folder)}


def files(folder: Path) -> list[Path]:
    """All files of an edition, sorted."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def read_sums(folder: Path) -> dict[str, str]:
    """{file: sha256} as written in SHA256SUMS."""
    lines = (folder / SUMS).read_text("utf-8", errors="replace").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def sha256(path: Path) -> str:
    """sha256 of a file's bytes."""
    with path.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def name_of(manifest: bytes) -> str:
    """An edition's name: the first digits of the hash of its manifest."""
    return hashlib.sha256(manifest).hexdigest()[:NAME_LENGTH]
