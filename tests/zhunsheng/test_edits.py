"""A newcomer's ordinary edits, each made on a copy of the project's declarations: the message names file, line and the way to mend it."""

from __future__ import annotations

import dataclasses
import re
import shutil
from pathlib import Path

import duckdb
import nights
import pytest
from click.testing import CliRunner

from expectations import catalogue
from schemes import methods
from slips import checking
from sources import raw
from sources.declare import declarations
from sources.declare.yaml_lines import DeclarationError
from warehouse import compile, compiled, contract, loading, preflight
from warehouse.settings import PROJECT, Settings
from zhunsheng import binding, cli, command, doctor

COPIED = ("sources/forms", "sources/registers", "expectations/rules", "dbt_project/models", "schemes")
FILES = ("dbt_project/macros/scoring/methods.sql", "sources/providers.yml", "sources/channels.yml", "sources/reading_findings.yml", "sources/cell_findings.yml", "expectations/scheme_findings.yml", "warehouse/public_edition.yml", "docs/schemes.md")
RULE = """  - code: XX01
    severity: E
    title_zh: 试验规则
    title_en: a rule on trial
    formula_zh: 式
    formula_en: f
    source: s
    clause: [REQ-S34]
    fails: value < 0
    why_zh: 因
    why_en: w
    mend_zh: 改
    mend_en: m
    honest_causes_zh: 因
    honest_causes_en: c
    cannot_see_zh: 看
    cannot_see_en: s
    cases: [{outcome: PASS}, {outcome: FAIL}]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in COPIED:
        shutil.copytree(PROJECT / name, tmp_path / "project" / name)
    for name in FILES:
        (tmp_path / "project" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / name, tmp_path / "project" / name)
    return tmp_path / "project"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), "utf-8")


def line_of(path: Path, text: str) -> int:
    return next(no for no, line in enumerate(path.read_text("utf-8").splitlines(), start=1) if text in line)


def refused(project: Path, con=None) -> list[str]:
    """What a first night on the project says before it reads anything."""
    settings = Settings(home=project.parent / "home", project=project).make()
    with duckdb.connect() if con is None else con as con, pytest.raises(preflight.NotReady) as error:
        loading.load_raw(settings, loading.declared(settings), con)
    assert con is not None
    return str(error.value).splitlines()


# -- rules

def added(project: Path) -> None:
    path = project / "expectations" / "rules" / "keying.yml"
    path.write_text(path.read_text("utf-8").rstrip("\n") + "\n" + RULE.replace("severity: E", "severity: W"), "utf-8")


def changed(project: Path) -> None:
    path = project / "expectations" / "rules" / "hands.yml"
    path.write_text(re.sub(r"fails: (.*)", r"fails: not (\1)", path.read_text("utf-8"), count=1), "utf-8")


def taken_out(project: Path) -> None:
    (project / "expectations" / "rules" / "hands.yml").unlink()


@pytest.mark.parametrize("edit_rules", [added, changed, taken_out])
def test_an_edit_of_the_rules_reaches_the_night_by_itself(project, edit_rules):
    """The night sees that what it compiled is out of date, and dbt is started on models that are written anew, of every rule and of no other."""
    settings = Settings(home=project.parent / "home", project=project)
    compile.write_rules(settings)
    before, models = compiled.fingerprint(settings), settings.dbt_project / "models" / "validated" / "rules"
    texts = {path.name: path.read_text("utf-8") for path in models.iterdir()}
    edit_rules(project)
    catalogue.load.cache_clear()
    assert compiled.fingerprint(settings) != before
    assert compile.write_rules(settings) > 0 and compile.write_rules(settings) == 0
    after = {path.name: path.read_text("utf-8") for path in models.iterdir()}
    assert after != texts
    assert (edit_rules is added) == ("outcome_xx01" in after["val_judged_keying.sql"])
    assert (edit_rules is taken_out) == ("val_judged_hands.sql" not in after)


def test_a_rule_of_which_a_column_is_not_described_stops_the_night(project):
    edit(project / "expectations" / "rules" / "range.yml", "columns: [", "columns: [nobody_knows, ")
    (message,) = refused(project)
    assert message.startswith("expectations/rules/range.yml:1: expectations/columns.yml 没有说明列 nobody_knows")


def test_a_broken_rule_file_names_the_line_of_the_rule(project):
    path = project / "expectations" / "rules" / "keying.yml"
    path.write_text(path.read_text("utf-8").rstrip("\n") + "\n" + RULE.replace("    why_zh: 因\n", "").replace("severity: E", "severity: W"), "utf-8")
    with pytest.raises(catalogue.CatalogueFault, match=rf"expectations/rules/keying.yml:{line_of(path, 'code: XX01')}: XX01 缺少：why_zh / XX01 lacks: why_zh"):
        catalogue.load(project / "expectations" / "rules", project)


RULE_TYPOS = [
    ("keying.yml", "coalesce(slip_kind = 'TRANSPOSED' and gain >=", "coalesce(slip_kind = 'TRANSPOSED' and gian >=", "gian", "gain"),
    ("form.yml", "fails: unit_code is None", "fails: unit_cod is None", "unit_cod", "unit_code"),
]


@pytest.mark.parametrize("file, old, new, name, near", RULE_TYPOS, ids=[typo[0] for typo in RULE_TYPOS])
def test_a_column_typo_in_a_condition_names_the_rule_and_the_nearest_column(project, file, old, new, name, near):
    """In SQL and in the door's row language alike; the night is refused before anything is compiled."""
    path = project / "expectations" / "rules" / file
    before = path.read_text("utf-8").splitlines()
    edit(path, old, new)
    code = next(line.split()[-1] for line in reversed(before[:line_of(path, new) - 1]) if "- code:" in line)
    (message,) = refused(project)
    assert message.startswith(f"expectations/rules/{file}:{line_of(path, f'code: {code}')}: {code} 用到的列 {name} 不在本族的数据中，最接近的是 {near}") and f"{code} names the column {name}" in message


