"""A corrected workbook dropped in: the diff names what changed, and nothing else moved.

Two returns are mended in one night (see conftest): Shenzhen's growth of 2022 (330 -> 3.3) and Zhanjiang's insured of 2019
(79 -> 790000). What may change follows from the scheme: the unit itself, its peers where it sets their yardstick, the years
beside it, and never the other province. One thing reaches further: how certain it is that a figure is wrong is its rank among all figures, so
that one which lay beside a limit may cross it (docs/truth.md); the tests say which did, and hold them to have lain there.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import nights
import pytest

from warehouse import editions

SHENZHEN, ZHANJIANG = "440300", "440800"
# What a replaced return changes on every row that names it, whatever it says.
IDENTITY = {"submission_id", "received_at", "known_at", "file_name", "sha256", "is_in_force", "is_late"}
# A suspicion is reported with what the peers do, and its place among all others is relative.
REASONS, ORDER = {"why_zh", "why_en"}, {"rank", "q_value"}
MEDICAL = "medical_coverage"
# What the units' median change of the mended indicator leads to, in whatever province.
PREDICTED = {"suggested", "expected_low", "expected_high", "error_rate", "impact_permille", "impact_band_zh"}
GROWTH, INSURED = (SHENZHEN, "gdp_growth_rate", "2022"), (ZHANJIANG, "medical_insured", "2019")


PLACE = ("unit_code", "indicator", "period")


@pytest.fixture(scope="module")
def changes(correction):
    """{mart: {key: {column: (before, after)}}}; where a mart's key names unit, indicator or period, its key here is those, in that order."""
    names = {mart.name: mart.key for mart in editions.marts(correction.settings.project)}
    found = defaultdict(lambda: defaultdict(dict))
    for change in editions.diff(correction.settings, correction.before, correction.after):
        parts = dict(zip(names[change.mart], change.key.split(" "), strict=False))
        key = tuple(parts[name] for name in PLACE if name in parts) if "unit_code" in parts else change.key
        found[change.mart][key][change.column] = (change.before, change.after)
    return found


BESIDE = Decimal("0.1")  # how far the certainty of a figure elsewhere may move with a correction
TREATED = """select unit_code, indicator, cast(period as varchar) as period, max(treatment) as treatment, max(certainty_then) as certainty_then, max(certainty) as certainty
    from doubts group by all"""


@pytest.fixture(scope="module")
def crossed(correction) -> dict[tuple, list[dict]]:
    """{place: its doubt before and after} of the figures elsewhere that another treatment was given, each with a certainty beside a limit."""
    found = defaultdict(list)
    for edition in (correction.before, correction.after):
        for row in nights.rows(editions.database(correction.settings, edition), TREATED):
            found[tuple(row[name] for name in PLACE)].append(row)
    changed = {place: rows for place, rows in found.items() if len(rows) == 1 or rows[0]["treatment"] != rows[1]["treatment"]}
    return {place: rows for place, rows in changed.items() if place not in (GROWTH, INSURED) and place[:2] != INSURED[:2]}


@pytest.fixture(scope="module")
def reached(correction, crossed) -> set[tuple[str, str]]:
    """(unit, year) of the classes in which such a figure stops or starts to be a reference."""
    classes = _classes(correction).items()
    return {(peer, period) for unit, _, period in crossed for (_, year), units in classes if str(year) == period and unit in units for peer in units}


def test_a_doubt_elsewhere_changes_only_where_it_lay_beside_a_limit(crossed):
    assert len(crossed) <= 5
    for place, rows in crossed.items():
        certainties = {row[name] for row in rows for name in ("certainty_then", "certainty")}
        assert any(abs(certainty - limit) <= BESIDE for certainty in certainties for limit in (3, 4)), (place, rows)


def _classes(correction) -> dict[tuple[str, int], set[str]]:
    rows = nights.query(editions.database(correction.settings), "select class_id, period, unit_code from scorecards")
    found = defaultdict(set)
    for class_id, period, unit in rows:
        found[class_id, period].add(unit)
    return found


