"""Finds what stands at the end of a mail and is no word of its writer's to us: signature, footers, armour. Pure.

All of it needs proof: a delimiter, or a drawn line with words that only machines write below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hd_bridge.mail import split_marks
from hd_bridge.mail.split_heads import folded
from hd_bridge.mail.split_lines import Line, Part

SIGNATURE_LINES = 10
EXACT_LINES = 16
"""Lines of a signature below any two dashes, and below the delimiter as RFC 3676 has it."""
SIGNATURE_WIDTH = 100
FOOTER_LINES = 12

_DELIMITERS = ("--", "– –", "——", "- --")
_RULE_SIGNS = 5
_ARMOUR = re.compile(r"-{4,5} ?BEGIN PGP (SIGNED MESSAGE|SIGNATURE) ?-{4,5}")
_ARMOUR_END = re.compile(r"-{4,5} ?END PGP SIGNATURE ?-{4,5}")
_REACHED = re.compile(r"https?://|www\.|[\w.+-]{1,64}@[\w-]{1,63}\.\w")
_MACHINES = re.compile(
    r"mailing[- ]?lists?\b|listinfo|\bunsubscri|\bsubscri(?:be|ption)|majordomo|list archives?|-request@|"
    r"received this message because|do you yahoo|yahoo!|\bhotmail\b|\bmsn\b|windows live|free e-?mail|"
    r"checked for viruses|virus[- ]?free|scanned (?:for|by)|anti-?virus|\bavast\b|mailscanner|"
    r"sent (?:through|via|using) |sponsored by|\babmelden\b|abbestellen|désabonn|désinscri|darse de baja|"
    r"cancelar a (?:assinatura|inscrição)|disiscri|odhlásit|отписаться|viren ?geprüft|virengeprüft|sin virus|"
    r"lists?\.[\w.-]+\.\w"
)
_ALONE = re.compile(
    r"to unsubscribe(?: from this| send|,|:| or )|you received this message because|you are receiving this|"
    r"(?:this|diese) e-?mail (?:has been|was|wurde).{0,40}(?:virus|viren)|virus-?(?:free|frei)\b|"
    r"more majordomo info|get your (?:free|own) |do you yahoo"
)
_NAMED_ADDRESS = re.compile(
    r"(?:[A-Z][\w.'-]{0,20} ){1,4}[<(\[]?[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}[>)\]]?"
)
_NAMED = re.compile(r"[A-Z][\w.'-]{0,20}(?: [A-Z][\w.'-]{0,20}){1,3}(?:$|  |[;|/(<\t]|, \w)")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.\w")
_PHONE = re.compile(r"(?:\+|\b00|\(|\b0)\d[\d\s().\-/]{5,20}\d|\b\d{3}[-. ]\d{3}[-. ]\d{4}\b")


def armour(lines: Sequence[Line]) -> Iterator[int]:
    """The lines that PGP puts around a signed text, and its signature."""
    inside, head = False, False
    for place, line in enumerate(lines):
        found = None if line.quote else _ARMOUR.fullmatch(line.text)
        if found:
            inside, head = found[1] == "SIGNATURE" and _ends(lines, place), found[1] == "SIGNED MESSAGE"
            yield place
        elif inside or (head and line.text.startswith(("Hash:", "Charset:", "NotDashEscaped:"))):
            yield place
            inside = inside and not _ARMOUR_END.fullmatch(line.text)
        else:
            head = head and not line.text


def _ends(lines: Sequence[Line], place: int) -> bool:
    return any(_ARMOUR_END.fullmatch(line.text) for line in lines[place : place + 80])


def footers(lines: Sequence[Line]) -> int:
    """Where the footers begin that lists, providers and virus scanners hang below a mail; all lines for none."""
    end = len(lines)
    for _ in range(4):
        start = _footer(lines, end)
        if start == end:
            break
        end = start
    return end


def _footer(lines: Sequence[Line], end: int) -> int:
    texts: list[str] = []
    for place in range(end - 1, max(end - 2 * FOOTER_LINES, 0) - 1, -1):
        line = lines[place]
        if not line.text:
            continue
        if line.quote or len(texts) > FOOTER_LINES:
            return end
        if texts and _is_line_drawn(line.text) and _of_a_machine(texts):
            return place
        texts.append(line.text)
        if _ALONE.match(folded(line.text[:200])) and _reaches(texts) and place > 0:
            above = lines[place - 1].text
            if not above or _is_line_drawn(above):
                return place - bool(above)
    return end


def _is_line_drawn(text: str) -> bool:
    return text in ("--", "-", "---") or (len(text) >= _RULE_SIGNS and split_marks.is_rule(text))


def _of_a_machine(texts: Sequence[str]) -> bool:
    """``texts`` are the lines below a rule, the last one first. Machines come to their point at once: a list of
    people's own may well end with where to subscribe."""
    return _reaches(texts) and any(_MACHINES.search(folded(text[:300])) for text in texts[-2:])


def _reaches(texts: Sequence[str]) -> bool:
    return any(_REACHED.search(text[:300]) for text in texts)


def signature(lines: Sequence[Line], parts: Sequence[Part]) -> int:
    """Where a signature begins that ends with the last line written now; all lines where there is none."""
    now = [place for place, part in enumerate(parts) if part is Part.NOW and lines[place].text]
    if not now:
        return len(lines)
    by_delimiter = _delimited(lines, parts, now)
    return min(by_delimiter, _drawn(lines, parts, now[: _count_before(now, by_delimiter)]))


def _count_before(now: Sequence[int], end: int) -> int:
    return sum(1 for place in now if place < end)


def _delimited(lines: Sequence[Line], parts: Sequence[Part], now: Sequence[int]) -> int:
    """Below "-- "; what is long, wide, quoted or a postscript is no signature."""
    written, widest = 0, 0
    for place in range(now[-1], max(now[0], now[-1] - 40) - 1, -1):
        line = lines[place]
        if parts[place] is Part.QUOTE or line.quote:
            break
        if line.text in _DELIMITERS:
            most, width = (EXACT_LINES, 3 * SIGNATURE_WIDTH) if line.signs else (SIGNATURE_LINES, SIGNATURE_WIDTH)
            fits = written <= most and widest <= width and (written or line.signs)
            return place if fits else len(lines)
        written += bool(line.text)
        widest = max(widest, len(line.text))
        if _postscript(line.text):
            break
    return len(lines)


def _drawn(lines: Sequence[Line], parts: Sequence[Part], now: Sequence[int]) -> int:
    """Below a drawn line: a few short lines of which one tells how to reach somebody, and no sentence."""
    block: list[str] = []
    for place in reversed(now[-9:]):
        text = lines[place].text
        if Part.QUOTE in parts[place : now[-1]]:
            break
        if split_marks.is_rule(text) and len(text) >= _RULE_SIGNS:
            if block:
                return place if _is_card(block) and place > now[0] else len(lines)
            continue  # a signature in a frame
        if len(text) > 78 or text.endswith("?") or len(text.split()) > 9 or _postscript(text):
            break
        block.append(text)
    return len(lines)


def _is_card(block: Sequence[str]) -> bool:
    """``block`` is what stands below a rule, the last line first: a name, and how to reach it, by more than a link."""
    if len(block) == 1:
        return _NAMED_ADDRESS.fullmatch(block[0]) is not None
    return _NAMED.match(block[-1]) is not None and any(_ADDRESS.search(text) or _PHONE.search(text) for text in block)


def _postscript(text: str) -> bool:
    return text[:5].replace(".", "").replace(" ", "").upper().startswith(("PS:", "PS", "PPS", "ЗЫ", "追伸"))
