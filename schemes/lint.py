"""The linter of schemes: holes and contradictions, each with its file and line, before anybody is scored by them.

Belongs here: rules about a scheme as a document. Does not belong here: reading it (schemes.py), the figures (expectations).
Standing decisions: a refusal (E) keeps a scheme from coming into force (scheme_gate.py), a warning (W) is one that a person may
answer for; `zhunsheng score` refuses only what cannot be computed; every rule is one small function that yields its findings.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal

from schemes import growth, lint_grades, lint_words, methods
from schemes.definition import AGGREGATIONS, CHOICES, FLAT, METHODS, NUMBER, PARAMETERS, Row, Scheme, known_columns
from schemes.lint_findings import MUST_FIX, Finding, number, say
from schemes.methods import Method

MOST_LEVELS = 8          # dbt variable most_levels of sco_tree
FEWEST_PEERS = 3         # domain: a sample-referenced method is meaningless for one or two units
MOST_VETOES = 5          # the 2013 notice of 中组部 warns against proliferation
DIMENSIONS = {"JG": "结构优化", "MS": "民生改善", "ZY": "资源节约", "HB": "环境保护", "GG": "基本公共服务", "FZ": "依法行政", "SG": "社会管理"}
ROLES = ("add", "divide", "multiply", "mark", "current", "base")


def lint(scheme: Scheme, previous: Scheme | None = None, register: growth.Register = growth.Register()) -> list[Finding]:
    """Everything that is wrong with a scheme, refusals first. `previous` is last year's, for what may not grow; `register` says what is a speed of growth."""
    found = [*(f for rule in RULES for f in rule(scheme)), *_growth(scheme, register)]
    if previous is not None:
        found += list(_growth_rises(scheme, previous, register))
    return in_order(found)


def in_order(found: Iterable[Finding]) -> list[Finding]:
    """Each finding once, refusals first, then as a person reads the files."""
    return sorted(dict.fromkeys(found), key=lambda f: (f.severity, f.row.file, f.row.line, f.code, f.message_en))


def _columns(scheme: Scheme) -> Iterator[Finding]:
    for table, rows in scheme.tables.items():
        seen = {name: row for row in reversed(rows) for name in row.fields}
        for name in sorted(set(seen) - known_columns(table)):
            yield say("unknown_column", seen[name], f"列“{name}”未定义，不起作用", f"column {name} is not known and has no effect")


def _words(scheme: Scheme) -> Iterator[Finding]:
    for row in scheme["indicators"]:
        if row.get("method", "min_max") not in METHODS:
            yield say("unknown_word", row, f"没有名为“{row.get('method')}”的计分方法", f"there is no method {row.get('method')}; known: {', '.join(METHODS)}", "method")
        if scheme.direction(row) not in ("+", "-"):
            yield say("unknown_word", row, f"方向只能是 + 或 -，这里是“{row.get('direction')}”", f"direction must be + or -, not {row.get('direction')}", "direction")
        for name in ("base", "full_marks", "cap", "weight", "worst", "best"):
            if row.get(name) and number(row.get(name)) is None:
                yield say("not_a_number", row, f"{name} 不是数：{row.get(name)}", f"{name} is not a number: {row.get(name)}", name)
    for row in scheme["nodes"]:
        if row.get("aggregation", "arithmetic") not in AGGREGATIONS:
            yield say("unknown_word", row, f"没有名为“{row.get('aggregation')}”的汇总方法", f"there is no aggregation {row.get('aggregation')}; known: {', '.join(AGGREGATIONS)}", "aggregation")
        if row.get("aggregation") == "power" and not number(row.get("exponent")):
            yield say("unknown_word", row, "幂平均需要不为零的 exponent", "a power mean needs an exponent other than 0", "exponent")
    for row in scheme["inputs"]:
        if row.get("role", "add") not in ROLES:
            yield say("unknown_word", row, f"没有名为“{row.get('role')}”的作用", f"there is no role {row.get('role')}; known: {', '.join(ROLES)}", "role")
    for _, _, name, value, row in scheme.parameters():
        allowed = PARAMETERS.get(name, ())
        if name not in PARAMETERS:
            yield say("unknown_word", row, f"没有名为“{name}”的参数", f"there is no parameter {name}", "parameter")
        elif allowed is NUMBER and number(value) is None:
            yield say("not_a_number", row, f"参数 {name} 不是数：{value}", f"parameter {name} is not a number: {value}", "parameter_value")
        elif isinstance(allowed, tuple) and value not in allowed:
            yield say("unknown_word", row, f"参数 {name} 不能是“{value}”", f"parameter {name} cannot be {value}; one of {', '.join(allowed)}", "parameter_value")


