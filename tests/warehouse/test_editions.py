"""Editions: equal content has an equal name, a published file cannot be changed unnoticed, a diff names every cell."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import duckdb
import nights
import pytest

from warehouse import build, content, edition_folder, editions, engine, store
from warehouse import publish as publishing
from warehouse.settings import PROJECT, Settings

MARTS = len(list((PROJECT / "dbt_project" / "models" / "marts").glob("*.sql")))


@pytest.fixture
def settings(published, tmp_path) -> Settings:
    """A copy of the published home: these tests publish and tamper."""
    return nights.copy_home(published.home, tmp_path / "home")


def publish(settings: Settings, *changes: str, changed: dict[str, set[int] | None] | None = None, threads: int = 4) -> str:
    with store.connect(settings) as con:
        con.execute(f"set threads = {threads}")
        for change in changes:
            con.execute(change)
        return editions.publish(settings, con, "inputs", changed)


def manifest(settings: Settings, name: str) -> dict:
    return json.loads((settings.editions / name / editions.MANIFEST).read_text("utf-8"))


RAISE_SCORE = "update marts.scorecards set score = score + 0.01 where unit_code = '440300' and period = 2022"
FORGET_CARD = "delete from marts.scorecards where unit_code = '440300' and period = 2018"


def test_publishing_twice_gives_the_same_name_and_one_line_of_history(settings, published):
    assert publish(settings) == publish(settings) == published.edition
    assert editions.history(settings) == [published.edition]
    assert editions.stands_on(settings) == "inputs"


def test_the_name_is_the_manifest_and_the_manifest_is_the_content(settings, published):
    moved = publish(settings, RAISE_SCORE)
    assert moved != published.edition
    before, after = (manifest(settings, name)["marts"] for name in (published.edition, moved))
    assert {mart for mart in after if after[mart] != before[mart]} == {"scorecards"}
    parts = [marts["scorecards"]["partitions"] for marts in (before, after)]
    assert {label for label in parts[1] if parts[0][label] != parts[1][label]} == {"2022"}
    assert editions.current(settings) == moved and editions.history(settings) == [published.edition, moved]


SHUFFLE = ("create or replace table shuffled as from marts.score_steps order by hash(why_zh)", "delete from marts.score_steps", "insert into marts.score_steps from shuffled")


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_order_of_rows_and_number_of_threads_do_not_name_an_edition(settings, published, threads):
    assert publish(settings, *SHUFFLE, threads=threads) == published.edition


def test_a_large_mart_is_hashed_period_by_period_with_the_same_result(settings, published, monkeypatch):
    monkeypatch.setattr(content, "ONE_STATEMENT_ROWS", 0)
    assert publish(settings) == published.edition and editions.verify(settings) == []


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
    listed = manifest(settings, "0ld")
    del listed["marts"]["scorecards"]["columns"]["why_en"]
    (older / editions.MANIFEST).chmod(0o644)
    (older / editions.MANIFEST).write_text(json.dumps(listed), "utf-8")
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


# -- what did not change is not written again

def links(settings: Settings, name: str) -> dict[str, int]:
    folder = settings.editions / name
    return {str(path.relative_to(folder)): path.stat().st_nlink for path in edition_folder.files(folder)}


def contents(database: Path) -> dict[str, tuple]:
    """{table: its rows by all columns, its description and those of its columns}."""
    con = duckdb.connect(str(database), read_only=True)
    described = dict(con.execute("select table_name, comment from duckdb_tables()").fetchall())
    columns = con.execute("select table_name, list((column_name, data_type, comment) order by column_index) from duckdb_columns() where not internal group by all").fetchall()
    rows = {name: con.execute(f"from {name} order by all").fetchall() for name in described}
    con.close()
    return {name: (rows[name], described[name], listed) for name, listed in columns}


CHANGED = {
    "periods": {"scorecards": {2018, 2022}},
    "more periods than differ": {"scorecards": {2018, 2019, 2022}, "score_steps": {2020}},
    "a mart": {"scorecards": None},
    "more marts than differ": {"scorecards": None, "rules": None, "score_steps": None},
    "a mart without periods": {"scorecards": {2018, 2022}, "rules": {-1}, "units": {2022}},
}


@pytest.mark.parametrize("changed", CHANGED.values(), ids=CHANGED)
def test_a_linked_edition_is_the_fresh_one_file_by_file(settings, published, tmp_path, changed):
    fresh = nights.copy_home(settings.home, tmp_path / "fresh")
    publish(settings)  # the current edition is now one that this process wrote, with its note
    name = publish(settings, RAISE_SCORE, FORGET_CARD, changed=changed)
    assert name == publish(fresh, RAISE_SCORE, FORGET_CARD) and editions.verify(settings) == []
    two = [settings.editions / name, fresh.editions / name]
    sums = [edition_folder.read_sums(folder) for folder in two]
    databases = {editions.DATABASE, f"{editions.PUBLIC}/{editions.DATABASE}"}
    assert sums[0].keys() == sums[1].keys()
    assert {file for file in sums[0] if sums[0][file] != sums[1][file]} <= databases
    for file in databases:
        assert contents(two[0] / file) == contents(two[1] / file)
    apart = {"scorecards.parquet", "public/scorecards.parquet", *databases, editions.MANIFEST, editions.SUMS}
    assert {file for file, n in links(settings, name).items() if n == 1} == apart
    assert {n for n in links(fresh, name).values()} == {1}
    assert {oct(path.stat().st_mode & 0o777) for path in edition_folder.files(two[0])} == {"0o444"}


def test_marts_that_did_not_change_are_not_read(settings, published):
    publish(settings)
    assert publish(settings, RAISE_SCORE, changed={}) == published.edition  # trusted: only `scorecards` would have shown it
    assert publish(settings, changed={"scorecards": None}) != published.edition


def test_periods_that_did_not_change_are_not_read(settings, published):
    publish(settings)
    assert publish(settings, RAISE_SCORE, changed={"scorecards": {2018}}) == published.edition  # trusted: only 2022 would have shown it
    assert publish(settings, changed={"scorecards": {2022}}) != published.edition


def test_rows_without_a_period_and_periods_that_come_and_go_are_replaced(settings, published):
    """`score_changes` has one period less than there are years; period 0 stands for rows without one."""
    publish(settings)
    moves = ("update marts.score_changes set period = null where period = 2020", "delete from marts.score_changes where period = 2021",
             "insert into marts.score_changes by name select * replace (2031 as period) from marts.score_changes where period = 2022")  # fmt: skip
    name = publish(settings, *moves, changed={"score_changes": {0, 2020, 2021, 2031}})
    parts = manifest(settings, name)["marts"]["score_changes"]["partitions"]
    assert {"none", "2022", "2031"} <= parts.keys() and not {"0", "2020", "2021"} & parts.keys()
    assert name == publish(settings) and editions.verify(settings) == []
    back = publish(settings, "update marts.score_changes set period = 2020 where period is null", changed={"score_changes": {0, 2020}})
    assert back == publish(settings) and editions.verify(settings) == []


def test_a_database_that_is_changed_again_and_again_does_not_grow_without_end(settings, published):
    """Each edition's file is a copy of the last one's with some periods replaced; replaced rows leave room for the next ones."""
    publish(settings)
    every = "update marts.{mart} set why_zh = why_zh || '{n}' where period = {period}"
    sizes = []
    for n in range(8):
        moves = [every.format(mart=mart, n=n, period=2018 + n % 6) for mart in ("score_steps", "indicator_scores")]
        name = publish(settings, *moves, changed=dict.fromkeys(("score_steps", "indicator_scores"), {2018 + n % 6}))
        sizes.append((settings.editions / name / editions.DATABASE).stat().st_size)
    assert max(sizes[4:]) <= 1.1 * max(sizes[:4])
    assert name == publish(settings) and not [problem for problem in editions.verify(settings) if problem.startswith(name)]


def test_what_is_not_published_yet_is_kept_by_period():
    at = engine.scratch(PROJECT / "dbt_project")
    build.create_bookkeeping(at)
    at.insert(build.UNPUBLISHED, [("marts.scorecards", 2020), ("marts.scorecards", 2021), ("marts.scorecards", 2020), ("marts.units", engine.EVERYTHING), ("scores.sco_totals", 2020)])
    assert build.unpublished(at) == {"scorecards": {2020, 2021}, "units": None}
    assert build.differing(at)["scores.sco_totals"] == {2020}
    at.insert(build.UNPUBLISHED, [(build.EVERY_TABLE, engine.EVERYTHING)])
    assert build.unpublished(at) is None
    build.mark_published(at)
    assert build.unpublished(at) == {}


def test_the_public_part_is_taken_over_whole_when_only_the_inside_changed(settings, published):
    publish(settings)
    name = publish(settings, "update marts.rules set title_en = title_en || '.'", changed={"rules": None})
    assert {n for file, n in links(settings, name).items() if file.startswith(editions.PUBLIC)} == {2}
    assert editions.verify(settings) == []


@pytest.mark.parametrize("why", ["code", "format", "columns", "note"])
def test_nothing_is_taken_over_from_an_edition_that_was_written_otherwise(settings, published, why):
    """Other code, another format, other columns, or nothing known of how it was written."""
    publish(settings)
    note = settings.editions / "current.inputs.json"
    noted = json.loads(note.read_text("utf-8"))
    if why == "note":
        note.unlink()
    elif why == "code":
        note.write_text(json.dumps(noted | {"code": "other"}), "utf-8")
    else:
        old = manifest(settings, published.edition)
        old |= {"format": 3} if why == "format" else {}
        if why == "columns":
            old["marts"]["rules"]["columns"]["title_en"] = "BLOB"
        name = _renamed(settings, published.edition, old)
        note.write_text(json.dumps(noted | {"edition": name, "files": edition_folder.stamps(settings.editions / name)}), "utf-8")
    name = publish(settings, "update marts.units set name_en = name_en || '.'", changed={"units": None})
    alone = {file for file, n in links(settings, name).items() if n == 1 and file.endswith(".parquet")}
    assert {"units.parquet", "rules.parquet"} <= alone
    assert ("returns.parquet" in alone) == (why != "columns")


def _renamed(settings: Settings, name: str, changed_manifest: dict) -> str:
    """Give an edition another manifest, so another name, with correct sums, and make it current."""
    text = json.dumps(changed_manifest).encode()
    target = settings.editions / edition_folder.name_of(text)
    shutil.copytree(settings.editions / name, target)
    for file, new in ((editions.MANIFEST, text), (editions.SUMS, None)):
        (target / file).chmod(0o644)
        if new is not None:
            (target / file).write_bytes(new)
    sums = edition_folder.read_sums(target) | {editions.MANIFEST: edition_folder.sha256(target / editions.MANIFEST)}
    (target / editions.SUMS).write_text("".join(f"{digest}  {file}\n" for file, digest in sums.items()), "utf-8")
    edition_folder.point(settings, target.name)
    return target.name


@pytest.mark.parametrize("file", ["rules.parquet", "public/indicators.parquet"])
def test_tampering_with_a_shared_file_is_found_in_every_edition_and_goes_no_further(settings, published, file):
    publish(settings)
    second = publish(settings, RAISE_SCORE, changed={"scorecards": None})
    path = settings.editions / published.edition / file
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    problems = editions.verify(settings)
    assert all(any(problem.startswith(f"{name}/{file}") for problem in problems) for name in (published.edition, second))
    third = publish(settings, FORGET_CARD, changed={"scorecards": None})
    assert not [problem for problem in editions.verify(settings) if problem.startswith(third)]


def test_a_database_that_was_changed_is_not_copied(settings, published):
    publish(settings)
    path = settings.editions / published.edition / editions.DATABASE
    stamp = path.stat()
    path.chmod(0o644)
    con = duckdb.connect(str(path))
    con.execute("update rules set title_en = 'x'")
    con.close()
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    second = publish(settings, RAISE_SCORE, changed={"scorecards": None})
    assert {problem.split("/")[0] for problem in editions.verify(settings)} == {published.edition}
    assert second != published.edition


def test_a_rewritten_sum_does_not_hide_changed_rows(settings, published):
    folder = settings.editions / published.edition
    for file in (editions.DATABASE, editions.SUMS):
        (folder / file).chmod(0o644)
    con = duckdb.connect(str(folder / editions.DATABASE))
    con.execute("update rules set title_en = 'x' where rule_code = (select min(rule_code) from rules)")
    con.close()
    sums = edition_folder.read_sums(folder) | {editions.DATABASE: edition_folder.sha256(folder / editions.DATABASE)}
    (folder / editions.SUMS).write_text("".join(f"{digest}  {file}\n" for file, digest in sums.items()), "utf-8")
    (problem,) = editions.verify(settings)
    assert problem.startswith(f"{published.edition}/rules (DuckDB)")


def test_a_file_system_without_links_gets_copies(settings, published, monkeypatch):
    publish(settings)
    monkeypatch.setattr(publishing.os, "link", _refuse)
    name = publish(settings, RAISE_SCORE, changed={"scorecards": None})
    assert set(links(settings, name).values()) == {1} and editions.verify(settings) == []
    assert {oct(path.stat().st_mode & 0o777) for path in edition_folder.files(settings.editions / name)} == {"0o444"}


def _refuse(*_):
    raise OSError("no links here")


@pytest.mark.parametrize("torn", ["_take_over", "_copied", "_write_public", "_write_sums"])
def test_a_crash_while_taking_over_leaves_the_old_edition_and_a_rerun_finishes(settings, published, monkeypatch, torn):
    publish(settings)
    with monkeypatch.context() as patch:
        patch.setattr(publishing, torn, _refuse)
        with pytest.raises(OSError, match="no links"):
            publish(settings, RAISE_SCORE, changed={"scorecards": None})
    assert editions.current(settings) == published.edition and editions.verify(settings) == []
    name = publish(settings, changed={"scorecards": None})
    assert editions.history(settings) == [published.edition, name] and editions.verify(settings) == []
    assert not (settings.editions / ".building").exists()


# -- editions of format 1

def as_format_1(settings: Settings, name: str) -> str:
    """The same edition as it was written before partitions were hashed."""
    listed = manifest(settings, name) | {"format": 1}
    con = duckdb.connect(str(settings.editions / name / editions.DATABASE), read_only=True)
    for mart, entry in listed["marts"].items():
        del entry["partitions"]
        entry["content_sha256"] = content._format_1(con, mart, sorted(entry["columns"]), entry["key"])
    con.close()
    return _renamed(settings, name, listed)


def test_an_edition_of_format_1_is_verified_compared_and_followed(settings, published):
    old = as_format_1(settings, published.edition)
    edition_folder.remember(settings, old, "inputs", "other code")
    assert editions.verify(settings) == [] and editions.diff(settings, old, published.edition) == []
    moved = publish(settings, RAISE_SCORE, changed={"scorecards": None})
    assert editions.pair(settings, None, None) == (old, moved)
    assert [(c.mart, c.column) for c in editions.diff(settings, old, moved)] == [("scorecards", "score")]
    path = settings.editions / old / "rules.parquet"
    path.chmod(0o644)
    shutil.copyfile(settings.editions / old / "units.parquet", path)
    sums = edition_folder.read_sums(path.parent) | {path.name: edition_folder.sha256(path)}
    (path.parent / editions.SUMS).write_text("".join(f"{digest}  {file}\n" for file, digest in sums.items()), "utf-8")
    (problem,) = editions.verify(settings)
    assert problem.startswith(f"{old}/rules (Parquet)")


def test_before_the_first_night_there_is_nothing_and_it_is_said(tmp_path):
    settings = Settings(home=tmp_path).make()
    assert editions.current(settings) is None and editions.stands_on(settings) is None and editions.history(settings) == []
    with pytest.raises(editions.EditionError, match="make nightly"):
        editions.database(settings)
    for words in (["edition"], ["explain", "深圳市", "2022"], ["edition", "diff"]):
        assert nights.cli(tmp_path, *words, ok=False).returncode == 2


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
            reported = con.execute(f"select count(*) from {table} where regexp_matches({column}, '{TELLS_OF_A_SUSPICION}')").fetchone()
            assert reported == (0,), (table, column)
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
