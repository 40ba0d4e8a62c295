"""Whether two runs have come to the same: what lies on the disk, in the mailboxes and at the customers. Touches the
disk.

Two runs that are alike when a process has ended go on alike, whatever they went through: a process knows nothing but
what it finds. Left out is only what no later step asks about: which secrets and conversation numbers were drawn, how
often a finished step was tried, which doors were closed, the bytes of a letter that is out, and, between two chapters,
how long ago (not in which order) something happened, and files that were laid in the tracker and came to no ticket,
with the numbers that they used up: no step that knows of them is left.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from hd_bridge.mail.tokens import page_path
from hd_bridge.work import Letter
from tests.crash.stage import DATABASES, Stage

SECRET = re.compile(r"[0-9a-f]{64}")
MICROS, WORDS, MAIL = (
    r"\b17\d{14}\b",
    r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)",
    r"[A-Z]\w\w, \d\d \w{3} \d{4} [\d:]{8} [+-]\d{4}",
)
MOMENT = re.compile(f"{MICROS}|{WORDS}|{MAIL}")
ENDED = ("done", "dropped")
TRIES = ("tries", "memo", "lease_ends", "worker", "in_doubt", "why", "losses")
TOLD = ("doors", "sqlite_sequence")  # what people are shown and the bridge never reads; which numbers were used up
SIGNED = re.compile(r"<hd\.(conversation \d+)\.(\w+)\.\w+@")  # a Message-ID of ours; its last word is the signature


def fingerprint(stage: Stage, *, exactly: bool, late_is_allowed: bool) -> str:
    """The same for stages that are alike; with ``exactly`` in every moment of time too."""
    return hashlib.sha256(described(stage, exactly, late_is_allowed).encode()).hexdigest()


def described(stage: Stage, exactly: bool, late_is_allowed: bool) -> str:
    """All that a fingerprint is made of. Which calls were late, is asked only where a double is allowed for it."""
    rows = list(_rows(stage)) if exactly else _without_strays(list(_rows(stage)))
    text = json.dumps([*rows, _around(stage, late_is_allowed)], default=_as_text, ensure_ascii=False)
    conversations = [row[0] for table, row in rows if table == "conversations"]
    for number, name in enumerate(conversations):
        text = text.replace(page_path(stage.house.ring, name), f"page {number}/").replace(
            name, f"conversation {number}"
        )
    text = SIGNED.sub(r"<hd.\1.\2@", text)
    seen: dict[str, str] = {}
    text = SECRET.sub(lambda found: seen.setdefault(found[0], f"secret {len(seen)}"), text)
    return text if exactly else _ranked(text)


def _rows(stage: Stage) -> Iterator[tuple[str, list[Any]]]:
    """Every row of every table; a table that is new is in it."""
    for name in DATABASES:
        with closing(sqlite3.connect(stage.folder / name)) as database:
            database.row_factory = sqlite3.Row
            tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1").fetchall()
            for table in (name for (name,) in tables if name not in TOLD):
                order = " ORDER BY 2" if table == "participants" else ""  # else by the numbers that were drawn
                for row in database.execute(f'SELECT * FROM "{table}"{order}'):
                    yield table, _settled(table, row)


def _without_strays(rows: list[tuple[str, list[Any]]]) -> list[tuple[str, list[Any]]]:
    """Files by their order among those that lie on a ticket, as the history of their ticket names them."""
    laid = [row[0] for table, row in rows if table == "attachment" and row[2] is not None]
    found = []
    for table, row in rows:
        if table == "attachment" and row[0] in laid:
            found.append((table, [laid.index(row[0]), *row[1:]]))
        elif table == "detail" and row[2] == "attachment":
            found.append((table, [*row[:3], laid.index(int(row[3])), *row[4:]]))
        elif table != "attachment":
            found.append((table, row))
    return found


def _settled(table: str, row: sqlite3.Row) -> list[Any]:
    if table == "letters":
        return [row["step"], row["recipients"], row["text"]]
    if table == "steps" and row["state"] in ENDED:
        return [row[name] for name in row.keys() if name not in TRIES]  # noqa: SIM118
    return list(row)


def _around(stage: Stage, late_is_allowed: bool) -> dict[str, Any]:
    """What is neither in the journal nor in the tracker."""
    letters = stage.outbox.letters
    return {
        "now": stage.clock.now(),
        "letters": [(letter.to, _said(letter), letters.index(letter)) for letter in letters],
        "pages": len(stage.publisher.files),
        "boxes": [
            (box.mails, sorted(box.filed.items()), sorted(id for _, id in box.copies)) for box in stage.boxes.values()
        ],
        "told": sorted(stage.told.items()),
        "late": stage.late if late_is_allowed else [],
        "dies": stage.fuse.deaths > 0,
    }


def _said(letter: Letter) -> str | None:
    """What a person says in a letter."""
    return None if b"Auto-Submitted" in letter.raw else letter.text


def _ranked(text: str) -> str:
    """Moments by their order alone: the same ones are the same still, earlier ones are earlier."""
    moments = {found: _moment(found) for found in set(MOMENT.findall(text))}
    order = {moment: rank for rank, moment in enumerate(sorted(set(moments.values())))}
    return MOMENT.sub(lambda found: f"{order[moments[found[0]]]}", text)


def _moment(found: str) -> datetime:
    if found.isdecimal():
        return datetime.fromtimestamp(int(found) / 1_000_000, UTC)
    return parsedate_to_datetime(found) if "," in found else datetime.fromisoformat(found)


def _as_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    assert isinstance(value, bytes), value
    return value.decode("latin-1")
