"""Rounding and exact quotients, run through the macros as they stand, and the rounding rule on figures that are known from outside.

The macros are rendered by dbt and executed by DuckDB; methods are in test_vectors.py, the whole models in dbt unit tests
(dbt_project/models/scores/sco_indicator_scores.yml). Sources: 珠海市 2011, 四川省 2012, 2019, 2020 statistical bulletins (parts and totals).
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import duckdb
import nights
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations import cases, catalogue
from warehouse.compile import Dbt

MACROS = {
    "quotient": "{{ exact_div('n', 'd', 8) }}",
    "cents": "{{ half_up('x', 2) }}",
    "rounded": "{{ half_up_to('x', 'decimals') }}",
    "text": "{{ plain('x') }}",
    "band": "{{ impact_band('x') }}",
}


@pytest.fixture(scope="module")
def sql(tmp_path_factory) -> dict[str, str]:
    """Each macro as DuckDB SQL over columns of the names it was given, rendered in one go."""
    template = "select " + ", ".join(f"'<{name}>', {call}, '</{name}>'" for name, call in MACROS.items())
    folder = tmp_path_factory.mktemp("golden")
    (node,) = Dbt(nights.Settings(home=folder), folder).run(["compile", "--inline", template])
    text = node.compiled_code
    return {name: text.split(f"'<{name}>',")[1].rsplit(f", '</{name}>'")[0] for name in MACROS}


def run(sql: str, **columns) -> Decimal | str | None:
    """One value; numbers are decimals as the models have them."""
    given_as = ", ".join(f"cast({_literal(value)} as {'varchar' if name == 'direction' else 'integer' if name == 'decimals' else 'decimal(28, 8)'}) as {name}" for name, value in columns.items())
    return duckdb.sql(f"select {sql} from (select {given_as})").fetchall()[0][0]


def _literal(value) -> str:
    return "null" if value is None else f"'{value}'"


def published(value: Decimal) -> str:
    return f"{value:.2f}"


HALF_UP = {"89.995": "90.00", "89.985": "89.99", "0.005": "0.01", "-0.005": "-0.01", "1.005": "1.01", "2.675": "2.68", "89.99499999": "89.99"}


@pytest.mark.parametrize(("exact", "reported"), HALF_UP.items())
def test_half_up_never_bankers(sql, exact, reported):
    assert published(run(sql["cents"], x=exact)) == reported
    assert published(run(sql["rounded"], x=exact, decimals=2)) == reported


@pytest.mark.parametrize(("exact", "reported"), {"100.00000000": "100", "0.50000000": "0.5", "10": "10", "-2.50": "-2.5"}.items())
def test_numbers_in_sentences_have_no_trailing_zeros(sql, exact, reported):
    assert run(sql["text"], x=exact) == reported


@pytest.mark.parametrize(("permille", "band"), {"0": "轻微", "4.99999999": "轻微", "5": "一般", "9.99": "一般", "10": "较重", "20": "严重", "29.99": "严重", "30": "特别严重", None: None}.items())
def test_bands_of_impact_of_sichuan(sql, permille, band):
    """川 裁量办法: 差错影响度 in ‰, <5 轻微, 5-10 一般, 10-20 较重, 20-30 严重, >=30 特别严重."""
    assert run(sql["band"], x=permille) == band


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(-(10**15), 10**15), st.integers(-(10**15), 10**15).filter(bool))
def test_a_quotient_is_the_exact_one_rounded_once(sql, numerator, denominator):
    n, d = Fraction(numerator, 10**8), Fraction(denominator, 10**8)
    exact = n / d
    if abs(exact) >= 10**11:
        return
    whole = (2 * abs(exact) * 10**8 + 1) // 2
    expected = Decimal(int(whole) * (1 if exact >= 0 else -1)).scaleb(-8)
    assert run(sql["quotient"], n=Decimal(numerator).scaleb(-8), d=Decimal(denominator).scaleb(-8)) == expected


# -- rounding: parts and a total; the rule knows three shares of 100, so a total is carried into the third part

IDENTITY = next(family for family in catalogue.load() if family.family == "identity")
SHARES = ("primary_industry_share", "secondary_industry_share", "tertiary_industry_share")
ROUNDING_OK = [
    (("3297.2", "12587.8", "7964.8"), "23849.8"),
    (("37.70", "786.42", "579.11"), "1403.24"),
    (("29523.3", "7883.7", "7595.5", "2774.0", "822.4"), "48598.8"),
    (("4807.2", "17365.3", "24443.3"), "46615.8"),
    (("95.17", "2842.81", "1395.32"), "4333.30"),
]
ROUNDING_BAD = [(("37.70", "786.42", "579.11"), "1403.29")]


def _hits(parts: tuple[str, ...], total: str) -> list[dict]:
    first, second, *rest = map(Decimal, parts)
    third = sum(rest, Decimal(0)) - (Decimal(total) - 100)
    figures = [
        {"cell": f"{column}7", "unit_code": "1", "indicator": indicator, "value_text": f"{value:f}"}
        for column, indicator, value in zip("CDE", SHARES, (first, second, third), strict=True)
    ]
    return cases.hits(IDENTITY, {"figures": figures}, "ID01")


@pytest.mark.parametrize(("parts", "total"), ROUNDING_OK)
def test_honest_rounding_passes(parts, total):
    assert _hits(parts, total) == []


@pytest.mark.parametrize(("parts", "total"), ROUNDING_BAD)
def test_more_than_rounding_fails(parts, total):
    assert len(_hits(parts, total)) == 3


def test_the_restated_structure_of_sichuan_2019_sums_to_a_hundred_in_both_vintages():
    """First published 10.3 37.3 52.4, restated 10.4 37.1 52.5: two vintages, neither a violation."""
    assert _hits(("10.3", "37.3", "52.4"), "100") == _hits(("10.4", "37.1", "52.5"), "100") == []
