"""The YAML catalogue's own SQL on millions of observations, beside the same checks written by hand and beside GX on pandas.

Made-up figures in the shape of `staging.stg_figures` (20 indicators × 25 years × as many units as it takes, a few in a
thousand of them wrong) and the registers of `expectations/case_world.yml`. The catalogue's models are rendered as
`expectations/cases.py` renders them and run in their order, every outcome, every hit with its text, every count; `those rules only`
compiles just the rules that the hand-written statement knows, which gives counts alone. Every contestant is a process of its
own on a copy-free, read-only attached file of figures; time is its wall clock after imports, memory its peak.

    python -m benchmarks.truth.speed CONTESTANT FIGURES WORK      (used by `measure`)
"""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
YEARS = range(1999, 2024)
MEMORY_GB = 16
THREADS = os.cpu_count() or 1
YEARS_AT_ONCE = 5  # at every size: one year that came in and the two on either side that look at it, as in a night
BY_HAND = ("RG01", "RG02", "YR01", "SL01", "SL02", "CP01", "ID01", "ID02", "CR06", "CR07", "TY01", "TY02", "UN01", "UN03")
MADE = ("raw.submission", "raw.register_units", "raw.register_unit_aliases", "raw.register_provider", "raw.register_provider_form", "raw.register_form_column")
BUREAU = "cast(900000 + u // 200 as varchar)"  # two hundred counties send through one bureau and are one province
INDICATOR = "create type indicator as enum (select indicator from raw.register_indicators order by indicator)"  # as staging has it
COMPUTED = ("stg_figures", "val_baseline", "val_intrinsic_hits")


def measure(millions: list[float], say) -> dict[tuple[str, float], dict]:
    """What each contestant took at each size: seconds, CPU seconds, peak memory, violations by rule; or why it failed."""
    taken: dict[tuple[str, float], dict] = {}
    with tempfile.TemporaryDirectory(prefix="zhunsheng-truth-") as folder:
        for size in sorted({0.1, *millions}):  # a tenth of a million as well, for GX
            figures = Path(folder) / "figures.duckdb"
            if _too_big(size, Path(folder)):
                taken |= {(name, size): {"failed": "not enough free disk"} for name in CONTESTANTS}
                continue
            _run("generate", figures, Path(folder), str(size))
            for name in CONTESTANTS:
                if name.startswith("GX") and size > 1 or name == "catalogue, those rules only" and size > 10:
                    continue
                work = Path(folder) / "work"
                work.mkdir()
                taken[name, size] = _run(name, figures, work)
                shutil.rmtree(work)
                say(f"{name}, {size:g} million: { {k: v for k, v in taken[name, size].items() if k != 'counts'} }")
            figures.unlink()
    return taken


def table(taken: dict[tuple[str, float], dict]) -> list[str]:
    """Markdown lines: what each contestant took, and by how much its cost grew with the figures."""
    sizes = sorted({size for _, size in taken})
    head = ["contestant", "rules", *(f"{s:g} M: s / CPU s / MB" for s in sizes), "growth of CPU time per tenfold"]
    lines = []
    for name in CONTESTANTS:
        runs = [taken.get((name, s)) for s in sizes]
        known = [(s, run["cpu"]) for s, run in zip(sizes, runs) if run and "seconds" in run]
        growth = ", ".join(f"×{b[1] / a[1]:.1f}" for a, b in zip(known, known[1:]))
        lines.append([name, next((run["rules"] for run in runs if run and "rules" in run), ""), *(_told(run) for run in runs), growth])
    large = max(sizes) > 1
    return [
        "## Speed, up to a hundred million" if large else "## Speed",
        "",
        "The validated room (every hit with its texts, every count) on made-up figures, beside the same checks as one hand-written statement of counts and beside GX on pandas.",
        f"The catalogue takes {YEARS_AT_ONCE} of the {len(YEARS)} years at a time, as a night does to which one year came in.",
        "The statement by hand does less: it counts violations alone (the catalogue also what passed, does not apply, has too few points or could not be run), stores nothing, writes no sentence, "
        "takes for granted that a place has one figure, and sorts every series once, where the catalogue reads two years more on either side of its five.",
        "",
        "| " + " | ".join(head) + " |",
        "|" + "---|" * len(head),
        *("| " + " | ".join(str(c) for c in line) + " |" for line in lines),
        "",
        f"Wall clock after imports, CPU time of all threads with imports, and peak memory of a process of its own; DuckDB with {MEMORY_GB} GB and {THREADS} threads, spilling allowed.",
        "",
        *_agreement(taken, sizes),
    ]


