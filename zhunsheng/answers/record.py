"""A provider's own record."""

from __future__ import annotations

from decimal import Decimal

from rich.markup import escape
from rich.table import Table

from slips.groups import plain
from zhunsheng.answers.terminal import console


def record(found, forms: dict[str, str]) -> None:
    """A provider's record: what has not come, year by year, and what it is asked for."""
    console.print(f"[bold]{escape(found.provider_zh)}[/]  {escape(found.provider_en)}  {found.provider_id}")
    if found.total:
        console.print(f"  {escape(found.total['why_zh'])}\n  {escape(found.total['why_en'])}")
    for row in found.open_deadlines:
        console.print(f"  {forms.get(row['form_id'], row['form_id'])} {row['period']}：{escape(row['why_zh'])} / {escape(row['why_en'])}（{row['due_at']:%Y-%m-%d %H:%M}）")
    if found.years:
        table = Table(*("年度\nyear", "应报\ndue", "按时\nin time", "迟报\nlate", "未报\nmissing", "零报告\nnil", "及时率 %\ntimeliness", "完整率 %\ncomplete", "首次通过 %\nfirst pass", "说明采纳\nupheld"))
        for row in found.years:
            counts = (str(row[name]) for name in ("period_from", "n_due", "n_on_time", "n_late", "n_missing", "n_nil"))
            shares = (_with_change(row[f"{name}_pct"], row[f"{name}_change"]) for name in ("timeliness", "completeness", "first_pass"))
            table.add_row(*counts, *shares, f"{row['n_explanations_upheld']}/{row['n_explanations']}")
        console.print(table)
    for row in found.burden:
        console.print(f"负担 / burden  {forms.get(row['form_id'], row['form_id'])} {row['period']}：{escape(row['why_zh'])}\n  {escape(row['why_en'])}")
    for row in found.duplicates:
        console.print(f"可不重复 / asked twice  {escape(row['why_zh'])}\n  → {escape(row['merge_zh'])}（{row['n_cells_saved']} 格 / cells）\n  → {escape(row['merge_en'])}")


def _with_change(value: Decimal | None, change: Decimal | None) -> str:
    return plain(value) + (f" ({'+' if change > 0 else ''}{plain(change)})" if change else "")
