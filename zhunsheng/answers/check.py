"""A return checked before it is sent."""

from __future__ import annotations

from rich.markup import escape

from zhunsheng.answers.terminal import SEVERITIES, console


def check(result) -> None:
    """Everything wrong with one file, then what would become of it."""
    console.print(f"[bold]{escape(result.file_name)}[/]  {result.provider_id or '?'} · {result.form_id or '?'} · {result.period or '?'}")
    for rows in _grouped(result.findings):
        row = rows[0]
        cells = " ".join(dict.fromkeys(r["cell"] for r in rows if r["cell"]))
        where = f"{row['sheet'] or ''}!{cells}" if cells or row["sheet"] else "整份报表 / whole return"
        console.print(f"\n{SEVERITIES[row['severity']]}  {row['rule_code']}  [bold]{escape(where)}[/]  填报内容 / as sent: {escape(str(row['seen'] or ''))}")
        console.print(f"   {escape(row['why_zh'])}\n   {escape(row['why_en'])}")
        console.print(f"   → {escape(row['mend_zh'] or '')}\n   → {escape(row['mend_en'] or '')}")
    console.print(f"\n强制性 / must fix {result.must_fix} · 核实性 / must explain {result.must_explain} · 提示 / hints {result.hints}")
    console.print(f"处理结果 / outcome: [bold]{result.outcome_zh}[/] {result.outcome}")
    for note in result.notes:
        console.print(f"注 / note: {note}")


def _grouped(findings: list[dict]) -> list[list[dict]]:
    """Findings that say the same of several cells (a row of another province, a column without unit) are printed once."""
    groups: dict[tuple, list[dict]] = {}
    for row in findings:
        groups.setdefault((row["severity"], row["rule_code"], row["sheet"], row["seen"], row["why_zh"]), []).append(row)
    return list(groups.values())
