"""Who owes what, and what became of it."""

from __future__ import annotations

from collections import Counter

from rich.table import Table

from zhunsheng.answers.terminal import console


def grid(header: list[str], rows: list[tuple]) -> None:
    """Statuses by period, as a person reads the grid."""
    period, status = header.index("period"), header.index("status_zh")
    counts = Counter((row[period], row[status]) for row in rows)
    statuses = sorted({s for _, s in counts})
    table = Table("年度 / period", *statuses)
    for year in sorted({p for p, _ in counts}):
        table.add_row(str(year), *[str(counts[year, s] or "") for s in statuses])
    console.print(table)
