"""The limits within which a file from outside is read. Data only; beside each limit is named what enforces it."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Limits of one reading. The defaults hold the largest honest return (200 000 rows of some 30 columns)."""

    file_bytes: int = 64 * MIB  # landing: a bigger file is recorded, not kept
    entries: int = 2_000  # archive: parts in one workbook
    expanded_bytes: int = 256 * MIB  # archive: all parts that are read, counted while they expand
    ratio: int = 100  # archive: expanded / packed, once past ratio_free; sheets of real figures stay below 20
    ratio_free: int = 16 * MIB
    rows: int = 200_000  # reading: rows of one sheet
    columns: int = 1_024  # reading: rightmost column
    grid_cells: int = 12_000_000  # reading: rows × columns of the dense grids of all sheets (some 40 bytes a cell while the library reads)
    child_bytes: int = 4096 * MIB  # parse_apart: address space of the child process
    child_seconds: int = 60  # parse_apart: how long it may take
    header_rows: int = 40  # layout: where a header is looked for


DEFAULT = Limits()
