"""Suites of the door, as plain dicts in GX's own layout: what one return can show by itself.

Belongs here: rules judged at the door, with what declaration and registers say, as expectations; one suite a form, or one for many forms at once.
Does not belong here: Great Expectations (gx/), conditions (rules/*.yml, forms/*.yml). Standing decisions: an expectation looks at every column of its kind
at once, since the price of one is fixed; severity and place of a verdict are always said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from expectations import catalogue, expressions
from expectations.catalogue import Family, Rule
from expectations.outcomes import GX_SEVERITY, MUST_FIX

ROWS, BOUNDS = "expect_rows_to_satisfy", "expect_values_within_bounds"
LIMITS = {"hard": ("hard_low", "hard_high"), "soft": ("soft_low", "soft_high")}
BLANK, BLANK_FAMILY = "BLANK", "type"  # the verdict that makes an owed cell a missing one; no rule of the catalogue: missing is a status, not a suspicion
ALWAYS, NEVER = "True", "False"


def of_family(family: Family, indicators: Iterable[Mapping], only: set[str] | None = None) -> list[dict]:
    """Expectations on the rows of `val_tested_<family>`. `indicators` are rows of the register (indicator, hard_low … soft_high); `only` keeps the
    bounds of a form's own fields."""
    registered = [row for row in indicators if only is None or row["indicator"] in only]
    asked = [_asked(family, rule, registered) for rule in family.rules]
    return asked + ([_filled()] if family.family == BLANK_FAMILY else [])


def of_form(fields: set[str], indicators: Iterable[Mapping], own: Iterable[dict] = ()) -> list[dict]:
    """The whole suite of one form."""
    rows = list(indicators)
    named = {column for family in catalogue.load() if family.at_door for column in family.params.get("indicators", ())}
    families = [family for family in catalogue.load() if family.at_door]
    asked = [e for family in families for e in of_family(family, rows, fields) if not _about_others(e, named - fields)]
    return [*asked, *own]


def _about_others(asked: dict, absent: set[str]) -> bool:
    """Whether an expectation is about indicators that a form has not."""
    kwargs = asked["kwargs"]
    if asked["type"] == BOUNDS:
        return not kwargs["bounds"]
    return bool(expressions.columns(kwargs["too_few"]) & absent) or any(f"'{name}'" in kwargs["applies"] for name in absent)


def columns(asked: Iterable[dict]) -> set[str]:
    """The columns that expectations read."""
    listed = list(asked)
    texts = [text for e in listed for text in map(e["kwargs"].get, ("holds", "applies", "not_applicable", "too_few")) if text]
    return {name for text in texts for name in expressions.columns(text)} | {e["kwargs"][key] for e in listed if e["type"] == BOUNDS for key in ("column", "by")}


def _asked(family: Family, rule: Rule, registered: list[Mapping]) -> dict:
    texts = {name: catalogue.door_text(family, rule, getattr(rule, name)) for name in ("applies", "not_applicable", "too_few", "fails")}
    if rule.effective_from is not None:
        texts["applies"] = f"({texts['applies']}) and period >= {rule.effective_from}"
    if rule.expect:
        kwargs = {"column": "value", "by": "indicator", "bounds": _bounds(registered, rule.expect["bounds"]), "applies": texts["applies"]}
        kwargs |= {"possible": _bounds(registered, rule.expect["possible"])} if "possible" in rule.expect else {}
        return _expectation(rule.expect["type"], kwargs, rule.severity, rule.code, rule.version)
    kwargs = {"holds": f"not ({texts['fails']})", **{name: texts[name] for name in ("applies", "not_applicable", "too_few")}}
    return _expectation(ROWS, kwargs, rule.severity, rule.code, rule.version)


def _expectation(kind: str, kwargs: dict, severity: str, code: str, version: int) -> dict:
    return {"type": kind, "kwargs": kwargs, "severity": GX_SEVERITY[severity], "meta": {"rule": code, "version": version}}


def _bounds(registered: list[Mapping], which: str) -> dict[str, list]:
    low, high = LIMITS[which]
    return {row["indicator"]: [_text(row[low]), _text(row[high])] for row in registered if row[low] is not None or row[high] is not None}


def _text(bound) -> str | None:
    """A bound as text, so that no digit of it is lost on the way through JSON."""
    if bound is None or bound == "":
        return None
    text = f"{bound:f}" if hasattr(bound, "as_tuple") else str(bound)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _filled() -> dict:
    """Every cell of a known place holds a figure, or says why there is none."""
    return _expectation(ROWS, {"holds": "value is not None or parse_code in ('NOT_APPLICABLE', 'NIL')", "applies": "unit_code is not None", "not_applicable": NEVER, "too_few": NEVER}, MUST_FIX, BLANK, 1)
