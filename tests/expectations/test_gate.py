"""The gate: it agrees with an untouched night, it sees what the night recorded wrongly, and nothing passes because it was empty or raised."""

import hashlib
import shutil
from dataclasses import replace

import duckdb
import pytest
from expectations import catalogue, outcomes, rule_suites
from expectations.gx import canaries, gate, loading
from expectations.worker import GateFault, Worker

from dagster_project import gatekeeping

FAMILIES = catalogue.load()


@pytest.fixture(scope="module")
def warehouse(published, tmp_path_factory):
    """A copy of the published night's warehouse, every period to be judged."""
    path = tmp_path_factory.mktemp("gate") / "warehouse.duckdb"
    shutil.copyfile(published.settings.warehouse, path)
    with duckdb.connect(str(path)) as con:
        con.execute("delete from raw.changed_period; insert into raw.changed_period select distinct coalesce(period, 0) from raw.submission")
    return path


@pytest.fixture(scope="module")
def judged(warehouse):
    return gate.judge(warehouse)


def faults(rows) -> list[str]:
    return [row["expectation_id"] for row in rows if row["severity"] == "E" and row["check"] != rule_suites.HOLDS and not row["success"]]


def test_an_untouched_night_has_no_fault_and_every_rule_was_judged_on_real_rows(judged):
    assert faults(judged) == []
    assert {row["subject"] for row in judged} >= {family.family for family in FAMILIES if not family.at_door} | set(rule_suites.of_tables())
    violations = {code: sum(row["observed"] for row in judged if row["subject"] == code) for code in ("JP01", "YR01", "CP01")}
    assert min(violations.values()) > 0


def test_the_worker_answers_in_its_own_process_without_what_it_never_uses(warehouse):
    before = hashlib.sha256(warehouse.read_bytes()).hexdigest()
    with Worker.start() as worker:
        rows = worker.run({"ask": "gate", "file": warehouse, "families": ["history"]})
        loaded = worker.run({"ask": "modules"})
    assert faults(rows) == [] and {row["subject"] for row in rows if row["check"] == "holds"} <= {rule.code for family in FAMILIES if family.family == "history" for rule in family.rules}
    assert "great_expectations" in loaded and not {"scipy.stats", "altair", "boto3", "jsonschema", "mistune"} & set(loaded)
    assert hashlib.sha256(warehouse.read_bytes()).hexdigest() == before, "the gate writes nothing"


def test_a_dead_worker_is_a_fault():
    with Worker.start() as worker:
        worker._process.kill()
        worker._process.wait()
        with pytest.raises(GateFault, match="worker"):
            worker.run({"ask": "modules"})


def test_a_rule_in_the_yaml_that_was_not_compiled_stops_the_night_and_is_named(warehouse, monkeypatch):
    """Nothing breaks it, so only its missing counts tell."""
    family = next(f for f in FAMILIES if f.family == "history")
    extra = replace(family.rules[0], code="ZZ99", fails="false")
    changed = tuple(replace(f, rules=(*f.rules, extra)) if f is family else f for f in FAMILIES)
    monkeypatch.setattr(catalogue, "load", lambda: changed)
    rows = gate.judge(warehouse, ["history"])
    with pytest.raises(GateFault, match="history.records_agree.*ZZ99"):
        gatekeeping.raise_faults(rows)


def test_a_rule_with_another_condition_in_the_yaml_is_seen_row_by_row(warehouse, monkeypatch):
    family = next(f for f in FAMILIES if f.family == "history")
    changed = tuple(replace(f, rules=(replace(f.rules[0], fails=f"not ({f.rules[0].fails})"), *f.rules[1:])) if f is family else f for f in FAMILIES)
    monkeypatch.setattr(catalogue, "load", lambda: changed)
    assert faults(gate.judge(warehouse, ["history"], with_tables=False)) == ["history.records_agree"]


def test_a_relation_that_is_gone_or_lacks_a_column_is_a_fault(warehouse, tmp_path):
    copy = tmp_path / "warehouse.duckdb"
    shutil.copyfile(warehouse, copy)
    with duckdb.connect(str(copy)) as con:
        con.execute("drop view validated.val_tested_peers; create view validated.val_tested_peers as select 1 as other")
    with pytest.raises(loading.SuiteFault, match="peers"):
        gate.judge(copy, ["peers"])


@pytest.mark.parametrize("kind", canaries.ON_TABLES)
def test_a_blind_expectation_is_found_out(kind, warehouse, monkeypatch):
    fails, passes = canaries.ON_TABLES[kind]
    monkeypatch.setitem(canaries.ON_TABLES, kind, (passes, passes))
    with pytest.raises(loading.SuiteFault, match=f"canary.*{kind}"):
        gate.judge(warehouse, [])


def test_severity_is_always_said():
    with pytest.raises(loading.SuiteFault, match="severity"):
        loading.suite("unsaid", [{"type": "expect_table_row_count_to_be_between", "kwargs": {"min_value": 1}}])


def test_a_violation_alone_stops_nothing(judged):
    assert any(not row["success"] for row in judged if row["check"] == rule_suites.HOLDS)
    gatekeeping.raise_faults(judged)


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
