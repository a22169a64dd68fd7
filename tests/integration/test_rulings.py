"""From an answer to a ruling to the next night, and past the last day: explanations, exemptions, refusals, visits."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass

import nights
import openpyxl
import pytest

from slips import evidence, page
from slips import worklist as cases
from sources.template.template import write
from warehouse import editions, loading

LATER = dt.datetime(2026, 1, 1)
SHEET, HEADERS = "裁定 Rulings", 3  # the sheet of the form and the row of its Chinese headers
GRID = "select status, value_text, submission_id, why_zh from expected_grid where period = 2019 and provider_id = ? and unit_code = ? and indicator = ?"


@dataclass(frozen=True)
class World:
    """The home of the answers after a night with rulings and visits and one past their last days. `held` is a cell held back at first."""

    settings: object
    editions: dict[str, str]
    work: cases.Cases
    page: str
    spikes: list[dict]
    held: dict

    def rows(self, name: str, sql: str, *values) -> list[dict]:
        return nights.rows(editions.database(self.settings, self.editions[name]), sql, *values)


def ruled(content: bytes, decided: dict[tuple[str, str], dict]) -> bytes:
    """The worklist with rulings by (rule, cells): columns by their Chinese header."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book[SHEET]
    columns = {sheet.cell(HEADERS, c).value: c for c in range(1, sheet.max_column + 1)}
    for row in range(HEADERS + 2, sheet.max_row + 1):
        place = sheet.cell(row, columns["规则代码"]).value, sheet.cell(row, columns["单元格"]).value
        for header, text in decided.get(place, {}).items():
            sheet.cell(row, columns[header]).value = text
    return nights.saved(book)


def ruling(decision: str, note: str, until: str | None = None, document: str | None = None) -> dict:
    return {"裁定": decision, "理由或需补充的内容": note, "有效期至": until, "依据及文号": document, "裁定人": "综合处", "裁定日期": "2024-02-20"}


@pytest.fixture(scope="module")
def world(answered, tmp_path_factory) -> World:
    settings = nights.copy_home(answered.settings.home, tmp_path_factory.mktemp("ruled") / "home")
    known, database = loading.declared(settings), editions.database(settings)
    accept, reject, back, visit = answered.spikes
    work = cases.open_cases(settings, "51-jxb", 2019)
    nights.drop(settings, "51-jxb", "裁定.xlsx", ruled(cases.workbook(settings, work), {
        ("YR01", accept["cell"]): ruling("采纳说明", "已附文件", "2024-12-31"),
        ("YR01", reject["cell"]): ruling("驳回", "与决算不符"),
        ("YR01", back["cell"]): ruling("退回补充", "请附资金下达文件"),
        ("ID01", "F20 G20 H20"): ruling("准予豁免", "年鉴原数", "2025-06-30", "绩办〔2024〕3号"),
        ("ID01", "F22 G22 H22"): ruling("准予豁免", "没有期限"),
        ("ID01", "F23 G23 H23"): ruling("采纳说明", "强制性疑点"),
    }), "2024-03-01T10:00:00")
    own = nights.query(database, "select submission_id from returns where provider_id = '51-jxb' and form_id = 'targets' and period = 2019")[0][0]
    line = {"ruled_submission": own, "rule_code": "RD44", "rule_version": 1, "ruled_sheet": "目标", "ruled_cell": "D6", "decision": "驳回", "note": "自裁",
            "ruled_by": "综合处", "ruled_on": "2024-02-20"}  # fmt: skip
    nights.drop(settings, "51-jxb", "自裁.xlsx", write(known, "51-jxb", "rulings", 2019, lines=[line]), "2024-03-01T11:00:00")
    theirs = line | {"ruled_submission": answered.slip.sent["submission_id"], "rule_code": "YR01"}
    nights.drop(settings, "51-czt", "越权裁定.xlsx", write(known, "51-czt", "rulings", 2019, lines=[theirs]), "2024-03-01T12:00:00")
    held = nights.rows(database, "from validation_failures where provider_id = '51-jyt' and period = 2019 and rule_code = 'RG01' order by row_no limit 1")[0]
    record = {"material": "原始凭证", "document": "核〔2024〕1号", "visited_by": "监察处", "visited_on": "2024-02-25"}
    nights.drop(settings, "51-jcj", "察访.xlsx", write(known, "51-jcj", "visits", 2019, lines=[
        record | {"unit_code": visit["unit_code"], "indicator": visit["indicator"], "reported": visit["seen"].split()[0], "measure_text": "万元", "result": "不实", "verified": "43210"},
        record | {"unit_code": held["unit_code"], "indicator": held["indicator"], "reported": held["seen"].split()[0], "measure_text": held["seen"].split()[1], "result": "属实"},
    ]), "2024-03-02T10:00:00")
    names = {"first": answered.first, "answered": editions.current(settings), "ruled": nights.Driver(settings).run()}
    with evidence.Evidence(editions.database(settings), known) as opened:
        (slip,) = [s for s in opened.slips() if s.sent["provider_id"] == "51-czt" and s.sent["form_id"] == "finance_annual" and s.sent["period"] == 2019 and s.sent["is_in_force"]]
    names["later"] = nights.Driver(settings).run(as_of=LATER)
    return World(settings, names, work, page.write(slip).decode(), answered.spikes, held)


