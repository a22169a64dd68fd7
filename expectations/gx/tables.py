"""Expectations of our own on tables of the warehouse, and their metrics in SQL.

Belongs here: one class an expectation, one a metric. Does not belong here: which of them are asked (rule_suites.py, tables.yml).
Standing decisions: a relation is read once, whatever is asked of it (metrics are shared, aggregates bundled); a kept count is never believed, it is compared.
"""

from __future__ import annotations

from typing import ClassVar

import sqlalchemy as sa
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.core.metric_function_types import MetricPartialFunctionTypes
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import metric_partial, metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider

from expectations.sentences import quote
from sources.rows import contents

OUTCOMES = ("PASS", "FAIL", "NOT_APPLICABLE", "TOO_FEW_POINTS", "NOT_RUN")
KEY = ("submission_id", "unit_code", "indicator", "period", "sheet", "row_no", "col_no")
SHOWN = 5


class RulesJudged(TableMetricProvider):
    """Every row of a family's relation beside what the night has recorded, in one statement.

    {"counts": {rule code: {period: [rows of each outcome]}}, "n": violations that rules and records do not share (lost, doubled, foreign, of another
    version or severity), "examples": some of them}
    """

    metric_name = "rules.judged"
    value_keys = ("rules", "by")

    @metric_value(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(cls, execution_engine, metric_domain_kwargs, metric_value_kwargs, metrics, runtime_configuration):
        rules = metric_value_kwargs["rules"]
        counts: dict[str, dict[int, list[int]]] = {rule["code"]: {} for rule in rules}
        examples, n = [], 0
        for kind, code, at, outcomes, rows in _rows(execution_engine, _judging(rules, _batch(execution_engine, metric_domain_kwargs), metric_value_kwargs["by"])):
            if kind == "row":
                n, examples = n + 1, [*examples[:SHOWN - 1], f"{code} {rows:+d}: {at}"]
                continue
            for rule, outcome in zip(rules, outcomes, strict=True):
                if outcome is not None:
                    counts[rule["code"]].setdefault(int(at), [0] * len(OUTCOMES))[OUTCOMES.index(outcome)] += rows
        return {"counts": counts, "n": n, "examples": examples}


def _judging(rules: list[dict], batch: str, by: str) -> str:
    """One scan of the relation: rows alike counted together, and failing rows against the recorded ones."""
    key, codes = ", ".join(KEY), ", ".join(quote(rule["code"]) for rule in rules)
    outcomes = ",\n".join(f"({rule['outcome']}) as o{n}" for n, rule in enumerate(rules))
    listed = ", ".join(f"o{n}" for n in range(len(rules)))
    violated = ", ".join(f"case when o{n} = 'FAIL' then struct_pack(rule_code := {quote(r['code'])}, rule_version := {r['version']}, severity := {quote(r['severity'])}) end" for n, r in enumerate(rules))
    return f"""
        with judged as materialized (select {key}, {outcomes}, coalesce({by}, 0) as counted_by from {batch}),
        both_sides as (
          select {key}, unnest(list_filter([{violated}], lambda v: v is not null), recursive := true), 1 as n
          from judged where {" or ".join(f"o{n} = 'FAIL'" for n in range(len(rules)))}
          union all
          select {key}, rule_code, rule_version, severity, -1 from validated.val_hits where rule_code in ({codes}) and period in (from raw.changed_period))
        select 'count' as kind, null as rule_code, cast(counted_by as varchar) as at, [{listed}] as outcomes, count(*) as n from judged group by counted_by, {listed}
        union all
        select 'row', rule_code, concat_ws(' ', {key}), null, sum(n) from both_sides group by rule_code, rule_version, severity, {key} having sum(n) <> 0"""


class RowsWhere(TableMetricProvider):
    """How many rows meet a condition."""

    metric_name = "rows.where"
    value_keys = ("condition",)

    @metric_partial(engine=SqlAlchemyExecutionEngine, partial_fn_type=MetricPartialFunctionTypes.AGGREGATE_FN, domain_type=MetricDomainTypes.TABLE)
    def _sqlalchemy(cls, execution_engine, metric_domain_kwargs, metric_value_kwargs, metrics, runtime_configuration):
        return sa.literal_column(f"count(*) filter (where {metric_value_kwargs['condition']})"), metric_domain_kwargs, {}


class RepeatedKeys(TableMetricProvider):
    """How many rows repeat the key of another."""

    metric_name = "rows.repeated_keys"
    value_keys = ("key",)

    @metric_value(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(cls, execution_engine, metric_domain_kwargs, metric_value_kwargs, metrics, runtime_configuration):
        key = ", ".join(metric_value_kwargs["key"])
        return _rows(execution_engine, f"select coalesce(sum(n - 1), 0) from (select count(*) as n from {_batch(execution_engine, metric_domain_kwargs)} group by {key})")[0][0]


class QueryFound(TableMetricProvider):
    """What a query finds: {n, examples}."""

    metric_name = "query.found"
    value_keys = ("query",)

    @metric_value(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(cls, execution_engine, metric_domain_kwargs, metric_value_kwargs, metrics, runtime_configuration):
        rows = _rows(execution_engine, f"select count(*) over (), found.* from ({metric_value_kwargs['query']}) as found limit {SHOWN}")
        return {"n": rows[0][0] if rows else 0, "examples": [" ".join(map(str, row[1:])) for row in rows]}


class NotedContents(TableMetricProvider):
    """Tables that are not, or no longer, what a list of (table_name, n_rows, content) notes of them."""

    metric_name = "tables.differing"
    value_keys = ("tables",)

    @metric_value(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(cls, execution_engine, metric_domain_kwargs, metric_value_kwargs, metrics, runtime_configuration):
        listed = _rows(execution_engine, f"select table_name, n_rows, content from {_batch(execution_engine, metric_domain_kwargs)}")
        noted = {name: (int(n), int(content)) for name, n, content in listed if name in (metric_value_kwargs["tables"] or (name,))}
        found = {name: (int(n), int(content)) for name, n, content in _rows(execution_engine, contents(noted))} if noted else {}
        return sorted(name for name, content in noted.items() if found[name] != content)


class RecordedCounts(TableMetricProvider):
    """{rule code: {period: [rows of each outcome]}} as the night's summary has them."""

    metric_name = "records.counts"
    value_keys = ("rules",)

    @metric_value(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(cls, execution_engine, metric_domain_kwargs, metric_value_kwargs, metrics, runtime_configuration):
        codes = ", ".join(quote(r["code"]) for r in metric_value_kwargs["rules"])
        found: dict[str, dict[int, list[int]]] = {}
        for code, period, *counts in _rows(execution_engine, f"""
                select rule_code, period, n_checked - n_violations, n_violations, n_not_applicable, n_too_few, n_not_run from validated.val_rule_summary
                where rule_code in ({codes}) and period in (from raw.changed_period)"""):
            if any(counts):  # a rule that speaks about no row of a period has counted nothing
                found.setdefault(code, {})[period] = list(map(int, counts))
        return found


def _batch(engine: SqlAlchemyExecutionEngine, domain: dict) -> str:
    """The batch's table as SQL names it."""
    selectable, _, _ = engine.get_compute_domain(domain, MetricDomainTypes.TABLE)
    text = str(selectable)
    return f"({text}) as batch" if text.lstrip().upper().startswith("SELECT") else text


def _rows(engine: SqlAlchemyExecutionEngine, query: str) -> list:
    return engine.execute_query(sa.select(sa.literal_column("*")).select_from(sa.text(f"({query}) as found"))).fetchall()


class ExpectRulesToHold(BatchExpectation):
    """Expect no row of a family's relation to break a rule, and every row that a rule speaks about to be decided.

    `rules` are mappings with code, version, severity and `outcome`: SQL that gives PASS, FAIL, NOT_APPLICABLE, TOO_FEW_POINTS, NOT_RUN or, where the
    rule does not speak about the row, NULL. The result holds `counts`: {rule code: {period, or another whole number that the rows are counted `by`: rows of each outcome}}.
    """

    rules: list[dict]
    by: str = "period"
    metric_dependencies: ClassVar[tuple[str, ...]] = ("rules.judged",)
    success_keys: ClassVar[tuple[str, ...]] = ("rules", "by")

    def _validate(self, metrics, runtime_configuration=None, execution_engine=None):
        counts = metrics["rules.judged"]["counts"]
        broken = sum(row[1] for periods in counts.values() for row in periods.values())
        undecided = sum(row[4] for periods in counts.values() for row in periods.values())
        return {"success": broken == undecided == 0, "result": {"observed_value": broken, "undecided": undecided, "counts": counts}}


class ExpectRecordsToAgree(BatchExpectation):
    """Expect the recorded violations to be those of the rules, row by row, and the recorded counts to be those of every rule and period."""

    rules: list[dict]
    by: str = "period"
    metric_dependencies: ClassVar[tuple[str, ...]] = ("rules.judged", "records.counts")
    success_keys: ClassVar[tuple[str, ...]] = ("rules", "by")

    def _validate(self, metrics, runtime_configuration=None, execution_engine=None):
        judged, recorded = metrics["rules.judged"], metrics["records.counts"]
        n, examples = judged["n"], list(judged["examples"])
        for code, counts in judged["counts"].items():
            kept = recorded.get(code, {})
            differing = sorted(p for p in counts.keys() | kept.keys() if counts.get(p) != kept.get(p))
            n += len(differing)
            examples += [f"{code} {p}: 计数 / counts {kept.get(p, '—')} ≠ {counts.get(p, '—')}" for p in differing[:1]]
        return {"success": n == 0, "result": {"observed_value": n, "examples": examples[:3 * SHOWN]}}


class ExpectNoRowWhere(BatchExpectation):
    """Expect no row of the table to meet a condition in SQL."""

    condition: str
    metric_dependencies: ClassVar[tuple[str, ...]] = ("rows.where",)
    success_keys: ClassVar[tuple[str, ...]] = ("condition",)

    def _validate(self, metrics, runtime_configuration=None, execution_engine=None):
        return {"success": metrics["rows.where"] == 0, "result": {"observed_value": metrics["rows.where"]}}


class ExpectNoRepeatedKey(BatchExpectation):
    """Expect no two rows of the table to share a key; columns may be empty."""

    key: list[str]
    metric_dependencies: ClassVar[tuple[str, ...]] = ("rows.repeated_keys",)
    success_keys: ClassVar[tuple[str, ...]] = ("key",)

    def _validate(self, metrics, runtime_configuration=None, execution_engine=None):
        return {"success": metrics["rows.repeated_keys"] == 0, "result": {"observed_value": int(metrics["rows.repeated_keys"])}}


class ExpectQueryToFindNothing(BatchExpectation):
    """Expect a query beside the table to find no row."""

    query: str
    metric_dependencies: ClassVar[tuple[str, ...]] = ("query.found",)
    success_keys: ClassVar[tuple[str, ...]] = ("query",)

    def _validate(self, metrics, runtime_configuration=None, execution_engine=None):
        found = metrics["query.found"]
        return {"success": found["n"] == 0, "result": {"observed_value": found["n"], "examples": found["examples"]}}


class ExpectTablesToBeAsNoted(BatchExpectation):
    """Expect every table that the list names (or those given of it) to have the rows that were noted of it, and the list to name some."""

    tables: list[str] = []  # noqa: RUF012  (a field of the model)
    metric_dependencies: ClassVar[tuple[str, ...]] = ("tables.differing", "table.row_count")
    success_keys: ClassVar[tuple[str, ...]] = ("tables",)

    def _validate(self, metrics, runtime_configuration=None, execution_engine=None):
        differing = metrics["tables.differing"]
        return {"success": not differing and metrics["table.row_count"] > 0, "result": {"observed_value": len(differing), "examples": differing[:SHOWN]}}


class ExpectTableToBeFilled(BatchExpectation):
    """Expect the table to hold rows wherever the query `when` counts some."""

    when: str
    metric_dependencies: ClassVar[tuple[str, ...]] = ("table.row_count", "query.found")
    success_keys: ClassVar[tuple[str, ...]] = ("when",)

    def get_validation_dependencies(self, execution_engine=None, runtime_configuration=None):
        from great_expectations.validator.metric_configuration import MetricConfiguration

        needed = super().get_validation_dependencies(execution_engine=execution_engine, runtime_configuration=runtime_configuration)
        needed.set_metric_configuration("query.found", MetricConfiguration("query.found", {"batch_id": self.batch_id} if self.batch_id else {}, {"query": self.when}))
        return needed

    def _validate(self, metrics, runtime_configuration=None, execution_engine=None):
        rows, needed = metrics["table.row_count"], int((metrics["query.found"]["examples"] or ["0"])[0])
        return {"success": rows > 0 or needed == 0, "result": {"observed_value": rows, "needed_by": needed}}
