"""What every mailbox does, whatever stands behind it: a class of tests that each adapter's tests inherit."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from hd_bridge.errors import Refused
from hd_bridge.findings import Level
from hd_bridge.ports import Mailbox
from hd_bridge.work import Arrival

EVER = datetime.min.replace(tzinfo=UTC)
LONG_AGO = datetime(2020, 5, 17, 8, 30, tzinfo=UTC)
CAP = 1_000_000


def a_mail(subject: str, text: str = "Hello") -> bytes:
    """A small mail with CRLF line ends."""
    lines = (f"Message-ID: <{subject}@example.org>", f"Subject: {subject}", "From: a@example.org", "", text, "")
    return "\r\n".join(lines).encode("ascii")


def subjects(arrivals: Sequence[Arrival]) -> list[str]:
    """The subjects of mails, in their order."""
    lines = [line for one in arrivals for line in one.raw.split(b"\r\n\r\n")[0].splitlines()]
    return [line.decode("ascii").removeprefix("Subject: ") for line in lines if line.startswith(b"Subject: ")]


class Scene(ABC):
    """A mailbox (with a cap of ``CAP`` octets), a way to put mail in, and a look behind it."""

    box: Mailbox

    @abstractmethod
    def put(self, raw: bytes, at: datetime | None = None) -> None:
        """Lay a mail into it, with a date of arrival."""

    @abstractmethod
    def unread(self) -> int:
        """How many mails in it are not flagged as seen."""

    @abstractmethod
    def count(self, folder: str | None = None) -> int:
        """How many mails lie in it, or in a folder beside it."""

    @abstractmethod
    def empty(self) -> None:
        """Take all mails away, behind the product's back."""


class Reader:
    """A journal's memory of one mailbox: cursor and places."""

    def __init__(self, box: Mailbox, since: datetime | None) -> None:
        self.box = box
        self.cursor, seen = box.begin(since)
        self.places = set(seen)

    def known(self, places: Sequence[str]) -> set[str]:
        return self.places & set(places)

    def read(self) -> list[Arrival]:
        """Read all that is new, keeping each before the next is asked for."""
        found = []
        for arrival in self.box.since(self.cursor, self.known):
            found.append(arrival)
            self.cursor = arrival.cursor
            self.places.add(arrival.place)
        return found


def never() -> bool:
    return False


def later(act: Callable[[], None]) -> threading.Timer:
    """Do something while the test waits."""
    timer = threading.Timer(0.3, act)
    timer.start()
    return timer


