"""A form drafted from a workbook loads as it is and reads it; what a form would read is shown cell by cell; a home may have forms of its own."""

from __future__ import annotations

import csv
import shutil
import sys

import nights
import pytest

from sources.declare import declarations
from warehouse.increments import own_code
from warehouse.settings import PROJECT, Settings

sys.path.append(str(PROJECT / "tests" / "sources"))
from test_declared_layouts import book  # noqa: E402

WORKBOOKS = {
    "RD 2021.xlsx": (6, book({"Sheet1": [["各地区R&D人员（单位：万人年 10 000 man-years）"], [], ["地区 Region", "R&D人员 FTE", None, None], [None, "基础研究 Basic", "应用研究", "试验发展"],
                                         ["成  都 Chengdu", 1.5, 2, 3], ["自  贡 Zigong", 4, 5, 6]]}, ("B3:D3", "A3:A4"))),
    "fertiliser.xlsx": (8, book({"s": [["地区", "化肥", None, "氮肥", None], [None, 2022, 2023, 2022, 2023], ["成都市", 1, 2, 3, 4], ["自贡市", 5, 6, 7, 8]]}, ("B1:C1", "D1:E1"))),
    "years.xlsx": (8, book({name: [["指标", "单位", 2020, "2021年"], ["地区生产总值", "亿元", 1, 2], ["年末人口", "万人", 3, 4]] for name in ("成都市", "自贡市")})),
    "continued 2020.xlsx": (4, book({"s": [["地区", "甲"], ["成都市", 1], ["自贡市", 2], ["续表", None], ["地区", "乙"], ["成都市", 3], ["自贡市", 4]]})),
}


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_draft_reads_the_workbook_it_comes_from(tmp_path, name):
    n_cells, content = WORKBOOKS[name]
    (tmp_path / name).write_bytes(content)
    home, draft = tmp_path / "home", tmp_path / "draft.yml"
    nights.cli(home, "form", "draft", tmp_path / name, "--out", draft)
    assert "TODO" in draft.read_text("utf-8")
    done = nights.cli(home, "form", "try", draft, tmp_path / name, "--provider", "51-tjj", "--csv", tmp_path / "cells.csv", ok=False)
    assert "· read ·" in done.stdout, done.stdout
    cells = list(csv.DictReader((tmp_path / "cells.csv").open(encoding="utf-8-sig")))
    assert len([c for c in cells if c["value"]]) == n_cells and {c["unit_code"] for c in cells} == {"510100", "510300"}


def test_a_file_without_a_header_is_told(tmp_path):
    (tmp_path / "x.csv").write_text("1,2\n3,4\n")
    done = nights.cli(tmp_path / "home", "form", "draft", tmp_path / "x.csv", ok=False)
    assert done.returncode == 2 and "没有找到表头" in done.stdout + done.stderr


def test_a_home_has_forms_and_registers_of_its_own(tmp_path):
    """In place of the project's file of that name, or beside it; the fingerprint knows them."""
    settings = Settings(home=tmp_path / "home")
    before = own_code(settings)
    for folder, name, old, new in (("forms", "culture_annual.yml", "title_zh: 公共图书馆年报表", "title_zh: 图书馆年报表"), ("registers", "measures.csv", "", "")):
        (settings.home / folder).mkdir(parents=True)
        shutil.copyfile(PROJECT / "sources" / folder / name, settings.home / folder / name)
        text = (settings.home / folder / name).read_text("utf-8")
        (settings.home / folder / name).write_text(text.replace(old, new) if old else text, "utf-8")
    known = declarations.load(PROJECT, home=settings.home)
    assert known.forms["culture_annual"].title_zh == "图书馆年报表" and len(known.forms) == len(declarations.load(PROJECT).forms)
    assert own_code(settings) != before
