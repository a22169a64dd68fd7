"""From any grade to the cells it came from: each leaf names file, sheet and cell, and that cell of the original holds the value."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from decimal import Decimal
from functools import cache

import nights
import pytest
from python_calamine import CalamineWorkbook

from sources.landing.landing import Landing
from warehouse.explain import NotScored, explain

YEARS = range(2018, 2024)
ADDRESS = re.compile(r"([A-Z]+)([0-9]+)")


@pytest.fixture(scope="module")
def originals(published):
    """sha256 and sheet to the rows of the kept original, read with plain libraries."""
    landing = Landing(published.settings.landing)

    @cache
    def rows(sha256: str, file_name: str, sheet: str) -> list[list]:
        data = landing.read(sha256)
        if file_name.endswith(".csv"):
            return list(csv.reader(data.decode("gb18030").splitlines()))
        return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)

    return rows


def _at(rows: list[list], cell: str):
    letters, number = ADDRESS.fullmatch(cell).groups()
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return rows[int(number) - 1][column - 1]


def _same(printed, text: str | None) -> bool:
    if text is None:
        return printed in ("", None)
    if isinstance(printed, float):
        return Decimal(repr(printed)) == Decimal(text)
    return str(printed).strip() == text.strip()


def test_every_leaf_of_every_explanation_is_the_cell_of_the_original(published, originals):
    kinds, leaves = set(), 0
    for source in nights.rows(published.database, "from value_sources semi join scorecards using (unit_code, period)"):
        if source["input_status"] == "NOT_OWED":
            assert source["why_zh"]
            continue
        assert all(source[name] for name in ("file_name", "sheet", "cell", "sha256", "submission_id", "provider_id")), source
        printed = _at(originals(source["sha256"], source["file_name"], source["sheet"]), source["cell"])
        assert _same(printed, source["value_text"]), (source, printed)
        kinds.add(source["file_name"].rsplit(".", 1)[-1])
        leaves += 1
    assert kinds == {"xlsx", "csv", "xls"}
    assert leaves > 7000


def test_an_explanation_has_the_leaves_of_its_unit_and_year_and_of_every_indicator_scored(published):
    """Each unit in one year, the years in turn."""
    by_card = defaultdict(list)
    for source in nights.rows(published.database, "from value_sources"):
        by_card[source["unit_code"], source["period"]].append(source)
    units = [unit for (unit,) in nights.query(published.database, "select distinct unit_code from scorecards order by 1")]
    for number, unit in enumerate(units):
        year = YEARS[number % len(YEARS)]
        found = explain(published.database, unit, year)
        assert sorted(map(str, found.sources)) == sorted(map(str, by_card[unit, year]))
        assert {source["indicator"] for source in found.sources} == {step["indicator"] for step in found.steps if step["step_kind"] == "indicator"}


def test_the_cell_stands_in_the_row_of_its_unit_and_under_its_header(published, originals):
    names = dict(nights.query(published.database, "select indicator, max(name_en) from indicators where kind = 'reported' group by 1"))
    for leaf in nights.rows(published.database, "from value_sources where cell is not null and unit_code in ('440300', '511500')"):
        rows = originals(leaf["sha256"], leaf["file_name"], leaf["sheet"])
        row = rows[int(ADDRESS.fullmatch(leaf["cell"]).group(2)) - 1]
        assert leaf["unit_code"] in [str(value).split(".")[0] for value in row[:2]] or _city(leaf["unit_code"]) in "".join(map(str, row[:2])).replace("\u3000", "").replace(" ", "")
        assert leaf["input_indicator"] in names


def _city(unit: str) -> str:
    return {"440300": "深圳", "511500": "宜宾"}[unit]


def test_explain_on_the_terminal_proves_its_sum(published):
    said = nights.cli(published.home, "explain", "深圳市", "2022").stdout
    sum_of_steps, total = re.search(r"Σ 加权得分 ([0-9.]+) = 基础总分 ([0-9.]+)", said).groups()
    assert sum_of_steps == total
    assert "统计综合!E9" in said and "330" in said and "广东省2022年统计综合年报表.xlsx" in said
    assert "RG01" in said and "QUARANTINED" in said


def test_explain_says_what_there_is_when_there_is_no_score(published):
    with pytest.raises(NotScored, match="2018 2019 2020 2021 2022 2023"):
        explain(published.database, "深圳市", 1999)
    assert nights.cli(published.home, "explain", "没有此市", "2022", ok=False).returncode != 0
