"""Every bad input that the door must bear: kept, reported with its place and how to mend it, and stopping nobody else."""

from __future__ import annotations

import ast
import io
import string
import time
import tracemalloc
from dataclasses import dataclass
from typing import Callable

import duckdb
import hostile_files as hostile
import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from returns_by_hand import FORM, PERIOD, PROJECT, PROVIDER, arrival, csv_text, grid, xlsx

from sources import raw
from sources.findings import CATALOGUE_FILES, catalogue
from sources.formats import unlocking
from sources.landing.landing import Landing
from sources.reading.reading import read_return


@dataclass(frozen=True)
class Bad:
    """A bad file and the finding it must make; `reads` says whether its cells are read all the same."""

    name: str
    data: Callable[[], bytes]
    finding: str
    sheet: str | None = "财政收支"
    row: int | None = None
    col: int | None = None
    reads: bool = False
    mend: str = ""
    file_name: str = "a.xlsx"


def _without_column(col: int) -> bytes:
    return xlsx([line[:col - 1] + line[col:] if i > 1 else line for i, line in enumerate(grid())])


def _doubled_column() -> bytes:
    return xlsx([line + [line[2]] for line in grid()])


def _foreign_column() -> bytes:
    return xlsx(grid({(3, 7): "地区生产总值（当年价格）", (5, 7): "亿元", (6, 7): 19917, (7, 7): 1601.3}))


def _mixed() -> bytes:
    lines = csv_text(grid()).split("\r\n")
    return b"\r\n".join(line.encode("gb18030" if "自贡" in line else "utf-8") for line in lines)


def _bad_bytes() -> bytes:
    return csv_text(grid()).encode().replace("自贡市".encode(), b"\xff\xff")


