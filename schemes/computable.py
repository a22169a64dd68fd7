"""Whether what a scheme scores can be computed: somebody has to owe every figure that it uses, or the scheme declares the gap.

Belongs here: holding a scheme against forms, providers, calendar and registers of one year and province. Does not belong here: contradictions
inside a scheme (lint.py).
Standing decision: who owes what is read from the declarations as the grid reads it (dbt_project, val_grid): a form with the column in that year,
a provider of the province that sends the form, a line of the calendar, a prefecture of the register.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schemes import methods
from schemes.definition import Row, Scheme
from schemes.lint_findings import Finding, number, say
from schemes.lint_words import meant
from sources.declare.declarations import FIGURES, Declarations, Form

TARGETS, LEVEL = "targets", "prefecture"
ROLES = {"numerator": ("分子", "numerator"), "denominator": ("分母", "denominator"), "figure": ("数据", "figure"), "input": ("输入", "input"), "target": ("目标值", "target")}


@dataclass(frozen=True)
class Need:
    """A figure that an indicator is computed from, and the year it is of."""

    indicator: str
    role: str
    name: str
    period: int


@dataclass(frozen=True)
class Lack:
    """A need that nobody owes, with the reason and whose form it would be."""

    need: Need
    zh: str
    en: str


class Year:
    """Forms, providers and registers as far as they bear on one province and year."""

    def __init__(self, declarations: Declarations, province: str | None, period: int) -> None:
        self._declarations, self._province, self.period = declarations, province, period
        calendar = declarations.registers.get("calendar")
        self._calendar = set(calendar.values("form_id", "period")) if calendar else set()
        own, derived = declarations.registers.get("indicators"), declarations.registers.get("derived_indicators")
        self.registered = dict(own.values("indicator", "name_zh")) if own else {}
        rows = derived.values("indicator", "period_from", "period_to", "numerator", "denominator", "name_zh") if derived else []
        self.derived_ever = {row[0]: row[5] for row in rows}
        self.derived = {row[0]: row[3:5] for row in rows if row[1] <= period and (row[2] is None or period <= row[2])}

    def name(self, indicator: str) -> str:
        """The Chinese name of an indicator, its code where it has none."""
        return self.registered.get(indicator) or self.derived_ever.get(indicator) or indicator

    def needs(self, scheme: Scheme, row: Row) -> list[Need] | None:
        """The figures that an indicator is computed from; None where nothing says how."""
        name, inputs = row["indicator"], [i for i in scheme["inputs"] if i.get("indicator") == row["indicator"]]
        if inputs:
            return [Need(name, "input", i.get("input", ""), self.period - int(number(i.get("lag")) or 0)) for i in inputs]
        if name in self.derived:
            numerator, denominator = self.derived[name]
            return [Need(name, "numerator", numerator, self.period), *([Need(name, "denominator", denominator, self.period)] if denominator else [])]
        return [Need(name, "figure", name, self.period)] if name in self.registered else None

    def lack(self, need: Need) -> Lack | None:
        """Why nobody owes the figure; None where somebody does."""
        asking = [(form, column) for form in self._declarations.forms.values() if form.kind == FIGURES for column in form.columns if column.field == need.name]
        if not asking:
            derived = need.name in self.derived_ever
            return Lack(need, "它由其他指标派生，不能作输入" if derived else "没有表式收集该数据", "it is derived itself and cannot be an input" if derived else "no form asks for it")
        owed = [form for form, column in asking if column.owed_in(need.period)]
        if not owed:
            return Lack(need, f"{_titles([f for f, _ in asking])}{need.period} 年不收集该栏", f"{_ids([f for f, _ in asking])} does not ask for it in {need.period}")
        return self._unsent(need, owed)

    def undefined(self, indicator: str) -> Lack:
        """Why there is no way to compute the indicator in the year."""
        need = Need(indicator, "figure", indicator, self.period)
        if indicator in self.derived_ever:
            return Lack(need, f"{self.period} 年没有定义", f"it is not defined for {self.period}")
        zh, en = meant(indicator, [*self.registered, *self.derived_ever])
        return Lack(need, f"指标未登记，又没有算式{zh}", f"it is in no register and has no inputs{en}")

    def target(self, indicator: str) -> Lack | None:
        """Why nobody owes the targets of the year; None where somebody does."""
        form = self._declarations.forms.get(TARGETS)
        return self._unsent(Need(indicator, "target", indicator, self.period), [form]) if form else None

    def _unsent(self, need: Need, forms: list[Form]) -> Lack | None:
        sent = [form for form in forms if any(p.province == self._province and p.owes(form.form_id, need.period) for p in self._declarations.providers.values())]
        if not sent:
            return Lack(need, f"本省 {need.period} 年没有单位报送{_titles(forms)}", f"no provider of the province sends {_ids(forms)} of {need.period}")
        if not any((form.form_id, need.period) in self._calendar for form in sent):
            return Lack(need, f"报送日历没有{_titles(sent)}{need.period} 年的期限", f"the calendar has no line for {_ids(sent)} of {need.period}")
        return None

    def measures(self) -> dict[str, str]:
        """The canonical unit of measure of every registered indicator."""
        registers = (self._declarations.registers.get(name) for name in ("derived_indicators", "indicators"))
        return {indicator: unit for register in registers if register for indicator, unit in register.values("indicator", "unit")}

    def units(self) -> set[str]:
        """The units of which figures are owed."""
        register = self._declarations.registers.get("units")
        rows = register.values("unit_code", "province_code", "level", "valid_from", "valid_to") if register else []
        return {unit for unit, province, level, first, last in rows if province == self._province and level == LEVEL and (first or 0) <= self.period <= (last or 9999)}


def findings(scheme: Scheme, year: Year) -> Iterator[Finding]:
    """Figures that nobody owes, gaps that are none, units of which nobody owes anything."""
    yield from _not_owed(scheme, year)
    yield from _gaps(scheme, year)
    owed = year.units()
    for row in scheme["classes"]:
        if row.get("unit_code") not in owed:
            yield say("unit_not_owed", row, f"{row.get('unit_name') or row.get('unit_code')}（{row.get('unit_code')}）{year.period} 年不在报送范围，没有单位为其报送数据",
                      f"nobody owes figures of {row.get('unit_code')} in {year.period}", "unit_code")


def lacks(scheme: Scheme, year: Year) -> list[tuple[Row, Lack]]:
    """Every figure that the scheme uses and nobody owes, with the line of its indicator; declared gaps too."""
    found = []
    for row in (r for r in scheme["indicators"] if r.get("indicator")):
        needs = year.needs(scheme, row)
        wanted = [year.undefined(row["indicator"])] if needs is None else [lack for need in needs if (lack := year.lack(need))]
        found += [(row, lack) for lack in (*wanted, *filter(None, [year.target(row["indicator"])] if _needs_target(scheme, row) else []))]
    return found


def _not_owed(scheme: Scheme, year: Year) -> Iterator[Finding]:
    for row, lack in lacks(scheme, year):
        need = lack.need
        classes = _undeclared(scheme, need)
        if classes:
            role_zh, role_en = ROLES[need.role]
            zh, en = ("", "") if classes == [None] else (f"（类别 {'、'.join(classes)}）", f" (class {', '.join(classes)})")
            of_year = "" if need.period == year.period else f" {need.period} 年"
            yield say("not_owed", row, f"指标“{row.get('name_zh') or row['indicator']}”{zh}的{role_zh}“{year.name(need.name)}”{of_year}没有单位报送：{lack.zh}",
                      f"{row['indicator']}{en}: nobody owes its {role_en} {need.name} of {need.period}: {lack.en}", "indicator")


def _undeclared(scheme: Scheme, need: Need) -> list[str | None]:
    """The classes for which no gap is declared: [None] for all of them."""
    declared = [gap for gap in scheme["gaps"] if gap.get("indicator") == need.indicator and gap.get("input") in (None, need.name, need.role)]
    if any(gap.get("class_id") is None for gap in declared):
        return []
    classes = list(dict.fromkeys(row.get("class_id") for row in scheme["classes"]))
    left = [c for c in classes if c not in {gap.get("class_id") for gap in declared}]
    return left if declared else [None]


def _gaps(scheme: Scheme, year: Year) -> Iterator[Finding]:
    """A gap is declared where nobody owes the figure: what somebody owes is not excused by a line of the scheme."""
    lacking = {(lack.need.indicator, name) for _, lack in lacks(scheme, year) for name in (None, lack.need.name, lack.need.role)}
    for gap in scheme["gaps"]:
        if (gap.get("indicator"), gap.get("input")) not in lacking:
            yield say("gap_owed", gap, f"“{year.name(gap.get('input') or gap.get('indicator', ''))}”有单位报送，不是数据缺口", f"{gap.get('input') or gap.get('indicator')} is owed by somebody: it is no gap", "input")


def _needs_target(scheme: Scheme, row: Row) -> bool:
    """Whether the indicator is judged by a target that the scheme itself does not give."""
    method = methods.declared().get(row.get("method", "min_max"))
    given = {name for indicator, _, name, _, _ in scheme.parameters() if indicator == row["indicator"]}
    by_target = row.get("reference") == "target" or (method is not None and any("target" in group and not given & set(group) for group in method.needs))
    return by_target and not given & {"target", "standard"} and not any(t.get("indicator") == row["indicator"] for t in scheme["targets"])


def _titles(forms: list[Form]) -> str:
    return "、".join(f"《{form.title_zh}》（{form.number}）" for form in forms)


def _ids(forms: list[Form]) -> str:
    return ", ".join(f"{form.form_id} ({form.number})" for form in forms)
