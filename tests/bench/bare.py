"""The bridge's calls written down, and made again by a bare loop of requests. Touches the network.

What is made again are the writes: for each mail its uploads and the create or the note, byte for byte as the bridge
sent them, in the same order within a ticket; upload tokens and ticket numbers are those of the new answers.
"""

from __future__ import annotations

import json
import queue
import re
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import requests

UPLOAD, CREATE = "/uploads.json", "/issues.json"
NUMBER = re.compile(r"^/issues/(\d+)\.json")
TOKEN = re.compile(rb'"token": ?"([^"]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file that was laid in, with the token that it got then."""

    path: str
    body: bytes
    token: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The calls of one mail: its files, then the create (``path`` names no ticket) or the note."""

    uploads: tuple[Upload, ...]
    path: str
    body: bytes


@dataclass
class Recorder:
    """Told of every request (``spoiler.Spoiler.heard``), keeps the turns of each ticket by its number then."""

    tickets: dict[int, list[Turn]] = field(default_factory=dict)
    _uploads: dict[bytes, Upload] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def heard(self, method: str, path: str, body: bytes, answer: bytes) -> None:
        """Keep a write; what only reads is no call of the bare loop."""
        with self._lock:
            if method == "POST" and path.startswith(UPLOAD):
                token = json.loads(answer)["upload"]["token"].encode()
                self._uploads[token] = Upload(path=path, body=body, token=token)
            elif method == "POST" and path.startswith(CREATE):
                self.tickets[json.loads(answer)["issue"]["id"]] = [self._turn(path, body)]
            elif method == "PUT" and (found := NUMBER.match(path)):
                self.tickets[int(found[1])].append(self._turn(path, body))

    def _turn(self, path: str, body: bytes) -> Turn:
        uploads = tuple(self._uploads[token] for token in TOKEN.findall(body))
        return Turn(uploads=uploads, path=path, body=body)


@dataclass
class Bare:
    """A loop of calls to one Redmine with one key."""

    url: str
    key: str

    def session(self) -> requests.Session:
        """A line that stays open."""
        session = requests.Session()
        session.trust_env = False
        session.headers["X-Redmine-API-Key"] = self.key
        return session

    def again(self, tickets: Sequence[Sequence[Turn]], threads: int) -> float:
        """Make all calls with so many threads, each ticket's in order; the CPU seconds that it cost this process."""
        waiting: queue.SimpleQueue[Sequence[Turn]] = queue.SimpleQueue()
        for turns in tickets:
            waiting.put(turns)
        before = time.process_time()
        with ThreadPoolExecutor(threads) as pool:
            for done in [pool.submit(self._work, waiting) for _ in range(threads)]:
                done.result()
        return time.process_time() - before

    def _work(self, waiting: queue.SimpleQueue[Sequence[Turn]]) -> None:
        with self.session() as session:
            while True:
                try:
                    turns = waiting.get_nowait()
                except queue.Empty:
                    return
                number = 0
                for turn in turns:
                    number = self.turn(session, turn, number)

    def turn(self, session: requests.Session, turn: Turn, number: int = 0) -> int:
        """One mail's calls; the ticket's number."""
        body = turn.body
        for upload in turn.uploads:
            sent = {"Content-Type": "application/octet-stream"}
            answer = session.post(self.url + upload.path, data=upload.body, headers=sent, timeout=60)
            answer.raise_for_status()
            body = body.replace(upload.token, answer.json()["upload"]["token"].encode())
        write = session.put if NUMBER.match(turn.path) else session.post
        path = NUMBER.sub(f"/issues/{number}.json", turn.path)
        answer = write(self.url + path, data=body, headers={"Content-Type": "application/json"}, timeout=60)
        answer.raise_for_status()
        return int(answer.json()["issue"]["id"]) if write == session.post else number
