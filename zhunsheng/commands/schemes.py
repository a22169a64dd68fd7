"""Schemes: score any figures by one, lint, compare.

Belongs here: options, exit codes, which answer is printed. Does not belong here: any work. Heavy imports live inside commands.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from warehouse.settings import Settings
from zhunsheng.command import DATA_FINDINGS, InWords


def _line(finding) -> str:
    """A finding of the linter, as lint and score print it."""
    return f"{'✗' if finding.severity == 'E' else '!'} {finding.place}  {finding.message_zh} / {finding.message_en}"


@click.command()
@click.option("--scheme", "scheme_dir", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path), help="方案文件夹 / folder of the scheme (docs/schemes.md)")
@click.option("--figures", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), help="unit_code, indicator, period, value")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="各节点得分 / every node's score")
@click.option("--stages", type=click.Path(path_type=Path), help="另存各步数值 / also write each stage of every value")
@click.pass_obj
def score(settings: Settings, scheme_dir: Path, figures: Path, out: Path, stages: Path | None) -> None:
    """用任意方案给任意数据计分 / score any figures by any scheme, on a scratch warehouse."""
    from schemes import definition, lint
    from warehouse.scratch import scoring

    loaded = definition.load(scheme_dir)
    said = lint.lint(loaded)
    refusals = lint.impossible(loaded)
    for finding in said:
        click.echo(_line(finding), err=bool(refusals))
    if refusals:
        raise InWords(f"方案有 {len(refusals)} 处必须改正，未计分 / {len(refusals)} to mend in the scheme: nothing was scored")
    if any(f.severity == "E" for f in said):
        click.echo("以上 ✗ 各项改正前，方案不能正式施行；试算照常 / with ✗ above it cannot come into force; it is tried out all the same")
    done = scoring.score(settings, loaded, figures, out, stages)
    if done.unused:
        click.echo(f"方案未用到的指标 / not used by the scheme: {', '.join(done.unused[:20])}{' …' if len(done.unused) > 20 else ''}")
    click.echo(f"{done.units} 个单位 / units, {done.periods} 期 / periods, {done.rows} 行 / rows → {out}")


@click.group()
def scheme() -> None:
    """方案：检查与比较 / schemes: lint and compare."""


SCHEME_PATH = click.Path(exists=True, path_type=Path)


@scheme.command("lint")
@click.argument("path", type=SCHEME_PATH)
@click.option("--previous", type=SCHEME_PATH, help="上一年度方案 / last year's scheme")
@click.pass_obj
def scheme_lint(settings: Settings, path: Path, previous: Path | None) -> None:
    """检查方案的缺漏和矛盾，指出所在行 / find holes and contradictions of a scheme (a folder or a workbook), and say which line."""
    from schemes import definition, gate, growth, lint
    from warehouse import loading

    before = definition.load_any(previous, settings.project) if previous else None
    declarations = loading.declared(settings)
    if path.is_dir():
        refused, found = [], lint.lint(definition.load(path), before, growth.of(declarations))
    else:
        read = definition.read_workbook(path, declarations)
        refused = [f for f in read.findings if f.severity == "E"]
        found = gate.of_workbook(definition.of_return(path.stem, read), read, before, declarations)
    for finding in refused:  # what the reader of the night refuses keeps a scheme out as well
        click.echo(f"✗ {finding.sheet or path.name}{f'!{finding.cell}' if finding.cell else ''}  {finding.message_zh} / {finding.message_en}")
    for finding in found:
        click.echo(_line(finding))
    refusals = len(refused) + sum(f.severity == "E" for f in found)
    click.echo(f"{refusals} 处必须改正 / to mend, {len(refused) + len(found) - refusals} 处提醒 / warnings")
    sys.exit(DATA_FINDINGS if refusals else 0)


@scheme.command("diff")
@click.argument("before", type=SCHEME_PATH)
@click.argument("after", type=SCHEME_PATH)
@click.pass_obj
def scheme_diff(settings: Settings, before: Path, after: Path) -> None:
    """用文字说明两个方案的差异 / say in words what changed between two schemes."""
    from schemes import definition
    from schemes.differences import diff

    sentences = diff(definition.load_any(before, settings.project), definition.load_any(after, settings.project))
    for zh, en in sentences:
        click.echo(f"{zh}\n    {en}")
    click.echo(f"{len(sentences)} 处变化 / changes")
