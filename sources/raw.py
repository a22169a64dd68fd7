"""Raw loading: submissions of the ledger read and written to DuckDB as text, each value with its sheet, row and column.

Text as received: typing and units belong to staging, judgement to validated. The caller opens the connection and
holds the one writer's lock. Standing decisions: one load is one transaction; a submission is read once and never
changed (`reload` reads all again, after a change of a form or of the reader).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any, Iterable

import duckdb

from sources.declare import workdays
from sources.declare.declarations import FIGURES, Column, Declarations, Form, Provider
from sources.findings import make
from sources.landing.landing import Landing, submission_id
from sources.reading.reading import read_return
from sources.reading.returns import Return
from sources.rows import laid_out

FLUSH_CELLS = 1_000_000  # cells held in memory before they are written
TABLES = {
    "submission": """submission_id VARCHAR, ledger_seq INTEGER, sha256 VARCHAR, size_bytes BIGINT, file_name VARCHAR, channel VARCHAR,
        provider_id VARCHAR, received_at TIMESTAMP, form_id VARCHAR, period INTEGER, declared_provider VARCHAR, read_status VARCHAR, n_cells INTEGER""",
    "cell": """submission_id VARCHAR, form_id VARCHAR, table_name VARCHAR, period INTEGER, sheet VARCHAR, row_no INTEGER, col_no INTEGER,
        cell VARCHAR, row_key VARCHAR, row_label VARCHAR, field VARCHAR, value_text VARCHAR, measure_text VARCHAR""",
    "reading_finding": """submission_id VARCHAR, rule_code VARCHAR, sheet VARCHAR, row_no INTEGER, col_no INTEGER, cell VARCHAR, seen VARCHAR,
        message_zh VARCHAR, message_en VARCHAR, mend_zh VARCHAR, mend_en VARCHAR""",
    "scheme_finding": """submission_id VARCHAR, rule_code VARCHAR, sheet VARCHAR, row_no INTEGER, col_no INTEGER, cell VARCHAR, seen VARCHAR,
        message_zh VARCHAR, message_en VARCHAR, mend_zh VARCHAR, mend_en VARCHAR""",
    "held": "submission_id VARCHAR, fault VARCHAR",
    "register_provider": "provider_id VARCHAR, name_zh VARCHAR, name_en VARCHAR, province_code VARCHAR, role VARCHAR, contact_zh VARCHAR",
    "register_provider_form": "provider_id VARCHAR, form_id VARCHAR, period_from INTEGER, period_to INTEGER",
    "register_form": "form_id VARCHAR, number VARCHAR, title_zh VARCHAR, title_en VARCHAR, kind VARCHAR, is_whole BOOLEAN",
    "register_form_column": """form_id VARCHAR, table_name VARCHAR, field VARCHAR, header_zh VARCHAR, header_en VARCHAR, measure_text VARCHAR,
        period_from INTEGER, period_to INTEGER""",
    "register_deadline": "form_id VARCHAR, period INTEGER, due_at TIMESTAMP, step_no INTEGER, step VARCHAR, step_zh VARCHAR, step_en VARCHAR, starts_at TIMESTAMP",
}
LOADED = ("submission", "cell", "reading_finding")
HELD = "held"  # read_status of a submission that broke a night by itself: stored, reported, and nothing of it is computed with

@dataclass
class LoadReport:
    """What one load did. `periods` are those that new cells are about, sorted.

    `faults` are submissions whose object is missing or changed: a fault of the landing (see `Landing.verify`), not of
    the provider; they are left out and tried again by the next load.
    """

    submissions: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    cells: int = 0
    findings: int = 0
    periods: list[int] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)


def create(con: duckdb.DuckDBPyConnection) -> None:
    """Create the schema `raw` and its fixed tables where they are missing."""
    con.execute("create schema if not exists raw")
    for name, columns in TABLES.items():
        con.execute(f"create table if not exists raw.{name} ({columns})")


def load(con: duckdb.DuckDBPyConnection, landing: Landing, declarations: Declarations, reload: bool = False, aside: frozenset[str] = frozenset()) -> LoadReport:
    """Read every submission of the ledger that raw does not hold yet, and write them in one transaction, in ledger order.

    Those `aside` are left out for now; of those in raw.held only the submission itself is entered. `reload` tries the latter again.
    """
    create(con)
    con.execute("begin transaction")
    try:
        if reload:
            for table in (*LOADED, "held"):
                con.execute(f"delete from raw.{table}")
        known = set(con.execute("select submission_id, ledger_seq from raw.submission").fetchall())
        report = _load_new(con, landing, declarations, known, aside)
        con.execute("commit")
        return report
    except BaseException:
        con.execute("rollback")
        raise


def hold(con: duckdb.DuckDBPyConnection, faults: dict[str, str]) -> None:
    """Note submissions as held, each with the fault that it caused; the next load enters them as such."""
    create(con)
    for submission, fault in sorted(faults.items()):
        con.execute("insert into raw.held values (?, ?)", [submission, fault])


def take_out(con: duckdb.DuckDBPyConnection, submissions: Iterable[str]) -> None:
    """Take submissions out of raw: the ledger has them, and the next load reads them again."""
    files = "select ledger_seq, sha256 from raw.submission where list_contains(?, submission_id)"  # the years of one file go together
    beside = con.execute(f"select submission_id from raw.submission where (ledger_seq, sha256) in ({files})", [sorted(submissions)]).fetchall()
    gone = sorted({*submissions, *(row[0] for row in beside)})
    for table in LOADED:
        con.execute(f"delete from raw.{table} where list_contains(?, submission_id)", [gone])


def _load_new(con: duckdb.DuckDBPyConnection, landing: Landing, declarations: Declarations, known: set[tuple[str, int]], aside: frozenset[str]) -> LoadReport:
    report, writer, periods = LoadReport(), _Writer(con), set()
    succession = _Succession(con)
    held = dict(con.execute("select submission_id, fault from raw.held").fetchall())
    for entry in _submissions(landing.ledger.entries()):
        if (entry["submission_id"], entry["seq"]) in known or entry["submission_id"] in aside or not succession.takes_back(entry):
            continue
        try:
            read = _read(entry, landing, declarations)
        except (OSError, ValueError) as error:
            report.faults.append((entry["submission_id"], str(error)))
            continue
        parts = _by_period(entry, read)
        if any(submission in aside for submission, _ in parts):
            continue
        if (fault := next((held[submission] for submission, _ in parts if submission in held), None)) is not None:
            parts = [(entry["submission_id"], Return(read.form_id, read.period, read.declared_provider, HELD, (), (make("held", detail=fault),)))]
        _forget(con, entry["submission_id"], known)
        for submission, part in parts:
            writer.add(entry | {"submission_id": submission}, part)
            succession.add(entry, part.form_id, part.period)
            periods |= {part.period} - {None}
        report.submissions.append(entry["submission_id"])
        report.unreadable += [entry["submission_id"]] * (read.status != "read")
        report.cells += read.n_cells
        report.findings += len(read.findings)
    writer.flush()
    report.periods = sorted(periods)
    return report


def _submissions(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the entries that may stand for a submission, in ledger order: the receipt of the bytes, or their refusal while they have no other,
    and each time they were handed in again, with an id of its own."""
    first: dict[str, dict[str, Any]] = {}
    again: list[dict[str, Any]] = []
    for entry in entries:
        before = first.get(entry["submission_id"])
        if before is None or (before["event"] == "refused" and entry["event"] == "received"):
            first[entry["submission_id"]] = entry
        elif entry["event"] == "received_again":
            again.append({**entry, "submission_id": submission_id(entry["provider_id"], entry["sha256"], entry["seq"])})
    return sorted([*first.values(), *again], key=lambda entry: entry["seq"])


