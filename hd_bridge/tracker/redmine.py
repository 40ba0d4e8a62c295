"""The door to a Redmine by its REST API, on python-redmine with an engine of our own. Touches the network.

Redmine drops what it does not like and answers 201 all the same: what was asked is compared with what came, and each
drop is named. A new ticket costs one request (and one a file), a change one, a quiet look for changes one.
"""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from hd_bridge.errors import Closed, NotNow, Refused
from hd_bridge.findings import Finding
from hd_bridge.model import Catalogue, Change, Changed, Draft, Opened, Ticket, Upload
from hd_bridge.people import Member
from hd_bridge.ports import Clock
from hd_bridge.ports_tracker import LARGEST_FILE
from hd_bridge.tracker import redmine_originals, redmine_relations, redmine_wiki
from hd_bridge.tracker.redmine_api import GONE, Api, understood
from hd_bridge.tracker.redmine_changes import NEWEST, Seen, look, seen_up_to
from hd_bridge.tracker.redmine_check import findings
from hd_bridge.tracker.redmine_faults import Effect, moment
from hd_bridge.tracker.redmine_names import NameBook
from hd_bridge.tracker.redmine_reading import Json, tells_ids, ticket_of, time_of
from hd_bridge.tracker.redmine_text import clean
from hd_bridge.tracker.redmine_writing import Asked, change_asked, draft_asked, dropped, file_id
from hd_bridge.wiki import WikiPage


