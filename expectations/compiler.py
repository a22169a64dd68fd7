"""Compiles the rule catalogue: dbt models, their descriptions, the rule book. `python -m expectations.compiler [--check]`.

Knows SQL shape, no rule. A family judged at the door has a view and its violations only (Great Expectations writes raw.door_verdict). Three models per other family: the view `val_tested_<family>` (its relation, tonight's periods), the table
`val_judged_<family>` (outcomes from one scan: passing rows counted together, failing rows whole) and the table `val_hits_<family>`
(one row per violation, with its sentences). Decisions: a relation is planned and read once a night; a rule's outcome is computed
once, as a column, and everything else reads it; sentences are written for stored failing rows only; an undecided (NULL) rule is
NOT_RUN, never a pass; the models are never committed (whoever starts dbt writes them first: warehouse/compile.py), the rule book is, and
`--check` fails when it is stale.
Portable SQL: cast(), explicit group by, no QUALIFY, no except.
"""

from __future__ import annotations

import argparse
import re
import sys
import textwrap
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

import yaml

from expectations import catalogue, columns, expressions, sentences
from expectations.catalogue import Family, Lookup, Rule

PROJECT = Path(__file__).parent.parent
MODELS = Path("dbt_project/models/validated/rules")  # in a project
BOOK = Path("docs/rules")
HIT_COLUMNS = (
    "rule_code rule_version severity submission_id provider_id unit_code indicator period sheet row_no col_no cell "
    "seen expected expected_en expected_low expected_high baseline_n why_zh why_en mend_zh mend_en evidence should_be as_known_then"
).split()
MOST_EVIDENCE = 6
SUMMARY_COLUMNS = "rule_code rule_version severity period n_checked n_violations n_not_applicable n_too_few n_not_run".split()
IDENTITY = "submission_id provider_id unit_code indicator period sheet row_no col_no cell".split()
VERDICT_KEY = ("submission_id", "sheet", "row_no", "col_no", "indicator")  # of a row of raw.door_verdict, beside the rule
MEASURES = (("checked", "'PASS', 'FAIL'"), ("violations", "'FAIL'"), ("not_applicable", "'NOT_APPLICABLE'"),
            ("too_few", "'TOO_FEW_POINTS'"), ("not_run", "'NOT_RUN'"))  # fmt: skip
MEETING_POINTS = {
    "val_intrinsic_hits": "单表规则的全部疑点 / every hit of the rules that look at one return alone",
    "val_hits": "全部规则的全部疑点，附差错率和差错影响度 / every hit of every rule, with error rate and impact",
    "val_rule_summary": "各规则各期的检查计数 / per rule and period, what was looked at and what came of it",
}
RELATED = {"rule_code": "register_rule", "severity": "register_rule", "submission_id": "submission", "provider_id": "register_provider", "unit_code": "register_units"}
# What forms expect of themselves (sources/forms), as the door counted it.
OWN_OUTCOMES = """select
  own.rule_code, own.rule_version, own.severity, counted.period, counted.n as n_alike, counted.outcome
from {{ source('raw', 'door_count') }} as counted
inner join {{ source('raw', 'register_expectation') }} as own on own.rule_code = counted.rule_code
where {{ only_changed('counted.period') }}"""
# Words that an expression may hold beside columns and functions; a word that is missing here fails when the model is bound.
SQL_WORDS = frozenset(
    "and as between bigint both boolean case date decimal distinct double else end false from in integer is leading like not null "
    "or then timestamp trailing true varchar when".split()
)
_PARAM = re.compile(r"\$\{(\w+)\}")
_MACRO = re.compile(r"\{\{(.*?)\}\}")
_TEXT = re.compile(r"'[^']*'")
_NAME = re.compile(r"\b[a-z_]\w*\b(?!\s*\()")


