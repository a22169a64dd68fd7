"""The one tool for people: `zhunsheng`.

Belongs here: words on the command line, what is printed, exit codes. Does not belong here: any work (night, editions, sources).
Exit codes: 0 fine; 1 findings about data (check); 2 wrong use, or a declaration to mend; 3 a fault of the pipeline. Heavy imports live inside
commands. Standing decision: what somebody has put into words is printed as these words, by `Tool` alone; any other exception is a bug and
keeps its traceback.
"""

from __future__ import annotations

import csv
import datetime as dt
import sys
from pathlib import Path

import click

from warehouse.settings import Settings

DATA_FINDINGS, TO_MEND, PIPELINE_FAULT = 1, 2, 3
# Exceptions that are a sentence for people, by name so that nothing is imported for them, and what the command ends with.
IN_WORDS = {
    **dict.fromkeys((
        "sources.yaml_lines.DeclarationError", "expectations.catalogue.CatalogueFault", "expectations.sentences.UnknownName", "warehouse.contract.EditionError",
        "zhunsheng.preflight.NotReady", "zhunsheng.schemes.SchemeError", "zhunsheng.scoring.FiguresError", "zhunsheng.explain.NotScored",
        "zhunsheng.comparing.NotComparable", "zhunsheng.cases.NotEntitled", "zhunsheng.slipping.NoWorkbook", "zhunsheng.trying.NothingToTry",
        "zhunsheng.notifying.NotConfigured", "zhunsheng.detecting.Unusable",
    ), TO_MEND),
    **dict.fromkeys((
        "warehouse.compiled.CompileFailed", "warehouse.engine.ContractBroken", "warehouse.build.TestFailed", "warehouse.store.WarehouseBusy",
        "expectations.worker.GateFault", "zhunsheng.night.LandingFault",
    ), PIPELINE_FAULT),
}


class InWords(click.ClickException):
    """A sentence for a person, and the exit code."""

    def __init__(self, sentence: str, exit_code: int = TO_MEND) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code

    def show(self, file=None) -> None:
        for line in self.message.splitlines():
            click.echo(line if line.startswith(" ") else f"✗ {line}", file=file, err=file is None)  # dbt's own detail is indented


class Tool(click.Group):
    """The command line as a whole: every command's known exceptions end as one sentence, none as a traceback."""

    def invoke(self, context: click.Context):
        try:
            return super().invoke(context)
        except Exception as error:
            code = next((IN_WORDS[name] for kind in type(error).__mro__ if (name := f"{kind.__module__}.{kind.__qualname__}") in IN_WORDS), None)
            if code is None:
                raise
            raise InWords(str(error), code) from None


class Moment(click.DateTime):
    """A Beijing wall time, or `now`: the one place where the clock may be asked."""

    def __init__(self) -> None:
        super().__init__(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])

    def convert(self, value, param, context):
        if value == "now":
            from zhunsheng.run import beijing_now

            return beijing_now()
        return super().convert(value, param, context)


