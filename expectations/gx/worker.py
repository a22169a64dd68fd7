"""The process that judges: imports Great Expectations, then answers one request a line until its input ends.

    {"ask": "gate", "file": …, "families": [...] or null, "settings": {...}}    rows of expectation_results (gate.judge)
    {"ask": "door", "batches": [...], "verdicts": …, "counts_file": …}             verdicts on returns, as files (door.judge)
    {"ask": "proof"}                                                          every rule's cases (proof.prove)
    {"ask": "suite", "name": …, "asked": [...]}                               a suite in GX's own JSON
    {"ask": "modules"}                                                         names of the modules that are loaded

Belongs here: the protocol. Does not belong here: judging. Standing decision: whatever a request raises is its answer, as a fault; whatever
libraries print goes to stderr.
"""

from __future__ import annotations

import json
import os
import sys
import types

from expectations.gx import door, gate, loading, proof

ANSWERS = {"gate": gate.judge, "door": door.judge, "proof": proof.prove, "suite": loading.written, "modules": lambda: sorted(name for name, module in sys.modules.items() if type(module) is types.ModuleType)}


def answer(request: dict) -> dict:
    """{"answer": …} or {"fault": …}."""
    try:
        return {"answer": ANSWERS[request.pop("ask")](**request)}
    except Exception as fault:  # noqa: BLE001  (handed to the parent, which raises it)
        return {"fault": f"{type(fault).__name__}: {fault}"}


def serve() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    for line in sys.stdin:
        answers.write(json.dumps(answer(json.loads(line)), ensure_ascii=False, default=str).encode() + b"\n")
        answers.flush()
    sys.stderr.flush()
    os._exit(0)  # every answer is out: tearing everything down would cost another half second


if __name__ == "__main__":
    serve()
