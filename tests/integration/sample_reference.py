"""The scores of the sample computed once more, apart from the SQL: fractions, half-up, from registers and scheme files.

Belongs here: the arithmetic of the sample's schemes in plain Python. It shares no code with the product; its inputs are the
CSV registers, the scheme's own tables under sources/sample/plan, text, printed unit and status of each cell of the grid, and which figures are in
doubt.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path

USABLE = ("ACCEPTED", "MARKED")
PLACES = 8


def half_up(value: Fraction, places: int = PLACES) -> Fraction:
    """Round half away from zero, exactly."""
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, 10**places)


def exact(value: Fraction) -> Decimal:
    """A fraction of at most eight decimals as a decimal."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(1).scaleb(-PLACES), ROUND_HALF_UP)


def number(text: str | None) -> Fraction | None:
    """A plain printed number, else None."""
    try:
        return Fraction(text.strip()) if text and "/" not in text else None
    except ValueError:
        return None


@dataclass
class Score:
    """One unit's indicator: value, score and what it adds. `score` None = its weight goes to the others."""

    status: str
    value: Fraction | None
    weight: Fraction
    dimension: str
    doubt: str = ""
    score: Fraction | None = None
    effective_weight: Fraction = Fraction(0)
    contribution: Fraction = Fraction(0)


@dataclass
class Card:
    """One unit's year."""

    scores: dict[str, Score] = field(default_factory=dict)
    total: Fraction = Fraction(0)
    unrounded: Fraction = Fraction(0)
    published: Fraction = Fraction(0)
    grade: str | None = None
    rank: int = 0


