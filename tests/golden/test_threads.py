"""Scores do not depend on threads or on the order of rows: every table bit by bit, with all aggregations and what adds up reals."""

from __future__ import annotations

import random

import engine
import pytest

AGGREGATIONS = {"a": ("arithmetic", ""), "g": ("geometric", ""), "h": ("harmonic", ""), "p": ("power", "0.5"), "s": ("sum", ""), "x": ("product", ""), "m": ("median", "")}
METHODS = ("min_max", "z_score", "min_max", "efficacy_exponential", "min_max", "min_max", "percentile_rank")
PARAMETERS = """indicator,parameter,value
i1,sd_kind,population
i2,impute,mean
i4,best_mean_of,3
i5,treat,winsorise
i9,treat,clip_sd
i9,clip_low,2
i9,clip_high,2
i12,low_percentile,5
i12,high_percentile,95
sum,score_decimals,4
"""
INPUTS = "indicator,input,role,coefficient\nsum,i0,add,0.333\nsum,i7,add,0.7\nsum,i3,add,0.11\nsum,i6,divide,0.1\nsum,i13,divide,0.2\nsum,i1,multiply,0.3\nsum,i2,multiply,0.7\n"


@pytest.fixture(scope="module")
def scheme():
    leaves = [f"i{n},{list(AGGREGATIONS)[n % 7]},{(n * 7) % 5 + 1}.{n},{METHODS[n % 7]},{'+-'[n % 2]},1,100" for n in range(28)]
    nodes = [f"{node},index,{n + 1}.1,{kind},{exponent}" for n, (node, (kind, exponent)) in enumerate(AGGREGATIONS.items())]
    return engine.scheme(indicators="\n".join(["indicator,parent,weight,method,direction,base,full_marks", *leaves, "sum,a,1,min_max,+,1,100"]) + "\n",
                         nodes="\n".join(["node,parent,weight,aggregation,exponent", *nodes, "index,,,arithmetic,"]) + "\n", parameters=PARAMETERS, inputs=INPUTS)


def test_every_table_is_the_same_with_any_number_of_threads(scheme):
    dice = random.Random(3)
    figures = [(f"u{u}", f"i{i}", year, "" if dice.random() < 0.02 else f"{dice.lognormvariate(1, 1):.11f}") for year in (2020, 2021) for i in range(28) for u in range(60)]
    found = []
    for threads in (1, 4, 8):
        with engine.scored(scheme, figures, lambda con, n=threads: con.execute(f"set threads = {n}")) as con:
            tables = [name for (name,) in con.execute("select table_name from duckdb_tables() where schema_name = 'scores' order by 1").fetchall()]
            found.append({name: con.execute(f"select count(*), sum(cast(hash(t) as hugeint)) from scores.{name} as t").fetchall() for name in tables})
        dice.shuffle(figures)
    assert {name: rows for other in found[1:] for name, rows in other.items() if rows != found[0][name]} == {}
    assert found[0]["sco_nodes"][0][0] == 60 * 2 * 8


def test_without_its_table_no_tree_is_scored_and_nothing_composed(scheme):
    """meta.no_rows_without of sco_tree and sco_composed: everything else as it was, the tree and the inputs taken away."""
    figures = [(f"u{u}", f"i{i}", 2020, str(1 + u + i)) for i in range(28) for u in range(3)]
    with engine.scored(scheme, figures) as con:
        for relation, needed in (("scores.sco_tree", "staging.stg_scheme_nodes"), ("scores.sco_composed", "staging.stg_scheme_inputs")):
            node = engine.project().by_relation[relation]
            assert node.no_rows_without == (needed,) and con.execute(f"select count(*) from {relation}").fetchall()[0][0] > 0
            con.execute(f"delete from {needed}")
            assert con.execute(node.full).fetchall() == []
