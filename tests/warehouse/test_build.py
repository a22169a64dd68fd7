"""What an increment computes, on three or four models made by hand: it goes as far as rows differ and as declared reads lead, no further;
what it leaves undone when it dies is done by the next one. And contracts name what breaks them."""

from __future__ import annotations

import duckdb
import pytest

from warehouse import build, engine
from warehouse.build import EVERY_TABLE, PENDING, UNPUBLISHED, Build, Scope
from warehouse.compiled import MODEL, TEST, Column, Compiled, Node
from warehouse.engine import CHANGED, EVERYTHING, ContractBroken, DuckDBEngine
from warehouse.settings import PROJECT

YEARS = frozenset(range(2018, 2024))
ARRIVED = "raw.cell"


def node(name: str, schema: str, sql: str, *reads: str, steps: tuple[tuple[int, ...] | None, ...] = (), **more) -> Node:
    """A model whose increment computes the changed periods; `steps` are its declared reads, one for each of `reads`."""
    given = {"kind": MODEL, "materialized": "incremental", "strategy": "replace_periods", "path": f"models/{name}.sql"} | more
    incremental = f"select * from ({sql}) where period in (from {CHANGED})"
    return Node(name, schema, full=sql, incremental=incremental, reads=reads, reads_periods=steps or ((),) * len(reads), **given)


TYPED = node("typed", "staging", "select period, value // 10 as tens from raw.cell", ARRIVED)
LAST = node("last", "validated", "select t.period, t.tens, b.tens as before from staging.typed t left join staging.typed b on b.period = t.period - 1", "staging.typed", steps=((-1,),))
SUMS = node("sums", "marts", "select sum(tens) as total from validated.last", "validated.last", steps=(None,), materialized="table", strategy="")
CARDS = node("cards", "marts", "select period, before from validated.last", "validated.last")
PROJECT_OF_FOUR = Compiled("", (TYPED, LAST, SUMS, CARDS))


@pytest.fixture
def warehouse() -> DuckDBEngine:
    """Everything built and published, one value a year."""
    made = engine.prepared(duckdb.connect(), PROJECT / "dbt_project")
    made.con.execute("create table raw.cell (period integer, value bigint)")
    made.insert("raw.cell", [(year, (year - 2000) * 10) for year in sorted(YEARS)])
    built = Build(made, PROJECT_OF_FOUR, Scope(True, known=YEARS))
    built.start()
    built.run(PROJECT_OF_FOUR)
    assert build.unpublished(made) is None and made.con.execute(f"from {UNPUBLISHED}").fetchall() == [(EVERY_TABLE, EVERYTHING)]
    build.mark_published(made)
    return made


def changed(warehouse: DuckDBEngine, year: int, value: int) -> Scope:
    warehouse.con.execute("update raw.cell set value = ? where period = ?", [value, year])
    return arrived(year)


def arrived(*years: int, forced: tuple[int, ...] = ()) -> Scope:
    return Scope(False, {ARRIVED: frozenset(years)}, YEARS, frozenset(forced))


def night(warehouse: DuckDBEngine, scope: Scope, project: Compiled = PROJECT_OF_FOUR) -> Build:
    started = Build(warehouse, project, scope)
    started.start()
    started.run(project)
    return started


def pending(warehouse: DuckDBEngine) -> list[tuple]:
    return warehouse.con.execute(f"select relation, period from {PENDING} order by all").fetchall()


def test_rows_that_come_out_as_they_were_pass_nothing_on(warehouse):
    built = night(warehouse, changed(warehouse, 2020, 209)).built  # the tens are the same
    assert built.changed == {"staging.typed": set()} and list(built.seconds) == ["staging.typed"]
    assert pending(warehouse) == [] and build.unpublished(warehouse) == {}


