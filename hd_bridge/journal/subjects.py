"""A subject as the governor compares it: without what replies and forwards put before it. Pure.

Every mailer writes its own "Re:"; two robots that answer each other would otherwise never have the same subject.
"""

from __future__ import annotations

import re

MOST = 255
_BEFORE = re.compile(
    r"(?:(?:re|r|aw|antw|antwort|sv|vs|rv|ref|res|odp|ynt|fw|fwd|wg|tr|enc|rif|i|auto|automatic reply|autoreply|"
    r"automatische antwort|respuesta automática|réponse automatique|out of office)(?:\s?[\[(]\d+[\])])?\s?[::]\s*"
    r"|\[[^\][]*#\d+\]\s*)+",
    re.IGNORECASE,
)


def normalised(subject: str) -> str:
    """``Re: AW: [Shop #12] Hello  World`` and ``hello world`` are one subject."""
    plain = " ".join(subject.split())
    return _BEFORE.sub("", plain, count=1).casefold()[:MOST] if _BEFORE.match(plain) else plain.casefold()[:MOST]
