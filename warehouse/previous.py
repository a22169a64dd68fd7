"""Last year's accepted values, for a template to show beside the cells to fill.

Belongs here: one query on the current edition. Does not belong here: the workbook (sources/template/template.py).
"""

from __future__ import annotations

from warehouse import editions
from warehouse.settings import Settings

USABLE = ("ACCEPTED", "MARKED")


def previous_values(settings: Settings, form_id: str, period: int) -> dict[tuple[str, str], str]:
    """{(unit_code, indicator): text as reported} of the period before; empty where nothing is published yet."""
    if editions.current(settings) is None:
        return {}
    header, rows = editions.table(settings, "expected_grid", "unit_code, indicator", period - 1)
    cells = (dict(zip(header, row, strict=True)) for row in rows)
    return {(c["unit_code"], c["indicator"]): c["value_text"] for c in cells if c["form_id"] == form_id and c["status"] in USABLE}
