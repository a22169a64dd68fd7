"""The terminal that answers are printed on, and what several of them write alike."""

from __future__ import annotations

import sys
from decimal import Decimal

from rich.console import Console

from slips.groups import plain

# Into a file or a pipe there is no terminal to ask for its width.
PIPED_WIDTH = 120
console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else PIPED_WIDTH)
PUBLISHED_DECIMALS = 2
SEVERITIES = {"E": "[red]强制性 must fix[/]", "W": "[yellow]核实性 must explain[/]", "I": "提示 hint"}


def marks(value: Decimal) -> str:
    """A published score with its two decimals."""
    return f"{value:.{PUBLISHED_DECIMALS}f}"


def signed(value: Decimal) -> str:
    """A change with its sign."""
    return f"+{plain(value)}" if value > 0 else plain(value)
