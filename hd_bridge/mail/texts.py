"""The text of a mail: its segments as one plain text and as one HTML body, each decoded and cleaned. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape, unescape

from hd_bridge.mail.body import html_to_text
from hd_bridge.mail.charset import decode
from hd_bridge.mail.enriched import ENRICHED, unenriched
from hd_bridge.mail.flowed import clean, unflow
from hd_bridge.mail.parts import Part, Segment

# Plain text of this length may be no more than "your program cannot show HTML"; longer text is a text.
STUB = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """``plain`` is the whole text, ``html`` the whole HTML body or empty where no segment has one."""

    plain: str
    html: str


def read_texts(segments: Sequence[Segment]) -> Texts:
    """Both forms. Plain segments beside HTML ones are put into the HTML as they stand."""
    forms = [form for form in map(_forms, segments) if form[0].strip() or form[1].strip()]
    plain = "\n\n".join(text.strip("\n") for text in (_best(*form) for form in forms) if text.strip())
    if not any(html for _, html in forms):
        return Texts(plain=plain, html="")
    return Texts(plain=plain, html="\n".join(html or _as_html(text) for text, html in forms))


def _forms(segment: Segment) -> tuple[str, str]:
    """The segment as plain text and as HTML; either may be empty. A type that lies is not believed."""
    plain = _text(segment.plain) if segment.plain else ""
    html = _text(segment.html) if segment.html else ""
    if not html and plain[:200].lstrip().lower().startswith(("<!doctype html", "<html")):
        return "", plain
    if html and "<" not in html:
        return plain or unescape(html), ""
    return plain, html


def _best(plain: str, html: str) -> str:
    """The plain text, unless it is missing or a stub beside a real HTML text."""
    if not html or len(plain) > STUB:
        return plain
    text = html_to_text(html)
    return text if not plain.strip() or len(text) > 4 * len(plain) + STUB else plain


def _text(part: Part) -> str:
    text = clean(decode(part.content(), part.params.get("charset")))
    if part.media_type in ENRICHED:
        return unenriched(text, old=part.media_type == "text/richtext")
    if part.media_type == "text/plain" and part.params.get("format", "").lower() == "flowed":
        return unflow(text, delsp=part.params.get("delsp", "").lower() == "yes")
    return text


def _as_html(text: str) -> str:
    return "<div>" + escape(text).replace("\n", "<br>\n") + "</div>"


def first_charset(parts: Iterable[Segment]) -> str | None:
    """The charset that the first text declares: raw eight-bit header fields are mostly in the same."""
    for segment in parts:
        part = segment.plain or segment.html
        if part and part.params.get("charset"):
            return part.params["charset"]
    return None
