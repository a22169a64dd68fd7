"""Asking the door: frames of returns for the judge's process, and what it says of them.

Belongs here: which columns of which relation, handing frames over as files, reading the verdicts. Does not belong here: Great Expectations (gx/door.py), which
returns are new and where verdicts are kept (warehouse/door.py).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
from pyarrow import feather

from expectations import form_suites
from expectations.catalogue import Family
from expectations.worker import Worker

PLACE = ("submission_id", "period", "sheet", "row_no", "col_no", "indicator")
BOUNDS = "select cast(indicator as varchar) as indicator, hard_low, hard_high, soft_low, soft_high from raw.register_indicators order by 1"
VERDICTS, COUNTS = "raw.door_verdict", "raw.door_count"
OUTCOMES = ("PASS", "FAIL", "NOT_APPLICABLE", "TOO_FEW_POINTS", "NOT_RUN")


@dataclass(frozen=True)
class Said:
    """What the door says: `verdicts` (rule_code, rule_version, severity, submission_id, period, sheet, row_no, col_no, indicator) and `counts`
    (rule_code, submission_id, period, outcome, n), tables of Arrow."""

    verdicts: pa.Table
    counts: pa.Table

    def write(self, con: duckdb.DuckDBPyConnection) -> None:
        """Add what is said to raw.door_verdict and raw.door_count."""
        for table, rows in ((VERDICTS, self.verdicts), (COUNTS, self.counts)):
            con.register("said_in_hand", rows)
            con.execute(f"insert into {table} by name select distinct * from said_in_hand")
            con.unregister("said_in_hand")


@dataclass(frozen=True)
class Batch:
    """Rows to judge and what is asked of them."""

    rows: pa.Table
    asked: list[dict]
    columns: str = "arrow"  # or "plain": see gx/door.py


def judge(worker: Worker, batches: Iterable[Batch]) -> Said:
    """Let the judge's process see the batches. Raises GateFault."""
    with tempfile.TemporaryDirectory(prefix="zhunsheng-door-") as folder:
        listed = []
        for number, batch in enumerate(batches):
            file = f"{folder}/{number}"
            feather.write_feather(batch.rows, file, compression="uncompressed")
            listed.append({"file": file, "asked": batch.asked, "columns": batch.columns})
        verdicts, counts = f"{folder}/verdicts", f"{folder}/counts"
        worker.run({"ask": "door", "batches": listed, "verdicts": verdicts, "counts_file": counts})
        counted = feather.read_table(counts, memory_map=False)
        names = pa.array(OUTCOMES).take(counted["outcome"].combine_chunks())
        return Said(feather.read_table(verdicts, memory_map=False), counted.set_column(counted.column_names.index("outcome"), "outcome", names))


def batch(con: duckdb.DuckDBPyConnection, family: Family, relation: str, where: str = "true", values: Iterable = (), count: Callable[[str], int] | None = None) -> Batch:
    """The rows of a family's relation that a condition keeps. `count(table)` says how many rows rules that account for a table have to look at."""
    asked = form_suites.of_family(family, con.sql(BOUNDS).to_arrow_table().to_pylist())
    for rule, expectation in zip(family.rules, asked, strict=False):
        if rule.accounts_for and count is not None:
            expectation["kwargs"]["looked_at"] = count(rule.accounts_for)
    wanted = ", ".join(f"{'cast(indicator as varchar) as ' if name == 'indicator' else ''}{name}" for name in sorted(form_suites.columns(asked) | set(PLACE)))
    return Batch(con.sql(f"select {wanted} from {relation} where {where}", params=list(values) or None).to_arrow_table(), asked)
