"""Findings as people read them: equal sentences shown once, as each rule declares (`shown_per`: cell, row, column or return).

Belongs here: grouping and plain numbers, shared by page and workbook. Does not belong here: layout.
"""

from __future__ import annotations

from decimal import Decimal

WHOLE = frozenset("人个件张辆家户所")  # measures of which there is no half; the macro whole_measures says the same
SEVERITIES = {"E": ("强制性", "must fix"), "W": ("核实性", "must explain"), "I": ("提示", "hint")}


def grouped(findings: list[dict], rules: dict[str, dict]) -> list[list[dict]]:
    """Groups in the order of their first finding."""
    groups: dict[tuple, list[dict]] = {}
    for finding in findings:
        groups.setdefault(_key(finding, rules.get(finding["rule_code"], {}).get("shown_per") or "cell"), []).append(finding)
    return list(groups.values())


def _key(finding: dict, shown_per: str) -> tuple:
    place = {"cell": (finding["row_no"], finding["col_no"]), "row": finding["row_no"], "column": finding["col_no"]}.get(shown_per)
    seen = finding["seen"] if shown_per == "cell" else None
    return finding["severity"], finding["rule_code"], finding["sheet"], place, seen, finding["why_zh"], finding.get("state"), finding.get("state_why_zh")


def is_settled(finding: dict) -> bool:
    """Whether a ruling, a visit or a later return has ended the point; one that was never ruled on has not."""
    return bool(finding.get("is_settled"))


def cells_of(group: list[dict]) -> list[str]:
    """Addresses of a group, each once, in the order in which a sheet is read."""
    placed = sorted((f for f in group if f["cell"]), key=lambda f: (f["row_no"], f["col_no"]))
    return list(dict.fromkeys(f["cell"] for f in placed))


def place_of(group: list[dict]) -> str:
    """`统计综合!C7 C9`, '' for the whole return."""
    sheet, cells = group[0]["sheet"] or "", " ".join(cells_of(group))
    return f"{sheet}!{cells}" if sheet and cells else sheet or cells


def plain(value: object) -> str:
    """A value as a person writes it: no trailing zeros, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)
