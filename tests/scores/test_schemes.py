"""The linter names the line, a difference is said in words, and every declared name is known to the models."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from schemes import definition, lint, lint_grades
from schemes.differences import WORDS, diff
from schemes.lint_findings import kinds
from warehouse.settings import PROJECT

GOOD = {
    "indicators": "indicator,dimension_code,method,direction,base,full_marks,nature,evaluator_side,aspect\na,JG,efficacy_linear,+,60,100,定量,内部,实绩\nb,MS,efficacy_linear,-,60,100,定性,外部,效果\nc,ZY,efficacy_linear,+,60,100,定量,内部,过程\n"
                  "d,HB,completion_signed,-,60,100,定量,内部\ne,GG,efficacy_linear,+,60,100,定量,内部\nf,FZ,efficacy_linear,+,60,100,定量,内部\ng,SG,efficacy_linear,+,60,100,定量,内部\n",
    "weights": "class_id,node,weight\n" + "".join(f"{c},{n},{w}\n" for c in "PQ" for n, w in zip("abcdefg", (40, 10, 10, 10, 10, 10, 10))),
    "classes": "unit_code,class_id\n" + "".join(f"u{i},{'P' if i < 3 else 'Q'}\n" for i in range(6)),
    "bands": "grade_code,lower,lower_inclusive,upper,upper_inclusive\nA,90,是,,否\nB,60,是,90,否\nC,,否,60,否\n",
    "targets": "unit_code,indicator,target,source_ref\nu0,d,35,GB 3095-2012\nu1,d,35,GB 3095-2012\n",
    "scheme": "scheme_id,growth_weight_cap,document_date,effective_date,scope_zh,content_zh,method_zh,procedure_zh,requirements_zh,bonus_cap\nT,5,2012-01-12,2012-02-01,全省,七个方面,功效系数法,自查评定,客观真实,5\n",
    "adjustments": "adjustment,name_zh,kind,marks,cap,grade,decided_by\ninno,创新,bonus,2,5,,\nacc,事故,deduction,1,,,\npro,专项晋优,promotion,,,A,\n",
    "vetoes": "veto,name_zh,trigger,indicator,limit,severity,effect,grade,grade_zh,levels,decided_by\nfraud,数据造假,event,,,一般,downgrade_or_fail,,,1,supervision\nfraud,数据造假,event,,,严重,grade_set,C,,,supervision\nmiss,未达目标,target_missed,d,,,grade_set,UF,未完成,,\n",
    "quotas": "grade,scope,number,share,rounding,ties,tiebreak\nA,class,,25,half_up,tiebreak,a;b\n",
    "events": "unit_code,event,severity,document,document_date\nu0,inno,,文一,2012-05-01\nu1,fraud,严重,文二,2012-05-01\n",
}
# file changed, what is replaced by what, the line that has to be named, words of the message
WRONG = [
    ("scheme", "bonus_cap\nT,5,2012-01-12,2012-02-01,全省,七个方面,功效系数法,自查评定,客观真实,5", "hold_above\nT,5,2012-01-12,2012-02-01,全省,七个方面,功效系数法,自查评定,客观真实,2.5", 2, "at least 3"),
    ("weights", "Q,g,10", "Q,g,9", 9, "add up to 99"), ("weights", "Q,g,10\n", "", 9, "no weight for g"), ("weights", "P,a,40", "P,x,40", 2, "x, which is not in the scheme"),
    ("indicators", "g,SG", "g,FZ", 2, "SG"), ("indicators", "a,JG,efficacy_linear", "a,JG,efficacy_linaer", 2, "no method"), ("indicators", "b,MS,efficacy_linear,-", "b,MS,efficacy_linear,~", 3, "direction"),
    ("indicators", "c,ZY", "b,ZY", 4, "already in line 3"), ("indicators", "a,JG", "gdp_growth,JG", 2, "no weight for gdp_growth"),
    ("bands", "B,60,是,90", "B,60,是,89", 2, "gap after line 3"), ("bands", "B,60,是,90,否", "B,60,是,90,是", 2, "overlaps line 3"), ("bands", "C,,否,60", "C,10,否,60", 2, "open below"),
    ("classes", "u2,P\n", "", 2, "class P has 2 units"), ("targets", "u1,d,35,GB 3095-2012", "u1,d,35,", 3, "without a source"), ("targets", "u1,d,35", "u1,d,0", 3, "target of 0"),
    ("targets", "u1,d,35", "u1,z,35", 3, "a target for z"), ("targets", "u1,d,35", "u1,d,-35", 3, "both signs"), ("indicators", "e,GG,efficacy_linear", "e,GG,deduction", 6, "needs step"),
    ("scheme", ",七个方面,", ",,", 2, "does not state its content"), ("indicators", "内部,过程", "内部,效果", 2, "no indicator is about 过程"), ("scheme", "2012-02-01", "2012-01-11", 2, "before the document"),
    ("adjustments", "bonus,2,5", "bonus,,5", 2, "no marks"), ("adjustments", "bonus,2,5", "bonus,2,1", 2, "below the marks"), ("adjustments", "bonus,2,5", "gift,2,5", 2, "kind cannot be gift"),
    ("adjustments", "promotion,,,A", "promotion,,,Z", 4, "no grade of the scheme"), ("adjustments", "acc,事故", "fraud,事故", 3, "both an adjustment and a veto"), ("adjustments", "bonus,2,5", "bonus,two,5", 2, "must be a number"),
    ("vetoes", "target_missed,d", "target_missed,x", 4, "x, which is not in the scheme"), ("vetoes", "UF,未完成", "UF,", 4, "no grade of the scheme and has no name"), ("vetoes", "grade_set,C", "grade_set,A", 3, "the veto does nothing"),
    ("vetoes", "grade_set,C", "grade_cap,Z", 3, "caps at Z"), ("vetoes", "downgrade_or_fail,,,1", "downgrade_or_fail,,,0", 2, "no grades down"), ("vetoes", "event,,,一般", "event,a,,一般", 2, "names an indicator"),
    ("vetoes", "target_missed,d", "above,d", 4, "no limit"), ("vetoes", "未达目标,target_missed,d,,,", "未达目标,target_missed,d,,严重,", 4, "knows no severity"),
    ("quotas", "A,class", "Z,class", 2, "no grade of the scheme"), ("quotas", "A,class", "C,class", 2, "the lowest grade"), ("quotas", "class,,25", "class,3,25", 2, "either a number or a share"),
    ("quotas", "class,,25", "class,,125", 2, "more than 100"), ("quotas", "tiebreak,a;b", "none_in,a;b", 2, "belong to ties"), ("quotas", "a;b", "a;z", 2, "tie-break by z"), ("quotas", "class,,25", "class,2.5,", 2, "not whole"),
    ("quotas", "tiebreak,a;b\n", "tiebreak,a;b\nA,all,2,,,none_in,\n", 3, "both by class and over all"), ("quotas", "tiebreak,a;b\n", "tiebreak,a;b\nB,class,,80,,none_in,\n", 3, "add up to 105"),
    ("indicators", "a,JG,efficacy_linear,+", "a,JG,efficacy_linear,", 2, "has no direction"), ("indicators", "a,JG,efficacy_linear,+,60,100", "a,JG,efficacy_linear,+,100,60", 2, "not below full marks"),
    ("bands", "B,60,是", "B,60,yess", 3, "lower_inclusive cannot be yess"), ("scheme", "2012-01-12", "12/1", 2, "not a date"), ("quotas", "grade,scope,number,share,rounding,ties,tiebreak\nA,class,,25,half_up,tiebreak,a;b", "grade,scope,number,share,rounding,ties,tiebreak,class_id\nA,class,,25,half_up,tiebreak,a;b,Pp", 2, "class Pp, which has no units; is it P?"),
    ("weights", GOOD["weights"], "class_id,node,weight\n" + "".join(f",{n},0\n" for n in "abcdefg"), 2, "everything weighs nothing"),
    ("events", "u0,inno", "u0,nobel", 2, "knows no event nobel"), ("events", "文一", "", 2, "no document"), ("events", "u0,inno", "x9,inno", 2, "not assessed"), ("events", "fraud,严重", "fraud,轻微", 3, "none of the scheme's"),
]
LIMITS_OF_DOUBT = ("bonus_cap\nT,5,2012-01-12,2012-02-01,全省,七个方面,功效系数法,自查评定,客观真实,5", "bonus_cap,hold_above,mark_above\nT,5,2012-01-12,2012-02-01,全省,七个方面,功效系数法,自查评定,客观真实,5,{},{}")
WRONG += [("scheme", LIMITS_OF_DOUBT[0], LIMITS_OF_DOUBT[1].format(2.7, ""), 2, "multiple of a half"), ("scheme", LIMITS_OF_DOUBT[0], LIMITS_OF_DOUBT[1].format(4, 5), 2, "above the limit 4 for scores")]
WARNED = [
    ("indicators", "定性,外部", "定量,外部", "quantitative"), ("indicators", "定性,外部", "定性,内部", "judged from inside"), ("targets", "u0,d,35,GB 3095-2012\nu1,d,35", "u0,a,-35,GB 3095-2012\nu1,a,-35", "less is better"),
    ("indicators", "a,JG,efficacy_linear,+,60,100,定量,内部,实绩", "a,JG,efficacy_linear,+,60,100,定量,内部,实绩,pooled", "pooled over all periods"),
    ("vetoes", "miss,", "".join(f"v{n},{n},event,,,,disqualify,,,,\n" for n in range(5)) + "miss,", "vetoes: more than 5"), ("scheme", "客观真实,5", "客观真实,9", "add up to less"), ("indicators", "aspect\n", "aspect,colour\n", "column colour"),
]


def make(folder: Path, tables: dict[str, str]) -> definition.Scheme:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return definition.load(folder)


def test_a_good_scheme_passes(tmp_path):
    assert lint.lint(make(tmp_path, GOOD)) == []


@pytest.mark.parametrize(("table", "old", "new", "line", "words"), WRONG)
def test_a_hole_is_refused_with_its_line(tmp_path, table, old, new, line, words):
    assert old in GOOD[table]
    found = [f for f in lint.lint(make(tmp_path, GOOD | {table: GOOD[table].replace(old, new)})) if words in f.message_en]
    assert found and found[0].severity == "E", words
    assert found[0].place.endswith(f":{line}")


@pytest.mark.parametrize(("table", "old", "new", "words"), WARNED)
def test_what_a_person_may_answer_for_is_a_warning(tmp_path, table, old, new, words):
    assert old in GOOD[table]
    changed = GOOD[table].replace(old, new)
    changed = changed.replace("aspect\n", "aspect,reference_periods\n") if "pooled" in new else changed.replace("内部,实绩", "内部,实绩,red") if "colour" in new else changed
    found = [f for f in lint.lint(make(tmp_path, GOOD | {table: changed})) if words in f.message_en]
    assert found and found[0].severity == "W", words


def test_every_kind_of_finding_is_declared_and_told_by_some_case(tmp_path):
    """A declared kind that nothing here sets off would be a rule that nobody has seen fire."""
    reported = set()
    for no, (table, old, new, *_) in enumerate(WRONG):
        reported |= {f.name for f in lint.lint(make(tmp_path / str(no), GOOD | {table: GOOD[table].replace(old, new)}))}
    elsewhere = {"of_nothing", "stray_file", "gap_without_reason", "not_owed", "gap_owed", "unit_not_owed", "target_unit", "target_measure", "target_without_scheme", "scheme_after_the_fact", "targets_after_the_fact", "after_closing", "unknown_column", "broken_tree", "growth_over_cap", "growth_rises", "one_sided", "moving_reference", "sign_doubtful", "too_many_vetoes", "without_effect", "event_decided_by", "not_checkable", "unit_unknown"}  # test_careless_hands.py, test_owed.py; the last two: integration/test_hostile.py, test_scheme_door.py
    assert reported | elsewhere == set(kinds())


def test_who_may_find_an_event(tmp_path):
    scheme = make(tmp_path, GOOD)
    assert [f.name for f in lint_grades.events(scheme, "office")] == ["event_decided_by"]
    assert list(lint_grades.events(scheme, "supervision")) == []


def test_growth_over_its_cap_and_above_last_year(tmp_path):
    renamed = {k: v.replace("a,JG", "gdp_growth,JG").replace(",a,", ",gdp_growth,") for k, v in GOOD.items()}
    now = make(tmp_path / "now", renamed)
    before = make(tmp_path / "before", renamed | {"weights": renamed["weights"].replace("P,gdp_growth,40", "P,gdp_growth,30").replace("P,b,10", "P,b,20")})
    reported = [f.message_en for f in lint.lint(now, before)]
    assert any("above the cap of 5" in t for t in reported) and any("class P rises from 30 to 40" in t for t in reported)


def test_a_tree_that_runs_in_a_circle_or_has_two_roots(tmp_path):
    circle = make(tmp_path / "a", {"indicators": "indicator,parent\nx,n\n", "nodes": "node,parent\nn,m\nm,n\n"})
    assert any("circle" in f.message_en for f in lint.lint(circle))
    twins = make(tmp_path / "b", {"indicators": "indicator,parent,direction\nx,index,+\ny,m,+\n", "nodes": "node,parent\nindex,\nm,\n"})
    assert lint.impossible(twins)[0].place == "nodes.csv:2"


def test_what_changed_is_said_in_words(tmp_path):
    after = GOOD | {"weights": GOOD["weights"].replace("P,a,40", "P,a,35").replace("P,b,10", "P,b,15"), "bands": GOOD["bands"].replace("60", "65"),
                    "indicators": GOOD["indicators"].replace("c,ZY,efficacy_linear", "c,ZY,min_max")}
    reported = [en for _, en in diff(make(tmp_path / "a", GOOD), make(tmp_path / "b", after))]
    assert reported == ["indicator c: method changes from efficacy_linear to min_max", "in class P the weight of a changes from 40 to 35", "in class P the weight of b changes from 10 to 15",
                    "grade B: lower edge changes from 60 to 65", "grade C: upper edge changes from 60 to 65"]
    assert diff(make(tmp_path / "a", GOOD), make(tmp_path / "c", GOOD)) == []


def test_what_changed_after_the_base_total_is_said_in_words(tmp_path):
    after = GOOD | {"scheme": GOOD["scheme"].replace("客观真实,5", "客观真实,4"), "adjustments": GOOD["adjustments"].replace("bonus,2,5", "bonus,3,5").replace("acc,事故,deduction,1,,,\n", ""),
                    "quotas": GOOD["quotas"].replace("25,half_up", "20,half_up"), "vetoes": GOOD["vetoes"].replace("grade_set,C", "disqualify,") + "fire,火灾,event,,,,grade_cap,B,,,\n"}
    reported = diff(make(tmp_path / "a", GOOD), make(tmp_path / "b", after))
    assert [en for _, en in reported] == ["scheme: cap of the bonus changes from 5 to 4", "adjustment inno: marks each changes from 2 to 3", "adjustment acc is dropped", "quota A: share of places changes from 25 to 20",
                                      "veto fraud 严重: effect changes from grade_set to disqualify", "veto fraud 严重: grade changes from C to (none)", "veto fire is added"]
    assert reported[0][0] == "方案的加分上限由 5 改为 4" and reported[3][0] == "名额 A的名额比例由 25 改为 20"
    assert {name for table in ("adjustments", "vetoes", "quotas") for name in definition.COLUMNS[table]} - set(WORDS) <= {"adjustment", "veto", "name_zh", "severity"}


def test_names_here_and_in_the_models_are_the_same():
    macro = (PROJECT / "dbt_project" / "macros" / "scoring" / "parameters.sql").read_text("utf-8")
    assert set(re.findall(r"'(\w+)':", macro)) - {"text", "exact", "real"} == set(definition.PARAMETERS)
    form = (PROJECT / "sources" / "forms" / "scheme.yml").read_text("utf-8")
    assert "name: method, header_zh: [计分方法], header_en: [Method], type: choice, choices: {file: schemes/methods.yml, each: method}" in form
    assert set(re.search(r"name: aggregation,.*?choices: \[(.*?)\]", form).group(1).split(", ")) == set(definition.AGGREGATIONS)
    for table, columns in definition.CHOICES.items():
        block = re.search(rf"table: scheme_{table}\n.*?(?=\n  - table|\Z)", form, re.S).group()
        for name, choices in columns.items():
            assert tuple(re.search(rf"name: {name},.*?choices: \[(.*?)\]", block).group(1).split(", ")) == choices, (table, name)
    page = (PROJECT / "docs" / "schemes.md").read_text("utf-8")
    words = [w for columns in definition.CHOICES.values() for choices in columns.values() for w in choices if w.isascii()]
    missing = [name for name in (*definition.COLUMNS["adjustments"], *definition.COLUMNS["vetoes"], *definition.COLUMNS["quotas"], *definition.COLUMNS["events"], *words, *definition.PARAMETERS, *definition.METHODS, *definition.AGGREGATIONS, *definition.TRANSFORMS) if f"`{name}`" not in page]
    assert missing == []
