"""A grade with its steps, the figures behind each and what is open on them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rich.markup import escape

from slips.groups import plain
from zhunsheng.answers.terminal import SEVERITIES, console, marks

if TYPE_CHECKING:
    from warehouse.explain import Explanation


def explanation(found: Explanation) -> None:
    """Grade, steps, then for each indicator the figures behind it and what is open on them."""
    card = found.card
    console.print(f"[bold]{card['unit_zh']} {card['period']} 年度：{marks(card['score'])} 分，{card['grade_zh']}[/]  ({card['unit_en']}, grade {card['grade_code'] or 'withheld'})")
    console.print(f"  {card['why_zh']}\n  {card['why_en']}")
    _resting(card)
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


def _resting(card: dict) -> None:
    """What of the grade is in doubt, and what the score would be if it were not."""
    share, verified = (plain(card[name] * 100) for name in ("share_in_doubt", "share_verified"))
    console.print(f"  权重中所用数据有未了结疑点的占 {share}%，全部经现场核实的占 {verified}% / of the weight {share} % rests on figures with an open point, {verified} % on verified ones")
    if card["n_held_back"] or card["score_if_counted"] != card["score"]:
        counted = marks(card["score_if_counted"])
        console.print(f"  暂缓计分 {card['n_held_back']} 项；存疑数据照常计分、照常作参照的，得分为 {counted} / held back: {card['n_held_back']}; {counted} if every figure in doubt counted like any other")


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
