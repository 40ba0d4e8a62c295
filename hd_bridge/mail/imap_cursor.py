"""How far a folder has been read, as the journal keeps it, and where a mail lies in it. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from hd_bridge.errors import Closed, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """All mails with a UID up to ``uid`` are done, under one UIDVALIDITY (RFC 9051 §2.3.1.1).

    ``not_before`` is when reading was to begin. It counts for one thing only: once UIDVALIDITY has changed all
    mails have new UIDs, and those up to ``rescan`` that are older must stay unread. It never filters other mails,
    because a mail moved in from another folder keeps its old date.
    """

    uidvalidity: int
    uid: int
    not_before: datetime | None = None
    rescan: int = 0

    def dumps(self) -> str:
        """As text for the journal."""
        begin = self.not_before.isoformat() if self.not_before else None
        fields = {"uidvalidity": self.uidvalidity, "uid": self.uid, "not_before": begin, "rescan": self.rescan}
        return json.dumps(fields, separators=(",", ":"))

    @classmethod
    def loads(cls, text: str) -> Cursor:
        """Back from text; ``Closed`` if it is none of ours, because guessing would lose or repeat mails."""
        try:
            fields = json.loads(text)
            begin = fields["not_before"]
            return cls(
                uidvalidity=int(fields["uidvalidity"]),
                uid=int(fields["uid"]),
                not_before=datetime.fromisoformat(begin) if begin else None,
                rescan=int(fields.get("rescan", 0)),
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Closed("the journal's cursor is not one of an IMAP folder; was the mailbox another kind?") from error


def place(uidvalidity: int, uid: int) -> str:
    """Where a mail lies: unique in its folder for ever."""
    return f"{uidvalidity}:{uid}"


def placed(text: str) -> tuple[int, int]:
    """UIDVALIDITY and UID of a place; ``Refused`` if it is none."""
    validity, _, uid = text.partition(":")
    if not (validity.isascii() and validity.isdigit() and uid.isascii() and uid.isdigit()):
        raise Refused("this is no place in an IMAP folder")
    return int(validity), int(uid)
