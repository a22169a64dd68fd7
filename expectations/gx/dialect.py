"""DuckDB under Great Expectations: the dialect that SQLAlchemy needs, as far as expectations ask.

Belongs here: connecting read-only, reading DuckDB's own catalogue. Does not belong here: any expectation.
Standing decisions: every statement has a cursor of its own and nothing is ever written, so there is nothing to commit or roll back (a roll-back
would throw an open result away); a type is recognised by its name alone.
"""

from __future__ import annotations

import weakref

import duckdb
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import PGDialect

NAME = "duckdb"
_open: weakref.WeakSet[duckdb.DuckDBPyConnection] = weakref.WeakSet()


class DuckDBDialect(PGDialect):
    """`duckdb:///<file>?threads=2`: a warehouse, read-only, with its views found under the file's stem as on the night's own connection."""

    name, driver = NAME, "zhunsheng"
    supports_statement_cache = True
    default_paramstyle = "qmark"
    supports_server_side_cursors = False
    postfetch_lastrowid = False

    @classmethod
    def import_dbapi(cls):
        return duckdb

    def create_connect_args(self, url):
        return [url.database], {"read_only": True, "config": dict(url.query)}

    def connect(self, database, **options):
        return _Connection(_opened(duckdb.connect(database, **options)))

    def initialize(self, connection):
        self.default_schema_name, self.server_version_info = "main", (16,)

    def get_default_isolation_level(self, dbapi_conn):
        return None

    def do_begin(self, dbapi_connection):
        pass

    do_commit = do_rollback = do_begin

    def get_schema_names(self, connection, **kw):
        return [name for (name,) in connection.execute(sa.text("select distinct schema_name from duckdb_schemas() where database_name = current_database()"))]

    def get_table_names(self, connection, schema=None, **kw):
        return [name for (name,) in connection.execute(sa.text("select table_name from duckdb_tables() where schema_name = :s"), {"s": schema or "main"})]

    def get_view_names(self, connection, schema=None, **kw):
        return [name for (name,) in connection.execute(sa.text("select view_name from duckdb_views() where schema_name = :s and not internal"), {"s": schema or "main"})]

    def has_table(self, connection, table_name, schema=None, **kw):
        return table_name in {*self.get_table_names(connection, schema), *self.get_view_names(connection, schema)}

    def get_columns(self, connection, table_name, schema=None, **kw):
        found = connection.execute(sa.text("select column_name, data_type, is_nullable from duckdb_columns() where schema_name = :s and table_name = :t order by column_index"), {"s": schema or "main", "t": table_name})
        return [{"name": name, "type": sa.types.String() if kind == "VARCHAR" else sa.types.NullType(), "nullable": nullable, "default": None} for name, kind, nullable in found]

    def get_multi_columns(self, connection, *, schema=None, filter_names=None, **kw):
        return (((schema, name), self.get_columns(connection, name, schema)) for name in filter_names or self.get_table_names(connection, schema))

    def get_pk_constraint(self, connection, table_name, schema=None, **kw):
        return {"constrained_columns": [], "name": None}


class _Connection:
    """A connection as SQLAlchemy wants it: cursors, nothing to commit."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con

    def cursor(self):
        return _Cursor(_opened(self._con.cursor()))

    def commit(self) -> None:
        pass

    rollback = commit

    def close(self) -> None:
        self._con.close()


class _Cursor:
    """A cursor of DuckDB, with the few attributes that it lacks."""

    arraysize, rowcount, lastrowid = 1, -1, None

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con

    def execute(self, statement, parameters=()):
        self._con.execute(statement, list(parameters))

    def __getattr__(self, name):
        return getattr(self._con, name)


def _opened(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    _open.add(con)
    return con


def close_all() -> None:
    """Close every connection and cursor: DuckDB goes on with a file that it knows, even where another now has its name."""
    for con in list(_open):
        con.close()


sa.dialects.registry.register(NAME, __name__, "DuckDBDialect")
