"""dbt in this process: parse once, run selections, hand every finished node to a listener.

Belongs here: invoking dbt. Does not belong here: what the models say, and Dagster's view of them.
Standing decision: one process and one thread (DuckDB itself is parallel), no shell-out: a start of dbt costs more than the models.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

from warehouse.settings import Settings

# Up to here runs before the truth gate, everything else after it; last what rests on counterfactual scores.
BEFORE_GATE = "+val_hits +val_rule_summary"
ON_COUNTERFACTUALS = "source:scores.counterfactuals+"


class DbtFailed(RuntimeError):
    """A model or test failed: a fault of the pipeline, not a finding about data."""


DONE = frozenset({"success", "pass", "warn", "no-op"})


@dataclass(frozen=True)
class NodeResult:
    """One finished node: `unique_id`, status as dbt says it, seconds, and the failing message if any."""

    unique_id: str
    status: str
    seconds: float
    message: str

    @property
    def done(self) -> bool:
        return self.status in DONE


def raise_failures(nodes: list[NodeResult]) -> None:
    """Raise DbtFailed naming the first failed nodes, if any failed."""
    failed = [node for node in nodes if not node.done]
    if failed:
        raise DbtFailed("; ".join(f"{node.unique_id}: {node.status} {node.message}" for node in failed[:3]))


class Dbt:
    """A parsed project. `manifest` is dbt's own in-memory manifest, shared by all invocations."""

    def __init__(self, settings: Settings) -> None:
        from dbt.cli.main import dbtRunner

        self._runner_class = dbtRunner
        self._settings = settings
        os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
        settings.dbt_target.mkdir(parents=True, exist_ok=True)
        self._lend_parsed()
        self.manifest = self._invoke(dbtRunner(), ["parse"], write_json=True)

    def build(
        self,
        select: str | None = None,
        exclude: str | None = None,
        full_refresh: bool = False,
        listener: Callable[[NodeResult], None] | None = None,
        warehouse: Path | None = None,
    ) -> list[NodeResult]:
        """Build seeds, models and data tests of a selection. Failed nodes are in the answer: the caller says what they mean.

        `warehouse` is another file to build in (a scratch copy). Raises DbtFailed where dbt itself could not run.
        """
        words = ["build", "--exclude-resource-type", "unit_test", "--indirect-selection", "cautious"]  # a test waits for all its models
        words += ["--select", *select.split()] if select else []
        words += ["--exclude", *exclude.split()] if exclude else []
        words += ["--full-refresh"] if full_refresh else []
        callbacks = [self._callback(listener)] if listener else []
        result = self._invoke(self._runner_class(manifest=self._fresh(), callbacks=callbacks), words, warehouse)
        return [_node_result(run) for run in result.results]

    def _lend_parsed(self) -> None:
        """A new home starts from what `zhunsheng prepare` has parsed; dbt itself sees what has changed since."""
        prepared = self._settings.prepared_parse
        own = self._settings.dbt_target / prepared.name
        if prepared.exists() and not own.exists():
            shutil.copyfile(prepared, own)

    def _fresh(self):
        """The manifest as parsed: compiling writes into it, and inlined ephemeral models are lost the second time."""
        return self.manifest.deepcopy()

    def compiled(self, select: str | None = None) -> dict[str, dict]:
        """{unique_id: node with its compiled SQL} of a selection or the whole project, as the models stand now."""
        words = ["compile"] + (["--select", *select.split()] if select else [])
        result = self._invoke(self._runner_class(manifest=self._fresh()), words, write_json=select is None)
        if select:
            return {run.node.unique_id: run.node.to_dict() for run in result.results}
        return json.loads((self._settings.dbt_target / "manifest.json").read_text("utf-8"))["nodes"]

    def _invoke(self, runner, words: list[str], warehouse: Path | None = None, write_json: bool = False):
        """Run dbt where the warehouse lies: the profile's path is relative (see profiles.yml). Its JSON files are written where somebody reads them."""
        project = str(self._settings.dbt_project)
        target = str(self._settings.dbt_target)
        common = ["--project-dir", project, "--profiles-dir", project, "--target-path", target, "--log-path", target]
        try:
            with chdir((warehouse or self._settings.warehouse).parent):
                answer = runner.invoke(["--quiet", "--no-version-check", "--no-use-colors", "--write-json" if write_json else "--no-write-json", *words, *common])
        finally:
            _let_go()
        if answer.exception is not None:
            raise DbtFailed(str(answer.exception)) from answer.exception
        return answer.result

    @staticmethod
    def _callback(listener: Callable[[NodeResult], None]):
        def on_event(event) -> None:
            if event.info.name != "NodeFinished":
                return
            node = event.data.node_info
            took = event.data.run_result.execution_time
            listener(NodeResult(node.unique_id, str(event.data.run_result.status), took, event.data.run_result.message))

        return on_event


def _let_go() -> None:
    """dbt-duckdb keeps the file open as long as the process lives: whoever waits for the writer's lock could not open it."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()


def _node_result(run) -> NodeResult:
    return NodeResult(run.node.unique_id, str(run.status), run.execution_time, str(run.message or ""))
