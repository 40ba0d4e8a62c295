"""Letters as they were rendered: what is stored first is what is sent, however often it is tried. Touches the disk."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from hd_bridge.journal.tables import letters
from hd_bridge.prepared import Prepared, fresh
from hd_bridge.work import Letter

_READ = Prepared(sa.select(letters).where(letters.c.step == sa.bindparam("of_step")))
_COLUMNS = ("step", "message_id", "sender", "recipients", "subject", "text", "raw", "stored_at")
_WRITE = fresh(letters, "step", columns=_COLUMNS)


def read_letter(db: sa.Connection, step: str) -> Letter | None:
    """The letter of a step, if it was stored."""
    row = _READ.first(db, of_step=step)
    if row is None:
        return None
    return Letter(
        message_id=row.message_id,
        sender=row.sender,
        to=tuple(row.recipients),
        subject=row.subject,
        text=row.text,
        raw=row.raw,
    )


def write_letter(db: sa.Connection, step: str, letter: Letter, now: datetime) -> Letter:
    """Keep a letter unless the step has one; the one that counts."""
    row = {
        "step": step,
        "message_id": letter.message_id,
        "sender": letter.sender,
        "recipients": list(letter.to),
        "subject": letter.subject,
        "text": letter.text,
        "raw": letter.raw,
        "stored_at": now,
    }
    return letter if _WRITE.run(db, **row) == 1 else read_letter(db, step) or letter
