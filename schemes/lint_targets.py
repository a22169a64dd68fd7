"""The linter's rules on a list of targets as it comes in: no line of it may come to nothing in silence.

Belongs here: whom and what a line is for, under the scheme and the registers of its year. Does not belong here: the target itself (lint.targets).
Standing decision: a line that nothing can use is refused, with the list; one that the scheme does not look at is reported.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemes.computable import Year
from schemes.definition import Row, Scheme
from schemes.lint_findings import Finding, say
from schemes.methods import declared
from sources.declare.declarations import Declarations

BY_TARGET = ("completion_signed", "deduction", "progress_standard", "ratio_index", "ratio_to_best")  # methods that look at a unit's target


def findings(content: Scheme, under: Scheme | None, year: Year, declarations: Declarations) -> Iterator[Finding]:
    """`under`: the scheme in force for the year, if there is one."""
    owed, classes = year.units(), {row.get("unit_code") for row in under["classes"]} if under else set()
    registered = dict(declarations.registers["units"].values("unit_code", "level")) if "units" in declarations.registers else {}
    measures = set(declarations.registers["measures"].values("measure_text", "canonical_unit")) if "measures" in declarations.registers else set()
    units_of = year.measures()
    for row in content["targets"]:
        unit, label = row.get("unit_code"), row.get("unit_name") or row.get("unit_code")
        if unit not in registered:
            yield say("target_unit", row, f"“{label}”（{unit}）不是登记的单位", f"{unit} is no registered unit", "unit_code")
        elif unit not in owed:
            yield say("target_unit", row, f"“{label}”（{unit}）不在本省 {year.period} 年的考评范围", f"{unit} is not assessed in this province in {year.period}", "unit_code")
        elif classes and unit not in classes:
            yield say("target_unit", row, f"“{label}”（{unit}）不是本年方案的考评对象", f"{unit} is not assessed by the scheme of the year", "unit_code")
        yield from _measure(row, units_of, measures)
    if under is not None:
        yield from _unused(content, under)
    elif content["targets"]:
        yield say("target_without_scheme", content["targets"][0], f"{year.period} 年尚无现行方案，本表 {len(content['targets'])} 行目标暂不使用", f"there is no scheme in force for {year.period}: the {len(content['targets'])} lines are not used yet")


def _measure(row: Row, units_of: dict[str, str], measures: set[tuple[str, str]]) -> Iterator[Finding]:
    indicator, printed = row.get("indicator"), row.get("measure_text")
    if indicator not in units_of:
        yield say("target_measure", row, f"指标“{indicator}”未登记，没有计量单位，目标不能使用", f"{indicator} is in no register and has no unit: its target cannot be used", "indicator")
    elif printed and (printed, units_of[indicator]) not in measures:
        yield say("target_measure", row, f"计量单位“{printed}”不能换算为“{units_of[indicator]}”", f"{printed} cannot be converted to {units_of[indicator]}", "measure_text")


def _unused(content: Scheme, under: Scheme) -> Iterator[Finding]:
    """Targets of indicators that the scheme does not judge by targets."""
    vetoed = {row.get("indicator") for row in under["vetoes"] if row.get("trigger_on") == "target_missed"}
    by_completion = {i for i, _, name, value, _ in under.parameters() if (name, value) == ("tier_on", "completion")}
    methods = {row["indicator"]: row.get("method", "min_max") for row in under["indicators"]}
    for row in content["targets"]:
        method = methods.get(row.get("indicator", ""))
        if method in declared() and method not in BY_TARGET and row.get("indicator") not in vetoed | by_completion:
            yield say("without_effect", row, f"指标“{row['indicator']}”不按目标计分，本行不起作用", f"{row['indicator']} is not judged by a target: the line has no effect", "indicator")