BAD = [
    Bad("empty", lambda: b"", "empty_file", sheet=None, mend="重新报送"),
    Bad("only a byte order mark", lambda: b"\xef\xbb\xbf\r\n", "empty_file", sheet=None, file_name="a.csv"),
    Bad("truncated xlsx", lambda: xlsx(grid())[:-400], "damaged_file", sheet=None, mend="另存"),
    Bad("truncated xls", lambda: hostile.xls(grid())[:3000], "damaged_file", sheet=None, file_name="a.xls"),
    Bad("truncated csv", lambda: csv_text(grid()).partition(",20700")[0].encode(), "ragged_row", sheet="CSV", row=7, reads=True, file_name="a.csv"),
    Bad("pdf", lambda: b"%PDF-1.7 ...", "unsupported_file", sheet=None, mend="原来的工作簿"),
    Bad("web page without a table", lambda: b"<html><frameset><frame src=a.htm></frameset></html>", "unsupported_file", sheet=None, file_name="a.xls", mend="同名文件夹"),
    Bad("XML that is no workbook", lambda: b"<?xml version='1.0'?><rows/>", "unsupported_file", sheet=None, file_name="a.xls", mend="另存为"),
    Bad("picture", lambda: b"\x89PNG\r\n" + bytes(99), "unsupported_file", sheet=None, mend="模板"),
    Bad("archive", lambda: hostile.zipped({"a.xlsx": xlsx(grid())}), "unsupported_file", sheet=None, mend="解压"),
    Bad("binary", lambda: b"\x00\x01\x02\x03" * 50, "unsupported_file", sheet=None),
    Bad("encrypted xlsx", hostile.encrypted_xlsx, "encrypted_file", sheet=None, mend="请取消密码后重报"),
    Bad("xls with a password of its own", lambda: hostile.rc4_xls("其他"), "encrypted_file", sheet=None, mend="清空密码", file_name="a.xls"),
    Bad("encrypted xls", hostile.encrypted_xls, "encrypted_file", sheet=None, mend="请取消密码后重报", file_name="a.xls"),
    Bad("zip bomb", hostile.bomb, "expands_too_far", sheet=None),
    Bad("zip bomb that lies about its size", hostile.lying_bomb, "expands_too_far", sheet=None),
    Bad("thousands of parts", hostile.many_parts, "expands_too_far", sheet=None),
    Bad("external entity", hostile.with_doctype, "external_entity", sheet=None),
    Bad("a million rows", hostile.million_rows, "too_many_rows", mend="空行"),
    Bad("a million csv rows", lambda: b"1,2\n" * 1_000_000, "too_many_rows", sheet="CSV", file_name="a.csv"),
    Bad("stray cell", hostile.stray_cell, "stray_cell", mend="删除"),
    Bad("stray cells in ods", lambda: hostile.ods(grid(), '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
        'table:number-columns-repeated="16384" office:value-type="float" office:value="1"/></table:table-row>'), "stray_cell", file_name="a.ods"),
    Bad("xlsx named csv", lambda: xlsx(grid()), "other_content", sheet=None, reads=True, file_name="a.csv"),
    Bad("path in the name", lambda: xlsx(grid()), "unsafe_name", sheet=None, reads=True, file_name="../../etc/a.xlsx"),
    Bad("mixed encodings", _mixed, "mixed_encoding", sheet="CSV", row=7, reads=True, mend="UTF-8", file_name="a.csv"),
    Bad("bytes that are no text", _bad_bytes, "undecodable_row", sheet="CSV", row=7, reads=True, file_name="a.csv"),
    Bad("wrong form", lambda: xlsx(grid({(2, 2): "TJ-01"})), "wrong_form_number", row=2, col=2, reads=True),
    Bad("unknown form", lambda: xlsx(grid({(2, 2): "ZZ-99"})), "unknown_form", row=2, col=2, reads=True),
    Bad("no form number", lambda: xlsx(grid({(2, 1): None, (2, 2): None})), "no_form_number", reads=True),
    Bad("no header", lambda: xlsx(grid({(r, c): "?" for r in (3, 4) for c in range(1, 7)})), "no_header", mend="模板"),
    Bad("wrong sheet", lambda: xlsx(grid(), sheet="Sheet3"), "other_sheet", sheet="Sheet3", reads=True),
    Bad("empty sheet", lambda: xlsx([[]]), "no_header", mend="模板"),
    Bad("missing column", lambda: _without_column(5), "missing_column", row=3, reads=True, mend="科学技术支出"),
    Bad("no unit column", lambda: xlsx([line[2:] if i > 1 else line for i, line in enumerate(grid())]), "missing_column", row=3, reads=True, mend="行政区划代码"),
    Bad("doubled column", _doubled_column, "doubled_column", row=3, col=7, reads=True),
    Bad("unknown column", lambda: xlsx(grid({(3, 7): "支出合计", (6, 7): 1})), "unknown_column", row=3, col=7, reads=True),
    Bad("indicator of another provider", _foreign_column, "foreign_column", row=3, col=7, reads=True, mend="归口单位"),
    Bad("moved header", lambda: xlsx([[None]] * 12 + grid()), "moved_header", row=15, col=1, reads=True),
    Bad("columns in another order", lambda: xlsx([ln[:2] + ln[4:6] + ln[2:4] if len(ln) == 6 and i != 1 else ln for i, ln in enumerate(grid())]),
        "moved_header", row=3, col=1, reads=True),
    Bad("no units row", lambda: xlsx(grid()[:4] + grid()[5:]), "no_units_row", row=5, reads=True),
    Bad("no data", lambda: xlsx(grid()[:5]), "no_data_rows", row=5, reads=True),
    Bad("no period", lambda: xlsx(grid({(2, 5): None, (2, 6): None})), "no_period"),
    Bad("period not readable", lambda: xlsx(grid({(2, 6): "去年"})), "unreadable_period", row=2, col=6, mend="四位年份"),
    Bad("two periods", lambda: xlsx(grid({(2, 6): "2020-2021"})), "unreadable_period", row=2, col=6),
    Bad("other provider", lambda: xlsx(grid({(2, 4): "44-czt 广东省财政厅"})), "other_provider", row=2, col=4, reads=True),
    Bad("no provider", lambda: xlsx(grid({(2, 4): None})), "no_provider", reads=True),
    Bad("formula", lambda: xlsx(grid({(6, 4): "=C6*2"})), "formula", row=6, col=4, reads=True, mend="选择性粘贴"),
    Bad("formula in xls without a stored value", lambda: hostile.xls(grid({(6, 4): "=C6*2"})), "formula_without_value", row=6, col=4, reads=True, file_name="a.xls", mend="算出"),
    Bad("formula in ods", lambda: hostile.ods(grid({(6, 4): "=C6*2"})), "formula", row=6, col=4, reads=True, file_name="a.ods"),
    Bad("formula in csv", lambda: csv_text(grid({(6, 4): "=C6*2"})).encode(), "formula", sheet="CSV", row=6, col=4, reads=True, file_name="a.csv"),
    Bad("doubled row", lambda: xlsx(grid({(7, 1): "510100", (7, 2): "成都市"})), "doubled_row", row=7, col=1, reads=True),
    Bad("row without a unit", lambda: xlsx(grid({(7, 1): None, (7, 2): None})), "row_without_key", row=7, reads=True),
    Bad("merged data", lambda: xlsx(grid(), merges=("C6:D6",)), "merged_data", row=6, col=3, reads=True),
]


