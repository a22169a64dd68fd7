"""What an edition says about returns, gathered for their slips: one small object per return, own figures only.

Belongs here: reading an edition's DuckDB file. Does not belong here: wording and layout (`page`, `workbook`), the warehouse.
Standing decisions: providers are read in batches, so that memory does not grow with their number; a chart shows the years whose
change makes a night compute the return's own period again, so that a slip is the same after an increment and after a full build.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import duckdb

from slips import quotes
from sources.declare.declarations import Declarations
from sources.rows import as_dicts

BATCH = 50  # providers read at once
BEFORE, AFTER = 3, 1  # years charted around a period: a change in one of them reaches the period (warehouse/increments.py REACH)
OFFICE = "office"
USABLE = ("ACCEPTED", "MARKED")


@dataclass(frozen=True)
class Point:
    """A reported value of a unit-indicator: canonical unit; `usable` where it was accepted."""

    period: int
    value: Decimal
    usable: bool


@dataclass(frozen=True)
class Slip:
    """All that one slip shows. `sent` is a row of mart returns, `findings` rows of validation_failures as the provider may read them.

    `fixed` are findings of the return before that are gone; each finding carries `standing`: new, open or None (no return before), and, where
    a night has reported it, the `state` that rulings and visits have brought it to.
    """

    sent: dict
    provider_zh: str
    provider_en: str
    contact_zh: str
    form_number: str
    form_zh: str
    form_en: str
    findings: list[dict]
    fixed: list[dict] = field(default_factory=list)
    compared_with: dict | None = None
    replaced_by: dict | None = None
    deadline: dict | None = None  # a row of provider_deadlines
    cells: dict[str, int] = field(default_factory=dict)
    series: dict[tuple[str, str], list[Point]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    indicators: dict[str, dict] = field(default_factory=dict)
    breaks: dict[str, set[int]] = field(default_factory=dict)
    rules: dict[str, dict] = field(default_factory=dict)
    not_run: list[dict] = field(default_factory=list)
    unchecked: dict = field(default_factory=dict)  # of this return: n_empty and n_no_last_year cells, n_breaks indicators
    notes: list[str] = field(default_factory=list)
    preview: bool = False


class Evidence:
    """An edition opened for its slips."""

    def __init__(self, database: Path, declarations: Declarations) -> None:
        self._con = duckdb.connect(str(database), read_only=True)
        self.known = declarations
        self.owners = quotes.Owners(declarations)
        self.rules = {row["rule_code"]: row for row in as_dicts(self._con, "select * from rules")}
        self._not_run = _by(as_dicts(self._con, NOT_RUN), "period")

    def __enter__(self) -> "Evidence":
        return self

    def __exit__(self, *_) -> None:
        self._con.close()

    def slips(self, periods: Iterable[int] | None = None, submission: str | None = None) -> Iterator[Slip]:
        """Slips of all returns of some periods (or of all), or of one submission; ordered by provider, form, period and version."""
        wanted = None if periods is None else sorted(set(periods))
        found = as_dicts(self._con, "select distinct provider_id from returns where list_contains(coalesce(cast($periods as integer[]), [period]), period) and submission_id = coalesce($submission, submission_id) order by 1", periods=wanted, submission=submission)
        providers = [row["provider_id"] for row in found]
        for start in range(0, len(providers), BATCH):
            yield from self._batch(providers[start : start + BATCH], wanted, submission)

    def _batch(self, providers: list[str], periods: list[int] | None, submission: str | None) -> Iterator[Slip]:
        chosen = {"providers": providers, "periods": periods}
        returns = as_dicts(self._con, "select * from returns where list_contains($providers, provider_id) and list_contains(coalesce(cast($periods as integer[]), [period]), period) order by provider_id, form_id, period, version_no", **chosen)
        findings = _by(as_dicts(self._con, FINDINGS, **chosen), "submission_id")
        cells = _by(as_dicts(self._con, CELLS, **chosen), "submission_id")
        unchecked = {row["submission_id"]: row for row in as_dicts(self._con, UNCHECKED, **chosen)}
        deadlines = _by(as_dicts(self._con, DEADLINES, **chosen), "provider_id", "form_id", "period")
        series = _by(as_dicts(self._con, SERIES, **chosen), "provider_id")
        versions = _by(returns, "provider_id", "form_id", "period")
        for provider_id, sent in ((row["provider_id"], row) for row in returns):
            if submission in (None, sent["submission_id"]):
                others = versions[provider_id, sent["form_id"], sent["period"]]
                (deadline,) = deadlines.get((provider_id, sent["form_id"], sent["period"]), [None])
                yield self._slip(sent, others, findings, cells.get(sent["submission_id"], []), series.get(provider_id, []), deadline, unchecked.get(sent["submission_id"], {}))

    def _slip(self, sent: dict, versions: list[dict], findings: dict, cells: list[dict], figures: list[dict], deadline: dict | None, unchecked: dict) -> Slip:
        as_sent = {(f["submission_id"], f["sheet"], f["cell"]): f["value_text"] for f in figures}
        before = next((row for row in versions if row["submission_id"] == sent["replaces"]), None)
        mine = self._for_reader(findings.get(sent["submission_id"], []), as_sent)
        earlier = self._for_reader(findings.get(sent["replaces"], []), as_sent) if before else []
        fixed = compare(mine, earlier if before else None)
        return compose(
            self.known, sent, mine, self.rules, figures, fixed=fixed, compared_with=before,
            replaced_by=next((row for row in versions if row["is_in_force"] and row["version_no"] > sent["version_no"]), None),
            deadline=deadline, cells={row["status"]: row["n"] for row in cells}, not_run=self._not_run.get(sent["period"], []), unchecked=unchecked,
        )  # fmt: skip

    def _for_reader(self, findings: list[dict], as_sent: dict) -> list[dict]:
        return [for_reader(f, self.rules, self.owners, as_sent.get((f["submission_id"], f["sheet"], f["cell"]))) for f in findings]


def for_reader(finding: dict, rules: dict[str, dict], owners: quotes.Owners, own_value: str | None) -> dict:
    """A finding as its provider may read it."""
    rule = rules.get(finding["rule_code"], {"rule_code": finding["rule_code"]})
    return quotes.for_provider(finding, rule, owners, own_value)


def compare(findings: list[dict], earlier: list[dict] | None) -> list[dict]:
    """Mark each finding new or open beside the return before (by rule, unit and indicator); return those that are gone."""
    known = {_same(f) for f in earlier or []}
    for finding in findings:
        finding["standing"] = None if earlier is None else "open" if _same(finding) in known else "new"
    still = {_same(f) for f in findings}
    return [f for f in earlier or [] if _same(f) not in still]


def _same(finding: dict) -> tuple:
    place = finding["cell"] if finding["unit_code"] is None and finding["indicator"] is None else None
    return finding["rule_code"], finding["unit_code"], finding["indicator"], place


def compose(declarations: Declarations, sent: dict, findings: list[dict], rules: dict[str, dict], figures: list[dict], **more) -> Slip:
    """Put a slip together; names come from the declarations, series from the provider's own rows of the grid."""
    provider = declarations.providers.get(sent["provider_id"])
    form = declarations.forms.get(sent["form_id"])
    flagged = {(f["unit_code"], f["indicator"]) for f in findings}
    series: dict[tuple[str, str], list[Point]] = defaultdict(list)
    for row in figures:
        if (row["unit_code"], row["indicator"]) in flagged and -BEFORE <= row["period"] - sent["period"] <= AFTER and row["value"] is not None:
            series[row["unit_code"], row["indicator"]].append(Point(row["period"], row["value"], row["status"] in USABLE))
    return Slip(
        sent=sent,
        provider_zh=provider.name_zh if provider else sent["provider_id"],
        provider_en=(provider.name_en or provider.name_zh) if provider else sent["provider_id"],
        contact_zh=_contact(declarations, provider),
        form_number=form.number if form else "",
        form_zh=form.title_zh if form else "未能识别的报表",
        form_en=form.title_en if form else "a return whose form could not be identified",
        findings=findings, series=dict(series), rules=rules,
        units=_named(declarations, "units", "unit_code", {f["unit_code"] for f in findings + more.get("fixed", [])}),
        indicators=_indicators(declarations, {f["indicator"] for f in findings + more.get("fixed", [])}),
        breaks=_breaks(declarations), **more,
    )  # fmt: skip


