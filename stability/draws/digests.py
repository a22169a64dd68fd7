"""What each stratum rests on, as one digest: equal digests, equal rows.

Belongs here: the query that puts all that `inputs` reads of a stratum into a number, and who rests on whom. Does not belong here: drawing.
Standing decisions: the digest is taken of the very statement that `inputs` reads, so that nothing read can be forgotten; a suspicion counts
by its declared probability and not by its score, which moves a little with every figure of the country; a stratum rests on last year's strata
of its units too, for the change between the two.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from stability.draws import inputs
from stability.draws.assumptions import Assumptions


class Key(NamedTuple):
    """A class of one province in one period."""

    period: int
    province: str
    class_id: str


class Base(NamedTuple):
    """What a stratum rests on: its units, the strata of the period before that hold them, and the digest of it all."""

    units: tuple[str, ...]
    before: frozenset[Key]
    digest: str


def of_strata(con, assumptions: Assumptions, tables: inputs.Tables = inputs.Tables()) -> dict[Key, Base]:
    """Every stratum of every scored period."""
    periods = [p for (p,) in con.execute(f"select distinct period from {tables.totals} order by 1").fetchall()]
    own = {Key(period, province, class_id): (tuple(sorted(units)), repr(sums))
           for period, province, class_id, units, *sums in con.execute(_query(assumptions, tables), [periods]).fetchall()}
    common = repr((assumptions, con.execute("select indicator, hard_low, hard_high from raw.register_indicators order by all").fetchall()))
    of_unit = {(unit, key.period): key for key, (units, _) in own.items() for unit in units}
    found = {}
    for key, (units, sums) in own.items():
        before = frozenset(of_unit[u, key.period - 1] for u in units if (u, key.period - 1) in of_unit)
        text = "\n".join([common, repr(key), sums, *(repr((b, own[b][1])) for b in sorted(before))])
        found[key] = Base(units, before, hashlib.sha256(text.encode()).hexdigest()[:16])
    return found


def _query(assumptions: Assumptions, tables: inputs.Tables) -> str:
    """Per stratum its units and sums of hashes: of its own cells, of the peers they are scored among, of its scheme."""
    peers = "sum(h) over (partition by period, province_code, scheme_submission_id, indicator, reference_class)"
    return f"""with read as (select c.*, hash(c) as of_row from ({inputs.cells(tables, "scores.period in (select unnest(?))")}) as c),
    suspicions as ({_doubts(assumptions, tables)}),
    cells as (
      select read.*, hash(of_row, top.in_doubt, bottom.in_doubt, totals.total_clamped, totals.is_withheld) as h
      from read
      left join suspicions as top on top.unit_code = read.unit_code and top.indicator = read.numerator and top.period = read.period
      left join suspicions as bottom on bottom.unit_code = read.unit_code and bottom.indicator = read.denominator and bottom.period = read.period
      left join {tables.totals} as totals on totals.unit_code = read.unit_code and totals.period = read.period
    ),
    among as (select period, province_code, scheme_submission_id, class_id, unit_code, h, {peers} as peers from cells),
    schemes as (select submission_id, sum(h) as rules from ({_schemes(tables)}) group by submission_id)
    select among.period, among.province_code, among.class_id, list(distinct among.unit_code), sum(among.h), sum(hash(among.h, among.peers)), sum(distinct schemes.rules)
    from among
    left join schemes on schemes.submission_id = among.scheme_submission_id
    group by among.period, among.province_code, among.class_id"""


def _doubts(assumptions: Assumptions, tables: inputs.Tables) -> str:
    """The first suspicion of each figure, as `inputs.doubts` takes it, with the step of its probability."""
    if not assumptions.suspicions or tables.findings is None:
        return "select null as unit_code, null as indicator, null as period, null as in_doubt where false"
    steps = " + ".join(f"(cast(score as double) >= {start!r})::integer" for start, _ in assumptions.suspicions)
    return f"select unit_code, indicator, period, first(hash(suggested, {steps}) order by rank) as in_doubt from {tables.findings} where {inputs.in_doubt(assumptions)} group by all"


def _schemes(tables: inputs.Tables) -> str:
    whole = " union all ".join(f"select submission_id, hash({no}, t) as h from {table} as t" for no, table in enumerate((tables.nodes, tables.weights, tables.bands, tables.tiers)))
    return f"{whole} union all select submission_id, hash(score_decimals, grade_on) from {tables.schemes}"
