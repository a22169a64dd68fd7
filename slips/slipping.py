"""Slips for people at the terminal: the list, the workbook of one return, and the page of a check before sending.

Belongs here: finding what a slip is made of. Does not belong here: how it looks (slips/).
Standing decision: workbooks are made when asked for; a night writes pages only (50 ms a workbook against 4 ms a page).
"""

from __future__ import annotations

from pathlib import Path

from slips import quotes, shelf
from slips.checking import OUTCOMES_ZH, Checked
from slips.evidence import Evidence, Slip, compose, for_reader
from sources.findings import Unreadable
from sources.landing.landing import Landing
from warehouse import editions, loading
from warehouse.settings import Settings

CSV_OR_OTHER = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class NoWorkbook(LookupError):
    """There is no such return, or its original cannot be sent back."""


def listed(settings: Settings, provider: str | None) -> list[Path]:
    """Paths of the slips written by the nights, of one provider or all."""
    return sorted(path for path in settings.slips.glob(f"{shelf.safe(provider) if provider else '*'}/*.html") if path.name != shelf.INDEX)


def slip_of(settings: Settings, submission: str) -> Slip:
    """The slip of one return of the current edition. Raises NoWorkbook."""
    with Evidence(editions.database(settings), loading.declared(settings)) as evidence:
        for slip in evidence.slips(submission=submission):
            return slip
    raise NoWorkbook(f"没有报送 {submission} / no such submission in the current edition")


def workbook(settings: Settings, submission: str, out: Path | None = None) -> Path:
    """Write the annotated workbook beside the slip (or to `out`). Returns its path. Raises NoWorkbook."""
    from slips.workbook import TooLarge, annotate

    slip, declarations = slip_of(settings, submission), loading.declared(settings)
    landing = Landing(settings.landing)
    (sha256,) = {entry["sha256"] for entry in landing.ledger.entries() if entry["submission_id"] == submission}
    original, form = landing.read(sha256), declarations.forms.get(slip.sent["form_id"])
    name = form.tables[0].sheet if form and not original.startswith(CSV_OR_OTHER) else None
    try:
        content = annotate(original, slip.findings, slip.rules, submission, declarations.forms["answers"], name)
    except (Unreadable, TooLarge) as fault:
        raise NoWorkbook(f"原件无法制成回填工作簿，请看通知单页面 / the original cannot be sent back as a workbook, see the page: {fault}") from fault
    path = out or shelf.path_of(settings.slips, slip, "xlsx")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def page_of_check(settings: Settings, result: Checked) -> bytes:
    """The slip of a file that is only being checked."""
    from slips import page

    declarations = loading.declared(settings)
    rules = {row["rule_code"]: row for row in result.rules}
    owners = quotes.Owners(declarations)
    as_sent = {(f["submission_id"], f["sheet"], f["cell"]): f["value_text"] for f in result.figures}
    findings = [for_reader(f, rules, owners, as_sent.get((f["submission_id"], f["sheet"], f["cell"]))) for f in result.findings]
    sent = result.sent | {"file_name": result.file_name, "why_zh": OUTCOMES_ZH[result.outcome], "why_en": WHY_EN[result.outcome]}
    return page.write(compose(declarations, sent, findings, rules, result.figures, notes=result.notes, preview=True))


WHY_EN = {"ACCEPTED": "Nothing would be held back", "PARTLY_ACCEPTED": "Failing cells would be held back, the rest would count", "RETURNED": "The return would be sent back whole",
          "HELD": "Processing failed; the return would be held back whole"}
