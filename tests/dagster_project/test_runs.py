"""Runs in this process: a closed year computed again, and a channel that fails."""

from __future__ import annotations

import dagster as dg
import nights
import pytest

from warehouse import editions

BROKEN = """
- channel: inbox
  kind: files
  url: "{home}/inbox"
- channel: dead
  kind: files
  url: "{home}/no/such/folder"
"""


def test_a_closed_year_computed_again_gives_the_same_edition(graph, published, tmp_path):
    """As somebody starts it from the pages of Dagster: one partition of the job `rebuild_year`."""
    settings = nights.copy_home(published.home, tmp_path / "home")
    with nights.store.connect(settings) as con:
        con.execute("update marts.scorecards set score = score + 1 where period = 2020")  # what nobody may do by hand is put right
    job = graph.defs.resolve_job_def("rebuild_year")
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(instance=instance, partition_key="2020", run_config=_home(settings))
    assert result.success
    (event,) = result.get_asset_materialization_events()
    metadata = event.materialization.metadata
    assert event.partition == "2020" and metadata["edition"].value == published.edition and metadata["same_as_before"].value and metadata["models"].value > 80
    assert editions.current(settings) == published.edition
    assert editions.history(settings) == [published.edition]


def test_a_night_records_one_materialization_a_table_and_checks_show_the_findings(graph, published, tmp_path):
    settings = nights.copy_home(published.home, tmp_path / "home")
    source = nights.sample_file("51-czt", "2020")
    nights.drop(settings, "51-czt", "correction.xlsx", nights.corrected(source, {"C7": 15400000}), "2025-01-02T10:00:00")
    with dg.DagsterInstance.ephemeral() as instance:
        result = graph.defs.resolve_job_def("nightly").execute_in_process(instance=instance, run_config=_home(settings))
    assert result.success
    events = {event.asset_key: event.materialization.metadata for event in result.get_asset_materialization_events()}
    assert len(events) == len(result.get_asset_materialization_events()), "one materialization a table"
    assert events[dg.AssetKey(["marts", "scorecards"])]["computed"].value
    assert not events[dg.AssetKey(["marts", "units"])]["computed"].value, "a table that nothing reached is not computed"
    assert events[dg.AssetKey(["editions", "current"])]["edition"].value == editions.current(settings) != published.edition
    _checks_tell_the_findings(result)
    checks = {evaluation.check_name: evaluation for evaluation in result.get_asset_check_evaluations()}
    assert checks["steps_add_up"].passed and checks["grid_is_whole"].passed


def _checks_tell_the_findings(result) -> None:
    checks = {evaluation.check_name: evaluation for evaluation in result.get_asset_check_evaluations()}
    assert not checks["range_must_fix"].passed and checks["range_must_fix"].severity == dg.AssetCheckSeverity.ERROR
    assert not checks["yearly_must_explain"].passed and checks["yearly_must_explain"].severity == dg.AssetCheckSeverity.WARN
    assert checks["form_must_fix"].passed
    on_time = checks["on_time_finance_annual"]
    assert on_time.passed and on_time.asset_key == dg.AssetKey(["marts", "provider_deadlines"]) and on_time.metadata["ON_TIME"].value == 12


def test_a_dead_channel_is_tried_again_then_told_and_stops_nothing(graph, tmp_path, monkeypatch):
    from dagster_project.defs import landing
    from dagster_project.resources import night

    settings = nights.Settings(home=tmp_path).make()
    (settings.home / "channels.yml").write_text(BROKEN, "utf-8")
    nights.drop(settings, "44-czt", "a.xlsx", b"anything", "2024-01-01T10:00:00")
    monkeypatch.setattr(landing, "FIRST_WAIT_SECONDS", 0)
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize([landing.ledger], resources={"night": night}, run_config=_home(settings), instance=instance)
    assert result.success
    assert len([event for event in result.all_events if event.event_type == dg.DagsterEventType.STEP_RESTARTED]) == landing.MOST_RETRIES
    (check,) = result.get_asset_check_evaluations()
    assert not check.passed and check.severity == dg.AssetCheckSeverity.WARN
    assert "dead" in str(check.metadata["failures"].value)
    assert '"file_name":"a.xlsx"' in (settings.landing / "ledger.jsonl").read_text("utf-8")


@pytest.mark.parametrize(("counts", "passed", "severity"), [({"RED": 1, "YELLOW": 2}, False, "ERROR"), ({"YELLOW": 1}, False, "WARN"), ({"WARNING": 3, "NIL": 1, "LATE": 1}, True, "WARN")])
def test_yellow_warns_and_red_is_an_error(published, monkeypatch, counts, passed, severity):
    from dagster_project.defs import deadlines
    from dagster_project.night import Night

    monkeypatch.setattr(deadlines.deadlines, "standing", lambda _: {"finance_annual": deadlines.deadlines.Standing(counts, [("51-czt", 2023, "未报", "nothing")])})
    checks = {result.check_name: result for result in deadlines.on_time(night=Night(published.settings))}
    mine = checks.pop("on_time_finance_annual")
    assert (mine.passed, mine.severity.value) == (passed, severity) and "51-czt" in mine.metadata["waiting"].value
    assert all(check.passed for check in checks.values())


def test_waits_between_tries_grow():
    from dagster_project.defs.landing import FIRST_WAIT_SECONDS, MOST_RETRIES

    waits = [FIRST_WAIT_SECONDS * 2**number for number in range(MOST_RETRIES)]
    assert waits == sorted(set(waits)) and sum(waits) < 60


@pytest.fixture(autouse=True)
def the_graph_is_loaded(graph):
    """Assets are declared from the manifest when their modules are first imported: `graph` sees to where it is parsed."""


def _home(settings) -> dict:
    return {"resources": {"night": {"config": {"home": str(settings.home)}}}}
