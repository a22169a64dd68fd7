"""What a night prints: its progress, and the table at its end.

Belongs here: wording and layout of the night's report. Does not belong here: counting anything that is not in a published mart.
"""

from __future__ import annotations

import time

import duckdb
from rich.markup import escape
from rich.table import Table

from sources.channels.collect import CollectReport
from warehouse import editions
from warehouse.increments import Plan
from warehouse.settings import Settings
from zhunsheng.answers.terminal import console, marks

STEP_WORDS = {
    "landing": "收件 / landing",
    "raw": "读表 / reading",
    "rules": "整理与核对 / staging and rules",
    "scores": "认定、计分、成表 / validated, scores, marts",
    "counterfactuals": "反事实计分 / counterfactual scores",
    "gate": "真实性关口 / truth gate",
    "changes": "变化分解与数据测试 / why scores changed, data tests",
    "edition": "发布 / edition",
    "slips": "通知单 / slips",
}
MOST_PROVIDERS = 12


class Progress:
    """Steps as they come, each with the seconds it took."""

    def __init__(self, quiet: bool) -> None:
        self._quiet, self._label, self._since = quiet, "", 0.0
        self.seconds: list[tuple[str, float]] = []

    def step(self, name: str) -> None:
        """Close the step that runs and begin another."""
        self.done()
        label = STEP_WORDS.get(name, name)
        self._label, self._since = label, time.monotonic()
        if not self._quiet and console.is_terminal:
            console.print(f"  … {label}", end="\r")

    def done(self) -> None:
        """Close the step that runs."""
        if self._label:
            took = time.monotonic() - self._since
            self.seconds.append((self._label, took))
            if not self._quiet:
                console.print(f"  ✓ {self._label}  [dim]{took:.1f} s[/]   ")
        self._label = ""

    def warn(self, lines: list[str]) -> None:
        """What did not work and stopped nobody."""
        for line in lines:
            console.print(f"[yellow]![/] {escape(line)}")

    def fault(self, fault: Exception) -> None:
        """A fault of the pipeline, with the step in which it happened."""
        console.print(f"[red]流程故障（不是数据问题）/ pipeline fault, not a data finding[/] {escape(self._label)}\n{type(fault).__name__}: {escape(str(fault))}")
        if not isinstance(fault, (RuntimeError, ValueError, OSError)):  # nothing that somebody has put into words
            from rich.traceback import Traceback

            console.print(Traceback.from_exception(type(fault), fault, fault.__traceback__, width=160))
        self._label = ""


def held(faults: dict[str, str], submissions: dict[str, tuple[str, str]]) -> None:
    """Submissions that a night could not be computed with; `submissions` has the provider and file name of each."""
    console.print(f"[red]{len(faults)} 份报送使计算出错，已暂存待查；其余照常发布 / submissions held back because the night failed with them; all else is published[/]")
    for submission, fault in faults.items():
        provider, name = submissions.get(submission, ("?", "?"))
        console.print(f"  {submission} {provider} {escape(name)}: {escape(fault)}")


def night(settings: Settings, plan: Plan, landed: CollectReport, unchanged: bool, seconds: float) -> None:
    """The end of a night: what came in, what failed and whose it is, the scores, where the edition is."""
    name = editions.current(settings)
    con = duckdb.connect(str(editions.database(settings)), read_only=True)
    try:
        for failure in landed.failures:
            console.print(f"[red]{escape(failure.message_zh)}[/]\n{escape(failure.message_en)}")
        _came_in(con, landed)
        _findings(con)
        _scores(con)
    finally:
        con.close()
    if unchanged:
        console.print("\n[bold]没有新内容，未重算，版本不变 / nothing changed: nothing was computed and the edition is the same[/]")
    else:
        console.print(f"\n重算年度 / periods computed: {' '.join(str(p) for p in plan.periods)}{'（全部 / full）' if plan.full else ''}")
    console.print(f"现行版本 / edition [bold]{name}[/]  {settings.editions / 'current'}  [dim]{seconds:.1f} s[/]")


def _came_in(con: duckdb.DuckDBPyConnection, landed: CollectReport) -> None:
    counts = dict(con.execute("select return_status, count(*) from returns group by all").fetchall())
    cells = dict(con.execute("select status_zh || ' ' || status, count(*) from expected_grid group by all order by count(*) desc").fetchall())
    console.print("\n[bold]收件情况 / what came in[/]")
    console.print(f"  报表 / returns: {sum(counts.values())}（本次新收 / new {len(landed.landed.received)}）"
                  f" · 接收 accepted {counts.get('ACCEPTED', 0)} · 部分接收 partly {counts.get('PARTLY_ACCEPTED', 0)} · 退回 sent back {counts.get('RETURNED', 0)}"
                  + (f" · 暂存 held {counts['HELD']}" if counts.get("HELD") else ""))
    console.print("  应报单元格 / cells owed: " + str(sum(cells.values())) + " · " + " · ".join(f"{status} {n}" for status, n in cells.items()))


def _findings(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute("""
        select failures.provider_id, max(providers.provider_zh) as provider_zh,
            count(*) filter (severity = 'E') as must_fix, count(*) filter (severity = 'W') as must_explain,
            string_agg(distinct rule_code, ' ' order by rule_code) filter (severity <> 'I') as rules
        from validation_failures as failures
        left join (select distinct provider_id, provider_zh from returns) as providers on providers.provider_id = failures.provider_id
        where is_in_force or not exists (select 1 from returns where returns.replaces = failures.submission_id)
        group by failures.provider_id
        having must_fix + must_explain > 0
        order by must_fix desc, must_explain desc, failures.provider_id
    """).fetchall()
    table = Table("报送单位 / provider", "强制性 must fix", "核实性 must explain", "规则 / rules", title="疑点及其归属 / points to verify, and whose they are", title_justify="left")
    for provider, name, must_fix, must_explain, rules in rows[:MOST_PROVIDERS]:
        table.add_row(f"{provider} {name or ''}", str(must_fix or ""), str(must_explain or ""), rules or "")
    console.print(table)
    if len(rows) > MOST_PROVIDERS:
        console.print(f"  … 另有 {len(rows) - MOST_PROVIDERS} 个单位 / more providers, see mart validation_failures")


def _scores(con: duckdb.DuckDBPyConnection) -> None:
    latest = con.execute("select max(period) from scorecards").fetchall()[0][0]
    if latest is None:
        console.print("尚无得分 / no scores yet")
        return
    rows = con.execute("""
        select class_zh, string_agg(unit_zh || ' ' || cast(cast(score as decimal(9, 2)) as varchar) || ' ' || grade_zh, chr(10) order by rank_in_class, unit_code) filter (rank_in_class <= 3),
            min(score), max(score), count(*)
        from scorecards where period = ? group by province_code, class_id, class_zh order by province_code, class_id
    """, [latest]).fetchall()
    table = Table("分类 / class", "前三名 / first three", "得分范围 / range", "单位 / units", title=f"{latest} 年度得分 / scores", title_justify="left")
    for class_zh, first, low, high, n in rows:
        table.add_row(class_zh, first, f"{marks(low)}–{marks(high)}", str(n))
    console.print(table)
    grades = con.execute("select period, string_agg(g, ' ' order by grade_code) from (select period, grade_code, max(grade_zh) || count(*) as g from scorecards group by period, grade_code) group by period order by period").fetchall()
    console.print("  等次 / grades: " + " · ".join(f"{period}: {text}" for period, text in grades))
