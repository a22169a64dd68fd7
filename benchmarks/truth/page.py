"""The page of results: tables from what was measured, and the caveats that travel with them. Knows words, no statistics."""

from __future__ import annotations

import re

import numpy as np

from benchmarks.truth import baselines, bends, board, certainty, families, speed
from expectations.detectors.ranking import DETECTORS, LEND, LEVELS

ADD = [
    "## Add a manipulation",
    "",
    "One function in one file, of which the detectors know nothing:",
    "",
    "```python",
    "from benchmarks.truth.families import evasive, family",
    "",
    '@family("every third month +3 / +6 / +12 %")  # three strengths; @evasive("…") has the medium one alone',
    "def every_third(panel, rng, u, i, k):          # unit u, indicator i, strength k = 0, 1, 2",
    "    panel.values[u, i, ::3] *= (1.03, 1.06, 1.12)[k]",
    "```",
    "",
    "    make bench-truth BENCH=\"--families mine.py --only every_third\"   # a minute or two; prints its rows, writes nothing",
    "",
    "As `benchmarks/truth/families_<name>.py` it joins every run. Change `values[u, i]` in place and draw from `rng` alone; rounding, first reports and ratios are made",
    "to agree afterwards, unless the decorator's `keeps=` names them. An honest series copied from goes into `panel.hidden[\"donors\"]`. Rows marked *(later)* come from such files:",
    "nothing was tuned on them, and they count in no mean of the twelve.",
    "",
]


HEAD = """# The truth benchmark

Written by `make bench-truth` (`python -m benchmarks.truth`); do not edit. Each part stands between marks with the command that measured it;
a run writes anew the parts that it measures and leaves the others."""
MARK = re.compile(r"<!-- begin (\w+) -->\n(.*?)\n<!-- end \1 -->", re.S)
ORDER = ("board", "honest", "outside", "bends", "real", "certainty", "speed", "large")


def merged(before: str, measured: dict[str, str]) -> str:
    """The page: the parts of `before` with those `measured` in their place."""
    parts = dict(MARK.findall(before)) | measured
    marked = [f"<!-- begin {name} -->\n{parts[name].strip()}\n<!-- end {name} -->" for name in ORDER if name in parts]
    return "\n\n".join([HEAD, *marked]) + "\n"


def part(name: str, found, how: str) -> str:
    """Markdown of one measured part, and how it was measured."""
    lines = WRITE[name](found)
    return "\n".join([*lines, "", how]) if how else "\n".join(lines)


def rows_alone(rows: list[dict]) -> str:
    """The table alone, of whatever cells were run."""
    return "\n".join(_table(rows))


def _board(rows: list[dict]) -> list[str]:
    return [*_setting(), *_aims(rows), *_table(rows), *_detectors(rows), *_alarms(rows)]


def _real(rows: list) -> list[str]:
    says = "Nothing was injected here; a line is a statistic that needs verification, not a finding about anybody."
    return ["## Real figures", "", says, "", *_grid(["figures", "detector", "result", "beside the rest"], [list(row) for row in rows])]


def _certainty(rows: list) -> list[str]:
    says = ["Annual figures of real cities. *Untouched* cells count as honest, real mistakes of the yearbook included: an upper bound of honest figures held. Slips are planted in series without a gap",
            "in which nothing reaches a certainty of 2. *Then* is `certainty_then` (above 4: held back), *now* `certainty` (above 3: no reference). Share, 95 % interval (Wilson), cells."]
    out = ["## Certainty: planted slips and untouched figures", "", *says, ""]
    out += [f"{row}." for row in rows if isinstance(row, str)]
    measured = [row for row in rows if not isinstance(row, str)]
    for name in dict.fromkeys(row.panel for row in measured):
        out += ["", f"`{name}`: {certainty.PANELS[name]}.", ""]
        cells = {(row.what, row.known, row.above): row for row in measured if row.panel == name}
        columns = list(dict.fromkeys((known, above) for _, known, above in cells))
        out += _grid(["", *(f"{known} > {above:g}" for known, above in columns)], [[what, *(_share(cells[what, *column]) for column in columns)] for what in dict.fromkeys(what for what, _, _ in cells)])
    return out


