"""Is the judge awake? What every expectation type must find, and must let pass, each time it judges.

Belongs here: planted rows and what has to come of them. Does not belong here: cases of rules (proof.py). Standing decision: a planted fault that is not
found, or a sound row that is, is a fault of the judge; its other answers are worth nothing then.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from expectations.gx.loading import Judged, SuiteFault, validate

ROW = "select * from (values ('S', 'u', 'i', 2022, 's', 1, 1)) as planted(submission_id, unit_code, indicator, period, sheet, row_no, col_no)"


def _rule(outcome: str) -> dict:
    return {"rules": [{"code": "canary", "version": 1, "severity": "E", "outcome": outcome}]}


# type: (kwargs of what has to fail on the planted row, kwargs of what has to pass)
ON_TABLES = {
    "expect_rules_to_hold": (_rule("'FAIL'"), _rule("'PASS'")),
    "expect_records_to_agree": (_rule("'FAIL'"), _rule("cast(null as varchar)")),
    "expect_no_row_where": ({"condition": "row_no = 1"}, {"condition": "row_no = 2"}),
    "expect_query_to_find_nothing": ({"query": "select 1"}, {"query": "select 1 where false"}),
    "expect_no_repeated_key": ({"key": ["'same'"]}, {"key": ["submission_id"]}),
    "expect_tables_to_be_as_noted": ({"tables": ["(select 1)"]}, {"tables": ["(select 1 where false)"]}),
    "expect_table_to_be_filled": ({"when": "select 1"}, {"when": "select 0"}),
}
ROWS = {"expect_no_repeated_key": f"{ROW} union all {ROW.replace(chr(39) + 'S' + chr(39), chr(39) + 'T' + chr(39))}", "expect_table_to_be_filled": f"{ROW} where false",
        "expect_tables_to_be_as_noted": "select * from (values ('(select 1)', 0, '0'), ('(select 1 where false)', 0, '0')) as planted(table_name, n_rows, content)"}


def on_tables(source) -> None:
    """Try every expectation type of tables on planted rows. Raises SuiteFault."""
    for query, types in {ROW: ON_TABLES.keys() - ROWS.keys(), **{query: [kind] for kind, query in ROWS.items()}}.items():
        definition = source.add_query_asset(query, query=query).add_batch_definition_whole_table(query)
        asked = [{"type": kind, "kwargs": kwargs, "severity": "critical", "meta": {"id": f"canary.{kind}", "passes": passes}}
                 for kind in sorted(types) for passes, kwargs in enumerate(ON_TABLES[kind])]
        refuse_blind(validate(definition, asked))


FRAME = {"submission_id": ["S", "S"], "period": [2022, 2022], "sheet": ["s", "s"], "row_no": [1, 2], "col_no": [1, 1], "indicator": ["i", "i"],
         "value": [1.0, 3.0], "gap": [1.0, None], "name": ["a", "b"], "left": [2.0, 1.0], "right": [1.0, 2.0]}
# type: (kwargs, the rows that have to fail and no others)
ON_RETURNS = {
    "expect_rows_to_satisfy": ({"holds": "value < 2"}, [2]),
    "expect_values_within_bounds": ({"column": "value", "by": "indicator", "bounds": {"i": ["0", "2"]}}, [2]),
    "expect_column_values_to_be_between": ({"column": "value", "max_value": 2}, [2]),
    "expect_column_values_to_be_in_set": ({"column": "name", "value_set": ["a"]}, [2]),
    "expect_column_values_to_not_be_null": ({"column": "gap"}, [2]),
    "expect_column_values_to_match_regex": ({"column": "name", "regex": "^a$"}, [2]),
    "expect_column_pair_values_a_to_be_greater_than_b": ({"column_A": "left", "column_B": "right"}, [2]),
    "expect_compound_columns_to_be_unique": ({"column_list": ["sheet", "indicator"]}, [1, 2]),
}


def on_returns(definition, types: Iterable[str]) -> None:
    """Try every expectation type that is about to judge on a planted fault and a sound row. Raises SuiteFault."""
    asked = [{"type": kind, "kwargs": ON_RETURNS[kind][0], "severity": "critical", "meta": {"id": f"canary.{kind}", "passes": False}} for kind in sorted(set(types))]
    judged = validate(definition, asked, {"dataframe": pd.DataFrame(FRAME)}, ("row_no",))
    refuse_blind(judged)
    elsewhere = [one.asked["type"] for one in judged if [place["row_no"] for place in one.result["unexpected_index_list"]] != ON_RETURNS[one.asked["type"]][1]]
    if elsewhere:
        raise SuiteFault(f"试探失灵：找到的不是埋设的那一行 / canary: another row was found than the planted one: {', '.join(elsewhere)}")


def refuse_blind(judged: list[Judged]) -> None:
    """Raise SuiteFault where a planted fault passed, or a sound row failed."""
    wrong = [one.asked["type"] for one in judged if one.success != bool(one.asked["meta"]["passes"])]
    if wrong:
        raise SuiteFault(f"试探失灵：已知不通过的通过了，或已知通过的没有通过 / canary: an expectation known to fail passed, or one known to pass failed: {', '.join(wrong)}")
