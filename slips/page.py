"""The slip as a page: one self-contained HTML file, Chinese with an English switch, fit for phone and A4.

Belongs here: wording and layout. Does not belong here: what may be said (`quotes`, `evidence`).
Standing decisions: every text from outside goes through `_esc`; no script at all (the switch is two radio buttons and CSS, and the page's
own policy forbids scripts and anything from elsewhere); the bytes depend on the slip alone.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from html import escape
from pathlib import Path

from slips import chart
from slips.evidence import Slip
from slips.groups import SEVERITIES, WHOLE, grouped, is_settled, place_of, plain
from sources.declare.yaml_lines import load_yaml

STYLE = (Path(__file__).with_name("page.css")).read_text("utf-8")
DERIVATIONS: dict[str, dict[str, str]] = load_yaml(Path(__file__).with_name("derivations.yml"))
STATUSES = {
    "ACCEPTED": ("已接收", "Accepted", "good"),
    "PARTLY_ACCEPTED": ("部分接收", "Partly accepted", "half"),
    "RETURNED": ("整表退回", "Sent back", "bad"),
    "HELD": ("暂存待查", "Held back", "bad"),
}
PREVIEW = {"ACCEPTED": ("可以接收", "Would be accepted"), "PARTLY_ACCEPTED": ("将部分接收", "Would be partly accepted"), "RETURNED": ("将被整表退回", "Would be sent back"),
           "HELD": ("处理时出错，将暂存待查", "Would be held back, processing failed")}
DECIMALS = 2  # of shares
STANDINGS = {"new": ("新出现", "new"), "open": ("上次已有，仍未消除", "still open")}
UNRULED = (None, "NEW", "OPEN", "FIXED")  # recognised by `standing` and by the list of what was fixed
# What a scheme does with a figure in doubt, and what ends it (mart doubts).
TREATMENTS = {"held": ("暂缓计分，不作其他单位的参照；更正、说明经采纳或者现场核实后恢复", "not scored, and not used as a reference for other units, until it is corrected, an explanation is accepted or it is verified on the spot"),
              "marked": ("照常计分，不作其他单位的参照；更正、说明经采纳或者现场核实后恢复", "scored, but not used as a reference for other units, until it is corrected, an explanation is accepted or it is verified on the spot")}
CELL_WORDS = {"ACCEPTED": ("已接收", "accepted"), "MARKED": ("接收待说明", "accepted pending explanation"), "QUARANTINED": ("隔离待更正", "held back until corrected"),
              "MISSING": ("缺报", "missing"), "NOT_APPLICABLE": ("不涉及", "not applicable"), "NIL": ("无发生", "nothing arose")}


def write(slip: Slip) -> bytes:
    """The page of one return, as UTF-8."""
    title = f"核实通知单 {slip.provider_zh} {slip.form_zh} {_period(slip)}"
    body = "".join([_head(slip), _status(slip), _counts(slip), _findings(slip), _fixed(slip), _not_run(slip), _rule_pages(slip), _foot(slip)])
    return document(title, body)


def document(title: str, body: str) -> bytes:
    """A whole page around `body` (markup), with the language switch; `title` is text. Nothing in it can run or be fetched."""
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><meta name="referrer" content="no-referrer">'
        f"<title>{_esc(title)}</title><style>{STYLE}</style></head><body>"
        '<input type="radio" name="language" id="zh" checked><input type="radio" name="language" id="en">'
        '<nav><label for="zh">中文</label><label for="en">English</label></nav>'
        f"<main>{body}</main></body></html>\n"
    ).encode()


def _esc(text: object) -> str:
    return escape("" if text is None else str(text), quote=True)


def _two(zh: object, en: object, tag: str = "span") -> str:
    """A text in both languages; the switch shows one."""
    return f'<{tag} class="zh" lang="zh">{_esc(zh)}</{tag}><{tag} class="en" lang="en">{_esc(en)}</{tag}>'


def _when(moment: dt.datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "—"


def _period(slip: Slip) -> str:
    return str(slip.sent["period"] or "")


def _head(slip: Slip) -> str:
    name = _two(f"{slip.form_number} {slip.form_zh}", f"{slip.form_number} {slip.form_en}")
    return (
        f'<header><p class="kind">{_two("数据核实通知单", "Verification slip")}</p><h1>{_two(slip.provider_zh, slip.provider_en)}</h1>'
        f'<p class="form">{name} · {_esc(_period(slip))}</p></header>'
    )


def _status(slip: Slip) -> str:
    sent, status = slip.sent, slip.sent["return_status"]
    zh, en, tone = STATUSES[status]
    lines = [f'<p class="verdict">{_two(*(PREVIEW[status] if slip.preview else (zh, en)))}</p><p>{_two(sent["why_zh"], sent["why_en"])}</p>']
    lines.append(f"<p>{_version(slip)}</p>" if not slip.preview else "")
    facts = [("文件", "File", _esc(sent["file_name"])), ("报送编号", "Submission", f"<code>{_esc(sent['submission_id'])}</code>")]
    if not slip.preview:
        facts.append(("收到时间", "Received", _esc(_when(sent["received_at"])) + (f" <b>{_two('迟报', 'late')}</b>" if sent["is_late"] else "")))
    facts.append(("报送期限", "Due", _esc(_when(sent["due_at"])) + (f' {_two(slip.deadline["why_zh"], slip.deadline["why_en"])}' if slip.deadline else "")))
    table = "".join(f"<dt>{_two(a, b)}</dt><dd>{value}</dd>" for a, b, value in facts)
    return f'<section class="status {tone}">{"".join(lines)}<dl>{table}</dl></section>'


def _version(slip: Slip) -> str:
    sent, n = slip.sent, slip.sent["version_no"]
    zh = f"第 {n} 次报送" + (f"，拟替代报送 {sent['replaces']}" if sent["replaces"] else "") + "；" + ("现行有效" if sent["is_in_force"] else "未生效")
    en = f"Version {n}" + (f", to replace {sent['replaces']}" if sent["replaces"] else "") + "; " + ("in force" if sent["is_in_force"] else "not in force")
    if slip.replaced_by:
        zh += f"，现行有效的是第 {slip.replaced_by['version_no']} 次报送 {slip.replaced_by['submission_id']}"
        en += f"; in force is version {slip.replaced_by['version_no']}, {slip.replaced_by['submission_id']}"
    return _two(zh + "。", en + ".")


def _counts(slip: Slip) -> str:
    sent = slip.sent
    points = Counter(group[0]["severity"] for group in grouped(slip.findings, slip.rules) if not is_settled(group[0]))  # as the headings below count
    boxes = [(sent["n_cells"], "读取单元格", "cells read"), (sent["n_filled"], "已填单元格", "cells filled"), *((points[severity], *words) for severity, words in SEVERITIES.items())]
    parts = "".join(f"<li><b>{n}</b>{_two(zh, en)}</li>" for n, zh, en in boxes)
    kept = [(CELL_WORDS[status], n) for status, n in slip.cells.items() if status in CELL_WORDS]
    reported = ""
    if kept and sent["is_in_force"]:
        reported = "<p>" + _two("应报单元格：" + "，".join(f"{zh} {n:,} 格" for (zh, _), n in kept) + "。", "Cells owed: " + ", ".join(f"{en} {n:,}" for (_, en), n in kept) + ".") + "</p>"
    compared = ""
    if slip.compared_with:
        new, still = (sum(1 for f in slip.findings if f["standing"] == kind) for kind in ("new", "open"))
        compared = "<p>" + _two(f"与上次报送（第 {slip.compared_with['version_no']} 次）相比：新出现 {new} 条，仍未消除 {still} 条，已消除 {len(slip.fixed)} 条。",
                                f"Beside version {slip.compared_with['version_no']}: {new} new, {still} still open, {len(slip.fixed)} fixed.") + "</p>"
    left = ""
    if any(f.get("state") for f in slip.findings):
        n = sum(bool(f.get("needs_answer")) for f in slip.findings)
        left = "<p>" + _two(f"待更正或答复的疑点 {n} 条。", f"{n} points still to be corrected or answered.") + "</p>"
    return f'<section><ul class="counts">{parts}</ul>{reported}{left}{compared}</section>'


def _findings(slip: Slip) -> str:
    if not slip.findings:
        return f'<section class="clear"><p>{_two("已执行的规则未发现需要更正或说明的单元格。", "The rules that ran found nothing to correct or explain.")}</p></section>'
    out = [f'<p class="note">{_two("以下为疑点，需核验，不是结论；同一行或同一栏的同类疑点合并列为一项。", "What follows are points to verify, not conclusions; points of one kind in one row or column are listed together.")}</p>']
    groups = grouped(slip.findings, slip.rules)
    for severity, (zh, en) in SEVERITIES.items():
        mine = [group for group in groups if group[0]["severity"] == severity]
        if mine:
            settled = sum(is_settled(group[0]) for group in mine)
            more_zh, more_en = (f"，另有 {settled} 项已了结", f", {settled} more settled") if settled else ("", "")
            out.append(f"<h2>{_two(f'{zh} · {len(mine) - settled} 项{more_zh}', f'{en} · {len(mine) - settled}{more_en}')}</h2>" + "".join(_finding(slip, group) for group in mine))
    return f'<section class="findings">{"".join(out)}</section>'


def _finding(slip: Slip, group: list[dict]) -> str:
    first = group[0]
    rule = slip.rules.get(first["rule_code"], {})
    shown = _esc(place_of(group)) or _two("整份报表", "whole return")
    standing = f' <span class="tag {first["standing"]}">{_two(*STANDINGS[first["standing"]])}</span>' if first.get("standing") else ""
    ruled = first.get("state") not in UNRULED
    if ruled:
        standing = f' <span class="tag {"settled" if is_settled(first) else "open"}">{_two(first["state_zh"], first["state_en"])}</span>'
    held = TREATMENTS.get(first.get("treatment") or "")
    facts = [("计分", "In scores", f"<b>{_two(*held)}</b>")] if held else []
    facts += [("现状", "State", f"<b>{_two(first['state_why_zh'], first['state_why_en'])}</b>")] if ruled else []
    facts += [("规则", "Rule", _two(f"{rule.get('title_zh', '')}：{rule.get('formula_zh', '')}", f"{rule.get('title_en', '')}: {rule.get('formula_en', '')}"))]
    facts += [("填报内容", "As sent", f"<b>{_esc(first['seen'])}</b>")] if first["seen"] else []
    facts += _range(slip, group)
    facts.append(("处理办法", "What to do", _two(first["mend_zh"], first["mend_en"])))
    if rule.get("honest_causes_zh"):
        facts.append(("可能的合理原因", "Possible legitimate causes", _two(rule["honest_causes_zh"], rule["honest_causes_en"])))
    listed = "".join(f"<dt>{_two(zh, en)}</dt><dd>{value}</dd>" for zh, en, value in facts)
    return (
        f'<article class="s{_esc(first["severity"])}"><h3><code>{shown}</code> {_subject(slip, group)}{standing}</h3>'
        f'<p class="why">{_two(first["why_zh"], first["why_en"])}</p><div class="body"><dl>{listed}</dl>{_chart(slip, group)}</div>'
        f'<p class="rule"><a href="#{_anchor(first)}">{_esc(first["rule_code"])} v{_esc(first["rule_version"])} {_two("规则说明", "about this rule")}</a></p></article>'
    )


def _subject(slip: Slip, group: list[dict]) -> str:
    """Units and indicators a group is about, where they are few."""
    units = list(dict.fromkeys(slip.units.get(f["unit_code"], f["unit_code"]) for f in group if f["unit_code"]))
    names = list(dict.fromkeys(f["indicator"] for f in group if f["indicator"]))
    words = [slip.indicators.get(name, {}) for name in names]
    where = "、".join(units) if len(units) <= 3 else f"{len(units)} 个地区"
    where_en = ", ".join(units) if len(units) <= 3 else f"{len(units)} units"
    zh = "、".join(w.get("name_zh") or n for n, w in zip(names, words)) if len(names) <= 3 else f"{len(names)} 项指标"
    en = ", ".join(w.get("name_en") or n for n, w in zip(names, words)) if len(names) <= 3 else f"{len(names)} indicators"
    return _two(f"{where} {zh}".strip(), f"{where_en} {en}".strip())


def _range(slip: Slip, group: list[dict]) -> list[tuple[str, str, str]]:
    first = group[0]
    facts = []
    if first["expected"]:
        facts.append(("参考值或要求", "Expected", _two(first["expected"], first["expected_en"])))
        facts.append(("推算依据", "Basis", _two(*_derivation(slip, first))))
    off = _off(slip, group)
    if off:
        facts.append(("偏离", "Off by", off))
    for name, zh, en, factor, unit in (("error_rate", "差错率", "Error rate", 100, "%"), ("impact_permille", "影响度", "Impact", 1, "‰")):
        if first.get(name) is not None:
            facts.append((zh, en, _esc(plain(round(first[name] * factor, DECIMALS)) + unit)))
    return facts


def _derivation(slip: Slip, finding: dict) -> tuple[str, str]:
    """Where the expected range comes from, and from how many figures."""
    rule, n = slip.rules.get(finding["rule_code"], {}), finding["baseline_n"]
    said = DERIVATIONS.get(rule.get("family"), {"zh": rule.get("formula_zh", ""), "en": rule.get("formula_en", "")})
    return said["zh"] + (f"（{n} 个数）" if n else ""), said["en"] + (f" ({n} figures)" if n else "")


def _off(slip: Slip, group: list[dict]) -> str:
    """How far the value lies outside the expected range, in the edge's own measure."""
    first = group[0]
    low, high = first["expected_low"], first["expected_high"]
    value = _value(slip, first)
    if len(group) > 1 or value is None or (low is None and high is None):
        return ""
    measure = slip.indicators.get(first["indicator"], {}).get("unit") or ""
    if high is not None and value > high:
        return _two(*_beyond("高于上限", "above the upper bound", high, value - high, measure))
    if low is not None and value < low:
        return _two(*_beyond("低于下限", "below the lower bound", low, low - value, measure))
    return ""