def sql_literal(value) -> str:
    """A parameter as SQL: numbers plain, text quoted, a list as `(…)`, a list of records as a derived table."""
    if isinstance(value, bool) or value is None:
        return str(value).lower() if value is not None else "null"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, str):
        return sentences.quote(value)
    if value and isinstance(value[0], dict):
        rows = (", ".join(f"{sql_literal(v)} as {k}" for k, v in record.items()) for record in value)
        return "(" + " union all ".join(f"select {row}" for row in rows) + ")"
    return "(" + ", ".join(sql_literal(v) for v in value) + ")"


def substitute(sql: str, params: dict) -> str:
    """Fill `${name}` from the parameters of rule and family."""

    def value(match: re.Match) -> str:
        if match.group(1) not in params:
            raise catalogue.CatalogueFault(f"${{{match.group(1)}}} 不在参数之中 / is not among {sorted(params)}")
        return sql_literal(params[match.group(1)])

    return _PARAM.sub(value, str(sql)).strip()


def outcome_sql(family: Family, rule: Rule) -> str:
    """SQL of the rule's outcome for one row; NULL where the rule does not apply to the row."""
    params = {**family.params, **rule.params}
    applies, not_applicable, too_few, fails = (
        substitute(part, params) for part in (rule.applies, rule.not_applicable, rule.too_few, rule.fails)
    )
    if rule.effective_from is not None:
        applies = f"({applies}) and period >= {rule.effective_from}"
    return (
        f"case\n  when not coalesce({applies}, false) then null\n"
        f"  when coalesce({not_applicable}, false) then 'NOT_APPLICABLE'\n"
        f"  when coalesce({too_few}, false) then 'TOO_FEW_POINTS'\n"
        f"  else case ({fails}) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end\nend"
    )


def _column(rule: Rule) -> str:
    return f"outcome_{rule.code.lower()}"


def _own(family: Family) -> tuple[Rule, ...]:
    """Rules with a condition of their own; where the relation carries the code, only the catch-all has one."""
    return family.rules[:1] if family.code_column else family.rules


def _listed(family: Family) -> tuple[Rule, ...]:
    """Rules that are distinguished by the relation's code column alone."""
    return family.rules[1:] if family.code_column else ()


def tested_sql(family: Family) -> str:
    """The view of everything the family tests: its relation, limited to the periods that are computed, beside what its rules look up."""
    relation = substitute(family.relation, family.params)
    lookups = [lookup for lookup in family.lookups if _columns_asked(family) & set(lookup.columns)]
    return f"{_head(family)}{{% set text = dbt.type_string() %}}\n{_with_lookups(relation, lookups, family.params) if lookups else relation}\n"


def _with_lookups(relation: str, lookups: list[Lookup], params: dict) -> str:
    parts = {"tested": relation, **{lookup.name: substitute(lookup.rows, params) for lookup in lookups}}
    columns = ", ".join(f"{lookup.name}.{column}" for lookup in lookups for column in lookup.columns)
    joins = (f"left join {lookup.name} on {' and '.join(f'{lookup.name}.{key} = tested.{key}' for key in lookup.by)}" for lookup in lookups)
    return (
        "with " + ",\n\n".join(f"{name} as (\n{_shift(sql)}\n)" for name, sql in parts.items())
        + f"\n\nselect tested.*, {columns}\nfrom tested\n" + "\n".join(joins)
    )  # fmt: skip


def judged_sql(family: Family) -> str:
    """The table of outcomes, from one scan of the view: passing rows counted together, failing rows kept with what a hit prints."""
    outcomes = [_column(rule) for rule in _own(family)]
    judged = ",\n".join(f"{_shift(outcome_sql(family, rule))} as {_column(rule)}" for rule in _own(family))
    failing = [f"{outcome} = 'FAIL'" for outcome in outcomes]
    if _listed(family):
        failing.append(f"{family.code_column} is not null")
    kept = kept_columns(family)
    keys = ", ".join(["period", *outcomes, "is_failing", *kept])
    kept_if_failing = ",\n".join(f"    case when is_failing then {name} end as {name}" for name in kept)
    return (
        f"{_head(family)}{{% set text = dbt.type_string() %}}\n"
        f"with judged as (\n  select\n    tested.*,\n{_shift(judged)}\n"
        f"  from {{{{ ref('val_tested_{family.family}') }}}} as tested\n  where {{{{ only_changed('tested.period') }}}}\n),\n\n"
        f"marked as (\n  select judged.*, coalesce({' or '.join(failing)}, false) as is_failing from judged\n),\n\n"
        f"kept as (\n  select\n    period, {', '.join(outcomes)}, is_failing,\n{kept_if_failing}\n  from marked\n)\n\n"
        f"select {keys}, count(*) as n_alike\nfrom kept\ngroup by {keys}\n"
    )


