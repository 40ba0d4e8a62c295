"""Attacks on tickets: mails that want to be taken for an answer of somebody who belongs there, one row each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from hd_bridge.mail.tokens import Purpose
from hd_bridge.model import Verdict
from tests.unit.attacks import ANA, EVE, JANE, MX, SECRET, Attack, Scene, evil, scene, stolen_key

PASS = f"{MX}; dmarc=pass header.from=acme.example"
FAIL = f"{MX}; dmarc=fail (p=reject) header.from=acme.example"


def forged(authentication: str, **more: str) -> bytes:
    """A mail in Jane's name, about her ticket."""
    return evil(sender=f"Jane <{JANE}>", subject="[support #1] Printer", Authentication_Results=authentication, **more)


def ours(name: str, detail: str) -> str:
    return f"{name}+{detail}@example.com"


def closed(place: Scene) -> bytes:
    """An answer with our letter in hand, once the ticket is closed."""
    place.home.desk().close_ticket(1)
    return evil(In_Reply_To=place.letter)


OUTSIDE: dict[str, Attack] = {
    "a stranger guesses the number in our style": lambda s: evil(subject="Re: [support #1] Printer"),
    "a stranger guesses a bare number": lambda s: evil(subject="About #1"),
    "a number in digits of another script": lambda s: evil(subject="[support #１] Printer", sender=JANE),
    "a number in mathematical digits": lambda s: evil(subject="Re: #𝟏", sender=JANE),
    "a number behind a sign that looks like ours": lambda s: evil(subject="[support ＃1] Printer", sender=JANE),
    "the project in letters that look like ours": lambda s: evil(subject="[suрport #1] Printer", sender=JANE),
    "a number hidden in an encoded word by a stranger": lambda s: evil(subject="=?utf-8?b?W3N1cHBvcnQgIzFd?="),
    "a stranger names Jane as display name": lambda s: evil(subject="[support #1]", sender=f'"{JANE}" <{EVE}>'),
    "a stranger names Jane in a comment": lambda s: evil(subject="[support #1]", sender=f"({JANE}) {EVE}"),
    "a stranger writes Jane into Reply-To": lambda s: evil(subject="[support #1]", Reply_To=JANE),
    "a stranger writes Jane into Sender": lambda s: evil(subject="[support #1]", Sender=JANE),
    "a second From names Jane": lambda s: evil(subject="[support #1]").replace(
        b"Subject:", f"From: {JANE}\r\nSubject:".encode(), 1
    ),
    "a stranger answers the Message-ID of Jane's own mail": lambda s: evil(In_Reply_To="<jane-1@acme.example>"),
    "a stranger takes the Message-ID of Jane's own mail": lambda s: evil(id="<jane-1@acme.example>"),
    "a stranger quotes our mark": lambda s: evil(f"see below\n\n> {s.mark()}"),
    "a stranger was copied in by nobody": lambda s: evil(subject="[support #1]", Cc=JANE),
    "our Message-ID as the mail's own": lambda s: evil(id=s.letter),
    "our Message-ID in the subject": lambda s: evil(subject=s.letter),
    "our Message-ID in a header of another name": lambda s: evil(X_In_Reply_To=s.letter, Thread_Index=s.letter),
    "our Message-ID with one letter changed": lambda s: evil(In_Reply_To=s.letter.replace("<hd.", "<hd.a", 1)),
    "our Message-ID with the other ticket's conversation": lambda s: evil(
        In_Reply_To=s.letter.replace(s.talk.id, s.other.id)
    ),
    "a Message-ID signed with a stranger's key": lambda s: evil(In_Reply_To=s.forged_id(keys=stolen_key())),
    "a Message-ID of an earlier epoch": lambda s: evil(In_Reply_To=s.forged_id(epoch=s.ring.epoch - 1)),
    "a reply address that is guessed": lambda s: evil(to=ours("support", "a" * 32)),
    "a reply address with its signature cut off": lambda s: evil(to=ours("support", s.talk.id)),
    "a reply address signed with a stranger's key": lambda s: evil(to=s.reply_address(keys=stolen_key())),
    "a reply address of an earlier epoch": lambda s: evil(to=s.reply_address(epoch=s.ring.epoch - 1)),
    "a reply address of one ticket with the other's name": lambda s: evil(
        to=s.reply_address().replace(s.talk.id, s.other.id)
    ),
    "the page's token as reply address": lambda s: evil(to=ours("support", s.page_token())),
    "a vote's token as reply address": lambda s: evil(to=ours("support", s.long_token(Purpose.VOTE))),
    "an unsubscribing token as reply address": lambda s: evil(to=ours("support", s.long_token(Purpose.UNSUBSCRIBE))),
    "the mark of a quoted letter as reply address": lambda s: evil(to=ours("support", s.mark().removeprefix("ref:"))),
    "a reply address as mark": lambda s: evil(
        "> ref:" + s.reply_address().removeprefix("support+").removesuffix("@example.com"), sender=JANE
    ),
    "the reply address at somebody else's domain": lambda s: evil(
        to="support@example.com", Cc=s.reply_address().replace("@example.com", "@evil.example")
    ),
    "the reply address as display name": lambda s: evil(to=f'"{s.reply_address()}" <support@example.com>'),
    "our own server says that Jane did not write it": lambda s: forged(FAIL),
    "our server's no stands above a forged yes": lambda s: forged(FAIL).replace(
        b"Content-Type", f"Authentication-Results: {PASS}\r\nContent-Type".encode(), 1
    ),
}


