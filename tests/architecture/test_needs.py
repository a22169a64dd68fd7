"""Tests are marked with what they need, and are held to it; `make quick` leaves out every need; the table of heavy files is complete."""

from __future__ import annotations

import re
import socket

import needs
import nights
import pytest

from warehouse.settings import PROJECT, Settings

TESTS = PROJECT / "tests"
LISTED = re.compile(r"^\| `([\w/]+\.py)` \|", re.M)


def test_every_test_has_the_needs_of_its_fixtures(request):
    for item in request.session.items:
        brought = {need for fixture, need in needs.OF_FIXTURES.items() if fixture in getattr(item, "fixturenames", ())}
        assert brought <= needs.of(item), item.nodeid


def test_quick_leaves_out_every_need():
    (expression,) = re.findall(r'-m "not \((.*)\)"', (PROJECT / "Makefile").read_text("utf-8"))
    assert expression.split(" or ") == list(needs.NEEDS)


def test_who_takes_what_is_not_marked_fails(tmp_path):
    with pytest.raises(AssertionError, match="pytest.mark.nights"):
        nights.Driver(Settings(home=tmp_path)).run()
    with pytest.raises(AssertionError, match="pytest.mark.nights"):
        nights.process(tmp_path, "nightly")
    with socket.socket() as server, pytest.raises(AssertionError, match="pytest.mark.server"):
        server.bind(("127.0.0.1", 0))
        server.listen()


def test_the_table_of_heavy_files_names_all_that_have_needs_and_none_that_is_gone(request):
    listed = LISTED.findall((TESTS / "README.md").read_text("utf-8"))
    assert [name for name in listed if not (TESTS / name).exists()] == []
    heavy = {item.path.relative_to(TESTS).as_posix() for item in request.session.items if needs.of(item)}
    assert heavy - set(listed) == set()
