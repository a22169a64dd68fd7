"""Great Expectations at work: the only modules that import it, and only a worker process imports them (expectations/worker.py).

Belongs here: expectation types of our own, what runs them on frames and tables, what becomes of their results. Does not belong here: rules and their
words (rules/), which expectations a form or a family has (form_suites.py, rule_suites.py: plain dicts).
Standing decision: whatever module of this floor is imported first, what GX names at import and we never use is not loaded, and GX sends no usage statistics.
"""

from __future__ import annotations

import copy
import gc
import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys

from pydantic.v1.fields import ModelField


class _OnFirstUse(importlib.abc.MetaPathFinder):
    """Imports the named modules when they are first used: GX names them at import, and a few expectations that nobody asks for use them.
    Measured: 2.3 -> 1.5 CPU s for the import of GX."""

    def __init__(self, *names: str) -> None:
        self._names = set(names)

    def find_spec(self, name, path, target=None):
        spec = importlib.machinery.PathFinder.find_spec(name, path) if name in self._names else None
        if spec is not None and spec.loader is not None:
            spec.loader = importlib.util.LazyLoader(spec.loader)
        return spec


def _own_copy(field: ModelField, memo: dict) -> ModelField:
    """A model's field for a class derived from it: what a derived class changes is its own, the types beneath are shared."""
    made = copy.copy(field)
    made.class_validators, made.field_info = dict(field.class_validators), copy.copy(field.field_info)
    return made


gc.disable()  # until all is imported (loading.py): looking for rings among what is being loaded is a fifth of the import (1.9 -> 1.5 CPU s)
os.environ["GX_ANALYTICS_ENABLED"] = "false"
# GX has some 400 classes of models, and each copies all fields of its base down to the last type: 475,000 copies, 0.24 CPU s.
ModelField.__deepcopy__ = _own_copy
NOT_INSTALLED = ("boto3", "botocore")  # to GX, which does without, until it is imported (loading.py): the door reads no store
sys.modules.update({name: None for name in NOT_INSTALLED if name not in sys.modules})
sys.meta_path.insert(0, _OnFirstUse("scipy.stats", "altair", "jsonschema", "mistune"))
