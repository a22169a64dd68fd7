"""`zhunsheng findings --figures`: the night's truth rules on any file of annual figures, on a scratch warehouse.

Belongs here: laying a file of figures out as raw (one return a period, rows by unit, columns by indicator), running the rules, reading
the suspicions. Does not belong here: any rule (expectations/rules). Standing decisions: what the registers know of a unit or an
indicator (its province, bounds, breaks of definition) holds; what they do not know is taken as it comes: a six-digit code belongs to the
province that it begins with (GB/T 2260), other units are peers of one group, a figure has no bounds and may be negative only where one is.
A file without any unit of measure is read in the register's own units. The real warehouse is not touched.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb

from expectations import worker
from sources import raw
from warehouse import compiled, engine, increments, loading, store
from warehouse.judging import door
from warehouse.scratch import scoring
from warehouse.scratch.figures import FiguresError, read_figures
from warehouse.scratch.scoring import ALWAYS
from warehouse.settings import Settings

MARTS = ("findings", "unit_suspicion")
PROVIDER, PEERS, FORM = "figures", "000000", "figures"
PROVINCE_OF_CODE = "case when regexp_full_match(unit_code, '[1-8][0-9]{5}') then left(unit_code, 2) || '0000' end"
Table = tuple[list[str], list[tuple]]


def suspect(settings: Settings, figures: Path) -> dict[str, Table]:
    """{mart: (column names, rows in order)} for a CSV of `unit_code, indicator, period, value` (years; `province_code` may name an
    unknown unit's province, `unit` a unit of measure that is not the register's own). Raises FiguresError, CompileFailed."""
    with tempfile.TemporaryDirectory(prefix="zhunsheng-findings-") as folder:
        scratch = Settings(home=Path(folder), project=settings.project).make()
        with store.connect(scratch) as con:
            lay_out(con, settings, figures)
            door.create_all(engine.prepared(con, settings.dbt_project), compiled.load(settings).upstream(*MARTS), worker.shared())
            return {mart: _read(con, mart) for mart in MARTS}


def _read(con: duckdb.DuckDBPyConnection, mart: str) -> Table:
    answer = con.execute(f"select * from marts.{mart} order by {'rank' if mart == 'findings' else 'subject_kind, rank'}")
    return [column[0] for column in answer.description], answer.fetchall()


def lay_out(con: duckdb.DuckDBPyConnection, settings: Settings, figures: Path) -> None:
    """Fill raw with the figures as if one provider had sent them, a return per period. Raises FiguresError."""
    raw.create(con)
    increments.create_bookkeeping(con)
    declarations = loading.declared(settings)
    raw.load_registers(con, declarations)
    loading.load_rules(con, declarations)
    read_figures(con, figures, strict=False)
    odd = con.execute("select min(period) from figures_sent where try_cast(period as integer) is null").fetchall()[0][0]
    if odd is not None:
        raise FiguresError(f"{figures.name}: period {odd}: 这里只看年度数，请写四位年份；月度数用 zhunsheng detect / a year is expected; for months see `zhunsheng detect`")
    _places(con)
    _units(con)
    _indicators(con)
    _form(con)
    _cells(con)
    con.execute(f"insert into raw.night values ({ALWAYS})")
    con.execute("insert into raw.changed_period select distinct period from figures")


def _places(con: duckdb.DuckDBPyConnection) -> None:
    """Table `placed`: each figure where it would stand in a table of units by indicators, a row being the line on which it begins; what is reported twice in a second row."""
    con.execute("""create table placed as
        select unit_code, indicator, period, line, unit_name, value_text, nullif(province_code, '') as province_code, nullif(unit, '') as measure_text,
          row_number() over (partition by unit_code, indicator, period order by line) as occurrence, min(line) over (partition by indicator) as indicator_line
        from figures""")
    con.execute("""create or replace table placed as select *, cast(min(line) over (partition by unit_code, period, occurrence) as integer) as row_no,
        cast(dense_rank() over (order by indicator_line) + 2 as integer) as col_no from placed""")


def _units(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"""insert into raw.register_units by name
        select unit_code, coalesce(max(unit_name), unit_code) as name_zh, coalesce(max(unit_name), unit_code) as name_en, 'prefecture' as level,
          coalesce(max(province_code), {PROVINCE_OF_CODE}, '{PEERS}') as province_code, -9999 as valid_from
        from placed anti join raw.register_units as known on known.unit_code = placed.unit_code group by unit_code""")


def _indicators(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("""insert into raw.register_indicators by name
        select indicator, indicator as name_zh, indicator as name_en, coalesce(max(measure_text), '1') as unit,
          case when min(try_cast(value_text as double)) >= 0 then 0 end as hard_low
        from placed anti join raw.register_indicators as known on known.indicator = placed.indicator group by indicator""")
    raw.name_indicators(con)
    con.execute("""insert into raw.register_measures by name
        select distinct unit as measure_text, unit as canonical_unit, 1 as factor from raw.register_indicators as needed
        anti join raw.register_measures as known on known.measure_text = needed.unit and known.canonical_unit = needed.unit""")
    con.execute("""update placed set measure_text = known.unit from raw.register_indicators as known
        where known.indicator = placed.indicator and not exists (select 1 from placed as reported where reported.measure_text is not null)""")


def _form(con: duckdb.DuckDBPyConnection) -> None:
    for table in ("provider", "provider_form", "form", "form_column", "calendar"):
        con.execute(f"delete from raw.register_{table}")
    con.execute(f"insert into raw.register_provider by name select '{PROVIDER}' as provider_id, '{PROVIDER}' as name_zh, 'data' as role")  # of no province: its units may lie in several
    con.execute(f"insert into raw.register_provider_form by name select '{PROVIDER}' as provider_id, '{FORM}' as form_id")
    con.execute(f"insert into raw.register_form by name select '{FORM}' as form_id, 'figures' as kind")
    con.execute(f"insert into raw.register_calendar by name select distinct '{FORM}' as form_id, period, {ALWAYS} as due_at from placed")
    con.execute(f"""insert into raw.register_form_column by name
        select '{FORM}' as form_id, 'figures' as table_name, placed.indicator as field, max(coalesce(placed.measure_text, known.unit)) as measure_text,
          placed.period as period_from, placed.period as period_to
        from placed inner join raw.register_indicators as known on known.indicator = placed.indicator group by placed.indicator, placed.period""")


def _cells(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"""insert into raw.submission by name
        select '{FORM}-' || period as submission_id, cast(row_number() over (order by period) as integer) as ledger_seq, '{PROVIDER}' as provider_id,
          {ALWAYS} as received_at, '{FORM}' as form_id, period, 'read' as read_status
        from (select distinct period from placed)""")
    con.execute(f"""insert into raw.cell by name
        select '{FORM}-' || period as submission_id, '{FORM}' as form_id, 'figures' as table_name, period, cast(period as varchar) as sheet, row_no, col_no,
          'line ' || line as cell, unit_code as row_key, coalesce(unit_name, unit_code) as row_label, indicator as field, nullif(value_text, '') as value_text, measure_text
        from placed""")