def test_a_change_goes_where_declared_reads_lead(warehouse):
    built = night(warehouse, changed(warehouse, 2020, 990)).built
    assert built.changed == {"staging.typed": {2020}, "validated.last": {2020, 2021}, "marts.sums": {EVERYTHING}, "marts.cards": {2021}}
    assert warehouse.con.execute("select period, before from marts.cards where before = 99").fetchall() == [(2021, 99)]
    assert build.unpublished(warehouse) == {"sums": None, "cards": {2021}}


def test_at_the_last_period_nothing_beyond_is_asked_for(warehouse):
    built = night(warehouse, changed(warehouse, 2023, 990)).built
    assert built.changed["validated.last"] == {2023} and built.changed["marts.cards"] == set()  # the year before is what it was
    assert build.unpublished(warehouse) == {"sums": None}


def test_a_table_without_periods_is_compared_as_one_piece(warehouse):
    """Two years change and their sum does not: the table stays as it was, and is not published anew."""
    warehouse.con.execute("update raw.cell set value = value + case period when 2018 then 50 else -50 end where period in (2018, 2019)")
    built = night(warehouse, arrived(2018, 2019)).built
    assert built.changed["validated.last"] == {2018, 2019, 2020} and built.changed["marts.sums"] == set()
    assert build.unpublished(warehouse) == {"cards": {2019, 2020}}


def test_a_period_that_is_gone_leaves(warehouse):
    warehouse.con.execute("delete from raw.cell where period = 2019")
    built = night(warehouse, arrived(2019)).built
    assert built.changed["marts.cards"] == {2019, 2020}
    assert warehouse.con.execute("select period from marts.cards where period in (2019, 2020)").fetchall() == [(2020,)]


def test_forced_periods_are_computed_in_every_model_and_change_nothing(warehouse):
    warehouse.con.execute("update marts.cards set before = 7 where period = 2021")  # by hand, which nobody may
    built = night(warehouse, arrived(forced=(2021,))).built
    assert set(built.seconds) == {n.relation for n in PROJECT_OF_FOUR.models} and built.changed["marts.cards"] == {2021}
    assert [relation for relation, periods in built.changed.items() if periods] == ["marts.cards"]


@pytest.mark.parametrize("reached", range(4))
def test_what_a_build_leaves_undone_is_done_by_the_next(warehouse, monkeypatch, reached):
    """It dies at the model of that number: the transaction is undone with what was pending, and the rest is not forgotten."""
    scope, computed = changed(warehouse, 2020, 990), []

    def dies(self, model, wanted):
        computed.append(model.relation)
        if len(computed) > reached:
            raise KeyboardInterrupt
        return increment(self, model, wanted)

    increment = Build._increment
    with monkeypatch.context() as patch:
        patch.setattr(Build, "_increment", dies)
        with pytest.raises(KeyboardInterrupt):
            night(warehouse, scope)
    assert pending(warehouse) == [("staging.typed", 2020)] and build.unpublished(warehouse) == {}
    again = night(warehouse, arrived()).built  # nothing new has come: only what is pending
    assert again.changed["marts.cards"] == {2021} and pending(warehouse) == []
    assert warehouse.con.execute("from marts.sums").fetchall() == [(sum(y - 2000 for y in YEARS) - 20 + 99,)]


def test_a_step_between_the_models_hands_on_what_it_changed(warehouse):
    step = Node("answers", "validated", "step", "step", "", "", ("staging.typed",), reads_periods=((-1,),))
    asked = node("asked", "marts", "select period, 1 as n from raw.cell", "validated.answers")
    project = Compiled("", (TYPED, asked))
    warehouse.create(asked)
    started = Build(warehouse, project, changed(warehouse, 2020, 990), (step,))
    started.start()
    started.run(project.select(lambda n: n is TYPED))
    given = []
    started.step(step, lambda periods: given.append(periods) or {2021})
    started.run(project.select(lambda n: n is asked))
    assert given == [{2020, 2021}] and started.built.changed["marts.asked"] == set() and pending(warehouse) == []


