"""What the reader itself found wrong: the finding, and the catalogue of its codes in `reading_findings.yml` and `cell_findings.yml`.

Wording and severity are in those files only; here they are only filled in. Findings about the truth of a figure are
not made here (see `expectations`). Standing decision: all problems of a file are reported at once, in reading order.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sources.declare.yaml_lines import load_yaml
from sources.text import address, excerpt

CATALOGUE_FILES = tuple(Path(__file__).with_name(name) for name in ("reading_findings.yml", "cell_findings.yml"))
EACH_LIMIT = 200  # findings of one code in one file; the rest are counted in one closing finding


@dataclass(frozen=True)
class FindingKind:
    """One code of the catalogue; `message_*` and `mend_*` are format strings."""

    code: str
    name: str
    severity: str
    title_zh: str
    title_en: str
    message_zh: str
    message_en: str
    mend_zh: str
    mend_en: str


@dataclass(frozen=True)
class Finding:
    """One problem at one place; row_no and col_no are 1-based, None where the whole sheet or file is meant."""

    rule_code: str
    severity: str
    sheet: str | None
    row_no: int | None
    col_no: int | None
    cell: str | None
    seen: str | None
    message_zh: str
    message_en: str
    mend_zh: str
    mend_en: str


@lru_cache(maxsize=1)
def catalogue() -> dict[str, FindingKind]:
    """Return the kinds of finding by name."""
    return {item["name"]: FindingKind(**item) for path in CATALOGUE_FILES for item in load_yaml(path)["findings"]}


class _Words(dict):
    def __missing__(self, key: str) -> str:
        return "?"


def make(name: str, /, sheet: str | None = None, row: int | None = None, col: int | None = None,
         seen: object = None, **words: object) -> Finding:
    """Return the finding of that catalogue name at that place; `words` fill the messages. Raises KeyError for an unknown name."""
    kind = catalogue()[name]
    cell = address(row, col) if row and col else None
    fill = _Words({key: value if isinstance(value, int) else excerpt(value, 300) for key, value in words.items()})  # a number stays one for {size:,}
    fill.update(sheet=sheet or "", row=row or "", cell=cell or (f"第{row}行" if row else ""), seen="" if seen is None else excerpt(seen))
    texts = [text.format_map(fill) for text in (kind.message_zh, kind.message_en, kind.mend_zh, kind.mend_en)]
    shown = None if seen is None else excerpt(seen, 200)
    return Finding(kind.code, kind.severity, sheet, row, col, cell, shown, *texts)


class Findings:
    """Collects the findings of one file and cuts off floods of one code."""

    def __init__(self) -> None:
        self._found: list[Finding] = []
        self._count: dict[str, int] = {}

    def add(self, name: str, /, sheet: str | None = None, row: int | None = None, col: int | None = None,
            seen: object = None, **words: object) -> None:
        """Add a finding (see `make`)."""
        self._count[name] = self._count.get(name, 0) + 1
        if self._count[name] <= EACH_LIMIT:
            self._found.append(make(name, sheet, row, col, seen, **words))

    def extend(self, found: list[Finding]) -> None:
        """Add findings that are made already."""
        self._found.extend(found)

    def done(self) -> tuple[Finding, ...]:
        """Return all findings, with one more for each code that was cut off."""
        for name, count in self._count.items():
            if count > EACH_LIMIT:
                kind = catalogue()[name]
                self._found.append(make("too_many_findings", title_zh=kind.title_zh, title_en=kind.title_en, more=count - EACH_LIMIT))
        self._count = {}
        return tuple(self._found)


class Unreadable(Exception):
    """Carries the finding that ends the reading of a file."""

    def __init__(self, name: str, /, sheet: str | None = None, row: int | None = None, col: int | None = None,
                 seen: object = None, **words: object) -> None:
        self.finding = make(name, sheet, row, col, seen, **words)
        super().__init__(f"{self.finding.rule_code}: {self.finding.message_en}")
