"""Restores are noticed: journal and tracker must say the same, or the doors out stay shut. Touches the disk.

A tracker from yesterday's backup has lost tickets that the journal takes for done, a journal from yesterday's backup
has forgotten tickets and letters: either way the next mail would be answered or opened wrongly, so nothing goes out.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from hd_bridge.errors import Closed, FarSideError, JournalError
from hd_bridge.house import House
from hd_bridge.mail.key import key_of_original
from hd_bridge.mail.tokens import KeyRing
from hd_bridge.perform.uploads import highest_file, original_names
from hd_bridge.views import Opening

log = logging.getLogger("hd_bridge.restores")

DOORS_OUT = ("tracker", "outbox")
EVERY = 3600.0  # seconds
NEWEST = 5
UNFINISHED_REPAIR = "after_loss"  # meta: the epoch before a repair that was begun
LOSS = "loss_noticed"  # meta: what tells that the journal was lost or restored; kept until a repair has ended
ACCEPTED = "originals_accepted"  # meta: the highest ticket that may carry mails which nobody can read again
MEND = "stop hd-bridge and run hd-bridge after-loss"
BEHIND = "the journal ends before the point that it had reached: it was lost, or restored from a backup"
OLD_KEYS = "the keys are older than those that this machine used last: they were restored from a backup"


class Restores:
    """Looks for signs of a loss: before the doors out are used for the first time, then every hour."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._next: float | None = None
        self._end: int | None = None
        self._doubted, self._noted = False, True
        self._turn = threading.RLock()
        self.passed = False
        house.doors.bar(*DOORS_OUT)

    def begin(self) -> None:
        """Before anything is received: a journal that grows again would soon end where it had ended."""
        _noticed(self._house, _journal_behind)

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
        with self._turn:
            return not self._lock(found) and self._pass()

    def doubt(self) -> None:
        """The journal was out of reach, and may come back as it was an hour ago: nothing is decided and nothing goes
        out until ``clear`` or ``keep`` has seen that it goes as far as it went."""
        with self._turn:
            if self.passed:
                self.passed, self._doubted = False, True
                self._house.doors.bar(*DOORS_OUT)

    def clear(self) -> None:
        """First thing to do with a journal that may have been away: what is written into it would hide its end."""
        if self._doubted:
            self.keep()

    def keep(self) -> None:
        """Note how far the journal goes, if it has moved and nothing is wrong with it. What another process has noticed
        counts here as well."""
        with self._turn:
            if not self.passed and not self._doubted:
                return
            end = self._house.journal.sequence()
            if self._lock(_noticed(self._house, lambda house: self._behind(house, end))):
                return
            if end != self._end:
                self._noted = note_end(self._house, end, told=not self._noted)
                self._end = end
            if self._doubted:
                self.passed, self._doubted = True, False
                self._house.doors.bar()

    def _behind(self, house: House, end: int) -> str:
        if self._end is None:
            return _journal_behind(house)
        return BEHIND if end < self._end else ""

    def _lock(self, found: str) -> bool:
        if not found:
            return False
        self.passed = self._doubted = False
        for door in DOORS_OUT:
            self._house.doors.lock(door, "restores", f"{found}; {MEND}")
        return True

    def _pass(self) -> bool:
        first, self.passed = not self.passed, True
        if first:
            self._house.doors.bar()
            self.keep()
        return first


def signs(house: House) -> str:
    """The first sign that something was lost or restored, in words; empty if there is none. Asks the tracker."""
    behind = _unfinished(house) or _noticed(house, _journal_behind)
    return behind or _tickets_gone(house) or _noticed(house, _unknown_original)


def _noticed(house: House, look: Callable[[House], str]) -> str:
    """What tells of the journal's loss, once and for all: mails that are received again would hide it."""
    known = house.journal.meta(LOSS) or ""
    if not known and (known := look(house)):
        house.journal.set_meta(LOSS, known)
    return known


def _unfinished(house: House) -> str:
    return "a repair after a loss was begun and not finished" if house.journal.meta(UNFINISHED_REPAIR) else ""


def note_end(house: House, end: int, *, told: bool = False) -> bool:
    """Note how far the journal goes; whether that could be done. Where it could not, it is told, once (``told``)."""
    try:
        if house.end_file is not None:
            write_end(house.end_file, house.ring, end)
    except JournalError as error:
        if not told:
            log.warning("how far the journal goes cannot be noted, its restore may go unnoticed: %s", error)
        return False
    return True


def noted_here(house: House) -> End | None:
    """What this machine has noted last of this installation."""
    noted = read_end(house.end_file) if house.end_file else None
    return noted if noted is not None and noted.instance == house.ring.instance else None


def next_epoch(house: House) -> int:
    """Of the keys, after a repair: with keys from a backup it must be none that machines have noted before."""
    noted = noted_here(house)
    return max(house.ring.epoch, noted.epoch if noted else 0) + 1


def _journal_behind(house: House) -> str:
    noted = noted_here(house)
    if noted is None or noted.epoch < house.ring.epoch:  # before a repair that another machine of the fleet has made
        return ""
    if noted.epoch > house.ring.epoch:
        return OLD_KEYS
    return BEHIND if noted.end > house.journal.sequence() else ""


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
    mail = house.journal.mail(key_of_original(name) or "")
    # One without a verdict was received again: it lies on a ticket because it had one.
    if number <= accepted or (mail is not None and mail.verdict is not None):
        return ""
    return f"ticket #{number} carries {name}, a mail that the journal does not know: it was lost, or restored"


class End(NamedTuple):
    """How far the journal had come when it was last noted here, and whose keys signed for it then."""

    instance: str
    epoch: int
    end: int


def read_end(path: Path) -> End | None:
    """``None`` where nothing was noted."""
    try:
        instance, epoch, end = path.read_text("ascii").split()
        return End(instance, int(epoch), int(end))
    except (FileNotFoundError, ValueError):
        return None
    except OSError as error:
        raise JournalError(f"{path}: {error.strerror}") from error


def write_end(path: Path, ring: KeyRing, end: int) -> None:
    """Whole or not at all. Not forced to the disk: after a power cut it may be older, which alarms nobody."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(f"{ring.instance} {ring.epoch} {end}\n", "ascii")
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        raise JournalError(f"{path}: {error.strerror}") from error
