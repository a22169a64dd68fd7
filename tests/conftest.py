"""What every test shares: the project on the path, a quiet environment, and one published night on the sample."""

from __future__ import annotations

import os
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

import nights  # noqa: E402


@pytest.fixture(scope="session")
def published(tmp_path_factory) -> nights.Published:
    """A night on the whole sample, by the tool people use. Nobody writes to this home: copy it (`nights.copy_home`)."""
    home = tmp_path_factory.mktemp("published") / "home"
    return nights.publish(home)


@pytest.fixture(scope="session")
def reduced(tmp_path_factory) -> nights.Reduced:
    """A home of three providers and two years, fed through its own drop folder, and the driver of its nights."""
    return nights.Reduced(tmp_path_factory.mktemp("reduced"))
