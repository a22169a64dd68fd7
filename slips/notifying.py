"""Notices of a home: what its notices.yml asks for, sent and noted.

Belongs here: the home's files and the moment. Does not belong here: what is sent (slips/notices), how it travels (slips/sending).
Standing decision: a notice is noted in a hash-chained ledger as soon as its channel has taken it, under the writer's lock; a crash between
the two can send it twice, never lose it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from slips import notices
from slips.notices import Config, Notice
from slips.sending import Failure, send
from sources.declare.yaml_lines import DeclarationError
from sources.landing.ledger import Ledger
from warehouse import editions, loading, store
from warehouse.settings import Settings


class NotConfigured(LookupError):
    """The home has no notices.yml."""


@dataclass
class Outcome:
    """What one round did. With a dry run `notices` are what would be sent."""

    moment: dt.datetime
    notices: list[Notice] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


def config(settings: Settings) -> Config | None:
    """The home's configuration, None where there is none. Raises DeclarationError."""
    return notices.load(settings.notices, loading.declared(settings)) if settings.notices.exists() else None


def notify(settings: Settings, as_of: dt.datetime | None = None, dry_run: bool = False) -> Outcome:
    """Send every channel what it has not been sent yet. `as_of`: default the night's moment. Raises NotConfigured, EditionError."""
    asked = config(settings)
    if asked is None:
        raise NotConfigured(f"没有 {settings.notices.name}，未配置通知 / no {settings.notices.name}: notices are not configured (docs/slips.md)")
    with store.one_writer(settings):
        moment = as_of or _night(settings)
        ledger = Ledger(settings.notices_ledger)
        planned = notices.due(asked, notices.events(editions.database(settings), asked, moment), ledger.entries(), moment)
        if dry_run:
            return Outcome(moment, planned)
        outcome = Outcome(moment)

        def note(notice: Notice) -> None:
            ledger.append([notices.entry(notice, moment)])
            outcome.notices.append(notice)

        outcome.failures = send(planned, note)
        return outcome


def after_night(settings: Settings) -> Outcome | None:
    """The step after a night: only where the home's configuration asks for it. A wrong configuration is reported and fails no night."""
    try:
        asked = config(settings)
    except DeclarationError as wrong:
        return Outcome(_night(settings), failures=[Failure(settings.notices.name, f"通知配置有误：{wrong}", f"The configuration of notices is wrong: {wrong}")])
    return notify(settings) if asked is not None and asked.every_night else None


def _night(settings: Settings) -> dt.datetime:
    with store.connect(settings, read_only=True) as con:
        return con.execute("select as_of from raw.night").fetchall()[0][0]