def kept_columns(family: Family) -> list[str]:
    """Columns of the relation that a hit of the family prints or computes with, the place first."""
    rules = [*_own(family), *_listed(family)[:1]]
    read = {name for rule in rules for sql in _hit_values(family, rule).values() for name in _columns_read(sql)}
    read |= {family.code_column} if family.code_column else set()
    return [name for name in IDENTITY if name != "period"] + sorted(read - set(IDENTITY))


def _columns_asked(family: Family) -> set[str]:
    """Columns of the relation that a rule of the family judges by or prints."""
    return {name for rule in _own(family) for name in _columns_read(outcome_sql(family, rule))} | set(kept_columns(family))


def _columns_read(sql: str) -> set[str]:
    """Names in an expression that are columns: no function, no word of SQL, no text; what a macro is given counts."""
    sql = _MACRO.sub(lambda match: match.group(1) if '"' in match.group(1) else match.group(1).replace("'", " "), sql.replace("{{ text }}", "varchar"))
    return set(_NAME.findall(_TEXT.sub(" ", sql).lower())) - SQL_WORDS


def hits_sql(family: Family) -> str:
    """The table of every violation of one family, columns `HIT_COLUMNS`: sentences are written for failing rows only."""
    if family.at_door:
        return _door_hits_sql(family)
    branches = [_hit_branch(family, rule) for rule in _own(family)]
    if _listed(family):
        branches.append(_listed_branch(family))
    failing = (
        f"failing as (\n  select judged.*, {{{{ copies_of_row('judged.n_alike') }}}} as copy_no\n"
        f"  from {{{{ ref('val_judged_{family.family}') }}}} as judged\n  where {{{{ only_changed('judged.period') }}}} and judged.is_failing\n)"
    )
    return f"{_head(family)}{{% set text = dbt.type_string() %}}\nwith {failing}\n\n" + "\n\nunion all\n\n".join(branches) + "\n"


def _door_hits_sql(family: Family) -> str:
    """The same of a family judged at the door: the rows on which a verdict lies, joined with what their sentences print."""
    same = "\n    and ".join(f"verdicts.{name} is not distinct from tested.{name}" for name in VERDICT_KEY[1:])
    failing = (
        f"verdicts as (\n  select distinct rule_code as verdict, {', '.join(VERDICT_KEY)}\n  from {{{{ source('raw', 'door_verdict') }}}}\n"
        f"  where {{{{ only_changed('period') }}}} and rule_code in ({', '.join(sentences.quote(rule.code) for rule in family.rules)})\n),\n\n"
        f"failing as (\n  select tested.*, verdicts.verdict\n  from {{{{ ref('val_tested_{family.family}') }}}} as tested\n"
        f"  inner join verdicts\n    on verdicts.submission_id = tested.submission_id\n    and {same}\n  where {{{{ only_changed('tested.period') }}}}\n)"
    )
    branches = [_hit_branch(family, rule) for rule in family.rules]
    return f"{_head(family)}{{% set text = dbt.type_string() %}}\nwith {failing}\n\n" + "\n\nunion all\n\n".join(branches) + "\n"


def _head(family: Family) -> str:
    return f"-- Written by expectations/compiler.py from expectations/rules/{family.family}.yml: edit that file, not this one.\n"


