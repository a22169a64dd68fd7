"""Where things are: one home, moved by an argument or the environment."""

from pathlib import Path

import pytest

from warehouse import loading
from warehouse.previous import previous_values
from warehouse.settings import PROJECT, Settings


def test_the_argument_goes_before_the_environment_and_that_before_the_default(monkeypatch, tmp_path):
    monkeypatch.setenv("ZHUNSHENG_HOME", str(tmp_path / "env"))
    assert Settings.from_env(tmp_path / "argument").home == tmp_path / "argument"
    assert Settings.from_env().home == tmp_path / "env"
    monkeypatch.delenv("ZHUNSHENG_HOME")
    assert Settings.from_env().home == PROJECT / "var"


def test_everything_a_night_writes_lies_below_the_home(tmp_path):
    settings = Settings(home=tmp_path)
    for place in ("inbox", "landing", "warehouse", "lock", "editions", "dbt_target", "dagster_home"):
        assert Path(getattr(settings, place)).is_relative_to(tmp_path)
    assert settings.dbt_project == PROJECT / "dbt_project"


def test_a_home_may_have_its_own_channels(tmp_path):
    settings = Settings(home=tmp_path).make()
    assert {channel.channel_id for channel in loading.declared(settings).channels} >= {"sample", "inbox"}
    (tmp_path / "channels.yml").write_text('- channel: only\n  kind: files\n  url: "{home}/elsewhere"\n', "utf-8")
    assert [channel.channel_id for channel in loading.declared(settings).channels] == ["only"]


def test_previous_values_are_texts_as_reported_and_only_usable_ones(published):
    values = previous_values(published.settings, "statistics_annual", 2023)
    assert values["440100", "gdp_growth_rate"] == "1"
    assert ("440300", "gdp_growth_rate") not in values, "a quarantined figure is no example"
    assert {indicator for _, indicator in values} >= {"gdp", "retail_sales"}


@pytest.mark.parametrize("period", [2018, 1990])
def test_there_may_be_no_previous_values(published, tmp_path, period):
    assert previous_values(published.settings, "statistics_annual", period) == {}
    assert previous_values(Settings(home=tmp_path).make(), "statistics_annual", 2023) == {}
