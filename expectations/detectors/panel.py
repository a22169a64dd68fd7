"""What the detectors read: a panel of figures (unit × indicator × period) and whatever stands beside it.

Belongs here: the table of inputs and its checks. Does not belong: how a panel came about (`benchmarks/truth/panel.py`
makes one, a night would read one from the accepted figures). Decision: missing is NaN, an absent source is None, and a
detector without its source scores NaN ("too few points"), never zero.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Panel:
    """Arrays over U units, I indicators, T periods, Y full years, C groups (a city of counties).

    values       [U,I,T]  as reported, positive
    resolution         [U,I]    one unit of the last reported digit
    coarse       [U,I]    declared to report in round figures
    group        [U]      index of the group whose totals the unit is part of
    per_year     periods a year (12, 4 or 1); period 0 is the first of a year
    totals       [C,I,T]  the same indicator of the whole group from a source that does not add the units up
    proxies      [U,I,T]  an independent figure that moves with the indicator (electricity, tax …)
    targets      [U,I,Y]  yearly target of the sum over the year
    first        [U,I,T]  the figure as first reported
    rate         [U,I,T]  reported ratio values ÷ denominator × 1000, and its last digit `rate_resolution` [I]
    denominator  [U,T]
    """

    values: np.ndarray
    resolution: np.ndarray
    coarse: np.ndarray
    group: np.ndarray
    per_year: int = 12
    totals: np.ndarray | None = None
    proxies: np.ndarray | None = None
    targets: np.ndarray | None = None
    first: np.ndarray | None = None
    rate: np.ndarray | None = None
    rate_resolution: np.ndarray | None = None
    denominator: np.ndarray | None = None
    hidden: dict = field(default_factory=dict, repr=False)  # for the maker of the panel only; no detector may read it

    @property
    def shape(self) -> tuple[int, int, int]:
        """U, I, T."""
        return self.values.shape

    @property
    def years(self) -> int:
        """Full years."""
        return self.values.shape[2] // self.per_year

    def annual(self) -> np.ndarray:
        """Sums over full years, [U,I,Y]."""
        units, indicators, _ = self.shape
        return self.values[:, :, : self.years * self.per_year].reshape(units, indicators, self.years, self.per_year).sum(-1)
