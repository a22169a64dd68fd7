"""What last year's figures would have scored under this year's rules: the scores between two years, changing one thing at a time.

Belongs here: laying counterfactual schemes and figures out for the night's own scoring models, and reading what they give.
Does not belong here: any scoring (dbt_project/models/scores), and the words for the effects (mart score_changes).

The way from year A to year B, one thing after the other; the effect is the difference of two neighbours, so effects add up:

    closed    year A as it stood at its closing (two clocks: figures and scheme received until then)
    today     year A on today's figures                                             effect `revision`
    boundary  ... the unit in B's class and on B's territory, the others as they were      `boundary`
    peer_set  ... all units in B's classes and on B's territory                            `peer_set`
    method    ... B's methods, parameters, targets, policies, for what A scored            `method`
    weight    ... B's weights and list of indicators: A's figures wholly under B's scheme  `weight`
    after     year B                                                                       `performance`

Standing decisions: a declared order and not Shapley values, because each step answers a question that a person asks ("what would
we have got last year under this year's rules?"), needs no thirds, and costs five runs instead of thirty-two. Units, provinces and
submissions get the scenario's key as prefix, so that one run of the models scores every scenario of every pair at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import duckdb
import pyarrow as pa

from warehouse import compiled, engine
from warehouse.compiled import Compiled, Node
from warehouse.settings import Settings
from zhunsheng import lineage

TABLE = "scores.counterfactuals"
STEPS = ("closed", "today", "boundary", "peer_set", "method", "weight", "after")
TOTAL, REST = "total", "rest"
SCHEMA = pa.schema([("unit_code", pa.string()), ("period", pa.int32()), ("previous_unit_code", pa.string()), ("previous_period", pa.int32()),
                    ("step", pa.string()), ("component", pa.string()), ("result", pa.decimal128(28, 8))])
TOTALS, CONTRIBUTIONS = "sco_totals", "sco_contributions"
SCORING, JUDGING = "scores", ("val_returns", "val_figures", "val_grid", "val_targets", "val_schemes")
HOME, SCRATCH = "warehouse", "counterfactual"  # names of the databases: a home's file (Settings.warehouse), and the one that scenarios are laid out in
SEPARATOR = "/"
# What a change has to be in for the scores between two years to be computed again: a row of a year rests on that year and the one before.
READS = ("raw.submission", "validated.val_returns", "validated.val_figures", "validated.val_grid", "validated.val_targets", "validated.val_schemes", "validated.val_events",
         "validated.val_lineage", "staging.stg_figures", "staging.stg_scheme_adjustments", "staging.stg_scheme_bands", "staging.stg_scheme_classes", "staging.stg_scheme_groups",
         "staging.stg_scheme_indicators", "staging.stg_scheme_inputs", "staging.stg_scheme_nodes", "staging.stg_scheme_parameters", "staging.stg_scheme_quotas",
         "staging.stg_scheme_tiers", "staging.stg_scheme_vetoes", "staging.stg_scheme_weights", "staging.stg_schemes")
STEP = Node("counterfactuals", "scores", compiled.STEP, compiled.STEP, "", "", READS, reads_periods=((-1,),) * len(READS))


@dataclass(frozen=True)
class Pair:
    """Two years of one province's assessment. `looks_back`: a scheme scores by figures of other years. `moved` maps a unit of year B
    to the units of year A whose territory it has, with shares (None: not known); only units that are not simply the same."""

    province_code: str
    before: int
    after: int
    before_scheme: str
    after_scheme: str
    looks_back: bool
    moved: dict[str, lineage.Sources] = field(default_factory=dict)

    def predecessor(self, unit: str) -> str | None:
        """The one unit of year A that this unit of year B continues, None where there is no such unit."""
        sources = self.moved.get(unit, {unit: 1})
        if unit in sources:
            return unit
        return next(iter(sources)) if list(sources.values()) == [1] else None

    @property
    def carried(self) -> dict[str, lineage.Sources]:
        """The changed units whose figures of year A can be put on their territory of year B."""
        return {unit: sources for unit, sources in self.moved.items() if None not in sources.values()}


@dataclass(frozen=True)
class Scenario:
    """One counterfactual assessment: whose classes, methods and weights judge year A's figures. `only` is the one unit that has moved."""

    key: str
    pair: Pair
    step: str
    source: str = HOME
    classes: str = "before"
    method: str = "before"
    weights: str = "before"
    only: str | None = None


