"""`zhunsheng detect`: a file in, evidence in order out, and nothing passed in silence."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.truth import families
from benchmarks.truth.panel import Honest, honest
from expectations.detectors.long_table import block, month_of
from zhunsheng.cli import main

MAKE = Honest(units=40, cities=4, indicators=8)


def table(panel, path, periods=60):
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow("unit_code indicator period value group".split())
        for u, i, t in np.ndindex(*panel.shape):
            if t < periods:
                out.writerow([f"u{u:02d}", f"i{i}", f"{2019 + t // 12}-{t % 12 + 1:02d}", int(panel.values[u, i, t]), f"g{panel.group[u]}"])
    return path


def run(*arguments):
    return CliRunner().invoke(main, ["detect", *map(str, arguments)])


def read(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def bent():
    panel, touched, _ = families.inject(honest(5, MAKE), [families.load()["linear_interp"]], 2, 1, guilty_units=2, share=0.4)
    return panel, {(f"u{u:02d}", f"i{i}") for u, i in np.argwhere(touched)}


def test_bent_series_come_first_and_with_reasons(bent, tmp_path):
    panel, guilty = bent
    reported = run("--figures", table(panel, tmp_path / "f.csv"), "--accepted", table(honest(6, MAKE), tmp_path / "a.csv"), "--out", tmp_path / "o.csv")
    assert reported.exit_code == 0, reported.output
    rows = [row for row in read(tmp_path / "o.csv") if row["rank"]]
    straight = [row for row in rows if row["detector"] == "straight"]
    first = {(row["unit_code"], row["indicator"]) for row in straight[: len(guilty)]}
    assert len(first & guilty) >= len(guilty) - 1, "an honest series may come as straight by chance, no more than one"
    assert all("需核验" in row["why_zh"] and "verify" in row["why_en"] for row in rows)
    assert all(0 <= float(row["q_value"]) <= 1 for row in rows) and float(straight[0]["q_value"]) <= 0.1
    assert [float(row["p"]) for row in rows] == sorted(float(row["p"]) for row in rows)


def test_without_accepted_figures_there_is_an_order_and_no_q(bent, tmp_path):
    panel, guilty = bent
    source = table(panel, tmp_path / "f.csv")
    assert run("--figures", source, "--out", tmp_path / "o.csv").exit_code == 0
    assert run("--figures", source, "--out", tmp_path / "again.csv").exit_code == 0
    assert (tmp_path / "o.csv").read_bytes() == (tmp_path / "again.csv").read_bytes()
    rows = [row for row in read(tmp_path / "o.csv") if row["rank"]]
    assert rows and {row["q_value"] for row in rows} == {""}
    first = [(row["unit_code"], row["indicator"]) for row in rows if row["detector"] == "straight"]
    assert set(first) <= guilty


def test_annual_series_and_gaps_are_told_not_passed(tmp_path):
    panel = honest(5, MAKE)
    source = table(panel, tmp_path / "f.csv", periods=12)
    lines = source.read_text().splitlines()
    source.write_text("\n".join(lines[:5] + lines[6:]) + "\n")
    assert run("--figures", source, "--out", tmp_path / "o.csv").exit_code == 0
    silent = [row for row in read(tmp_path / "o.csv") if not row["rank"]]
    assert {row["unit_code"] for row in silent if row["detector"] == "INCOMPLETE"} == {"u00"}
    assert {"straight", "copied_peer", "too_smooth"} <= {row["detector"] for row in silent}


def test_a_file_that_cannot_be_used_says_why(tmp_path):
    for text, says in (("a,b\n1,2\n", "columns missing"), ("unit_code,indicator,period,value\n", "no figures"),
                       ("unit_code,indicator,period,value\na,i,2021-01,3\na,i,2021,3\n", "one grain"),
                       ("unit_code,indicator,period,value\na,i,2021-02,3\n", "no series"), ("unit_code,indicator,period,value\na,i,2021-13,3\n", "2021-13"),
                       ("unit_code,indicator,period,value\na,i,2021-01,3\na,i,202101,4\n", "twice")):  # fmt: skip
        (tmp_path / "f.csv").write_text(text)
        reported = run("--figures", tmp_path / "f.csv", "--out", tmp_path / "o.csv")
        assert reported.exit_code == 2 and says in reported.output


def test_periods_and_rounding_are_read_as_written():
    assert {month_of(p) for p in ("2021-03", "202103", "2021年3月", "2021/3", "2021.03")} == {(2021 * 12 + 2, 12)}
    assert month_of("2021Q2") == month_of("2021年第2季度") == (2021 * 12 + 3, 4) and month_of("2021年") == (2021 * 12, 1)
    rows = [{"unit_code": u, "indicator": "i", "period": f"2021-{m:02d}", "value": v} for u, v in (("a", "1.50"), ("b", "1,200")) for m in range(1, 13)]
    panel = block(rows).panel
    assert panel.resolution[:, 0].tolist() == [0.01, 100.0] and panel.coarse[:, 0].tolist() == [False, True]