def _share(row) -> str:
    low, high = row.interval
    return f"{100 * row.found / max(row.of, 1):.2f} % [{100 * low:.2f}–{100 * high:.2f}] of {row.of}"


def _grid(head: list[str], rows: list[list]) -> list[str]:
    return ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)] + ["| " + " | ".join(str(c) for c in row) + " |" for row in rows]


def _setting() -> list[str]:
    reported = [f"* **{f.name}**: {f.says}" for f in families.load().values()]
    return [
        "Synthetic panel: 200 counties in 20 cities × 40 indicators × 60 months, lognormal levels, own trends, seasons of indicator and unit (12 indicators with an honest",
        "December peak), AR(1) noise of 2–10 %, common, city and unit movements. Honest nuisances: 0.3 % real one-off shocks (sd 35 %), 3 % real level shifts, 5 % declared round",
        "reporters, revisions (a tenth of the indicators honestly upward), 0.5 % mistyped ratios, 0.3 % mistyped figures, noisy targets, one indicator that is a plan met to the digit.",
        "Outside sources: proxies for half of the indicators (5 % noise and drift) and city totals that do not add the counties up (0.4 % noise, bias, wandering, honest shifts).",
        "20 units bend half of their indicators: 5 % of series. A real event moves figure, proxy and total alike; an invention moves the figure alone.",
        "",
        f"Thresholds and laws come from honest calibration panels (seeds {', '.join(map(str, board.CALIBRATION))}) only. *Development*: panel seed {board.DEVELOPMENT[0][0]}, looked at while the",
        f"detectors were written. *Unseen*: panel seeds {', '.join(str(s) for s, _ in board.UNSEEN)} with their own injections, which nobody tuned on. A cell holds about 400 bent series a panel (standard error up to 2.5",
        "points a panel). Series on which a manipulation changed nothing count as honest. The baselines run on the last unseen seed.",
        "",
        "**What these numbers are not.** Panel, manipulations and detectors were written by one author: an upper bound. Detectors are given the reporting unit, declared round",
        "reporters, proxies and totals; the baselines get raw values, as shipped. Whoever bends one indicator bends half of them here, and the ordering makes use of that: the",
        "column *series alone* shows what is left without it, the row SCATTERED what is left when 80 units bend five series each. A hit is a 疑点, never a finding.",
        "",
        "<details><summary>The manipulations</summary>",
        "",
        *reported,
        "",
        "</details>",
        "",
        *ADD,
    ]


def _of(rows: list[dict], which: str) -> list[dict]:
    development = {seed for seed, _ in board.DEVELOPMENT}
    return [r for r in rows if (r["seed"] in development) == (which == "development")]


def _average(rows: list[dict], value) -> float:
    picked = [value(r) for r in rows]
    return float(np.mean(picked)) if picked else float("nan")


def _mean_recall(rows, group, strength, method, which):
    return _average([r for r in _of(rows, which) if r["group"] == group and r["strength"] == strength and method in r.get("recall", {})], lambda r: r["recall"][method])


def _present(rows: list[dict]) -> list[str]:
    return [m for m in baselines.NAMES if any(m in r.get("recall", {}) for r in rows)]


def _count(rows: list[dict], group: str) -> int:
    return len({r["label"] for r in rows if r["group"] == group})