def _choices(scheme: Scheme) -> Iterator[Finding]:
    for table, columns in CHOICES.items():
        for row in scheme[table]:
            for name, allowed in columns.items():
                if row.get(name, allowed[0]) not in allowed:
                    yield say("unknown_word", row, f"{name} 不能是“{row[name]}”", f"{name} cannot be {row[name]}; one of {', '.join(allowed)}", name)


def _doubles(scheme: Scheme) -> Iterator[Finding]:
    keys = {"indicators": ("indicator",), "nodes": ("node",), "classes": ("unit_code",), "weights": ("class_id", "node", "indicator"), "bands": ("grade_code",),
            "parameters": ("indicator", "class_id", "parameter"), "targets": ("unit_code", "indicator", "period"), "inputs": ("indicator", "input", "role", "lag"),
            "adjustments": ("adjustment",), "vetoes": ("veto", "severity", "indicator"), "quotas": ("grade", "class_id"), "events": ("unit_code", "event_code", "period", "document")}
    for table, names in keys.items():
        first: dict[tuple, Row] = {}
        for row in scheme[table]:
            key = tuple(row.get(n) for n in names)
            if key in first:
                yield say("doubled", row, f"与第 {first[key].line} 行重复", f"is already in line {first[key].line}")
            first.setdefault(key, row)
    for row in scheme["nodes"]:
        if any(row["node"] == i["indicator"] for i in scheme["indicators"]):
            yield say("doubled", row, f"“{row['node']}”既是指标又是节点", f"{row['node']} is both an indicator and a node")


def _tree(scheme: Scheme) -> Iterator[Finding]:
    if scheme.is_flat:
        return
    above: dict[str, list[str]] = {}
    for node, parent in scheme.edges():
        above.setdefault(node, []).extend([parent] if parent else [])
    nodes, rows = scheme.nodes(), {r["indicator"]: r for r in scheme["indicators"]}
    parents = {p for ps in above.values() for p in ps}
    for code, row in nodes.items():
        if code not in parents:
            yield say("broken_tree", row, f"节点“{code}”没有下级", f"node {code} has nothing below it")
    roots = [c for c in nodes if not above.get(c)]
    if len(roots) != 1:
        yield say("broken_tree", nodes[roots[0]] if roots else scheme["indicators"][0], f"应有且只有一个顶层节点，现有：{'、'.join(roots) or '无'}", f"there must be exactly one root, found: {', '.join(roots) or 'none'}")
    for code in [*rows, *nodes]:
        depth = _depth(code, above, ())
        place = rows.get(code) or nodes[code]
        if depth is None:
            yield say("broken_tree", place, f"“{code}”的上级关系成环", f"the parents of {code} run in a circle")
        elif depth > MOST_LEVELS:
            yield say("broken_tree", place, f"层级超过 {MOST_LEVELS} 层", f"deeper than {MOST_LEVELS} levels")
    for code in parents & set(rows):
        yield say("broken_tree", rows[code], f"指标“{code}”被当作上级", f"indicator {code} is named as a parent")


def _depth(code: str, above: dict[str, list[str]], path: tuple[str, ...]) -> int | None:
    if code in path:
        return None
    depths = [_depth(p, above, (*path, code)) for p in above.get(code, [])]
    return None if None in depths else 1 + max(depths, default=-1)


