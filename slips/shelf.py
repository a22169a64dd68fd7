"""Slips on disk: `<slips>/<provider>/<form>_<period>_<submission>.html`, beside them the provider's record as `index.html`; readable by
the owner of the home alone.

Belongs here: paths, writing, and the note of what the slips were written from. Does not belong here: the content of a slip.
Standing decisions: a name from outside becomes a path only letter by letter; a file appears whole or not at all; the note is
written last, so a night killed meanwhile writes all slips again; what no return asks for any more is taken away; a page is made again only where
the digest of all that it is made from is another, or its file is not the one that was written.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

from slips import page, record, record_page
from slips.evidence import Evidence, Slip
from sources.declare.declarations import Declarations

NOTE, INDEX = ".stands_on.json", "index.html"
OWNER_ONLY_FOLDER, OWNER_ONLY_FILE = 0o700, 0o600
_UNSAFE = re.compile(r"[^\w.-]+")


@cache
def code() -> str:
    """sha256 over this room's files: a slip written by other code is written again."""
    files = sorted(p for p in Path(__file__).parent.iterdir() if p.suffix in (".py", ".yml", ".css"))
    return hashlib.sha256(b"".join(p.name.encode() + b"\0" + p.read_bytes() for p in files)).hexdigest()


def stands_on(shelf: Path) -> tuple[str, str] | None:
    """The edition and the code by which the slips were written; None before the first."""
    noted = _note(shelf)
    return (noted["edition"], noted["code"]) if noted else None


def write(shelf: Path, database: Path, declarations: Declarations, edition: str, periods: Iterable[int] | None) -> int:
    """Write the slips of some periods, or all and nothing else. Returns how many they are."""
    shelf.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
    shelf.chmod(OWNER_ONLY_FOLDER)
    pages = _Pages(shelf, _note(shelf))
    with Evidence(database, declarations) as evidence:
        rules = _digest(evidence.rules)  # the whole catalogue is in every slip: its digest once
        for slip in evidence.slips(periods):
            pages.put(path_of(shelf, slip), (rules, replace(slip, rules={})), lambda slip=slip: page.write(slip))
    names = {p.provider_id: (p.name_zh, p.name_en or p.name_zh) for p in declarations.providers.values()}
    forms = {f.form_id: (f"{f.number} {f.title_zh}", f"{f.number} {f.title_en}") for f in declarations.forms.values()}
    for mine in record.records(database, names):
        pages.put(shelf / safe(mine.provider_id) / INDEX, (forms, mine), lambda mine=mine: record_page.write(mine, forms, name_of))
    if periods is None:
        for old in set(shelf.glob("*/*.html")) - {shelf / name for name in pages.now}:
            old.unlink()
    kept = {} if periods is None else pages.before
    _put(shelf / NOTE, json.dumps({"edition": edition, "code": code(), "pages": kept | pages.now}, sort_keys=True).encode())
    return sum(Path(name).name != INDEX for name in pages.now)


class _Pages:
    """Pages of a shelf that are put up now, beside those of the note: {path inside the shelf: (digest of what it is made from, sha256 of the file)}.

    A note written by other code is ignored.
    """

    def __init__(self, shelf: Path, noted: dict) -> None:
        self._shelf = shelf
        self.before: dict[str, list[str]] = noted.get("pages", {}) if noted.get("code") == code() else {}
        self.now: dict[str, list[str]] = {}

    def put(self, path: Path, made_from: object, make: Callable[[], bytes]) -> None:
        """A page made by this room's code from `made_from` and nothing else."""
        name, digest = str(path.relative_to(self._shelf)), _digest(made_from)
        noted = self.before.get(name)
        if noted and noted[0] == digest and path.exists() and _sha256(path.read_bytes()) == noted[1]:
            self.now[name] = noted
            return
        content = make()
        _put(path, content)
        self.now[name] = [digest, _sha256(content)]


def _note(shelf: Path) -> dict:
    note = shelf / NOTE
    return json.loads(note.read_text("utf-8")) if note.exists() else {}


def _digest(made_from: object) -> str:
    """Digest of Python's text of plain values: equal texts give equal pages; for unequal texts a page may be written again unchanged."""
    return _sha256(repr(made_from).encode())


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def path_of(shelf: Path, slip: Slip, ending: str = "html") -> Path:
    """Where a slip lies."""
    return shelf / safe(slip.sent["provider_id"]) / name_of(slip.sent, ending)


def name_of(sent: dict, ending: str = "html") -> str:
    """The file name of a return's slip."""
    return f"{safe(sent['form_id'] or 'unread')}_{sent['period'] or 0}_{safe(sent['submission_id'])}.{ending}"


def safe(name: str) -> str:
    """A name fit for a path; one that had to be changed carries its hash, so that no two share a file."""
    plain = _UNSAFE.sub("_", name).lstrip(".")[:60]
    return plain if plain == name else f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _put(path: Path, content: bytes) -> None:
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(mode=OWNER_ONLY_FOLDER, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_bytes(content)
    temporary.chmod(OWNER_ONLY_FILE)
    os.replace(temporary, path)
