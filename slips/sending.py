"""Sending notices, through apprise: mail servers, and chat webhooks such as WeCom (wecombot://), DingTalk (dingtalk://), Feishu (feishu://).

Belongs here: filling in secrets, sending one message after the other, reporting what did not arrive. Does not belong here: the content of a notice.
Standing decisions: apprise is imported only when something is to be sent; its own log, and that of the libraries below it, is caught and never
written, because addresses hold tokens; what is reported of a failure has every secret taken out.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from urllib.parse import quote, unquote

from slips.notices import Notice
from sources.channels.collect import resolve
from sources.text import excerpt

TALKATIVE = ("apprise", "requests", "urllib3")
_ADDRESS = re.compile(r"\S+://\S+")


@dataclass(frozen=True)
class Failure:
    """A notice that did not arrive. Never holds a secret."""

    channel: str
    message_zh: str
    message_en: str


def send(notices: list[Notice], sent: Callable[[Notice], None]) -> list[Failure]:
    """Send each notice; `sent` is called after each that a channel has taken. A channel that fails stops no other."""
    failures = []
    for notice in notices:
        secrets: list[str] = []
        with _caught() as log:
            try:
                arrived = _deliver(resolve(notice.channel.url, {}, secrets), notice)
                reason = log.getvalue()
            except Exception as error:  # whatever a channel's library does, the others go on
                arrived, reason = False, f"{type(error).__name__}: {error}"
        if arrived:
            sent(notice)
        else:
            failures.append(_failure(notice, reason, secrets))
    return failures


def _deliver(url: str, notice: Notice) -> bool:
    import apprise

    target = apprise.Apprise()
    if not target.add(url):
        raise ValueError("不是 apprise 的地址 / not an address that apprise knows")
    return bool(target.notify(title=notice.title, body=notice.body, body_format=apprise.NotifyFormat.TEXT))


@contextmanager
def _caught() -> Iterator[StringIO]:
    """Keep the libraries' own words from every log for a while, and hand over their warnings."""
    caught = StringIO()
    handler = logging.StreamHandler(caught)
    handler.setLevel(logging.WARNING)
    loggers = [logging.getLogger(name) for name in TALKATIVE]
    before = [(logger, logger.propagate, logger.handlers) for logger in loggers]
    for logger in loggers:
        logger.propagate, logger.handlers = False, [handler]
    try:
        yield caught
    finally:
        for logger, propagate, handlers in before:
            logger.propagate, logger.handlers = propagate, handlers


def _failure(notice: Notice, reason: str, secrets: list[str]) -> Failure:
    for secret in sorted({form for s in secrets for form in (s, quote(s, safe=""), quote(s), unquote(s))}, key=len, reverse=True):
        reason = reason.replace(secret, "***")
    reason = excerpt(_ADDRESS.sub("***", " ".join(reason.split())) or "?", 300)
    name = notice.channel.channel_id
    return Failure(name, f"渠道“{name}”未送达（{reason}），下一夜再发，不影响其他渠道。", f"Channel {name} did not take the notice ({reason}); the next night tries again, the others are not affected.")
