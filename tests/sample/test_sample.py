"""The sample against the transcription it was built from: every owed cell, the bytes of a rebuild, the sums of the schemes.

Reads the returns with plain libraries, not with the project's own reader, so that the two cannot be wrong together.
The comparison with the transcription needs the folder of figures beside the repository and is skipped without it.
"""

from __future__ import annotations

import csv
import filecmp
import importlib
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from python_calamine import CalamineWorkbook

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "sources" / "sample"
RETURNS = SAMPLE / "returns"
FIGURES = ROOT.parent / "shared" / "data" / "cities_sichuan_guangdong"
DIMENSIONS = {"JG", "MS", "ZY", "HB", "GG", "FZ", "SG"}
needs_figures = pytest.mark.skipif(not FIGURES.exists(), reason="the transcribed figures are not beside the repository")


def read_csv(path: Path) -> list[dict]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def rows_of(path: Path, sheet: str | None = None) -> list[list[str]]:
    """All rows of a return as text; a whole float as the integer that was printed."""
    if path.suffix == ".csv":
        return list(csv.reader(path.read_bytes().decode("gb18030").splitlines()))
    book = CalamineWorkbook.from_path(str(path))
    grid = book.get_sheet_by_name(sheet or book.sheet_names[0]).to_python(skip_empty_area=False)
    return [[as_text(cell) for cell in row] for row in grid]


def as_text(cell) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def identified(rows: list[list[str]]) -> tuple[str, str, int]:
    """Form number, provider id and period of the identification row, whichever way it is laid out."""
    words = " ".join(cell for cell in rows[1] if cell).split()
    after = {label: words[words.index(label) + 1] for label in ("Form:", "Provider:", "Period:")}
    return after["Form:"], after["Provider:"], int(after["Period:"])


def forms() -> dict[str, dict]:
    loaded = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in (ROOT / "sources" / "forms").glob("*.yml")]
    return {form["number"]: form for form in loaded}


def owed(column: dict, year: int) -> bool:
    rule = column["owed"]
    return year in rule if isinstance(rule, list) else rule["from"] <= year <= (rule["to"] or year)


def figures_returns() -> list[Path]:
    return sorted(path for path in RETURNS.glob("*/*") if not path.parent.name.endswith("jxb"))


def sent() -> tuple[dict, dict]:
    """({(code, year, indicator): text of the cell}, {(year, indicator): unit}) over all returns of figures."""
    by_number, cells, units = forms(), {}, {}
    for path in figures_returns():
        rows = rows_of(path)
        number, provider, year = identified(rows)
        assert provider == path.parent.name
        top = next(i for i, row in enumerate(rows) if row[0] == "行政区划代码")
        names = {zh: column["indicator"] for column in by_number[number]["columns"] for zh in column["header_zh"]}
        fields = [names[header] for header in rows[top][2:] if header]
        assert fields == [c["indicator"] for c in by_number[number]["columns"] if owed(c, year)], path.name
        for row in (row for row in rows[top + 3:] if row[0].isdigit()):
            for col, field in enumerate(fields, 2):
                assert (row[0], year, field) not in cells
                cells[row[0], year, field] = row[col]
                units[year, field] = rows[top + 2][col]
    return cells, units


@needs_figures
def test_every_owed_cell_equals_the_transcription():
    printed = {(r["region_code"], int(r["year"]), r["indicator"]): r for r in read_csv(FIGURES / "figures.csv") if r["scope"] == "whole_city"}
    blank = {(r["region_code"], int(r["year"]), r["indicator"]) for r in read_csv(FIGURES / "missing.csv") if r["scope"] == "whole_city"}
    cells, units = sent()
    reported = {indicator for _, _, indicator in cells}
    assert len(reported) == 32
    assert set(cells) == {key for key in set(printed) | blank if key[2] in reported}
    for key, text in cells.items():
        assert text == (printed[key]["value"] if key in printed else ""), key
        assert key not in printed or units[key[1:]] == printed[key]["unit"], key


@needs_figures
def test_a_rebuild_gives_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "tools")
    importlib.import_module("build_sample").build(FIGURES, tmp_path)
    kept, rebuilt = ({p.relative_to(base).as_posix() for p in (base / "returns").rglob("*") if p.is_file()} for base in (SAMPLE, tmp_path))
    assert kept == rebuilt
    different = filecmp.cmpfiles(SAMPLE, tmp_path, [*sorted(kept), "receipts.csv"], shallow=False)[1:]
    assert different == ([], [])


def test_every_return_has_one_receipt_before_it_is_due():
    receipts = {row["file"]: row["received_at"] for row in read_csv(SAMPLE / "receipts.csv")}
    assert set(receipts) == {p.relative_to(RETURNS).as_posix() for p in RETURNS.rglob("*") if p.is_file()}
    due = {(row["form_id"], int(row["period"])): row["due_at"] for row in read_csv(ROOT / "sources" / "registers" / "calendar.csv")}
    by_number = forms()
    for file, received_at in receipts.items():
        number, _, year = identified(rows_of(RETURNS / file))
        assert received_at < due[by_number[number]["form"], year], file


def test_formats_and_sizes():
    assert Counter(path.suffix for path in RETURNS.rglob("*.*")) == {".xlsx": 155, ".csv": 12, ".xls": 1}
    assert max(path.stat().st_size for path in RETURNS.rglob("*.*")) < 15_000


@pytest.mark.parametrize("path", sorted(RETURNS.glob("*/*考评方案*.xlsx")), ids=lambda p: p.stem)
def test_a_scheme_weighs_100_in_each_class_and_has_seven_dimensions(path):
    body = {sheet: rows_of(path, sheet)[4:] for sheet in ("分类", "指标", "权重", "等次")}
    sums = defaultdict(Decimal)
    for class_id, _, weight in (row[:3] for row in body["权重"]):
        assert Decimal(weight).as_tuple().exponent >= -2
        sums[class_id] += Decimal(weight)
    assert sums == dict.fromkeys({row[2] for row in body["分类"]}, Decimal(100))
    assert {row[2] for row in body["指标"]} == DIMENSIONS
    assert {row[11] for row in body["指标"]} == {"过程", "实绩", "效果"}
    assert {(class_id, row[0]) for class_id in sums for row in body["指标"]} == {(row[0], row[1]) for row in body["权重"]}
    assert all(Decimal(row[2]) <= 5 for row in body["权重"] if row[1] == "gdp_growth_rate")


@pytest.mark.parametrize("path", sorted(RETURNS.glob("*/*绩效目标表*.xlsx")), ids=lambda p: p.stem)
def test_targets_cover_each_city_and_name_their_source(path):
    rows = rows_of(path)[4:]
    cities = 21 if path.parent.name.startswith("44") else 18
    assert len({(row[0], row[2]) for row in rows}) == len(rows) == 3 * cities
    assert all(row[5] and row[6] for row in rows)
