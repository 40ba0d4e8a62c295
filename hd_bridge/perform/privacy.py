"""Private notes must come out private: the first one is read back, and the door stays locked if it was not. Pure.

A role without set_notes_private makes them public, and the tracker says nothing (redmine.md §5).
"""

from __future__ import annotations

from hd_bridge.errors import Closed, Doubtful, NotNow
from hd_bridge.house import House

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
    own = [note for note in ticket.notes if mark in note.notes] if ticket else []
    if all(note.private for note in own):
        house.journal.set_meta(_PROVED, "yes")
        house.journal.set_meta(_LEAK, "")
        house.doors.unlock("tracker")
        return
    house.journal.set_meta(_LEAK, f"{number} {mark}")
    house.doors.lock("tracker", _why(number))


def _why(number: int) -> str:
    return (
        f"a note meant to be private came out public on #{number}; give the bridge's role the right “Set notes as"
        " private”, and make that note private by hand; hd-bridge goes on by itself then"
    )


def look_again(house: House) -> None:
    """At start and now and then: is what leaked mended by now?"""
    leak = house.journal.meta(_LEAK)
    if leak:
        number, mark = leak.split(" ", 1)
        house.doors.lock("tracker", _why(int(number)))
        prove(house, int(number), mark)
