"""The one DuckDB file: who may write, and connections to it.

Belongs here: the writer's lock, short-lived connections. Does not belong here: which periods to compute (increments), what is run (engine).
Standing decisions: one writer at a time across all processes (a lock file beside the warehouse), and a connection lives only inside `with`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
from filelock import FileLock, Timeout

from warehouse.settings import Settings

THREADS = 4  # on two cores too: with fewer a grouping by many keys takes twice as long


class WarehouseBusy(RuntimeError):
    """Another process is writing the warehouse."""


@contextmanager
def one_writer(settings: Settings, timeout: float = 600) -> Iterator[None]:
    """Hold the writer's lock. Waits up to `timeout` seconds. Raises WarehouseBusy."""
    settings.home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(str(settings.lock), is_singleton=True, thread_local=False)  # the run inside `make nightly` takes the same lock again
    try:
        lock.acquire(timeout=timeout)
    except Timeout:
        raise WarehouseBusy(f"仓库正在被另一个进程写入，请稍后再试 / another night is writing {settings.warehouse.name}; try again later") from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def connect(settings: Settings, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A short-lived connection to the warehouse. The writer's lock is the caller's to hold."""
    con = duckdb.connect(str(settings.warehouse), read_only=read_only)
    try:
        con.execute(f"set threads = {THREADS}")
        yield con
    finally:
        con.close()
