"""The second door in: what has changed in the tracker since we last looked (redmine.md, algorithm A). Pure.

A quiet tick is one request; once a minute the key is proved, and only then does the watermark move on. While customers
wait for the same tracker, looking takes a twentieth of the time at most (``pace.py``).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from hd_bridge import begin, related, roster
from hd_bridge.decide.change import decide_change
from hd_bridge.decide.note import NoteFacts, decide_notes, writers
from hd_bridge.decide.reopening import came_too_late, decide_reopening
from hd_bridge.decide.statuses import changers, decide_statuses
from hd_bridge.errors import BridgeError, Closed, Doubtful, FarSideError, NotNow, Refused
from hd_bridge.house import House
from hd_bridge.model import Changed, Ticket
from hd_bridge.pace import Pace
from hd_bridge.perform import privacy
from hd_bridge.steps import Step
from hd_bridge.views_ticket import TicketRow

log = logging.getLogger("hd_bridge.watch")

OVERLAP = timedelta(seconds=120)  # uncommitted transactions and clocks that differ between app servers
PROVE_EVERY = 60.0  # seconds
LONGEST = 30.0  # seconds between two looks, and
LONGEST_UNPROVED = 300.0  # between two proofs, while mails or steps wait
MOST_AGAIN = 50  # tickets that are looked at once more at one look, and
FEW_AGAIN = 5  # while mails or steps wait: each costs the tracker as much as a write of theirs
UNREADABLE = (NotNow, Doubtful, Refused)
UNREAD = "unread"  # meta: tickets that could not be read yet, while the watermark went on
NOTES_SINCE = "notes_since"  # the tracker's time; older notes were answered for before the journal was lost


class Watch:
    """Looks for changes; one at a time. Remembers when it looked and when the key was last proved."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._looks, self._proofs = Pace(0, LONGEST), Pace(PROVE_EVERY, LONGEST_UNPROVED)
        self._broken_off = False
        self._later: set[int] = set()
        self._unmet: dict[int, Ticket] = {}
        self._absent: set[int] = set()
        self._begin = begin.Begin(house)

    def tick(self) -> int:
        """Read what has changed and keep it; how many tickets of ours had. A closed door is noted, not raised."""
        house = self._house
        if "tracker" in house.doors.resting():
            return 0
        busy = self._busy()
        begun = house.clock.monotonic()
        if not self._looks.due(begun, busy):
            return 0
        try:
            seen = self._look(busy)
        except Closed as closed:
            house.doors.shut("tracker", closed)
            return 0
        except FarSideError as error:
            log.warning("the tracker could not be read: %s", error)
            return 0
        finally:
            self._looks.done(begun, house.clock.monotonic())
        house.doors.worked("tracker")
        return seen

    def _look(self, busy: bool) -> int:
        """One that was broken off leaves changes unread that the next would not be told of again."""
        house = self._house
        mark, begun = house.journal.watermark(), house.clock.monotonic()
        moving = mark is None or self._broken_off or self._proofs.due(begun, busy)
        self._broken_off = True
        changed = house.tracker.changed(mark - OVERLAP if mark else None, whole=moving)
        if mark is None:
            begin.mark_first_start(house, _moment(mark, changed))
        seen = self._keep(changed) + self._look_again(busy)
        if moving:
            seen += self._try_later()
            house.tracker.prove()
            self._move(mark, changed)
            self._proofs.done(begun, house.clock.monotonic())
        self._broken_off = False
        return seen

    def _busy(self) -> bool:
        """Whether customers wait for what is to be decided or done."""
        house = self._house
        return house.journal.any_undecided() or bool(house.journal.strands(house.clock.now(), house.doors.resting(), 1))

    def _move(self, mark: datetime | None, changed: Changed) -> None:
        """The watermark goes by the tracker's clock alone, back too: set back, it would pass changes over until it
        had caught up."""
        moment = _moment(mark, changed)
        if moment is not None and (mark is None or moment > mark or (changed.by_clock and moment < mark)):
            self._house.journal.set_watermark(moment)

    def _keep(self, changed: Changed) -> int:
        rows = self._house.journal.snapshots([ticket.number for ticket in changed.tickets])
        ours = {row.number for row in rows.values() if row.conversation}
        seen = related.heard(self._house, [ticket for ticket in changed.tickets if ticket.number not in ours])
        for ticket in changed.tickets:
            row = rows.get(ticket.number)
            if ticket.number in self._later:
                continue
            if row is None or not row.conversation:
                seen += self._meet(ticket)
            elif (row.updated_on, row.status) != (ticket.updated_on, ticket.status):
                seen += self._fetch(row, ticket.number)
        return seen

    def look_at(self, number: int) -> int:
        """Read a ticket of ours although nothing was told of it; whether there was anything new."""
        row = self._house.journal.snapshot(number)
        return self._fetch(row, number) if row and row.conversation else 0

    def _meet(self, ticket: Ticket) -> int:
        """A ticket that is no conversation; what cannot be shown now is looked at again each minute."""
        try:
            begun = int(self._begin.look(ticket))
            self._unmet.pop(ticket.number, None)
            return begun
        except UNREADABLE as error:
            log.warning("ticket #%d could not be read: %s", ticket.number, error)
        except BridgeError:
            raise
        except Exception:
            log.exception("ticket #%d could not be looked at by a fault in hd_bridge", ticket.number)
        self._unmet[ticket.number] = ticket
        return 0

    def _try_later(self) -> int:
        """What could not be read, by us or by whoever looked before us: it is kept, as the watermark passes over it."""
        journal = self._house.journal
        kept = journal.meta(UNREAD) or ""
        self._later.update(int(number) for number in kept.split())
        seen = self._fetch_all(sorted(self._later - self._absent)) + sum(map(self._meet, [*self._unmet.values()]))
        told = " ".join(map(str, sorted(self._later)))
        if told != kept:
            journal.set_meta(UNREAD, told)
        return seen

    def _look_again(self, busy: bool) -> int:
        """What may hide in the second of a change that we know, the oldest first. It may have left the window long ago,
        where a call of ours was answered for late."""
        passed_over = self._absent | self._later
        ripe = self._house.journal.ripe(self._house.clock.now(), MOST_AGAIN + len(passed_over))
        numbers = [number for number in ripe if number not in passed_over]
        return self._fetch_all(numbers[: FEW_AGAIN if busy else MOST_AGAIN])

    def _fetch_all(self, numbers: Sequence[int]) -> int:
        return sum(self._fetch(row, number) for number, row in self._house.journal.snapshots(numbers).items())

    def _fetch(self, row: TicketRow, number: int) -> int:
        """One ticket that cannot be shown must not hide the changes of all others: it is tried again each minute."""
        try:
            seen = self._read(row, number)
        except UNREADABLE as error:
            log.warning("ticket #%d could not be read: %s", number, error)
        except BridgeError:
            raise
        except Exception:  # a fault of ours costs one ticket, not the daemon
            log.exception("ticket #%d could not be looked at by a fault in hd_bridge", number)
        else:
            self._later.discard(number)
            return seen
        self._later.add(number)
        return 0

    def _read(self, row: TicketRow, number: int) -> int:
        house = self._house
        ticket = house.tracker.ticket(number)
        if ticket is None:  # deleted, or moved out of our sight: the page stays as it is
            self._absent.add(number)
            return 0
        self._absent.discard(number)
        ending = closes(house, ticket)
        events, pages = decide_change(row, ticket, ending)
        facts = self._facts(row, ticket)
        told = decide_statuses(row, ticket, facts, house.policy.answers)
        notes: tuple[Step, ...] = (*decide_notes(row, ticket, facts), *told, *self._opened_again(row, ticket, ending))
        steps = (*notes, *(pages if house.policy.site_url else ()))
        house.journal.see(ticket, events, steps, house.clock.now())
        return int(bool(events or notes or pages))

    def _opened_again(self, row: TicketRow, ticket: Ticket, ending: Mapping[str, bool]) -> tuple[Step, ...]:
        house = self._house
        mails = (house.journal.mail(key) for key in came_too_late(row, ticket, ending))
        return decide_reopening(row, ticket, [mail for mail in mails if mail], house.policy.reopen_status)

    def _facts(self, row: TicketRow, ticket: Ticket) -> NoteFacts:
        """Whose notes these are is asked only where there are any."""
        house = self._house
        writing = writers(row, ticket) | changers(row, ticket, house.policy.answers)
        known = ((number, roster.writer(house, number)) for number in writing)
        since = house.journal.meta(NOTES_SINCE) if writing else None
        return NoteFacts(
            bridge=house.tracker.me() if writing else 0,
            agents=tuple((number, agent) for number, agent in known if agent),
            since=datetime.fromisoformat(since) if since else None,
            now=house.clock.now(),
            grace=house.policy.answers.grace,
        )


def _moment(mark: datetime | None, changed: Changed) -> datetime | None:
    """The tracker's time, as far as this look at it tells."""
    newest = max((ticket.updated_on for ticket in changed.tickets), default=None)
    return changed.server_time or newest or mark


def closes(house: House, ticket: Ticket) -> dict[str, bool]:
    """Which statuses end a ticket, as far as it is known; the ticket's own is known for certain."""
    known = {name: closed for catalogue in house.catalogues.values() for name, closed in catalogue.statuses}
    return known | {ticket.status: ticket.closed}


def learn(house: House) -> None:
    """Read the names of every project that the configuration speaks of; what fails now is learnt later."""
    for project in house.policy.projects:
        try:
            house.catalogues[project] = house.tracker.catalogue(project)
        except FarSideError as error:
            log.warning("project %s could not be read: %s", project, error)
    roster.learn(house)
    try:
        privacy.look_again(house)
    except FarSideError as error:
        log.warning("the private note could not be looked at again: %s", error)