MODEL_TYPOS = [
    ("dbt_project/models/validated/val_returns.sql", "validated.val_returns", "sub.file_name", "sub.file_nam", "file_name"),
    ("dbt_project/models/marts/returns.sql", "marts.returns", "returns.version_no", "returns.version_number", "version_no"),
    ("expectations/rules/form.yml", "validated.val_tested_form", "units.province_code as unit_province", "units.province_cod as unit_province", "province_code"),
]


@pytest.mark.parametrize("file, relation, old, new, near", MODEL_TYPOS, ids=[typo[1] for typo in MODEL_TYPOS])
def test_a_column_typo_in_a_model_is_one_sentence_with_file_and_line(project, monkeypatch, file, relation, old, new, near):
    """The statement is bound on an empty warehouse; of models that read the broken one nothing is said."""
    known = compiled.load(Settings(home=PROJECT / "var"))
    edit(project / file, old, new)
    shutil.copytree(PROJECT / "dbt_project" / "seeds", project / "dbt_project" / "seeds")
    compile.write_rules(Settings(home=project.parent / "home", project=project))
    nodes = tuple(dataclasses.replace(node, full=node.full.replace(old, new)) if node.relation == relation else node for node in known.nodes)
    monkeypatch.setattr(compiled, "load", lambda _: dataclasses.replace(known, nodes=nodes))
    (message,) = binding.mistakes(Settings(home=project.parent / "home", project=project), declarations.load(project))
    assert message.startswith(f"{file}:{line_of(project / file, new)}: 模型 {relation.split('.')[1]} 的 SQL 无法执行") and f"最接近的是 {near}" in message and "\n" not in message


# -- marts

MARTS = [
    ("      meta:\n        key: [unit_key]", "      tags: [x]", "marts/units.yml:3: 数据集 units 没有写明主键", "config: {meta: {key:"),
    ("        key: [unit_key]", "        key: [unit_kee]", "marts/units.yml:7: 数据集 units 的主键列不在 columns 中：unit_kee", "no column of it"),
    ("      - name: unit_key\n", "      - nam: unit_key\n", "marts/units.yml:10: 数据集 units 的列 None 缺少 name", "lacks `name`"),
]


