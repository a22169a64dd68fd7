"""The graph, loaded once, away from the project's own home."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(scope="session")
def graph(tmp_path_factory):
    """The module `dagster_project.definitions`; an empty temporary home behind it."""
    os.environ["ZHUNSHENG_HOME"] = str(tmp_path_factory.mktemp("graph"))
    try:
        from dagster_project import definitions

        yield definitions
    finally:
        os.environ.pop("ZHUNSHENG_HOME", None)
