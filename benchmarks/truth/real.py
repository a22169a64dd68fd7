"""Real figures, where they lie beside the project: bunching at a threshold and one-way revisions. Nothing here is injected.

Belongs here: reading four public data sets and putting each through the detector that fits it. Decision: a finding about a
named country or provider is the published data's own and says "needs verification", nothing more.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from expectations.detectors.revisions import one_way
from expectations.detectors.targets import bunching_test

Row = tuple[str, str, str, str]  # what, detector, result, reading


def rows(folder: Path) -> list[Row]:
    """One line per data set; a reason where it is absent."""
    out: list[Row] = []
    for name, read in (("cities_sichuan_guangdong", cities), ("nyc_regents_2010", regents), ("nhs_ae_4h", accident_and_emergency), ("eurostat_edp_vintages", edp), ("gdp_vintages", gdp)):
        if (folder / name).is_dir():
            out += read(folder / name)
        else:
            out.append((name, "", "skipped", "the folder is not there"))
    return out


def _placebo(counts: np.ndarray, at: int, width: int, low: int, high: int) -> tuple[int, int]:
    """Rank of the threshold's z among all thresholds of the same histogram."""
    zs = {c: bunching_test(counts[c - width : c].sum(), counts[c : c + width].sum())["z"] for c in range(low, high)}
    return 1 + sum(z > zs[at] for z in zs.values()), len(zs)


CITY_MARKS = (("sewage_treatment_rate", 95.0, "sewage treated"), ("green_coverage_rate", 40.0, "green cover"))
FEW = 200  # below this the binomial sees a quarter of near misses moved less than nine times in ten


def cities(folder: Path) -> list[Row]:
    """Yearbook, 39 cities, six years: rates at the round figures that plans name, one point on either side, other whole per cents as placebo."""
    raw = pd.read_csv(folder / "figures.csv")
    raw = raw.sort_values("scope", ascending=False).drop_duplicates(["region_code", "year", "indicator"])  # whole city where it is printed
    raw = raw.assign(value=pd.to_numeric(raw.value, errors="coerce"))
    out: list[Row] = []
    for indicator, mark, label in CITY_MARKS:
        values = raw[raw.indicator == indicator].value.dropna().to_numpy()
        counts = {at: (((values >= at - 1) & (values < at)).sum(), ((values >= at) & (values < at + 1)).sum()) for at in np.arange(mark - 8, mark + 4)}
        tests = {at: bunching_test(below, above) for at, (below, above) in counts.items()}
        rank = 1 + sum(test["z"] > tests[mark]["z"] for test in tests.values())
        below, above = counts[mark]
        result = f"{below} below, {above} from {mark:g} % on: ×{tests[mark]['excess']:.2f}, z {tests[mark]['z']:.1f}, log10 p {tests[mark]['log10_p']:.1f}"
        few = "; too few to tell" if below + above < FEW else ""
        out.append((f"Yearbook cities, {label}, {len(values)} city-years", "bunching", result, f"rank {rank} of {len(tests)} whole per cents{few}"))
    return out


def regents(folder: Path) -> list[Row]:
    """Pass mark 65, one score point on either side; every other mark between 30 and 90 is a placebo."""
    table = pd.read_csv(folder / "nyc_regents_scores.csv").fillna(0).groupby("score").sum().reindex(range(101), fill_value=0)
    out: list[Row] = []
    for label, counts in [("five exams together", table.sum(axis=1).to_numpy())] + [(c, table[c].to_numpy()) for c in table]:
        test = bunching_test(counts[64], counts[65])
        rank, of = _placebo(counts, 65, 1, 30, 90)
        result = f"{int(counts[64]):,} below, {int(counts[65]):,} at the mark: ×{test['excess']:.1f}, z {test['z']:.0f}, log10 p {test['log10_p']:.0f}"
        out.append((f"Regents 2010, {label}", "bunching", result, f"rank {rank} of {of} marks"))
    return out


