"""Each pattern that inspections find, put into the sample's own figures: the rule named for it fires, clean cells stay silent."""

from decimal import Decimal

import pytest
from mutated import Bent

BEDS = ("510800", "hospital_beds", 2021)
DOCTORS = ("510800", "doctors", 2021)


@pytest.fixture(scope="module")
def whole(published) -> Bent:
    return Bent(published.settings.warehouse)


@pytest.fixture
def bent(whole):
    """The sample as it is; what a test bends is undone after it."""
    schemas = dict(whole.schema_of)
    whole.con.execute("begin")
    yield whole
    whole.con.execute("rollback")
    whole.schema_of = schemas


@pytest.fixture(scope="module")
def quiet(whole):
    """The hits of the sample as it is, from which every test's must differ."""
    whole.con.execute("begin")
    hits = whole.judge()
    whole.con.execute("rollback")
    return hits


def digits(bent, cell) -> str:
    return format(bent.figure(*cell)["value_printed"].normalize(), "f")


def new_hits(quiet, bent) -> set[tuple]:
    return bent.judge() - quiet


def fired(hits, cell) -> set[str]:
    return {hit[0] for hit in hits if hit[1:] == cell}


def elsewhere(hits, *cells) -> set[tuple]:
    """Hits on other cells; a comparison with a bent figure names both of its sides (CR.., YR01), a hint hints (JP02)."""
    return {hit for hit in hits if hit[1:] not in cells and hit[0][:2] != "CR" and hit[0] not in ("YR01", "JP02")}


ONE_CELL = [
    ("times a hundred", "SL01", lambda text: text + "00"),
    ("times ten", "SL02", lambda text: text + "0"),
    ("a digit left out", "KE01", lambda text: text[1:]),
    ("a digit twice", "KE01", lambda text: text[0] + text),
    ("the first two exchanged", "KE02", lambda text: text[1] + text[0] + text[2:]),
    ("a digit misread", "KE03", lambda text: ("8" if text[0] != "8" else "3") + text[1:]),
    ("half as much again", "YR02", lambda text: str(int(int(text) * 1.5))),
]


@pytest.mark.parametrize(("rule", "bend"), [case[1:] for case in ONE_CELL], ids=[case[0] for case in ONE_CELL])
def test_one_bent_figure(quiet, bent, rule, bend):
    bent.bend(*BEDS, bend(digits(bent, BEDS)))
    hits = new_hits(quiet, bent)
    assert rule in fired(hits, BEDS)
    assert elsewhere(hits, BEDS) == set()
    assert bent.rank().index(BEDS) < 67  # the first hundredth of all figures, shared with the sample's own errors


def test_two_columns_exchanged(quiet, bent):
    beds, doctors = digits(bent, BEDS), digits(bent, DOCTORS)
    bent.bend(*BEDS, doctors)
    bent.bend(*DOCTORS, beds)
    hits = new_hits(quiet, bent)
    assert "MC01" in fired(hits, BEDS) & fired(hits, DOCTORS)
    assert elsewhere(hits, BEDS, DOCTORS) == set()


def test_two_rows_exchanged(quiet, bent):
    other = ("510700", "hospital_beds", 2021)
    mine, theirs = digits(bent, BEDS), digits(bent, other)
    bent.bend(*BEDS, theirs)
    bent.bend(*other, mine)
    hits = new_hits(quiet, bent)
    assert "MC02" in fired(hits, BEDS) & fired(hits, other)
    assert elsewhere(hits, BEDS, other) == set()


def test_copies_of_last_year_of_the_year_before_of_a_column_and_of_a_neighbour(quiet, bent):
    cells = {"CP01": BEDS, "CP05": ("510700", "doctors", 2022), "CP04": ("510600", "doctors", 2021), "CP03": ("510900", "hospital_beds", 2021)}
    bent.bend(*cells["CP01"], digits(bent, ("510800", "hospital_beds", 2020)))
    bent.bend(*cells["CP05"], digits(bent, ("510700", "doctors", 2020)))
    bent.bend(*cells["CP04"], digits(bent, ("510600", "hospital_beds", 2021)))
    bent.bend(*cells["CP03"], digits(bent, ("511000", "hospital_beds", 2021)))
    hits = new_hits(quiet, bent)
    for rule, cell in cells.items():
        assert rule in fired(hits, cell), rule