def _hit_branch(family: Family, rule: Rule) -> str:
    values = {
        "rule_code": sentences.quote(rule.code),
        "rule_version": f"cast({rule.version} as integer)",
        "severity": sentences.quote(rule.severity),
        **_hit_values(family, rule),
    }
    title = f"-- {rule.code} {rule.title_zh} / {rule.title_en}\n"
    failed = f"verdict = {sentences.quote(rule.code)}" if family.at_door else f"{_column(rule)} = 'FAIL'"
    return f"{title}select\n{_select_list(values)}\nfrom failing\nwhere {failed}"


def _listed_branch(family: Family) -> str:
    """One branch for all rules that differ by code alone."""
    values = {name: f"listed.{name}" for name in ("rule_code", "rule_version", "severity")}
    values |= _hit_values(family, _listed(family)[0])
    return (
        f"-- the codes that the catalogue declares\nselect\n{_select_list(values)}\nfrom failing\n"
        f"inner join {_rules_table(_listed(family), 'listed')} on listed.rule_code = failing.{family.code_column}"
    )


def _rules_table(rules: Iterable[Rule], name: str) -> str:
    rows = ", ".join(f"({sentences.quote(r.code)}, {r.version}, {sentences.quote(r.severity)})" for r in rules)
    return f"(values {rows}) as {name}(rule_code, rule_version, severity)"


def _select_list(values: dict[str, str]) -> str:
    return ",\n".join(f"  {values[n]}" if values[n] == n else f"  {values[n]} as {n}" for n in HIT_COLUMNS)


def _hit_values(family: Family, rule: Rule) -> dict[str, str]:
    """SQL of the columns that say where, what and why."""
    params, names = {**family.params, **rule.params}, {**family.say, **rule.say}
    names = {name: substitute(expression, params) for name, expression in names.items()}

    def sentence(template: str, missing: str) -> str:
        sql = sentences.to_sql(_fill_text(template, params), names, missing)
        return f"replace({sql}, ' %', '%')" if "unit}" in template else sql  # a measure stands apart from its number, but for this one

    zh, en = family.missing_zh, family.missing_en
    return {
        **{name: name for name in IDENTITY},
        "seen": sentence(rule.seen, zh),
        "expected": sentence(rule.expected, zh),
        "expected_en": sentence(rule.expected_en, en),
        "expected_low": f"try_cast({substitute(rule.expected_low, params)} as decimal(28, 8))",
        "expected_high": f"try_cast({substitute(rule.expected_high, params)} as decimal(28, 8))",
        "baseline_n": f"cast({substitute(rule.baseline_n, params)} as integer)",
        **{name: sentence(getattr(rule, name), zh if name.endswith("zh") else en)
           for name in ("why_zh", "why_en", "mend_zh", "mend_en")},
        "evidence": f"cast(least(greatest(coalesce({substitute(rule.evidence or catalogue.DEFAULT_EVIDENCE[rule.severity], params)}, 0), 0), {MOST_EVIDENCE}) as decimal(9, 4))",
        "should_be": f"try_cast({substitute(rule.should_be, params)} as decimal(28, 8))",
        "as_known_then": str(catalogue.as_known_then(family, rule)).lower(),
    }  # fmt: skip


def _fill_text(template: str, params: dict) -> str:
    """Parameters inside a sentence are printed plainly, not as SQL."""
    return _PARAM.sub(lambda match: str(params[match.group(1)]), template.strip())


def summary_sql(families: Iterable[Family], with_own: bool = False) -> str:
    """Counts of every rule per period it looked at, from the judged tables, columns `SUMMARY_COLUMNS`."""
    counts = ",\n".join(f"  cast(sum(case when outcome in ({words}) then n_alike else 0 end) as bigint) as n_{name}" for name, words in MEASURES)
    outcomes = "\n\nunion all\n\n".join([*(_outcomes(family) for family in families), *([OWN_OUTCOMES] if with_own else [])])
    return (
        "-- Written by expectations/compiler.py from expectations/rules. Per rule and period, what was looked at and what came of it: Great Expectations asserts on this.\n"
        f"with outcomes as (\n{_shift(outcomes)}\n)\n\n"
        f"select\n  rule_code, cast(rule_version as integer) as rule_version, severity, period,\n{counts}\n"
        "from outcomes\ngroup by rule_code, rule_version, severity, period\n"
    )