def accident_and_emergency(folder: Path) -> list[Row]:
    """Provider-months with at least 200 attendances; share within four hours against 95 %, all departments and type 1 alone."""
    raw = pd.read_csv(folder / "ae_attendances.csv")
    together = raw.groupby(["period", "org_code"], as_index=False)[["attendances", "breaches"]].sum()
    of_type_1 = raw[raw["type"].astype(str) == "1"]
    kinds = (("all departments", together), ("type 1", of_type_1))
    return [_mild(label, part[part.attendances >= 200], width) for label, part in kinds for width in (0.005, 0.01)]


def _mild(label: str, raw: pd.DataFrame, width: float) -> Row:
    share = 1 - raw.breaches / raw.attendances
    cells = np.floor((share - 0.95) / width + 1e-9).astype(int)
    counts = {c: int((cells == c).sum()) for c in range(-40, 20)}
    test = bunching_test(counts[-1], counts[0])
    zs = {c: bunching_test(counts[c - 1], counts[c])["z"] for c in range(-int(0.05 / width), int(0.03 / width))}
    rank = 1 + sum(z > zs[0] for z in zs.values())
    result = f"{counts[-1]} below, {counts[0]} above 95 %: ×{test['excess']:.2f}, z {test['z']:.1f}, log10 p {test['log10_p']:.1f}"
    return (f"NHS {label}, {len(raw):,} provider-months, ±{100 * width:g} points", "bunching", result, f"rank {rank} of {len(zs)} thresholds between 90 and 98 %")


def edp(folder: Path) -> list[Row]:
    """Revisions of deficit and debt per notification, summed over causes; countries ranked by mean and by one-way z."""
    raw = pd.read_csv(folder / "comb_cumulative.csv", na_values="NA")
    out: list[Row] = []
    for component, worse in (("deficit", -1), ("debt", 1)):
        part = raw[raw.component == component].groupby(["country", "year", "version"], as_index=False).revision.sum()
        part["revision"] *= worse
        out.append(_ranked("Eurostat EDP, " + component, part, "country", "Greece", "towards a worse " + component))
    return out


def _ranked(label: str, part: pd.DataFrame, key: str, look: str | None, direction: str) -> Row:
    changed = part[part.revision.abs() > 1e-9]
    keys = sorted(changed[key].unique())
    width = int(changed.groupby(key).size().max())
    table = np.full((len(keys), 1, width), np.nan)
    for k, name in enumerate(keys):
        values = changed.loc[changed[key] == name, "revision"].to_numpy()
        table[k, 0, : len(values)] = values
    z, n = one_way(table, enough=4)[:, 0], np.isfinite(table[:, 0]).sum(1)
    mean = part.groupby(key).revision.mean().reindex(keys).to_numpy()
    up = (table[:, 0] > 0).sum(1)
    look = look or keys[int(np.nanargmax(z))]
    k = keys.index(look)
    enough = n >= 4
    by_mean, by_z = 1 + int((mean[enough] > mean[k]).sum()), 1 + int((z[enough] > z[k]).sum())
    top = keys[int(np.nanargmax(np.where(enough, z, -np.inf)))]
    result = f"{look}: {int(up[k])} of {int(n[k])} revisions {direction}, mean {mean[k]:+.2f} over all {int((part[key] == look).sum())}, z {z[k]:.1f}"
    return (label, "revision_bias", result, f"mean ranks {by_mean}, z ranks {by_z} of {int(enough.sum())} ({top} has the largest z)")


def gdp(folder: Path) -> list[Row]:
    """Each province's year from one stored vintage to the next, changes in per cent beyond half a unit of rounding."""
    raw = pd.read_csv(folder / "province_gdp_vintages.csv")
    table = raw.pivot_table(index=["region", "year"], columns="vintage", values="gdp_100m_yuan")
    vintages = sorted(table.columns)
    parts = []
    for before, after in zip(vintages, vintages[1:]):
        both = table[[before, after]].dropna()
        change = (both[after] / both[before] - 1) * 100
        change[(both[after] - both[before]).abs() <= 0.5] = 0
        frame = change.rename("revision").reset_index()
        frame["step"] = f"{before} → {after}"
        parts.append(frame)
    every = pd.concat(parts)
    out = [_ranked(f"GDP of 31 provinces, {step}", part, "region", None, "upward") for step, part in every.groupby("step") if (part.revision != 0).sum() > 100]
    return [_ranked("GDP of 31 provinces, all vintages", every, "region", None, "upward")] + out
