"""From scores to p-values: against past accepted figures, never a textbook null.

A score's p is its rank among the scores of calibration panels (accepted data, honest nuisances and all); beyond their
99.5 % quantile the tail is continued by a generalised Pareto law. NaN stays NaN: too few points is not a pass.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

TAIL = 0.005


@dataclass
class Law:
    """Honest law of one detector's scores."""

    scores: np.ndarray  # sorted
    start: float
    scale: float
    shape: float

    @classmethod
    def of(cls, scores: np.ndarray) -> Law:
        """Fit to honest scores; at least 200."""
        known = np.sort(scores[np.isfinite(scores)].ravel())
        if len(known) < 200:
            return cls(known, np.nan, np.nan, np.nan)
        start = np.quantile(known, 1 - TAIL)
        over = np.sort(known[known > start] - start)
        if len(over) < 5:
            return cls(known, start, 1e-9 + known.std() * 0.1, 0.0)
        # probability-weighted moments (Hosking & Wallis 1987); a finite end (negative shape) is not believed
        n = len(over)
        a0, a1 = over.mean(), (over * (n - 1 - np.arange(n)) / (n - 1)).mean()
        shape = 2 - a0 / max(a0 - 2 * a1, 1e-12)
        shape = float(np.clip(shape, 0.0, 0.5))
        return cls(known, start, max(a0 * (1 - shape), 1e-9), shape)

    def p(self, scores: np.ndarray) -> np.ndarray:
        """P(honest score ≥ score), NaN where there is no score or too little to calibrate on."""
        if not np.isfinite(self.start):
            return np.full(np.shape(scores), np.nan)
        n = len(self.scores)
        ranked = (n - np.searchsorted(self.scores, scores, side="left") + 1) / (n + 1)
        over = np.maximum(np.nan_to_num(scores) - self.start, 0) / self.scale
        tail = TAIL * (np.exp(-over) if self.shape < 1e-3 else (1 + self.shape * over) ** (-1 / self.shape))
        p = np.where(scores > self.start, np.minimum(tail, TAIL), ranked)
        return np.where(np.isfinite(scores), np.maximum(p, 1e-15), np.nan)