@click.group(cls=Tool, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", type=click.Path(path_type=Path), envvar="ZHUNSHENG_HOME", help="仓库所在目录 / where the warehouse lives (default: var/)")
@click.pass_context
def main(context: click.Context, home: Path | None) -> None:
    """准绳：政府绩效管理数据仓库 / the warehouse behind government performance management."""
    context.obj = Settings.from_env(home).make()


@main.command()
@click.option("--as-of", type=Moment(), help="运行所处时点（北京时间，或 now），默认取最后一次收件时间 / the moment the night stands at, or now; default: the latest receipt")
@click.option("--rebuild", type=int, multiple=True, metavar="YEAR", help="强制重算的年度 / years to compute again")
@click.option("--quiet", is_flag=True, help="只打印结果 / print the result only")
@click.pass_obj
def nightly(settings: Settings, as_of: dt.datetime | None, rebuild: tuple[int, ...], quiet: bool) -> None:
    """跑一夜：收件、校验、计分、发布 / run a night: take in, check, score, publish."""
    from zhunsheng import run

    sys.exit(run.nightly(settings, as_of, rebuild, quiet))


@main.command()
@click.pass_obj
def prepare(settings: Settings) -> None:
    """安装后预先编译模型，使首夜更快 / compile the models once after installing, so that a first night need not."""
    from warehouse import compiled

    compiled.load(settings)


@main.command()
@click.option("--project", type=click.Path(exists=True, file_okay=False, path_type=Path), help="项目文件夹，默认本项目 / folder of the project; default: this one")
@click.pass_obj
def doctor(settings: Settings, project: Path | None) -> None:
    """一次查完全部声明：表式、登记簿、规则、数据集、方法、模型，逐条指出在哪一行 / check everything that is declared, and say which line to mend."""
    from zhunsheng import doctor as examining

    found = 0
    for checked in examining.examine(examining.project_of(settings, project)):
        click.echo(f"{'✗' if checked.problems else '✓'} {checked.zh} / {checked.en}")
        for problem in checked.problems:
            click.echo(f"    {problem}")
        found += len(checked.problems)
    click.echo(f"{found} 处需要改正 / to mend" if found else "没有发现问题 / nothing to mend")
    sys.exit(TO_MEND if found else 0)


@main.command()
@click.pass_obj
def ui(settings: Settings) -> None:
    """打开任务图 / open Dagster's pages on http://127.0.0.1:3000."""
    from zhunsheng import run

    run.ui(settings)


@main.command()
@click.option("--provider", required=True, help="报送单位编号，如 44-czt / provider")
@click.option("--form", "form_id", required=True, help="表式，如 finance_annual / form")
@click.option("--period", type=int, required=True, help="报告期，如 2024 / period")
@click.option("--out", type=click.Path(path_type=Path), help="写到哪里 / file to write")
@click.pass_obj
def template(settings: Settings, provider: str, form_id: str, period: int, out: Path | None) -> None:
    """生成填报模板 / write a provider's workbook for a period."""
    from sources import declarations
    from sources.template import write
    from zhunsheng.previous import previous_values

    declared = declarations.load(settings.project)
    if provider not in declared.providers or form_id not in declared.forms:
        raise InWords(f"没有报送单位 {provider} 或表式 {form_id} / no such provider or form (sources/providers.yml, sources/forms)")
    content = write(declared, provider, form_id, period, previous_values(settings, form_id, period))
    out = out or Path(f"{provider}_{form_id}_{period}.xlsx")
    out.write_bytes(content)
    click.echo(f"已写出 / written: {out}")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--provider", help="报送单位编号；默认取表内所填 / provider; default: what the file says")
@click.option("--slip", "page", type=click.Path(path_type=Path), help="另写一份核实通知单（HTML）/ also write the slip, as HTML")
@click.pass_obj
def check(settings: Settings, file: Path, provider: str | None, page: Path | None) -> None:
    """报送前自查，一次列出全部问题 / tell everything that is wrong before it is sent."""
    from zhunsheng import checking, show

    result = checking.check(settings, file, provider)
    show.check(result)
    if page is not None:
        from zhunsheng import slipping

        page.write_bytes(slipping.page_of_check(settings, result))
        click.echo(f"通知单 / slip: {page}")
    sys.exit(DATA_FINDINGS if result.must_fix or result.must_explain else 0)


@main.command()
@click.option("--provider", help="只列一个单位 / one provider only")
@click.option("--workbook", "submission", metavar="SUBMISSION", help="写出带批注、可答复的工作簿 / write the annotated workbook of a return")
@click.option("--out", type=click.Path(path_type=Path), help="写到哪里 / file to write")
@click.pass_obj
def slips(settings: Settings, provider: str | None, submission: str | None, out: Path | None) -> None:
    """列出核实通知单，或写出回填工作簿 / list the slips, or write a return's workbook to answer on."""
    from zhunsheng import slipping

    if submission is None:
        for path in slipping.listed(settings, provider):
            click.echo(path)
        return
    click.echo(f"已写出 / written: {slipping.workbook(settings, submission, out)}")


@main.command()
@click.argument("provider")
@click.pass_obj
def record(settings: Settings, provider: str) -> None:
    """一个单位的报送档案：及时、完整、一次通过、负担和可不重复填报的数 / a provider's own record, and what it is asked for."""
    from slips.record import records
    from sources import declarations
    from warehouse import editions
    from zhunsheng import show

    declared = declarations.load(settings.project, settings.channels)
    names = {p.provider_id: (p.name_zh, p.name_en or p.name_zh) for p in declared.providers.values()}
    found = list(records(editions.database(settings), names, provider))
    if not found:
        raise InWords(f"没有单位 {provider} 的记录 / nothing is known of provider {provider}")
    show.record(found[0], {f.form_id: f"{f.number} {f.title_zh}" for f in declared.forms.values()})


@main.command()
@click.option("--as-of", type=Moment(), help="所处时点（北京时间，或 now），默认取上一夜的时点 / the moment to stand at, or now; default: the last night's")
@click.option("--dry-run", is_flag=True, help="只列出将发什么，不发送 / tell what would be sent and send nothing")
@click.pass_obj
def notify(settings: Settings, as_of: dt.datetime | None, dry_run: bool) -> None:
    """发送通知：邮件、企业微信、钉钉、飞书，每件事只通知一次 / send notices, each event once (notices.yml of the home)."""
    from zhunsheng import notifying, show

    told = notifying.notify(settings, as_of, dry_run)
    show.notices(told, dry_run)
    sys.exit(PIPELINE_FAULT if told.failures else 0)


@main.command()
@click.argument("unit")
@click.argument("period", type=int)
@click.option("--edition", "name", help="版本号，默认现行版本 / edition; default: the current one")
@click.pass_obj
def explain(settings: Settings, unit: str, period: int, name: str | None) -> None:
    """从等次追到单元格 / from a grade to the workbook cell."""
    from warehouse import editions
    from zhunsheng import show
    from zhunsheng.explain import explain as look

    show.explanation(look(editions.database(settings, name), unit, period))


@main.command()
@click.argument("unit")
@click.argument("period", type=int)
@click.option("--edition", "name", help="版本号，默认现行版本 / edition; default: the current one")
@click.pass_obj
def sure(settings: Settings, unit: str, period: int, name: str | None) -> None:
    """一个等次有多稳，再升一档差什么 / how sure a grade is, and what one more would take."""
    from warehouse import editions
    from zhunsheng import show
    from zhunsheng.sure import sure as look

    show.sureness(look(editions.database(settings, name), unit, period))


@main.command()
@click.argument("unit")
@click.argument("before", type=int)
@click.argument("after", type=int)
@click.option("--csv", "path", type=click.Path(path_type=Path), help="写成 CSV / write as CSV")
@click.pass_obj
def compare(settings: Settings, unit: str, before: int, after: int, path: Path | None) -> None:
    """两年得分为何不同，分解到六项影响和各指标 / why two years' scores differ, by effect and indicator."""
    from zhunsheng import comparing, show

    found = comparing.compare(settings, unit, before, after)
    if path is None:
        show.comparison(found)
        return
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([comparing.HEADER, *found.rows()])
    click.echo(f"{len(found.rows())} 行 / rows → {path}")


@main.command()
@click.option("--scheme", "scheme_dir", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path), help="方案文件夹 / folder of the scheme (docs/schemes.md)")
@click.option("--figures", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), help="unit_code, indicator, period, value")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="各节点得分 / every node's score")
@click.option("--stages", type=click.Path(path_type=Path), help="另存各步数值 / also write each stage of every value")
@click.pass_obj
def score(settings: Settings, scheme_dir: Path, figures: Path, out: Path, stages: Path | None) -> None:
    """用任意方案给任意数据计分 / score any figures by any scheme, on a scratch warehouse."""
    from zhunsheng import lint, schemes, scoring

    loaded = schemes.load(scheme_dir)
    if refusals := lint.impossible(loaded):
        raise schemes.SchemeError("\n".join(f"{f.place}: {f.message_zh} / {f.message_en}" for f in refusals))
    for finding in lint.overlooked(loaded):
        click.echo(f"! {finding.place}  {finding.message_zh} / {finding.message_en}")
    done = scoring.score(settings, loaded, figures, out, stages)
    if done.unused:
        click.echo(f"方案未用到的指标 / not used by the scheme: {', '.join(done.unused[:20])}{' …' if len(done.unused) > 20 else ''}")
    click.echo(f"{done.units} 个单位 / units, {done.periods} 期 / periods, {done.rows} 行 / rows → {out}")


