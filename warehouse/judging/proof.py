"""The rules proved on their own cases, a family at a time, whenever its rules, the macros or the models have changed.

Belongs here: knowing what has been proved. Does not belong here: the proof (expectations/gx/proof.py). Standing decision: done when the project is prepared, else by the
first night after a change; what is not proved judges nothing.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from expectations.worker import Worker
from warehouse.settings import Settings

SHARED = ("expectations/*.py", "expectations/gx/*.py", "expectations/*.yml", "dbt_project/macros/**/*.sql", "dbt_project/models/validated/*.sql")
RULES = "expectations/rules"
FILE = "proved.json"


@lru_cache
def states(project: Path) -> dict[str, str]:
    """{family: sha256 over all that decides how its cases come out}"""
    shared = _digest(project, sorted(path for pattern in SHARED for path in project.glob(pattern)))
    return {path.stem: hashlib.sha256((shared + _digest(project, [path])).encode()).hexdigest() for path in sorted((project / RULES).glob("*.yml"))}


def _digest(project: Path, paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.relative_to(project).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def unproved(settings: Settings) -> list[str]:
    """Families whose cases have not come out since something changed."""
    proved = [_read(place) for place in _places(settings)]
    return [family for family, state in states(settings.project).items() if not any(of.get(family) == state for of in proved)]


def prove(settings: Settings, judge: Worker) -> int:
    """Prove what is not proved. Returns how many cases were judged. Raises GateFault naming rule and case."""
    families = unproved(settings)
    return _keep(settings, judge.run({"ask": "proof", "families": families})) if families else 0


def ask(settings: Settings, judge: Worker) -> bool:
    """The same in two steps: hand over what is to be proved, if anything is; `answer` waits for it."""
    families = unproved(settings)
    if families:
        judge.ask({"ask": "proof", "families": families})
    return bool(families)


def answer(settings: Settings, judge: Worker) -> int:
    """Wait for what was asked. Raises GateFault."""
    return _keep(settings, judge.answer())


def _keep(settings: Settings, done: dict) -> int:
    for place in _places(settings):
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(json.dumps(states(settings.project)), "utf-8")
            break
        except OSError:
            continue  # an installation that is not ours to write in: kept in the home
    return done["cases"]


def _places(settings: Settings) -> list[Path]:
    return [place.with_name(FILE) for place in settings.compiled_places]


def _read(place: Path) -> dict[str, str]:
    try:
        return json.loads(place.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
