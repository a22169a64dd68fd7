"""Why two years' scores differ."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rich.markup import escape

from slips.groups import plain
from zhunsheng.answers.terminal import console, signed

if TYPE_CHECKING:
    from stability.comparing import Comparison

MOST_PARTS = 6


def comparison(found: Comparison) -> None:
    """Two scores, the effects between them, what each indicator adds to each effect, and the proof of the sum."""
    console.print(f"[bold]{found.unit_zh} {found.before} → {found.after}：{plain(found.score_from)} → {plain(found.score_to)}，{signed(found.change)}[/]")
    for note in found.notes:
        console.print(f"  {escape(note)}")
    for effect in found.effects:
        console.print(f"\n  [bold]{effect.name_zh} {effect.name_en}  {signed(effect.change)}[/]  {plain(effect.score_before)} → {plain(effect.score_after)}  {effect.reason_zh}")
        parts = sorted(effect.parts.items(), key=lambda part: (-abs(part[1]), part[0]))
        for indicator, change in parts[:MOST_PARTS]:
            console.print(f"      {signed(change):>14}  {escape(found.indicators.get(indicator, indicator))}{_doubt(found, indicator)}")
        if len(parts) > MOST_PARTS:
            console.print(f"      {signed(sum(change for _, change in parts[MOST_PARTS:])):>14}  其余 {len(parts) - MOST_PARTS} 项 / the others")
    total = sum((effect.change for effect in found.effects), Decimal(0))
    console.print(f"\n  核对 / check: Σ 影响 {signed(total)} {'=' if total == found.change else '≠'} 得分变化 {signed(found.change)}（取整前 / before rounding）")


def _doubt(found: Comparison, indicator: str) -> str:
    doubt = found.doubts.get(indicator)
    return f"  [yellow]〔{escape(doubt)}〕[/]" if doubt else ""