@main.command()
@click.option("--csv", "path", type=click.Path(path_type=Path), help="写成 CSV / write as CSV")
@click.option("--period", type=int, help="只看一个年度 / one year only")
@click.pass_obj
def grid(settings: Settings, path: Path | None, period: int | None) -> None:
    """应报格及其状态 / who owes what, and what became of it."""
    from warehouse import editions
    from zhunsheng import show

    header, rows = editions.table(settings, "expected_grid", "unit_code, indicator, period", period)
    if path is None:
        show.grid(header, rows)
        return
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([header, *rows])
    click.echo(f"{len(rows)} 格 / cells → {path}")


@main.command()
@click.option("--unit", help="只看一个单位，如 510100 / one unit only")
@click.option("--period", type=int, help="只看一个年度 / one year only")
@click.option("--csv", "path", type=click.Path(path_type=Path), help="写成 CSV / write as CSV")
@click.option("--figures", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="不看现行版本，而核一份数据：unit_code, indicator, period, value（可加 province_code, unit）/ test a file of annual figures instead of the edition; province_code and unit may be added")
@click.pass_obj
def findings(settings: Settings, unit: str | None, period: int | None, path: Path | None, figures: Path | None) -> None:
    """疑点清单，先看的在前 / open suspicions with their reasons, the first to look at on top."""
    from zhunsheng import show

    header, rows, subjects = _published_findings(settings, unit, period) if figures is None else _findings_of_a_file(settings, figures, unit, period)
    if path is None:
        show.findings(header, rows, subjects, unit)
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
    from zhunsheng import suspecting

    (header, rows), subjects = suspecting.suspect(settings, figures).values()
    return header, [row for row in rows if unit in (None, row[header.index("unit_code")]) and period in (None, row[header.index("period")])], subjects


