"""Honest rounding never fails the identity of the three shares, whatever the parts and the number of decimals."""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from expectations import cases, catalogue

IDENTITY = next(family for family in catalogue.load() if family.family == "identity")
SHARES = ("primary_industry_share", "secondary_industry_share", "tertiary_industry_share")

parts = st.tuples(*[st.integers(1, 10**9)] * 3)
rows = st.lists(
    st.tuples(parts, st.integers(0, 3), st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN]), st.booleans()), min_size=1, max_size=60
)


def printed(value: Decimal, decimals: int, rounding: str, as_spreadsheet: bool) -> str:
    text = f"{value.quantize(Decimal(1).scaleb(-decimals), rounding=rounding):f}"
    return text.rstrip("0").rstrip(".") or "0" if as_spreadsheet and "." in text else text


@settings(max_examples=20, deadline=None)
@given(rows)
def test_honestly_rounded_shares_pass(table):
    figures = []
    for number, (values, decimals, rounding, as_spreadsheet) in enumerate(table):
        for column, (indicator, value) in enumerate(zip(SHARES, values, strict=True)):
            text = printed(Decimal(value) * 100 / sum(values), decimals, rounding, as_spreadsheet)
            figures.append({"cell": f"{'CDE'[column]}{7 + number}", "unit_code": str(number), "indicator": indicator, "value_text": text})
    assert cases.hits(IDENTITY, {"figures": figures}, "ID01") == []
