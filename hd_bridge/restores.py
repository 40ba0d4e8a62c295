"""Restores are noticed: journal and tracker must say the same, or the doors out stay shut. Touches the disk.

A tracker from yesterday's backup has lost tickets that the journal takes for done, a journal from yesterday's backup
has forgotten tickets and letters: either way the next mail would be answered or opened wrongly, so nothing goes out.
"""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from pathlib import Path

from hd_bridge.errors import Closed, FarSideError, JournalError
from hd_bridge.house import House
from hd_bridge.mail.key import key_of_original
from hd_bridge.perform.uploads import highest_file, original_names
from hd_bridge.views import Opening

log = logging.getLogger("hd_bridge.restores")

DOORS_OUT = ("tracker", "outbox")
EVERY = 3600.0  # seconds
NEWEST = 5
UNFINISHED_REPAIR = "after_loss"  # meta: the epoch before a repair that was begun
ACCEPTED = "originals_accepted"  # meta: the highest ticket that may carry mails which nobody can read again
MEND = "stop hd-bridge and run hd-bridge after-loss"


class Restores:
    """Looks for signs of a loss: before the doors out are used for the first time, then every hour."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._next: float | None = None
        self._end: int | None = None
        self.passed = False
        house.doors.bar(*DOORS_OUT)

    def tick(self) -> bool:
        """Look, if it is time; whether this was the look that opened the doors out. What cannot be looked at now is
        looked at again at the next tick."""
        clock = self._house.clock
        if self._next is not None and clock.monotonic() < self._next:
            return False
        try:
            found = signs(self._house)
        except FarSideError as error:
            if isinstance(error, Closed) and not self.passed:
                self._house.doors.shut("tracker", error)
            log.warning("whether anything was lost cannot be seen now: %s", error)
            return False
        self._next = clock.monotonic() + EVERY
        if found:
            for door in DOORS_OUT:
                self._house.doors.lock(door, "restores", f"{found}; {MEND}")
            return False
        return self._pass()

    def keep(self) -> None:
        """Note how far the journal goes, if it has moved and nothing is wrong with it."""
        path = self._house.end_file
        if path is None or not self.passed:
            return
        end = self._house.journal.sequence()
        if end != self._end:
            write_end(path, self._house.ring.epoch, end)
            self._end = end

    def _pass(self) -> bool:
        first, self.passed = not self.passed, True
        if first:
            self._house.doors.bar()
            self.keep()
        return first


def signs(house: House) -> str:
    """The first sign that something was lost or restored, in words; empty if there is none. Asks the tracker."""
    return _unfinished(house) or _journal_behind(house) or _tickets_gone(house) or _unknown_original(house)


def _unfinished(house: House) -> str:
    return "a repair after a loss was begun and not finished" if house.journal.meta(UNFINISHED_REPAIR) else ""


def _journal_behind(house: House) -> str:
    end = read_end(house.end_file, house.ring.epoch) if house.end_file else None
    if end is None or end <= house.journal.sequence():
        return ""
    return "the journal ends before the point that it had reached: it was lost, or restored from a backup"


def _tickets_gone(house: House) -> str:
    highest: int | None = None
    for opening in house.journal.newest_openings(NEWEST):
        ticket = house.tracker.ticket(opening.number)
        if ticket is None:
            highest = house.tracker.newest_number() if highest is None else highest
            # A ticket that a person has deleted leaves newer ones behind, or at least newer numbers of files.
            if highest < opening.number and _files_count_anew(house, opening):
                return f"ticket #{opening.number} is gone, and none newer is there: the tracker was restored"
        elif not _is_ours(opening, {file.name for file in ticket.files}) and ticket.created_on != opening.at:
            return f"ticket #{opening.number} is another one than the one that we opened: the tracker was restored"
    return ""


def _files_count_anew(house: House, opening: Opening) -> bool:
    """Whether the tracker gives a new file a number that it had given before. Only a restore turns its counter back:
    people delete their newest ticket every day, and must not be taken for one. The file is never used, and pruned."""
    known = highest_file(opening.uploads)
    token = house.tracker.upload("hd-bridge-check.txt", "text/plain", b"Does the tracker still count on?\n")
    given = token.partition(".")[0]
    return known is None or not given.isdecimal() or int(given) <= known


def _is_ours(opening: Opening, names: set[str]) -> bool:
    return not names.isdisjoint(original_names(opening.mail))


def _unknown_original(house: House) -> str:
    found = house.tracker.newest_original({box.address for box in house.policy.mailboxes})
    if found is None:
        return ""
    number, name = found
    accepted = int(house.journal.meta(ACCEPTED) or 0)
    if number <= accepted or house.journal.mail(key_of_original(name) or "") is not None:
        return ""
    return f"ticket #{number} carries {name}, a mail that the journal does not know: it was lost, or restored"


def read_end(path: Path, epoch: int) -> int | None:
    """How far the journal had come when it was last noted; ``None`` where nothing was noted, or in another epoch of the
    keys: on the other machines of a fleet the note is from before the repair that raised it."""
    try:
        of, end = path.read_text("ascii").split()
        return int(end) if int(of) == epoch else None
    except (FileNotFoundError, ValueError):
        return None
    except OSError as error:
        raise JournalError(f"{path}: {error.strerror}") from error


def write_end(path: Path, epoch: int, end: int) -> None:
    """Whole or not at all. Not forced to the disk: after a power cut it may be older, which alarms nobody."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(f"{epoch} {end}\n", "ascii")
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        log.warning("%s cannot be written: %s", path, error.strerror)
