"""Waiting for news in an examined IMAP folder: by IDLE (RFC 2177), else a pause. Touches the network."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from imapclient import IMAPClient

SLICE = 0.5  # seconds after which a stop is noticed


def idle(client: IMAPClient, seconds: float, stop: Callable[[], bool]) -> bool:
    """IDLE once, for ``seconds`` at most; whether a mail has come. The library's errors come out as they are.

    A line that came together with the server's "+ idling" is not seen before the next one, because the library
    polls the socket and not its own buffer: so nobody may IDLE for longer than he can bear to miss a mail.
    """
    client.idle()
    news = False
    end = time.monotonic() + seconds
    while not news and not stop() and (left := end - time.monotonic()) > 0:
        began = time.monotonic()
        answers = client.idle_check(timeout=min(left, SLICE))
        news = any(_is_news(answer) for answer in answers)
        if not answers and time.monotonic() - began < min(left, SLICE) / 2:
            break  # the library shows a connection that was cut as silence, again and again: DONE will tell
    _, late = client.idle_done()
    return news or any(_is_news(answer) for answer in late)


def pause(seconds: float, stop: Callable[[], bool]) -> None:
    """Sleep, but not through a stop."""
    end = time.monotonic() + seconds
    while not stop() and (left := end - time.monotonic()) > 0:
        time.sleep(min(left, SLICE))


def _is_news(answer: Sequence[object]) -> bool:
    """EXISTS tells of a mail; ``OK Still here``, flags and expunges do not."""
    return len(answer) > 1 and answer[1] == b"EXISTS"
