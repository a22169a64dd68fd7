"""A scheme through the door: one with holes is held back and says where, one with its last steps is what grades rest on."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import nights
import openpyxl
import pytest

from slips import checking
from warehouse import editions

OFFICE, PERIOD = "51-jxb", 2018
SHEETS = {
    "加减分": [("事项代码", "事项名称", "类别", "每次分值", "事项上限"), ("INNO", "改革创新", "bonus", 2, 3), ("ACC", "较大事故", "deduction", 1.5, None)],
    "否决": [("否决代码", "否决事项", "触发方式", "后果", "等次代码", "追回奖励"), ("FRAUD", "统计数据造假", "event", "grade_set", "D", "是")],
    "名额": [("等次代码", "类别代码", "排名范围", "名额数", "并列处理"), ("A", None, "all", 1, "none_in")],
}
ASKED = {"最低计分权重": 0, "最少计分维度": 1, "权重折合倍数上限": 1000}
EVENTS = [("行政区划代码", "事项代码", "次数或数量", "认定文件及文号", "成文日期"), ("510100", "INNO", 2, "川府函〔2019〕1号", dt.date(2019, 3, 1)), ("510300", "ACC", 1, "川安办〔2019〕2号", dt.date(2019, 3, 2)),
          ("510400", "FRAUD", None, "川统〔2019〕3号", dt.date(2019, 3, 3)), ("510500", "NOBEL", None, "川府函〔2019〕4号", dt.date(2019, 3, 4)), ("510600", "INNO", 1, None, dt.date(2019, 3, 5))]


def workbook(sheets: dict[str, list[tuple]], to: Path | None = None, form: str | None = None) -> bytes:
    """A workbook with these sheets, added to one that is there or headed by its form and period."""
    book = openpyxl.load_workbook(to) if to else openpyxl.Workbook()
    for name, limit in ASKED.items() if to else ():  # few providers send to this home: the scheme asks for little, and is graded on that
        column = book["方案"].max_column + 1
        book["方案"].cell(3, column, name)
        book["方案"].cell(5, column, limit)
    for no, (name, rows) in enumerate(sheets.items()):
        sheet = book.active if form and no == 0 else book.create_sheet()
        sheet.title = name
        for row in ([("表号 Form", form), ("报告期 Period", str(PERIOD)), ("填报单位 Provider", OFFICE)] if form else []) + rows:
            sheet.append(row)
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def holed() -> bytes:
    """The scheme of 2019 with one weight changed, so that a class adds up to more than 100."""
    book = openpyxl.load_workbook(nights.sample_file(OFFICE, "2019", "方案"))
    sheet = book["权重"]
    sheet["C5"].value += 1
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


@pytest.fixture(scope="module")
def door(reduced):
    """A night in which the office sends a scheme with holes for 2019, one with all its last steps for 2018, and events of 2018."""
    settings = reduced.home()
    for provider, name, content in reduced.returns():
        nights.drop(settings, provider, name, content, "2024-01-01T10:00:00")
    nights.drop(settings, OFFICE, "2019 年方案（改）.xlsx", holed(), "2024-01-02T10:00:00")
    nights.drop(settings, OFFICE, "2018 年方案（改）.xlsx", workbook(SHEETS, nights.sample_file(OFFICE, "2018", "方案")), "2024-01-02T11:00:00")
    nights.drop(settings, OFFICE, "2018 年事项.xlsx", workbook({"事项": EVENTS}, form="SJ-01"), "2024-01-02T12:00:00")
    nights.Driver(settings).run()
    return settings


def test_a_scheme_with_holes_is_held_back_and_the_last_stays_in_force(door):
    first, second = nights.rows(editions.database(door), "from returns where form_id = 'scheme' and period = 2019 order by version_no")
    assert (first["is_in_force"], second["return_status"], second["is_in_force"]) == (True, "RETURNED", False)
    assert nights.query(editions.database(door), "select distinct scheme_submission_id from scorecards where period = 2019") == [(first["submission_id"],)]


def test_the_slip_of_the_office_names_sheet_and_cell(door):
    (hit,) = nights.rows(editions.database(door), "from validation_failures where rule_code = 'SC07'")
    assert (hit["provider_id"], hit["severity"], hit["sheet"], hit["cell"]) == (OFFICE, "E", "权重", "C5")
    assert "应为 100" in hit["why_zh"] and "not 100" in hit["why_en"] and hit["mend_zh"]
    (slip,) = (door.slips / OFFICE).glob(f"*{hit['submission_id']}*.html")
    assert hit["cell"] in slip.read_text("utf-8") and "应为 100" in slip.read_text("utf-8")


@pytest.mark.parametrize("sheet, cell, value, code, where", [
    ("分类", "A5", "999999", "SC37", "A5"), ("分类", "A5", "440100", "SC37", "A5"), ("权重", "C5", None, "SC36", None), ("权重", "C5", "9" * 40, "RD48", "C5"), ("指标", "G5", "１００", "RD46", "G5"),
])  # fmt: skip
def test_whatever_stands_in_a_scheme_is_a_finding(door, tmp_path, sheet, cell, value, code, where):
    """A unit that is not registered or another province's, a blank weight that the linter cannot get over, a number past every limit, full width."""
    book = openpyxl.load_workbook(nights.sample_file(OFFICE, "2019", "方案"))
    book[sheet][cell] = value
    (tmp_path / "方案.xlsx").write_bytes(nights.saved(book))
    checked = checking.check(door, tmp_path / "方案.xlsx")
    assert checked.outcome == "RETURNED" and (code, where) in {(f["rule_code"], f["cell"]) for f in checked.findings}


