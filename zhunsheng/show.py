"""What people see on the terminal: the night's table, an explanation, a check, an edition. Chinese first, English beside.

Belongs here: layout of answers. Does not belong here: finding the answers.
Standing decision: tables are for people; machines get `--csv` or the marts themselves.
"""

from __future__ import annotations

import sys
from collections import Counter
from decimal import Decimal

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from zhunsheng import editions
from zhunsheng.editions import Change
from zhunsheng.explain import Explanation
from zhunsheng.settings import Settings

# Into a file or a pipe there is no terminal to ask for its width.
PIPED_WIDTH = 120
console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else PIPED_WIDTH)
MOST_ROWS = 40
PUBLISHED_DECIMALS = 2
SEVERITIES = {"E": "[red]强制性 must fix[/]", "W": "[yellow]核实性 must explain[/]", "I": "提示 hint"}


def plain(value: object) -> str:
    """A value as a person writes it: no trailing zeros, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def marks(value: Decimal) -> str:
    """A published score with its two decimals."""
    return f"{value:.{PUBLISHED_DECIMALS}f}"


def explanation(found: Explanation) -> None:
    """Grade, steps, then for each indicator the figures behind it and what is open on them."""
    card = found.card
    console.print(f"[bold]{card['unit_zh']} {card['period']} 年度：{marks(card['score'])} 分，{card['grade_zh']}[/]  ({card['unit_en']}, grade {card['grade_code']})")
    console.print(f"  {card['why_zh']}\n  {card['why_en']}")
    console.print(f"  方案 / scheme {card['scheme_id']} · {card['policy_document']} · {card['scheme_submission_id']} · sha256 {card['scheme_sha256']}\n")
    sources: dict[str, list[dict]] = {}
    for row in found.sources:
        sources.setdefault(row["indicator"], []).append(row)
    for step in found.steps:
        _step(step)
        if step["step_kind"] == "weight":
            for row in sources.get(step["indicator"], []):
                _source(row)
    _proof(found.steps)
    if found.findings:
        console.print(f"\n[bold]所用数据上的疑点 / points open on the figures used: {len(found.findings)}[/]")
        for row in found.findings:
            console.print(f"  {row['rule_code']} {SEVERITIES[row['severity']]} {escape(str(row['file_name']))} {row['sheet']}!{row['cell']}  {escape(row['why_zh'])}")


def _step(step: dict) -> None:
    inner = step["indicator"] is not None
    result = plain(step["result"]) if step["result"] is not None else "—"
    label = f"{step['step_no']:>3} {step['step_zh']}"
    console.print(f"{'    ' if inner else '  '}{label}  [bold]{result}[/]  {escape(step['why_zh'])}")


def _source(row: dict) -> None:
    place = f"{row['file_name']} · {row['sheet']}!{row['cell']}" if row["cell"] else "—"
    value = "" if row["value_text"] is None else f"“{row['value_text']}” {row['printed_unit'] or ''} "
    name = f"{row['input_indicator']} 目标 / target" if row["input_role"] == "target" else row["input_indicator"]
    line = f"{name} {value}[{row['input_status']}] {row['provider_id'] or ''} {place}  {row['submission_id'] or ''} {(row['sha256'] or '')[:12]}"
    console.print(f"          ↳ {escape(line)}")
    if row["input_status"] != "ACCEPTED" or row["input_role"] == "target":
        console.print(f"             {escape(row['why_zh'])}")


def _proof(steps: list[dict]) -> None:
    """The sums that a reader can check: weighted scores make the base; base, bonus and deduction what the bounds are laid on."""
    of = {kind: [s for s in steps if s["step_kind"] == kind] for kind in ("weight", "base", "bonus", "deduction", "clamp")}
    total, base = sum((s["result"] for s in of["weight"]), Decimal(0)), of["base"][0]["result"]
    console.print(f"\n  核对 / check: Σ 加权得分 {plain(total)} {'=' if total == base else '≠'} 基础总分 {plain(base)}")
    if of["bonus"] or of["deduction"]:
        adjusted = base + sum((s["result"] for s in of["bonus"] + of["deduction"]), Decimal(0))
        console.print(f"  基础总分 {plain(base)} + 加分 − 扣分 = {plain(adjusted)} {'=' if adjusted == of['clamp'][0]['input_value'] else '≠'} 封顶保底前总分 {plain(of['clamp'][0]['input_value'])}")


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


def grid(header: list[str], rows: list[tuple]) -> None:
    """Statuses by period, as a person reads the grid."""
    period, status = header.index("period"), header.index("status_zh")
    counts = Counter((row[period], row[status]) for row in rows)
    statuses = sorted({s for _, s in counts})
    table = Table("年度 / period", *statuses)
    for year in sorted({p for p, _ in counts}):
        table.add_row(str(year), *[str(counts[year, s] or "") for s in statuses])
    console.print(table)


def findings(header: list[str], rows: list[tuple], subjects: tuple[list[str], list[tuple]], unit: str | None) -> None:
    """Suspicions in order, one paragraph a cell with each rule's reason; what an event explains is only counted."""
    found = [dict(zip(header, row, strict=True)) for row in rows]
    cells: dict[tuple, list[dict]] = {}
    for row in found:
        if row["suppressed_by"] is None:
            cells.setdefault((row["unit_code"], row["indicator"], row["period"]), []).append(row)
    for (code, indicator, period), hits in list(cells.items())[:MOST_ROWS]:
        first = hits[0]
        suggested = f" → {plain(first['suggested'])}?" if first["suggested"] is not None else ""
        console.print(f"\n[bold]{first['rank']:>4}  {code} {period} {indicator}  {plain(first['value'])}{escape(suggested)}[/]  得分 / score {plain(first['score'])}  {first['provider_id']} {escape(str(first['sheet']))}!{first['cell']}")
        for hit in hits:
            console.print(f"        {hit['rule_code']} {SEVERITIES[hit['severity']]} {plain(hit['evidence'])}  {escape(hit['why_zh'])}")
    explained = sum(row["suppressed_by"] is not None for row in found)
    console.print(f"\n疑点 / suspicions: {len(found)} 条, {len(cells)} 格 / cells；已有解释 / explained by an event: {explained}。疑点不是结论 / a suspicion is no finding.")
    if len(cells) > MOST_ROWS:
        console.print(f"  … 其余 {len(cells) - MOST_ROWS} 格请用 --csv / more with --csv")
    _subjects(*subjects, unit)


