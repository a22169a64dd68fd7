"""Two years with a scheme each, laid out as one warehouse file for the counterfactual scorer.

Belongs here: making the file. Does not belong here: what the scores should be (the tests).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import duckdb
import engine

from sources import raw
from stability.counterfactuals import Scorer

A, B = 2020, 2021
CLOSED, LATER = "2021-12-31", "2022-06-01"
LINEAGE = "create table validated.val_lineage (unit_code varchar, period integer, from_unit_code varchar, share decimal(28, 8))"


@dataclass(frozen=True)
class Year:
    """A year's scheme and figures {(unit, indicator): text}; `late` were received after the closing and replace the others."""

    scheme: object
    figures: dict[tuple[str, str], str]
    late: dict[tuple[str, str], str] = field(default_factory=dict)

    def rows(self, period: int) -> list[tuple]:
        return [(u, i, period, v) for (u, i), v in self.figures.items()]


def way(folder: Path, before: Year, after: Year, lineage: tuple[tuple, ...] = ()) -> dict[str, dict[str, dict[str, Decimal]]]:
    """{unit: {step: {component: result}}} between the two years. `lineage`: (unit, from_unit, share)."""
    file = folder / "warehouse.duckdb"
    file.unlink(missing_ok=True)
    def as_received(con: duckdb.DuckDBPyConnection) -> None:
        _unscored(con)
        _correct(con, before.late)

    first = engine.scored(before.scheme, before.rows(A), as_received, returns=True)
    second = engine.scored(after.scheme, after.rows(B), returns=True)
    first.execute(f"attach '{file}' as home")
    for schema, name in first.execute("select schema_name, table_name from duckdb_tables() where database_name = 'memory' and schema_name <> 'main'").fetchall():
        first.execute(f"create schema if not exists home.{schema}")
        first.execute(f"create table home.{schema}.{name} as from memory.{schema}.{name}")
        columns = [row[0] for row in second.execute(f"describe {schema}.{name}").fetchall()]
        if {"period", "submission_id", "unit_code"} & set(columns):
            first.register("_more", second.sql(f"from {schema}.{name}").to_arrow_table())
            first.execute(f"insert into home.{schema}.{name} (from _more except from home.{schema}.{name})")
            first.unregister("_more")
    first.execute("use home")
    first.execute("drop table if exists raw.register_closings")
    first.execute(f"create table raw.register_closings as select {A} as period, timestamp '{CLOSED}' as closed_at")
    first.execute(LINEAGE)
    first.executemany(f"insert into validated.val_lineage values (?, {B}, ?, ?)", [list(edge) for edge in lineage] or [["-", "-", None]])
    first.execute("update raw.register_indicators set additive = true")
    first.close()
    second.close()
    found: dict[str, dict] = {}
    with duckdb.connect(str(file)) as con:
        scores = Scorer(engine.project(), engine.settings(), con).rows([(A, B)])
    for row in scores:
        found.setdefault(row["unit_code"], {}).setdefault(row["step"], {})[row["component"]] = row["result"]
    return found


def totals(year: Year, scheme, period: int = A) -> dict[str, Decimal | None]:
    """The same figures scored by the engine alone: an answer that shares nothing with the way of counterfactuals but the models."""
    con = engine.scored(scheme, year.rows(period))
    found = dict(con.execute("select unit_code, total_clamped from scores.sco_totals").fetchall())
    con.close()
    return found


def _unscored(con: duckdb.DuckDBPyConnection) -> None:
    """Figures that the year's own scheme does not score are reported all the same: the other year's scheme may score them."""
    others = "select distinct indicator from figures anti join indicators_needed using (indicator)"
    con.execute(f"insert into raw.register_indicators by name select indicator, indicator as name_zh, indicator as name_en, '1' as unit from ({others})")
    raw.name_indicators(con)
    con.execute(f"insert into raw.register_form_column by name select c.* replace (o.indicator as field) from (from raw.register_form_column limit 1) as c cross join ({others}) as o")
    con.execute(f"insert into indicators_needed {others}")
    con.execute("delete from raw.cell where form_id = 'score_figures'")
    engine.lay_returns(con)


def _correct(con: duckdb.DuckDBPyConnection, late: dict[tuple[str, str], str]) -> None:
    """A second return of the same form after the closing, with every figure of the first, some of them corrected."""
    if not late:
        return
    con.execute(f"""insert into raw.submission by name select * replace ('late' as submission_id, ledger_seq + 1000 as ledger_seq, timestamp '{LATER}' as received_at)
        from raw.submission where form_id = 'score_figures'""")
    con.execute("insert into raw.cell by name select * replace ('late' as submission_id) from raw.cell where form_id = 'score_figures'")
    for (unit, indicator), value in late.items():
        con.execute("update raw.cell set value_text = ? where submission_id = 'late' and row_key = ? and field = ?", [value, unit, indicator])
