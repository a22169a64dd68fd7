"""The linter names the line, a difference is said in words, and every declared name is known to the models."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from zhunsheng import lint, schemes
from zhunsheng.scheme_diff import diff
from zhunsheng.settings import PROJECT

GOOD = {
    "indicators": "indicator,dimension_code,method,direction,base,full_marks,nature,evaluator_side\na,JG,efficacy_linear,+,60,100,定量,内部\nb,MS,efficacy_linear,-,60,100,定性,外部\nc,ZY,efficacy_linear,+,60,100,定量,内部\n"
                  "d,HB,completion_signed,-,60,100,定量,内部\ne,GG,efficacy_linear,+,60,100,定量,内部\nf,FZ,efficacy_linear,+,60,100,定量,内部\ng,SG,efficacy_linear,+,60,100,定量,内部\n",
    "weights": "class_id,node,weight\n" + "".join(f"{c},{n},{w}\n" for c in "PQ" for n, w in zip("abcdefg", (40, 10, 10, 10, 10, 10, 10))),
    "classes": "unit_code,class_id\n" + "".join(f"u{i},{'P' if i < 3 else 'Q'}\n" for i in range(6)),
    "bands": "grade_code,lower,lower_inclusive,upper,upper_inclusive\nA,90,是,,否\nB,60,是,90,否\nC,,否,60,否\n",
    "targets": "unit_code,indicator,target,source_ref\nu0,d,35,GB 3095-2012\nu1,d,35,GB 3095-2012\n",
    "scheme": "scheme_id,growth_weight_cap\nT,5\n",
}
# file changed, what is replaced by what, the line that has to be named, words of the message
WRONG = [
    ("weights", "Q,g,10", "Q,g,9", 9, "add up to 99"), ("weights", "Q,g,10\n", "", 9, "no weight for g"), ("weights", "P,a,40", "P,x,40", 2, "x, which is not in the scheme"),
    ("indicators", "g,SG", "g,FZ", 2, "SG"), ("indicators", "a,JG,efficacy_linear", "a,JG,efficacy_linaer", 2, "no method"), ("indicators", "b,MS,efficacy_linear,-", "b,MS,efficacy_linear,~", 3, "direction"),
    ("indicators", "c,ZY", "b,ZY", 4, "already in line 3"), ("indicators", "a,JG", "gdp_growth,JG", 2, "no weight for gdp_growth"),
    ("bands", "B,60,是,90", "B,60,是,89", 2, "gap after line 3"), ("bands", "B,60,是,90,否", "B,60,是,90,是", 2, "overlaps line 3"), ("bands", "C,,否,60", "C,10,否,60", 2, "open below"),
    ("classes", "u2,P\n", "", 2, "class P has 2 units"), ("targets", "u1,d,35,GB 3095-2012", "u1,d,35,", 3, "without a source"), ("targets", "u1,d,35", "u1,d,0", 3, "target of 0"),
    ("targets", "u1,d,35", "u1,d,-35", 3, "both signs"), ("indicators", "e,GG,efficacy_linear", "e,GG,deduction", 6, "needs step"),
]


def make(folder: Path, tables: dict[str, str]) -> schemes.Scheme:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return schemes.load(folder)


def test_a_good_scheme_passes(tmp_path):
    assert lint.lint(make(tmp_path, GOOD)) == []


@pytest.mark.parametrize(("table", "old", "new", "line", "words"), WRONG)
def test_a_hole_is_refused_with_its_line(tmp_path, table, old, new, line, words):
    assert old in GOOD[table]
    found = [f for f in lint.lint(make(tmp_path, GOOD | {table: GOOD[table].replace(old, new)})) if words in f.message_en]
    assert found and found[0].severity == "E", words
    assert found[0].place.endswith(f":{line}")


def test_growth_over_its_cap_and_above_last_year(tmp_path):
    renamed = {k: v.replace("a,JG", "gdp_growth,JG").replace(",a,", ",gdp_growth,") for k, v in GOOD.items()}
    now = make(tmp_path / "now", renamed)
    before = make(tmp_path / "before", renamed | {"weights": renamed["weights"].replace("P,gdp_growth,40", "P,gdp_growth,30").replace("P,b,10", "P,b,20")})
    told = [f.message_en for f in lint.lint(now, before)]
    assert any("above the cap of 5" in t for t in told) and any("class P rises from 30 to 40" in t for t in told)


def test_a_tree_that_runs_in_a_circle_or_has_two_roots(tmp_path):
    circle = make(tmp_path / "a", {"indicators": "indicator,parent\nx,n\n", "nodes": "node,parent\nn,m\nm,n\n"})
    assert any("circle" in f.message_en for f in lint.lint(circle))
    twins = make(tmp_path / "b", {"indicators": "indicator,parent\nx,index\ny,m\n", "nodes": "node,parent\nindex,\nm,\n"})
    assert lint.impossible(twins)[0].place == "nodes.csv:2"


def test_what_changed_is_said_in_words(tmp_path):
    after = GOOD | {"weights": GOOD["weights"].replace("P,a,40", "P,a,35").replace("P,b,10", "P,b,15"), "bands": GOOD["bands"].replace("60", "65"),
                    "indicators": GOOD["indicators"].replace("c,ZY,efficacy_linear", "c,ZY,min_max")}
    told = [en for _, en in diff(make(tmp_path / "a", GOOD), make(tmp_path / "b", after))]
    assert told == ["indicator c: method changes from efficacy_linear to min_max", "in class P the weight of a changes from 40 to 35", "in class P the weight of b changes from 10 to 15",
                    "grade B: lower edge changes from 60 to 65", "grade C: upper edge changes from 60 to 65"]
    assert diff(make(tmp_path / "a", GOOD), make(tmp_path / "c", GOOD)) == []


def test_names_here_and_in_the_models_are_the_same():
    macro = (PROJECT / "dbt_project" / "macros" / "scoring" / "parameters.sql").read_text("utf-8")
    assert set(re.findall(r"'(\w+)':", macro)) - {"text", "exact", "real"} == set(schemes.PARAMETERS)
    form = (PROJECT / "sources" / "forms" / "scheme.yml").read_text("utf-8")
    assert set(re.search(r"name: method,.*?choices: \[(.*?)\]", form).group(1).split(", ")) == set(schemes.METHODS)
    assert set(re.search(r"name: aggregation,.*?choices: \[(.*?)\]", form).group(1).split(", ")) == set(schemes.AGGREGATIONS)
    page = (PROJECT / "docs" / "schemes.md").read_text("utf-8")
    missing = [name for name in (*schemes.PARAMETERS, *schemes.METHODS, *schemes.AGGREGATIONS, *schemes.TRANSFORMS) if f"`{name}`" not in page]
    assert missing == []
