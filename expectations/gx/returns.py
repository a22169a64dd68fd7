"""Expectations of our own on the rows of returns, and their metrics on frames.

Belongs here: one class an expectation, one a metric. Does not belong here: which of them are asked (form_suites.py, forms/*.yml). Standing decisions:
an expectation looks at whole columns, exact decimals, and names every row that fails, by its place; a missing column raises.
"""

from __future__ import annotations

import decimal
import json
from typing import ClassVar, Optional

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider

from expectations import expressions

PLACE = ("submission_id", "period", "sheet", "row_no", "col_no", "indicator")
SILENT, PASS, FAIL, NOT_APPLICABLE, TOO_FEW, NOT_RUN = range(-1, 5)  # as in tables.OUTCOMES; silent: the rule does not speak about the row
MONEY = pa.decimal128(28, 8)


def _frame(engine: PandasExecutionEngine, domain: dict) -> pd.DataFrame:
    return engine.get_compute_domain(domain, MetricDomainTypes.TABLE)[0]


def column(frame: pd.DataFrame, name: str) -> pa.Array:
    """A column of a frame as Arrow has it; binary numbers as decimals of 8 digits. Raises KeyError where there is none."""
    if name not in frame.columns:
        raise KeyError(f"没有这一列 / no such column: {name}")
    found = pa.array(frame[name], from_pandas=True)
    found = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
    if isinstance(found.type, pa.DictionaryType):
        found = found.dictionary_decode()
    return found.cast(MONEY, safe=False) if pa.types.is_floating(found.type) else found


def _mask(text: str, frame: pd.DataFrame, of_unknown: bool) -> np.ndarray:
    """A condition as booleans, `of_unknown` where nothing is known."""
    if text in ("True", "False"):
        return np.full(len(frame), text == "True")
    found = expressions.evaluate(text, lambda name: column(frame, name), len(frame))
    return pc.fill_null(found, of_unknown).to_numpy(zero_copy_only=False).astype(bool)


class RowOutcomes(TableMetricProvider):
    """The outcome of a condition for each row."""

    metric_name = "returns.satisfying"
    value_keys = ("holds", "applies", "not_applicable", "too_few")

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(cls, execution_engine, metric_domain_kwargs, metric_value_kwargs, metrics, runtime_configuration):
        frame, said = _frame(execution_engine, metric_domain_kwargs), metric_value_kwargs
        held, broken = _mask(said["holds"], frame, False), ~_mask(said["holds"], frame, True)
        outcome = np.select([~_mask(said["applies"], frame, False), _mask(said["not_applicable"], frame, False), _mask(said["too_few"], frame, False), held, broken],
                            [SILENT, NOT_APPLICABLE, TOO_FEW, PASS, FAIL], NOT_RUN)
        return _judged(frame, outcome)


class BoundOutcomes(TableMetricProvider):
    """The outcome of bounds for each row; a bound itself is allowed."""

    metric_name = "returns.within_bounds"
    value_keys = ("column", "by", "bounds", "possible", "applies")

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(cls, execution_engine, metric_domain_kwargs, metric_value_kwargs, metrics, runtime_configuration):
        frame, said = _frame(execution_engine, metric_domain_kwargs), metric_value_kwargs
        outside, bounded = _outside(frame, said["column"], said["by"], said["bounds"])
        impossible = _outside(frame, said["column"], said["by"], said["possible"])[0] if said.get("possible") else np.zeros(len(frame), bool)
        unknown = pc.is_null(column(frame, said["column"])).to_numpy(zero_copy_only=False)
        outcome = np.select([~_mask(said["applies"], frame, False), unknown | ~bounded | impossible, outside], [SILENT, NOT_APPLICABLE, FAIL], PASS)
        return _judged(frame, outcome)