def _by_period(entry: dict[str, Any], read: Return) -> list[tuple[str, Return]]:
    """Return a file's returns, one for each year it reports (years side by side in a declared layout), each with its id.

    The latest year bears the submission's own id. A finding at a cell goes with the year of that cell, any other with every year.
    """
    years = sorted({block.period or read.period for block in read.blocks} - {None}, reverse=True)
    if len(years) < 2:
        return [(entry["submission_id"], read)]
    year_at = {(cell.sheet, cell.row_no, cell.col_no): cell.period for cell in read.cells}
    parts = []
    for year in years:
        blocks = tuple(block for block in read.blocks if (block.period or read.period) == year)
        found = tuple(f for f in read.findings if year_at.get((f.sheet, f.row_no, f.col_no), year) == year)
        own = entry["submission_id"] if year == years[0] else submission_id(entry["provider_id"], entry["sha256"], entry["submission_id"], year)
        parts.append((own, replace(read, period=year, blocks=blocks, findings=found)))
    return parts


class _Succession:
    """Which return came last of each form and period, so that bytes handed in again can take a later return back.

    A, then B, then A again: the third is a return of its own and counts as the latest. A twice in a row is one return.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._stands_for: dict[tuple, set[tuple]] = {}  # provider and bytes: form and period of what they report
        self._versions: dict[tuple, list[tuple[int, str]]] = {}  # provider, form, period: (sequence number, bytes)
        for provider, sha256, seq, form_id, period in con.execute("select provider_id, sha256, ledger_seq, form_id, period from raw.submission order by ledger_seq").fetchall():
            self.add({"provider_id": provider, "sha256": sha256, "seq": seq}, form_id, period)

    def add(self, entry: dict[str, Any], form_id: str | None, period: int | None) -> None:
        """Record one more submission."""
        self._stands_for.setdefault((entry["provider_id"], entry["sha256"]), set()).add((form_id, period))
        self._versions.setdefault((entry["provider_id"], form_id, period), []).append((entry["seq"], entry["sha256"]))

    def takes_back(self, entry: dict[str, Any]) -> bool:
        """Say whether an entry is a submission: always for new bytes; handed in again, where others of the same form and period came since."""
        if entry["event"] != "received_again":
            return True
        return any(self._is_replaced(entry, *one) for one in self._stands_for.get((entry["provider_id"], entry["sha256"]), ()) if None not in one)

    def _is_replaced(self, entry: dict[str, Any], form_id: str, period: int) -> bool:
        earlier = [version for version in self._versions[entry["provider_id"], form_id, period] if version[0] < entry["seq"]]
        return bool(earlier) and max(earlier)[1] != entry["sha256"]


def _forget(con: duckdb.DuckDBPyConnection, submission: str, known: set[tuple[str, int]]) -> None:
    """Take out the rows of a refusal once the file is kept after all (the size limit was raised)."""
    if any(submission == other for other, _ in known):
        take_out(con, [submission])


def _read(entry: dict[str, Any], landing: Landing, declarations: Declarations) -> Return:
    if entry["event"] == "refused":
        finding = make("too_large", size=entry["size"], limit=landing.max_bytes)
        return Return(None, None, None, "unreadable", (), (finding,))
    data = landing.read(entry["sha256"])
    return read_return(data, entry["file_name"], declarations, entry["provider_id"], entry["channel"])


class _Writer:
    """Gathers rows by column and hands them to DuckDB."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._clear()

    def _clear(self) -> None:
        self._columns: dict[str, dict[str, list]] = {t: {c: [] for c in _names(TABLES[t])} for t in LOADED}

    def add(self, entry: dict[str, Any], read: Return) -> None:
        """Take one submission."""
        self._append("submission", (entry["submission_id"], entry["seq"], entry["sha256"], entry["size"], entry["file_name"], entry["channel"],
                                    entry["provider_id"], dt.datetime.fromisoformat(entry["received_at"]), read.form_id, read.period,
                                    read.declared_provider, read.status, read.n_cells))
        self._add_cells(entry["submission_id"], read)
        for f in read.findings:
            self._append("reading_finding", (entry["submission_id"], f.rule_code, f.sheet, f.row_no, f.col_no, f.cell, f.seen,
                                             f.message_zh, f.message_en, f.mend_zh, f.mend_en))
        if len(self._columns["cell"]["cell"]) > FLUSH_CELLS:
            self.flush()

    def _append(self, table: str, row: tuple) -> None:
        for values, value in zip(self._columns[table].values(), row):
            values.append(value)

    def _add_cells(self, submission: str, read: Return) -> None:
        to = self._columns["cell"]
        for block in read.blocks:
            n = len(block.row_nos)
            for column in block.columns:
                lists = ([submission] * n, [read.form_id] * n, [block.table_name] * n, [read.period] * n, [block.sheet] * n, block.row_nos,
                         [column.col_no] * n, block.addresses(column), block.row_keys, block.row_labels, [column.field] * n,
                         column.values, [column.measure_text] * n)
                for values, more in zip(to.values(), lists):
                    values.extend(more)

    def flush(self) -> None:
        """Write what was gathered."""
        for table in LOADED:
            _insert(self._con, table, self._columns[table], _types(TABLES[table]))
        self._clear()