@pytest.mark.parametrize("bad", BAD, ids=lambda b: b.name)
def test_bad_input_is_told_with_its_place(known, bad: Bad) -> None:
    """The finding names the place and how to mend it, in both languages; what can be read is read."""
    found = read_return(bad.data(), bad.file_name, known, PROVIDER)
    kind = catalogue()[bad.finding]
    match = [f for f in found.findings if f.rule_code == kind.code]
    assert match, [(f.rule_code, f.message_zh) for f in found.findings]
    assert (match[0].sheet, match[0].row_no, match[0].col_no) == (bad.sheet, bad.row, bad.col)
    assert bad.mend in match[0].mend_zh and match[0].mend_en and match[0].message_en
    assert "{" not in match[0].message_zh + match[0].mend_zh and "?" not in match[0].message_zh.replace("“?”", "")
    assert (found.status == "read") is bad.reads


def test_unknown_provider_is_told(known) -> None:
    """A folder that no registered provider owns."""
    found = read_return(xlsx(grid()), "a.xlsx", known, "99-xxx")
    assert {"RD20", "RD21"} <= {f.rule_code for f in found.findings} and found.status == "read"


def test_all_problems_at_once(known) -> None:
    """Several faults in one file are all reported."""
    lines = grid({(2, 6): "？", (3, 5): "不知名", (4, 5): None, (6, 4): "=1+1", (7, 1): "510100"})
    codes = {f.rule_code for f in read_return(xlsx(lines), "a.xlsx", known, PROVIDER).findings}
    assert {catalogue()[n].code for n in ("unreadable_period", "unknown_column", "formula", "doubled_row")} <= codes


JUDGED_LATER = ["不详", "１２３．４", "12.3%", "1,234.5", "…", "—", "/", "12.3万"]


@pytest.mark.parametrize("text", JUDGED_LATER)
def test_values_stay_as_received(known, text: str) -> None:
    """What is no plain number is kept as text; the rules judge it with its cell."""
    found = read_return(xlsx(grid({(6, 3): text})), "a.xlsx", known, PROVIDER)
    cell = next(c for c in found.cells if c.cell == "C6")
    assert (cell.value_text, cell.field, cell.row_key, cell.measure_text) == (text, "fiscal_revenue", "510100", "万元")
    assert not found.findings


@pytest.mark.parametrize("code, name", [("999999", "无此市"), ("440100", "广州市"), (None, "成都")])
def test_units_stay_as_received(known, code: str | None, name: str) -> None:
    """Unknown units, aliases and units of another province are kept for the rules."""
    found = read_return(xlsx(grid({(6, 1): code, (6, 2): name})), "a.xlsx", known, PROVIDER)
    assert {(c.row_key, c.row_label) for c in found.cells if c.row_no == 6} == {(code, name)} and not found.findings


def test_period_not_owed_is_read(known) -> None:
    """A period before the form began is read, to be judged."""
    found = read_return(xlsx(grid({(2, 6): "1999年度"})), "a.xlsx", known, PROVIDER)
    assert (found.period, found.status) == (1999, "read") and not found.findings


@pytest.mark.parametrize("build, suffix", [(xlsx, "xlsx"), (hostile.xls, "xls")])
def test_percent_formats_come_as_shown(known, build, suffix: str) -> None:
    """A stored 0.123 that is shown as 12.3% is read as 12.3%."""
    data = build(grid({(6, 3): 0.123}), percents=((6, 3), (7, 3)))
    values = {c.cell: c.value_text for c in read_return(data, f"a.{suffix}", known, PROVIDER).cells}
    assert (values["C6"], values["C7"], values["D7"]) == ("12.3%", "68080000%", "2431500")


