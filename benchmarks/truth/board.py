"""The leaderboard: every cell (family × strength) on a development panel and on unseen ones, in one run.

Thresholds come from calibration panels only; "recall at 1 %" takes the 99 % quantile of the honest series of the very panel
(copied donors left out), as the field reports it, "fixed" takes the calibrated one. No number is kept between runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.truth import baselines, families
from benchmarks.truth.panel import Honest, honest
from expectations.detectors import ranking

CALIBRATION = (1, 2, 3, 4, 5, 6)
DEVELOPMENT = ((11, 7),)  # (panel, injection) seeds that were looked at while the detectors were written
UNSEEN = ((5021, 601), (5022, 602))  # never run before the detectors were finished
STRENGTHS = ("weak", "medium", "strong")
LEVELS = {  # which level's discoveries a family belongs to
    "spikes": "row", "identity_break": "row", "copy_peer": "pair", "copy_jitter": "pair",
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One row of the board. `names`: families drawn from; `units`, `share`: how the bent series are spread."""

    label: str
    names: tuple[str, ...]
    strength: int
    units: int = 20
    share: float = 0.5
    group: str = "plain"  # plain, mixture, evasive; later, "later, evasive": written when the detectors were finished


def cells(quick: bool = False, only: tuple[str, ...] = ()) -> list[Cell]:
    """All cells of the board, or those of the families named in `only`. Families of other hands stand apart (`later`)."""
    known, later = families.load(), families.others()
    plain, evasive = [n for n in families.FAMILIES if n not in later], [n for n in families.EVASIVE if n not in later]
    if quick:
        return [Cell(n, (n,), 1, 6) for n in ("linear_interp", "identity_break", "dec_surge")] + [Cell("copy_jitter", ("copy_jitter",), 1, 6, group="evasive")]
    out = [Cell(n, (n,), k) for n in plain for k in (0, 1, 2)]
    out += [Cell("MIXTURE", tuple(plain), k, group="mixture") for k in (0, 1, 2)]
    out += [Cell("SCATTERED (80 units × 5)", tuple(plain), 1, 80, 0.125, "mixture")]
    out += [Cell(n, (n,), k, group="evasive") for n in evasive for k in families.EVASIVE[n].strengths]
    out += [Cell(n, (n,), k, group="later" if n in families.FAMILIES else "later, evasive") for n in known if n in later for k in known[n].strengths]
    return [cell for cell in out if cell.label in only] if only else out


SMALL = Honest(units=60, cities=6, indicators=12)
_judge: ranking.Judge | None = None


def _score(task: tuple[int, Honest]) -> dict[str, np.ndarray]:
    return ranking.scores(honest(*task))


def _start(judge: ranking.Judge) -> None:
    global _judge
    _judge = judge


def judge_of(pool, make: Honest, seeds=CALIBRATION) -> ranking.Judge:
    """Laws from honest panels alone."""
    return ranking.Judge.of(pool.map(_score, [(seed, make) for seed in seeds]))


def run(make: Honest, chosen: list[Cell], seeds, workers: int, with_baselines: bool = True) -> Iterator[dict]:
    """Measure cells × seeds; yields one dict per panel. The baselines (half of the time) run on the last seed alone."""
    with ProcessPoolExecutor(workers) as pool:
        judge = judge_of(pool, make)
    with ProcessPoolExecutor(workers, initializer=_start, initargs=(judge,)) as pool:
        yield from pool.map(_measure, [(cell, seed, make, with_baselines and seed == seeds[-1]) for cell in chosen for seed in seeds])


def recall_at(x: np.ndarray, bent: np.ndarray, good: np.ndarray, rate: float = 0.01) -> float:
    """Share of bent series beyond the (1 − rate) quantile of honest ones."""
    x = np.nan_to_num(x, nan=-1e9)
    return float((x[bent] > np.quantile(x[good], 1 - rate)).mean())


