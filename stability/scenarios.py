"""Counterfactual assessments laid out as input of the scoring models: whose figures, judged by whose classes, methods and weights.

Belongs here: what a pair of years and a scenario are, and the tables that the models read, filled once for all scenarios. Does not belong here:
which scenarios there are and what their scores say (counterfactuals.py), any scoring (dbt_project/models/scores).
Standing decision: scenarios are rows of a table (`laid`) that conditions speak of, so that one statement a table fills in all scenarios of the
same kind; a statement for each scenario costs more to plan than to run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import duckdb

from stability import lineage
from warehouse import engine

HOME, SCRATCH = "warehouse", "counterfactual"  # names of the databases: a home's file (Settings.warehouse), and the one that scenarios are laid out in
SEPARATOR = "/"
COUNTED = "counted"  # the step of the one scenario in which no figure is in doubt
LAID, UNITS = f"{SCRATCH}.main.laid", f"{SCRATCH}.main.laid_units"


@dataclass(frozen=True, eq=False)
class Pair:
    """Two years of one province's assessment. `looks_back`: a scheme scores by figures of other years. `moved` maps a unit of year B
    to the units of year A whose territory it has, with shares (None: not known); only units that are not simply the same. `classes_before` and
    `classes_after` {unit: class} are the two schemes'."""

    province_code: str
    before: int
    after: int
    before_scheme: str
    after_scheme: str
    looks_back: bool
    moved: dict[str, lineage.Sources] = field(default_factory=dict)
    classes_before: dict[str, str] = field(default_factory=dict)
    classes_after: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, int, int]:
        return self.province_code, self.before, self.after

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

    @property
    def movers(self) -> list[str]:
        """Units assessed in both years whose class or territory differs and whose new class the old scheme knows."""
        before, known = self.classes_before, set(self.classes_before.values())
        return sorted(u for u, c in self.classes_after.items() if c in known and self.predecessor(u) in before and (before[self.predecessor(u)] != c or u in self.carried))


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


@dataclass(frozen=True)
class Part:
    """Rows of a table: of `source`, read as t, where `condition` holds, in which s is the scenario's row of `laid`. `period` is the year they are laid in."""

    source: str
    condition: str
    period: str = "t.period"


