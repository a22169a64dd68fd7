"""Weights on published and computed vectors, and the sum of exactly 100."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemes import weights


def test_ahp_vector():
    found = weights.ahp([[1, 3, 5], [1 / 3, 1, 2], [1 / 5, 1 / 2, 1]])
    assert [round(w, 4) for w in found.weights] == [0.6483, 0.2297, 0.1220]
    assert (round(found.eigenvalue, 4), round(found.ratio, 4), found.is_consistent) == (3.0037, 0.0032, True)


def test_ahp_refuses_a_circle():
    found = weights.ahp([[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]])
    assert (round(found.ratio, 2), found.is_consistent) == (6.13, False)


def test_ahp_of_two_is_always_consistent_and_a_crooked_matrix_is_none():
    assert weights.ahp([[1, 4], [0.25, 1]]).ratio == 0
    with pytest.raises(weights.WeightError, match="reciprocal"):
        weights.ahp([[1, 4], [4, 1]])


def test_entropy_vector():
    e, w = weights.entropy([[0.2, 0.5, 1.0], [0.6, 0.5, 0.0], [1.0, 0.5, 0.5], [0.0, 0.5, 0.2]])
    assert [round(x, 4) for x in e] == [0.6758, 1.0, 0.6664]
    assert [round(x, 4) for x in w] == [0.4928, 0.0, 0.5072]


def test_entropy_of_constants_is_equal_weights():
    assert weights.entropy([[1, 2], [1, 2]])[1] == (0.5, 0.5)


def test_delphi_keeps_every_round():
    reported, last, agreed = weights.delphi([[[50, 50], [70, 30]], [[60, 40], [62, 38]]])
    assert (reported[0].mean, [round(x, 2) for x in last], agreed) == ((60, 40), [0.61, 0.39], True)


def test_thirds_add_up():
    assert weights.to_hundred([1, 1, 1]) == (Decimal("33.34"), Decimal("33.33"), Decimal("33.33"))


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40).filter(lambda w: sum(w) > 1e-6), st.integers(0, 4))
def test_the_sum_is_exactly_100_and_nobody_is_off_by_a_unit(given_weights, decimals):
    found = weights.to_hundred(given_weights, decimals)
    assert sum(found) == 100
    total = sum(map(Decimal, map(str, given_weights)))
    assert all(abs(f - Decimal(str(w)) * 100 / total) < Decimal(1).scaleb(-decimals) for f, w in zip(found, given_weights))