def test_a_step_is_done_for_forced_periods_too(warehouse):
    step, given = Node("answers", "validated", "step", "step", "", "", ("staging.typed",), reads_periods=((),)), []
    started = Build(warehouse, PROJECT_OF_FOUR, arrived(forced=(2021,)), (step,))
    started.start()
    started.step(step, lambda periods: given.append(periods) or set())
    assert given == [{2021}]


def test_who_reads_some_rows_only_is_not_reached_by_others(warehouse):
    """Two readers of the typed rows, one of the large ones: a change among the small ones is nothing to it."""
    large = node("large", "marts", "select period, tens from staging.typed where tens > 20", "staging.typed", reads_only=("tens > 20",))
    project = Compiled("", (TYPED, large))
    warehouse.create(large)
    assert "marts.large" not in night(warehouse, changed(warehouse, 2018, 170), project).built.changed
    assert night(warehouse, changed(warehouse, 2022, 170), project).built.changed["marts.large"] == {2022}, "it was large, and is not any more"


def test_a_table_stays_empty_for_want_of_rows_that_it_cannot_do_without(warehouse):
    """Nothing is computed then; with a row there, and to take rows away, it is."""
    warehouse.con.execute("create table raw.asked (period integer)")
    joined = node("joined", "marts", "select period, tens from staging.typed inner join raw.asked using (period)", "staging.typed", "raw.asked", no_rows_without=("raw.asked",))
    project = Compiled("", (TYPED, joined))
    warehouse.create(joined)
    computed = []
    warehouse.compute = lambda n, *more, compute=warehouse.compute, **named: computed.append(n.name) or compute(n, *more, **named)
    assert night(warehouse, changed(warehouse, 2018, 170), project).built.changed["marts.joined"] == set() and computed == ["typed"] and pending(warehouse) == []
    warehouse.con.execute("insert into raw.asked values (2018)")
    assert night(warehouse, changed(warehouse, 2018, 180), project).built.changed["marts.joined"] == {2018} and computed[2:] == ["joined"]
    warehouse.con.execute("delete from raw.asked")
    assert night(warehouse, changed(warehouse, 2018, 190), project).built.changed["marts.joined"] == {2018} and computed[4:] == ["joined"]
    assert warehouse.is_empty("marts.joined")


def test_only_data_tests_of_what_changed_are_run(warehouse):
    def test_of(relation: str) -> Node:
        return Node(f"test_{relation.split('.')[1]}", "marts", TEST, TEST, f"select 1 from {relation}", "", (relation,), reads_periods=((),))

    project = Compiled("", (*PROJECT_OF_FOUR.nodes, test_of("staging.typed"), test_of("marts.cards")))
    assert night(warehouse, changed(warehouse, 2020, 209), project).test(project) == {}
    night(warehouse, changed(warehouse, 2023, 990), project)  # it dies before it publishes
    assert night(warehouse, arrived(), project).test(project) == {"test_typed": len(YEARS)}
    with pytest.raises(build.TestFailed, match="test_typed: 6"):
        build.raise_failures({"test_typed": 6, "test_cards": 0})


PROMISE = (Column("period", "integer", True), Column("before", "bigint", False))


@pytest.mark.parametrize(("promised", "says"), [
    ((PROMISE[0], Column("before", "varchar", False)), "before: BIGINT"), ((*PROMISE, Column("grade", "varchar", False)), "grade: —"),
    (PROMISE[:1], "before: 未声明 / not declared"), ((PROMISE[0], Column("before", "bigint", True)), "a column that must be filled is empty: before"),
])  # fmt: skip
def test_a_broken_contract_names_file_model_and_column(warehouse, promised, says):
    kept = node("cards", "marts", CARDS.full, *CARDS.reads, contract=True, columns=PROMISE)
    warehouse.check_contracts([kept])
    broken = node("cards", "marts", CARDS.full, *CARDS.reads, contract=True, columns=promised)
    with pytest.raises(ContractBroken, match="models/cards.sql: cards: ") as raised:
        warehouse.check_contracts([broken])
    assert says in str(raised.value)