class Layout:
    """The scratch database's inputs. `columns` {relation: columns} of the home; `apart` the relations that each other database has in place of the home's."""

    def __init__(self, con: duckdb.DuckDBPyConnection, columns: dict[str, list[str]], apart: dict[str, set[str]]) -> None:
        self._con, self._columns, self._apart = con, columns, apart

    def fill(self, inputs: Sequence[str], scenarios: list[Scenario]) -> None:
        """Create the inputs, once per scenario; registers and seeds as they are."""
        self._list(scenarios)
        if not scenarios:
            return
        filled = self._filled([relation for relation in inputs if is_scheme(relation)])
        for relation in inputs:
            if not (is_scheme(relation) or self.is_figures(relation)):
                self._con.execute(f"create table {SCRATCH}.{relation} as from {HOME}.{relation}")
            elif relation in filled or not is_scheme(relation):
                self._con.execute(f"create table {SCRATCH}.{relation} as {self._rows(relation, scenarios)}")
            else:
                self._con.execute(f"create table {SCRATCH}.{relation} as from {HOME}.{relation} limit 0")
        self._con.execute(f"insert into {engine.CHANGED} select distinct period from {SCRATCH}.validated.val_schemes")

    def is_figures(self, relation: str) -> bool:
        """Whether a table's rows belong to units and years."""
        return {"unit_code", "period"} <= set(self._columns[relation]) and not relation.startswith("raw.") and not is_scheme(relation)

    def _list(self, scenarios: list[Scenario]) -> None:
        self._con.execute(f"""create table {LAID} (key varchar, province_code varchar, before integer, after integer, before_scheme varchar, after_scheme varchar, looks_back boolean, step varchar)""")
        rows = [(s.key, s.pair.province_code, s.pair.before, s.pair.after, s.pair.before_scheme, s.pair.after_scheme, s.pair.looks_back, s.step) for s in scenarios]
        if rows:
            self._con.execute(f"insert into {LAID} select unnest(?), unnest(?), unnest(?), unnest(?), unnest(?), unnest(?), unnest(?), unnest(?)", [list(column) for column in zip(*rows, strict=True)])
        self._con.execute(f"""create table {UNITS} as select distinct s.key, c.unit_code from {LAID} as s
            inner join {HOME}.staging.stg_scheme_classes as c on c.submission_id in (s.before_scheme, s.after_scheme)""")

    def _filled(self, relations: list[str]) -> set[str]:
        """Those that have any row."""
        counts = " union all ".join(f"select '{relation}' as relation, count(*) as n from {HOME}.{relation}" for relation in relations)
        return {relation for (relation,) in self._con.execute(f"select relation from ({counts}) where n > 0").fetchall()}

    def _rows(self, relation: str, scenarios: list[Scenario]) -> str:
        keys: dict[Part, list[str]] = {}
        for scenario in scenarios:
            for part in self._scheme_parts(relation, scenario) if is_scheme(relation) else self._figure_parts(relation, scenario):
                keys.setdefault(part, []).append(scenario.key)
        return " union all ".join(f"select {self._shown(relation, part)} from {part.source} as t inner join {LAID} as s on {part.condition} where s.key in ({listed(own)})" for part, own in keys.items())

    def _shown(self, relation: str, part: Part) -> str:
        own = f"s.key || '{SEPARATOR}' || t."
        renamed = {"unit_code": f"{own}unit_code", "province_code": f"{own}province_code", "parameter_value": f"case when t.parameter = 'reference_unit' then {own}parameter_value else t.parameter_value end"}
        if is_scheme(relation):  # schemes of other years keep their own, for what looks back
            renamed |= {"submission_id": f"s.key || '{SEPARATOR}' || case when t.submission_id in (s.before_scheme, s.after_scheme) then 'scheme' else t.submission_id end",
                        "period": "case when t.submission_id = s.after_scheme then s.before else t.period end"}
        else:
            renamed["period"] = part.period
        return ", ".join(f"{renamed[column]} as {column}" if column in renamed else f"t.{column}" for column in self._columns[relation])

    # -- schemes

    def _scheme_parts(self, relation: str, scenario: Scenario) -> list[Part]:
        """Whose rows together are this table of the scenario's scheme, and of the other years where one looks back."""
        judged = relation in self._apart.get(scenario.source, ())
        places = {"before": f"{scenario.source if judged else HOME}.{relation}", "after": f"{HOME}.{relation}"}

        def of(side: str, more: str = "") -> Part:
            return Part(places[side], f"t.submission_id = s.{side}_scheme{more}")

        if relation == "staging.stg_scheme_classes":
            parts = _class_parts(scenario, of)
        elif relation == "staging.stg_scheme_weights":
            parts = [of(scenario.weights)]
        elif relation == "staging.stg_scheme_nodes" and scenario.method != scenario.weights:
            parts = [Part(_nodes_judged_anew(self._columns[relation], scenario.pair), "true")]
        elif "indicator" in self._columns[relation] and scenario.method != scenario.weights:
            parts = [of("after", f" and {_is_scored('before')}"), of("before", f" and not {_is_scored('after')}")]
        else:
            parts = [of(scenario.method)]
        if scenario.pair.looks_back:
            others = f"select l.key, v.submission_id from {LAID} as l inner join {HOME}.validated.val_schemes as v on v.province_code = l.province_code and v.period <> l.before and v.submission_id <> l.after_scheme"
            parts.append(Part(places["after"], f"(s.key, t.submission_id) in ({others})"))
        return parts

    # -- figures

    def _figure_parts(self, relation: str, scenario: Scenario) -> list[Part]:
        """Year A's rows of the units (and earlier years' where a scheme looks back). Targets are a yardstick: they come with the method."""
        pair = scenario.pair
        units = f"(s.key, t.unit_code) in (from {UNITS})"
        periods = "" if pair.looks_back else "t.period = s.before and "
        judged = relation in self._apart.get(scenario.source, ())
        table = f"{scenario.source if judged else HOME}.{relation}"
        if relation == "validated.val_doubts" and scenario.step == COUNTED:
            return [Part(table, "false")]
        if relation == "validated.val_targets" and scenario.method == "after":
            return _targets_anew(table, scenario, units)
        moved = {u: s for u, s in pair.carried.items() if scenario.classes == "after" and scenario.only in (None, u)}
        if moved and relation in ("validated.val_figures", "validated.val_grid"):
            return [Part(lineage.rebased(self._columns[relation], table, moved, HOME), f"{periods}{units}")]
        if pair.looks_back and judged:  # what was known at the closing holds year A only
            return [Part(table, units), Part(f"{HOME}.{relation}", f"t.period <> s.before and {units}")]
        return [Part(table, f"{periods}{units}")]


