"""The IMAP mailbox on a real Dovecot: the contract, and what a real server can do to us."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hd_bridge.errors import Closed, Refused
from hd_bridge.findings import Level
from hd_bridge.mail.imap import ImapBox
from tests.contract.mailbox import CAP, EVER, LONG_AGO, MailboxContract, Reader, Scene, a_mail, later, never, subjects
from tests.live.servers.dovecot import Dovecot

pytestmark = pytest.mark.live


class DovecotScene(Scene):
    """A fresh account, filled by APPEND and looked at by another client."""

    def __init__(self, server: Dovecot, box: ImapBox | None = None) -> None:
        self.server = server
        self.address = server.new_account()
        self.box = box or self.open()

    def open(self, **more: object) -> ImapBox:
        usual = {"port": self.server.imaps_port, "ca_file": self.server.ca_file, "password": self.server.password}
        settings: dict[str, Any] = {**usual, "max_size": CAP, **more}
        return ImapBox("support", self.server.host, username=self.address, **settings)

    def put(self, raw: bytes, at: datetime | None = None) -> None:
        self.server.append(self.address, raw, at)

    def unread(self) -> int:
        with self.server.client(self.address) as client:
            client.select_folder("INBOX", readonly=True)
            return len(client.search(["UNSEEN"]))

    def count(self, folder: str | None = None) -> int:
        with self.server.client(self.address) as client:
            name = folder or "INBOX"
            return int(client.folder_status(name)[b"MESSAGES"]) if client.folder_exists(name) else 0

    def empty(self) -> None:
        with self.server.client(self.address) as client:
            client.select_folder("INBOX")
            client.delete_messages(client.search())
            client.expunge()

    def folder(self, name: str) -> None:
        with self.server.client(self.address) as client:
            client.create_folder(name)


@pytest.fixture
def scene(dovecot: Dovecot) -> Iterator[DovecotScene]:
    scene = DovecotScene(dovecot)
    yield scene
    scene.box.close()


class TestDovecotBox(MailboxContract):
    """All of the contract; the archive is there, as it is where people archive."""

    @pytest.fixture(autouse=True)
    def archive(self, scene: DovecotScene) -> None:
        scene.folder("Archive")


@pytest.mark.parametrize("tls", ["starttls", "none"])
def test_starttls_and_plain_text_on_loopback_work_too(scene: DovecotScene, tls: str) -> None:
    scene.put(a_mail("by-another-way"))
    box = scene.open(tls=tls, port=scene.server.imap_port, password=lambda: scene.server.password)
    assert subjects(Reader(box, EVER).read()) == ["by-another-way"]
    box.close()


def test_a_mail_by_lmtp_wakes_the_idle(scene: DovecotScene) -> None:
    reader = Reader(scene.box, None)
    assert reader.read() == []
    timer = later(lambda: scene.server.deliver(scene.address, a_mail("by-lmtp")))
    assert scene.box.wait(120, never)
    timer.join()
    assert subjects(reader.read()) == ["by-lmtp"]


def test_an_idle_that_is_renewed_still_wakes(scene: DovecotScene) -> None:
    scene.box = scene.open(renew=0.4)
    reader = Reader(scene.box, None)
    assert reader.read() == []
    timers = [later(lambda: None)]
    timer = later(lambda: timers.append(later(lambda: scene.put(a_mail("late")))))
    assert scene.box.wait(120, never)
    timer.join()
    assert subjects(reader.read()) == ["late"]


def test_filing_away_need_not_wait_for_an_idle_to_end(scene: DovecotScene) -> None:
    scene.put(a_mail("flag-me"))
    (arrival,) = (reader := Reader(scene.box, EVER)).read()
    flagged: list[int] = []

    def flag() -> None:
        scene.box.file_away(arrival.place, "flag")
        flagged.append(scene.unread())

    timer = later(flag)
    assert not scene.box.wait(200, lambda: bool(flagged))
    timer.join()
    assert flagged == [0]
    assert reader.read() == []


def test_a_folder_made_anew_is_read_again_but_not_what_came_before_the_quiet_start(scene: DovecotScene) -> None:
    scene.folder("Support")
    scene.server.append(scene.address, a_mail("old"), LONG_AGO, "Support")
    scene.box = scene.open(folder="Support")
    reader = Reader(scene.box, None)
    assert reader.read() == []
    with scene.server.client(scene.address) as client:
        client.delete_folder("Support")
    soon = datetime.now(UTC) + timedelta(hours=1)
    for name, at in (("restored", LONG_AGO), ("new-1", soon), ("restored-too", LONG_AGO), ("new-2", soon)):
        scene.server.append(scene.address, a_mail(name), at, "Support")
    found = scene.box.since(reader.cursor, reader.known)
    first = next(found)
    reader.cursor = first.cursor
    reader.places.add(first.place)
    assert subjects([first, *reader.read()]) == ["new-1", "new-2"]


def test_a_mail_of_a_folder_made_anew_is_not_mistaken_for_another(scene: DovecotScene) -> None:
    scene.folder("Support")
    scene.server.append(scene.address, a_mail("first"), None, "Support")
    scene.box = scene.open(folder="Support")
    (arrival,) = Reader(scene.box, EVER).read()
    with scene.server.client(scene.address) as client:
        client.delete_folder("Support")
    scene.server.append(scene.address, a_mail("second"), None, "Support")
    scene.box.file_away(arrival.place, "flag")
    with scene.server.client(scene.address) as client:
        assert client.folder_status("Support")[b"UNSEEN"] == 1


def test_a_restart_while_waiting_closes_the_door_and_then_all_works(scene: DovecotScene) -> None:
    reader = Reader(scene.box, None)
    assert reader.read() == []
    timer = later(scene.server.restart)
    with pytest.raises(Closed):
        scene.box.wait(120, never)
    timer.join()
    scene.put(a_mail("after-the-restart"))
    assert subjects(reader.read()) == ["after-the-restart"]


def test_a_restart_between_two_readings_costs_one_try_at_most(scene: DovecotScene) -> None:
    reader = Reader(scene.box, None)
    scene.server.restart()
    with suppress(Closed):  # a process of the old server may live on and answer
        reader.read()
    scene.put(a_mail("still-here"))
    assert subjects(reader.read()) == ["still-here"]


def test_an_authority_that_is_not_ours_closes_the_door(scene: DovecotScene) -> None:
    box = scene.open(ca_file=None)
    with pytest.raises(Closed, match="certificate is not trusted"):
        box.begin(None)


def test_a_refused_login_says_what_to_do_and_never_the_password(scene: DovecotScene) -> None:
    box = scene.open(password="wrong-secret")
    with pytest.raises(Closed, match="check username and password") as caught:
        box.begin(None)
    assert "wrong-secret" not in str(caught.value)
    assert all("wrong-secret" not in one.text for one in box.check())


def test_a_target_that_is_not_there_is_refused_and_the_check_names_it(scene: DovecotScene) -> None:
    scene.put(a_mail("stay"))
    (arrival,) = Reader(scene.box, EVER).read()
    with pytest.raises(Refused):
        scene.box.file_away(arrival.place, "move:Nowhere")
    found = scene.open(afterwards="move:Nowhere").check()
    assert [one.level for one in found].count(Level.PROBLEM) == 1
    assert any("folder Nowhere" in one.text for one in found)


def test_a_folder_beyond_ascii_works(scene: DovecotScene) -> None:
    scene.folder("Grüße & Co")
    scene.put(a_mail("move-me"))
    (arrival,) = Reader(scene.box, EVER).read()
    scene.box.file_away(arrival.place, "move:Grüße & Co")
    assert scene.count("Grüße & Co") == 1


def test_a_folder_that_is_not_there_is_named_by_the_check(scene: DovecotScene) -> None:
    found = scene.open(folder="Missing").check()
    assert any(one.level is Level.PROBLEM and "Missing" in one.text for one in found)
