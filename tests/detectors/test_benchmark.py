"""The truth benchmark runs, and what it stands on holds: seeds, honest panels, registered families."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from benchmarks.truth import bends, board, families, page, speed
from benchmarks.truth.panel import Honest, honest

PROJECT = Path(__file__).resolve().parents[2]
SMALL = Honest(units=40, cities=4, indicators=8)


@pytest.mark.benchmark
def test_quick_run_prints_the_board(tmp_path):
    reported = subprocess.run([sys.executable, "-m", "benchmarks.truth", "--quick", "--data", str(tmp_path)], cwd=PROJECT, capture_output=True, text=True, timeout=120)
    assert reported.returncode == 0, reported.stderr[-2000:]
    row = next(line for line in reported.stdout.splitlines() if line.startswith("| linear_interp"))
    assert "**1.00**" in row or "**0.9" in row
    assert "skipped" in reported.stdout and str(tmp_path) not in reported.stdout


def test_a_run_replaces_its_own_parts_of_the_page():
    before = page.merged("", {"board": "old board", "real": "old figures"})
    after = page.merged(before, {"real": "new figures", "speed": "fast"})
    assert page.merged(before, {}) == before
    assert "old board" in after and "new figures" in after and "old figures" not in after
    assert after.index("board") < after.index("new figures") < after.index("fast")
    written = (PROJECT / "docs" / "benchmarks" / "truth.md").read_text("utf-8")
    assert page.merged(written, {}) == written, "the page is changed by the benchmark alone"


@pytest.mark.benchmark
def test_catalogue_and_hand_written_statement_count_alike(tmp_path):
    speed.generate(tmp_path / "figures.duckdb", tmp_path, "0.01")
    found = []
    for contestant in (speed.catalogue_part, speed.by_hand):
        (tmp_path / contestant.__name__).mkdir()
        found.append(contestant(tmp_path / "figures.duckdb", tmp_path / contestant.__name__)["counts"])
    assert {rule: found[0].get(rule, 0) for rule in speed.BY_HAND} == {rule: found[1].get(rule, 0) for rule in speed.BY_HAND}
    assert sum(found[0].values()) > 50


@pytest.mark.benchmark
def test_batches_of_years_find_what_one_run_finds(tmp_path, monkeypatch):
    speed.generate(tmp_path / "figures.duckdb", tmp_path, "0.01")
    found = []
    for at_once in (25, 13):
        monkeypatch.setattr(speed, "YEARS_AT_ONCE", at_once)
        work = tmp_path / str(at_once)
        work.mkdir()
        found.append(speed.catalogue_whole(tmp_path / "figures.duckdb", work))
    assert found[0]["counts"] == found[1]["counts"] and sum(found[0]["counts"].values()) == found[0]["hits"] == found[1]["hits"] > 100


def test_a_seed_makes_one_panel():
    a, b, c = honest(3, SMALL), honest(3, SMALL), honest(4, SMALL)
    assert (a.values == b.values).all() and (a.first == b.first).all() and not (a.values == c.values).all()


def test_every_family_changes_its_series_and_no_other():
    plain = honest(1, SMALL)
    assert len(families.FAMILIES) >= 12 and len(families.EVASIVE) >= 6
    for kind in families.load().values():
        for strength in kind.strengths:
            panel, touched, donors = families.inject(plain, [kind], strength, 1, guilty_units=4)
            changed = (panel.values != plain.values).any(2) | (panel.first != plain.first).any(2) | (panel.rate != plain.rate).any(2)
            assert touched.any(), kind.name
            assert (changed == touched).all() and not (donors & touched).any()
            assert (panel.values > 0).all() and np.isfinite(panel.values).all()
            assert (panel.values % panel.resolution[:, :, None] == 0).all(), kind.name


def test_a_family_of_another_hand_is_one_function_in_a_file(tmp_path):
    mine = tmp_path / "mine.py"
    mine.write_text("""
from benchmarks.truth.families import family

@family("every third month +12 %")
def every_third(panel, rng, u, i, k):
    panel.values[u, i, ::3] *= 1.12
""")
    try:
        assert "every_third" in families.load(mine) and "every_third" in families.others()
        cells = board.cells(only=("every_third",))
        assert [(cell.strength, cell.group) for cell in cells] == [(0, "later"), (1, "later"), (2, "later")]
        _, touched, _ = families.inject(honest(1, SMALL), [families.FAMILIES["every_third"]], 1, 1, guilty_units=4)
        assert touched.any()
    finally:
        families.FAMILIES.pop("every_third", None)


def test_families_of_other_hands_count_in_no_aim():
    groups = {cell.label: cell.group for cell in board.cells()}
    assert "spikes" not in families.others() and groups["spikes"] == "plain"
    assert all(groups[name].startswith("later") for name in families.others())
    assert sum(group == "plain" for group in groups.values()) == 12


def test_reported_ratio_follows_a_bent_figure():
    """A careful falsifier keeps the ratio consistent: only `identity_break` may break it."""
    from expectations.detectors.identities import ratio_identity

    plain = honest(1, SMALL)
    for name in ("level_inflation", "dec_surge", "copy_peer"):
        panel, touched, _ = families.inject(plain, [families.load()[name]], 1, 1, guilty_units=4)
        assert (ratio_identity(panel)[touched] <= ratio_identity(plain)[touched]).all()


def _figures() -> bends.Figures:
    units = [f"51{n:02}00" for n in range(12)]
    return {(unit, indicator, year): (f"{7321 + 97 * i + 13 * n + 31 * (year - 2018)}.5", "万元", "form") for i, unit in enumerate(units) for n, indicator in enumerate("abcdefgh") for year in range(2018, 2024)}


def test_bends_are_seeded_and_change_what_they_say():
    original = _figures()
    figures, bent = bends.bend(original, 5)
    assert (figures, bent) == bends.bend(original, 5) and bent != bends.bend(original, 6)[1]
    assert {cell for cell in original if figures[cell] != original[cell]} == set(bent)
    assert set(bent.values()) == set(bends.KINDS)
    for cell, kind in bent.items():
        if kind == "×100":
            assert Decimal(figures[cell][0]) == 100 * Decimal(original[cell][0])
        if kind == "last year's figure":
            assert figures[cell][0] == original[*cell[:2], cell[2] - 1][0]


@pytest.mark.parametrize(("change", "text", "place", "becomes"), [(bends._exchanged_digits, "12.5", 1, "15.2"), (bends._exchanged_digits, "123", 2, None), (bends._look_alike, "38", 0, "88"), (bends._look_alike, "2", 0, None)])
def test_slips_of_the_hand(change, text, place, becomes):
    assert change(None, text, place) == becomes