def _told(run: dict | None) -> str:
    if run is None:
        return "–"
    return f"{run['seconds']:.1f} / {run['cpu']:.1f} / {run['peak_mb']:.0f}" if "seconds" in run else run["failed"]


def _agreement(taken: dict, sizes: list[float]) -> list[str]:
    differ = []
    for size in sizes:
        a, b = (taken.get((n, size), {}).get("counts") for n in ("catalogue, those rules only", "one statement by hand"))
        if a and b:
            differ += [f"{rule} at {size:g} M: {a.get(rule, 0):,} against {b.get(rule, 0):,}" for rule in BY_HAND if a.get(rule, 0) != b.get(rule, 0)]
    if differ:
        return ["Counts of violations that differ between catalogue and hand-written statement: " + "; ".join(differ) + "."]
    return ["Catalogue and hand-written statement count the same violations of every rule at every size."]


def _too_big(size: float, folder: Path) -> bool:
    return shutil.disk_usage(folder).free < size * 0.5e9  # of 10 million: 0.6 GB of figures, 2.5 GB of tables; spill beside it


def _run(name: str, figures: Path, work: Path, *more: str) -> dict:
    reported = subprocess.run([sys.executable, "-m", "benchmarks.truth.speed", name, str(figures), str(work), *more], cwd=PROJECT, capture_output=True, text=True, timeout=7200)
    if reported.returncode:
        return {"failed": (reported.stderr.strip().splitlines() or ["failed"])[-1][:80].replace("|", "/")}
    return json.loads(reported.stdout.splitlines()[-1])


def _connect(figures: Path, work: Path):
    import duckdb

    con = duckdb.connect(str(work / "work.duckdb"))
    con.execute(f"set memory_limit = '{MEMORY_GB}GB'; set threads = {THREADS}; set temp_directory = '{work / 'spill'}'; set preserve_insertion_order = false")
    con.execute("set allocator_flush_threshold = '64GB'; set allocator_bulk_deallocation_flush_threshold = '64GB'")  # memory is used again, not handed back after each statement
    con.execute(f"attach '{figures}' as given (read_only)")
    con.execute("create schema raw")
    for schema, table in con.execute("select schema_name, table_name from duckdb_tables() where database_name = 'given'").fetchall():
        kept = table in ("door_verdict", "door_count")  # written here, so no views
        con.execute(f"create {'table' if kept else 'view'} {'raw.' if schema == 'raw' else ''}{table} as from given.{schema}.{table}{' limit 0' if kept else ''}")
    return con


