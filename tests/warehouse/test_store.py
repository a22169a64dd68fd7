"""The warehouse's file: a small home is planned for as such, and what dbt has compiled says of the marts what their declarations say."""

from __future__ import annotations

import duckdb
import pytest

from warehouse import compiled, contract, store
from warehouse.settings import PROJECT, Settings


@pytest.mark.parametrize(("n_cells", "threads", "left_out"), [(store.FEW_CELLS, 1, set(store.FOR_MANY_ROWS)), (store.FEW_CELLS + 1, store.THREADS, set())])
def test_statements_are_planned_for_the_size_of_the_home(n_cells, threads, left_out):
    con = duckdb.connect()
    store.fit_to_size(con, 0 if left_out == set() else store.FEW_CELLS + 1)  # whatever was set before
    store.fit_to_size(con, n_cells)
    ((found, passes),) = con.execute("select current_setting('threads'), current_setting('disabled_optimizers')").fetchall()
    assert found == threads and set(filter(None, passes.split(","))) == left_out


def test_the_passes_that_are_left_out_are_known_to_this_engine():
    known = {name for (name,) in duckdb.connect().execute("from duckdb_optimizers()").fetchall()}
    assert set(store.FOR_MANY_ROWS) <= known and not {"filter_pushdown", "join_order", "deliminator"} & set(store.FOR_MANY_ROWS)


def test_marts_as_compiled_are_the_marts_as_declared(tmp_path):
    found = contract.of_compiled(compiled.load(Settings(home=tmp_path)))
    assert len(found) > 30 and found == contract.marts(PROJECT)
