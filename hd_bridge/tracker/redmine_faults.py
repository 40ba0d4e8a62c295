"""Which of the four failures an answer of Redmine is, or its absence: the one place where that is decided. Pure.

Nothing happened if the request was never sent; nobody knows if a write was sent and no proper answer came back;
reading and laying a file down are harmless to repeat, so there doubt costs only another try.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum

from hd_bridge.errors import BridgeError, Closed, Doubtful, NotNow, Refused

LONGEST_PAUSE = timedelta(hours=6)  # a Retry-After beyond this is a mistake, and would stop the house for days


class Effect(Enum):
    """What a request does to the far side if it arrives."""

    READ = "read"
    WRITE = "write"
    LAY_DOWN = "lay down"  # an upload: a file that nothing refers to, pruned after a day


def unsent(why: str) -> BridgeError:
    """Not one byte of the request left us."""
    return Closed(why)


def unanswered(effect: Effect, why: str) -> BridgeError:
    """The request, or a part of it, was sent; no answer came, or not a whole one."""
    if effect is Effect.WRITE:
        return Doubtful(why)
    # A large file over a slow line must not shut the door for all others.
    return Closed(why) if effect is Effect.READ else NotNow(why)


def not_json(effect: Effect) -> BridgeError:
    """A good status, but no JSON: a log-in page or a proxy spoke, or another program lives at that address."""
    why = "the answer is not JSON; does a proxy or a log-in page stand before the tracker?"
    return Doubtful(why) if effect is Effect.WRITE else Closed(why)


def answered(effect: Effect, status: int, headers: Mapping[str, str], words: Sequence[str] | None) -> BridgeError:
    """A status that is no success; ``words`` are the server's, ``None`` if it named no list of errors."""
    pause = retry_after(headers.get("Retry-After"), headers.get("Date"))
    if 300 <= status < 400:
        return Closed(f"it redirects (HTTP {status}); configure the final address")
    if status in TURNED_AWAY:
        return Closed(TURNED_AWAY[status], after=pause)
    if status >= 500:
        return _broken(effect, status)
    if status in (408, 425):
        return NotNow(f"it wants the request again (HTTP {status})", after=pause)
    if effect is Effect.READ:  # what a question is refused for says more about the address than about the item
        return Closed(f"it shows us nothing at that address (HTTP {status})")
    if status == 422:
        return _invalid(effect, words)
    if status == 413:
        return Refused("it is larger than the tracker, or a proxy before it, takes")
    return Refused(f"HTTP {status}", words=tuple(words or ()))


TURNED_AWAY = {
    401: "the API key is not accepted",
    407: "a proxy wants a password",
    429: "it asks for a pause (HTTP 429)",
    503: "it is not available (HTTP 503)",
}


def _broken(effect: Effect, status: int) -> BridgeError:
    if effect is Effect.WRITE:
        return Doubtful(f"HTTP {status}")
    if effect is Effect.LAY_DOWN and status == 500:
        return NotNow("HTTP 500")
    return Closed(f"HTTP {status}")


def _invalid(effect: Effect, words: Sequence[str] | None) -> BridgeError:
    if words is None:
        return not_json(effect)
    if not words:
        return NotNow("somebody changed the ticket at the same moment")  # StaleObjectError, issues_controller.rb
    return Refused("the tracker found it invalid", words=tuple(words))


def retry_after(value: str | None, date: str | None) -> timedelta | None:
    """Retry-After in seconds or as a date (RFC 9110 §10.2.3), the latter counted from the answer's own Date."""
    if not value:
        return None
    try:
        pause = timedelta(seconds=int(value)) if value.strip().isdigit() else moment(value) - moment(date or "")
    except (ValueError, OverflowError):
        return None
    return max(timedelta(0), min(pause, LONGEST_PAUSE))


def moment(value: str) -> datetime:
    """An HTTP date (RFC 9110 §5.6.7), aware; ValueError if it is none."""
    found = parsedate_to_datetime(value)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
