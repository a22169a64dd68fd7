"""Nights that several tests share, each run once: a correction watched by readers, and slips answered in the workbook sent back."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nights
import openpyxl
import pytest

from slips import evidence, workbook
from sources.landing.landing import Landing
from warehouse import editions, loading

READERS = 3
CELL = "select cell from expected_grid where unit_code = ? and indicator = ? and period = ?"


@dataclass(frozen=True)
class Corrected:
    """A copy of the published home after two corrections, and what the readers saw meanwhile."""

    settings: object
    output: str
    before: str
    after: str
    readers: list[dict]


@pytest.fixture(scope="session")
def correction(published, tmp_path_factory) -> Corrected:
    """One night with two corrected workbooks; readers loop over the current edition all the while."""
    folder = tmp_path_factory.mktemp("corrected")
    settings = nights.copy_home(published.home, folder / "home")
    # Shenzhen's growth of 2022 is printed 330 and Zhanjiang's insured of 2019 are printed 79: their bureaus mend them.
    cell = nights.query(published.database, CELL, "440300", "gdp_growth_rate", 2022)[0][0]
    growth = nights.corrected(nights.sample_file("44-tjj", "2022"), {cell: 3.3})
    nights.drop(settings, "44-tjj", "广东省2022年统计综合年报表（更正）.xlsx", growth, "2024-11-05T10:00:00")
    cell = nights.query(published.database, CELL, "440800", "medical_insured", 2019)[0][0]
    insured = nights.corrected(nights.sample_file("44-ybj", "2019"), {cell: 790000})
    nights.drop(settings, "44-ybj", "广东省2019年医疗保障年报表（更正）.xlsx", insured, "2024-11-05T11:00:00")
    stop = folder / "stop"
    reports = [folder / f"reader{number}.json" for number in range(READERS)]
    script = Path(__file__).parent / "reader_loop.py"
    readers = [subprocess.Popen([sys.executable, str(script), str(settings.editions), str(stop), str(report)]) for report in reports]
    try:
        done = nights.cli(settings.home, "nightly")
    finally:
        stop.touch()
        for reader in readers:
            reader.wait(timeout=60)
    after = nights.edition_of(done.stdout)
    return Corrected(settings, done.stdout, published.edition, after, [json.loads(report.read_text("utf-8")) for report in reports])


@pytest.fixture(scope="session")
def small(shared) -> nights.Settings:
    """A home with one published night on the reduced sample. Nobody runs a night here: copy it (`nights.copy_home`)."""

    def make(folder: Path) -> None:
        reduced = nights.Reduced(folder)
        settings = reduced.home()
        reduced.fill(settings)
        nights.Driver(settings).run()

    return nights.Settings(home=shared.folder("small", make) / "1")


@dataclass(frozen=True)
class Answered:
    """A home whose bureaus answered findings of 2019: `slip` is the statistics bureau's before, `spikes` the finance bureau's four jumps."""

    settings: object
    slip: evidence.Slip
    spikes: list[dict]
    first: str


@pytest.fixture(scope="session")
def answered(reduced) -> Answered:
    """Nobody runs a night here: copy it (`nights.copy_home`)."""
    settings = reduced.home()
    wrong = nights.corrected(nights.sample_file("51-tjj", "2019"), {"F7": "41.13", "C8": "=1+1"})
    for provider, name, content in reduced.returns():
        content = wrong if provider == "51-tjj" and "2019" in name else content
        nights.drop(settings, provider, name, content, "2024-01-01T10:00:00")
    first = nights.Driver(settings).run()
    slips = {provider: slip_of(settings, provider) for provider in ("51-tjj", "51-czt")}
    spikes = [f for f in slips["51-czt"].findings if f["rule_code"] == "YR01"]
    until = {"依据": "统字〔2020〕1号", "豁免至": "2025-12-31"}
    nights.drop(settings, "51-tjj", "答复.xlsx", answers(settings, slips["51-tjj"], {
        ("JP01", "F7"): {"答复": "更正", "更正为": "11.75"}, ("ID01", "F20 G20 H20"): {"答复": "申请豁免", "理由": "四舍五入，年鉴原数如此"} | until}), "2024-02-01T10:00:00")
    nights.drop(settings, "51-czt", "答复.xlsx", answers(settings, slips["51-czt"], {
        ("YR01", spike["cell"]): {"答复": "说明", "理由": "一次性安排"} for spike in spikes[:3]}), "2024-02-01T10:00:00")
    nights.Driver(settings).run()
    return Answered(settings, slips["51-tjj"], spikes, first)


def slip_of(settings, provider: str) -> evidence.Slip:
    """The slip of a provider's first return of 2019."""
    with evidence.Evidence(editions.database(settings), loading.declared(settings)) as opened:
        return next(s for s in opened.slips() if s.sent["provider_id"] == provider and s.sent["period"] == 2019)


def answers(settings, slip: evidence.Slip, lines: dict[tuple[str, str], dict[str, str]]) -> bytes:
    """The annotated workbook with answers: columns by the beginning of their header, lines by (rule, cells)."""
    landing, known = Landing(settings.landing), loading.declared(settings)
    original = landing.read(next(e["sha256"] for e in landing.ledger.entries() if e["submission_id"] == slip.sent["submission_id"]))
    book = openpyxl.load_workbook(io.BytesIO(workbook.annotate(original, slip.findings, slip.rules, slip.sent["submission_id"], known.forms["answers"])))
    sheet = book["答复 Answers"]
    places = {(sheet.cell(r, 2).value, sheet.cell(r, 4).value): r for r in range(5, sheet.max_row + 1)}
    for place, said in lines.items():
        for header, text in said.items():
            column = next(c for c in range(1, sheet.max_column + 1) if sheet.cell(4, c).value.startswith(header))
            sheet.cell(places[place], column).value = text
    return nights.saved(book)
