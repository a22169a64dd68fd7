"""Declarations: loaded whole, and a mistake names file, line and key."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from returns_by_hand import PROJECT
from sources import declarations
from sources.yaml_lines import DeclarationError


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
    ("forms/finance_annual.yml", "header_zh: [科学技术支出]", "header_zh: [教育支出]", "finance_annual.yml:1", "教育支出"),
    ("forms/finance_annual.yml", "- indicator: science_expenditure", "- field: science_expenditure", "finance_annual.yml:", "indicator"),
    ("forms/finance_annual.yml", "- indicator: science_expenditure", "- indicator: sciense_expenditure", "finance_annual.yml:", "sciense_expenditure"),
    ("providers.yml", "forms: [finance_annual]", "forms: [finance]", "providers.yml:", "finance"),
    ("providers.yml", "44-tjj", "44-czt", "providers.yml", "44-czt"),
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
