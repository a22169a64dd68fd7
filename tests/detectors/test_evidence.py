"""The table a night would write: levels, pairs and words."""

from __future__ import annotations

from benchmarks.truth import families
from benchmarks.truth.panel import Honest, honest
from expectations.detectors import ranking
from expectations.detectors.evidence import COLUMNS, evidence


def test_rows_have_level_reason_and_partner():
    make = Honest(units=60, cities=6, indicators=8)
    judge = ranking.Judge.of([ranking.scores(honest(seed, make)) for seed in (1, 2)])
    panel, touched, _ = families.inject(honest(3, make), [families.load()["copy_peer"]], 2, 1, guilty_units=3)
    names = [f"u{n:02d}" for n in range(60)]
    rows = evidence(panel, judge, names, [f"i{n}" for n in range(8)], list(range(60)))
    assert rows and all(list(row) == COLUMNS for row in rows)
    assert all("需核验" in row["why_zh"] and "verify" in row["why_en"] and 0 < row["p"] <= 0.01 for row in rows)
    pairs = {(row["unit_code"], row["indicator"]): row for row in rows if row["level"] == "pair" and row["is_discovery"]}
    donor, indicator = panel.hidden["donors"][0]
    row = pairs[names[donor], f"i{indicator}"]
    assert touched[names.index(row["other_unit_code"]), indicator], "the donor's partner is the copier"
