"""`zhunsheng compare`: any two years of one unit, the change of its score decomposed into effects that add up exactly.

Belongs here: asking for the counterfactual scores of two years, and saying plainly when two years cannot be compared. Does not
belong here: the counterfactuals themselves (counterfactuals.py), layout (show.py).
Standing decisions: a unit that is no more is answered with its successors, never with zeros; neighbouring years are read from the published
edition (marts score_changes, score_change_parts), only years further apart are scored for the question.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from decimal import Decimal

import duckdb

from stability import lineage
from warehouse import editions
from warehouse.settings import Settings

HEADER = ("unit_code", "previous_period", "period", "effect", "indicator", "change")


class NotComparable(LookupError):
    """The two years of the unit cannot be compared; the message says why and names successors or predecessors."""


@dataclass(frozen=True)
class Effect:
    """One effect: its words, the scores before and after it, and what each indicator adds to it ({indicator: change}, none zero)."""

    effect: str
    name_zh: str
    name_en: str
    reason_zh: str
    score_before: Decimal
    score_after: Decimal
    parts: dict[str, Decimal]

    @property
    def change(self) -> Decimal:
        return self.score_after - self.score_before


@dataclass(frozen=True)
class Comparison:
    """Two years of a unit. Scores before rounding; `score_from` is the earlier year as it was closed."""

    unit_code: str
    unit_zh: str
    before: int
    after: int
    effects: list[Effect]
    indicators: dict[str, str]
    notes: list[str] = field(default_factory=list)
    doubts: dict[str, str] = field(default_factory=dict)  # {indicator: what keeps its two figures from being plainly comparable}

    @property
    def score_from(self) -> Decimal:
        return self.effects[0].score_before

    @property
    def score_to(self) -> Decimal:
        return self.effects[-1].score_after

    @property
    def change(self) -> Decimal:
        return self.score_to - self.score_from

    def rows(self) -> list[tuple]:
        """Rows under HEADER: each effect as a whole (indicator empty), then its parts."""
        key = (self.unit_code, self.before, self.after)
        return [(*key, e.effect, indicator, change) for e in self.effects for indicator, change in [("", e.change), *sorted(e.parts.items())]]


def compare(settings: Settings, unit: str, before: int, after: int) -> Comparison:
    """Decompose the change of a unit's score (code or Chinese name) between two years. Raises NotComparable, EditionError."""
    if before >= after:
        raise NotComparable(f"{before} 不早于 {after}：请先写较早的年度 / the earlier year comes first")
    con = duckdb.connect(str(editions.database(settings)), read_only=True)
    try:
        code, name, notes = _stands(con, unit, before, after)
        indicators = dict(con.execute("select indicator, max(name_zh) || ' ' || max(name_en) from indicators group by indicator").fetchall())
        effects = published_effects(settings, con, code, after) if after == before + 1 else None
        doubts = _doubts(settings, con, code, before, after)
    finally:
        con.close()
    if effects is None:
        effects = scored_effects(settings, code, before, after)
    if not effects:
        raise NotComparable(f"{name} 在 {before} 或 {after} 年没有得分 / no score in {before} or {after}")
    return Comparison(code, name, before, after, effects, indicators, notes, doubts)


def published_effects(settings: Settings, con: duckdb.DuckDBPyConnection, unit: str, period: int) -> list[Effect]:
    """The effects between a year and the one before it, as an edition has them; none where the unit has no score in one of them."""
    parts: dict[str, dict[str, Decimal]] = {}
    for effect, indicator, change in con.execute("select effect, indicator, change from score_change_parts where unit_code = ? and period = ? order by indicator", [unit, period]).fetchall():
        parts.setdefault(effect, {})[indicator] = change
    scores = {effect: ends for effect, *ends in con.execute("select effect, score_before, score_after from score_changes where unit_code = ? and period = ?", [unit, period]).fetchall()}
    return [Effect(row["effect"], row["name_zh"], row["name_en"], row["reason_zh"], *scores[row["effect"]], parts.get(row["effect"], {})) for row in _words(settings) if row["effect"] in scores]


