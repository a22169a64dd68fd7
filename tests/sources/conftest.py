"""What the tests of `sources` share: the project's own declarations."""

from __future__ import annotations

import pytest
from returns_by_hand import PROJECT

from sources.declare import declarations
from sources.declare.declarations import Declarations


@pytest.fixture(scope="session")
def known() -> Declarations:
    """The declarations of the project."""
    return declarations.load(PROJECT)