def spike(world: World, which: int, name: str) -> dict:
    """The finding on one of the four figures, and its row of findings."""
    at = world.spikes[which]
    (state,) = world.rows(name, "from finding_states where period = 2019 and rule_code = 'YR01' and unit_code = ? and indicator = ?", at["unit_code"], at["indicator"])
    (finding,) = world.rows(name, "from findings where period = 2019 and rule_code = 'YR01' and unit_code = ? and indicator = ?", at["unit_code"], at["indicator"])
    return state | {"suppressed_by": finding["suppressed_by"]}


# -- before any ruling: a finding answered in the workbook sent back, corrected, explained, asked to be exempted, all in the next night

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


# -- rulings

def test_answers_come_first_on_the_worklist(world):
    replied = [line for line in world.work.lines if line["state"].startswith("已答复")]
    assert len(replied) == 4 and world.work.lines[:4] == replied
    assert {line["reply"] for line in replied} == {"说明：一次性安排", "申请豁免：四舍五入，年鉴原数如此（统字〔2020〕1号）"}


def test_an_accepted_explanation_silences_until_its_last_day(world):
    assert spike(world, 0, "answered")["state"] == "REPLIED"
    ruled, later = spike(world, 0, "ruled"), spike(world, 0, "later")
    assert (ruled["state"], ruled["counts_as"], ruled["needs_answer"]) == ("ACCEPTED", "A", False)
    assert ruled["suppressed_by"].startswith("ruling:") and "一次性安排" in ruled["reply"] and ruled["ruled_by"] == "综合处"
    assert (later["state"], later["counts_as"], later["needs_answer"], later["suppressed_by"]) == ("EXPIRED", "W", True, None)
    at = world.spikes[0]
    status = [world.rows(name, GRID, "51-czt", at["unit_code"], at["indicator"])[0]["status"] for name in ("answered", "ruled", "later")]
    assert status == ["MARKED", "ACCEPTED", "MARKED"]


def test_a_refused_answer_and_one_asked_back_stay_open_with_their_reason(world):
    reject, back = spike(world, 1, "ruled"), spike(world, 2, "ruled")
    assert (reject["state"], reject["needs_answer"], reject["suppressed_by"]) == ("REJECTED", True, None) and "与决算不符" in reject["why_zh"]
    assert (back["state"], back["needs_answer"]) == ("ASKED_BACK", True) and "请附资金下达文件" in back["why_zh"]
    states = world.rows("ruled", "select seen, state, why_zh from answers where provider_id = '51-czt' order by answer_id")
    assert sorted(r["state"] for r in states) == ["ACCEPTED", "ASKED_BACK", "REJECTED"]


def test_an_exempted_must_fix_figure_passes_with_a_mark_until_its_last_day(world):
    cell = ("51-tjj", "511600", "primary_industry_share")
    before, ruled, later = (world.rows(name, GRID, *cell)[0] for name in ("answered", "ruled", "later"))
    assert (before["status"], ruled["status"], later["status"]) == ("QUARANTINED", "MARKED", "QUARANTINED")
    assert "已准予豁免" in ruled["why_zh"]


