"""A journal with as many tickets as one likes: a ticket that the house itself made, multiplied by SQL. Touches the
disk.

What is multiplied are real rows, so that a new column or table is in it without a word here. Per ticket a mail, an
answer, an acknowledgement, two pages and all that belongs to them; five tickets a customer, one every 95 seconds.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hd_bridge.journal.columns import write
from hd_bridge.journal.tables import metadata
from tests.fakes import START
from tests.homes import Home, mail

SPACING = timedelta(seconds=95)
PER_CUSTOMER = 5
CHUNK = 50_000
CACHE = 4_000_000  # KiB, of which only what is written is taken: with less, a page would go to the disk many times
ADDRESS = "jane@acme.example"
ASKS, ANSWERS = "<asks@acme.example>", "<answers@acme.example>"
OF_CUSTOMER = {"contacts", "addresses"}
ONCE = {"alembic_version", "doors", "mailboxes", "meta", "watermarks"}
# What no query looks into, kept short: with it a million tickets would need 20 GB instead of 9.
BULKY, SHORT = {"raws.raw", "letters.raw", "letters.text", "mails.trail", "mails.reply", "steps.memo"}, 200
# Numbers that stand for a row of another table, by the table whose numbering they follow.
FOLLOWS = {
    "mails.id": "mails",
    "raws.mail": "mails",
    "steps.seq": "steps",
    "automatic_letters.step": "steps",
    "events.id": "events",
    "events.new": "ticket",
    "message_ids.id": "message_ids",
    "contacts.id": "customer",
    "addresses.id": "customer",
    "addresses.contact": "customer",
    "conversations.contact": "customer",
    "conversations.ticket": "ticket",
    "tickets.number": "ticket",
    "seen_notes.ticket": "ticket",
    "seen_notes.note": "seen_notes",
    "places.place": "place",
}


@dataclass(frozen=True, kw_only=True)
class Model:
    """One ticket's rows, by table, and what in them belongs to this ticket alone. ``folder`` has its journal, keys."""

    folder: Path
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    names: Mapping[str, str]


def model_ticket(folder: Path) -> Model:
    """Let the house work on one customer's mail and answer, and read all that it has written down."""
    folder.mkdir()
    home = Home(folder)
    home.post(mail("Printer error", "It does not print.\n" * 12, id=ASKS, sender=f"Jane Cooper <{ADDRESS}>"))
    home.turn()
    answer = mail("Re: Printer error", "It still does not print.\n" * 6, id=ANSWERS, In_Reply_To=ASKS)
    home.post(answer)
    home.turn()
    for _ in range(2):  # the second look proves that nobody else has written in the same second
        home.clock.forward(seconds=20)
        home.tick()
    home.close()
    engine = sa.create_engine(f"sqlite:///{folder / 'journal.sqlite'}")
    with engine.connect() as db:
        rows = {
            table.name: [_slim(table, dict(row)) for row in db.execute(_whole(table)).mappings()]
            for table in _multiplied()
        }
    engine.dispose()
    first, second = rows["mails"]
    names = {"talk": first["conversation"], "asks": first["key"], "answers": second["key"], "address": ADDRESS}
    names |= {"asks_content": first["content_sha256"], "answers_content": second["content_sha256"]}
    names |= {"asks_id": ASKS, "answers_id": ANSWERS, "at": write(START)}
    return Model(folder=folder, rows=rows, names=names)


def _multiplied() -> list[sa.Table]:
    return [table for table in metadata.sorted_tables if table.name not in ONCE]


def _whole(table: sa.Table) -> sa.TextClause:
    """As the database holds it: the types of the columns would turn times and lists into objects."""
    return sa.text(f"SELECT * FROM {table.name}")