def generate(figures: Path, work: Path, millions: str) -> dict:
    """Figures and registers of one size."""
    import duckdb

    from expectations import cases

    figures.unlink(missing_ok=True)
    con = duckdb.connect(str(figures))
    con.execute(f"set memory_limit = '{MEMORY_GB}GB'; set preserve_insertion_order = false; create schema raw")
    tables, rows = cases.world()["tables"], cases.world()["rows"]
    for table, columns in tables.items():
        if table not in COMPUTED:
            con.execute(f"create table {table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
            if table not in MADE:
                cases._insert(con, table, rows.get(table, []))
    units = max(round(float(millions) * 1e6 / 20 / len(YEARS)), 1)
    con.execute(f"""insert into raw.register_units select 100000 + u, '县' || u, 'county ' || u, 'county', {BUREAU}, 1949, null from range({units}) t(u)""")
    con.execute(f"insert into raw.register_provider select distinct {BUREAU} || '-tjj', '统计局' || {BUREAU}, 'bureau ' || {BUREAU}, {BUREAU}, 'data', null from range({units}) t(u)")
    con.execute("insert into raw.register_provider_form by name select provider_id, 'statistics_annual' as form_id from raw.register_provider")
    con.execute("insert into raw.register_unit_aliases select name_zh, unit_code from raw.register_units")
    con.execute("""insert into raw.register_form_column
        select 'statistics_annual', 'figures', indicator, null, null, unit, 1990, null from raw.register_indicators""")
    con.execute(INDICATOR)
    con.execute(f"create temp table numbered as select u from range({units}) t(u)")  # a table is read by every thread, a range by one
    con.execute(f"""create table stg_figures as
        with cells as (
          select u, y as period, indicator, unit, n,
            hash(u, n, y) / 18446744073709551616.0 as h, hash(u, n) / 18446744073709551616.0 as level,
            hash(u, y, 1) / 18446744073709551616.0 as h1, hash(u, y, 3) / 18446744073709551616.0 as h3,
            hash(u) / 18446744073709551616.0 as h5, hash(u, 2) / 18446744073709551616.0 as h6,
            hash(u, y, 9) / 18446744073709551616.0 as h9, hash(n, u, y, 7) / 18446744073709551616.0 as fault,
            (50 + 400 * (hash(u) / 18446744073709551616.0)) * (1 + 0.005 * (y - 1999)) * (0.99 + 0.02 * hash(u, y, 5) / 18446744073709551616.0) as people, (5 + 20 * (hash(u) / 18446744073709551616.0)) * (1 + 0.01 * (y - 1999)) * (0.98 + 0.04 * hash(u, y, 6) / 18446744073709551616.0) as staff
          from numbered, range({YEARS.start}, {YEARS.stop}) s(y),
            (select indicator, unit, row_number() over (order by indicator) as n from raw.register_indicators)
        ), valued as (
          select *, case indicator
              when 'primary_industry_share' then round(2 + 20 * h1, 1)
              when 'tertiary_industry_share' then round(40 + 20 * h3, 1)
              when 'secondary_industry_share' then 100 - round(2 + 20 * h1, 1) - round(40 + 20 * h3, 1)
              when 'gdp_growth_rate' then round(4 + 3 * h, 1)
              when 'primary_teachers' then round((300 + 5000 * h5) * exp(0.02 * h))
              when 'primary_students' then round((300 + 5000 * h5) * (12 + 8 * h))
              when 'hospital_beds' then round((500 + 5000 * h6) * exp(0.02 * h))
              when 'doctors' then round((500 + 5000 * h6) * (0.3 + 0.5 * h))
              when 'education_expenditure' then round(20000 * (1 + level) * exp(0.05 * (period - 1999) + 0.1 * h))
              when 'science_expenditure' then round(5000 * (1 + level) * exp(0.05 * (period - 1999) + 0.1 * h))
              when 'fiscal_expenditure' then round(200000 * (1 + level) * exp(0.05 * (period - 1999) + 0.1 * h))
              when 'resident_population' then round(people, 2)
              when 'gdp_per_capita' then round((20000 + 30000 * h6) * exp(0.07 * (period - 1999)) * (1 + 0.01 * h1))
              when 'gdp' then round(round((20000 + 30000 * h6) * exp(0.07 * (period - 1999)) * (1 + 0.01 * h1)) * people / 10000, 2)
              when 'medical_insured' then round(people * 10000 * (0.7 + 0.2 * h))
              when 'average_wage' then round((20000 + 20000 * h6) * exp(0.08 * (period - 1999)) * (0.98 + 0.04 * h9))
              when 'on_post_staff_avg' then round(staff, 2)
              when 'wage_bill' then round((20000 + 20000 * h6) * exp(0.08 * (period - 1999)) * (0.98 + 0.04 * h9) * staff)
              when 'patents_granted' then round(exp(5 + 4 * level + 0.05 * (period - 1999) + 0.15 * h))
              else round(exp(5 + 4 * level + 0.05 * (period - 1999) + 0.15 * h), 2) end
            * case when fault < 0.0005 then 10000 when fault < 0.002 then 1.6 when fault > 0.9995 then 0.01 else 1 end as made
          from cells
        )
        select 'S' || period || '_' || {BUREAU} as submission_id, 1 as ledger_seq, {BUREAU} || '-tjj' as provider_id, 'statistics_annual' as form_id,
          cast(period as integer) as period, cast(100000 + u as varchar) as unit_code, cast(100000 + u as varchar) as measure_code, '县' || u as measure_name,
          cast(indicator as indicator) as indicator, case when fault between 0.5 and 0.5002 then '约' || made when fault between 0.6 and 0.6002 then '…' else cast(cast(made as decimal(28, 2)) as varchar) end as value_text,
          case when fault not between 0.5 and 0.5002 and fault not between 0.6 and 0.6002 then cast(made as decimal(28, 8)) end as value,
          case when fault not between 0.5 and 0.5002 and fault not between 0.6 and 0.6002 then cast(made as decimal(28, 8)) end as value_printed,
          2 as decimals, unit as printed_unit, fault not between 0.7 and 0.7002 as unit_stated,
          case when fault not between 0.8 and 0.8002 then cast(1 as decimal(28, 8)) end as factor,
          case when fault between 0.5 and 0.5002 then 'TEXT' when fault between 0.6 and 0.6002 then 'PLACEHOLDER' else 'NUMBER' end as parse_code,
          '综合' as sheet, cast(7 + u % 200 as integer) as row_no, cast(3 + n as integer) as col_no, 'R' || (7 + u % 200) || 'C' || (3 + n) as cell,
          cast(0.01 as decimal(28, 8)) as resolution
        from valued""")
    con.execute("""insert into raw.submission by name
        select distinct submission_id, ledger_seq, submission_id as sha256, provider_id, form_id, period, provider_id as declared_provider, 'read' as read_status from stg_figures""")
    return {"rows": con.execute("select count(*) from stg_figures").fetchone()[0]}


def catalogue_whole(figures: Path, work: Path) -> dict:
    """All rules of all families: every hit with its text, every count."""
    return _catalogue(figures, work, None)


def catalogue_part(figures: Path, work: Path) -> dict:
    """The rules that the hand-written statement knows."""
    return _catalogue(figures, work, set(BY_HAND))


def _catalogue(figures: Path, work: Path, codes: set | None) -> dict:
    """The validated room in the order of a night, some years at a time.

    First every year's intrinsic hits and baseline, then every year beside its neighbours, then what should be expected, the
    relative hits and all counts.
    """
    from expectations import cases, catalogue, compiler, door, worker

    families = {f.family: f for f in catalogue.load()}
    if codes:
        kept = {name: replace(f, rules=tuple(r for r in f.rules if r.code in codes)) for name, f in families.items()}
        families = {name: f for name, f in kept.items() if f.rules}
    intrinsic = [f for f in families.values() if f.stage == "intrinsic"]
    relative = [f for f in families.values() if f.stage == "relative"]
    models = PROJECT / "dbt_project" / "models" / "validated"
    shared = {name: (models / f"{name}.sql").read_text("utf-8") for name in ("val_baseline", *cases.VIEWS)}
    shared |= compiler.meeting_points(families.values())
    needed = _rested_on(shared | {path.stem: text for path, text in compiler.models(families.values()).items()}, {"val_hits", "val_rule_summary"})
    con = _connect(figures, work)
    con.execute(INDICATOR)
    taken: dict[str, float] = {}

    def judge(family, hits: str, years: list[int]) -> None:
        tested = f"val_tested_{family.family}"
        if family.at_door:
            start = time.process_time()
            relation = render(compiler.tested_sql(family), years, {})
            door.judge(con, worker.shared(), [door.batch(con, family, f"({relation})")])
            taken[f"door {family.family}"] = taken.get(f"door {family.family}", 0) + time.process_time() - start
            compute(hits, f"hits {family.family}", compiler.hits_sql(family), years, {tested: compiler.tested_sql(family)})
            return
        compute(f"val_judged_{family.family}", f"judged {family.family}", compiler.judged_sql(family), years, {tested: compiler.tested_sql(family)})
        compute(hits, f"hits {family.family}", compiler.hits_sql(family), years)

    def compute_shared(name: str, years: list[int]) -> None:
        if name in needed:
            compute(name, name, shared[name], years)

    def compute(table: str, label: str, model: str, years: list[int], views: dict[str, str] | None = None) -> None:
        start = time.process_time()
        sql = render(model, years, views or {})
        there = con.execute("select count(*) from duckdb_tables() where database_name = 'work' and table_name = ?", [table]).fetchone()[0]
        con.execute(f"insert into {table} {sql}" if there else f"create table {table} as {sql}")
        taken[label] = taken.get(label, 0) + time.process_time() - start

    def render(model: str, years: list[int], views: dict[str, str]) -> str:
        return cases.render(
            model, ref=lambda name: f"({render(views[name], years, {})})" if name in views else name,
            only_changed=lambda column, beside=(0,): f"{column} in ({', '.join(str(y + step) for y in years for step in beside)})",
            as_indicator=lambda name: f"cast({name} as indicator)")  # fmt: skip

    began = time.monotonic()
    batches = [list(YEARS)[k : k + YEARS_AT_ONCE] for k in range(0, len(YEARS), YEARS_AT_ONCE)]
    for years in batches:
        for family in intrinsic:
            judge(family, "val_intrinsic_hits", years)
        compute_shared("val_baseline", years)
    for years in batches:
        compute_shared("val_series", years)
        compute_shared("val_common", years)
    for years in batches:
        con.execute("drop table if exists val_expected")  # nobody reads another year's
        compute_shared("val_expected", years)
        for family in relative:
            judge(family, f"val_hits_{family.family}", years)
        compute_shared("val_hits", years)
        compute_shared("val_rule_summary", years)
    print("\n".join(f"{label} {seconds:.2f}" for label, seconds in sorted(taken.items(), key=lambda item: -item[1])), file=sys.stderr)
    counts = dict(con.execute("select rule_code, cast(sum(n_violations) as bigint) from val_rule_summary group by 1").fetchall())
    written = con.execute("select count(*) from val_hits").fetchone()[0]
    return {"seconds": time.monotonic() - began, "rules": sum(len(f.rules) for f in families.values()), "counts": counts, "hits": written}


def _rested_on(models: dict[str, str], wanted: set[str]) -> set[str]:
    """Names of `wanted` and of every model that one of them reads, directly or through others: what a night computes for these rules."""
    read = {name for model in wanted for name in re.findall(r"ref\('(\w+)'\)", models.get(model, ""))}
    return wanted if read <= wanted else _rested_on(models, wanted | read)


def by_hand(figures: Path, work: Path) -> dict:
    """The same checks as one statement that gives counts: windows instead of joins, one pass over unit and year."""
    con = _connect(figures, work)
    began = time.monotonic()
    counts = dict(con.execute(HAND).fetchall())
    return {"seconds": time.monotonic() - began, "rules": len(BY_HAND), "counts": {k: int(v) for k, v in counts.items()}}


HAND = """
with f as (
  select s.*, i.hard_low, i.hard_high, i.soft_low, i.soft_high, i.yoy_limit_pct, i.unit as canonical_unit,
    coalesce(s.value < i.hard_low or s.value > i.hard_high, false) as impossible,
    coalesce(s.value < i.soft_low or s.value > i.soft_high, false) as unusual
  from stg_figures s left join raw.register_indicators i using (indicator)
),
wide as (
  select unit_code, period,
    max(value) filter (indicator = 'primary_industry_share') as p1, max(value) filter (indicator = 'secondary_industry_share') as p2,
    max(value) filter (indicator = 'tertiary_industry_share') as p3,
    max(value) filter (indicator = 'fiscal_expenditure') as fe, max(value) filter (indicator = 'education_expenditure') as ee,
    max(value) filter (indicator = 'science_expenditure') as se,
    max(value) filter (indicator = 'primary_students' and not impossible) as ps, max(value) filter (indicator = 'primary_teachers' and not impossible) as pt,
    max(value) filter (indicator = 'hospital_beds' and not impossible) as hb, max(value) filter (indicator = 'doctors' and not impossible) as doc
  from f where indicator in ('primary_industry_share', 'secondary_industry_share', 'tertiary_industry_share', 'fiscal_expenditure',
    'education_expenditure', 'science_expenditure', 'primary_students', 'primary_teachers', 'hospital_beds', 'doctors')
  group by unit_code, period
),
judged as (
  select *, coalesce(abs(p1 + p2 + p3 - 100) > 0.02, false) as id01, coalesce(ee + se > fe + 0.03, false) as id02,
    coalesce(ps < 8 * pt or ps > 35 * pt, false) and pt > 0 as cr06, coalesce(doc < 0.15 * hb or doc > 1.5 * hb, false) and hb > 0 as cr07
  from wide
),
broken as (select unit_code, period, id01, id02 from judged where id01 or id02),
clean as (
  select f.*, case when not impossible and parse_code not in ('TEXT', 'PLACEHOLDER') and factor is not null
    and not (coalesce(id01, false) and indicator in ('primary_industry_share', 'secondary_industry_share', 'tertiary_industry_share'))
    and not (coalesce(id02, false) and indicator in ('fiscal_expenditure', 'education_expenditure', 'science_expenditure'))
    then value end as good
  from f left join broken using (unit_code, period)
),
beside as (
  select *, lag(good) over w as last, lag(good, 2) over w as before, lead(good) over w as next,
    length(trim(both '0' from replace(replace(trim(trailing '.' from trim(trailing '0' from cast(value_printed as varchar))), '.', ''), '-', ''))) as digits
  from clean window w as (partition by unit_code, indicator order by period)
),
slip as (
  select *, (last is not null)::int + (before is not null)::int + (next is not null)::int as others,
    round(log10(nullif(abs(value::double), 0) / nullif(abs(coalesce(last, before, next)::double), 0)))::int as k
  from beside
),
slipped as (
  select *, coalesce(k <> 0 and abs(k) <= 6, false)
    and coalesce(value::double / nullif(last::double, 0) * power(10.0, -k) between 1 / 1.5 and 1.5, false)
    and coalesce(value::double / nullif(before::double, 0) * power(10.0, -k) between 1 / 1.5 and 1.5, false) as is_slip_then,
    coalesce(k <> 0 and abs(k) <= 6, false)
    and (last is null or coalesce(value::double / nullif(last::double, 0) * power(10.0, -k) between 1 / 1.5 and 1.5, false))
    and (before is null or coalesce(value::double / nullif(before::double, 0) * power(10.0, -k) between 1 / 1.5 and 1.5, false))
    and (next is null or coalesce(value::double / nullif(next::double, 0) * power(10.0, -k) between 1 / 1.5 and 1.5, false)) as is_slip
  from slip
),
counted as (
  select count(*) filter (impossible) as RG01, count(*) filter (unusual and not impossible) as RG02,
    count(*) filter (is_slip_then and canonical_unit <> '%' and abs(k) >= 2) as SL01,
    count(*) filter (is_slip and canonical_unit <> '%' and others >= 1 and (others >= 2 or abs(k) >= 2) and not (is_slip_then and abs(k) >= 2)) as SL02,
    count(*) filter (not is_slip_then and last is not null and abs(value - last) * 100 > yoy_limit_pct * abs(last)
      and not coalesce(abs(value - before) * 100 <= yoy_limit_pct * abs(before), false)) as YR01,
    count(*) filter (value = last and digits >= 4 and not coalesce(value = hard_high or value = hard_low, false)) as CP01,
    count(*) filter (parse_code = 'TEXT') as TY01, count(*) filter (parse_code = 'PLACEHOLDER') as TY02,
    count(*) filter (value_printed is not null and not unit_stated) as UN01, count(*) filter (value_printed is not null and factor is null) as UN03
  from slipped
),
together as (
  select sum(id01::int * 3) as ID01, sum(id02::int * 3) as ID02, sum(cr06::int * 2) as CR06, sum(cr07::int * 2) as CR07 from judged
)
unpivot (select * from counted, together) on columns(*) into name rule value n
"""


def gx_pandas(figures: Path, work: Path) -> dict:
    """GX on a pandas frame with the neighbours already beside each figure: what its own expectations can say of the 14 rules."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    import great_expectations.expectations as gxe

    con = _connect(figures, work)
    began = time.monotonic()
    frame = con.execute("""select s.value::double as value, s.parse_code, s.unit_stated, s.factor::double as factor, i.unit, i.hard_low::double as hard_low,
        i.hard_high::double as hard_high, i.soft_low::double as soft_low, i.soft_high::double as soft_high, i.yoy_limit_pct::double as yoy,
        s.unit_code, s.indicator, s.period from stg_figures s left join raw.register_indicators i using (indicator)""").df()
    frame = frame.sort_values(["unit_code", "indicator", "period"])
    by = frame.groupby(["unit_code", "indicator"], sort=False).value
    frame["last"], frame["next"] = by.shift(1), by.shift(-1)
    frame["change"] = (frame.value - frame["last"]).abs() * 100
    frame["allowed"] = frame.yoy * frame["last"].abs()
    wide = frame.pivot_table(index=["unit_code", "period"], columns="indicator", values="value", aggfunc="max", observed=True)
    wide["shares"] = wide.primary_industry_share + wide.secondary_industry_share + wide.tertiary_industry_share
    wide["spent"] = wide.education_expenditure + wide.science_expenditure
    wide["per_teacher"], wide["per_bed"] = wide.primary_students / wide.primary_teachers, wide.doctors / wide.hospital_beds
    context = gx.get_context(mode="ephemeral")
    pair = gxe.ExpectColumnPairValuesAToBeGreaterThanB
    on_rows = [pair(column_A="value", column_B="hard_low", or_equal=True), pair(column_A="hard_high", column_B="value", or_equal=True), pair(column_A="value", column_B="soft_low", or_equal=True),
               pair(column_A="soft_high", column_B="value", or_equal=True), pair(column_A="allowed", column_B="change", or_equal=True), gxe.ExpectColumnValuesToNotBeInSet(column="parse_code", value_set=["TEXT"]),
               gxe.ExpectColumnValuesToNotBeInSet(column="parse_code", value_set=["PLACEHOLDER"]), gxe.ExpectColumnValuesToBeInSet(column="unit_stated", value_set=[True]), gxe.ExpectColumnValuesToNotBeNull(column="factor"),
               gxe.ExpectColumnPairValuesToBeEqual(column_A="value", column_B="last")]  # fmt: skip
    on_units = [gxe.ExpectColumnValuesToBeBetween(column="shares", min_value=99.98, max_value=100.02), pair(column_A="fiscal_expenditure", column_B="spent", or_equal=True),
                gxe.ExpectColumnValuesToBeBetween(column="per_teacher", min_value=8, max_value=35), gxe.ExpectColumnValuesToBeBetween(column="per_bed", min_value=0.15, max_value=1.5)]  # fmt: skip
    for name, data, rules in (("figures", frame, on_rows), ("units", wide.reset_index(), on_units)):
        batch = context.data_sources.add_pandas(name).add_dataframe_asset(name).add_batch_definition_whole_dataframe(name).get_batch({"dataframe": data})
        suite = gx.ExpectationSuite(name=name, expectations=rules)
        batch.validate(suite, result_format="BASIC")
    return {"seconds": time.monotonic() - began, "rules": f"{len(on_rows) + len(on_units)} (no slips)"}


CONTESTANTS = {
    "catalogue, whole": catalogue_whole,
    "catalogue, those rules only": catalogue_part,
    "one statement by hand": by_hand,
    "GX on pandas": gx_pandas,
}


def main() -> None:
    """One contestant."""
    name, figures, work, *more = sys.argv[1:]
    result = generate(Path(figures), Path(work), *more) if name == "generate" else CONTESTANTS[name](Path(figures), Path(work))
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps(result | {"peak_mb": _peak_mb(), "cpu": used.ru_utime + used.ru_stime}))


def _peak_mb() -> float:
    """This process's own peak: `ru_maxrss` is handed down from whoever started it."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


if __name__ == "__main__":
    main()
