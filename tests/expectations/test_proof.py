"""Rules are proved on their own cases: what is wrong in the YAML itself is found there, and nowhere else."""

from dataclasses import replace

import pytest

from expectations import catalogue
from expectations.gx import loading, proof
from expectations.worker import shared
from warehouse.judging import proof as proving
from warehouse.settings import PROJECT, Settings

FAMILIES = catalogue.load()


def changed(family: str, code: str, **words) -> tuple:
    return tuple(replace(f, rules=tuple(replace(r, **words) if r.code == code else r for r in f.rules)) if f.family == family else f for f in FAMILIES)


@pytest.mark.parametrize(("family", "code", "fails"), [("runs", "FZ02", None), ("type", "TY01", "parse_code != 'TEXT'")])
def test_a_condition_that_is_inverted_in_the_yaml_is_found_by_its_cases(monkeypatch, family, code, fails):
    """The gate follows the YAML on both sides and agrees."""
    rule = next(rule for f, rule in catalogue.all_rules(FAMILIES) if rule.code == code)
    monkeypatch.setattr(catalogue, "load", lambda: changed(family, code, fails=fails or f"not ({rule.fails})"))
    with pytest.raises(loading.SuiteFault, match=code):
        proof.prove([family])


def test_cases_come_out_as_they_stand():
    assert proof.prove(["runs", "identity", "reading"])["cases"] >= 10


def test_what_is_proved_is_not_proved_again_and_a_changed_file_is(tmp_path, monkeypatch):
    project = tmp_path / "project"
    for name in ("nil.yml", "runs.yml"):
        path = project / "expectations" / "rules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((PROJECT / "expectations" / "rules" / name).read_bytes())
    settings = Settings(home=tmp_path / "home", project=project)
    assert proving.unproved(settings) == ["nil", "runs"]
    assert proving.prove(settings, shared()) > 0
    assert proving.unproved(settings) == [] and proving.prove(settings, shared()) == 0
    (project / "expectations" / "rules" / "nil.yml").write_text("family: nil\n", "utf-8")
    proving.states.cache_clear()
    assert proving.unproved(settings) == ["nil"]
