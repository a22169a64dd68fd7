"""What a night has to compute: which periods have changed since the marts were built, by fingerprint.

Belongs here: the plan of a night and its bookkeeping. Does not belong here: how a change travels through the models (engine), what arrives (sources).
Standing decision: a period is marked as built only after everything of the night is built, so a night killed anywhere is simply done again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib.metadata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import duckdb

from warehouse import compiled
from warehouse.judging import door
from warehouse.build import Scope
from warehouse.settings import Settings

# A rule on period p looks at p-2 .. p+2 (expectations/rules, `reads_periods`), and a year-on-year row of p at what is in force in
# p-1: so a change in p reaches p-2 .. p+3 at most. A test holds a full rebuild against increments.
REACH = range(-2, 4)

ENGINES = ("duckdb", "dbt-core", "dbt-duckdb", "great-expectations")
# What decides a mart's content: every room below the one that words it for a provider (slips), and the night's own steps. Which modules
# the steps import is compared with this in a test. How results are shown to people (slips, zhunsheng) is not part of it.
CODE_FOLDERS = ("sources", "expectations", "schemes", "warehouse", "stability", "dbt_project")
CODE_FILES = ("dagster_project/night.py", "dagster_project/gatekeeping.py", "slips/corrections.py")
CODE_ENDINGS = {".py", ".sql", ".yml", ".yaml", ".csv"}


@dataclass(frozen=True)
class Arrivals:
    """Submissions that differ from those the marts were built from: `new` ids, the `periods` they are about, whether some `vanished` (a refusal
    that was received after all), and whether schemes, targets or events are among them."""

    new: tuple[str, ...] = ()
    periods: tuple[int, ...] = ()
    vanished: bool = False
    with_schemes: bool = False


@dataclass(frozen=True)
class Plan:
    """What a night has to do. `touched` periods have new submissions, passed deadlines or ended rulings; `forced` ones are to be computed in any
    case; `periods` are those that either may reach; `inputs` is the fingerprint of everything the marts rest on."""

    full: bool
    periods: tuple[int, ...]
    inputs: str
    fingerprints: tuple[tuple[int, str], ...]
    code: str
    touched: tuple[int, ...] = ()
    forced: tuple[int, ...] = ()
    arrivals: Arrivals = Arrivals()

    @property
    def nothing(self) -> bool:
        return not self.full and not self.periods

    @property
    def scope(self) -> Scope:
        """The same for the build of the models: what arrived in each raw table.

        What is found in schemes rests on those of earlier years, so that a new one may change any year's.
        """
        known = {period for period, _ in self.fingerprints} | set(self.touched) | set(self.forced)
        periods = frozenset(self.arrivals.periods)
        arrived = {"raw.submission": periods, "raw.cell": periods, "raw.reading_finding": periods, "raw.night": frozenset(self.touched),
                   "raw.scheme_finding": frozenset(known) if self.arrivals.with_schemes else frozenset()}
        return Scope(self.full, arrived, frozenset(known), frozenset(self.forced), None if self.arrivals.vanished else self.arrivals.new)


@lru_cache
def _code_of(project: Path) -> str:
    """The fingerprint of the code that this process runs: asked once, since what is imported does not change under it."""
    return code_fingerprint(Settings(home=project / "var", project=project))


def own_code(settings: Settings) -> str:
    """The fingerprint of the code and of the declarations that the home has of its own; without any, that of the code alone."""
    own = [path for pattern in ("forms/*.yml", "registers/*.csv") for path in sorted(settings.home.glob(pattern))]
    if not own:
        return _code_of(settings.project)
    digest = hashlib.sha256(_code_of(settings.project).encode())
    for path in own:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def code_fingerprint(settings: Settings) -> str:
    """sha256 over every file that decides the content of the marts, and the engines' versions."""
    digest = hashlib.sha256()
    for name in ENGINES:
        digest.update(f"{name}={importlib.metadata.version(name)}\n".encode())
    for path in _code_files(settings):
        digest.update(str(path.relative_to(settings.project)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _code_files(settings: Settings):
    for folder in CODE_FOLDERS:
        root = settings.project / folder
        for path in sorted(root.rglob("*")):
            inside = path.relative_to(root).parts
            if path.suffix in CODE_ENDINGS and not {"sample", "target", "logs", "__pycache__"} & set(inside):
                if folder != settings.dbt_project.name or not compiled.is_generated(path.relative_to(root)):
                    yield path
    yield from (path for path in map(settings.project.joinpath, CODE_FILES) if path.exists())


def create_bookkeeping(con: duckdb.DuckDBPyConnection) -> None:
    """Tables of the night itself, in schema raw."""
    con.execute("create schema if not exists raw")
    con.execute("create table if not exists raw.changed_period (period integer)")
    con.execute("create table if not exists raw.night (as_of timestamp)")
    door.create(con)
    con.execute("create table if not exists raw.built_period (period integer, fingerprint varchar)")
    con.execute("create table if not exists raw.built_submission (submission_id varchar, ledger_seq integer, period integer)")
    con.execute("create table if not exists raw.built_code (fingerprint varchar)")
    con.execute("create table if not exists raw.loaded_code (fingerprint varchar)")


def mark_loaded(con: duckdb.DuckDBPyConnection, code: str) -> None:
    """Record by which code and declarations raw was read."""
    con.execute("begin")
    con.execute("delete from raw.loaded_code")
    con.execute("insert into raw.loaded_code values (?)", [code])
    con.execute("commit")


def doubt(con: duckdb.DuckDBPyConnection, submissions: Iterable[str]) -> None:
    """Submissions are about to be taken out of raw, and tables may rest on them: whatever they reach is to be computed again.

    Each is noted as built with an impossible ledger number: it has vanished by the next plan, and if it comes back, it is new.
    """
    listed = sorted(submissions)
    con.execute("insert into raw.built_submission select submission_id, -ledger_seq, period from raw.submission where list_contains(?, submission_id)", [listed])
    con.execute("delete from raw.built_period where period in (select coalesce(period, 0) from raw.submission where list_contains(?, submission_id))", [listed])


def default_as_of(con: duckdb.DuckDBPyConnection) -> dt.datetime:
    """The moment of a night for which none is given: the latest receipt or the last night's, whichever is later. Never the clock."""
    latest = con.execute("select max(moment) from (select max(received_at) as moment from raw.submission union all select max(as_of) from raw.night)").fetchall()[0][0]
    return latest or dt.datetime(1970, 1, 1)


def plan(con: duckdb.DuckDBPyConnection, settings: Settings, as_of: dt.datetime, rebuild: tuple[int, ...] = ()) -> Plan:
    """Compare what is in raw with what was built. `rebuild` forces periods (backfill of a closed year)."""
    code = own_code(settings)
    now = period_fingerprints(con, as_of)
    built_code = con.execute("select fingerprint from raw.built_code").fetchall()
    built = dict(con.execute("select period, fingerprint from raw.built_period").fetchall())
    full = built_code != [(code,)]
    touched = {p for p in now.keys() | built.keys() if now.get(p) != built.get(p)}
    asked = touched | set(rebuild)
    reached = {p + step for p in asked for step in REACH} & (now.keys() | asked)
    remembering = {period for period, *_ in con.execute(RULED, [as_of]).fetchall()} & reached
    reached |= {p for p in now if remembering and p > min(remembering)}  # an accepted explanation is remembered in all later periods
    inputs = hashlib.sha256(repr((code, sorted(now.items()))).encode()).hexdigest()
    periods = sorted(now) if full else sorted(reached)
    forced = {p + step for p in rebuild for step in REACH} & (now.keys() | asked)
    return Plan(full, tuple(periods), inputs, tuple(sorted(now.items())), code, tuple(sorted(touched)), tuple(sorted(forced)), _arrivals(con))


def _arrivals(con: duckdb.DuckDBPyConnection) -> Arrivals:
    rows = con.execute("""select coalesce(now.submission_id, built.submission_id), coalesce(now.period, built.period, 0), now.submission_id is null, now.form_id in ('scheme', 'targets', 'events')
        from (select submission_id, ledger_seq, period, form_id from raw.submission) as now
        full outer join raw.built_submission as built on built.submission_id = now.submission_id and built.ledger_seq = now.ledger_seq
        where now.submission_id is null or built.submission_id is null order by all""").fetchall()
    return Arrivals(tuple(dict.fromkeys(row[0] for row in rows)), tuple(sorted({row[1] for row in rows})), any(row[2] for row in rows), any(row[3] for row in rows))


def period_fingerprints(con: duckdb.DuckDBPyConnection, as_of: dt.datetime) -> dict[int, str]:
    """{period: fingerprint of its submissions, of the deadlines that have passed and of the rulings that have ended}.

    Period 0 holds what names no period.
    """
    lines: dict[int, list[str]] = {}
    known = con.execute("select distinct period, form_id, due_at <= ? from raw.register_calendar order by all", [as_of]).fetchall()
    steps = con.execute("select period, form_id, count(*) from raw.register_deadline where starts_at < ? group by all order by all", [as_of]).fetchall()
    for period, form_id, stands in known + steps:
        lines.setdefault(period, []).append(f"{form_id} {stands}")
    arrived = con.execute(
        "select coalesce(period, 0), ledger_seq, submission_id, cast(received_at as varchar) from raw.submission order by ledger_seq"
    ).fetchall()
    for period, *parts in arrived:
        lines.setdefault(period, []).append(" ".join(map(str, parts)))
    for period, submission, n_past in con.execute(RULED, [as_of]).fetchall():
        lines[period].append(f"ruled {submission} {n_past}")
    return {period: hashlib.sha256("\n".join(parts).encode()).hexdigest() for period, parts in lines.items()}


# Sheets of rulings, each with the number of its lines whose last day has passed.
RULED = """
    select sub.period, sub.submission_id, count(case when cells.field = 'valid_until' and ended.last_day < cast(? as date) then 1 end) as n_past
    from raw.submission as sub
    inner join raw.cell as cells on cells.submission_id = sub.submission_id and cells.table_name = 'rulings'
    cross join lateral (select try_cast(replace(translate(cells.value_text, '/.年月', '----'), '日', '') as date) as last_day) as ended
    group by sub.period, sub.submission_id, sub.ledger_seq
    order by sub.ledger_seq
"""


def write_plan(con: duckdb.DuckDBPyConnection, night: Plan, as_of: dt.datetime) -> None:
    """Give the models the periods to compute and the moment of the night."""
    con.execute("begin")
    con.execute("delete from raw.changed_period")
    if night.periods:
        con.executemany("insert into raw.changed_period values (?)", [[p] for p in night.periods])
    con.execute("delete from raw.night")
    con.execute("insert into raw.night values (?)", [as_of])
    con.execute("commit")


def mark_built(con: duckdb.DuckDBPyConnection, night: Plan) -> None:
    """Record the inputs that the marts were built from. Called only when every model is built."""
    con.execute("begin")
    con.execute("delete from raw.built_period")
    if night.fingerprints:
        con.executemany("insert into raw.built_period values (?, ?)", [list(pair) for pair in night.fingerprints])
    con.execute("delete from raw.built_submission")
    con.execute("insert into raw.built_submission select submission_id, ledger_seq, period from raw.submission")
    con.execute("delete from raw.built_code")
    con.execute("insert into raw.built_code values (?)", [night.code])
    con.execute("commit")
