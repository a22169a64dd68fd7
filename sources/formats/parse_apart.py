"""Parsing .xls and .ods in a process of their own, which may die without harm.

Standing decision: the library (calamine 0.37) is memory-safe but can abort or spin on broken content of these two kinds
(fuzzing met an allocation of 338 GB and an endless loop), and an abort cannot be caught. .xlsx is rebuilt and checked
part by part before it is parsed (see `archive`), and stays in this process, where it costs a tenth.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from sources.findings import Unreadable
from sources.formats.limits import Limits
from sources.formats.sheets import Sheet

CHILD = Path(__file__).with_name("calamine_child.py")


def grids_apart(data: bytes, limits: Limits) -> list[Sheet]:
    """Return the sheets of a workbook, hidden ones marked, parsed in a child process. Raises Unreadable where it fails, dies or takes too long."""
    command = [sys.executable, "-I", str(CHILD), str(limits.child_bytes), str(limits.child_seconds)]
    try:
        done = subprocess.run(command, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=limits.child_seconds, check=False)
        answer = json.loads(done.stdout, object_hook=_revive) if done.returncode == 0 else {"error": f"解析中止 parser ended, {done.returncode}"}
    except subprocess.TimeoutExpired:
        answer = {"error": f"解析超过 {limits.child_seconds} 秒 parsing took too long"}
    if "error" in answer:
        raise Unreadable("damaged_file", detail=answer["error"])
    return [_sheet(item, limits) for item in answer["sheets"]]


def _sheet(item: dict[str, Any], limits: Limits) -> Sheet:
    if len(item["rows"]) > limits.rows + limits.header_rows:
        raise Unreadable("too_many_rows", sheet=item["name"], limit=limits.rows)
    merges = tuple(((a[0] + 1, a[1] + 1), (b[0] + 1, b[1] + 1)) for a, b in item["merges"])
    return Sheet(item["name"], item["rows"], merges=merges, hidden=item["hidden"])


def _revive(item: dict[str, Any]) -> Any:
    if item.keys() != {"at"}:
        return item
    stamp = dt.datetime.fromisoformat(item["at"])
    return stamp.date() if len(item["at"]) == 10 else stamp