def classes_of(scheme: Scheme) -> list[str]:
    return list(dict.fromkeys(r.get("class_id", "all") for r in [*scheme["classes"], *(w for w in scheme["weights"] if w.get("class_id"))])) or ["all"]


def _weights(scheme: Scheme) -> Iterator[Finding]:
    known = {r["indicator"] for r in scheme["indicators"]} | set(scheme.nodes())
    classes = classes_of(scheme)
    for row in scheme["weights"]:
        code = row.get("node") or row.get("indicator")
        if code not in known:
            yield say("weight_of_nothing", row, f"权重所指“{code}”不在方案中", f"a weight for {code}, which is not in the scheme", "indicator")
        if scheme["classes"] and row.get("class_id") and row["class_id"] not in {r.get("class_id") for r in scheme["classes"]}:
            yield say("weight_of_nothing", row, f"类别“{row['class_id']}”没有单位", f"class {row['class_id']} has no units", "class_id")
    if any(number(w) is None or number(w) < 0 for w in scheme.weights(classes).values()):
        for row in [*scheme["weights"], *scheme["indicators"], *scheme["nodes"]]:
            if row.get("weight") and (number(row["weight"]) is None or (number(row["weight"]) < 0 and not _signed_sum(scheme))):
                yield say("not_a_number", row, f"权重不是非负的数：{row['weight']}", f"a weight must be a number and not negative: {row['weight']}", "weight")
    if scheme.is_flat:
        yield from _hundred(scheme, classes)


def _signed_sum(scheme: Scheme) -> bool:
    """Sums and products take weights as factors and exponents, which may be negative (a difference, a ratio)."""
    return any(r.get("aggregation") in ("sum", "product") for r in scheme["nodes"])


def _hundred(scheme: Scheme, classes: list[str]) -> Iterator[Finding]:
    given = {(r.get("class_id"), r.get("node") or r.get("indicator")): r for r in scheme["weights"]}
    general = {r["indicator"] for r in scheme["indicators"] if r.get("weight")}
    for class_id in classes:
        place = next((r for r in scheme["weights"] if r.get("class_id") in (class_id, None)), scheme["indicators"][0])
        lacking = [r["indicator"] for r in scheme["indicators"] if (class_id, r["indicator"]) not in given and (None, r["indicator"]) not in given and r["indicator"] not in general]
        if lacking:
            yield say("weight_sum", place, f"类别 {class_id} 缺权重：{'、'.join(lacking)}", f"class {class_id} has no weight for {', '.join(lacking)}")
            continue
        numbers = [number(scheme.weights([class_id])[class_id, r["indicator"]]) or Decimal(0) for r in scheme["indicators"]]
        if sum(numbers) != 100:
            yield say("weight_sum", place, f"类别 {class_id} 的权重合计 {sum(numbers)}，应为 100", f"the weights of class {class_id} add up to {sum(numbers)}, not 100", "weight")


def _dimensions(scheme: Scheme) -> Iterator[Finding]:
    used = {r.get(FLAT) for r in scheme["indicators"]}
    if scheme.is_flat and used & set(DIMENSIONS):
        lacking = [zh for code, zh in DIMENSIONS.items() if code not in used]
        if lacking:
            yield say("dimension_missing", scheme["indicators"][0], f"缺少维度：{'、'.join(lacking)}", f"dimensions without any indicator: {', '.join(c for c in DIMENSIONS if c not in used)}")


def _bands(scheme: Scheme) -> Iterator[Finding]:
    yield from _intervals(scheme["bands"], "lower", "lower_inclusive", "upper", "upper_inclusive", "等次", "grades", True)
    groups: dict[tuple, list[Row]] = {}
    for row in scheme["tiers"]:
        groups.setdefault((row["indicator"], row.get("class_id")), []).append(row)
    for rows in groups.values():
        yield from _intervals(rows, "tier_from", "from_inclusive", "tier_to", "to_inclusive", "分档", "tiers", False)


