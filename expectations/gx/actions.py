"""What GX does with the results of a checkpoint: the verdicts, with their places, for the warehouse.

Belongs here: actions of checkpoints. Does not belong here: tables (warehouse). Standing decision: an action hands on what the result says, in GX's own
keys, and judges nothing.
"""

from __future__ import annotations

import json
from typing import Literal

from great_expectations.checkpoint.actions import ActionContext, ValidationAction
from great_expectations.checkpoint.checkpoint import CheckpointResult

from expectations.gx.returns import PLACE
from expectations.outcomes import SEVERITY_OF_GX

VERDICT = ("rule_code", "rule_version", "severity", *PLACE)
COUNT = ("rule_code", "submission_id", "period", "outcome", "n")
collected: dict[str, "Sink"] = {}  # by the action's name: an action is a model of GX that takes no field of ours


class Sink:
    """Verdicts and counts of the checkpoints of one request."""

    def __init__(self) -> None:
        self.verdicts: list[tuple] = []
        self.counts: list[tuple] = []


class VerdictsAction(ValidationAction):
    """Collects every failing place and every count of a checkpoint's results into the sink of the action's name."""

    type: Literal["verdicts"] = "verdicts"

    def run(self, checkpoint_result: CheckpointResult, action_context: ActionContext | None = None) -> dict:
        sink = collected[self.name]
        for result in (one for run in checkpoint_result.run_results.values() for one in run.results):
            if result.result.get("element_count") is None:
                continue  # it raised, and whoever started the checkpoint will say so
            meta, severity = result.expectation_config.meta, SEVERITY_OF_GX[result.expectation_config.severity]
            head = (meta["rule"], meta["version"], severity)
            sink.verdicts += [(*head, *(place.get(name) for name in PLACE)) for place in result.result.get("unexpected_index_list") or ()]
            sink.counts += [(meta["rule"], *counted) for counted in json.loads(result.result.get("counts") or "[]")]
        return {"verdicts": len(sink.verdicts)}