def _contact(declarations: Declarations, provider) -> str:
    """The performance office of the provider's province: an office, never a person."""
    offices = [p for p in declarations.providers.values() if provider and p.province == provider.province and p.role == OFFICE]
    return "、".join(p.contact_zh or p.name_zh for p in offices)


def _named(declarations: Declarations, register: str, key: str, wanted: set) -> dict[str, str]:
    table = declarations.registers[register]
    return {code: name for code, name in zip(table.column(key), table.column("name_zh")) if code in wanted}


def _indicators(declarations: Declarations, wanted: set) -> dict[str, dict]:
    table = declarations.registers["indicators"]
    return {name: dict(zip(table.columns, row)) for name, row in zip(table.column("indicator"), table.rows) if name in wanted}


def _breaks(declarations: Declarations) -> dict[str, set[int]]:
    table = declarations.registers["definitions"]
    found: dict[str, set[int]] = defaultdict(set)
    for indicator, comparable, valid_from in zip(*map(table.column, ("indicator", "comparable_with_previous", "valid_from"))):
        if comparable is False:
            found[indicator].add(valid_from)
    return found


def _by(found: list[dict], *keys: str) -> dict:
    grouped: dict = defaultdict(list)
    for row in found:
        grouped[row[keys[0]] if len(keys) == 1 else tuple(row[k] for k in keys)].append(row)
    return grouped


