"""A strongly doubted figure does not score and is nobody's yardstick: on the published night, and past an explanation that is accepted."""

from __future__ import annotations

import duckdb
import nights
import pytest

from slips import evidence, page
from slips import worklist as cases
from sources.rows import as_dicts
from sources.template.template import write
from warehouse import editions, loading

# scored values with the certainties of the figures they rest on, whatever became of them
RESTING = """
    with resting as (
      select unit_code, indicator, period, input_indicator as figure, input_value from value_sources where input_role <> 'target' and input_value is not null)
    select resting.*, certain.certainty_then, certain.certainty
    from resting inner join w.validated.val_certainty as certain
      on certain.unit_code = resting.unit_code and certain.indicator = resting.figure and certain.period = resting.period and certain.value = resting.input_value and certain.is_best"""
SUSPICIOUS = ("存疑", "疑点", "把握", "暂缓", "doubt", "HELD")


@pytest.fixture(scope="module")
def con(published):
    with duckdb.connect(str(published.database), read_only=True) as opened:
        opened.execute(f"attach '{published.settings.warehouse}' as w (read_only)")
        opened.execute(f"create temp table resting as {RESTING}")
        yield opened


def test_no_score_rests_on_a_figure_that_is_held(con):
    assert con.execute("""select count(*), count(case when scores.score_status = 'HELD' then 1 end) from resting inner join indicator_scores as scores using (unit_code, indicator, period)
        where certainty_then > 4 and scores.score_status not in ('QUARANTINED', 'MISSING', 'NOT_APPLICABLE')""").fetchall() == [(22, 22)]
    assert con.execute("select count(*) from indicator_scores where score_status = 'HELD' and (score is not null or value is not null)").fetchall() == [(0,)]


def test_no_reference_rests_on_a_figure_in_doubt(con):
    """Every best and worst of a class is the value of a unit whose figures are certain beyond no limit; who lies beyond is marked."""
    doubtful = """select scores.* from indicator_scores as scores where (unit_code, indicator, period) in (select unit_code, indicator, period from resting where certainty > 3 or certainty_then > 4)"""
    assert con.execute(f"select count(*) from ({doubtful}) where doubt = 'none' and figure_status in ('ACCEPTED', 'MARKED')").fetchall() == [(0,)]
    lost = con.execute("""
        with clear as (
          select class_id, indicator, period, min(value) as low, max(value) as high, count(*) as n from indicator_scores
          where doubt = 'none' and figure_status in ('ACCEPTED', 'MARKED') and value is not null group by all)
        select count(*), count(case when scores.satisfactory_value in (clear.low, clear.high) and scores.unacceptable_value in (clear.low, clear.high) and scores.n_peers = clear.n then 1 end)
        from indicator_scores as scores inner join clear using (class_id, indicator, period) where method = 'efficacy_linear'""").fetchall()[0]
    assert lost[0] == lost[1] > 3000


def test_a_doubted_extreme_is_clamped_to_the_others(con):
    assert con.execute("""select count(*) > 20, bool_and(score in (60, 100)) from indicator_scores
        where doubt = 'marked' and method = 'efficacy_linear' and figure_status in ('ACCEPTED', 'MARKED') and value not between least(satisfactory_value, unacceptable_value) and greatest(satisfactory_value, unacceptable_value)""").fetchall() == [(True, True)]


def test_later_years_alone_withhold_no_score(con):
    hindsight = "select unit_code, indicator, period from resting group by all having max(certainty) > 3 and max(certainty_then) <= 4"
    assert con.execute(f"select count(*) > 20, count(case when score_status = 'HELD' then 1 end) from indicator_scores where (unit_code, indicator, period) in ({hindsight})").fetchall() == [(True, 0)]


def test_scorecards_say_what_rests_on_doubt(con):
    n, other, low, high = con.execute("""select sum(n_held_back), count(case when score_if_counted <> score then 1 end), min(share_in_doubt), max(share_in_doubt) from scorecards""").fetchall()[0]
    assert (n, other > 30, low, high < 0.8) == (22, True, 0, True)
    assert con.execute("select count(*) from scorecards where n_missing < n_held_back or share_in_doubt < 0 or share_verified <> 0").fetchall() == [(0,)]
    weighed = con.execute("""select max(abs(scorecards.share_in_doubt - of.share)) from scorecards inner join (
        select unit_code, period, sum(case when scores.doubt <> 'none' then weight else 0 end) / sum(weight) as share from indicator_scores as scores where figure_status <> 'NOT_APPLICABLE' group by all
      ) as of using (unit_code, period) where scorecards.share_in_doubt < of.share - 0.0001""").fetchall()
    assert weighed == [(None,)]  # at least what is held or marked


