"""Handing what the night recorded to the truth gate and keeping its answers as rows.

Belongs here: which families of rules it is asked about, the copy of the warehouse it reads, `validated.expectation_results`. Does not belong here: what is
asked (expectations/rule_suites.py, tables.yml) and what a rule says (expectations/rules).
Standing decision: a rule that is broken is data and never stops a night; records that are not what the rules say, a table that lost rows, an
expectation that cannot be evaluated are faults of the pipeline and do. What a stopped night has left is asked about again by the next one.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from expectations import catalogue, rule_suites
from expectations.door import COUNTS, OUTCOMES
from expectations.outcomes import MUST_FIX
from expectations.worker import GateFault
from sources.rows import laid_out
from warehouse import build
from warehouse.engine import EVERYTHING, DuckDBEngine
from warehouse.settings import Settings

RESULTS = "validated.expectation_results"
COUNTED = ("n_passed", "n_violations", "n_not_applicable", "n_too_few", "n_not_run")  # in the order of gx/tables.py OUTCOMES
COLUMNS = {"expectation_id": "varchar", "subject": "varchar", "check": "varchar", "severity": "varchar", "period": "integer", "success": "boolean",
           **{name: "bigint" for name in COUNTED}, "observed": "bigint", "examples": "varchar", "says_zh": "varchar", "says_en": "varchar"}
FOLDER = "gate"


@dataclass(frozen=True)
class Verdicts:
    """The gate's answer in short: rows kept, expectations asserted, hits and rule codes per (family, severity)."""

    rows: int
    expectations: int
    hits: dict[tuple[str, str], int] = field(default_factory=dict)
    rules: dict[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """What the gate is asked about: the families whose records differ from the last edition's (None: all), in these periods."""

    families: tuple[str, ...] | None
    periods: frozenset[int]

    @property
    def codes(self) -> list[str]:
        return [rule.code for family in catalogue.load() if self.families is None or family.family in self.families for rule in family.rules]


def question(engine: DuckDBEngine, known: Iterable[int]) -> Question:
    """What tonight, or a night that did not end, has changed since the last edition.

    A family whose records came out as they were has been judged with these records before; that its relation may have changed beneath them is left to the
    next night that computes everything (any change of code, rules or registers makes one).
    """
    touched = build.differing(engine)
    if build.EVERY_TABLE in touched:
        return Question(None, frozenset(known))
    families = [family.family for family in catalogue.load() if {f"validated.val_{kind}_{family.family}" for kind in ("judged", "hits")} & touched.keys()]
    periods = {p for relation, of in touched.items() if relation.startswith(("raw.", "staging.", "validated.")) for p in of}
    return Question(tuple(families), frozenset(known if EVERYTHING in periods else periods))


def copy(settings: Settings, engine: DuckDBEngine, asked: Question) -> Path:
    """The warehouse as it is now, with the periods that are asked about: the gate reads it while the night writes on."""
    engine.set_periods(asked.periods)
    engine.con.execute("checkpoint")
    folder = settings.home / FOLDER
    folder.mkdir(exist_ok=True)
    return Path(shutil.copyfile(settings.warehouse, folder / settings.warehouse.name))


def discard(settings: Settings) -> None:
    """The gate has answered: its copy is of no more use."""
    shutil.rmtree(settings.home / FOLDER, ignore_errors=True)


def create(con: duckdb.DuckDBPyConnection) -> None:
    """The table of the gate's results, where it is missing."""
    con.execute("create schema if not exists validated")
    con.execute(f"create table if not exists {RESULTS} ({', '.join(f'{chr(34)}{name}{chr(34)} {kind}' for name, kind in COLUMNS.items())})")


def keep(con: duckdb.DuckDBPyConnection, asked: Question, results: list[dict]) -> None:
    """Write the gate's results: a row for each rule and period, one for everything else that was expected."""
    rows = [{**row, "examples": "; ".join(row["examples"]), **dict(zip(COUNTED, row["counts"] or [None] * len(COUNTED), strict=True))} for row in results]
    columns = {name: [row[name] for row in rows] for name in COLUMNS}
    con.execute("create schema if not exists validated")
    shown = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in COLUMNS.items())
    with laid_out(con, "results_in_hand", columns):
        if asked.families is None or not _is_kept(con):
            con.execute(f"create or replace table {RESULTS} as select {shown} from results_in_hand")
            _keep_door(con)
            return
        con.execute(f"delete from {RESULTS} where period is null and expectation_id in (select expectation_id from results_in_hand)")
        con.execute(f"delete from {RESULTS} where list_contains(?, subject) and list_contains(?, period)", [asked.codes, sorted(asked.periods)])
        con.execute(f"insert into {RESULTS} select {shown} from results_in_hand")
    _keep_door(con)


