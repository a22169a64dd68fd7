"""A finding answered in the workbook sent back: corrected, explained, asked to be exempted, all in the next night."""

from __future__ import annotations

import io

import nights
import openpyxl
import pytest

from slips import evidence, workbook
from sources.landing import Landing
from zhunsheng import editions, night


@pytest.fixture(scope="module")
def answered(reduced):
    """A home whose finance bureau answered three findings; with the answering workbook's first corrected cell."""
    settings = reduced.home()
    wrong = nights.corrected(nights.sample_file("51-tjj", "2019"), {"F7": "41.13", "C8": "=1+1"})
    for provider, name, content in reduced.returns():
        content = wrong if provider == "51-tjj" and "2019" in name else content
        nights.drop(settings, provider, name, content, "2024-01-01T10:00:00")
    nights.Driver(settings).run()
    known = night.declared(settings)
    with evidence.Evidence(editions.database(settings), known) as opened:
        (slip,) = [s for s in opened.slips() if s.sent["provider_id"] == "51-tjj" and s.sent["period"] == 2019]
    landing = Landing(settings.landing)
    original = landing.read(next(e["sha256"] for e in landing.ledger.entries() if e["submission_id"] == slip.sent["submission_id"]))
    book = openpyxl.load_workbook(io.BytesIO(workbook.annotate(original, slip.findings, slip.rules, slip.sent["submission_id"], known.forms["answers"])))
    sheet = book["答复 Answers"]
    rows = {(sheet.cell(r, 2).value, sheet.cell(r, 4).value): r for r in range(5, sheet.max_row + 1)}
    assert len(rows) >= 2, rows
    (_, first), (_, second) = list(rows.items())[:2]
    sheet.cell(first, 4).value, sheet.cell(first, 7).value, sheet.cell(first, 8).value = "F7", "更正", "11.75"
    sheet.cell(second, 7).value, sheet.cell(second, 9).value, sheet.cell(second, 10).value = "申请豁免", "普查修订", "统字〔2020〕1号"
    sheet.cell(second, 11).value = "2025-12-31"
    raw = io.BytesIO()
    book.save(raw)
    nights.drop(settings, "51-tjj", "答复.xlsx", raw.getvalue(), "2024-02-01T10:00:00")
    nights.Driver(settings).run()
    return settings, slip


def test_answers_are_rows_with_what_became_of_them(answered):
    settings, slip = answered
    rows = nights.rows(editions.database(settings), "from answers order by answer_id")
    assert [(r["choice"], r["state"]) for r in rows] == [("更正", "APPLIED"), ("申请豁免", "RECEIVED")]
    assert {r["submission_answered"] for r in rows} == {slip.sent["submission_id"]}
    assert str(rows[1]["valid_until"]) == "2025-12-31" and rows[1]["reason"] == "普查修订"


def test_a_correction_replaces_the_return(answered):
    settings, _ = answered
    rows = nights.rows(editions.database(settings), "from returns where provider_id = '51-tjj' and period = 2019 order by version_no")
    assert [r["channel"] for r in rows] == ["inbox", "inbox", "answers"] and rows[2]["replaces"] == rows[1]["submission_id"]
    assert nights.query(editions.database(settings), "select value_text from expected_grid where submission_id = ? and cell = 'F7'", rows[2]["submission_id"]) == [("11.75",)] or not rows[2]["is_in_force"]
    assert len({r["n_cells"] for r in rows}) == 1  # answers are no figures


def test_another_night_adds_nothing(answered):
    settings, _ = answered
    before = (settings.landing / "ledger.jsonl").read_bytes()
    edition = editions.current(settings)
    assert nights.Driver(settings).run() == edition
    assert (settings.landing / "ledger.jsonl").read_bytes() == before


def test_a_full_build_from_the_originals_gives_the_same(answered, reduced):
    settings, _ = answered
    whole = reduced.from_landing(settings)
    assert nights.Driver(whole).run() == editions.current(settings)
