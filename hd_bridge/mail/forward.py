"""Finds the mail within a mail that somebody passed on: who wrote it, when, about what, and the words above it. Pure.

``None`` stands for everything that is not clearly a forwarded mail with a sender's address: then the mail is taken as
it came, and nobody is made a customer by mistake.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_tz

from hd_bridge.mail.addresses import addr_spec
from hd_bridge.mail.body import html_after
from hd_bridge.mail.forward_dates import read_spoken_date
from hd_bridge.mail.html_lines import HtmlLine, lines_of
from hd_bridge.mail.html_tree import parse_html
from hd_bridge.mail.parse import parse
from hd_bridge.mail.split import split_reply
from hd_bridge.mail.split_heads import LOOKED_AT, Block, read_block
from hd_bridge.mail.split_lines import Line, plain_lines
from hd_bridge.mail.split_marks import divider, is_rule
from hd_bridge.mail.subjects import bare_subject, is_forward, means_forward
from hd_bridge.model import Address, Email, Forwarded

_MAILS = ("message/rfc822", "message/global")
_ADDRESS = re.compile(r"[\w.+%'=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_MAILTO = re.compile(r"\s?<mailto:[^>]{0,200}>", re.IGNORECASE)
_ID = re.compile(r"<[^<>\s]{1,200}@[^<>\s]{1,200}>")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """Where a passed-on mail begins: its divider or first field (``start``), its fields, its first line (``after``)."""

    start: int
    after: int
    block: Block


def unwrapped(email: Email) -> Forwarded | None:
    """The mail that this one passes on, in its text or as its one attached mail."""
    if email.automatic or email.bounce:
        return None
    return _inline(email) or _attached(email)


def _attached(email: Email) -> Forwarded | None:
    mails = [one for one in email.attachments if one.media_type in _MAILS]
    if len(mails) != 1:
        return None
    inner = parse(mails[0].content)
    if inner.sender is None or inner.automatic or inner.bounce:
        return None
    return Forwarded(
        sender=inner.sender,
        subject=inner.subject,
        date=inner.date,
        text=inner.reply,
        markup=inner.markup,
        comment=_comment(email.text.split("\n")),
        message_id=inner.message_id,
        attachments=inner.attachments,
    )


def _inline(email: Email) -> Forwarded | None:
    passed_on = is_forward(email.subject)
    html = lines_of(tree) if email.html and (tree := parse_html(email.html)) else []
    head = _find([one.line for one in html], email.subject, passed_on) if html else None
    if head:
        return _made(email, head, *_html_body(email, html, head))
    lines = plain_lines(email.text)
    head = _find(lines, email.subject, passed_on)
    if head is None:
        return None
    above, below = email.text.split("\n")[: head.start], email.text.split("\n")[head.after :]
    return _made(email, head, above, _unquoted(below), None)


def _html_body(email: Email, html: Sequence[HtmlLine], head: _Head) -> tuple[list[str], list[str], str | None]:
    above = [one.shown for one in html[: head.start]]
    below = html[head.after :]
    names: Mapping[str, str] = {one.content_id: one.name for one in email.attachments if one.content_id}
    markup = html_after(email.html, below[0].order, names) if below else ""
    return above, _unquoted([one.shown for one in below]), markup or None


def _made(email: Email, head: _Head, above: list[str], below: list[str], markup: str | None) -> Forwarded | None:
    fields = head.block.fields
    sender = _sender(fields.get("from", ""))
    if sender is None:
        return None
    month_first = head.block.sender_label == "from"
    return Forwarded(
        sender=sender,
        subject=fields.get("subject", "") or bare_subject(email.subject),
        date=read_spoken_date(fields.get("date", ""), _zone(email), month_first=month_first),
        text="\n".join(below).strip("\n"),
        markup=markup,
        comment=_comment(above),
        message_id=_message_id(email),
        attachments=email.attachments,
    )


def _find(lines: Sequence[Line], subject: str, passed_on: bool) -> _Head | None:
    """The first head; only a line that says "forwarded", or else the subject, makes a head one of a forward."""
    texts = [line.text for line in lines]
    for place, text in enumerate(texts):
        if not text:
            continue
        kind = divider(text)
        begin = place + 1 if kind else place
        while begin < len(texts) and (not texts[begin] or (kind and is_rule(texts[begin]))):
            begin += 1
        block = read_block(texts[begin : begin + LOOKED_AT])
        if kind == "forwarded" and not block.count and (notes := _of_notes(texts, begin)):
            return _Head(start=_above_rules(texts, place), after=notes[0], block=notes[1])
        if not block.is_whole:
            if kind == "forwarded" and "from" in block.fields:  # "Begin forwarded message:" with From and Date alone
                return _Head(start=place, after=begin + block.lines, block=block)
            if kind == "original":
                return None
            continue
        if kind != "forwarded" and (
            lines[begin].quote or not (passed_on and means_forward(subject, block.sender_label))
        ):
            return None
        return _Head(start=_above_rules(texts, place), after=begin + block.lines, block=block)
    return None


def _of_notes(texts: Sequence[str], begin: int) -> tuple[int, Block] | None:
    """Lotus Notes: who and when without labels, then To, cc and Subject; the line after them, and the fields."""
    for at in range(begin + 1, min(begin + 6, len(texts))):
        block = read_block(texts[at : at + LOOKED_AT])
        if {"to", "subject"} <= block.fields.keys() and "from" not in block.fields:
            who = " ".join(filter(None, texts[begin:at]))
            block.fields.update({"from": who, "date": _ADDRESS.sub(" ", who)})
            return at + block.lines, block
    return None


def _above_rules(texts: Sequence[str], place: int) -> int:
    while place > 0 and (not texts[place - 1] or is_rule(texts[place - 1])):
        place -= 1
    return place


def _unquoted(lines: list[str]) -> list[str]:
    """Without the ``>`` that some programs put before every line of what they pass on."""
    filled = [line for line in lines if line.strip()]
    if not filled or not all(line.lstrip().startswith(">") for line in filled):
        return lines
    return [line.lstrip().removeprefix(">").removeprefix(" ") for line in lines]


def _comment(above: list[str]) -> str:
    """The words of the one who passes on, without his signature."""
    text = "\n".join(line.rstrip() for line in above).strip("\n")
    return "" if text.startswith("--\n") or text == "--" else split_reply(text)[0].strip()


def _sender(value: str) -> Address | None:
    """ "Jo Doe <jo@x.example>", "Jo Doe [mailto:jo@x.example]" and their like; an address is a must."""
    bare = _MAILTO.sub("", value[:400])
    found = _ADDRESS.search(bare)
    address = addr_spec(found[0]) if found else None
    if found is None or address is None:
        return None
    name = re.sub(r"(?i)[\[(<]\s?(?:mailto:)?\s?$", "", bare[: found.start()]).strip(" \t\"'*_,;:<[(|“”„«»")
    if not name and (after := re.match(r"[>\])\s]{0,3}\(([^()]{1,100})\)", bare[found.end() :])):
        name = after[1].strip()  # jo@x.example (Jo Doe)
    return Address(name="" if addr_spec(name) == address else name[:200], email=address)


def _zone(email: Email) -> timedelta | None:
    """Heads tell the time where the forwarding program stands; its own Date field says where that is."""
    parsed = parsedate_tz(email.header("date")[:200])
    seconds = parsed[9] if parsed else None
    return None if seconds is None else timedelta(seconds=seconds)


def _message_id(email: Email) -> str | None:
    """What Thunderbird says in a field of its own, and others by answering the mail that they pass on."""
    said = _ID.search(email.header("x-forwarded-message-id")[:1000])
    if said:
        return said[0]
    return email.in_reply_to[-1] if email.in_reply_to else None