def _keep_door(con: duckdb.DuckDBPyConnection) -> None:
    """The same of what the door judged, from its own counts."""
    counts = ", ".join(f"sum(case when outcome = '{name}' then n else 0 end) as {column}" for column, name in zip(COUNTED, OUTCOMES, strict=True))
    con.execute(f"delete from {RESULTS} where \"check\" = '{rule_suites.HOLDS}' and subject in (select rule_code from {COUNTS})")
    con.execute(f"""insert into {RESULTS} by name
        with counted as (select rule_code, period, {counts} from {COUNTS} group by all)
        select counted.rule_code || '.{rule_suites.HOLDS}' as expectation_id, counted.rule_code as subject, '{rule_suites.HOLDS}' as "check", rules.severity, counted.period,
          n_violations + n_not_run = 0 as success, counted.* exclude (rule_code, period), n_violations as observed, '' as examples, rules.title_zh as says_zh, rules.title_en as says_en
        from counted inner join (select rule_code as code, severity, title_zh, title_en from raw.register_rule) as rules on rules.code = counted.rule_code""")


def _is_kept(con: duckdb.DuckDBPyConnection) -> bool:
    kept = con.execute("select count(*) from duckdb_tables() where schema_name || '.' || table_name = ?", [RESULTS]).fetchall()[0][0]
    return bool(kept) and [name for name, *_ in con.execute(f"from {RESULTS} limit 0").description] == list(COLUMNS)


def raise_faults(results: list[dict]) -> None:
    """Raise GateFault where the records are not what the rules say, or a table is not what it should be."""
    faults = [r for r in results if not r["success"] and r["severity"] == MUST_FIX and r["check"] not in (rule_suites.HOLD, rule_suites.HOLDS)]
    faults += [{**r, "observed": r["counts"][-1], "says_zh": "有的行未能判定", "says_en": "rows were left undecided"} for r in results if r["counts"] and r["counts"][-1]]
    if faults:
        said = "; ".join(f"{r['expectation_id']}: {r['says_zh']} / {r['says_en']} ({r['observed']}: {'; '.join(r['examples']) or '—'})" for r in faults[:5])
        raise GateFault(f"真实性关口核对不符 / the gate does not agree with what the night recorded: {said}")


def verdicts(con: duckdb.DuckDBPyConnection) -> Verdicts:
    """What is kept of the gate's results, in short."""
    n = con.execute(f"select count(*) from {RESULTS}").fetchall()[0][0]
    families = {code: of for code, *of in con.execute("select rule_code, family, severity from raw.register_rule").fetchall()}
    hits: dict[tuple[str, str], int] = defaultdict(int)
    rules: dict[tuple[str, str], list[str]] = defaultdict(list)
    counted = con.execute("select rule_code, sum(n_violations) from validated.val_rule_summary group by 1 having sum(n_violations) > 0 order by 1").fetchall()
    for code, count in counted:
        hits[tuple(families[code])] += int(count)
        rules[tuple(families[code])].append(f"{code} × {count}")
    return Verdicts(n, n, dict(hits), {pair: ", ".join(codes) for pair, codes in rules.items()})
