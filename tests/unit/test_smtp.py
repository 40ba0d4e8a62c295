"""Every way in which a relay can fail, and what is known of the letter then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BufferedIOBase

import pytest

from hd_bridge.errors import BridgeError, Closed, ConfigError, Doubtful, NotNow, Refused
from hd_bridge.findings import Level
from hd_bridge.mail.smtp import SmtpOutbox
from tests.contract.outbox import Accepted, a_letter
from tests.unit.scripted import DROP, SILENT, Script, serving

SAYS = {"GREETING": "220 hello", "EHLO": "250-here\r\n250 SIZE 1000000", "CONTENT": "250 queued", "DATA": "354 go on"}
LETTER = a_letter("a@example.org")


class Relay(Script):
    """Says 250 to everything, except as told; a list is said one after another."""

    def __init__(self, **answers: str | list[str]) -> None:
        super().__init__()
        self.answers: dict[str, str | list[str]] = {**SAYS, "QUIT": "221 bye", **answers}
        self.contents: list[bytes] = []

    def play(self, lines: BufferedIOBase, say: Callable[[str], None]) -> None:
        say(self._answer("GREETING"))
        while line := lines.readline():
            self.heard.append(line.decode("utf-8").rstrip("\r\n"))
            verb = self.heard[-1].split(" ")[0].upper()
            answer = self._answer(verb)
            say(answer)
            if verb == "DATA" and answer.startswith("354"):
                self.contents.append(b"".join(iter(lines.readline, b".\r\n")))
                say(self._answer("CONTENT"))

    def verbs(self) -> list[str]:
        return [line.split(" ")[0].upper() for line in self.heard]

    def _answer(self, verb: str) -> str:
        answer = self.answers.get(verb, "250 ok")
        return answer if isinstance(answer, str) else answer.pop(0)


def outbox(port: int, **more: object) -> SmtpOutbox:
    settings = {"tls": "none", "timeout": 0.4, **more}
    return SmtpOutbox("127.0.0.1", port, **settings)  # type: ignore[arg-type]


BEFORE: list[tuple[dict[str, str | list[str]], type[BridgeError], str]] = [
    ({"GREETING": "554 not today"}, Closed, "not today"),
    ({"GREETING": SILENT}, Closed, "no answer in time"),
    ({"GREETING": DROP}, Closed, "lost"),
    ({"EHLO": "451 busy"}, Closed, "busy"),
    ({"EHLO": "550 go away"}, Closed, "go away"),
    ({"EHLO": DROP}, Closed, "lost"),
    ({"EHLO": "what?"}, Closed, "greeting"),
    ({"MAIL": "421 shutting down"}, Closed, "shutting down"),
    ({"MAIL": "530 5.7.0 log in"}, Closed, "log in"),
    ({"MAIL": "451 later"}, NotNow, "later"),
    ({"MAIL": "452 disk full"}, NotNow, "disk full"),
    ({"MAIL": "550 no such sender"}, Refused, "null sender.*no such sender"),
    ({"MAIL": "552 too large"}, Refused, "too large"),
    ({"MAIL": DROP}, Closed, "lost"),
    ({"MAIL": SILENT}, Closed, "no answer in time"),
    ({"MAIL": "354 what"}, Closed, "what"),
    ({"RCPT": "421 shutting down"}, Closed, "shutting down"),
    ({"RCPT": "450 greylisted"}, NotNow, r"a@example\.org now: 450 greylisted"),
    ({"RCPT": "550 unknown"}, Refused, r"a@example\.org: 550 unknown"),
    ({"RCPT": "550-two\r\n550 lines"}, Refused, "550 two lines"),
    ({"RCPT": DROP}, Closed, "lost"),
    ({"EHLO": "250-here\r\n250 SIZE 100"}, Refused, "up to 100 octets"),
]


@pytest.mark.parametrize(("answers", "kind", "why"), BEFORE)
def test_before_the_content_nothing_has_happened(
    answers: dict[str, str | list[str]], kind: type[BridgeError], why: str
) -> None:
    accepted, relay = Accepted(), Relay(**answers)
    with serving(relay) as port, pytest.raises(kind, match=why):
        outbox(port).send(LETTER, accepted)
    assert accepted.calls == 0
    assert "DATA" not in relay.verbs()


AFTER: list[tuple[dict[str, str | list[str]], type[BridgeError], str]] = [
    ({"DATA": "451 later"}, NotNow, "later"),
    ({"DATA": "554 no"}, Refused, "554 no"),
    ({"DATA": DROP}, Doubtful, "lost"),
    ({"DATA": SILENT}, Doubtful, "lost"),
    ({"CONTENT": "451 scanner down"}, NotNow, "scanner down"),
    ({"CONTENT": "421 shutting down"}, NotNow, "shutting down"),
    ({"CONTENT": "554 looks like spam"}, Refused, "looks like spam"),
    ({"CONTENT": DROP}, Doubtful, "lost"),
    ({"CONTENT": SILENT}, Doubtful, "lost"),
    ({"CONTENT": "gibberish"}, Doubtful, "does not know"),
    ({"CONTENT": "250" + "x" * 9000}, Doubtful, "lost"),
]


@pytest.mark.parametrize(("answers", "kind", "why"), AFTER)
def test_from_data_on_only_an_answer_tells(
    answers: dict[str, str | list[str]], kind: type[BridgeError], why: str
) -> None:
    accepted = Accepted()
    with serving(Relay(**answers)) as port, pytest.raises(kind, match=why):
        outbox(port).send(LETTER, accepted)
    assert accepted.calls == 1


def test_the_content_has_crlf_only_and_its_dots_doubled() -> None:
    letter = replace(LETTER, raw=b"Subject: x\n\n.\r\n..a\rb\n.")
    with serving(relay := Relay()) as port:
        outbox(port).send(letter, Accepted())
    assert relay.contents == [b"Subject: x\r\n\r\n..\r\n...a\r\nb\r\n..\r\n"]


def test_the_null_sender_and_the_size_are_told() -> None:
    with serving(relay := Relay()) as port:
        outbox(port, helo="support.example.com").send(LETTER, Accepted())
    assert f"mail FROM:<> size={len(LETTER.raw)}" in [line.replace("SIZE", "size") for line in relay.heard]
    assert "ehlo support.example.com" in relay.heard


def test_it_is_accepted_after_the_last_recipient_and_before_data() -> None:
    relay = Relay()
    accepted = Accepted(lambda: list(relay.verbs()))
    with serving(relay) as port:
        outbox(port).send(a_letter("a@example.org", "b@example.org"), accepted)
    assert accepted.seen == ["EHLO", "MAIL", "RCPT", "RCPT"]


def test_all_refused_recipients_are_named_and_the_transaction_is_taken_back() -> None:
    relay, accepted = Relay(RCPT=["550 5.1.1 unknown", "553 odd"]), Accepted()
    with serving(relay) as port, pytest.raises(Refused) as caught:
        outbox(port).send(a_letter("b@example.org", "d@example.org"), accepted)
    assert "b@example.org" in caught.value.why
    assert "d@example.org" in caught.value.why
    assert caught.value.words == ("550 5.1.1 unknown", "553 odd")
    assert caught.value.gone == ("b@example.org",)
    assert (accepted.calls, relay.verbs()[-1]) == (0, "RSET")


def test_those_who_are_taken_get_the_letter_and_the_others_are_named() -> None:
    relay, accepted = Relay(RCPT=["250 ok", "550 5.1.1 unknown", "550 5.7.1 policy"]), Accepted()
    with serving(relay) as port:
        unreached = outbox(port).send(a_letter("a@example.org", "b@example.org", "c@example.org"), accepted)
    assert [(one.address, one.gone) for one in unreached] == [("b@example.org", True), ("c@example.org", False)]
    assert (accepted.calls, len(relay.contents)) == (1, 1)


def test_a_letter_waits_for_whoever_would_take_it_later() -> None:
    relay, accepted = Relay(RCPT=["250 ok", "550 5.1.1 unknown", "450 later"]), Accepted()
    with serving(relay) as port, pytest.raises(NotNow) as caught:
        outbox(port).send(a_letter("a@example.org", "b@example.org", "c@example.org"), accepted)
    assert "c@example.org" in caught.value.why
    assert (accepted.calls, relay.contents, relay.verbs()[-1]) == (0, [], "RSET")


def test_over_its_rate_the_door_is_closed_until_some_more_may_go_and_nobody_is_asked() -> None:
    now = [0.0]
    relay, accepted = Relay(), Accepted()
    with serving(relay) as port:
        door = outbox(port, rate=(20, 60), monotonic=lambda: now[0])
        for _ in range(2):
            door.send(LETTER, accepted)
        with pytest.raises(Closed) as caught:
            door.send(LETTER, accepted)
        assert caught.value.after is not None
        assert (accepted.calls, caught.value.after.total_seconds()) == (2, 6.0)
        now[0] += 6.0
        door.send(LETTER, accepted)
    assert len(relay.contents) == 3


def test_one_connection_carries_several_letters_up_to_a_number() -> None:
    with serving(relay := Relay()) as port:
        box = outbox(port, letters=2)
        for _ in range(4):
            box.send(LETTER, Accepted())
        box.close()
    assert (relay.connections, len(relay.contents)) == (2, 4)


def test_a_connection_that_died_in_peace_is_replaced_without_a_word() -> None:
    with serving(relay := Relay(RSET=DROP)) as port:
        box = outbox(port)
        for _ in range(2):
            box.send(LETTER, Accepted())
    assert (relay.connections, len(relay.contents)) == (2, 2)


def test_a_connection_is_used_on_after_a_refusal_and_not_after_a_doubt() -> None:
    relay = Relay(MAIL=["550 no", "250 ok", "250 ok"], CONTENT=[DROP, "250 queued"])
    with serving(relay) as port:
        box = outbox(port)
        with pytest.raises(Refused):
            box.send(LETTER, Accepted())
        with pytest.raises(Doubtful):
            box.send(LETTER, Accepted())
        assert relay.connections == 1
        box.send(LETTER, Accepted())
    assert relay.connections == 2


def test_without_starttls_nothing_is_said_in_plain_text() -> None:
    with serving(relay := Relay()) as port, pytest.raises(Closed, match="offers no STARTTLS"):
        outbox(port, tls="starttls", username="user", password="secret").send(LETTER, Accepted())
    assert relay.verbs() == ["EHLO"]


def test_starttls_that_is_refused_closes_the_door() -> None:
    relay = Relay(EHLO="250-here\r\n250 STARTTLS", STARTTLS="454 not now")
    with serving(relay) as port, pytest.raises(Closed, match="454 not now"):
        outbox(port, tls="starttls").send(LETTER, Accepted())
    assert relay.verbs() == ["EHLO", "STARTTLS"]


@pytest.mark.parametrize("password", ["geheim-123", "gehäim-123", ""])
def test_a_refused_login_never_shows_the_password(password: str) -> None:
    relay = Relay(EHLO="250-here\r\n250 AUTH PLAIN", AUTH=f"535 not {password}")
    with serving(relay) as port, pytest.raises(Closed, match=r"login|password") as caught:
        outbox(port, username="user", password=lambda: password).send(LETTER, Accepted())
    assert not password or password not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("auth", ["", "AUTH", "AUTH GSSAPI"])
def test_a_relay_that_offers_no_login_closes_the_door(auth: str) -> None:
    with serving(Relay(EHLO=f"250-here\r\n250 {auth or 'SIZE'}")) as port, pytest.raises(Closed, match=r"log ?in"):
        outbox(port, username="user", password="x").send(LETTER, Accepted())


@pytest.mark.parametrize("address", ["", "a", "a@b\r\nRCPT TO:<x@y>", "a b@c", "<a@b>", "a@b\0"])
def test_an_address_that_is_a_command_is_refused_before_anyone_is_asked(address: str) -> None:
    with serving(relay := Relay()) as port, pytest.raises(Refused):
        outbox(port).send(replace(LETTER, to=(address,)), Accepted())
    assert relay.connections == 0


def test_what_the_relay_does_not_offer_is_not_tried() -> None:
    with serving(relay := Relay()) as port:
        with pytest.raises(Refused, match="seven bits"):
            outbox(port).send(replace(LETTER, raw="Subject: ä\r\n\r\n".encode()), Accepted())
        with pytest.raises(Refused, match="ASCII addresses"):
            outbox(port).send(replace(LETTER, to=("用户@example.com",)), Accepted())
    assert "MAIL" not in relay.verbs()


def test_an_address_beyond_ascii_goes_where_it_may() -> None:
    with serving(relay := Relay(EHLO="250-here\r\n250-8BITMIME\r\n250 SMTPUTF8")) as port:
        outbox(port).send(replace(LETTER, to=("用户@example.com",), raw="Subject: ä\r\n\r\n".encode()), Accepted())
    assert any("用户@example.com" in line for line in relay.heard)
    assert any("BODY=8BITMIME SMTPUTF8" in line for line in relay.heard)


def test_a_check_tries_the_null_sender_and_sends_nothing() -> None:
    with serving(relay := Relay(MAIL="550 who?")) as port:
        found = outbox(port).check()
    assert [one.level for one in found] == [Level.OK, Level.WARNING]
    assert relay.verbs() == ["EHLO", "MAIL", "RSET"]


def test_nobody_there_closes_the_door() -> None:
    with serving(Relay()) as port:
        pass
    with pytest.raises(Closed, match="check host and port"):
        outbox(port).send(LETTER, Accepted())
    assert outbox(port).check()[0].level is Level.PROBLEM


@pytest.mark.parametrize(("host", "tls"), [("mail.example.com", "none"), ("10.0.0.1", "none"), ("127.0.0.1", "ssl")])
def test_plain_text_leaves_this_machine_by_no_configuration(host: str, tls: str) -> None:
    with pytest.raises(ConfigError, match="tls"):
        SmtpOutbox(host, 25, tls=tls)
