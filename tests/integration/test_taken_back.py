"""A return that is taken back: A, then B, then A again. The last one is in force, with its row among the returns and in the ledger, and a slip."""

from __future__ import annotations

import nights
import pytest

from warehouse import editions

PROVIDER = "51-czt"


@pytest.fixture(scope="module")
def taken_back(reduced):
    """Two nights after a first one: a correction, and the first workbook again, under its own name, later."""
    settings = reduced.home()
    (name, first), *_ = [(name, content) for provider, name, content in reduced.returns() if provider == PROVIDER]
    nights.drop(settings, PROVIDER, name, first, "2023-10-20T10:00:00")
    driver = nights.Driver(settings)
    driver.run()
    source = next(path for path in (nights.SAMPLE / PROVIDER).iterdir() if path.read_bytes() == first)
    nights.drop(settings, PROVIDER, "更正.xlsx", nights.corrected(source, {"C8": 1}), "2023-10-21T10:00:00")
    driver.run()
    nights.drop(settings, PROVIDER, name, first, "2023-10-22T10:00:00")
    driver.run()
    return settings


def test_the_last_one_is_in_force(taken_back):
    database = editions.database(taken_back)
    shown = nights.query(database, "select version_no, is_in_force, received_at::date::varchar from returns where provider_id = ? order by version_no", PROVIDER)
    assert shown == [(1, False, "2023-10-20"), (2, False, "2023-10-21"), (3, True, "2023-10-22")]
    ledger = nights.query(database, "select submission_id, is_in_force, replaces is null from ledger where provider_id = ? order by ledger_seq", PROVIDER)
    assert len({row[0] for row in ledger}) == 3 and [row[1:] for row in ledger] == [(False, True), (False, False), (True, False)]
    assert len(list((taken_back.home / "slips" / PROVIDER).glob(f"*{ledger[2][0]}*.html"))) == 1
