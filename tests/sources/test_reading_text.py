"""Text of cells and headers: laws of the small functions everything stands on."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.findings import CATALOGUE_FILES, catalogue
from sources.reading.identity import year_of
from sources.text import address, cell_text, column_letters, column_number, display_name, header_key, number_text, percent_text


@pytest.mark.parametrize("value, shown", [(106.0, "106"), (8.7100000000000009, "8.71"), (0.1 + 0.2, "0.3"), (1e20, "100000000000000000000"),
                                          (1.5e-7, "0.00000015"), (-0.5, "-0.5"), (7, "7"), (123456789012345.0, "123456789012345")])
def test_numbers_are_shown_as_stored(value, shown: str) -> None:
    """No .0, no binary noise, no exponent."""
    assert number_text(value) == shown


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-10**9, max_value=10**9, places=4))
def test_a_printed_decimal_survives_the_workbook(value: Decimal) -> None:
    """A decimal of up to 15 digits stored as a double comes back as the same number."""
    assert Decimal(number_text(float(value))) == value and Decimal(percent_text(float(value))[:-1]) == value * 100


@given(st.integers(1, 20_000))
def test_column_letters_and_numbers_are_inverse(number: int) -> None:
    """Letters to number and back."""
    assert column_number(column_letters(number)) == number and address(7, number) == column_letters(number) + "7"


@given(st.text())
def test_shown_names_are_safe_and_stable(name: str) -> None:
    """No control or direction character is left, and showing twice changes nothing."""
    shown = display_name(name)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e]", shown) and display_name(shown) == shown and len(shown) <= 255


@pytest.mark.parametrize("one, other", [("地区生产总值（当年价格）", "地区 生产总值(当年价格)"), ("Unit  Code", "unit code"), ("ＧＤＰ", "GDP"), ("[万元]", "（万元）")])
def test_headers_compare_by_what_people_see(one: str, other: str) -> None:
    """Blanks, width, case and kind of bracket do not matter."""
    assert header_key(one) == header_key(other)


@pytest.mark.parametrize("text, year", [("2018", 2018), ("2018年度", 2018), ("２０１８年", 2018), ("二〇一八年", 2018), ("2018-12-31", 2018), ("2018年1-12月", 2018),
                                        ("2018-2019", None), ("去年", None), ("12018", None), ("2018.0", 2018)])
def test_years(text: str, year: int | None) -> None:
    """One year, however it is written; several are none."""
    assert year_of(text) == year


@pytest.mark.parametrize("value, text", [(None, None), ("", None), ("  ", None), ("\u3000", None), (True, "TRUE"), (0, "0"), (" 1 ", " 1 "), (Decimal("1.50"), "1.50")])
def test_cells_as_text(value, text) -> None:
    """Blank is None, everything else is kept."""
    assert cell_text(value) == text


def test_the_catalogue_of_findings_is_sound() -> None:
    """Codes are unique, severities known, every text there, and no name is unused."""
    kinds = list(catalogue().values())
    assert len({k.code for k in kinds}) == len(kinds) and {k.severity for k in kinds} <= {"E", "W", "I"}
    assert all(all(vars(k).values()) for k in kinds)
    sources = "".join(p.read_text(encoding="utf-8") for p in CATALOGUE_FILES[0].parent.rglob("*.py"))
    assert [k.name for k in kinds if f'"{k.name}"' not in sources] == []
