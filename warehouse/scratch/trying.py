"""Rules tried before they count: over all history, in a scratch copy of the warehouse.

Belongs here: running rules as they stand in the files (or in one file) and comparing with what the warehouse holds. Does not
belong here: any rule, and any verdict: nothing is written to the warehouse. Standing decision: the compiled SQL of the night is
what is tried, on every period, so that a trial reports what a night would do.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from expectations import cases, catalogue, compiler
from expectations.catalogue import Family
from expectations.outcomes import Counts, outcome_of
from warehouse import store
from warehouse.settings import Settings

PERIODS_OF_SUSPECT = 0.5  # a rule that hits half of what it looks at says more about itself than about the figures


class NothingToTry(ValueError):
    """No such rule, or no warehouse to try it on."""


@dataclass(frozen=True)
class Trial:
    """What one rule would do over all history."""

    code: str
    severity: str
    title_zh: str
    title_en: str
    counts: Counts
    hits: int
    new_hits: int
    providers: int
    units: int
    cells: int
    examples: list[dict]

    @property
    def outcome(self) -> str:
        return outcome_of(self.counts, self.severity)

    @property
    def suspect(self) -> str:
        """"never", "always" or "": a rule that never fires or always does is itself in doubt."""
        if self.counts.checked and not self.counts.violations:
            return "never"
        return "always" if self.counts.violations > PERIODS_OF_SUSPECT * self.counts.checked else ""


def try_rules(settings: Settings, codes: tuple[str, ...] = (), file: Path | None = None, examples: int = 3) -> list[Trial]:
    """Try rules of the catalogue, or those of one more file (a changed family takes the place of its namesake)."""
    families = _families(codes, file)
    if not settings.warehouse.exists():
        raise NothingToTry("还没有仓库，请先运行 make nightly / there is no warehouse yet: run `make nightly` first")
    with tempfile.TemporaryDirectory(prefix="zhunsheng-try-") as folder:
        copy = Path(folder) / "warehouse.duckdb"
        with store.one_writer(settings):
            shutil.copyfile(settings.warehouse, copy)
        with duckdb.connect(str(copy)) as con:
            schema_of = dict(con.execute("select table_name, schema_name from duckdb_tables() where schema_name <> 'raw'").fetchall())
            return [_trial(con, schema_of, family, rule, examples) for family in families for rule in family.rules]


def _families(codes: tuple[str, ...], file: Path | None) -> list[Family]:
    if file is not None:
        with tempfile.TemporaryDirectory() as folder:
            shutil.copyfile(file, Path(folder) / file.name)
            families = catalogue.load(Path(folder))
    else:
        families = catalogue.load()
    chosen = [replace(f, rules=tuple(r for r in f.rules if not codes or r.code in codes)) for f in families if not f.code_column]
    chosen = [family for family in chosen if family.rules]
    if not chosen:
        raise NothingToTry(f"没有这样的规则 / no such rule: {' '.join(codes)}")
    return chosen


def _trial(con, schema_of: dict[str, str], family: Family, rule, examples: int) -> Trial:
    alone = replace(family, rules=(rule,))

    def ref(name: str) -> str:
        return "judged" if name == f"val_judged_{family.family}" else f"{schema_of[name]}.{name}"

    cases.through_the_door(con, [alone], ref)
    if not family.at_door:
        con.execute(f"create or replace temp table judged as {cases.render_whole(alone, compiler.judged_sql(alone), ref)}")
    con.execute(f"create or replace temp table tried as {cases.render_whole(alone, compiler.hits_sql(alone), ref) if family.at_door else cases.render(compiler.hits_sql(alone), ref)}")
    sums = ", ".join(f"cast(coalesce(sum({n}), 0) as bigint)" for n in ("n_checked", "n_violations", "n_not_applicable", "n_too_few", "n_not_run"))
    counts = con.execute(f"select {sums} from ({cases.render(compiler.summary_sql([alone]), ref)})").fetchone()
    known = "select rule_code, submission_id, sheet, cell, indicator from validated.val_hits"
    new = f"select * from tried where (rule_code, submission_id, coalesce(sheet, ''), coalesce(cell, ''), coalesce(indicator, '')) not in (select rule_code, submission_id, coalesce(sheet, ''), coalesce(cell, ''), coalesce(indicator, '') from ({known}))"
    facts = con.execute(f"select (select count(*) from tried), count(*), count(distinct provider_id), count(distinct unit_code), count(distinct (unit_code, indicator, period)) from ({new})").fetchone()
    shown = con.execute("select unit_code, indicator, period, seen, evidence, why_zh, why_en from tried order by evidence desc, unit_code, indicator, period limit ?", [examples])
    names = [column[0] for column in shown.description]
    return Trial(rule.code, rule.severity, rule.title_zh, rule.title_en, Counts(*counts), *facts, [dict(zip(names, row, strict=True)) for row in shown.fetchall()])