def _outcomes(family: Family) -> str:
    """Each row of the judged table beside each rule of the family, with that rule's outcome."""
    if family.at_door:
        counted = "{{ source('raw', 'door_count') }}"
        codes = ", ".join(sentences.quote(rule.code) for rule in family.rules)
        return (  # a rule that spoke about no row of a period has its row too
            f"select\n  rules.rule_code, rules.rule_version, rules.severity, looked_at.period, coalesce(counted.n, 0) as n_alike, counted.outcome\n"
            f"from (\n  select distinct period from {counted}\n  where {{{{ only_changed('period') }}}} and rule_code in ({codes})\n) as looked_at\n"
            f"cross join {_rules_table(family.rules, 'rules')}\n"
            f"left join {counted} as counted on counted.rule_code = rules.rule_code and counted.period = looked_at.period"
        )
    whens = "".join(f"\n    when {sentences.quote(rule.code)} then judged.{_column(rule)}" for rule in _own(family))
    listed = f"\n    else case when judged.{family.code_column} = rules.rule_code then 'FAIL' else 'PASS' end" if _listed(family) else ""
    return (
        f"select\n  rules.rule_code, rules.rule_version, rules.severity, judged.period, judged.n_alike,\n"
        f"  case rules.rule_code{whens}{listed}\n  end as outcome\n"
        f"from {{{{ ref('val_judged_{family.family}') }}}} as judged\n"
        f"cross join {_rules_table(family.rules, 'rules')}\nwhere {{{{ only_changed('judged.period') }}}}"
    )


def descriptions(families) -> str:
    """The .yml beside the models: what each is, in both languages, and which other periods it reads."""
    kinds = (("tested", "所查各行", "every row tested"), ("judged", "各行判定结果", "what came of each row"), ("hits", "逐条疑点", "every violation"))
    models = []
    for family in families:
        codes = " ".join(rule.code for rule in family.rules)
        for kind, zh, en in kinds:
            if kind == "judged" and family.at_door:
                continue
            reads = family.reads_periods if kind == "tested" else ()  # the view reads other periods, what is made of its rows does not
            models.append({
                "name": f"val_{kind}_{family.family}",
                "description": f"{family.title_zh}（{codes}）：{zh} / {family.title_en}: {en}",
                "config": {
                    **({"materialized": "view"} if kind == "tested" else {}),
                    **({"on_schema_change": "sync_all_columns"} if kind == "judged" else {}),  # a column for each rule
                    "tags": ["rules", family.stage],
                    "meta": {
                        "reads_periods": reads if isinstance(reads, str) else list(reads),
                        **({"reads_only": {f"val_judged_{family.family}": "is_failing"}} if kind == "hits" and not family.at_door else {}),
                    },
                },
                "columns": _columns(family, kind),
            })  # fmt: skip
    models += [_meeting_point(name, says) for name, says in MEETING_POINTS.items()]
    head = "# Written by expectations/compiler.py: edit the rule files, not this one.\n"
    return head + yaml.safe_dump({"version": 2, "models": models}, allow_unicode=True, sort_keys=False, width=1000)


def _columns(family: Family, kind: str) -> list[dict]:
    """Columns of one of a family's three models, as its statement gives them."""
    if kind == "tested":
        return columns.tested(family, IDENTITY)
    if kind == "hits":
        return columns.described(HIT_COLUMNS)
    kept = {column["name"]: column for column in columns.tested(family, IDENTITY)}
    return [*columns.described(["period"]), *columns.outcomes([rule.code for rule in _own(family)]), *columns.described(["is_failing"]),
            *(kept[name] for name in kept_columns(family)), *columns.described(["n_alike"])]


