"""The rule book: one page per rule in Chinese and English, and an index, written from the catalogue.

Pages have the parts: what is checked, example, why it is flagged, how to mend, what it cannot find. The example is what the rule's
own failing case prints, so a page cannot go stale. Holds wording only; no rule.
"""

from __future__ import annotations

from expectations import cases
from expectations.catalogue import Family, Rule, all_rules, as_known_then
from expectations.outcomes import SEVERITY_TITLES

HEAD = "<!-- Written by expectations/compiler.py from the rule catalogue; edit expectations/rules. -->\n"
NOTE_ZH = "触发规则只表示存在疑点，需核验，不是结论。"
NOTE_EN = "A violation is a point to verify, never a conclusion."


def pages(families) -> dict[str, str]:
    """File name to text: `<code>.md` for every rule and `README.md`."""
    book = {f"{rule.code}.md": page(family, rule) for family, rule in all_rules(families)}
    book["README.md"] = index(families)
    return book


def index(families) -> str:
    lines = [HEAD, "# 规则手册 / Rule book\n", f"{NOTE_ZH} / {NOTE_EN}\n"]
    for family in families:
        lines.append(f"## {family.title_zh} / {family.title_en}\n")
        lines.append(f"{family.about_zh} / {family.about_en}\n")
        lines.append("| 代码 code | 级别 severity | 规则 rule |\n|---|---|---|")
        lines += [f"| [{r.code}]({r.code}.md) | {_severity(r)} | {r.title_zh} / {r.title_en} |" for r in family.rules]
        lines.append("")
    return "\n".join(lines)


def page(family: Family, rule: Rule) -> str:
    since = f" · 自 {rule.effective_from} 年起 since {rule.effective_from}" if rule.effective_from else ""
    head = (
        f"{HEAD}\n# {rule.code} {rule.title_zh} / {rule.title_en}\n\n"
        f"{_severity(rule)} · 第 {rule.version} 版 version {rule.version}{since} · {family.title_zh} {family.title_en}\n\n"
        f"依据：{rule.source.replace(' / ', ' / basis: ', 1)}\n{_parameters(rule)}{_hindsight(family, rule)}"
    )
    hit = cases.example(family, rule)
    return head + _chinese(rule, hit) + _english(rule, hit)


def _hindsight(family: Family, rule: Rule) -> str:
    if as_known_then(family, rule):
        return ""
    return "\n本规则也参考以后年份的数：只提出疑点，不改变当年的接收状态和得分。 Also looks at later years: raises a suspicion, changes no status and no score of its year.\n"


def _chinese(rule: Rule, hit: dict | None) -> str:
    parts = [f"\n## 核对内容\n\n{rule.formula_zh}。{f'可比数据不少于 {rule.min_n} 个时执行。' if rule.min_n > 1 else ''}\n"]
    if hit:
        parts.append(f"\n## 示例\n\n{'单元格 ' + hit['cell'] if hit['cell'] else '整份报表'}。填报内容：{hit['seen']}；参考值或要求：{hit['expected']}。\n\n> {hit['why_zh']}\n")
    parts.append(f"\n## 可能的合理原因\n\n{NOTE_ZH}{rule.honest_causes_zh}\n")
    parts.append(f"\n## 处理办法\n\n{rule.mend_in_book_zh or (hit['mend_zh'] if hit else rule.mend_zh)}\n")
    parts.append(f"\n## 本规则不能发现的情形\n\n{rule.cannot_see_zh}\n")
    return "".join(parts)


def _english(rule: Rule, hit: dict | None) -> str:
    parts = [f"\n## What is checked\n\n{_capital(rule.formula_en)}.{f' Needs at least {rule.min_n} figures.' if rule.min_n > 1 else ''}\n"]
    if hit:
        parts.append(f"\n## Example\n\n{'Cell ' + hit['cell'] if hit['cell'] else 'The whole return'}, as sent: `{hit['seen']}`.\n\n> {hit['why_en']}\n")
    parts.append(f"\n## Possible legitimate causes\n\n{NOTE_EN} {rule.honest_causes_en}\n")
    parts.append(f"\n## How to mend\n\n{rule.mend_in_book_en or (hit['mend_en'] if hit else rule.mend_en)}\n")
    parts.append(f"\n## What it cannot find\n\n{rule.cannot_see_en}\n")
    return "".join(parts)


def _parameters(rule: Rule) -> str:
    plain = ", ".join(f"`{name} = {value}`" for name, value in rule.params.items() if not isinstance(value, list))
    return f"\n参数 parameters: {plain}\n" if plain else ""


def _severity(rule: Rule) -> str:
    return " ".join(SEVERITY_TITLES[rule.severity])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
