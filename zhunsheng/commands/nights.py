"""Running nights, and what keeps them healthy.

Belongs here: options, exit codes, which answer is printed. Does not belong here: any work. Heavy imports live inside commands.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import click

from warehouse.settings import Settings
from zhunsheng.command import PIPELINE_FAULT, TO_MEND, Moment


@click.command()
@click.option("--as-of", type=Moment(), help="运行时点（北京时间，或 now），默认取最后一次收件时间 / the moment at which the night judges, or now; default: the latest receipt")
@click.option("--rebuild", type=int, multiple=True, metavar="YEAR", help="强制重算的年度 / years to compute again")
@click.option("--quiet", is_flag=True, help="只打印结果 / print the result only")
@click.pass_obj
def nightly(settings: Settings, as_of: dt.datetime | None, rebuild: tuple[int, ...], quiet: bool) -> None:
    """运行夜间任务：收件、核对、计分、发布 / run a night: take in, check, score, publish."""
    from zhunsheng import run

    sys.exit(run.nightly(settings, as_of, rebuild, quiet))


@click.command()
@click.pass_obj
def prepare(settings: Settings) -> None:
    """写出规则模型并预先编译，用例子检验规则，使首夜更快 / write the models of the rules, compile all models and prove the rules on their cases, so that a first night need not."""
    from expectations import worker
    from warehouse import compile, compiled
    from warehouse.judging import proof

    compile.write_rules(settings)
    judge = worker.shared()
    asked = proof.ask(settings, judge)  # beside dbt
    compiled.load(settings)
    if asked:
        proof.answer(settings, judge)


@click.command()
@click.option("--project", type=click.Path(exists=True, file_okay=False, path_type=Path), help="项目文件夹，默认本项目 / folder of the project; default: this one")
@click.pass_obj
def doctor(settings: Settings, project: Path | None) -> None:
    """检查全部声明（表式、登记簿、规则、数据集、方法、模型），逐条指出所在行 / check everything that is declared, and say which line to mend."""
    from zhunsheng import doctor as examining

    found = 0
    for checked in examining.examine(examining.project_of(settings, project)):
        click.echo(f"{'✗' if checked.problems else '✓'} {checked.zh} / {checked.en}")
        for problem in checked.problems:
            click.echo(f"    {problem}")
        found += len(checked.problems)
    click.echo(f"{found} 处需要改正 / to mend" if found else "未发现问题 / nothing to mend")
    sys.exit(TO_MEND if found else 0)


HOST = click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 / address to listen on")
PORT = click.option("--port", type=int, default=3000, show_default=True, help="端口 / port")


@click.command()
@HOST
@PORT
@click.pass_obj
def ui(settings: Settings, host: str, port: int) -> None:
    """打开任务图（单人使用）/ open Dagster's pages, for one person at this machine."""
    from zhunsheng import run

    run.ui(settings, host, port)


@click.command()
@HOST
@PORT
@click.option("--read-only", is_flag=True, help="只读 / look only: no run can be started from the pages")
@click.pass_obj
def webserver(settings: Settings, host: str, port: int, read_only: bool) -> None:
    """以服务方式提供任务图页面 / serve Dagster's pages as a service (docs/production.md)."""
    from zhunsheng import run

    run.webserver(settings, host, port, read_only)


@click.command()
@click.pass_obj
def daemon(settings: Settings) -> None:
    """以服务方式按计划跑夜间任务 / start the nights by schedule and sensor, as a service (docs/production.md)."""
    from zhunsheng import run

    run.daemon(settings)


@click.command()
@click.option("--as-of", type=Moment(), help="运行时点（北京时间，或 now），默认取上一夜的时点 / the moment to judge at, or now; default: the last night's")
@click.option("--dry-run", is_flag=True, help="只列出拟发送的内容，不发送 / list what would be sent and send nothing")
@click.pass_obj
def notify(settings: Settings, as_of: dt.datetime | None, dry_run: bool) -> None:
    """发送通知：邮件、企业微信、钉钉、飞书，每件事只通知一次 / send notices, each event once (notices.yml of the home)."""
    from slips import notifying
    from zhunsheng.answers import notices as answer

    outcome = notifying.notify(settings, as_of, dry_run)
    answer.notices(outcome, dry_run)
    sys.exit(PIPELINE_FAULT if outcome.failures else 0)
