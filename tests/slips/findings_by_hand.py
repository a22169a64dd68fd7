"""A finding made by hand: every text of it hostile."""

from __future__ import annotations

from decimal import Decimal

HOSTILE = "<script>alert(1)</script>\"'&=cmd|' /C calc'!A0"


def finding(**more) -> dict:
    """A finding of which everything that comes from outside is hostile."""
    return {
        "rule_code": "RG01", "rule_version": 1, "severity": "E", "provider_id": "51-czt", "submission_id": "S1", "unit_code": "510100", "indicator": "fiscal_revenue",
        "period": 2019, "sheet": "财政", "row_no": 7, "col_no": 3, "cell": "C7", "seen": HOSTILE, "expected": HOSTILE, "expected_en": HOSTILE, "expected_low": Decimal(1), "expected_high": Decimal(9),
        "baseline_n": 2, "why_zh": HOSTILE, "why_en": HOSTILE, "mend_zh": HOSTILE, "mend_en": HOSTILE, "standing": None, "withheld": False,
    } | more  # fmt: skip
