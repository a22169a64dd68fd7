"""What a careless hand writes into a scheme or a file of figures is refused with its line, by lint and by score alike."""

from __future__ import annotations

import os
from pathlib import Path

import nights
import pytest

from warehouse.settings import PROJECT

CASES = Path(os.environ.get("ZHUNSHENG_CASES") or PROJECT.parent / "shared" / "cases") / "scores"
BANDS = "grade_code,grade_zh,lower,lower_inclusive,upper,upper_inclusive\nA,优秀,90,是,,\nB,良好,80,是,90,否\nC,合格,60,是,80,否\nD,不合格,,,60,否\n"
FLAT = {"indicators": "indicator,dimension_code,method,direction,base,full_marks\nA1,J,efficacy_linear,+,60,100\nA2,Z,efficacy_linear,-,60,100\n", "weights": "class_id,node,weight\n,A1,60\n,A2,40\n", "bands": BANDS}
TREE = {"indicators": "indicator,parent,weight,method,direction\nA1,P,40,min_max,+\nA2,P,30,min_max,-\nA3,T,30,identity,+\n", "nodes": "node,parent,weight,decimals\nP,T,70,2\nT,,,\n"}
FIGURES = "unit_code,indicator,period,value\n" + "".join(f"U{u},A{a},2023,{10 * u + a}\n" for u in range(1, 4) for a in range(1, 4))
# (scheme, file, what is replaced by what, what lint and score both say)
CARELESS = {
    "weights of 99": (FLAT, "weights", ",A2,40", ",A2,39", "weights.csv:2  类别 all 的权重合计 99"),
    "bands with a hole": (FLAT, "bands", "B,良好,80", "B,良好,82", "bands.csv:3"),
    "no direction": (FLAT, "indicators", "efficacy_linear,-", "efficacy_linear,", "indicators.csv:3  指标“A2”没有写明方向"),
    "a base over full marks": (FLAT, "indicators", "+,60,100", "+,60,10", "indicators.csv:2  基础分 60 不低于满分 10"),
    "a mistyped parent": (TREE, "indicators", "A1,P,", "A1,Pp,", "indicators.csv:2  上级“Pp”不在层级表中，是否应为“P”"),
    "decimals in words": (TREE, "nodes", "70,2", "70,two", "nodes.csv:2  decimals 应为 0 到 8 的整数"),
    "decimals below zero": (TREE, "nodes", "70,2", "70,-1", "nodes.csv:2  decimals 应为 0 到 8 的整数"),
    "a mistyped file name": (TREE, "weight", "", "class_id,node,weight\n,A1,40\n", "weight.csv 不是方案文件，没有读取；是否应为 weights.csv？"),
    "a file name in capitals": (TREE, "Weights", "", "class_id,node,weight\n,A1,40\n", "Weights.csv 不是方案文件"),
    "a parameter of no indicator": (TREE, "parameters", "", "indicator,class_id,parameter,value\nA9,,low,0\n", "parameters.csv:2  指标“A9”不在方案中"),
    "a parameter of no class": (TREE | {"classes": "unit_code,class_id\nU1,X\nU2,X\nU3,X\n"}, "parameters", "", "indicator,class_id,parameter,value\nA1,Y,low,0\n", "parameters.csv:2  类别“Y”没有单位"),
    "a word of no option": (TREE, "scheme", "", "scheme_id,grade_on\nT,publised\n", "scheme.csv:2  grade_on 不能是“publised”"),
    "nothing weighs": (TREE, "indicators", "A1,P,40,min_max,+\nA2,P,30", "A1,P,0,min_max,+\nA2,P,0", "indicators.csv:2  类别 all 中节点“P”之下的权重全部为 0"),
    "a goalpost in words": (TREE, "indicators", "method,direction\nA1,P,40,min_max,+\n", "method,direction,worst,best\nA1,P,40,min_max,+,one,9\n", "indicators.csv:2  worst 不是数：one"),
}
FIGURES_MISTYPED = {
    "decimal comma": ("11\n", '"1,5"\n', "figures.csv:2: 不是数：“1,5”（单位 U1，指标 A1，年度 2023）；小数点请用“.”"), "thousands": ("11\n", '"1,234.5"\n', "请去掉千位分隔符"), "percent": ("11\n", "10.5 %\n", "请去掉百分号"),
    "full width": ("11\n", "１０．５\n", "请用半角数字"), "one field more": ("12\n", "12,9\n", "figures.csv:3: 本行有 5 个字段，表头有 4 个"), "commas in every line": ("2023,", "2023,1,", "figures.csv:2: 本行有 5 个字段"),
    "only a header": (FIGURES.split("\n", 1)[1], "", "figures.csv:1: 只有表头，没有数据"), "not computed": ("11\n", "nan\n", "figures.csv:2: 不是数：“nan”"), "a unit": ("11\n", "11 亿元\n", "请只写数字"),
}


