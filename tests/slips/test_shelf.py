"""A page on the shelf is made again exactly where something that it shows has changed: after any edit the shelf is what a new one would be."""

from __future__ import annotations

import dataclasses
import json
import shutil
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from slips import page, record_page, shelf

YEAR = 2020
# One edit of every table that a page rests on, each of something that is shown.
EDITS = {
    "returns": f"update returns set why_zh = why_zh || '！' where period = {YEAR}",
    "rules": "update rules set title_zh = title_zh || '！'",
    "validation_failures": f"update validation_failures set why_zh = why_zh || '！' where period = {YEAR}",
    "finding_states": f"update finding_states set needs_answer = not needs_answer where period = {YEAR}",
    "provider_deadlines": f"update provider_deadlines set why_zh = why_zh || '！' where period = {YEAR}",
    "expected_grid, value": "update expected_grid set value = value + 1",
    "expected_grid, status": f"update expected_grid set status = 'NIL' where period = {YEAR} and status = 'ACCEPTED'",
    "rule_results": f"update rule_results set n_too_few = n_too_few + 1 where period = {YEAR}",
    "indicators": f"update indicators set comparable_with_previous = false where valid_from = {YEAR}",
    "provider_record": "update provider_record set n_due = n_due + 1",
    "burden": "update burden set n_cells = n_cells + 1",
}


@pytest.fixture
def database(published, tmp_path) -> Path:
    return Path(shutil.copy(published.database, tmp_path / "marts.duckdb"))


@pytest.fixture
def put_up(database, known, tmp_path):
    """A shelf with the slips of one year, and what calls it again."""
    def write(folder: str = "slips", declarations=known) -> dict[str, bytes]:
        shelf.write(tmp_path / folder, database, declarations, "an edition", (YEAR,))
        return {path.relative_to(tmp_path / folder).as_posix(): path.read_bytes() for path in (tmp_path / folder).rglob("*") if path.is_file()}
    return write


def _edit(database: Path, statement: str) -> None:
    database.chmod(0o600)
    with duckdb.connect(str(database)) as con:
        con.execute(statement)


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_an_edit_of_a_mart_is_on_the_shelf(put_up, database, edit):
    before = put_up()
    _edit(database, edit)
    after = put_up()
    assert after != before and after == put_up("anew")


def _other_provider(known):
    return dataclasses.replace(known, providers={key: dataclasses.replace(p, name_zh=p.name_zh + "！") for key, p in known.providers.items()})


def _other_form(known):
    return dataclasses.replace(known, forms={key: dataclasses.replace(f, title_zh=f.title_zh + "！") for key, f in known.forms.items()})


def _other_names(register: str, column: str):
    def edit(known):
        table = known.registers[register]
        place = table.columns.index(column)
        rows = [(*row[:place], f"{row[place]}！", *row[place + 1:]) for row in table.rows]
        return dataclasses.replace(known, registers=known.registers | {register: dataclasses.replace(table, rows=type(table.rows)(rows))})
    return edit


@pytest.mark.parametrize("edit", [_other_provider, _other_form, _other_names("units", "name_zh"), _other_names("indicators", "name_zh")], ids=["provider", "form", "unit", "indicator"])
def test_an_edit_of_a_declaration_is_on_the_shelf(put_up, known, edit):
    before, edited = put_up(), edit(known)
    after = put_up(declarations=edited)
    assert after != before and after == put_up("anew", edited)


def test_what_is_the_same_is_not_made_again(put_up, monkeypatch):
    before = put_up()
    for module in (page, record_page):
        monkeypatch.setattr(module, "write", lambda *_: pytest.fail("made again"))
    assert put_up() == before


def test_other_code_makes_every_page_again(put_up, monkeypatch):
    before = put_up()
    monkeypatch.setattr(shelf, "code", lambda: "of another day")
    monkeypatch.setattr(page, "STYLE", page.STYLE + "/* other */")
    pages = [(before[name], content) for name, content in put_up().items() if name.endswith(".html")]
    assert pages and all(old != new for old, new in pages)


@pytest.mark.parametrize("harm", [lambda path: path.unlink(), lambda path: path.write_bytes(b"bent")], ids=["lost", "bent"])
def test_a_page_that_is_not_the_one_written_is_written_again(put_up, tmp_path, harm):
    before = put_up()
    for path in sorted((tmp_path / "slips").rglob("*.html"))[:3]:
        harm(path)
    assert put_up() == before


def test_a_shelf_of_before_the_digests_is_written_whole(put_up, tmp_path):
    before = put_up()
    note = tmp_path / "slips" / shelf.NOTE
    note.write_text(json.dumps({name: value for name, value in json.loads(note.read_text("utf-8")).items() if name != "pages"}), "utf-8")
    assert put_up() == before


def _other(value: object) -> object:
    """Another value of the kind."""
    match value:
        case bool(): return not value
        case str(): return value + "!"
        case int() | Decimal(): return value + 1
        case list(): return [*value, "more"]
        case dict(): return value | {"more": 1}
    return "something"


def test_every_field_of_a_slip_but_its_rules_is_in_its_digest(slip):
    """The catalogue of rules is digested once for all slips (the edit of mart `rules` above)."""
    kept = dataclasses.replace(slip, rules={})
    for field in dataclasses.fields(slip):
        other = dataclasses.replace(kept, **{field.name: _other(getattr(kept, field.name))})
        assert shelf._digest(other) != shelf._digest(kept), field.name
