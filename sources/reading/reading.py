"""Reading one return: bytes in, text cells and findings out. The one entry is `read_return`.

What a file is, is recognised by its content, never by its name. Nothing is judged here that needs another return or a
register of units (see `expectations`). Standing decisions: all problems are reported at once; a file that cannot be read
is a finding and not an exception; a formula's cached value is kept as text but must be fixed by the provider.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from sources.declare.declarations import FIGURES, Declarations, Form
from sources.findings import Findings, Unreadable, catalogue
from sources.formats import markup, unsupported
from sources.formats.archive import open_archive
from sources.formats.delimited import read_csv
from sources.formats.limits import DEFAULT, Limits
from sources.formats.ods import read_ods
from sources.formats.sheets import Sheet
from sources.formats.unlocking import unlocked
from sources.formats.workbook import is_xlsx, read_xlsx
from sources.formats.xls_records import read_xls
from sources.reading import declared as declared_by
from sources.reading.blocks import say_sizes, take_block
from sources.reading.identity import Identity, identify, part_of_year, provider_of, year_of
from sources.reading.json_records import read_json
from sources.reading.layout import Place, find_table, head_of, is_certain
from sources.reading.returns import Block, Return
from sources.text import display_name, header_key, is_unsafe_name

LISTS = "_lists"  # the hidden sheet on which the template keeps its drop-down lists
ANSWERS = "answers"  # the form that may come along with any other (sources/forms/answers.yml)
_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
_SUFFIXES = {"xlsx": {".xlsx", ".xlsm"}, "locked xlsx": {".xlsx", ".xlsm"}, "xls": {".xls", ".et"}, "ods": {".ods"}, "csv": {".csv", ".txt", ".tsv"},
             "html": {".html", ".htm"}, "mht": {".mht", ".mhtml"}, "xml": {".xml"}}
_SHOWN = {"html": "网页 (HTML)", "mht": "网页归档（MHT）", "xml": "XML 表格 (SpreadsheetML 2003)", "csv": "文本（CSV）"}  # kinds that say little by their name
_DATED = re.compile("日期|时间|印发|报出|制表|批准|文号|号$|date", re.I)  # cells above a table that name a day or month for another reason


def read_return(data: bytes, file_name: str, declarations: Declarations, provider_id: str | None,
                channel: str | None = None, limits: Limits = DEFAULT) -> Return:
    """Read one return. Never raises for what stands in the file: it is reported as findings.

    `provider_id` is the provider whose channel it came by, None for a file that is only being checked and came by none;
    `channel` is needed for the answers of an http_json channel.
    """
    findings = Findings()
    if is_unsafe_name(file_name):
        findings.add("unsafe_name", name=display_name(file_name))
    if provider_id is not None and provider_id not in declarations.providers:
        findings.add("unknown_provider", provider=provider_id)
    try:
        return _read(data, file_name, declarations, provider_id, channel, limits, findings)
    except Unreadable as refused:
        findings.extend([refused.finding])
    except (Exception, MemoryError, RecursionError) as error:  # hostile input must end as a finding
        findings.add("reader_failure", detail=f"{type(error).__name__}: {error}")
    return Return(None, None, None, "unreadable", (), findings.done())


def _read(data: bytes, file_name: str, declarations: Declarations, provider_id: str | None, channel: str | None,
          limits: Limits, findings: Findings) -> Return:
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise Unreadable("empty_file")
    if len(data) > limits.file_bytes:
        raise Unreadable("too_large", size=len(data), limit=limits.file_bytes)
    declared = declarations.channel(channel)
    if declared is not None and declared.kind == "http_json":
        return read_json(data, file_name, declared, declarations, provider_id, findings)
    kind, sheets = all_sheets(data, findings, limits)
    suffix = PurePosixPath(file_name.replace("\\", "/")).suffix.lower()
    if suffix and suffix not in _SUFFIXES[kind]:
        findings.add("other_content", suffix=suffix, kind=_SHOWN.get(kind, kind))
    return _Reader(sheets, declarations, provider_id, limits, findings, kind in ("csv", "html"), declared_by.Origin(file_name, channel, limits)).read()


def sheets_of(data: bytes, findings: Findings, limits: Limits = DEFAULT) -> tuple[str, list[Sheet]]:
    """Return the kind of file (xlsx, xls, ods, csv) and its visible sheets. Raises Unreadable."""
    kind, sheets = all_sheets(data, findings, limits)
    return kind, [sheet for sheet in sheets if not sheet.hidden]


def all_sheets(data: bytes, findings: Findings, limits: Limits = DEFAULT) -> tuple[str, list[Sheet]]:
    """Return the kind of file and its sheets, hidden ones marked. Raises Unreadable."""
    if data.startswith(_OLE):
        return _ole(data, findings, limits)
    if data.startswith(_ZIP):
        return _zipped(data, limits)
    marked_up = markup.kind_of(data)
    if marked_up == "spreadsheetml":
        return "xml", markup.read_spreadsheetml(data, limits)
    if marked_up in ("html", "mht"):
        return marked_up, (markup.read_html if marked_up == "html" else markup.read_mht)(data, findings, limits)
    if marked_up == "xml":
        raise Unreadable("unsupported_file", **unsupported.XML)
    if data.startswith(b"%PDF"):
        raise Unreadable("unsupported_file", **unsupported.words(data))
    return "csv", read_csv(data, findings, limits)


def _ole(data: bytes, findings: Findings, limits: Limits) -> tuple[str, list[Sheet]]:
    try:
        return "xls", read_xls(data, limits)
    except Unreadable as refused:
        if refused.finding.rule_code != catalogue()["encrypted_file"].code:
            raise
    opened = unlocked(data, limits)
    return ("locked xlsx", _zipped(opened, limits)[1]) if opened.startswith(_ZIP) else ("xls", read_xls(opened, limits))


def _zipped(data: bytes, limits: Limits) -> tuple[str, list[Sheet]]:
    with open_archive(data, limits) as archive:
        names = archive.namelist()
        if is_xlsx(archive):
            return "xlsx", read_xlsx(archive, data, limits)
        if "content.xml" in names and "mimetype" in names:
            return "ods", read_ods(archive, data, limits)
        raise Unreadable("unsupported_file", **unsupported.words(parts=tuple(names)))


class _Reader:
    """The reading of one file's sheets; holds what the steps share."""

    def __init__(self, sheets: list[Sheet], declarations: Declarations, provider_id: str | None, limits: Limits, findings: Findings,
                 single: bool, origin: declared_by.Origin) -> None:
        self.sheets, self.hidden = [s for s in sheets if not s.hidden], [s for s in sheets if s.hidden and s.is_filled and s.name != LISTS]
        self.known, self.provider_id = declarations, provider_id
        self.limits, self.findings, self.single, self.origin = limits, findings, single, origin
        self.heads = [head_of(s, limits.header_rows) for s in self.sheets]

    def read(self) -> Return:
        """Return the return: by a declared layout where one fits, else identity first, then the tables of its form."""
        if (fitting := self._fitting_layouts()):
            return self._read_by_layout(fitting)
        form, places, identity = self._form()
        period = self._period(identity, places)
        provider = self._provider(identity)
        blocks = self._blocks(form, places, period, identity) if form else ()
        blocks += self._answers(form, places, period) if blocks else ()
        readable = form is not None and period is not None and bool(blocks)
        return Return(form.form_id if form else None, period, provider, "read" if readable else "unreadable",
                      blocks if readable else (), self.findings.done())

    # -- by a declared layout

    def _fitting_layouts(self) -> list[declared_by.Fit]:
        """Return the declared layout that fits best, of the form that is stated or else of the provider's own forms first; and those others
        of the same form that fit sheets of their own."""
        if not any(form.layouts for form in self.known.forms.values()):
            return []
        stated = self._stated_form()[0]
        own = self.known.providers[self.provider_id].forms if self.provider_id in self.known.providers else ()
        forms = [stated] if stated else sorted(self.known.forms.values(), key=lambda f: f.form_id not in own)
        fits = [f for form in forms for layout in form.layouts if (f := declared_by.fit(form, layout, self.sheets, self.origin, self.known))]
        best = max(fits, key=lambda f: (f.share, f.form.form_id in own, len(f.layout.leaves)), default=None)
        if best is None or (best.share < 1 and stated and self._match(stated)):
            return []
        chosen, used = [best], {id(region.sheet) for region in best.regions}
        for other in sorted((f for f in fits if f.form is best.form and f is not best and f.share == 1), key=lambda f: -len(f.layout.leaves)):
            if not used & (sheets := {id(region.sheet) for region in other.regions}):
                chosen, used = [*chosen, other], used | sheets
        return chosen

    def _read_by_layout(self, fitting: list[declared_by.Fit]) -> Return:
        identity = identify(self.sheets[0], self.limits.header_rows)
        provider = self._provider(identity) if "provider" in identity.texts else self.provider_id  # such a sheet names none; its channel does
        in_part = any([declared_by.say_parts_of_a_year(fit, self.findings) for fit in fitting])
        blocks = tuple(block for fit in fitting for block in declared_by.take(fit, self.known, self.origin, self.findings))
        for block in blocks:
            say_sizes(block, block.period, fitting[0].form, self.known, self.findings)
        periods = {block.period for block in blocks}
        if None in periods or not periods:
            self.findings.add("no_period", sheet=fitting[0].regions[0].sheet.name)
        if self.hidden:
            self.findings.add("hidden_sheets", sheet=self.hidden[0].name, sheets="、".join(s.name for s in self.hidden))
        readable = bool(periods) and None not in periods and not in_part and any(block.row_nos for block in blocks)
        period = max(p for p in periods if p) if any(periods) and not in_part else None
        return Return(fitting[0].form.form_id, period, provider, "read" if readable else "unreadable", blocks if readable else (), self.findings.done())

    # -- which form

    def _form(self) -> tuple[Form | None, list[Place], Identity]:
        stated, at, identity = self._stated_form()
        places = self._match(stated) if stated else []
        form = stated
        if not places:
            form, places = self._detect()
        if places:
            identity = self._identity_near(places[0]) or identity
        self._say_form(stated, form if places else None, identity, at)
        return (form if places else stated), places, identity

    def _stated_form(self) -> tuple[Form | None, Sheet | None, Identity]:
        for head in self.heads:
            identity = identify(head.sheet, self.limits.header_rows)
            if "form" in identity.texts:
                return self.known.form_by_number.get(header_key(identity.texts["form"].split()[0])), head.sheet, identity
        first = self.heads[0].sheet if self.heads else None
        return None, first, identify(first, self.limits.header_rows) if first else Identity()

    def _identity_near(self, place: Place) -> Identity | None:
        identity = identify(place.sheet, place.top - 1)
        return identity if {"form", "period", "provider"} & set(identity.texts) else None

    def _detect(self) -> tuple[Form | None, list[Place]]:
        """Return the form whose headers fit best; the provider's own forms win a tie."""
        own = self.known.providers[self.provider_id].forms if self.provider_id in self.known.providers else ()
        tried = [(form, self._match(form)) for form in self.known.forms.values() if form.form_id != ANSWERS]
        tried = [(form, [p for p in places if is_certain(p)]) for form, places in tried]
        fitting = [(sum(len(set(p.fields.values())) for p in places), form.form_id in own, form, places) for form, places in tried if places]
        best = max(fitting, key=lambda f: f[:2], default=None)
        return (best[2], best[3]) if best else (None, [])

    def _say_form(self, stated: Form | None, found: Form | None, identity: Identity, at: Sheet | None) -> None:
        text, sheet = identity.texts.get("form"), at.name if at else None
        row, col = identity.place("form")
        if text and stated is None:
            self.findings.add("unknown_form", sheet=sheet, row=row, col=col, seen=text)
        if found is None and (sheet_of_table := self._hidden_table(stated)):
            self.findings.add("table_on_hidden_sheet", sheet=sheet_of_table.name)
        elif found is None:
            wanted = (f"{stated.number} {stated.title_zh}", f"{stated.number} {stated.title_en}") if stated else ("任何已声明报表", "any declared form")
            self.findings.add("no_header", sheet=sheet, form=wanted[0], form_en=wanted[1], limit=self.limits.header_rows, sheets="、".join(s.name for s in self.sheets))
        elif text is None:
            self.findings.add("no_form_number", sheet=sheet, form=f"{found.number} {found.title_zh}")
        elif stated is not None and found is not stated:
            self.findings.add("wrong_form_number", sheet=sheet, row=row, col=col, seen=text, form=f"{found.number} {found.title_zh}")

    def _hidden_table(self, stated: Form | None) -> Sheet | None:
        """Return the hidden sheet on which the table stands that no visible one has."""
        visible, self.heads = self.heads, [head_of(s, self.limits.header_rows) for s in self.hidden]
        try:
            places = (self._match(stated) if stated else []) or self._detect()[1]
            return places[0].sheet if places else None
        finally:
            self.heads = visible

    # -- where its tables are

    def _match(self, form: Form) -> list[Place]:
        """Return the tables of a form with the sheets they stand in, each sheet used once, the template's names first."""
        found = [p for head in self.heads for table in form.tables if (p := find_table(head, table, self.known))]
        found.sort(key=lambda p: (p.sheet.name != p.table.sheet, -p.score))
        taken: list[Place] = []
        for place in found:
            if all(place.sheet is not t.sheet and place.table is not t.table for t in taken):
                taken.append(place)
        order = {table.name: i for i, table in enumerate(form.tables)}
        return sorted(taken, key=lambda p: order[p.table.name])

    def _blocks(self, form: Form, places: list[Place], period: int | None, identity: Identity) -> tuple[Block, ...]:
        found = {p.table.name for p in places}
        filled = {s.name for s in self.sheets if any(cell is not None for row in s.rows for cell in row)}
        for table in form.tables if form.kind != FIGURES and places else ():
            if table.name not in found and (not table.optional or table.sheet in filled):  # a sheet that bears the name is meant
                self.findings.add("missing_table", expected=table.sheet)
        if not self.single:
            self._say_sheets(form, places)
        blocks = (take_block(p, form, period, identity, self.known, self.findings) for p in places)
        return tuple(block for block in blocks if block)

    def _answers(self, form: Form, places: list[Place], period: int | None) -> tuple[Block, ...]:
        """Return the answered lines of an answer sheet that came along with another form (slips/workbook.py writes such sheets).

        What is wrong with an answer is reported with the answer, never as a finding about the figures it came with.
        """
        if ANSWERS not in self.known.forms or form.form_id == ANSWERS:
            return ()
        used = {id(p.sheet) for p in places}
        tables = self.known.forms[ANSWERS].tables
        found = [p for h in self.heads if id(h.sheet) not in used for t in tables if (p := find_table(h, t, self.known))]
        blocks = [take_block(p, self.known.forms[ANSWERS], period, Identity(), self.known, Findings()) for p in found[:1]]
        return tuple(block for block in blocks if block and block.row_nos)

    def _say_sheets(self, form: Form, places: list[Place]) -> None:
        for place in places:
            if place.sheet.name != place.table.sheet:
                self.findings.add("other_sheet", sheet=place.sheet.name, expected=place.table.sheet)
        if self.hidden:
            self.findings.add("hidden_sheets", sheet=self.hidden[0].name, sheets="、".join(s.name for s in self.hidden))
        used = {id(p.sheet): p for p in places}
        for head in (h for h in self.heads if id(h.sheet) not in used):
            double = next((p for t in form.tables if (p := find_table(head, t, self.known)) and p.score >= 0.8), None)
            if double:
                read = next((p.sheet.name for p in places if p.table is double.table), "")
                self.findings.add("second_sheet", sheet=head.sheet.name, row=double.anchor, form=form.title_zh, read=read)

    # -- who and when

    def _period(self, identity: Identity, places: list[Place]) -> int | None:
        text = identity.texts.get("period")
        row, col = identity.place("period")
        sheet = self.sheets[0].name if self.sheets else None
        if text is None:
            self.findings.add("no_period", sheet=sheet)
            return None
        period = year_of(text)
        if (part := part_of_year(text)):
            self.findings.add("part_of_year", sheet=sheet, row=row, col=col, seen=text, part=part)
        elif period is None:
            self.findings.add("unreadable_period", sheet=sheet, row=row, col=col, seen=text)
        elif any([self._say_part_in_title(p) for p in places]):
            return None
        return period

    def _say_part_in_title(self, place: Place) -> bool:
        """Whether the rows above a table of figures, or its header, name a part of a year where a year is owed."""
        if place.table.name != FIGURES:
            return False
        for row_no in range(1, place.bottom + 1):
            for col_no, text in enumerate(place.sheet.row_texts(row_no), start=1):
                if text and not _DATED.search(text[:200]) and (row_no < place.top or col_no in place.fields) and (part := part_of_year(text, in_title=True)):
                    self.findings.add("part_of_year", sheet=place.sheet.name, row=row_no, col=col_no, seen=text, part=part)
                    return True
        return False

    def _provider(self, identity: Identity) -> str | None:
        text = identity.texts.get("provider")
        row, col = identity.place("provider")
        sheet = self.sheets[0].name if self.sheets else None
        own = self.known.providers.get(self.provider_id or "")
        shown = f"{own.provider_id} {own.name_zh}" if own else self.provider_id or "44-tjj 广东省统计局"
        stated = provider_of(text, self.known.provider_by_name) if text else None
        if stated is None:
            self.findings.add("no_provider", sheet=sheet, row=row, col=col, seen=text, detail=f"（{text}）" if text else "", provider=shown)
        elif self.provider_id is not None and stated != self.provider_id:
            self.findings.add("other_provider", sheet=sheet, row=row, col=col, seen=text, provider=shown)
        return stated or (display_name(text, 120) if text else None)
