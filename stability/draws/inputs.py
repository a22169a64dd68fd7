"""Strata read from the warehouse: the published scores with what they were made of, and the figures in doubt.

Belongs here: SQL that only selects, and how its rows become a Stratum. Does not belong here: any perturbation.
`con` is anything with DuckDB's `execute`; names of tables are given, so that the models say what they read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from stability.draws.assumptions import Assumptions
from stability.draws.methods import AMONG_PEERS, METHODS, NAN, REAL, Parameters, Tier
from stability.draws.panel import Column, Figure, Pool, Stratum
from stability.draws.totals import Node, Plain, Tree


@dataclass(frozen=True)
class Tables:
    """Qualified names of the tables read."""

    scores: str = "scores.sco_indicator_scores"
    prepared: str = "scores.sco_prepared"
    values: str = "scores.sco_values"
    parameters: str = "scores.sco_parameters"
    totals: str = "scores.sco_totals"
    nodes: str = "staging.stg_scheme_nodes"
    weights: str = "staging.stg_scheme_weights"
    bands: str = "staging.stg_scheme_bands"
    tiers: str = "staging.stg_scheme_tiers"
    schemes: str = "validated.val_schemes"
    findings: str | None = "marts.findings"


NUMBERS = ("standard", "step", "per_unit", "ratio_cap", "threshold", "score_floor", "score_cap", "layers", "interval_low", "interval_high", "allowed_low", "allowed_high", "min_peers")
REALS = ("centre", "spread", "scale_mean", "scale_sd", "score_power", "score_decimals")
WORDS = ("partial", "ties", "ratio_to", "degenerate_policy", "clamp", "percentile_kind", "sd_kind", "layers_by", "tier_on")
LACKING = {"MISSING": "missing", "HELD": "missing", "INSUFFICIENT_SAMPLE": "missing", "UNDEFINED": "missing", "QUARANTINED": "quarantined"}


def strata(con, periods: Iterable[int], assumptions: Assumptions, tables: Tables = Tables(), only: Collection[tuple[int, str, str]] | None = None) -> list[Stratum]:
    """Every class of every scheme in force in the periods, ordered by period, province and class. `only` these (period, province, class), where given."""
    wanted = sorted(set(periods))
    if not wanted:
        return []
    provinces = None if only is None else sorted({(period, province) for period, province, _ in only})
    read = "scores.period in (select unnest(?))" + (" and (scores.period, scores.province_code) in (select (unnest(?), unnest(?)))" if only is not None else "")
    found_cells = _rows(con, f"{cells(tables, read)} order by {ORDER}", wanted, *(map(list, zip(*provinces)) if provinces else ()))
    doubted = doubts(con, wanted, assumptions, tables)
    totals = {(r["unit_code"], r["period"]): r for r in _rows(con, f"select unit_code, period, case when not is_withheld then cast(total_clamped as double) end as total from {tables.totals} where period in (select unnest(?))", wanted)}
    heads = {r["submission_id"]: r for r in _rows(con, f"select submission_id, score_decimals, grade_on from {tables.schemes} where period in (select unnest(?))", wanted)}
    bands = _by(_rows(con, f"select submission_id, grade_code, cast(lower as double) as lower, lower_inclusive, cast(upper as double) as upper, upper_inclusive from {tables.bands} where period in (select unnest(?)) order by submission_id, lower desc nulls last, grade_code", wanted), "submission_id")
    trees = _by(_rows(con, f"select * from {tables.nodes} where period in (select unnest(?)) order by submission_id, row_no", wanted), "submission_id")
    tiers = _by(_rows(con, _tiers(tables), wanted), "submission_id", "indicator")
    weights = _by(_rows(con, f"select submission_id, class_id, indicator, cast(weight as double) as weight from {tables.weights} where period in (select unnest(?))", wanted), "submission_id", "class_id")
    found = []
    for (period, province, submission), scheme in _groups(found_cells, "period", "province_code", "scheme_submission_id"):
        tree = trees.get((submission,), [])
        for (class_id,), rows in _groups(scheme, "class_id"):
            if only is not None and (period, province, class_id) not in only:
                continue
            units = tuple(sorted({r["unit_code"] for r in rows}))
            columns = tuple(_column(own, scheme, units, doubted, tiers.get((submission, own[0]["indicator"]), [])) for _, own in _groups(rows, "indicator"))
            given = {r["indicator"]: r["weight"] for r in weights[submission, class_id]}
            shape = _tree(columns, tree) if tree else _plain(columns, rows)
            found.append(Stratum(
                province, period, class_id, units, shape, {n: given.get(n, 1.0) for n in shape.nodes}, columns,
                np.array([_number(totals[u, period]["total"]) for u in units]),
                tuple((b["grade_code"], b["lower"], b["lower_inclusive"], b["upper"], b["upper_inclusive"]) for b in bands.get((submission,), [])),
                heads[submission]["score_decimals"], heads[submission]["grade_on"],
                any(r["parent"] is None and r["rank_order"] == "asc" for r in tree)))
    return found


ORDER = "scores.period, scores.province_code, scores.scheme_submission_id, scores.class_id, scores.indicator, scores.unit_code"


def cells(tables: Tables, condition: str) -> str:
    """The statement that reads published scores with all they are made of, in no order."""
    numbers = ", ".join(f"cast(given.{n}_exact as double) as {n}" for n in NUMBERS)
    reals = ", ".join(f"given.{n}_real as {n}" for n in REALS)
    words = ", ".join(f"given.{n}" for n in WORDS)
    return f"""
    select scores.period, scores.province_code, scores.scheme_submission_id, scores.class_id, scores.unit_code, scores.indicator, scores.dimension_code, scores.method,
      scores.direction, cast(scores.base as double) as base, cast(scores.full_marks as double) as full_marks, cast(scores.cap as double) as cap,
      coalesce(scores.score_real, cast(scores.score as double)) as score, scores.score_status, scores.rests_on_peers, scores.doubt, scores.missing_policy, scores.quarantined_policy,
      cast(scores.satisfactory_value as double) as satisfactory_value, cast(scores.unacceptable_value as double) as unacceptable_value, cast(scores.target as double) as target,
      cast(prepared.value as double) as value, prepared.value_ready, prepared.value_status, prepared.reference_class,
      vals.numerator, vals.denominator, cast(vals.factor as double) as factor, cast(vals.numerator_value as double) as numerator_value, cast(vals.denominator_value as double) as denominator_value,
      given.prepares, given.n_inputs, given.reference_periods,
      given.reference_periods <> 'each' or given.low_exact is not null or given.low_real is not null or given.low_percentile_real is not null
        or (given.best_mean_of_real is not null and scores.direction = '-') as low_is_fixed,
      given.reference_periods <> 'each' or given.high_exact is not null or given.high_real is not null or given.high_percentile_real is not null
        or (given.best_mean_of_real is not null and scores.direction <> '-') as high_is_fixed,
      {numbers}, {reals}, {words}
    from {tables.scores} as scores
    inner join {tables.prepared} as prepared on prepared.unit_code = scores.unit_code and prepared.indicator = scores.indicator and prepared.period = scores.period
    inner join {tables.values} as vals on vals.unit_code = scores.unit_code and vals.indicator = scores.indicator and vals.period = scores.period
    inner join {tables.parameters} as given
      on given.submission_id = scores.scheme_submission_id and given.indicator = scores.indicator and given.class_id = scores.class_id
    where {condition}"""


def in_doubt(assumptions: Assumptions) -> str:
    """SQL condition: an open suspicion of one figure, strong enough to count."""
    return f"suppressed_by is null and level <> 'column' and score >= {assumptions.suspicions[0][0]}"


def doubts(con, periods: list[int], assumptions: Assumptions, tables: Tables = Tables()) -> dict[tuple[str, str, int], Figure]:
    """Open suspicions strong enough to count, the first in order of each figure."""
    if not assumptions.suspicions or tables.findings is None:
        return {}
    rows = _rows(con, f"""select unit_code, indicator, period, cast(suggested as double) as suggested, cast(score as double) as score from {tables.findings}
        where {in_doubt(assumptions)} and period in (select unnest(?))
        order by unit_code, indicator, period, rank""", periods)
    found: dict[tuple[str, str, int], Figure] = {}
    for r in rows:
        found.setdefault((r["unit_code"], r["indicator"], r["period"]), Figure(r["unit_code"], r["indicator"], r["period"], _number(r["suggested"]), r["score"]))
    return found


def _tiers(tables: Tables) -> str:
    """Every tier, a class's own before the general ones, each in the scheme's order."""
    edges = ", ".join(f"cast({name} as double) as {name}" for name in ("tier_from", "tier_to", "marks", "marks_to"))
    return f"""select submission_id, indicator, class_id, from_inclusive, to_inclusive, {edges} from {tables.tiers}
        where period in (select unnest(?)) order by submission_id, indicator, class_id is null, row_no"""


def _column(own: list[dict], scheme: list[dict], units: tuple[str, ...], in_doubt: dict[tuple[str, str, int], Figure], tiers: list[dict]) -> Column:
    first, rows = own[0], {r["unit_code"]: r for r in own}
    peers = [r for r in scheme if r["indicator"] == first["indicator"] and r["reference_class"] == first["reference_class"]]
    sign = -1 if first["direction"] == "-" else 1
    good, bad = _number(first["satisfactory_value"]), _number(first["unacceptable_value"])
    low, high = (good, bad) if sign < 0 else (bad, good)
    given = Parameters(
        sign, _number(first["base"]), _number(first["full_marks"]), _number(first["cap"]), low if first["low_is_fixed"] else NAN, high if first["high_is_fixed"] else NAN,
        **{n: _number(first[n]) for n in NUMBERS + REALS}, **{n: first[n] for n in WORDS}, rests_on_peers=bool(first["rests_on_peers"]),
        tiers=tuple(Tier(_number(t["tier_from"]), t["from_inclusive"], _number(t["tier_to"]), t["to_inclusive"], t["marks"], _number(t["marks_to"])) for t in tiers if t["class_id"] in (None, first["class_id"])))
    return Column(
        first["indicator"], first["method"], given,
        np.array([NAN if rows[u]["score_status"] in LACKING else _number(rows[u]["score"]) for u in units]),
        tuple(LACKING.get(rows[u]["score_status"], "") for u in units),
        {"missing": first["missing_policy"], "quarantined": first["quarantined_policy"]},
        _pool(peers, in_doubt), np.array([_number(rows[u]["target"]) for u in units]), _is_recomputable(first))


def _is_recomputable(cell: dict) -> bool:
    among_others = cell["reference_periods"] != "each" and cell["method"] in AMONG_PEERS and not (cell["low_is_fixed"] and cell["high_is_fixed"] and cell["method"] in ("efficacy_linear", "efficacy_exponential", "min_max"))
    return cell["method"] in METHODS and not among_others and cell["ratio_to"] != "unit"


def _pool(peers: list[dict], in_doubt: dict[tuple[str, str, int], Figure]) -> Pool:
    def value(cell: dict) -> float:
        usable = cell["value_status"] in ("ACCEPTED", "MARKED", "IMPUTED")
        return _number(cell["value_ready"] if cell["method"] in REAL else cell["value"]) if usable else NAN

    def parts(cell: dict) -> tuple | None:
        if cell["prepares"] or cell["n_inputs"] or cell["score_status"] == "HELD":
            return None
        return cell["numerator"], cell["denominator"], _number(cell["factor"]), _number(cell["numerator_value"]), _number(cell["denominator_value"])

    names = ((r["unit_code"], r[role], r["period"]) for r in peers for role in ("numerator", "denominator") if r[role] and r["score_status"] != "HELD")
    return Pool(tuple(r["unit_code"] for r in peers), np.array([value(r) for r in peers]), tuple(map(parts, peers)), tuple(in_doubt[n] for n in dict.fromkeys(names) if n in in_doubt),
                np.array([r["doubt"] != "marked" for r in peers]))


def _plain(columns: tuple[Column, ...], rows: list[dict]) -> Plain:
    dimensions = {r["indicator"]: r["dimension_code"] for r in rows}
    return Plain(tuple(c.indicator for c in columns), tuple(dimensions[c.indicator] for c in columns), tuple(c.given.full_marks for c in columns))


def _tree(columns: tuple[Column, ...], edges: list[dict]) -> Tree:
    """The tree of one class: inner nodes each after its children."""
    children: dict[str, list[str]] = {}
    own: dict[str, dict] = {}
    for edge in edges:
        row = own.setdefault(edge["node"], dict(edge))
        row |= {k: v for k, v in edge.items() if v is not None and k != "parent"}
        if edge["parent"] is not None:
            children.setdefault(edge["parent"], []).append(edge["node"])
    indicators = tuple(c.indicator for c in columns)
    done: list[Node] = []

    def visit(name: str) -> bool:
        """Whether the node can have a score in this class at all; it is in `done` afterwards."""
        if name in indicators or name in {n.name for n in done}:
            return True
        below = tuple(c for c in children.get(name, ()) if visit(c))
        if below:
            done.append(_node(name, below, own.get(name, {})))
        return bool(below)

    roots = [e["node"] for e in edges if e["parent"] is None] or [p for p in children if p not in own]
    visit(roots[0])
    return Tree(indicators, tuple(done), tuple(dict.fromkeys([*indicators, *(n.name for n in done)])))


def _node(name: str, below: tuple[str, ...], row: dict) -> Node:
    kept = {"aggregation": str, "exponent": float, "data_threshold": float, "missing_policy": str, "factor": float, "shift": float, "score_power": float,
            "score_floor": float, "score_cap": float, "decimals": int}
    return Node(name, below, **{k: kind(row[k]) for k, kind in kept.items() if row.get(k) is not None})


def _number(value) -> float:
    return NAN if value is None else float(value)


def _rows(con, query: str, *values) -> list[dict]:
    answer = con.execute(query, list(values))
    names = [c[0] for c in answer.description]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def _groups(rows: list[dict], *names: str):
    """(key, rows) of neighbouring rows with equal key, as a list per key."""
    return [(key, list(group)) for key, group in groupby(rows, key=lambda r: tuple(r[n] for n in names))]


def _by(rows: list[dict], *names: str) -> dict[tuple, list[dict]]:
    found: dict[tuple, list[dict]] = {}
    for row in rows:
        found.setdefault(tuple(row[n] for n in names), []).append(row)
    return found
