"""The gate: Great Expectations asserts on a night's counts, in a process of its own.

Importing GX takes seconds (`import great_expectations` always loads its whole data context, so no narrower import exists
without patching it), hence the worker is started early, imports while the night works, waits for
one request on stdin, answers on stdout and exits. No rule is defined here (see `suite.py` for what is asserted).
A gate that cannot be trusted raises GateFault; a rule that fails is a result row, never an exception.

    with Gate.start() as gate:          # at the beginning of the night
        ...
        gate.ask(frames)                # once the rules have run; the night goes on
        rows = gate.answer()
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).parent.parent
GX_SEVERITY = {"E": "critical", "W": "warning", "I": "info"}
TIMEOUT_S = 120


class GateFault(RuntimeError):
    """The gate itself failed (worker dead, canary wrong, malformed frames): a pipeline fault, not a data finding."""


class Gate:
    """Handle of one worker process; good for one request."""

    def __init__(self, process: subprocess.Popen, errors) -> None:
        self._process, self._errors = process, errors

    @classmethod
    def start(cls) -> Gate:
        """Spawn the worker; returns at once while it imports GX."""
        errors = tempfile.TemporaryFile()
        environment = {**os.environ, "GX_ANALYTICS_ENABLED": "false", "PYTHONPATH": _python_path()}
        process = subprocess.Popen(
            [sys.executable, "-m", "expectations.gate"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=environment,
        )  # fmt: skip
        return cls(process, errors)

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, frames: dict) -> None:
        """Hand the request over and return at once. `frames` holds lists of dicts or pandas frames:

        summary   rule_code, period, n_checked, n_violations, n_not_applicable, n_too_few, n_not_run (the summary models)
        hits      rule_code, n_hits, n_without_text, n_without_place (`suite.hit_facts_sql`)
        tables    table_name, n_rows, n_null_keys, n_duplicate_keys, n_expected (`suite.table_facts_sql`)
        expected  optional: rule_code, period, n_expected
        known     optional: expectation_id, observed, success of the last night by the same code; an equal count is not asserted again

        Raises GateFault where the worker is gone.
        """
        request = json.dumps({name: _rows(frame) for name, frame in frames.items()}, default=_plain)
        try:
            self._process.stdin.write(request.encode() + b"\n")
            self._process.stdin.close()
            self._process.stdin = None
        except (BrokenPipeError, ValueError, AttributeError) as broken:
            raise GateFault(f"the worker is gone; {self._said()}") from broken

    def answer(self, timeout: float = TIMEOUT_S) -> list[dict]:
        """Wait for the answer: rows expectation_id, subject, check, severity (E/W/I), success, observed, expected, says_zh, says_en, ordered
        by id. Raises GateFault."""
        try:
            answer, _ = self._process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired as late:
            self.close()
            raise GateFault(f"no answer within {timeout} s; {self._said()}") from late
        return self._rows_of(answer)

    def run(self, frames: dict, timeout: float = TIMEOUT_S) -> list[dict]:
        """Ask and wait for the answer (see `ask` and `answer`)."""
        self.ask(frames)
        return self.answer(timeout)

    def _rows_of(self, answer: bytes) -> list[dict]:
        if self._process.returncode != 0 or not answer:
            raise GateFault(f"the worker ended with {self._process.returncode}; {self._said()}")
        content = json.loads(answer)
        if "fault" in content:
            raise GateFault(content["fault"])
        return content["results"]

    def close(self) -> None:
        """End the worker if it still runs."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe and not pipe.closed:
                try:
                    pipe.close()
                except BrokenPipeError:
                    pass

    def _said(self) -> str:
        self._errors.seek(0)
        return "stderr: " + self._errors.read().decode(errors="replace")[-2000:]

    def __enter__(self) -> Gate:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        self._errors.close()


def evaluate(request: dict, families=None) -> list[dict]:
    """Assert in this process (imports GX). Same rows and faults as `Gate.run`."""
    from expectations import catalogue, suite

    families = catalogue.load() if families is None else families
    observed = {
        **suite.CANARIES,
        **suite.rule_assertions(families, request),
        **suite.table_assertions(request["tables"]),
    }
    known = {row["expectation_id"]: row for row in request.get("known", [])}
    same = {a.expectation_id: known[a.expectation_id]["success"] for a, count in observed.items() if known.get(a.expectation_id, {}).get("observed") == count and a not in suite.CANARIES}
    success = same | _assert_with_gx({a: count for a, count in observed.items() if a.expectation_id not in same})
    if success[suite.CANARY_FAILS.expectation_id] or not success[suite.CANARY_PASSES.expectation_id]:
        raise GateFault("canary: an expectation known to fail passed, or one known to pass failed")
    rows = [_row(a, count, success[a.expectation_id]) for a, count in observed.items() if a not in suite.CANARIES]
    return sorted(rows, key=lambda row: row["expectation_id"])


