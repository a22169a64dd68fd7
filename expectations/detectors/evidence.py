"""What a night would write: one row per piece of evidence, at its own level, with its reason in two languages.

Belongs here: the table's columns and their wording. Does not belong: which rows a person gets to see (a false-discovery rate
per level decides that) and what is suppressed by a definition, boundary or price event. A row is a 疑点 that needs verification.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from expectations.detectors import copies, ranking
from expectations.detectors.panel import Panel
from expectations.detectors.residuals import residuals

COLUMNS = "level unit_code indicator period_from period_to other_unit_code detector p q_value is_discovery score why_zh why_en".split()


def evidence(panel: Panel, judge: ranking.Judge, units: Sequence[str], indicators: Sequence[str], periods: Sequence, q: float = 0.1, at_most: float = 0.01) -> list[dict]:
    """Rows `COLUMNS` for every detector and series with p ≤ `at_most`, most surprising first, then units.

    p is the detector's own, nothing lent. `q_value` and `is_discovery`: of the series (for unit rows the unit) among all of its
    level, by Benjamini–Hochberg. Pairs name the other unit and the copied stretch's start;
    of a pair nobody can say who copied. Other detectors speak of the whole span.
    """
    scored = ranking.scores(panel)
    own = judge.own(scored)
    level_q = {level: ranking.q_values(judge.level_p(scored, level)) for level in ranking.LEVELS}
    partner = since = None
    rows = []
    for d in ranking.DETECTORS:
        for u, i in np.argwhere(own[d.name] <= at_most):
            row = _row(d.level, units[u], indicators[i], periods, d.name, own[d.name][u, i], level_q[d.level][u, i], q, scored[d.name][u, i], d.says_zh, d.says_en)
            if d.level == "pair":
                if partner is None:
                    _, partner, since = copies.copied_peer(panel, residuals(panel), with_pairs=True)
                row |= {"other_unit_code": units[partner[u, i]], "period_from": periods[since[u, i]]}
            rows.append(row)
    p = judge.level_p(scored, "unit")
    for u in np.flatnonzero(p <= at_most):
        rows.append(_row("unit", units[u], None, periods, "all", p[u], level_q["unit"][u], q, None, "本单位多项指标同时与同类明显不同", "several of the unit's series are unusual together"))
    return sorted(rows, key=lambda row: (row["p"], row["level"], row["unit_code"]))


def _row(level, unit, indicator, periods, detector, p, q_value, q, score, why_zh, why_en) -> dict:
    values = (level, unit, indicator, periods[0], periods[-1], None, detector, float(p), float(q_value), bool(q_value <= q), None if score is None else float(score), why_zh + "，需核验。", why_en + "; please verify.")
    return dict(zip(COLUMNS, values, strict=True))
