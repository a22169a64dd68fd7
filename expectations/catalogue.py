"""The rule catalogue as objects: reads `rules/*.yml`, checks that every rule is complete, lists it as table rows.

Holds no rule and no SQL of its own. What a program finds (the workbook reader, the linter of schemes) is declared in a file of its own
(`declared_in`) and imported here as data, so that those codes have a severity and a page too. Decision: one frozen object per rule,
a missing or unknown key is an error with file and rule named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cache
from pathlib import Path

import yaml

from expectations import expressions
from expectations.outcomes import SEVERITY_TITLES

HERE = Path(__file__).parent
RULES = HERE / "rules"
PROJECT = HERE.parent
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's where it is there: a sixth of the time
# What evidence may rest on. Two rules on the same thing say it twice; two things that agree corroborate each other.
RESTS_ON = ("form", "bounds", "arithmetic", "own_years", "other_figures", "peers", "copy", "plan", "versions", "digits")
JUDGED_AT = ("gate", "door")
OWN_FAMILY = "own"  # of expectations that forms declare themselves (sources/forms)
EVERY_PERIOD = ("all", "earlier")  # what reads_periods may say instead of offsets
# wrong_year: the figure of that year is itself wrong, so that years beside it differ rightly; untrue_figure: a visit found the figure untrue;
# doubted: the figure is wrong with a certainty of its own (val_certainty); impossible: it cannot be right whatever other years say (val_doubts).
ROLES = ("", "wrong_year", "untrue_figure", "doubted", "impossible")
LEVELS = ("row", "series", "pair", "column", "unit")
DEFAULT_EVIDENCE = {"E": "2", "W": "1", "I": "0.3"}


class CatalogueFault(ValueError):
    """A rule file that cannot be used: says which file, which line, which rule and what is wrong."""


def fault(zh: str, en: str, code: str = "") -> CatalogueFault:
    """The error to raise about a rule (or a whole file), Chinese first; `_family` adds the place."""
    found = CatalogueFault(f"{code} {zh} / {code} {en}" if code else f"{zh} / {en}")
    found.code = code
    return found


def place(path: Path, code: str = "") -> str:
    """File and line of a rule, the first line of the file where no rule is named."""
    lines = path.read_text(encoding="utf-8").splitlines() if code else []
    wanted = re.compile(rf"\bcode:\s*[\"']?{re.escape(code)}\b")
    return f"expectations/rules/{path.name}:{next((no for no, line in enumerate(lines, start=1) if wanted.search(line)), 1)}"


@dataclass(frozen=True)
class Rule:
    """One rule. SQL fields are boolean or scalar expressions over the family's relation."""

    code: str
    severity: str
    title_zh: str
    title_en: str
    formula_zh: str
    formula_en: str
    source: str
    clause: list[str]
    why_zh: str
    why_en: str
    mend_zh: str
    mend_en: str
    honest_causes_zh: str
    honest_causes_en: str
    cannot_see_zh: str
    cannot_see_en: str
    fails: str = ""  # of a family judged at the door: a condition of the row language (expressions.py)
    expect: dict = field(default_factory=dict)  # what the door asks instead of a condition, in the words of Great Expectations (form_suites.py)
    version: int = 1
    min_n: int = 1
    shown_per: str = "cell"  # how a slip groups equal sentences: cell, row, column or return
    accounts_for: str | None = None  # table of which every row must have been looked at
    effective_from: int | None = None  # first period judged; None = every period
    params: dict = field(default_factory=dict)
    say: dict = field(default_factory=dict)
    applies: str = "true"
    not_applicable: str = "false"
    too_few: str = "false"
    seen: str = "{value_text}"
    expected: str = ""
    expected_en: str = ""
    expected_low: str = "null"
    expected_high: str = "null"
    baseline_n: str = "null"
    evidence: str = ""  # −log10 of how rare the sight is where all is well; "" = what the severity says
    should_be: str = "null"  # the figure it probably should be, in the canonical unit
    should_be_rank: int = 2  # where several rules name a figure for one cell, that of the lowest rank is proposed: 0 exact digits … 3 a mere ratio
    role: str = ""  # what a mart makes of a hit beyond counting it (ROLES)
    explained_by: str = ""  # events that explain a hit: "break" (definition, boundary), "neighbour" (a wrong year beside it)
    rests_on: str = ""  # what the evidence rests on; "" = the family's word
    as_known_then: bool | None = None  # hits rest on no later period; None = what the family's rests_on_periods say
    cases: list = field(default_factory=list)
    mend_in_book_zh: str = ""  # for declared findings, whose mend_zh is a column
    mend_in_book_en: str = ""


