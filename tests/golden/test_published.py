"""Published indices come out of `zhunsheng score` by scheme data alone, to the published rounding; COINr's index at every stage."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import nights
import published
import pytest

HERE = Path(__file__).resolve().parent


def test_human_development_index_1990_2021(tmp_path):
    got, wanted = _undp("hdi", tmp_path)
    assert len(wanted) == 5571
    assert [k for k, v in wanted.items() if Decimal(got[k]) != Decimal(v)] == []


def test_gender_inequality_index_1990_2021(tmp_path):
    """The components are published rounded (maternal deaths to three digits), which moves the last digit of seven cells."""
    got, wanted = _undp("gii", tmp_path)
    off = [abs(Decimal(got[k]) - Decimal(v)) for k, v in wanted.items() if Decimal(got[k]) != Decimal(v)]
    assert (len(wanted), len(off), max(off)) == (4889, 7, Decimal("0.001"))


def _undp(index: str, folder: Path) -> tuple[dict, dict]:
    figures = published.undp_figures(index, folder / "figures.csv")
    nights.cli(folder / "home", "score", "--scheme", HERE / index, "--figures", figures, "--out", folder / "out.csv")
    got = {(r["unit_code"], r["period"]): r["published"] for r in published.rows(folder / "out.csv") if r["node"] == index}
    return got, published.undp_published(index)


@pytest.fixture(scope="module")
def asem(tmp_path_factory):
    folder = tmp_path_factory.mktemp("asem")
    scheme, figures = published.asem(folder / "scheme")
    nights.cli(folder / "home", "score", "--scheme", scheme, "--figures", figures, "--out", folder / "out.csv", "--stages", folder / "stages.csv")
    return published.rows(folder / "out.csv"), published.rows(folder / "stages.csv")


@pytest.mark.parametrize(("stage", "column", "cells"), [("Denominated", "value_before", 2434), ("Imputed", "value_imputed", 2499), ("Treated", "value_treated", 2499)])
def test_asem_values(asem, stage, column, cells):
    _agree(f"Data__{stage}.csv", {(r["unit_code"], r["indicator"]): r[column] for r in asem[1]}, cells, 1e-11)


@pytest.mark.parametrize(("table", "cells"), [("Data__Normalised", 2499), ("Data__Aggregated", 3060)])
def test_asem_scores(asem, table, cells):
    _agree(f"{table}.csv", {(r["unit_code"], r["node"]): r["score"] for r in asem[0]}, cells, 1e-11)


def test_asem_results_as_published_with_two_decimals(asem):
    _agree("Results__AggregatesScore.csv", {(r["unit_code"], r["node"]): f"{float(r['score']):.2f}" for r in asem[0] if r["level"] != "0"}, 561, 1e-12)


def test_asem_ranks(asem):
    _agree("Results__AggregatesRank.csv", {(r["unit_code"], r["node"]): r["rank"] for r in asem[0] if r["level"] != "0"}, 561, 0)


def _agree(file: str, mine: dict[tuple[str, str], str], cells: int, tolerance: float) -> None:
    table = published.rows(published.ASEM / file)
    names = {name for _, name in mine}
    theirs = {(r["UnitCode"], name): value for r in table for name, value in r.items() if name in names}
    compared = {k: (float(mine[k]), float(v)) for k, v in theirs.items() if v != ""}
    assert len(compared) == cells
    assert [k for k, v in theirs.items() if v == "" and mine[k] != ""] == []
    assert {k: pair for k, pair in compared.items() if abs(pair[0] - pair[1]) > tolerance * max(abs(pair[1]), 1e-12)} == {}