class MailboxContract:
    """Inherit and give a fixture ``scene``."""

    def test_the_first_start_is_quiet(self, scene: Scene) -> None:
        scene.put(a_mail("before"))
        reader = Reader(scene.box, None)
        assert reader.read() == []
        scene.put(a_mail("after"))
        assert subjects(reader.read()) == ["after"]

    def test_a_start_from_the_beginning_takes_all_oldest_first(self, scene: Scene) -> None:
        for number in range(3):
            scene.put(a_mail(f"mail-{number}"), LONG_AGO + timedelta(hours=number))
        assert subjects(Reader(scene.box, EVER).read()) == ["mail-0", "mail-1", "mail-2"]

    def test_a_start_from_a_date_passes_over_older_mails_wherever_they_lie(self, scene: Scene) -> None:
        for name, days in (("old", 0), ("new", 20), ("moved-in-old", 1), ("newer", 21)):
            scene.put(a_mail(name), LONG_AGO + timedelta(days=days))
        reader = Reader(scene.box, LONG_AGO + timedelta(days=10))
        assert subjects(reader.read()) == ["new", "newer"]

    def test_an_old_mail_that_is_moved_in_later_is_taken(self, scene: Scene) -> None:
        reader = Reader(scene.box, None)
        scene.put(a_mail("rescued-from-spam"), LONG_AGO)
        assert subjects(reader.read()) == ["rescued-from-spam"]

    def test_bytes_come_as_they_are_with_date_and_size(self, scene: Scene) -> None:
        raw = a_mail("bytes", "caf\\xe9 ..\r\n.\r\n From x\t").replace(b"\\xe9", b"\xe9\xff")
        scene.put(raw, LONG_AGO)
        (arrival,) = Reader(scene.box, EVER).read()
        assert (arrival.raw, arrival.size, arrival.truncated) == (raw, len(raw), False)
        assert arrival.internal_date == LONG_AGO
        assert arrival.internal_date.utcoffset() == timedelta(0)

    def test_a_mail_is_handed_out_once(self, scene: Scene) -> None:
        reader = Reader(scene.box, EVER)
        scene.put(a_mail("once"))
        assert subjects(reader.read()) == ["once"]
        assert reader.read() == []

    def test_reading_goes_on_where_it_was_broken_off(self, scene: Scene) -> None:
        for number in range(3):
            scene.put(a_mail(f"mail-{number}"), LONG_AGO + timedelta(hours=number))
        reader = Reader(scene.box, EVER)
        first = next(iter(scene.box.since(reader.cursor, reader.known)))
        reader.cursor, reader.places = first.cursor, {first.place}
        assert subjects(reader.read()) == ["mail-1", "mail-2"]

    def test_what_was_read_but_not_kept_comes_again(self, scene: Scene) -> None:
        reader = Reader(scene.box, EVER)
        scene.put(a_mail("again"))
        for _ in range(2):
            assert subjects(list(scene.box.since(reader.cursor, reader.known))) == ["again"]

    def test_reading_changes_nothing(self, scene: Scene) -> None:
        scene.put(a_mail("untouched"))
        assert len(Reader(scene.box, EVER).read()) == 1
        assert (scene.unread(), scene.count()) == (1, 1)

    def test_a_mail_over_the_cap_comes_as_header_and_beginning(self, scene: Scene) -> None:
        raw = a_mail("huge", ("x" * 76 + "\r\n") * 20_000)
        scene.put(raw)
        (arrival,) = Reader(scene.box, EVER).read()
        assert arrival.truncated
        assert raw.startswith(arrival.raw)
        assert arrival.size == len(raw)
        assert 256 * 1024 <= len(arrival.raw) < CAP

    def test_a_mail_is_flagged_and_again_is_harmless(self, scene: Scene) -> None:
        scene.put(a_mail("flag-me"))
        scene.put(a_mail("not-me"))
        reader = Reader(scene.box, EVER)
        first, _ = reader.read()
        for _ in range(2):
            scene.box.file_away(first.place, "flag")
        assert (scene.unread(), scene.count()) == (1, 2)
        assert reader.read() == []

    def test_a_mail_is_moved_and_again_is_harmless(self, scene: Scene) -> None:
        scene.put(a_mail("move-me"))
        scene.put(a_mail("not-me"))
        reader = Reader(scene.box, EVER)
        first, _ = reader.read()
        for _ in range(2):
            scene.box.file_away(first.place, "move:Archive")
        assert (scene.count(), scene.count("Archive")) == (1, 1)
        assert reader.read() == []

    @pytest.mark.parametrize("how", ["flag", "move:Archive"])
    def test_a_mail_that_is_gone_is_filed_away(self, scene: Scene, how: str) -> None:
        scene.put(a_mail("gone"))
        (arrival,) = Reader(scene.box, EVER).read()
        scene.empty()
        scene.box.file_away(arrival.place, how)
        assert scene.count("Archive") == 0

    @pytest.mark.parametrize("how", ["", "delete", "move", "Flag"])
    def test_another_way_of_filing_is_refused(self, scene: Scene, how: str) -> None:
        scene.put(a_mail("stay"))
        (arrival,) = Reader(scene.box, EVER).read()
        with pytest.raises(Refused):
            scene.box.file_away(arrival.place, how)

    @pytest.mark.parametrize("place", ["", "../../etc/passwd", "x\0y", "1:2:3", "-1:1", "1:*"])
    def test_a_place_that_is_none_touches_nothing(self, scene: Scene, place: str) -> None:
        scene.put(a_mail("stay"))
        with suppress(Refused):
            scene.box.file_away(place, "move:Archive")
        assert (scene.count(), scene.unread()) == (1, 1)

    def test_a_copy_of_a_letter_is_kept_once_and_is_no_news(self, scene: Scene) -> None:
        reader = Reader(scene.box, EVER)
        for subject in ("one", "two", "one"):
            scene.box.keep_copy("Sent", a_mail(subject), f"<{subject}@example.org>")
        assert (scene.count("Sent"), scene.count(), scene.unread()) == (2, 0, 0)
        assert reader.read() == []

    def test_copies_and_mails_that_are_filed_away_do_not_disturb_each_other(self, scene: Scene) -> None:
        scene.put(a_mail("flag-me"))
        (arrival,) = Reader(scene.box, EVER).read()
        scene.box.keep_copy("Sent", a_mail("copy"), "<copy@example.org>")
        scene.box.file_away(arrival.place, "flag")
        assert (scene.unread(), scene.count(), scene.count("Sent")) == (0, 1, 1)

    def test_waiting_ends_when_a_mail_comes(self, scene: Scene) -> None:
        reader = Reader(scene.box, None)
        assert reader.read() == []
        timer = later(lambda: scene.put(a_mail("wake")))
        assert scene.box.wait(60, never)
        timer.join()
        assert subjects(reader.read()) == ["wake"]

    def test_what_came_between_reading_and_waiting_is_not_waited_for(self, scene: Scene) -> None:
        reader = Reader(scene.box, None)
        assert reader.read() == []
        scene.put(a_mail("between"))
        assert scene.box.wait(60, never)

    def test_waiting_ends_without_news(self, scene: Scene) -> None:
        scene.put(a_mail("old"))
        assert Reader(scene.box, None).read() == []
        assert not scene.box.wait(0.2, never)

    def test_waiting_ends_when_it_is_told_to(self, scene: Scene) -> None:
        Reader(scene.box, None).read()
        told = threading.Event()
        later(told.set)
        assert not scene.box.wait(200, told.is_set)

    def test_a_closed_box_opens_again(self, scene: Scene) -> None:
        reader = Reader(scene.box, EVER)
        scene.box.close()
        scene.put(a_mail("after-closing"))
        assert subjects(reader.read()) == ["after-closing"]

    def test_a_check_finds_nothing_wrong_and_tells_how_many_mails_there_are(self, scene: Scene) -> None:
        for number in range(3):
            scene.put(a_mail(f"mail-{number}"))
        found = scene.box.check()
        assert all(one.level is Level.OK for one in found), found
        assert any("3 mails" in one.text for one in found)
        assert scene.unread() == 3
