"""What keeps the rooms apart: imports go one way, nothing points to one machine, no number of a scheme stands in SQL.

A rule here is worth keeping only as long as it reads in one line; what needs an explanation belongs to the design page.
"""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from warehouse.compiled import is_generated
from warehouse.increments import CODE_FILES, CODE_FOLDERS
from warehouse.settings import PROJECT

# The rooms in the order of the way a figure takes: a room imports those before it, never one after it.
ROOMS = ("sources", "expectations", "schemes", "warehouse", "stability", "slips", "dagster_project", "zhunsheng")
# The floors of sources, likewise.
FLOORS = ("text", "declare", "findings", "formats", "reading", "landing", "template", "channels", "rows", "raw")
# Who may import a tool: nobody else does, so that a check needs no scheduler and a night no compiler.
TOOLS = {"dagster": {"dagster_project"}, "dbt": {"warehouse"}, "great_expectations": {"expectations"}, "tests": set(), "benchmarks": set()}
NOT_DAGSTER = {"dagster_project/night.py", "dagster_project/gatekeeping.py", "dagster_project/deadlines.py"}  # a night by command imports these
STARTERS = {"zhunsheng/run.py"}  # `make nightly` and `make ui` start Dagster: inside functions, never on import
MOST_MODULES = 16  # a folder with more wants a floor
LONG = {"expectations/case_world.yml"}  # a table a paragraph
BOOK = "docs/rules/"  # the one thing that is written by code and committed: people read it where the code lies
WRITTEN = re.compile(r"^(?:<!--|--|#|\{#) Written by ", re.M)
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
    """Modules and names in modules that a module imports, dotted; only those of its own level with `everywhere=False`."""
    tree = ast.parse(path.read_text("utf-8"))
    found = set()
    for node in ast.walk(tree) if everywhere else tree.body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def rooms(names: set[str]) -> set[str]:
    return {name.split(".")[0] for name in names}


def room_of(path: Path) -> str:
    return path.relative_to(PROJECT).parts[0]


MODULES = [path for room in ROOMS for path in sorted((PROJECT / room).rglob("*.py"))]


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_imports_go_one_way(path):
    above = set(ROOMS[ROOMS.index(room_of(path)) + 1:])
    assert not rooms(imports(path)) & above


@pytest.mark.parametrize("path", [path for path in MODULES if path.is_relative_to(PROJECT / "sources") and path.name != "__init__.py"], ids=named)
def test_the_floors_of_sources_stand_on_each_other(path):
    floor = path.relative_to(PROJECT / "sources").with_suffix("").parts[0]
    used = {name.split(".")[1] for name in imports(path) if name.startswith("sources.")}
    assert not used & set(FLOORS[FLOORS.index(floor) + 1:])


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_tool_is_imported_by_its_own_room(path):
    strangers = {tool for tool, at_home in TOOLS.items() if room_of(path) not in at_home} - ({"dagster"} if named(path) in STARTERS else set())
    assert not rooms(imports(path)) & strangers
    if named(path) in NOT_DAGSTER:
        assert "dagster" not in rooms(imports(path))
    if named(path) in STARTERS:
        assert "dagster" not in rooms(imports(path, everywhere=False))


def test_no_room_is_flat():
    folders = {path.parent for path in MODULES}
    assert {named(folder): n for folder in folders if (n := len([path for path in folder.glob("*.py") if path.name != "__init__.py"])) > MOST_MODULES} == {}


def test_what_a_night_imports_decides_a_mart_or_words_it():
    """`CODE_FOLDERS` and `CODE_FILES` name all code that decides what the marts say: every module that the steps of a night import."""
    seen, waiting = set(), {PROJECT / "dagster_project" / "night.py"}
    while waiting:
        path = waiting.pop()
        seen.add(path)
        parts = {tuple(name.split(".")) for name in imports(path) if name.split(".")[0] in ROOMS}
        found = {PROJECT.joinpath(*name[:n]).with_suffix(".py") for name in parts for n in range(2, len(name) + 1)}
        waiting |= {path for path in found if path.exists()} - seen
    undecided = {named(path) for path in seen if room_of(path) not in CODE_FOLDERS and named(path) not in CODE_FILES}
    assert {name for name in undecided if not name.startswith("slips/")} == set()
    assert seen & set((PROJECT / "warehouse").glob("*.py"))  # the walk went somewhere


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
    assert not long.keys() - LONG, long


def test_nothing_written_by_code_is_committed_but_the_rule_book():
    written = [named(path) for path in tracked() if path.suffix in TEXT and WRITTEN.search(path.read_text("utf-8", errors="replace")[:200])]
    assert any(name.startswith(BOOK) for name in written)
    assert [name for name in written if not name.startswith(BOOK)] == []
    assert [named(path) for path in tracked() if path.is_relative_to(PROJECT / "dbt_project") and is_generated(path.relative_to(PROJECT / "dbt_project"))] == []


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


@pytest.mark.parametrize("path", [path for room in ROOMS[1:] for path in sorted((PROJECT / room).rglob("*.py"))], ids=named)
def test_python_asks_no_clock_for_the_year_judged(path):
    if named(path) in STARTERS:
        return  # a night that a person starts is received now; which years it judges is the calendar's
    assert not re.search(r"\b(?:datetime\.now|date\.today|utcnow|time\.time)\(", path.read_text("utf-8"))


def test_every_package_is_installed():
    """What a room grows is in the list of packages, or an installed tool would lack it."""
    import tomllib

    listed = set(tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"])
    assert listed == {named(path.parent).replace("/", ".") for path in MODULES if path.name == "__init__.py"}
