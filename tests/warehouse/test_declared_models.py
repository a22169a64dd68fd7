"""What dbt's YAML declares is true: every column described and there, every model with its key, every reader of the marts with what it reads."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nights
import pytest
import yaml

from expectations import catalogue, compiler
from warehouse import contract
from warehouse.settings import PROJECT

DBT = PROJECT / "dbt_project"
LAYERS = ("raw", "staging", "validated", "scores", "marts")
PREFIXES = {"staging": "stg_", "validated": "val_", "scores": "sco_", "intermediate": "int_"}
WITHOUT_KEY = {"val_ruled_hits", "sco_vetoes"}  # rows that are alike are each counted; a veto may bear on a unit twice
RULE_CODE = re.compile(r"'[A-Z]{2}(?:\d\d|%)'")
# How a column is named says what it holds (docs/naming.md).
TYPES = {r"^(?:is|has)_": {"BOOLEAN"}, r"^n_": {"INTEGER", "BIGINT", "HUGEINT"}, r"_at$": {"TIMESTAMP"}, r"_(?:zh|en|by|id)$": {"VARCHAR"}, r"_pct$": {"DECIMAL(9,4)", "DECIMAL(28,8)", "DOUBLE"}}


def declared(kind: str) -> list[dict]:
    """Models, seeds, sources or exposures of every YAML file of the project."""
    files = [path for folder in ("models", "seeds") for path in sorted((DBT / folder).rglob("*.yml")) if path.name != "_rules.yml"]
    return [entry for path in files for entry in yaml.safe_load(path.read_text("utf-8")).get(kind, [])]


def models() -> list[dict]:
    return declared("models") + yaml.safe_load(compiler.descriptions(catalogue.load()))["models"]


def described() -> dict[str, list[str]]:
    """{table: its columns as described}."""
    tables = [*models(), *declared("seeds"), *(table for source in declared("sources") for table in source["tables"])]
    return {table["name"]: [column["name"] for column in table["columns"]] for table in tables if "columns" in table}


@pytest.fixture(scope="module")
def stored(published) -> dict[str, dict[str, str]]:
    """{table: {column: type}} of a published home, every layer."""
    with nights.store.connect(published.settings, read_only=True) as con:
        rows = con.execute("select table_name, column_name, data_type from duckdb_columns() where schema_name in (select unnest(?)) order by column_index", [list(LAYERS)]).fetchall()
    tables: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        tables.setdefault(table, {})[column] = kind
    return tables


def test_every_column_is_described_and_every_described_column_is_there(stored):
    says, wrong = described(), {}
    for table in says.keys() | stored.keys():
        if set(says.get(table, [])) != set(stored.get(table, {})):
            wrong[table] = {"not described": sorted(set(stored.get(table, {})) - set(says.get(table, []))), "not there": sorted(set(says.get(table, [])) - set(stored.get(table, {})))}
    assert wrong == {}


def test_descriptions_are_in_both_languages():
    tables = [*models(), *declared("seeds"), *(table for source in declared("sources") for table in source["tables"])]
    texts = {f"{table['name']}.{entry['name']}": entry.get("description", "") for table in tables for entry in (table, *table.get("columns", []))}
    assert [name for name, text in texts.items() if not re.fullmatch(r".*[\u4e00-\u9fff].* / .+|[^/]+ / [^/]+", text)] == []


def test_a_column_is_named_for_what_it_holds(stored):
    wrong = [f"{table}.{column} {kind}" for table, columns in stored.items() for column, kind in columns.items()
             for name, types in TYPES.items() if re.search(name, column) and kind not in types]
    assert wrong == []


@pytest.mark.parametrize("folder", PREFIXES)
def test_a_model_lies_beside_its_yaml_and_bears_its_layer_in_its_name(folder):
    files = list((DBT / "models" / folder).glob("*.sql"))
    assert files and all(path.name.startswith(PREFIXES[folder]) for path in files)
    if folder != "intermediate":  # four steps of one mart, described together
        assert [path.name for path in files if not path.with_suffix(".yml").exists()] == []


def test_every_model_declares_its_key_and_has_it_tested():
    families = ("val_tested_", "val_judged_", "val_hits", "val_intrinsic_hits")
    for model in models():
        if not model["name"].startswith((*families, "int_")) and model["name"] not in WITHOUT_KEY:
            key = model.get("config", {}).get("meta", {}).get("key")
            assert key and set(key) <= {column["name"] for column in model["columns"]}, model["name"]
            assert any(test == "unique_key" or "unique_key" in test for test in model.get("data_tests", [])), model["name"]


@pytest.mark.parametrize("path", [path for folder in ("models/marts", "models/intermediate", "models/scores", "macros") for path in sorted((DBT / folder).rglob("*.sql"))], ids=lambda path: path.stem)
def test_no_rule_is_named_by_its_code(path):
    """What a mart makes of a rule is an attribute of the rule (`role`, `should_be_rank`)."""
    assert not RULE_CODE.search(re.sub(r"--[^\n]*|\{#.*?#\}", "", path.read_text("utf-8"), flags=re.S))


# -- exposures

def read(path: Path) -> set[str]:
    """Names after `from` and `join` in the statements of a module, and tables of an edition that it asks for by name."""
    tree, found = ast.parse(path.read_text("utf-8")), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= set(re.findall(r"\b(?:from|join)\s+(?:\w+\.)?(\w+)", node.value))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "table":
            found |= {argument.value for argument in node.args if isinstance(argument, ast.Constant)}
    return found


MARTS = {mart.name for mart in contract.marts(PROJECT)}
EXPOSURES = {exposure["name"]: exposure for exposure in declared("exposures")}


@pytest.mark.parametrize("name", EXPOSURES)
def test_an_exposure_declares_what_its_code_reads(name):
    exposure = EXPOSURES[name]
    reads = {re.fullmatch(r"ref\('(\w+)'\)", reference).group(1) for reference in exposure["depends_on"]}
    if name == "full_edition":
        assert reads == MARTS
    elif name == "public_edition":
        assert reads == {mart.name for mart in contract.public_marts(PROJECT)[0]}
    else:
        assert reads == {mart for path in exposure["config"]["meta"]["read_by"] for mart in read(PROJECT / path)} & MARTS
    assert all((PROJECT / path).exists() for path in exposure["config"]["meta"]["read_by"])
    assert exposure["maturity"] in ("high", "medium", "low") and "@" not in str(exposure["owner"])


def test_whoever_reads_marts_is_exposed():
    known = {path for exposure in EXPOSURES.values() for path in exposure["config"]["meta"]["read_by"]}
    modules = [path for room in ("slips", "zhunsheng", "stability", "dagster_project", "warehouse") for path in (PROJECT / room).rglob("*.py")]
    inside = {"stability/draws/inputs.py", "warehouse/previous.py", "warehouse/scratch/suspecting.py"}  # parts of the pipeline itself
    assert {path.relative_to(PROJECT).as_posix() for path in modules if read(path) & MARTS} - known - inside == set()
