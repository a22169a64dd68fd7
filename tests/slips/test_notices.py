"""Notices: each event once, cool-off and reminders by the night's moment, counts and a link only; through a real mail server and a real webhook."""

from __future__ import annotations

import datetime as dt
import json
import logging
import socket
import threading
from email import message_from_bytes
from email.header import decode_header, make_header
from http.server import BaseHTTPRequestHandler, HTTPServer

import duckdb
import nights
import pytest
from aiosmtpd.controller import Controller
from hypothesis import given
from hypothesis import strategies as st

from slips import notices, notifying, sending
from slips.notices import Channel, Config, Event
from sources.declare.yaml_lines import DeclarationError
from sources.landing.ledger import Ledger

DAY = dt.timedelta(1)
START = dt.datetime(2024, 3, 1, 2)


def config(*channels: Channel, **more) -> Config:
    plain = {"link": "https://slips.example.org", "since": dt.datetime(2020, 1, 1), "cool_off": dt.timedelta(0), "remind_after": (), "at_once": (), "every_night": False}
    return Config(**{**plain, "channels": channels or (Channel("mail", ("P",), "json://unused"),), **more})


def event(key: str, kind: str = notices.NEW, at: dt.datetime = START, provider: str = "P") -> Event:
    return Event(kind, provider, key, at, 2, 1)


def reported(asked: Config, happened: list[Event], ledger: list[dict], moment: dt.datetime) -> list[Event]:
    """One night in which everything arrives: what was reported; the ledger grows."""
    found = []
    for notice in notices.due(asked, happened, ledger, moment):
        ledger.append(notices.entry(notice, moment))
        found += notice.events
    return found


# -- when

def test_an_event_is_told_once():
    ledger: list[dict] = []
    assert [e.key for e in reported(config(), [event("a")], ledger, START)] == ["a"]
    assert reported(config(), [event("a")], ledger, START + 30 * DAY) == []


def test_two_channels_are_told_each():
    asked = config(Channel("mail", ("P",), "x"), Channel("chat", ("P", "Q"), "x"))
    assert [n.channel.channel_id for n in notices.due(asked, [event("a"), event("b", provider="Q")], [], START)] == ["mail", "chat", "chat"]


def test_the_cool_off_holds_back_and_loses_nothing():
    asked, ledger = config(cool_off=3 * DAY, at_once=(notices.RED,)), []
    reported(asked, [event("a")], ledger, START)
    happened = [event("a"), event("b"), event("r", notices.RED)]
    assert [e.key for e in reported(asked, happened, ledger, START + DAY)] == ["r"]
    assert reported(asked, happened, ledger, START + 3 * DAY) == []  # the red card began another cool-off
    assert [e.key for e in reported(asked, happened, ledger, START + 4 * DAY)] == ["b"]


def test_a_slip_is_reminded_of_while_it_is_open():
    asked, ledger = config(remind_after=(10, 20)), []
    reported(asked, [event("a")], ledger, START)
    kinds = {n: [e.kind for e in reported(asked, [event("a")], ledger, START + n * DAY)] for n in (5, 10, 11, 20, 40)}
    assert kinds == {5: [], 10: ["REMINDER"], 11: [], 20: ["REMINDER"], 40: []}
    assert reported(asked, [], ledger, START + 10 * DAY) == []  # mended: not in the edition any more


def test_a_missed_reminder_is_not_made_up_for_twice():
    asked, ledger = config(remind_after=(10, 20)), []
    reported(asked, [event("a")], ledger, START)
    assert len(reported(asked, [event("a")], ledger, START + 25 * DAY)) == 1
    assert reported(asked, [event("a")], ledger, START + 26 * DAY) == []


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(notices.KINDS)), max_size=12), st.lists(st.booleans(), max_size=12), st.integers(0, 4))
def test_at_most_once_and_in_the_end_always(gaps, arrives, cool_off):
    """Whatever comes when, and whichever nights fail: no channel hears a key twice, and three quiet weeks later it has heard all."""
    asked, ledger, happened, moment = config(cool_off=cool_off * DAY), [], [], START
    for number, (gap, kind) in enumerate(gaps):
        moment += gap * DAY
        happened.append(event(f"k{number}", kind, moment))
        if number < len(arrives) and arrives[number]:
            reported(asked, happened, ledger, moment)
    for _ in range(21):
        moment += DAY
        reported(asked, happened, ledger, moment)
    keys = [key for line in ledger for key in line["keys"]]
    assert sorted(keys) == sorted(e.key for e in happened)


# -- what

