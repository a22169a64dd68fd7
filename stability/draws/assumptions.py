"""What may vary and how far, read from the seed `stability_assumptions`, and the random columns it varies by.

Belongs here: the policy as an object, and uniform numbers by name. Does not belong here: what a varied assumption does to a score.
Standing decision: a column of draws is seeded by its name (SHA-256 of seed, matrix and name; PCG64). The weight of one indicator in one
class therefore meets the same draws in every year: scores of adjacent years are compared on common random numbers.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

GROUPS = ("weights", "methods", "suspicions", "missing")


@dataclass(frozen=True)
class Assumptions:
    """The declared policy.

    `count` draws in each of two matrices; `low` and `high` quantiles of intervals; `most_error` standard error above which a driver's
    index is not published; `spread` of weights, relative; `methods` and
    `missing` {in the scheme: ((alternative, share), …)}; `suspicions` ((score from, probability), …), ascending.
    """

    count: int
    seed: int
    low: float
    high: float
    most_error: float
    spread: float
    methods: dict[str, tuple[tuple[str, float], ...]] = field(default_factory=dict)
    missing: dict[str, tuple[tuple[str, float], ...]] = field(default_factory=dict)
    suspicions: tuple[tuple[float, float], ...] = ()

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, str | None, float]]) -> "Assumptions":
        """From (assumption, item, choice, value). Raises ValueError for one that nothing here knows, or shares above 1."""
        single: dict[tuple[str, str], float] = {}
        choices: dict[str, dict[str, list]] = {"methods": {}, "missing": {}}
        steps = []
        for group, item, choice, value in rows:
            if group in choices:
                choices[group].setdefault(item, []).append((choice, float(value)))
            elif group == "suspicions":
                steps.append((float(item), float(value)))
            elif (group, item) in {("draws", "count"), ("draws", "seed"), ("interval", "low"), ("interval", "high"), ("drivers", "most_error"), ("weights", "spread")}:
                single[group, item] = float(value)
            else:
                raise ValueError(f"unknown assumption: {group} {item}")
        for group, items in choices.items():
            for item, shares in items.items():
                if sum(share for _, share in shares) > 1 or min(share for _, share in shares) < 0:
                    raise ValueError(f"shares of {group} {item} are no shares")
        ordered = {group: {item: tuple(sorted(shares)) for item, shares in items.items()} for group, items in choices.items()}
        return cls(int(single["draws", "count"]), int(single["draws", "seed"]), single["interval", "low"], single["interval", "high"], single["drivers", "most_error"], single["weights", "spread"],
                   ordered["methods"], ordered["missing"], tuple(sorted(steps)))

    def only(self, *groups: str) -> "Assumptions":
        """The same policy with all other groups at rest."""
        return replace(self, spread=self.spread if "weights" in groups else 0.0, methods=self.methods if "methods" in groups else {},
                       missing=self.missing if "missing" in groups else {}, suspicions=self.suspicions if "suspicions" in groups else ())

    def probability(self, score: float) -> float:
        """How probable it is that a suspicion of this score is right, by the declared steps; 0 below the first."""
        place = bisect_right([start for start, _ in self.suspicions], score)
        return self.suspicions[place - 1][1] if place else 0.0


@dataclass(frozen=True)
class Source:
    """Where random columns come from: matrix A or B, one group of assumptions possibly from the other (pick and freeze)."""

    assumptions: Assumptions
    matrix: str = "A"
    exchanged: str | None = None

    def matrix_of(self, group: str) -> str:
        """The matrix that a group of assumptions is drawn from."""
        return self.matrix if group != self.exchanged else {"A": "B", "B": "A"}[self.matrix]

    def column(self, group: str, *name: object) -> np.ndarray:
        """Uniform numbers in [0, 1), one per draw."""
        return _uniform(self.assumptions.count, "|".join(map(str, (self.assumptions.seed, self.matrix_of(group), group, *name))))

    def choice(self, group: str, shares: tuple[tuple[str, float], ...], *name: object) -> np.ndarray:
        """Per draw the number of the alternative taken (1, 2, …), 0 for what the scheme says."""
        return _choice(self.assumptions.count, "|".join(map(str, (self.assumptions.seed, self.matrix_of(group), group, *name))), tuple(share for _, share in shares))


@lru_cache(maxsize=4096)
def _choice(count: int, name: str, shares: tuple[float, ...]) -> np.ndarray:
    drawn, taken, edge = _uniform(count, name), np.zeros(count, int), 0.0
    for number, share in enumerate(shares, start=1):
        taken = np.where((drawn >= edge) & (drawn < edge + share), number, taken)
        edge += share
    return taken


@lru_cache(maxsize=4096)
def _uniform(count: int, name: str) -> np.ndarray:
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:16], "big")
    drawn = np.random.Generator(np.random.PCG64(seed)).random(count)
    drawn.flags.writeable = False
    return drawn