class RedmineTracker:
    """``ports.Tracker`` on a Redmine 5.0 or later. ``projects`` are the identifiers of those that mail goes to: if
    there is one, only its changes are listed. Timeouts are in seconds (``BridgeEngine``); ``ca_file`` is a PEM file
    of certificate authorities, ``connections`` how many calls run at once. Safe from several threads."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        projects: tuple[str, ...],
        clock: Clock,
        connect_timeout: float = 5.0,
        read_timeout: float = 90.0,
        ca_file: str | None = None,
        connections: int = 4,
    ) -> None:
        wire = {"connect_timeout": connect_timeout, "read_timeout": read_timeout, "ca_file": ca_file}
        self._api = Api(url, key, clock, connections=connections, **wire)
        self._book = NameBook(self._api)
        self._projects = projects
        self._filters_tried = False
        self._newest: tuple[datetime, float] | None = None
        self._seen: Seen | None = None
        self._lock = threading.Lock()

    @property
    def requests_made(self) -> Counter[tuple[str, str]]:
        """How many requests, by method and path: {("GET", "/issues/N.json"): 3}."""
        return self._api.requests_made

    def close(self) -> None:
        """Let go of the connections; the next call opens them again."""
        self._api.close()

    def prove(self) -> None:
        """The canary: ask who we are. ``Closed`` if the key is not (any more) the bridge's."""
        self._api.prove()

    def catalogue(self, project: str) -> Catalogue:
        """The names that a project knows, at most a minute old. ``Refused`` if there is no such project for us."""
        return self._book.project(project, anew=True).catalogue()

    def members(self, project: str, *, logins: bool = False) -> tuple[Member, ...]:
        """The people of a project, groups by their people; a login costs a request, once."""
        names = self._book.project(project, anew=True)
        me = self._api.me()
        return tuple(self._book.member(one, logins=logins) for one in names.people if one.user_id != me)

    def upload(self, name: str, media_type: str, content: bytes) -> str:
        """Lay a file down; its token. Harmless to repeat, so never ``Doubtful``."""
        params = {"filename": clean(name), "content_type": media_type}
        answer = self._api.lay_down("/uploads.json", params, content)
        if answer.status == 403:
            self._api.prove()
            raise Refused("the tracker does not let us upload (permissions add_issues, add_issue_notes)")
        with understood(Effect.LAY_DOWN):
            token = str(answer.body["upload"]["token"])
            file_id(token)
            return token

    def token_alive(self, token: str) -> bool:
        """Whether the file is still there, on a ticket or on none."""
        answer = self._api.get(f"/attachments/{file_id(token)}.json", also=GONE)
        if answer.status in GONE:
            self._api.prove()
        return answer.status != 404

    def me(self) -> int:
        """Asked once; ``prove`` tells whether it is still so."""
        return self._api.me()

    def file(self, id: int, *, most: int = LARGEST_FILE) -> bytes:
        """By its number alone: a name in the path would have to be the right one."""
        content = self._api.file(f"/attachments/download/{id}", most)
        if content is None:
            raise Refused(f"file {id} is not in the tracker any more", missing=True)
        return content

    def relate(self, number: int, other: int, kind: str) -> None:
        """A line in both histories; ``updated_on`` stays."""
        redmine_relations.relate(self._api, number, other, kind, self.ticket)

    def states(self, numbers: Collection[int]) -> dict[int, Ticket]:
        """A hundred a request."""
        tickets = [self._read(row) for row in redmine_relations.rows_of(self._rows, numbers)]
        if len(tickets) < len(set(numbers)):
            self._api.prove()
        return {ticket.number: ticket for ticket in tickets}

    def create(self, draft: Draft, uploads: Sequence[Upload]) -> Opened:
        """Open a ticket; the 201 is the read-back. Its ``include`` must never name journals: the issue is made, and
        the rendering then fails with 500 (5.0.4, measured)."""
        asked = self._draft_asked(draft, uploads)
        answer = self._api.write("post", "/issues.json", asked.issue, {"include": "attachments"})
        if answer.status in GONE:
            self._api.prove()
            raise Refused(f"the tracker does not let us open tickets in {draft.project} (permission add_issues)")
        with understood(Effect.WRITE):
            return self._opened(draft, asked, answer.body["issue"])

    def change(self, number: int, change: Change) -> None:
        """Add notes, files, status or fields. What the tracker does not know by name is left out: read it back."""
        asked = self._change_asked(number, change)
        answer = self._api.write("put", f"/issues/{number}.json", asked.issue)
        if answer.status in GONE:
            if self.ticket(number) is None:
                raise Refused(f"ticket {number} is not there", missing=True)
            raise Refused("the tracker does not let us write to it (permissions add_issue_notes, edit_issues)")

    def ticket(self, number: int) -> Ticket | None:
        """A ticket whole; ``None`` if it is not there, or not for us (proved)."""
        answer = self._api.get(
            f"/issues/{number}.json", {"include": "journals,attachments,relations"}, also=GONE | {500}
        )
        if answer.status in GONE:
            self._api.prove()
            return None
        if answer.status == 500:
            # One ticket that cannot be shown is no reason to shut the door, unless nothing else can be either.
            self._api.prove()
            raise NotNow(f"ticket {number} cannot be shown (HTTP 500)")
        with understood(Effect.READ):
            issue = answer.body["issue"]
            self._book.learn(issue)
            if tells_ids(issue, self._book.told):
                with suppress(Refused):  # a project that may not be looked at leaves ids as they are
                    self._book.project(str(issue["project"]["id"]))
        return self._read(issue)

    def find_upload(self, name: str) -> int | None:
        """The ticket that carries a file of exactly this name (no ``|`` in it: Redmine's "or")."""
        self._try_filters()
        params = {"attachment": f"^{name}", "status_id": "*", "include": "attachments", "limit": 100}
        with understood(Effect.READ):
            body = self._api.get("/issues.json", params).body
            found = []
            for issue in body["issues"]:
                names = [one["filename"] for one in issue["attachments"]]
                if not any(one.casefold().startswith(name.casefold()) for one in names):
                    raise Closed(IGNORED)
                found += [int(issue["id"])] * (name in names)
            if not found and body["total_count"] > len(body["issues"]):
                raise Closed(IGNORED)
        if not found:
            self._api.prove()
        return min(found, default=None)

    def changed(self, since: datetime | None, *, whole: bool = True) -> Changed:
        """Tickets changed at or after ``since``, oldest change first; with ``None`` the newest one. An empty answer
        is believed if the key was proved within the last minute, or now; a fuller one is the caller's to prove."""
        bound = self._bound()
        dates: list[datetime] = []
        if since is None:
            rows = self._page({"sort": NEWEST, "limit": 1}, dates)
            self._seen = seen_up_to(time_of(rows[0]["updated_on"])) if rows else None
        else:
            rows, told = look(since, lambda params: self._page(params, dates), None if whole else self._seen)
            self._seen = told.by(dates[0]) if dates else told
        if not rows:
            self._api.prove_lately()
        tickets = tuple(self._read(row) for row in rows)
        times = [*([bound] if bound else []), *(ticket.updated_on for ticket in tickets)]
        moment_then = dates[0] if dates else max(times, default=None)
        return Changed(tickets=tickets, server_time=moment_then, by_clock=bool(dates))

    def newest_original(self, addresses: Collection[str]) -> tuple[int, str] | None:
        """The newest original of a mail to these addresses, and its ticket."""
        self._try_filters()
        with understood(Effect.READ):
            found = redmine_originals.newest_original(self._rows, addresses)
        if found is None:
            self._api.prove()
        return found

    def newest_number(self) -> int:
        """The highest number of a ticket, in whatever project."""
        return redmine_originals.newest_number(self._api)

    def originals(self) -> Iterator[tuple[Ticket, ...]]:
        """All tickets with originals, a hundred at a time."""
        self._try_filters()
        for rows in redmine_originals.pages(self._rows, self._api.prove):
            yield tuple(self._read(row) for row in rows)

    def wiki_page(self, project: str, title: str) -> WikiPage | None:
        """A page of a project's wiki."""
        return redmine_wiki.wiki_page(self._api, project, title)

    def check(self) -> tuple[Finding, ...]:
        """Log in, read rights and names, say what is missing."""
        return findings(self._api, self._book, self._projects, self._try_filters)

    def _draft_asked(self, draft: Draft, uploads: Sequence[Upload]) -> Asked:
        asked = draft_asked(draft, uploads, self._book.project(draft.project), self._book.field)
        if asked.unknown or asked.pending:
            asked = draft_asked(draft, uploads, self._book.project(draft.project, anew=True), self._book.field)
        return asked

    def _opened(self, draft: Draft, asked: Asked, issue: Json) -> Opened:
        ticket = self._read(issue, Effect.WRITE)
        shown = {int(one["id"]) for one in issue.get("custom_fields", ())}
        lost = [name for name, _ in asked.pending if self._book.field(name) not in shown]
        return Opened(
            ticket=ticket,
            unknown=asked.unknown
            + tuple(f"custom field {name!r} is not known in {draft.project}" for name in lost)
            + dropped(asked.issue, issue, draft, ticket),
            unsettled=tuple(one for one in asked.pending if one[0] not in lost),
        )

    def _change_asked(self, number: int, change: Change) -> Asked:
        status = self._book.status(change.status) if change.status else None
        asked = change_asked(change, status, self._book.field)
        if asked.pending and (body := self._api.look(f"/issues/{number}.json")):
            with understood(Effect.READ):
                self._book.learn(body["issue"])
            asked = change_asked(change, status, self._book.field)
        return asked

    def _read(self, issue: Json, effect: Effect = Effect.READ) -> Ticket:
        """A ticket, and what it teaches: names, and the tracker's time. After a write nothing more is asked: what
        would fail then must not read as if the write had failed."""
        with understood(effect):
            self._book.learn(issue)
            if effect is Effect.READ:
                self._book.identify(str(issue["project"]["id"]))
            ticket = ticket_of(issue, self._book.told)
        with self._lock:
            if self._newest is None or ticket.updated_on > self._newest[0]:
                self._newest = (ticket.updated_on, self._api.monotonic())
        return ticket

    def _bound(self) -> datetime | None:
        """A time that the tracker's clock has passed: the newest change seen, and what went by since (A5)."""
        with self._lock:
            seen = self._newest
        return seen and (seen[0] + timedelta(seconds=int(self._api.monotonic() - seen[1])))

    def _page(self, params: Mapping[str, Any], dates: list[datetime]) -> list[Json]:
        scope = {"project_id": self._projects[0]} if len(self._projects) == 1 else {}
        answer = self._api.get("/issues.json", {"status_id": "*", **scope, **params})
        with understood(Effect.READ):
            if date := answer.headers.get("Date"):
                dates.append(moment(date))
            rows: list[Json] = answer.body["issues"]
            for row in rows:
                time_of(row["updated_on"]), int(row["id"])
            return rows

    def _rows(self, params: Mapping[str, Any]) -> list[Json]:
        rows: list[Json] = self._api.get("/issues.json", params).body["issues"]
        return rows

    def _try_filters(self) -> None:
        """A filter that a Redmine does not know is ignored, and everything comes: a value that cannot be must find
        nothing. Asked once."""
        if not self._filters_tried:
            params = {"attachment": f"^{secrets.token_hex(16)}", "status_id": "*", "limit": 1}
            with understood(Effect.READ):
                if int(self._api.get("/issues.json", params).body["total_count"]):
                    raise Closed(IGNORED)
            self._filters_tried = True


IGNORED = "it ignores the filter by attachment, so no mail can be found again (Redmine before 3.4?)"
