"""The linter's rules on what comes after the base total: adjustments, vetoes, quotas, and the events that set them off.

Belongs here: contradictions among these sheets and the bands. Does not belong here: the rules on indicators and weights (lint.py).
Standing decision: what would be computed without meaning is refused; what is merely without effect is a warning.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from schemes.definition import Row, Scheme
from schemes.lint_findings import Finding, number, say

MOST_TIEBREAKS = 4  # dbt variable most_tiebreaks of sco_quotas
MOST_GRADES = 6     # dbt variable most_grades of sco_quotas
NUMBERS = {"adjustments": ("marks", "cap"), "vetoes": ("limit_value", "levels"), "quotas": ("number", "share"), "events": ("quantity",),
           "scheme": ("total_floor", "total_cap", "bonus_cap", "deduction_cap", "hold_above", "mark_above")}


def _numbers(scheme: Scheme) -> Iterator[Finding]:
    for table, columns in NUMBERS.items():
        for row in scheme[table]:
            for name in columns:
                value = number(row.get(name))
                if row.get(name) and (value is None or (value < 0 and name not in ("limit_value", "total_floor", "total_cap"))):
                    yield say("not_a_number", row, f"{name} 应为非负的数：{row[name]}", f"{name} must be a number and not negative: {row[name]}", name)


def _adjustments(scheme: Scheme) -> Iterator[Finding]:
    grades = _grades(scheme)
    for row in scheme["adjustments"]:
        marks, cap, kind = number(row.get("marks")), number(row.get("cap")), row.get("kind")
        if kind is None:
            yield say("adjustment_contradiction", row, "未写明是加分、扣分还是晋等", "it is not said whether this is a bonus, a deduction or a promotion", "kind")
        if kind in ("bonus", "deduction") and not marks:
            yield say("adjustment_contradiction", row, "没有每次分值", "no marks are stated", "marks")
        if marks and cap is not None and cap < marks:
            yield say("adjustment_contradiction", row, f"上限 {cap} 低于每次分值 {marks}", f"the cap {cap} is below the marks {marks} of one event", "cap")
        if kind == "promotion" and row.get("grade") not in grades:
            yield say("adjustment_contradiction", row, f"晋升的等次“{row.get('grade')}”不在等次表中", f"promotes to {row.get('grade')}, which is no grade of the scheme", "grade")
        if kind == "promotion" and not scheme["quotas"]:
            yield say("without_effect", row, "方案没有名额，晋等不起作用", "the scheme has no quotas: a promotion has no effect", "kind")
    for row in scheme["adjustments"]:
        if any(row.get("adjustment") == veto.get("veto") for veto in scheme["vetoes"]):
            yield say("adjustment_contradiction", row, f"“{row.get('adjustment')}”既是加减分事项又是否决事项", f"{row.get('adjustment')} is both an adjustment and a veto", "adjustment")
    yield from _bounds(scheme)


def _bounds(scheme: Scheme) -> Iterator[Finding]:
    head = scheme.head
    low, high = number(head.get("total_floor")), number(head.get("total_cap"))
    if low is not None and high is not None and low >= high:
        yield say("adjustment_contradiction", head, f"总分下限 {low} 不低于上限 {high}", f"the floor {low} of the total is not below its cap {high}", "total_floor")
    for kind, name in (("bonus", "bonus_cap"), ("deduction", "deduction_cap")):
        items = [r for r in scheme["adjustments"] if r.get("kind") == kind]
        whole, caps = number(head.get(name)), [number(r.get("cap")) for r in items]
        if whole is not None and not items:
            yield say("without_effect", head, f"没有{'加分' if kind == 'bonus' else '扣分'}事项，{name} 不起作用", f"there is no {kind}: {name} has no effect", name)
        elif whole is not None and all(c is not None for c in caps) and sum(caps, Decimal(0)) < whole:
            yield say("without_effect", head, f"各事项上限合计低于 {name}", f"the caps of the items add up to less than {name}", name)


def _doubt(scheme: Scheme) -> Iterator[Finding]:
    """From which certainty on a figure is withheld: nothing below 3 is asked about (expectations/rules/certainty.yml), nor between half steps."""
    head, limits = scheme.head, {"hold_above": Decimal(4), "mark_above": Decimal(3)}
    for name in limits:
        if (value := number(head.get(name))) is not None:
            limits[name] = value
            if value < 3 or value % Decimal("0.5"):
                yield say("doubt_contradiction", head, f"{name} 应不小于 3，间隔 0.5：{value}", f"{name} must be at least 3 and a multiple of a half: {value}", name)
    if limits["mark_above"] > limits["hold_above"]:
        yield say("doubt_contradiction", head, f"不作参照的界限 {limits['mark_above']} 高于暂缓计分的界限 {limits['hold_above']}", f"the limit {limits['mark_above']} for references is above the limit {limits['hold_above']} for scores", "mark_above")


def _vetoes(scheme: Scheme) -> Iterator[Finding]:
    grades, indicators = _grades(scheme), {r["indicator"] for r in scheme["indicators"]}
    for row in scheme["vetoes"]:
        trigger, effect = row.get("trigger_on", "event"), row.get("effect")
        if trigger != "event" and row.get("indicator") not in indicators:
            yield say("veto_contradiction", row, f"触发指标“{row.get('indicator')}”不在方案中", f"is set off by {row.get('indicator')}, which is not in the scheme", "indicator")
        if trigger == "event" and row.get("indicator"):
            yield say("veto_contradiction", row, "由事项触发的否决不应再写指标", "a veto by event names an indicator", "indicator")
        if trigger in ("above", "below") and number(row.get("limit_value")) is None:
            yield say("veto_contradiction", row, "没有界限", "no limit is stated", "limit_value")
        if trigger != "event" and row.get("severity"):
            yield say("veto_contradiction", row, "由指标触发的否决没有情节", "a veto by indicator knows no severity", "severity")
        if effect is None:
            yield say("veto_contradiction", row, "没有后果", "no effect is stated", "effect")
        if effect == "grade_set" and row.get("grade") not in grades and not row.get("grade_zh"):
            yield say("veto_contradiction", row, f"等次“{row.get('grade')}”不在等次表中，又没有名称", f"sets grade {row.get('grade')}, which is no grade of the scheme and has no name", "grade")
        if effect == "grade_cap" and row.get("grade") not in grades:
            yield say("veto_contradiction", row, f"等次“{row.get('grade')}”不在等次表中", f"caps at {row.get('grade')}, which is no grade of the scheme", "grade")
        if effect in ("grade_cap", "grade_set") and grades and row.get("grade") == grades[0]:
            yield say("veto_contradiction", row, "所限等次是最高等次，否决不起作用", "the grade it allows is the highest: the veto does nothing", "grade")
        if effect == "downgrade_or_fail" and row.get("levels") and number(row["levels"]) == 0:
            yield say("veto_contradiction", row, "降低 0 等不起作用", "no grades down is no effect", "levels")
        if effect == "downgrade_or_fail" and row.get("grade") and row["grade"] not in grades:
            yield say("veto_contradiction", row, f"等次“{row['grade']}”不在等次表中", f"falls to {row['grade']}, which is no grade of the scheme", "grade")
        if effect == "downgrade_or_fail" and not grades:
            yield say("veto_contradiction", row, "方案没有等次表，不能降等", "the scheme has no grades to go down", "effect")


def _quotas(scheme: Scheme) -> Iterator[Finding]:
    grades, indicators = _grades(scheme), {r["indicator"] for r in scheme["indicators"]}
    if scheme["quotas"] and len(grades) > MOST_GRADES:
        yield say("quota_contradiction", scheme["quotas"][0], f"等次多于 {MOST_GRADES} 个", f"more than {MOST_GRADES} grades")
    for row in scheme["quotas"]:
        grade, share = row.get("grade"), number(row.get("share"))
        if grade not in grades:
            yield say("quota_contradiction", row, f"名额所指等次“{grade}”不在等次表中", f"places for {grade}, which is no grade of the scheme", "grade")
        elif grade == grades[-1]:
            yield say("quota_contradiction", row, "最低等次不能设名额，否则排在后面的单位没有等次", "the lowest grade cannot have a quota: those behind it would have no grade", "grade")
        if bool(row.get("number")) == bool(row.get("share")):
            yield say("quota_contradiction", row, "名额数和名额比例应填写其中一个", "state either a number or a share", "number")
        if share is not None and share > 100:
            yield say("quota_contradiction", row, f"名额比例 {share} 超过 100", f"a share of {share} is more than 100", "share")
        if number(row.get("number")) is not None and number(row.get("number")) % 1:
            yield say("quota_contradiction", row, f"名额数不是整数：{row['number']}", f"the number of places is not whole: {row['number']}", "number")
        if row.get("scope") == "all" and row.get("class_id"):
            yield say("quota_contradiction", row, "全体排名的名额不应再写类别", "a quota over all classes names a class", "class_id")
        yield from _tiebreak(row, indicators)
    yield from _shares(scheme)


def _tiebreak(row: Row, indicators: set[str]) -> Iterator[Finding]:
    named = [name.strip() for name in row.get("tiebreak", "").split(";") if name.strip()]
    if (row.get("ties") == "tiebreak") != bool(named):
        yield say("quota_contradiction", row, "并列处理为 tiebreak 时须列出比较指标，否则不应列出", "tie-break indicators belong to ties = tiebreak, and only there", "tiebreak")
    if set(named) - indicators:
        yield say("quota_contradiction", row, f"并列比较指标不在方案中：{'、'.join(sorted(set(named) - indicators))}", f"tie-break by {', '.join(sorted(set(named) - indicators))}, not in the scheme", "tiebreak")
    if len(named) > MOST_TIEBREAKS:
        yield say("quota_contradiction", row, f"并列比较指标多于 {MOST_TIEBREAKS} 个", f"more than {MOST_TIEBREAKS} tie-break indicators", "tiebreak")


def _shares(scheme: Scheme) -> Iterator[Finding]:
    for class_id in dict.fromkeys(row.get("class_id") for row in scheme["quotas"]):
        rows = [r for r in scheme["quotas"] if r.get("class_id") == class_id]
        total = sum((number(r.get("share")) or Decimal(0) for r in rows), Decimal(0))
        if total > 100:
            yield say("quota_contradiction", rows[-1], f"各等次名额比例合计 {total}，超过 100", f"the shares add up to {total}, more than 100", "share")
    for grade in dict.fromkeys(row.get("grade") for row in scheme["quotas"]):
        rows = [r for r in scheme["quotas"] if r.get("grade") == grade]
        if len({r.get("scope", "class") for r in rows}) > 1:
            yield say("quota_contradiction", rows[-1], f"等次“{grade}”的名额既按类别又按全体", f"places of {grade} are given both by class and over all", "scope")


def _grades(scheme: Scheme) -> list[str]:
    """Grade codes, the best first. Where a lower total is better, the lowest band is the best."""
    low = Decimal("-Infinity")
    rising = any(r.get("rank_order") == "asc" and not scheme.parents(r) for r in scheme["nodes"])
    return [r["grade_code"] for r in sorted(scheme["bands"], key=lambda r: number(r.get("lower")) or low if r.get("lower") else low, reverse=not rising)]


def events(scheme: Scheme, role: str | None = None) -> Iterator[Finding]:
    """What is wrong with a list of events under a scheme. `role` of the provider that sends it; None where nobody sends (a folder)."""
    adjustments, units = {r.get("adjustment"): r for r in scheme["adjustments"]}, {r["unit_code"] for r in scheme["classes"]}
    vetoes: dict[str | None, list[Row]] = {}
    for veto in scheme["vetoes"]:
        if veto.get("trigger_on", "event") == "event":
            vetoes.setdefault(veto.get("veto"), []).append(veto)
    for row in scheme["events"]:
        code = row.get("event_code")
        rules = vetoes.get(code, []) + ([adjustments[code]] if code in adjustments else [])
        if not rules:
            yield say("event_unknown", row, f"方案没有事项“{code}”", f"the scheme knows no event {code}", "event_code")
        if not row.get("document"):
            yield say("event_without_document", row, "没有认定文件，不能计入", "no document: the event cannot count", "document")
        if units and row.get("unit_code") not in units:
            yield say("event_unit", row, f"“{row.get('unit_code')}”不是本方案的考评对象", f"{row.get('unit_code')} is not assessed by this scheme", "unit_code")
        known = [veto.get("severity") for veto in vetoes.get(code, [])]
        if known and None not in known and row.get("severity") not in known:
            yield say("event_severity", row, f"情节“{row.get('severity') or '（空）'}”不在方案所列之中：{'、'.join(filter(None, known))}",
                      f"severity {row.get('severity') or '(none)'} is none of the scheme's: {', '.join(filter(None, known))}", "severity")
        deciders = {rule.get("decided_by") for rule in rules} - {None}
        if role is not None and deciders and role not in deciders:
            yield say("event_decided_by", row, f"事项“{code}”应由 {'、'.join(sorted(deciders))} 认定，不由 {role} 认定", f"{code} is for {', '.join(sorted(deciders))} to find, not for {role}", "event_code")


RULES = (_numbers, _adjustments, _doubt, _vetoes, _quotas, events)
