"""A provider's check before sending: the night's own reading and rules on a scratch copy of the warehouse.

Belongs here: preparing the scratch copy, running staging and rules for one file, collecting their results. Does not belong
here: any rule. Standing decision: one set of rules; a check that passes here passes at night, given the same history. The
warehouse is copied under the writer's lock and never written; while a night runs, the check waits a little, then goes on
without history and says so.
"""

from __future__ import annotations

import datetime as dt
import io
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from expectations import worker
from slips import corrections
from sources import raw
from sources.rows import as_dicts
from sources.declare.declarations import Declarations
from sources.landing.landing import Arrival, Landing, submission_id
from sources.reading.reading import read_return
from warehouse import compiled, engine, increments, loading, store
from warehouse.build import Build, ModelFailed
from warehouse.judging import door
from warehouse.increments import Plan
from warehouse.settings import Settings

WAIT_FOR_HISTORY = 5
MODELS = ("val_hits", "val_returns")  # with all they rest on
OUTCOMES_ZH = {"ACCEPTED": "可以接收", "PARTLY_ACCEPTED": "部分接收，有强制性疑点的单元格将被隔离", "RETURNED": "将被整表退回", "HELD": "处理时出错，将整份暂存待查"}
CHANNEL = "check"
UNKNOWN = "?"


@dataclass(frozen=True)
class Checked:
    """What a night would say of one file. `findings` are rows of val_ruled_hits (dicts), must-fix first, then by place; their severity is
    what they count as, and points that a ruling has ended are left out."""

    file_name: str
    provider_id: str | None
    form_id: str | None
    period: int | None
    outcome: str
    findings: list[dict]
    notes: list[str] = field(default_factory=list)
    sent: dict = field(default_factory=dict)  # the row of val_returns
    figures: list[dict] = field(default_factory=list)  # own values of the unit-indicators with findings, all years
    rules: list[dict] = field(default_factory=list)

    @property
    def outcome_zh(self) -> str:
        return OUTCOMES_ZH[self.outcome]

    @property
    def must_fix(self) -> int:
        return self._count("E")

    @property
    def must_explain(self) -> int:
        return self._count("W")

    @property
    def hints(self) -> int:
        return self._count("I")

    def _count(self, severity: str) -> int:
        return sum(1 for row in self.findings if row["severity"] == severity)


def check(settings: Settings, file: Path, provider: str | None = None) -> Checked:
    """Read and judge one file as the night would. Nothing of it enters the warehouse."""
    judge = worker.shared()  # it imports while the file is read
    declarations = loading.declared(settings)
    data = file.read_bytes()
    provider = provider or read_return(data, file.name, declarations, None, CHANNEL).declared_provider or UNKNOWN
    with tempfile.TemporaryDirectory(prefix="zhunsheng-check-") as folder:
        scratch = Settings(home=Path(folder), project=settings.project).make()
        _copy_declarations(settings, scratch)
        notes = _copy_history(settings, scratch)
        with store.connect(scratch) as con:
            submission = _landed(scratch, file.name, data, provider)
            try:
                _judge(con, settings, scratch, declarations, submission, judge)
            except ModelFailed as fault:  # the night would hold it back, and so says the check
                raw.hold(con, {submission: fault.relation})
                _judge(con, settings, scratch, declarations, submission, judge)
            return _collect(con, file.name, submission, notes)


def _copy_declarations(settings: Settings, scratch: Settings) -> None:
    for name in ("forms", "registers"):
        if (settings.home / name).is_dir():
            shutil.copytree(settings.home / name, scratch.home / name)


def _judge(con: duckdb.DuckDBPyConnection, settings: Settings, scratch: Settings, declarations: Declarations, submission: str, judge: worker.Worker) -> None:
    """Read the landed file and run the rules, the door among them. Raises ModelFailed."""
    plan = _load(con, scratch, declarations, submission)
    models = compiled.load(settings).upstream(*MODELS)
    scratch_engine = engine.prepared(con, settings.dbt_project)
    run = Build(scratch_engine, models, plan.scope, (door.STEP,))
    run.start()
    door.run(run, models, scratch_engine, judge, plan.full)


