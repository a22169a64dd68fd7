"""Channel kind `sql`: a query through SQLAlchemy; its result lands as a CSV in the form's own layout, one file a period.

The bytes are deterministic: columns in the order of the declaration, rows sorted by their keys. Reading it is the same
as reading any return. Time of receipt is `as_of`. Read-only by intent: give the channel an account that can only read.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import Any, Iterator

import sqlalchemy as sa

from sources.declare.declarations import FIGURES, UNIT_CODE, UNIT_NAME, Declarations
from sources.landing.landing import Arrival
from sources.template.return_csv import write_csv
from sources.text import cell_text


def arrivals(channel: str, options: dict[str, Any], as_of: dt.datetime, declarations: Declarations) -> Iterator[Arrival]:
    """Yield one CSV a period. Options: url, query (with :period), provider, form, periods, units {field: text}.

    The query's columns are named by field (unit_code, unit_name and indicators; for kind tables the column names).
    Without `periods`, a column `period` of the result splits it.
    """
    form = declarations.forms[str(options["form"])]
    engine = sa.create_engine(str(options["url"]), hide_parameters=True)
    try:
        for period, rows in _results(engine, str(options["query"]), options.get("periods")):
            data = write_csv(declarations, str(options["provider"]), form.form_id, period, _sorted(form.kind, rows), options.get("units"))
            yield Arrival(str(options["provider"]), f"{form.form_id}_{period}.csv", channel, as_of, lambda data=data: io.BytesIO(data))
    finally:
        engine.dispose()


def _results(engine: sa.Engine, query: str, periods: list[int] | None) -> Iterator[tuple[int, list[dict[str, str | None]]]]:
    with engine.connect() as connection:
        if periods:
            for period in periods:
                yield int(period), _rows(connection.execute(sa.text(query), {"period": period}))
            return
        by_period: dict[int, list] = {}
        for row in _rows(connection.execute(sa.text(query))):
            by_period.setdefault(int(row["period"] or 0), []).append(row)
        yield from sorted(by_period.items())


def _rows(result: sa.CursorResult) -> list[dict[str, str | None]]:
    return [{name: cell_text(value) for name, value in row._mapping.items()} for row in result]


def _sorted(kind: str, rows: list[dict[str, str | None]]) -> list[dict[str, str | None]]:
    keys = (UNIT_CODE, UNIT_NAME) if kind == FIGURES else ()
    return sorted(rows, key=lambda row: ([row.get(k) or "" for k in keys], [row[k] or "" for k in sorted(row)]))