def _edition(path, returns=(), answers=(), deadlines=()):
    con = duckdb.connect(str(path))
    con.execute("create table returns (submission_id varchar, provider_id varchar, form_id varchar, period int, version_no int, received_at timestamp, is_in_force boolean, n_must_fix int, n_must_explain int)")
    con.execute("create table answers (provider_id varchar, correction varchar, state varchar)")
    con.execute("create table provider_deadlines (provider_id varchar, form_id varchar, period int, state varchar, warned_from timestamp, yellow_from timestamp, red_from timestamp)")
    for table, lines in (("returns", returns), ("answers", answers), ("provider_deadlines", deadlines)):
        for line in lines:
            con.execute(f"insert into {table} values ({', '.join('?' * len(line))})", list(line))
    con.close()
    return path


def test_events_of_an_edition(tmp_path):
    steps = (START - 5 * DAY, START, START + 2 * DAY)
    database = _edition(
        tmp_path / "marts.duckdb",
        returns=[("S1", "P", "f", 2023, 1, START, False, 3, 0), ("S2", "P", "f", 2023, 2, START + DAY, True, 1, 4), ("S3", "P", "g", 2023, 1, START, True, 0, 0),
                 ("S4", "Q", "f", 2023, 1, START - 400 * DAY, True, 1, 0)],
        answers=[("P", "S2", "APPLIED"), ("P", None, "RECEIVED")],
        deadlines=[("P", "h", 2023, "YELLOW", *steps), ("P", "i", 2023, "ON_TIME", *steps), ("Q", "h", 2023, "WARNING", *steps), ("R", "h", 2023, "RED", *steps)],
    )  # fmt: skip
    asked = config(since=START - 30 * DAY)
    found = notices.events(database, asked, START + DAY)
    assert {(e.kind, e.provider_id, e.must_fix, e.must_explain) for e in found} == {("NEW_SLIP", "P", 1, 4), ("CORRECTED", "P", 0, 0), ("YELLOW", "P", 0, 0), ("WARNING", "Q", 0, 0)}
    again = notices.events(database, asked, START + 3 * DAY)
    assert {e.key for e in found} < {e.key for e in again} and "RED" in {e.kind for e in again}


def test_a_message_is_counts_and_a_link():
    title, body = notices.message(config(), "51-czt", [event("a"), event("b"), event("c", notices.RED)])
    assert title == "【准绳】新的核实通知单 2 份（强制性疑点 4 条，核实性疑点 2 条）；红牌报表 1 份（强制性疑点 2 条，核实性疑点 1 条）"
    assert body.splitlines()[-1] == "请查看 / please see: https://slips.example.org/51-czt/index.html"
    assert "new slips: 2 (4 must fix, 2 must explain)" in body


@pytest.mark.parametrize("wrong", ["channels: []\nlink: x", "link: x\nsince: 2024-01-01\nchannels: [{channel: a, provider: nobody, url: x}]", "link: x\nsince: 2024-01-01\nchannels: []\nsecret: y",
                                   "link: x\nsince: 2024-01-01\nat_once: [PINK]\nchannels: []"])
def test_a_wrong_configuration_says_where(tmp_path, known, wrong):
    path = tmp_path / "notices.yml"
    path.write_text(wrong, "utf-8")
    with pytest.raises(DeclarationError, match=r"notices.yml:\d"):
        notices.load(path, known)


@pytest.mark.parametrize("url", ["wecombot://0123456789abcdef", "dingtalk://0123456789abcdef", "feishu://0123456789abcdef", "mailtos://user:pass@smtp.example.org?to=a@example.org"])
def test_apprise_knows_the_addresses_that_the_docs_name(url):
    import apprise

    assert apprise.Apprise().add(url)


# -- how it travels

class _Inbox:
    """Handler of a real SMTP server: keeps what it takes, and refuses everything while `refuses` is set."""

    def __init__(self) -> None:
        self.messages, self.refuses = [], False

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        if self.refuses:
            return "554 refused"
        self.messages.append(message_from_bytes(envelope.content))
        return "250 OK"


@pytest.fixture
def mail():
    inbox = _Inbox()
    server = Controller(inbox, hostname="127.0.0.1", port=_free_port())
    server.start()
    yield inbox, f"mailto://127.0.0.1:{server.port}?from=zhunsheng@example.org&to=office@example.org&mode=insecure"
    server.stop()


@pytest.fixture
def webhook():
    """A real HTTP server; (requests, url, answer): what came in, and the status that it gives."""
    requests, answer = [], [200]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):  # noqa: N802
            requests.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(answer[0])
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield requests, f"json://127.0.0.1:{server.server_port}/hook/${{HOOK_TOKEN}}", answer
    server.shutdown()
    server.server_close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _notices(*urls: str) -> list[notices.Notice]:
    asked = config(*(Channel(f"c{n}", ("51-czt",), url) for n, url in enumerate(urls)))
    return notices.due(asked, [event("a", provider="51-czt")], [], START)


