"""Agents at work in Redmine while daemons die: public notes with a file, and private ones. Touches the network."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import suppress

import requests

from tests.live.installation import Installation
from tests.proof.answered import Noted, file_of

PRIVATE = 4  # one note in so many is private


class Agents:
    """Writes by Redmine's API, past the proxies. What was written is read in its database: an answer may be lost."""

    def __init__(self, here: Installation, seed: int) -> None:
        self._here = here
        self._chance = random.Random(f"agents {seed}")
        self._mark = f"{self._chance.getrandbits(32):08x}"
        self._written = 0

    def write(self, how_many: int) -> None:
        """So many notes on tickets of this installation, as far as there are any."""
        query = f"SELECT DISTINCT container_id FROM attachments WHERE description = '{self._here.address}'"
        numbers = sorted(int(row[0]) for row in self._here.redmine.sql(f"{query} AND container_id IS NOT NULL"))
        for _ in range(how_many if numbers else 0):
            with suppress(requests.RequestException):
                self._note(self._chance.choice(numbers))

    def notes(self) -> tuple[Noted, ...]:
        """All that was written."""
        rows = self._here.redmine.sql(
            "SELECT id, journalized_id, split_part(notes, ' ', 2), private_notes FROM journals"
            f" WHERE notes LIKE 'Note {self._mark}n%' ORDER BY id"
        )
        return tuple(
            Noted(id=int(id), issue=int(issue), word=word, private=private in ("t", "true", "True"))
            for id, issue, word, private in rows
        )

    def unseen(self, steps: Sequence[tuple[str, str, str]]) -> bool:
        """Whether the journal has still to meet a public one."""
        keys = {key for key, _, _ in steps}
        return any(f"note-{note.issue}-{note.id}/read/1" not in keys for note in self.notes() if not note.private)

    def _note(self, number: int) -> None:
        self._written += 1
        word, private = f"{self._mark}n{self._written}e", self._written % PRIVATE == 0
        token = self._ask("POST", "uploads.json", params={"filename": file_of(word)}, data=word.encode())
        upload = {"token": token.json()["upload"]["token"], "filename": file_of(word)}
        issue = {"notes": f"Note {word} of Ana", "private_notes": private, "uploads": [upload]}
        self._ask("PUT", f"issues/{number}.json", json={"issue": issue})

    def _ask(self, method: str, path: str, **more: object) -> requests.Response:
        headers = {"X-Redmine-API-Key": self._here.redmine.agent_key}
        if "data" in more:
            headers["Content-Type"] = "application/octet-stream"
        url = f"{self._here.redmine.url}/{path}"
        answer = requests.request(method, url, headers=headers, timeout=60, **more)  # type: ignore[arg-type]
        answer.raise_for_status()
        return answer
