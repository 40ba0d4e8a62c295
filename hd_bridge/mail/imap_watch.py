"""Waiting for news in an examined IMAP folder: by IDLE (RFC 2177), else a pause. Touches the network.

Hundreds of mailboxes may wait at once, each in a thread, so a look at the clock costs one call of the system, and
nothing of the mail library.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from ssl import SSLWantReadError

from imapclient import IMAPClient

SLICE = 2.0  # seconds after which a stop is noticed; 500 mailboxes at 1 s kept a core busy at 3 %
SOON = 2.0  # seconds after which lines are read that nothing will tell of


def idle(client: IMAPClient, seconds: float, stop: Callable[[], bool]) -> bool:
    """IDLE once, for ``seconds`` at most; whether a mail has come. The library's errors come out as they are."""
    client.idle()
    # The library waits for the socket: a line that came together with the server's "+ idling" lies in its buffer, and
    # is not seen before the IDLE ends. At once would be wrong too: there are servers that always say something here.
    end = time.monotonic() + (min(seconds, SOON) if _has_buffered(client) else seconds)
    poller = select.poll()
    poller.register(client.socket(), select.POLLIN)
    news = False
    while not news and not stop() and (left := end - time.monotonic()) > 0:
        if not poller.poll(min(left, SLICE) * 1000):
            continue
        answers = client.idle_check(timeout=0)
        news = any(_is_news(answer) for answer in answers)
        if not answers:
            break  # the library shows a connection that was cut as silence, again and again: DONE will tell
    _, late = client.idle_done()
    return news or any(_is_news(answer) for answer in late)


def _has_buffered(client: IMAPClient) -> bool:
    """Whether lines have been read from the socket that nobody has asked for yet; neither library tells openly."""
    socket = client.socket()
    before = socket.gettimeout()
    socket.setblocking(False)
    try:
        with suppress(BlockingIOError, SSLWantReadError):
            return bool(client._imap.file.peek(1))
        return False
    finally:
        socket.settimeout(before)


def pause(seconds: float, stop: Callable[[], bool]) -> None:
    """Sleep, but not through a stop."""
    end = time.monotonic() + seconds
    while not stop() and (left := end - time.monotonic()) > 0:
        time.sleep(min(left, SLICE))


def _is_news(answer: Sequence[object]) -> bool:
    """EXISTS tells of a mail; ``OK Still here``, flags and expunges do not."""
    return len(answer) > 1 and answer[1] == b"EXISTS"
