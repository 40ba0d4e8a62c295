"""How an IMAP server fails, and what it can offer too little of: nothing hangs, nothing is said in plain text."""

from __future__ import annotations

from collections.abc import Callable
from io import BufferedIOBase
from typing import Any

import pytest

from hd_bridge.errors import BridgeError, Closed, ConfigError, NotNow, Refused
from hd_bridge.findings import Level
from hd_bridge.mail.imap import ImapBox
from hd_bridge.mail.tls import is_loopback, shared_context
from tests.contract.mailbox import EVER, Reader, later, never
from tests.unit.scripted import DROP, SILENT, serving
from tests.unit.scripted_imap import ImapScript
from tests.unit.test_imap_reading import a_box, holding

FAULTS: list[tuple[dict[str, str], str]] = [
    ({"greeting": SILENT}, "no answer in time"),
    ({"greeting": DROP}, "lost"),
    ({"greeting": "BYE"}, "127.0.0.1"),
    ({"LOGIN": SILENT}, "no answer in time"),
    ({"LOGIN": "NO [AUTHENTICATIONFAILED] no"}, "check username and password"),
    ({"EXAMINE": SILENT}, "no answer in time"),
    ({"EXAMINE": "NO no such folder"}, "no such folder"),
    ({"EXAMINE": DROP}, "lost"),
    ({"UID_SEARCH": SILENT}, "no answer in time"),
    ({"UID_SEARCH": "BAD what"}, "what"),
    ({"UID_FETCH": SILENT}, "no answer in time"),
    ({"UID_FETCH": DROP}, "lost"),
    ({"UID_FETCH": "* 1 FETCH (UID 1 BODY[] secret-of-a-mail"}, "lost|no answer|not understood"),
    ({"UID_FETCH": "* secret-of-a-mail"}, "lost|no answer|not understood"),
]


@pytest.mark.parametrize(("answers", "why"), FAULTS)
def test_whatever_breaks_while_reading_closes_the_door_and_nothing_hangs(answers: dict[str, str], why: str) -> None:
    with serving(holding("one", **answers)) as port:
        box = a_box(port)
        with pytest.raises(Closed, match=why) as caught:
            Reader(box, EVER).read()
        box.close()
    assert "secret" not in str(caught.value)


def test_a_check_of_a_broken_server_is_a_finding() -> None:
    with serving(holding("one", EXAMINE="NO no such folder")) as port:
        found = a_box(port).check()
    assert [one.level for one in found if "no such folder" in one.text] == [Level.PROBLEM]


@pytest.mark.parametrize(
    "answers",
    [
        {"capabilities": "IDLE"},
        {"capabilities": "STARTTLS", "STARTTLS": "NO not now"},
        {"capabilities": "STARTTLS", "STARTTLS": "BAD what"},
        {"capabilities": "STARTTLS", "greeting": "PREAUTH"},
        {"capabilities": "STARTTLS", "STARTTLS": DROP},
    ],
)
def test_without_starttls_no_password_is_said(answers: dict[str, str]) -> None:
    with serving(script := ImapScript(**answers)) as port, pytest.raises(Closed):
        a_box(port, tls="starttls").begin(None)
    assert not {"LOGIN", "AUTHENTICATE", "EXAMINE"} & set(script.verbs())


def test_a_password_that_the_server_echoes_is_not_repeated() -> None:
    with serving(ImapScript(LOGIN="NO hunter-2 is wrong")) as port, pytest.raises(Closed) as caught:
        a_box(port, password=lambda: "hunter-2").begin(None)
    assert "hunter-2" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("password", ["päss-wörd", "pass\r\nA1 LOGOUT"])
def test_a_password_that_cannot_be_sent_is_not_shown_either(password: str) -> None:
    with serving(script := ImapScript()) as port, pytest.raises(Closed, match="password") as caught:
        a_box(port, password=password).begin(None)
    assert "rd" not in str(caught.value).replace("password", "")
    assert "LOGIN" not in script.verbs()


def test_still_here_is_no_event() -> None:
    script = holding("one")
    script.pushes = ["* OK Still here", "* 1 FETCH (FLAGS (\\Seen))"]
    with serving(script) as port:
        reader = Reader(box := a_box(port), None)
        assert reader.read() == []
        assert not box.wait(0.4, never)
        box.close()


def test_an_idle_that_is_cut_closes_the_door_without_turning_in_circles() -> None:
    script = holding("one")
    script.pushes = [DROP]
    with serving(script) as port:
        reader = Reader(box := a_box(port), None)
        assert reader.read() == []
        with pytest.raises(Closed):
            box.wait(30, never)
        box.close()
    assert script.verbs().count("IDLE") == 1


