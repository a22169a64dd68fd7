"""Weights before they enter a scheme: judgements and dispersion turned into numbers that add up to exactly 100.

Belongs here: AHP, entropy, Delphi rounds, combination, largest remainder. Does not belong here: weighing scores (dbt_project).
Standing decisions: a weight that is stored is an exact decimal, and a set of weights sums to exactly 100; what a method cannot
decide it refuses aloud (an inconsistent matrix, a column without values), it never guesses. Everything between is double
precision and is rounded once, by largest remainder.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from statistics import fmean, median, stdev

# Saaty's random indices by size of the matrix (n = 3..5 as published with the Chinese county assessments, 6..9 Saaty 1980).
RANDOM_INDEX = {1: 0.0, 2: 0.0, 3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41, 9: 1.45}
ACCEPTED_RATIO = 0.10
TOTAL = Decimal(100)


class WeightError(ValueError):
    """Weights that cannot be derived; the message says why."""


@dataclass(frozen=True)
class Ahp:
    """Weights (sum 1), principal eigenvalue, consistency ratio; consistent where the ratio is below 0.10."""

    weights: tuple[float, ...]
    eigenvalue: float
    ratio: float

    @property
    def is_consistent(self) -> bool:
        return self.ratio < ACCEPTED_RATIO


def ahp(matrix: Sequence[Sequence[float]]) -> Ahp:
    """Analytic hierarchy process: principal eigenvector by power iteration, CI = (lambda - n) / (n - 1), CR = CI / RI.

    Raises WeightError unless the matrix is square (n = 1..9), positive and reciprocal (1e-6).
    """
    n = len(matrix)
    if n not in RANDOM_INDEX or any(len(row) != n for row in matrix):
        raise WeightError(f"a square matrix of 1 to 9 is needed, this one has {n} rows")
    for i in range(n):
        for j in range(n):
            if matrix[i][j] <= 0 or abs(matrix[i][j] * matrix[j][i] - 1) > 1e-6:
                raise WeightError(f"row {i + 1}, column {j + 1}: judgements must be positive and reciprocal")
    vector = [1 / n] * n
    for _ in range(10_000):
        product = [math.fsum(a * v for a, v in zip(row, vector)) for row in matrix]
        total = math.fsum(product)
        after = [p / total for p in product]
        if max(abs(a - b) for a, b in zip(after, vector)) < 1e-15:
            break
        vector = after
    eigenvalue = fmean(math.fsum(a * v for a, v in zip(row, vector)) / v for row, v in zip(matrix, vector))
    index = RANDOM_INDEX[n]
    return Ahp(tuple(vector), eigenvalue, (eigenvalue - n) / (n - 1) / index if index else 0.0)


def entropy(values: Sequence[Sequence[float]]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """(entropies, weights) of columns of non-negative values, one row per unit: e = -(1 / ln n) sum p ln p, w = (1 - e) / sum(1 - e).

    It weighs dispersion, so a falsified outlier raises its own weight: give it only figures that passed the gate. A constant
    column has weight 0; all constant gives equal weights. Raises WeightError for one unit, negatives or a column of zeros.
    """
    n = len(values)
    if n < 2:
        raise WeightError("entropy needs at least two units")
    entropies = []
    for number, column in enumerate(zip(*values), start=1):
        total = math.fsum(column)
        if min(column) < 0 or total <= 0:
            raise WeightError(f"column {number}: values must be non-negative and not all zero (shift them first)")
        entropies.append(-math.fsum(x / total * math.log(x / total) for x in column if x > 0) / math.log(n))
    spread = [max(0.0, 1 - e) if e < 1 - 1e-12 else 0.0 for e in entropies]
    total = math.fsum(spread)
    return tuple(entropies), tuple(s / total if total else 1 / len(spread) for s in spread)


@dataclass(frozen=True)
class Round:
    """One Delphi round: per item the mean, median, standard deviation and coefficient of variation of the experts' weights."""

    mean: tuple[float, ...]
    median: tuple[float, ...]
    deviation: tuple[float, ...]
    variation: tuple[float, ...]


def delphi(rounds: Sequence[Sequence[Sequence[float]]], agreed: float = 0.25) -> tuple[list[Round], tuple[float, ...], bool]:
    """(what each round said, weights of the last round scaled to 1, whether every item's variation is within `agreed`).

    Every round is a list of experts' answers; the number of experts may fall. Raises WeightError for fewer than two experts.
    """
    results = []
    for number, answers in enumerate(rounds, start=1):
        if len(answers) < 2 or len({len(a) for a in answers}) != 1:
            raise WeightError(f"round {number}: at least two experts who weigh the same items are needed")
        columns = list(zip(*answers))
        means = tuple(fmean(c) for c in columns)
        spread = tuple(stdev(c) for c in columns)
        results.append(Round(means, tuple(median(c) for c in columns), spread, tuple(s / m if m else math.inf for s, m in zip(spread, means))))
    last = results[-1]
    total = math.fsum(last.mean)
    return results, tuple(m / total for m in last.mean), max(last.variation) <= agreed


def combine(subjective: Sequence[float], objective: Sequence[float], share: float) -> tuple[float, ...]:
    """share x subjective + (1 - share) x objective, scaled to 1."""
    if len(subjective) != len(objective) or not 0 <= share <= 1:
        raise WeightError("two sets of the same items and a share between 0 and 1 are needed")
    mixed = [share * s + (1 - share) * o for s, o in zip(subjective, objective)]
    total = math.fsum(mixed)
    return tuple(m / total for m in mixed)


def to_hundred(weights: Sequence[float | Decimal], decimals: int = 2, total: Decimal = TOTAL) -> tuple[Decimal, ...]:
    """Exact decimals that add up to `total`: each share rounded down, the rest given to the largest remainders (first among equals)."""
    exact = [Decimal(str(w)) for w in weights]
    if not exact or min(exact) < 0 or sum(exact) == 0:
        raise WeightError("weights must be non-negative and not all zero")
    unit = Decimal(1).scaleb(-decimals)
    shares = [w * total / sum(exact) for w in exact]
    floors = [s.quantize(unit, rounding=ROUND_FLOOR) for s in shares]
    left = int((total - sum(floors)) / unit)
    order = sorted(range(len(shares)), key=lambda i: (floors[i] - shares[i], i))
    return tuple(f + unit if i in order[:left] else f for i, f in enumerate(floors))
