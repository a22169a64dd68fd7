"""Two nights started at once: one writes, the other waits, both end well and leave one edition."""

from __future__ import annotations

import subprocess

import nights

from warehouse import editions
from warehouse.settings import PROJECT


def test_two_nights_at_once_end_well_with_one_new_edition(published, tmp_path):
    settings = nights.copy_home(published.home, tmp_path / "home")
    mended = nights.corrected(nights.sample_file("51-tjj", "2023"), {"E7": 6.1})
    nights.drop(settings, "51-tjj", "更正.xlsx", mended, "2024-11-05T10:00:00")
    running = [
        subprocess.Popen(nights.command(settings.home, "nightly"), cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=nights.LONG)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0], "\n=====\n".join(said)
    assert sorted(nights.NOTHING_CHANGED in output for output in said) == [False, True]
    assert {nights.edition_of(output) for output in said} == {editions.current(settings)}
    assert editions.history(settings) == [published.edition, editions.current(settings)]
    assert "相符" in nights.cli(settings.home, "verify").stdout
