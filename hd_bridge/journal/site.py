"""The journal's site: what pages and reports show, and small values of the installation. Touches the disk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import sqlalchemy as sa

from hd_bridge.journal.pages import read_page
from hd_bridge.journal.store import Store
from hd_bridge.journal.summaries import read_held, read_tally
from hd_bridge.journal.tables import doors, meta
from hd_bridge.prepared import Prepared, fresh, upsert
from hd_bridge.views import DoorState, PageFacts
from hd_bridge.views_guard import HeldItem

_META = Prepared(sa.select(meta.c.value).where(meta.c.key == sa.bindparam("of")))
_SETTLE = fresh(meta, "key", columns=("key", "value"))
_SET_META = upsert(meta, "key", columns=("key", "value"))
_DOOR = upsert(doors, "name", columns=("name", "open", "since", "why", "last_success"))


class SqlSite(Store):
    """The port ``Site``."""

    def page(self, conversation: str) -> PageFacts | None:
        with self._reading() as db:
            return read_page(db, conversation)

    def meta(self, key: str) -> str | None:
        with self._reading() as db:
            return cast(str | None, _META.scalar(db, of=key))

    def set_meta(self, key: str, value: str) -> None:
        with self._writing(shared=True) as db:
            _SET_META.run(db, key=key, value=value)

    def settle(self, key: str, value: str) -> str:
        with self._writing() as db:
            _SETTLE.run(db, key=key, value=value)
            return str(_META.scalar(db, of=key))

    def door(self, state: DoorState) -> None:
        with self._writing(lazy=True, shared=True) as db:
            _DOOR.run(
                db,
                name=state.name,
                open=state.open,
                since=state.since,
                why=state.why,
                last_success=state.last_success,
            )

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
