"""What a night could record wrongly is found, and by Great Expectations: with a stub in its place, that always agrees, nearly all of it passes."""

from benchmarks import mutations


def test_every_mutation_is_found_and_only_great_expectations_finds_them(published):
    (_, untouched, _), *rows = mutations.table(published.settings.warehouse)
    assert untouched == ""
    assert [name for name, with_gx, _ in rows if not with_gx] == []
    assert len(rows) == 12 and sum(not with_stub for *_, with_stub in rows) >= 9
    found = {name: with_gx for name, with_gx, _ in rows}
    assert "history.records_agree" in found["rule not compiled"]
    assert "stg_figures.as_received" in found["text and figure changed together"]
    assert {"RG01", "BLANK"} <= {part.split(":")[0] for part in found["share of 133.2 % and a blank owed cell in a return"].split(", ")}