def test_the_night_says_what_it_computed(correction):
    assert "2018 2019 2020 2021 2022 2023" in correction.output  # 2019 reaches 2018-2022, 2022 reaches 2021 onwards
    assert "full" not in correction.output.rsplit("periods computed", 1)[1].splitlines()[0]


# -- readers are never blocked and never see half a night

def test_readers_loop_through_a_whole_night_without_one_error(correction):
    for reader in correction.readers:
        assert reader["errors"] == []
        assert reader["reads"] > 10


def test_readers_see_the_old_edition_then_the_new_one(correction):
    assert correction.before != correction.after
    for reader in correction.readers:
        assert reader["seen"] == [correction.before, correction.after]


# -- what changed

def test_the_diff_on_the_terminal_names_the_cell_and_the_score(correction, tmp_path):
    target = tmp_path / "diff.csv"
    said = nights.cli(correction.settings.home, "edition", "diff", "--csv", target).stdout
    assert f"{correction.before} → {correction.after}" in said
    lines = target.read_text("utf-8").splitlines()
    assert any(line.startswith(f"expected_grid,{SHENZHEN} gdp_growth_rate 2022 44-tjj,value_text,330,3.3") for line in lines)
    assert any(line.startswith(f"scorecards,{SHENZHEN} 2022,score,") for line in lines)


def test_only_the_mended_cells_have_another_value(changes):
    values = {key for key, columns in changes["expected_grid"].items() if {"value", "value_text"} & columns.keys()}
    assert values == {GROWTH, INSURED}
    assert changes["expected_grid"][GROWTH]["status"] == ("QUARANTINED", "ACCEPTED")
    assert changes["expected_grid"][INSURED]["status"] == ("QUARANTINED", "ACCEPTED")


def test_the_grid_changed_only_where_the_return_is_the_new_one_or_a_point_was_settled(changes, crossed):
    for key, columns in changes["expected_grid"].items():
        unit, indicator, period = key
        if key in crossed and "value" not in columns:
            continue
        if columns.keys() <= REASONS | IDENTITY and columns.keys() & REASONS and unit.startswith("44"):
            continue  # peers of the province: what a point to verify rests on may be reported with another digit
        if columns.keys() <= IDENTITY:
            assert (indicator, period) == ("medical_insured", "2019") or period == "2022"
        else:
            assert (unit, period) in {(SHENZHEN, "2022"), (SHENZHEN, "2023"), (SHENZHEN, "2021"), (ZHANJIANG, "2018"), (ZHANJIANG, "2019"), (ZHANJIANG, "2020")}, (key, columns)


def test_scores_changed_only_among_the_peers_of_the_mended_figure(correction, changes, reached):
    classes = _classes(correction)
    prd, coast = classes["PRD", 2022], classes["COAST", 2019]
    # the last place of a contribution is what the rounded running sum of its unit gains, so it may move with an earlier one
    scored = {key for key, columns in changes["indicator_scores"].items() if {"score", "value", "effective_weight"} & columns.keys()}
    may = {(unit, "gdp_growth_rate", "2022") for unit in prd} | {(unit, MEDICAL, "2019") for unit in coast}
    assert scored and {key for key in scored if key[::2] not in reached} <= may
    assert (SHENZHEN, "gdp_growth_rate", "2022") in scored and (ZHANJIANG, MEDICAL, "2019") in scored
    cards = set(changes["scorecards"])
    assert cards - reached <= {(unit, "2022") for unit in prd} | {(unit, "2019") for unit in coast}
    assert set(changes["dimension_scores"]) - reached <= {(unit, "2022") for unit in prd} | {(unit, "2019") for unit in coast}


