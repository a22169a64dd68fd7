"""Which indicators of a scheme are speeds of growth (弱化对增长速度的考评), whatever they are called.

Belongs here: reading the tags of the register, following them through what is computed. Does not belong here: the cap on their weight (lint.py).
Standing decisions: the register says it (columns `is_growth_speed`: the figure is such a speed; `growth_is_speed`: its change from year to year
is one), and whatever is computed from such a figure is one too; only of an indicator that no register knows does its name decide, and then only
where it speaks of the size of an economy: a growth of incomes is no such speed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from schemes.definition import Row, Scheme
from sources.declare.declarations import Declarations

_ECONOMY = re.compile(r"gdp|grp|economic|output|生产总值|经济|工业增加值|工业总产值", re.IGNORECASE)
_SPEED = re.compile(r"growth|speed|增长率|增速|增幅|增长速度", re.IGNORECASE)
PROGRESS = ("progress_ratio", "progress_points", "progress_relative")


@dataclass(frozen=True)
class Register:
    """What the register says: the indicators it knows, those that are speeds, those whose change is one, and what derived ones are made of."""

    known: frozenset[str] = frozenset()
    speeds: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    made_of: dict[str, frozenset[str]] = field(default_factory=dict)


def of(declarations: Declarations) -> Register:
    """The tags of the registers of indicators."""
    own, derived = declarations.registers.get("indicators"), declarations.registers.get("derived_indicators")
    tagged = {name: frozenset(i for i, tag in own.values("indicator", name) if tag) for name in ("is_growth_speed", "growth_is_speed") if own and name in own.columns}
    made_of: dict[str, frozenset[str]] = {}
    for indicator, *parts in derived.values("indicator", "numerator", "denominator") if derived else ():
        made_of[indicator] = made_of.get(indicator, frozenset()) | {p for p in parts if p}
    known = frozenset(own.column("indicator") if own else ()) | made_of.keys()
    return Register(known, tagged.get("is_growth_speed", frozenset()), tagged.get("growth_is_speed", frozenset()), made_of)


def speeds(scheme: Scheme, register: Register) -> list[str]:
    """The indicators of the scheme that are speeds of growth."""
    inputs: dict[str, list[Row]] = {}
    for row in scheme["inputs"]:
        inputs.setdefault(row.get("indicator", ""), []).append(row)
    progress = {indicator for indicator, _, name, value, _ in scheme.parameters() if name == "combine" and value in PROGRESS}
    return [row["indicator"] for row in scheme["indicators"] if row.get("indicator") and _is_speed(row, inputs.get(row["indicator"], []), row["indicator"] in progress, register)]


def _is_speed(row: Row, inputs: list[Row], is_progress: bool, register: Register) -> bool:
    name = row["indicator"]
    if inputs:
        used = {i.get("input", "") for i in inputs}
        return any(_inherits(i, register) for i in used) or any(i in register.levels for i in _compared(inputs, is_progress)) or (not used <= register.known and _by_name(row))
    return _inherits(name, register) if name in register.known else _by_name(row)


def _inherits(name: str, register: Register) -> bool:
    return name in register.speeds or bool(register.made_of.get(name, frozenset()) & register.speeds)


def _compared(inputs: list[Row], is_progress: bool) -> Iterator[str]:
    """Figures that are compared with themselves in another year."""
    lags: dict[str, set[str]] = {}
    for row in inputs:
        lags.setdefault(row.get("input", ""), set()).add(row.get("lag") or "0")
    yield from (name for name, of_name in lags.items() if len(of_name) > 1 or (is_progress and of_name != {"0"}))


def _by_name(row: Row) -> bool:
    said = f"{row['indicator']} {row.get('name_zh', '')}"
    return bool(_ECONOMY.search(said) and _SPEED.search(said))