def _text(message) -> str:
    return "".join(part.get_payload(decode=True).decode() for part in message.walk() if not part.is_multipart())


def test_a_mail_arrives_in_chinese(mail):
    inbox, url = mail
    sent = []
    assert sending.send(_notices(url), sent.append) == [] and len(sent) == 1
    (message,) = inbox.messages
    assert str(make_header(decode_header(message["Subject"]))).startswith("【准绳】新的核实通知单 1 份")
    assert "https://slips.example.org/51-czt/index.html" in _text(message) and "新的核实通知单 1 份（强制性疑点 2 条，核实性疑点 1 条）" in _text(message)


def test_a_failing_channel_stops_nobody_and_tells_no_secret(mail, webhook, monkeypatch, caplog, capfd):
    inbox, mail_url = mail
    requests, hook_url, answer = webhook
    monkeypatch.setenv("HOOK_TOKEN", "s3cret/t0ken")
    caplog.set_level(logging.DEBUG)
    answer[0] = 500
    sent = []
    failures = sending.send(_notices(hook_url, "json://127.0.0.1:1/${HOOK_TOKEN}", "json://x/${NOT_SET}", "nonsense://${HOOK_TOKEN}", mail_url), sent.append)
    assert [f.channel for f in failures] == ["c0", "c1", "c2", "c3"] and [n.channel.channel_id for n in sent] == ["c4"] and len(inbox.messages) == 1
    assert "NOT_SET" in failures[2].message_zh
    out = capfd.readouterr()
    said = caplog.text + out.out + out.err + "".join(f.message_zh + f.message_en for f in failures)
    assert "s3cret" not in said and "t0ken" not in said
    answer[0] = 200
    assert sending.send(_notices(hook_url), sent.append) == []
    path, body = requests[-1]
    assert path == "/hook/s3cret/t0ken" and body["title"].startswith("【准绳】")


def test_a_refusing_mail_server_is_told(mail):
    inbox, url = mail
    inbox.refuses = True
    (failure,) = sending.send(_notices(url), lambda _: pytest.fail("nothing was sent"))
    assert "未送达" in failure.message_zh and "127.0.0.1" not in failure.message_zh


def test_the_command_tells_once_notes_it_and_can_be_proved(published, mail, tmp_path):
    inbox, url = mail
    settings = nights.copy_home(published.home, tmp_path / "home")
    assert "notices.yml" in nights.cli(settings.home, "notify", ok=False).stderr
    settings.notices.write_text(f"link: https://slips.example.org\nsince: 2018-01-01\nchannels:\n  - {{channel: ybj, provider: 44-ybj, url: '{url}'}}\n", "utf-8")
    assert "将发" in nights.cli(settings.home, "notify", "--dry-run").stdout and not settings.notices_ledger.exists() and not inbox.messages
    inbox.refuses = True
    assert nights.cli(settings.home, "notify", ok=False).returncode == 3 and not Ledger(settings.notices_ledger).entries()
    inbox.refuses = False
    nights.cli(settings.home, "notify")
    assert "通知 0 条" in nights.cli(settings.home, "notify", "--as-of", "2030-01-01").stdout or len(inbox.messages) == 2  # a deadline may fall due by then
    text = _text(inbox.messages[0])
    for word in _private_words(published):
        assert word not in text
    nights.cli(settings.home, "verify")
    settings.notices_ledger.write_bytes(settings.notices_ledger.read_bytes().replace(b"44-ybj", b"44-xxx", 1))
    assert nights.cli(settings.home, "verify", ok=False).returncode == 3


def test_a_night_tells_of_a_wrong_configuration_and_goes_on(published, tmp_path):
    settings = nights.copy_home(published.home, tmp_path / "home")
    assert notifying.after_night(settings) is None
    settings.notices.write_text("link: x\nsince: never\nchannels: []\n", "utf-8")
    reported = notifying.after_night(settings)
    assert reported.notices == [] and "notices.yml" in reported.failures[0].message_zh
    settings.notices.write_text("link: x\nsince: 2018-01-01\nchannels: []\n", "utf-8")
    assert notifying.after_night(settings) is None  # not asked for
    settings.notices.write_text("link: x\nsince: 2018-01-01\nevery_night: true\nchannels: [{channel: dead, provider: 44-ybj, url: 'json://127.0.0.1:1/x'}]\n", "utf-8")
    assert [failure.channel for failure in notifying.after_night(settings).failures] == ["dead"]


def _private_words(published) -> set[str]:
    """What must not stand in a notice: names, files, forms, rules, values of the provider's own returns."""
    query = "select file_name, provider_zh, submission_id from returns where provider_id = '44-ybj'"
    words = {str(word) for row in nights.query(published.database, query) for word in row}
    return words | {"医疗保障", "韶关", "2983607", "YR01", "medical_insured"}
