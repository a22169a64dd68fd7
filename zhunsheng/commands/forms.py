"""What the data team does to take in a workbook that is not the template: a declaration to start from, and what it would read.

Belongs here: options, exit codes. Does not belong here: any work. Heavy imports live inside commands.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from warehouse.settings import Settings
from zhunsheng.command import DATA_FINDINGS, InWords


@click.group()
def form() -> None:
    """表式：由现成工作簿起草、试读 / forms: drafted from a workbook, tried on files (docs/layouts.md)."""


@form.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="写到哪里，默认写到屏幕 / file to write; default: the screen")
@click.pass_obj
def draft(settings: Settings, file: Path, out: Path | None) -> None:
    """由工作簿起草表式声明，说不准的标“待定” / write a form's YAML from a workbook, with what it could not determine marked."""
    from sources.findings import Findings, Unreadable
    from sources.formats.limits import DEFAULT
    from sources.reading.drafting import draft as drafted
    from sources.reading.reading import sheets_of
    from warehouse import loading

    try:
        text = drafted(sheets_of(file.read_bytes(), Findings())[1], file.name, loading.declared(settings), DEFAULT)
    except Unreadable as refused:
        raise InWords(f"{refused.finding.message_zh}{refused.finding.mend_zh} / {refused.finding.message_en} {refused.finding.mend_en}") from refused
    except ValueError as error:
        raise InWords(str(error)) from error
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        click.echo(f"已写出 / written: {out}")


@form.command("try")
@click.argument("form_name", metavar="FORM")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--provider", help="当作哪个单位报送 / read as sent by this provider")
@click.option("--channel", help="当作经哪个渠道报送 / read as sent by this channel")
@click.option("--csv", "table", type=click.Path(path_type=Path), help="另写成 CSV / write the cells as CSV too")
@click.pass_obj
def attempt(settings: Settings, form_name: str, files: tuple[Path, ...], provider: str | None, channel: str | None, table: Path | None) -> None:
    """逐格列出按表式会读到什么 / show cell by cell what a form (an id, or a YAML file) would read; nothing is kept."""
    from sources.declare import declarations
    from sources.reading.reading import read_return
    from warehouse import loading
    from zhunsheng.answers import forms as answer

    known = declarations.with_form(loading.declared(settings), form_name)
    read = [(file, read_return(file.read_bytes(), f"{file.resolve().parent.name}/{file.name}", known, provider, channel)) for file in files]
    for file, found in read:
        answer.attempt(file.name, found, known)
    if table is not None:
        answer.write_csv(table, read)
        click.echo(f"已写出 / written: {table}")
    sys.exit(DATA_FINDINGS if any(f.severity != "I" for _, found in read for f in found.findings) else 0)
