"""What every test shares: the project on the path, a quiet environment, the order of files, and one published night on the sample."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
# Folders here bear the names of packages (tests mirror the code): the packages themselves must be found first.
sys.path.insert(0, str(PROJECT))

os.environ.pop("ZHUNSHENG_HOME", None)
os.environ |= {
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "GX_ANALYTICS_ENABLED": "false",
    "COLUMNS": "200",
}

import needs  # noqa: E402
import nights  # noqa: E402

LINE_OF_A_FILE = re.compile(r"^\| `(?P<file>[\w/]+\.py)` \|.*\| (?P<seconds>\d+) \|$", re.M)


def pytest_configure(config: pytest.Config) -> None:
    for name, says in needs.NEEDS.items():
        config.addinivalue_line("markers", f"{name}: {says}")
    needs.watch_servers()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Markers by fixtures; the heaviest files first, so that no worker begins one when the others are done."""
    needs.mark(items)
    seconds = {PROJECT / "tests" / file: int(cpu) for file, cpu in LINE_OF_A_FILE.findall((PROJECT / "tests" / "README.md").read_text("utf-8"))}
    items.sort(key=lambda item: -seconds.get(item.path, 0))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    needs.grant(needs.of(item))


def pytest_runtest_logfinish() -> None:
    needs.grant(None)


@pytest.fixture(scope="session")
def shared(tmp_path_factory) -> nights.Shared:
    """Folders that one worker makes for all."""
    own = tmp_path_factory.getbasetemp()
    return nights.Shared((own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "shared")


@pytest.fixture(scope="session")
def published(shared) -> nights.Published:
    """A night on the whole sample, by the tool people use. Nobody writes to this home: copy it (`nights.copy_home`)."""
    return nights.Published.from_folder(shared.folder("published", nights.publish))


@pytest.fixture(scope="session")
def reduced(tmp_path_factory) -> nights.Reduced:
    """A home of three providers and two years, fed through its own drop folder, and the driver of its nights."""
    return nights.Reduced(tmp_path_factory.mktemp("reduced"))
