"""Notices that there is something new on a slip: each sent once, with counts and a link only.

Belongs here: which events an edition has, which of them a channel has not been sent yet, when it may be sent, what the message says.
Does not belong here: sending (`sending`), any figure, name or finding. Standing decisions: an event has a key made of what it is about, and
a channel that was sent a key is never sent it again; the moment is an argument; what may not be sent yet is not lost, the next
night finds it again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from sources.rows import as_dicts
from slips.shelf import safe
from sources.declare.declarations import Declarations
from sources.declare.yaml_lines import DeclarationError, Mapped, load_yaml

NEW, REMINDER, CORRECTED, WARNING, YELLOW, RED = "NEW_SLIP", "REMINDER", "CORRECTED", "WARNING", "YELLOW", "RED"
KINDS = (NEW, REMINDER, CORRECTED, WARNING, YELLOW, RED)
WORDS = {
    NEW: ("新的核实通知单", "new slips"), REMINDER: ("仍待答复的核实通知单", "slips still open"), CORRECTED: ("已生效的更正", "corrections applied"),
    WARNING: ("临近期限的报表", "returns due soon"), YELLOW: ("黄牌报表", "returns with a yellow card"), RED: ("红牌报表", "returns with a red card"),
}  # fmt: skip
TOLD = "notified"


@dataclass(frozen=True)
class Event:
    """An event that a provider is notified of. `key` identifies it permanently; `at` is when it came about (Asia/Shanghai wall time)."""

    kind: str
    provider_id: str
    key: str
    at: dt.datetime
    must_fix: int = 0
    must_explain: int = 0


@dataclass(frozen=True)
class Channel:
    """One address of one provider; `url` is an apprise address with secrets still as `${NAME}`."""

    channel_id: str
    providers: tuple[str, ...]
    url: str


@dataclass(frozen=True)
class Config:
    """A home's notices.yml. `remind_after`: days after the first notice; `at_once`: kinds that wait for no cool-off."""

    link: str
    channels: tuple[Channel, ...]
    since: dt.datetime
    cool_off: dt.timedelta
    remind_after: tuple[int, ...]
    at_once: tuple[str, ...]
    every_night: bool


@dataclass(frozen=True)
class Notice:
    """One message to one channel about one provider. `held` are events that the cool-off keeps for a later night."""

    channel: Channel
    provider_id: str
    events: tuple[Event, ...]
    title: str
    body: str


def load(path: Path, declarations: Declarations) -> Config:
    """Read notices.yml. Raises DeclarationError naming file and line."""
    data = load_yaml(path)
    if not isinstance(data, Mapped):
        raise DeclarationError(f"{path}: 应为键值对 / expected a mapping")
    unknown = set(data) - {"link", "since", "cool_off_days", "remind_after_days", "at_once", "every_night", "channels"}
    if unknown:
        raise data.error(f"不认识的键：{'、'.join(sorted(unknown))}", f"unknown keys: {', '.join(sorted(unknown))}")
    channels = tuple(_channel(item, declarations) for item in data.need("channels", list))
    names = [channel.channel_id for channel in channels]
    if len(set(names)) < len(names):
        raise data.error("通道重复", "a channel is listed twice")
    days, at_once = data.get("remind_after_days") or [], data.get("at_once") or []
    if not all(isinstance(day, int) and day > 0 for day in days):
        raise data.error("`remind_after_days` 应为天数列表", "`remind_after_days` is a list of days")
    if set(at_once) - set(KINDS):
        raise data.error(f"`at_once` 只能列：{'、'.join(KINDS)}", f"`at_once` lists kinds among {', '.join(KINDS)}")
    since = data.need("since", dt.date)  # without it, a new configuration would send notices about years long past
    return Config(data.text("link").rstrip("/"), channels, dt.datetime.combine(since, dt.time()), dt.timedelta(days=data.get("cool_off_days") or 0),
                  tuple(sorted(set(days))), tuple(at_once), bool(data.get("every_night")))  # fmt: skip


def _channel(item: Mapped, declarations: Declarations) -> Channel:
    providers = item.texts("provider")
    if strangers := sorted(set(providers) - declarations.providers.keys()):
        raise item.error(f"没有这些报送单位：{'、'.join(strangers)}", f"unknown providers: {', '.join(strangers)}")
    return Channel(item.text("channel"), providers, item.text("url"))


def events(database: Path, config: Config, moment: dt.datetime) -> list[Event]:
    """The edition's events at the moment, oldest first; reminders are `due` from what was sent before."""
    con = duckdb.connect(str(database), read_only=True)
    try:
        found = [
            Event(row["kind"], row["provider_id"], _key(row["kind"], row["about"]), row["at"], row["must_fix"], row["must_explain"])
            for row in as_dicts(con, EVENTS, moment=moment, since=config.since)
        ]
    finally:
        con.close()
    return sorted(found, key=lambda event: (event.at, event.provider_id, event.kind, event.key))