class Reference:
    """`grid` is {(unit, indicator, period): (status, text, printed unit)}, `doubts` {(unit, indicator, period): held or marked}."""

    def __init__(self, sources: Path, grid: dict[tuple[str, str, int], tuple[str, str | None, str | None]], doubts: dict[tuple[str, str, int], str]) -> None:
        self._plan, self._registers, self._grid, self._doubts = sources / "sample" / "plan", sources / "registers", grid, doubts

    def cards(self, period: int) -> dict[str, Card]:
        """Every unit's card of one year."""
        cards = {unit: Card() for unit in self._class_of}
        for indicator in self._in_year(self._plan / "indicators.csv", period):
            self._score_indicator(indicator, period, cards)
        for unit, card in cards.items():
            self._weigh(card)
            scheme = self._schemes[unit[:2] + "0000"]
            card.published = half_up(min(max(card.unrounded, Fraction(0)), Fraction(100)), int(scheme["score_decimals"]))
            card.grade = next((b["grade_code"] for b in _read(self._plan / "bands.csv") if _in_band(card.published, b)), None)
        for unit, card in cards.items():
            peers = [other for name, other in cards.items() if self._class_of[name] == self._class_of[unit]]
            card.rank = 1 + sum(1 for other in peers if other.published > card.published)
        return cards

    # -- one indicator, all units

    def _score_indicator(self, indicator: dict, period: int, cards: dict[str, Card]) -> None:
        name = indicator["indicator"]
        weights = next(row for row in self._in_year(self._plan / "weights.csv", period) if row["indicator"] == name)
        for unit, card in cards.items():
            doubts = {self._doubts.get((unit, figure, period)) for figure in self._made_of(name, period)}
            doubt = "held" if "held" in doubts else "marked" if "marked" in doubts else ""
            status, value = self._value(unit, name, period)
            if doubt == "held" and status in USABLE:
                status, value = "HELD", None
            card.scores[name] = Score(status, value, Fraction(weights[self._class_of[unit]]), indicator["dimension_code"], doubt)
        for unit, card in cards.items():
            peers = [cards[other].scores[name] for other in cards if self._class_of[other] == self._class_of[unit]]
            usable = [peer.value for peer in peers if peer.status in USABLE and not peer.doubt]  # a figure in doubt is nobody's reference
            card.scores[name].score = self._score(indicator, card.scores[name], usable, unit, period)

    def _made_of(self, indicator: str, period: int) -> tuple[str, ...]:
        derived = next((row for row in self._in_year(self._registers / "derived_indicators.csv", period) if row["indicator"] == indicator), None)
        return (indicator,) if derived is None else (derived["numerator"], derived["denominator"])

    def _value(self, unit: str, indicator: str, period: int) -> tuple[str, Fraction | None]:
        derived = next((row for row in self._in_year(self._registers / "derived_indicators.csv", period) if row["indicator"] == indicator), None)
        if derived is None:
            return self._figure(unit, indicator, period)
        top_status, top = self._figure(unit, derived["numerator"], period)
        bottom_status, bottom = self._figure(unit, derived["denominator"], period)
        if "QUARANTINED" in (top_status, bottom_status):
            return "QUARANTINED", None
        if top is None or not bottom:
            return "MISSING", None
        return ("MARKED" if "MARKED" in (top_status, bottom_status) else "ACCEPTED"), half_up(top * Fraction(derived["factor"]) / bottom)

    def _figure(self, unit: str, indicator: str, period: int) -> tuple[str, Fraction | None]:
        status, text, printed_unit = self._grid.get((unit, indicator, period), ("MISSING", None, None))
        if status == "QUARANTINED":
            return status, None
        if status not in USABLE:
            return "MISSING", None
        return status, half_up(number(text) * self._factors[printed_unit, self._unit_of[indicator]])

    def _score(self, indicator: dict, mine: Score, usable: list[Fraction], unit: str, period: int) -> Fraction | None:
        base, full = Fraction(indicator["base"]), Fraction(indicator["full_marks"])
        if mine.status == "QUARANTINED":
            return base  # the sample's schemes: quarantined_policy = floor
        if mine.status in ("MISSING", "HELD"):
            return None  # missing_policy = redistribute
        sign = -1 if indicator["direction"] == "-" else 1
        if indicator["method"] == "efficacy_linear":
            best, worst = (max(usable), min(usable)) if sign > 0 else (min(usable), max(usable))
            return full if best == worst else min(max(half_up(base + (full - base) * (mine.value - worst) / (best - worst)), base), full)
        target = self._target(unit, indicator["indicator"], period)
        completion = 1 + sign * (mine.value - target) / abs(target)
        cap = Fraction(indicator["cap"] or 1)
        return half_up(full * min(max(completion, Fraction(0)), cap))

    def _target(self, unit: str, indicator: str, period: int) -> Fraction:
        rows = [row for row in self._in_year(self._plan / "targets.csv", period) if row["indicator"] == indicator]
        own = [row for row in rows if row["unit_code"] == unit] or [row for row in rows if row["unit_code"] == "*"]
        return Fraction(own[0]["target"])

    # -- one unit, all indicators

    @staticmethod
    def _weigh(card: Card) -> None:
        whole, scored = defaultdict(Fraction), defaultdict(Fraction)
        for score in card.scores.values():
            whole[score.dimension] += score.weight
            scored[score.dimension] += score.weight if score.score is not None else 0
        standing = sum(whole[dimension] for dimension in whole if scored[dimension] > 0)
        for _, score in sorted(card.scores.items(), key=lambda item: (item[1].dimension, item[0])):
            if score.score is not None:
                share = score.weight * whole[score.dimension] * 100 / (scored[score.dimension] * standing)
                score.effective_weight = half_up(share)
                before, card.unrounded = card.unrounded, card.unrounded + score.score * share / 100
                score.contribution = half_up(card.unrounded) - half_up(before)  # what the rounded running sum gains
        card.total = half_up(card.unrounded)

    # -- tables

    @cached_property
    def _class_of(self) -> dict[str, str]:
        return {row["unit_code"]: row["class_id"] for row in _read(self._plan / "classes.csv")}

    @cached_property
    def _schemes(self) -> dict[str, dict]:
        schemes = {row["province_code"]: row for row in _read(self._plan / "schemes.csv")}
        assert {(s["missing_policy"], s["quarantined_policy"], s["grade_on"]) for s in schemes.values()} == {("redistribute", "floor", "published")}
        return schemes

    @cached_property
    def _factors(self) -> dict[tuple[str, str], Fraction]:
        return {(row["measure_text"], row["canonical_unit"]): Fraction(row["factor"]) for row in _read(self._registers / "measures.csv")}

    @cached_property
    def _unit_of(self) -> dict[str, str]:
        return {row["indicator"]: row["unit"] for row in _read(self._registers / "indicators.csv")}

    @staticmethod
    def _in_year(path: Path, period: int) -> list[dict]:
        return [row for row in _read(path) if int(row["period_from"]) <= period <= int(row["period_to"] or 9999)]


def _in_band(score: Fraction, band: dict) -> bool:
    low, high = band["lower"], band["upper"]
    above = not low or score > Fraction(low) or (band["lower_inclusive"] == "是" and score == Fraction(low))
    below = not high or score < Fraction(high) or (band["upper_inclusive"] == "是" and score == Fraction(high))
    return above and below


_kept: dict[Path, list[dict]] = {}


def _read(path: Path) -> list[dict]:
    if path not in _kept:
        with path.open(encoding="utf-8", newline="") as handle:
            _kept[path] = list(csv.DictReader(handle))
    return _kept[path]
