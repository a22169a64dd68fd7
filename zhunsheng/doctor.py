"""Everything that is declared, checked at once: `zhunsheng doctor`.

Belongs here: which checks there are, in which order, what was looked at. Does not belong here: any check (the loaders, preflight.py).
Standing decision: one check never keeps the next from being made; the slowest, dbt's, comes last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from expectations import catalogue, compiler
from schemes import methods
from sources.declare import declarations as declaring
from sources.declare.declarations import Declarations
from sources.declare.yaml_lines import DeclarationError
from warehouse import compiled, preflight, store
from warehouse.settings import Settings


@dataclass(frozen=True)
class Checked:
    """One check: what was looked at, and each problem with file and line."""

    zh: str
    en: str
    problems: list[str]


def examine(settings: Settings) -> Iterator[Checked]:
    """Every check in turn, each as it is done."""
    declared, mistakes = declaring.load_all(settings.project, settings.channels, settings.home)
    yield Checked(f"报表声明：表式 {len(declared.forms)} 张、登记簿 {len(declared.registers)} 个、报送单位 {len(declared.providers)} 个、通道 {len(declared.channels)} 个、报送期限 {_deadlines(declared)} 条",
                  f"{len(declared.forms)} forms, {len(declared.registers)} registers, {len(declared.providers)} providers, {len(declared.channels)} channels, {_deadlines(declared)} deadlines", mistakes)
    yield Checked("通知配置", "notices", _notices(settings, declared))
    yield Checked("与上一夜相比，新要求报送的列、改换报送单位的表式", "columns newly owed and forms moved to another provider since the last night", _newly_owed(settings, declared))
    rules = settings.project / "expectations" / "rules"
    yield Checked(f"校验规则：{len(list(rules.glob('*.yml')))} 个文件，是否完整、能否编译", "rules: complete, and can be compiled", compiler.mistakes(settings.project))
    yield Checked("发布的数据集：说明、列、主键", "marts: descriptions, columns, keys", preflight.marts(settings.project))
    yield Checked("计分方法：表式、程序、文档一致", "scoring methods: form, code and docs agree", methods.disagreements(settings.project))
    compiling = _models(settings)
    yield Checked("模型编译（dbt）", "models compile (dbt)", compiling)
    yield Checked("编译所得 SQL 的表和列", "tables and columns of the compiled SQL", [] if compiling or mistakes else _bound(settings, declared))


def _deadlines(declared: Declarations) -> int:
    calendar = declared.registers.get("calendar")
    return len(calendar.rows) if calendar else 0


def _problems(check: Callable[[], list[str]]) -> list[str]:
    """What a check returns, or the sentences it raises."""
    try:
        return check()
    except (catalogue.CatalogueFault, DeclarationError) as error:
        return str(error).splitlines()


def _notices(settings: Settings, declared: Declarations) -> list[str]:
    from slips import notices

    return _problems(lambda: [notices.load(settings.notices, declared)][:0]) if settings.notices.exists() else []


def _newly_owed(settings: Settings, declared: Declarations) -> list[str]:
    if not settings.warehouse.exists():
        return []
    with store.one_writer(settings), store.connect(settings, read_only=True) as con:
        return preflight.newly_owed(con, declared)


def _models(settings: Settings) -> list[str]:
    if not (settings.dbt_project / "dbt_project.yml").exists():
        return [f"{settings.dbt_project.name}/dbt_project.yml:1: 没有 dbt 工程 / no dbt project"]
    try:
        compiled.load(settings)
    except compiled.CompileFailed as error:
        return [" ".join(str(error).split())]
    return []


def _bound(settings: Settings, declared: Declarations) -> list[str]:
    from zhunsheng import binding

    return binding.mistakes(settings, declared)


def project_of(settings: Settings, project: Path | None) -> Settings:
    """The same home with another project folder."""
    return Settings(home=settings.home, project=project.resolve()) if project else settings
