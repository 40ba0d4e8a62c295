"""Every way in which an answer of Redmine can fail, and the promise it becomes; on a real wire. Touches the network."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from redminelib import Redmine

from hd_bridge.errors import BridgeError, Closed, Doubtful, NotNow, Refused
from hd_bridge.model import Change, Draft, Upload
from hd_bridge.tracker.redmine import RedmineTracker
from hd_bridge.tracker.redmine_engine import BridgeEngine
from tests.unit import redmine_stub
from tests.unit.redmine_stub import (
    ISSUE,
    Reply,
    Stub,
    babbles,
    cuts_short,
    hangs_up,
    resets_midway,
    says,
    trickles,
    withholds,
)

KEY = "f00dfeedf00dfeedf00dfeedf00dfeedf00dfeed"
HTML = says(200, b"<html>Please log in</html>", {"Content-Type": "text/html"})
DRAFT = Draft(project="support", subject="s", description="d")


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


def tracker_at(url: str, **more: object) -> RedmineTracker:
    more = {"connect_timeout": 2.0, "read_timeout": 0.4, **more}
    return RedmineTracker(url, KEY, projects=("support",), clock=SystemClock(), **more)  # type: ignore[arg-type]


@pytest.fixture
def stub() -> Iterator[Stub]:
    with redmine_stub.serving() as server:
        yield server


@pytest.fixture
def door(stub: Stub) -> Iterator[RedmineTracker]:
    tracker = tracker_at(stub.url)
    tracker.catalogue("support")
    yield tracker
    tracker.close()


def create(door: RedmineTracker) -> object:
    return door.create(DRAFT, ())


def change(door: RedmineTracker) -> object:
    door.change(7, Change(notes="n"))
    return None


def read(door: RedmineTracker) -> object:
    return door.ticket(7)


def upload(door: RedmineTracker) -> object:
    return door.upload("a.txt", "text/plain", b"a")


Act = Callable[[RedmineTracker], object]
PLACES: dict[Act, tuple[str, str]] = {
    create: ("POST", "/issues.json"),
    change: ("PUT", "/issues/7.json"),
    read: ("GET", "/issues/7.json"),
    upload: ("POST", "/uploads.json"),
}
# What happens on the wire: what it means for (create, change), for reading, for an upload.
ROWS: dict[str, tuple[Reply, type[BridgeError], type[BridgeError], type[BridgeError]]] = {
    "answer withheld": (withholds, Doubtful, Closed, NotNow),
    "connection ended without a word": (hangs_up, Doubtful, Closed, NotNow),
    "reset in the middle of the answer": (resets_midway, Doubtful, Closed, NotNow),
    "answer shorter than announced": (cuts_short, Doubtful, Closed, NotNow),
    "bytes that trickle": (trickles, Doubtful, Closed, NotNow),
    "no HTTP at all": (babbles, Doubtful, Closed, NotNow),
    "a page instead of JSON": (HTML, Doubtful, Closed, Closed),
    "JSON of another program": (says(200, {"hello": 1}), Doubtful, Closed, Closed),
    "JSON that is a list": (says(200, []), Doubtful, Closed, Closed),
    "gzip that is none": (says(200, b"xx", {"Content-Encoding": "gzip"}), Doubtful, Closed, NotNow),
    "500": (says(500), Doubtful, NotNow, NotNow),
    "502 of a proxy": (says(502, b"<html>Bad Gateway</html>"), Doubtful, Closed, Closed),
    "504 of a proxy": (says(504, b"<html>Timeout</html>"), Doubtful, Closed, Closed),
    "503": (says(503), Closed, Closed, Closed),
    "429": (says(429), Closed, Closed, Closed),
    "401": (says(401), Closed, Closed, Closed),
    "a redirect": (says(302, headers={"Location": "https://elsewhere.example.com/"}), Closed, Closed, Closed),
    "413": (says(413, b"<html>"), Refused, Closed, Refused),
    "422 without errors": (says(422, {"errors": []}), NotNow, Closed, NotNow),
    "422 with errors": (says(422, {"errors": ["Betreff fehlt"]}), Refused, Closed, Refused),
    "422 of another program": (says(422, b"<html>"), Doubtful, Closed, Closed),
    "405": (says(405), Refused, Closed, Refused),
    "408": (says(408), NotNow, NotNow, NotNow),
}
CASES = [
    pytest.param(act, row[0], row[column], id=f"{act.__name__}-{name}")
    for name, row in ROWS.items()
    for act, column in ((create, 1), (change, 1), (read, 2), (upload, 3))
    # A change answers 204 without a body: any JSON, or none, is as good.
    if not (act is change and name.startswith("JSON"))
]


@pytest.mark.parametrize(("act", "reply", "promise"), CASES)
def test_what_happens_on_the_wire_becomes_a_promise(
    stub: Stub, door: RedmineTracker, act: Act, reply: Reply, promise: type[BridgeError]
) -> None:
    stub.replies[PLACES[act]] = reply
    stub.seen.clear()
    with pytest.raises(promise) as failure:
        act(door)
    assert type(failure.value) is promise
    assert KEY not in str(failure.value)
    method, path = PLACES[act]
    assert stub.asked(method).count(path) == 1, "nothing is repeated behind the caller's back"


def test_the_servers_own_words_come_with_a_refusal(stub: Stub, door: RedmineTracker) -> None:
    stub.replies[PLACES[create]] = says(422, {"errors": ["Betreff fehlt", ["Feld", "zu lang"]]})
    with pytest.raises(Refused) as refusal:
        create(door)
    assert refusal.value.words == ("Betreff fehlt", "Feld: zu lang")


@pytest.mark.parametrize("status", [403, 404, 422])
@pytest.mark.parametrize("act", [create, change, upload])
def test_nothing_is_refused_for_good_under_a_key_that_is_no_longer_good(
    stub: Stub, door: RedmineTracker, act: Act, status: int
) -> None:
    stub.replies[PLACES[act]] = says(status, {"errors": ["no"]})
    stub.replies["GET", "/users/current.json"] = says(401)
    stub.replies["GET", "/issues/7.json"] = says(404)
    with pytest.raises(Closed):
        act(door)


def test_a_right_that_is_missing_is_named(stub: Stub, door: RedmineTracker) -> None:
    for act, right in ((create, "add_issues"), (change, "add_issue_notes"), (upload, "add_issues")):
        stub.replies[PLACES[act]] = says(403)
        with pytest.raises(Refused, match=right) as refusal:
            act(door)
        assert not refusal.value.missing


def test_a_ticket_that_went_out_of_sight_is_missing(stub: Stub, door: RedmineTracker) -> None:
    for status in (403, 404):
        stub.replies[PLACES[change]] = stub.replies[PLACES[read]] = says(status)
        assert door.ticket(7) is None
        with pytest.raises(Refused) as refusal:
            change(door)
        assert refusal.value.missing


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry-After": "120"}, timedelta(minutes=2)),
        (
            {"Retry-After": "Sat, 21 Nov 2026 12:00:30 GMT", "Date": "Sat, 21 Nov 2026 12:00:00 GMT"},
            timedelta(seconds=30),
        ),
        ({"Retry-After": "99999999999999999999"}, None),
        ({"Retry-After": "999999"}, timedelta(hours=6)),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
def test_a_pause_that_is_asked_for_is_handed_on(
    stub: Stub, door: RedmineTracker, headers: dict[str, str], pause: timedelta | None
) -> None:
    for status in (429, 503):
        stub.replies[PLACES[create]] = says(status, headers=headers)
        with pytest.raises(Closed) as closed:
            create(door)
        assert closed.value.after == pause


def test_where_nobody_listens_nothing_happened(stub: Stub) -> None:
    tracker = tracker_at("http://127.0.0.1:9")
    for act in PLACES:
        with pytest.raises(Closed, match="connection refused"):
            act(tracker)


def test_an_unknown_certificate_and_no_tls_at_all_close_the_door_before_anything_is_sent(tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with redmine_stub.serving(context) as stub, redmine_stub.serving() as bare:
        secure = stub.url.replace("http:", "https:")
        known = tracker_at(secure, ca_file=str(tmp_path / "ca.pem"))
        known.prove()
        known.close()
        seen = len(stub.seen)
        with pytest.raises(Closed, match="certificate"):
            tracker_at(secure).upload("a", "text/plain", b"a")
        with pytest.raises(Closed, match="TLS"):
            tracker_at(bare.url.replace("http:", "https:")).upload("a", "text/plain", b"a")
        assert len(stub.seen) == seen
        assert bare.seen == []


def test_a_201_that_cannot_be_read_leaves_doubt(stub: Stub, door: RedmineTracker) -> None:
    for body in ({"issue": {"id": 7}}, {"issue": ISSUE | {"updated_on": "yesterday"}}, {"issue": None}):
        stub.replies[PLACES[create]] = says(201, body)
        with pytest.raises(Doubtful):
            create(door)


def test_a_text_that_broke_the_server_is_repeated_without_emoji_only_by_the_caller(
    stub: Stub, door: RedmineTracker
) -> None:
    draft = Draft(project="support", subject="Hi 😀", description="ä")
    stub.replies[PLACES[create]] = says(500)
    with pytest.raises(Doubtful):
        door.create(draft, ())
    stub.replies[PLACES[create]] = says(201, {"issue": ISSUE})
    door.create(draft, ())
    first, second = (body for method, _, _, body in stub.seen if method == "POST")
    assert b"\\ud83d\\ude00" in first
    assert b"Hi \\ufffd" in second
    assert b"\\u00e4" in second


def test_what_is_sent_says_who_we_are_and_takes_gzip(stub: Stub, door: RedmineTracker) -> None:
    door.prove()
    _, _, headers, _ = stub.seen[-1]
    assert headers["X-Redmine-API-Key"] == KEY
    assert headers["User-Agent"].startswith("hd_bridge/")
    assert "gzip" in headers["Accept-Encoding"]


def test_the_librarys_own_calls_take_the_same_road(stub: Stub) -> None:
    wire = {"connect_timeout": 2.0, "read_timeout": 2.0, "ca_file": None, "connections": 1}
    redmine = Redmine(stub.url, key=KEY, engine=BridgeEngine, monotonic=time.monotonic, **wire)
    assert redmine.user.get("current").login == "bridge"
    stub.replies["GET", "/users/current.json"] = says(503)
    with pytest.raises(Closed):
        redmine.user.get("current")
    redmine.engine.close()


def test_another_users_key_closes_the_door(stub: Stub, door: RedmineTracker) -> None:
    door.prove()
    stub.replies["GET", "/users/current.json"] = says(200, {"user": {"id": 6}})
    with pytest.raises(Closed, match="another user"):
        door.prove()


def test_a_file_that_did_not_arrive_is_named(stub: Stub, door: RedmineTracker) -> None:
    answer = door.create(DRAFT, (Upload(token="3.abc", name="mail-1.eml"),))
    assert any("mail-1.eml" in words for words in answer.unknown)
