"""What changed between two schemes, in words.

Belongs here: comparing rows of two schemes and naming each change once. Does not belong here: whether a change is right (lint.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from schemes.definition import Row, Scheme

WORDS = {"method": ("计分方法", "method"), "direction": ("方向", "direction"), "base": ("基础分", "base"), "full_marks": ("满分", "full marks"), "cap": ("封顶", "cap"),
         "parent": ("上级", "parent"), "dimension_code": ("维度", "dimension"), "aggregation": ("汇总方法", "aggregation"), "lower": ("下限", "lower edge"), "upper": ("上限", "upper edge"),
         "lower_inclusive": ("含下限", "lower edge included"), "upper_inclusive": ("含上限", "upper edge included"), "target": ("目标", "target"), "class_id": ("类别", "class"),
         "marks": ("每次分值", "marks each"), "kind": ("类别", "kind"), "grade": ("等次", "grade"), "grade_zh": ("等次名称", "name of the grade"), "trigger_on": ("触发方式", "trigger"), "indicator": ("指标", "indicator"),
         "limit_value": ("界限", "limit"), "effect": ("后果", "effect"), "levels": ("降低等数", "grades down"), "claw_back": ("追回奖励", "awards taken back"), "decided_by": ("认定单位", "found by"),
         "scope": ("排名范围", "peer scope"), "number": ("名额数", "places"), "share": ("名额比例", "share of places"), "rounding": ("取整", "rounding"), "ties": ("并列处理", "ties"), "tiebreak": ("并列比较指标", "tie-break"),
         "needs_threshold": ("须达分数线", "needs the threshold"), "passes_on": ("否决让出名额", "vetoed units give up their place"), "is_separate": ("单列", "listed apart"),
         "total_floor": ("总分下限", "floor of the total"), "total_cap": ("总分上限", "cap of the total"), "bonus_cap": ("加分上限", "cap of the bonus"), "deduction_cap": ("扣分上限", "cap of the deductions"),
         "hold_above": ("暂缓计分的把握", "certainty above which a figure does not score"), "mark_above": ("不作参照的把握", "certainty above which a figure is nobody's reference"),
         "effective_date": ("施行日期", "effective date")}
KINDS = {"indicators": ("指标", "indicator", ("indicator",)), "nodes": ("节点", "node", ("node",)), "classes": ("单位", "unit", ("unit_code",)), "bands": ("等次", "grade", ("grade_code",)),
         "inputs": ("算式", "input", ("indicator", "input", "role")), "tiers": ("分档", "tier", ("indicator", "class_id", "tier_from")), "targets": ("目标", "target", ("unit_code", "indicator", "period")),
         "adjustments": ("加减分事项", "adjustment", ("adjustment",)), "vetoes": ("一票否决", "veto", ("veto", "severity")), "quotas": ("名额", "quota", ("grade", "class_id"))}
SILENT = {"name_zh", "dimension_zh", "class_zh", "unit_name", "weight", "scheme_id", "title_zh"}


def diff(before: Scheme, after: Scheme) -> list[tuple[str, str]]:
    """[(sentence in Chinese, in English)] in the order people read a scheme: head, indicators, weights, parameters, nodes, bands, what
    comes after the base total, classes."""
    return [*_head(before, after), *_rows(before, after, "indicators"), *_weights(before, after), *_parameters(before, after),
            *(s for table in ("nodes", "inputs", "tiers", "bands", "adjustments", "quotas", "vetoes", "classes", "targets") for s in _rows(before, after, table))]


def _changed(subject_zh: str, subject_en: str, name: str, a: str | None, b: str | None) -> tuple[str, str]:
    zh, en = WORDS.get(name, (name, name))
    return f"{subject_zh}的{zh}由 {a or '（无）'} 改为 {b or '（无）'}", f"{subject_en}: {en} changes from {a or '(none)'} to {b or '(none)'}"


def _head(before: Scheme, after: Scheme) -> Iterator[tuple[str, str]]:
    a, b = before.head.fields, after.head.fields
    for name in dict.fromkeys([*a, *b]):
        if name not in SILENT and a.get(name) != b.get(name):
            yield _changed("方案", "scheme", name, a.get(name), b.get(name))


def _rows(before: Scheme, after: Scheme, table: str) -> Iterator[tuple[str, str]]:
    zh, en, names = KINDS[table]
    key = lambda row: tuple(row.get(n) for n in names)  # noqa: E731
    a, b = ({key(r): r for r in s[table]} for s in (before, after))
    for k in dict.fromkeys([*a, *b]):
        label = " ".join(filter(None, k))
        if k not in b:
            yield f"取消{zh} {label}", f"{en} {label} is dropped"
        elif k not in a:
            yield f"新增{zh} {label}", f"{en} {label} is added"
        else:
            yield from _fields(f"{zh} {label}", f"{en} {label}", a[k], b[k], table)


def _fields(zh: str, en: str, a: Row, b: Row, table: str) -> Iterator[tuple[str, str]]:
    from schemes.definition import COLUMNS

    for name in COLUMNS[table]:
        if name not in SILENT and a.get(name) != b.get(name):
            yield _changed(zh, en, name, a.get(name), b.get(name))


def _weights(before: Scheme, after: Scheme) -> Iterator[tuple[str, str]]:
    from schemes.lint import classes_of
    from schemes.lint_findings import number

    classes = list(dict.fromkeys([*classes_of(before), *classes_of(after)]))
    a, b = before.weights(classes), after.weights(classes)
    for class_id, node in dict.fromkeys([*a, *b]):
        x, y = a.get((class_id, node)), b.get((class_id, node))
        if x is not None and y is not None and number(x) != number(y):
            yield f"类别 {class_id} 中 {node} 的权重由 {x} 改为 {y}", f"in class {class_id} the weight of {node} changes from {x} to {y}"


def _parameters(before: Scheme, after: Scheme) -> Iterator[tuple[str, str]]:
    a, b = ({(i, c, p): v for i, c, p, v, _ in s.parameters()} for s in (before, after))
    kept = {r["indicator"] for r in before["indicators"]} & {r["indicator"] for r in after["indicators"]}
    for indicator, class_id, name in dict.fromkeys([*a, *b]):
        x, y = a.get((indicator, class_id, name)), b.get((indicator, class_id, name))
        if indicator in kept and x != y:
            where = f"（{class_id}）" if class_id else ""
            yield f"指标 {indicator}{where}的参数 {name} 由 {x or '（默认）'} 改为 {y or '（默认）'}", f"indicator {indicator}{' in class ' + class_id if class_id else ''}: parameter {name} changes from {x or 'its default'} to {y or 'its default'}"
