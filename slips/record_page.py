"""A provider's record as a page: the way in to its slips, and where a notice points to.

Belongs here: wording and layout. Does not belong here: reading (`record`), the frame of a page (`page`).
Standing decision: links are relative, so that the folder can be read from a web server, a share or a memory stick.
"""

from __future__ import annotations

from collections.abc import Callable

from slips.groups import plain
from slips.page import STATUSES, _esc, _two, _when, document
from slips.record import Record

DEADLINES = {
    "WARNING": ("临期", "due soon", "half"), "YELLOW": ("黄牌", "yellow card", "half"), "RED": ("红牌", "red card", "bad"), "NOT_YET_DUE": ("未到期", "not yet due", "good"),
}  # fmt: skip


def write(record: Record, forms: dict[str, tuple[str, str]], href: Callable[[dict], str]) -> bytes:
    """The page, as UTF-8. `forms`: {form: (Chinese, English)}; `href` gives the file name of a return's slip."""
    body = "".join([_head(record), _waiting(record, forms), _years(record), _returns(record, forms, href), _burden(record, forms)])
    return document(f"报送档案 {record.provider_zh}", body)


def _head(record: Record) -> str:
    total = f'<section class="status good"><p>{_two(record.total["why_zh"], record.total["why_en"])}</p></section>' if record.total else ""
    return f'<header><p class="kind">{_two("报送档案", "Record of a provider")}</p><h1>{_two(record.provider_zh, record.provider_en)}</h1></header>{total}'


def _named(forms: dict[str, tuple[str, str]], form_id: str | None) -> str:
    return _two(*forms.get(form_id or "", (form_id or "—", form_id or "—")))


def _table(heads: list[tuple[str, str]], lines: list[list[str]]) -> str:
    head = "".join(f"<th>{_two(zh, en)}</th>" for zh, en in heads)
    return f'<div class="wide"><table><tr>{head}</tr>{"".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in line) + "</tr>" for line in lines)}</table></div>'


def _waiting(record: Record, forms: dict) -> str:
    if not record.open_deadlines:
        return ""
    lines = [[_named(forms, row["form_id"]), _esc(row["period"]), _esc(_when(row["due_at"])), f'<b class="{DEADLINES[row["state"]][2]}">{_two(*DEADLINES[row["state"]][:2])}</b>']
             for row in record.open_deadlines]  # fmt: skip
    table = _table([("报表", "Form"), ("年度", "Year"), ("期限", "Due"), ("状态", "State")], lines)
    said = _two("没有数据发生的，请报送零报告并写明原因；未报不等于没有发生。", "If no data arose, send a nil return with the reason; a return that was not sent does not mean that nothing arose.")
    return f"<section><h2>{_two('尚未收到的报表', 'Not received yet')}</h2>{table}<p class='note'>{said}</p></section>"


def _percent(value: object, change: object) -> str:
    if value is None:
        return "—"
    arrow = "" if not change else f' <small class="{"good" if change > 0 else "bad"}">{"▲" if change > 0 else "▼"}{_esc(plain(abs(change)))}</small>'
    return f"{_esc(plain(value))}%{arrow}"


def _years(record: Record) -> str:
    if not record.years:
        return ""
    heads = [("年度", "Year"), ("应报", "due"), ("按时", "in time"), ("迟报", "late"), ("未报", "missing"), ("零报告", "nil"), ("及时率", "timeliness"), ("完整率", "complete"),
             ("首次通过率", "first pass"), ("说明", "explained"), ("采纳", "accepted")]  # fmt: skip
    lines = [[str(row["period_from"]), *(str(row[name]) for name in ("n_due", "n_on_time", "n_late", "n_missing", "n_nil")), _percent(row["timeliness_pct"], row["timeliness_change"]),
              _percent(row["completeness_pct"], row["completeness_change"]), _percent(row["first_pass_pct"], row["first_pass_change"]), str(row["n_explanations"]),
              str(row["n_explanations_upheld"])] for row in record.years]  # fmt: skip
    note = _two("▲▼ 为与上年相差的百分点；“按时”含零报告。", "▲▼: difference from the year before, in percentage points. Nil returns count as in time.")
    return f"<section><h2>{_two('逐年记录', 'Year by year')}</h2>{_table(heads, lines)}<p class='note'>{note}</p></section>"


def _returns(record: Record, forms: dict, href: Callable[[dict], str]) -> str:
    if not record.returns:
        return ""
    lines = []
    for row in record.returns:
        zh, en, tone = STATUSES[row["return_status"]]
        late = f" {_two('迟报', 'late')}" if row["is_late"] else ""
        lines.append([f'<a href="{_esc(href(row))}">{_named(forms, row["form_id"])}</a>', _esc(row["period"] or "—"), f'<b class="{tone}">{_two(zh, en)}</b>{late}',
                      str(row["n_must_fix"]), str(row["n_must_explain"])])  # fmt: skip
    heads = [("报表（点击查看通知单）", "Form (open its slip)"), ("年度", "Year"), ("状态", "Status"), ("强制性", "must fix"), ("核实性", "must explain")]
    return f"<section><h2>{_two('各期报表', 'Returns')}</h2>{_table(heads, lines)}</section>"


def _merged(row: dict) -> str:
    """How to merge a figure that is reported twice, and how many cells that spares."""
    n = row["n_cells_saved"]
    return _two(f"{row['merge_zh']}，可少填 {n:,} 格", f"{row['merge_en']}; {n:,} cells fewer")


def _burden(record: Record, forms: dict) -> str:
    if not record.burden:
        return ""
    items = "".join(f'<li>{_named(forms, row["form_id"])} {_esc(row["period"])}：{_two(row["why_zh"], row["why_en"])}</li>' for row in record.burden)
    again = "".join(f'<li>{_two(row["why_zh"], row["why_en"])}<br><small>{_merged(row)}</small></li>' for row in record.duplicates)
    reported = f"<p>{_two('可不再重复填报的数据：', 'Figures that need not be reported twice:')}</p><ul>{again}</ul>" if again else ""
    return f"<section><h2>{_two('填报负担', 'Burden')}</h2><ul>{items}</ul>{reported}</section>"
