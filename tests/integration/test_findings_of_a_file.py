"""`zhunsheng findings --figures`: the night's rules on a file that somebody brings, with units and indicators that no register knows."""

from __future__ import annotations

import csv
import math

import duckdb
import nights
import pytest

from warehouse.scratch import suspecting

TOWNS, YEARS = [f"town-{n:02d}" for n in range(12)], range(2011, 2017)
SLIPPED = ("town-03", "road_length", "2014")


def _towns() -> list[tuple]:
    """Twelve towns over six years, each growing at a rate of its own; one figure with its point a place too far right."""
    rows = []
    for n, town in enumerate(TOWNS):
        for year in YEARS:
            value = (40 + 7 * n) * math.exp((0.03 + 0.004 * (n % 5)) * (year - 2011)) * (1 + 0.01 * ((n * 7 + year * 5) % 4))
            rows.append((town, "road_length", year, f"{value * (10 if (town, year) == ('town-03', 2014) else 1):.1f}", ""))
    return rows


@pytest.fixture(scope="module")
def found(published, tmp_path_factory) -> tuple[list[dict], list[dict]]:
    """Suspicions of a file holding the sample's own figures and the towns; and the edition's."""
    folder = tmp_path_factory.mktemp("file")
    grid = "select unit_code, indicator, period, value_text, coalesce(printed_unit, '') from expected_grid where value_text is not null order by all"
    with (folder / "figures.csv").open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([("unit_code", "indicator", "period", "value", "unit"), *nights.query(published.database, grid), *_towns()])
    nights.cli(published.home, "findings", "--figures", folder / "figures.csv", "--csv", folder / "out.csv")
    rows = list(csv.DictReader((folder / "out.csv").open(encoding="utf-8")))
    return rows, nights.rows(published.database, "from findings order by rank")


def test_a_slip_among_unknown_units_comes_up_with_what_it_should_be(found):
    mine = [row for row in found[0] if row["unit_code"].startswith("town") and not row["suppressed_by"]]
    assert (mine[0]["unit_code"], mine[0]["indicator"], mine[0]["period"]) == SLIPPED
    others = [row for row in mine if (row["unit_code"], row["indicator"], row["period"]) != SLIPPED]
    assert all(float(row["q_value"]) > 0.5 for row in others), "honest figures stay in the noise"
    slip = next(row for row in mine if row["rule_code"] == "SL02")
    assert float(slip["suggested"]) == pytest.approx(float(slip["value"]) / 10)


def test_the_same_figures_give_the_same_suspicions_as_the_night(found):
    rules = {"SL01", "SL02", "YR01", "YR02", "JP01", "JP02", "RT01", "PE01", "KE01", "CR01", "CR02", "CR04"}
    cells = [{(r["unit_code"], r["indicator"], str(r["period"]), r["rule_code"]) for r in rows if r["rule_code"] in rules and not r["unit_code"].startswith("town")} for rows in found]
    assert cells[0] == cells[1]


def test_months_are_told_where_to_go(published, tmp_path):
    (tmp_path / "m.csv").write_text("unit_code,indicator,period,value\na,x,2020-01,1\n", "utf-8")
    said = nights.cli(published.home, "findings", "--figures", tmp_path / "m.csv", ok=False)
    assert said.returncode == 2 and "2020-01" in said.stderr


def test_unknown_units_have_their_peers_by_what_is_told_then_by_their_code(published, tmp_path):
    lines = ["unit_code,indicator,period,value,province_code", "320100,x,2020,1,", "330100,x,2020,1,360000", "town,x,2020,1,", "510100,x,2020,1,440000"]
    (tmp_path / "f.csv").write_text("\n".join(lines), "utf-8")
    con = duckdb.connect()
    suspecting.lay_out(con, published.settings, tmp_path / "f.csv")
    peers = dict(con.execute("select unit_code, province_code from raw.register_units where unit_code in ('320100', '330100', 'town', '510100')").fetchall())
    assert peers == {"320100": "320000", "330100": "360000", "town": suspecting.PEERS, "510100": "510000"}


def test_a_file_as_people_keep_it_is_told_its_faults_and_nothing_else(published, tmp_path):
    """GB18030, Chinese heads, a blank line, a quote in a name: read. A text for a number and a cell reported twice: reported. Nobody asks for a unit that no line names."""
    lines = ["行政区划代码,行政区划,指标,年份,数值", "320100,南京市,road_length,2020,约300", ",,,,", "320200,无锡市,children's homes,2020,21", "320200,无锡市,children's homes,2020,12",
             "320300,徐州市,children's homes,2020,17"]  # fmt: skip
    (tmp_path / "f.csv").write_bytes("\n".join(lines).encode("gb18030"))
    nights.cli(published.home, "findings", "--figures", tmp_path / "f.csv", "--csv", tmp_path / "out.csv")
    reported = {(row["unit_code"], row["rule_code"], row["cell"]): row["why_en"] for row in csv.DictReader((tmp_path / "out.csv").open(encoding="utf-8"))}
    assert set(reported) == {("320100", "TY01", "line 2"), ("320200", "FM08", "line 4")}
    assert "between rows 4 and 5" in reported["320200", "FM08", "line 4"]
