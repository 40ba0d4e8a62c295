"""Letters as they were rendered: what is stored first is what is sent, however often it is tried. Touches the disk."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from hd_bridge.journal.dialect import insert
from hd_bridge.journal.tables import letters
from hd_bridge.work import Letter


def read_letter(db: sa.Connection, step: str) -> Letter | None:
    """The letter of a step, if it was stored."""
    row = db.execute(sa.select(letters).where(letters.c.step == step)).first()
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
    db.execute(insert(db, letters).on_conflict_do_nothing(index_elements=["step"]), row)
    return read_letter(db, step) or letter
