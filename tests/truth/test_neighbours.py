"""The neighbouring years that all relative rules share: found by year, not by row, whatever years are missing."""

from __future__ import annotations

import random
from collections import defaultdict
from statistics import median

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


@pytest.mark.parametrize(("sizes", "seed"), [((9, 12), 1), ((9, 3, 2), 2), ((3, 4), 3), ((2, 1), 4)], ids=["large", "a large and two small", "small", "too few in all"])
def test_a_small_province_is_judged_by_all_and_a_large_one_by_itself(sizes, seed):
    rng = random.Random(seed)
    changes = [(f"p{n}", year, rng.choice([-1, 1]) * rng.random()) for year in (2020, 2021) for n, size in enumerate(sizes) for _ in range(size)]
    con = duckdb.connect()
    con.execute("create table changes (province_code varchar, period integer, change double)")
    con.executemany("insert into changes values (?, ?, ?)", changes)
    found = con.execute(cases.render("{{ common_change('changes', ['period'], 5) }}")).fetchall()
    expected = _common(changes, 5)
    assert {row[:2] for row in found} == set(expected) and len(found) == len(expected)
    for province, year, *figures in found:
        assert figures == pytest.approx(expected[province, year])


def _common(changes: list[tuple], least: int) -> dict[tuple, list]:
    """The same in plain words: (province, year) to number of peers, median and 1.4826 MAD."""
    own, everywhere, out = defaultdict(list), defaultdict(list), {}
    for province, year, change in changes:
        own[province, year].append(change)
        everywhere[year].append(change)
    for (province, year), values in own.items():
        among = values if len(values) >= least else everywhere[year]
        enough = len(among) >= least
        out[province, year] = [len(among), median(among) if enough else None, 1.4826 * median(abs(x - median(among)) for x in among) if enough else None]
    return out


@pytest.mark.parametrize("family", [f for f in catalogue.load() if not f.at_door], ids=lambda family: family.family)
def test_the_relation_is_read_once(family):
    """Each rule has a branch of its own; were they to read everything, memory would grow with figures times rules."""
    relation, judged = f"ref('val_tested_{family.family}')", f"ref('val_judged_{family.family}')"
    assert compiler.judged_sql(family).count(relation) == 1
    assert (compiler.hits_sql(family).count(judged), compiler.summary_sql([family]).count(judged)) == (1, 1)
    assert relation not in compiler.hits_sql(family)
