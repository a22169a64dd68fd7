"""A provider's own record: how it has reported so far, what is due, what it is asked for and what of that could be spared.

Belongs here: reading it from an edition, one provider or all. Does not belong here: wording and layout (`record_page`, the terminal), any
arithmetic (marts provider_record, provider_deadlines, burden, duplicate_asks). Standing decision: rows of one provider only; of others the
name of an office, where a merge needs it, and never a figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from sources.rows import as_dicts

OPEN_STATES = ("WARNING", "YELLOW", "RED", "NOT_YET_DUE")
MOST_OPEN = 12  # the calendar may reach years ahead


@dataclass(frozen=True)
class Record:
    """Rows of the marts as dicts, newest period first; `total` is the row over all years, None before anything was due."""

    provider_id: str
    provider_zh: str
    provider_en: str
    total: dict | None
    years: list[dict]
    deadlines: list[dict]
    returns: list[dict]
    burden: list[dict]
    duplicates: list[dict]

    @property
    def open_deadlines(self) -> list[dict]:
        """What has not come: red and yellow first, then by deadline."""
        waiting = [row for row in self.deadlines if row["state"] in OPEN_STATES]
        return sorted(waiting, key=lambda row: (row["state"] != "RED", row["state"] != "YELLOW", row["due_at"], row["form_id"]))[:MOST_OPEN]


def records(database: Path, names: dict[str, tuple[str, str]], provider: str | None = None) -> Iterator[Record]:
    """Records of all providers that owe anything, by id, or of one. `names`: {provider: (Chinese, English)}."""
    con = duckdb.connect(str(database), read_only=True)
    try:
        found = {name: _by_provider(as_dicts(con, query, provider=provider)) for name, query in QUERIES.items()}
    finally:
        con.close()
    for provider_id in sorted({key for table in found.values() for key in table}):
        mine = {name: table.get(provider_id, []) for name, table in found.items()}
        total = next((row for row in mine["record"] if row["span"] == "all"), None)
        yield Record(provider_id, *names.get(provider_id, (provider_id, provider_id)), total,
                     [row for row in mine["record"] if row["span"] == "year"], mine["deadlines"], mine["returns"], mine["burden"], mine["duplicates"])  # fmt: skip


def _by_provider(found: list[dict]) -> dict[str, list[dict]]:
    grouped: dict[str, list[dict]] = {}
    for row in found:
        grouped.setdefault(row["provider_id"], []).append(row)
    return grouped


_MINE = "provider_id = coalesce($provider, provider_id)"
QUERIES = {
    "record": f"select * from provider_record where {_MINE} order by provider_id, period_from desc",
    "deadlines": f"select * from provider_deadlines where {_MINE} order by provider_id, period desc, form_id",
    # the latest return of each form and period
    "returns": f"""
        select * from returns where {_MINE}
        qualify row_number() over (partition by provider_id, form_id, period order by version_no desc) = 1
        order by provider_id, period desc, form_id, submission_id
    """,
    # what is asked for in the latest period
    "burden": f"""
        select * from burden where {_MINE}
        qualify period = max(period) over (partition by provider_id)
        order by provider_id, form_id
    """,
    "duplicates": f"""
        select * from duplicate_asks where {_MINE} and n_cells_saved > 0
        qualify period = max(period) over (partition by provider_id, indicator)
        order by provider_id, indicator, kind
    """,
}