@pytest.mark.parametrize("old, new, zh, en", MARTS, ids=["no key", "no such key", "no name"])
def test_a_mart_that_cannot_be_published_is_found_first(project, old, new, zh, en):
    edit(project / "dbt_project/models/marts/units.yml", old, new)
    assert any(message.startswith(zh) and en in message for message in refused(project))
    with pytest.raises(DeclarationError, match="marts/units.yml"):
        contract.marts(project)


def test_a_mart_without_yaml_is_named(project):
    (project / "dbt_project/models/marts/units.yml").unlink()
    assert any(message.startswith("marts/units.sql:1: 数据集 units 没有声明") for message in preflight.marts(project))


# -- a column that is owed in the past

NEW_COLUMN = """  - indicator: gdp
    header_zh: [生产总值]
    header_en: [Product]
    owed: {from: %s}
    unit: 亿元
%s"""


def with_column(project: Path, start: int, more: str = "") -> Path:
    path = project / "sources/forms/finance_annual.yml"
    path.write_text(path.read_text("utf-8").rstrip("\n") + "\n" + NEW_COLUMN % (start, more), "utf-8")
    return path


def history(home: Path):
    """A warehouse as a night has left it, of which only what is asked about is kept: one accepted return of 2023, judged in 2025."""
    con = duckdb.connect()
    for schema in ("raw", "validated"):
        con.execute(f"create schema {schema}")
    raw.load_registers(con, declarations.load(PROJECT))
    con.execute("create table raw.night as select timestamp '2025-06-01' as as_of")
    con.execute("create table validated.val_returns as select 'finance_annual' as form_id, '44-czt' as provider_id, 2023 as period, true as is_in_force")
    return con


def test_a_column_newly_owed_in_a_settled_year_is_refused(project):
    path = with_column(project, 2023)
    con = history(project)
    (message,) = preflight.newly_owed(con, declarations.load(project))
    assert message.startswith(f"forms/finance_annual.yml:{line_of(path, 'indicator: gdp')}: 列 gdp 新要求报送 2023 年，已接收的 1 份报表将被退回，已封账的 2023 年得分将改变；请改为 owed: {{from: 2024}}")
    assert "1 accepted returns would be sent back" in message and "reopens: [2023]" in message
    assert preflight.newly_owed(con, declarations.load(PROJECT)) == []


@pytest.mark.parametrize("start, more", [(2024, ""), (2023, "    reopens: [2023]\n")], ids=["from the next year", "reopened on purpose"])
def test_the_ways_to_mend_it_work(project, start, more):
    with_column(project, start, more)
    assert preflight.newly_owed(history(project), declarations.load(project)) == []


# -- a form that is handed to another provider

def hand_over(project: Path, old: str, new: str) -> Path:
    """Change the forms of 广东省财政厅 and of 广东省统计局."""
    path = project / "sources/providers.yml"
    edit(path, "forms: [finance_annual]", f"forms: [{old}]")
    edit(path, "forms: [statistics_annual]", f"forms: [statistics_annual, {new}]")
    return path


def test_a_form_that_silently_moves_to_another_provider_is_refused(project):
    path = hand_over(project, "", "finance_annual")
    (message,) = preflight.newly_owed(history(project), declarations.load(project))
    assert message.startswith(f"sources/providers.yml:{line_of(path, 'provider: 44-tjj')}: 44-czt 的表式 finance_annual 改由 44-tjj 报送，其 2023 年已接收的 1 份报表将失效，已封账的 2023 年得分将改变")
    assert "请为 44-czt 写明 {form: finance_annual, to: 2023}，为 44-tjj 写明 {form: finance_annual, from: 2024}" in message and "or reopens: [2023] there" in message


def test_a_form_that_nobody_hands_in_any_more_is_refused(project):
    hand_over(project, "", "{form: finance_annual, from: 2024}")
    (message,) = preflight.newly_owed(history(project), declarations.load(project))
    assert "不再由任何单位报送" in message and "请为 44-czt 写明 {form: finance_annual, to: 2023}" in message


