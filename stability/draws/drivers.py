"""Which assumption drives a result: Sobol indices of groups of assumptions by pick and freeze.

Belongs here: the two estimators and their standard errors. Does not belong here: drawing (`assumptions`) and scoring (`panel`).
Sources: first order by Saltelli et al. 2010 (table 2, b), total by Jansen 1999 (table 2, f). A test holds both against SALib.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Indices:
    """Of one group and every unit: first-order and total index with standard errors, NaN where the result does not vary."""

    first: np.ndarray
    first_error: np.ndarray
    total: np.ndarray
    total_error: np.ndarray


def indices(a: np.ndarray, b: np.ndarray, a_with_b: np.ndarray) -> Indices:
    """From results (draws, units) under matrix A, matrix B, and A with one group's columns taken from B.

    The results are centred first: the estimators do not depend on it, their errors do.
    """
    centre = (_mean(a) + _mean(b)) / 2
    a, b, a_with_b = a - centre, b - centre, a_with_b - centre
    variance = (_mean(a * a) + _mean(b * b)) / 2
    with np.errstate(all="ignore"):
        variance = np.where(variance > 1e-12, variance, np.nan)
        first, total = b * (a_with_b - a) / variance, (a - a_with_b) ** 2 / 2 / variance
    return Indices(_mean(first), _error(first), _mean(total), _error(total))


def _mean(x: np.ndarray) -> np.ndarray:
    """Column means, added up row by row: the same digits on every machine."""
    return np.add.accumulate(x, axis=0)[-1] / len(x)


def _error(x: np.ndarray) -> np.ndarray:
    return np.sqrt(_mean((x - _mean(x)) ** 2) / len(x))