def _intervals(rows: list[Row], low: str, low_in: str, high: str, high_in: str, zh: str, en: str, whole: bool) -> Iterator[Finding]:
    if not rows:
        return
    usable = [r for r in rows if (number(r.get(low)) is not None or r.get(low) is None) and (number(r.get(high)) is not None or r.get(high) is None)]
    yield from (say("not_a_number", r, f"{zh}的界限不是数", f"an edge of {en} is not a number", low) for r in rows if r not in usable)
    lows = sorted(usable, key=lambda r: Decimal("-Infinity") if r.get(low) is None else Decimal(r[low]))
    for row in lows:
        if row.get(low) is not None and row.get(high) is not None and Decimal(row[low]) >= Decimal(row[high]):
            yield say("edges", row, f"{zh}下限不低于上限", "the lower edge is not below the upper one", low)
    for a, b in zip(lows, lows[1:]):
        if a.get(high) is None or b.get(low) is None:
            yield say("edges", b, f"{zh}与第 {a.line} 行重叠", f"overlaps line {a.line}", low)
            continue
        top, bottom = Decimal(a[high]), Decimal(b[low])
        both = a.get(high_in, "否") == "是" and b.get(low_in, "是") == "是"
        neither = a.get(high_in, "否") != "是" and b.get(low_in, "是") != "是"
        if top > bottom or (top == bottom and both):
            yield say("edges", b, f"{zh}与第 {a.line} 行重叠：{bottom}", f"overlaps line {a.line} at {bottom}", low)
        elif top < bottom or neither:
            yield say("edges", b, f"{zh}在第 {a.line} 行之后有空档：{top} 到 {bottom} 归属不明", f"a gap after line {a.line}: where does {top} to {bottom} belong?", low)
    if whole and (lows[0].get(low) is not None or lows[-1].get(high) is not None):
        yield say("edges", rows[0], "最低等次不应有下限，最高等次不应有上限", "the lowest grade must be open below and the highest open above", low)


def _speed(scheme: Scheme, register: growth.Register, class_id: str) -> Decimal:
    """What speeds of growth weigh together in a class."""
    weights = scheme.weights([class_id])
    return sum((number(weights[class_id, i]) or Decimal(0) for i in growth.speeds(scheme, register)), Decimal(0))


def _growth(scheme: Scheme, register: growth.Register) -> Iterator[Finding]:
    cap = number(scheme.head.get("growth_weight_cap"))
    for class_id in classes_of(scheme) if cap is not None else ():
        total = _speed(scheme, register, class_id)
        if total > cap:
            names = "、".join(r.get("name_zh") or r["indicator"] for r in scheme["indicators"] if r["indicator"] in growth.speeds(scheme, register))
            yield say("growth_over_cap", scheme.head, f"类别 {class_id} 增速类指标（{names}）权重 {total} 超过上限 {cap}", f"growth weighs {total} in class {class_id}, above the cap of {cap}", "growth_weight_cap")


def _growth_rises(scheme: Scheme, previous: Scheme, register: growth.Register) -> Iterator[Finding]:
    known = set(classes_of(previous))
    for class_id in (c for c in classes_of(scheme) if c in known):
        now, before = (_speed(s, register, class_id) for s in (scheme, previous))
        if now > before:
            yield say("growth_rises", scheme["weights"][0] if scheme["weights"] else scheme["indicators"][0], f"类别 {class_id} 增速类指标权重由 {before} 升到 {now}", f"the weight of growth in class {class_id} rises from {before} to {now}")


def _one_sided(scheme: Scheme) -> Iterator[Finding]:
    for column, only, zh, en in (("nature", "定量", "全部指标都是定量的，没有定性评价", "every indicator is quantitative"), ("evaluator_side", "内部", "全部指标都由内部评价，没有公众和外部评议", "every indicator is judged from inside")):
        values = {r.get(column) for r in scheme["indicators"]}
        if values == {only}:
            yield say("one_sided", scheme["indicators"][0], zh, en, column)


