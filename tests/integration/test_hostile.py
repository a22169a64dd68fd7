"""No content of any return ends a night: hostile returns, a return with a row fewer, and a hole that nobody has thought of."""

from __future__ import annotations

import dataclasses
import functools
import random
import subprocess
import sys

import nights
import openpyxl
import pytest

from benchmarks import hostile
from sources.reading.numbers import FIGURES_BELOW
from dagster_project import night
from slips import checking
from warehouse import compiled, editions, store
from zhunsheng import run

BAD = "777777777"  # what the model with the hole cannot bear
FINANCE = ("51-czt", "2019")


def files() -> list:
    return [f for f in hostile.sample_files() if f.parent.name in nights.Reduced.PROVIDERS and any(year in f.name for year in nights.Reduced.YEARS)]


def dropped(settings, attacks: list[hostile.Attack], day: int) -> None:
    for n, attack in enumerate(attacks):
        nights.drop(settings, attack.provider, f"{attack.name[:60]}.xlsx", attack.content, f"2024-02-{day:02d}T{n // 60:02d}:{n % 60:02d}:00")


def figures(settings) -> list[dict]:
    """What staging made of every figure, with the number of must-fix points on its cell."""
    with store.connect(settings, read_only=True) as con:
        answer = con.execute("""select figures.value_text, figures.parse_code, figures.value, figures.factor, count(hits.rule_code) as n_must_fix
            from staging.stg_figures as figures
            left join validated.val_hits as hits on hits.submission_id = figures.submission_id and hits.sheet = figures.sheet and hits.row_no = figures.row_no
              and hits.col_no = figures.col_no and hits.severity = 'E'
            group by all""")
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row)) for row in answer.fetchall()]


@pytest.fixture(scope="module")
def attacked(small, tmp_path_factory):
    """A home after three nights: random attacks, numbers of 1 to 40 digits in every measure, random attacks."""
    settings = nights.copy_home(small.home, tmp_path_factory.mktemp("attacked") / "home")
    made, names = hostile.Attacks(files(), seed=20), []
    random_ones, measured = iter(made), [made.every_measure(random.Random(digits).choice(files()), digits) for digits in (1, 9, 12, 14, 15, 16, 18, 19, 20, 21, 27, 28, 29, 38, 39, 40)]
    for day, attacks in enumerate(([next(random_ones) for _ in range(40)], measured, [next(random_ones) for _ in range(40)]), start=1):
        dropped(settings, attacks, day)
        names.append(nights.Driver(settings).run())
    return settings, names


def test_every_night_has_its_edition(attacked, small):
    _, names = attacked
    assert len({editions.current(small), *names}) == 4


def test_no_number_is_lost_without_a_word(attacked):
    """A cell with digits has a value in force of the limits, or a must-fix finding of its own."""
    rows = figures(attacked[0])
    lost = [row for row in rows if row["value"] is None and row["parse_code"] in ("NUMBER", "THOUSANDS", "FULLWIDTH", "TOO_LARGE") and not row["n_must_fix"]]
    assert lost == [] and any(row["parse_code"] == "TOO_LARGE" for row in rows)
    assert all(abs(row["value"]) < FIGURES_BELOW for row in rows if row["value"] is not None)


@pytest.mark.parametrize("digits, unit", [(15, "万元"), (16, "万元"), (19, "亿元"), (20, "万元"), (21, "万元"), (40, "元")])
def test_the_check_reports_the_cell_of_a_number_that_is_too_large(small, tmp_path, digits, unit):
    content = nights.corrected(nights.sample_file(*FINANCE), {"C6": unit, "C8": "1" * digits})
    (tmp_path / "表.xlsx").write_bytes(content)
    found = [(f["rule_code"], f["cell"]) for f in checking.check(small, tmp_path / "表.xlsx").findings if f["rule_code"] == "RD48"]
    assert found == ([("RD48", "C8")] if digits > 15 else []), "the limit is 10^15, in the indicator's own unit"


def test_a_correction_with_a_row_fewer_is_sent_back_and_the_night_goes_on(small, tmp_path):
    settings = nights.copy_home(small.home, tmp_path / "home")
    book = openpyxl.load_workbook(nights.sample_file(*FINANCE))
    book.worksheets[0].delete_rows(9)
    nights.drop(settings, FINANCE[0], "少一行.xlsx", nights.saved(book), "2024-02-01T10:00:00")
    nights.Driver(settings).run()
    hits = nights.rows(editions.database(settings), "select cell, unit_code, severity, mend_zh from validation_failures where rule_code = 'RV03'")
    assert len(hits) == 4 and {hit["cell"] for hit in hits} == {None} and all(hit["unit_code"] and hit["mend_zh"] for hit in hits)
    first, second = nights.rows(editions.database(settings), "from returns where provider_id = '51-czt' and period = 2019 order by version_no")
    assert (first["is_in_force"], second["return_status"]) == (True, "RETURNED")
    assert list((settings.slips / FINANCE[0]).glob(f"*{second['submission_id']}*")), "its slip is written"


# -- a hole of the models

@pytest.fixture(params=["marts.value_sources"])
def hole(request, monkeypatch):
    """A model that breaks on one text, whoever sends it."""
    whole = compiled.load

    def with_hole(settings):
        project = whole(settings)

        def broken(node):
            if node.relation != request.param:
                return node
            trap = f" where case when exists (from raw.cell where value_text = '{BAD}') then error('cannot bear it') else true end"
            return dataclasses.replace(node, full=f"select * from (\n{node.full}\n) as t{trap}", incremental=f"select * from (\n{node.incremental}\n) as t{trap}")

        return dataclasses.replace(project, nodes=tuple(map(broken, project.nodes)))

    monkeypatch.setattr("dagster_project.night.compiled.load", with_hole)


