"""Small pictures for the graph's pages: bars as inline SVG inside Markdown, drawn from the published marts.

Belongs here: drawing. Does not belong here: any figure that is not in a mart.
"""

from __future__ import annotations

import base64
from pathlib import Path

import duckdb

BAR, GAP, LEFT, WIDTH = 16, 6, 90, 420
COLOURS = {"ACCEPTED": "#4c9f70", "MARKED": "#e0a030", "QUARANTINED": "#c0504d", "MISSING": "#b0b0b0", "A": "#2f6db0", "B": "#5f9bd0", "C": "#a9c7e6", "D": "#c0504d"}


def grades(database: Path) -> str:
    """Units per grade, a bar per assessment year."""
    return _bars(database, "select period, grade_code, count(*) from scorecards group by all order by all")


def grid(database: Path) -> str:
    """Cells of the expected grid by status, a bar per assessment year."""
    return _bars(database, "select period, status, count(*) from expected_grid group by all order by all")


def _bars(database: Path, query: str) -> str:
    con = duckdb.connect(str(database), read_only=True)
    rows = con.execute(query).fetchall()
    con.close()
    years = sorted({row[0] for row in rows})
    if not years:
        return "—"
    most = max(sum(n for y, _, n in rows if y == year) for year in years)
    parts, kinds = [], sorted({str(row[1]) for row in rows})
    for line, year in enumerate(years):
        left, top = LEFT, line * (BAR + GAP)
        parts.append(f'<text x="0" y="{top + BAR - 3}" font-size="12">{year}</text>')
        for kind, n in [(str(k), n) for y, k, n in rows if y == year]:
            width = WIDTH * n / most
            parts.append(f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="{BAR}" fill="{COLOURS.get(kind, "#888")}"><title>{kind} {n}</title></rect>')
            left += width
    height = len(years) * (BAR + GAP) + BAR
    legend = "".join(f'<text x="{LEFT + 110 * i}" y="{height}" font-size="11" fill="{COLOURS.get(k, "#888")}">■ {k}</text>' for i, k in enumerate(kinds))
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + max(WIDTH, 110 * len(kinds))}" height="{height + 6}">{"".join(parts)}{legend}</svg>'
    return f"![](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})"
