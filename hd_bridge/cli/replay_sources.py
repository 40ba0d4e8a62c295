"""Where mails to be replayed come from: files, a mailbox of ours (read-only), or the journal itself. Touches the disk
and the network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from typing import TypeVar

import typer

from hd_bridge import app as house_app
from hd_bridge.config import Settings
from hd_bridge.config.mailboxes import MailboxSettings
from hd_bridge.house import House
from hd_bridge.mail.headers import read_date
from hd_bridge.mail.key import HEADER_CAP, read_header
from hd_bridge.mail.sources import Spot, spots
from hd_bridge.replay import Piece

T = TypeVar("T")
JOURNAL = "journal"
ALL = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """``total`` mails, oldest first, each read when its turn comes."""

    total: int
    pieces: Iterator[Piece]


def source_of(house: House, settings: Settings, named: str, since: datetime | None, limit: int | None) -> Source:
    """What ``named`` names: a mailbox of the configuration, ``journal``, else a path. ``since`` leaves out what came
    before, ``limit`` takes only the newest."""
    box = next((box for box in settings.mailboxes if box.name == named), None)
    if box is not None:
        return _in_box(box, since, limit)
    if named == JOURNAL:
        return _in_journal(house, since, limit)
    if not Path(named).exists():
        boxes = ", ".join(box.name for box in settings.mailboxes)
        raise typer.BadParameter(f"{named} is no file or folder, and no mailbox: there are {boxes}, and “{JOURNAL}”")
    return _in_files(Path(named), house.clock.now(), since, limit)


def _in_files(path: Path, now: datetime, since: datetime | None, limit: int | None) -> Source:
    dated = sorted(
        ((_moment(spot, now), number, spot) for number, spot in enumerate(spots(path))), key=itemgetter(0, 1)
    )
    wanted = _newest([(at, spot) for at, _, spot in dated if since is None or at >= since], limit)
    return Source(total=len(wanted), pieces=(_piece(spot, at) for at, spot in wanted))


def _moment(spot: Spot, now: datetime) -> datetime:
    """When a mail came, never in the future: told by an mbox or Maildir, else by the mail, else by its file."""
    try:
        return min(spot.at or _dated(spot.path) or datetime.fromtimestamp(spot.path.stat().st_mtime, UTC), now)
    except OSError:
        return now


def _dated(path: Path) -> datetime | None:
    with path.open("rb") as stream:
        fields, _, _ = read_header(stream.read(HEADER_CAP))
    return read_date(fields.get(b"date", b""))


def _piece(spot: Spot, at: datetime) -> Piece:
    if spot.trouble:
        return Piece(name=spot.name, at=at, trouble=spot.trouble)
    try:
        raw, truncated = spot.read()
    except OSError as error:
        return Piece(name=spot.name, at=at, trouble=error.strerror or type(error).__name__)
    return Piece(name=spot.name, raw=raw, truncated=truncated, at=at)


def _in_journal(house: House, since: datetime | None, limit: int | None) -> Source:
    """Everything that was received and is not forgotten."""
    dated = [mail for mail in house.journal.dated_mails() if since is None or mail.internal_date >= since]
    wanted = _newest(dated, limit)
    return Source(total=len(wanted), pieces=(_kept(house, mail.key, mail.internal_date) for mail in wanted))


def _kept(house: House, key: str, at: datetime) -> Piece:
    received = house.journal.received(key)
    if received is None or not received.raw:
        return Piece(name=key, at=at, trouble="its bytes are forgotten")
    return Piece(name=key, raw=received.raw, truncated=received.truncated, at=at, mailbox=received.mailbox)


def _in_box(settings: MailboxSettings, since: datetime | None, limit: int | None) -> Source:
    """Two looks: one that counts what lies there and fetches nothing, one that fetches. Both only read, and no cursor
    of ours is asked or moved."""
    with closing(house_app.box_of(settings)) as box:
        cursor, early = box.begin(since or ALL)
        there: list[str] = []

        def count(places: Sequence[str]) -> set[str]:
            there.extend(place for place in places if place not in passed)
            return set(places)

        passed = set(early)
        for _ in box.since(cursor, count):
            raise AssertionError("a mail that is known is not fetched")
    wanted = frozenset(_newest(there, limit))
    return Source(total=len(wanted), pieces=_fetched(settings, cursor, lambda places: set(places) - wanted))


def _fetched(settings: MailboxSettings, cursor: str, known: Callable[[Sequence[str]], set[str]]) -> Iterator[Piece]:
    with closing(house_app.box_of(settings)) as box:
        for arrival in box.since(cursor, known):
            yield Piece(
                name=f"{settings.name} {arrival.place}",
                raw=arrival.raw,
                truncated=arrival.truncated,
                at=arrival.internal_date,
                mailbox=settings.name,
            )


def _newest(some: list[T], limit: int | None) -> list[T]:
    return some if limit is None else some[-limit:]
