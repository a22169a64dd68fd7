"""`make mutations`: ways in which a night could lie about its checks, and which expectation of Great Expectations finds each.

Every mutation is made on a copy of a published home and judged twice: by Great Expectations, and by a stub that always agrees, to see what is found
by it alone. The home is made by a first night on the sample, or given.

    python -m benchmarks.mutations [--home DIR]
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

import duckdb

from dagster_project import gatekeeping
from expectations import catalogue, door, rule_suites
from expectations.gx import canaries, gate, loading, proof
from expectations.gx import door as judging
from expectations.gx.loading import Judged, SuiteFault
from expectations.worker import GateFault
from warehouse.judging import door as night_door
from warehouse.settings import PROJECT

FIGURES, HITS, SUMMARY = "staging.stg_figures", "validated.val_hits", "validated.val_rule_summary"
FAMILIES = catalogue.load()
MOST_SHOWN = 3


@dataclass(frozen=True)
class Mutation:
    """A way to lie: SQL on the warehouse after the night, or a changed catalogue; `at` says where it would be found."""

    name: str
    sql: str = ""
    at: str = "gate"
    families: Callable[[], tuple] = lambda: FAMILIES


def _family(name: str, **words) -> tuple:
    """The catalogue with the first rule of a family changed."""
    return tuple(replace(f, rules=(replace(f.rules[0], **words), *f.rules[1:])) if f.family == name else f for f in FAMILIES)


def _inverted() -> tuple:
    rule = next(f for f in FAMILIES if f.family == "runs").rules[0]
    return _family("runs", fails=f"not ({rule.fails})")


MUTATIONS = (
    Mutation("rule not compiled", f"delete from {HITS} where rule_code = 'JP01'; delete from {SUMMARY} where rule_code = 'JP01'"),
    Mutation("condition differs in the compiled model", f"update {HITS} set row_no = row_no + 1 where rule_code = 'KE03' and row_no = (select min(row_no) from {HITS} where rule_code = 'KE03')"),
    Mutation("a violation lost between models", f"delete from {HITS} where rule_code = 'ID01' and row_no = (select min(row_no) from {HITS} where rule_code = 'ID01')"),
    Mutation("a violation lost, another doubled", f"""insert into {HITS} from {HITS} where rule_code = 'YR01' order by submission_id, cell limit 1;
        delete from {HITS} where rowid = (select max(rowid) from {HITS} where rule_code = 'YR01' and (submission_id, cell) <> (select (submission_id, cell) from {HITS} where rule_code = 'YR01' order by submission_id, cell limit 1))"""),
    Mutation("severity changed on the way", f"update {HITS} set severity = 'W' where rule_code = 'RG01'"),
    Mutation("table empty (val_baseline)", "delete from validated.val_baseline"),
    Mutation("column dropped from staging", f"alter table {FIGURES} drop column unit_stated"),
    Mutation("figure changed after reading", f"update {FIGURES} set value = value * 1.05 where rowid = (select min(rowid) from {FIGURES} where value > 100)"),
    Mutation("text and figure changed together", f"update {FIGURES} set value_text = '123', value_printed = 123, value = 123 * factor where rowid = (select min(rowid) from {FIGURES} where parse_code = 'NUMBER')"),
    Mutation("share of 133.2 % and a blank owed cell in a return", f"""update {FIGURES} set value = 133.2 where rowid = (select min(rowid) from {FIGURES} where indicator = 'tertiary_industry_share' and value < 100);
        update {FIGURES} set value = null, value_printed = null, value_text = null, parse_code = 'BLANK' where rowid = (select max(rowid) from {FIGURES} where value is not null)""", "door"),
    Mutation("condition inverted in the YAML itself", at="proof", families=_inverted),
    Mutation("expectation raises (column gone at the door)", "create or replace view validated.val_tested_range as select submission_id, period, sheet, row_no, col_no, indicator, cast(null as varchar) as value_text from staging.stg_figures", "door"),
)


def _at(table: str, cond: str = "true") -> str:
    return f"rowid = (select min(rowid) from {table} where {cond})"


_FIGURE, _INTRINSIC, _IN_FORCE, _GRID = _at(FIGURES, "value > 100"), "validated.val_intrinsic_hits", "validated.val_figures", "validated.val_grid"
_HELD = _at(_GRID, "status = 'QUARANTINED'")
# each is found by the tables' own expectations, whatever the rules say: (mutation, expectation)
FURTHER = {
    Mutation("a figure given to another unit", f"update {FIGURES} set unit_code = (select max(unit_code) from {FIGURES}) where {_FIGURE}"): "stg_figures.placed",
    Mutation("its row's code rewritten", f"update {FIGURES} set measure_code = 'x' where {_FIGURE}"): "stg_figures.as_received",
    Mutation("its cell renamed", f"update {FIGURES} set cell = 'ZZ1' where {_FIGURE}"): "stg_figures.as_received",
    Mutation("its form renamed", f"update {FIGURES} set form_id = 'x' where {_FIGURE}"): "stg_figures.as_received",
    Mutation("given to another provider", f"update {FIGURES} set provider_id = 'x' where {_FIGURE}"): "stg_figures.sender",
    Mutation("factor and figure changed together", f"update {FIGURES} set factor = factor * 10, value = value * 10 where {_FIGURE}"): "stg_figures.measured",
    Mutation("tolerance widened", f"update {FIGURES} set resolution = resolution * 100 where {_FIGURE}"): "stg_figures.resolution",
    Mutation("digits after the point miscounted", f"update {FIGURES} set decimals = 6 where {_FIGURE}"): "stg_figures.resolution",
    Mutation("a figure in force lost", f"delete from {_IN_FORCE} where {_at(_IN_FORCE)}"): "val_figures.in_force",
    Mutation("a figure in force doubled in size", f"update {_IN_FORCE} set value = value * 2 where {_at(_IN_FORCE, 'value > 10')}"): "val_figures.in_force",
    Mutation("a quarantined cell called accepted", f"update {_GRID} set status = 'ACCEPTED' where {_HELD}"): "val_grid.in_force",
    Mutation("sentences swapped", f"update {HITS} set why_zh = (select min(why_zh) from {HITS}) where rule_code = 'YR01'"): "val_hits.as_written",
    Mutation("violation addressed to another provider", f"update {HITS} set provider_id = (select max(provider_id) from {HITS}) where rule_code = 'YR01'"): "val_hits.addressed",
    Mutation("violation lost where baselines read it", f"delete from {_INTRINSIC} where {_at(_INTRINSIC)}"): "val_intrinsic_hits.passed_on",
    Mutation("bounds widened in the register", "update raw.register_indicators set hard_high = hard_high * 10 where hard_high is not null"): "loaded_registers.unchanged",
    Mutation("severity changed in the register of rules", "update raw.register_rule set severity = 'H' where rule_code = 'YR01'"): "register_rule.as_declared",
}


def found(warehouse: Path, mutation: Mutation) -> str:
    """Which expectation finds the mutation; "" where none does."""
    with tempfile.TemporaryDirectory(prefix="zhunsheng-mutation-") as folder:
        copy = Path(shutil.copyfile(warehouse, Path(folder) / "warehouse.duckdb"))
        with duckdb.connect(str(copy)) as con:
            con.execute("delete from raw.changed_period; insert into raw.changed_period select distinct coalesce(period, 0) from raw.submission")
            for statement in filter(None, map(str.strip, mutation.sql.split(";"))):
                con.execute(statement)
        with mock.patch.object(catalogue, "load", mutation.families):
            return {"gate": _at_gate, "door": _at_door, "proof": _by_cases}[mutation.at](copy)


def _at_gate(warehouse: Path) -> str:
    try:
        rows = gate.judge(str(warehouse))
        gatekeeping.raise_faults(rows)
    except GateFault:
        faults = [r for r in rows if r["severity"] == "E" and not r["success"] and r["check"] not in (rule_suites.HOLD, rule_suites.HOLDS)]
        return ", ".join(f"{r['expectation_id']}: {r['observed'] if r['observed'] is not None else 'differs'}" for r in faults)
    except SuiteFault as fault:
        return _short(fault)
    return ""


def _at_door(warehouse: Path) -> str:
    """Verdicts that differ from those of the night."""
    with duckdb.connect(str(warehouse)) as con:
        before = _verdicts(con)
        try:
            night_door.refresh_all(con, _Here())
        except (GateFault, SuiteFault, duckdb.Error) as fault:
            return _short(fault)
        new = Counter(code for code, *_ in _verdicts(con) - before)
        return ", ".join(f"{code}: {n}" for code, n in sorted(new.items(), reverse=True))


def _verdicts(con) -> set[tuple]:
    return set(con.execute(f"select rule_code, submission_id, sheet, row_no, indicator from {door.VERDICTS}").fetchall())


def _by_cases(warehouse: Path) -> str:
    try:
        proof.prove(["runs"])
    except SuiteFault as fault:
        return _short(fault)
    return ""


def _short(fault: Exception) -> str:
    return str(fault).split(" / ")[-1].splitlines()[0][:90]


class _Here:
    """The judge in this process, so that it can be replaced by a stub."""

    def run(self, request: dict):
        return {"door": judging.judge}[request.pop("ask")](**request)


@contextmanager
def stub() -> Iterator[None]:
    """Great Expectations replaced by one who always agrees and finds nothing."""

    def agrees(asked, results) -> list[Judged]:
        return [Judged(e, True, {"observed_value": 0, "counts": _nothing(e), "unexpected_index_list": [], "undecided": 0}) for e in asked]

    def check(frame, asked):
        return agrees(asked, None)

    with mock.patch.object(loading, "answers", agrees), mock.patch.object(judging, "check", check), mock.patch.object(canaries, "refuse_blind", lambda judged: None), \
            mock.patch.object(canaries, "on_returns", lambda *of: None), mock.patch.object(proof, "_comes_out", lambda case, counts: True):
        yield


def _nothing(asked: dict):
    return {rule["code"]: {} for rule in asked["kwargs"]["rules"]} if "rules" in asked["kwargs"] else "[]"


def table(warehouse: Path, mutations: Iterable[Mutation] = MUTATIONS) -> list[tuple[str, str, str]]:
    """(mutation, found by, found with the stub)"""
    rows = [("nothing (the untouched sample)", found(warehouse, Mutation("nothing")), "")]
    for mutation in mutations:
        with_gx = found(warehouse, mutation)
        with stub():
            rows.append((mutation.name, with_gx, found(warehouse, mutation)))
    return rows


def _first(found_by: str) -> str:
    """The first few of what found a mutation, and how many more did."""
    names = found_by.split(", ")
    return ", ".join(names[:MOST_SHOWN]) + (f" (+{len(names) - MOST_SHOWN})" if len(names) > MOST_SHOWN else "")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutations", description=__doc__)
    parser.add_argument("--home", type=Path, help="a home with a published night; default: a new one with the sample")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="zhunsheng-mutations-") as folder:
        home = options.home or Path(folder) / "home"
        if options.home is None:
            subprocess.run([sys.executable, "-m", "zhunsheng.cli", "--home", str(home), "nightly", "--quiet"], cwd=PROJECT, check=True)
        rows = table(home / "warehouse.duckdb", (*MUTATIONS, *FURTHER))
    print("| mutation | found by | with a stub that always agrees |\n|---|---|---|")
    for name, with_gx, with_stub in rows:
        print(f"| {name} | {_first(with_gx) or '—'} | {_first(with_stub) or 'unseen'} |" if name != rows[0][0] else f"| {name} | {_first(with_gx) or 'no fault'} | |")
    caught, unseen = sum(bool(row[1]) for row in rows[1:]), sum(not row[2] for row in rows[1:])
    print(f"\n{caught} of {len(rows) - 1} found; {unseen} of {len(rows) - 1} pass unseen with the stub")
    return 0 if caught == len(rows) - 1 and not rows[0][1] else 1


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # DuckDB's binding under SQLAlchemy prints pages about leaked functions where Python ends by itself
