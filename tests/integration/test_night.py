"""One night on the whole sample, as people see it, and the night after it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys

import nights
import pytest

from warehouse import editions
from warehouse.settings import PROJECT

CITIES, YEARS = 39, range(2018, 2024)
EMPTY_ON_THE_SAMPLE = {"answers", "rulings", "visits", "verification_factor"}  # nobody has answered or ruled yet (test_answers.py, test_rulings.py)
HEAVY = ("dagster", "dbt", "great_expectations", "pandas")
UNCHANGED_NIGHT = """
import json, sys
from zhunsheng.cli import main
try:
    main(["--home", sys.argv[1], "nightly"], standalone_mode=False)
except SystemExit as end:
    assert not end.code, end.code
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


def test_the_night_ends_with_a_table_that_a_person_wants_to_read(published):
    for words in ("收件情况 / what came in", "疑点及其归属", "44-jyt", "2023 年度得分 / scores", "等次 / grades", str(published.settings.editions)):
        assert words in published.output
    assert published.edition in published.output


def test_every_city_and_year_is_scored_and_graded(published):
    cards = nights.query(published.database, "select unit_code, period from scorecards where score is not null and (grade_code is not null) <> is_withheld and coalesce(why_zh, '') <> ''")
    assert len(set(cards)) == len(cards) == CITIES * len(YEARS)


def test_the_second_night_says_that_nothing_changed_and_imports_nothing_heavy(published, tmp_path):
    home = nights.copy_home(published.home, tmp_path / "home").home
    done = subprocess.run([sys.executable, "-c", UNCHANGED_NIGHT, str(home)], cwd=PROJECT, capture_output=True, text=True, check=True)
    *said, modules = done.stdout.strip().splitlines()
    assert nights.NOTHING_CHANGED in done.stdout
    assert nights.edition_of("\n".join(said)) == published.edition
    assert not set(HEAVY) & set(json.loads(modules))
    assert editions.history(nights.Settings(home=home)) == [published.edition]


def test_edition_gives_its_hash_alone_on_the_last_line(published):
    assert nights.cli(published.home, "edition").stdout.strip().splitlines()[-1] == published.edition


def test_verify_holds(published):
    assert "相符" in nights.cli(published.home, "verify").stdout


@pytest.mark.parametrize("mart", editions.marts(PROJECT), ids=lambda mart: mart.name)
def test_every_row_of_every_mart_says_why(published, mart):
    assert {"why_zh", "why_en"} <= {name for name, _ in mart.columns}
    silent = "coalesce(trim(why_zh), '') = '' or coalesce(trim(why_en), '') = ''"
    n, n_silent = nights.query(published.database, f"select count(*), count(*) filter ({silent}) from {mart.name}")[0]
    assert (n > 0 or mart.name in EMPTY_ON_THE_SAMPLE) and n_silent == 0


@pytest.mark.parametrize("mart", editions.marts(PROJECT), ids=lambda mart: mart.name)
def test_every_mart_and_column_is_described_in_both_languages(published, mart):
    comments = nights.query(
        published.database,
        "select comment from duckdb_tables() where table_name = $1 union all select comment from duckdb_columns() where table_name = $1",
        mart.name,
    )
    for (comment,) in comments:
        assert comment and " / " in comment, comment
        assert any("\u4e00" <= letter <= "\u9fff" for letter in comment) and any("a" <= letter <= "z" for letter in comment)


def test_consumers_find_only_the_marts(published):
    tables = nights.query(published.database, "select table_name from duckdb_tables() order by 1")
    assert [name for (name,) in tables] == [mart.name for mart in editions.marts(PROJECT)]


# -- the grid

def test_grid_as_csv(published, tmp_path):
    target = tmp_path / "grid.csv"
    nights.cli(published.home, "grid", "--csv", target)
    with target.open(encoding="utf-8", newline="") as handle:
        lines = list(csv.DictReader(handle))
    assert {"unit_code", "indicator", "period", "status"} <= lines[0].keys()
    keys = [(line["unit_code"], line["indicator"], line["period"]) for line in lines]
    assert len(set(keys)) == len(keys) == nights.query(published.database, "select count(*) from expected_grid")[0][0]


def test_grid_holds_exactly_what_the_registers_owe(published):
    """Counted from forms and calendar without SQL: each city owes every column that its province's forms ask for in that year."""
    from sources.declare import declarations

    known = declarations.load(PROJECT)
    calendar = {(row[0], row[1]) for row in known.registers["calendar"].rows}
    units = [dict(zip(known.registers["units"].columns, row)) for row in known.registers["units"].rows]
    owed = set()
    for provider in known.providers.values():
        cities = [u["unit_code"] for u in units if u["province_code"] == provider.province and u["level"] == "prefecture"]
        for duty, form in ((duty, known.forms[duty.form_id]) for duty in provider.duties):
            for column in (c for table in form.tables for c in table.columns if form.kind == "figures"):
                years = [year for form_id, year in calendar if form_id == form.form_id and duty.era.holds(year) and any(_within(era, year) for era in column.owed)]
                owed |= {(city, column.field, year) for city in cities for year in years}
    assert set(nights.query(published.database, "select unit_code, indicator, period from expected_grid")) == owed


def _within(era, year: int) -> bool:
    return (era.start is None or era.start <= year) and (era.end is None or year <= era.end)


PRINTED_ODDITIES = [
    ("440300", "gdp_growth_rate", 2022, "330"),
    ("440800", "medical_insured", 2019, "79"),
]


@pytest.mark.parametrize(("unit", "indicator", "period", "printed"), PRINTED_ODDITIES)
def test_printed_slips_are_quarantined(published, unit, indicator, period, printed):
    cell = nights.rows(published.database, "from expected_grid where unit_code = ? and indicator = ? and period = ?", unit, indicator, period)
    assert [(c["status"], c["value_text"]) for c in cell] == [("QUARANTINED", printed)]
    assert cell[0]["n_must_fix"] > 0 and printed in cell[0]["why_zh"]


@pytest.mark.parametrize("period", [2018, 2019])
def test_pupils_printed_in_persons_over_ten_thousands_are_quarantined(published, period):
    statuses = nights.query(
        published.database, "select unit_code, status from expected_grid where indicator = 'primary_students' and period = ?", period
    )
    assert len(statuses) == CITIES
    assert {status for _, status in statuses} == {"QUARANTINED"}


def test_a_quarantined_figure_is_in_no_score(published):
    leaked = nights.query(
        published.database,
        """select count(*) from indicator_scores as s inner join value_sources as v using (unit_code, indicator, period)
           where v.input_status = 'QUARANTINED' and s.figure_status <> 'QUARANTINED'""",
    )
    assert leaked == [(0,)]


def test_receipts_of_the_sample_are_those_its_list_tells(published):
    """A return is on time or late by the instant it was received, not by the moment somebody cloned the repository."""
    with (PROJECT / "sources" / "sample" / "receipts.csv").open(encoding="utf-8", newline="") as handle:
        reported = {line["file"]: line["received_at"] for line in csv.DictReader(handle)}
    seen = nights.query(published.database, "select provider_id || '/' || file_name, strftime(received_at, '%Y-%m-%dT%H:%M:%S') from ledger")
    assert dict(seen) == reported
