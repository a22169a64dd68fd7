"""What reading a return yields: its statements, its cells by column, its findings. Shapes only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator, NamedTuple

from sources.findings import Finding
from sources.text import address


class Cell(NamedTuple):
    """One cell of a return, text as received; `row_key` and `row_label` of figures only."""

    table_name: str
    sheet: str
    row_no: int
    col_no: int
    cell: str
    row_key: str | None
    row_label: str | None
    field: str
    value_text: str | None
    measure_text: str | None
    period: int | None = None


@dataclass(frozen=True)
class ColumnCells:
    """The cells of one recognised column, one value a data row; `addresses` only where a cell has no sheet address (JSON)."""

    field: str
    col_no: int
    measure_text: str | None
    values: list[str | None]
    addresses: list[str] | None = None


@dataclass(frozen=True)
class Block:
    """One table of a return; the lists have one entry a data row."""

    table_name: str
    sheet: str
    row_nos: list[int]
    row_keys: list[str | None]
    row_labels: list[str | None]
    columns: tuple[ColumnCells, ...]
    period: int | None = None  # where it is not the return's own (years side by side in a declared layout)

    def addresses(self, column: ColumnCells) -> list[str]:
        """Return the address of every cell of a column."""
        return column.addresses or [address(row, column.col_no) for row in self.row_nos]


@dataclass(frozen=True)
class Return:
    """A return as read. `status` is `read`, `unreadable` or `held` (sources/raw.py); only one that was read has blocks."""

    form_id: str | None
    period: int | None
    declared_provider: str | None
    status: str
    blocks: tuple[Block, ...]
    findings: tuple[Finding, ...]

    @property
    def n_cells(self) -> int:
        """The number of cells read, blanks included."""
        return sum(len(block.row_nos) * len(block.columns) for block in self.blocks)

    @property
    def cells(self) -> Iterator[Cell]:
        """All cells, block by block, column by column, row by row."""
        for block in self.blocks:
            for c in block.columns:
                rows = zip(block.row_nos, block.addresses(c), block.row_keys, block.row_labels, c.values)
                for row_no, cell, key, label, value in rows:
                    yield Cell(block.table_name, block.sheet, row_no, c.col_no, cell, key, label, c.field, value, c.measure_text, block.period or self.period)
