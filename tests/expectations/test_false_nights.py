"""What a night could record wrongly is found, and by Great Expectations: with a stub in its place, that always agrees, nearly all of it passes."""

import pytest
from expectations import rule_suites
from expectations.gx import gate

from benchmarks import mutations


def test_every_mutation_is_found_and_only_great_expectations_finds_them(published):
    (_, untouched, _), *rows = mutations.table(published.settings.warehouse)
    assert untouched == ""
    assert [name for name, with_gx, _ in rows if not with_gx] == []
    assert len(rows) == 12 and sum(not with_stub for *_, with_stub in rows) >= 9
    found = {name: with_gx for name, with_gx, _ in rows}
    assert "history.records_agree" in found["rule not compiled"]
    assert found["column dropped from staging"].startswith("stg_figures.columns")
    assert "stg_figures.as_received" in found["text and figure changed together"]
    assert {"RG01", "BLANK"} <= {part.split(":")[0] for part in found["share of 133.2 % and a blank owed cell in a return"].split(", ")}


@pytest.mark.parametrize(("mutation", "expectation"), mutations.FURTHER.items(), ids=lambda of: getattr(of, "name", ""))
def test_a_table_altered_after_its_model_is_found_by_its_own_expectation(published, mutation, expectation, monkeypatch):
    """No rule need be concerned: the same is found where nobody's figures break any."""
    judged = []

    def tables_only(warehouse, *of):
        judged.extend(judge(warehouse, []))
        return judged

    judge = gate.judge
    monkeypatch.setattr(gate, "judge", tables_only)
    assert expectation in mutations.found(published.settings.warehouse, mutation)
    assert {row["subject"] for row in judged} == set(rule_suites.of_tables())