def is_scheme(relation: str) -> bool:
    """Whether a table's rows belong to schemes."""
    name = relation.split(".")[1]
    return name.startswith("stg_scheme") or name == "val_schemes"


def listed(words: Iterable[str | None]) -> str:
    """SQL literals of the words, codes as some file spells them, in order."""
    return ", ".join("'" + word.replace("'", "''") + "'" for word in sorted(w for w in words if w))


def _is_scored(side: str) -> str:
    """SQL condition: one of the two schemes scores the indicator."""
    return f"(s.key, t.indicator) in (select l.key, i.indicator from {LAID} as l inner join {HOME}.staging.stg_scheme_indicators as i on i.submission_id = l.{side}_scheme)"


def _class_parts(scenario: Scenario, of) -> list[Part]:
    """Membership. Under the old scheme's weights a class must be one that it knows; a unit that moves alone moves into the old classes."""
    if scenario.classes == "before":
        return [of("before")]
    if scenario.only:
        gone = {scenario.only, scenario.pair.predecessor(scenario.only)}
        return [of("before", f" and t.unit_code not in ({listed(gone)})"), of("after", f" and t.unit_code in ({listed({scenario.only})})")]
    known = f"select l.key, c.class_id from {LAID} as l inner join {HOME}.staging.stg_scheme_classes as c on c.submission_id = l.before_scheme"
    return [of("after", f" and (s.key, t.class_id) in ({known})" if scenario.weights == "before" else "")]


def _nodes_judged_anew(columns: list[str], pair: Pair) -> str:
    """The old tree (which node hangs where), each node computed as the new scheme says; a node it does not have, as before."""
    own = ("submission_id", "provider_id", "ledger_seq", "period", "sheet", "row_no", "node", "parent")
    nodes = f"{HOME}.staging.stg_scheme_nodes"
    shown = ", ".join(f"old.{c}" if c in own else f"case when new.node is null then old.{c} else new.{c} end as {c}" for c in columns)
    settings = ", ".join(f"max({c}) as {c}" for c in columns if c not in own)
    return f"""(select {shown} from {nodes} as old left join (select node, {settings} from {nodes} where submission_id = '{pair.after_scheme}' group by node) as new
        on new.node = old.node where old.submission_id = '{pair.before_scheme}')"""


def _targets_anew(table: str, scenario: Scenario, units: str) -> list[Part]:
    """Year B's targets as if set for year A; of the indicators that only the old scheme scores, the old ones."""
    anew = [Part(table, f"t.period = s.after and {_is_scored('after')} and {units}", "s.before")]
    return anew + ([Part(table, f"t.period = s.before and not {_is_scored('after')} and {units}")] if scenario.weights == "before" else [])
