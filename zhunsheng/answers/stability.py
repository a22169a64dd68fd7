"""How firm a grade is, and what one more grade would take."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from slips.groups import plain
from zhunsheng.answers.terminal import console, marks

if TYPE_CHECKING:
    from stability.grade import Stability

ASSUMPTIONS = {"weights": "权重 / weights", "methods": "计分方法 / methods", "suspicions": "疑点数据 / in doubt", "missing": "缺报处理 / missing"}
UNREACHED = {"FULL_MARKS": "该项满分仍不足 / not enough even in full", "BOUNDS": "超出指标范围 / beyond what is possible", "NO_FIGURE": "无可用数值 / no figure", "HELD": "不能反推 / not computed"}


def stability(found: Stability) -> None:
    """Stability and intervals, drivers, pairs, and the ways to the next grade."""
    row = found.stability
    ends = f"{plain(row['low_quantile'] * 100)}%–{plain(row['high_quantile'] * 100)}%"
    console.print(f"[bold]{row['unit_zh']} {row['period']} 年度：{marks(row['score'])} 分，{row['grade_zh']}，档次稳定度 {plain(row['stability'])}[/]  (grade {row['grade_code']}, stability {plain(row['stability'])})")
    console.print(f"  得分 / score {marks(row['score_low'])} – {marks(row['score_high'])}    名次 / rank {row['rank_low']} – {row['rank_high']}    {ends}")
    console.print(f"  各等次占比 / share of draws per grade: {row['grade_shares']}    {row['n_draws']} 次抽样 / draws，种子 / seed {row['seed']}")
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
        cells = [_index(by[name, output], order) for output in ("score", "grade") for order in ("first_order", "total_order")]
        table.add_row(ASSUMPTIONS[name], str(by[name, "score"]["n_varied"]), *cells)
    console.print(table)


def _index(row: dict, order: str) -> str:
    return "—" if row[order] is None or not row["n_varied"] else f"{row[order]:.2f} ± {row[order + '_error']:.2f}"


def _pairs(pairs: list[dict], unit: str) -> None:
    if pairs:
        console.print("\n[bold]权重能否使名次颠倒 / can weights turn the order round[/]")
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
    console.print("  假定其他单位的数值不变；仅为测算，不是目标 / other units' figures as they are; arithmetic, no target")
