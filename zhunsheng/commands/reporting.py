"""What a data-providing unit does: its workbook, a check before sending, its slips and its record.

Belongs here: options, exit codes, which answer is printed. Does not belong here: any work. Heavy imports live inside commands.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from warehouse.settings import Settings
from zhunsheng.command import DATA_FINDINGS, InWords


@click.command()
@click.option("--provider", required=True, help="报送单位编号，如 44-czt / provider")
@click.option("--form", "form_id", required=True, help="表式，如 finance_annual / form")
@click.option("--period", type=int, required=True, help="报告期，如 2024 / period")
@click.option("--out", type=click.Path(path_type=Path), help="输出文件 / file to write")
@click.pass_obj
def template(settings: Settings, provider: str, form_id: str, period: int, out: Path | None) -> None:
    """生成填报模板 / write a provider's workbook for a period."""
    from sources.declare import declarations
    from sources.template.template import write
    from warehouse.previous import previous_values

    declared = declarations.load(settings.project, home=settings.home)
    if provider not in declared.providers or form_id not in declared.forms:
        raise InWords(f"没有报送单位 {provider} 或表式 {form_id} / no such provider or form (sources/providers.yml, sources/forms)")
    content = write(declared, provider, form_id, period, previous_values(settings, form_id, period))
    out = out or Path(f"{provider}_{form_id}_{period}.xlsx")
    out.write_bytes(content)
    click.echo(f"已写出 / written: {out}")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--provider", help="报送单位编号；默认取表内填写的单位 / provider; default: what the file says")
@click.option("--slip", "page", type=click.Path(path_type=Path), help="另写一份核实通知单（HTML）/ also write the slip, as HTML")
@click.pass_obj
def check(settings: Settings, file: Path, provider: str | None, page: Path | None) -> None:
    """报送前自查，一次列出全部问题 / list everything that is wrong before it is sent."""
    from slips import checking
    from zhunsheng.answers import check as answer

    result = checking.check(settings, file, provider)
    answer.check(result)
    if page is not None:
        from slips import slipping

        page.write_bytes(slipping.page_of_check(settings, result))
        click.echo(f"通知单 / slip: {page}")
    sys.exit(DATA_FINDINGS if result.must_fix or result.must_explain else 0)


@click.command()
@click.option("--provider", help="只列一个单位 / one provider only")
@click.option("--workbook", "submission", metavar="SUBMISSION", help="写出带批注、可答复的工作簿 / write the annotated workbook of a return")
@click.option("--out", type=click.Path(path_type=Path), help="输出文件 / file to write")
@click.pass_obj
def slips(settings: Settings, provider: str | None, submission: str | None, out: Path | None) -> None:
    """列出核实通知单，或写出回填工作簿 / list the slips, or write a return's workbook to answer on."""
    from slips import slipping

    if submission is None:
        for path in slipping.listed(settings, provider):
            click.echo(path)
        return
    click.echo(f"已写出 / written: {slipping.workbook(settings, submission, out)}")


@click.command()
@click.argument("provider")
@click.pass_obj
def record(settings: Settings, provider: str) -> None:
    """一个单位的报送档案：及时、完整、首次通过、填报负担和可不重复填报的数据 / a provider's own record, and what it is asked for."""
    from slips.record import records
    from sources.declare import declarations
    from warehouse import editions
    from zhunsheng.answers import record as answer

    declared = declarations.load(settings.project, settings.channels, settings.home)
    names = {p.provider_id: (p.name_zh, p.name_en or p.name_zh) for p in declared.providers.values()}
    found = list(records(editions.database(settings), names, provider))
    if not found:
        raise InWords(f"没有单位 {provider} 的记录 / nothing is known of provider {provider}")
    answer.record(found[0], {f.form_id: f"{f.number} {f.title_zh}" for f in declared.forms.values()})