def _doubts(settings: Settings, con: duckdb.DuckDBPyConnection, unit: str, before: int, after: int) -> dict[str, str]:
    """{indicator: words} for each figure that is missing, held back or marked in either year, or whose two values do not compare."""
    words = {row["status"]: f"{row['status_zh']} {row['status_en'].lower()}" for row in _seed(settings, "cell_statuses")}
    found: dict[str, list[str]] = {}
    for indicator, year, status in con.execute("""select indicator, period, figure_status from indicator_scores
        where unit_code = ? and period in (?, ?) and figure_status <> 'ACCEPTED' order by indicator, period""", [unit, before, after]).fetchall():
        found.setdefault(indicator, []).append(f"{year} {words.get(status, status)}")
    if after == before + 1:
        for indicator, code in con.execute("""select distinct indicator, comparability_code from score_change_parts
            where unit_code = ? and period = ? and comparability_code not in ('OK', 'MISSING', 'NO_PREVIOUS') order by all""", [unit, after]).fetchall():
            found.setdefault(indicator, []).append(code)
    return {indicator: "；".join(lines) for indicator, lines in found.items()}


def scored_effects(settings: Settings, unit: str, before: int, after: int) -> list[Effect]:
    """The effects between any two years, scored by the engine; none where the unit has no score in one of them."""
    from stability import counterfactuals
    from warehouse import compiled, store

    with store.one_writer(settings), store.connect(settings) as warehouse:
        scored = counterfactuals.Scorer(compiled.load(settings), settings, warehouse).rows([(before, after)])
    way: dict[str, dict[str, Decimal]] = {}
    for row in scored:
        if row["unit_code"] == unit:
            way.setdefault(row["step"], {})[row["component"]] = row["result"]
    return _effects(settings, way, counterfactuals.TOTAL) if way else []


def _stands(con: duckdb.DuckDBPyConnection, unit: str, before: int, after: int) -> tuple[str, str, list[str]]:
    """(code, name, notes) of a unit that exists in both years. Raises NotComparable."""
    states = lineage.states(con, unit)
    if not states:
        raise NotComparable(f"没有单位 {unit}，请用代码或全称 / no such unit: give the code or the full Chinese name")
    then, now = (next((s for s in states if s.stands_in(year)), None) for year in (before, after))
    words = dict(con.execute("select unit_key, why_zh || ' / ' || why_en from units").fetchall())
    if now is None:
        raise NotComparable(f"{states[-1].name_zh} 在 {after} 年不可比 / not comparable: {words[states[-1].unit_key]}")
    if then is None:
        ((zh,),) = con.execute("select coalesce(came_from_zh, '未登记 / not registered') from units where unit_key = ?", [states[0].unit_key]).fetchall()
        if not _is_renamed(con, states[0].unit_key):
            raise NotComparable(f"{now.name_zh} 在 {before} 年还没有 / did not exist in {before}；前身 / came from: {zh}")
        return now.unit_code, now.name_zh, [f"前身 / came from: {zh}"]
    changed = [] if then.unit_key == now.unit_key else [f"两年之间区划有变 / its territory changed in between: {words[then.unit_key]}"]
    return now.unit_code, now.name_zh, changed


def _is_renamed(con: duckdb.DuckDBPyConnection, unit_key: str) -> bool:
    """Whether the unit is one earlier unit under another code, name or standing."""
    return con.execute("select count(*) from unit_events where to_key = ?", [unit_key]).fetchall() == [(1,)] and \
        con.execute("select count(*) from unit_events where to_key = ? and share = 1", [unit_key]).fetchall() == [(1,)]


def _words(settings: Settings) -> list[dict[str, str]]:
    """The effects in their order, with their words."""
    return sorted(_seed(settings, "change_effects"), key=lambda row: int(row["sort_order"]))


def _seed(settings: Settings, name: str) -> list[dict[str, str]]:
    with (settings.dbt_project / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _effects(settings: Settings, way: dict[str, dict[str, Decimal]], total: str) -> list[Effect]:
    effects = []
    for row in _words(settings):
        old, new = way[row["previous_step"]], way[row["step"]]
        names = sorted((old.keys() | new.keys()) - {total})
        moved = {name: new.get(name, Decimal(0)) - old.get(name, Decimal(0)) for name in names}
        effects.append(Effect(row["effect"], row["name_zh"], row["name_en"], row["reason_zh"], old[total], new[total], {name: change for name, change in moved.items() if change}))
    return effects
