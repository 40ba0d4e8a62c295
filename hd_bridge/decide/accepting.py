"""What follows when an agent lets a bearer in: their mails come onto the ticket with their files. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from hd_bridge.tracker.markup import quote_plain
from hd_bridge.work import AddNote, PublishPage, Step


def accepted(
    source: str, conversation: str, address: str, mails: Sequence[str], *, markup: str, page: bool
) -> tuple[Step, ...]:
    """The steps, for the journal's ``accept``. ``source`` is the note that says so (``ticket-<number>-<note>``);
    ``page``: whether pages are published. The words of the mails stand in private notes already."""
    text = quote_plain(f"{address} belongs to this ticket now. This is the mail that waited, with its files.", markup)
    lane = conversation
    notes = tuple(
        AddNote(key=f"{mail}/note/1", lane=lane, conversation=conversation, mail=mail, notes=text) for mail in mails
    )
    if not page:
        return notes
    shown = PublishPage(key=f"{source}/page/accepted", lane=f"{conversation}/page", conversation=conversation)
    return (*notes, shown)
