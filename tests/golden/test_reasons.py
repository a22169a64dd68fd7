"""Every sentence beside a score, of every method and policy, worked out again from its own numbers (定档有依据、评价有理由)."""

from __future__ import annotations

import json
import re
from fractions import Fraction

import engine
import pytest
from fraction_rounding import half_up
from test_laws import EVERY_METHOD

TIERS = "indicator,tier_from,from_inclusive,tier_to,to_inclusive,marks,marks_to\n" + "".join(
    f"{name},0,是,30,否,40,{60 if name == 'efficacy_tiered' else ''}\n{name},30,是,100,是,60,{100 if name == 'efficacy_tiered' else ''}\n" for name in ("band_table", "efficacy_tiered"))
PARAMETERS = EVERY_METHOD | {"progress_interval": {"interval_low": 40, "interval_high": 60, "allowed_low": 10, "allowed_high": 90}, "identity": {},
                             "rank_points": {"step": 7}, "z_score": {"scale_mean": 50, "scale_sd": 10}}
VALUES = {"u1": "12.37", "u2": "33.3", "u3": "55.01", "u4": "55.01", "u5": "88.8888", "u6": ""}
POLICIES = {"floor": "60", "zero": "0"}
DEGENERATE = {"full": 100, "base": 60, "midpoint": 80, "zero": 0, "mean": 50, "exclude": None}
EXTRA = {"capped": "score_cap,70", "floored": "score_floor,65", "powered": "score_power,0.5", "rounded": "score_decimals,1"}


def worked_out(sentence: str, language: str) -> Fraction | None:
    """What a sentence's own numbers give, limits and rounding included; None where it says that nothing is scored."""
    comma, score = ("，", "得分 = ") if language == "zh" else (", ", "score = ")
    if score not in sentence:
        return None
    first, *rest = sentence.split(score, 1)[1].split(comma)
    found = Fraction(_value(first.split(" = ")[0]))
    for said in rest:
        number = next(iter(re.findall(r"-?[\d,.]*\d", said)), "").replace(",", "")
        if "上限" in said or "upper limit" in said or "下限" in said or "lower limit" in said:
            limit = Fraction(number) if number else None
            upper = "上限" in said or "upper limit" in said
            found = found if limit is None else min(found, limit) if upper else max(found, limit)
        elif "次方" in said or "power" in said:
            found = Fraction(float(found) ** float(number))
        elif "小数" in said or "decimals" in said:
            found = half_up(found, int(number))
    return found


def _value(expression: str):
    numbers = re.sub(r"\d[\d,]*(\.\d+)?(e-?\d+)?", lambda m: f"Fraction('{m.group().replace(',', '')}')", expression)
    return eval(numbers.replace("×", "*").replace("÷", "/").replace("−", "-").replace("^", "**"), {"Fraction": Fraction})  # noqa: S307 (a sentence of our own)


def steps(scheme, figures) -> dict[tuple[str, str], dict]:
    found, = engine.ask(scheme, figures, "select * from scores.sco_steps where step_kind = 'indicator'", steps=True)
    return {(row["unit_code"], row["indicator"]): row for row in found}


@pytest.fixture(scope="module")
def measured() -> dict[tuple[str, str], dict]:
    """One run: every method in both directions, with each thing that is laid on a score."""
    lines, parameters = [], []
    for method in (*PARAMETERS, "band_table", "efficacy_tiered"):
        for sign in "+-" if method not in ("band_table", "efficacy_tiered", "identity") else "+":
            for extra in ("", *EXTRA):
                name = f"{method}{sign}{extra}"
                lines.append(f"{name},{method},{sign},{60 if 'efficacy' in method else 0},100,1")
                parameters += [f"{name},{p},{v}" for p, v in PARAMETERS.get(method, {}).items()] + ([f"{name},{EXTRA[extra]}"] if extra else [])
    tiers = TIERS.splitlines()
    tier_lines = [tiers[0], *(line.replace(line.split(",")[0], f"{line.split(',')[0]}+{extra}", 1) for line in tiers[1:] for extra in ("", *EXTRA))]
    scheme = engine.scheme(indicators="indicator,method,direction,base,full_marks,weight\n" + "\n".join(lines) + "\n",
                           parameters="indicator,parameter,value\n" + "\n".join(parameters) + "\n", tiers="\n".join(tier_lines) + "\n")
    return steps(scheme, [(unit, line.split(",")[0], "2023", value) for unit, value in VALUES.items() for line in lines])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_score_follows_from_the_numbers_of_its_sentence(measured, language):
    wrong = {}
    for key, row in measured.items():
        said, score = worked_out(row[f"reason_{language}"], language), row["result"]
        if (said is None) != (score is None) or (score is not None and abs(said - Fraction(score)) > Fraction(2, 10**8)):
            wrong[key] = (row[f"reason_{language}"], score)
    assert wrong == {}
    assert sum(row["result"] is not None for row in measured.values()) > 500


