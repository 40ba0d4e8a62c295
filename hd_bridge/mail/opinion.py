"""What mail-parser finds wrong with a message. Pure."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import mailparser

if TYPE_CHECKING:
    from hd_bridge.mail.tree import MailMessage

# It logs pieces of strangers' mails as warnings.
logging.getLogger("mailparser").setLevel(logging.CRITICAL + 1)


class _Remarks(mailparser.MailParser):  # type: ignore[misc]
    """mail-parser's reading for the sake of its remarks: the results, of which it makes two, are not put together."""

    def _make_mail(self, complete: bool = True) -> dict[str, object]:
        return {}


def opinion(message: MailMessage) -> tuple[str, ...]:
    """mail-parser's list of defects. It raises a great many types where a boundary never appears or a field is odd:
    that is one more defect, for the message itself is already there. What it finds wrong with addresses, dates and
    traces is left out below, and reading those is most of its time: it is given the fields of the content alone."""
    try:
        read = _Remarks(message.without_its_letterhead())
        found = (name for name in read.defects_categories if not name.endswith("HeaderDefect"))
        return tuple(sorted(f"mail-parser: {name}" for name in found))
    except RecursionError:
        raise
    except Exception as error:
        return (f"mail-parser: {type(error).__name__}",)
