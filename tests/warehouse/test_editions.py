"""Editions: equal content has an equal name, a published file cannot be changed unnoticed, a diff names every cell."""

from __future__ import annotations

import json
import os
import shutil

import duckdb
import nights
import pytest

from warehouse import editions, store
from warehouse.settings import PROJECT, Settings

MARTS = len(list((PROJECT / "dbt_project" / "models" / "marts").glob("*.sql")))


@pytest.fixture
def settings(published, tmp_path) -> Settings:
    """A copy of the published home: these tests publish and tamper."""
    return nights.copy_home(published.home, tmp_path / "home")


def publish(settings: Settings, *changes: str) -> str:
    with store.connect(settings) as con:
        for change in changes:
            con.execute(change)
        return editions.publish(settings, con, "inputs")


RAISE_SCORE = "update marts.scorecards set score = score + 0.01 where unit_code = '440300' and period = 2022"
FORGET_CARD = "delete from marts.scorecards where unit_code = '440300' and period = 2018"


def test_publishing_twice_gives_the_same_name_and_one_line_of_history(settings, published):
    assert publish(settings) == publish(settings) == published.edition
    assert editions.history(settings) == [published.edition]
    assert editions.stands_on(settings) == "inputs"


def test_the_name_is_the_manifest_and_the_manifest_is_the_content(settings, published):
    moved = publish(settings, RAISE_SCORE)
    assert moved != published.edition
    before, after = (json.loads((settings.editions / name / editions.MANIFEST).read_text("utf-8"))["marts"] for name in (published.edition, moved))
    assert {mart for mart in after if after[mart] != before[mart]} == {"scorecards"}
    assert editions.current(settings) == moved and editions.history(settings) == [published.edition, moved]


def test_row_order_in_the_warehouse_does_not_name_an_edition(settings, published):
    assert publish(settings, "create table shuffled as from marts.score_steps order by hash(why_zh)", "delete from marts.score_steps", "insert into marts.score_steps from shuffled") == published.edition


def test_going_back_to_an_earlier_content_is_told_in_the_history(settings, published):
    moved = publish(settings, RAISE_SCORE)
    back = publish(settings, RAISE_SCORE.replace("+", "-"))
    assert editions.history(settings) == [published.edition, moved, back] and back == published.edition
    assert editions.pair(settings, None, None) == (moved, back)


def test_two_rows_of_one_key_are_never_published(settings):
    with pytest.raises(editions.EditionError, match="scorecards: 1 rows share a key"):
        publish(settings, "insert into marts.scorecards from marts.scorecards where unit_code = '440300' and period = 2022")


def test_diff_names_row_and_cell(settings, published):
    moved = publish(settings, RAISE_SCORE, FORGET_CARD)
    changes = {(c.mart, c.key, c.column): (c.before, c.after) for c in editions.diff(settings, published.edition, moved)}
    assert changes.pop(("scorecards", "440300 2018", "*")) == ("row", None)
    (((mart, key, column), (before, after)),) = changes.items()
    assert (mart, key, column) == ("scorecards", "440300 2022", "score") and float(after) - float(before) == pytest.approx(0.01)
    assert editions.diff(settings, moved, moved) == []


def test_a_column_that_an_older_edition_lacks_is_no_change(settings, published):
    older = settings.editions / "0ld"
    shutil.copytree(settings.editions / published.edition, older)
    (older / editions.DATABASE).chmod(0o644)
    con = duckdb.connect(str(older / editions.DATABASE))
    con.execute("alter table scorecards drop column why_en")
    con.execute("update scorecards set score = score + 1 where unit_code = '440300' and period = 2022")
    con.close()
    (change,) = editions.diff(settings, "0ld", published.edition)
    assert (change.mart, change.key, change.column) == ("scorecards", "440300 2022", "score")


def test_there_is_a_pair_only_after_two_editions(settings):
    with pytest.raises(editions.EditionError):
        editions.pair(settings, None, None)


@pytest.mark.parametrize("name", ["scorecards.parquet", editions.DATABASE, editions.MANIFEST, editions.SUMS])
def test_tampering_is_found(settings, published, name):
    path = settings.editions / published.edition / name
    assert editions.verify(settings) == []
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    assert any(published.edition in problem for problem in editions.verify(settings))
    assert nights.cli(settings.home, "verify", ok=False).returncode == 3