def test_exact_sentences_give_the_score_to_the_last_digit(measured):
    exact = {key: row for key, row in measured.items() if row["reason_code"] in ("efficacy_linear", "completion_signed", "ratio_index", "deduction", "layers", "rank_points", "band_table")
             and not key[1].endswith("powered")}
    assert len(exact) > 100
    assert {key: row["reason_zh"] for key, row in exact.items() if half_up(worked_out(row["reason_zh"], "zh"), 8) != Fraction(row["result"])} == {}


def test_every_method_is_worked_out_and_carries_its_operands(measured):
    """The sentence, and the operands beside it, of each method; `{}` alone explains nothing."""
    by_code = {row["reason_code"] for row in measured.values()}
    assert by_code >= {*PARAMETERS, "band_table", "efficacy_tiered"}
    for row in measured.values():
        operands = json.loads(row["operands"], parse_float=Fraction, parse_int=Fraction)
        if row["reason_code"] in PARAMETERS and row["reason_code"] != "efficacy_exponential" and "unlimited" in operands:
            line = operands["add"] + operands.get("times", 0) * operands.get("numerator", 0) / operands.get("denominator", 1)
            assert abs(min(max(line, operands.get("floor", line)), operands.get("cap", line)) - min(max(operands["unlimited"], operands.get("floor", line)), operands.get("cap", line))) < Fraction(1, 10**5), row


@pytest.mark.parametrize("policy", ["floor", "zero", "redistribute"])
def test_a_policy_for_what_is_missing_is_what_the_sentence_says(policy):
    scheme = engine.scheme(indicators="indicator,method,direction,base,full_marks,weight\na,efficacy_linear,+,60,100,1\n", parameters=f"indicator,parameter,value\na,missing_policy,{policy}\n")
    row = steps(scheme, [(unit, "a", "2023", value) for unit, value in VALUES.items()])["u6", "a"]
    for language in ("zh", "en"):
        said = worked_out(row[f"reason_{language}"], language)
        assert said == (None if policy == "redistribute" else Fraction(POLICIES[policy])) == (None if row["result"] is None else Fraction(row["result"]))
    assert row["reason_code"] == "MISSING"


@pytest.mark.parametrize("policy", DEGENERATE)
def test_a_policy_for_peers_who_do_not_differ_is_what_the_sentence_says(policy):
    scheme = engine.scheme(indicators="indicator,method,direction,base,full_marks,weight\na,efficacy_linear,+,60,100,1\n",
                           parameters=f"indicator,parameter,value\na,degenerate_policy,{policy}\na,scale_mean,50\n")
    row = steps(scheme, [(unit, "a", "2023", "5") for unit in VALUES])["u1", "a"]
    for language in ("zh", "en"):
        assert worked_out(row[f"reason_{language}"], language) == DEGENERATE[policy] == (None if row["result"] is None else Fraction(row["result"]))
        assert "满分" not in row["reason_zh"] or policy in ("full", "midpoint")
    assert row["reason_code"] == "DEGENERATE"


@pytest.mark.parametrize("method", ["efficacy_linear", "efficacy_exponential", "min_max", "z_score", "rank", "percentile_rank", "rank_points", "layers", "ratio_to_best", "deviation_from_mean"])
def test_a_unit_is_not_measured_by_itself_alone(method):
    """Neither full marks nor a first place for the only one who reported; the weight goes to the others, as its reason says."""
    given_ = "".join(f"a,{name},{value}\n" for name, value in PARAMETERS[method].items())
    scheme = engine.scheme(indicators=f"indicator,method,direction,base,full_marks,weight\na,{method},+,60,100,1\nb,progress_standard,+,0,100,1\n",
                           parameters=f"indicator,parameter,value\n{given_}b,standard,10\n")
    found = steps(scheme, [("u1", "a", "2023", "5"), ("u2", "a", "2023", ""), *((unit, "b", "2023", "5") for unit in ("u1", "u2"))])
    assert (found["u1", "a"]["result"], found["u1", "a"]["reason_code"]) == (None, "TOO_FEW_PEERS")
    assert "少于" in found["u1", "a"]["reason_zh"]
    assert found["u1", "b"]["result"] == 50


def test_goalposts_and_targets_of_the_scheme_need_no_peers():
    scheme = engine.scheme(indicators="indicator,method,direction,base,full_marks,weight\na,efficacy_linear,+,60,100,1\nb,ratio_index,+,0,100,1\nc,z_score,+,0,100,1\n",
                           parameters="indicator,parameter,value\na,low,0\na,high,10\nb,standard,10\nc,centre,5\nc,spread,1\n")
    found = steps(scheme, [("u1", name, "2023", "5") for name in "abc"])
    assert {name: str(found["u1", name]["result"].normalize()) for name in "abc"} == {"a": "8E+1", "b": "5E+1", "c": "0"}


def test_the_scheme_says_how_many_peers_a_score_needs():
    scheme = engine.scheme(indicators="indicator,method,direction,base,full_marks,weight\na,efficacy_linear,+,60,100,1\n", parameters="indicator,parameter,value\na,min_peers,4\n")
    assert {row["reason_code"] for row in steps(scheme, [(unit, "a", "2023", value) for unit, value in (("u1", "1"), ("u2", "2"), ("u3", "3"))]).values()} == {"TOO_FEW_PEERS"}
