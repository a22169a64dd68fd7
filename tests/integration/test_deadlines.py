"""The ladder of a deadline follows the night's moment, and a night computes a period again when one of its deadlines takes a step."""

from __future__ import annotations

import datetime as dt

import nights

from zhunsheng import editions

STEPS = [("2024-10-20", "NOT_YET_DUE", None), ("2024-10-24T02:00", "WARNING", None), ("2024-11-01T02:00", "YELLOW", "YELLOW"), ("2024-11-05T02:00", "RED", "RED")]


def test_due_soon_yellow_red(reduced):
    settings = reduced.home()
    for provider, name, content in reduced.returns():
        if provider == "51-czt":
            nights.drop(settings, provider, name, content, "2020-01-01T10:00:00")
    driver = nights.Driver(settings)
    for moment, state, card in STEPS:
        driver.run(as_of=dt.datetime.fromisoformat(moment))
        query = "select state, card from provider_deadlines where provider_id = '51-czt' and period = ?"
        assert nights.query(editions.database(settings), query, 2023) == [(state, card)], moment
    assert nights.query(editions.database(settings), query, 2018) == [("LATE", "RED")]