def _key(kind: str, about: str) -> str:
    return hashlib.sha256(f"{kind}\0{about}".encode()).hexdigest()[:32]


def due(config: Config, happened: list[Event], sent: Iterable[dict[str, Any]], moment: dt.datetime) -> list[Notice]:
    """The notices to send now. `sent` are the entries of the ledger of notices."""
    first: dict[tuple[str, str], dt.datetime] = {}
    last: dict[tuple[str, str], dt.datetime] = {}
    for entry in sent:
        at = dt.datetime.fromisoformat(entry["moment"])
        for key in entry["keys"]:
            first.setdefault((entry["channel"], key), at)
        last[entry["channel"], entry["provider"]] = at
    notices = []
    for channel in config.channels:
        for provider in channel.providers:
            mine = [event for event in happened if event.provider_id == provider]
            mine += _reminders(config, channel, mine, first, moment)
            mine = [event for event in mine if (channel.channel_id, event.key) not in first]
            before = last.get((channel.channel_id, provider))
            if before is not None and moment - before < config.cool_off:
                mine = [event for event in mine if event.kind in config.at_once]
            if mine:
                notices.append(Notice(channel, provider, tuple(mine), *message(config, provider, mine)))
    return notices


def _reminders(config: Config, channel: Channel, mine: list[Event], first: dict, moment: dt.datetime) -> list[Event]:
    """The latest reminder due of each slip that this channel was notified of and that is still open; one missed is not made up for."""
    found = []
    for event in mine:
        sent = first.get((channel.channel_id, event.key))
        passed = [days for days in config.remind_after if sent is not None and moment - sent >= dt.timedelta(days)]
        if event.kind == NEW and passed:
            found.append(Event(REMINDER, event.provider_id, _key(REMINDER, f"{event.key} {passed[-1]}"), moment, event.must_fix, event.must_explain))
    return found


def message(config: Config, provider_id: str, sent: list[Event]) -> tuple[str, str]:
    """Title and body, Chinese first: counts and a link, nothing of any return."""
    parts = [(WORDS[kind], [event for event in sent if event.kind == kind]) for kind in KINDS]
    counted = [(zh, en, len(mine), sum(e.must_fix for e in mine), sum(e.must_explain for e in mine)) for (zh, en), mine in parts if mine]
    zh = [f"{word} {n:,} 份" + (f"（强制性疑点 {fix:,} 条，核实性疑点 {explain:,} 条）" if fix + explain else "") for word, _, n, fix, explain in counted]
    en = [f"{word}: {n}" + (f" ({fix} must fix, {explain} must explain)" if fix + explain else "") for _, word, n, fix, explain in counted]
    link = f"{config.link}/{safe(provider_id)}/index.html"
    return f"【准绳】{'；'.join(zh)}", "\n".join([*zh, *en, "", f"请查看 / please see: {link}"])


def entry(notice: Notice, moment: dt.datetime) -> dict[str, Any]:
    """The line of the ledger of notices for one that was sent. It holds no address."""
    return {"event": TOLD, "channel": notice.channel.channel_id, "provider": notice.provider_id, "moment": moment.isoformat(),
            "keys": [event.key for event in notice.events], "kinds": [event.kind for event in notice.events]}  # fmt: skip


# Slips: the latest return of each form and period, while it has something to answer. Deadlines: the step that stands at the moment.
EVENTS = """
    with latest as (
      select *, row_number() over (partition by provider_id, form_id, period order by version_no desc) as place from returns
    )
    select 'NEW_SLIP' as kind, provider_id, submission_id as about, received_at as at, n_must_fix as must_fix, n_must_explain as must_explain
    from latest where place = 1 and n_must_fix + n_must_explain > 0
    and received_at between $since and $moment
    union all
    select 'CORRECTED', answers.provider_id, answers.correction, min(returns.received_at), 0, 0
    from answers inner join returns on returns.submission_id = answers.correction
    where answers.state = 'APPLIED' and returns.is_in_force and returns.received_at between $since and $moment
    group by answers.provider_id, answers.correction
    union all
    select state, provider_id, concat_ws(' ', provider_id, form_id, period),
      case state when 'WARNING' then warned_from when 'YELLOW' then yellow_from else red_from end as at, 0, 0
    from provider_deadlines
    where state in ('WARNING', 'YELLOW', 'RED')
    and case state when 'WARNING' then warned_from when 'YELLOW' then yellow_from else red_from end between $since and $moment
"""
