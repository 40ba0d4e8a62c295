"""The engine under python-redmine: real timeouts, no redirects, every failure ours. Touches the network.

python-redmine 2.5.0 ignores timeouts, drops the answer's headers, follows redirects and lets errors of requests
through (DESIGN.md); all of that is mended here. ``ask`` is safe from several threads at once; the library's own
``create`` and ``update`` are not (they share one formatter), so nothing here uses them.
"""

from __future__ import annotations

import json
import re
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from redminelib.engines.sync import SyncEngine
from requests import RequestException, Response, Session
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, ReadTimeoutError

from hd_bridge import __version__
from hd_bridge.errors import Refused
from hd_bridge.tracker.redmine_faults import Effect, answered, not_json, unanswered, unsent
from hd_bridge.tracker.redmine_wire import WIRE, session

LARGEST_ANSWER = 64 << 20
HEADERS = {"Accept": "application/json", "Accept-Encoding": "gzip, deflate", "User-Agent": f"hd_bridge/{__version__}"}
OK = frozenset({200, 201, 204})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: ``body`` is the JSON, ``None`` where there was none, or bytes where a file was asked for;
    ``headers`` have no regard to case."""

    status: int
    headers: Mapping[str, str]
    body: Any


class BridgeEngine(SyncEngine):  # type: ignore[misc]  # the library has no types
    """``connect_timeout`` and ``read_timeout`` in seconds; the latter is for silence, and for a whole answer's body.

    ``requests_made`` counts by method and path, digits as N: {("GET", "/issues/N.json"): 3}.
    """

    def __init__(
        self,
        *,
        connect_timeout: float,
        read_timeout: float,
        ca_file: str | None,
        connections: int,
        monotonic: Callable[[], float],
        **options: Any,
    ) -> None:
        wanted = {"headers": dict(HEADERS), "ca_file": ca_file, "connections": connections}
        super().__init__(**options, requests=wanted)
        self._timeouts = (connect_timeout, read_timeout)
        self._monotonic = monotonic
        self.requests_made: Counter[tuple[str, str]] = Counter()
        self._counting = threading.Lock()

    @staticmethod
    def create_session(**params: Any) -> Session:
        """Ours: the library's own would replace all headers and know no timeout."""
        return session(params["headers"], ca_file=params["ca_file"], connections=params["connections"])

    def request(
        self,
        method: str,
        url: str,
        headers: dict[str, str] | None = None,
        params: dict[str, Any] | None = None,
        data: Any = None,
    ) -> Any:
        """What the library's resources call; the same road, the body alone."""
        body = self.ask(method, url, headers=headers, params=params, data=data).body
        return True if body is None else body

    def ask(
        self,
        method: str,
        url: str,
        *,
        effect: Effect | None = None,
        also: Collection[int] = (),
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
        data: Any = None,
        most: int | None = None,
    ) -> Answer:
        """One request. A status that is neither a success nor in ``also`` becomes one of our errors. With ``most`` the
        body of a 200 is bytes; ``Refused``, and read no further, if there are more than so many."""
        effect = effect or (Effect.READ if method == "get" else Effect.WRITE)
        self._count(method, url)
        sent = self.construct_request_kwargs(method, dict(headers or {}), dict(params or {}), data)
        with self._translated(effect):
            response = self.session.request(
                method, url, timeout=self._timeouts, allow_redirects=False, stream=True, **sent
            )
            with response:
                wanted = most if response.status_code == 200 else None
                content = self._read(response, effect, wanted)
        return self._judged(effect, response, content, also, wanted is not None)

    def close(self) -> None:
        """Let go of the connections; the next request opens them again."""
        self.session.close()

    def _judged(self, effect: Effect, response: Response, content: bytes, also: Collection[int], file: bool) -> Answer:
        if file:
            return Answer(status=200, headers=response.headers, body=content)
        body = _json(content)
        answer = Answer(status=response.status_code, headers=response.headers, body=body)
        if answer.status in also:
            return answer
        if answer.status not in OK:
            raise answered(effect, answer.status, answer.headers, words_of(body))
        if body is None and content.strip():
            raise not_json(effect)
        return answer

    def _read(self, response: Response, effect: Effect, most: int | None) -> bytes:
        """The whole body, within the time and the size; bytes that trickle in would else never time out."""
        end = self._monotonic() + self._timeouts[1]
        told = response.headers.get("Content-Length") or ""
        if most is not None and told.isdecimal() and int(told) > most:
            raise Refused(f"the file has {told} octets, more than {most}")
        parts, size = [], 0
        while part := response.raw.read1(1 << 16, decode_content=True):
            parts.append(part)
            size += len(part)
            if most is not None and size > most:
                raise Refused(f"the file has more than {most} octets")
            if most is None and size > LARGEST_ANSWER:
                raise unanswered(effect, "the answer is too large")
            if self._monotonic() > end:
                raise unanswered(effect, "the answer did not come to an end in time")
        return b"".join(parts)

    @contextmanager
    def _translated(self, effect: Effect) -> Iterator[None]:
        WIRE.sent, WIRE.seconds = False, self._timeouts[1]
        try:
            yield
        except (RequestException, HTTPError, OSError, UnicodeError) as error:
            why = _cause(error)
            raise (unanswered(effect, why) if WIRE.sent else unsent(why)) from None  # its text may quote the key

    def _count(self, method: str, url: str) -> None:
        path = re.sub(r"\d+", "N", urlsplit(url).path)
        with self._counting:
            self.requests_made[method.upper(), path] += 1


def words_of(body: Any) -> tuple[str, ...] | None:
    """The errors that Redmine lists in a 422, ``None`` if the body is not such a list."""
    listed = body.get("errors") if isinstance(body, dict) else None
    if not isinstance(listed, list):
        return None
    return tuple(": ".join(map(str, one)) if isinstance(one, list) else str(one) for one in listed)


def _json(content: bytes) -> Any:
    try:
        return json.loads(content) if content.strip() else None
    except ValueError:
        return None


def _cause(error: BaseException) -> str:
    """Why the wire failed, in our words: a library's may quote the key or the address with it."""
    for link in _chain(error):
        if isinstance(link, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted ({link.verify_message})"
        if isinstance(link, ssl.SSLError):
            return f"TLS failed ({link.reason})"
        if isinstance(link, NameResolutionError):
            return "its name is not known (DNS)"
        if type(link) is ConnectTimeoutError:
            return "no connection in time"
        if isinstance(link, ReadTimeoutError | TimeoutError):
            return "no answer in time"
        if isinstance(link, OSError) and link.strerror:
            return link.strerror.lower()
    return f"the connection failed ({type(error).__name__})"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and what it was made of: causes, contexts, ``reason`` and arguments, each once."""
    seen: set[int] = set()
    rest: list[Any] = [error]
    while rest:
        link = rest.pop(0)
        if isinstance(link, BaseException) and id(link) not in seen:
            seen.add(id(link))
            yield link
            rest += [getattr(link, "reason", None), *link.args, link.__cause__, link.__context__]