def test_a_server_that_is_silent_after_done_does_not_hold_us() -> None:
    script = holding("one")
    script.pushes = [SILENT]
    with serving(script) as port:
        reader = Reader(box := a_box(port), None)
        assert reader.read() == []
        with pytest.raises(Closed):
            box.wait(0.1, never)
        box.close()


def test_without_idle_news_is_asked_for() -> None:
    script = holding("one", capabilities="UIDPLUS")
    with serving(script) as port:
        reader = Reader(box := a_box(port, poll=0.1), None)
        assert reader.read() == []
        timer = later(lambda: script.mails.update(holding("one", "two").mails))
        assert box.wait(60, never)
        timer.join()
        box.close()
    assert "IDLE" not in script.verbs()


def file_away(script: ImapScript, how: str) -> None:
    with serving(script) as port:
        box = a_box(port)
        try:
            box.file_away("7:1", how)
        finally:
            box.close()


@pytest.mark.parametrize(
    ("capabilities", "verbs"),
    [
        ("MOVE UIDPLUS", ["UID MOVE"]),
        ("UIDPLUS", ["UID COPY", "UID STORE", "UID EXPUNGE"]),
        ("IDLE", ["UID STORE"]),
    ],
)
def test_a_mail_is_moved_as_far_as_the_server_can_and_never_by_a_plain_expunge(
    capabilities: str, verbs: list[str]
) -> None:
    script = holding("one", capabilities=capabilities)
    file_away(script, "move:Archive")
    assert [verb for verb in script.verbs() if verb in ("EXPUNGE", "CLOSE") or verb.startswith("UID ")][1:] == verbs
    assert ("\\Deleted" in str(script.mails[1].flags)) == (capabilities == "UIDPLUS")


@pytest.mark.parametrize(("said", "kind"), [("[UNAVAILABLE] later", NotNow), ("[TRYCREATE] no folder", Refused)])
def test_a_server_that_says_no_is_believed(said: str, kind: type[BridgeError]) -> None:
    with pytest.raises(kind, match=r"later|no folder"):
        file_away(holding("one", UID_MOVE=f"NO {said}"), "move:Archive")


def test_a_folder_that_may_only_be_read_is_refused() -> None:
    script = holding("one")
    script.read_only = True
    with pytest.raises(Refused, match="only be read"):
        file_away(script, "flag")


@pytest.mark.parametrize(("afterwards", "level"), [("move:Archive", Level.WARNING), ("flag", Level.OK)])
def test_a_check_tells_what_cannot_be_moved(afterwards: str, level: Level) -> None:
    with serving(holding("one", capabilities="IDLE")) as port:
        found = a_box(port, afterwards=afterwards).check()
    assert [one.level for one in found if "neither MOVE nor UIDPLUS" in one.text] == [level]


@pytest.mark.parametrize(
    ("host", "tls"), [("mail.example.com", "none"), ("127.0.0.1.example.com", "none"), ("::1", "")]
)
def test_plain_text_leaves_this_machine_by_no_configuration(host: str, tls: str) -> None:
    with pytest.raises(ConfigError, match="tls"):
        ImapBox("support", host, 143, username="u", password="p", tls=tls)


def test_mailboxes_share_one_verified_context() -> None:
    assert shared_context() is shared_context()
    assert shared_context().check_hostname


def test_an_authority_that_cannot_be_read_is_a_mistake_of_the_configuration(tmp_path: Any) -> None:
    (tmp_path / "empty.pem").write_text("")
    for name in ("missing.pem", "empty.pem"):
        with pytest.raises(ConfigError, match="ca_file"):
            shared_context(str(tmp_path / name))


def test_only_this_machine_is_loopback() -> None:
    assert all(is_loopback(host) for host in ("localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "::1"))
    assert not any(is_loopback(host) for host in ("localhost.example.com", "0.0.0.0", "10.0.0.1", "", "::"))


class AtOnce(ImapScript):
    """A server whose word that IDLE begins comes in one piece with the first news."""

    def _idle(self, command: str, lines: BufferedIOBase, say: Callable[[str], None]) -> None:
        say("+ idling\r\n* 2 EXISTS")
        assert lines.readline().strip() == b"DONE"


def test_a_mail_told_of_together_with_the_word_that_idle_begins_does_not_wait_for_its_end() -> None:
    with serving(script := AtOnce()) as port:
        reader = Reader(box := a_box(port), None)
        assert reader.read() == []
        assert box.wait(3600, never)
        box.close()
    assert script.verbs().count("IDLE") == 1
