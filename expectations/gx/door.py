"""The door: Great Expectations is the only judge of what one return can show.

Belongs here: frames of returns as batches, checkpoints, the verdicts as a file. Does not belong here: the suites (form_suites.py), where verdicts are
kept (warehouse). Standing decision: one batch for all returns and all expectations of a kind; the first thing judged is whether the judge is awake.
"""

from __future__ import annotations

import gc
import json
from collections import Counter

import great_expectations as gx
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from expectations.gx import actions, canaries, loading, returns

VERDICTS = pa.schema([("rule_code", pa.string()), ("rule_version", pa.int32()), ("severity", pa.string()), ("submission_id", pa.string()), ("period", pa.int32()),
                      ("sheet", pa.string()), ("row_no", pa.int32()), ("col_no", pa.int32()), ("indicator", pa.string())])
COUNTS = pa.schema([("rule_code", pa.string()), ("submission_id", pa.string()), ("period", pa.int32()), ("outcome", pa.int8()), ("n", pa.int64())])
ACTION = "verdicts of the door"
MANY_ROWS = 100_000  # below, looking for rings costs more than it frees (0.1 CPU s)
INDEX = ("submission_id", "period", "sheet", "row_no")


def judge(batches: list[dict], verdicts: str, counts_file: str) -> dict:
    """Judge frames (`file`: Parquet, `asked`: expectations, `columns`: "arrow" or "plain") and write two Parquet files. Returns how many verdicts.

    Raises SuiteFault.
    """
    canaries.on_returns(frames(), {e["type"] for batch in batches for e in batch["asked"]})
    sink = actions.collected[ACTION] = actions.Sink()
    for batch in batches:
        rows = read(batch["file"], batch.get("columns", "arrow"))
        check(rows, batch["asked"])
        if len(rows) > MANY_ROWS:
            del rows
            gc.collect()  # GX's objects hold the frame in a ring
    for schema, rows, file in ((VERDICTS, sink.verdicts, verdicts), (COUNTS, sink.counts, counts_file)):
        columns = list(zip(*rows, strict=True)) or [[]] * len(schema)
        parquet.write_table(pa.table([pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)], schema=schema), file, compression="none")
    return {"verdicts": len(sink.verdicts)}


def read(file: str, columns: str = "arrow") -> pd.DataFrame:
    """A frame as Arrow has it (exact decimals), or in pandas' plain types, which GX's own expectations know best."""
    if columns == "plain":
        return parquet.read_table(file).to_pandas()
    texts = [field.name for field in parquet.read_schema(file) if pa.types.is_string(field.type)]
    return frame(parquet.read_table(file, read_dictionary=texts))  # a text once, however many rows hold it


def frame(table: pa.Table) -> pd.DataFrame:
    """Arrow's columns as they are, exact decimals included."""
    return table.to_pandas(types_mapper=pd.ArrowDtype)


def counts(judged: loading.Judged) -> list[list]:
    """[submission, period, outcome, rows] of what an expectation of ours has looked at."""
    return json.loads(judged.result["counts"])


def frames():
    """The batch definition of any frame."""
    source = loading.context().data_sources.add_or_update_pandas("returns")
    return source.add_dataframe_asset("frame").add_batch_definition_whole_dataframe("frame")


def check(frame: pd.DataFrame, asked: list[dict]) -> list[loading.Judged]:
    """Run a checkpoint on a frame; its action collects the verdicts. Raises SuiteFault, also where a row was left undecided."""
    name = f"returns {next(loading.numbers)}"
    numbered = [{**e, "meta": {**e["meta"], "no": n}} for n, e in enumerate(asked)]
    context = loading.context()
    validation = context.validation_definitions.add(gx.ValidationDefinition(name=name, data=frames(), suite=context.suites.add(loading.suite(name, numbered))))
    done = gx.Checkpoint(name=name, validation_definitions=[validation], actions=[actions.VerdictsAction(name=ACTION)], result_format=loading.every_row(INDEX)).run(batch_parameters={"dataframe": frame})
    judged = loading.answers(asked, [result for run in done.run_results.values() for result in run.results])
    for one in judged:
        if "counts" not in one.result:  # GX's own: every row was looked at
            actions.collected[ACTION].counts += _counted(frame, one)
    undecided = [f"{one.asked['meta']['rule']}: {one.result['undecided']}" for one in judged if one.result.get("undecided")]
    if undecided:
        raise loading.SuiteFault(f"有的行未能判定 / rows were left undecided: {', '.join(undecided)}")
    return judged


def _counted(frame: pd.DataFrame, judged: loading.Judged) -> list[tuple]:
    """Rows of each submission that passed and failed."""
    failed = Counter((place["submission_id"], place["period"]) for place in judged.result["unexpected_index_list"])
    rows = Counter(zip(frame["submission_id"], frame["period"], strict=True))
    code = judged.asked["meta"]["rule"]
    counted = ((code, *key, outcome, n) for key, total in rows.items() for outcome, n in ((returns.PASS, total - failed[key]), (returns.FAIL, failed[key])))
    return [row for row in counted if row[-1]]
