"""Runs a rule's cases: a handful of rows in an in-memory DuckDB, the compiled SQL over them.

Used by the tests (every case must come out as declared) and by the rule book (its example is what the failing case
really prints). The small world the cases live in is data: `case_world.yml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import duckdb
import jinja2
import yaml

from expectations import compiler, door, worker
from expectations.catalogue import Family, Rule

WORLD = Path(__file__).parent / "case_world.yml"
DBT = Path(__file__).parent.parent / "dbt_project"
MACROS = [*sorted((DBT / "macros" / "truth").glob("*.sql")), DBT / "macros" / "dialect" / "exact.sql"]
VIEWS = ("val_series", "val_common", "val_expected")  # models that rules read, computed in the small world by their own SQL
_CELL = re.compile(r"([A-Z]+)(\d+)$")


class _Dbt:
    """The part of dbt's `dbt` namespace that generated models use."""

    @staticmethod
    def type_string() -> str:
        return "varchar"


class _Adapter:
    """dbt's `adapter`: a dispatched macro is DuckDB's."""

    @staticmethod
    def dispatch(name: str, package: str):
        return getattr(_environment()[0].get_template("macros").module, f"duckdb__{name}")


def render(model: str, ref=lambda name: name, only_changed=lambda column, beside=(0,): "1 = 1", as_indicator=lambda name: name) -> str:
    """Plain DuckDB SQL from a model: refs and sources are tables of that name, every period is computed unless `only_changed` says otherwise."""
    return _template(model).render(
        dbt=_Dbt(),
        ref=ref,
        source=lambda schema, table: f"{schema}.{table}",
        only_changed=only_changed,
        as_indicator=as_indicator,
        adapter=_Adapter(),
        **{"return": lambda value: value},
    )


def render_whole(family: Family, model: str, ref=lambda name: name, **options) -> str:
    """The same of one family's hits or counts as one statement: with the view and the judged table they rest on inside it."""
    inside = {f"val_tested_{family.family}": compiler.tested_sql, f"val_judged_{family.family}": compiler.judged_sql}

    def inlined(name: str) -> str:
        return f"({render(inside[name](family), inlined, **options).rstrip()})" if name in inside else ref(name)

    return render(model, inlined, **options).rstrip()


@lru_cache(maxsize=64)
def _template(model: str) -> jinja2.Template:
    environment, macros = _environment()
    return environment.from_string(f"{{% from 'macros' import {', '.join(macros)} with context %}}{model}")


@lru_cache
def _environment() -> tuple[jinja2.Environment, list[str]]:
    """The macros that rules use, parsed once: these call no other package."""
    text = "".join(path.read_text(encoding="utf-8") for path in MACROS)
    return jinja2.Environment(loader=jinja2.DictLoader({"macros": text})), re.findall(r"{%-? *macro (\w+)", text)


@lru_cache
def world() -> dict:
    return yaml.safe_load(WORLD.read_text(encoding="utf-8"))