def _meeting_point(name: str, says: str) -> dict:
    """A model where the families meet; what `RELATED` names is held to the register it comes from. Violations have no key: rows alike count each."""
    is_summary = name == "val_rule_summary"
    listed = columns.described(SUMMARY_COLUMNS if is_summary else HIT_COLUMNS + ["error_rate", "impact_permille"] * (name == "val_hits"))
    for column in listed:
        if table := RELATED.get(column["name"]):
            column["data_tests"] = [{"relationships": {"arguments": {"to": f"source('raw', '{table}')", "field": column["name"]}}}]
    key = {"key": ["rule_code", "period"]} if is_summary else {}
    return {"name": name, "description": says, "config": {"meta": {**key, "reads_periods": []}}, **({"data_tests": ["unique_key"]} if key else {}), "columns": listed}


def meeting_points(families) -> dict[str, str]:
    """Models where the families meet: the intrinsic hits (which no baseline needs), all hits, and the summary."""
    intrinsic = [f.family for f in families if f.stage == "intrinsic"]
    relative = [f.family for f in families if f.stage != "intrinsic"]
    return {
        "val_intrinsic_hits": _union("Every hit of the rules that look at one return alone.", [*(f"val_hits_{f}" for f in intrinsic), "val_own_hits"]),
        "val_hits": _banded(_union("Every hit of every rule, all rows: what the gate, the marts and the slips read.", ["val_intrinsic_hits", *(f"val_hits_{f}" for f in relative)])),
        "val_rule_summary": summary_sql(families, with_own=True),
    }


def _union(says: str, models: list[str]) -> str:
    selects = [f"select * from {{{{ ref('{model}') }}}}\nwhere {{{{ only_changed('period') }}}}" for model in models]
    return f"-- Written by expectations/compiler.py from expectations/rules. {says}\n" + "\nunion all\n".join(selects) + "\n"


def _banded(union: str) -> str:
    """All hits with 差错率 and 差错影响度, where the rule says what the figure should be."""
    head, _, selects = union.partition("\n")
    return (
        f"{head}\n-- error_rate = |reported - should be| / |should be|; impact_permille = that difference in thousandths of the province's total.\n"
        f"with hits as (\n{_shift(selects)}\n),\n\n"
        "totals as (\n"
        "  select units.province_code, best.indicator, best.period, sum(abs(best.value)) as total\n"
        "  from {{ ref('val_baseline') }} as best\n"
        "  inner join {{ source('raw', 'register_units') }} as units on units.unit_code = best.unit_code and units.level <> 'province'\n"
        "  inner join {{ source('raw', 'register_indicators') }} as indicators on indicators.indicator = best.indicator and indicators.additive\n"
        "  where {{ only_changed('best.period') }}\n"
        "  group by units.province_code, best.indicator, best.period\n)\n\n"
        "select\n  hits.*,\n"
        "  try_cast(abs(cast(figures.value as double) - cast(hits.should_be as double)) / nullif(abs(cast(hits.should_be as double)), 0) as decimal(28, 8)) as error_rate,\n"
        "  try_cast(abs(cast(figures.value as double) - cast(hits.should_be as double)) * 1000 / nullif(cast(totals.total as double), 0) as decimal(28, 8)) as impact_permille\n"
        "from hits\n"
        "left join {{ ref('stg_figures') }} as figures\n"
        "  on figures.submission_id = hits.submission_id and figures.sheet = hits.sheet and figures.row_no = hits.row_no\n"
        "  and figures.col_no = hits.col_no and figures.indicator = hits.indicator and {{ only_changed('figures.period') }}\n"
        "left join {{ source('raw', 'register_units') }} as units on units.unit_code = hits.unit_code\n"
        "left join totals on totals.province_code = units.province_code and totals.indicator = hits.indicator and totals.period = hits.period\n"
    )


