"""Manipulations devised after the detectors were finished: nothing was tuned on them, and nothing may be.

Belongs here: families that only measure. They stand on the board in rows of their own and count in no mean of the aims.
"""

from __future__ import annotations

import numpy as np

from benchmarks.truth.families import _copy, _run, evasive, family


@family("of the months below the own running median the worst 10 / 25 / 50 % are lifted onto it")
def bad_months_lifted(panel, rng, u, i, k):
    """Only bad news is corrected: the lower side of the noise is cut off, the upper stays."""
    months = np.lib.stride_tricks.sliding_window_view(np.pad(panel.values[u, i], 6, mode="edge"), 13)
    usual = np.median(months, axis=1)
    below = panel.values[u, i] / usual
    low = below < np.quantile(below, (0.10, 0.25, 0.50)[k])
    panel.values[u, i] = np.where(low & (below < 1), usual, panel.values[u, i])


@family("30 / 60 / 100 % of figures are rounded up to two significant digits, by a unit that declares no rounding")
def rounded_up(panel, rng, u, i, k):
    chosen = rng.random(panel.shape[2]) < (0.3, 0.6, 1.0)[k]
    place = 10.0 ** (np.floor(np.log10(panel.values[u, i])) - 1)
    panel.values[u, i] = np.where(chosen, np.ceil(panel.values[u, i] / place) * place, panel.values[u, i])


@evasive("12 months of a peer, a month late, with 1 % jitter")
def copy_late(panel, rng, u, i, k):
    source = panel.hidden["source"]
    panel.hidden["source"] = np.roll(source, 1, axis=2)
    _copy(panel, rng, u, i, 12, 0.01)
    panel.hidden["source"] = source


@evasive("18 months pulled seven tenths of the way to a straight line")
def half_straight(panel, rng, u, i, k):
    t = _run(panel, rng, 18)
    line = np.linspace(panel.values[u, i, t - 1], panel.values[u, i, t + 17], 19)[1:]
    panel.values[u, i, t : t + 18] = panel.values[u, i, t : t + 18] ** 0.3 * line**0.7


@evasive("three steps of 4 % each, in the third, fourth and fifth year")
def small_steps(panel, rng, u, i, k):
    for year in range(2, panel.years):
        panel.values[u, i, year * 12 + int(rng.integers(12)) :] *= 1.04