def _beyond(zh: str, en: str, edge: Decimal, gap: Decimal, measure: str) -> tuple[str, str]:
    """The edge in seven digits, thousands apart, and the gap as a share of it."""
    bound, share = f"{Decimal(chart.short(round(edge) if measure in WHOLE else edge)):,f}{'' if measure == '%' else ' '}{measure}".strip(), f"{chart.short(round(abs(gap / edge) * 100, 1))}%" if edge else ""
    return f"{zh} {bound}" + (f"（{share}）" if share else ""), f"{en} {bound}" + (f" ({share})" if share else "")


def _value(slip: Slip, finding: dict) -> Decimal | None:
    """The value as sent in its canonical unit, known where the return is in force (or is being checked)."""
    if not (slip.sent["is_in_force"] or slip.preview):
        return None
    points = slip.series.get((finding["unit_code"], finding["indicator"]), [])
    return next((p.value for p in points if p.period == slip.sent["period"]), None)


def _chart(slip: Slip, group: list[dict]) -> str:
    first = group[0]
    pairs = {(f["unit_code"], f["indicator"]) for f in group}
    if len(pairs) != 1 or not first["indicator"]:
        return ""
    (pair,) = pairs
    drawn = chart.svg(slip.series.get(pair, []), slip.sent["period"], first["expected_low"], first["expected_high"], slip.breaks.get(pair[1], ()))
    measure = slip.indicators.get(pair[1], {}).get("unit") or ""
    return f"<figure>{drawn}<figcaption>{_two(f'本单位历年报送数（{measure}）', f'Your own figures ({measure})')}</figcaption></figure>" if drawn else ""


