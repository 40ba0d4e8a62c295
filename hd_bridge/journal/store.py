"""One journal's connections: a transaction to read in, a transaction to write in, and the clock. Touches the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import sqlalchemy as sa

from hd_bridge.journal import news
from hd_bridge.journal.dialect import lines, translated


def utc_now() -> datetime:
    """The wall clock, aware, UTC."""
    return datetime.now(UTC)


class Store:
    """What the journal's subjects stand on. Each of their methods is one ``_reading`` or one ``_writing``.

    ``clock`` is for the methods whose callers name no time (``add``, ``hold``, ``drop``); ``tell`` hears, within each
    transaction, what it makes ready to be worked on.
    """

    def __init__(
        self, engine: sa.Engine, clock: Callable[[], datetime] = utc_now, tell: news.Tell | None = None
    ) -> None:
        self._engine = engine
        self._lines = lines(engine)
        self._clock = clock
        self._tell = tell

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        """A transaction that sees one moment and never waits for a writer."""
        with translated(), self._lines.transaction(only_reads=True, lazy=False, shared=False) as db:
            yield db

    @contextmanager
    def _writing(self, *, lazy: bool = False, shared: bool = False) -> Iterator[sa.Connection]:
        """The only transaction that writes; it is kept whole or not at all. ``shared`` is explained in dialect.py.

        What is committed outlives the death of the process, always. A power cut (or, on PostgreSQL, the death of the
        database's machine) is outlived by every commit but the ``lazy`` ones since the last that was not: both kinds
        of database keep commits in one log and in order, so what is lost is a tail, and forcing one commit to the
        disk forces all before it. The journal is then as it was a moment ago, while the world is as it is now. Lazy
        is therefore every commit from which that state goes on by itself:

        * ``claim``: the step is due again. A claim alone sends nothing: before a call there is ``doing``, forced,
          and with it all that led there: the mail's verdict, the conversation's id, the letter as it was rendered,
          the tokens of its files. Pages are put and mails filed away under a claim alone; both may be done twice,
          and a mail is filed away only after its receipt, which is forced.
        * ``finish``: the step is still ``doing``, so the far side is asked, and finds the ticket or note there; an
          automatic letter is dropped, not repeated. A person's letter would be repeated: the caller wants
          ``lasting`` for that one.
        * ``again``, ``rest``, ``hold``, ``drop`` by a worker: it is tried once more, or asked about, and ends the
          same way. A person who was told that it is done must not be deceived: theirs are forced.
        * ``remember``, ``store_letter``: rendered or laid in again; nothing of it has been seen by anybody.
        * ``see``, the watermark, doors, ``recover``: looked at again, with the same keys of steps and events.

        Forced stay ``receive`` and the verdict (what has been told to a mail server or a person is so), ``doing``,
        everything that a person does, and ``sequence``, which is written down outside of the journal.
        """
        with translated(), self._lines.transaction(only_reads=False, lazy=lazy, shared=shared) as db:
            news.begin(db)
            yield db
            if self._tell is not None:
                news.tell(db, self._tell)

    def close(self) -> None:
        """Let go of the database; the next call opens it again."""
        self._lines.close()
        self._engine.dispose()
