"""A night that fails with what has just come in, run again without it: what holds is published, the submissions that break it are held back.

Belongs here: which submissions are tried, set aside and held. Does not belong here: the steps of a night (night.py), what a held submission
looks like in raw (sources/raw.py). Standing decisions: nothing is stored while it is being looked for, so that a night killed here is an
ordinary failed night to the next one; a held submission is tried again whenever the code has changed; a fault that stays without any of the new
submissions is not theirs.
"""

from __future__ import annotations

from collections.abc import Callable

from sources import raw
from warehouse import store
from warehouse.build import ModelFailed
from warehouse.settings import Settings

MOST_HELD = 40  # past so many culprits a night that holds the rest back is better than one that never ends
Attempt = Callable[[frozenset[str], bool], Exception | None]  # (submissions set aside, publish) to what went wrong


def isolate(settings: Settings, suspects: tuple[str, ...], fault: Exception, attempt: Attempt) -> dict[str, str]:
    """Publish what holds and hold back what does not, after `fault` in a night with the suspects. Returns {submission: fault}, none where it is not theirs.

    First everything new is set aside and the rest published; then the suspects are let in by halves, and a half that fails is halved again.
    """
    if not suspects or attempt(frozenset(suspects), True) is not None:
        return {}
    faults: dict[str, str] = {}
    outside, groups = frozenset(suspects), [(suspects, fault)]  # what is still outside; groups, with the fault where it is known that they fail
    while groups:
        group, wrong = groups.pop()
        if wrong is None:
            wrong = attempt(outside - set(group), False) if len(faults) < MOST_HELD else TooManyFaults("太多报送出错 / too many submissions fail")
        if wrong is None:
            outside -= set(group)
        elif len(group) == 1:
            faults[group[0]] = in_short(wrong)
        else:
            half = len(group) // 2
            groups += [(group[half:], None), (group[:half], None)]
    with store.connect(settings) as con:
        raw.hold(con, faults)
    attempt(frozenset(), True)
    return faults


class TooManyFaults(RuntimeError):
    """So many submissions fail that the others are not tried any more."""


def in_short(fault: Exception) -> str:
    """What a provider may read of a fault: where it happened, and no figure of anybody."""
    return fault.relation if isinstance(fault, ModelFailed) else type(fault).__name__
