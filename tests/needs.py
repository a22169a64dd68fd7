"""What a test needs beyond this process and a scratch folder, as pytest markers; `make quick` runs the tests that need nothing.

Belongs here: the list of needs, what fixtures bring them, holding a test to what it is marked with. Does not belong here: the fixtures.
Standing decision: a marker is put on by the fixture that brings the need, or by hand; a test that takes what it is not marked with fails,
so the marks are true without anybody looking after them.
"""

from __future__ import annotations

import socket

import pytest

NEEDS = {
    "published": "reads the published night of the sample",
    "nights": "runs nights of its own",
    "dagster": "loads Dagster's graph",
    "dbt": "starts dbt",
    "server": "starts a server",
    "benchmark": "runs a benchmark at its smallest",
}
OF_FIXTURES = {"published": "published", "correction": "nights", "answered": "nights", "reduced": "nights", "small": "nights", "graph": "dagster", "mail": "server", "webhook": "server"}

_granted: set[str] | None = None  # None: no test runs


def mark(items: list[pytest.Item]) -> None:
    """Mark every test with the needs of its fixtures, those of its fixtures' fixtures included."""
    for item in items:
        for fixture in sorted(OF_FIXTURES.keys() & set(getattr(item, "fixturenames", ()))):
            item.add_marker(OF_FIXTURES[fixture])


def of(item: pytest.Item) -> set[str]:
    """The needs that a test is marked with."""
    return NEEDS.keys() & {marker.name for marker in item.iter_markers()}


def grant(needs: set[str] | None) -> None:
    """A test begins, with the needs that it is marked with; None: it is over."""
    global _granted
    _granted = needs


def take(need: str) -> None:
    """Called where a need is met. Fails the test that is not marked with it."""
    assert _granted is None or need in _granted, f"the test {NEEDS[need]} and is not marked with it: pytest.mark.{need}"


def watch_servers() -> None:
    """Whoever listens on a port takes the need `server`."""
    listen = socket.socket.listen

    def watched(self: socket.socket, *backlog: int) -> None:
        take("server")
        listen(self, *backlog)

    socket.socket.listen = watched