def _peers(scheme: Scheme) -> Iterator[Finding]:
    members: dict[str, list[Row]] = {}
    for row in scheme["classes"]:
        members.setdefault(row.get("class_id", "all"), []).append(row)
    given, targeted = _given(scheme), {r["indicator"] for r in scheme["targets"]}
    for row in scheme["indicators"]:
        names, method = given.get(row["indicator"], {}), _method(row)
        have = _have(row, names, targeted)
        fixed = names.get("reference_by") == "all" or any(have >= set(group) for group in method.fixed_by) if method else True
        if method and method.by_peers and not fixed:
            for class_id, rows in members.items():
                if len(rows) < FEWEST_PEERS:
                    yield say("too_few_peers", row, f"类别 {class_id} 只有 {len(rows)} 个单位，不能以同类为参照（应不少于 {FEWEST_PEERS} 个，或给定固定界限）",
                             f"class {class_id} has {len(rows)} units: too few for a method that refers to peers (at least {FEWEST_PEERS}, or fixed goalposts)", "method")


def _method(row: Row) -> Method | None:
    """What is declared of the row's method; None where there is no such method."""
    return methods.declared().get(row.get("method", "min_max"))


def _have(row: Row, parameters: dict[str, str], targeted: set[str]) -> set[str]:
    """The parameters that an indicator is given, a target among them wherever it comes from."""
    return set(parameters) | ({"target"} if row["indicator"] in targeted or row.get("reference") == "target" else set())


def _given(scheme: Scheme) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for indicator, _, name, value, _ in scheme.parameters():
        found.setdefault(indicator, {})[name] = value
    return found


def _methods(scheme: Scheme) -> Iterator[Finding]:
    given, targeted, tiered = _given(scheme), {r["indicator"] for r in scheme["targets"]}, {r["indicator"] for r in scheme["tiers"]}
    for row in scheme["indicators"]:
        name, method, parameters = row["indicator"], row.get("method", "min_max"), given.get(row["indicator"], {})
        have, known = _have(row, parameters, targeted), _method(row)
        for choices in known.needs if known else ():
            if not have & set(choices):
                yield say("method_incomplete", row, f"方法 {method} 需要 {' 或 '.join(choices)}", f"{method} needs {' or '.join(choices)}", "method")
        if known and known.tiered and name not in tiered:
            yield say("method_incomplete", row, f"方法 {method} 需要 tiers.csv 中的分档", f"{method} needs its tiers in tiers.csv", "method")
        if method == "efficacy_exponential" and not (number(row.get("base", "0")) or Decimal(0)) > 0:
            yield say("method_incomplete", row, "指数型功效系数法的基础分必须大于 0", "exponential efficacy needs a base above 0", "base")
        low, high = number(parameters.get("low")), number(parameters.get("high"))
        if low is not None and high is not None and low >= high:
            yield say("method_incomplete", row, f"low {low} 不低于 high {high}；逆向指标用 direction = -", f"low {low} is not below high {high}; for less-is-better use direction -")
        if parameters.get("transform") in ("ln", "log10", "log2") and low is not None and low + (number(parameters.get("transform_offset")) or 0) <= 0:
            yield say("method_incomplete", row, f"对数变换的下界必须大于 0：{low}", f"the lower goalpost of a logarithm must be above 0: {low}")
        if parameters.get("reference_periods") == "pooled":
            yield say("moving_reference", row, "参照取自全部年度，新年度的数据会改变已封账年度的得分", "a reference pooled over all periods: next year's figures move closed years")


