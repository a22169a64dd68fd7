"""The linter's rules on what a careless hand mistypes: words of options, names of files, codes that point at nothing, weights of zero.

Belongs here: one cell or one name that nothing understands. Does not belong here: what contradicts what (lint.py, lint_grades.py).
Standing decision: nothing that is written in a scheme is passed over in silence; a name that nothing reads is named with the one it may have meant.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from difflib import get_close_matches

from schemes import methods
from schemes.definition import COLUMNS, Row, Scheme
from schemes.lint_findings import Finding, number, say

YES_NO = ("是", "否")
# Words that a column takes (sources/forms/scheme.yml has the same).
OPTIONS = {
    ("scheme", "grade_on"): ("published", "exact"), ("scheme", "missing_policy"): ("redistribute", "floor", "zero"), ("scheme", "quarantined_policy"): ("redistribute", "floor", "zero"),
    ("nodes", "missing_policy"): ("redistribute", "require", "zero"), ("nodes", "rank_order"): ("desc", "asc"),
    **{(table, column): YES_NO for table, columns in (("bands", ("lower_inclusive", "upper_inclusive")), ("tiers", ("from_inclusive", "to_inclusive"))) for column in columns},
}
# Numbers that a column takes, between these bounds; `True` for whole ones.
BOUNDED = {
    ("scheme", "score_decimals"): (0, 8, True), ("nodes", "decimals"): (0, 8, True), ("nodes", "rank_decimals"): (0, 12, True), ("inputs", "lag"): (0, 100, True),
    ("scheme", "growth_weight_cap"): (0, 100, False), ("scheme", "least_weight_scored"): (0, 100, False), ("scheme", "least_dimensions_scored"): (0, 1000, True),
    ("scheme", "most_weight_stretch"): (1, 1000, False), ("nodes", "data_threshold"): (0, 1, False),
    **{("nodes", column): (None, None, False) for column in ("exponent", "factor", "shift", "score_power", "score_floor", "score_cap")},
    ("inputs", "coefficient"): (None, None, False), ("tiers", "marks"): (None, None, False), ("tiers", "marks_to"): (None, None, False),
}
DATES = ("document_date", "effective_date")
BESIDE = ("figures.csv", "out.csv", "stages.csv")  # what people keep in the folder of a scheme: figures and what `zhunsheng score` wrote
NEAR = 0.6  # likeness (difflib) from which a name is taken for a slip of the pen: weight ~ weights 0.92, Pp ~ P 0.67; science_share ~ education_share 0.57


def _options(scheme: Scheme) -> Iterator[Finding]:
    for (table, column), words in OPTIONS.items():
        for row in scheme[table]:
            if row.get(column, words[0]) not in words:
                yield say("unknown_word", row, f"{column} 不能是“{row[column]}”，可用：{'、'.join(words)}", f"{column} cannot be {row[column]}; one of {', '.join(words)}", column)


def _numbers(scheme: Scheme) -> Iterator[Finding]:
    for (table, column), (low, high, whole) in BOUNDED.items():
        for row in scheme[table]:
            value = number(row.get(column))
            if row.get(column) and (value is None or (whole and value % 1) or (low is not None and not low <= value <= high)):
                zh, en = ("整数", "a whole number") if whole else ("数", "a number")
                limits = (f" {low} 到 {high} 的", f" from {low} to {high}") if low is not None else ("", "")
                yield say("not_a_number", row, f"{column} 应为{limits[0]}{zh}，现为 {row[column]}", f"{column} must be {en}{limits[1]}: {row[column]}", column)


def _dates(scheme: Scheme) -> Iterator[Finding]:
    for name in DATES:
        if scheme.head.get(name) and _date(scheme.head[name]) is None:
            yield say("unknown_word", scheme.head, f"{name} 不是日期：{scheme.head[name]}（应如 2023-01-31）", f"{name} is not a date: {scheme.head[name]} (write 2023-01-31)", name)
    for row in scheme["scheme"][1:]:
        yield say("doubled", row, "方案只有一行，本行不起作用", "a scheme has one line: this one has no effect")


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _files(scheme: Scheme) -> Iterator[Finding]:
    present = {row.file for rows in scheme.tables.values() for row in rows}
    for name in (n for n in scheme.strays if n not in BESIDE):
        near = nearest(name.lower().split(".")[0], [table for table in COLUMNS if f"{table}.csv" not in present])
        if near:
            yield say("stray_file", Row(name, 1, {}), f"{name} 不是方案文件，没有读取；是否应为 {near}.csv？", f"{name} is no file of a scheme and was not read; is it {near}.csv?")
        elif name.lower().endswith(".csv"):
            yield say("unknown_column", Row(name, 1, {}), f"{name} 不是方案文件，没有读取", f"{name} is no file of a scheme and was not read")


def nearest(name: str, known: list[str]) -> str | None:
    """The known name that a mistyped one is most like."""
    return next(iter(get_close_matches(name, known, 1, NEAR)), None)


def meant(name: str | None, known: list[str]) -> tuple[str, str]:
    """(Chinese, English) half sentence that proposes the known name."""
    near = nearest(name or "", sorted(known))
    return (f"，是否应为“{near}”", f"; is it {near}?") if near else ("", "")


def _parents(scheme: Scheme) -> Iterator[Finding]:
    """Where nodes are declared, a parent that is not is a slip of the pen; without nodes.csv parents are means of their own."""
    declared = [row["node"] for row in scheme["nodes"] if row.get("node")]
    for row in (*scheme["indicators"], *scheme["nodes"]) if declared else ():
        for parent in scheme.parents(row):
            if parent not in (*declared, "index"):
                zh, en = meant(parent, declared)
                yield say("broken_tree", row, f"上级“{parent}”不在层级表中{zh}", f"parent {parent} is not among the nodes{en}", "parent")


def _nothing(scheme: Scheme) -> Iterator[Finding]:
    """Lines about an indicator or a class that the scheme does not have."""
    indicators, classes = [r.get("indicator") for r in scheme["indicators"]], [r.get("class_id", "all") for r in scheme["classes"]]
    for table in ("parameters", "inputs", "tiers", "gaps"):
        for row in scheme[table]:
            if row.get("indicator") not in indicators:
                zh, en = meant(row.get("indicator"), indicators)
                yield say("of_nothing", row, f"指标“{row.get('indicator')}”不在方案中{zh}", f"is about {row.get('indicator')}, which is not in the scheme{en}", "indicator")
    for table in ("parameters", "tiers", "quotas", "gaps"):
        for row in scheme[table]:
            if classes and row.get("class_id") and row["class_id"] not in classes:
                zh, en = meant(row["class_id"], classes)
                yield say("of_nothing", row, f"类别“{row['class_id']}”没有单位{zh}", f"is about class {row['class_id']}, which has no units{en}", "class_id")


def _gap_reasons(scheme: Scheme) -> Iterator[Finding]:
    for row in scheme["gaps"]:
        if not row.get("reason"):
            yield say("gap_without_reason", row, "数据缺口没有写明原因", "a gap without a reason", "reason")


def _directions(scheme: Scheme) -> Iterator[Finding]:
    """Whether more is better is never guessed."""
    by_completion = {indicator for indicator, _, name, value, _ in scheme.parameters() if (name, value) == ("tier_on", "completion")}
    missed = {row.get("indicator") for row in scheme["vetoes"] if row.get("trigger_on") == "target_missed"}
    for row in scheme["indicators"]:
        method = methods.declared().get(row.get("method", "min_max"))
        directed = method is None or method.directed or row.get("indicator") in by_completion | missed
        if directed and not row.get("direction") and not (row.get("worst") and row.get("best")):
            yield say("no_direction", row, f"指标“{row.get('indicator')}”没有写明方向：越高越好写 +，越低越好写 -", f"indicator {row.get('indicator')} has no direction: + where more is better, - where less is", "direction")


def _marks(scheme: Scheme) -> Iterator[Finding]:
    for row in scheme["indicators"]:
        base, full = number(row.get("base", "0")), number(row.get("full_marks", "100"))
        if base is not None and full is not None and base >= full:
            yield say("base_over_full", row, f"基础分 {base} 不低于满分 {full}", f"the base {base} is not below full marks {full}", "base")


def _zeros(scheme: Scheme) -> Iterator[Finding]:
    """Weights of zero: a node of which nothing counts is refused, an indicator that does not count is reported."""
    classes = list(dict.fromkeys(r.get("class_id", "all") for r in [*scheme["classes"], *(w for w in scheme["weights"] if w.get("class_id"))])) or ["all"]
    weights = {key: number(text) for key, text in scheme.weights(classes).items()}
    used = {row.get("indicator") for row in scheme["vetoes"]} | {name.strip() for row in scheme["quotas"] for name in row.get("tiebreak", "").split(";")}
    given = {row.get("node") or row.get("indicator"): row for row in [*scheme["indicators"], *scheme["nodes"], *scheme["weights"]] if row.get("weight")}
    below: dict[str | None, list[str]] = {}
    for node, parent in scheme.edges() if not scheme.is_flat else ((r["indicator"], None) for r in scheme["indicators"]):
        below.setdefault(parent, []).append(node)
    for parent, nodes in below.items():
        for class_id in classes:
            if all(weights.get((class_id, node)) == 0 for node in nodes) and nodes[0] in given:
                yield say("zero_weight", given[nodes[0]], f"类别 {class_id} 中{f'节点“{parent}”之下' if parent else ''}的权重全部为 0", f"in class {class_id} everything {f'below {parent} ' if parent else ''}weighs nothing", "weight")
    for row in scheme["indicators"]:
        name = row.get("indicator")
        none = [c for c in classes if weights.get((c, name)) == 0]
        if none and name not in used:
            yield say("without_effect", given.get(name, row), f"指标“{name}”在类别 {'、'.join(none)} 中权重为 0，不影响得分", f"indicator {name} weighs nothing in class {', '.join(none)}", "weight")


RULES = (_files, _options, _numbers, _dates, _parents, _nothing, _gap_reasons, _directions, _marks, _zeros)
