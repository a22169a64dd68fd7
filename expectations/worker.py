"""The judge's process: Great Expectations, started early, imported while the night reads, asked as often as there is something to judge.

Belongs here: starting the process, handing over requests, waiting for answers. Does not belong here: Great Expectations itself (gx/), what is
asked (warehouse). A judge that cannot be trusted raises GateFault; a figure or rule that fails is an answer, never an exception.

    with Worker.start() as worker:
        ...
        worker.ask({"ask": "gate", ...})        # the night goes on
        rows = worker.answer()
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
import threading
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).parent.parent
TIMEOUT_S = 300


class GateFault(RuntimeError):
    """The judge itself failed (process dead, expectation raised, canary wrong, records that disagree): a pipeline fault, not a data finding."""


class Worker:
    """Handle of one process; requests are answered in turn."""

    def __init__(self, process: subprocess.Popen, errors) -> None:
        self._process, self._errors = process, errors

    @classmethod
    def start(cls) -> Worker:
        """Spawn the process; returns at once while it imports."""
        errors = tempfile.TemporaryFile()
        environment = {**os.environ, "GX_ANALYTICS_ENABLED": "false", "PYTHONPATH": _python_path()}
        process = subprocess.Popen([sys.executable, "-m", "expectations.gx.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=environment)
        return cls(process, errors)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: dict) -> None:
        """Hand a request over (gx/worker.py lists them) and return at once. Raises GateFault where the process is gone."""
        try:
            self._process.stdin.write(json.dumps(request, default=str).encode() + b"\n")
            self._process.stdin.flush()
        except (BrokenPipeError, ValueError) as broken:
            raise GateFault(f"核对进程已退出 / the worker is gone; {self._said()}") from broken

    def answer(self, timeout: float = TIMEOUT_S):
        """Wait for the answer to the oldest request. Raises GateFault."""
        late = threading.Timer(timeout, self._process.kill)
        late.start()
        try:
            line = self._process.stdout.readline()
        finally:
            late.cancel()
        if not line:
            raise GateFault(f"核对进程没有应答 / the worker gave no answer (exit {self._process.wait()}); {self._said()}")
        content = json.loads(line)
        if "fault" in content:
            raise GateFault(content["fault"])
        return content["answer"]

    def run(self, request: dict, timeout: float = TIMEOUT_S):
        """Ask and wait."""
        self.ask(request)
        return self.answer(timeout)

    def close(self) -> None:
        """End the process if it still runs."""
        if self.alive:
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                pipe.close()
            except BrokenPipeError:
                pass
        self._errors.close()

    def _said(self) -> str:
        self._errors.seek(0)
        return "stderr: " + self._errors.read().decode(errors="replace")[-2000:]

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@cache
def _shared() -> list[Worker]:
    return []


def shared() -> Worker:
    """The judge of this process, started when first asked for and kept: a check, or a page, pays the imports once."""
    kept = _shared()
    if not kept or not kept[0].alive:
        kept[:] = [Worker.start()]
        atexit.register(kept[0].close)
    return kept[0]


def _python_path() -> str:
    return os.pathsep.join(part for part in (str(PROJECT), os.environ.get("PYTHONPATH")) if part)
