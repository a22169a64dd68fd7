"""Every command of the README, and every query of the pages, runs as printed, on a published sample."""

from __future__ import annotations

import nights
import pytest
from pages import READMES, WRITTEN, name, page

# What a command of the README ends with, where that is not 0; and what is not run here because other tests do nothing else.
ENDS_WITH = {"check": 1}
ELSEWHERE = {"nightly", "doctor"}  # integration, zhunsheng/test_edits.py
PRINTED = [command for command in page(READMES[0]).typed if command[0] == "zhunsheng" and "--help" not in command]


@pytest.fixture(scope="module")
def home(published, tmp_path_factory):
    return nights.copy_home(published.home, tmp_path_factory.mktemp("readme") / "home").home


def test_the_readme_shows_the_words_of_a_first_hour():
    assert {"explain", "edition", "slips", "template", "check", "record", "cases", "scheme", "grid", "compare", "stability", "findings", "rules", "verify"} <= {command[1] for command in PRINTED}


@pytest.mark.parametrize("command", [command for command in PRINTED if command[1] not in ELSEWHERE], ids=" ".join)
def test_a_command_of_the_readme_runs(command, home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sources").symlink_to(nights.PROJECT / "sources")
    done = nights.cli(home, *command[1:], ok=False)
    assert (done.returncode, bool(done.stdout.strip())) == (ENDS_WITH.get(command[1], 0), True), done.stderr


@pytest.mark.parametrize("path", [path for path in WRITTEN if any(command[0] == "python" for command in page(path).typed)], ids=name)
def test_the_queries_of_the_pages_run(path, home, capsys):
    for command in page(path).typed:
        if command[0] == "python":
            exec(command[2].replace("'var/", f"'{home}/"), {})
            assert "│" in capsys.readouterr().out