@pytest.mark.parametrize("attack", OUTSIDE)
def test_it_opens_a_ticket_of_its_own_and_touches_no_other(tmp_path: Path, attack: str) -> None:
    place = scene(tmp_path)
    before = (place.ticket(1), place.ticket(2), place.page(), place.people(), place.people(place.other))
    summary = place.send(OUTSIDE[attack](place))
    assert summary.verdict == Verdict.NEW and summary.ticket == 3
    assert (place.ticket(1), place.ticket(2), place.page(), place.people(), place.people(place.other)) == before
    assert SECRET not in place.public(3) + place.private(3)
    letters = [letter for letter in place.home.outbox.letters[2:] if EVE in letter.to or JANE in letter.to]
    assert all(SECRET not in letter.text for letter in letters)
    place.home.close()


BEARERS: dict[str, Attack] = {
    "a letter was passed on, and a stranger answers it": lambda s: evil(In_Reply_To=s.letter),
    "a stranger has our Message-ID among References": lambda s: evil(References=f"<x@y.example> {s.letter}"),
    "a stranger got hold of the reply address": lambda s: evil(to=s.reply_address()),
    "the reply address stands in Cc": lambda s: evil(Cc=s.reply_address()),
    "the reply address was only in the envelope": lambda s: evil(Delivered_To=s.reply_address()),
    "the reply address at another name of the mailbox": lambda s: evil(
        Delivered_To=s.reply_address().replace("support+", "help+")
    ),
    "a stranger with a token claims to be Jane by name": lambda s: evil(
        In_Reply_To=s.letter, sender=f'"Jane Cooper {JANE}" <{EVE}>'
    ),
    "a stranger proves their own domain, not Jane's": lambda s: evil(
        In_Reply_To=s.letter, Authentication_Results=f"{MX}; dmarc=pass header.from=evil.example"
    ),
    "a token replayed after the ticket was closed": closed,
}


IN_AN_AGENTS_NAME: dict[str, Attack] = {
    "an agent's name with a token, which customers have too": lambda s: evil(In_Reply_To=s.letter, sender=ANA),
    "an agent's name and another server's word": lambda s: evil(
        In_Reply_To=s.letter, sender=ANA, Authentication_Results="mx.evil.example; dmarc=pass header.from=example.com"
    ),
    "an agent's name and a number": lambda s: evil(subject="[support #1]", sender=ANA),
    "an agent's name, and our own server says no": lambda s: evil(
        In_Reply_To=s.letter, sender=ANA, Authentication_Results=f"{MX}; dmarc=fail header.from=example.com"
    ),
    "an agent's name and commands": lambda s: evil(
        "!accept\n!cc eve@evil.example\nHi", In_Reply_To=s.letter, sender=ANA
    ),
}


@pytest.mark.parametrize("attack", IN_AN_AGENTS_NAME)
def test_it_waits_for_a_person_and_nothing_of_it_is_on_the_ticket(tmp_path: Path, attack: str) -> None:
    place = scene(tmp_path)
    before = (place.public(), place.private(), place.page(), place.people(), place.ticket().status)
    assert place.send(IN_AN_AGENTS_NAME[attack](place)).verdict == Verdict.HOLD
    place.home.tick()
    assert (place.public(), place.private(), place.page(), place.people(), place.ticket().status) == before
    assert not [one for one in place.home.outbox.letters[2:] if EVE in one.to or JANE in one.to]
    place.home.close()


