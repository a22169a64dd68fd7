"""The one DuckDB file: who may write, and connections to it.

Belongs here: the writer's lock, short-lived connections. Does not belong here: which periods to compute (increments), what is run (engine).
Standing decisions: one writer at a time across all processes (a lock file beside the warehouse), and a connection lives only inside `with`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
from filelock import FileLock, Timeout

from warehouse.settings import Settings

THREADS = 4  # on two cores too: with fewer a grouping by many keys takes twice as long
FEW_CELLS = 300_000  # below, a second thread of DuckDB costs more than it brings (measured: 10 % of a sample night's CPU), and the gate works beside
# Passes of DuckDB's optimizer that pay by rows and cost by statement: without them the sample's models take 1.9 CPU s in place of 2.3, and the same rows
# come out (they only arrange work; passes without which a plan can be out of all proportion, as filter_pushdown and join_order, stay).
FOR_MANY_ROWS = ("statistics_propagation", "join_filter_pushdown", "compressed_materialization", "projection_placement", "projection_pullup", "common_subplan",
                 "partial_aggregate_pushdown", "duplicate_groups")


WAIT_FOR_READERS = 60.0  # seconds that somebody's look into the warehouse may last
LOOK_AGAIN = 0.5
_HOLDER = re.compile(r"held in (.+?) \(PID (\d+)\)")  # DuckDB's words, seen with 2.0


class WarehouseBusy(RuntimeError):
    """Another process is writing the warehouse, or has opened its file."""


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


def fit_to_size(con: duckdb.DuckDBPyConnection, n_cells: int) -> None:
    """Plan and run statements as it pays for a warehouse of so many cells: several threads and all of the optimizer for a large one only."""
    small = n_cells <= FEW_CELLS
    known = {name for (name,) in con.execute("from duckdb_optimizers()").fetchall()}
    con.execute(f"set threads = {1 if small else THREADS}")
    con.execute(f"set disabled_optimizers = '{','.join(name for name in FOR_MANY_ROWS if small and name in known)}'")


def fitted(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """How a connection has been fitted, for another process that reads the same rows."""
    return dict(con.execute("select name, value from duckdb_settings() where name in ('threads', 'disabled_optimizers')").fetchall())


@contextmanager
def connect(settings: Settings, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A short-lived connection to the warehouse. The writer's lock is the caller's to hold. Raises WarehouseBusy."""
    con = _opened(settings, read_only)
    try:
        con.execute(f"set threads = {THREADS}")
        yield con
    finally:
        con.close()


def _opened(settings: Settings, read_only: bool) -> duckdb.DuckDBPyConnection:
    """A connection, as soon as no other process holds the file: a database tool that looks into the warehouse locks it."""
    until = time.monotonic() + WAIT_FOR_READERS
    while True:
        try:
            return duckdb.connect(str(settings.warehouse), read_only=read_only)
        except duckdb.IOException as locked:
            holder = _HOLDER.search(str(locked))
            if holder is None:
                raise
            if time.monotonic() >= until:
                program, pid = holder.groups()
                raise WarehouseBusy(f"{settings.warehouse.name} 正被进程 {pid}（{program}）打开，请关闭该程序后重试；查询请用 {settings.editions / 'current'} / "
                                    f"{settings.warehouse.name} is open in process {pid} ({program}); close it and try again, and query {settings.editions / 'current'} instead") from None
            time.sleep(LOOK_AGAIN)
