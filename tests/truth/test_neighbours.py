"""The neighbouring years that all relative rules share: found by year, not by row, whatever years are missing."""

from __future__ import annotations

import random

import duckdb
import pytest

from expectations import cases, catalogue, compiler


@pytest.mark.parametrize("steps", [-2, -1, 1, 2])
def test_a_neighbour_is_a_year_and_no_row(steps):
    rng = random.Random(steps)
    figures = [(unit, year, rng.randint(1, 99)) for unit in "abcdefgh" for year in range(2000, 2012) if rng.random() < 0.6]
    con = duckdb.connect()
    con.execute("create table figures (unit varchar, period integer, value integer)")
    con.executemany("insert into figures values (?, ?, ?)", figures)
    sql = cases.render(f"select unit, period, {{{{ of_year('value', {steps}) }}}} from figures window series as (partition by unit order by period)")
    known = {(unit, year): value for unit, year, value in figures}
    assert {(unit, year): value for unit, year, value in con.execute(sql).fetchall()} == {(unit, year): known.get((unit, year + steps)) for unit, year, _ in figures}


@pytest.mark.parametrize("family", catalogue.load(), ids=lambda family: family.family)
def test_hits_read_the_whole_relation_once(family):
    """Each rule has a branch of its own; were they to read everything, memory would grow with figures times rules."""
    assert compiler.hits_sql(family).count("from judged") == 1
