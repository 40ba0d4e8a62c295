"""Whether an agent has greeted and signed by hand, so that a letter does neither twice. Pure."""

from __future__ import annotations

import re

_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|greetings|good (?:morning|afternoon|evening|day)"
    r"|hallo|guten (?:tag|morgen|abend)|sehr geehrte[rs]?|liebe[rs]?|moin|servus|grüß gott"
    r"|hola|buen(?:os|as) (?:días|dias|tardes|noches)|estimad[oa]s?|querid[oa]s?"
    r"|olá|ola|oi|bom dia|boa (?:tarde|noite)|prezad[oa]s?|car[oa]s?)\b[^.?!,:;\n]{0,50}(?:[,!:;.–-]|$)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:(?:with )?(?:kind|best|warm|warmest|many)(?: regards| wishes)?|regards"
    r"|(?:yours )?(?:sincerely|faithfully|truly)"
    r"|(?:mit )?(?:freundliche|viele|beste|liebe|herzliche|schöne)[nr]? gr(?:ü|ue)(?:ß|ss)en?|mfg|vg|lg"
    r"|(?:un |muchos )?(?:cordial(?:es)? |atentos? )?saludos?(?: cordial(?:es)?)?|cordialmente|atentamente"
    r"|atenciosamente|att|(?:um )?abraços?|(?:com os )?(?:melhores )?cumprimentos)[,.!]?",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"(?:thanks|many thanks|thank you|cheers|danke|vielen dank|gracias|muchas gracias|obrigad[oa])[,.!]?", re.IGNORECASE
)
_LONGEST_NAME = 40


def greets(text: str) -> bool:
    """Whether a text begins with a greeting."""
    return _GREETING.match(text.lstrip()) is not None


def signs(text: str) -> bool:
    """Whether a text ends with a closing; thanks are one only with a name below them."""
    lines = [line.strip() for line in text.strip().split("\n") if line.strip()][-4:]
    for place, line in enumerate(lines if len(lines) > 1 else ()):
        below = lines[place + 1 :]
        closes = _CLOSING.fullmatch(line) or (below and _THANKS.fullmatch(line))
        if closes and all(len(one) <= _LONGEST_NAME for one in below):
            return True
    return False
