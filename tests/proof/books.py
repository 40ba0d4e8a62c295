"""The journal, read behind the product's back: what is under way, what is left, how it ends. Touches the disk."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from hd_bridge.journal.tables import mails, raws, steps
from hd_bridge.work import UNFINISHED, SendLetter, State
from tests.proof.truth import Mail, Sent


class Books:
    """Opened anew for each question, read-only: a look must not tidy up what a death has left."""

    def __init__(self, url: str, folder: Path) -> None:
        place = sa.make_url(url)
        if place.get_backend_name() == "sqlite":
            path = folder / (place.database or "")
            connect = partial(sqlite3.connect, f"file:{path}?mode=ro", uri=True, timeout=20.0)
            self._engine = sa.create_engine("sqlite://", creator=connect, poolclass=NullPool)
        else:
            self._engine = sa.create_engine(place.set(drivername="postgresql+psycopg"), poolclass=NullPool)

    def under_way(self) -> Counter[str]:
        """What the journal holds unfinished now, in words."""
        busy = sa.select(steps.c.state, steps.c.kind).where(steps.c.state.in_((State.CLAIMED, State.DOING)))
        found = Counter(f"{state} {kind}" for state, kind in self._rows(busy))
        found["mails received, not decided"] = self._undecided()
        return +found

    def left(self) -> str:
        """What goes on by itself, in words; empty if nothing does. What waits for another step is not counted: that
        one is, or is held."""
        moving = sa.and_(steps.c.state.in_(UNFINISHED), steps.c.awaits.is_(None))
        unfinished = sa.select(steps.c.state, sa.func.count()).where(moving)
        found = {str(state): n for state, n in self._rows(unfinished.group_by(steps.c.state))}
        found |= {"undecided": self._undecided()}
        waits = self._rows(sa.select(steps.c.key, steps.c.wakes, steps.c.tries, steps.c.why).where(moving).limit(3))
        named = [f"{key} until {wakes}, try {tries}: {why}" for key, wakes, tries, why in waits]
        return "; ".join([*(f"{n} {state}" for state, n in found.items() if n), *named])

    def ended(self) -> int:
        """How many mails are decided and steps at their end: while it grows, things go on."""
        ends = sa.select(sa.func.count()).select_from(steps).where(steps.c.state.not_in(UNFINISHED))
        rows = self._rows(ends)
        return self.count() - self._undecided() + (int(rows[0][0]) if rows else 0)

    def count(self) -> int:
        """How many mails it has."""
        rows = self._rows(sa.select(sa.func.count()).select_from(mails))
        return int(rows[0][0]) if rows else 0

    def mails(self, sent: Sequence[Sent]) -> tuple[Mail, ...]:
        """All mails, each beside what was sent."""
        bytes_of = {one.key: one.raw for one in sent}
        query = sa.select(mails.c.key, mails.c.verdict, mails.c.acknowledge, raws.c.raw).join_from(mails, raws)
        return tuple(
            Mail(
                key=key,
                verdict=verdict,
                acknowledge=acknowledge,
                sha256=hashlib.sha256(raw).hexdigest(),
                whole=key in bytes_of and raw.endswith(bytes_of[key]),
            )
            for key, verdict, acknowledge, raw in self._rows(query)
        )

    def steps(self) -> tuple[tuple[str, str, str], ...]:
        """(key, kind, state) of every step."""
        query = sa.select(steps.c.key, steps.c.kind, steps.c.state)
        return tuple((key, kind, str(state)) for key, kind, state in self._rows(query))

    def held(self) -> tuple[tuple[str, str], ...]:
        """(kind, why) of every held step."""
        query = sa.select(steps.c.kind, steps.c.why).where(steps.c.state == State.HELD)
        return tuple((kind, why) for kind, why in self._rows(query))

    def worn_out(self) -> tuple[str, ...]:
        """The keys of steps that are held for nothing but deaths. Not letters: whoever releases one has asked."""
        query = sa.select(steps.c.key).where(steps.c.state == State.HELD, steps.c.why.contains("died"))
        return tuple(key for (key,) in self._rows(query.where(steps.c.kind != SendLetter.__name__)))

    def _undecided(self) -> int:
        rows = self._rows(sa.select(sa.func.count()).select_from(mails).where(mails.c.verdict.is_(None)))
        return int(rows[0][0]) if rows else 0

    def _rows(self, query: sa.Select[Any]) -> Sequence[Any]:
        """No rows where there is no journal yet."""
        try:
            with self._engine.connect() as db:
                return db.execute(query).all()
        except (sa.exc.OperationalError, sa.exc.ProgrammingError) as error:
            if any(word in str(error.orig) for word in ("no such table", "unable to open", "does not exist")):
                return ()
            raise
