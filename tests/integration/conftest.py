"""The night of a correction, watched by readers from its beginning to its end: shared by several tests, run once."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nights
import pytest

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
