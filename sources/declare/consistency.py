"""Consistency across declarations: a form has a deadline, an indicator a definition, a unit of measure a factor.

Belongs here: checks across files, each naming the line to mend. Does not belong here: reading the files (declarations.py, registers.py).
Standing decision: what would silently drop out of the grid or of a mart is refused when it is loaded. Where a register is absent
altogether, nothing is asked of it (a project may do without).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from sources.declare.registers import Register
from sources.declare.yaml_lines import fault

if TYPE_CHECKING:
    from sources.declare.declarations import Column, Declarations, Duty

OPEN = 9999


def mistakes(declared: Declarations, forms: Iterable[str]) -> list[str]:
    """Every contradiction between declarations. `forms` are the ids that count as known."""
    found = [*_calendar(declared, set(forms)), *_providers(declared), *_measures(declared), *_definitions(declared)]
    return [str(fault(*one)) for one in found]


def _registers(declared: Declarations, *names: str) -> list[Register] | None:
    found = [declared.registers.get(name) for name in names]
    return None if None in found else found


def _calendar(declared: Declarations, forms: set[str]) -> Iterator[tuple[str, str, str]]:
    """A form that is owed has a deadline, and a deadline a form."""
    if not (known := _registers(declared, "calendar")):
        return
    (calendar,) = known
    due = calendar.column("form_id")
    for form in declared.forms.values():
        if form.is_owed and form.form_id not in due:
            yield (form.place, f"表式 {form.form_id} 没有报送期限，任何年度都不会要求报送；请在本表式中写明 due: {{年度: 截止时间}}，或在 registers/calendar.csv 逐年增加一行：{form.form_id},年度,截止时间",
                   f"form {form.form_id} has no deadline, so nobody owes it; write due: {{period: due_at}} in the form, or add a line for each year to registers/calendar.csv: {form.form_id},period,due_at")
    for row, form_id in enumerate(due):
        if form_id not in forms:
            yield (calendar.place(row), f"没有表式 {form_id}；请更正代码，或在 forms/ 增加该表式", f"there is no form {form_id}; mend the id, or add the form to forms/")


def _providers(declared: Declarations) -> Iterator[tuple[str, str, str]]:
    """A form of figures is handed in by somebody, and in each province and year by one provider."""
    owners: dict[str, dict[str, list[Duty]]] = {}
    for provider in declared.providers.values():
        for duty in provider.duties:
            owners.setdefault(duty.form_id, {}).setdefault(provider.province, []).append(duty)
    for form in declared.forms.values():
        if form.kind != "figures" or not declared.providers:
            continue
        if form.form_id not in owners:
            yield (form.place, f"表式 {form.form_id} 没有报送单位，任何单位都不会报送；请在 providers.yml 有关单位的 forms 中加上 {form.form_id}，或在本表式中写明 owed_by",
                   f"nobody hands in form {form.form_id}; add it to the forms of a provider in providers.yml, or write owed_by in the form")
        for duties in owners.get(form.form_id, {}).values():
            yield from _handed_over(form.form_id, sorted(duties, key=lambda duty: duty.era.start or 0), _due(declared, form.form_id))


def _handed_over(form_id: str, duties: list[Duty], due: list[int]) -> Iterator[tuple[str, str, str]]:
    """Duties of one province in the order of their years: none overlaps the next, and no year that is due is left out between or after them."""
    for first, other in zip(duties, duties[1:]):
        if (first.era.end or OPEN) >= (other.era.start or 0):
            yield (other.place, f"同一省的表式 {form_id} 已由 {first.provider_id} 报送（{first.place}），同一年度的数据不能由两个单位报送；请删去一处，移交的，写明年度：原单位 {{form: {form_id}, to: 年度}}，新单位 {{form: {form_id}, from: 次年}}",
                   f"form {form_id} of this province is handed in by {first.provider_id} already ({first.place}); one figure has one provider in a year: take it out of one of the two, or hand it over: {{form: {form_id}, to: year}} and {{form: {form_id}, from: the next}}")
    first, last = duties[0], duties[-1]
    left = [year for year in due if year >= (first.era.start or 0) and not (last.ends and year > (last.era.end or OPEN)) and not any(duty.era.holds(year) for duty in duties)]
    if left:
        yield (last.place, f"表式 {form_id} 在 {'、'.join(map(str, left))} 年没有报送单位；请为接手的单位写明 {{form: {form_id}, from: {left[0]}}}，不再报送的，在本处写明 ends: true",
               f"nobody hands in form {form_id} in {', '.join(map(str, left))}; write {{form: {form_id}, from: {left[0]}}} for the provider that takes it over, or ends: true here if it is no longer handed in")


def _due(declared: Declarations, form_id: str) -> list[int]:
    """Years for which the form has a deadline."""
    calendar = declared.registers.get("calendar")
    return sorted(period for form, period in calendar.values("form_id", "period") if form == form_id) if calendar else []


def _measures(declared: Declarations) -> Iterator[tuple[str, str, str]]:
    """A figure printed in the form's unit of measure can be brought into its indicator's."""
    if not (known := _registers(declared, "measures", "indicators")):
        return
    measures, indicators = known
    factors, canonical = set(measures.values("measure_text", "canonical_unit")), dict(indicators.values("indicator", "unit"))
    for column, unit in _units_printed(declared):
        wanted = canonical.get(column.field)
        if wanted and (unit, wanted) not in factors:
            yield (column.place, f"计量单位“{unit}”不能折算为指标 {column.field} 的“{wanted}”；请更正，或在 registers/measures.csv 增加一行：{unit},{wanted},折算系数",
                   f"unit of measure {unit} cannot be brought into {wanted}, the unit of {column.field}; mend it, or add a line to registers/measures.csv: {unit},{wanted},factor")


def _units_printed(declared: Declarations) -> Iterator[tuple[Column, str]]:
    for form in declared.forms.values():
        for column in form.columns:
            for era in column.units:
                yield column, era.unit


def _definitions(declared: Declarations) -> Iterator[tuple[str, str, str]]:
    """An indicator has a definition in every year for which it is owed, and a definition an indicator."""
    if not (known := _registers(declared, "definitions", "indicators")):
        return
    definitions, indicators = known
    eras: dict[object, list[tuple[int, int]]] = {}
    for name, start, end in definitions.values("indicator", "valid_from", "valid_to"):
        eras.setdefault(name, []).append((start or 0, end or OPEN))
    yield from _gaps(declared, eras)
    derived = declared.registers.get("derived_indicators")
    registered = {*indicators.column("indicator"), *(derived.column("indicator") if derived else ())}
    for row, name in enumerate(definitions.column("indicator")):
        if name not in registered:
            yield (definitions.place(row), f"没有指标 {name}；请更正代码，或在 registers/indicators.csv 登记", f"there is no indicator {name}; mend the code, or add it to registers/indicators.csv")


def _gaps(declared: Declarations, eras: dict[object, list[tuple[int, int]]]) -> Iterator[tuple[str, str, str]]:
    for form in declared.forms.values():
        for column in form.columns if form.kind == "figures" else ():
            lacking = [p for p in _due(declared, form.form_id) if column.owed_in(p) and not any(a <= p <= b for a, b in eras.get(column.field, [(0, OPEN)]))]
            if lacking:
                years = "、".join(map(str, lacking))
                yield (column.place, f"指标 {column.field} 在 {years} 年没有口径；请在 registers/definitions.csv 补齐年度",
                       f"indicator {column.field} has no definition in {', '.join(map(str, lacking))}; cover these years in registers/definitions.csv")
