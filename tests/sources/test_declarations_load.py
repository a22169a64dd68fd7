"""Declarations: loaded whole, and a mistake names file, line and key."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from returns_by_hand import PROJECT

from sources.declare import declarations, registers
from sources.declare.yaml_lines import DeclarationError


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project's declarations."""
    for name in ("forms", "registers"):
        shutil.copytree(PROJECT / "sources" / name, tmp_path / "sources" / name)
    for name in ("providers.yml", "channels.yml"):
        shutil.copy(PROJECT / "sources" / name, tmp_path / "sources" / name)
    return tmp_path


def test_everything_is_declared(known) -> None:
    """Forms, providers, channels and registers are there, owed years and unit eras understood."""
    gdp = known.forms["statistics_annual"].tables[0].column("gdp")
    assert (gdp.unit_in(2018), gdp.unit_in(2023), gdp.owed_in(2017), gdp.owed_in(2030)) == ("万元", "亿元", False, True)
    population = known.forms["statistics_annual"].tables[0].column("resident_population")
    assert [p for p in range(2018, 2025) if population.owed_in(p)] == [2020, 2023]
    assert {"sample", "inbox"} <= {c.channel_id for c in known.channels}


MISTAKES = [
    ("forms/finance_annual.yml", "kind: figures", "kind: figure", "finance_annual.yml:1", "kind"),
    ("forms/finance_annual.yml", "number: CZ-01\n", "", "finance_annual.yml:1", "number"),
    ("forms/finance_annual.yml", "header_zh: [科学技术支出]", "header_zh: [教育支出]", "finance_annual.yml:23", "教育支出"),
    ("forms/finance_annual.yml", "- indicator: science_expenditure", "- field: science_expenditure", "finance_annual.yml:", "indicator"),
    ("forms/finance_annual.yml", "- indicator: science_expenditure", "- indicator: sciense_expenditure", "finance_annual.yml:", "sciense_expenditure"),
    ("providers.yml", "forms: [finance_annual]", "forms: [finance]", "providers.yml:", "finance"),
    ("providers.yml", "44-tjj", "44-czt", "providers.yml:", "44-czt"),
    ("channels.yml", "kind: files", "kind: fax", "channels.yml:", "fax"),
    ("channels.yml", "kind: files", "kind: files\n  kind: sql", "channels.yml:", "twice"),
    ("channels.yml", "kind: files", "kind: [files", "channels.yml", "line"),
    ("registers/measures.csv", ",亿元,1", ",亿元,one", "measures.csv:2", "factor"),
    ("registers/measures.csv", ",亿元,1", ",亿元", "measures.csv:2", "fields"),
]


@pytest.mark.parametrize("file, old, new, place, key", MISTAKES, ids=[f"{m[0]} {m[2][:20]}" for m in MISTAKES])
def test_a_mistake_names_its_place(project: Path, file: str, old: str, new: str, place: str, key: str) -> None:
    """The error says which file, near which line, and what about."""
    path = project / "sources" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DeclarationError) as error:
        declarations.load(project)
    assert place in str(error.value) and key in str(error.value)


# A newcomer's ordinary edits: each would load, and something would silently not happen. (file, old, new, place, key, way to mend it)
EDITS = [
    ("registers/indicators.csv", "\ngdp,", "\npark_area,公园面积,Park area,亿元,4,+,民生改善,0,,,,30,true,定量,,,\ngdp,",
     "registers/indicators.csv:2:", "park_area", "registers/definitions.csv 增加一行：park_area"),
    ("registers/definitions.csv", "fiscal_revenue,v1,2018,", "fiscal_revenue,v1,2020,", "forms/finance_annual.yml:8:", "2018、2019", "registers/definitions.csv 补齐年度"),
    ("registers/definitions.csv", "\ngdp,v1,", "\ngpd,v1,", "registers/definitions.csv:2:", "gpd", "更正代码"),
    ("forms/finance_annual.yml", "form: finance_annual", "form: finances_annual", "forms/finance_annual.yml:1:", "finances_annual", "registers/calendar.csv 逐年增加一行"),
    ("registers/calendar.csv", "culture_annual,2018", "culture_anual,2018", "registers/calendar.csv:5:", "culture_anual", "更正代码"),
    ("forms/finance_annual.yml", "unit: 万元", "unit: 万圆", "forms/finance_annual.yml:8:", "万圆", "registers/measures.csv 增加一行：万圆,"),
]


@pytest.mark.parametrize("file, old, new, place, key, way", EDITS, ids=[f"{e[0]} {e[4]}" for e in EDITS])
def test_an_edit_that_would_silently_drop_something_is_refused(project: Path, file: str, old: str, new: str, place: str, key: str, way: str) -> None:
    """The message has file and line, what is wrong, the way to mend it, and English beside the Chinese."""
    path = project / "sources" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DeclarationError) as error:
        declarations.load(project)
    (message,) = [line for line in str(error.value).splitlines() if line.startswith(place) and way in line]
    assert key in message and " / " in message


def test_a_form_that_nobody_owes_needs_no_calendar(known) -> None:
    """Answers, rulings, visits, events and nil returns come when there is something to say."""
    due = set(known.registers["calendar"].column("form_id"))
    assert {form.form_id for form in known.forms.values() if form.form_id not in due} == {"answers", "events", "nil_return", "rulings", "visits"}


def test_every_mistake_is_named_at_once(project: Path) -> None:
    """One mistake does not hide the next, and a form that did not load is not also called unknown."""
    for file, old, new in (("registers/measures.csv", ",亿元,1", ",亿元,one"), ("forms/finance_annual.yml", "kind: figures", "kind: figure"),
                           ("providers.yml", "role: data", "rolle: data"), ("channels.yml", "kind: files", "kind: fax")):
        path = project / "sources" / file
        path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    _, mistakes = declarations.load_all(project)
    assert [line.split(":")[0] for line in mistakes] == ["registers/measures.csv", "forms/finance_annual.yml", "sources/providers.yml", "sources/channels.yml"]


def test_a_line_is_counted_as_an_editor_counts(tmp_path: Path) -> None:
    """A field with a line break in it, and a blank line, count too."""
    path = tmp_path / "registers" / "measures.csv"
    path.parent.mkdir()
    path.write_text('measure_text,canonical_unit,factor\n"亿\n元",亿元,1\n\n元,元,one\n', encoding="utf-8")
    with pytest.raises(DeclarationError, match="registers/measures.csv:5: 列 factor"):
        registers.load(path)
