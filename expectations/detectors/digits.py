"""Last digits: made-up numbers avoid some digits. Weak on one series, informative over a unit; never a fault by itself."""

from __future__ import annotations

import numpy as np

from expectations.detectors.panel import Panel

LENT = 1.7  # most that a unit's habit lends a series, in standard scores


def digit_counts(panel: Panel) -> np.ndarray:
    """Counts of last reported digits [U,I,10] of figures of at least 100 reporting units; declared rounders give none."""
    shown = np.round(panel.values / panel.resolution[:, :, None]).astype(np.int64)
    use = (shown >= 100) & ~panel.coarse[:, :, None]
    return np.stack([((shown % 10 == d) & use).sum(2) for d in range(10)], axis=-1).astype(float)


def last_digits(panel: Panel) -> np.ndarray:
    """Score [U,I]: the series' log likelihood ratio for the digit habit of its unit's other series, or its own χ² if larger.

    The habit is learned from the unit's other series (with 200 even digits added), so no list of favourite digits is
    assumed; both are centred at what even digits give. Source: Beber & Scacco 2012 (and Hussein's critique). Needs 60
    digits a series and some 500 a unit. Cannot see: 30 % made up; generators of even digits; one series alone.
    """
    n = digit_counts(panel)
    total = n.sum(-1)
    others = n.sum(1, keepdims=True) - n
    habit = (others + 20) / (others.sum(-1, keepdims=True) + 200)
    ratio = np.log(habit / 0.1)
    expected = total * (0.1 * ratio).sum(-1)
    spread = np.sqrt(np.maximum(total * ((0.1 * ratio**2).sum(-1) - (0.1 * ratio).sum(-1) ** 2), 1e-12))
    z = ((n * ratio).sum(-1) - expected) / spread
    even = others.sum(-1, keepdims=True) / 10
    strength = np.sqrt(np.maximum(((others - even) ** 2 / np.maximum(even, 1)).sum(-1) - 9, 0))
    chi = ((n - total[..., None] / 10) ** 2 / np.maximum(total[..., None] / 10, 1e-9)).sum(-1)
    own = np.sqrt(2 * np.maximum(chi, 0)) - np.sqrt(2 * 9 - 1)
    score = np.maximum(own, z * np.minimum(strength / 3, 1) + np.minimum(strength / 3.5, LENT))
    return np.where(total >= 24, score, 0.0)


def heaping(panel: Panel) -> np.ndarray:
    """z of the share of last digits 0 and 5 against one fifth [U,I]. Source: Whipple-type index. Information only: coarse instruments heap."""
    n = digit_counts(panel)
    total = np.maximum(n.sum(-1), 1)
    return (n[..., 0] + n[..., 5] - 0.2 * total) / np.sqrt(0.16 * total)
