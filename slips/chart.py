"""A series as a small inline SVG: the years around a return, the point in question marked, the expected range shaded.

Belongs here: geometry. Does not belong here: which figures may be drawn (`evidence`). Numbers only go in; no text from outside is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from slips.evidence import Point

WIDTH, HEIGHT = 260, 84
LEFT, RIGHT, TOP, BOTTOM = 10, 10, 18, 18
DIGIT, LINE = 6, 10  # width and height of a label's character


def svg(points: list[Point], period: int, low: Decimal | None, high: Decimal | None, breaks: Iterable[int]) -> str:
    """The chart, '' where there are fewer than two values. A line is broken where the definition is, or a year is missing."""
    if len(points) < 2:
        return ""
    years = [p.period for p in points]
    first, last = min(years), max(years)
    values = [float(p.value) for p in points]
    bottom, top = min(values), max(values)
    span = top - bottom or abs(top) or 1.0
    bottom, top = bottom - span * 0.08, top + span * 0.08

    def x(year: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (year - first) / (last - first or 1)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (min(max(value, bottom), top) - bottom) / (top - bottom)

    parts = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" aria-label="{first}–{last}">']
    if low is not None or high is not None:
        upper, lower = y(float(high)) if high is not None else TOP, y(float(low)) if low is not None else HEIGHT - BOTTOM
        parts.append(f'<rect class="band" x="{LEFT}" y="{upper:.1f}" width="{WIDTH - LEFT - RIGHT}" height="{max(lower - upper, 1):.1f}"/>')
    for year in sorted(set(breaks) & set(range(first + 1, last + 1))):
        at = (x(year) + x(year - 1)) / 2
        parts.append(f'<line class="break" x1="{at:.1f}" y1="{TOP}" x2="{at:.1f}" y2="{HEIGHT - BOTTOM}"/>')
    for run in _runs(points, set(breaks)):
        parts.append(f'<polyline points="{" ".join(f"{x(p.period):.1f},{y(float(p.value)):.1f}" for p in run)}"/>')
    labelled = _with_room(points, period, x, y)
    parts += [_dot(p, x(p.period), y(float(p.value)), p.period == period, p in labelled) for p in points]
    return "".join(parts) + "</svg>"


def _with_room(points: list[Point], period: int, x: Callable[[int], float], y: Callable[[float], float]) -> list[Point]:
    """Points whose value can be written without touching another: the marked one first, then the latest."""
    kept: list[tuple[Point, float, float, float]] = []
    for point in sorted(points, key=lambda p: (p.period != period, -p.period)):
        at, width, height = x(point.period), DIGIT * len(_label(point.value)), _height(y(float(point.value)))
        left = at - width * {"start": 0, "middle": 0.5, "end": 1}[_anchor(at)]
        if all(left + width < other_left or other_right < left or abs(height - other) >= LINE for _, other_left, other_right, other in kept):
            kept.append((point, left, left + width, height))
    return [point for point, *_ in kept]


def _anchor(x: float) -> str:
    return "start" if x < WIDTH / 4 else "end" if x > WIDTH * 3 / 4 else "middle"


def _height(y: float) -> float:
    return max(y - 6, 9)


def _runs(points: list[Point], breaks: set[int]) -> list[list[Point]]:
    runs: list[list[Point]] = []
    for point in sorted(points, key=lambda p: p.period):
        if runs and runs[-1][-1].period == point.period - 1 and point.period not in breaks:
            runs[-1].append(point)
        else:
            runs.append([point])
    return [run for run in runs if len(run) > 1]


def _dot(point: Point, x: float, y: float, marked: bool, labelled: bool) -> str:
    kind = "marked" if marked else "held" if not point.usable else "kept"
    anchor = _anchor(x)
    value = f'<text class="{kind}" x="{x:.1f}" y="{_height(y):.1f}" text-anchor="{anchor}">{_label(point.value)}</text>' if labelled else ""
    return (
        f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{4 if marked else 2.5}"/>{value}'
        f'<text class="year" x="{x:.1f}" y="{HEIGHT - 4}" text-anchor="{anchor}">{point.period}</text>'
    )


def _label(value: Decimal) -> str:
    """A value beside its point: as `short`, thousands apart."""
    return f"{Decimal(short(value)):,f}"


def short(value: Decimal) -> str:
    """A value with at most seven significant digits, never with an exponent."""
    text = f"{float(f'{value:.7g}'):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
