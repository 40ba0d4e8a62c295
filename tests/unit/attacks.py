"""What an attacker may hold, and the house that they attack: Jane's ticket #1, with one acknowledgement. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hd_bridge.mail.tokens import Key, KeyRing, Purpose, mark, message_id, page_path, short_token, token
from hd_bridge.model import Ticket
from hd_bridge.people import Agent, Agents
from hd_bridge.policy import MailboxPolicy
from hd_bridge.views import KnownConversation, MailSummary
from tests.homes import POLICY, SUPPORT, Home, mail

JANE, EVE, ANA = "jane@acme.example", "eve@evil.example", "ana@example.com"
MX = "mx.example.com"
BOX: MailboxPolicy = replace(SUPPORT, subaddress="+", authserv_id=MX, aliases=("help@example.com",))
AGENTS = Agents(people=(Agent(address=ANA, login="Ana"),))
GUARDED = replace(POLICY, mailboxes=(BOX,), agents=AGENTS)
SECRET = "the account number is 4711"


@dataclass(frozen=True)
class Scene:
    """A house in which Jane (with Ben in copy) and Zoe each have a ticket and an acknowledgement."""

    home: Home
    talk: KnownConversation
    other: KnownConversation

    @property
    def ring(self) -> KeyRing:
        return self.home.house.ring

    @property
    def letter(self) -> str:
        """The Message-ID of the letter that Jane got."""
        return self.home.outbox.letters[0].message_id

    def reply_address(self, conversation: str | None = None, **ring: Any) -> str:
        """The signed address, or what another ring would make of it."""
        made = short_token(replace(self.ring, **ring), Purpose.REPLY, conversation or self.talk.id)
        return f"support+{made}@example.com"

    def mark(self, conversation: str | None = None, **ring: Any) -> str:
        return mark(replace(self.ring, **ring), conversation or self.talk.id)

    def forged_id(self, **ring: Any) -> str:
        """A Message-ID such as ours would be under other keys or another epoch."""
        return message_id(replace(self.ring, **ring), self.talk.id, "x", "example.com")

    def page_token(self) -> str:
        """What stands in the address of Jane's page."""
        return page_path(self.ring, self.talk.id).strip("/").removeprefix("t/")

    def long_token(self, purpose: Purpose) -> str:
        return token(self.ring, purpose, self.talk.id)

    def ticket(self, number: int = 1) -> Ticket:
        found = self.home.desk().ticket(number)
        assert found is not None
        return found

    def people(self, known: KnownConversation | None = None) -> frozenset[str]:
        now = self.home.house.journal.conversation((known or self.talk).id)
        assert now is not None
        return now.participants

    def page(self) -> bytes:
        return self.home.publisher.files[page_path(self.ring, self.talk.id) + "index.html"]

    def public(self, number: int = 1) -> str:
        """All that everybody who sees a ticket can read there."""
        ticket = self.ticket(number)
        return "\n".join([ticket.description, *(note.notes for note in ticket.notes if not note.private)])

    def private(self, number: int = 1) -> str:
        return "\n".join(note.notes for note in self.ticket(number).notes if note.private)

    def send(self, raw: bytes) -> MailSummary:
        """One mail more, through all three beats; what became of it."""
        before = {one.key for one in self.home.house.journal.undecided(99)}
        assert not before
        self.home.clock.forward(seconds=1)
        self.home.post(raw)
        self.home.turn()
        return newest(self.home)


def newest(home: Home) -> MailSummary:
    """The mail that came last, whatever became of it."""
    import sqlite3

    with sqlite3.connect(home.folder / "journal.sqlite") as db:
        (key,) = db.execute("SELECT key FROM mails ORDER BY id DESC LIMIT 1").fetchone()
    db.close()
    found = home.house.journal.mail(key)
    assert found is not None
    return found


def scene(folder: Path, **changes: Any) -> Scene:
    """The two tickets, with what an attacker would like to read or to add to."""
    home = Home(folder, policy=replace(GUARDED, **changes))
    home.post(mail("Printer", SECRET, id="<jane-1@acme.example>", Cc="ben@acme.example"))
    home.post(mail("Invoice", "Zoe's matter", sender="zoe@other.example", id="<zoe-1@other.example>"))
    home.turn()
    journal = home.house.journal
    talk, other = journal.conversation_by_ticket(1), journal.conversation_by_ticket(2)
    assert talk is not None and other is not None and len(home.outbox.letters) == 2
    return Scene(home, talk, other)


def evil(body: str = "pay to this account instead", subject: str = "Hello", **more: str) -> bytes:
    """A mail of Eve's, unless it says otherwise."""
    told = {"sender": f"Eve <{EVE}>", "id": "<evil@evil.example>"} | more
    return mail(subject, body, **told)


def stolen_key() -> tuple[Key, ...]:
    """A key that is not ours."""
    return (Key(id="a", secret=b"a" * 32),)


Attack = Callable[[Scene], bytes]