@main.command()
@click.option("--office", required=True, help="裁定或察访单位编号，如 51-jxb / who rules or visits")
@click.option("--period", type=int, required=True, help="年度 / year")
@click.option("--visits", is_flag=True, help="改列察访核验抽样 / the sample to verify on the spot instead")
@click.option("--csv", "path", type=click.Path(path_type=Path), help="写成 CSV / write as CSV")
@click.option("--workbook", type=click.Path(path_type=Path), help="写成可填写、可送回的工作簿 / write the workbook to fill and send back")
@click.pass_obj
def cases(settings: Settings, office: str, period: int, visits: bool, path: Path | None, workbook: Path | None) -> None:
    """待裁定的答复和疑点，或待核验的抽样 / answers and findings to rule on, or the sample to verify."""
    from zhunsheng import cases as worklist
    from zhunsheng import show

    work = worklist.open_cases(settings, office, period, visits)
    if path is not None:
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([work.fields, *([line.get(name) for name in work.fields] for line in work.lines)])
    if workbook is not None:
        workbook.write_bytes(worklist.workbook(settings, work))
    if path is None and workbook is None:
        show.cases(work.lines)
        return
    click.echo(f"{len(work.lines)} 件 / cases → {', '.join(str(p) for p in (path, workbook) if p)}")


@main.command()
@click.option("--figures", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True, help="CSV：unit_code, indicator, period, value（可加 group, first_value）/ a long table; group and first_value may be added")
@click.option("--accepted", type=click.Path(exists=True, dir_okay=False, path_type=Path), multiple=True, help="已核实的同类数据，作为正常的尺度 / verified figures of the same kind, as the measure of what is usual")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="写到哪里 / CSV to write")
def detect(figures: Path, accepted: tuple[Path, ...], out: Path) -> None:
    """月度等长序列的疑点，先看的在前 / suspicions in long (monthly) series, the first to look at on top."""
    from zhunsheng import detecting

    told = detecting.detect(figures, accepted, out)
    click.echo(told)


@main.group()
def rules() -> None:
    """规则：列出，或先在历史数据上试 / rules: list them, or try them on all history first."""


@rules.command("list")
def rules_list() -> None:
    """规则目录 / the catalogue."""
    from expectations import catalogue
    from zhunsheng import show

    show.rules(catalogue.catalogue_rows())