def _fixed(slip: Slip) -> str:
    if not slip.fixed:
        return ""
    items = "".join(f"<li><code>{_esc(place_of(g))}</code> {_subject(slip, g)} · {_esc(g[0]['rule_code'])} {_two(slip.rules.get(g[0]['rule_code'], {}).get('title_zh', ''), slip.rules.get(g[0]['rule_code'], {}).get('title_en', ''))}</li>"
                    for g in grouped(slip.fixed, slip.rules))  # fmt: skip
    return f'<section class="fixed"><h2>{_two("上次报送的疑点，本次已消除", "Fixed since the last return")}</h2><ul>{items}</ul></section>'


def _not_run(slip: Slip) -> str:
    rows = "".join(f"<tr><td>{_two(r['family_zh'], r['family_en'])}</td><td>{r['n_checked']}</td><td>{r['n_too_few']}</td><td>{r['n_not_applicable']}</td></tr>" for r in slip.not_run)
    notes = "".join(f"<p>{_esc(note)}</p>" for note in slip.notes) + _unchecked(slip)
    if not rows and not notes:
        return ""
    head = "".join(f"<th>{_two(zh, en)}</th>" for zh, en in (("规则类别", "Rules"), ("已核对", "checked"), ("可比数据不足", "too few points"), ("不适用", "not applicable")))
    table = f"<table><tr>{head}</tr>{rows}</table><p class='note'>{_two('表内数字为本期全部报表的核对次数。未能核对不等于未发现问题。', 'The table counts checks over all returns of the period. Not checked is not the same as nothing found.')}</p>" if rows else ""
    return f'<section class="notrun"><h2>{_two("未能核对的内容及原因", "What was not checked, and why")}</h2>{notes}{table}</section>'


