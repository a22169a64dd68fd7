"""The fingerprint changes with whatever decides what the marts say, and with nothing else."""

from __future__ import annotations

import pytest

from warehouse import compiled
from warehouse.increments import code_fingerprint
from warehouse.settings import PROJECT, Settings

FILES = ["sources/forms/a.yml", "sources/registers/b.csv", "expectations/rules/c.yml", "dbt_project/models/d.sql", "expectations/compiler.py", "dagster_project/night.py"]
GENERATED = ["dbt_project/models/validated/rules/val_hits.sql", "dbt_project/models/validated/rules/_rules.yml", "dbt_project/macros/rules/rules_are_written.sql"]
BESIDE = [*GENERATED, "sources/sample/returns/x.csv", "dbt_project/target/run.sql", "dbt_project/logs/dbt.csv", "docs/page.yml", "zhunsheng/answers/check.py", "slips/page.py", "tests/test_x.py", "sources/notes.md", "zhunsheng/__pycache__/e.py"]


@pytest.fixture
def project(tmp_path) -> Settings:
    for name in FILES + BESIDE:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("one")
    return Settings(home=tmp_path / "var", project=tmp_path)


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_changes_it(project, name):
    before = code_fingerprint(project)
    (project.project / name).write_text("two")
    assert code_fingerprint(project) != before


@pytest.mark.parametrize("name", FILES)
def test_a_renamed_file_changes_it(project, name):
    before = code_fingerprint(project)
    path = project.project / name
    path.rename(path.with_name("renamed" + path.suffix))
    assert code_fingerprint(project) != before


@pytest.mark.parametrize("name", BESIDE)
def test_what_decides_nothing_does_not_count(project, name):
    before = code_fingerprint(project)
    (project.project / name).write_text("two")
    assert code_fingerprint(project) == before


def test_an_engine_of_another_version_changes_it(project, monkeypatch):
    before = code_fingerprint(project)
    monkeypatch.setattr("importlib.metadata.version", lambda name: "0")
    assert code_fingerprint(project) != before


# -- the project that dbt compiles

@pytest.mark.parametrize("name", ["dbt_project/models/d.sql", "expectations/rules/c.yml", "expectations/compiler.py"])
def test_what_is_compiled_changes_with_models_and_rules(project, name):
    before = compiled.fingerprint(project)
    (project.project / name).write_text("two")
    assert compiled.fingerprint(project) != before


@pytest.mark.parametrize("name", GENERATED)
def test_what_is_compiled_does_not_change_with_what_is_written_from_the_rules(project, name):
    before = compiled.fingerprint(project), code_fingerprint(project)
    (project.project / name).unlink()
    assert (compiled.fingerprint(project), code_fingerprint(project)) == before


def test_all_that_models_of_rules_are_written_from_counts():
    """The catalogue's files, those that declare findings elsewhere, and every module that the compiler imports."""
    from expectations import catalogue

    counted = {path for pattern in compiled.RULES_FROM for path in PROJECT.glob(pattern)}
    assert {PROJECT / family.declared_in for family in catalogue.load() if family.declared_in} <= counted
    assert set((PROJECT / "expectations").rglob("*.yml")) <= counted
    assert set((PROJECT / "expectations").glob("*.py")) <= counted