def test_a_column_carried_over(quiet, bent):
    units = [row[0] for row in bent.con.execute("select distinct unit_code from staging.stg_figures where indicator = 'doctors' and period = 2021 and unit_code like '51%'").fetchall()]
    for unit in units:
        bent.bend(unit, "doctors", 2021, digits(bent, (unit, "doctors", 2020)))
    assert {hit[1] for hit in new_hits(quiet, bent) if hit[0] == "CP02"} == set(units)


def test_runs_that_are_too_even(quiet, bent):
    for cell, values in {"frozen": (20001, 20001, 20001, 20001), "even": (20001, 20401, 20801, 21201), "rate": (20001, 20401, 20809, 21225)}.items():
        unit = {"frozen": "510800", "even": "510700", "rate": "510600"}[cell]
        for year, value in zip(range(2019, 2023), values, strict=True):
            bent.bend(unit, "hospital_beds", year, value)
    hits = new_hits(quiet, bent)
    assert "FZ01" in fired(hits, ("510800", "hospital_beds", 2021))
    assert "FZ02" in fired(hits, ("510700", "hospital_beds", 2021))
    assert "FZ03" in fired(hits, ("510600", "hospital_beds", 2021))


def test_the_target_to_the_digit(quiet, bent):
    cell = ("440100", "sewage_treatment_rate", 2018)
    bent.con.execute("update staging.stg_targets set target = 96.37 where unit_code = ? and indicator = ? and period = ?", list(cell))
    bent.bend(*cell, "96.37")
    assert "TG01" in fired(new_hits(quiet, bent), cell)


def test_shares_that_no_longer_add_up(quiet, bent):
    cell = ("510800", "secondary_industry_share", 2021)
    bent.bend(*cell, Decimal(digits(bent, cell)) + 9)
    hits = new_hits(quiet, bent)
    assert "ID01" in fired(hits, cell)
    order = bent.rank()
    assert order.index(cell) < 90
    others = [(cell[0], name, cell[2]) for name in ("primary_industry_share", "tertiary_industry_share")]
    assert all(order.index(cell) <= order.index(other) for other in others)


def test_an_honest_jump_of_a_restless_figure_ranks_below_a_slip(bent):
    restless = ("510800", "industrial_so2", 2021)
    bent.bend(*restless, int(Decimal(digits(bent, restless)) * 2))
    bent.bend(*BEDS, digits(bent, BEDS) + "0")
    bent.judge()
    order = bent.rank()
    assert order.index(BEDS) < (order.index(restless) if restless in order else len(order))


def test_a_shock_common_to_the_province_is_not_flagged(quiet, bent):
    bent.con.execute("update staging.stg_figures set value = value * 1.6, value_printed = value_printed * 1.6 where indicator = 'doctors' and period = 2021 and unit_code like '51%'")
    hits = {hit for hit in new_hits(quiet, bent) if hit[0] in ("YR02", "JP01") and hit[2] == "doctors"}
    assert len(hits) <= 1


def test_what_later_years_bring_leaves_the_marks_of_a_closed_year_as_they_were(bent):
    """Two clocks: hits that change a status are the same whether or not the years after are known; the others may differ."""
    then = "select rule_code, unit_code, indicator, period from validated.all_hits where period <= 2020 and severity in ('E', 'W') and as_known_then order by all"
    with_hindsight = "select count(*) from validated.all_hits where period <= 2020 and not as_known_then"
    bent.judge()
    known, hindsight = bent.con.execute(then).fetchall(), bent.con.execute(with_hindsight).fetchone()
    bent.con.execute("delete from staging.stg_figures where period > 2020")
    bent.judge()
    assert bent.con.execute(then).fetchall() == known and len(known) > 100
    assert bent.con.execute(with_hindsight).fetchone() < hindsight