def write(folder: Path, tables: dict[str, str]) -> Path:
    folder.mkdir()
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder


def score(folder: Path, scheme: Path, figures: Path, out: str = "out.csv") -> nights.Done:
    return nights.cli(folder / "home", "score", "--scheme", scheme, "--figures", figures, "--out", folder / out, ok=False)


@pytest.fixture()
def figures(tmp_path) -> Path:
    (tmp_path / "figures.csv").write_text(FIGURES, "utf-8")
    return tmp_path / "figures.csv"


@pytest.mark.parametrize("tables", [FLAT, TREE], ids=["flat", "tree"])
def test_the_schemes_that_are_bent_here_are_good(tmp_path, figures, tables):
    scheme = write(tmp_path / "scheme", tables)
    assert nights.cli(tmp_path / "home", "scheme", "lint", scheme).returncode == 0
    assert score(tmp_path, scheme, figures).returncode == 0


@pytest.mark.parametrize("case", CARELESS)
def test_lint_and_score_refuse_with_the_same_words(tmp_path, figures, case):
    tables, file, old, new, words = CARELESS[case]
    assert old in tables.get(file, "")
    scheme = write(tmp_path / "scheme", tables | {file: tables.get(file, "").replace(old, new) if old else new})
    linted, scored = nights.cli(tmp_path / "home", "scheme", "lint", scheme, ok=False), score(tmp_path, scheme, figures)
    assert (linted.returncode, scored.returncode) == (1, 2)
    assert words in linted.stdout and words in scored.stderr
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("case", FIGURES_MISTYPED)
def test_a_mistyped_figure_is_named_with_its_line_and_mend(tmp_path, figures, case):
    old, new, words = FIGURES_MISTYPED[case]
    assert old in FIGURES
    figures.write_text(FIGURES.replace(old, new), "utf-8")
    done = score(tmp_path, write(tmp_path / "scheme", TREE), figures)
    assert done.returncode == 2 and words in done.stderr


def test_national_encoding_is_read_and_a_missing_folder_is_named(tmp_path, figures):
    figures.write_bytes(FIGURES.replace("U1", "成都市").encode("gb18030"))
    scheme = write(tmp_path / "scheme", TREE)
    assert score(tmp_path, scheme, figures).returncode == 0
    assert "成都市" in (tmp_path / "out.csv").read_text("utf-8")
    done = score(tmp_path, scheme, figures, "nowhere/out.csv")
    assert done.returncode == 2 and "nowhere 不存在" in done.stderr


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not beside the project (set ZHUNSHENG_CASES)")
@pytest.mark.parametrize("case", ["01w99", "02nodir", "43nan", "61parenttypo", "62weightfiletypo", "74decimals"])
def test_shared_cases_are_refused(tmp_path, case):
    done = score(tmp_path, CASES / case, CASES / case / "figures.csv")
    assert done.returncode == 2 and ".csv:" in done.stderr
