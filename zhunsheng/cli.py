"""The one tool for people: `zhunsheng`. Its commands are in `commands`, one module a group of people."""

from __future__ import annotations

from pathlib import Path

import click

from warehouse.settings import Settings
from zhunsheng.command import Tool
from zhunsheng.commands import forms, nights, office, reporting, results, schemes, years


@click.group(cls=Tool, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", type=click.Path(path_type=Path), envvar="ZHUNSHENG_HOME", help="仓库所在目录 / where the warehouse lives (default: var/)")
@click.pass_context
def main(context: click.Context, home: Path | None) -> None:
    """准绳：政府绩效管理数据仓库 / the warehouse behind government performance management."""
    context.obj = Settings.from_env(home).make()


COMMANDS = (
    nights.nightly, nights.prepare, nights.doctor, nights.ui, nights.webserver, nights.daemon, nights.notify,
    reporting.template, reporting.check, reporting.slips, reporting.record,
    office.grid, office.findings, office.cases, office.detect, office.rules, office.expectations,
    results.explain, results.stability, results.compare, results.edition, results.verify,
    schemes.score, schemes.scheme, years.year, forms.form,
)
for command in COMMANDS:
    main.add_command(command)

if __name__ == "__main__":
    main()
