"""A bearer whom a person lets in: their address joins, their mails count, once. Touches the disk."""

from __future__ import annotations

from hd_bridge.journal import SqlJournal
from hd_bridge.model import Contact, Match, Trust, Verdict
from hd_bridge.work import Step
from tests.contract.journal_cases import NOW, begin_talk, mail, new, note, outline, plan, receive

BEN = "ben@home.example"


def bears(journal: SqlJournal, number: int, sender: str = BEN, verdict: Verdict = Verdict.FOLLOW_UP) -> str:
    """A mail on the talk by somebody who is not on it."""
    (key,) = receive(journal, mail(number))
    match = Match(conversation="talk", ticket=7, matched_by="x", trust=Trust.BEARER, proven=True)
    journal.commit(plan(key, verdict, match=match, conversation="talk"), outline(number, sender_email=sender), NOW)
    return key


def texts(journal: SqlJournal) -> list[str]:
    page = journal.page("talk")
    assert page is not None
    return [message.text for message in page.messages]


def test_an_accepted_address_takes_part_and_its_mails_come_onto_the_page(journal: SqlJournal) -> None:
    begin_talk(journal, 1)
    keys = (bears(journal, 2), bears(journal, 3))
    bears(journal, 4, sender="eve@evil.example")
    bears(journal, 5, verdict=Verdict.HOLD)
    assert texts(journal) == ["text 1"]
    assert journal.accept("talk", BEN, NOW) == keys
    assert texts(journal) == ["text 1", "text 2", "text 3"]
    known = journal.conversation("talk")
    assert known is not None
    assert BEN in known.participants
    assert "eve@evil.example" not in known.participants


def test_to_accept_again_is_harmless_and_finds_nothing_new(journal: SqlJournal) -> None:
    begin_talk(journal, 1)
    bears(journal, 2)
    journal.accept("talk", BEN, NOW)
    assert journal.accept("talk", BEN, NOW) == ()
    assert journal.accept("no such talk", BEN, NOW) == ()


def test_what_follows_is_kept_with_it(journal: SqlJournal) -> None:
    begin_talk(journal, 1)
    key = bears(journal, 2)

    def then(mails: tuple[str, ...]) -> tuple[Step, ...]:
        return tuple(note(f"{mail}/note/1", conversation="talk") for mail in mails)

    journal.accept("talk", BEN, NOW, then)
    assert [step.key for step in journal.steps(conversation="talk", states=(), limit=9)] == [f"{key}/note/1"]


def test_an_accepted_address_is_the_contacts_own_unless_it_is_somebody_elses(journal: SqlJournal) -> None:
    for number, (talk, address) in enumerate((("talk", "ann@example.com"), ("other", "cleo@example.com")), start=1):
        (key,) = receive(journal, mail(number))
        begins = new(talk, address=address)
        contact = Contact(name=talk, addresses=(address,), first_seen=NOW, last_seen=NOW)
        journal.commit(plan(key, begins=begins, contact=contact), outline(number, sender_email=address), NOW)
    for address in (BEN, "cleo@example.com"):
        journal.accept("talk", address, NOW)
    ann, cleo = journal.contact(BEN), journal.contact("cleo@example.com")
    assert ann is not None and ann.addresses == ("ann@example.com", BEN)
    assert cleo is not None and cleo.name == "other"