@dataclass(frozen=True)
class Lookup:
    """What some rules of a family compare each row with: `rows` (SQL over `tested`, the family's relation, one row per `by`) gives `columns`.

    It is computed only where a rule that is compiled reads one of them.
    """

    name: str
    by: list[str]
    columns: list[str]
    rows: str


@dataclass(frozen=True)
class Family:
    """A file of rules over one relation (`relation`: SQL with dbt's Jinja, one row per thing tested)."""

    family: str
    stage: str
    title_zh: str
    title_en: str
    about_zh: str
    about_en: str
    relation: str
    rules: tuple[Rule, ...]
    reads_periods: tuple[int, ...] | str = ()  # offsets of other periods that the relation itself reads: -1 = the year before; or "all"
    rests_on_periods: tuple[int, ...] = ()  # offsets of all years a hit rests on, through whatever table; as reads_periods where left out
    lookups: tuple[Lookup, ...] = ()
    params: dict = field(default_factory=dict)
    say: dict = field(default_factory=dict)
    rests_on: str = "form"  # rules that rest on the same thing count once (see RESTS_ON)
    level: str = "row"  # where the evidence lies: row, series, pair, column, unit
    columns: tuple[str, ...] = ()  # columns of the relation beside the place, for the models' descriptions (columns.py)
    code_column: str | None = None  # relation column by which the rules after the first are distinguished
    declared_in: str | list[str] | None = None  # files of the project that declare these rules; the first rule is their template
    judged_at: str = "gate"  # where: `door` = each return by itself, by Great Expectations alone; `gate` = in the models, which Great Expectations audits
    missing_zh: str = "（空）"  # printed in a sentence where an expression is NULL
    missing_en: str = "(none)"

    @property
    def at_door(self) -> bool:
        """Whether Great Expectations judges its rules on each return, and the models only write down what came of it."""
        return self.judged_at == "door"


@cache
def load(rules: Path = RULES, project: Path = PROJECT) -> tuple[Family, ...]:
    """All families, in the order of their file names; declared findings are added to the family that names their file (of `project`)."""
    families = [_with_declared(_family(path), project) for path in sorted(rules.glob("*.yml"))]
    _refuse_doubles(families)
    return tuple(families)


def all_rules(families: Iterable[Family]) -> list[tuple[Family, Rule]]:
    return [(family, rule) for family in families for rule in family.rules]


def rests_on(family: Family, rule: Rule) -> str:
    """What the rule's evidence rests on: its own word, else its family's."""
    return rule.rests_on or family.rests_on


def as_known_then(family: Family, rule: Rule) -> bool:
    """Whether a hit rests on nothing later than its own period: only such a hit changes what becomes of a figure.

    A rule with hindsight raises a suspicion (finding, slip, failure) and leaves the published rows of a closed year as they were.
    """
    return max(family.rests_on_periods, default=0) <= 0 if rule.as_known_then is None else rule.as_known_then


def affected_periods(families: Iterable[Family], changed: Iterable[int]) -> set[int]:
    """Every period whose hits may differ when the figures of `changed` do (the changed ones included)."""
    offsets = {offset for family in families for offset in family.rests_on_periods}
    return {period - offset for period in changed for offset in offsets | {0}}


def catalogue_rows(families: Iterable[Family] | None = None) -> list[dict]:
    """Rows of raw.register_rule, one per rule, texts as in the files; ordered by code."""
    families = load() if families is None else families
    rows = [_row(family, rule) for family, rule in all_rules(families)]
    return sorted(rows, key=lambda row: row["rule_code"])


def own_row(code: str, version: int, severity: str, texts: dict[str, str], form_zh: str, form_en: str) -> dict:
    """The same for an expectation that a form's own file declares."""
    severity_zh, severity_en = SEVERITY_TITLES[severity]
    return {
        "rule_code": code, "rule_version": version, "family": OWN_FAMILY, "family_zh": "表式自定", "family_en": "A form's own expectations", "stage": "intrinsic", "severity": severity,
        "severity_zh": severity_zh, "severity_en": severity_en, **_clauses(["REQ-S34"]), "rests_on": "form", "level": "row", "explained_by": "nothing", "should_be_rank": None, "role": "none",
        "title_zh": texts["title_zh"], "title_en": texts["title_en"], "formula_zh": texts["why_zh"], "formula_en": texts["why_en"], "source": f"{form_zh} / {form_en}",
        "min_n": 1, "shown_per": "cell", "effective_from": None, "honest_causes_zh": "见该表填报说明。", "honest_causes_en": "See the notes of the form.",
        "cannot_see_zh": "本表以外的情况。", "cannot_see_en": "Anything outside of this form.",
    }  # fmt: skip


@cache
def clauses() -> dict[str, dict[str, str]]:
    """The citation of each clause in both languages, by its code."""
    return yaml.load((HERE / "clauses.yml").read_text(encoding="utf-8"), LOADER)


