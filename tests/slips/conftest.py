"""Declarations, and a return with findings made by hand: every text of it hostile."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from findings_by_hand import HOSTILE, finding

from slips import evidence
from sources.declare import declarations
from warehouse.settings import PROJECT


@pytest.fixture(scope="session")
def known():
    return declarations.load(PROJECT)


@pytest.fixture
def slip(known) -> evidence.Slip:
    sent = {
        "submission_id": "S1", "provider_id": "51-czt", "form_id": "finance_annual", "period": 2019, "file_name": HOSTILE, "received_at": dt.datetime(2020, 10, 1, 9), "due_at": None,
        "is_late": False, "version_no": 2, "replaces": "S0", "return_status": "PARTLY_ACCEPTED", "is_in_force": True, "n_cells": 4, "n_filled": 3, "n_must_fix": 1,
        "n_must_explain": 0, "n_hints": 0, "why_zh": HOSTILE, "why_en": HOSTILE,
    }  # fmt: skip
    figures = [{"unit_code": "510100", "indicator": "fiscal_revenue", "period": year, "value": Decimal(year), "status": "ACCEPTED"} for year in (2018, 2019, 2020, 2023)]
    rules = {"RG01": {"rule_code": "RG01", "title_zh": HOSTILE, "formula_zh": HOSTILE, "title_en": HOSTILE, "formula_en": HOSTILE, "shown_per": "cell"}}
    mine, earlier = [finding(), finding(unit_code="510300", cell="C8", row_no=8)], [finding(), finding(rule_code="UN01", cell="D9")]
    fixed = evidence.compare(mine, earlier)
    return evidence.compose(known, sent, mine, rules, figures, fixed=fixed, compared_with=sent | {"version_no": 1}, notes=[HOSTILE])
