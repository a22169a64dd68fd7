"""Years: opening a new one.

Belongs here: options, exit codes, which answer is printed. Does not belong here: any work. Heavy imports live inside commands.
"""

from __future__ import annotations

from pathlib import Path

import click

from warehouse.settings import Settings


@click.group()
def year() -> None:
    """年度：开启新年度 / years: open a new one."""


@year.command("open")
@click.argument("new", metavar="YEAR", type=int)
@click.option("--from", "old", type=int, required=True, help="沿用哪一年 / the year to carry over")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="写到哪个文件夹，默认写入本仓库目录 / folder to write to; default: the home")
@click.pass_obj
def open_(settings: Settings, new: int, old: int, out: Path | None) -> None:
    """由上一年度写出新年度的报送日历、封账时间、方案和目标，并列出没有单位报送的数据 / write calendar, closing, scheme and targets of a new year, and list what is used and not owed."""
    from zhunsheng import opening

    done = opening.open_year(settings, new, old, out)
    for path in done.written:
        click.echo(f"已写出 / written: {path}")
    for path in done.kept:
        click.echo(f"已有，未改写 / there already, not written over: {path}")
    for provider in done.without_scheme:
        click.echo(f"! {provider}：{old} 年没有现行方案，未沿用 / no scheme in force in {old}: none carried over")
    for provider, lacking in done.lacking.items():
        for name, lack in lacking:
            need = lack.need
            click.echo(f"✗ {provider}  {name}：{need.name}（{need.period} 年）没有单位报送：{lack.zh} / nobody owes {need.name} of {need.period}: {lack.en}")
    total = sum(map(len, done.lacking.values()))
    click.echo(f"{total} 项所用数据没有单位报送{'：请落实报送单位，或在方案的“数据缺口”表写明原因' if total else ''} / figures used and owed by nobody{': let somebody owe them, or declare the gap in the scheme' if total else ''}")
    click.echo("请绩效管理办公室核对、修改工作簿后报送 / the office looks through the workbooks, changes what it decides and sends them")
