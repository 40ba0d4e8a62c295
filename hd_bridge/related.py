"""Issues that customers' tickets are related to: when one is closed, the tickets hear of it. Pure.

Where the bridge lists all projects a closing comes with the watch's list of changes. Where it lists one alone, and for
what was missed, the issues that are open are asked for by number, a hundred a request, every few minutes; none are
asked for while none is open.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from hd_bridge.decide.related import closer_of, decide_closing, is_news, issue_of
from hd_bridge.errors import BridgeError, Doubtful, NotNow, Refused
from hd_bridge.house import House
from hd_bridge.model import Ticket
from hd_bridge.views_following import Closing

log = logging.getLogger("hd_bridge.related")

NOTES_SINCE = "notes_since"  # as watch.py: what was before the journal was lost is answered for
REOPENED_WITHIN = timedelta(days=90)


def heard(house: House, listed: Sequence[Ticket]) -> int:
    """Of tickets that have changed and are no conversations, those that others of ours wait for; how many told."""
    known = house.journal.awaited_among([ticket.number for ticket in listed]) if listed else frozenset()
    return sum(_looked(house, ticket) for ticket in listed if ticket.number in known)


def ask(house: House) -> int:
    """Ask how all open issues stand; how many have been closed."""
    return _asked(house, house.journal.awaited())


def ask_closed(house: House) -> int:
    """Closed ones too may change: they are opened again, and closed once more."""
    return _asked(house, house.journal.awaited(house.clock.now() - REOPENED_WITHIN))


def _asked(house: House, numbers: Sequence[int]) -> int:
    found = house.tracker.states(numbers) if numbers else {}
    return sum(_looked(house, ticket) for ticket in found.values())


def _looked(house: House, ticket: Ticket) -> int:
    """An issue that cannot be read now, or a fault of ours, must not hide the others: it is asked for again."""
    try:
        return _look(house, ticket)
    except (NotNow, Doubtful, Refused) as error:
        log.warning("issue #%d could not be read: %s", ticket.number, error)
    except BridgeError:
        raise
    except Exception:
        log.exception("issue #%d could not be looked at by a fault in hd_bridge", ticket.number)
    return 0


def _look(house: House, ticket: Ticket) -> int:
    journal, issue = house.journal, issue_of(ticket)
    before = journal.issue(ticket.number)
    if before == issue:
        return 0
    if not is_news(before, issue):
        journal.hear(issue, (), house.clock.now())
        return 0
    whole = house.tracker.ticket(ticket.number) or ticket
    if not whole.closed:  # opened again in between
        return 0
    issue = issue_of(whole)
    since = journal.meta(NOTES_SINCE)
    closing = Closing(issue=issue, waiters=journal.waiters(issue.number))
    moment = datetime.fromisoformat(since) if since else None
    steps = decide_closing(closing, closer_of(whole), whole.status, moment, house.policy)
    journal.hear(issue, steps, house.clock.now())
    log.info("#%d was closed; %d tickets wait for it", issue.number, len(closing.waiters))
    return int(bool(steps))
