"""The journal's site: what pages and reports show, and small values of the installation. Touches the disk."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from hd_bridge.journal.dialect import insert
from hd_bridge.journal.pages import read_page
from hd_bridge.journal.store import Store
from hd_bridge.journal.summaries import read_held, read_tally
from hd_bridge.journal.tables import doors, meta
from hd_bridge.views import DoorState, HeldItem, PageFacts


class SqlSite(Store):
    """The port ``Site``."""

    def page(self, conversation: str) -> PageFacts | None:
        with self._reading() as db:
            return read_page(db, conversation)

    def meta(self, key: str) -> str | None:
        with self._reading() as db:
            return db.execute(sa.select(meta.c.value).where(meta.c.key == key)).scalar()

    def set_meta(self, key: str, value: str) -> None:
        with self._writing() as db:
            fresh = insert(db, meta).values(key=key, value=value)
            db.execute(fresh.on_conflict_do_update(index_elements=["key"], set_={"value": value}))

    def door(self, state: DoorState) -> None:
        told = {
            "open": state.open,
            "since": state.since,
            "why": state.why,
            "last_success": state.last_success,
        }
        with self._writing() as db:
            fresh = insert(db, doors).values(name=state.name, **told)
            db.execute(fresh.on_conflict_do_update(index_elements=["name"], set_=told))

    def doors(self) -> tuple[DoorState, ...]:
        with self._reading() as db:
            return tuple(
                DoorState(name=row.name, open=row.open, since=row.since, why=row.why, last_success=row.last_success)
                for row in db.execute(sa.select(doors).order_by(doors.c.name))
            )

    def held(self) -> tuple[HeldItem, ...]:
        with self._reading() as db:
            return read_held(db)

    def tally(self) -> Mapping[str, int]:
        with self._reading() as db:
            return read_tally(db)