@pytest.mark.parametrize("old, new", [("{form: finance_annual, to: 2023}", "{form: finance_annual, from: 2024}"), ("", "{form: finance_annual, reopens: [2023]}")], ids=["by years", "reopened on purpose"])
def test_the_ways_to_hand_a_form_over_work(project, old, new):
    hand_over(project, old, new)
    known = declarations.load(project)
    assert preflight.newly_owed(history(project), known) == []
    con = duckdb.connect()
    con.execute("create schema raw")
    raw.load_registers(con, known)
    owed = con.execute("select provider_id, period_from, period_to from raw.register_provider_form where form_id = 'finance_annual' and provider_id like '44%' order by 1").fetchall()
    assert owed == ([("44-czt", None, 2023), ("44-tjj", 2024, None)] if old else [("44-tjj", None, None)])


@pytest.mark.parametrize("old, new, says", [
    ("{form: finance_annual, to: 2022}", "{form: finance_annual, from: 2022}", "同一年度的数据不能由两个单位报送"),
    ("{form: finance_annual, to: 2021}", "{form: finance_annual, from: 2023}", "finance_annual 在 2022 年没有报送单位"),
    ("{form: finance_annual, to: 2022}", "targets", "finance_annual 在 2023 年没有报送单位；请为接手的单位写明 {form: finance_annual, from: 2023}，不再报送的，在本处写明 ends: true"),
    ("{form: finance_annual, until: 2022}", "targets", "有不认识的键：until"),
])
def test_a_hand_over_that_leaves_a_year_to_two_or_to_nobody_is_refused(project, old, new, says):
    hand_over(project, old, new)
    (message,) = declarations.load_all(project)[1]
    assert message.startswith("sources/providers.yml:") or message.startswith("providers.yml:")
    assert says in message


def test_a_form_may_end(project):
    hand_over(project, "{form: finance_annual, to: 2022, ends: true}", "targets")
    assert declarations.load_all(project)[1] == []


# -- the command line

@pytest.mark.parametrize("name", sorted(command.IN_WORDS))
def test_every_known_fault_is_a_sentence(name, monkeypatch, tmp_path):
    """Each name is that of an exception, and ends as one line and its exit code."""
    module, _, kind = name.rpartition(".")
    raised = getattr(__import__(module, fromlist=[kind]), kind)

    def fail(*_):
        raise raised.__new__(raised, "a.yml:3: 某处有误 / something is wrong")  # some are made from other arguments

    monkeypatch.setattr(checking, "check", fail)
    (tmp_path / "r.csv").touch()
    reported = CliRunner().invoke(cli.main, ["--home", str(tmp_path / "home"), "check", str(tmp_path / "r.csv")])
    assert reported.output == "✗ a.yml:3: 某处有误 / something is wrong\n" and reported.exit_code == command.IN_WORDS[name]


def test_a_mistake_in_the_home_is_a_sentence_for_every_command_that_reads_it(tmp_path):
    (tmp_path / "channels.yml").write_text("- channel: only\n  kind: fax\n", "utf-8")
    for words in (("check", PROJECT / "README.md"), ("record", "44-czt"), ("doctor",)):
        reported = nights.cli(tmp_path, *words, ok=False)
        assert reported.returncode == 2 and "channels.yml:1: `kind` 不能是 'fax'" in reported.stdout + reported.stderr and "Traceback" not in reported.stderr
    reported = nights.cli(tmp_path, "nightly", "--quiet", ok=False)
    assert reported.returncode == 3 and "channels.yml:1" in reported.stdout and "Traceback" not in reported.stdout + reported.stderr


def test_the_doctor_finds_nothing_in_the_project_as_it_is(project, monkeypatch):
    monkeypatch.setattr(doctor, "_models", lambda settings: [])
    monkeypatch.setattr(doctor, "_bound", lambda settings, declared: [])
    reported = CliRunner().invoke(cli.main, ["--home", str(project.parent / "home"), "doctor", "--project", str(project)])
    assert reported.exit_code == 0 and reported.output.count("✓") == 8, reported.output


