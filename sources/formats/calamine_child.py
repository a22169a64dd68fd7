"""The child process of `parse_apart`: a workbook on standard input, its sheets as JSON on standard output.

Imports nothing of the project, so that it starts in some 50 ms. Limits of memory and time are the parent's arguments.
"""

import io
import json
import resource
import sys

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum


def main(memory_bytes: int, seconds: int) -> None:
    """Read under limits of address space and processor time; what goes wrong is an `error` in the answer, or death."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = {"sheets": _sheets(sys.stdin.buffer.read())}
    except BaseException as error:  # a Rust panic is no Exception
        answer = {"error": f"{type(error).__name__} {error}"}
    json.dump(answer, sys.stdout, default=_plain)


def _sheets(data: bytes) -> list[dict]:
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        kept = [m for m in book.sheets_metadata if m.typ == SheetTypeEnum.WorkSheet]
        return [_sheet(book.get_sheet_by_name(m.name), m.visible != SheetVisibleEnum.Visible) for m in kept]


def _sheet(sheet, hidden: bool) -> dict:
    return {"name": sheet.name, "hidden": hidden, "rows": sheet.to_python(skip_empty_area=False), "merges": sheet.merged_cell_ranges or []}


def _plain(value: object) -> object:
    """Dates and times come back as themselves (see `parse_apart`), the rest as text."""
    return {"at": value.isoformat()} if hasattr(value, "year") else str(value)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
