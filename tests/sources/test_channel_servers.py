"""Channels against real servers started here: folder, SFTP, object store, HTTP JSON, PostgreSQL and SQLite."""

from __future__ import annotations

import asyncio
import datetime as dt
import http.server
import json
import os
import pwd
import socket
import sqlite3
import subprocess
import threading
from pathlib import Path

import asyncssh
import pytest
from returns_by_hand import AS_OF, PROVIDER, csv_text, grid, xlsx

from sources.channels.collect import CollectReport, collect
from sources.declare.declarations import Channel
from sources.landing.landing import Landing
from sources.reading.reading import read_return

pytestmark = pytest.mark.server
SHANGHAI = dt.timezone(dt.timedelta(hours=8))
MOMENT = dt.datetime(2022, 10, 30, 17, 0, tzinfo=SHANGHAI)
FILES = {"51-czt/a.xlsx": xlsx(grid()), "51-czt/2021/b.csv": csv_text(grid({(6, 3): 5})).encode("gb18030"), "44-czt/c.xlsx": b"broken",
         "51-czt/~$a.xlsx": b"lock", "51-czt/d.xlsx.part": b"half", "51-czt/.hidden": b"x", "stray.xlsx": b"stray"}
ARRIVED = [("44-czt", "c.xlsx"), ("51-czt", "2021/b.csv"), ("51-czt", "a.xlsx"), ("unknown", "stray.xlsx")]


def _collect(known, tmp_path: Path, *channels: Channel) -> CollectReport:
    return collect(channels, Landing(tmp_path / "landing"), AS_OF, known, {"home": str(tmp_path)})


def _names(report: CollectReport) -> list[tuple[str, str]]:
    return sorted((e["provider_id"], e["file_name"]) for e in report.landed.entries)


def _read(known, tmp_path: Path, entry: dict):
    return read_return(Landing(tmp_path / "landing").read(entry["sha256"]), entry["file_name"], known, entry["provider_id"], entry["channel"])


def _lay_out(root: Path) -> None:
    for name, data in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (MOMENT.timestamp(),) * 2)


# -- folders

def test_a_folder_with_and_without_receipts(known, tmp_path) -> None:
    """Finished files arrive with their receipt or their own time; a second collection finds nothing new."""
    _lay_out(tmp_path / "inbox")
    (tmp_path / "inbox" / "51-czt" / "link.xlsx").symlink_to(tmp_path / "receipts.csv")
    os.mkfifo(tmp_path / "inbox" / "51-czt" / "pipe.xlsx")
    (tmp_path / "receipts.csv").write_text("file,received_at\n51-czt/a.xlsx,2022-11-01T09:30:00\n", encoding="utf-8")
    channel = Channel("inbox", "files", {"url": "{home}/inbox", "receipts": "{home}/receipts.csv"})
    report = _collect(known, tmp_path, channel)
    assert _names(report) == ARRIVED and not report.failures
    times = {e["file_name"]: e["received_at"] for e in report.landed.entries}
    assert (times["a.xlsx"], times["c.xlsx"]) == ("2022-11-01T09:30:00", "2022-10-30T17:00:00")
    assert _collect(known, tmp_path, channel).landed.entries == []


# -- SFTP

class _Server(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("agency", "s3cret-word")


@pytest.fixture
def sftp(tmp_path):
    """An SFTP server over a folder: its port and known_hosts file."""
    _lay_out(tmp_path / "served" / "returns")
    key = asyncssh.generate_private_key("ssh-ed25519")
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    start = asyncssh.listen("127.0.0.1", 0, server_factory=_Server, server_host_keys=[key],
                            sftp_factory=lambda chan: asyncssh.SFTPServer(chan, chroot=str(tmp_path / "served")))

    async def run():
        return await start

    server = asyncio.run_coroutine_threadsafe(run(), loop).result(10)
    port = server.get_port()
    hosts = tmp_path / "known_hosts"
    hosts.write_text(f"[127.0.0.1]:{port} {key.export_public_key().decode()}", encoding="utf-8")
    yield port, hosts
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)


