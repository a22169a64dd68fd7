"""The hash of a mart: equal rows have equal hashes, and any other value in any cell has another, in its mart and period only."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse import content, editions
from warehouse.settings import PROJECT

TYPES = {"id": "INTEGER", "period": "INTEGER", "text": "VARCHAR", "number": "DOUBLE", "list": "VARCHAR[]"}
texts = st.none() | st.text(alphabet="a'\"(),\\ NUL[]{}:=\n", max_size=5)
rows = st.lists(st.tuples(st.none() | st.integers(2000, 2002), texts, st.none() | st.floats(allow_nan=False), st.none() | st.lists(texts, max_size=2)), max_size=5)


def described(values: list[tuple], order=None, names=tuple(TYPES), threads: int = 1) -> dict:
    """The manifest entry of a table of these rows, numbered as given, inserted in another order."""
    con = duckdb.connect(config={"threads": threads})
    con.execute(f"create table t ({', '.join(f'{name} {TYPES[name]}' for name in names)})")
    numbered = [dict(zip(TYPES, (number, *row), strict=True)) for number, row in enumerate(values)]
    for row in sorted(numbered, key=order) if order else numbered:
        con.execute(f"insert into t values ({', '.join('?' * len(names))})", [row[name] for name in names])
    entry = content.describe(con, "t", TYPES, ["id"], len(values))
    con.close()
    return entry


@settings(max_examples=60, deadline=None)
@given(rows, rows)
def test_hashes_are_equal_exactly_when_rows_are(first, second):
    """repr tells -0.0 from 0.0, as the hash does."""
    a, b = described(first), described(second)
    assert (a["content_sha256"] == b["content_sha256"]) == (repr(first) == repr(second))


@settings(max_examples=20, deadline=None)
@given(rows, st.permutations(list(TYPES)), st.sampled_from([1, 2, 4]))
def test_order_of_rows_and_columns_and_threads_do_not_matter(values, names, threads):
    assert described(values) == described(values, order=lambda row: -row["id"], names=tuple(names), threads=threads)


@settings(max_examples=20, deadline=None)
@given(rows)
def test_a_partition_by_itself_is_hashed_alike(values):
    whole = described(values)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(content, "ONE_STATEMENT_ROWS", -1)
        assert described(values) == whole


def test_a_key_may_not_repeat_in_another_period():
    con = duckdb.connect()
    con.execute("create table t as select * from (values (1, 2000), (1, 2001)) as v (id, period)")
    types = {"id": "INTEGER", "period": "INTEGER"}
    with pytest.raises(editions.EditionError, match="t: 1 rows share a key"):
        content.describe(con, "t", types, ["id"], 2)
    assert content.describe(con, "t", types, ["id", "period"], 2)["rows"] == 2


def test_a_column_with_a_time_zone_is_refused():
    with pytest.raises(editions.EditionError, match="time zone"):
        content.describe(duckdb.connect(), "t", {"id": "TIMESTAMP WITH TIME ZONE"}, ["id"], 0)


# -- on the marts of the sample

VALUES = {"VARCHAR": "'x'", "BOOLEAN": "true", "DATE": "date '2000-01-01'", "TIMESTAMP": "timestamp '2000-01-01'"}
FEW = 1_000


@pytest.fixture(scope="module")
def small_marts(published):
    """A writable copy of the small marts, and their entries by name."""
    con = duckdb.connect()
    con.execute(f"attach '{published.database}' as edition (read_only)")
    entries = {}
    for mart in editions.marts(PROJECT):
        (n,), = con.execute(f"select count(*) from edition.{mart.name}").fetchall()
        if 0 < n <= FEW:
            con.execute(f"create table {mart.name} as from edition.{mart.name}")
            entries[mart.name] = described_mart(con, mart.name, {row[0]: row[1] for row in con.execute(f"describe {mart.name}").fetchall()}, list(mart.key))
    return con, entries


def described_mart(con, name: str, types: dict[str, str], key: list[str]) -> dict:
    return content.describe(con, name, types, key, FEW)


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_edited_cells_change_exactly_their_marts_and_periods(small_marts, data):
    """k cells, each set to null or from null to a value."""
    con, entries = small_marts
    cell = st.sampled_from(sorted(entries)).flatmap(lambda mart: st.tuples(
        st.just(mart),
        st.sampled_from(sorted(entries[mart]["columns"].keys() - {*entries[mart]["key"], "period"})),
        st.integers(0, entries[mart]["rows"] - 1),
    ))  # fmt: skip
    edits = data.draw(st.lists(cell, min_size=1, max_size=6, unique=True))
    con.execute("begin")
    expected: dict[str, set[str]] = {}
    for mart, column, row in edits:
        value = VALUES.get(entries[mart]["columns"][column], "1")
        where = f"where rowid = {row}"
        con.execute(f"update {mart} set {column} = case when {column} is null then {value} end {where}")
        label = con.execute(f"select {content.label_of(list(entries[mart]['columns']))} from {mart} {where}").fetchall()[0][0]
        expected.setdefault(mart, set()).add(label)
    after = {name: described_mart(con, name, entry["columns"], entry["key"]) for name, entry in entries.items()}
    con.execute("rollback")
    assert {name for name in after if after[name]["content_sha256"] != entries[name]["content_sha256"]} == expected.keys()
    for name, labels in expected.items():
        parts = [marts[name]["partitions"] for marts in (entries, after)]
        assert {label for label in parts[0] if parts[0][label] != parts[1][label]} == labels


# -- only what changed

LABELLED = ("2000", "2001", "2002", content.NO_PERIOD)


@settings(max_examples=60, deadline=None)
@given(rows, rows, st.sets(st.sampled_from(LABELLED)), st.booleans())
def test_hashing_the_changed_partitions_gives_the_hash_of_the_whole(before, after, more, large):
    """Periods that come, go, differ, or are named without having changed; a key with the period, and one without."""
    types = TYPES | {"row": "INTEGER"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(content, "ONE_STATEMENT_ROWS", -1 if large else 500_000)
        for key in (["id"], ["row", "period"]):
            con = duckdb.connect(config={"threads": 1})
            entries = []
            for number, values in enumerate((before, after)):
                con.execute(f"create or replace table t ({', '.join(f'{name} {kind}' for name, kind in types.items())})")
                for place, row in enumerate(values):
                    con.execute("insert into t values (?, ?, ?, ?, ?, ?)", [place, *row, place])
                entries.append(content.describe(con, "t", types, key, len(values)))
            changed = content.differing(entries[0]["partitions"], entries[1]["partitions"]) | more
            assert content.describe(con, "t", types, key, len(after), entries[0]["partitions"], changed) == entries[1]
            con.close()


def test_a_key_that_repeats_in_a_changed_period_is_found():
    """Also where the period is no part of the key and the other row is in a period that did not change."""
    con = duckdb.connect()
    con.execute("create table t as select * from (values (1, 2000), (2, 2001)) as v (id, period)")
    types = {"id": "INTEGER", "period": "INTEGER"}
    before = {tuple(key): content.describe(con, "t", types, key, 2)["partitions"] for key in (["id"], ["id", "period"])}
    con.execute("insert into t values (1, 2001)")
    with pytest.raises(editions.EditionError, match="t: 1 rows share a key"):
        content.describe(con, "t", types, ["id"], 3, before["id",], {"2001"})
    assert content.describe(con, "t", types, ["id", "period"], 3, before["id", "period"], {"2001"})["rows"] == 3
    con.execute("insert into t values (1, 2001)")
    with pytest.raises(editions.EditionError, match="t: 1 rows share a key"):
        content.describe(con, "t", types, ["id", "period"], 4, before["id", "period"], {"2001"})


def test_period_0_stands_for_rows_without_a_period_too():
    assert content.labels_of({0, 2020}) == {"0", content.NO_PERIOD, "2020"} and content.labels_of({2020}) == {"2020"}
    assert content.of_labels({content.NO_PERIOD, "2020", "2019"}) == "period in (2019, 2020) or period is null"
