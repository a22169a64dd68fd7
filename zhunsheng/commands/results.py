"""What a reader of results asks: a grade's reasons, its stability, two years, editions, proofs.

Belongs here: options, exit codes, which answer is printed. Does not belong here: any work. Heavy imports live inside commands.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import click

from warehouse.settings import Settings
from zhunsheng.command import PIPELINE_FAULT


@click.command()
@click.argument("unit")
@click.argument("period", type=int)
@click.option("--edition", "name", help="版本号，默认现行版本 / edition; default: the current one")
@click.pass_obj
def explain(settings: Settings, unit: str, period: int, name: str | None) -> None:
    """从等次追溯到单元格 / from a grade to the workbook cell."""
    from warehouse import editions
    from warehouse.explain import explain as look
    from zhunsheng.answers import explanation as answer

    answer.explanation(look(editions.database(settings, name), unit, period))


@click.command()
@click.argument("unit")
@click.argument("period", type=int)
@click.option("--edition", "name", help="版本号，默认现行版本 / edition; default: the current one")
@click.pass_obj
def stability(settings: Settings, unit: str, period: int, name: str | None) -> None:
    """等次的稳定程度和再升一档所需条件 / how stable a grade is, and what one more would take."""
    from stability.grade import stability as look
    from warehouse import editions
    from zhunsheng.answers import stability as answer

    answer.stability(look(editions.database(settings, name), unit, period))


@click.command()
@click.argument("unit")
@click.argument("before", type=int)
@click.argument("after", type=int)
@click.option("--csv", "path", type=click.Path(path_type=Path), help="写成 CSV / write as CSV")
@click.pass_obj
def compare(settings: Settings, unit: str, before: int, after: int, path: Path | None) -> None:
    """比较两年得分不同的原因，分解到七项影响和各指标 / why two years' scores differ, by effect and indicator."""
    from stability import comparing
    from zhunsheng.answers import comparison as answer

    found = comparing.compare(settings, unit, before, after)
    if path is None:
        answer.comparison(found)
        return
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([comparing.HEADER, *found.rows()])
    click.echo(f"{len(found.rows())} 行 / rows → {path}")


@click.group(invoke_without_command=True)
@click.pass_context
def edition(context: click.Context) -> None:
    """现行版本及其历史 / the current edition; its hash alone is on the last line."""
    from zhunsheng.answers import editions as answer

    if context.invoked_subcommand is None:
        answer.edition(context.obj)


@edition.command("diff")
@click.argument("before", required=False)
@click.argument("after", required=False)
@click.option("--csv", "path", type=click.Path(path_type=Path), help="写成 CSV / write as CSV")
@click.pass_obj
def edition_diff(settings: Settings, before: str | None, after: str | None, path: Path | None) -> None:
    """比较两个版本的差异，默认比较上一版与现行版 / what differs between two editions; default: the last one and the current one."""
    from warehouse import editions
    from zhunsheng.answers import editions as answer

    pair = editions.pair(settings, before, after)
    changes = editions.diff(settings, *pair)
    if path is not None:
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([("mart", "key", "column", "before", "after"), *[(c.mart, c.key, c.column, c.before, c.after) for c in changes]])
    answer.diff(settings, pair, changes)


@click.command()
@click.pass_obj
def verify(settings: Settings) -> None:
    """核验台账、原件和各版本是否被改动 / prove that ledger, originals and editions are unchanged."""
    from sources.landing.landing import Landing
    from sources.landing.ledger import Ledger
    from warehouse import editions

    problems = [str(p) for p in Landing(settings.landing).verify() + Ledger(settings.notices_ledger).verify()] + editions.verify(settings)
    for problem in problems:
        click.echo(f"✗ {problem}")
    if problems:
        sys.exit(PIPELINE_FAULT)
    click.echo("台账链、原件、版本全部相符 / ledger chain, originals and editions all hold")