def _aims(rows: list[dict]) -> list[str]:
    lines = []
    for label, group, strength, old, aim in (
        ("12 families, weak", "plain", 0, ".51", "–"), ("12 families, medium", "plain", 1, ".71", "≥ .85"), ("12 families, strong", "plain", 2, ".86", "–"),
        (f"{_count(rows, 'evasive')} evasive families", "evasive", 1, ".15", "≥ .50"),
        (f"{_count(rows, 'later')} families devised after the detectors, medium", "later", 1, "–", "–"), (f"{_count(rows, 'later, evasive')} evasive ones devised after", "later, evasive", 1, "–", "–"),
    ):  # fmt: skip
        if not any(r["group"] == group and r["strength"] == strength for r in rows):
            continue
        values = [_mean_recall(rows, group, strength, "ALL", w) for w in ("unseen", "development")]
        alone = _mean_recall(rows, group, strength, "ALL, series alone", "unseen")
        best = max(_mean_recall(rows, group, strength, m, "unseen") for m in _present(rows))
        lines.append([f"mean recall at 1 % false alarms, {label}", old, aim, f"**{values[0]:.2f}**", f"{values[1]:.2f}", f"{alone:.2f}", f"{best:.2f}"])
    named = ("interp_noise", "copy_jitter", "bunch_spread", "surge_quarter", "yoy_noise", "slow_inflation")
    six = [r for r in rows if r["label"] in named]
    lines.append(
        ["… of them the six first named", ".15", "≥ .50", f"**{_mean_recall(six, 'evasive', 1, 'ALL', 'unseen'):.2f}**", f"{_mean_recall(six, 'evasive', 1, 'ALL', 'development'):.2f}",
         f"{_mean_recall(six, 'evasive', 1, 'ALL, series alone', 'unseen'):.2f}", f"{max(_mean_recall(six, 'evasive', 1, m, 'unseen') for m in _present(rows)):.2f}"]
    )  # fmt: skip
    worst = {w: max((r["fpr"], r["label"], r["strength"]) for r in _of(rows, w)) for w in ("unseen", "development")}
    mean = {w: _average(_of(rows, w), lambda r: r["fpr"]) for w in worst}
    lines.append(["real false alarms at a nominal 1 %, fixed threshold: mean", "–", "≤ 1.3 %"] + [f"{100 * mean[w]:.2f} %" for w in ("unseen", "development")] + ["", ""])
    lines.append(["… largest over all cells", "5.1 %", "≤ 1.3 %"] + [f"**{100 * worst[w][0]:.1f} %** ({worst[w][1]} {board.STRENGTHS[worst[w][2]]})" if w == "unseen" else f"{100 * worst[w][0]:.1f} %" for w in ("unseen", "development")] + ["", ""])
    head = ["aim", "measured before", "aim", "unseen seeds", "development seed", "series alone (unseen)", "best baseline (unseen)"]
    return ["## Aims and what was reached", "", *_grid(head, lines), ""]


def _table(rows: list[dict]) -> list[str]:
    present = _present(rows)
    missing = [m for m in baselines.NAMES if m not in present]
    head = ["manipulation", "strength", *present, "**ordering**, unseen", "development", "at 0.1 %", "series alone", "best detector", "fixed threshold: recall / real false alarms", "unit flagged / false"]
    lines = []
    for label, strength in dict.fromkeys((r["label"], r["strength"]) for r in rows):
        cell = [r for r in rows if (r["label"], r["strength"]) == (label, strength)]
        seen = _of(cell, "unseen") or cell
        recall = lambda m, part=seen: _average([r for r in part if m in r["recall"]], lambda r: r["recall"][m])  # noqa: E731
        best = max((recall(d.name), d.name) for d in DETECTORS)
        values = [f"{recall(m):.2f}" for m in present]
        values += [f"**{recall('ALL'):.2f}**", f"{_average(_of(cell, 'development'), lambda r: r['recall']['ALL']):.2f}", f"{_average(seen, lambda r: r['recall_0.1%']):.2f}", f"{recall('ALL, series alone'):.2f}"]
        values += [f"{best[1]} {best[0]:.2f}", f"{_average(seen, lambda r: r['fixed']):.2f} / {100 * _average(seen, lambda r: r['fpr']):.1f} %"]
        values += [f"{_average(seen, lambda r: r['unit_recall']):.2f} / {100 * _average(seen, lambda r: r['unit_fpr']):.1f} %"]
        later = " (later)" if cell[0]["group"].startswith("later") else ""
        lines.append([label + later, board.STRENGTHS[strength], *values])
    out = ["## Recall at 1 % false alarms", "", *_grid(head, lines), ""]
    return out + ([f"Left out, because scikit-learn (extra `bench`) is not installed: {', '.join(missing)}.", ""] if missing else [])


