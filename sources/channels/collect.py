"""Channels by which returns arrive: opens what `channels.yml` declares and hands the arrivals to landing.

One module a kind: `files`, `http`, `sql`. Nothing is parsed here.
Standing decisions: secrets are `${NAME}` in the declaration, filled in from the environment at the moment of use, and
never appear in a message; a channel that fails is reported and stops no other; a channel has no clock of its own
(`as_of` is given, times of receipt come from receipts, from the server, or are `as_of`).
"""

from __future__ import annotations

import datetime as dt
import importlib
import os
import re
from dataclasses import dataclass, field
from typing import Any, Iterable, Mapping

from sources.declare.declarations import Channel, Declarations
from sources.channels.under_way import Waiting
from sources.landing.landing import Arrival, Landing, LandReport
from sources.text import excerpt

_SECRET = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
# Imported when a channel of the kind is opened: httpx and sqlalchemy take 150 ms, and most homes have folders only.
_MODULES = {"files": "sources.channels.files", "http_json": "sources.channels.http", "sql": "sources.channels.sql"}


@dataclass(frozen=True)
class ChannelFailure:
    """A channel, or one file of it, that could not be fetched. Never holds a secret."""

    channel: str
    message_zh: str
    message_en: str


@dataclass
class CollectReport:
    """What one collection did over all channels: landed entries, arrivals by channel, failures."""

    landed: LandReport = field(default_factory=LandReport)
    arrivals: dict[str, int] = field(default_factory=dict)
    failures: list[ChannelFailure] = field(default_factory=list)

    def followed_by(self, again: CollectReport) -> CollectReport:
        """This collection and another one after it: what either received, and what the last could not fetch."""
        landed = LandReport([*self.landed.entries, *again.landed.entries], self.landed.known, again.landed.failures)
        return CollectReport(landed, {**self.arrivals, **again.arrivals}, again.failures)


def collect(channels: Iterable[Channel], landing: Landing, as_of: dt.datetime, declarations: Declarations,
            places: Mapping[str, str] | None = None) -> CollectReport:
    """Fetch what every channel offers and land it, all in one ledger order.

    `as_of` is the moment of this collection (Asia/Shanghai wall time), the time of receipt where a source gives none.
    `places` fills `{project}` and `{home}` in the declarations; `{project}` is the declarations' root when not given.
    """
    report, offered = CollectReport(), []
    for channel in channels:
        secrets: list[str] = []
        try:
            options = resolve(channel.options, {"project": str(declarations.root), **(places or {})}, secrets)
            found = list(importlib.import_module(_MODULES[channel.kind]).arrivals(channel.channel_id, options, as_of, declarations))
        except Exception as error:  # a channel's fault is reported, and the others go on
            report.failures.append(_failure(channel.channel_id, error, secrets))
            continue
        report.arrivals[channel.channel_id] = len(found)
        offered += found
    waiting = Waiting(landing.root / "waiting.json", as_of)
    report.landed = landing.land(waiting.guard(offered))
    waiting.keep()
    report.failures += [_file_failure(arrival, message) for arrival, message in report.landed.failures]
    return report


def resolve(value: Any, places: Mapping[str, str], secrets: list[str] | None = None) -> Any:
    """Return options with `{place}` and `${SECRET}` filled in; secrets used are added to `secrets`. Raises KeyError naming a variable that is not set."""
    if isinstance(value, dict):
        return {key: resolve(item, places, secrets) for key, item in value.items()}
    if isinstance(value, list):
        return [resolve(item, places, secrets) for item in value]
    if not isinstance(value, str):
        return value
    for name, place in places.items():
        value = re.sub(r"(?<!\$)\{" + re.escape(name) + r"\}", lambda _: place, value)
    return _SECRET.sub(lambda match: _secret(match.group(1), secrets), value)


def _secret(name: str, secrets: list[str] | None) -> str:
    if name not in os.environ:
        raise KeyError(f"environment variable {name} is not set")
    if secrets is not None and os.environ[name]:
        secrets.append(os.environ[name])
    return os.environ[name]


def _failure(channel: str, error: BaseException, secrets: list[str]) -> ChannelFailure:
    detail = str(error) or repr(error)
    for secret in sorted(secrets, key=len, reverse=True):
        detail = detail.replace(secret, "***")
    detail = excerpt(f"{type(error).__name__}: {re.sub(r'//[^/@ ]*@', '//***@', detail)}", 300)
    return ChannelFailure(channel, f"渠道“{channel}”取数失败（{detail}），其他渠道不受影响；请核对地址、账号和网络后重跑。",
                          f"Channel {channel} failed ({detail}); the others go on. Check address, account and network, and run again.")


def _file_failure(arrival: Arrival, detail: str) -> ChannelFailure:
    name = excerpt(f"{arrival.provider_id}/{arrival.path}")
    detail = excerpt(re.sub(r"//[^/@ ]*@", "//***@", detail), 300)
    return ChannelFailure(arrival.channel, f"渠道“{arrival.channel}”的文件 {name} 没有取到（{detail}），下次收件会再取。",
                          f"File {name} of channel {arrival.channel} was not fetched ({detail}); the next run tries again.")
