"""No slip, and no workbook, holds another provider's value or a number from which it could be reported.

The statistics bureau's products are replaced by numbers that occur nowhere else, so that every rule that sets other bureaus' figures
against the product fires. What those rules derive from them (shares, bounds) is looked for too, and a control shows that the search finds
them as soon as nothing is withheld.
"""

from __future__ import annotations

import io
import re

import nights
import openpyxl
import pytest

from slips import evidence, page, workbook
from warehouse import editions, loading

PLANTED_BY, YEAR = "51-tjj", "2019"
FIRST, STEP = 61357.9, 1013.7  # 亿元: within the hard bounds, far beyond any city's product
DERIVED = (1, 0.02, 0.25)  # the product itself, and the bounds that rule CR08 computes from it


@pytest.fixture(scope="module")
def planted(reduced):
    """A home in which one bureau's products are sentinels; with the sentinels by unit."""
    settings = reduced.home()
    sentinels = []
    for provider, name, content in reduced.returns():
        if provider == PLANTED_BY and YEAR in name:
            content, sentinels = _plant(content)
        nights.drop(settings, provider, name, content, "2024-01-01T10:00:00")
    nights.Driver(settings).run()
    return settings, sentinels


def _plant(content: bytes) -> tuple[bytes, list[float]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    (column,) = {c.column for row in sheet.iter_rows(max_row=6) for c in row if c.value and str(c.value).startswith("地区生产总值（当年价格）")}
    sentinels = []
    for row in range(6, sheet.max_row + 1):
        if isinstance(sheet.cell(row, column).value, (int, float)):
            sentinels.append(round(FIRST + STEP * len(sentinels), 1))
            sheet.cell(row, column).value = sentinels[-1]
    target = io.BytesIO()
    book.save(target)
    assert len(sentinels) > 10
    return target.getvalue(), sentinels


def _traces(sentinels: list[float]) -> set[str]:
    """Every form in which a sentinel could show: whole digits of itself and of what rules derive from it, in 亿元 and 万元."""
    values = {s * share * unit for s in sentinels for share in DERIVED for unit in (1, 10_000)}
    return {f"{value:.4f}".rstrip("0").rstrip(".") for value in values if value > 1000}


def _found(text: str, traces: set[str]) -> set[str]:
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)  # sentences print thousands apart
    return {trace for trace in traces if trace in text}


def test_no_page_on_the_shelf_tells_them(planted):
    settings, sentinels = planted
    pages = sorted(settings.slips.glob("*/*.html"))
    own = [p for p in pages if p.parent.name == PLANTED_BY]
    assert len(own) >= 2 and len(pages) > len(own)
    assert _found("".join(p.read_text("utf-8") for p in own), _traces(sentinels))  # its own bureau sees them
    for path in set(pages) - set(own):
        assert not _found(path.read_text("utf-8"), _traces(sentinels)), path.name


def test_rules_across_bureaus_did_fire_and_say_so_without_a_number(planted):
    settings, _ = planted
    with evidence.Evidence(editions.database(settings), loading.declared(settings)) as opened:
        reported = [f for slip in opened.slips() for f in slip.findings if f["withheld"]]
    assert reported and {f["provider_id"] for f in reported} & {"51-czt"}
    for finding in reported:
        assert finding["expected"] is None and finding["expected_en"] is None and finding["expected_low"] is None and finding["expected_high"] is None
        assert finding["provider_id"] != PLANTED_BY
        assert "四川省统计局" in finding["why_zh"] and "Sichuan Bureau of Statistics" in finding["why_en"]


def test_no_workbook_tells_them(planted):
    settings, sentinels = planted
    known = loading.declared(settings)
    with evidence.Evidence(editions.database(settings), known) as opened:
        for slip in opened.slips():
            if slip.sent["provider_id"] != PLANTED_BY and slip.findings:
                original = _original(settings, slip)
                book = openpyxl.load_workbook(io.BytesIO(workbook.annotate(original, slip.findings, slip.rules, "S", known.forms["answers"])))
                text = "\n".join(f"{c.value} {c.comment.text if c.comment else ''}" for s in book for row in s.iter_rows() for c in row)
                assert not _found(text, _traces(sentinels))


def _original(settings, slip) -> bytes:
    from sources.landing.landing import Landing

    landing = Landing(settings.landing)
    return landing.read(next(e["sha256"] for e in landing.ledger.entries() if e["submission_id"] == slip.sent["submission_id"]))


def test_control_the_search_finds_what_is_not_withheld(planted, monkeypatch):
    settings, sentinels = planted
    monkeypatch.setattr(evidence.quotes, "for_provider", lambda finding, *_: finding | {"withheld": False})
    with evidence.Evidence(editions.database(settings), loading.declared(settings)) as opened:
        text = "".join(page.write(slip).decode() for slip in opened.slips() if slip.sent["provider_id"] != PLANTED_BY)
    assert _found(text, _traces(sentinels))


def test_a_relative_rule_that_nobody_declared_is_withheld(known):
    from slips import quotes

    finding = {"provider_id": "51-czt", "indicator": "fiscal_revenue", "why_zh": "另一单位报 61357.9", "expected": "61357.9"}
    rule = {"rule_code": "NEW9", "family": "new", "stage": "relative", "title_zh": "新规则", "formula_zh": "甲 = 乙", "title_en": "new", "formula_en": "a = b"}
    reported = quotes.for_provider(finding, rule, quotes.Owners(known), "12")
    assert reported["withheld"] and "61357" not in str(reported) and reported["seen"] == "12"


def test_companions_are_quoted_as_their_rule_pairs_them():
    from expectations import catalogue
    from slips import quotes

    (pairs,) = [family.params["pairs"] for family in catalogue.load() if family.family == "companions"]
    assert {pair["mine"]: [pair["other"]] for pair in pairs} == quotes.declared()["rules"]["RT01"]
    rule = {"rule_code": "RT01", "family": "companions", "stage": "relative"}
    assert quotes.quoted(rule, "doctors") == ["doctors", "hospital_beds"] and quotes.quoted(rule, "patents_granted") is None


def test_declared_rules_exist():
    from expectations import catalogue
    from slips import quotes

    rows = catalogue.catalogue_rows()
    assert set(quotes.declared()["rules"]) <= {row["rule_code"] for row in rows}
    assert set(quotes.declared()["families"]) <= {row["family"] for row in rows if row["stage"] == "relative"}
