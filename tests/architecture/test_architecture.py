"""What keeps the rooms apart: imports go one way, nothing points to one machine, no number of a scheme stands in SQL.

A rule here is worth keeping only as long as it reads in one line; what needs an explanation belongs to the design page.
"""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from warehouse.settings import PROJECT

ROOMS = ("sources", "expectations", "slips", "sureness", "warehouse", "zhunsheng", "dagster_project")
# importer -> what it may not import
FORBIDDEN = {
    "sources": {"warehouse", "sureness", "expectations", "slips", "zhunsheng", "dagster_project", "dagster", "dagster_dbt", "dbt", "great_expectations", "tests"},
    "expectations": {"warehouse", "sureness", "sources", "slips", "zhunsheng", "dagster_project", "dagster", "dagster_dbt", "dbt", "tests"},
    "slips": {"warehouse", "sureness", "expectations", "zhunsheng", "dagster_project", "dagster", "dagster_dbt", "dbt", "great_expectations", "tests"},
    "sureness": {"warehouse", "sources", "expectations", "slips", "zhunsheng", "dagster_project", "dagster", "dagster_dbt", "dbt", "great_expectations", "tests"},
    "warehouse": {"slips", "sureness", "zhunsheng", "dagster_project", "dagster", "dagster_dbt", "great_expectations", "tests"},
    "zhunsheng": {"dagster_dbt", "great_expectations", "tests"},
    "dagster_project": {"great_expectations", "tests"},
}
STARTERS = {"zhunsheng/run.py"}  # `make nightly` and `make ui` start Dagster: inside functions, never on import
GENERATED = {"dbt_project/models/validated/rules/_rules.yml", "expectations/case_world.yml"}
MOST_YAML_LINES = 400  # "some 300": a rule file may run over, a file twice as long may not
HOSTS = re.compile(r"(pypi\.org|pythonhosted|pypi\.tuna|mirrors?\.(aliyun|ustc|tencent|tuna)|artifactory|--(extra-)?index-url|hub\.getdbt)", re.I)
MACHINE = re.compile(r"(?<![\w.])(/work/|/home/[a-z]|/root/|/Users/)")
TEXT = {".py", ".sql", ".yml", ".yaml", ".toml", ".md", ".csv", ".txt", ".lock", ".cfg", ""}


