"""How large a number may be: what the warehouse stores exactly and can multiply, add up and divide without overflow.

Belongs here: the limits, and whether a text is a number beyond them. Does not belong here: typing a value (staging), whether a figure is
plausible (expectations). Standing decisions: a decimal of the warehouse has 28 digits, eight of them after the point; the room between a
limit and those digits is for sums over all units and for products with factors and marks; what is larger is stored as text, reported at its
cell, and never enters arithmetic (dbt_project/macros/dialect/text.sql holds the same limit for figures).
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from sources.declare.declarations import Column, Declarations

FIGURES_BELOW = 10**15  # a figure, as printed and in the indicator's unit of measure
MARKS_BELOW = 10**6  # marks, weights, shares, counts: whatever a table form holds beside figures
_NUMBER = re.compile(r"[+-]?([0-9]+)(\.[0-9]+)?")
_SIGNS = str.maketrans("−，", "-,")


def limit_of(column: Column) -> int:
    """The limit of a column of a table form."""
    return FIGURES_BELOW if column.figure else MARKS_BELOW


def is_too_large(text: str, limit: int, factor: Decimal = Decimal(1)) -> bool:
    """Whether the text is a number that reaches the limit, as printed or times `factor` (which brings it into the unit of the limit).

    Full width, thousands separators and a percent sign are read as staging reads them; what is no number is not too large.
    """
    shown = unicodedata.normalize("NFKC", text).translate(_SIGNS).replace(",", "").strip("% \t")
    number = _NUMBER.fullmatch(shown)
    if number is None:
        return False
    if len(number[1].lstrip("0")) > len(str(limit)):  # a text of a million digits is not worth converting
        return True
    size = Decimal(number[1] + (number[2] or ""))
    return max(size, size * factor) >= limit


class Factors:
    """Factors between units of measure, by indicator."""

    def __init__(self, declarations: Declarations) -> None:
        measures, indicators = declarations.registers.get("measures"), declarations.registers.get("indicators")
        self._units = dict(indicators.values("indicator", "unit")) if indicators else {}
        self._factors = {(a, b): factor for a, b, factor in measures.values("measure_text", "canonical_unit", "factor")} if measures else {}

    def unit(self, indicator: str | None) -> str | None:
        """The indicator's own unit of measure."""
        return self._units.get(indicator)

    def of(self, indicator: str | None, measure_text: str | None) -> Decimal:
        """What a figure printed in a unit is multiplied by; 1 where the unit is not known (which is a finding of its own)."""
        return self._factors.get((measure_text, self.unit(indicator))) or Decimal(1)
