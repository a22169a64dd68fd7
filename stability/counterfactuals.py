"""What last year's figures would have scored under this year's rules: the scores between two years, changing one thing at a time.

Belongs here: which counterfactual assessments there are, running the night's own scoring models on them, reading what they give, and which
of them to run again. Does not belong here: laying them out (scenarios.py), any scoring (dbt_project/models/scores), the words for the effects
(mart score_changes).

The way from year A to year B, one thing after the other; the effect is the difference of two neighbours, so effects add up:

    closed    year A as it stood at its closing (two clocks: figures and scheme received until then)
    today     year A on today's figures                                             effect `revision`
    boundary  ... the unit in B's class and on B's territory, the others as they were      `boundary`
    peer_set  ... all units in B's classes and on B's territory                            `peer_set`
    method    ... B's methods, parameters, targets, policies, for what A scored            `method`
    weight    ... B's weights and list of indicators: A's figures wholly under B's scheme  `weight`
    available ... with the figures that there are in B: what is missing or held back in one of the two years  `availability`
    after     year B                                                                       `performance`

Performance holds only what was measured in both years. Two more assessments by B's scheme give it, A's figures and B's, each with only the
indicators that are usable in both years for the unit (`shared_before`, `shared_after`): their difference is performance, and what the two lack
beside the whole years is availability, available = shared_before + (after - shared_after). An indicator that is new in B's scheme and has no
figure in A is a matter of weight: what B has of it (after - without_new) is added to the step `weight`.

Beside the way from year to year, each year by itself with no figure in doubt (step `counted`, a pair of the year and itself): what a unit's score
would be if every figure that is held back or kept out of references counted like any other.

Standing decisions: a declared order and not Shapley values, because each step answers a question that a person asks ("what would
we have got last year under this year's rules?"), needs no thirds, and costs five runs instead of thirty-two. Units, provinces and
submissions get the scenario's key as prefix, so that one run of the models scores every scenario of every pair at once; what is not shared is
taken out of the values before they are scored, references included. What cannot differ is
not run: a scenario laid out like another, a model whose rows nobody reads, a pair of years of which nothing has changed since its rows were
computed (table INPUTS, a digest per province and pair of years, written with the rows).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace

import duckdb

from sources.rows import laid_out
from stability import lineage
from stability.scenarios import COUNTED, HOME, LAID, SCRATCH, SEPARATOR, Layout, Pair, Scenario, is_scheme, listed
from warehouse import compiled, engine
from warehouse.compiled import Compiled, Node
from warehouse.settings import Settings

TABLE, INPUTS = "scores.counterfactuals", "scores.counterfactual_inputs"
STEPS = ("closed", "today", "boundary", "peer_set", "method", "weight", "available", "after")
SHARED_BEFORE, SHARED_AFTER, WITHOUT_NEW = "shared_before", "shared_after", "without_new"
USABLE = "('ACCEPTED', 'MARKED')"
TOTAL, REST = "total", "rest"
TYPES = {"unit_code": "varchar", "period": "integer", "previous_unit_code": "varchar", "previous_period": "integer", "step": "varchar", "component": "varchar", "result": "decimal(28, 8)"}
COLUMNS = ", ".join(TYPES)
TOTALS, SUMS, CONTRIBUTIONS, VALUES = "scores.sco_totals", "scores.sco_sums", "scores.sco_contributions", "scores.sco_values"
SCORING, JUDGING = "scores", ("val_returns", "val_figures", "val_grid", "val_doubts", "val_targets", "val_schemes")
# Models none of whose rows are read for a total or a contribution where the table of schemes they rest on is empty.
IDLE_WITHOUT = {"scores.sco_tree": "staging.stg_scheme_nodes", "scores.sco_nodes": "staging.stg_scheme_nodes", "scores.sco_composed": "staging.stg_scheme_inputs",
                "scores.sco_adjustments": "staging.stg_scheme_adjustments"}
NEVER_READ = ("scores.sco_coverage",)  # decides on grades and ranks alone, which have no part in a change of score
RUNS, WAYS = f"{SCRATCH}.main.runs", f"{SCRATCH}.main.ways"
OF_FILING = ("submission_id", "provider_id", "ledger_seq", "period", "scheme_fingerprint", "scheme_id", "title_zh", "policy_document", "document_date")  # a scheme's columns that judge nothing
# What a change has to be in for the scores between two years to be computed again: a row of a year rests on that year and the one before.
READS = ("raw.submission", "validated.val_returns", "validated.val_figures", "validated.val_grid", "validated.val_doubts", "validated.val_targets", "validated.val_schemes", "validated.val_events",
         "validated.val_lineage", "staging.stg_figures", "staging.stg_scheme_adjustments", "staging.stg_scheme_bands", "staging.stg_scheme_classes", "staging.stg_scheme_groups",
         "staging.stg_scheme_indicators", "staging.stg_scheme_inputs", "staging.stg_scheme_nodes", "staging.stg_scheme_parameters", "staging.stg_scheme_quotas",
         "staging.stg_scheme_tiers", "staging.stg_scheme_vetoes", "staging.stg_scheme_weights", "staging.stg_schemes")
STEP = Node("counterfactuals", "scores", compiled.STEP, compiled.STEP, "", "", READS, reads_periods=((-1,),) * len(READS))


@dataclass(frozen=True)
class Scores:
    """Rows (as TYPES) of the pairs that were scored; of all pairs the digest of what they rest on, {(province, before, after): digest}, and the units of
    those left alone, (unit, before, after)."""

    rows: list[tuple]
    digests: dict[tuple[str, int, int], str]
    kept: list[tuple[str, int, int]] = field(default_factory=list)


class Scorer:
    """The compiled scoring models over an open warehouse (a home's file, named HOME), ready for any pair of years."""

    def __init__(self, project: Compiled, settings: Settings, con: duckdb.DuckDBPyConnection) -> None:
        self._scoring = project.select(lambda node: node.schema == SCORING, (SUMS.split(".")[1], CONTRIBUTIONS.split(".")[1]))
        self._judging = project.select(lambda node: node.name in JUDGING)
        self._settings, self._con = settings, con

    def rows(self, pairs_wanted: Iterable[tuple[int, int]]) -> list[dict]:
        """The score of every unit at every step between the two years of each pair (before, after), total and components."""
        return [dict(zip(TYPES, row, strict=True)) for row in self.scores(pairs_wanted).rows]

    def scores(self, pairs_wanted: Iterable[tuple[int, int]], known: dict[tuple[str, int, int], str] | None = None) -> Scores:
        """The same, without the pairs that rest on what `known` says, {(province, before, after): digest}."""
        with self._scratch(SCRATCH) as scratch, ExitStack() as judged:
            con = scratch.con
            columns = self._columns(con)
            pairs = [pair for before, after in sorted(set(pairs_wanted)) for pair in _pairs(con, before, after)]
            closed = {before: judged.enter_context(self._as_closed(before, moment, columns)) for before, moment in _late_since(con, {pair.before for pair in pairs}).items()}
            contents = _contents(con, pairs, self._outside(self._scoring), closed, columns)
            digests = {pair.key: contents[pair].digest for pair in pairs}
            anew = [pair for pair in pairs if pair.looks_back or (known or {}).get(pair.key) != contents[pair].digest]
            scenarios = {pair: _scenarios(con, f"{number}", pair, contents[pair], closed.get(pair.before)) for number, pair in enumerate(anew)}
            laid = [scenario for of_pair in scenarios.values() for scenario in of_pair]
            Layout(con, columns, {source: {f"validated.{name}" for name in JUDGING} for source in closed.values()}).fill(self._outside(self._scoring), laid)
            self._score(scratch, scenarios)
            rows = _collect(con, scenarios) if anew else []
        kept = [(unit, pair.before, pair.after) for pair in pairs if pair not in scenarios for unit in pair.classes_after]
        return Scores(rows, digests, kept)

    def looks_back(self) -> bool:
        """Whether any scheme scores by figures of other years."""
        schemes = [s for (s,) in self._con.execute(f"select submission_id from {HOME}.validated.val_schemes").fetchall()]
        return bool(schemes) and bool(_looking_back(self._con, schemes))

    @contextmanager
    def _scratch(self, name: str) -> Iterator[engine.DuckDBEngine]:
        """An empty database in memory beside the warehouse, in use on a connection of its own."""
        con = self._con.cursor()
        con.execute(f"attach ':memory:' as {name}")
        con.execute(f"use {name}")
        try:
            yield engine.prepared(con, self._settings.dbt_project)
        finally:
            con.execute(f"use {HOME}")
            con.execute(f"detach {name}")
            con.close()

    def _score(self, scratch: engine.DuckDBEngine, scenarios: dict[Pair, list[Scenario]]) -> None:
        """Run the scoring models, but for those whose rows nobody would read; what two years do not share is taken out of their values."""
        any_laid = any(scenarios.values())
        empty = {relation for relation, rows in scratch.count(IDLE_WITHOUT.values() if any_laid else ()).items() if not rows}
        for node in self._scoring.models:
            if not any_laid or node.relation in NEVER_READ or IDLE_WITHOUT.get(node.relation) in empty:
                scratch.con.execute(f"create table {node.relation} as from {HOME}.{node.relation} limit 0")
            else:
                scratch.create(node)
            if node.relation == VALUES and any_laid:
                _take_out_unshared(scratch.con, scenarios.values())

    @contextmanager
    def _as_closed(self, before: int, moment: dt.datetime, columns: dict[str, list[str]]) -> Iterator[str]:
        """A database of the judged tables of year A with only what had been received at the moment. Yields its name."""
        name = f"closed_{before}"
        with self._scratch(name) as apart:
            for relation in self._outside(self._judging):
                conditions = [f"coalesce(period, 0) = {before}"] if "period" in columns[relation] and not relation.startswith("raw.register") else []
                conditions += [f"received_at <= timestamp '{moment}'"] if relation == "raw.submission" else []
                apart.con.execute(f"create table {relation} as from {HOME}.{relation} {'where ' if conditions else ''}{' and '.join(conditions)}")
            apart.set_periods([before])
            for node in self._judging.models:
                apart.create(node)
            yield name

    @staticmethod
    def _outside(models: Compiled) -> tuple[str, ...]:
        return tuple(relation for relation in models.outside if relation != engine.CHANGED)

    def _columns(self, con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
        """{relation: columns} of every table and view that the models read."""
        wanted = [*self._outside(self._scoring), *self._outside(self._judging)]
        found: dict[str, list[str]] = {}
        for relation, column in con.execute("""select schema_name || '.' || table_name as relation, column_name from duckdb_columns()
            where database_name = ? and relation in (select unnest(?)) order by relation, column_index""", [HOME, wanted]).fetchall():
            found.setdefault(relation, []).append(column)
        return found


def refresh(con: duckdb.DuckDBPyConnection, settings: Settings, project: Compiled, periods: set[int], full: bool, anew: bool = False) -> set[int]:
    """Write the counterfactual scores of these years against the year before each. Returns the years whose rows differ from before.

    `full`: every year there is; `anew`: these years though what they rest on is the same, as somebody has asked for.
    """
    create(con)
    scorer = Scorer(project, settings, con)
    if not full and periods and scorer.looks_back():  # a year may rest on any earlier one
        periods = periods | {p for (p,) in con.execute("select distinct period from validated.val_schemes").fetchall() if p > min(periods)}
    known = {} if full or anew else {tuple(key): digest for *key, digest in con.execute(f"select province_code, previous_period, period, digest from {INPUTS}").fetchall()}
    found = scorer.scores(((before, period) for period in periods for before in (period - 1, period)), known)
    where = "true" if full else f"period in ({', '.join(map(str, sorted(periods)))})"
    kept = [[row[n] for row in found.kept] for n in range(3)]
    shown = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in TYPES.items())
    with laid_out(con, "_rows", dict(zip(TYPES, zip(*found.rows, strict=True) if found.rows else [()] * len(TYPES), strict=True))):
        con.execute(f"""create or replace temp table next_counterfactuals as select {shown} from _rows
            union all by name select {COLUMNS} from {TABLE} where (unit_code, previous_period, period) in (select (unnest(?), unnest(?), unnest(?)))""", kept)
    before, after = (_by_year(con, f"from {TABLE} where {where}"), _by_year(con, "from next_counterfactuals"))
    changed = {period for period in before.keys() | after.keys() if before.get(period) != after.get(period)}
    replaced = f"period in ({', '.join(map(str, sorted(changed)))})" if changed else "false"
    con.execute(f"delete from {TABLE} where {replaced}")
    con.execute(f"insert into {TABLE} by name from next_counterfactuals where {replaced}")
    con.execute(f"delete from {INPUTS} where {where}")
    con.execute(f"insert into {INPUTS} (province_code, previous_period, period, digest) select unnest(?), unnest(?), unnest(?), unnest(?)", [[key[n] for key in found.digests] for n in range(3)] + [list(found.digests.values())])
    con.execute("drop table next_counterfactuals")
    return changed


def count(con: duckdb.DuckDBPyConnection) -> int:
    """How many rows the table of counterfactual scores has."""
    create(con)
    return con.execute(f"select count(*) from {TABLE}").fetchall()[0][0]


def create(con: duckdb.DuckDBPyConnection) -> None:
    """The tables that the step writes, where they are missing."""
    con.execute("create schema if not exists scores")
    con.execute(f"create table if not exists {TABLE} (unit_code varchar, period integer, previous_unit_code varchar, previous_period integer, step varchar, component varchar, result decimal(28, 8))")
    con.execute(f"create table if not exists {INPUTS} (province_code varchar, previous_period integer, period integer, digest varchar)")
    con.execute(f"alter table {INPUTS} add column if not exists previous_period integer")  # homes from before it was there compute all pairs once


def _by_year(con: duckdb.DuckDBPyConnection, rows: str) -> dict[int, tuple]:
    """{year: number of rows and sums of their hashes}."""
    return {period: tuple(content) for period, *content in con.execute(f"select period, count(*), sum(h), sum(hash(h, 1)) from (select period, hash(t) as h from (select {COLUMNS} {rows}) as t) group by period").fetchall()}


# -- what there is to compare

def _pairs(con: duckdb.DuckDBPyConnection, before: int, after: int) -> list[Pair]:
    found = con.execute(f"""select a.province_code, a.submission_id, b.submission_id from {HOME}.validated.val_schemes as a
        inner join {HOME}.validated.val_schemes as b on b.province_code = a.province_code and b.period = ? where a.period = ? order by 1""", [after, before]).fetchall()
    schemes = [scheme for _, *both in found for scheme in both]
    classes: dict[str, dict[str, str]] = {}
    for scheme, unit, class_id in con.execute(f"select submission_id, unit_code, class_id from {HOME}.staging.stg_scheme_classes where submission_id in (select unnest(?))", [schemes]).fetchall() if found else ():
        classes.setdefault(scheme, {})[unit] = class_id
    moved = lineage.between(con, before, after, HOME) if found else {}
    backward = _looking_back(con, schemes) if found else set()
    return [Pair(province, before, after, a, b, bool({a, b} & backward), {u: moved[u] for u in classes.get(b, {}) if u in moved}, classes.get(a, {}), classes.get(b, {})) for province, a, b in found]


def _late_since(con: duckdb.DuckDBPyConnection, years: set[int]) -> dict[int, dt.datetime]:
    """{year: when it was closed}, of the years of which something has come in since."""
    return dict(con.execute(f"""select closings.period, max(closings.closed_at) from {HOME}.raw.register_closings as closings
        inner join {HOME}.raw.submission as late on late.period = closings.period and late.received_at > closings.closed_at
        where closings.period in (select unnest(?)) group by closings.period order by 1""", [sorted(years)]).fetchall()) if years else {}


def _looking_back(con: duckdb.DuckDBPyConnection, schemes: list[str]) -> set[str]:
    """Those of the schemes that score by figures of other years."""
    both = listed(schemes)
    return {scheme for (scheme,) in con.execute(f"""
        select submission_id from {HOME}.staging.stg_scheme_parameters where submission_id in ({both})
          and ((parameter = 'reference_periods' and parameter_value <> 'each') or (parameter = 'impute' and parameter_value = 'carry_forward'))
        union select submission_id from {HOME}.staging.stg_scheme_inputs where submission_id in ({both}) and lag <> 0""").fetchall()}


def _scenarios(con: duckdb.DuckDBPyConnection, number: str, pair: Pair, content: "Content", closed: str | None) -> list[Scenario]:
    blank = Scenario(number, pair, "")
    if pair.before == pair.after:
        return [replace(blank, key=f"{number}u", step=COUNTED)] if _has_doubts(con, pair) else []
    movers = pair.movers
    found = []
    if not content.same_rules or pair.moved or movers:
        found = [replace(blank, key=f"{number}m", step="method", classes="after", method="after"),
                 replace(blank, key=f"{number}w", step="weight", classes="after", method="after", weights="after")]
    if movers or pair.classes_before.keys() != pair.classes_after.keys():
        found.append(replace(blank, key=f"{number}p", step="peer_set", classes="after"))
    found += [replace(blank, key=f"{number}b{place}", step="boundary", classes="after", only=unit) for place, unit in enumerate(movers)]
    found += _shared(con, number, pair, bool(found))
    if closed and not content.closed_as_today:
        scheme = con.execute(f"select submission_id from {closed}.validated.val_schemes where province_code = ? and period = ?", [pair.province_code, pair.before]).fetchall()
        found += [replace(blank, key=f"{number}c", step="closed", source=closed, pair=replace(pair, before_scheme=of)) for (of,) in scheme[:1]]
    return found


def _has_doubts(con: duckdb.DuckDBPyConnection, pair: Pair) -> bool:
    """Whether a figure of any year that the pair reads is in doubt."""
    year = "" if pair.looks_back else f"and period = {pair.after}"
    return bool(con.execute(f"""select 1 from {HOME}.validated.val_doubts where unit_code in (select unit_code from {HOME}.staging.stg_scheme_classes where submission_id = ?) {year} limit 1""",
                            [pair.after_scheme]).fetchall())


def _shared(con: duckdb.DuckDBPyConnection, number: str, pair: Pair, rules_differ: bool) -> list[Scenario]:
    """Both years by year B's scheme with only what both have; nothing where the published years have the same indicators for every unit."""
    usable = f"select unit_code, indicator from {HOME}.{VALUES} where province_code = ? and status in {USABLE} and period = ?"
    years = [pair.province_code, pair.before], [pair.province_code, pair.after]
    if not rules_differ and not con.execute(f"select count(*) from (({usable} except {usable}) union all ({usable} except {usable}))", [*years[0], *years[1], *years[1], *years[0]]).fetchall()[0][0]:
        return []
    by_new = {"classes": "after", "method": "after", "weights": "after"}
    year_after = replace(pair, before=pair.after, before_scheme=pair.after_scheme, moved={}, classes_before=pair.classes_after)
    new = con.execute(f"""select count(*) from (select indicator from {HOME}.staging.stg_scheme_indicators where submission_id = ?
        except select indicator from {HOME}.staging.stg_scheme_indicators where submission_id = ?)""", [pair.after_scheme, pair.before_scheme]).fetchall()[0][0]
    return [Scenario(f"{number}s", pair, SHARED_BEFORE, **by_new), Scenario(f"{number}t", year_after, SHARED_AFTER, **by_new),
            *([Scenario(f"{number}n", year_after, WITHOUT_NEW, **by_new)] if new else [])]


def _take_out_unshared(con: duckdb.DuckDBPyConnection, scenarios: Iterable[list[Scenario]]) -> None:
    """Values of a unit's indicator that only one of the two years has become what they are in the other year: missing, held back, not applicable."""
    keys = [{scenario.step: scenario.key for scenario in of_pair} for of_pair in scenarios]
    keys = [(of[SHARED_BEFORE], of[SHARED_AFTER], of.get(WITHOUT_NEW)) for of in keys if SHARED_BEFORE in of]
    if not keys:
        return
    con.execute("create temp table shared_keys as select unnest(?) as before, unnest(?) as after, unnest(?) as without_new", [list(column) for column in zip(*keys, strict=True)])
    con.execute(f"""create temp table values_by_key as
        select split_part(unit_code, '{SEPARATOR}', 1) as key, substr(unit_code, length(split_part(unit_code, '{SEPARATOR}', 1)) + 2) as unit, indicator, status from {VALUES}""")
    con.execute(f"""create temp table unshared as
        with sides as (
          select k.before, k.after, k.without_new, v.unit, v.indicator,
            max(case when v.key = k.before then v.status end) as status_before, max(case when v.key = k.after then v.status end) as status_after
          from shared_keys as k inner join values_by_key as v on v.key in (k.before, k.after) group by all
        ),
        lacking as (
          select *, case when coalesce(status_after, 'MISSING') not in {USABLE} then coalesce(status_after, 'MISSING') else coalesce(status_before, 'MISSING') end as status
          from sides where coalesce(status_before, 'MISSING') not in {USABLE} or coalesce(status_after, 'MISSING') not in {USABLE}
        )
        select key || '{SEPARATOR}' || unit as unit_code, indicator, status from (
          select before as key, unit, indicator, status from lacking
          union all select after, unit, indicator, status from lacking
          union all select l.without_new, l.unit, l.indicator, l.status from lacking as l inner join {LAID} as s on s.key = l.before
            where coalesce(l.status_before, 'MISSING') not in {USABLE} and l.without_new is not null
              and not exists (select 1 from {HOME}.staging.stg_scheme_indicators as i where i.submission_id = s.before_scheme and i.indicator = l.indicator)
        ) as withheld""")
    con.execute(f"""update {VALUES} as v set value = null, value_real = null, numerator_value = null, denominator_value = null, status = u.status
        from unshared as u where u.unit_code = v.unit_code and u.indicator = v.indicator""")
    con.execute("drop table shared_keys; drop table values_by_key; drop table unshared")


# -- what a pair rests on

@dataclass(frozen=True)
class Content:
    """What a pair rests on, as a digest. `same_rules`: both schemes judge alike and no targets are set; `closed_as_today`: nothing of it came late."""

    digest: str
    same_rules: bool
    closed_as_today: bool


def _contents(con: duckdb.DuckDBPyConnection, pairs: list[Pair], inputs: tuple[str, ...], closed: dict[int, str], columns: dict[str, list[str]]) -> dict[Pair, Content]:
    """Everything that is read for each pair, as sums of hashes per table and year, and what follows of their being equal."""
    if not pairs:
        return {}
    _list_pairs(con, pairs)
    figures = [relation for relation in inputs if not is_scheme(relation) and not relation.startswith("raw.") and {"unit_code", "period"} <= set(columns[relation])]
    schemes = [relation for relation in inputs if is_scheme(relation)]
    asked = [_hashed_figures(HOME, relation, "p.before, p.after") for relation in (*figures, TOTALS, CONTRIBUTIONS)]
    asked += [_hashed_scheme(HOME, relation, columns[relation], side) for relation in schemes for side in ("before", "after")]
    for before, source in closed.items():
        asked += [_hashed_figures(source, relation, f"{before}", before) for relation in figures if relation.split(".")[1] in JUDGING]
        asked.append(f"select p.no, '{source}', 'scheme', {before}, hash(t) from {source}.validated.val_schemes as t inner join main.pairs as p on p.province_code = t.province_code and p.before = {before} and t.period = p.before")
        asked.append(f"select p.no, '{HOME}', 'scheme', {before}, hash(t) from {HOME}.validated.val_schemes as t inner join main.pairs as p on p.before_scheme = t.submission_id and p.before = {before}")
    found: list[dict[tuple, tuple]] = [{} for _ in pairs]
    for no, source, name, year, *sums in con.execute(f"select no, source, name, year, count(*), sum(h), sum(hash(h, 1)) from ({' union all '.join(asked)}) as hashed (no, source, name, year, h) group by all").fetchall():
        found[no][source, name, year] = tuple(sums)
    return {pair: _content(pair, sums, schemes, closed.get(pair.before)) for pair, sums in zip(pairs, found, strict=True)}


def _content(pair: Pair, sums: dict[tuple, tuple], schemes: list[str], closed: str | None) -> Content:
    judged = {"scheme", *(name for _, name, _ in sums if name.split(".")[-1] in JUDGING and not is_scheme(name))}
    targets = any((HOME, "validated.val_targets", period) in sums for period in (pair.before, pair.after))
    return Content(
        hashlib.sha256(repr((sorted(sums.items(), key=repr), sorted(pair.moved.items()), pair.before_scheme, pair.after_scheme)).encode()).hexdigest()[:16],
        not pair.looks_back and not targets and all(sums.get((HOME, name, -1)) == sums.get((HOME, name, -2)) for name in schemes),
        closed is not None and all(sums.get((closed, name, pair.before)) == sums.get((HOME, name, pair.before)) for name in judged))


def _list_pairs(con: duckdb.DuckDBPyConnection, pairs: list[Pair]) -> None:
    rows = [(no, p.province_code, p.before, p.after, p.before_scheme, p.after_scheme) for no, p in enumerate(pairs)]
    con.execute("create or replace table main.pairs (no integer, province_code varchar, before integer, after integer, before_scheme varchar, after_scheme varchar)")
    con.execute("insert into main.pairs select unnest(?), unnest(?), unnest(?), unnest(?), unnest(?), unnest(?)", [list(column) for column in zip(*rows, strict=True)])
    con.execute(f"create or replace table main.pair_units as select distinct p.no, p.before, p.after, c.unit_code from main.pairs as p inner join {HOME}.staging.stg_scheme_classes as c on c.submission_id in (p.before_scheme, p.after_scheme)")
    rows = [(no, p.before, p.after, source) for no, p in enumerate(pairs) for sources in p.moved.values() for source in sources]
    if rows:
        con.execute("insert into main.pair_units select unnest(?), unnest(?), unnest(?), unnest(?)", [list(column) for column in zip(*rows, strict=True)])


def _hashed_figures(database: str, relation: str, periods: str, only: int | None = None) -> str:
    """Rows of the pairs' units and years; `only` of the pairs from one year."""
    return f"""select p.no, '{database}', '{relation}', t.period, hash(t) from {database}.{relation} as t
        inner join main.pair_units as p on p.unit_code = t.unit_code and t.period in ({periods}){'' if only is None else f' and p.before = {only}'}"""


def _hashed_scheme(database: str, relation: str, columns: list[str], side: str) -> str:
    """Rows of one of the pairs' two schemes, without the columns in which two filings of one scheme differ."""
    shown = ", ".join(f"t.{column}" for column in columns if column not in OF_FILING)
    return f"select p.no, '{database}', '{relation}', {-1 if side == 'before' else -2}, hash({shown}) from {database}.{relation} as t inner join main.pairs as p on p.{side}_scheme = t.submission_id"


# -- reading off

def _collect(con: duckdb.DuckDBPyConnection, scenarios: dict[Pair, list[Scenario]]) -> list[tuple]:
    """Rows of every unit that has a score in both years: what each indicator adds; the rest (what a scheme adds, takes or combines beyond that);
    the total. Which run each step is read from is decided here, the reading is one statement."""
    periods = sorted({period for pair in scenarios for period in (pair.before, pair.after)})
    years = ", ".join(map(str, periods)) or "null"
    con.execute(f"""create table {RUNS} as
        select '' as run, unit_code, period, total_clamped as total from {HOME}.{TOTALS} where period in ({years}) and total_clamped is not null
        union all select s.key, substr(t.unit_code, length(s.key) + 2), t.period, case when s.step = '{COUNTED}' then t.total_published else t.total_clamped end from {SCRATCH}.{SUMS} as t
        inner join {LAID} as s on s.key = split_part(t.unit_code, '{SEPARATOR}', 1) and s.before = t.period where t.total_clamped is not null""")
    scored: dict[tuple[str, int], set[str]] = {}
    for run, period, unit in con.execute(f"select run, period, unit_code from {RUNS}").fetchall():
        scored.setdefault((run, period), set()).add(unit)
    ways = [row for pair, of_pair in scenarios.items() for row in _ways(pair, of_pair, scored)]
    con.execute(f"create table {WAYS} (unit_code varchar, period integer, previous_unit_code varchar, previous_period integer, step varchar, sign integer, run varchar, of_unit varchar, of_period integer)")
    if ways:
        con.execute(f"insert into {WAYS} select {', '.join(['unnest(?)'] * 9)}", [list(column) for column in zip(*ways, strict=True)])
    key = "w.unit_code, w.period, w.previous_unit_code, w.previous_period, w.step"
    return con.execute(f"""with parts as (
          select '' as run, unit_code, period, indicator, contribution from {HOME}.{CONTRIBUTIONS} where period in ({years})
          union all select s.key, substr(t.unit_code, length(s.key) + 2), t.period, t.indicator, t.contribution from {SCRATCH}.{CONTRIBUTIONS} as t
          inner join {LAID} as s on s.key = split_part(t.unit_code, '{SEPARATOR}', 1) and s.before = t.period
        ),
        sums as (select run, unit_code, period, sum(contribution) as of_parts from parts group by run, unit_code, period),
        read as (
          select {key}, '{TOTAL}' as component, w.sign * r.total as result
          from {WAYS} as w inner join {RUNS} as r on r.run = w.run and r.unit_code = w.of_unit and r.period = w.of_period
          union all
          select {key}, '{REST}', w.sign * (r.total - coalesce(sums.of_parts, 0))
          from {WAYS} as w inner join {RUNS} as r on r.run = w.run and r.unit_code = w.of_unit and r.period = w.of_period
          left join sums on sums.run = w.run and sums.unit_code = w.of_unit and sums.period = w.of_period where w.step <> '{COUNTED}'
          union all
          select {key}, p.indicator, w.sign * p.contribution from {WAYS} as w inner join parts as p on p.run = w.run and p.unit_code = w.of_unit and p.period = w.of_period where w.step <> '{COUNTED}'
        )
        select {COLUMNS.replace('result', 'cast(sum(result) as decimal(28, 8)) as result')} from read group by {COLUMNS.replace(', result', '')}
        order by all""").fetchall()


def _ways(pair: Pair, scenarios: list[Scenario], scored: dict[tuple[str, int], set[str]]) -> Iterator[tuple]:
    """Where each step of each unit is read, one or several terms a step: sign, run, unit and year. A step that was not run, or could not be, is where
    its neighbour is."""
    keys = {(s.step, s.only): s.key for s in scenarios}

    def run(step: str, only: str | None, unit: str | None, period: int = pair.before) -> tuple[str, str, int] | None:
        key = keys.get((step, only))
        return (key, unit, period) if key is not None and unit in scored.get((key, period), ()) else None

    if pair.before == pair.after:
        places = ((unit, run(COUNTED, None, unit)) for unit in sorted(pair.classes_after))
        yield from ((unit, pair.after, unit, pair.before, COUNTED, 1, *place) for unit, place in places if place is not None)
        return
    for unit in sorted(pair.classes_after):
        old = pair.predecessor(unit)
        if old not in scored.get(("", pair.before), ()) or unit not in scored.get(("", pair.after), ()):
            continue
        today, after = ("", old, pair.before), ("", unit, pair.after)
        same = ("weight", None) not in keys  # the rules are the same: nothing to run
        weight = today if same else run("weight", None, unit)
        if weight is None:
            continue
        way = {"closed": run("closed", None, old) or today, "today": today, "weight": weight, "after": after}
        method = today if same else run("method", None, unit)
        if method is None:  # the old scheme does not know the new class: the whole change of rules is the change of class
            way |= dict.fromkeys(("boundary", "peer_set", "method"), weight)
        else:
            way["boundary"] = run("boundary", unit, unit) or today
            way["peer_set"] = run("peer_set", None, unit) or way["boundary"]
            way["method"] = method
        terms = {step: [(1, *place)] for step, place in way.items()}
        shared = run(SHARED_BEFORE, None, unit), run(SHARED_AFTER, None, unit, pair.after)
        terms["available"] = [(1, *shared[0]), (1, *after), (-1, *shared[1])] if all(shared) else terms["weight"]
        without_new = run(WITHOUT_NEW, None, unit, pair.after)
        if without_new is not None and all(shared):
            terms["weight"] = [*terms["weight"], (1, *after), (-1, *without_new)]
        yield from ((unit, pair.after, old, pair.before, step, *term) for step in STEPS for term in terms[step])