def _sftp_channel(port: int, hosts: Path) -> Channel:
    return Channel("exchange", "files", {"url": f"sftp://127.0.0.1:{port}/returns", "options":
                                         {"username": "agency", "password": "${SFTP_PASSWORD}", "known_hosts": str(hosts)}})


def test_sftp(known, tmp_path, sftp, monkeypatch) -> None:
    """Files come with the server's time; the host key is checked; unchanged files are not fetched twice."""
    monkeypatch.setenv("SFTP_PASSWORD", "s3cret-word")
    report = _collect(known, tmp_path, _sftp_channel(*sftp))
    assert _names(report) == ARRIVED and not report.failures
    assert {e["received_at"] for e in report.landed.entries} == {"2022-10-30T17:00:00"}
    good = next(e for e in report.landed.entries if e["file_name"] == "a.xlsx")
    assert _read(known, tmp_path, good).status == "read"
    again = _collect(known, tmp_path, _sftp_channel(*sftp))
    assert again.landed.entries == [] and again.landed.known == 4


def test_sftp_refuses_a_wrong_word_and_an_unknown_host(known, tmp_path, sftp, monkeypatch) -> None:
    """Both are reported without the secret, and the folder beside lands all the same."""
    port, hosts = sftp
    _lay_out(tmp_path / "inbox")
    inbox = Channel("inbox", "files", {"url": "{home}/inbox"})
    monkeypatch.setenv("SFTP_PASSWORD", "wrong-word")
    report = _collect(known, tmp_path, _sftp_channel(port, hosts), inbox)
    assert [f.channel for f in report.failures] == ["exchange"] and "wrong-word" not in repr(report.failures) and len(report.landed.entries) == 4
    monkeypatch.setenv("SFTP_PASSWORD", "s3cret-word")
    hosts.write_text("", encoding="utf-8")
    report = _collect(known, tmp_path, _sftp_channel(port, hosts))
    assert [f.channel for f in report.failures] == ["exchange"] and "渠道“exchange”" in report.failures[0].message_zh


# -- object store