def _subjects(header: list[str], rows: list[tuple], unit: str | None) -> None:
    """What stands at unit level: the units and providers with more cells beyond chance than the others."""
    for row in (dict(zip(header, values, strict=True)) for values in rows):
        if row["subject"] == unit or (unit is None and row["n_beyond"] and row["rank"] <= 5):
            console.print(f"  {row['subject_kind']} {row['rank']:>3}  {row['subject_zh']}  {plain(row['score'])}  {escape(row['why_zh'])}")


def rules(rows: list[dict]) -> None:
    """The catalogue, a line a rule."""
    table = Table("代码 / code", "级别 / severity", "族 / family", "规则 / rule", "依据 / rests on", "最少 / least")
    for row in rows:
        table.add_row(row["rule_code"], f"{row['severity']} {row['severity_zh']}", row["family"], f"{row['title_zh']} / {row['title_en']}", row["rests_on"], str(row["min_n"]))
    console.print(table)


def trials(found) -> None:
    """What each rule looked at and hit over all history, what of it is new, and its strongest examples."""
    for trial in found:
        c = trial.counts
        share = f"{100 * c.violations / c.checked:.2f}%" if c.checked else "—"
        doubt = {"never": "  [yellow]从不命中，存疑 / never fires: suspect[/]", "always": "  [yellow]命中过多，存疑 / nearly always fires: suspect[/]", "": ""}[trial.suspect]
        console.print(f"\n[bold]{trial.code}[/] {SEVERITIES[trial.severity]} {trial.title_zh} / {trial.title_en}{doubt}")
        console.print(f"   核对 / checked {c.checked} · 命中 / hits {c.violations} ({share}) · 不适用 / not applicable {c.not_applicable} · 样本不足 / too few {c.too_few}")
        console.print(f"   新标出 / newly flagged: {trial.new_hits} 条 / hits, {trial.cells} 格 / cells, {trial.units} 个地区 / units, {trial.providers} 个报送单位 / providers")
        for row in trial.examples:
            console.print(f"     {row['unit_code'] or ''} {row['indicator'] or ''} {row['period']} [{plain(row['evidence'])}] {escape(row['why_zh'])}")


def check(result) -> None:
    """Everything wrong with one file, then what would become of it."""
    console.print(f"[bold]{escape(result.file_name)}[/]  {result.provider_id or '?'} · {result.form_id or '?'} · {result.period or '?'}")
    for rows in _grouped(result.findings):
        row = rows[0]
        cells = " ".join(dict.fromkeys(r["cell"] for r in rows if r["cell"]))
        where = f"{row['sheet'] or ''}!{cells}" if cells or row["sheet"] else "整表 / whole return"
        console.print(f"\n{SEVERITIES[row['severity']]}  {row['rule_code']}  [bold]{escape(where)}[/]  所见 / seen: {escape(str(row['seen'] or ''))}")
        console.print(f"   {escape(row['why_zh'])}\n   {escape(row['why_en'])}")
        console.print(f"   → {escape(row['mend_zh'] or '')}\n   → {escape(row['mend_en'] or '')}")
    console.print(f"\n强制性 / must fix {result.must_fix} · 核实性 / must explain {result.must_explain} · 提示 / hints {result.hints}")
    console.print(f"处理结果 / outcome: [bold]{result.outcome_zh}[/] {result.outcome}")
    for note in result.notes:
        console.print(f"注 / note: {note}")


def _grouped(findings: list[dict]) -> list[list[dict]]:
    """Findings that say the same of several cells (a row of another province, a column without unit) are told once."""
    groups: dict[tuple, list[dict]] = {}
    for row in findings:
        groups.setdefault((row["severity"], row["rule_code"], row["sheet"], row["seen"], row["why_zh"]), []).append(row)
    return list(groups.values())