def _assert_with_gx(observed: dict) -> dict[str, bool]:
    """Expectation id to success, by an ephemeral GX context over one row of counts."""
    import great_expectations as gx
    import pandas
    from great_expectations import expectations as gxe
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    frame = pandas.DataFrame([{a.expectation_id: count for a, count in observed.items()}])
    if frame.empty or frame.isna().to_numpy().any():
        raise GateFault("a count is missing: GX would pass it silently")
    asset = context.data_sources.add_pandas("night").add_dataframe_asset("counts")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    suite = gx.ExpectationSuite(name="gate", expectations=[
        gxe.ExpectColumnMaxToBeBetween(
            column=a.expectation_id, min_value=a.low, max_value=a.high, severity=GX_SEVERITY[a.severity]
        )
        for a in observed
    ])  # fmt: skip
    results = batch.validate(suite, result_format="BASIC").results
    return _successes(results, len(observed))


def _successes(results, n_asked: int) -> dict[str, bool]:
    raised = [r for r in results if _raised(r.exception_info)]
    if raised:
        raise GateFault(f"GX could not evaluate {raised[0].expectation_config.kwargs}: {raised[0].exception_info}")
    if len(results) != n_asked:
        raise GateFault(f"GX answered {len(results)} of {n_asked} expectations")
    return {r.expectation_config.kwargs["column"]: bool(r.success) for r in results}


def _raised(info: dict) -> bool:
    """GX gives one record, or one per metric."""
    if "raised_exception" in info:
        return bool(info["raised_exception"])
    return any(_raised(part) for part in info.values() if isinstance(part, dict))


def _row(assertion, count: int, success: bool) -> dict:
    expected = str(assertion.low) if assertion.high == assertion.low else f">= {assertion.low}"
    return {
        "expectation_id": assertion.expectation_id,
        "subject": assertion.subject,
        "check": assertion.check,
        "severity": assertion.severity,
        "success": success,
        "observed": count,
        "expected": expected,
        "says_zh": assertion.says_zh,
        "says_en": assertion.says_en,
    }


def _rows(frame) -> list[dict]:
    if not hasattr(frame, "to_dict"):
        return list(frame)
    return [{k: None if v != v else v for k, v in row.items()} for row in frame.to_dict("records")]


def _plain(value):
    return value.item() if hasattr(value, "item") else str(value)


def _python_path() -> str:
    return os.pathsep.join(part for part in (str(PROJECT), os.environ.get("PYTHONPATH")) if part)


class _OnFirstUse(importlib.abc.MetaPathFinder):
    """Imports the named modules when they are first used: GX names them at import, and a few expectations that are not asserted here use them.
    Measured: 2.3 -> 1.5 CPU s for the import of GX."""

    def __init__(self, *names: str) -> None:
        self._names = set(names)

    def find_spec(self, name, path, target=None):
        spec = importlib.machinery.PathFinder.find_spec(name, path) if name in self._names else None
        if spec is not None and spec.loader is not None:
            spec.loader = importlib.util.LazyLoader(spec.loader)
        return spec


def _warm_up():
    """The slow part, done while the night works: import GX and let it run once, read the catalogue (returned)."""
    from expectations import catalogue, suite

    sys.meta_path.insert(0, _OnFirstUse("scipy.stats", "altair"))
    _assert_with_gx(suite.CANARIES)
    return catalogue.load()


def _serve() -> int:
    """The worker: import, wait for one request, answer. Whatever libraries print goes to stderr."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    families = _warm_up()
    line = sys.stdin.readline()
    if not line.strip():
        return 0  # nobody asked: the night ended before the gate
    try:
        content = {"results": evaluate(json.loads(line), families)}
    except Exception as fault:  # noqa: BLE001  (handed to the parent, which raises it)
        content = {"fault": f"{type(fault).__name__}: {fault}"}
    answers.write(json.dumps(content, ensure_ascii=False).encode())
    answers.close()
    sys.stderr.flush()
    os._exit(0)  # the answer is out: tearing GX down would cost the night another half second


if __name__ == "__main__":
    raise SystemExit(_serve())