def _clauses(codes: Iterable[str]) -> dict[str, str]:
    cited = [clauses()[code] for code in codes]
    return {"clause_zh": "；".join(clause["zh"] for clause in cited), "clause_en": "; ".join(clause["en"] for clause in cited)}


def _row(family: Family, rule: Rule) -> dict:
    severity_zh, severity_en = SEVERITY_TITLES[rule.severity]
    copied = (
        "title_zh title_en formula_zh formula_en source min_n shown_per effective_from "
        "honest_causes_zh honest_causes_en cannot_see_zh cannot_see_en"
    ).split()
    return {
        "rule_code": rule.code,
        "rule_version": rule.version,
        "family": family.family,
        "family_zh": family.title_zh,
        "family_en": family.title_en,
        "stage": family.stage,
        "severity": rule.severity,
        "severity_zh": severity_zh,
        "severity_en": severity_en,
        **_clauses(rule.clause),
        "rests_on": rests_on(family, rule),
        "level": family.level,
        "explained_by": rule.explained_by or "nothing",
        "should_be_rank": rule.should_be_rank,
        "role": rule.role or "none",
        **{name: getattr(rule, name) for name in copied},
    }


def _family(path: Path) -> Family:
    try:
        return _checked(path.stem, yaml.load(path.read_text(encoding="utf-8"), LOADER))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, problem = mark.line + 1 if mark else 1, getattr(error, "problem", None) or str(error)
        raise CatalogueFault(f"expectations/rules/{path.name}:{line}: YAML 写法有误（{problem}） / not valid YAML: {problem}") from error
    except (TypeError, KeyError, AttributeError) as error:
        raise CatalogueFault(f"{place(path)}: 文件的键有缺漏或多余：{error} / a key is missing or unknown: {error}") from error
    except CatalogueFault as error:
        raise CatalogueFault(f"{place(path, getattr(error, 'code', ''))}: {error}") from error


def _checked(name: str, content: dict) -> Family:
    rules = tuple(_rule(entry) for entry in content.pop("rules"))
    reads = content.get("reads_periods", [])
    content["reads_periods"] = reads if reads in EVERY_PERIOD else tuple(reads)
    if reads in EVERY_PERIOD and "rests_on_periods" not in content:
        raise fault(f"reads_periods 为 {reads!r} 时须用 rests_on_periods 写明疑点依据哪些年度", f"reads_periods is {reads!r}: rests_on_periods has to say which years a hit rests on")
    content["rests_on_periods"] = tuple(content.get("rests_on_periods", reads))
    content["columns"] = tuple(content.get("columns", ()))
    content["lookups"] = tuple(Lookup(**entry) for entry in content.get("lookups", ()))
    family = Family(rules=rules, **content)
    if family.family != name or family.stage not in ("intrinsic", "relative"):
        raise fault("family 应与文件同名，stage 为 intrinsic 或 relative", "family must be named like its file, stage intrinsic or relative")
    if family.judged_at not in JUDGED_AT or (family.at_door and family.stage != "intrinsic"):
        raise fault("judged_at 可用 gate、door；door 的 stage 须为 intrinsic", "judged_at is gate or door, and what is judged at the door is of stage intrinsic")
    if family.level not in LEVELS or {rests_on(family, rule) for rule in family.rules} - set(RESTS_ON):
        raise fault(f"level 可用 {'、'.join(LEVELS)}；rests_on 可用 {'、'.join(RESTS_ON)}", f"level is one of {LEVELS}, rests_on one of {RESTS_ON}")
    for rule in rules:
        _refuse_unjudged(family, rule)
        if rule.severity == "E" and not as_known_then(family, rule):
            raise fault("为强制性规则，不得依据以后年度的数据", "must be mended, so it may not rest on later periods", rule.code)
    if not family.code_column:  # what other code finds is tested there
        _refuse_untested(rules)
    return family


def _refuse_unjudged(family: Family, rule: Rule) -> None:
    """A rule has one condition, fails or expect; at the door it is written in the row language, over columns of its relation."""
    if bool(rule.fails) == bool(rule.expect) or (rule.expect and not family.at_door):
        raise fault("fails 与 expect 只能写一个，expect 只用于 judged_at: door", "says either fails or expect, and expect only where judged_at is door", rule.code)
    if family.at_door:
        for text in (rule.applies, rule.not_applicable, rule.too_few, *([rule.fails] if rule.fails else [])):
            try:
                expressions.parsed(door_text(family, rule, text))
            except expressions.ExpressionFault as error:
                raise fault(*str(error).split(" / ", 1), rule.code) from error