@pytest.mark.parametrize("data", [lambda: xlsx(grid()), lambda: hostile.xls(grid()), lambda: hostile.ods(grid()), lambda: csv_text(grid()).encode("gb18030"),
                                  lambda: csv_text(grid()).encode("utf-8-sig"), lambda: csv_text(grid()).encode("utf-16"),
                                  lambda: csv_text(grid()).encode("utf-16-le"), lambda: csv_text(grid()).encode("utf-16-be"), lambda: hostile.encrypted_xlsx(unlocking.DEFAULT_PASSWORD),
                                  lambda: hostile.rc4_xls(unlocking.DEFAULT_PASSWORD), lambda: hostile.html(grid()), lambda: hostile.html(grid(), "gb2312"),
                                  lambda: hostile.mht(grid()), lambda: hostile.spreadsheetml(grid()), hostile.with_styled_cells_far_out],
                         ids=["xlsx", "xls", "ods", "gb18030", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "write-protected xlsx", "write-protected xls", "html", "html gb2312",
                              "mht", "spreadsheetml", "styled cells far out"])
def test_every_kind_reads_the_same(known, data) -> None:
    """The same return in any kind of file gives the same cells."""
    found = read_return(data(), "a", known, PROVIDER)
    assert (found.form_id, found.period, found.declared_provider, found.status) == (FORM, PERIOD, PROVIDER, "read")
    assert [c.value_text for c in found.cells] == ["16979100", "680800", "22375800", "2431500", "1394100", "20700.5", "3508100", "402300"]
    assert {f.rule_code for f in found.findings} <= {"RD30"}  # a page has no sheet's name


def test_hostile_files_are_refused_fast_and_in_little_memory(known) -> None:
    """A million rows and bombs end early: seconds and megabytes, not minutes and gigabytes."""
    files = [hostile.million_rows(), hostile.bomb(), hostile.stray_cell()]
    start = time.perf_counter()
    for data in files:
        assert read_return(data, "a.xlsx", known, PROVIDER).status == "unreadable"
    assert time.perf_counter() - start < 3
    tracemalloc.start()
    read_return(files[0], "a.xlsx", known, PROVIDER)
    assert tracemalloc.get_traced_memory()[1] < 64 * 1024 * 1024
    tracemalloc.stop()


def test_bad_files_stop_nobody_else(known, tmp_path) -> None:
    """All bad files land and load beside a sound one, each with a submission row of its own."""
    landing, con = Landing(tmp_path / "landing"), duckdb.connect()
    sound = arrival(xlsx(grid({(6, 3): 424242})), "sound.xlsx")
    landing.land([arrival(bad.data(), f"{i}/{bad.file_name}") for i, bad in enumerate(BAD)] + [sound])
    report = raw.load(con, landing, known)
    assert not report.faults and not landing.verify()
    values = con.execute("select read_status, value_text from raw.cell join raw.submission using (submission_id) where file_name = 'sound.xlsx' and cell = 'C6'")
    assert values.fetchall() == [("read", "424242")]
    silent = "select count(*) from raw.submission s where read_status <> 'read' and submission_id not in (select submission_id from raw.reading_finding)"
    assert con.execute(silent).fetchall() == [(0,)]


_SOUND = [xlsx(grid()), hostile.xls(grid()), hostile.ods(grid()), csv_text(grid()).encode("gb18030")]


def test_a_parser_that_dies_is_a_finding(known) -> None:
    """An .xls whose directory claims more sectors than any disk holds makes the library abort: the child dies, the reader goes on."""
    data = bytearray(hostile.xls(grid()))
    found = []
    for place in (0x2C, 0x30, 0x3C, 0x40, 0x44, 0x48, 0x1E, 0x20):
        broken = data.copy()
        broken[place:place + 4] = b"\xff\xff\xff\x7f"
        found.append(read_return(bytes(broken), "a.xls", known, PROVIDER))
    assert all(f.status == "read" or f.findings for f in found) and any(f.status == "unreadable" for f in found)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_reading_never_raises(known, data) -> None:
    """Whatever bytes are changed or cut, reading ends with a return, and an unreadable one says why."""
    content = bytearray(data.draw(st.sampled_from(_SOUND)))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    found = read_return(bytes(content[:data.draw(st.integers(0, len(content)))]), "a.xlsx", known, PROVIDER)
    assert found.status == "read" or found.findings


