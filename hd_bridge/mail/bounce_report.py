"""The fields of delivery reports (RFC 3464 §2), read leniently from their text: who, what was done, what status. Pure.

Mail systems write these parts in base64, without blank lines between recipients, as text/plain, or into a multipart
whose boundary never comes; the words of the fields are the same in all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from hd_bridge.mail.addresses import addr_spec

STATUS = re.compile(r"(?<![\d.])([245])\.\d{1,3}\.\d{1,3}(?![\d.])")
SMTP_CODE = re.compile(r"(?<!\d)([45])[0-5]\d(?=[ -])")
FIELD = re.compile(
    r"^[ \t>]{0,2}(original-recipient|final-recipient|x-actual-recipient|action|status|diagnostic-code)[ \t]{0,4}:"
    r"[ \t]*((?:[^\r\n]|\r?\n[ \t]+(?=\S)){0,2000})",
    re.IGNORECASE | re.MULTILINE,
)
FAILED = ("fail", "error", "undeliver", "bounce", "reject")
MOST = 64 * 1024  # characters of one report that are read
MOST_RECIPIENTS = 200


@dataclass(slots=True)
class Recipient:
    """What a report says of one recipient, as far as it was read."""

    addresses: list[str] = field(default_factory=list)
    action: str = ""
    status: str = ""
    diagnosis: str = ""

    @property
    def failed(self) -> bool:
        """Whether delivery has ended without success. Without an action the status tells: those that are late or
        have arrived are reported with one."""
        if self.action:
            return self.action.startswith(FAILED)
        found = STATUS.search(self.status) or SMTP_CODE.search(self.diagnosis)
        return found is not None and found[1] in "45"

    @property
    def permanent(self) -> bool:
        """Class 5, or no class at all: a system that gives up and does not say why."""
        return is_permanent(self.status, self.diagnosis)


def is_permanent(*texts: str) -> bool:
    """Whether the first status that these texts name is one of class 5; with none it is taken for one."""
    for text in texts:
        found = next((m for m in STATUS.finditer(text) if m[1] != "2"), None) or SMTP_CODE.search(text)
        if found:
            return found[1] == "5"
    return True


def recipients(text: str) -> Iterator[Recipient]:
    """Every recipient of a report. A new one begins where a field comes again, or an address after other fields."""
    now = Recipient()
    found = 0
    for name, value in ((m[1].lower(), " ".join(m[2].split())) for m in FIELD.finditer(text[:MOST])):
        addressed = name.endswith("recipient")
        if (addressed and (now.action or now.status)) or (name == "action" and now.action):
            yield now
            now, found = Recipient(), found + 1
            if found >= MOST_RECIPIENTS:
                return
        if addressed:
            now.addresses += [spec] if (spec := addr_spec(value.rpartition(";")[2])) else []
        elif name == "action":
            now.action = value.lower().strip("<> ")
        elif name == "status":
            now.status = value
        else:
            now.diagnosis = value
    if now.action or now.status:
        yield now
