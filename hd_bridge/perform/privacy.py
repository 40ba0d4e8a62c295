"""Private notes must come out private: the first one is read back, and the door stays locked if it was not. Pure.

A role without set_notes_private makes them public, and the tracker says nothing (redmine.md §5).
"""

from __future__ import annotations

from hd_bridge.errors import Closed, Doubtful, NotNow
from hd_bridge.house import House
from hd_bridge.model import Note, Ticket

_PROVED = "private_notes_proved"
_LEAK = "private_note_public"


def proved(house: House) -> bool:
    """Whether a private note has been read back as private once."""
    return house.journal.meta(_PROVED) == "yes"


def prove(house: House, number: int, mark: str) -> None:
    """Read back the note that ends in ``mark``; lock the tracker's door if everybody can see it.

    Raises Doubtful where it cannot be read now: the note is written, so the step must ask before it writes again.
    """
    try:
        ticket = house.tracker.ticket(number)
    except (Closed, NotNow) as error:
        raise Doubtful(f"the private note was written but could not be read back: {error.why}") from error
    own = own_notes(ticket, mark)
    if any(not note.private for note in own):
        house.journal.set_meta(_LEAK, f"{number} {mark}")
        house.doors.lock("tracker", _LEAK, _why(number))
    elif own:  # a note that is not there proves nothing: the next one is read back too
        house.journal.set_meta(_PROVED, "yes")


def own_notes(ticket: Ticket | None, mark: str) -> list[Note]:
    """The notes that the bridge wrote under this mark. In a customer's words its brackets are made harmless."""
    return [note for note in ticket.notes if mark in note.notes] if ticket else []


def guard(house: House) -> None:
    """Nothing private is written while an earlier note stands open to everybody; also right after a start."""
    if leak := _leak(house):
        raise Closed(_why(leak[0]))


def _leak(house: House) -> tuple[int, str] | None:
    """The ticket and the mark of a note that came out public. While there is one, the door is locked."""
    told = house.journal.meta(_LEAK)
    if not told:
        return None
    number, mark = told.split(" ", 1)
    house.doors.lock("tracker", _LEAK, _why(int(number)))
    return int(number), mark


def _why(number: int) -> str:
    return (
        f"a note meant to be private came out public on #{number}; give the bridge's role the right “Set notes as"
        " private”, and make that note private by hand; hd-bridge goes on by itself then"
    )


def look_again(house: House) -> None:
    """At start and now and then: is what leaked mended by now? A note made private by hand does not prove the right
    that was missing: the next one is read back."""
    if leak := _leak(house):
        number, mark = leak
        if not all(note.private for note in own_notes(house.tracker.ticket(number), mark)):
            return
        house.journal.set_meta(_LEAK, "")
    house.doors.unlock("tracker", _LEAK)  # another process may have seen it mended
    _leak(house)  # a note that was read back in this very moment keeps its lock
