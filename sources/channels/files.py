"""Channel kind `files`: any fsspec address laid out as <provider_id>/…files (folder, SFTP, object store).

Time of receipt: from a receipts file (CSV: file,received_at) where the channel names one, else the file's time at its
server, in Asia/Shanghai. Uploads under way and lock files are left for the next time: by their names, and where a file is no older than
`settle` seconds at `as_of`, by a second look after that long (another size or time: still being written).
Links and special files are never followed.
Standing decisions: `sftp://` goes through asyncssh (the sshfs package) and checks host keys against known_hosts unless
the channel's options say otherwise; remote files are fetched once per version (etag, or size and time).
"""

from __future__ import annotations

import csv
import datetime as dt
import functools
import io
import time
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Iterator
from zoneinfo import ZoneInfo

import fsspec

from sources.declare.declarations import Declarations
from sources.formats.limits import DEFAULT
from sources.landing.landing import Arrival

SHANGHAI = ZoneInfo("Asia/Shanghai")
UNDER_WAY = (".tmp", ".part", ".crdownload", ".filepart")
SETTLE = 0.5  # seconds
NO_FOLDER = "unknown"  # provider of a file that lies in no provider's folder


def arrivals(channel: str, options: dict[str, Any], as_of: dt.datetime, declarations: Declarations) -> Iterator[Arrival]:
    """Yield every finished file under the channel's `url`. Options: url, options (of the file system), receipts, settle (seconds)."""
    system, root, local = _open(str(options["url"]), options.get("options") or {}, declarations.root)
    receipts = _receipts(options.get("receipts"), declarations.root)
    if local:
        if not Path(root).is_dir():
            raise FileNotFoundError(f"{root} is no folder")
    else:
        system.invalidate_cache()
    found = _settled(system, root, as_of, float(options.get("settle", SETTLE)))
    for path, info in sorted(found.items()):
        relative = path[len(root):].lstrip("/")
        if info.get("type") != "file" or info.get("islink") or _under_way(relative):
            continue
        provider, _, name = relative.partition("/")
        if not name:
            provider, name = NO_FOLDER, relative
        own_time = receipts.get(relative) or _time(info)
        yield Arrival(provider, name, channel, own_time or as_of, functools.partial(_stream, system, path, local, info.get("size") or 0),
                      None if local else _mark(info), own_time is not None, info.get("size"))


def _settled(system: Any, root: str, as_of: dt.datetime, settle: float) -> dict[str, dict[str, Any]]:
    """Return the files listed; where one may still be written, look twice and leave out what changed meanwhile."""
    found = system.find(root, detail=True)
    if settle <= 0 or not any((_time(info) or as_of) > as_of - dt.timedelta(seconds=settle + 1) for info in found.values()):
        return found
    time.sleep(settle)
    system.invalidate_cache()
    again = system.find(root, detail=True)
    return {path: info for path, info in again.items() if path in found and _version(info) == _version(found[path])}


def _version(info: dict[str, Any]) -> tuple:
    return info.get("size"), info.get("mtime") or info.get("LastModified")


def _open(url: str, options: dict[str, Any], project: Path) -> tuple[Any, str, bool]:
    """Return the file system, the root path in it, and whether it is local. A relative address lies under the project."""
    if "://" not in url:
        return fsspec.filesystem("file"), (project / url).as_posix().rstrip("/"), True
    protocol = url.split("://", 1)[0]
    if protocol in ("sftp", "ssh"):
        return _open_sftp(url, options)
    system, root = fsspec.core.url_to_fs(url, **options, use_listings_cache=False)
    return system, root.rstrip("/"), protocol in ("file", "local")


def _open_sftp(url: str, options: dict[str, Any]) -> tuple[Any, str, bool]:
    from sshfs import SSHFileSystem

    address = SSHFileSystem._get_kwargs_from_urls(url)
    settings = {"known_hosts": (), **address, **options}
    system = SSHFileSystem(settings.pop("host"), skip_instance_cache=True, **settings)
    return system, SSHFileSystem._strip_protocol(url).rstrip("/"), False


def _stream(system: Any, path: str, local: bool, size: int) -> BinaryIO:
    """Open a file; a remote one of honest size is fetched in one go, which saves round trips."""
    if local:
        return open(path, "rb")
    return io.BytesIO(system.cat_file(path)) if size <= DEFAULT.file_bytes else system.open(path, "rb")


def _under_way(relative: str) -> bool:
    names = PurePosixPath(relative).parts
    last = names[-1].lower() if names else "."
    return any(n.startswith(".") and n != ".." for n in names) or last.startswith("~$") or last.endswith(UNDER_WAY)


def _receipts(address: str | None, project: Path) -> dict[str, dt.datetime]:
    if not address:
        return {}
    if "://" in address:
        with fsspec.open(address, "rt", encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.DictReader(handle))
    else:
        with (project / address).open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.DictReader(handle))
    return {row["file"]: dt.datetime.fromisoformat(row["received_at"]) for row in rows}


def _time(info: dict[str, Any]) -> dt.datetime | None:
    """Return the file's time at its server as Asia/Shanghai wall time, None where the server gives none."""
    stamp = next((info[k] for k in ("mtime", "LastModified", "last_modified", "updated", "created") if info.get(k) is not None), None)
    if isinstance(stamp, str):
        stamp = dt.datetime.fromisoformat(stamp)
    if isinstance(stamp, (int, float)):
        stamp = dt.datetime.fromtimestamp(stamp, SHANGHAI)
    if stamp is None:
        return None
    stamp = stamp.astimezone(SHANGHAI) if stamp.tzinfo else stamp
    return stamp.replace(tzinfo=None, microsecond=0)


def _mark(info: dict[str, Any]) -> str | None:
    """Return the server's version of a file."""
    tag = info.get("ETag") or info.get("etag")
    if tag:
        return str(tag).strip('"')
    if info.get("mtime") is None or info.get("size") is None:
        return None
    stamp = info["mtime"]
    return f"{info['size']}:{stamp.timestamp() if isinstance(stamp, dt.datetime) else stamp}"