def models(families: Iterable[Family], project: Path = PROJECT) -> dict[Path, str]:
    """The generated dbt models with their descriptions: what a night runs of the rules (40 ms; the rule book takes seconds)."""
    folder, kinds = project / MODELS, {"tested": tested_sql, "judged": judged_sql, "hits": hits_sql}
    files = {folder / f"val_{kind}_{f.family}.sql": sql(f) for f in families for kind, sql in kinds.items() if kind != "judged" or not f.at_door}
    files |= {folder / f"{name}.sql": text for name, text in meeting_points(families).items()}
    return files | {folder / "_rules.yml": descriptions(families)}


def mistakes(project: Path = PROJECT) -> list[str]:
    """What keeps the rules of a project from being compiled, each with file and line; empty where nothing does."""
    try:
        families = catalogue.load(project / "expectations" / "rules", project)
        models(families, project)
    except catalogue.CatalogueFault as error:
        return str(error).splitlines()
    return [said for family in families for said in _unknown_columns(family, project)]


def _unknown_columns(family: Family, project: Path) -> list[str]:
    """A sentence for each column that a rule names and its family's relation does not have, with the name nearest to it."""
    there = {column["name"] for column in columns.tested(family, IDENTITY)} | {name for lookup in family.lookups for name in lookup.columns}
    path, found = project / "expectations" / "rules" / f"{family.family}.yml", []
    for rule in [*_own(family), *_listed(family)[:1]]:
        for name in sorted(_columns_of(family, rule) - there):
            near = get_close_matches(name, sorted(there), 1)
            meant_zh, meant_en = (f"，最接近的是 {near[0]}", f"; the nearest is {near[0]}") if near else ("", "")
            found.append(f"{catalogue.place(path, rule.code)}: {rule.code} 用到的列 {name} 不在本族的数据中{meant_zh}；可用的列见本文件的 columns"
                         f" / {rule.code} names the column {name}, which its family does not have{meant_en}; see columns of this file")
    return found


def _columns_of(family: Family, rule: Rule) -> set[str]:
    """Columns that a rule judges by or prints; a door's conditions are of the row language, all else is SQL."""
    printed = {name for sql in _hit_values(family, rule).values() for name in _columns_read(sql)}
    if not family.at_door:
        return printed | _columns_read(outcome_sql(family, rule))
    conditions = (catalogue.door_text(family, rule, text) for text in (rule.applies, rule.not_applicable, rule.too_few, rule.fails) if text)
    return printed.union(*map(expressions.columns, conditions))


def book(families: Iterable[Family], project: Path = PROJECT) -> dict[Path, str]:
    """The pages of the rule book."""
    from expectations import rulebook

    return {project / BOOK / name: text for name, text in rulebook.pages(families).items()}


def stale(files: dict[Path, str]) -> list[Path]:
    """Files that differ from what the catalogue says, and files beside them that it no longer knows."""
    differing = [path for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    beside = {path for folder in {path.parent for path in files} for path in folder.glob("*.*")}
    return differing + sorted(beside - files.keys())


def write(files: dict[Path, str]) -> int:
    """Write what changed, delete what the catalogue no longer knows. Returns how many files; readers see a file old or new, never half."""
    changed = stale(files)
    for path in changed:
        if path not in files:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}.tmp")
        aside.write_text(files[path], encoding="utf-8")
        aside.replace(path)
    return len(changed)


def _shift(sql: str) -> str:
    return textwrap.indent(sql.rstrip(), "  ")


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m expectations.compiler", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail when a page of the rule book is stale")
    options = parser.parse_args(argv)
    families = catalogue.load()
    pages = book(families)
    if options.check:
        behind = stale(pages)
        for path in behind:
            print(f"stale: {path.relative_to(PROJECT)}", file=sys.stderr)
        return 1 if behind else 0
    files = (pages, models(families))
    print(f"{sum(map(len, files))} files, {sum(map(write, files))} changed")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
