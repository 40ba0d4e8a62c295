"""The wiki of the embedded tracker: pages by project and title, as Redmine finds them. Touches the disk."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from hd_bridge.errors import Refused
from hd_bridge.tracker.embedded_names import Names, number_of
from hd_bridge.tracker.embedded_tables import micros, whole_second, wiki_page
from hd_bridge.wiki import WikiPage

_DROPPED = str.maketrans("", "", ",./?;|:")  # by Redmine, from every title


def page(connection: Connection, project: str, title: str) -> WikiPage | None:
    """A page; ``Refused`` where there is no such project."""
    where = (wiki_page.c.project_id == _project(connection, project), wiki_page.c.key == _kept(title).casefold())
    row = connection.execute(select(wiki_page).where(*where)).first()
    if row is None:
        return None
    return WikiPage(title=row.title, text=row.text, version=row.version, updated_on=whole_second(row.updated_on))


def titles(connection: Connection, project: str) -> tuple[str, ...]:
    """The titles of a project's pages, in order."""
    query = select(wiki_page.c.title).where(wiki_page.c.project_id == _project(connection, project))
    return tuple(connection.scalars(query.order_by(wiki_page.c.key)))


def write(connection: Connection, project: str, title: str, text: str, now: datetime) -> WikiPage:
    """A page with this text; the same text makes no new version."""
    kept = _kept(title)
    if not kept:
        raise Refused("a wiki page needs a title")
    before = page(connection, project, title)
    text = text.replace("\r\n", "\n")
    if before is None or before.text != text:
        row = {"title": before.title if before else kept, "text": text, "updated_on": micros(now)}
        row |= {"version": before.version + 1 if before else 1}
        key = {"project_id": _project(connection, project), "key": kept.casefold()}
        query = insert(wiki_page).values(**key, **row)
        connection.execute(query.on_conflict_do_update(index_elements=list(key), set_=row))
    after = page(connection, project, title)
    assert after is not None
    return after


def _project(connection: Connection, name: str) -> int:
    number = number_of(Names.read(connection).project, name)
    if number is None:
        raise Refused("there is no such project in the embedded tracker")
    return number


def _kept(title: str) -> str:
    words = "_".join(title.translate(_DROPPED).split())
    return words[:1].upper() + words[1:]
