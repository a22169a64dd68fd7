"""Open suspicions, and the cases to rule on."""

from __future__ import annotations

from rich.markup import escape

from slips.groups import plain
from zhunsheng.answers.terminal import SEVERITIES, console

MOST_ROWS = 40


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
    console.print(f"\n疑点 / suspicions: {len(found):,} 条，{len(cells):,} 格 / cells；已有解释 / explained by an event: {explained}。疑点不是结论 / a suspicion is no conclusion.")
    if len(cells) > MOST_ROWS:
        console.print(f"  … 其余 {len(cells) - MOST_ROWS} 格请用 --csv / more with --csv")
    _subjects(*subjects, unit)


def _subjects(header: list[str], rows: list[tuple], unit: str | None) -> None:
    """Suspicion at unit level: the units and providers with more cells beyond chance than the others."""
    for row in (dict(zip(header, values, strict=True)) for values in rows):
        if row["subject"] == unit or (unit is None and row["n_beyond"] and row["rank"] <= 5):
            console.print(f"  {row['subject_kind']} {row['rank']:>3}  {row['subject_zh']}  {plain(row['score'])}  {escape(row['why_zh'])}")


def cases(lines: list[dict]) -> None:
    """What waits for a ruling or a visit, the first to look at on top."""
    for line in lines[:MOST_ROWS]:
        place = f"{line['rule_code']} {line['ruled_sheet'] or ''}!{line['ruled_cell'] or ''}" if "rule_code" in line else f"{line['unit_code']} {line['indicator']}"
        about = line.get("subject") or f"{line.get('unit_name')} {line.get('indicator_name')} {line.get('reported')} {line.get('measure_text')}"
        console.print(f"  {escape(place)}  {escape(str(about))}  [bold]{escape(str(line.get('state') or line.get('inclusion_probability')))}[/]")
        words = " · ".join(str(line[name]) for name in ("why", "reply") if line.get(name))
        if words:
            console.print(f"      {escape(words)}")
    console.print(f"{len(lines)} 件 / cases" + (f"，前 {MOST_ROWS} 件如上 / the first {MOST_ROWS} above" if len(lines) > MOST_ROWS else ""))
