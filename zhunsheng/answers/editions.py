"""The current edition with its history, and what differs between two."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from warehouse import editions
from warehouse.settings import Settings
from zhunsheng.answers.terminal import console

if TYPE_CHECKING:
    from warehouse.editions import Change

MOST_ROWS = 40


def edition(settings: Settings) -> None:
    """The current edition, its marts, and its name alone on the last line."""
    name = editions.current(settings)
    folder = editions.database(settings, name).parent
    table = Table("表 / mart", "行 / rows", "内容哈希 / content sha256")
    import json

    for mart, facts in json.loads((folder / editions.MANIFEST).read_text("utf-8"))["marts"].items():
        table.add_row(mart, str(facts["rows"]), facts["content_sha256"][:16])
    console.print(table)
    console.print(f"历次版本 / editions published: {len(editions.history(settings))}")
    console.print(f"位置 / at: {folder}")
    print(name)


def diff(settings: Settings, pair: tuple[str, str], changes: list[Change]) -> None:
    """How many rows of each mart differ, and the first of them cell by cell."""
    console.print(f"[bold]{pair[0]} → {pair[1]}[/]: {len(changes)} 处变化 / changes")
    for mart, count in sorted(Counter(c.mart for c in changes).items()):
        rows = len({c.key for c in changes if c.mart == mart})
        console.print(f"  {mart}: {rows} 行 / rows, {count} 处 / cells")
    table = Table("表 / mart", "行 / row", "列 / column", "原 / before", "现 / after")
    shown = [c for c in changes if not c.column.startswith("why_")]
    for change in shown[:MOST_ROWS]:
        table.add_row(change.mart, escape(change.key), change.column, escape(change.before or ""), escape(change.after or ""))
    if shown:
        console.print(table)
    if len(shown) > MOST_ROWS:
        console.print(f"  … 其余 {len(shown) - MOST_ROWS} 处请用 --csv / more with --csv")