@pytest.mark.parametrize("name", ["scorecards.parquet", editions.MANIFEST, editions.SUMS])
def test_a_missing_file_is_found(settings, published, name):
    (settings.editions / published.edition / name).unlink()
    assert any(published.edition in problem for problem in editions.verify(settings))


def test_published_files_are_read_only(published):
    folder = published.database.parent
    assert {oct(path.stat().st_mode & 0o777) for path in folder.rglob("*") if path.is_file()} == {"0o444"}


def test_a_consumer_reads_without_the_warehouse(settings, published):
    """Parquet and database hold the same rows, and need nothing else of the home."""
    folder = settings.home.parent / "taken"
    shutil.copytree(settings.editions / published.edition, folder)
    shutil.rmtree(settings.home)
    con = duckdb.connect(str(folder / editions.DATABASE), read_only=True)
    names = [name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()]
    assert set(names) == {mart.name for mart in editions.marts(settings.project)}
    for name in names:
        assert con.execute(f"select count(*) from (from {name} except from read_parquet('{folder / name}.parquet'))").fetchall() == [(0,)]
    con.close()


def test_half_an_edition_left_by_a_crash_is_done_again_and_never_verified_as_one(settings, published):
    (settings.editions / ".building").mkdir()
    torn = settings.editions / published.edition
    (torn / editions.SUMS).unlink()
    assert publish(settings) == published.edition
    assert editions.verify(settings) == [] and not (settings.editions / ".building").exists()


def test_before_the_first_night_there_is_nothing_and_it_is_said(tmp_path):
    settings = Settings(home=tmp_path).make()
    assert editions.current(settings) is None and editions.stands_on(settings) is None and editions.history(settings) == []
    with pytest.raises(editions.EditionError, match="make nightly"):
        editions.database(settings)
    for words in (["edition"], ["explain", "深圳市", "2022"], ["edition", "diff"]):
        assert nights.cli(tmp_path, *words, ok=False).returncode == 1


def test_current_is_one_relative_link(published):
    link = published.settings.editions / "current"
    assert link.is_symlink() and os.readlink(link) == published.edition


PUBLIC = {"scorecards", "dimension_scores", "indicator_scores", "score_steps", "score_year_on_year", "year_on_year", "indicators"}
TELLS_OF_A_SUSPICION = "疑点|存疑|MARKED|open point|suspicion"


def test_the_public_part_holds_what_is_declared_and_no_open_suspicion(settings, published):
    folder = settings.editions / published.edition / editions.PUBLIC
    con = duckdb.connect(str(folder / editions.DATABASE), read_only=True)
    columns = con.execute("select table_name, column_name, data_type from duckdb_columns() where not internal").fetchall()
    assert {table for table, _, _ in columns} == {path.stem for path in folder.glob("*.parquet")} == PUBLIC
    assert not {column for _, column, _ in columns} & {"n_marked", "figure_status", "provider_id", "file_name", "contact_zh"}
    for table, column, kind in columns:
        if kind == "VARCHAR":
            told = con.execute(f"select count(*) from {table} where regexp_matches({column}, '{TELLS_OF_A_SUSPICION}')").fetchone()
            assert told == (0,), (table, column)
    inside = duckdb.connect(str(published.database), read_only=True)
    marked = inside.execute("select count(*) from indicator_scores where figure_status = 'MARKED'").fetchone()[0]
    assert marked > 0
    words = "select count(distinct regexp_extract(why_zh, '；(数据[^；]*)；', 1)) from indicator_scores where score_status = 'OK'"
    assert con.execute(words).fetchone() == (1,)


def test_the_public_part_cannot_be_changed_unnoticed(settings, published):
    path = settings.editions / published.edition / editions.PUBLIC / "scorecards.parquet"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert any("public/scorecards.parquet" in problem for problem in editions.verify(settings))


def test_a_public_declaration_names_only_what_there_is(tmp_path):
    (tmp_path / "dbt_project/models/marts").mkdir(parents=True)
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "warehouse/public_edition.yml").write_text("marts: {findings: []}\nwords: {}\n", "utf-8")
    with pytest.raises(editions.EditionError, match="findings: no such mart"):
        editions.public_marts(tmp_path)