def _measure(task) -> dict:
    cell, (panel_seed, inject_seed), make, with_baselines = task
    base = honest(panel_seed, make)
    kinds = [families.load()[name] for name in cell.names]
    if kinds:
        panel, bent, donors = families.inject(base, kinds, cell.strength, inject_seed, cell.units, cell.share)
    else:
        panel, bent, donors = base, np.zeros(base.shape[:2], bool), np.zeros(base.shape[:2], bool)
    scored = ranking.scores(panel)
    good = ~bent & ~donors
    order, alone = -np.log(_judge.smallest(scored)), -np.log(_judge.alone(scored))
    flagged = _judge.order(scored) <= 0.01
    guilty = bent.any(1)
    out = {
        "label": cell.label, "strength": cell.strength, "group": cell.group, "seed": panel_seed, "n": int(bent.sum()),
        "fpr": float(flagged[good].mean()), "fpr_siblings": _mean(flagged[guilty][good[guilty]]), "fpr_elsewhere": _mean(flagged[~guilty][good[~guilty]]),
        "fixed": _mean(flagged[bent]),
    }  # fmt: skip
    units = _judge.level_p(scored, "unit")
    out |= {"unit_recall": _mean((units <= 0.01)[guilty]), "unit_fpr": _mean((units <= 0.01)[~guilty])}
    for level in ranking.LEVELS:
        p = units if level == "unit" else _judge.level_p(scored, level)
        found = ranking.benjamini_hochberg(p)
        false = found & (~guilty if level == "unit" else good)
        out |= {f"bh_{level}": int(found.sum()), f"bh_{level}_false": int(false.sum())}
    if bent.any():
        methods = {name: scored[name] for name in scored} | {"ALL": order, "ALL, series alone": alone}
        if with_baselines:
            methods |= baselines.scores(panel)
        out["recall"] = {name: recall_at(x, bent, good) for name, x in methods.items()}
        out["recall_0.1%"] = recall_at(order, bent, good, 0.001)
    return out


def _mean(x: np.ndarray) -> float:
    return float(x.mean()) if x.size else float("nan")


def nuisance_panels(make: Honest) -> dict[str, Honest]:
    """Honest panels that differ from what the thresholds were calibrated on."""
    return {
        "as calibrated": make,
        "twice the shocks and shifts": replace(make, shock_rate=2 * make.shock_rate, shift_rate=2 * make.shift_rate),
        "twice the round reporters and slips": replace(make, coarse_rate=2 * make.coarse_rate, slip_rate=2 * make.slip_rate, typing_rate=2 * make.typing_rate),
        "a quarter of indicators revised late": replace(make, late_rate=0.25),
        "totals twice as noisy": replace(make, total_noise=2 * make.total_noise, total_shift_rate=2 * make.total_shift_rate),
        "proxies twice as noisy": replace(make, proxy_noise=2 * make.proxy_noise, proxy_drift=2 * make.proxy_drift),
    }


def honest_only(make: Honest, seeds, workers: int) -> dict[str, list[dict]]:
    """False alarms of the fixed thresholds where nothing is bent."""
    with ProcessPoolExecutor(workers) as pool:
        judge = judge_of(pool, make)
    kinds = nuisance_panels(make)
    tasks = [(Cell(label, (), 1), (seed, 0), other, False) for label, other in kinds.items() for seed in seeds]
    with ProcessPoolExecutor(workers, initializer=_start, initargs=(judge,)) as pool:
        rows = list(pool.map(_measure, tasks))
    return {label: [row for row in rows if row["label"] == label] for label in kinds}


def outside_sources(make: Honest, workers: int, seeds) -> dict[str, dict[str, float]]:
    """What totals and proxies are worth: each variant calibrated on its own honest panels (two of them)."""
    variants = {
        "neither total nor proxy": replace(make, with_totals=False, proxied=0.0),
        "proxies for half": replace(make, with_totals=False),
        "totals only": replace(make, proxied=0.0),
        "totals, proxies for half (the board)": make,
        "totals, proxies for all": replace(make, proxied=1.0),
        "totals, proxies for all at 2 %": replace(make, proxied=1.0, proxy_noise=0.02),
    }
    chosen = [Cell(n, (n,), 1) for n in ("level_inflation", "slow_inflation", "spikes", "target_bunching")]
    out = {}
    for label, variant in variants.items():
        with ProcessPoolExecutor(workers) as pool:
            judge = judge_of(pool, variant, CALIBRATION[:2])
        with ProcessPoolExecutor(workers, initializer=_start, initargs=(judge,)) as pool:
            rows = list(pool.map(_measure, [(cell, seed, variant, False) for cell in chosen for seed in seeds]))
        out[label] = {c.label: float(np.mean([r["recall"]["ALL"] for r in rows if r["label"] == c.label])) for c in chosen}
    return out
