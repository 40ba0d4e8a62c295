"""Several verdicts in one transaction: seen within it at once, by others at its end, or never. Touches the disk."""

from __future__ import annotations

from typing import NoReturn

import pytest

from hd_bridge.errors import JournalError
from hd_bridge.journal import SqlJournal
from hd_bridge.model import Contact
from hd_bridge.ports_deciding import Deciding
from tests.contract.journal_cases import ANN, NOW, letter_to, mail, new, outline, plan, receive


def begun(journal: SqlJournal) -> list[str]:
    """Three mails that wait for their verdicts."""
    return receive(journal, mail(1), mail(2), mail(3))


def keep(journal: Deciding, key: str, number: int, conversation: str) -> None:
    """The first verdict of a conversation."""
    letter = letter_to(key=f"{key}/ack", lane=conversation)
    told = plan(key, begins=new(conversation), contact=Contact(addresses=(ANN,), name="Ann"), steps=(letter,))
    journal.commit(told, outline(number), NOW)


def test_what_one_verdict_brings_is_known_to_the_next_before_it_is_kept(journal: SqlJournal) -> None:
    keys = begun(journal)

    def work(within: Deciding) -> int:
        keep(within, keys[0], 1, "talk")
        assert [known.id for known in within.conversations_by_message_id(["<m1@example.com>"])] == ["talk"]
        assert within.conversation("talk") is not None
        assert within.contact(ANN) is not None
        assert within.counts(ANN, "Broken", "support", NOW, 24).sender == 1
        assert journal.conversation("talk") is None
        assert len(journal.undecided(9)) == 3
        within.commit(plan(keys[1], conversation="talk"), outline(2), NOW)
        return 2

    assert journal.decide(work) == 2
    assert [one.key for one in journal.undecided(9)] == keys[2:]
    assert [known.key for known in journal.mails_of("talk")] == keys[:2]


def test_a_group_that_ends_in_the_middle_was_never_there(journal: SqlJournal) -> None:
    keys = begun(journal)

    def work(within: Deciding) -> NoReturn:
        keep(within, keys[0], 1, "talk")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        journal.decide(work)
    assert [one.key for one in journal.undecided(9)] == keys
    assert journal.conversation("talk") is None
    assert journal.steps(conversation=None, states=(), limit=9) == ()


def test_a_verdict_on_an_unknown_mail_is_an_error_of_the_journal_and_takes_its_group_along(journal: SqlJournal) -> None:
    keys = begun(journal)

    def work(within: Deciding) -> None:
        keep(within, keys[0], 1, "talk")
        with pytest.raises(JournalError):
            within.commit(plan("f" * 24), outline(), NOW)
        raise JournalError("as a decider lets it pass")

    with pytest.raises(JournalError):
        journal.decide(work)
    assert [one.key for one in journal.undecided(9)] == keys


def test_a_mail_that_a_person_was_faster_with_keeps_its_verdict(journal: SqlJournal) -> None:
    keys = begun(journal)
    journal.commit(plan(keys[0], begins=new("first")), outline(1), NOW)
    journal.decide(lambda within: keep(within, keys[0], 1, "second"))
    assert journal.conversation("second") is None
    found = journal.mail(keys[0])
    assert found is not None and found.conversation == "first"
