"""`zhunsheng score` on figures and schemes as strangers write them."""

from __future__ import annotations

import csv
from pathlib import Path

import nights
import pytest

INDICATORS = 'indicator,parent,direction,method,low,high,weight\n"GDP, per head",Economic weight,higher,min_max,0,50,2\njobs lost,Economic weight;Society,-1,min_max,0,10,\n'
FIGURES = 'Unit_Code,Indicator,Period,Value,Note\nLa Paz,"GDP, per head",2018-19,2.5e1,x\nLa Paz,jobs lost,2018-19,NA,\n上海,"GDP, per head",2018-19,50,\n上海,jobs lost,2018-19,2.5,\n上海,unused,2018-19,1,\n'


def run(folder: Path, figures: str = FIGURES, indicators: str = INDICATORS, ok: bool = True):
    (folder / "scheme").mkdir(exist_ok=True)
    (folder / "scheme" / "indicators.csv").write_text(indicators, "utf-8-sig")
    (folder / "figures.csv").write_text(figures, "utf-8-sig")
    done = nights.cli(folder / "home", "score", "--scheme", folder / "scheme", "--figures", folder / "figures.csv", "--out", folder / "out.csv", ok=ok)
    if not ok:
        return done
    with (folder / "out.csv").open(encoding="utf-8", newline="") as handle:
        return {(r["unit_code"], r["period"], r["node"]): r for r in csv.DictReader(handle)}, done


def test_names_periods_and_numbers_as_people_write_them(tmp_path):
    found, done = run(tmp_path)
    got = {(unit, node): row["score"] for (unit, period, node), row in found.items() if period == "2018-19"}
    assert got == {("La Paz", "GDP, per head"): "50", ("La Paz", "jobs lost"): "", ("上海", "GDP, per head"): "100", ("上海", "jobs lost"): "75",
                   ("La Paz", "Economic weight"): "50", ("La Paz", "Society"): "", ("上海", "Economic weight"): "91.6666666667", ("上海", "Society"): "75",
                   ("La Paz", "index"): "50", ("上海", "index"): "83.3333333333"}
    assert found["La Paz", "2018-19", "jobs lost"]["status"] == "MISSING"
    assert found["上海", "2018-19", "index"]["published"] == "83.33"
    assert "unused" in done.stdout


@pytest.mark.parametrize(("old", "new", "words"), [("50,\n上", "fifty,\n上", "figures.csv:4: 不是数"), *((f"50,\n上", f"{bad},\n上", "figures.csv:4: 不是数") for bad in ("nan", "NaN", "inf", "-inf", "-")),
    ("50,\n上", "1000000000000000,\n上", "figures.csv:4: 数值过大"), ("上海,jobs lost", "上海,\"GDP, per head\"", "stand twice"), ("Value", "Wert", "missing columns value")])
def test_figures_that_cannot_be_used_name_their_line(tmp_path, old, new, words):
    done = run(tmp_path, FIGURES.replace(old, new), ok=False)
    assert done.returncode == 2 and words in done.stderr


def test_a_scheme_that_cannot_be_computed_is_refused_with_its_line(tmp_path):
    done = run(tmp_path, indicators=INDICATORS.replace("-1,min_max", "-1,minmax"), ok=False)
    assert done.returncode == 2 and "indicators.csv:3" in done.stderr
