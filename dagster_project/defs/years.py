"""A closed year computed again: one asset, a partition for each assessment year.

A year is a line of the calendar register, never the clock's. Whoever wants a year again materializes or backfills its partition; what has come
in meanwhile stays for the night.
"""

import csv

import dagster as dg

from dagster_project.night import Night
from dagster_project.specs import OWNERS, key
from warehouse import editions
from warehouse.settings import Settings

RECOMPUTED = key("editions.recomputed_year")


def assessment_years() -> list[str]:
    """Every year that the calendar asks returns for, ascending."""
    path = Settings.from_env().project / "sources" / "registers" / "calendar.csv"
    with path.open(encoding="utf-8", newline="") as rows:
        return sorted({row["period"] for row in csv.DictReader(rows)})


def recomputed_year(years: list[str]) -> dg.AssetsDefinition:
    """The asset; a backfill of several years is one run."""

    @dg.asset(key=RECOMPUTED, group_name="marts", owners=OWNERS, kinds={"duckdb"}, partitions_def=dg.StaticPartitionsDefinition(years), backfill_policy=dg.BackfillPolicy.single_run(),
              description="重算的年度：全部模型重算并发布，结果应与原版一致 / a year computed again in every model and published; a closed year gives the same digits")
    def year(night: dg.ResourceParam[Night]):
        """Every step of a night but landing, with the years of this run forced."""
        before = editions.current(night.settings)
        night.build_up_to_gate()
        night.build_scores_and_marts()
        night.score_counterfactuals()
        night.judge()
        night.build_rest()
        name = night.publish()
        night.write_slips()
        yield dg.MaterializeResult(metadata={"edition": name, "same_as_before": name == before, "models": len(night.build.built.seconds)})

    return year
