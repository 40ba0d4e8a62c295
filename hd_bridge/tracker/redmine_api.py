"""Questions to a Redmine and writes to it; each "no" is proved before it is believed. Touches the network.

A Redmine treats a bad key as an anonymous visitor: lists come out empty, tickets are not there. So nothing that says
"no" leaves this file before ``prove`` has answered after it.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter, OrderedDict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn, cast

from redminelib import Redmine

from hd_bridge.errors import Closed, Refused
from hd_bridge.ports import Clock
from hd_bridge.tracker.redmine_engine import OK, Answer, BridgeEngine, words_of
from hd_bridge.tracker.redmine_faults import Effect, answered, not_json
from hd_bridge.tracker.redmine_reading import Json
from hd_bridge.tracker.redmine_text import plain

GONE = frozenset({403, 404})  # a ticket that moved out of sight answers 403, a deleted one 404
ELSEWHERE = frozenset({301, 302, 303, 307, 308})
PROOF_LASTS = 60.0
STUMBLES_KEPT = 1000


class Api:
    """One Redmine under one key; safe from several threads."""

    def __init__(self, url: str, key: str, clock: Clock, **wire: Any) -> None:
        self.monotonic = clock.monotonic
        redmine = Redmine(url, key=key, engine=BridgeEngine, monotonic=clock.monotonic, **wire)
        self._url: str = redmine.url
        self._engine = cast(BridgeEngine, redmine.engine)
        self._me: int | None = None
        self._proved_at: float | None = None
        self._stumbled: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def requests_made(self) -> Counter[tuple[str, str]]:
        """How many requests, by method and path with N for digits."""
        return self._engine.requests_made

    def get(self, path: str, params: Mapping[str, Any] | None = None, *, also: Collection[int] = ()) -> Answer:
        """A GET; the body of a success is JSON."""
        answer = self._engine.ask("get", self._url + path, params=params, also=also)
        if answer.status in OK and not isinstance(answer.body, dict):
            raise not_json(Effect.READ)
        return answer

    def look(self, path: str, params: Mapping[str, Any] | None = None) -> Json | None:
        """The JSON of a GET; ``None`` if it is not there, or not for us (proved)."""
        answer = self.get(path, params, also=GONE)
        if answer.status in GONE:
            self.prove()
            return None
        return cast(Json, answer.body)

    def file(self, path: str, most: int) -> bytes | None:
        """The bytes behind a path, ``most`` of them; ``None`` if they are not there, or not for us (proved)."""
        answer = self._engine.ask("get", self._url + path, also=GONE | ELSEWHERE, most=most)
        if answer.status in GONE | ELSEWHERE:
            self.prove()  # a stranger is sent to the log-in page
            if answer.status in ELSEWHERE:
                raise Refused("the tracker keeps its files elsewhere and sends us there; our key stays here")
            return None
        if not isinstance(answer.body, bytes):  # a 204: a file that is empty has a 200
            raise not_json(Effect.READ)
        return answer.body

    def post(self, path: str, data: Json) -> Answer:
        """A POST of anything; 403, 404 and 422 are left to the caller."""
        return self._engine.ask("post", self._url + path, data=data, also=GONE | {422})

    def write(self, method: str, path: str, issue: Json, params: Mapping[str, Any] | None = None) -> Answer:
        """A POST or PUT of an issue; 403 and 404 are left to the caller, all else that is no success is raised.

        A text that made the server stumble (HTTP 500) goes out with characters beyond the BMP replaced when the
        caller, who has asked by then whether it happened, sends it again.
        """
        mark = hashlib.sha256(json.dumps(issue, sort_keys=True).encode()).hexdigest()
        data = {"issue": plain(issue) if mark in self._stumbled else issue}
        answer = self._engine.ask(method, self._url + path, params=params, data=data, also=GONE | {422, 500})
        if answer.status == 500:
            self._remember(mark)
        if answer.status in (422, 500):
            self.refuse(answer, Effect.WRITE)
        return answer

    def lay_down(self, path: str, params: Mapping[str, Any], content: bytes) -> Answer:
        """A POST of a file's bytes; 403 is left to the caller."""
        answer = self._engine.ask(
            "post",
            self._url + path,
            params=params,
            data=content,
            headers={"Content-Type": "application/octet-stream"},
            effect=Effect.LAY_DOWN,
            also={403, 404, 422},
        )
        if answer.status in (404, 422):
            self.refuse(answer, Effect.LAY_DOWN)
        return answer

    def refuse(self, answer: Answer, effect: Effect) -> NoReturn:
        """Raise what a failed answer means; that it is the item's own fault only if the key is still good."""
        fault = answered(effect, answer.status, answer.headers, words_of(answer.body))
        if isinstance(fault, Refused):
            self.prove()
        raise fault

    def prove(self) -> None:
        """The canary: ``Closed`` unless the key is good and still the same user's."""
        answer = self.get("/users/current.json", also=GONE)
        if answer.status == 403:
            raise Closed("its REST API is switched off, or the key's user must change a password")
        if answer.status == 404:
            raise Closed("there is no Redmine at this address")
        with understood(Effect.READ):
            me = int(answer.body["user"]["id"])
        if self._me not in (None, me):
            raise Closed("the API key belongs to another user than before")
        self._me, self._proved_at = me, self.monotonic()

    def me(self) -> int:
        """Our own number; asked for where it is not known yet."""
        if self._me is None:
            self.prove()
        assert self._me is not None  # prove has told, or raised
        return self._me

    def prove_lately(self) -> None:
        """``prove``, unless that was done within the last minute."""
        if self._proved_at is None or self.monotonic() - self._proved_at > PROOF_LASTS:
            self.prove()

    def close(self) -> None:
        """Let go of the connections; the next request opens them again."""
        self._engine.close()

    def _remember(self, mark: str) -> None:
        with self._lock:
            self._stumbled[mark] = None
            while len(self._stumbled) > STUMBLES_KEPT:
                self._stumbled.popitem(last=False)


@contextmanager
def understood(effect: Effect) -> Iterator[None]:
    """JSON that is not as Redmine writes it: another program answers, or a version that nobody knows."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise not_json(effect) from error