def test_what_may_not_be_ruled_is_refused_with_its_reason(world):
    told = {(r["rule_code"], r["ruled_cell"], r["provider_id"]): (r["standing"], r["why_zh"]) for r in world.rows("ruled", "from rulings")}
    assert told["ID01", "F20 G20 H20", "51-jxb"][0] == "IN_FORCE"
    refused = {key: why for key, (standing, why) in told.items() if standing == "REFUSED"}
    assert "未填截止日期" in refused["ID01", "F22 G22 H22", "51-jxb"] and "强制性" in refused["ID01", "F23 G23 H23", "51-jxb"]
    assert "本单位" in refused["RD44", "D6", "51-jxb"] and "无权" in refused["YR01", "D6", "51-czt"]
    hits = {r["rule_code"] for r in world.rows("ruled", "select rule_code from validation_failures where rule_code like 'RU%'")}
    assert hits == {"RU01", "RU03", "RU04", "RU06"}
    assert world.rows("ruled", GRID, "51-tjj", "511800", "primary_industry_share")[0]["status"] == "QUARANTINED"
    sheets = world.rows("ruled", "from returns where form_id = 'rulings' order by provider_id, received_at")
    assert [(r["provider_id"], r["return_status"], r["is_in_force"]) for r in sheets] == [
        ("51-czt", "RETURNED", False), ("51-jxb", "PARTLY_ACCEPTED", True), ("51-jxb", "PARTLY_ACCEPTED", True)]  # fmt: skip


def test_a_visit_corrects_the_vintage_and_leaves_what_was_reported(world):
    at = world.spikes[3]
    (before,), (after,) = (world.rows(name, GRID, "51-czt", at["unit_code"], at["indicator"]) for name in ("answered", "ruled"))
    (visit,) = world.rows("ruled", "from visits where unit_code = ? and indicator = ?", at["unit_code"], at["indicator"])
    assert (after["status"], after["value_text"], after["submission_id"]) == ("MARKED", "43210", visit["submission_id"])
    assert before["value_text"] in after["why_zh"] and visit["standing"] == "CORRECTED"
    (hit,) = world.rows("ruled", "from validation_failures where rule_code = 'VI05' and is_in_force")
    assert (hit["provider_id"], hit["severity"], hit["seen"].split()[0]) == ("51-czt", "E", before["value_text"]) and hit["error_rate"] > 0
    assert spike(world, 3, "ruled")["outcome"] == "UPHELD"


def test_a_figure_found_true_is_cleared(world):
    held = world.held
    before, after = (world.rows(name, GRID, "51-jyt", held["unit_code"], held["indicator"])[0] for name in ("answered", "ruled"))
    assert (before["status"], after["status"]) == ("QUARANTINED", "MARKED") and before["value_text"] == after["value_text"]
    (state,) = world.rows("ruled", "from finding_states where period = 2019 and rule_code = 'RG01' and unit_code = ? and indicator = ?", held["unit_code"], held["indicator"])
    assert state["state"] == "CLEARED" and state["silenced_by"].startswith("visit:")


def test_precision_and_factor_say_when_there_is_too_little(world):
    (row,) = world.rows("ruled", "from rule_precision where rule_code = 'YR01' and n_accepted > 0")
    assert (row["n_upheld"], row["n_accepted"], row["code"], row["precision_decided"]) == (1, 1, "TOO_FEW", None) and row["n_pending"] == row["n_raised"] - 2
    assert {r["code"] for r in world.rows("ruled", "from verification_factor")} == {"TOO_FEW_POINTS"}


def test_the_slip_tells_the_state_and_counts_what_is_left(world):
    assert "说明已采纳" in world.page and "请附资金下达文件" in world.page and "答复被驳回" in world.page and "另有 1 项已了结" in world.page
    assert "待更正或答复的疑点 5 条" in world.page  # one of them from what the next year shows (CE02)


def test_a_sample_has_its_size_and_its_probabilities(world):
    rows = world.rows("first", "select period, count(*) as n, min(inclusion_probability) as low, max(inclusion_probability) as high from visit_sample group by all")
    assert {r["n"] for r in rows} == {5} and all(0 < r["low"] <= r["high"] <= 1 for r in rows)


def test_a_full_build_from_the_originals_gives_the_same(world, reduced):
    whole = reduced.from_landing(world.settings)
    assert nights.Driver(whole).run(as_of=LATER) == world.editions["later"]