def _names(columns: str) -> list[str]:
    return [part.split()[0] for part in " ".join(columns.split()).split(", ")]


def _types(columns: str) -> list[str]:
    return [part.split()[1] for part in " ".join(columns.split()).split(", ")]


def _insert(con: duckdb.DuckDBPyConnection, table: str, columns: dict[str, list], types: list[str]) -> None:
    if not next(iter(columns.values()), []):
        return
    with laid_out(con, "_raw_rows", columns):
        shown = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in zip(columns, types, strict=True))
        con.execute(f"insert into raw.{table} by name select {shown} from _raw_rows")


# -- registers

def load_registers(con: duckdb.DuckDBPyConnection, declarations: Declarations) -> None:
    """Replace every register table by the declarations, in one transaction."""
    con.execute("begin transaction")
    try:
        create(con)
        for name, register in declarations.registers.items():
            _replace(con, f"register_{name}", register.columns, register.types, register.rows)
        for name, rows in _declared(declarations).items():
            _replace(con, name, _names(TABLES[name]), _types(TABLES[name]), rows)
        name_indicators(con)
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise


def name_indicators(con: duckdb.DuckDBPyConnection) -> None:
    """Create the enum type of indicator codes, which DuckDB stores as numbers; to be renewed whenever the register changes."""
    con.execute("create or replace type raw.indicator_code as enum (select distinct indicator from raw.register_indicators order by indicator)")


