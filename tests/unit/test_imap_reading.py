"""What an IMAP server can do to a reader: other UIDs, wrong sizes, mails that it will not give."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from hd_bridge.errors import Closed
from hd_bridge.mail import imap_fetch
from hd_bridge.mail.imap import ImapBox
from hd_bridge.mail.imap_cursor import Cursor
from hd_bridge.mail.imap_session import Account, connect
from tests.contract.mailbox import EVER, Reader, a_mail, never, subjects
from tests.unit.scripted import serving
from tests.unit.scripted_imap import ImapScript, Stored


def a_box(port: int, **more: Any) -> ImapBox:
    settings: dict[str, Any] = {"username": "support", "password": "secret", "tls": "none", "timeout": 0.5, **more}
    return ImapBox("support", "127.0.0.1", port, **settings)


def holding(*names: str, **answers: str) -> ImapScript:
    script = ImapScript(**answers)
    script.mails = {uid: Stored(raw=a_mail(name)) for uid, name in enumerate(names, start=1)}
    return script


def test_the_last_mail_which_every_open_range_names_is_not_taken_again() -> None:
    with serving(script := holding("one", "two")) as port:
        reader = Reader(box := a_box(port), EVER)
        assert subjects(reader.read()) == ["one", "two"]
        asked = script.verbs().count("UID FETCH")
        assert reader.read() == []
        box.close()
    assert "UID SEARCH UID 3:*" in script.heard
    assert script.verbs().count("UID FETCH") == asked


def test_after_a_change_of_uidvalidity_all_is_read_again_under_new_places() -> None:
    with serving(script := holding("one", "two")) as port:
        reader = Reader(box := a_box(port), EVER)
        before = reader.read()
        script.validity = 8
        after = reader.read()
        box.close()
    assert subjects(after) == subjects(before) == ["one", "two"]
    assert [one.place for one in before] == ["7:1", "7:2"]
    assert [one.place for one in after] == ["8:1", "8:2"]


def test_a_rescan_that_is_broken_off_still_leaves_out_what_came_before_the_start() -> None:
    with serving(script := holding("old")) as port:
        reader = Reader(box := a_box(port), None)
        script.validity = 8
        script.mails = {uid: Stored(raw=a_mail(f"mail-{uid}")) for uid in range(1, 6)}
        for uid in (2, 4):
            script.mails[uid].date = "17-May-2100 08:30:00 +0000"
        first = next(iter(box.since(reader.cursor, reader.known)))
        box.close()
        reader.box, reader.cursor = a_box(port), first.cursor
        assert subjects([first, *reader.read()]) == ["mail-2", "mail-4"]
        reader.box.close()


def test_a_rescan_that_finds_nothing_new_is_not_done_again_and_again() -> None:
    with serving(script := holding("old", "older")) as port:
        reader = Reader(box := a_box(port), None)
        script.validity = 8
        assert reader.read() == []
        asked = script.verbs().count("UID FETCH")
        assert reader.read() == []
        box.close()
    assert script.verbs().count("UID FETCH") == asked


def test_dates_come_in_utc() -> None:
    with serving(holding("dated")) as port:
        (arrival,) = Reader(box := a_box(port), EVER).read()
        box.close()
    assert arrival.internal_date == datetime(2020, 5, 17, 6, 30, tzinfo=UTC)
    assert str(arrival.internal_date.tzinfo) == "UTC"


def test_a_folder_without_uidvalidity_is_not_read() -> None:
    script = holding("one")
    script.validity = None
    with serving(script) as port, pytest.raises(Closed, match="UIDVALIDITY"):
        a_box(port).begin(None)


@pytest.mark.parametrize("told", [None, 10, 10_000_000])
def test_a_size_told_wrong_fills_no_memory_and_loses_no_mail(told: int | None) -> None:
    raw = a_mail("huge", "x" * 600_000)
    script = holding()
    script.mails = {1: Stored(raw=raw, size=told)}
    with serving(script) as port:
        (arrival,) = Reader(box := a_box(port, max_size=500_000), EVER).read()
        box.close()
    assert arrival.truncated
    assert raw.startswith(arrival.raw)
    assert len(arrival.raw) == raw.index(b"\r\n\r\n") + 4 + imap_fetch.EXCERPT


def test_a_mail_that_the_server_never_gives_holds_up_the_others_for_a_while_only() -> None:
    script = holding("one", "two", "three")
    script.mails[2].raw = None
    with serving(script) as port:
        reader = Reader(box := a_box(port), EVER)
        found = []
        for _ in range(2):
            with pytest.raises(Closed, match="does not give out mail 7:2"):
                for arrival in box.since(reader.cursor, reader.known):
                    found.append(arrival)
                    reader.cursor = arrival.cursor
        found += reader.read()
        box.close()
    assert subjects(found) == ["one", "three"]
    (unreadable,) = [one for one in found if one.place == "7:2"]
    assert unreadable.truncated
    assert unreadable.raw == b"X-HD-Bridge-Unreadable: 7:2\r\n\r\n"


def test_a_mail_that_vanishes_while_it_is_asked_for_is_passed_over() -> None:
    script = holding("one", "two")
    with serving(script) as port:
        reader = Reader(box := a_box(port), EVER)
        arrivals = iter(box.since(reader.cursor, reader.known))
        first = next(arrivals)
        del script.mails[2]
        assert subjects([first, *arrivals]) == ["one"]
        box.close()


def test_a_folder_of_very_many_mails_is_searched_in_pieces_that_fit_a_line() -> None:
    with serving(script := holding("one", "two", "three", "four", "five")) as port:
        account = Account(
            host="127.0.0.1", port=port, username="u", password="p", context=None, starttls=False, timeout=5
        )
        client = connect(account)
        folder = imap_fetch.examine(client, "INBOX")
        assert imap_fetch.uids_after(client, folder, 1, span=2) == [2, 3, 4, 5]
        client.logout()
    searches = [line for line in script.heard if line.startswith("UID SEARCH")]
    assert searches == ["UID SEARCH UID 2:3", "UID SEARCH UID 4:5"]


def test_the_folder_is_examined_and_bodies_are_peeked_at() -> None:
    with serving(script := holding("one")) as port:
        Reader(box := a_box(port), EVER).read()
        box.wait(0.1, never)
        box.close()
    assert "SELECT" not in script.verbs()
    assert all("PEEK" in line for line in script.heard if "BODY" in line)


@pytest.mark.parametrize("text", ["", "maildir", "{}", "[]", '{"uidvalidity":1,"uid":"x","not_before":null}'])
def test_a_cursor_that_is_none_of_ours_closes_the_door(text: str) -> None:
    with pytest.raises(Closed, match="cursor"):
        Cursor.loads(text)


def test_a_cursor_survives_the_journal() -> None:
    cursor = Cursor(uidvalidity=1, uid=2, not_before=datetime(2026, 1, 1, tzinfo=UTC), rescan=9)
    assert Cursor.loads(cursor.dumps()) == cursor
