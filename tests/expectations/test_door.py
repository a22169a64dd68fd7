"""The door: every wrong cell has its verdict, exactly; nothing passes because it was empty, missing or raised; no network is asked."""

import decimal
import socket

import pandas as pd
import pyarrow as pa
import pytest

from expectations import catalogue, expressions, form_suites
from expectations.gx import actions, canaries, door, loading
from sources.declare import declarations
from warehouse.judging import door as night_door
from warehouse.settings import PROJECT

D = decimal.Decimal


def cells(**columns) -> pd.DataFrame:
    n = len(next(iter(columns.values())))
    place = {"submission_id": ["S"] * n, "period": [2022] * n, "sheet": ["s"] * n, "row_no": list(range(1, n + 1)), "col_no": [3] * n, "indicator": ["i"] * n}
    typed = {name: pa.array(values, pa.decimal128(28, 8)) if isinstance(values[0], D) or values[0] is None else pa.array(values) for name, values in {**place, **columns}.items()}
    return door.frame(pa.table(typed))


def asked(kind: str = "expect_rows_to_satisfy", severity: str = "critical", **kwargs) -> dict:
    return {"type": kind, "kwargs": kwargs, "severity": severity, "meta": {"rule": "R", "version": 1}}


@pytest.fixture
def sink():
    actions.collected[door.ACTION] = actions.Sink()
    return actions.collected[door.ACTION]


def test_a_thousand_wrong_cells_are_a_thousand_verdicts(sink):
    door.check(cells(value=[D(-1)] * 1000 + [D(1)]), [asked(holds="value >= 0")])
    assert [verdict[6] for verdict in sink.verdicts] == list(range(1, 1001))


def test_decimals_are_exact_and_a_bound_itself_is_allowed(sink):
    door.check(cells(a=[D("0.1"), D("0.1")], b=[D("0.2"), D("0.2")], c=[D("0.3"), D("0.29999999")]), [asked(holds="a + b <= c")])
    assert [verdict[6] for verdict in sink.verdicts] == [2]
    sink.verdicts.clear()
    bounds = {"i": ["0.1", "100000000000000000.00000001"]}
    door.check(cells(value=[D("0.1"), D("0.09999999"), D("100000000000000000.00000001"), D("100000000000000000.00000002"), None]),
               [asked("expect_values_within_bounds", column="value", by="indicator", bounds=bounds)])
    assert [verdict[6] for verdict in sink.verdicts] == [2, 4]


def test_what_is_not_known_is_undecided_and_that_is_a_fault(sink):
    frame = cells(value=[D(1), None])
    with pytest.raises(loading.SuiteFault, match="undecided"):
        door.check(frame, [asked(holds="value < 2")])
    door.check(frame, [asked(holds="value < 2", too_few="value is None")])
    assert sink.counts[-1][3:] == (3, 1) and not sink.verdicts


def test_an_empty_batch_a_missing_column_and_a_metric_that_raises_are_faults(sink):
    frame = cells(value=[D(1)])
    with pytest.raises(loading.SuiteFault, match="looked at 0 rows of 7"):
        door.check(frame.head(0), [asked(holds="value < 2", looked_at=7)])
    with pytest.raises(loading.SuiteFault, match="no such column: other"):
        door.check(frame, [asked(holds="other < 2")])
    with pytest.raises(loading.SuiteFault, match="R: "):
        door.check(frame, [asked(holds="starts_with(value, sheet)")])
    with pytest.raises(loading.SuiteFault, match="R: "):
        door.check(frame, [asked("expect_column_values_to_be_between", column="gone", min_value=1)])
    assert not sink.verdicts


def test_a_failed_warning_alone_blocks_nothing_and_severity_is_said(sink):
    door.check(cells(value=[D(1)]), [asked(holds="value > 2", severity="warning")])
    assert [verdict[2] for verdict in sink.verdicts] == ["W"]
    with pytest.raises(loading.SuiteFault, match="severity"):
        door.check(cells(value=[D(1)]), [{**asked(holds="value > 2"), "severity": None}])


@pytest.mark.parametrize("kind", canaries.ON_RETURNS)
def test_a_blind_expectation_is_found_out(kind, monkeypatch):
    sound = {"expect_column_values_to_match_regex": {"column": "name", "regex": "."}, "expect_column_values_to_be_in_set": {"column": "name", "value_set": ["a", "b"]},
             "expect_rows_to_satisfy": {"holds": "value < 4"}, "expect_values_within_bounds": {"column": "value", "by": "indicator", "bounds": {"i": ["0", "9"]}},
             "expect_column_values_to_be_between": {"column": "value", "max_value": 9}, "expect_column_values_to_not_be_null": {"column": "value"},
             "expect_column_pair_values_a_to_be_greater_than_b": {"column_A": "value", "column_B": "right", "or_equal": True}, "expect_compound_columns_to_be_unique": {"column_list": ["row_no", "sheet"]}}
    canaries.on_returns(door.frames(), [kind])
    monkeypatch.setitem(canaries.ON_RETURNS, kind, (sound[kind], canaries.ON_RETURNS[kind][1]))
    with pytest.raises(loading.SuiteFault, match=f"canary.*{kind}"):
        canaries.on_returns(door.frames(), [kind])


def test_nothing_is_fetched_and_no_docs_are_written(sink, monkeypatch, tmp_path):
    def refuse(*_):
        raise AssertionError("the network was asked")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    door.check(cells(value=[D(1)]), [asked(holds="value < 2")])
    assert list(tmp_path.iterdir()) == [] and [site["site_url"] for site in loading.context().get_docs_sites_urls()] == [None], "no page was built"


@pytest.mark.parametrize("text", ["__import__('os')", "a.b", "lambda: 1", "1 <", "max(a, b)", "a < b < 3", "a if b else c", "[a for a in b]"])
def test_what_is_no_word_of_the_row_language_is_refused(text):
    with pytest.raises(expressions.ExpressionFault):
        expressions.parsed(text)


def test_products_and_quotients_lose_no_digit_and_nothing_is_divided_by_nothing():
    table = {"a": pa.array([D("0.3"), D(1)], pa.decimal128(28, 8)), "b": pa.array([D("0.1"), D(0)], pa.decimal128(28, 8))}
    assert expressions.evaluate("a / b == 3", table.get, 2).to_pylist() == [True, None]
    assert expressions.evaluate("a * b == 0.03", table.get, 2).to_pylist() == [True, False]


def test_every_form_of_figures_has_a_suite_of_its_own_bounds():
    declared = declarations.load(PROJECT)
    for form in declared.forms.values():
        suite = night_door.suite_of(declared, form.form_id)
        codes = {e["meta"]["rule"] for e in suite}
        bounds = {name for e in suite if e["type"] == form_suites.BOUNDS for name in e["kwargs"]["bounds"]}
        assert bounds <= {column.field for column in form.columns} and {"FM01", "TY01"} <= codes and all(e["severity"] for e in suite)
    assert {e["meta"]["rule"] for e in night_door.suite_of(declared, "finance_annual")} >= {"ID02", "RG01"}


def test_conditions_of_the_door_are_of_the_language_and_named_with_their_line(tmp_path):
    text = (catalogue.RULES / "type.yml").read_text("utf-8").replace("fails: parse_code == 'TEXT'", "fails: parse_code = 'TEXT'")
    (tmp_path / "type.yml").write_text(text, "utf-8")
    with pytest.raises(catalogue.CatalogueFault, match=r"type\.yml:\d+: TY01 .*not a condition"):
        catalogue.load(tmp_path)