def test_only_the_neighbouring_years_are_compared_anew(correction, changes, crossed, reached):
    classes = _classes(correction)
    may = {(unit, year) for unit in classes["PRD", 2022] for year in ("2022", "2023")}
    may |= {(unit, year) for unit in classes["COAST", 2019] for year in ("2019", "2020")}
    may |= reached | {(unit, str(int(year) + 1)) for unit, year in reached}
    assert set(changes["score_year_on_year"]) <= may
    for key in changes["year_on_year"]:
        if key[::2] in reached | {(unit, str(int(year) + 1)) for unit, year in reached}:
            continue
        assert key in {
            (SHENZHEN, "gdp_growth_rate", "2022"), (SHENZHEN, "gdp_growth_rate", "2023"), (SHENZHEN, "gdp", "2022"),
            (SHENZHEN, "nox_per_gdp", "2022"), (SHENZHEN, "so2_per_gdp", "2022"),  # at constant prices: by the official growth
            (ZHANJIANG, "medical_insured", "2019"), (ZHANJIANG, "medical_insured", "2020"), (ZHANJIANG, MEDICAL, "2019"), (ZHANJIANG, MEDICAL, "2020"),
        }, key  # fmt: skip


def test_a_correction_after_the_closing_is_told_as_revision_and_starts_from_what_was_published(correction, changes, reached):
    """The counterfactual score of the closed year is, to the last digit, the one that the edition before the correction holds."""
    classes = _classes(correction)
    after = editions.database(correction.settings)
    revised = nights.rows(after, "select * from score_changes where effect = 'revision' and change <> 0")
    cards = {(r["unit_code"], str(r["previous_period"])) for r in revised}
    assert cards and cards == {key for key, columns in changes["scorecards"].items() if "score_exact" in columns} - (reached - cards)
    assert cards - reached <= {(unit, "2022") for unit in classes["PRD", 2022]} | {(unit, "2019") for unit in classes["COAST", 2019]}
    for row in revised:
        for database, column in ((editions.database(correction.settings, correction.before), "score_before"), (after, "score_after")):
            assert nights.query(database, "select score_exact from scorecards where unit_code = ? and period = ?", row["unit_code"], row["previous_period"]) == [(row[column],)]
    assert nights.query(after, "select unit_code, period from score_changes group by all having sum(change) <> max(change_total)") == []


def test_nothing_moved_in_the_other_province_but_for_what_lay_beside_a_limit(correction, changes, reached):
    later = {(unit, str(int(year) + 1)) for unit, year in reached}
    for mart, keys in changes.items():
        # certainty is a rank among all figures, and predictions go with the median of all units: a doubt elsewhere may read a little differently
        free = ORDER | {"certainty", "certainty_then", "predicted", "ratio", "why_zh", "why_en"} if mart == "doubts" else ORDER
        if mart == "findings":
            free = free | PREDICTED
        moved = [key for key, columns in keys.items()
                 if isinstance(key, tuple) and key[0].startswith("51") and not columns.keys() <= free and (key[0], key[-1]) not in reached | later]  # fmt: skip
        assert not moved, mart
    if not reached:
        assert {key.split(" ")[0] for key in changes["provider_quality"]} == {"44-tjj", "44-ybj"}
    ours = "select count(*) from validation_failures where provider_id like '51-%' and rule_code not in ('CE01', 'CE02')"
    assert nights.query(editions.database(correction.settings, correction.before), ours) == nights.query(editions.database(correction.settings), ours)


def test_the_ledger_gained_one_row_per_return_and_says_what_replaces_what(correction, changes):
    gained = [key for key, columns in changes["ledger"].items() if columns.get("*") == (None, "row")]
    assert len(gained) == 2
    rest = {key: columns for key, columns in changes["ledger"].items() if "*" not in columns}
    assert [columns for columns in rest.values()] == [{"is_in_force": ("true", "false")}] * 2
    new = nights.rows(editions.database(correction.settings), "from ledger where replaces is not null")
    assert {(row["provider_id"], row["period"], row["is_in_force"]) for row in new} == {("44-tjj", 2022, True), ("44-ybj", 2019, True)}


