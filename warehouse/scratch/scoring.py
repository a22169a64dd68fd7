"""`zhunsheng score`: any scheme on any figures, by the night's own models on a scratch warehouse.

Belongs here: laying a scheme folder out as raw (submissions, cells, registers made from it) and a file of figures as figures in
force, running staging and scores, writing every node's score. Does not belong here: any arithmetic (dbt_project/models/scores).
Standing decisions: nothing is judged here (the table of hits is empty): whoever scores a file by hand vouches for it, so that its
figures need no cells, no staging and no grid; the real warehouse is not touched; units and indicators need not stand in any register.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from schemes.definition import FLAT, Row, Scheme
from sources import raw
from warehouse import build, compiled, engine, increments, loading
from warehouse.compiled import Compiled
from warehouse.scratch.figures import NOT_APPLICABLE, FiguresError, read_figures
from warehouse.settings import Settings

NEEDED = {"val_returns", "val_schemes", "val_targets", "val_events", "score_statuses", "cell_statuses"}  # beside staging and scores
JUDGED = {"val_visits", "val_nil_returns", "val_figures", "val_grid", "val_doubts", "cell_statuses"}  # laid out here, computed where figures came in as returns
DOUBTS = "create table validated.val_doubts (unit_code varchar, indicator varchar, period integer, exceeds_then decimal(3, 1), exceeds decimal(3, 1))"  # none: nothing is judged here
STEPS = {"sco_steps", "step_kinds"}  # a score's steps in words, built only when asked for
NOT_NEEDED = {"sco_steps", "sco_definitions"}
OFFICE, PROVINCE, FORM = "office", "000000", "score_figures"
OUT = """unit_code, period, node, level, value, score, rank, status, reason, class_id, published, grade, bonus, deduction, grade_by_score, grade_by_quota,
    vetoes, claw_back"""
ALWAYS = "timestamp '1970-01-01'"


@dataclass(frozen=True)
class Scored:
    """What a run wrote: rows of the answer, units, periods, and figures that no indicator of the scheme uses."""

    rows: int
    units: int
    periods: int
    unused: list[str]


def score(settings: Settings, scheme: Scheme, figures: Path, out: Path, stages: Path | None = None) -> Scored:
    """Score a file of figures by a scheme and write one row per unit, period and node. Raises SchemeError, FiguresError, CompileFailed."""
    for written in filter(None, (out, stages)):
        if not written.absolute().parent.is_dir():
            raise FiguresError(f"{written}：文件夹 {written.parent} 不存在，请先建立 / its folder does not exist; make it first")
    with tempfile.TemporaryDirectory(prefix="zhunsheng-score-") as folder, engine.scratch(settings.dbt_project) as scratch:
        con = scratch.con
        con.execute(f"set temp_directory = '{folder}'")
        unused = lay_out(con, settings, scheme, figures)
        build.create_all(scratch, models(compiled.load(settings)))
        rows = _write(con, _answer(), out)
        if stages is not None:
            _write(con, STAGES, stages)
        units, periods = con.execute("select count(distinct unit_code), count(distinct period) from members").fetchall()[0]
    return Scored(rows, units, periods, unused)


def models(project: Compiled, steps: bool = False, judged: bool = False) -> Compiled:
    """Every model that scoring needs: with the steps of the scores, and with the judging of figures that came in as returns, when asked for."""
    wanted = NEEDED | (STEPS if steps else set()) | (JUDGED if judged else set())
    layers, left_out = ("staging", "scores"), NOT_NEEDED - wanted
    return project.select(lambda node: node.name in wanted or (node.schema in layers and node.materialized != "seed" and node.name not in left_out))


def lay_out(con: duckdb.DuckDBPyConnection, settings: Settings, scheme: Scheme, figures: Path) -> list[str]:
    """Fill raw with a scheme as if it had come in and been accepted, and the figures in force with the figures. Returns indicators that nothing uses."""
    raw.create(con)
    increments.create_bookkeeping(con)
    raw.load_registers(con, loading.declared(settings))
    read_figures(con, figures)
    classes = _classes(con, scheme)
    needed = {r["indicator"] for r in scheme["indicators"]} | {r["input"] for r in scheme["inputs"]}
    unused = sorted({i for (i,) in con.execute("select distinct indicator from figures").fetchall()} - needed)
    _registers(con, sorted(needed))
    con.execute("create schema if not exists validated")
    _figures_in_force(con)
    _scheme_cells(con, scheme, classes)
    _targets(con, scheme)
    _events(con, scheme)
    con.execute("""create table validated.val_ruled_hits (submission_id varchar, period integer, sheet varchar, row_no integer, col_no integer, indicator varchar, cell varchar,
        severity varchar, counts_as varchar, rule_code varchar, why_zh varchar, why_en varchar, evidence decimal(9, 4), silenced_by varchar, as_known_then boolean)""")
    con.execute(DOUBTS)
    con.execute(f"insert into raw.night values ({ALWAYS})")
    con.execute("insert into raw.changed_period select period_no from periods")
    return unused


def _classes(con: duckdb.DuckDBPyConnection, scheme: Scheme) -> list[str]:
    """Table `members` (unit_code, period, class_id, unit_name, impute_group, is_separate); every unit of a period with figures in it. Returns the classes."""
    names = ("unit_code", "class_id", "unit_name", "impute_group", "is_separate")
    _table(con, "classes_given", names, [tuple(r.get(name) for name in names) for r in scheme["classes"]])
    con.execute("""create table members as
        select f.unit_code, f.period, coalesce(max(g.class_id), max(f.class_id), 'all') as class_id, coalesce(max(g.unit_name), max(f.unit_name), f.unit_code) as unit_name,
          max(g.impute_group) as impute_group, max(g.is_separate) as is_separate
        from figures as f left join classes_given as g on g.unit_code = f.unit_code group by f.unit_code, f.period""")
    return [c for (c,) in con.execute("select distinct class_id from members order by 1").fetchall()]


def _table(con: duckdb.DuckDBPyConnection, name: str, columns: tuple[str, ...], rows: list[tuple]) -> None:
    arrow = pa.table({c: pa.array([r[i] for r in rows], pa.string()) for i, c in enumerate(columns)})
    con.register("_rows", arrow)
    con.execute(f"create table {name} as from _rows")
    con.unregister("_rows")


def _registers(con: duckdb.DuckDBPyConnection, indicators: list[str]) -> None:
    _table(con, "indicators_needed", ("indicator",), [(i,) for i in indicators])
    for table in ("units", "unit_aliases", "indicators", "definitions", "measures", "derived_indicators", "calendar", "provider", "provider_form", "form", "form_column"):
        con.execute(f"delete from raw.register_{table}")
    con.execute(f"""insert into raw.register_units by name select unit_code, max(unit_name) as name_zh, max(unit_name) as name_en, 'prefecture' as level,
        '{PROVINCE}' as province_code, -9999 as valid_from from members group by unit_code""")
    con.execute("insert into raw.register_indicators by name select indicator, indicator as name_zh, indicator as name_en, '1' as unit from indicators_needed")
    raw.name_indicators(con)
    con.execute("insert into raw.register_measures by name select '1' as measure_text, '1' as canonical_unit, 1 as factor")
    con.execute(f"insert into raw.register_provider by name select '{OFFICE}' as provider_id, '{OFFICE}' as name_zh, '{PROVINCE}' as province_code, 'office' as role")
    for form, kind in ((FORM, "figures"), ("scheme", "tables"), ("targets", "tables"), ("events", "tables")):
        con.execute("insert into raw.register_form by name select ? as form_id, ? as kind", [form, kind])
        con.execute("insert into raw.register_provider_form by name select ? as provider_id, ? as form_id", [OFFICE, form])
        con.execute(f"insert into raw.register_calendar by name select ? as form_id, period_no as period, {ALWAYS} as due_at from periods", [form])
        con.execute(f"""insert into raw.submission by name select ? || '-' || period_no as submission_id, cast(row_number() over () as integer) as ledger_seq, '{OFFICE}' as provider_id,
            {ALWAYS} as received_at, ? as form_id, period_no as period, 'read' as read_status from periods""", [form, form])
    con.execute(f"insert into raw.register_form_column by name select '{FORM}' as form_id, 'figures' as table_name, indicator as field, '1' as measure_text, -9999 as period_from from indicators_needed")


def _figures_in_force(con: duckdb.DuckDBPyConnection) -> None:
    """Tables val_figures and val_grid, as far as scores read them, typed at once: nobody owes these figures, and no rule holds one back.

    Digits stay as text only where the typed value has lost some of them (see the macro as_printed).
    """
    con.execute("""create table validated.val_figures as select * replace (case when try_cast(value_text as double) <> cast(value as double) then value_text end as value_text)
        from (select unit_code, indicator, period, try_cast(value_text as decimal(28, 8)) as value, value_text, cast(null as varchar) as definition_id
          from figures semi join indicators_needed as needed on needed.indicator = figures.indicator)
        where value is not null""")
    con.execute(f"""create table validated.val_grid as select unit_code, indicator, period, 'NOT_APPLICABLE' as status, cast(null as varchar) as provider_id
        from figures where value in {NOT_APPLICABLE}""")


def _scheme_cells(con: duckdb.DuckDBPyConnection, scheme: Scheme, classes: list[str]) -> None:
    cells: list[tuple] = []  # (table, row_no, field, text): the same in every period

    def add(table: str, row_no: int, fields: dict[str, str | None]) -> None:
        cells.extend((table, str(row_no), name, text) for name, text in fields.items() if text not in (None, ""))

    add("scheme", 1, {"scheme_id": scheme.name, "title_zh": scheme.name, "missing_policy": "redistribute", "quarantined_policy": "redistribute", "grade_on": "published", "least_dimensions_scored": "0"} | scheme.head.fields)
    for no, row in enumerate(scheme["indicators"], start=1):
        add("scheme_indicators", no, {"name_zh": row["indicator"], "method": "min_max", "base": "0", "full_marks": "100", "dimension_zh": row.get(FLAT) or "总分",
                                      FLAT: "total"} | _only("indicators", row) | {"direction": scheme.direction(row)})
    for no, (indicator, class_id, name, value, _) in enumerate(scheme.parameters(), start=1):
        add("scheme_parameters", no, {"indicator": indicator, "class_id": class_id, "parameter": name, "parameter_value": value})
    for no, ((class_id, node), weight) in enumerate(scheme.weights(classes).items(), start=1):
        add("scheme_weights", no, {"class_id": class_id, "indicator": node, "weight": weight})
    if not scheme.is_flat:
        nodes = scheme.nodes()
        for no, (node, parent) in enumerate(scheme.edges(), start=1):
            add("scheme_nodes", no, (_only("nodes", nodes[node]) if node in nodes else {}) | {"node": node, "parent": parent})
    for table in ("inputs", "tiers", "bands", "adjustments", "vetoes", "quotas", "gaps"):
        for no, row in enumerate(scheme[table], start=1):
            add(f"scheme_{table}", no, ({"from_inclusive": "是", "to_inclusive": "否"} if table == "tiers" else {}) | ({"role": "add"} if table == "inputs" else {}) | row.fields)
    _table(con, "scheme_text", ("table_name", "row_no", "field", "value_text"), cells)
    con.execute("""insert into raw.cell by name select 'scheme-' || p.period_no as submission_id, 'scheme' as form_id, t.table_name, p.period_no as period, t.table_name as sheet,
        cast(t.row_no as integer) as row_no, 1 as col_no, t.field, t.value_text from scheme_text as t cross join periods as p""")
    for table, fields in (("scheme_classes", ("unit_code", "unit_name", "class_id", "class_zh", "is_separate")), ("scheme_groups", ("unit_code", "impute_group"))):
        for name in fields:
            text = "class_id" if name == "class_zh" else name
            con.execute(f"""insert into raw.cell by name select 'scheme-' || period as submission_id, 'scheme' as form_id, '{table}' as table_name, period, '{table}' as sheet,
                cast(row_number() over (partition by period order by unit_code) as integer) as row_no, 1 as col_no, '{name}' as field, {text} as value_text
                from members {"where impute_group is not null" if table == "scheme_groups" else ""}""")


def _only(table: str, row: Row) -> dict[str, str]:
    from schemes.definition import COLUMNS

    return {name: value for name, value in row.fields.items() if name in COLUMNS[table] and name not in ("parent", "weight", "worst", "best")}


def _targets(con: duckdb.DuckDBPyConnection, scheme: Scheme) -> None:
    rows = [(r["unit_code"], r["indicator"], r.get("period"), r["target"], r.get("source_ref", r.place)) for r in scheme["targets"]]
    _table(con, "targets_given", ("unit_code", "indicator", "period", "target", "source_ref"), rows)
    for field, text in (("unit_code", "t.unit_code"), ("indicator", "t.indicator"), ("target", "t.target"), ("measure_text", "'1'"), ("source_type", "'自定'"), ("source_ref", "t.source_ref")):
        con.execute(f"""insert into raw.cell by name select 'targets-' || p.period_no as submission_id, 'targets' as form_id, 'targets' as table_name, p.period_no as period, 'targets' as sheet,
            cast(row_number() over (partition by p.period_no order by t.unit_code, t.indicator) as integer) as row_no, 1 as col_no, '{field}' as field, {text} as value_text
            from targets_given as t cross join periods as p where t.period is null or t.period = p.period""")


def _events(con: duckdb.DuckDBPyConnection, scheme: Scheme) -> None:
    names = ("unit_code", "period", "event_code", "quantity", "severity", "document", "document_date", "note")
    _table(con, "events_given", names, [tuple(r.get(name) for name in names) for r in scheme["events"]])
    con.execute("create table events_numbered as select row_number() over () as row_no, * from events_given")
    for field in (n for n in names if n != "period"):
        con.execute(f"""insert into raw.cell by name select 'events-' || p.period_no as submission_id, 'events' as form_id, 'events' as table_name, p.period_no as period,
            'events' as sheet, cast(e.row_no as integer) as row_no, 1 as col_no, '{field}' as field, e.{field} as value_text
            from events_numbered as e cross join periods as p where e.period is null or e.period = p.period""")


_REAL = "case when {0}_real is not null then printf('%.12g', {0}_real) else rtrim(rtrim(cast({0} as varchar), '0'), '.') end"


_PLAIN = "case when {0} is not null then rtrim(rtrim(cast({0} as varchar), '0'), '.') end"


def _withheld() -> str:
    """SQL: why a grade is withheld. In a file nobody owes anything: the figures that it lacks are named alone."""
    zh, en = "withheld.reason_zh", "withheld.reason_en"
    for old in ("没有单位报送：", "（无报送任务）"):
        zh = f"replace({zh}, '{old}', '')"
    for old in ("owed by nobody: ", " (not asked for)"):
        en = f"replace({en}, '{old}', '')"
    return f"{zh} || ' / ' || {en}"


def _answer() -> str:
    text = _REAL.format("s.score")
    published, bonus, deduction = (_PLAIN.format(f"totals.{name}") for name in ("total_published", "bonus", "deduction"))
    return f"""
    select {OUT} from (
      select s.unit_code, p.period, p.period_no, s.indicator as node, 0 as level, printf('%.12g', prepared.value_before) as value, {text} as score,
        case when s.score is not null then rank() over (partition by peers.peers_no order by round(coalesce(s.score_real, cast(s.score as double)), 9) desc nulls last) end as rank,
        s.score_status as status, statuses.reason_zh || ' / ' || statuses.reason_en as reason, s.class_id, null as published, null as grade,
        null as bonus, null as deduction, null as grade_by_score, null as grade_by_quota, null as vetoes, null as claw_back
      from scores.sco_indicator_scores as s
      inner join periods as p on p.period_no = s.period
      inner join (select submission_id, class_id, indicator, row_number() over () as peers_no from scores.sco_parameters) as peers
        on peers.submission_id = s.scheme_submission_id and peers.class_id = s.class_id and peers.indicator = s.indicator
      left join scores.sco_prepared as prepared on prepared.unit_code = s.unit_code and prepared.indicator = s.indicator and prepared.period = s.period
      left join staging.score_statuses as statuses on statuses.score_status = s.score_status
      union all
      select s.unit_code, p.period, p.period_no, s.node, s.height, null, {text},
        case when s.is_root and (totals.bonus is not null or totals.deduction is not null or totals.n_separate > 0 or totals.n_withheld > 0) then totals.rank_in_class else s.rank_in_class end, s.node_status,
        case when s.is_root and totals.is_withheld then {_withheld()} when s.node_status = 'OK' and s.n_scored < s.n_children then s.n_scored || '/' || s.n_children || ' 项计分 / scored' else statuses.reason_zh || ' / ' || statuses.reason_en end,
        s.class_id, {published}, coalesce(totals.grade_zh, totals.grade_code), {bonus}, {deduction}, coalesce(totals.earned_grade_zh, totals.earned_grade_code),
        case when totals.has_quota then coalesce(totals.quota_grade_zh, totals.quota_grade_code) end, vetoes.listed, case when totals.claw_back then '是' end
      from scores.sco_nodes as s
      inner join periods as p on p.period_no = s.period
      left join (select *, count(*) filter (is_separate) over (partition by period, class_id) as n_separate, count(*) filter (is_withheld) over (partition by period, class_id) as n_withheld from scores.sco_totals) as totals
        on totals.unit_code = s.unit_code and totals.period = s.period and s.is_root
      left join scores.sco_withheld as withheld on withheld.unit_code = s.unit_code and withheld.period = s.period and s.is_root
      left join (select unit_code, period, string_agg(distinct veto, ';' order by veto) as listed from scores.sco_vetoes group by all) as vetoes
        on vetoes.unit_code = s.unit_code and vetoes.period = s.period and s.is_root
      left join staging.score_statuses as statuses on statuses.score_status = s.node_status
    ) order by period_no, level desc, node, unit_code"""


STAGES = """select v.unit_code, p.period, v.indicator, printf('%.12g', v.value_before) as value_before, printf('%.12g', v.value_imputed) as value_imputed,
    printf('%.12g', v.value_treated) as value_treated, printf('%.12g', v.value_ready) as value_ready, v.value_status as status
    from scores.sco_prepared as v inner join periods as p on p.period_no = v.period order by p.period_no, v.indicator, v.unit_code"""


def _write(con: duckdb.DuckDBPyConnection, sql: str, out: Path) -> int:
    path = str(out).replace("'", "''")
    return con.execute(f"copy ({sql}) to '{path}' (header, delimiter ',')").fetchall()[0][0]