@lru_cache
def database() -> duckdb.DuckDBPyConnection:
    """The world, built once a process; cases add their rows in a transaction that is rolled back."""
    con = duckdb.connect()
    con.execute("create schema raw")
    for table, columns in world()["tables"].items():
        con.execute(f"create table {table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
    for table, entries in world()["rows"].items():
        _insert(con, table, entries)
    for name in VIEWS:
        con.execute(f"create view {name} as {render((DBT / 'models' / 'validated' / f'{name}.sql').read_text(encoding='utf-8'), _held_back)}")
    return con


def _held_back(name: str) -> str:
    """What the small world's views read: a case says itself which values are clean, so a figure beside them counts as held back."""
    return "(select *, 'E' as severity from stg_figures)" if name == "val_intrinsic_hits" else name


@contextmanager
def connect(case: dict):
    """The world with the case's own rows: `figures`, `baseline`, and under `world` whole tables by name. Lists in lists are one list."""
    con = database()
    con.execute("begin")
    try:
        for table, entries in case.get("world", {}).items():
            con.execute(f"delete from {table}")
            _insert(con, table, _flat(entries))
        _insert(con, "stg_figures", [_figure(entry) for entry in _flat(case.get("figures", []))])
        _insert(con, "val_baseline", [{**world()["baseline"], **entry} for entry in _flat(case.get("baseline", []))])
        yield con
    finally:
        con.execute("rollback")


def hits(family: Family, case: dict, code: str | None = None) -> list[dict]:
    """Hits of a family on a case, as dicts in the contract's columns; only those of `code` when given; ordered by rule, row, column."""
    family = _only(family, code)
    sql = render_whole(family, compiler.hits_sql(family))
    with connect(case) as con:
        through_the_door(con, [family])
        cursor = con.execute(sql)
        names = [column[0] for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return sorted(found, key=lambda hit: (hit["rule_code"], hit["row_no"] or 0, hit["col_no"] or 0))


def summary(family: Family, case: dict, code: str) -> dict:
    """Counts of one rule over a case, all periods added up."""
    family = _only(family, code)
    sql = render_whole(family, compiler.summary_sql([family]))
    columns = [name for name in compiler.SUMMARY_COLUMNS if name.startswith("n_")]
    sums = ", ".join(f"cast(coalesce(sum({name}), 0) as bigint)" for name in columns)
    with connect(case) as con:
        through_the_door(con, [family])
        row = con.execute(f"select {sums} from ({sql}) where rule_code = ?", [code]).fetchone()
    return dict(zip(columns, row, strict=True))


def through_the_door(con: duckdb.DuckDBPyConnection, families: Iterable[Family], ref=lambda name: name) -> None:
    """What Great Expectations says of the rows that there are, of the families that are judged there, in place of what was said before."""
    asked = [door.batch(con, family, f"({render(compiler.tested_sql(family), ref)})") for family in families if family.at_door]
    if asked:
        for table in (door.VERDICTS, door.COUNTS):
            con.execute(f"delete from {table}")
        door.judge(con, worker.shared(), asked)


def example(family: Family, rule: Rule) -> dict | None:
    """The first hit of the rule's first failing case: what the rule book shows."""
    failing = next((case for case in rule.cases if case["outcome"] == "FAIL"), None)
    found = hits(family, failing, rule.code) if failing else []
    return found[0] if found else None


def _flat(entries: list) -> list[dict]:
    """So that a case can take over another's rows (a YAML alias) and add its own."""
    return [row for entry in entries for row in (entry if isinstance(entry, list) else [entry])]


def _figure(entry: dict) -> dict:
    """A row of stg_figures: the world's default, the case's own words, position from the cell, value from the text."""
    figure = {**world()["figure"], **entry}
    letters, row = _CELL.match(figure["cell"]).groups()
    figure["row_no"], figure["col_no"] = int(row), sum((ord(c) - 64) * 26**i for i, c in enumerate(reversed(letters)))
    number = _number(figure["value_text"]) if figure["parse_code"] == "NUMBER" else None
    figure.setdefault("decimals", len(str(figure["value_text"]).partition(".")[2]) if number is not None else 0)
    figure.setdefault("value", number)
    figure.setdefault("value_printed", figure["value"])
    figure.setdefault("resolution", f"{10 ** -int(figure['decimals']):.8f}")
    figure.setdefault("measure_code", figure["unit_code"])
    return figure


def _number(text) -> str | None:
    return str(text) if re.fullmatch(r"-?\d+(\.\d+)?", str(text)) else None


def _insert(con, table: str, entries: list[dict]) -> None:
    columns = world()["tables"][table]
    unknown = {name for entry in entries for name in entry} - set(columns)
    if unknown:
        raise KeyError(f"{table} has no {sorted(unknown)}")
    if entries:
        row = "(" + ", ".join(f"cast(? as {kind})" for kind in columns.values()) + ")"
        values = [entry.get(name) for entry in entries for name in columns]
        con.execute(f"insert into {table} values {', '.join([row] * len(entries))}", values)


def _only(family: Family, code: str | None) -> Family:
    """The family with that one rule, so that a case compiles no more than it needs."""
    return family if code is None else replace(family, rules=tuple(rule for rule in family.rules if rule.code == code))
