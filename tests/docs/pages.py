"""The pages of the project as tests read them: links, headings, commands.

Belongs here: taking a page apart. Does not belong here: what must be true of it (the tests).
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import click

from warehouse.settings import PROJECT
from zhunsheng.cli import main

DOCS = PROJECT / "docs"
READMES = (PROJECT / "README.md", PROJECT / "README.zh.md")
PAGES = (*READMES, *sorted(DOCS.rglob("*.md")))
WRITTEN = [path for path in PAGES if path.parent.name not in ("rules", "benchmarks")]  # by hand, not by a program
# Chinese page to English page, and the other way round.
PAIRS = ((READMES[1], READMES[0]), *((path, DOCS / "en" / path.name) for path in sorted(DOCS.glob("*.md"))))
FENCE = re.compile(r"^```.*?^```", re.M | re.S)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
INLINE = re.compile(r"`((?:zhunsheng|make) [^`]*)`")
# Printed as they are typed: an indented line, after which a comment may follow.
TYPED = re.compile(r"^    (?:\.venv/bin/|/opt/zhunsheng/\.venv/bin/)?((?:zhunsheng|make|python) .*)$", re.M)
TARGET = re.compile(r"^([a-z][\w-]*):", re.M)


@dataclass(frozen=True)
class Page:
    """One page; `text` without its fenced blocks, since these hold no links or headings."""

    path: Path

    @cached_property
    def source(self) -> str:
        return self.path.read_text("utf-8")

    @cached_property
    def text(self) -> str:
        return FENCE.sub("", self.source)

    @property
    def headings(self) -> list[tuple[int, str]]:
        return [(len(marks), title) for marks, title in re.findall(r"^(#+) (.*)$", self.text, re.M)]

    @property
    def anchors(self) -> set[str]:
        """What `#…` may follow the page's name: GitHub's names of its headings."""
        return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for _, title in self.headings}

    @property
    def links(self) -> list[str]:
        return [link for link in LINK.findall(self.text) if not re.match(r"[a-z]+:", link)]

    @property
    def typed(self) -> list[list[str]]:
        """Commands that a reader is shown on a line of their own, word by word, without their comments."""
        return [shlex.split(line, comments=True) for line in TYPED.findall(self.text)]

    @property
    def commands(self) -> list[list[str]]:
        """All commands, those within sentences included."""
        return [*self.typed, *(words(inline) for inline in INLINE.findall(self.text))]


def words(inline: str) -> list[str]:
    """The words of a command within a sentence; brackets round what is optional, bars and dots are not part of it."""
    return re.sub(r"[\[\]|…()]", " ", inline.replace("\\", "")).replace('"', " ").split()


@cache
def page(path: Path) -> Page:
    return Page(path)


def name(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def unknown(command: list[str]) -> str | None:
    """What of a command does not exist: a make target, a command of the tool or one of its options. None where all of it does."""
    if command[0] == "make":
        targets = set(TARGET.findall((PROJECT / "Makefile").read_text("utf-8")))
        return next((f"make {target}" for target in command[1:2] if target not in targets), None)
    return _unknown_to(main, command[1:], "zhunsheng") if command[0] == "zhunsheng" else None


def _unknown_to(tool: click.Command, rest: list[str], said: str) -> str | None:
    options = {option: parameter for parameter in tool.params if isinstance(parameter, click.Option) for option in parameter.opts}
    waiting = list(rest)
    while waiting:
        word = waiting.pop(0)
        if word in ("--help", "-h"):
            return None
        if word.startswith("-"):
            if word not in options:
                return f"{said} {word}"
            if not options[word].is_flag and waiting:
                waiting.pop(0)
        elif isinstance(tool, click.Group):
            known = tool.commands.get(word)
            return _unknown_to(known, waiting, f"{said} {word}") if known else None if word.isupper() else f"{said} {word}"
    return None
