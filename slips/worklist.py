"""What waits for an office: answers and findings to rule on, or the sample of figures to verify on the spot, as a sheet to send back.

Belongs here: which lines stand on the sheet, in what order. Does not belong here: the workbook's looks (sources/template/template.py), what a
ruling does (dbt_project). Standing decisions: an office sees its own province and one period, as its rulings may reach no further; one line
stands for one sentence of the slip, however many cells it names; answers come first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import duckdb

from sources.rows import as_dicts
from slips.groups import cells_of, grouped, plain
from sources.declare.declarations import Declarations, Provider
from sources.template.template import write
from warehouse import editions, loading
from warehouse.settings import Settings

RULINGS, VISITS = "rulings", "visits"
TREATMENTS = {"held": "；暂缓计分 / held back from scores", "marked": "；不作参照 / not used as a reference"}  # of a figure in doubt


class NotEntitled(LookupError):
    """The unit is unknown, or not registered for the form."""


@dataclass(frozen=True)
class Cases:
    """A sheet's worth of work: `lines` map the form's fields to text."""

    office: str
    form_id: str
    period: int
    fields: tuple[str, ...]
    lines: list[dict]


def open_cases(settings: Settings, office: str, period: int, visits: bool = False) -> Cases:
    """What waits for the office in the current edition. Raises NotEntitled, EditionError."""
    form_id = VISITS if visits else RULINGS
    declarations = loading.declared(settings)
    provider = declarations.providers.get(office)
    if provider is None or not provider.owes(form_id, period):
        raise NotEntitled(f"{office} 未登记该项权限 / is not registered for {form_id} (sources/providers.yml)")
    con = duckdb.connect(str(editions.database(settings)), read_only=True)
    try:
        lines = list((_to_visit if visits else _to_rule)(con, declarations, provider, period))
    finally:
        con.close()
    fields = tuple(column.field for column in declarations.forms[form_id].tables[0].columns)
    return Cases(office, form_id, period, fields, lines)


def workbook(settings: Settings, work: Cases) -> bytes:
    """The workbook to fill: what is known is filled in and locked; a line without a decision is ignored."""
    return write(loading.declared(settings), work.office, work.form_id, work.period, lines=work.lines)


def _to_rule(con: duckdb.DuckDBPyConnection, declarations: Declarations, office: Provider, period: int) -> Iterator[dict]:
    senders = [p.provider_id for p in declarations.providers.values() if p.province == office.province and p.provider_id != office.provider_id]
    rules = {row["rule_code"]: row for row in as_dicts(con, "select rule_code, shown_per from rules")}
    units, indicators = _names(declarations, "units", "unit_code"), _names(declarations, "indicators", "indicator")
    found = as_dicts(con, OPEN, period=period, senders=senders)
    for _, same in groupby(found, key=lambda row: (row["is_reply"], row["worst"], row["submission_id"], row["state"], row["reply"])):
        for group in grouped(list(same), rules):
            first = group[0]
            about = list(dict.fromkeys(f"{units.get(f['unit_code'], '')} {indicators.get(f['indicator'], '')}".strip() for f in group))
            yield {
                "ruled_submission": first["submission_id"], "rule_code": first["rule_code"], "rule_version": first["rule_version"],
                "ruled_sheet": first["sheet"], "ruled_cell": " ".join(cells_of(group)),
                "subject": f"{declarations.providers[first['provider_id']].name_zh} {'、'.join(about[:3])}{' 等' if len(about) > 3 else ''}".strip(),
                "seen": first["seen"], "why": f"{first['why_zh']}\n{first['why_en']}", "reply": first["reply"],
                "state": f"{first['state_zh']} {first['state_en']}{TREATMENTS.get(first['treatment'], '')}",
            }  # fmt: skip


def _to_visit(con: duckdb.DuckDBPyConnection, declarations: Declarations, office: Provider, period: int) -> Iterator[dict]:
    units, indicators = _names(declarations, "units", "unit_code"), _names(declarations, "indicators", "indicator")
    measures = _names(declarations, "indicators", "indicator", "unit")
    for row in as_dicts(con, "select * from visit_sample where period = $period and province_code = $province order by rank", period=period, province=office.province):
        yield {
            "unit_code": row["unit_code"], "unit_name": units.get(row["unit_code"]), "indicator": row["indicator"],
            "indicator_name": indicators.get(row["indicator"]), "reported": plain(row["value"]), "measure_text": measures.get(row["indicator"]),
            "inclusion_probability": plain(row["inclusion_probability"]),
        }  # fmt: skip


def _names(declarations: Declarations, register: str, key: str, name: str = "name_zh") -> dict[str, str]:
    table = declarations.registers[register]
    return dict(zip(table.column(key), table.column(name)))


# Answers first, then the return with the strongest suspicion; hints are nothing to rule on.
OPEN = """
    with states as (
      select * from finding_states
      where period = $period and list_contains($senders, provider_id) and severity <> 'I' and not is_settled and state <> 'UPHELD'
    ),
    ranked as (
      select states.finding_id, max(findings.score) as score
      from states left join findings
        on findings.unit_code = states.unit_code and findings.indicator = states.indicator and findings.period = states.period
      group by states.finding_id
    )
    select states.submission_id, states.provider_id, states.rule_code, states.rule_version, states.severity, states.unit_code, states.indicator, states.sheet,
      failures.row_no, failures.col_no, failures.cell, failures.seen, failures.why_zh, failures.why_en,
      states.state, states.state_zh, states.state_en, doubts.treatment, nullif(states.reply, '') as reply, states.state = 'REPLIED' as is_reply,
      max(coalesce(ranked.score, 0)) over (partition by states.submission_id, states.state) as worst
    from states
    inner join ranked on ranked.finding_id = states.finding_id
    inner join validation_failures as failures on failures.finding_id = states.finding_id and failures.submission_id = states.submission_id
    left join doubts on doubts.finding_id = states.finding_id and doubts.submission_id = states.submission_id
    order by is_reply desc, worst desc, states.submission_id, states.state, reply nulls first, coalesce(ranked.score, 0) desc, states.rule_code,
      failures.row_no, failures.col_no, failures.failure_id
"""
