"""The page: nothing in it runs, nothing is fetched, the same slip gives the same bytes, and it tells what is new, open and fixed."""

from __future__ import annotations

import datetime as dt
import os
import re
from decimal import Decimal
from html.parser import HTMLParser

import nights

from slips import chart, page, record, record_page, shelf
from slips.evidence import Point

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
    assert not {"script", "iframe", "object", "img", "link", "form"} & set(reader.tags)
    assert not [a for a in reader.attributes if a[1].startswith("on") or a[1] in ("src", "action")]
    links = {value for _, name, value in reader.attributes if name == "href"}
    assert links == {"#rule-RG01", "index.html"} and ("div", "id", "rule-RG01") in reader.attributes  # the rule's page comes along
    assert "".join(reader.text).count("<script>alert(1)</script>") > 5  # shown as text


def test_nothing_is_fetched_and_nothing_may_run(slip):
    text = page.write(slip).decode()
    assert not re.search(r"url\(|@import|https?://", text)
    assert "default-src &#x27;none&#x27;" in text or "default-src 'none'" in text


def test_the_same_slip_gives_the_same_bytes(slip):
    assert page.write(slip) == page.write(slip)


def test_new_open_and_fixed_beside_the_return_before(slip):
    assert [f["standing"] for f in slip.findings] == ["open", "new"] and [f["rule_code"] for f in slip.fixed] == ["UN01"]
    assert "新出现 1 条，仍未消除 1 条，已消除 1 条" in page.write(slip).decode()


RULED = {"state": "WAIVED", "state_zh": "已豁免", "state_en": "Exempted", "needs_answer": False, "is_settled": True, "state_why_zh": "已准予豁免（至 2025-12-31）", "state_why_en": "Exempted"}


def test_what_a_ruling_ended_is_told_and_not_counted(slip):
    slip.findings[0].update(RULED)
    slip.findings[1].update(RULED | {"state": "ASKED_BACK", "state_zh": "退回补充", "needs_answer": True, "is_settled": False, "state_why_zh": "<script>x</script>"})
    text = page.write(slip).decode()
    assert "强制性 · 1 项，另有 1 项已了结" in text and "待更正或答复的疑点 1 条" in text
    assert "已准予豁免（至 2025-12-31）" in text and "退回补充" in text and "<script" not in text


def test_the_chart_draws_the_years_that_reach_the_period_only(slip):
    years = [p.period for p in slip.series["510100", "fiscal_revenue"]]
    assert years == [2018, 2019, 2020]


def test_every_return_of_a_night_has_its_page_for_its_owner_only(published):
    settings = published.settings
    pages = [path for path in settings.slips.glob("*/*.html") if path.name != shelf.INDEX]
    assert len(pages) == 168
    for path in [settings.slips, *pages]:
        assert not os.stat(path).st_mode & 0o077
    for path in pages[:20]:
        read(path.read_bytes())


def test_a_name_from_outside_is_no_path():
    assert "/" not in shelf.safe("../../etc/passwd") and not shelf.safe("..").startswith(".") and shelf.safe("44-tjj") == "44-tjj"
    assert shelf.safe("a/b") != shelf.safe("a_b") != shelf.safe("a\\b")


def test_a_rule_code_from_outside_is_no_markup_in_a_link(slip):
    slip.findings[0]["rule_code"] = "\"><script>x"
    reader = read(page.write(slip))
    assert "script" not in reader.tags


def test_every_range_says_where_it_comes_from(published):
    """Each family of rules that gave an expected value on the sample has its sentence."""
    families = {row[0] for row in nights.query(published.database, "select distinct family from validation_failures inner join rules using (rule_code) where expected_low is not null or expected_high is not null")}
    assert families and families <= page.DERIVATIONS.keys()


def test_labels_of_a_chart_never_touch():
    points = [Point(year, Decimal(value), True) for year, value in ((2018, 15657580), (2019, 17220406), (2020, 18317126), (2021, 2246904), (2022, 2418178))]
    drawn = chart.svg(points, 2021, None, None, ())
    labels = [(float(x), float(y), anchor, len(text)) for x, y, anchor, text in re.findall(r'<text class="(?:kept|marked)" x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)">([^<]+)<', drawn)]
    spans = [(x - chart.DIGIT * n * {"start": 0, "middle": 0.5, "end": 1}[anchor], chart.DIGIT * n, y) for x, y, anchor, n in labels]
    assert "2,246,904" in drawn and 2 <= len(spans) < len(points)
    for number, (left, width, height) in enumerate(spans):
        assert all(left + width < other or other + wide < left or abs(height - high) >= chart.LINE for other, wide, high in spans[number + 1 :])


# -- the record

def test_a_record_links_to_slips_that_are_there(published):
    folder = published.settings.slips / "44-ybj"
    reader = read((folder / shelf.INDEX).read_bytes())
    links = {value for _, name, value in reader.attributes if name == "href"}
    assert links == {path.name for path in folder.glob("*.html")} - {shelf.INDEX} and "script" not in reader.tags


def test_a_record_says_what_is_late_missing_and_nil():
    year = {"span": "year", "period_from": 2023, "n_due": 4, "n_on_time": 1, "n_late": 1, "n_missing": 1, "n_nil": 2, "timeliness_pct": Decimal(25), "timeliness_change": Decimal("-75"),
            "completeness_pct": Decimal("66.67"), "completeness_change": None, "first_pass_pct": None, "first_pass_change": None, "n_explanations": 3, "n_explanations_upheld": 2}  # fmt: skip
    red = {"form_id": "f", "period": 2023, "due_at": dt.datetime(2024, 1, 31, 18), "state": "RED"}
    mine = record.Record("P", "<b>甲</b>", "A", None, [year], [red | {"state": "ON_TIME"}, red | {"state": "WARNING", "period": 2024}, red], [], [], [])
    assert [row["state"] for row in mine.open_deadlines] == ["RED", "WARNING"]
    text = record_page.write(mine, {"f": ("甲表", "form A")}, lambda row: "x.html").decode()
    reader = read(text.encode())
    assert "b" in reader.tags and "<b>甲</b>" in "".join(reader.text)
    assert "▼75" in text and "甲表" in text and "红牌" in text and "零报告" in text


def test_an_error_rate_is_a_share_and_told_per_cent(slip):
    slip.findings[0] |= {"error_rate": Decimal("3.21890956"), "impact_permille": Decimal("45.68095219")}
    text = page.write(slip).decode()
    assert "321.89%" in text and "45.68‰" in text
