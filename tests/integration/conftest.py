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
# Shenzhen printed 330 for 3.3 in 2022: 广东省统计局 mends it. Zhanjiang printed 79 (thousands?) insured in 2019: 广东省医保局 mends it.
GROWTH_CELL, GROWTH = "E9", 3.3
INSURED_CELL, INSURED = "C14", 790000


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
    growth = nights.corrected(nights.sample_file("44-tjj", "2022"), {GROWTH_CELL: GROWTH})
    nights.drop(settings, "44-tjj", "广东省2022年统计综合年报表（更正）.xlsx", growth, "2024-11-05T10:00:00")
    insured = nights.corrected(nights.sample_file("44-ybj", "2019"), {INSURED_CELL: INSURED})
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
