"""Small returns built by hand, for the tests of `sources`."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import xlsxwriter

from sources.landing.landing import Arrival

PROJECT = Path(__file__).resolve().parents[2]
PROVIDER, FORM, PERIOD = "51-czt", "finance_annual", 2021
AS_OF = dt.datetime(2024, 1, 2, 3, 4, 5)


def grid(rows: dict[tuple[int, int], object] | None = None) -> list[list[object]]:
    """A sound finance return as rows of values, with some cells (row, column; 1-based) replaced."""
    lines: list[list[object]] = [
        ["财政收支年报表 Annual return of public finance", None, None, None, None, None],
        ["表号 Form:", "CZ-01", "填报单位 Provider:", "51-czt 四川省财政厅", "报告期 Period:", "2021"],
        ["行政区划代码", "地区", "地方一般公共预算收入", "地方一般公共预算支出", "科学技术支出", "教育支出"],
        ["Unit code", "Unit name", "Local General Public Budget Revenue", "Local General Public Budget Expenditure",
         "Expenditure for Science and Technology", "Expenditure for Education"],
        ["计量单位 Unit", None, "万元", "万元", "万元", "万元"],
        ["510100", "成都市", 16979100, 22375800, 1394100, 3508100],
        ["510300", "自贡市", 680800, 2431500, 20700.5, 402300],
        ["注 Note: 为测试而作。 Made for a test.", None, None, None, None, None],
    ]
    for (row, col), value in (rows or {}).items():
        while len(lines) < row:
            lines.append([None] * 6)
        lines[row - 1] += [None] * (col - len(lines[row - 1]))
        lines[row - 1][col - 1] = value
    return lines


def xlsx(lines: list[list[object]], sheet: str = "财政收支", merges: tuple[str, ...] = (), percents: tuple[tuple[int, int], ...] = ()) -> bytes:
    """A workbook of one sheet; a value beginning with `=` is a formula."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page = book.add_worksheet(sheet)
    percent = book.add_format({"num_format": "0.0%"})
    for r, line in enumerate(lines):
        for c, value in enumerate(line):
            if value is not None:
                page.write(r, c, value, percent if (r + 1, c + 1) in percents else None)
    for merge in merges:
        page.merge_range(merge, None)
    book.close()
    return target.getvalue()


def csv_text(lines: list[list[object]]) -> str:
    """The rows as CSV text."""
    return "\r\n".join(",".join("" if v is None else str(v) for v in line) for line in lines) + "\r\n"


def arrival(data: bytes, path: str = "a.xlsx", provider: str = PROVIDER, channel: str = "inbox", at: dt.datetime = AS_OF) -> Arrival:
    """An arrival of these bytes."""
    return Arrival(provider, path, channel, at, lambda: io.BytesIO(data))