class Scorer:
    """The compiled scoring models over an open warehouse (a home's file, named HOME), ready for any pair of years."""

    def __init__(self, project: Compiled, settings: Settings, con: duckdb.DuckDBPyConnection) -> None:
        self._scoring = project.select(lambda node: node.schema == SCORING, (TOTALS, CONTRIBUTIONS))
        self._judging = project.select(lambda node: node.name in JUDGING)
        self._settings, self._con = settings, con

    def rows(self, pairs_wanted: Iterable[tuple[int, int]]) -> pa.Table:
        """The score of every unit at every step between the two years of each pair (before, after), total and components."""
        with self._scratch(SCRATCH) as scratch:
            con = scratch.con
            pairs = [pair for before, after in sorted(set(pairs_wanted)) for pair in _pairs(con, before, after)]
            scenarios = [self._scenarios(con, number, pair) for number, pair in enumerate(pairs)]
            if pairs:
                _lay_out(con, _inputs(self._scoring), [scenario for of_pair in scenarios for scenario in of_pair])
                _create(scratch, self._scoring)
            found = [row for pair, of_pair in zip(pairs, scenarios, strict=True) for row in _collect(con, pair, of_pair)]
            for name in sorted({scenario.source for of_pair in scenarios for scenario in of_pair} - {HOME}):
                con.execute(f"detach {name}")
        return pa.Table.from_pylist(sorted(found, key=lambda r: tuple(r[n] for n in SCHEMA.names[:6])), SCHEMA)

    def looks_back(self) -> bool:
        """Whether any scheme scores by figures of other years."""
        schemes = [s for (s,) in self._con.execute(f"select submission_id from {HOME}.validated.val_schemes").fetchall()]
        return bool(schemes) and _looks_back(self._con, *schemes)

    @contextmanager
    def _scratch(self, name: str, keep: bool = False) -> Iterator[engine.DuckDBEngine]:
        """An empty database in memory beside the warehouse, in use on a connection of its own."""
        con = self._con.cursor()
        con.execute(f"attach ':memory:' as {name}")
        con.execute(f"use {name}")
        try:
            yield engine.prepared(con, self._settings.dbt_project)
        finally:
            con.execute(f"use {HOME}")
            if not keep:
                con.execute(f"detach {name}")
            con.close()

    def _scenarios(self, con: duckdb.DuckDBPyConnection, number: int, pair: Pair) -> list[Scenario]:
        blank = Scenario(f"{number}", pair, "")
        found = [replace(blank, key=f"{number}m", step="method", classes="after", method="after"),
                 replace(blank, key=f"{number}w", step="weight", classes="after", method="after", weights="after")]
        movers = _movers(con, pair)
        if movers or _classes(con, pair.before_scheme).keys() != _classes(con, pair.after_scheme).keys():
            found.append(replace(blank, key=f"{number}p", step="peer_set", classes="after"))
        found += [replace(blank, key=f"{number}b{place}", step="boundary", classes="after", only=unit) for place, unit in enumerate(movers)]
        moment = _late_since(con, pair)
        if moment is not None:
            closed = f"closed_{pair.before}"
            scheme = self._as_closed(con, closed, pair, moment)
            found += [replace(blank, key=f"{number}c", step="closed", source=closed, pair=replace(pair, before_scheme=scheme))] if scheme else []
        return found

    def _as_closed(self, con: duckdb.DuckDBPyConnection, name: str, pair: Pair, moment) -> str | None:
        """Attach, as `name`, the judged tables of year A with only what had been received at the moment. Returns the scheme then in force."""
        if name not in {row[0] for row in con.execute("select database_name from duckdb_databases()").fetchall()}:
            with self._scratch(name, keep=True) as apart:
                for relation in _inputs(self._judging):
                    columns = _columns(apart.con, f"{HOME}.{relation}")
                    condition = f"where coalesce(period, 0) = {pair.before}" if "period" in columns and not relation.startswith("raw.register") else ""
                    condition += f" and received_at <= timestamp '{moment}'" if relation == "raw.submission" else ""
                    apart.con.execute(f"create table {relation} as from {HOME}.{relation} {condition}")
                apart.set_periods([pair.before])
                _create(apart, self._judging)
        found = con.execute(f"select submission_id from {name}.validated.val_schemes where province_code = ? and period = ?", [pair.province_code, pair.before]).fetchall()
        return found[0][0] if found else None