def _slim(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    """Texts and bytes are cut; of JSON nothing is left but its shape."""
    for name, value in row.items():
        if f"{table.name}.{name}" in BULKY:
            row[name] = (
                {"[": "[]", "{": "{}"}.get(value[:1]) if isinstance(table.c[name].type, sa.JSON) else value[:SHORT]
            )
    return row


def names_of(number: int, count: int) -> dict[str, Any]:
    """What belongs to ticket ``number`` (from 1) of ``count`` alone; the newest is one spacing old."""
    asks, answers = (hashlib.sha256(f"{word} {number}".encode()).hexdigest() for word in ("asks", "answers"))
    return {
        "number": number,
        "customer": (number - 1) // PER_CUSTOMER,
        "talk": asks[:16].translate(_LETTERS),
        "asks": asks[:24],
        "answers": answers[:24],
        "asks_content": asks[::-1],
        "answers_content": answers[::-1],
        "asks_id": f"<{asks[:12]}@customers.example>",
        "answers_id": f"<{answers[:12]}@customers.example>",
        "address": f"customer{(number - 1) // PER_CUSTOMER}@company{(number - 1) // PER_CUSTOMER % 997}.example",
        "at": write(START - SPACING * (count - number + 1)),
    }


_LETTERS = str.maketrans("0123456789", "ghijklmnop")  # a conversation's name is letters and the digits 2 to 7


def seeded(model: Model, path: Path, count: int) -> str:
    """The address of a SQLite journal with so many tickets beside the model's own; fast, since it may be lost."""
    shutil.copy(model.folder / "journal.sqlite", path)
    url = f"sqlite:///{path}"
    engine = sa.create_engine(url)
    sa.event.listen(engine, "connect", _fast)
    seed(engine, model, count)
    engine.dispose()
    return url


def _fast(connection: Any, _record: Any) -> None:
    for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=OFF", "synchronous=OFF", f"cache_size=-{CACHE}"):
        connection.execute(f"PRAGMA {pragma}")


def seed(engine: sa.Engine, model: Model, count: int) -> None:
    """Multiply the model in any database that has its tables. Indexes are made afterwards, which is much quicker."""
    with engine.begin() as db, _without_indexes(db):
        _emptied(db)
        numbers = _numbers(db)
        for start in range(1, count + 1, CHUNK):
            some = [names_of(number, count) for number in range(start, min(start + CHUNK, count + 1))]
            db.execute(sa.insert(numbers), some)
            for table in _multiplied():
                for ordinal, row in enumerate(model.rows[table.name]):
                    db.execute(_copies(table, row, ordinal, model, numbers))
            db.execute(sa.delete(numbers))
        numbers.drop(db)


@contextmanager
def _without_indexes(db: sa.Connection) -> Iterator[None]:
    indexes = [index for table in _multiplied() for index in table.indexes]
    for index in indexes:
        index.drop(db)
    yield
    for index in indexes:
        index.create(db)


def _emptied(db: sa.Connection) -> None:
    """The model's own ticket makes room: its number is given to the first copy."""
    for table in reversed(_multiplied()):
        db.execute(sa.delete(table))


def _numbers(db: sa.Connection) -> sa.Table:
    words = [sa.Column(name, sa.Text) for name in names_of(1, 1) if name not in ("number", "customer")]
    whole = [sa.Column("number", sa.BigInteger, primary_key=True), sa.Column("customer", sa.BigInteger)]
    table = sa.Table("seeding", sa.MetaData(), *whole, *words, prefixes=["TEMPORARY"])
    table.create(db)
    return table


def _copies(table: sa.Table, row: Mapping[str, Any], ordinal: int, model: Model, numbers: sa.Table) -> sa.Insert:
    """One statement that writes this row of the model once for every number."""
    each = len(model.rows[table.name])
    values = [
        _number(f"{table.name}.{name}", each, ordinal, row, model, numbers) if _counts(table, name, row) else None
        for name in row
    ]
    chosen = [
        value if value is not None else _replaced(row[name], model, numbers)
        for name, value in zip(row, values, strict=True)
    ]
    copies = sa.select(*chosen).select_from(numbers)
    if table.name in OF_CUSTOMER:
        copies = copies.where(numbers.c.number % PER_CUSTOMER == 1)
    # The columns by their bare names: their types would take what is text already for objects.
    return sa.insert(sa.table(table.name, *(sa.column(name) for name in row))).from_select(list(row), copies)


def _counts(table: sa.Table, name: str, row: Mapping[str, Any]) -> bool:
    """``events.new`` is a ticket's number only in some kinds."""
    known = f"{table.name}.{name}"
    return known in FOLLOWS and (known != "events.new" or row["kind"] in ("opened", "noted"))


def _number(
    column: str, each: int, ordinal: int, row: Mapping[str, Any], model: Model, numbers: sa.Table
) -> sa.ColumnElement[Any]:
    follows, name = FOLLOWS[column], column.partition(".")[2]
    if follows == "customer":
        return numbers.c.customer + 1
    if follows == "place":
        return sa.literal(f"{ordinal}/") + sa.cast(numbers.c.number, sa.Text)
    if follows == "ticket":
        return sa.cast(numbers.c.number, sa.Text) if column == "events.new" else numbers.c.number
    target = model.rows[follows]
    own = next((i for i, other in enumerate(target) if row[name] in (other.get("id"), other.get("seq"))), ordinal)
    return (numbers.c.number - 1) * (len(target) or each) + own + 1


def _replaced(value: Any, model: Model, numbers: sa.Table) -> sa.ColumnElement[Any]:
    if not isinstance(value, str):
        return sa.literal(value) if value is not None else sa.null()
    told: sa.ColumnElement[Any] = sa.literal(value)
    for name, there in model.names.items():
        if there in value:
            told = sa.func.replace(told, there, numbers.c[name])
    return told
