"""Slips on disk: `<slips>/<provider>/<form>_<period>_<submission>.html`, beside them the provider's record as `index.html`; readable by
the owner of the home alone.

Belongs here: paths, writing, and the note of what the shelf stands on. Does not belong here: what a slip says.
Standing decisions: a name from outside becomes a path only letter by letter; a file appears whole or not at all; the note is
written last, so a night killed meanwhile writes all slips again; what no return asks for any more is taken away.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable
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
    note = shelf / NOTE
    if not note.exists():
        return None
    noted = json.loads(note.read_text("utf-8"))
    return noted["edition"], noted["code"]


def write(shelf: Path, database: Path, declarations: Declarations, edition: str, periods: Iterable[int] | None) -> int:
    """Write the slips of some periods, or all and nothing else. Returns how many."""
    shelf.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
    shelf.chmod(OWNER_ONLY_FOLDER)
    written: set[Path] = set()
    with Evidence(database, declarations) as evidence:
        for slip in evidence.slips(periods):
            path = path_of(shelf, slip)
            _put(path, page.write(slip))
            written.add(path)
    names = {p.provider_id: (p.name_zh, p.name_en or p.name_zh) for p in declarations.providers.values()}
    forms = {f.form_id: (f"{f.number} {f.title_zh}", f"{f.number} {f.title_en}") for f in declarations.forms.values()}
    for mine in record.records(database, names):
        path = shelf / safe(mine.provider_id) / INDEX
        _put(path, record_page.write(mine, forms, name_of))
        written.add(path)
    if periods is None:
        for old in set(shelf.glob("*/*.html")) - written:
            old.unlink()
    _put(shelf / NOTE, json.dumps({"edition": edition, "code": code()}).encode())
    return sum(path.name != INDEX for path in written)


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
