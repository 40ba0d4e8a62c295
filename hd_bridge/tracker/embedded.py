"""The tracker that is built in: tickets in one SQLite file, for the demo and for small teams. Touches the disk.

It answers as Redmine does, the traps included: tokens are good once, names that it does not know are dropped, a
change tells nothing, a private note's files go public, and a wrong key hears polite, empty lists.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from hd_bridge.errors import Refused
from hd_bridge.findings import Finding, Level
from hd_bridge.model import Catalogue, Change, Changed, Draft, Opened, Ticket, Upload
from hd_bridge.people import Member
from hd_bridge.ports_tracker import LARGEST_FILE
from hd_bridge.tracker import embedded_reading as reading
from hd_bridge.tracker import embedded_relations
from hd_bridge.tracker import embedded_store as store
from hd_bridge.tracker import embedded_tables as tables
from hd_bridge.tracker import embedded_wiki as wiki
from hd_bridge.tracker.embedded_door import EmbeddedDoor
from hd_bridge.tracker.embedded_faults import Trouble
from hd_bridge.tracker.embedded_names import Names, Value, wish_of_change, wish_of_draft
from hd_bridge.wiki import WikiPage

PAGE = 100
AGENT = "Agent"  # the one role that there is


class EmbeddedTracker(EmbeddedDoor):
    """``ports.Tracker`` on a file."""

    def prove(self) -> None:
        """The canary."""
        with self._call("prove"), self._database.reading() as connection:
            self._admit(connection)

    def catalogue(self, project: str) -> Catalogue:
        """All names but those of hidden fields."""
        names = self._names_in(project, "catalogue")
        return Catalogue(
            project=project,
            trackers=tuple(names.tracker.values()),
            categories=tuple(names.category.values()),
            priorities=tuple(names.priority.values()),
            statuses=tuple((name, number in names.closed) for number, name in names.status.items()),
            assignees=tuple(names.assignees.values()),
            fields=tuple(name for number, name in names.field.items() if number not in names.hidden),
        )

    def members(self, project: str, *, logins: bool = False) -> tuple[Member, ...]:
        """Those who can have a ticket; they log in by their names."""
        names = self._names_in(project, "members")
        return tuple(
            Member(user_id=number, name=name, login=name if logins else "", roles=(AGENT,))
            for number, name in names.assignees.items()
        )

    def _names_in(self, project: str, operation: str) -> Names:
        with self._call(operation), self._database.reading() as connection:
            self._admit(connection)
            names = Names.read(connection)
        if project not in names.project.values():
            raise Refused("there is no such project in the embedded tracker")
        return names

    def upload(self, name: str, media_type: str, content: bytes) -> str:
        """``<number>.<secret>``; the number is the file's on its ticket."""
        # A power cut may take a file that lies on no ticket yet: its token is dead then, as if it had been pruned.
        with self._call("upload"), self._database.writing(lazy=True) as connection:
            self._admit(connection)
            if len(content) > self._limit:
                raise Refused(f"the file has more than {self._limit} bytes")
            return store.lay(connection, name, media_type, content, self._clock.now())

    def token_alive(self, token: str) -> bool:
        """Whether the file of a token is there, on a ticket or not."""
        with self._call("token_alive"), self._database.reading() as connection:
            self._admit(connection)
            return store.there(connection, token)

    def create(self, draft: Draft, uploads: Sequence[Upload]) -> Opened:
        """All or nothing."""
        with self._call("create"):
            self._hang("create", Trouble.LATE, lambda far: far._open(draft, far._admitted(draft, uploads)))
            files = self._admitted(draft, uploads)
            self._hang("create", Trouble.LATE_CHECKED, lambda far: far._open(draft, files, overtaken=True))
            self._faults.pause("create")
            return self._open(draft, files)

    def _admitted(self, draft: Draft, uploads: Sequence[Upload]) -> store.Files:
        """What is checked before the write begins, and not again."""
        with self._database.reading() as connection:
            self._admit(connection)
            store.checked(Names.read(connection), draft)
            return store.take(connection, uploads)

    def _open(self, draft: Draft, files: store.Files, *, overtaken: bool = False) -> Opened:
        with self._database.writing() as connection:
            names = Names.read(connection)
            wish = wish_of_draft(names, draft, self._learnt, private_allowed=self._seed.private_allowed)
            columns: dict[str, Value] = {
                "project_id": store.checked(names, draft),
                "subject": store.clean(draft.subject),
                "description": store.clean(draft.description),
            }
            if overtaken:
                files = store.left(connection, files)
            number = store.open_issue(connection, self._bridge(names), columns, wish, files, self._clock.now())
            ticket = reading.whole(connection, number, names)
        assert ticket is not None  # written in the same transaction
        self._learn(names)
        return Opened(ticket=ticket, unknown=tuple(wish.unknown), unsettled=tuple(wish.later))

    def change(self, number: int, change: Change) -> None:
        """Answers nothing; a ticket that another call changed since it was read here is ``NotNow``."""
        with self._call("change"):
            self._hang("change", Trouble.LATE, lambda far: far._save(*far._read(number, change)))
            before, edit = self._read(number, change)
            self._hang("change", Trouble.LATE_CHECKED, lambda far: far._save(before, edit))
            self._faults.pause("change")
            self._save(before, edit)

    def _read(self, number: int, change: Change) -> tuple[Row[Any], store.Edit]:
        """The ticket as it is before the change, and what shall become of it."""
        with self._database.reading() as connection:
            self._admit(connection)
            names = Names.read(connection)
            before = reading.row_of(connection, number)
            if before is None:
                raise Refused("there is no such ticket", missing=True)
            files = store.take(connection, change.uploads)
        wish = wish_of_change(names, change, self._learnt)
        private = change.private and self._seed.private_notes_allowed
        notes = store.clean(change.notes)
        return before, store.Edit(notes=notes, private=private, columns=wish.columns, fields=wish.fields, files=files)

    def _save(self, before: Row[Any], edit: store.Edit) -> None:
        with self._database.writing() as connection:
            store.save(connection, before, self._bridge(Names.read(connection)), edit, self._clock.now())

    def ticket(self, number: int) -> Ticket | None:
        """A stranger is told that there is none, hence the canary."""
        with self._call("ticket"), self._database.reading() as connection:
            names = Names.read(connection)
            ticket = reading.whole(connection, number, names) if self._is_ours(connection) else None
        if ticket is None:
            self.prove()
            return None
        self._learn(names)
        return ticket

    def me(self) -> int:
        """The person that the bridge writes as."""
        with self._call("me"), self._database.reading() as connection:
            self._admit(connection)
            return self._bridge(Names.read(connection))

    def relate(self, number: int, other: int, kind: str) -> None:
        """Both must be there."""
        with self._call("relate"), self._database.writing() as connection:
            self._admit(connection)
            if reading.row_of(connection, number) is None:
                raise Refused("there is no such ticket", missing=True)
            if reading.row_of(connection, other) is None:
                raise Refused(f"there is no ticket {other} to relate it to")
            me = self._bridge(Names.read(connection))
            embedded_relations.relate(connection, me, number, other, kind, self._clock.now())

    def states(self, numbers: Collection[int]) -> dict[int, Ticket]:
        """A hundred at a time, as Redmine."""
        found: dict[int, Ticket] = {}
        with self._call("states"), self._database.reading() as connection:
            self._admit(connection)
            known = sorted({one for one in numbers if 0 < one <= reading.LARGEST})
            for batch in (known[start : start + PAGE] for start in range(0, len(known), PAGE)):
                page = reading.tickets(connection, tables.issue.c.id.in_(batch))
                found |= {one.number: embedded_relations.related(connection, one) for one in page}
        return found

    def file(self, id: int, *, most: int = LARGEST_FILE) -> bytes:
        """Of a ticket, or of none yet."""
        content = tables.attachment.c.content
        with self._call("file"), self._database.reading() as connection:
            self._admit(connection)
            found: bytes | None = connection.scalar(select(content).where(tables.attachment.c.id == id))
        if found is None:
            raise Refused(f"file {id} is not in the tracker any more", missing=True)
        if len(found) > most:
            raise Refused(f"the file has {len(found)} octets, more than {most}")
        return found

    def find_upload(self, name: str) -> int | None:
        """Of several tickets with such a file, the oldest."""
        with self._call("find_upload"), self._database.reading() as connection:
            number = reading.holder(connection, name) if self._is_ours(connection) else None
        if number is None:
            self.prove()
        return number

    def changed(self, since: datetime | None, *, whole: bool = True) -> Changed:
        """From the beginning of the second of ``since``: what is told is rounded down, so more must be asked for."""
        with self._call("changed"), self._database.reading() as connection:
            found: tuple[Ticket, ...] = ()
            if self._is_ours(connection) and since is None:
                found = reading.tickets(connection, limit=1)
            elif self._is_ours(connection) and since is not None:
                floor = tables.micros(since.replace(microsecond=0))
                found = reading.tickets(connection, tables.issue.c.updated_on >= floor)
        if not found:
            self.prove()
        return Changed(tickets=found, server_time=self._clock.now(), by_clock=True)

    def newest_original(self, addresses: Collection[str]) -> tuple[int, str] | None:
        """By the number of the file."""
        with self._call("newest_original"), self._database.reading() as connection:
            found = reading.newest_original(connection, addresses) if self._is_ours(connection) else None
        if found is None:
            self.prove()
        return found

    def newest_number(self) -> int:
        """Of all projects."""
        with self._call("newest_number"), self._database.reading() as connection:
            self._admit(connection)
            return connection.scalar(select(func.max(tables.issue.c.id))) or 0

    def originals(self) -> Iterator[tuple[Ticket, ...]]:
        """A hundred at a time, as Redmine."""
        after = 0
        while True:
            with self._call("originals"), self._database.reading() as connection:
                self._admit(connection)
                page = reading.with_originals(connection, after, PAGE)
            if not page:
                return
            yield page
            after = page[-1].number

    def wiki_page(self, project: str, title: str) -> WikiPage | None:
        """A page of a project's wiki."""
        with self._call("wiki_page"), self._database.reading() as connection:
            self._admit(connection)
            return wiki.page(connection, project, title)

    def check(self) -> tuple[Finding, ...]:
        """Whether the key is right."""
        self.prove()
        return (Finding(level=Level.OK, door="tracker", text="the embedded tracker is open"),)
