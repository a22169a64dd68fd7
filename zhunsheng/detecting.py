"""`zhunsheng detect`: a file of long series → evidence in the order in which to look, without a warehouse.

Belongs here: reading and writing the files, what is said about series that could not be judged. Does not belong: any detector.
Decision: how odd is too odd can only be decided against verified figures (`--accepted`); without them a series is ranked among
its own file, p is its rank there, and no q-value is given.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from expectations.detectors import long_table, ranking
from expectations.detectors.evidence import COLUMNS, evidence

NEEDED = {"unit_code", "indicator", "period", "value"}
DIGITS = 9  # of p, q and score: nothing of a machine's last bits


class Unusable(ValueError):
    """A file that holds no long series; the message says why."""


def detect(figures: Path, accepted: tuple[Path, ...], out: Path) -> str:
    """Write the evidence of `figures` to `out`; returns the summary to print. Raises Unusable where a file cannot be used."""
    block = _read(figures)
    judge = ranking.Judge.of([ranking.scores(_read(path).panel) for path in accepted or (figures,)])
    found = evidence(block.panel, judge, block.units, block.indicators, block.periods)
    if not accepted:
        found = [row | {"q_value": None, "is_discovery": None} for row in found]
    silent = _unjudged(block, judge)
    with out.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, ["rank", *COLUMNS])
        table.writeheader()
        table.writerows({"rank": n, **_plain(row)} for n, row in enumerate(found, 1))
        table.writerows({"rank": None, **row} for row in silent)
    U, I, T = block.panel.shape
    return (
        f"{U} 个单位 × {I} 项指标 × {T} 期 / units × indicators × periods\n"
        f"{len(found)} 条疑点 / suspicions, {len(silent)} 条未能检验 / could not be judged → {out}\n"
        "疑点需核验，不是结论 / a suspicion is to be verified, it is no finding"
    )


def _read(path: Path) -> long_table.Block:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = NEEDED - set(reader.fieldnames or ())
        if missing:
            raise Unusable(f"{path.name}: 缺少列 / columns missing: {', '.join(sorted(missing))}")
        rows = list(reader)
    if not rows:
        raise Unusable(f"{path.name}: 没有数据 / no figures")
    try:
        return long_table.block(rows)
    except ValueError as fault:
        raise Unusable(f"{path.name}: {fault}") from None


def _unjudged(block: long_table.Block, judge: ranking.Judge) -> list[dict]:
    """A row for every series that was left out, and one for each detector that could say nothing: silence is no pass."""
    rows = [_silent("series", unit, indicator, "INCOMPLETE", "有缺期或非正数，未检验", "a period is missing or not positive; not looked at") for unit, indicator in block.left_out]
    mute = [d for d in ranking.DETECTORS if not np.isfinite(judge.laws[d.name].start)]
    rows += [_silent(d.level, None, None, d.name, "期数、序列数不足，或缺少所需数据", "too few periods or series, or a source is lacking") for d in mute]
    return rows


def _silent(level, unit, indicator, detector, why_zh, why_en) -> dict:
    return dict.fromkeys(COLUMNS) | {"level": level, "unit_code": unit, "indicator": indicator, "detector": detector, "why_zh": why_zh, "why_en": why_en}


def _plain(row: dict) -> dict:
    return {name: f"{value:.{DIGITS}g}" if isinstance(value, float) else value for name, value in row.items()}
