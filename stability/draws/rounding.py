"""Eight decimal places in doubles, half-up as the models round, and whole numbers of 1e-8 where an edge decides.

Belongs here: rounding only. A double holds marks up to 10^6 with eight places; ties that binary numbers blur go up, as decimals do.
"""

from __future__ import annotations

import numpy as np

PLACES = 8
UNIT = 10**PLACES
BLUR = 1 + 1e-15
LEAST = -(2**62)


def half_up(x: np.ndarray, places: int = PLACES) -> np.ndarray:
    """Rounded half away from zero to `places` decimals; NaN stays NaN."""
    scale = 10.0**places
    away = np.abs(x, out=np.empty(np.shape(x)))  # one new array, worked on in place: large ones cost more to get than to fill
    away *= scale * BLUR
    away += 0.5
    np.floor(away, out=away)
    away /= scale
    return np.copysign(away, x, out=away)


def whole(x: np.ndarray) -> np.ndarray:
    """Whole numbers of 1e-8 (int64), below every mark where x is NaN."""
    return np.where(np.isnan(x), LEAST, np.rint(x * UNIT)).astype(np.int64)


def whole_below(x: np.ndarray) -> np.ndarray:
    """The whole numbers of 1e-8 that x reaches: what lies just below an edge does not reach it, though eight places would show the edge."""
    return np.where(np.isnan(x), LEAST, np.floor(x * UNIT + 1e-4)).astype(np.int64)


def published(whole_marks: np.ndarray, decimals: int) -> np.ndarray:
    """Whole numbers of 1e-8 rounded half-up to the published decimals, still in 1e-8."""
    step = 10 ** (PLACES - decimals)
    return np.sign(whole_marks) * ((2 * np.abs(whole_marks) + step) // (2 * step)) * step