def refresh(con: duckdb.DuckDBPyConnection, settings: Settings, project: Compiled, periods: set[int], full: bool) -> set[int]:
    """Write the counterfactual scores of these years against the year before each. Returns the years whose rows differ from before."""
    _create_table(con)
    scorer = Scorer(project, settings, con)
    if not full and periods and scorer.looks_back():  # a year may rest on any earlier one
        periods = periods | {p for (p,) in con.execute("select distinct period from validated.val_schemes").fetchall() if p > min(periods)}
    con.register("_rows", scorer.rows((period - 1, period) for period in periods))
    where = "" if full else f" where period in ({', '.join(map(str, sorted(periods)))})"
    changed = con.execute(f"""select distinct period from ((from {TABLE} {where} except all from _rows) union all (from _rows except all from {TABLE} {where}))""").fetchall()
    con.execute(f"delete from {TABLE}{where}")
    con.execute(f"insert into {TABLE} by name from _rows")
    con.unregister("_rows")
    return {period for (period,) in changed}


def count(con: duckdb.DuckDBPyConnection) -> int:
    """How many rows the table of counterfactual scores has."""
    _create_table(con)
    return con.execute(f"select count(*) from {TABLE}").fetchall()[0][0]


def _create_table(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create schema if not exists scores")
    con.execute(f"create table if not exists {TABLE} (unit_code varchar, period integer, previous_unit_code varchar, previous_period integer, step varchar, component varchar, result decimal(28, 8))")


def _inputs(models: Compiled) -> tuple[str, ...]:
    return tuple(relation for relation in models.outside if relation != engine.CHANGED)


def _create(scratch: engine.DuckDBEngine, models: Compiled) -> None:
    for node in models.models:
        scratch.create(node)


# -- what there is to compare

def _pairs(con: duckdb.DuckDBPyConnection, before: int, after: int) -> list[Pair]:
    found = con.execute(f"""select a.province_code, a.submission_id, b.submission_id from {HOME}.validated.val_schemes as a
        inner join {HOME}.validated.val_schemes as b on b.province_code = a.province_code and b.period = ? where a.period = ? order by 1""", [after, before]).fetchall()
    moved = lineage.between(con, before, after, HOME) if found else {}
    return [Pair(province, before, after, a, b, _looks_back(con, a, b), {u: moved[u] for u in _classes(con, b) if u in moved}) for province, a, b in found]


def _classes(con: duckdb.DuckDBPyConnection, scheme: str, source: str = HOME) -> dict[str, str]:
    return dict(con.execute(f"select unit_code, class_id from {source}.staging.stg_scheme_classes where submission_id = ?", [scheme]).fetchall())


def _movers(con: duckdb.DuckDBPyConnection, pair: Pair) -> list[str]:
    """Units assessed in both years whose class or territory differs and whose new class the old scheme knows."""
    before, after = _classes(con, pair.before_scheme), _classes(con, pair.after_scheme)
    known = set(before.values())
    return sorted(u for u, c in after.items() if c in known and pair.predecessor(u) in before and (before[pair.predecessor(u)] != c or u in pair.carried))


def _late_since(con: duckdb.DuckDBPyConnection, pair: Pair):
    """When year A was closed, if something of it has come in since; None otherwise."""
    found = con.execute(f"""select max(closings.closed_at) from {HOME}.raw.register_closings as closings
        inner join {HOME}.raw.submission as late on late.period = closings.period and late.received_at > closings.closed_at
        where closings.period = ?""", [pair.before]).fetchall()
    return found[0][0]


# -- laying out

def _columns(con: duckdb.DuckDBPyConnection, relation: str) -> list[str]:
    return [row[0] for row in con.execute(f"describe from {relation}").fetchall()]


def _lay_out(con: duckdb.DuckDBPyConnection, inputs: tuple[str, ...], scenarios: list[Scenario]) -> None:
    """Fill the scratch warehouse with the models' inputs, once per scenario; registers and seeds as they are."""
    for relation in inputs:
        name, columns = relation.split(".")[1], _columns(con, f"{HOME}.{relation}")
        is_scheme = name.startswith("stg_scheme") or name == "val_schemes"
        is_figures = {"unit_code", "period"} <= set(columns) and not relation.startswith("raw.")
        rows = "" if is_scheme or is_figures else f" union all by name from {HOME}.{relation}"
        con.execute(f"create table {SCRATCH}.{relation} as from (from {HOME}.{relation} limit 0){rows}")
        selects = []
        for scenario in scenarios if is_scheme or is_figures else ():
            parts = _scheme_parts(con, name, columns, scenario) if is_scheme else _figure_parts(con, name, scenario)
            shown = ", ".join(_renamed(column, columns, scenario, is_scheme) for column in columns)
            selects += [f"select {shown} from {source} where {condition}" for source, condition in parts]
        if selects:
            con.execute(f"insert into {SCRATCH}.{relation} {' union all '.join(selects)}")
    con.execute(f"insert into {engine.CHANGED} select unnest(?)", [sorted({p for s in scenarios for p in _periods(con, s)})])


def _renamed(column: str, columns: list[str], scenario: Scenario, is_scheme: bool) -> str:
    prefix = f"'{scenario.key}{SEPARATOR}' || "
    pair = scenario.pair
    if column in ("unit_code", "province_code"):
        return f"{prefix}{column} as {column}"
    if column == "parameter_value":
        return f"case when parameter = 'reference_unit' then {prefix}{column} else {column} end as {column}"
    if is_scheme and column == "submission_id":  # schemes of other years keep their own, for what looks back
        return f"{prefix}case when submission_id in ('{pair.before_scheme}', '{pair.after_scheme}') then 'scheme' else submission_id end as {column}"
    if is_scheme and column == "period":
        return f"case when submission_id = '{pair.after_scheme}' then {pair.before} else period end as {column}"
    return column


def _scheme_parts(con: duckdb.DuckDBPyConnection, name: str, columns: list[str], scenario: Scenario) -> list[tuple[str, str]]:
    """(relation, condition) whose rows together are this table of the scenario's scheme, and of the other years where one looks back."""
    pair = scenario.pair
    layer = "validated" if name == "val_schemes" else "staging"
    ids = {"before": pair.before_scheme, "after": pair.after_scheme}
    places = {"before": f"{scenario.source if name == 'val_schemes' else HOME}.{layer}.{name}", "after": f"{HOME}.{layer}.{name}"}

    def of(side: str, more: str = "") -> tuple[str, str]:
        return places[side], f"submission_id = '{ids[side]}'{more}"

    if name == "stg_scheme_classes":
        parts = _class_parts(con, scenario, of)
    elif name == "stg_scheme_weights":
        parts = [of(scenario.weights)]
    elif name == "stg_scheme_nodes" and scenario.method != scenario.weights:
        parts = [(_nodes_judged_anew(columns, pair), "1 = 1")]
    elif "indicator" in columns and scenario.method != scenario.weights:
        scored = f"select indicator from {HOME}.staging.stg_scheme_indicators where submission_id = "
        parts = [of("after", f" and indicator in ({scored}'{ids['before']}')"), of("before", f" and indicator not in ({scored}'{ids['after']}')")]
    else:
        parts = [of(scenario.method)]
    if pair.looks_back:
        others = f"submission_id in (select submission_id from {HOME}.validated.val_schemes where province_code = '{pair.province_code}' and period <> {pair.before}) and submission_id <> '{pair.after_scheme}'"
        parts.append((places["after"], others))
    return parts


def _class_parts(con: duckdb.DuckDBPyConnection, scenario: Scenario, of) -> list[tuple[str, str]]:
    """Membership. Under the old scheme's weights a class must be one that it knows; a unit that moves alone moves into the old classes."""
    pair = scenario.pair
    if scenario.classes == "before":
        return [of("before")]
    known = f"select class_id from {HOME}.staging.stg_scheme_classes where submission_id = '{pair.before_scheme}'"
    if scenario.only:
        gone = {scenario.only, pair.predecessor(scenario.only)}
        return [of("before", f" and unit_code not in ({_listed(gone)})"), of("after", f" and unit_code in ({_listed({scenario.only})})")]
    return [of("after", f" and class_id in ({known})" if scenario.weights == "before" else "")]


def _nodes_judged_anew(columns: list[str], pair: Pair) -> str:
    """The old tree (which node hangs where), each node computed as the new scheme says; a node it does not have, as before."""
    own = ("submission_id", "provider_id", "ledger_seq", "period", "sheet", "row_no", "node", "parent")
    nodes = f"{HOME}.staging.stg_scheme_nodes"
    shown = ", ".join(f"old.{c}" if c in own else f"case when new.node is null then old.{c} else new.{c} end as {c}" for c in columns)
    settings = ", ".join(f"max({c}) as {c}" for c in columns if c not in own)
    return f"""(select {shown} from {nodes} as old left join (select node, {settings} from {nodes} where submission_id = '{pair.after_scheme}' group by node) as new
        on new.node = old.node where old.submission_id = '{pair.before_scheme}')"""


def _looks_back(con: duckdb.DuckDBPyConnection, *schemes: str) -> bool:
    """Whether any of the schemes scores by figures of other years."""
    both = _listed(schemes)
    return bool(con.execute(f"""select count(*) from (
        select 1 from {HOME}.staging.stg_scheme_parameters where submission_id in ({both})
          and ((parameter = 'reference_periods' and parameter_value <> 'each') or (parameter = 'impute' and parameter_value = 'carry_forward'))
        union all select 1 from {HOME}.staging.stg_scheme_inputs where submission_id in ({both}) and lag <> 0)""").fetchall()[0][0])


def _periods(con: duckdb.DuckDBPyConnection, scenario: Scenario) -> list[int]:
    pair = scenario.pair
    if not pair.looks_back:
        return [pair.before]
    return [p for (p,) in con.execute(f"select period from {HOME}.validated.val_schemes where province_code = ? and submission_id <> ? order by 1", [pair.province_code, pair.after_scheme]).fetchall()]


def _figure_parts(con: duckdb.DuckDBPyConnection, name: str, scenario: Scenario) -> list[tuple[str, str]]:
    """Year A's rows of the units (and earlier years' where a scheme looks back). Targets are a yardstick: they come with the method."""
    pair = scenario.pair
    periods = "1 = 1" if pair.looks_back else f"period = {pair.before}"
    units = f"unit_code in (select unit_code from {HOME}.staging.stg_scheme_classes where submission_id in ({_listed((pair.before_scheme, pair.after_scheme))}))"
    table = _found(con, name, scenario.source) or _found(con, name, HOME)
    if name == "val_targets" and scenario.method == "after":
        return [(_targets_anew(table, pair, scenario), units)]
    moved = {u: s for u, s in pair.carried.items() if scenario.classes == "after" and scenario.only in (None, u)}
    if moved and name in ("val_figures", "val_grid"):
        return [(lineage.rebased(_columns(con, table), table, moved, HOME), f"{periods} and {units}")]
    if pair.looks_back and not table.startswith(HOME):  # what was known at the closing holds year A only
        return [(table, units), (_found(con, name, HOME), f"period <> {pair.before} and {units}")]
    return [(table, f"{periods} and {units}")]


def _found(con: duckdb.DuckDBPyConnection, name: str, database: str) -> str | None:
    found = con.execute("select schema_name from duckdb_tables() where database_name = ? and table_name = ?", [database, name]).fetchall()
    return f"{database}.{found[0][0]}.{name}" if found else None


def _targets_anew(table: str, pair: Pair, scenario: Scenario) -> str:
    """Year B's targets as if set for year A; of the indicators that only the old scheme scores, the old ones."""
    scored = f"select indicator from {HOME}.staging.stg_scheme_indicators where submission_id = '{pair.after_scheme}'"
    kept = f"union all by name from {table} where period = {pair.before} and indicator not in ({scored})" if scenario.weights == "before" else ""
    return f"(select * replace ({pair.before} as period) from {table} where period = {pair.after} and indicator in ({scored}) {kept})"


def _listed(words: Iterable[str | None]) -> str:
    """SQL literals of the words, codes as some file spells them, in order."""
    return ", ".join("'" + word.replace("'", "''") + "'" for word in sorted(w for w in words if w))


# -- reading off

def _collect(con: duckdb.DuckDBPyConnection, pair: Pair, scenarios: list[Scenario]) -> list[dict]:
    """Rows of every unit that has a score in both years; a step that was not run, or could not be, stands where its neighbour stands."""
    before = _scores(con, HOME, pair.before, "")
    after = _scores(con, HOME, pair.after, "")
    runs: dict[tuple[str, str | None], dict] = {(s.step, s.only): _scores(con, SCRATCH, pair.before, s.key + SEPARATOR) for s in scenarios}

    def usable(step: str, only: str | None, unit: str) -> dict | None:
        scored = runs.get((step, only), {}).get(unit)
        return scored if scored and scored[TOTAL] is not None else None

    found = []
    for unit in sorted(_classes(con, pair.after_scheme)):
        old = pair.predecessor(unit)
        ends = (before.get(old), after.get(unit))
        if not all(end and end[TOTAL] is not None for end in ends):
            continue
        weight = usable("weight", None, unit)
        if weight is None:
            continue
        way = {"closed": usable("closed", None, old) or ends[0], "today": ends[0], "weight": weight, "after": ends[1]}
        method = usable("method", None, unit)
        if method is None:  # the old scheme does not know the new class: the whole change of rules is the change of class
            way |= dict.fromkeys(("boundary", "peer_set", "method"), weight)
        else:
            way["boundary"] = usable("boundary", unit, unit) or ends[0]
            way["peer_set"] = usable("peer_set", None, unit) or way["boundary"]
            way["method"] = method
        found += [{"unit_code": unit, "period": pair.after, "previous_unit_code": old, "previous_period": pair.before, "step": step, "component": c, "result": r}
                  for step in STEPS for c, r in way[step].items()]
    return found


def _scores(con: duckdb.DuckDBPyConnection, database: str, period: int, prefix: str) -> dict[str, dict]:
    """{unit: {component: result}}: what each indicator adds; the rest (what a scheme adds, takes or combines beyond that); the total."""
    length = len(prefix) + 1
    found: dict[str, dict] = {}
    for unit, total, of_parts in con.execute(f"""select substr(t.unit_code, {length}), t.total_clamped, coalesce(p.of_parts, 0) from {database}.scores.{TOTALS} as t
        left join (select unit_code, sum(contribution) as of_parts from {database}.scores.{CONTRIBUTIONS} where period = {period} group by unit_code) as p on p.unit_code = t.unit_code
        where t.period = {period} and starts_with(t.unit_code, ?)""", [prefix]).fetchall():
        found[unit] = {TOTAL: total, REST: None if total is None else total - of_parts}
    for unit, indicator, contribution in con.execute(f"""select substr(unit_code, {length}), indicator, contribution from {database}.scores.{CONTRIBUTIONS}
        where period = {period} and starts_with(unit_code, ?)""", [prefix]).fetchall():
        found[unit][indicator] = contribution
    return found
