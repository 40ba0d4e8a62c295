"""The second door in: what has changed in the tracker since we last looked (redmine.md, algorithm A). Pure.

A quiet tick is one request; once a minute the key is proved, and only then does the watermark move on. While a pile
of mails goes into the same tracker, looking takes a twentieth of the time at most (``pace.py``).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
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
from hd_bridge.views_ticket import RACY, TicketRow

log = logging.getLogger("hd_bridge.watch")

OVERLAP = timedelta(seconds=120)  # uncommitted transactions and clocks that differ between app servers
PROVE_EVERY = 60.0  # seconds; more than OVERLAP would let a tracker's clock that is set back hide changes
PILE = 10  # conversations that wait for the tracker; while there are so many,
LONGEST = 30.0  # seconds may lie between two looks,
FEW_AGAIN, MOST_AGAIN = 5, 50  # and so many tickets are looked at once more at one look, else many
LATE, MOST_LATE = timedelta(minutes=5), 500  # but those that have waited so long, as many each minute
ABSENT_FOR = 3600.0  # seconds for which a ticket that is gone, or out of our sight, is not asked for again
OTHER_DOORS = frozenset({"outbox", "site"})  # what waits for them does not wait for the tracker
UNREADABLE = (NotNow, Doubtful, Refused)
UNREAD = "unread"  # meta: tickets that could not be read yet, while the watermark went on
NOTES_SINCE = "notes_since"  # the tracker's time; older notes were answered for before the journal was lost


class Watch:
    """Looks for changes; one at a time. Remembers when it looked and when the key was last proved."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._pace = Pace(LONGEST)
        self._proved_at: float | None = None
        self._whole_next = True
        self._later: set[int] = set()
        self._absent: dict[int, float] = {}
        self._begin = begin.Begin(house)

    def tick(self) -> int:
        """Read what has changed and keep it; how many tickets of ours had. A closed door is noted, not raised."""
        house = self._house
        if "tracker" in house.doors.resting():
            return 0
        begun = house.clock.monotonic()
        if not self._pace.due(begun) and not self._time_to_prove() and self._in_a_pile():
            return 0
        try:
            seen = self._look()
        except Closed as closed:
            house.doors.shut("tracker", closed)
            return 0
        except FarSideError as error:
            log.warning("the tracker could not be read: %s", error)
            return 0
        finally:
            self._pace.done(begun, house.clock.monotonic())
        house.doors.worked("tracker")
        return seen

    def _look(self) -> int:
        house = self._house
        mark = house.journal.watermark()
        moving = mark is None or self._whole_next or self._time_to_prove()
        owed = self._owed() if moving else []
        self._whole_next = True  # broken off, this one leaves changes unread of which the next would not be told again
        changed = house.tracker.changed(mark - OVERLAP if mark else None, whole=moving)
        if mark is None:
            begin.mark_first_start(house, _moment(mark, changed))
        seen = self._keep(changed) + self._look_again(moving)
        if moving:
            seen += self._try_later(owed)
            house.tracker.prove()
            self._proved_at = house.clock.monotonic()
            self._move(mark, changed)
        self._whole_next = False
        return seen

    def _in_a_pile(self) -> bool:
        """Whether many customers wait for what the tracker is to be told."""
        house = self._house
        others = house.doors.resting() | OTHER_DOORS
        return len(house.journal.strands(house.clock.now(), others, PILE)) == PILE

    def _time_to_prove(self) -> bool:
        now = self._house.clock.monotonic()
        return self._proved_at is None or now - self._proved_at >= PROVE_EVERY

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
        """A ticket that is no conversation."""
        return self._tried(ticket.number, lambda: int(self._begin.look(ticket)))

    def _owed(self) -> list[int]:
        """Tickets that could not be read, by us or by whoever looked before us: they are kept, as the watermark passes
        over their changes."""
        self._later.update(int(number) for number in (self._house.journal.meta(UNREAD) or "").split())
        return sorted(self._later)

    def _try_later(self, owed: Sequence[int]) -> int:
        journal, seen = self._house.journal, 0
        rows = journal.snapshots(owed)
        for number in owed:
            row = rows.get(number)
            seen += self._fetch(row, number) if row and row.conversation else self._meet_later(number)
        told = " ".join(map(str, sorted(self._later)))
        if told != (journal.meta(UNREAD) or ""):
            journal.set_meta(UNREAD, told)
        return seen

    def _meet_later(self, number: int) -> int:
        def look() -> int:
            ticket = self._house.tracker.ticket(number)
            return int(self._begin.look(ticket)) if ticket else 0

        return self._tried(number, look)

    def _look_again(self, moving: bool) -> int:
        """What may hide in the second of a change that we know, the oldest first. It may have left the window long ago,
        where a call of ours was answered for late."""
        ticking = self._house.clock.monotonic()
        self._absent = {number: at for number, at in self._absent.items() if ticking - at < ABSENT_FOR}
        numbers = self._ripe(RACY, MOST_AGAIN)
        if len(numbers) > FEW_AGAIN and self._in_a_pile():
            numbers = [*numbers[:FEW_AGAIN], *(self._ripe(LATE, MOST_LATE) if moving else ())]
        again = tuple(dict.fromkeys(numbers))
        rows = self._house.journal.snapshots(again)
        return sum(self._fetch(rows[number], number) for number in again if number in rows)

    def _ripe(self, age: timedelta, most: int) -> list[int]:
        """Those that can be read now, as far as we know: what cannot must not take their turn."""
        passed_over = self._later.union(self._absent)
        ripe = self._house.journal.ripe(self._house.clock.now(), age, most + len(passed_over))
        return [number for number in ripe if number not in passed_over][:most]

    def _fetch(self, row: TicketRow, number: int) -> int:
        return self._tried(number, lambda: self._read(row, number))

    def _tried(self, number: int, read: Callable[[], int]) -> int:
        """One ticket that cannot be shown must not hide the changes of all others: it is tried again each minute."""
        try:
            seen = read()
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
            self._absent[number] = house.clock.monotonic()
            return 0
        self._absent.pop(number, None)
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
