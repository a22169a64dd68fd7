"""Small strata written by hand: a class of a few units, its scores given or computed by a method, nothing from a warehouse.

Belongs here: making them. Does not belong here: what should come out (the tests).
"""

from __future__ import annotations

import numpy as np

from stability.draws.assumptions import Assumptions
from stability.draws.methods import Parameters
from stability.draws.panel import Column, Figure, Pool, Stratum
from stability.draws.totals import Plain

AT_REST = Assumptions(count=400, seed=7, low=0.05, high=0.95, most_error=1.0, spread=0.0)
BANDS = (("A", 85.0, True, None, False), ("B", 78.0, True, 85.0, False), ("C", 60.0, True, 78.0, False), ("D", None, False, 60.0, False))
PLACES = {"efficacy_linear": 60.0}


def column(name: str, values: list[float], method: str = "identity", doubts: tuple[Figure, ...] = (), policy: str = "redistribute", **given) -> Column:
    """An indicator of units u0, u1, …; NaN is a figure that is missing. Published scores are what the method gives."""
    units = tuple(f"u{no}" for no in range(len(values)))
    parameters = Parameters(sign=given.pop("sign", 1), base=PLACES.get(method, 0.0), full_marks=100.0, **given)
    x = np.array(values, float)
    pool = Pool(units, x, tuple((name, None, float("nan"), v, float("nan")) for v in values), doubts, np.ones(len(units), bool))
    made = Column(name, method, parameters, x, tuple("missing" if np.isnan(v) else "" for v in values), {"missing": policy, "quarantined": "floor"}, pool, np.full(len(values), np.nan), True)
    measured = made.scores(method, x[None, :], units)[0]
    return Column(**{**made.__dict__, "measured": measured})


def stratum(columns: list[Column], weights: list[float], bands=BANDS, dimensions: list[str] | None = None, **more) -> Stratum:
    """A class of the plain form; its published totals are its base."""
    names = tuple(c.indicator for c in columns)
    shape = Plain(names, tuple(dimensions or ["one"] * len(names)), tuple(c.given.full_marks for c in columns))
    units = columns[0].pool.units
    made = Stratum("51", 2022, "K", units, shape, dict(zip(names, weights, strict=True)), tuple(columns), np.zeros(len(units)), bands, **more)
    return Stratum(**{**{f: getattr(made, f) for f in made.__dataclass_fields__}, "published_total": made.base})