def test_the_doctor_names_everything_at_once(project, monkeypatch):
    monkeypatch.setattr(doctor, "_models", lambda settings: [])
    home = Settings(home=project.parent / "home").make()
    edit(project / "sources/forms/finance_annual.yml", "unit: 万元", "unit: 万圆")
    edit(project / "sources/forms/scheme.yml", "each: method}", "each: meth}")
    edit(project / "dbt_project/models/marts/units.yml", "      meta:\n        key: [unit_key]", "      tags: [x]")
    rules = project / "expectations/rules/range.yml"
    rules.write_text(rules.read_text("utf-8").rstrip("\n") + "\n" + RULE.replace("    why_zh: 因\n", "").replace("severity: E", "severity: W"), "utf-8")
    reported = CliRunner().invoke(cli.main, ["--home", str(home.home), "doctor", "--project", str(project)])
    assert reported.exit_code == 2 and "4 处需要改正" in reported.output
    for place in ("forms/finance_annual.yml:8:", "forms/scheme.yml:", "marts/units.yml:3:", "expectations/rules/range.yml:"):
        assert place in reported.output


# -- scoring methods: one declaration, checked wherever it is written again

def test_the_methods_are_the_same_in_form_code_sql_arrays_and_docs():
    known = methods.declared()
    assert methods.disagreements() == []
    sql = (PROJECT / "dbt_project/models/scores/sco_indicator_scores.sql").read_text("utf-8")
    macros = (PROJECT / "dbt_project/macros/scoring/methods.sql").read_text("utf-8")
    exact = set(re.findall(r"'(\w+)': \w+\(\)", macros))
    real = set(re.findall(r"when '(\w+)'", re.search(r"case when is_usable then case method(.*?)as real_score", sql, re.S).group(1)))
    degenerate = set(re.findall(r"when '(\w+)'", re.search(r"case method\s+when 'efficacy_linear' then is_flat(.*?)as is_degenerate", sql, re.S).group(0)))
    ranked = set(re.findall(r"'(\w+)'", re.search(r"method in \((.*?)\)", (PROJECT / "dbt_project/models/scores/sco_ranks.sql").read_text("utf-8")).group(1)))
    tiered = [set(re.findall(r"'(\w+)'", names)) for names in re.findall(r"method in \(('band_table'.*?)\)", sql)]
    known = {name: method for name, method in known.items() if not method.formula}
    assert exact == {m.method for m in known.values() if m.arithmetic == "exact"}
    assert real == {m.method for m in known.values() if m.arithmetic == "real"}
    assert degenerate == {m.method for m in known.values() if m.degenerate}
    assert ranked == {m.method for m in known.values() if m.ranked}
    assert tiered and all(names == {m.method for m in known.values() if m.tiered} for names in tiered)
    assert {m.method for m in known.values() if m.clamped} == {name for name in known if name.startswith("efficacy")}


def test_a_method_without_a_formula_is_named(project):
    edit(project / "schemes" / "methods.yml", "method: min_max,", "method: min_maximum,")
    assert any("min_maximum 没有计算公式" in line and line.startswith("schemes/methods.yml:") for line in methods.disagreements(project))


@pytest.mark.parametrize(("old", "new", "says"), [
    ("province: \"440000\"\n  role: data\n  forms: [finance_annual]", "province: \"440000\"\n  role: data\n  forms: [finance_annual, education_annual]", "同一省的表式 education_annual"),
    ("forms: [water_annual]", "forms: []", "表式 water_annual 没有报送单位"),
])
def test_a_form_has_one_provider_in_a_province(project, old, new, says):
    path = project / "sources" / "providers.yml"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    mistakes = declarations.load_all(project)[1]
    assert any(says in line and ".yml:" in line for line in mistakes), mistakes


def test_the_arrays_have_the_methods_as_declared():
    from stability.draws import methods as arrays

    redrawn = [m for m in methods.declared().values() if m.redrawn]
    assert set(arrays.METHODS) == {m.method for m in redrawn}
    assert arrays.REAL == {m.method for m in redrawn if m.arithmetic == "real"}
    assert arrays.AMONG_PEERS == {m.method for m in redrawn if m.by_peers}
    assert arrays.NOT_TURNED == {m.method for m in redrawn if not m.monotone}


def test_every_parameter_a_method_names_is_one():
    from schemes.definition import PARAMETERS

    assert {name for m in methods.declared().values() for group in (*m.needs, *m.fixed_by) for name in group} <= set(PARAMETERS)
