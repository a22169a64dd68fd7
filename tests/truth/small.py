"""Marts of suspicion over a handful of rows: the compiled models on tables that a test fills. No night, no files.

Belongs here: the small world and running one model. Does not belong here: what should come out (the tests).
"""

from __future__ import annotations

import duckdb

from warehouse import compiled
from warehouse.settings import PROJECT, Settings

HIT = {"submission_id": "S1", "provider_id": "p", "unit_code": "u1", "indicator": "i", "period": 2022, "sheet": "t", "rule_code": "A", "severity": "W",
       "evidence": 1, "error_rate": None, "impact_permille": None, "expected_low": None, "expected_high": None, "should_be": None, "why_zh": "因", "why_en": "why"}  # fmt: skip
RULES = [  # code, rests on, level, explained by, rank of the figure it names, role
    ("A", "own_years", "series", "break neighbour", 2, "none"), ("A2", "own_years", "series", "nothing", 2, "none"), ("B", "digits", "row", "nothing", 0, "none"),
    ("C", "peers", "row", "nothing", 2, "none"), ("ID01", "arithmetic", "row", "nothing", 2, "none"), ("YR02", "own_years", "series", "nothing", 2, "wrong_year"),
]  # fmt: skip
TABLES = """
create schema raw; create schema staging; create schema validated; create schema marts;
create table validated.val_ruled_hits (submission_id varchar, provider_id varchar, unit_code varchar, indicator varchar, period int, sheet varchar, row_no int, col_no int, cell varchar,
  rule_code varchar, severity varchar, evidence decimal(9,4), error_rate decimal(28,8), impact_permille decimal(28,8), expected_low decimal(28,8), expected_high decimal(28,8),
  should_be decimal(28,8), why_zh varchar, why_en varchar, silenced_by varchar);
create table validated.val_returns (submission_id varchar, is_in_force boolean);
create table staging.stg_figures (submission_id varchar, provider_id varchar, unit_code varchar, indicator varchar, period int, sheet varchar, row_no int, col_no int, value decimal(28,8));
create table validated.val_expected (submission_id varchar, sheet varchar, row_no int, col_no int, indicator varchar, off double, expected_low double, expected_high double);
create table raw.register_rule (rule_code varchar, rests_on varchar, level varchar, explained_by varchar, should_be_rank int, role varchar,
  family varchar, title_zh varchar, title_en varchar);
create table raw.register_definitions (indicator varchar, valid_from int, comparable_with_previous boolean, code varchar, reason_zh varchar, reason_en varchar, definition_zh varchar, definition_en varchar);
create table raw.register_units (unit_code varchar, name_zh varchar, valid_from int, valid_to int);
create table raw.register_provider (provider_id varchar, name_zh varchar);
create table raw.register_indicators (indicator varchar, name_zh varchar);
insert into validated.val_returns values ('S1', true), ('S2', true), ('OLD', false);
"""


class Small:
    """`hit` writes a hit and the figure under it; `findings` and `suspicion` are the marts as dicts."""

    def __init__(self, figures: int = 0) -> None:
        self.con = duckdb.connect()
        self.con.execute(TABLES)
        self.con.executemany("insert into raw.register_rule values (?, ?, ?, ?, ?, ?, 'f', '题', 't')", RULES)
        self.places: dict[tuple, int] = {}
        for n in range(figures):  # figures that nobody asks about
            self.figure("S1", "p", f"v{n}", "i", 2022)

    def figure(self, submission: str, provider: str, unit: str, indicator: str, period: int, off: float | None = None) -> int:
        key = (submission, unit, indicator, period)
        if key not in self.places:
            self.places[key] = len(self.places) + 1
            place = self.places[key]
            self.con.execute("insert into staging.stg_figures values (?, ?, ?, ?, ?, 't', ?, 1, 10)", [submission, provider, unit, indicator, period, place])
            self.con.execute("insert into validated.val_expected values (?, 't', ?, 1, ?, ?, 1, 2)", [submission, place, indicator, off])
            self.con.execute("insert into raw.register_units select ?, ?, 1981, null where not exists (from raw.register_units where unit_code = ?)", [unit, unit, unit])
        return self.places[key]

    def hit(self, rule: str, evidence: float, unit: str = "u1", indicator: str = "i", period: int = 2022, off: float | None = None, **more) -> None:
        row = HIT | {"rule_code": rule, "evidence": evidence, "unit_code": unit, "indicator": indicator, "period": period} | more
        row["row_no"] = self.figure(row["submission_id"], row["provider_id"], unit, indicator, period, off)
        row |= {"col_no": 1, "cell": f"A{row['row_no']}"}
        self.con.execute(f"insert into validated.val_ruled_hits ({', '.join(row)}) values ({', '.join('?' * len(row))})", list(row.values()))

    def findings(self) -> list[dict]:
        return self._run("findings", "rank")

    def cells(self) -> dict[tuple, dict]:
        """First row of each cell."""
        found: dict[tuple, dict] = {}
        for row in self.findings():
            found.setdefault((row["unit_code"], row["indicator"], row["period"]), row)
        return found

    def suspicion(self) -> list[dict]:
        self.con.execute(f"create or replace table marts.findings as {self._sql('findings')}")
        return self._run("unit_suspicion", "subject_kind, rank")

    def _run(self, model: str, order: str) -> list[dict]:
        answer = self.con.execute(f"select * from ({self._sql(model)}) order by {order}")
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    @staticmethod
    def _sql(model: str) -> str:
        return compiled.load(Settings(home=PROJECT / "var")).by_relation[f"marts.{model}"].full
