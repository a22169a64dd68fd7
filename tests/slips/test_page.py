"""The page: nothing in it runs, nothing is fetched, the same slip gives the same bytes, and it tells what is new, open and fixed."""

from __future__ import annotations

import os
import re
from html.parser import HTMLParser

from slips import page, shelf

VOID = {"meta", "input"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags, self.attributes, self.text, self.open = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read(content: bytes) -> _Reader:
    reader = _Reader()
    reader.feed(content.decode())
    assert reader.open == []
    return reader


def test_nothing_from_outside_becomes_markup(slip):
    reader = read(page.write(slip))
    assert not {"script", "iframe", "object", "a", "img", "link", "form"} & set(reader.tags)
    assert not [a for a in reader.attributes if a[1].startswith("on") or a[1] in ("src", "href", "action")]
    assert "".join(reader.text).count("<script>alert(1)</script>") > 5  # shown as text


def test_nothing_is_fetched_and_nothing_may_run(slip):
    text = page.write(slip).decode()
    assert not re.search(r"url\(|@import|https?://", text)
    assert "default-src &#x27;none&#x27;" in text or "default-src 'none'" in text


def test_the_same_slip_gives_the_same_bytes(slip):
    assert page.write(slip) == page.write(slip)


def test_new_open_and_fixed_beside_the_return_before(slip):
    assert [f["standing"] for f in slip.findings] == ["open", "new"] and [f["rule_code"] for f in slip.fixed] == ["UN01"]
    assert "新出现 1，仍未消除 1，已消除 1" in page.write(slip).decode()


RULED = {"state": "WAIVED", "state_zh": "已豁免", "state_en": "Exempted", "needs_answer": False, "is_settled": True, "state_why_zh": "已准予豁免（至 2025-12-31）", "state_why_en": "Exempted"}


def test_what_a_ruling_ended_is_told_and_not_counted(slip):
    slip.findings[0].update(RULED)
    slip.findings[1].update(RULED | {"state": "ASKED_BACK", "state_zh": "退回补充", "needs_answer": True, "is_settled": False, "state_why_zh": "<script>x</script>"})
    text = page.write(slip).decode()
    assert "强制性 · 1 项，另有 1 项已了结" in text and "仍待更正或答复的疑点 1 条" in text
    assert "已准予豁免（至 2025-12-31）" in text and "退回补充" in text and "<script" not in text


def test_the_chart_draws_the_years_that_reach_the_period_only(slip):
    years = [p.period for p in slip.series["510100", "fiscal_revenue"]]
    assert years == [2018, 2019, 2020]


def test_every_return_of_a_night_has_its_page_for_its_owner_only(published):
    settings = published.settings
    pages = list(settings.slips.glob("*/*.html"))
    assert len(pages) == 168
    for path in [settings.slips, *pages]:
        assert not os.stat(path).st_mode & 0o077
    for path in pages[:20]:
        read(path.read_bytes())


def test_a_name_from_outside_is_no_path():
    assert "/" not in shelf.safe("../../etc/passwd") and not shelf.safe("..").startswith(".") and shelf.safe("44-tjj") == "44-tjj"
    assert shelf.safe("a/b") != shelf.safe("a_b") != shelf.safe("a\\b")