def _detectors(rows: list[dict]) -> list[str]:
    names = [d.name for d in DETECTORS]
    lines = []
    for label in dict.fromkeys(r["label"] for r in rows if r["group"] != "mixture"):
        cell = [r for r in _of(rows, "unseen") if r["label"] == label and r["strength"] == 1]
        values = {n: _average(cell, lambda r, n=n: r["recall"][n]) for n in names}
        lines.append([label] + [f"**{v:.2f}**" if v >= 0.3 else (f"{v:.2f}" if v >= 0.05 else "") for v in values.values()])
    about = [f"* `{d.name}` ({d.level}): {d.says_en} · {d.says_zh}" for d in DETECTORS]
    return ["## Each detector alone, medium strength, unseen seeds", "", "Raw scores, recall at 1 %; below .05 left empty.", "", *_grid(["manipulation", *names], lines), "", *about, ""]


def _alarms(rows: list[dict]) -> list[str]:
    out = ["## False alarms and false discoveries", ""]
    part = _of(rows, "unseen")
    lines = []
    for level in LEVELS:
        found, false = sum(r[f"bh_{level}"] for r in part), sum(r[f"bh_{level}_false"] for r in part)
        own = [r for r in part if r["group"] == "plain" and (level == "unit" or board.LEVELS.get(r["label"], "series") == level)]
        own_found, own_false = sum(r[f"bh_{level}"] for r in own), sum(r[f"bh_{level}_false"] for r in own)
        worst = max(((r[f"bh_{level}_false"] / max(r[f"bh_{level}"], 1), r["label"], r["strength"]) for r in own), default=None)
        worst_cell = f"{100 * worst[0]:.0f} % ({worst[1]} {board.STRENGTHS[worst[2]]})" if worst else "–"
        lines.append([level, f"{own_found:,}", f"{100 * own_false / max(own_found, 1):.1f} %", worst_cell, f"{found:,}", f"{100 * false / max(found, 1):.1f} %"])
    out += ["Benjamini–Hochberg at q = .1, one family per level, nothing lent from level to level; unseen seeds. *Own*: cells whose manipulation belongs to the level.", ""]
    out += _grid(["level", "discoveries, own cells", "of them false", "worst cell", "discoveries, all cells", "of them false"], lines) + [""]
    siblings, elsewhere = _average(part, lambda r: r["fpr_siblings"]), _average(part, lambda r: r["fpr_elsewhere"])
    out += [
        f"At the fixed 1 % threshold, honest series of units that bend others are flagged {100 * siblings:.1f} % of the time, those of honest units {100 * elsewhere:.1f} %: the price of",
        f"letting a unit's other series lend weight (at most {LEND:g}-fold).",
        "",
    ]
    return out


def _honest(rows: dict[str, list[dict]]) -> list[str]:
    lines = [[label, f"{100 * _average(r, lambda x: x['fpr']):.2f} %", f"{100 * _average(r, lambda x: x['unit_fpr']):.1f} %", sum(x["bh_series"] + x["bh_row"] + x["bh_pair"] for x in r), sum(x["bh_unit"] for x in r)] for label, r in rows.items()]
    return ["## Panels with nothing but honest nuisances", "", f"Thresholds as calibrated; {len(next(iter(rows.values())))} panels each.", "", *_grid(["nuisances", "series flagged at 1 %", "units flagged at 1 %", "discoveries at q = .1, below unit", "units"], lines), ""]


def _outside(rows: dict[str, dict[str, float]]) -> list[str]:
    names = list(next(iter(rows.values())))
    lines = [[label, *(f"{v[n]:.2f}" for n in names)] for label, v in rows.items()]
    return ["## What outside sources are worth", "", "Recall of the ordering at 1 %, medium strength, one unseen seed; each variant with calibration panels of its own.", "", *_grid(["sources", *names], lines)]


WRITE = {"board": _board, "honest": _honest, "outside": _outside, "bends": bends.table, "real": _real, "certainty": _certainty, "speed": speed.table, "large": speed.table}
