"""The services of a production start are what Dagster offers under these names, and the pages show the current edition without a click."""

from __future__ import annotations

import sys

import nights
import pytest

from zhunsheng import run

pytestmark = pytest.mark.dagster


@pytest.mark.parametrize(("start", "module", "words"), [
    (lambda home: run.webserver(home, "127.0.0.1", 3111, read_only=True), "dagster_webserver", ["--host", "127.0.0.1", "--port", "3111", "--read-only"]),
    (lambda home: run.daemon(home), "dagster._daemon", ["run"]),
    (lambda home: run.ui(home, "127.0.0.1", 3111), "dagster", ["dev", "--host", "127.0.0.1", "--port", "3111"]),
])
def test_a_service_becomes_dagsters_own_command(start, module, words, monkeypatch, tmp_path):
    became = []
    monkeypatch.setattr("os.execv", lambda path, arguments: became.extend(arguments))
    monkeypatch.setattr("os.chdir", lambda folder: None)
    monkeypatch.setattr("zhunsheng.run._record", lambda settings: None)
    monkeypatch.setenv("DAGSTER_HOME", "")
    monkeypatch.setenv("ZHUNSHENG_HOME", "")
    start(nights.Settings(home=tmp_path).make())
    assert became == [sys.executable, "-m", module, *words, "-m", "dagster_project.definitions"]
    __import__(module.split(".")[0])


@pytest.mark.published
def test_the_page_of_the_edition_shows_its_pictures(published):
    from dagster_project.defs import editions as asset
    from warehouse import editions

    shown = asset._shown(published.settings)
    assert editions.current(published.settings) in shown and shown.count("![](data:image/svg+xml;base64,") == 2