def test_the_check_before_sending_says_the_same(door, tmp_path):
    file = tmp_path / "方案.xlsx"
    file.write_bytes(holed())
    found = checking.check(door, file)
    assert found.outcome == "RETURNED"
    reported = [(row["rule_code"], row["sheet"], row["cell"]) for row in found.findings if row["severity"] == "E"]
    assert reported == [("SC11", "权重", "A5"), ("SC07", "权重", "C5")], "the weight changed is one of growth: above last year's, and above 100"


def test_steps_after_the_base_total_rest_on_documents(door):
    cards = {r["unit_code"]: r for r in nights.rows(editions.database(door), "from scorecards where period = ?", PERIOD)}
    reported = {u: (cards[u]["bonus"], cards[u]["deduction"]) for u in ("510100", "510300", "510400", "510600")}
    assert reported == {"510100": (3, 0), "510300": (0, Decimal("1.5")), "510400": (0, 0), "510600": (0, 0)}, "an event without a document counts for nothing"
    assert (cards["510400"]["grade_zh"], cards["510400"]["is_vetoed"], cards["510400"]["claw_back"]) == ("不合格", True, True)
    assert "川统〔2019〕3号" in cards["510400"]["why_zh"]
    assert sum(card["grade_zh"] == "优秀" for card in cards.values()) <= 1 < sum(card["earned_grade_zh"] == "优秀" for card in cards.values())
    kinds = [kind for (kind,) in nights.query(editions.database(door), "select step_kind from score_steps where unit_code = '510100' and period = ? and dimension_code is null order by step_no", PERIOD)]
    assert kinds == ["base", "bonus_item", "bonus", "deduction", "clamp", "rounding", "grade", "quota", "veto", "publish"]


def test_of_a_list_of_events_only_the_rows_in_question_stay_out(door):
    (sent,) = nights.rows(editions.database(door), "from returns where form_id = 'events'")
    assert (sent["return_status"], sent["is_in_force"]) == ("PARTLY_ACCEPTED", True)
    hits = nights.query(editions.database(door), "select rule_code, cell from validation_failures where submission_id = ? and severity = 'E' order by all", sent["submission_id"])
    assert hits == [("RD44", "D9"), ("SC31", "B8")], "what the reader has said of a cell is not said twice"