def test_a_doubt_tells_its_years_and_its_factor(con):
    (row,) = as_dicts(con, "from doubts where unit_zh = '惠州市' and period = 2020 and indicator = 'medical_insured' and rule_code = 'CE01'")
    assert row["treatment"] == "held" and row["years"] == "2018、2019" and 10 < row["ratio"] < 10.5 and row["certainty_then"] > 6
    assert row["why_zh"].startswith("暂缓计分，不作其他单位的参照：“")
    assert "2018、2019 年" in row["why_zh"] and "填报数是推算数的 10.16" in row["why_zh"] and "说明经采纳" in row["why_zh"]
    assert {rule for (rule,) in con.execute("select distinct rule_code from doubts").fetchall()} == {"CE01", "CE02", "CR04"}


def test_nothing_that_is_asked_about_is_said_to_have_passed(con):
    assert con.execute("select count(*) from score_steps where why_zh like '%通过校验%'").fetchall() == [(0,)]
    assert con.execute("""select count(*) from score_steps inner join indicator_scores as scores using (unit_code, indicator, period)
        where step_kind = 'gate' and scores.doubt <> 'none' and score_status not in ('QUARANTINED', 'MISSING') and score_steps.why_zh not like '%存疑%'""").fetchall() == [(0,)]


def test_the_public_reads_of_no_doubt(published):
    folder = editions.database(published.settings).parent / "public"
    with duckdb.connect() as opened:
        for file in sorted(folder.glob("*.parquet")):
            columns = [(name, kind) for name, kind, *_ in opened.execute(f"describe from '{file}'").fetchall()]
            assert not {name for name, _ in columns} & {"doubt", "certainty", "n_held_back", "score_if_counted", "share_in_doubt", "share_verified"}
            texts = [name for name, kind in columns if kind == "VARCHAR"]
            said = " or ".join(f"contains({name}, '{word}')" for name in texts for word in SUSPICIOUS if not (word == "疑点" and file.stem == "indicators"))
            assert opened.execute(f"select count(*) from '{file}' where {said}").fetchall() == [(0,)], file.stem
        assert not (folder / "doubts.parquet").exists()
        held = opened.execute(f"select score_status, why_zh from '{folder}/indicator_scores.parquet' where unit_code = '441300' and period = 2020 and indicator = 'medical_coverage'").fetchall()
    assert held[0][0] == "MISSING" and "缺少可用数据；按方案将权重分摊到同维度其他指标" in held[0][1]


@pytest.fixture(scope="module")
def accepted(published, tmp_path_factory) -> tuple[object, dict, str]:
    """The night after the explanation of one held figure was accepted; its line of the worklist and the slip before it."""
    settings = nights.copy_home(published.home, tmp_path_factory.mktemp("accepted") / "home")
    work = cases.open_cases(settings, "44-jxb", 2020)
    with evidence.Evidence(editions.database(settings), loading.declared(settings)) as opened:
        (slip,) = [s for s in opened.slips([2020]) if s.sent["provider_id"] == "44-ybj" and s.sent["period"] == 2020 and s.sent["is_in_force"]]
    place = next(f for f in slip.findings if f["rule_code"] == "CE01" and f["unit_code"] == "442000")
    line = next(one for one in work.lines if one["rule_code"] == "CE01" and place["cell"] in one["ruled_cell"].split())
    decided = line | {"decision": "采纳说明", "note": "已附医保经办台账", "ruled_by": "综合处", "ruled_on": "2024-11-01"}
    nights.drop(settings, "44-jxb", "裁定.xlsx", write(loading.declared(settings), "44-jxb", "rulings", 2020, lines=[decided]), "2024-11-05T10:00:00")
    nights.Driver(settings).run()
    return settings, line, page.write(slip).decode()


@pytest.mark.nights
def test_slip_and_worklist_say_what_is_held_and_what_ends_it(accepted):
    _, line, said = accepted
    assert "暂缓计分，不作其他单位的参照；更正、说明经采纳或者现场核实后恢复" in said
    assert "；暂缓计分" in line["state"] and "中山" in line["subject"]


@pytest.mark.nights
def test_an_accepted_explanation_ends_the_hold(published, accepted):
    settings, _, _ = accepted
    after, doubted = editions.database(settings), "where unit_code = '442000' and period = 2020 and indicator = 'medical_insured'"
    assert {d["treatment"] for d in nights.rows(published.database, f"from doubts {doubted}")} == {"held"}
    (ended,) = nights.rows(after, f"from doubts {doubted} and rule_code = 'CE01'")
    assert ended["treatment"] == "ended" and ended["silenced_by"].startswith("ruling:") and "疑点已了结" in ended["why_zh"]
    scores = "from indicator_scores where period = 2020 and indicator = 'medical_coverage' and class_id = (select class_id from scorecards where unit_code = '442000' and period = 2020)"
    before, now = ({r["unit_code"]: r for r in nights.rows(path, scores)} for path in (published.database, after))
    assert before["442000"]["score_status"] == "HELD" and now["442000"]["score"] is not None and now["442000"]["doubt"] == "none"
    assert {r["n_peers"] for r in now.values()} == {before["442000"]["n_peers"] + 1}
