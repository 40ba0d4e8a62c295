"""Knows by which elements, classes and ids mail programs mark the mail that they quote. Pure."""

from __future__ import annotations

import re
from enum import Enum

from hd_bridge.mail.html_tree import Node


class Mark(Enum):
    """What an element says about quoting."""

    NONE = "none"
    CITED = "cited"  # all of it is quoted
    HOLDS = "holds"  # it holds a quote: what follows the blockquote in it was written now
    PERHAPS = "perhaps"  # a blockquote, which people use for indenting too
    DIVIDES = "divides"  # the quote begins here and goes to the end of the mail


_CITED = {
    "moz-cite-prefix",  # Thunderbird, the line above
    "gmail_attr",  # Gmail, the line above
    "yahoo_quoted",
    "ymail_quoted",
    "yahoo-quoted-begin",
    "messagereplysection",  # Spark
    "tutanota_quote",
    "mailspring-quote",
    "front-blockquote",
    "hs_reply",
    "zmail_extra",  # Zoho
    "wmquote",
    "mail-quote-collapse",  # mail.ru
    "js-helper-quote",
    "ox-quote",
    "ms-outlook-mobile-reference-message",
    "mail-editor-reference-message-container",  # Outlook web
    "isreplycontent",  # NetEase
    "hey_quote",
    "quotedtext",
    "olk_src_body_section",  # Outlook for Mac
}
_HOLDS = {"gmail_quote", "gmail_quote_container", "protonmail_quote", "gmail_extra_quote"}
_DIVIDES = {
    "divrplyfwdmsg",
    "zwchr",  # Zimbra, a rule
    "reply-intro",  # Roundcube
    "replyforwardheader",
    "stopspelling",  # Outlook for Mac
    "mailcontainerquote",
    "ymail_quote_begin",
    "lnkoutlookquote",
}
_BORDER = re.compile(r"border-top:\s?(?:solid\s?)?[^;]{0,20}(?:1(?:\.0)?pt|1px|windowtext)[^;]{0,30}", re.IGNORECASE)
_LABELLED = re.compile(r"^\W{0,3}[^\s:：][^:：\n]{0,24}[:：]", re.MULTILINE)


def names(node: Node) -> set[str]:
    """Classes, id and name of an element, lower case, without the ``x_`` that Outlook's web clients put before them."""
    found = f"{node.get('class')} {node.get('id')} {node.get('name')}"[:400].lower().split()
    return {re.sub(r"^(?:x_){1,9}", "", one) for one in found}


def mark(node: Node) -> Mark:
    """What an element says about quoting."""
    known = names(node)
    if known & _DIVIDES or (node.tag == "div" and _is_outlook_header(node)):
        return Mark.DIVIDES
    if known & _CITED:
        return Mark.CITED
    if node.tag == "blockquote":
        cited = node.get("type").lower() == "cite" or known & _HOLDS
        return Mark.CITED if cited else Mark.PERHAPS
    return Mark.HOLDS if known & _HOLDS else Mark.NONE


def _is_outlook_header(node: Node) -> bool:
    """Outlook's head of the mail answered: a line drawn above, then three labelled lines at least, in any language."""
    if not _BORDER.search(node.get("style")[:300]):
        return False
    return len(_LABELLED.findall(_beginning(node, 600))) >= 3


def _beginning(node: Node, most: int) -> str:
    """About ``most`` characters of the text in an element, with its line breaks."""
    pieces: list[str] = []
    stack, length, looked = [node], 0, 0
    while stack and length < most and looked < most:
        here = stack.pop()
        looked += 1
        piece = " ".join(here.text.split()) if not here.tag else "\n" if here.tag in ("br", "p", "div", "tr") else ""
        pieces.append(piece)
        length += len(piece)
        stack.extend(reversed(here.children[:most]))
    return "".join(pieces)