def _copy_history(settings: Settings, scratch: Settings) -> list[str]:
    if not settings.warehouse.exists():
        return ["本机没有历史数据，未作跨年比较 / no history here: nothing was compared with other years"]
    try:
        with store.one_writer(settings, WAIT_FOR_HISTORY):
            if not _is_of_this_code(settings):  # its history would be read again from originals that the scratch home has not
                return ["规则或程序更新后尚未运行夜间任务，未作跨年比较 / no night has run since the rules or the code changed: nothing was compared with other years"]
            shutil.copyfile(settings.warehouse, scratch.warehouse)
    except store.WarehouseBusy:
        return ["仓库正在更新，未作跨年比较 / the warehouse is busy: nothing was compared with other years"]
    return []


def _is_of_this_code(settings: Settings) -> bool:
    with store.connect(settings, read_only=True) as con:
        known = {name for (name,) in con.execute("select table_name from duckdb_tables() where schema_name = 'raw'").fetchall()}
        return "loaded_code" in known and con.execute("select fingerprint from raw.loaded_code").fetchall() == [(increments.own_code(settings),)]


def _landed(scratch: Settings, file_name: str, data: bytes, provider: str) -> str:
    """Land the file in the scratch home. Returns its submission id."""
    report = Landing(scratch.landing).land([Arrival(provider, file_name, CHANNEL, dt.datetime(1970, 1, 1), lambda: io.BytesIO(data))])
    return submission_id(provider, report.entries[0]["sha256"])


def _load(con: duckdb.DuckDBPyConnection, scratch: Settings, declarations: Declarations, submission: str) -> Plan:
    """Read the landed file as the latest submission. Returns what has to be computed."""
    con.execute("create schema if not exists raw")
    known = {row[0] for row in con.execute("select table_name from duckdb_tables() where schema_name = 'raw'").fetchall()}
    if "submission" in known:  # sent already: judge it as new, with the years beside its own
        raw.take_out(con, [submission])
    loading.load_raw(scratch, declarations, con, corrections.land)
    loading.fit_to_size(con)
    con.execute("""update raw.submission set ledger_seq = 1 + (select max(ledger_seq) from raw.submission)
        where (ledger_seq, sha256) in (select ledger_seq, sha256 from raw.submission where submission_id = ?)""", [submission])
    moment = increments.default_as_of(con)
    plan = increments.plan(con, scratch, moment)
    increments.write_plan(con, plan, moment)
    return plan


def _collect(con: duckdb.DuckDBPyConnection, file_name: str, submission: str, notes: list[str]) -> Checked:
    sent = con.execute("select provider_id, form_id, period from raw.submission where submission_id = ?", [submission]).fetchall()[0]
    (returned,) = as_dicts(con, "select * from validated.val_returns where submission_id = ?", submission)
    findings = as_dicts(con, "select * replace (counts_as as severity) from validated.val_ruled_hits where submission_id = ? and counts_as <> 'A' order by severity = 'I', severity, sheet, row_no, col_no, rule_code", submission)
    figures = as_dicts(con, OWN_FIGURES, submission, submission, sent[0], submission)
    rules = as_dicts(con, "select * from raw.register_rule")
    return Checked(file_name, *sent, returned["return_status"], findings, notes, returned, figures, rules)


# The file's own values, and for other years what the same provider has in force.
OWN_FIGURES = """
    with flagged as (select distinct unit_code, indicator from validated.val_hits where submission_id = ? and indicator is not null)
    select figures.unit_code, figures.indicator, figures.period, figures.value, 'ACCEPTED' as status, figures.submission_id, figures.sheet, figures.cell, figures.value_text
    from staging.stg_figures as figures
    inner join flagged using (unit_code, indicator)
    inner join validated.val_returns as returns on returns.submission_id = figures.submission_id
    where figures.submission_id = ? or (figures.provider_id = ? and returns.is_in_force and returns.period <> (select period from validated.val_returns where submission_id = ?))
    order by figures.unit_code, figures.indicator, figures.period
"""
