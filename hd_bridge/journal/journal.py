"""The journal in an SQL database: the small memory of the house, its subjects put together. Touches the disk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Self

from hd_bridge.journal import dialect
from hd_bridge.journal.accepting import SqlAccepting
from hd_bridge.journal.acquaintances import SqlAcquaintances
from hd_bridge.journal.answering import SqlAnswering
from hd_bridge.journal.awaiting import SqlAwaiting
from hd_bridge.journal.correspondence import SqlCorrespondence
from hd_bridge.journal.deciding import SqlVerdicts
from hd_bridge.journal.following import SqlFollowing
from hd_bridge.journal.forsaking import SqlForsaking
from hd_bridge.journal.guarding import SqlGuarding
from hd_bridge.journal.hindsight import SqlHindsight
from hd_bridge.journal.inbox import SqlInbox
from hd_bridge.journal.losses import SqlLosses
from hd_bridge.journal.migrate import migrate
from hd_bridge.journal.news import Tell
from hd_bridge.journal.outgoing import SqlOutgoing
from hd_bridge.journal.people import SqlPeople
from hd_bridge.journal.site import SqlSite
from hd_bridge.journal.steps import SqlSteps
from hd_bridge.journal.store import utc_now


class SqlJournal(
    SqlInbox,
    SqlVerdicts,
    SqlAccepting,
    SqlSteps,
    SqlCorrespondence,
    SqlPeople,
    SqlSite,
    SqlLosses,
    SqlGuarding,
    SqlHindsight,
    SqlOutgoing,
    SqlAcquaintances,
    SqlForsaking,
    SqlFollowing,
    SqlAwaiting,
    SqlAnswering,
):
    """The port ``Journal``. Threads and processes may share one database; every method is one transaction."""

    @classmethod
    def open(cls, url: str, clock: Callable[[], datetime] = utc_now, tell: Tell | None = None) -> Self:
        """The journal at an address such as ``sqlite:///var/journal.sqlite``, made and brought up to date if need be.

        JournalError, with what to do, if it cannot be opened or was written by a newer version.
        """
        engine = dialect.engine(url)
        try:
            with dialect.translated():
                migrate(engine)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, clock, tell)
