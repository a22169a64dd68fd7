"""Severities, outcomes and their precedence: the one place where these words are defined.

Nothing here knows a rule, a table or an engine. Decision: three outcomes that are neither pass nor fail are distinguished
(NOT_APPLICABLE, TOO_FEW_POINTS, NOT_RUN), and NO_DATA says that there was nothing to look at. None of them counts as a pass.
"""

from __future__ import annotations

from dataclasses import dataclass

MUST_FIX, MUST_EXPLAIN, HINT = "E", "W", "I"

SEVERITY_TITLES = {
    MUST_FIX: ("强制性", "must fix"),
    MUST_EXPLAIN: ("核实性", "must explain"),
    HINT: ("提示", "hint"),
}

# The same in the words of Great Expectations.
GX_SEVERITY = {MUST_FIX: "critical", MUST_EXPLAIN: "warning", HINT: "info"}
SEVERITY_OF_GX = {word: severity for severity, word in GX_SEVERITY.items()}

PASS = "PASS"
FAIL = "FAIL"
NEEDS_REVIEW = "NEEDS_REVIEW"
NOT_APPLICABLE = "NOT_APPLICABLE"
TOO_FEW_POINTS = "TOO_FEW_POINTS"
NOT_RUN = "NOT_RUN"
NO_DATA = "NO_DATA"

# Strongest first: of several outcomes for one thing, the first of this list that occurs is the one shown.
PRECEDENCE = (NOT_RUN, FAIL, NEEDS_REVIEW, PASS, TOO_FEW_POINTS, NOT_APPLICABLE, NO_DATA)


@dataclass(frozen=True)
class Counts:
    """What one rule did, in rows of its relation."""

    checked: int = 0
    violations: int = 0
    not_applicable: int = 0
    too_few: int = 0
    not_run: int = 0

    @property
    def looked_at(self) -> int:
        return self.checked + self.not_applicable + self.too_few + self.not_run


def strongest(outcomes) -> str:
    """The outcome to show where several hold at once; NO_DATA for none."""
    present = set(outcomes)
    return next((outcome for outcome in PRECEDENCE if outcome in present), NO_DATA)


def outcome_of(counts: Counts, severity: str) -> str:
    """The outcome of a rule from its counts: a must-fix violation is FAIL, any other is NEEDS_REVIEW."""
    seen = []
    if counts.not_run:
        seen.append(NOT_RUN)
    if counts.violations:
        seen.append(FAIL if severity == MUST_FIX else NEEDS_REVIEW)
    elif counts.checked:
        seen.append(PASS)
    if counts.too_few:
        seen.append(TOO_FEW_POINTS)
    if counts.not_applicable:
        seen.append(NOT_APPLICABLE)
    return strongest(seen)
