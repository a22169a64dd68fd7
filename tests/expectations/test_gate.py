"""The gate: canaries, nothing passes because it was empty, and a dead worker is a fault, not a verdict."""

import nights
import pytest

from expectations import catalogue, gate, outcomes, suite

FAMILIES = catalogue.load()
COUNTS = {"n_checked": 5, "n_violations": 0, "n_not_applicable": 1, "n_too_few": 1, "n_not_run": 0}
TABLE = {"table_name": "raw.cell", "n_rows": 3, "n_null_keys": 0, "n_duplicate_keys": 0, "n_expected": 3}


def request(**changes) -> dict:
    summary = [{"rule_code": rule.code, "period": 2022, **COUNTS} for _, rule in catalogue.all_rules(FAMILIES)]
    return {"summary": summary, "hits": [], "tables": [TABLE], **changes}


def failed(rows) -> set[str]:
    return {row["expectation_id"] for row in rows if not row["success"]}


def test_worker_answers_in_its_own_process():
    with gate.Gate.start() as worker:
        rows = worker.run(request())
    assert failed(rows) == set()
    assert [row["expectation_id"] for row in rows] == sorted(row["expectation_id"] for row in rows)
    assert {row["subject"] for row in rows} >= {"ID01", "identity", "raw.cell"}


def test_worker_death_is_a_fault():
    with gate.Gate.start() as worker:
        worker._process.kill()
        with pytest.raises(gate.GateFault, match="worker"):
            worker.run(request())


def test_violations_and_missing_records_are_seen():
    broken = request()
    next(row for row in broken["summary"] if row["rule_code"] == "ID01")["n_violations"] = 3
    broken["hits"] = [{"rule_code": "ID01", "n_hits": 2, "n_without_text": 1, "n_without_place": 0}]
    broken["tables"] = [{**TABLE, "n_expected": 4}]
    broken["expected"] = [{"rule_code": "RG01", "period": 2022, "n_expected": 7}, {"rule_code": "RG02", "period": 2022, "n_expected": 9}]
    rows = gate.evaluate(broken, FAMILIES)
    _is_what_nights_of_tests_are_told(broken, rows)
    assert failed(rows) == {"ID01.n_violations", "identity.n_unrecorded", "identity.n_without_text", "raw.cell.n_rows_off",
                            "RG02.n_unaccounted"}  # fmt: skip
    assert {row["severity"] for row in rows if row["expectation_id"] == "ID01.n_violations"} == {"E"}


def _is_what_nights_of_tests_are_told(asked: dict, rows: list[dict]) -> None:
    """Nights of tests compare with the bounds themselves, without Great Expectations (`nights.InProcessGate`)."""
    cheap = nights.InProcessGate()
    cheap.ask(asked)
    assert cheap.answer() == rows


def test_nothing_passes_because_it_was_empty():
    figures = {**TABLE, "table_name": "staging.stg_figures"}
    rows = gate.evaluate(request(summary=[], tables=[figures]), FAMILIES)
    silent = {row["expectation_id"]: row["severity"] for row in rows if not row["success"]}
    assert silent["TY01.n_unaccounted"] == "E" and silent["CR05.n_looked_at"] == "I"
    assert set(suite.rule_outcomes(FAMILIES, []).values()) == {outcomes.NO_DATA}


@pytest.mark.parametrize("planted", [{suite.CANARY_FAILS: 0, suite.CANARY_PASSES: 0}, {suite.CANARY_FAILS: 1, suite.CANARY_PASSES: 1}])
def test_a_wrong_canary_is_a_fault(planted, monkeypatch):
    monkeypatch.setattr(suite, "CANARIES", planted)
    with pytest.raises(gate.GateFault, match="canary"):
        gate.evaluate(request(), FAMILIES)


def test_a_missing_count_is_a_fault():
    with pytest.raises(gate.GateFault, match="missing"):
        gate._assert_with_gx({suite.CANARY_PASSES: None})


@pytest.mark.parametrize(
    ("counts", "severity", "outcome"),
    [
        (outcomes.Counts(), "E", outcomes.NO_DATA),
        (outcomes.Counts(checked=1), "E", outcomes.PASS),
        (outcomes.Counts(checked=2, violations=1), "E", outcomes.FAIL),
        (outcomes.Counts(checked=2, violations=1), "W", outcomes.NEEDS_REVIEW),
        (outcomes.Counts(checked=2, violations=1, not_run=1), "W", outcomes.NOT_RUN),
        (outcomes.Counts(too_few=1, not_applicable=1), "W", outcomes.TOO_FEW_POINTS),
        (outcomes.Counts(not_applicable=1), "E", outcomes.NOT_APPLICABLE),
    ],
)
def test_outcomes_and_their_precedence(counts, severity, outcome):
    assert outcomes.outcome_of(counts, severity) == outcome