@pytest.mark.nights
def test_the_submission_that_breaks_a_model_is_held_and_the_rest_published(small, tmp_path, hole, monkeypatch, capsys):
    settings = nights.copy_home(small.home, tmp_path / "home")
    monkeypatch.setattr(run, "Night", functools.partial(night.Night, gate=nights.SharedJudge))
    for n, (provider, words, cells) in enumerate([("51-czt", ("2018",), {"C9": 11_111_111}), ("51-czt", ("2019",), {"C9": int(BAD)}), ("51-gat", ("2018",), {"C9": 700})]):
        nights.drop(settings, provider, f"更正{n}.xlsx", nights.corrected(nights.sample_file(provider, *words), cells), f"2024-02-01T10:0{n}:00")
    assert run.nightly(settings, quiet=True) == run.PIPELINE_FAULT
    assert "marts.value_sources" in capsys.readouterr().out
    sent = {row["file_name"]: row for row in nights.rows(editions.database(settings), "from returns")}
    assert [sent[f"更正{n}.xlsx"]["return_status"] == "HELD" for n in range(3)] == [False, True, False]
    assert sent["更正0.xlsx"]["is_in_force"] and sent["更正2.xlsx"]["is_in_force"] and not sent["更正1.xlsx"]["is_in_force"]
    held = sent["更正1.xlsx"]["submission_id"]
    (reported,) = nights.rows(editions.database(settings), "from validation_failures where submission_id = ?", held)
    assert reported["rule_code"] == "RD92" and "marts.value_sources" in reported["why_zh"] and "cannot bear" not in reported["why_zh"]
    edition = editions.current(settings)
    assert run.nightly(settings, quiet=True) == 0 and editions.current(settings) == edition, "a held submission breaks no later night"
    without = nights.copy_home(small.home, tmp_path / "without")
    for n in (0, 2):
        source = settings.inbox / ("51-czt", "", "51-gat")[n] / f"更正{n}.xlsx"
        nights.drop(without, source.parent.name, source.name, source.read_bytes(), f"2024-02-01T10:0{n}:00")
    nights.Driver(without).run()
    cards = "select unit_code, period, score, grade_code from scorecards order by all"
    assert nights.query(editions.database(settings), cards) == nights.query(editions.database(without), cards), "the others count as if it had never come"


@pytest.mark.parametrize("hole", ["validated.val_common"], indirect=True)
def test_the_check_says_of_such_a_return_that_it_would_be_held(small, tmp_path, hole):
    (tmp_path / "表.xlsx").write_bytes(nights.corrected(nights.sample_file(*FINANCE), {"C9": int(BAD)}))
    checked = checking.check(small, tmp_path / "表.xlsx")
    assert (checked.outcome, checked.findings[0]["rule_code"]) == ("HELD", "RD92")
    assert checked.outcome_zh and checked.must_fix == 1


@pytest.mark.nights
def test_a_fault_that_no_submission_causes_holds_nobody_back(small, tmp_path, monkeypatch):
    settings = nights.copy_home(small.home, tmp_path / "home")
    nights.drop(settings, "51-czt", "更正.xlsx", nights.corrected(nights.sample_file(*FINANCE), {"C9": 11_111_111}), "2024-02-01T10:00:00")
    monkeypatch.setattr(run, "Night", functools.partial(night.Night, gate=nights.SharedJudge))
    edition = editions.current(settings)
    with monkeypatch.context() as broken:
        broken.setattr("dagster_project.night.Night.build_scores_and_marts", lambda self: (_ for _ in ()).throw(RuntimeError("disk full")))
        assert run.nightly(settings, quiet=True) == run.PIPELINE_FAULT and editions.current(settings) == edition
    assert run.nightly(settings, quiet=True) == 0
    assert nights.query(editions.database(settings), "select count(*) from returns where return_status = 'HELD'") == [(0,)]
    (correction,) = nights.rows(editions.database(settings), "from returns where file_name = '更正.xlsx'")
    assert correction["return_status"] in ("ACCEPTED", "PARTLY_ACCEPTED"), "what was set aside for a try is taken in by the next night"


# -- somebody looks into the warehouse

READER = "import duckdb, sys, time; c = duckdb.connect(sys.argv[1], read_only=True); print('open', flush=True); time.sleep(float(sys.argv[2]))"


@pytest.mark.parametrize("seconds, patience, named", [(60, 0.0, True), (0.6, 30.0, False)])
def test_a_reader_is_waited_for_and_then_named(small, tmp_path, monkeypatch, seconds, patience, named):
    settings = nights.copy_home(small.home, tmp_path / "home")
    monkeypatch.setattr(store, "WAIT_FOR_READERS", patience)
    reader = subprocess.Popen([sys.executable, "-c", READER, str(settings.warehouse), str(seconds)], stdout=subprocess.PIPE)
    try:
        assert reader.stdout.readline() == b"open\n"
        if named:
            with pytest.raises(store.WarehouseBusy, match=rf"进程 {reader.pid}.*process {reader.pid}"), store.connect(settings):
                pass
        else:
            with store.connect(settings) as con:
                assert con.execute("select count(*) > 0 from raw.submission").fetchall() == [(True,)]
    finally:
        reader.kill()
        reader.wait()
