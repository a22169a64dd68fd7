"""Rows between Python and DuckDB.

Belongs here: one way from lists to a view that statements can read, one from a query to rows by column name, one to tell whether a table is as it was. Does not belong here: what the rows are.
Standing decision: as texts in numpy arrays, cast by the statement that reads them, and not by Arrow: the first Arrow array of a process imports
pandas, which costs a small night more than its rows (0.2 CPU s).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
import numpy as np


@contextmanager
def laid_out(con: duckdb.DuckDBPyConnection, view: str, columns: Mapping[str, Sequence[Any]]) -> Iterator[None]:
    """A view of the columns' values for as long as the block runs, every column a text, None as NULL."""
    con.execute("set pandas_analyze_sample = 0")  # take texts as texts, whatever the first thousand look like
    con.register(view, {name: _texts(values) for name, values in columns.items()})
    try:
        yield
    finally:
        con.unregister(view)


def as_dicts(con: duckdb.DuckDBPyConnection, query: str, *values, **named) -> list[dict]:
    """Rows of a query as dicts by column name; `values` stand for its question marks, or `named` for its named parameters."""
    answer = con.execute(query, named or list(values))
    names = [column[0] for column in answer.description]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def contents(tables: Iterable[str]) -> str:
    """SQL of (table_name, n_rows, content) of whole tables; equal rows in any order give equal content."""
    return " union all ".join(f"select '{name}' as table_name, count(*) as n_rows, cast(coalesce(sum(hash(t)), 0) as varchar) as content from {name} as t" for name in sorted(tables))


def _texts(values: Sequence[Any]) -> np.ndarray:
    found = np.empty(len(values), dtype=object)
    found[:] = [value if value is None or isinstance(value, str) else str(value) for value in values]
    return found