def door_text(family: Family, rule: Rule, text: str) -> str:
    """A condition of the row language with its parameters filled in, lists as lists; `true` and `false` are Python's."""
    params = {**family.params, **rule.params}
    filled = re.sub(r"\$\{(\w+)\}", lambda found: repr(params[found.group(1)]), str(text))
    return {"true": "True", "false": "False"}.get(filled.strip().lower(), filled)


def _refuse_untested(rules: tuple[Rule, ...]) -> None:
    """Every rule is held to a case that passes and one that fails; one that needs several points to one with too few."""
    for rule in rules:
        needed = {"PASS", "FAIL"} | ({"TOO_FEW_POINTS"} if rule.min_n > 1 or rule.too_few != "false" else set())
        lacking = sorted(needed - {case["outcome"] for case in rule.cases})
        if lacking:
            raise fault(f"缺少例子，请在 cases 中补上：{'、'.join(lacking)}", f"has no case for {lacking}; add one under cases", rule.code)


def _rule(entry: dict) -> Rule:
    code, known = str(entry.get("code", "?")), {f.name for f in fields(Rule)}
    unknown = sorted(set(entry) - known)
    if unknown:
        raise fault(f"有不认识的键：{'、'.join(unknown)}", f"has unknown keys: {', '.join(unknown)}", code)
    try:
        rule = Rule(**entry)
    except TypeError as error:
        lacking = [f.name for f in fields(Rule) if f.default is MISSING and f.default_factory is MISSING and f.name not in entry]
        raise fault(f"缺少：{'、'.join(lacking)}", f"lacks: {', '.join(lacking)}", code) from error
    if rule.role not in ROLES:
        raise fault(f"role 不能是 {rule.role!r}，可用：{'、'.join(ROLES[1:])}", f"role cannot be {rule.role!r}; one of {', '.join(ROLES[1:])}", code)
    if unknown := sorted(set(rule.clause) - clauses().keys()):
        raise fault(f"clause 中没有这些条款：{'、'.join(unknown)}，请更正，或在 expectations/clauses.yml 增加", f"cites no known clause: {', '.join(unknown)}; mend it, or add it to expectations/clauses.yml", code)
    if rule.severity not in SEVERITY_TITLES:
        raise fault(f"severity 不能是 {rule.severity!r}，可用：{'、'.join(SEVERITY_TITLES)}", f"severity cannot be {rule.severity!r}; one of {', '.join(SEVERITY_TITLES)}", code)
    return rule


def _refuse_doubles(families: list[Family]) -> None:
    codes = [rule.code for _, rule in all_rules(families)]
    doubled = sorted({code for code in codes if codes.count(code) > 1})
    if doubled:
        raise fault(f"规则代码重复：{'、'.join(doubled)}", f"declared twice: {doubled}")


def _with_declared(family: Family, project: Path) -> Family:
    """The family with its template rule multiplied by the findings it declares elsewhere."""
    if family.declared_in is None:
        return family
    catch_all = family.rules[0]
    entries = sorted((entry for file in declaring_files(family) for entry in declared(project / file)), key=lambda entry: entry["code"])
    rules = tuple(_rule(_declared_rule(family, catch_all, entry)) for entry in entries)
    params = {**family.params, "declared": sorted({*(entry["code"] for entry in entries), catch_all.code})}
    return replace(family, rules=(catch_all, *rules), params=params)


def declaring_files(family: Family) -> list[str]:
    """The files of the project that declare a family's rules."""
    files = family.declared_in or []
    return [files] if isinstance(files, str) else files


def declared(path: Path) -> list[dict]:
    """The findings that a file declares, in order of code."""
    content = yaml.load(path.read_text(encoding="utf-8"), LOADER)
    return sorted(content["findings"], key=lambda entry: entry["code"])


# What a declared finding may say about itself; its sentences come filled in with the finding, never from here.
_DECLARED = ("code", "severity", "version", "title_zh", "title_en", "shown_per", "source", "clause",
             "honest_causes_zh", "honest_causes_en", "cannot_see_zh", "cannot_see_en")  # fmt: skip


def _declared_rule(family: Family, template: Rule, entry: dict) -> dict:
    """A rule for one declared finding: the template's SQL under the declared code, severity and titles."""
    base = {f.name: getattr(template, f.name) for f in fields(Rule)}
    known = {name: entry[name] for name in _DECLARED if entry.get(name) is not None}
    words = {
        "formula_zh": f"{family.title_zh}时发现：{entry['title_zh']}",
        "formula_en": f"found while {family.title_en[0].lower()}{family.title_en[1:]}: {entry['title_en']}",
        "mend_in_book_zh": entry.get("mend_zh", ""),
        "mend_in_book_en": entry.get("mend_en", ""),
        "cases": [],
    }
    return {**base, **words, **known, "fails": f"finding_code = '{entry['code']}'"}
