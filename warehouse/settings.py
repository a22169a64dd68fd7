"""Where things are: the project's own files and the run-time home.

Belongs here: paths and the environment variables that move them. Does not belong here: what is read or written there.
Standing decision: everything a night writes lies below one home (default `var/`), so a second home is a second warehouse.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """Paths of one warehouse. `project` holds code and declarations, `home` everything that runs produce."""

    home: Path
    project: Path = PROJECT

    @classmethod
    def from_env(cls, home: str | os.PathLike | None = None) -> "Settings":
        """`home` argument, else ZHUNSHENG_HOME, else `var/` in the project."""
        chosen = home or os.environ.get("ZHUNSHENG_HOME") or PROJECT / "var"
        return cls(home=Path(chosen).resolve())

    @property
    def inbox(self) -> Path:
        """Drop folder: one subfolder per provider."""
        return self.home / "inbox"

    @property
    def landing(self) -> Path:
        return self.home / "landing"

    @property
    def warehouse(self) -> Path:
        return self.home / "warehouse.duckdb"

    @property
    def lock(self) -> Path:
        return self.home / "warehouse.lock"

    @property
    def editions(self) -> Path:
        return self.home / "editions"

    @property
    def slips(self) -> Path:
        """Slips by provider: beside the editions, never inside what others may read."""
        return self.home / "slips"

    @property
    def notices(self) -> Path:
        """The home's own configuration of notices; without it nobody is reported anything."""
        return self.home / "notices.yml"

    @property
    def notices_ledger(self) -> Path:
        """Which channel was reported what, append-only."""
        return self.home / "notices.jsonl"

    @property
    def dbt_project(self) -> Path:
        return self.project / "dbt_project"

    @property
    def dbt_target(self) -> Path:
        return self.home / "dbt"

    @property
    def compiled_places(self) -> tuple[Path, ...]:
        """Where the compiled project may be kept: with the project, else (an installation that is not ours to write in) in the home."""
        return self.dbt_project / "target" / "compiled.json", self.home / "compiled.json"

    @property
    def dagster_home(self) -> Path:
        return self.home / "dagster"

    @property
    def channels(self) -> Path:
        """Own channels beside the home, if the data team keeps any there; else the project's."""
        own = self.home / "channels.yml"
        return own if own.exists() else self.project / "sources" / "channels.yml"

    def make(self) -> "Settings":
        """Create the folders that people and nights write to."""
        for folder in (self.home, self.inbox, self.landing, self.editions):
            folder.mkdir(parents=True, exist_ok=True)
        return self