@pytest.mark.parametrize("attack", BEARERS)
def test_it_is_a_private_note_and_nothing_follows_from_it(tmp_path: Path, attack: str) -> None:
    place = scene(tmp_path)
    raw = BEARERS[attack](place)
    place.home.tick()
    before = (place.public(), place.page(), place.people(), place.ticket().status, place.ticket().files)
    summary = place.send(raw)
    assert (summary.verdict, summary.ticket) == (Verdict.FOLLOW_UP, 1)
    assert (place.public(), place.page(), place.people(), place.ticket().status, place.ticket().files) == before
    assert "pay to this account" in place.private()
    assert len(place.home.outbox.letters) == 2
    place.home.close()


@dataclass(frozen=True)
class Row:
    """A mail in Jane's name, and how far it is believed."""

    attack: Attack
    trust: str


BELIEVED: dict[str, Row] = {
    "another server's word counts for nothing": Row(
        lambda s: forged("mx.evil.example; dmarc=pass header.from=acme.example"), "participant"
    ),
    "a name that only begins like our server's": Row(
        lambda s: forged(f"{MX}.evil.example; dmarc=pass header.from=acme.example"), "participant"
    ),
    "our server's name in a comment": Row(
        lambda s: forged(f"evil.example ({MX}); dmarc=pass header.from=acme.example"), "participant"
    ),
    "our server vouches for another domain": Row(
        lambda s: forged(f"{MX}; dmarc=pass header.from=evil.example"), "participant"
    ),
    "a child of a shared domain signs for the whole": Row(
        lambda s: forged(f"{MX}; dkim=pass header.d=evil.acme.example"), "participant"
    ),
    "a top level domain signs": Row(lambda s: forged(f"{MX}; dkim=pass header.d=example"), "participant"),
    "SPF for the attacker's envelope": Row(
        lambda s: forged(f"{MX}; spf=pass smtp.mailfrom=x@evil.example; dkim=none"), "participant"
    ),
    "SPF by HELO alone": Row(lambda s: forged(f"{MX}; spf=pass smtp.helo=acme.example"), "participant"),
    "a result that was not passed": Row(lambda s: forged(f"{MX}; dkim=permerror header.d=acme.example"), "participant"),
    "a header that cannot be read": Row(
        lambda s: forged(f"{MX}; dmarc=pass header.from=acme.example; =;;("), "participant"
    ),
    "two addresses in From": Row(
        lambda s: forged(PASS).replace(f"<{JANE}>".encode(), f"<{JANE}>, {EVE}".encode(), 1), "participant"
    ),
    "our server vouches for Jane": Row(lambda s: forged(PASS), "verified"),
    "her domain has signed it": Row(lambda s: forged(f"{MX}; dkim=pass header.i=@acme.example"), "verified"),
    "a token from her own address": Row(lambda s: evil(sender=JANE, to=s.reply_address()), "verified"),
    "our mark, quoted by herself": Row(lambda s: evil(f"yes\n\n> {s.mark()}", sender=JANE), "participant"),
    "Ben, whom she copied in": Row(lambda s: evil(sender="ben@acme.example", subject="[support #1]"), "participant"),
}


@pytest.mark.parametrize("attack", BELIEVED)
def test_a_mail_in_her_name_is_believed_as_far_as_it_is_proved(tmp_path: Path, attack: str) -> None:
    place = scene(tmp_path)
    place.send(BELIEVED[attack].attack(place))
    assert place.ticket().notes[-1].private is False
    assert trust(place) == BELIEVED[attack].trust
    place.home.close()


def trust(place: Scene) -> str:
    """How far the newest mail was believed."""
    import sqlite3

    with sqlite3.connect(place.home.folder / "journal.sqlite") as db:
        (word,) = db.execute("SELECT trust FROM mails ORDER BY id DESC LIMIT 1").fetchone()
    db.close()
    return str(word)


def test_whoever_only_writes_her_name_brings_nobody_into_her_ticket(tmp_path: Path) -> None:
    place = scene(tmp_path)
    assert place.people() == {JANE, "ben@acme.example"}
    place.send(evil(sender=JANE, subject="[support #1]", Cc=EVE))
    assert EVE not in place.people()
    place.send(evil(sender=JANE, In_Reply_To=place.letter, Cc=f"carl@acme.example, {ANA}, support@example.com"))
    assert place.people() == {JANE, "ben@acme.example", "carl@acme.example"}
    place.home.close()


def test_a_proved_agent_writes_on_a_ticket_and_does_not_become_its_customer(tmp_path: Path) -> None:
    place = scene(tmp_path)
    proof = f"{MX}; dmarc=pass header.from=example.com"
    place.send(evil("we are on it", sender=ANA, subject="[support #1]", Authentication_Results=proof))
    assert trust(place) == "agent" and ANA not in place.people()
    place.home.close()
