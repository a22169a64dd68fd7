"""A provider's own check says what the night says: the same rules on the same file, with history where there is some, and a note where there is none."""

from __future__ import annotations

import nights

from slips import checking, slipping

SAID = "select rule_code, sheet, cell, severity, why_zh from validation_failures where provider_id = ? and period = ? order by all"


def said(result: checking.Checked) -> list[tuple]:
    return sorted((f["rule_code"], f["sheet"], f["cell"], f["severity"], f["why_zh"]) for f in result.findings)


def test_with_history_it_says_what_the_night_said(published, tmp_path):
    settings = nights.copy_home(published.home, tmp_path / "home")
    path = nights.sample_file("44-ybj", "2021")
    before = (settings.landing / "ledger.jsonl").read_bytes()
    result = checking.check(settings, path, "44-ybj")
    night = nights.query(published.database, SAID, "44-ybj", 2021)
    assert night and said(result) == night and result.notes == []
    assert (settings.landing / "ledger.jsonl").read_bytes() == before  # nothing was taken in
    page = slipping.page_of_check(settings, result).decode()
    assert "可以接收" in page and "YR01" in page and "index.html" not in page


def test_without_history_it_says_so_and_judges_the_return_itself(published, tmp_path):
    settings = nights.Settings(home=tmp_path / "home").make()
    result = checking.check(settings, nights.sample_file("51-tjj", "2019"), "51-tjj")
    night = nights.query(published.database, SAID, "51-tjj", 2019)
    assert "没有历史数据" in result.notes[0]
    assert said(result) == [row for row in night if row[0] == "ID01"] and len(result.findings) == 12


def test_a_history_of_older_rules_is_left_aside_and_that_is_said(published, tmp_path):
    settings = nights.copy_home(published.home, tmp_path / "home")
    with nights.store.connect(settings) as con:
        con.execute("update raw.loaded_code set fingerprint = 'older'")
    scratch = nights.Settings(home=tmp_path / "scratch").make()
    (note,) = checking._copy_history(settings, scratch)
    assert "尚未运行夜间任务" in note and not scratch.warehouse.exists()
