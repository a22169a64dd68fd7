"""Deadlines of an edition by form, as the graph shows them: counts by state, and who is waited for, in the words of the slip.

Belongs here: reading mart provider_deadlines. Does not belong here: judging a deadline (the mart), Dagster.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from sources.declare import declarations
from warehouse.settings import PROJECT

MOST_LINES = 50
WAITED_FOR = ("RED", "YELLOW", "WARNING")


@dataclass
class Standing:
    """One form's deadlines: {state: returns}, and the lines of those that are waited for, red first, then yellow."""

    counts: dict[str, int] = field(default_factory=dict)
    lines: list[tuple[str, int, str, str]] = field(default_factory=list)

    @property
    def red(self) -> int:
        return self.counts.get("RED", 0)

    @property
    def yellow(self) -> int:
        return self.counts.get("YELLOW", 0)

    @property
    def table(self) -> str:
        """Markdown: provider, year, state in both languages; the first `MOST_LINES`."""
        rows = [f"| {provider} | {period} | {zh} / {en} |" for provider, period, zh, en in self.lines[:MOST_LINES]]
        more = [f"… {len(self.lines) - MOST_LINES}"] if len(self.lines) > MOST_LINES else []
        return "\n".join(["| 单位 provider | 年度 year | 状态 state |", "|---|---|---|", *rows, *more]) if rows else "—"


NOTHING = Standing()


def forms(project: Path = PROJECT) -> list[str]:
    """Every form that the calendar asks for, in order."""
    declared, _ = declarations.load_all(project)  # what is wrong in a declaration stops a night, not the pages
    return sorted(set(declared.registers["calendar"].column("form_id")))


def standing(database: Path) -> dict[str, Standing]:
    """{form: the state of its deadlines} in an edition."""
    con = duckdb.connect(str(database), read_only=True)
    try:
        rows = con.execute("select form_id, provider_id, period, state, why_zh, why_en from provider_deadlines order by form_id, state = 'RED' desc, state = 'YELLOW' desc, period desc, provider_id").fetchall()
    finally:
        con.close()
    found: dict[str, Standing] = {}
    for form_id, provider, period, state, zh, en in rows:
        mine = found.setdefault(form_id, Standing())
        mine.counts[state] = mine.counts.get(state, 0) + 1
        if state in WAITED_FOR:
            mine.lines.append((provider, period, zh, en))
    return found
