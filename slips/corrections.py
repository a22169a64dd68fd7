"""Answers of kind 更正 made into corrected returns: the workbook they came in, with the values they give, landed as a replacement.

Belongs here: reading such answers from raw, changing cells, landing. Does not belong here: judging the new value (the night does, as it
judges any return). Standing decisions: one answering workbook yields one correction, named after it, landed by channel `answers` at the
moment the answers came; a line that names several cells corrects none (mend those on the sheet itself); everything lands through the one ledger.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict

import duckdb

from sources.declare.declarations import Declarations
from sources.landing.landing import Arrival, Landing

CHANNEL, CORRECT = "answers", "更正"
EXACT_DIGITS = 15  # as many as a workbook stores
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_CELL = re.compile(r"[A-Z]{1,3}[1-9]\d{0,6}")


def land(con: duckdb.DuckDBPyConnection, landing: Landing, declarations: Declarations) -> int:
    """Land what is asked for and not landed yet. Returns how many. An answering file that cannot be opened yields none."""
    if not con.execute("select count(*) from raw.cell where table_name = 'answers' and field = 'new_value' and value_text is not null").fetchall()[0][0]:
        return 0
    known = {entry["file_name"] for entry in landing.ledger.entries() if entry["channel"] == CHANNEL}
    arrivals = []
    for sent, cells in asked(con).items():
        submission, provider, sha256, received_at = sent
        if file_name(submission) in known:
            continue
        try:
            content = corrected(landing.read(sha256), cells, declarations.forms["answers"].tables[0].sheet)
        except Exception:  # noqa: BLE001  (whatever an answer holds, it stops nobody else: no correction lands, and mart `answers` says so)
            continue
        arrivals.append(Arrival(provider, file_name(submission), CHANNEL, received_at, lambda content=content: io.BytesIO(content)))
    return len(landing.land(arrivals).received) if arrivals else 0


def file_name(submission: str) -> str:
    """The correction's file name; mart `answers` finds it by this."""
    return f"{submission}.xlsx"


def asked(con: duckdb.DuckDBPyConnection) -> dict[tuple, dict[tuple[str, str], str]]:
    """{(submission, provider, sha256, received_at): {(sheet, cell): new value}} of every answer that corrects one cell of its own provider."""
    found: dict[tuple, dict[tuple[str, str], str]] = defaultdict(dict)
    for submission, provider, sha256, received_at, sheet, cell, value in con.execute(ASKED, [CORRECT]).fetchall():
        if _CELL.fullmatch(cell or ""):
            found[submission, provider, sha256, received_at][sheet, cell] = value
    return found


def corrected(original: bytes, cells: dict[tuple[str, str], str], answer_sheet: str) -> bytes:
    """The workbook with new values and without its answer sheet. Raises Unreadable, TooLarge."""
    from slips.workbook import opened, packed, put

    book, _ = opened(original)
    if answer_sheet in book.sheetnames:
        book.remove(book[answer_sheet])
    for (name, address), text in sorted(cells.items()):
        sheet = book[name] if name in book.sheetnames else book.worksheets[0]
        cell = sheet[address]
        put(sheet, cell.row, cell.column, text)
        if _NUMBER.fullmatch(text.strip()) and len(text.strip()) <= EXACT_DIGITS:  # a longer one stays a text: a workbook would round it
            cell.value = float(text) if "." in text else int(text)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment is not None:
                    cell.comment = None
    return packed(book)


ASKED = """
    with lines as (
      select cells.submission_id, cells.row_no,
        max(case when field = 'submission_answered' then trim(value_text) end) as answered,
        max(case when field = 'answered_sheet' then value_text end) as sheet,
        max(case when field = 'answered_cell' then trim(value_text) end) as cell,
        max(case when field = 'choice' then trim(value_text) end) as choice,
        max(case when field = 'new_value' then trim(value_text) end) as new_value
      from raw.cell as cells where table_name = 'answers' group by all
    )
    select sent.submission_id, sent.provider_id, sent.sha256, sent.received_at, lines.sheet, lines.cell, lines.new_value
    from lines
    inner join raw.submission as sent on sent.submission_id = lines.submission_id
    inner join raw.submission as asked on asked.submission_id = lines.answered and asked.provider_id = sent.provider_id
    where lines.choice = ? and lines.new_value is not null and sent.channel <> 'answers'
    order by sent.ledger_seq, lines.row_no
"""
