"""What one more grade would take: the marks lacking, and for each indicator the one value that would do it alone.

Belongs here: the edge of the next band, the indicator score that reaches it (by halving on whole 1e-8, so exactly), and the value
that gives that score: from the method turned round where that can be written down, by halving otherwise. Every value is fed
back through the method before it is published. Does not belong here: wording (mart `next_grade`).
Peers stay as they are; the reference among them moves with the own value, as it would.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stability.draws import methods
from stability.draws.methods import AMONG_PEERS, NAN, NOT_TURNED
from stability.draws.panel import Column, Stratum, edge
from stability.draws.rounding import LEAST, PLACES, UNIT, whole, whole_below

REACHES, FULL_MARKS, BOUNDS, NO_FIGURE, HELD = "REACHES", "FULL_MARKS", "BOUNDS", "NO_FIGURE", "HELD"
HALVINGS = 100
GRAINS = (0, 1, 9, 99, 9_999, 999_999)  # of 1e-8, tried one after the other where rounding of the score needs a little more than the formula says
TEN, NEAR = 10 * UNIT, UNIT // 10_000  # marks, in 1e-8


@dataclass(frozen=True)
class Way:
    """One indicator's way to the next grade. `value` is the value it would take (NaN where `code` is not REACHES)."""

    indicator: str
    code: str
    score: float
    value: float
    moves_reference: bool


@dataclass(frozen=True)
class Next:
    """A unit's next grade: its code, the least total that gives it, the marks lacking, and the ways there."""

    grade: str
    total: float
    lacking: float
    ways: tuple[Way, ...]