def _outside(frame: pd.DataFrame, name: str, by: str, bounds: dict) -> tuple[np.ndarray, np.ndarray]:
    """Rows outside the bounds of what they are about, and rows about something that has bounds."""
    value, about = column(frame, name), column(frame, by)
    listed = pa.array(list(bounds), about.type)
    number = pc.index_in(about, value_set=listed)
    limit = [pa.array([None if pair[side] is None else decimal.Decimal(pair[side]) for pair in bounds.values()], MONEY) for side in (0, 1)]
    below, above = pc.less(value, limit[0].take(number)), pc.greater(value, limit[1].take(number))
    return pc.or_(pc.fill_null(below, False), pc.fill_null(above, False)).to_numpy(zero_copy_only=False), pc.is_valid(number).to_numpy(zero_copy_only=False)


def _judged(frame: pd.DataFrame, outcome: np.ndarray) -> dict:
    """The rows that fail, by their place, and how many rows of each submission and period came out how (as one text: GX copies every number otherwise)."""
    return {"places": _places(frame, np.flatnonzero(outcome == FAIL)), "counts": json.dumps(_counts(frame, outcome)),
            "sums": [int((outcome == code).sum()) for code in range(PASS, NOT_RUN + 1)]}


def _places(frame: pd.DataFrame, rows: np.ndarray) -> list[dict]:
    at = pa.array(rows)
    return pa.table({name: column(frame, name).take(at) for name in PLACE if name in frame.columns}).to_pylist()


def _counts(frame: pd.DataFrame, outcome: np.ndarray) -> list[list]:
    """[submission, period, outcome, rows]"""
    spoken = pa.table({"submission_id": column(frame, "submission_id"), "period": column(frame, "period"), "outcome": outcome.astype("int8")}).filter(pa.array(outcome != SILENT))
    grouped = spoken.group_by(["submission_id", "period", "outcome"]).aggregate([([], "count_all")])
    return [[row["submission_id"], row["period"], row["outcome"], row["count_all"]] for row in grouped.to_pylist()]


def _result(judged: dict, looked_at: int | None) -> dict:
    """In GX's own keys. Raises where rows are missing that should have been looked at."""
    seen = sum(judged["sums"])
    if looked_at is not None and looked_at != seen:
        raise ValueError(f"应核 {looked_at} 行，实核 {seen} 行 / looked at {seen} rows of {looked_at}")
    n, undecided = judged["sums"][FAIL], judged["sums"][NOT_RUN]
    return {"success": n == undecided == 0,
            "result": {"element_count": seen, "unexpected_count": n, "undecided": undecided, "unexpected_index_list": judged["places"], "counts": judged["counts"]}}


class ExpectRowsToSatisfy(BatchExpectation):
    """Expect every row to satisfy a condition of the row language (expressions.py), exactly.

    `applies` says which rows it speaks about, `not_applicable` and `too_few` which of them it cannot judge. A row of which too little is known to decide
    is undecided, and that is a fault: say so in `too_few`.
    """

    holds: str
    applies: str = "True"
    not_applicable: str = "False"
    too_few: str = "False"
    looked_at: Optional[int] = None
    metric_dependencies: ClassVar[tuple[str, ...]] = ("returns.satisfying",)
    success_keys: ClassVar[tuple[str, ...]] = ("holds", "applies", "not_applicable", "too_few", "looked_at")

    def _validate(self, metrics, runtime_configuration=None, execution_engine=None):
        return _result(metrics["returns.satisfying"], self.looked_at)


class ExpectValuesWithinBounds(BatchExpectation):
    """Expect the values of a column to lie within the bounds of what they are about (column `by`): {name: [low, high]}, either of which may be null.

    Where `possible` bounds are given, a value outside of these is not judged once more.
    """

    column: str
    by: str
    bounds: dict
    possible: Optional[dict] = None
    applies: str = "True"
    looked_at: Optional[int] = None
    metric_dependencies: ClassVar[tuple[str, ...]] = ("returns.within_bounds",)
    success_keys: ClassVar[tuple[str, ...]] = ("column", "by", "bounds", "possible", "applies", "looked_at")

    def _validate(self, metrics, runtime_configuration=None, execution_engine=None):
        return _result(metrics["returns.within_bounds"], self.looked_at)


