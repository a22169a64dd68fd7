"""What people see on the terminal: the night's table, an explanation, a check, an edition. Chinese first, English beside.

Belongs here: layout of answers. Does not belong here: finding the answers.
Standing decision: tables are for people; machines get `--csv` or the marts themselves.
"""

from __future__ import annotations

import sys
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from slips.groups import plain
from warehouse import editions
from warehouse.settings import Settings

if TYPE_CHECKING:  # `comparing` alone imports pyarrow and dbt's runner: 60 ms that `explain` need not wait for
    from stability.comparing import Comparison
    from stability.sure import Sureness
    from warehouse.editions import Change
    from warehouse.explain import Explanation

# Into a file or a pipe there is no terminal to ask for its width.
PIPED_WIDTH = 120
console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else PIPED_WIDTH)
MOST_ROWS = 40
MOST_PARTS = 6
PUBLISHED_DECIMALS = 2
SEVERITIES = {"E": "[red]强制性 must fix[/]", "W": "[yellow]核实性 must explain[/]", "I": "提示 hint"}


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


ASSUMPTIONS = {"weights": "权重 / weights", "methods": "计分方法 / methods", "suspicions": "疑点数据 / in doubt", "missing": "缺报处理 / missing"}
UNREACHED = {"FULL_MARKS": "单靠满分也不够 / not enough even in full", "BOUNDS": "超出指标范围 / beyond what is possible", "NO_FIGURE": "无可用数值 / no figure", "HELD": "不能反推 / not computed"}


def sureness(found: Sureness) -> None:
    """Stability and intervals, drivers, pairs, and the ways to the next grade."""
    row = found.stability
    ends = f"{plain(row['low_quantile'] * 100)}%–{plain(row['high_quantile'] * 100)}%"
    console.print(f"[bold]{row['unit_zh']} {row['period']} 年度：{marks(row['score'])} 分，{row['grade_zh']}，档次稳定度 {plain(row['stability'])}[/]  (grade {row['grade_code']}, stability {plain(row['stability'])})")
    console.print(f"  得分 / score {marks(row['score_low'])} – {marks(row['score_high'])}    名次 / rank {row['rank_low']} – {row['rank_high']}    {ends}")
    console.print(f"  各等次占比 / share of draws per grade: {row['grade_shares']}    {row['n_draws']} 次抽样 / draws, 种子 / seed {row['seed']}")
    console.print(f"  变动 / varied: 权重 / weights ±{plain(row['weight_spread'] * 100)}% × {row['n_weights']} · 方法 / methods {row['n_methods']} · 疑点数据 / figures in doubt {row['n_suspicions']}（本单位 / own {row['n_own_suspicions']}） · 缺报 / missing {row['n_missing']}")
    if row["change_low"] is not None:
        console.print(f"  比上年 / on last year {plain(row['score_change'])}：{plain(row['change_low'])} – {plain(row['change_high'])}，上升 / up {plain(row['change_up'])}，下降 / down {plain(row['change_down'])}")
    _drivers(found.drivers)
    _pairs(found.pairs, row["unit_code"])
    _ways(found.ways)


def _drivers(drivers: list[dict]) -> None:
    by = {(d["assumption"], d["output"]): d for d in drivers}
    table = Table("因素 / driver", "可变 / varied", "得分一阶 / score S1", "得分总 / score ST", "定档一阶 / grade S1", "定档总 / grade ST")
    for name in dict.fromkeys(d["assumption"] for d in drivers):
        told = [_index(by[name, output], order) for output in ("score", "grade") for order in ("first_order", "total_order")]
        table.add_row(ASSUMPTIONS[name], str(by[name, "score"]["n_varied"]), *told)
    console.print(table)


def _index(row: dict, order: str) -> str:
    return "—" if row[order] is None or not row["n_varied"] else f"{row[order]:.2f} ± {row[order + '_error']:.2f}"


def _pairs(pairs: list[dict], unit: str) -> None:
    if pairs:
        console.print("\n[bold]名次能否被权重颠倒 / can weights turn the order round[/]")
    for pair in pairs:
        other = f"领先 / ahead of {pair['behind_zh']}" if pair["unit_code"] == unit else f"落后于 / behind {pair['unit_zh']}"
        console.print(f"  {other} {plain(pair['lead'])} 分：{escape(pair['why_zh'])}\n      {escape(pair['why_en'])}")