def _scheme(**sheets: list[list[object]]) -> bytes:
    """The sample's scheme of 2019 with further sheets."""
    (path,) = [p for p in (PROJECT / "sources" / "sample" / "returns" / "51-jxb").iterdir() if "2019" in p.name and "方案" in p.name]
    book = openpyxl.load_workbook(path)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


QUOTA_HEADER = ["等次代码", "类别代码", "排名范围", "名额数", "名额比例", "取整", "并列处理", "并列比较指标", "须达分数线", "否决让出名额"]


def test_an_optional_sheet_may_be_empty_but_is_never_overlooked(known) -> None:
    """A template's sheet left without rows is fine; one that bears the name and cannot be read must not vanish without a word."""
    empty = read_return(_scheme(名额=[QUOTA_HEADER]), "a.xlsx", known, "51-jxb")
    assert {f.severity for f in empty.findings} <= {"I"} and empty.status == "read"
    unread = read_return(_scheme(名额=[["等级", "个数"], ["A", 3]]), "a.xlsx", known, "51-jxb")
    assert [(f.rule_code, f.severity) for f in unread.findings if "名额" in f.message_zh] == [("RD32", "E")]


def _placeholders(name: str) -> set[str]:
    kind = catalogue()[name]
    texts = (kind.message_zh, kind.message_en, kind.mend_zh, kind.mend_en)
    return {field for text in texts for _, field, _, _ in string.Formatter().parse(text) if field} - {"sheet", "row", "cell", "seen"}


def test_no_placeholder_reaches_a_message() -> None:
    """Every place that makes a finding gives all the words its sentences ask for."""
    calls = 0
    for path in CATALOGUE_FILES[0].parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [a.value for a in getattr(node, "args", [])[:1] if isinstance(a, ast.Constant)] if isinstance(node, ast.Call) else []
            if not names or names[0] not in catalogue() or any(k.arg is None for k in node.keywords):
                continue
            calls += 1
            assert not _placeholders(names[0]) - {k.arg for k in node.keywords}, f"{path.name}:{node.lineno} {names[0]}"
    assert calls > 40


LONG_TEXTS = {"blanks": "Form" + " " * 26_000, "note": "注" + " " * 26_000 + "x", "brackets": "(" * 26_000, "digits": "1" * 26_000 + "x", "months": "1月-" * 9_000,
              "tabs": "\t" * 26_000 + "x", "no width": "\u200b" * 26_000 + "x"}


@pytest.mark.parametrize("name", LONG_TEXTS)
def test_a_long_text_costs_no_more_than_its_length(known, name: str) -> None:
    """Patterns run over a text once: 26,000 blanks took 14 s while one of them did not."""
    for place in ((1, 1), (4, 3), (6, 1), (6, 3)):
        start = time.process_time()
        read_return(csv_text(grid({place: LONG_TEXTS[name]})).encode(), "a.csv", known, PROVIDER)
        assert time.process_time() - start < 1


@pytest.mark.parametrize("broken", ["<a ", '<a b="', "<!--", "<", "</", "<?", "<!x", "<![CDATA[", "&#", "<table>", "<script>"])
def test_a_broken_page_costs_no_more_than_its_length(known, broken: str) -> None:
    """Tags that never end are text; the library's parser alone takes half a minute for the first."""
    start = time.process_time()
    assert read_return(b"<html>" + broken.encode() * 20_000, "a.xls", known, PROVIDER).status == "unreadable"
    assert time.process_time() - start < 2


def test_limits_are_those_of_a_workbook_not_of_a_sheet(known) -> None:
    """Two sheets of one far cell each make two grids."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    for name in ("a", "b"):
        book.add_worksheet(name).write(9_999, 699, 1)
    book.close()
    found = read_return(target.getvalue(), "a.xlsx", known, PROVIDER)
    assert [f.rule_code for f in found.findings] == ["RD09"] and found.findings[0].sheet == "b"
