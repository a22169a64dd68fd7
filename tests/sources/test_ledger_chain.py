"""The ledger: what was written stands, whatever byte is touched is found, and a crash costs nothing acknowledged."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from sources.landing.ledger import Ledger

EVENTS = [{"event": "received", "submission_id": f"S{i}", "file_name": f"报表{i}.xlsx", "size": i} for i in range(4)]


def _written(folder: str) -> Ledger:
    ledger = Ledger(Path(folder) / "ledger.jsonl")
    ledger.append(EVENTS[:2])
    ledger.append(EVENTS[2:])
    return ledger


def test_entries_come_back_in_order_and_chained(tmp_path) -> None:
    """Sequence numbers run from 1, each entry names the hash before it, and nothing is wrong."""
    ledger = _written(str(tmp_path))
    entries = ledger.entries()
    assert [e["seq"] for e in entries] == [1, 2, 3, 4] and [e["submission_id"] for e in entries] == ["S0", "S1", "S2", "S3"]
    assert [e["prev"] for e in entries[1:]] == [e["hash"] for e in entries[:-1]] and ledger.verify() == []


@settings(max_examples=150, deadline=None)
@given(place=st.integers(0, 10_000), change=st.integers(1, 255))
def test_any_changed_byte_is_found(place: int, change: int) -> None:
    """Any byte of any line, line ends included, changed to any other."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = _written(folder)
        data = bytearray(ledger.path.read_bytes())
        data[place % len(data)] ^= change
        ledger.path.write_bytes(data)
        assert ledger.verify()


@settings(max_examples=40, deadline=None)
@given(gone=st.integers(0, 2))
def test_a_line_taken_out_is_found(gone: int) -> None:
    """Any line but the last taken out breaks the chain (the last one is missed by its object, see the landing)."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = _written(folder)
        lines = ledger.path.read_bytes().splitlines(keepends=True)
        ledger.path.write_bytes(b"".join(lines[:gone] + lines[gone + 1:]))
        assert ledger.verify()


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, 10_000))
def test_a_crash_while_writing_costs_nothing(cut: int) -> None:
    """Cut anywhere inside the last write, and the same events appended again give the identical file."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = _written(folder)
        whole = ledger.path.read_bytes()
        first = len(b"".join(whole.splitlines(keepends=True)[:2]))
        ledger.path.write_bytes(whole[:first + cut % (len(whole) - first)])
        left = len(ledger.entries())
        ledger.append(EVENTS[left:])
        assert ledger.path.read_bytes() == whole and ledger.verify() == []