def test_object_store(known, tmp_path, monkeypatch) -> None:
    """An S3 bucket, keys that climb included, with the store's own times."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    try:
        url = "http://127.0.0.1:%d" % server.get_host_and_port()[1]
        for name, value in {"S3_KEY": "key", "S3_SECRET": "secret", "AWS_DEFAULT_REGION": "us-east-1"}.items():
            monkeypatch.setenv(name, value)
        client = boto3.client("s3", endpoint_url=url, aws_access_key_id="key", aws_secret_access_key="secret", region_name="us-east-1")
        client.create_bucket(Bucket="returns")
        for name, data in {**FILES, "51-czt/../../up.xlsx": b"up"}.items():
            client.put_object(Bucket="returns", Key=f"in/{name}", Body=data)
        channel = Channel("bucket", "files", {"url": "s3://returns/in", "options": {"key": "${S3_KEY}", "secret": "${S3_SECRET}", "endpoint_url": url}})
        report = _collect(known, tmp_path, channel)
        assert not report.failures and _names(report) == sorted([*ARRIVED, ("51-czt", "../../up.xlsx")])
        again = _collect(known, tmp_path, channel)
        assert again.landed.entries == [] and again.landed.known == 5
    finally:
        server.stop()


# -- HTTP JSON

RECORDS = [{"code": "510100", "name": "成都市", "income": 16979100, "spend": 22375800.50, "science": None, "school": "3508100"},
           {"code": "510300", "name": "自贡市", "income": "不详", "spend": 2431500, "science": 20700, "school": 402300}]
FIELDS = {"code": "unit_code", "name": "unit_name", "income": "fiscal_revenue", "spend": "fiscal_expenditure",
          "science": "science_expenditure", "school": "education_expenditure"}


class _Api(http.server.BaseHTTPRequestHandler):
    busy = 2

    def do_GET(self) -> None:
        """Be busy twice, then answer whoever bears the token."""
        if _Api.busy:
            _Api.busy -= 1
            self.send_error(503)
        elif self.headers["Authorization"] != "Bearer t0ken-word":
            self.send_error(401)
        else:
            body = json.dumps({"data": {"rows": RECORDS}, "asked": self.path}, ensure_ascii=False).encode()
            self.send_response(200)
            self.send_header("Last-Modified", "Sun, 30 Oct 2022 09:00:00 GMT")
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *arguments) -> None:
        """Say nothing."""


def test_http_json(known, tmp_path, monkeypatch) -> None:
    """Asked again while the server is busy; the answer lands as received and reads as a return, digits as they stand."""
    monkeypatch.setenv("API_TOKEN", "t0ken-word")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Api)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    options = {"url": f"http://127.0.0.1:{server.server_port}/v1", "headers": {"Authorization": "Bearer ${API_TOKEN}"}, "provider": PROVIDER, "pause": 0.01,
               "form": "finance_annual", "periods": [2020, 2021], "period_param": "year", "records": "data.rows", "fields": FIELDS,
               "units": {"fiscal_revenue": "万元"}}
    channel = Channel("api", "http_json", options)
    try:
        report = _collect(known, tmp_path, channel)
        monkeypatch.setenv("API_TOKEN", "other-word")
        refused = _collect(known, tmp_path, channel)
    finally:
        server.shutdown()
    assert not report.failures and [(e["file_name"], e["received_at"]) for e in report.landed.entries] == [
        ("finance_annual_2020.json", "2022-10-30T17:00:00"), ("finance_annual_2021.json", "2022-10-30T17:00:00")]
    data = Landing(tmp_path / "landing").read(report.landed.entries[1]["sha256"])
    assert json.loads(data)["asked"] == "/v1?year=2021"
    found = read_return(data, "finance_annual_2021.json", _with(known, channel), PROVIDER, "api")
    cells = {c.cell: (c.row_key, c.field, c.value_text, c.measure_text) for c in found.cells}
    assert (found.period, found.status, len(cells)) == (2021, "read", 8) and not found.findings
    assert cells["/data/rows/0/spend"] == ("510100", "fiscal_expenditure", "22375800.5", None)
    assert cells["/data/rows/1/income"] == ("510300", "fiscal_revenue", "不详", "万元") and cells["/data/rows/0/science"][2] is None
    assert [f.channel for f in refused.failures] == ["api"] and "401" in refused.failures[0].message_en and "other-word" not in repr(refused.failures)


@pytest.mark.parametrize("data", [b"{", b"[]", b'{"data": 1}', b'{"data": {"rows": [1]}}', b'{"data": {"rows": []}}', b"[" * 100_000])
def test_json_of_another_shape_is_told(known, data: bytes) -> None:
    """Whatever an interface answers ends as a finding."""
    channel = Channel("api", "http_json", {"form": "finance_annual", "records": "data.rows", "fields": FIELDS})
    found = read_return(data, "finance_annual_2021.json", _with(known, channel), PROVIDER, "api")
    assert found.status == "unreadable" and found.findings


def _with(known, channel: Channel):
    from dataclasses import replace
    return replace(known, channels=(*known.channels, channel))


# -- SQL

QUERY = "select unit_code, unit_name, fiscal_revenue, fiscal_expenditure, science_expenditure, education_expenditure from finance where year = :period"
ROWS = [(2021, "510300", "自贡市", 680800.5, 2431500, 20700, None), (2021, "510100", "成都市", 16979100, 22375800, 1394100, 3508100)]
TABLE = ("create table finance (year integer, unit_code varchar(6), unit_name varchar(20), fiscal_revenue numeric(14,2), fiscal_expenditure numeric(14,2), "
         "science_expenditure numeric(14,2), education_expenditure numeric(14,2))")


def _sql_channel(url: str) -> Channel:
    return Channel("database", "sql", {"url": url, "query": QUERY, "provider": PROVIDER, "form": "finance_annual", "periods": [2021]})


def _check_sql(known, tmp_path: Path, url: str, revenue: str) -> None:
    report = _collect(known, tmp_path, _sql_channel(url))
    assert not report.failures and [(e["file_name"], e["received_at"]) for e in report.landed.entries] == [("finance_annual_2021.csv", AS_OF.isoformat())]
    found = _read(known, tmp_path, report.landed.entries[0])
    assert not found.findings and (found.period, found.declared_provider) == (2021, PROVIDER)
    assert [(c.row_key, c.value_text, c.measure_text) for c in found.cells if c.field == "fiscal_revenue"] == [
        ("510100", f"16979100{'.00' if '.' in revenue[-3:-2] else ''}", "万元"), ("510300", revenue, "万元")]
    assert _collect(known, tmp_path, _sql_channel(url)).landed.entries == []


def test_sqlite(known, tmp_path) -> None:
    """A query lands as a CSV of the form, rows sorted, the same bytes each time."""
    with sqlite3.connect(tmp_path / "agency.db") as base:
        base.execute(TABLE)
        base.executemany("insert into finance values (?, ?, ?, ?, ?, ?, ?)", ROWS)
    _check_sql(known, tmp_path, f"sqlite:///{tmp_path}/agency.db", "680800.5")


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@pytest.fixture
def postgres(tmp_path_factory):
    """A private PostgreSQL server of an unprivileged user, on a free port."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server binaries on this machine (apt package postgresql)")
    owner = _unprivileged()
    folder = tmp_path_factory.mktemp("pg").resolve()
    _give(folder, owner)
    port = _free_port()
    run = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "timeout": 60, **owner}
    subprocess.run([binaries / "initdb", "-D", folder / "data", "-U", "agency", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync"], **run)
    settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    subprocess.run([binaries / "pg_ctl", "-D", folder / "data", "-w", "-o", settings, "-l", folder / "log", "start"], **run)
    yield f"postgresql+psycopg://agency@127.0.0.1:{port}/postgres"
    subprocess.run([binaries / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop"], **run)


def _unprivileged() -> dict[str, int]:
    """PostgreSQL refuses to run as root; then another user's ids are used."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid}
        except KeyError:
            continue
    pytest.skip("no unprivileged user to run PostgreSQL as")


def _give(folder: Path, owner: dict[str, int]) -> None:
    if owner:
        os.chown(folder, owner["user"], owner["group"])
        for parent in (p for p in folder.parents if p.stat().st_uid == os.getuid() and p.name.startswith(("pytest-", "popen-"))):
            parent.chmod(parent.stat().st_mode | 0o011)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_postgresql(known, tmp_path, postgres, monkeypatch) -> None:
    """The same through PostgreSQL, its address from the environment; decimals keep their printed places."""
    import sqlalchemy as sa

    engine = sa.create_engine(postgres)
    with engine.begin() as base:
        base.execute(sa.text(TABLE))
        for row in ROWS:
            base.exec_driver_sql("insert into finance values (%s, %s, %s, %s, %s, %s, %s)", row)
    engine.dispose()
    monkeypatch.setenv("FINANCE_DB_URL", postgres)
    _check_sql(known, tmp_path, "${FINANCE_DB_URL}", "680800.50")


def test_a_database_that_is_away_is_told_without_its_password(known, tmp_path, monkeypatch) -> None:
    """The message names the channel, not the secret; a variable that is not set is named."""
    monkeypatch.setenv("FINANCE_DB_URL", f"postgresql+psycopg://agency:pa55-word@127.0.0.1:{_free_port()}/none?connect_timeout=2")
    monkeypatch.delenv("NO_SUCH_URL", raising=False)
    report = _collect(known, tmp_path, _sql_channel("${FINANCE_DB_URL}"), _sql_channel("${NO_SUCH_URL}"))
    assert len(report.failures) == 2 and "pa55-word" not in repr(report.failures) and "NO_SUCH_URL" in report.failures[1].message_zh
