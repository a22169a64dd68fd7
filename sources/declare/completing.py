"""What a form's own file says of registers is entered into them, so that one file declares a form or an indicator whole.

Belongs here: indicators registered in a form (`registered`), its deadlines (`due`) and providers (`owed_by`), the first definition of an indicator
that has none, a unit of measure as itself. Does not belong here: checks across files (consistency.py).
Standing decision: the registers are completed once, when declarations load; whoever reads them never asks where a row was written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sources.declare.declarations import FIGURES, Declarations
from sources.declare.registers import Register
from sources.declare.yaml_lines import DeclarationError, fault

Row = tuple[str, dict[str, object]]
FIRST = {"definition_id": "v1", "comparable_with_previous": "true", "code": "OK",
         "reason_zh": "首个口径，自首个报告期起有效。", "reason_en": "First definition, valid from the first period."}
NEEDED = ("name_zh", "name_en", "unit", "decimals", "direction", "dimension_zh", "nature")


def complete(declared: Declarations) -> tuple[Declarations, list[str]]:
    """The declarations with all that forms say of registers and providers, and every mistake in it."""
    declared, mistakes = _with_duties(declared)
    for name, rows in (("indicators", _indicators), ("calendar", _deadlines), ("definitions", _definitions), ("measures", _measures)):
        if (register := declared.registers.get(name)) is None:
            continue
        try:
            extended = register.extended(_once(register, list(rows(declared))))
            declared = replace(declared, registers={**declared.registers, name: extended})
        except DeclarationError as error:
            mistakes += str(error).splitlines()
    return declared, mistakes


def _with_duties(declared: Declarations) -> tuple[Declarations, list[str]]:
    providers, mistakes = dict(declared.providers), []
    for duty in (duty for form in declared.forms.values() for duty in form.owed_by):
        if (provider := providers.get(duty.provider_id)) is None:
            mistakes.append(str(fault(duty.place, f"没有报送单位 {duty.provider_id}；请更正，或在 providers.yml 登记", f"there is no provider {duty.provider_id}; mend the id, or add it to providers.yml")))
        else:
            providers[duty.provider_id] = replace(provider, duties=(*provider.duties, duty))
    return replace(declared, providers=providers), mistakes


def _once(register: Register, rows: list[Row]) -> list[Row]:
    """The rows, none of which the register has already. Raises DeclarationError."""
    keys = ("form_id", "period") if register.name == "calendar" else ("indicator",)
    if register.name not in ("calendar", "indicators"):
        return rows
    places = dict(zip(register.values(*keys), register.places))
    for place, row in rows:
        key = tuple(row[name] for name in keys)
        if key in places:
            raise fault(place, f"{'、'.join(map(str, key))} 已在 {places[key]} 登记，请删去一处", f"{', '.join(map(str, key))} is registered already, {places[key]}; take one of them out")
        places[key] = place
    return rows


def _indicators(declared: Declarations) -> Iterator[Row]:
    for form in declared.forms.values():
        for column in form.columns:
            if (given := column.registered) is not None:
                for name in NEEDED:
                    given.text(name)
                yield given.place, {"indicator": column.field, **given}


def _deadlines(declared: Declarations) -> Iterator[Row]:
    for form in declared.forms.values():
        for period, due_at in (form.due or {}).items():
            yield form.due.place, {"form_id": form.form_id, "period": period, "due_at": due_at}


def _definitions(declared: Declarations) -> Iterator[Row]:
    """A first definition for each reported indicator that has none, valid from the first year for which it is owed; a derived one
    gets along without (mart `indicators`)."""
    indicators, has = declared.registers.get("indicators"), set(declared.registers["definitions"].column("indicator"))
    for row, indicator in enumerate(indicators.rows if indicators else ()):
        given = dict(zip(indicators.columns, indicator))
        if given["indicator"] not in has and (first := _first_year(declared, given["indicator"])):
            note = given.get("concept_note_zh")
            yield indicators.place(row), {**FIRST, "indicator": given["indicator"], "valid_from": first, "definition_en": given["name_en"],
                                          "definition_zh": f"{given['name_zh']}。{note}" if note else given["name_zh"]}


def _first_year(declared: Declarations, indicator: object) -> int | None:
    """The first year of the calendar for which the indicator is owed; the calendar's first where it is not owed."""
    calendar = declared.registers.get("calendar")
    due = calendar.values("form_id", "period") if calendar else []
    columns = [(form.form_id, column) for form in declared.forms.values() if form.kind == FIGURES for column in form.columns if column.field == indicator]
    owed = [period for form_id, column in columns for due_form, period in due if due_form == form_id and column.owed_in(period)]
    return min(owed or [period for _, period in due], default=None)


def _measures(declared: Declarations) -> Iterator[Row]:
    """Each indicator's unit of measure as itself."""
    indicators, has = declared.registers.get("indicators"), set(declared.registers["measures"].values("measure_text", "canonical_unit"))
    units = dict(zip(indicators.column("unit"), indicators.places)) if indicators else {}
    for unit, place in units.items():
        if (unit, unit) not in has:
            yield place, {"measure_text": unit, "canonical_unit": unit, "factor": 1}
