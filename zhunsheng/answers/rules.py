"""The catalogue of rules, and rules on trial."""

from __future__ import annotations

from rich.markup import escape
from rich.table import Table

from slips.groups import plain
from zhunsheng.answers.terminal import SEVERITIES, console


def rules(rows: list[dict]) -> None:
    """The catalogue, a line a rule."""
    table = Table("代码 / code", "级别 / severity", "类别 / family", "规则 / rule", "依据 / rests on", "最少数据 / at least")
    for row in rows:
        table.add_row(row["rule_code"], f"{row['severity']} {row['severity_zh']}", row["family"], f"{row['title_zh']} / {row['title_en']}", row["rests_on"], str(row["min_n"]))
    console.print(table)


def trials(found) -> None:
    """What each rule looked at and hit over all history, what of it is new, and its strongest examples."""
    for trial in found:
        c = trial.counts
        share = f"{100 * c.violations / c.checked:.2f}%" if c.checked else "—"
        doubt = {"never": "  [yellow]从未触发，存疑 / never fires: suspect[/]", "always": "  [yellow]触发过多，存疑 / nearly always fires: suspect[/]", "": ""}[trial.suspect]
        console.print(f"\n[bold]{trial.code}[/] {SEVERITIES[trial.severity]} {trial.title_zh} / {trial.title_en}{doubt}")
        console.print(f"   核对 / checked {c.checked} · 疑点 / violations {c.violations} ({share}) · 不适用 / not applicable {c.not_applicable} · 可比数据不足 / too few {c.too_few}")
        console.print(f"   新标出 / newly flagged: {trial.new_hits} 条 / violations, {trial.cells} 格 / cells, {trial.units} 个地区 / units, {trial.providers} 个报送单位 / providers")
        for row in trial.examples:
            console.print(f"     {row['unit_code'] or ''} {row['indicator'] or ''} {row['period']} [{plain(row['evidence'])}] {escape(row['why_zh'])}")
