"""Dagster's event log in one SQLite file, through connections that are kept.

Belongs here: how run events are stored on this machine. Does not belong here: any event.
Standing decision: Dagster's own SQLite logs open a connection (and one database per run) for every event; a first night writes
some 600 events, and that cost more than all models. Only the two connection methods of the public storage interface are
replaced. WAL with `synchronous = NORMAL` survives a killed process; figures never depend on this file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from dagster._core.storage.event_log import ConsolidatedSqliteEventLogStorage
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine

BUSY_SECONDS = 60


class KeptEventLog(ConsolidatedSqliteEventLogStorage):
    """The consolidated SQLite event log with pooled connections."""

    @cached_property
    def _engine(self) -> Engine:
        engine = create_engine(f"sqlite:///{self.get_db_path()}", connect_args={"timeout": BUSY_SECONDS})
        event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous = NORMAL"))
        return engine

    @contextmanager
    def _kept(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            yield connection

    def run_connection(self, run_id: str | None):  # noqa: ARG002
        return self._kept()

    def index_connection(self):
        return self._kept()