def _replace(con: duckdb.DuckDBPyConnection, table: str, names: Iterable[str], types: Iterable[str], rows: Iterable[tuple]) -> None:
    names, types, rows = list(names), list(types), list(rows)
    columns = ", ".join(f'"{name}" {kind}' for name, kind in zip(names, types))
    con.execute(f"create or replace table raw.{table} ({columns})")
    _insert(con, table, {n: [row[i] for row in rows] for i, n in enumerate(names)}, types)


def _declared(declarations: Declarations) -> dict[str, list[tuple]]:
    providers, forms = declarations.providers.values(), declarations.forms.values()
    return {
        "register_provider": [(p.provider_id, p.name_zh, p.name_en, p.province, p.role, p.contact_zh) for p in providers],
        "register_provider_form": [row for p in providers for f in forms for row in _duty_rows(p, f)],
        "register_form": [(f.form_id, f.number, f.title_zh, f.title_en, f.kind, f.whole) for f in forms],
        "register_deadline": workdays.deadlines(declarations.registers),
        "register_form_column": [row for f in forms for t in f.tables for c in t.columns for row in _column_rows(f, t.name, c)],
    }


def _duty_rows(provider: Provider, form: Form) -> list[tuple]:
    """Return one row for each era in which the provider hands in the form; open ends are NULL."""
    if form.open_to_all:
        return [(provider.provider_id, form.form_id, None, None)]
    return [(provider.provider_id, form.form_id, duty.era.start, duty.era.end) for duty in provider.duties if duty.form_id == form.form_id]


def _column_rows(form: Form, table: str, column: Column) -> list[tuple]:
    """Return one row per run of owed periods and unit era of a column; open ends and columns of kind tables are NULL."""
    head = (form.form_id, table, column.field, column.header_zh[0], column.header_en[0])
    if form.kind != FIGURES:
        return [(*head, None, None, None)]
    owed = [(e.start, e.end) for e in column.owed] or [(None, None)]
    units = [(u.era.start, u.era.end, u.unit) for u in column.units] or [(None, None, None)]
    rows = []
    for start, end in owed:
        for unit_start, unit_end, unit in units:
            first, last = _later(start, unit_start), _earlier(end, unit_end)
            if first is None or last is None or first <= last:
                rows.append((*head, unit, first, last))
    return rows


def _later(a: int | None, b: int | None) -> int | None:
    return max((x for x in (a, b) if x is not None), default=None)


def _earlier(a: int | None, b: int | None) -> int | None:
    return min((x for x in (a, b) if x is not None), default=None)