def tracked() -> list[Path]:
    """Files that belong to the project: what git knows or would take, or all where there is no git."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=PROJECT, capture_output=True, text=True)
    if listed.returncode == 0:
        return sorted(path for name in listed.stdout.split("\0") if name and (path := PROJECT / name).is_file())
    return sorted(path for path in PROJECT.rglob("*") if path.is_file() and not {".git", ".venv", "var", "target", "__pycache__", ".pytest_cache", ".hypothesis"} & set(path.relative_to(PROJECT).parts))


def named(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def imports(path: Path, everywhere: bool = True) -> set[str]:
    """Top-level packages a module imports; only those of its own level with `everywhere=False`."""
    tree = ast.parse(path.read_text("utf-8"))
    nodes = ast.walk(tree) if everywhere else tree.body
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.split(".")[0])
    return found


MODULES = [path for room in ROOMS for path in sorted((PROJECT / room).rglob("*.py"))]


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_imports_go_one_way(path):
    room = path.relative_to(PROJECT).parts[0]
    allowed_here = {"great_expectations"} if room == "expectations" else set()
    assert not imports(path) & (FORBIDDEN[room] - allowed_here)


@pytest.mark.parametrize("path", [path for path in MODULES if path.is_relative_to(PROJECT / "zhunsheng")], ids=named)
def test_the_tool_knows_dagster_only_where_it_starts_it(path):
    graph = {"dagster", "dagster_project"}
    assert not imports(path, everywhere=False) & graph
    assert named(path) in STARTERS or not imports(path) & graph


@pytest.mark.parametrize("path", [path for path in MODULES if path.name not in ("__main__.py",)], ids=named)
def test_a_module_begins_by_saying_what_belongs_there(path):
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


def test_nothing_tracked_points_to_one_machine_or_one_package_host():
    wrong = []
    for path in tracked():
        if path.suffix not in TEXT or path == Path(__file__) or "sample/returns" in named(path):
            continue
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), start=1):
            if HOSTS.search(line.replace("--no-emit-index-url", "")) or MACHINE.search(line):
                wrong.append(f"{named(path)}:{number}: {line.strip()[:120]}")
    assert wrong == []


def test_no_yaml_is_too_long_to_read():
    long = {named(path): n for path in tracked() if path.suffix in (".yml", ".yaml") and (n := len(path.read_text("utf-8").splitlines())) > MOST_YAML_LINES}
    assert not long.keys() - GENERATED, long


# -- SQL

SQL = [path for path in sorted((PROJECT / "dbt_project").rglob("*.sql")) if "target" not in path.parts]
MODELS = [path for path in SQL if "models" in path.parts and "rules" not in path.parts]
COMMENTS = re.compile(r"--[^\n]*|\{#.*?#\}|/\*.*?\*/", re.S)
STRINGS = re.compile(r"'(?:[^']|'')*'")
# What SQL needs of numbers: nothing and one, percent, decimals and precisions, an open end of a range of years; the quartile
# fence of Tukey (sco_prepared).
PLAIN_NUMBERS = {0, 1, 1.5, 2, 4, 8, 9, 10, 12, 13, 18, 20, 26, 28, 30, 38, 100, 9999}
# How suspicions are ordered is no scheme: its parameters stand at the head of these models and in docs/truth.md.
ORDER_OF_SUSPICIONS = {"findings.sql", "unit_suspicion.sql", "falsification_gain.sql", "edge_crowding.sql"}
SCHEME_FOLDERS = ("scores", "marts")


def _code(path: Path) -> str:
    return COMMENTS.sub(" ", path.read_text("utf-8"))


@pytest.mark.parametrize("path", [path for path in MODELS if path.parent.name in SCHEME_FOLDERS and path.name not in ORDER_OF_SUSPICIONS], ids=named)
def test_no_number_of_a_scheme_stands_in_sql(path):
    without_types = re.sub(r"decimal\(\d+, ?\d+\)", "decimal", STRINGS.sub("''", _code(path)))
    numbers = set(map(float, re.findall(r"(?<![\w.'])\d+(?:\.\d+)?(?![\w.])", without_types)))
    assert numbers <= PLAIN_NUMBERS
    assert not re.search(r"[<>]=?\s*(?:60|78|80|85|90|100)\b", without_types)


@pytest.mark.parametrize("path", MODELS, ids=named)
def test_models_name_no_unit_indicator_year_or_provider(path):
    """Two indicators are known by name: the official growth rate stands beside the growth of gdp."""
    code = _code(path).replace("'gdp_growth_rate'", "").replace("'gdp'", "")
    assert not re.search(r"'(?:44|51)[-0-9]", code)
    assert not re.search(r"\b20[012]\d\b", code)
    indicators = {line.split(",")[0] for line in (PROJECT / "sources" / "registers" / "indicators.csv").read_text("utf-8").splitlines()[1:]}
    assert not {text.strip("'") for text in STRINGS.findall(code)} & indicators


@pytest.mark.parametrize("path", SQL, ids=named)
def test_the_clock_judges_nothing(path):
    assert not re.search(r"\b(?:now\s*\(|current_date|current_timestamp|today\s*\(|get_current_timestamp)", _code(path), re.I)


@pytest.mark.parametrize("path", MODELS, ids=named)
def test_a_model_begins_by_saying_what_a_row_is(path):
    first = path.read_text("utf-8").lstrip().splitlines()[0]
    assert first.startswith(("--", "{#"))


@pytest.mark.parametrize("path", [path for room in ("zhunsheng", "dagster_project", "expectations", "slips", "sureness") for path in sorted((PROJECT / room).rglob("*.py"))], ids=named)
def test_python_asks_no_clock_for_the_year_judged(path):
    if named(path) in STARTERS:
        return  # a night that a person starts is received now; which years it judges is the calendar's
    assert not re.search(r"\b(?:datetime\.now|date\.today|utcnow|time\.time)\(", path.read_text("utf-8"))
