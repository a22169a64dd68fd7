"""The door in a build: which returns it judges, and where its verdicts are kept (raw.door_verdict, raw.door_count).

Belongs here: the step between typed figures and recorded violations. Does not belong here: what is asked (expectations). Standing decisions: a return is judged
once, since its verdict rests on nothing but itself, the declarations and the registers; where one of these changes everything is judged again; a
verdict and what it changes are written in one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

import duckdb

from expectations import catalogue, door, form_suites
from expectations.outcomes import GX_SEVERITY
from expectations.sentences import quote
from expectations.worker import Worker
from sources.declare.declarations import Declarations
from warehouse import build
from warehouse.build import Build
from warehouse.compiled import STEP as KIND
from warehouse.compiled import Compiled, Node
from warehouse.engine import EVERYTHING, DuckDBEngine

FIGURES = "staging.stg_figures"
VERDICTS, COUNTS, JUDGED = door.VERDICTS, door.COUNTS, "raw.door_judged"
FAMILIES = tuple(family for family in catalogue.load() if family.at_door)
VIEWS = tuple(f"val_tested_{family.family}" for family in FAMILIES)
STEP = Node("door_verdict", "raw", KIND, KIND, "", "", tuple(f"validated.{view}" for view in VIEWS), reads_periods=((),) * len(VIEWS))
# What a rule accounts for, as a count of what the reader left, so that rows lost on the way are missed.
RECEIVED = {"staging.stg_figures": "select count(*) from raw.cell where table_name = 'figures' and list_contains(?, submission_id)",
            "raw.submission": "select count(*) from raw.submission where list_contains(?, submission_id)"}


def create(con: duckdb.DuckDBPyConnection) -> None:
    """The tables of the door, where they are missing."""
    con.execute(f"create table if not exists {VERDICTS} (rule_code varchar, rule_version integer, severity varchar, submission_id varchar, period integer, sheet varchar, row_no integer, col_no integer, indicator varchar)")
    con.execute(f"create table if not exists {COUNTS} (rule_code varchar, submission_id varchar, period integer, outcome varchar, n bigint)")
    con.execute(f"create table if not exists {door.OWN} (rule_code varchar, rule_version integer, severity varchar, form_id varchar, kind varchar, kwargs varchar, cells varchar[], title_zh varchar, title_en varchar, why_zh varchar, why_en varchar, mend_zh varchar, mend_en varchar)")
    con.execute(f"create table if not exists {JUDGED} (submission_id varchar, ledger_seq integer, period integer)")


def forget(con: duckdb.DuckDBPyConnection, submissions: Iterable[str]) -> None:
    """These returns are to be judged anew."""
    for table in (VERDICTS, COUNTS, JUDGED):
        con.execute(f"delete from {table} where list_contains(?, submission_id)", [list(submissions)])


def split(models: Compiled) -> tuple[Compiled, Compiled]:
    """The models that the door looks at with all they rest on, and the others of a selection."""
    before = models.upstream(*(view for view in VIEWS if f"validated.{view}" in models.by_relation))
    return before, models.select(lambda node: node.relation not in before.by_relation)


def run(of: Build, models: Compiled, engine: DuckDBEngine, judge: Worker, anew: bool) -> None:
    """Compute a selection of models with the door in its place. `anew`: what has been judged is judged again. Raises GateFault."""
    before, after = split(models)
    of.run(before)
    of.step(STEP, lambda periods: refresh(engine, judge, periods, anew))
    if changed := of.built.changed.get(VERDICTS, set()) - {EVERYTHING}:
        of.mark(COUNTS, changed)
    of.run(after)


def create_all(engine: DuckDBEngine, models: Compiled, judge: Worker) -> None:
    """Build a selection as a whole on a scratch warehouse, the door in its place. Raises GateFault, ContractBroken, TestFailed."""
    before, after = split(models)
    create(engine.con)
    build.create_all(engine, before)
    periods = {period for (period,) in engine.con.execute("select distinct coalesce(period, 0) from raw.submission").fetchall()}
    refresh(engine, judge, periods, True)
    build.create_all(engine, after)


def refresh(engine: DuckDBEngine, judge: Worker, periods: Iterable[int], anew: bool) -> set[int]:
    """Judge the returns of these periods that are not judged yet (or all of them). Returns the periods in which a verdict may differ."""
    con, wanted = engine.con, sorted(periods)
    gone = con.execute(f"select submission_id, period from {JUDGED} anti join raw.submission as here using (submission_id)").fetchall()
    known = "" if anew else f"and (submission_id, ledger_seq) not in (select (submission_id, ledger_seq) from {JUDGED})"
    new = con.execute(f"select submission_id, ledger_seq, coalesce(period, 0) from raw.submission where list_contains(?, coalesce(period, 0)) {known} order by 1", [wanted]).fetchall()
    submissions = [submission for submission, *_ in new]
    forget(con, [*submissions, *(submission for submission, _ in gone)])
    if submissions:
        engine.set_periods({period for *_, period in new})
        _judge(con, judge, submissions)
        con.executemany(f"insert into {JUDGED} values (?, ?, ?)", new)
    return {period for *_, period in (*new, *gone)}


def refresh_all(con: duckdb.DuckDBPyConnection, judge: Worker) -> None:
    """Judge every return that there is. Raises GateFault."""
    submissions = [submission for (submission,) in con.execute("select submission_id from raw.submission order by 1").fetchall()]
    forget(con, submissions)
    _judge(con, judge, submissions)


def _judge(con: duckdb.DuckDBPyConnection, judge: Worker, submissions: list[str]) -> None:
    def received(table: str) -> int:
        return con.execute(RECEIVED[table], [submissions]).fetchall()[0][0]

    new = f"submission_id in ({', '.join(map(quote, submissions))})"
    batches = [door.batch(con, family, f"validated.val_tested_{family.family}", new, received) for family in FAMILIES]
    door.judge(con, judge, [*batches, *door.own_batches(con, FIGURES, new)])
    door.place_own(con, FIGURES, submissions)


def suite_of(declarations: Declarations, form: str) -> list[dict]:
    """What is expected of one form's returns, its own expectations included."""
    declared, register = declarations.forms[form], declarations.registers["indicators"]
    indicators = [dict(zip(register.columns, row, strict=True)) for row in register.rows]
    own = [{"type": one.kind, "kwargs": json.loads(one.kwargs), "severity": GX_SEVERITY[one.severity], "meta": {"rule": one.code, "version": one.version, "cells": list(one.cells), **one.texts}}
           for one in declared.expectations]
    return form_suites.of_form({column.field for column in declared.columns}, indicators, own)
