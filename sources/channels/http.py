"""Channel kind `http_json`: a GET per period; the answer lands as the bytes received and is read by `json_records`.

Retries with growing pauses on connection faults, 429 and 5xx; other answers than 2xx are the channel's failure.
Time of receipt: the answer's Last-Modified where given, else `as_of`.
"""

from __future__ import annotations

import datetime as dt
import io
from email.utils import parsedate_to_datetime
from typing import Any, Iterator
from zoneinfo import ZoneInfo

import backoff
import httpx

from sources.declare.declarations import Declarations
from sources.formats.limits import DEFAULT
from sources.landing.landing import Arrival

SHANGHAI = ZoneInfo("Asia/Shanghai")
RETRY_STATUS = {429, 500, 502, 503, 504}


class _Busy(Exception):
    """The server asks to come again."""


def arrivals(channel: str, options: dict[str, Any], as_of: dt.datetime, declarations: Declarations) -> Iterator[Arrival]:
    """Yield one answer a period. Options: url (may hold {period}), provider, form, periods, period_param, params, headers, timeout, tries."""
    periods = options.get("periods") or [None]
    with httpx.Client(timeout=float(options.get("timeout", 30)), headers=options.get("headers") or {}, follow_redirects=True) as client:
        for period in periods:
            content, received_at = _get(client, options, period, as_of)
            name = f"{options['form']}_{period}.json" if period else f"{options['form']}.json"
            yield Arrival(str(options["provider"]), name, channel, received_at, lambda content=content: io.BytesIO(content))


def _get(client: httpx.Client, options: dict[str, Any], period: int | None, as_of: dt.datetime) -> tuple[bytes, dt.datetime]:
    url = str(options["url"]).replace("{period}", str(period or ""))
    params = dict(options.get("params") or {})
    if options.get("period_param") and period:
        params[options["period_param"]] = period
    tries = int(options.get("tries", 4))
    ask = backoff.on_exception(backoff.expo, (httpx.TransportError, _Busy), max_tries=tries, jitter=None,
                               factor=float(options.get("pause", 0.5)), logger=None)(_ask)
    return ask(client, url, params, as_of)


def _ask(client: httpx.Client, url: str, params: dict[str, Any], as_of: dt.datetime) -> tuple[bytes, dt.datetime]:
    with client.stream("GET", url, params=params or None) as answer:
        if answer.status_code in RETRY_STATUS:
            raise _Busy(f"HTTP {answer.status_code}")
        if not answer.is_success:
            raise RuntimeError(f"HTTP {answer.status_code}")
        return _body(answer), _modified(answer.headers.get("last-modified")) or as_of


def _body(answer: httpx.Response) -> bytes:
    chunks, size = [], 0
    for chunk in answer.iter_bytes():
        size += len(chunk)
        if size > DEFAULT.file_bytes:
            raise RuntimeError(f"answer larger than {DEFAULT.file_bytes} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


def _modified(header: str | None) -> dt.datetime | None:
    try:
        return parsedate_to_datetime(header).astimezone(SHANGHAI).replace(tzinfo=None) if header else None
    except ValueError:
        return None