def test_the_same_bytes_under_another_name_have_one_effect(correction, tmp_path):
    settings = nights.copy_home(correction.settings.home, tmp_path / "home")
    (mended,) = (settings.inbox / "44-tjj").iterdir()
    nights.drop(settings, "44-tjj", "又一份.xlsx", mended.read_bytes(), "2024-11-06T09:00:00")
    mended.rename(mended.with_name("改了名.xlsx"))
    done = nights.cli(settings.home, "nightly")
    assert nights.NOTHING_CHANGED in done.stdout
    assert nights.edition_of(done.stdout) == correction.after
    ledger = (settings.landing / "ledger.jsonl").read_text("utf-8").splitlines()
    assert [line for line in ledger if '"received_again"' in line]
    assert "相符" in nights.cli(settings.home, "verify").stdout


@pytest.fixture(scope="module")
def disturbed(correction, tmp_path_factory):
    """The next night brings a worse return of one provider and garbage of two others. Returns settings and the edition."""
    settings = nights.copy_home(correction.settings.home, tmp_path_factory.mktemp("disturbed") / "home")
    worse = nights.corrected(nights.sample_file("44-tjj", "2022"), {"E9": 3.3, "E7": 910, "F7": 99})
    nights.drop(settings, "44-tjj", "广东省2022年统计综合年报表（再次更正）.xlsx", worse, "2024-11-07T09:00:00")
    nights.drop(settings, "51-czt", "CZ-01 财政收支年报表（四川省财政厅2022年度）更正.xlsx", b"PK\x03\x04 no workbook", "2024-11-07T09:10:00")
    nights.drop(settings, "44-wjw", "广东省2022年医疗卫生年报表.xlsx", b"", "2024-11-07T09:20:00")
    return settings, nights.Driver(settings).run()


def test_a_bad_correction_does_not_replace_the_accepted_return(correction, disturbed):
    settings, _ = disturbed
    versions = nights.rows(editions.database(settings), "from returns where provider_id = '44-tjj' and period = 2022 order by version_no")
    assert [(v["return_status"], v["is_in_force"]) for v in versions][1:] == [(versions[1]["return_status"], True), ("PARTLY_ACCEPTED", False)]
    assert versions[2]["n_must_fix"] > versions[1]["n_must_fix"]


def test_garbage_of_one_provider_leaves_everything_of_the_others_untouched(correction, disturbed):
    settings, edition = disturbed
    assert edition != correction.after
    moved = {change.mart for change in editions.diff(settings, correction.after, edition)}
    assert not moved & {"scorecards", "indicator_scores", "score_steps", "dimension_scores", "score_year_on_year", "year_on_year", "expected_grid", "value_sources"}
    sent_back = nights.rows(editions.database(settings), "from returns where return_status = 'RETURNED'")
    assert {row["provider_id"] for row in sent_back} == {"51-czt", "44-wjw"}
    findings = nights.rows(editions.database(settings), "from validation_failures where provider_id in ('51-czt', '44-wjw') and severity = 'E'")
    assert {row["provider_id"] for row in findings} == {"51-czt", "44-wjw"}


def test_a_full_build_of_what_was_received_gives_the_same_edition(disturbed, tmp_path):
    """Increments and a rebuild from the kept originals agree to the last byte, findings and rule results included."""
    settings, edition = disturbed
    fresh = nights.Settings(home=tmp_path / "fresh").make()
    (fresh.home / "channels.yml").write_text(nights.INBOX_ONLY, "utf-8")
    fresh.landing.rmdir()
    nights.shutil.copytree(settings.landing, fresh.landing)
    again = nights.Driver(fresh).run()
    assert again == edition, _first_differences(settings, edition, fresh, again)


def _first_differences(settings, edition, fresh, again) -> list:
    nights.shutil.copytree(fresh.editions / again, settings.editions / again)
    return editions.diff(settings, edition, again)[:10]
