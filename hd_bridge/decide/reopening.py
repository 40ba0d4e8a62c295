"""A customer who wrote in the moment in which their ticket was closed: it is opened again. Pure.

A mail is decided by what was last seen of its ticket. Closed since then, the ticket has words that nobody has read who
closed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hd_bridge.decide.statuses import change_in
from hd_bridge.mail.key import key_of_original
from hd_bridge.model import Note, Ticket, Verdict
from hd_bridge.steps import SetStatus
from hd_bridge.views import MailSummary
from hd_bridge.views_ticket import TicketRow


def came_too_late(row: TicketRow, ticket: Ticket, closes: Mapping[str, bool]) -> tuple[str, ...]:
    """The keys of the mails that nobody has looked at yet and that came onto the ticket after it was closed.

    ``closes`` tells of each status whether it ends a ticket. A tracker gives notes their ids in the order in which they
    were written.
    """
    if row.conversation is None or not ticket.closed:
        return ()
    closings = [note.id for note in ticket.notes if _closed(note, closes)]
    if not closings:
        return ()
    late = (note for note in ticket.notes if note.id > closings[-1] and note.id not in row.notes and not note.private)
    return tuple(key for note in late for detail in note.details if (key := key_of_original(detail.new or "")))


def _closed(note: Note, closes: Mapping[str, bool]) -> bool:
    change = change_in(note)
    return change is not None and closes.get(change.new or "") is True


def decide_reopening(
    row: TicketRow, ticket: Ticket, mails: Iterable[MailSummary], status: str | None
) -> tuple[SetStatus, ...]:
    """The step that opens it again, as each of these mails would have done; ``status`` is the configuration's for that.
    A machine's mail opens nothing, and what somebody sets meanwhile stays."""
    if status is None:
        return ()
    persons = (mail.key for mail in mails if mail.verdict == Verdict.FOLLOW_UP and not mail.automatic)
    return tuple(
        SetStatus(
            key=f"{mail}/reopen/1",
            lane=row.conversation or "",
            conversation=row.conversation,
            status=status,
            unless_not=ticket.status,
        )
        for mail in persons
    )
