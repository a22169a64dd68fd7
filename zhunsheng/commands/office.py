"""What the performance office and supervision do: the grid, findings, open cases, long series, rules.

Belongs here: options, exit codes, which answer is printed. Does not belong here: any work. Heavy imports live inside commands.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import click

from warehouse.settings import Settings


@click.command()
@click.option("--csv", "path", type=click.Path(path_type=Path), help="写成 CSV / write as CSV")
@click.option("--period", type=int, help="只看一个年度 / one year only")
@click.pass_obj
def grid(settings: Settings, path: Path | None, period: int | None) -> None:
    """应报单元格及其状态 / who owes what, and what became of it."""
    from warehouse import editions
    from zhunsheng.answers import grid as answer

    header, rows = editions.table(settings, "expected_grid", "unit_code, indicator, period", period)
    if path is None:
        answer.grid(header, rows)
        return
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([header, *rows])
    click.echo(f"{len(rows)} 格 / cells → {path}")


@click.command()
@click.option("--unit", help="只看一个单位，如 510100 / one unit only")
@click.option("--period", type=int, help="只看一个年度 / one year only")
@click.option("--csv", "path", type=click.Path(path_type=Path), help="写成 CSV / write as CSV")
@click.option("--figures", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="不查现行版本，改为核对一份数据文件：unit_code, indicator, period, value（可加 province_code, unit）/ test a file of annual figures instead of the edition; province_code and unit may be added")
@click.pass_obj
def findings(settings: Settings, unit: str | None, period: int | None, path: Path | None, figures: Path | None) -> None:
    """疑点清单，按核验先后排列 / open suspicions with their reasons, the first to look at on top."""
    from zhunsheng.answers import findings as answer

    header, rows, subjects = _published_findings(settings, unit, period) if figures is None else _findings_of_a_file(settings, figures, unit, period)
    if path is None:
        answer.findings(header, rows, subjects, unit)
        return
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([header, *rows])
    click.echo(f"{len(rows)} 条疑点 / suspicions → {path}")


def _published_findings(settings: Settings, unit: str | None, period: int | None):
    """Header and rows of the current edition's findings, and its table of subjects."""
    from warehouse import editions

    return *editions.table(settings, "findings", "rank", period, unit=unit), editions.table(settings, "unit_suspicion", "subject_kind, rank")


def _findings_of_a_file(settings: Settings, figures: Path, unit: str | None, period: int | None):
    """The same of a file, by the rules run on a scratch warehouse."""
    from warehouse.scratch import suspecting

    (header, rows), subjects = suspecting.suspect(settings, figures).values()
    return header, [row for row in rows if unit in (None, row[header.index("unit_code")]) and period in (None, row[header.index("period")])], subjects


@click.command()
@click.option("--office", required=True, help="裁定或察访单位编号，如 51-jxb / who rules or visits")
@click.option("--period", type=int, required=True, help="年度 / year")
@click.option("--visits", is_flag=True, help="改为列出察访核验抽样 / the sample to verify on the spot instead")
@click.option("--csv", "path", type=click.Path(path_type=Path), help="写成 CSV / write as CSV")
@click.option("--workbook", type=click.Path(path_type=Path), help="写成可填写、可报送的工作簿 / write the workbook to fill and send back")
@click.pass_obj
def cases(settings: Settings, office: str, period: int, visits: bool, path: Path | None, workbook: Path | None) -> None:
    """待裁定的答复和疑点，或待核验的抽样 / answers and findings to rule on, or the sample to verify."""
    from slips import worklist as worklist
    from zhunsheng.answers import findings as answer

    work = worklist.open_cases(settings, office, period, visits)
    if path is not None:
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([work.fields, *([line.get(name) for name in work.fields] for line in work.lines)])
    if workbook is not None:
        workbook.write_bytes(worklist.workbook(settings, work))
    if path is None and workbook is None:
        answer.cases(work.lines)
        return
    click.echo(f"{len(work.lines)} 件 / cases → {', '.join(str(p) for p in (path, workbook) if p)}")


@click.command()
@click.option("--figures", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True, help="CSV：unit_code, indicator, period, value（可加 group, first_value）/ a long table; group and first_value may be added")
@click.option("--accepted", type=click.Path(exists=True, dir_okay=False, path_type=Path), multiple=True, help="已核实的同类数据，作为正常波动的尺度 / verified figures of the same kind, as the measure of what is usual")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="输出文件 / CSV to write")
def detect(figures: Path, accepted: tuple[Path, ...], out: Path) -> None:
    """月度等长序列的疑点，按核验先后排列 / suspicions in long (monthly) series, the first to look at on top."""
    from zhunsheng import detecting

    click.echo(detecting.detect(figures, accepted, out))


@click.group()
def expectations() -> None:
    """入口核对：每张表的期望套件 / the door: what is expected of each form's returns."""


@expectations.command("show")
@click.argument("form")
@click.pass_obj
def expectations_show(settings: Settings, form: str) -> None:
    """按 Great Expectations 自己的格式打印一张表的套件 / print a form's suite as Great Expectations' own JSON."""
    from expectations import worker
    from warehouse import loading
    from warehouse.judging import door

    declarations = loading.declared(settings)
    if form not in declarations.forms:
        raise click.ClickException(f"没有这张表：{form}，可用：{'、'.join(sorted(declarations.forms))} / no such form")
    suite = worker.shared().run({"ask": "suite", "name": form, "asked": door.suite_of(declarations, form)})
    click.echo(json.dumps(suite, ensure_ascii=False, indent=2))


@click.group()
def rules() -> None:
    """规则：列出，或先用历史数据试运行 / rules: list them, or try them on all history first."""


@rules.command("list")
def rules_list() -> None:
    """规则目录 / the catalogue."""
    from expectations import catalogue
    from zhunsheng.answers import rules as answer

    answer.rules(catalogue.catalogue_rows())


@rules.command("try")
@click.argument("codes", nargs=-1)
@click.option("--file", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="尚未列入目录的规则文件 / a rule file not yet in the catalogue")
@click.option("--examples", type=int, default=3, show_default=True, help="每条规则的示例数 / examples a rule")
@click.pass_obj
def rules_try(settings: Settings, codes: tuple[str, ...], path: Path | None, examples: int) -> None:
    """用全部历史数据试运行规则，列出新增疑点，不写入仓库 / what rules would newly flag over all history; the warehouse is not touched."""
    from warehouse.scratch import trying
    from zhunsheng.answers import rules as answer

    answer.trials(trying.try_rules(settings, codes, path, examples))