def _ways(ways: list[dict]) -> None:
    if not ways:
        console.print("\n已在最高一档 / already in the best band")
        return
    first = ways[0]
    console.print(f"\n[bold]再升一档 / one more grade: {first['next_grade_zh']} ({first['next_grade_code']})，差 / lacking {plain(first['lacking'])} 分[/]（至少 / at least {plain(first['total_needed'])}）")
    for way in ways:
        if way["reach_code"] == "REACHES":
            console.print(f"  {escape(way['why_zh'])}\n      {escape(way['why_en'])}")
    for code, count in Counter(w["reach_code"] for w in ways if w["reach_code"] != "REACHES").items():
        console.print(f"  另有 {count} 项 / {count} others: {UNREACHED[code]}")
    console.print("  假定其他单位的数值不变；是测算，不是目标 / other units' figures as they are; arithmetic, no target")


def comparison(found: Comparison) -> None:
    """Two scores, the way between them, what each indicator adds to each effect, and the proof of the sum."""
    console.print(f"[bold]{found.unit_zh} {found.before} → {found.after}：{plain(found.score_from)} → {plain(found.score_to)}，{signed(found.change)}[/]")
    for note in found.notes:
        console.print(f"  {escape(note)}")
    for effect in found.effects:
        console.print(f"\n  [bold]{effect.name_zh} {effect.name_en}  {signed(effect.change)}[/]  {plain(effect.score_before)} → {plain(effect.score_after)}  {effect.reason_zh}")
        parts = sorted(effect.parts.items(), key=lambda part: (-abs(part[1]), part[0]))
        for indicator, change in parts[:MOST_PARTS]:
            console.print(f"      {signed(change):>14}  {escape(found.indicators.get(indicator, indicator))}")
        if len(parts) > MOST_PARTS:
            console.print(f"      {signed(sum(change for _, change in parts[MOST_PARTS:])):>14}  其余 {len(parts) - MOST_PARTS} 项 / the others")
    total = sum((effect.change for effect in found.effects), Decimal(0))
    console.print(f"\n  核对 / check: Σ 影响 {signed(total)} {'=' if total == found.change else '≠'} 得分变化 {signed(found.change)}（取整前 / before rounding）")


def signed(value: Decimal) -> str:
    """A change with its sign."""
    return f"+{plain(value)}" if value > 0 else plain(value)


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


def notices(told, dry_run: bool = False) -> None:
    """What was sent, or would be; what did not arrive."""
    for notice in told.notices:
        console.print(f"{'将发 / would send' if dry_run else '已发 / sent'}  {notice.channel.channel_id} → {notice.provider_id}\n  {escape(notice.title)}")
        if dry_run:
            console.print(escape(notice.body))
    for failure in told.failures:
        console.print(f"[red]✗[/] {escape(failure.message_zh)}\n  {escape(failure.message_en)}")
    console.print(f"通知 {len(told.notices)} 条，未送达 {len(told.failures)} 条 / {len(told.notices)} notices, {len(told.failures)} not delivered（{told.moment:%Y-%m-%d %H:%M}）")


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


def cases(lines: list[dict]) -> None:
    """What waits for a ruling or a visit, the first to look at on top."""
    for line in lines[:MOST_ROWS]:
        place = f"{line['rule_code']} {line['ruled_sheet'] or ''}!{line['ruled_cell'] or ''}" if "rule_code" in line else f"{line['unit_code']} {line['indicator']}"
        about = line.get("subject") or f"{line.get('unit_name')} {line.get('indicator_name')} {line.get('reported')} {line.get('unit_text')}"
        console.print(f"  {escape(place)}  {escape(str(about))}  [bold]{escape(str(line.get('state') or line.get('inclusion_probability')))}[/]")
        told = " · ".join(str(line[name]) for name in ("why", "reply") if line.get(name))
        if told:
            console.print(f"      {escape(told)}")
    console.print(f"{len(lines)} 件 / cases" + (f"，前 {MOST_ROWS} 件如上 / the first {MOST_ROWS} above" if len(lines) > MOST_ROWS else ""))