def targets(scheme: Scheme) -> Iterator[Finding]:
    """What is wrong with targets, under the indicators of their scheme if it has any."""
    directions = {r["indicator"]: (scheme.direction(r), r.get("method")) for r in scheme["indicators"]}
    signs: dict[str, dict[bool, Row]] = {}
    for row in scheme["targets"]:
        target, known = number(row.get("target")), directions.get(row["indicator"])
        if known is None and directions:
            yield say("target_unknown", row, f"目标所指“{row['indicator']}”不在方案中", f"a target for {row['indicator']}, which is not in the scheme", "indicator")
        if target is None:
            yield say("not_a_number", row, "目标值不是数", "the target is not a number", "target")
        elif known and known[1] == "completion_signed" and target == 0:
            yield say("target_zero", row, "目标为 0 不能用完成率法，改用 deduction 或 control", "a target of 0 cannot be judged by completion: use deduction or control", "target")
        if not row.get("source_ref"):
            yield say("target_without_source", row, "目标没有出处", "a target without a source", "source_ref")
        if target:
            signs.setdefault(row["indicator"], {}).setdefault(target > 0, row)
    for name, found in signs.items():
        if len(found) == 2:
            yield say("sign_convention", max(found.values(), key=lambda r: r.line), f"“{name}”的目标有正有负，符号约定不一致", f"targets of {name} have both signs: the sign convention differs", "target")
        elif False in found and directions.get(name, ("-",))[0] == "+":
            yield say("sign_doubtful", found[False], f"“{name}”目标为负而方向为 +；降幅记为负数时方向应为 -", f"{name} has negative targets and direction +: where reductions are negative, less is better", "target")


def _vetoes(scheme: Scheme) -> Iterator[Finding]:
    rows = list({r.get("veto"): r for r in reversed(scheme["vetoes"])}.values())[::-1]
    if len(rows) > MOST_VETOES:
        yield say("too_many_vetoes", rows[MOST_VETOES], f"一票否决事项达 {len(rows)} 项", f"{len(rows)} vetoes: more than {MOST_VETOES}", "veto")


# The five blocks that a scheme has to state (粤办函〔2012〕7号 六(二): 范围、内容、方法、程序和要求).
BLOCKS = {"scope_zh": "范围", "content_zh": "内容", "method_zh": "方法", "procedure_zh": "程序", "requirements_zh": "要求"}
ASPECTS = ("过程", "实绩", "效果")


def _is_assessment(scheme: Scheme) -> bool:
    """An assessment of a government by the seven dimensions, as opposed to any other index."""
    return scheme.is_flat and any(r.get(FLAT) in DIMENSIONS for r in scheme["indicators"])


def _blocks(scheme: Scheme) -> Iterator[Finding]:
    if _is_assessment(scheme):
        for name, zh in BLOCKS.items():
            if not scheme.head.get(name):
                yield say("block_missing", scheme.head, f"方案没有写明{zh}", f"the scheme does not state its {name.removesuffix('_zh')}", name)


def _aspects(scheme: Scheme) -> Iterator[Finding]:
    covered = {r.get("aspect") for r in scheme["indicators"]}
    lacking = [aspect for aspect in ASPECTS if aspect not in covered]
    if _is_assessment(scheme) and lacking:
        yield say("aspect_missing", scheme["indicators"][0], f"没有考评{'、'.join(lacking)}的指标", f"no indicator is about {', '.join(lacking)}", "aspect")


def _dates(scheme: Scheme) -> Iterator[Finding]:
    issued, effective = (_date(scheme.head.get(name)) for name in ("document_date", "effective_date"))
    if issued and effective and effective < issued:
        yield say("effective_before_document", scheme.head, f"施行日期 {effective} 早于成文日期 {issued}", f"in effect on {effective}, before the document of {issued}", "effective_date")


def _date(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


RULES = (_columns, _words, _choices, _doubles, _tree, _weights, _dimensions, _blocks, _aspects, _dates, _bands, _one_sided, _peers, _methods, targets, _vetoes,
         *lint_grades.RULES, *lint_words.RULES)


# What keeps a scheme from coming into force as an assessment, but not from being tried out: other indices have no seven dimensions.
ASSESSMENT = ("dimension_missing", "block_missing", "aspect_missing", "growth_over_cap", "growth_rises", "too_few_peers", "target_zero", "target_without_source", "sign_convention",
              "effective_before_document")


def impossible(scheme: Scheme) -> list[Finding]:
    """The refusals without which `zhunsheng score` could only give nonsense, or something else than was meant."""
    return [f for f in lint(scheme) if f.severity == MUST_FIX and f.name not in ASSESSMENT]
