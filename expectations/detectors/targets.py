"""Targets met too well: bunching just above a target, and hits to the digit. Yearly completions of a panel, or a histogram.

Neither says that a figure is wrong: managing to a target is legal, and a plan is often met exactly.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage, stats

from expectations.detectors.panel import Panel

BIN = 0.0025
EDGES = np.arange(0.6, 1.4 + BIN / 2, BIN)
SHORTFALLS = (0.02, 0.05, 0.10)
WIDTHS = (0.005, 0.01, 0.03)


def bunching_test(below: float, above: float) -> dict:
    """Binomial test of `above` cases within h over a threshold against `below` cases within h under it, null 1/2.

    Source: Lyu et al. 2018 in its three-line form. `excess` = above ÷ below; `z` = (above − below)/√n. Needs n ≥ 200 to see
    a quarter of near misses moved. Cannot see: bunching spread wider than h; and a smooth density that rises fast also
    shows above > below, so compare with placebo thresholds.
    """
    n = below + above
    log_p = float(stats.binom.logsf(above - 1, n, 0.5)) if n else 0.0
    if not np.isfinite(log_p):  # beyond what the exact tail can hold
        log_p = float(stats.norm.logsf((above - below) / np.sqrt(n)))
    return {
        "n": n,
        "excess": above / max(below, 1),
        "z": (above - below) / np.sqrt(max(n, 1)),
        "log10_p": log_p / np.log(10),
    }


def completions(panel: Panel) -> tuple[np.ndarray, np.ndarray]:
    """Yearly sum ÷ target, and whether it equals the target to the reporting unit."""
    annual = panel.annual()
    return annual / panel.targets, np.abs(annual - panel.targets) <= panel.resolution[:, :, None] / 2


def usual_density(completion: np.ndarray, hit: np.ndarray) -> np.ndarray:
    """Density of honest completions on `EDGES`: the panel's own, smoothed over 1.5 points so that a bump at 1 is not learned."""
    counts = np.histogram(np.clip(completion[~hit], EDGES[0], EDGES[-1] - 1e-9), EDGES)[0].astype(float)
    smooth = ndimage.gaussian_filter1d(counts, 0.015 / BIN, mode="nearest") + 0.5
    return smooth / smooth.sum() / BIN


def bunching(panel: Panel, outside: np.ndarray | None = None) -> np.ndarray:
    """Log likelihood ratio [U,I] of "shortfalls up to s lifted to within h above the target" against usual completions.

    ln mean over (s, h) of Π_y f₁/f₀, where f₁ moves four fifths of f₀'s mass in [1−s, 1) evenly into [1, 1+h). `outside`
    [U,I,Y], where given, is the log odds from totals and proxies that the year was lifted, and multiplies the moved part:
    a target met on paper only. Exact hits are left to `exact_hits`. Source: bunching estimators (Chen et al. 2013; Gong, Shen & Chen 2025), our likelihood form.
    Needs ≥ 3 yearly targets; a unit's series together carry more than one. Cannot see: a target set knowing the outcome,
    lifts that stay below the target, and honest effort that ends just above.
    """
    if panel.targets is None or panel.years < 3:
        return np.full(panel.shape[:2], np.nan)
    completion, hit = completions(panel)
    f0 = usual_density(completion, hit)
    place = np.clip(((completion - EDGES[0]) / BIN).astype(int), 0, len(f0) - 1)
    middle = (EDGES[:-1] + EDGES[1:]) / 2
    lifted = 1.0 if outside is None else np.exp(np.clip(outside, -3, 6))
    ratios = []
    for s in SHORTFALLS:
        for h in WIDTHS:
            below, above = (middle > 1 - s) & (middle < 1), (middle > 1) & (middle < 1 + h)
            f1 = np.where(below, 0.2 * f0, f0) + above * (0.8 * f0[below].sum() / above.sum())
            moved = np.maximum(f1 - f0, 0)[place] / f0[place]
            ratio = np.log(np.where(moved > 0, 1 + moved * lifted, (f1 / f0)[place]))
            ratio[hit | (completion <= EDGES[0]) | (completion >= EDGES[-1])] = 0
            ratios.append(ratio.sum(axis=2))
    return np.logaddexp.reduce(np.array(ratios), axis=0) - np.log(len(ratios))


def exact_hits(panel: Panel) -> np.ndarray:
    """Log likelihood ratio [U,I] of "half of the years are made to equal the target" against chance hits.

    P(hit) per year = density of completions at 1 × reporting unit ÷ target, at least the indicator's rate among the other
    units (a plan is honestly met to the digit). Source: [own], bunching logic. Needs 1 target to flag. Cannot see: a value
    one unit off, a target moved after the fact.
    """
    if panel.targets is None or panel.years < 1:
        return np.full(panel.shape[:2], np.nan)
    completion, hit = completions(panel)
    f0 = usual_density(completion, hit)
    at_one = f0[np.searchsorted(EDGES, 1.0) - 1]
    chance = np.minimum(at_one * panel.resolution[:, :, None] / panel.targets, 0.5)
    per_unit = hit.mean(axis=2)
    typical = np.median(per_unit, axis=0)[None, :, None]  # an indicator that most units hit is a plan
    p = np.clip(np.maximum(chance, typical), 1e-5, 0.9)
    ratio = np.where(hit, np.log(0.5 / p), np.log(0.5 / (1 - p)))
    return np.where(hit.any(axis=2), np.maximum(ratio.sum(axis=2), np.where(hit, np.log(0.25 / p), 0).max(axis=2)), 0) + 1e-3 * hit.sum(2)
