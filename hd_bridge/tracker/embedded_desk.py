"""The agents' side of the embedded tracker: what a person reads there and does there. Touches the disk.

It works on the same file as the bridge, at the same time, and never loses to it: every act is one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from hd_bridge.errors import Refused
from hd_bridge.model import Ticket, Upload
from hd_bridge.ports import Clock
from hd_bridge.tracker import embedded_reading as reading
from hd_bridge.tracker import embedded_relations as relations
from hd_bridge.tracker import embedded_store as store
from hd_bridge.tracker import embedded_tables as tables
from hd_bridge.tracker import embedded_wiki as wiki
from hd_bridge.tracker.embedded_door import told
from hd_bridge.tracker.embedded_names import Names, Value, number_of
from hd_bridge.wiki import WikiPage


class Desk:
    """Where ``agent`` (by default the first one) works. The file must have been made by an ``EmbeddedTracker``.

    What is named and not there is ``Refused``, a ticket with ``missing``.
    """

    def __init__(self, path: Path, *, clock: Clock, agent: str | None = None) -> None:
        if not path.is_file():
            raise Refused("there is no embedded tracker yet")
        self._clock = clock
        self._agent = agent
        with told():
            self._database = tables.Database(path)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def tickets(self, *, closed: bool = False) -> tuple[Ticket, ...]:
        """Open tickets (with ``closed`` all), the one changed longest ago first; without notes and files."""
        ends = select(tables.status.c.id).where(tables.status.c.closed)
        where = () if closed else (tables.issue.c.status_id.not_in(ends),)
        with told(), self._database.reading() as connection:
            return reading.tickets(connection, *where)

    def ticket(self, number: int) -> Ticket | None:
        """A ticket whole."""
        with told(), self._database.reading() as connection:
            return reading.whole(connection, number)

    def file(self, file_id: int) -> bytes:
        """What a file on a ticket holds."""
        content = tables.attachment.c.content
        with told(), self._database.reading() as connection:
            found: bytes | None = connection.scalar(select(content).where(tables.attachment.c.id == file_id))
        if found is None:
            raise Refused("there is no such file", missing=True)
        return found

    def count(self, word: str) -> int:
        """How many tickets have ``word`` in their subject."""
        subject = tables.issue.c.subject
        with told(), self._database.reading() as connection:
            return connection.scalar(select(func.count()).where(subject.contains(word, autoescape=True))) or 0

    def note(
        self,
        number: int,
        text: str,
        *,
        private: bool = False,
        files: Mapping[str, bytes] | None = None,
        status: str | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> None:
        """Write on a ticket, with files by name, and set its status and fields by name; ``text`` may be empty."""
        with self._at(number) as (connection, names, before):
            columns = {} if status is None else {"status_id": _known(names.status, status)}
            laid = self._lay(connection, files or {})
            values = {_known(names.field, name): store.clean(value) for name, value in (fields or {}).items()}
            edit = store.Edit(notes=store.clean(text), private=private, columns=columns, fields=values, files=laid)
            store.save(connection, before, self._me(connection), edit, self._clock.now())

    def close_ticket(self, number: int, text: str = "") -> None:
        """Set the first status that ends a ticket; leave one alone that has ended already, but for the text."""
        with self._at(number) as (connection, names, before):
            ended = before.status_id in names.closed
            columns: dict[str, Value] = {} if ended else {"status_id": min(names.closed)}
            edit = store.Edit(notes=store.clean(text), columns=columns)
            store.save(connection, before, self._me(connection), edit, self._clock.now())

    def assign(self, number: int, *, category: str | None, assignee: str | None) -> None:
        """Set both by name; ``None`` empties."""
        with self._at(number) as (connection, names, before):
            columns: dict[str, Value] = {
                "category_id": None if category is None else _known(names.category, category),
                "assigned_to_id": None if assignee is None else _known(names.assignees, assignee),
            }
            store.save(connection, before, self._me(connection), store.Edit(columns=columns), self._clock.now())

    def relate(self, number: int, other: int, kind: str) -> None:
        """Say how a ticket stands to another one (``duplicates``, ``relates``, ``blocks``, …)."""
        with self._at(number) as (connection, _, _):
            if reading.row_of(connection, other) is None:
                raise Refused(f"there is no ticket {other} to relate it to", missing=True)
            relations.relate(connection, self._me(connection), number, other, kind, self._clock.now())

    def set_field(self, number: int, name: str, value: str) -> None:
        """Fill in a custom field by name."""
        with self._at(number) as (connection, names, before):
            edit = store.Edit(fields={_known(names.field, name): store.clean(value)})
            store.save(connection, before, self._me(connection), edit, self._clock.now())

    def open_ticket(self, project: str, subject: str, description: str = "") -> int:
        """A ticket that an agent opens; its number."""
        return self.open_tickets(project, (subject,), description)[0]

    def open_tickets(self, project: str, subjects: tuple[str, ...], description: str = "") -> tuple[int, ...]:
        """Tickets that agents open themselves, all at one moment; their numbers."""
        with told(), self._database.writing() as connection:
            names = Names.read(connection)
            columns: dict[str, Value] = {
                "project_id": _known(names.project, project),
                "tracker_id": min(names.tracker),
                "status_id": min(names.status),
                "priority_id": names.default_priority,
                "description": store.clean(description),
            }
            moment = tables.micros(self._clock.now())
            row = {**columns, "author_id": self._me(connection), "created_on": moment, "updated_on": moment}
            query = insert(tables.issue).returning(tables.issue.c.id, sort_by_parameter_order=True)
            return tuple(connection.scalars(query, [{**row, "subject": store.clean(s)} for s in subjects]))

    def page(self, project: str, title: str) -> WikiPage | None:
        """A page of a project's wiki."""
        with told(), self._database.reading() as connection:
            return wiki.page(connection, project, title)

    def pages(self, project: str) -> tuple[str, ...]:
        """The titles of all its pages."""
        with told(), self._database.reading() as connection:
            return wiki.titles(connection, project)

    def write_page(self, project: str, title: str, text: str) -> WikiPage:
        """Make a page, or give it a new text; as it is then."""
        with told(), self._database.writing() as connection:
            return wiki.write(connection, project, title, store.clean(text), self._clock.now())

    @contextmanager
    def _at(self, number: int) -> Iterator[tuple[Connection, Names, Row[Any]]]:
        """One act on one ticket."""
        with told(), self._database.writing() as connection:
            before = reading.row_of(connection, number)
            if before is None:
                raise Refused("there is no such ticket", missing=True)
            yield connection, Names.read(connection), before

    def _lay(self, connection: Connection, files: Mapping[str, bytes]) -> list[tuple[int, Upload]]:
        tokens = [
            (store.lay(connection, name, "application/octet-stream", content, self._clock.now()), name)
            for name, content in files.items()
        ]
        return store.take(connection, [Upload(token=token, name=name) for token, name in tokens])

    def _me(self, connection: Connection) -> int:
        names = Names.read(connection)
        return min(names.assignees) if self._agent is None else _known(names.assignees, self._agent)


def _known(names: Mapping[int, str], wanted: str) -> int:
    number = number_of(names, wanted)
    if number is None:
        raise Refused(f"{wanted!r} is not known here; there are {', '.join(names.values())}")
    return number