def least(stratum: Stratum, band: tuple) -> int | None:
    """The least total, in whole 1e-8, that lies above a band's lower edge as the scheme grades; None for a band without one."""
    _, lower, inclusive, _, _ = band
    if lower is None:
        return None
    step = 1 if stratum.grade_on == "exact" else 10 ** (PLACES - stratum.decimals)
    mark = -(-edge(lower) // step) * step if inclusive else (edge(lower) // step + 1) * step
    return mark - step // 2


def ways(stratum: Stratum, bounds: dict[str, tuple[float, float]]) -> dict[str, Next]:
    """{unit: its next grade} for every unit that is not in the best band. `bounds` {indicator: (least, largest possible value)}."""
    edges = sorted((mark, band[0]) for band in stratum.bands if (mark := least(stratum, band)) is not None)
    totals = whole(stratum.published_total)
    above = [next(((mark, grade) for mark, grade in edges if LEAST < total < mark), None) for total in totals]
    wanted = np.array([a[0] if a else np.iinfo(np.int64).max // 2 for a in above])
    needed = _needed_scores(stratum, wanted)
    of_columns = [_ways_of(stratum, no, column, needed[no], bounds.get(column.indicator, (-np.inf, np.inf))) for no, column in enumerate(stratum.columns)]
    return {
        unit: Next(above[u][1], above[u][0] / UNIT, (above[u][0] - int(totals[u])) / UNIT, tuple(of_unit[u] for of_unit in of_columns))
        for u, unit in enumerate(stratum.units) if above[u]
    }


def _needed_scores(stratum: Stratum, wanted: np.ndarray) -> np.ndarray:
    """(indicators, units): the least score that alone lifts the unit's total to what is wanted, NaN where no score can."""
    alone = stratum.shape.alone(stratum.base_scores, np.array([stratum.weights[n] for n in stratum.shape.nodes]))

    def total(marks: np.ndarray) -> np.ndarray:
        return whole_below(alone(marks / UNIT) + stratum.held)

    def reaches(marks: np.ndarray) -> np.ndarray:
        return total(marks) >= wanted

    now = whole(stratum.base_scores)
    low, high = now, np.repeat(whole(np.array([_most(c) for c in stratum.columns]))[:, None], len(stratum.units), axis=1)
    can = reaches(high) & (now > LEAST)
    for guess in _secant(total, now, wanted) if can.any() else ():  # exact but for rounding where the total is a weighted mean
        there = reaches(guess)
        low, high = np.where(~there & (guess > low), guess, low), np.where(there & (guess < high), guess, high)
    while np.any(can & (high - low > 1)):
        middle = (low + high) // 2
        there = reaches(middle)
        low, high = np.where(there, low, middle), np.where(there, middle, high)
    return np.where(can, high / UNIT, NAN)


def _secant(total: Callable[[np.ndarray], np.ndarray], now: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two scores close about the one wanted, judged by what ten marks more would add."""
    start = total(now)
    gain = (total(now + TEN) - start) / TEN
    guess = now + np.rint(np.where(gain > 0, (wanted - start) / np.where(gain > 0, gain, 1), 0)).clip(0, 2**60).astype(np.int64)
    return guess - NEAR, guess + NEAR


def _most(column: Column) -> float:
    """No score of this indicator lies above."""
    given = column.given
    return max(given.full_marks, 1.0) * max(1.0, np.nan_to_num(given.cap), np.nan_to_num(given.ratio_cap)) * 10


def _ways_of(stratum: Stratum, no: int, column: Column, needed: np.ndarray, bounds: tuple[float, float]) -> list[Way]:
    place = column.places(stratum.units)
    now = column.pool.values[place]
    can_turn = column.recomputable and column.method not in NOT_TURNED
    held = [not can_turn or column.pool.parts[p] is None for p in place]
    values, moves = np.full(len(place), NAN), np.zeros(len(place), bool)
    wanted = np.flatnonzero(~np.isnan(needed)) if can_turn else ()
    if len(wanted):
        others = np.tile(np.where(column.pool.counts, column.pool.values, NAN), (len(wanted), 1))
        others[np.arange(len(wanted)), place[wanted]] = NAN
        given = column.given_for(column.targets[wanted], column.pool.counts[place[wanted]])
        values[wanted] = value_for(column.method, needed[wanted], now[wanted], others, given)
        moves[wanted] = _reference_moves(column, now[wanted], values[wanted], others, given)
    ways_of = []
    for u in range(len(place)):
        code = (HELD if held[u] else NO_FIGURE if np.isnan(now[u]) or column.lacking[u] else FULL_MARKS if np.isnan(values[u])
                else BOUNDS if not bounds[0] <= values[u] <= bounds[1] else REACHES)
        reached = code == REACHES
        ways_of.append(Way(column.indicator, code, float(needed[u]), float(values[u]) if reached else NAN, bool(reached and moves[u])))
    return ways_of


def _reference_moves(column: Column, now, then, others, given) -> np.ndarray:
    if column.method not in AMONG_PEERS or np.all(np.isnan(then)):
        return np.zeros(len(now), bool)
    before, after = methods.ends(now, others, given), methods.ends(then, others, given)
    return np.broadcast_to((before[0] != after[0]) | (before[1] != after[1]), now.shape)


def value_for(method: str, needed: np.ndarray, now: np.ndarray, others: np.ndarray, given: methods.Parameters) -> np.ndarray:
    """The value nearest to `now` on the good side, to eight places, whose score is at least what is needed; NaN where there is none."""
    with np.errstate(all="ignore"):
        first = TURNED[method](needed, others, given) if method in TURNED else _halved(method, needed, now, others, given)
        first = np.broadcast_to(np.where(np.isfinite(first), first, NAN), now.shape)
        better = np.where(given.sign * first > given.sign * now, first, now)

        def tried(grains: int) -> tuple[np.ndarray, np.ndarray]:
            """The value on its grain of 1e-8, so many grains further on, and whether it is enough."""
            value = given.sign * (np.ceil(given.sign * better * UNIT - 1e-6) + grains) / UNIT
            return value, methods.score(method, value, others, given) >= needed

        last, can = tried(GRAINS[-1])
        found = np.where(can, last, NAN)
        for grains in GRAINS[:-1] if can.any() else ():
            value, enough = tried(grains)
            found = np.where(can & enough & (found == last), value, found)
            if not np.any(can & (found == last)):
                break
        return found


def _along_peers(needed, others, given) -> np.ndarray:
    """On the line between the peers' ends: own value among them, or the best of them for full marks."""
    nobody = np.full(len(others), NAN)
    good, bad = methods.ends(nobody, others, given)
    return bad + (needed - given.base) / (given.full_marks - given.base) * (good - bad)


def _signed(needed, others, given) -> np.ndarray:
    return given.target + given.sign * (needed / given.full_marks - 1) * np.abs(given.target)


def _progress(needed, others, given) -> np.ndarray:
    goal = np.where(np.isnan(given.standard), given.target, given.standard)
    return goal * needed / given.full_marks if given.sign > 0 else goal * given.full_marks / needed


def _short_of(needed, others, given) -> np.ndarray:
    goal = np.where(np.isnan(given.target), given.standard, given.target)
    units = (given.full_marks - needed) / given.step
    whole_units = np.floor(units) if given.partial == "ceil" else units
    return goal - given.sign * whole_units * given.per_unit


TURNED: dict[str, Callable] = {"efficacy_linear": _along_peers, "min_max": _along_peers, "completion_signed": _signed, "progress_standard": _progress, "deduction": _short_of}


def _halved(method: str, needed, now, others, given) -> np.ndarray:
    """By halving between the value as it is and one so far on the good side that no further one scores more."""
    peers = np.nan_to_num(np.fmax.reduce(np.abs(others), axis=1, initial=0.0))
    near, far = now, now + given.sign * 1000 * (np.abs(now) + peers + 1)
    can = methods.score(method, far, others, given) >= needed
    for _ in range(HALVINGS):
        middle = (near + far) / 2
        there = methods.score(method, middle, others, given) >= needed
        near, far = np.where(there, near, middle), np.where(there, middle, far)
    return np.where(can, far, NAN)