@rules.command("try")
@click.argument("codes", nargs=-1)
@click.option("--file", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="尚未入库的规则文件 / a rule file not yet in the catalogue")
@click.option("--examples", type=int, default=3, show_default=True, help="每条规则举几例 / examples a rule")
@click.pass_obj
def rules_try(settings: Settings, codes: tuple[str, ...], path: Path | None, examples: int) -> None:
    """在全部历史上试规则，会新标出多少，不写仓库 / what rules would newly flag over all history; the warehouse is not touched."""
    from zhunsheng import show, trying

    show.trials(trying.try_rules(settings, codes, path, examples))


@main.group()
def scheme() -> None:
    """方案：检查与比较 / schemes: lint and compare."""


SCHEME_PATH = click.Path(exists=True, path_type=Path)


@scheme.command("lint")
@click.argument("path", type=SCHEME_PATH)
@click.option("--previous", type=SCHEME_PATH, help="上一年度方案 / last year's scheme")
@click.pass_obj
def scheme_lint(settings: Settings, path: Path, previous: Path | None) -> None:
    """检查方案的缺漏和矛盾，指出在哪一行 / find holes and contradictions of a scheme (a folder or a workbook), and say which line."""
    from zhunsheng import lint, schemes

    loaded = schemes.load_any(path, settings.project)
    found = lint.lint(loaded, schemes.load_any(previous, settings.project) if previous else None)
    for finding in found:
        click.echo(f"{'✗' if finding.severity == 'E' else '!'} {finding.place}  {finding.message_zh} / {finding.message_en}")
    refusals = sum(f.severity == "E" for f in found)
    click.echo(f"{refusals} 处必须改正 / to mend, {len(found) - refusals} 处提醒 / warnings")
    sys.exit(DATA_FINDINGS if refusals else 0)


@scheme.command("diff")
@click.argument("before", type=SCHEME_PATH)
@click.argument("after", type=SCHEME_PATH)
@click.pass_obj
def scheme_diff(settings: Settings, before: Path, after: Path) -> None:
    """用文字说明两个方案差在哪里 / say in words what changed between two schemes."""
    from zhunsheng import schemes
    from zhunsheng.scheme_diff import diff

    sentences = diff(schemes.load_any(before, settings.project), schemes.load_any(after, settings.project))
    for zh, en in sentences:
        click.echo(f"{zh}\n    {en}")
    click.echo(f"{len(sentences)} 处变化 / changes")


@main.group(invoke_without_command=True)
@click.pass_context
def edition(context: click.Context) -> None:
    """现行版本及其历史 / the current edition; its hash alone is on the last line."""
    from zhunsheng import show

    if context.invoked_subcommand is None:
        show.edition(context.obj)


@edition.command("diff")
@click.argument("before", required=False)
@click.argument("after", required=False)
@click.option("--csv", "path", type=click.Path(path_type=Path), help="写成 CSV / write as CSV")
@click.pass_obj
def edition_diff(settings: Settings, before: str | None, after: str | None, path: Path | None) -> None:
    """两个版本差在哪里，默认上一版与现行版 / what differs between two editions; default: the last one and the current one."""
    from warehouse import editions
    from zhunsheng import show

    pair = editions.pair(settings, before, after)
    changes = editions.diff(settings, *pair)
    if path is not None:
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([("mart", "key", "column", "before", "after"), *[(c.mart, c.key, c.column, c.before, c.after) for c in changes]])
    show.diff(settings, pair, changes)


@main.command()
@click.pass_obj
def verify(settings: Settings) -> None:
    """核验台账、原件和各版本未被改动 / prove that ledger, originals and editions are unchanged."""
    from sources.landing import Landing
    from sources.ledger import Ledger
    from warehouse import editions

    problems = [str(p) for p in Landing(settings.landing).verify() + Ledger(settings.notices_ledger).verify()] + editions.verify(settings)
    for problem in problems:
        click.echo(f"✗ {problem}")
    if problems:
        sys.exit(PIPELINE_FAULT)
    click.echo("台账链、原件、版本全部相符 / ledger chain, originals and editions all hold")


if __name__ == "__main__":
    main()