UNCHECKED = (
    ("n_empty", "本表 {n:,} 格没有数值（缺报、无发生或不涉及），无法核对。", "{n} cells of this return hold no figure (missing, nil or not applicable): there is nothing to check."),
    ("n_no_last_year", "本表 {n:,} 格没有上年数，未与上年比较。", "{n} cells have no figure of the year before: they were not compared with it."),
    ("n_breaks", "本表 {n} 项指标本年口径有变动，放宽或不作与上年的比较。", "{n} indicators changed their definition this year: comparison with last year is relaxed or omitted."),
)


def _unchecked(slip: Slip) -> str:
    """What of this very return could not be checked."""
    said = [(zh.format(n=n), en.format(n=n)) for name, zh, en in UNCHECKED if (n := slip.unchecked.get(name))]
    return "<ul>" + "".join(f"<li>{_two(zh, en)}</li>" for zh, en in said) + "</ul>" if said else ""


def _anchor(finding: dict) -> str:
    return "rule-" + "".join(c for c in str(finding["rule_code"]) if c.isalnum())


def _rule_pages(slip: Slip) -> str:
    """The page of every rule that is named above, carried along: a slip is read where there is no network."""
    named = {f["rule_code"]: f for f in sorted(slip.findings, key=lambda f: f["rule_code"])}
    pages = []
    for code, finding in named.items():
        rule = slip.rules.get(code, {})
        facts = [("核对内容", "What is checked", "formula"), ("可能的合理原因", "Possible legitimate causes", "honest_causes"), ("本规则不能发现的情形", "What it cannot find", "cannot_see")]
        listed = "".join(f"<dt>{_two(zh, en)}</dt><dd>{_two(rule[f'{name}_zh'], rule[f'{name}_en'])}</dd>" for zh, en, name in facts if rule.get(f"{name}_zh"))
        listed += f"<dt>{_two('依据', 'Basis')}</dt><dd>{_two(*rule['source'].split(' / ', 1))}</dd>" if rule.get("source") else ""
        pages.append(f'<div class="rulepage" id="{_anchor(finding)}"><h3>{_esc(code)} {_two(rule.get("title_zh", ""), rule.get("title_en", ""))}</h3><dl>{listed}</dl></div>')
    return f'<section><h2>{_two("规则说明", "The rules named above")}</h2>{"".join(pages)}</section>' if pages else ""


def _foot(slip: Slip) -> str:
    steps_zh = "强制性疑点：更正后重新报送整份报表，更正前相应单元格隔离，其余单元格正常使用。核实性疑点：更正，或在回填工作簿“答复”表中说明、申请豁免。报送前可用 zhunsheng check 自查。"
    steps_en = "Must fix: correct and send the whole return again; until then the cells are held back and the rest counts. Must explain: correct, or explain or ask for an exemption on the sheet Answers of the annotated workbook. Check with zhunsheng check before sending."
    contact = _two(f"联系：{slip.contact_zh}", f"Contact: {slip.contact_zh}") if slip.contact_zh else ""
    record = "" if slip.preview else f'<p><a href="index.html">{_two("本单位的报送档案和其他通知单", "Your record and your other slips")}</a></p>'
    return f"<footer><p>{_two(steps_zh, steps_en)}</p>{record}<p>{contact}</p><p class='note'>{_two('本通知单只含本单位数据，仅供本单位和绩效管理办公室使用。', 'This slip holds your own figures only; it is for you and the performance office.')}</p></footer>"
