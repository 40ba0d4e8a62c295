"""The ways in which the world fails; the first line of each docstring is what people see. Pure.

An adapter lets no library's error out: it translates it into one of these, and the choice is a promise.
``Closed`` and ``NotNow`` say that nothing happened; ``Refused`` that nothing happened and never will;
``Doubtful`` that nobody knows, so that the far side must be asked before anything is repeated.
"""

from __future__ import annotations

from datetime import timedelta


class BridgeError(Exception):
    """Something failed in hd_bridge."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        lead = (type(self).__doc__ or "").splitlines()[0].rstrip(".")
        return f"{lead}: {self.why}"


class FarSideError(BridgeError):
    """The far side failed us; the four ways follow."""


class Closed(FarSideError):
    """The far side turns everyone away.

    Nothing happened, and the item is not at fault: the whole door pauses and is tried again.
    ``after`` is the pause that the far side asked for (Retry-After), if it did.
    """

    def __init__(self, why: str, *, after: timedelta | None = None) -> None:
        super().__init__(why)
        self.after = after


class NotNow(FarSideError):
    """The far side asks to try this item again later.

    Nothing happened (a parallel change, greylisting); other items may pass meanwhile.
    """

    def __init__(self, why: str, *, after: timedelta | None = None) -> None:
        super().__init__(why)
        self.after = after


class Doubtful(FarSideError):
    """The call was under way when its answer got lost; it may or may not have happened."""


class Refused(FarSideError):
    """The far side will not take this item.

    ``words`` are the server's own, for a person to read; they may be in any language and are never parsed.
    ``missing`` is true where the thing that the item belongs to (a ticket) is not there any more; ``gone`` are
    addresses that do not exist, as far as the far side knows, and will not.
    """

    def __init__(
        self, why: str, *, words: tuple[str, ...] = (), missing: bool = False, gone: tuple[str, ...] = ()
    ) -> None:
        super().__init__(why)
        self.gone = gone
        self.words = words
        self.missing = missing


class ConfigError(BridgeError):
    """The configuration cannot be used.

    ``mistakes`` holds all of them, each with its path in the file and what was expected there.
    """

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        super().__init__("; ".join(mistakes))
        self.mistakes = mistakes


class Unreadable(BridgeError):
    """A mail cannot be read."""


class ReaderError(BridgeError):
    """The process that reads mails cannot be started."""


class Busy(BridgeError):
    """Another hd-bridge is at work here."""


class JournalError(BridgeError):
    """The journal cannot be written; nothing was taken from any mailbox."""


class JournalAway(JournalError):
    """The journal's database server is out of reach.

    What Closed is for a door: nothing that was not written happened, and the work goes on when the server is back.
    A transaction whose answer was lost may have been kept; all of them may be repeated.
    """
