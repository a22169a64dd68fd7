"""Great Expectations' context, and validating a suite on a batch.

Belongs here: the one context, turning results into plain records. Does not belong here: any expectation.
Standing decisions: nothing is fetched, reported or published (no analytics, no Data Docs, no progress bars); severity is always given; an expectation
that raised, an answer that is missing and a batch without rows are faults, never verdicts.
"""

from __future__ import annotations

import gc
import itertools
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import great_expectations as gx
from great_expectations.data_context.types.base import ProgressBarsConfig

from expectations.gx import NOT_INSTALLED

SEVERITIES = ("critical", "warning", "info")


class SuiteFault(RuntimeError):
    """Great Expectations could not judge: the judge is at fault, not the data."""


@dataclass(frozen=True)
class Judged:
    """One expectation on one batch: what it was asked (`asked`: type, kwargs, severity, meta) and what came out (`result`: GX's own keys)."""

    asked: dict
    success: bool
    result: dict


gc.freeze()
gc.enable()
for name in NOT_INSTALLED:
    if sys.modules.get(name, name) is None:
        del sys.modules[name]
numbers = itertools.count()


@lru_cache
def context():
    """The one context of this process: in memory, silent."""
    made = gx.get_context(mode="ephemeral")
    made.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    made._save_project_config = lambda: None  # nobody reads it, and GX would write all of it as YAML for every table (0.2 CPU s)
    return made


def suite(name: str, expectations: Iterable[dict]) -> gx.ExpectationSuite:
    """GX's own object from plain dicts (type, kwargs, severity, meta). Raises SuiteFault where a severity is not said."""
    listed = list(expectations)
    unsaid = [e["type"] for e in listed if e.get("severity") not in SEVERITIES]
    if unsaid:
        raise SuiteFault(f"严重程度未写明 / severity is not said: {', '.join(unsaid)}")
    return gx.ExpectationSuite(name=name, expectations=listed)


def every_row(index: Iterable[str] = ()) -> dict:
    """The result format that names every failing row, by these columns of a frame."""
    return {"result_format": "COMPLETE", "return_unexpected_index_query": False, **({"unexpected_index_column_names": list(index)} if index else {})}


def validate(definition, asked: list[dict], parameters: dict | None = None, index: Iterable[str] = ()) -> list[Judged]:
    """Run a suite on one batch of a batch definition. The results come in the order asked; failing rows are recognised by the `index` columns.

    Raises SuiteFault where an expectation raised or was not answered.
    """
    numbered = ({**e, "meta": {**e.get("meta", {}), "no": n}} for n, e in enumerate(asked))
    done = definition.get_batch(parameters).validate(suite(f"suite {next(numbers)}", numbered), result_format=every_row(index))
    return answers(asked, done.results)


def answers(asked: list[dict], results) -> list[Judged]:
    """What GX answered, in the order asked. Raises SuiteFault."""
    answered = {result.expectation_config.meta["no"]: result for result in results}
    _refuse_faults(asked, answered)
    return [Judged(e, bool(answered[n].success), answered[n].result) for n, e in enumerate(asked)]


def _refuse_faults(asked: list[dict], answered: dict) -> None:
    raised = [said for result in answered.values() if (said := _raised(result.exception_info))]
    if raised:
        kind = next(result.expectation_config for result in answered.values() if _raised(result.exception_info))
        raise SuiteFault(f"{kind.meta.get('id', kind.meta.get('rule', kind.type))}: 期望无法执行 / could not be evaluated: {raised[0][:600]}")
    if set(answered) != set(range(len(asked))):
        raise SuiteFault(f"应答 {len(asked)} 条，实答 {len(answered)} 条 / answered {len(answered)} of {len(asked)} expectations")


def _raised(info: dict) -> str:
    """What was raised, or "": GX gives one record, or one per metric."""
    if "raised_exception" in info:
        return str(info.get("exception_message") or "raised") if info["raised_exception"] else ""
    return next((said for part in info.values() if isinstance(part, dict) and (said := _raised(part))), "")


def written(name: str, asked: list[dict]) -> dict:
    """A suite as GX itself writes it."""
    return suite(name, asked).to_json_dict()