FINDINGS = """
    select failures.*, states.state, states.state_zh, states.state_en, states.needs_answer, states.is_settled, states.why_zh as state_why_zh, states.why_en as state_why_en,
      doubts.treatment
    from validation_failures as failures
    left join finding_states as states on states.finding_id = failures.finding_id
    left join doubts on doubts.finding_id = failures.finding_id and doubts.submission_id = failures.submission_id
    where list_contains($providers, failures.provider_id) and list_contains(coalesce(cast($periods as integer[]), [failures.period]), failures.period)
    order by failures.severity = 'I', failures.severity, failures.sheet, failures.row_no, failures.col_no, failures.rule_code, failures.failure_id
"""
CELLS = """
    select submission_id, status, count(*) as n from expected_grid
    where list_contains($providers, provider_id) and list_contains(coalesce(cast($periods as integer[]), [period]), period) and submission_id is not null
    group by submission_id, status order by submission_id, status
"""
# Cells of returns in force that rules could say nothing about, or nothing beside last year, and indicators with a break of definition.
UNCHECKED = """
    select
      grid.submission_id,
      count(case when grid.value is null then 1 end) as n_empty,
      count(case when grid.value is not null and before.value is null then 1 end) as n_no_last_year,
      count(distinct case when grid.value is not null and before.value is not null and indicators.comparable_with_previous = false then grid.indicator end) as n_breaks
    from expected_grid as grid
    left join expected_grid as before
      on before.provider_id = grid.provider_id and before.unit_code = grid.unit_code and before.indicator = grid.indicator and before.period = grid.period - 1
    left join indicators on indicators.indicator = grid.indicator and indicators.kind = 'reported' and indicators.valid_from = grid.period
    where list_contains($providers, grid.provider_id) and list_contains(coalesce(cast($periods as integer[]), [grid.period]), grid.period) and grid.submission_id is not null
    group by grid.submission_id
"""
DEADLINES = """
    select * from provider_deadlines
    where list_contains($providers, provider_id) and list_contains(coalesce(cast($periods as integer[]), [period]), period)
"""
# Own figures of every unit-indicator that any of the provider's findings is about, all years; what a visit found is not its own.
SERIES = """
    with flagged as (
      select distinct provider_id, unit_code, indicator from validation_failures
      where list_contains($providers, provider_id) and list_contains(coalesce(cast($periods as integer[]), [period]), period) and indicator is not null
    )
    select grid.provider_id, grid.unit_code, grid.indicator, grid.period, grid.value, grid.status, grid.submission_id, grid.sheet, grid.cell, grid.value_text
    from expected_grid as grid
    inner join flagged on flagged.provider_id = grid.provider_id and flagged.unit_code = grid.unit_code and flagged.indicator = grid.indicator
    left join returns on returns.submission_id = grid.submission_id
    where coalesce(returns.form_id, '') <> 'visits'
    order by grid.provider_id, grid.unit_code, grid.indicator, grid.period
"""
NOT_RUN = """
    select results.period, rules.family, rules.family_zh, rules.family_en,
        cast(sum(n_checked) as bigint) as n_checked, cast(sum(n_too_few) as bigint) as n_too_few, cast(sum(n_not_applicable) as bigint) as n_not_applicable
    from rule_results as results inner join rules on rules.rule_code = results.rule_code
    group by all having n_too_few + n_not_applicable > 0 order by results.period, rules.family
"""
