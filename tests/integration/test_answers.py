"""A finding answered in the workbook sent back: corrected, explained, asked to be exempted, all in the next night."""

from __future__ import annotations

import nights

from warehouse import editions


def test_answers_are_rows_with_what_became_of_them(answered):
    rows = nights.rows(editions.database(answered.settings), "from answers where provider_id = '51-tjj' order by choice")
    assert [(r["choice"], r["state"]) for r in rows] == [("更正", "APPLIED"), ("申请豁免", "RECEIVED")]
    assert {r["submission_answered"] for r in rows} == {answered.slip.sent["submission_id"]}
    assert str(rows[1]["valid_until"]) == "2025-12-31" and rows[1]["reason"] == "四舍五入，年鉴原数如此"


def test_a_correction_replaces_the_return(answered):
    settings = answered.settings
    rows = nights.rows(editions.database(settings), "from returns where provider_id = '51-tjj' and period = 2019 order by version_no")
    assert [r["channel"] for r in rows] == ["inbox", "inbox", "answers"] and rows[2]["replaces"] == rows[1]["submission_id"]
    assert nights.query(editions.database(settings), "select value_text from expected_grid where submission_id = ? and cell = 'F7'", rows[2]["submission_id"]) == [("11.75",)] or not rows[2]["is_in_force"]
    assert len({r["n_cells"] for r in rows}) == 1  # answers are no figures


def test_another_night_adds_nothing(answered, tmp_path):
    settings = nights.copy_home(answered.settings.home, tmp_path / "home")
    before = (settings.landing / "ledger.jsonl").read_bytes()
    edition = editions.current(settings)
    assert nights.Driver(settings).run() == edition
    assert (settings.landing / "ledger.jsonl").read_bytes() == before
