"""What a letter's template may use, with strangers' words made harmless. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from urllib.parse import quote as percent

from jinja2 import Undefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from hd_bridge.render_manners import greets, signs
from hd_bridge.render_text import bare_subject, excerpt, many_lines, one_line, person, quote
from hd_bridge.render_words import day_words, moment_words, plural_words

KINDS = ("first-answer", "follow-up", "in-progress", "waiting", "solved", "related")
_LONG = ("quoted", "signature", "body_text", "body_html")


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterValues:
    """All that a template may use, besides ``faq_link(section)``, ``plural(n, one=…, other=…)``, ``language``,
    ``greeted`` and ``signed`` (whether the agent did so by hand), and the filters ``day``, ``moment``, ``quote``,
    ``default("instead")`` and ``bare`` (a subject without "Re:" and ticket).

    ``tag`` is how a subject names its ticket ("[Acme #123]"), ``status`` and ``estimated`` are words for customers
    (render_words), ``now`` is aware and shown on the clock of ``timezone``. An empty text means: not known.

    ``mailbox_name``, ``project`` and ``kind`` also choose the templates (render.py). ``agent`` is the assignee,
    ``agent_name`` who wrote the note that the letter brings (letters/note.py makes ``body_text`` and ``body_html`` of
    it); ``left_out`` names files that did not travel, ``signature`` may have several lines. ``kind`` is one of KINDS
    or "". ``we_began``: the customer has not written yet. ``marker``: show the line above which customers answer.
    ``mark`` tells, in what they quote, which ticket it is about (mail/tokens.py).
    """

    now: datetime
    timezone: str = "UTC"
    contact_first: str = ""
    contact_last: str = ""
    contact_name: str = ""
    company: str = ""
    subject: str = ""
    tag: str = ""
    ticket: int | None = None
    status: str = ""
    category: str = ""
    estimated: str = ""
    agent: str = ""
    page_url: str = ""
    faq_url: str = ""
    quoted: str = ""
    mailbox_name: str = ""
    sender_name: str = ""
    address: str = ""
    lines: tuple[str, ...] = ()
    project: str = ""
    agent_name: str = ""
    signature: str = ""
    body_text: str = ""
    body_html: str = ""
    left_out: str = ""
    kind: str = ""
    is_first_answer: bool = False
    we_began: bool = False
    marker: bool = False
    mark: str = ""

    def faq_link(self, section: str = "") -> str:
        """The address of the FAQ, or of one section of it; empty where there is no FAQ."""
        anchor = re.sub(r"[\W_]+", "-", section.casefold()).strip("-")
        return f"{self.faq_url}#{percent(anchor)}" if self.faq_url and anchor else self.faq_url


def full_sample(now: datetime) -> LetterValues:
    """Values of which none is empty, to try templates with."""
    texts: dict[str, Any] = {f.name: f"«{f.name}»" for f in fields(LetterValues) if f.type == "str"}
    web = {"page_url": "https://support.example.com/t/sample/", "faq_url": "https://support.example.com/faq/"}
    body = {"body_html": "<p>«body_html»</p>", "is_first_answer": True, "marker": True, "kind": "follow-up"}
    return LetterValues(now=now, ticket=1, lines=("first", "second"), **{**texts, **web, **body, "timezone": "UTC"})


def context_of(values: LetterValues, language: str) -> dict[str, Any]:
    """The names that a template sees."""
    plain: dict[str, Any] = {f.name: getattr(values, f.name) for f in fields(values)}
    lines = {name: one_line(value) for name, value in plain.items() if isinstance(value, str) and name not in _LONG}
    names = {name: person(plain[name]) for name in ("contact_first", "contact_last", "contact_name")}
    return {
        **plain,
        **lines,
        **names,
        "quoted": excerpt(values.quoted),
        "signature": many_lines(values.signature).strip(),
        "body_text": many_lines(values.body_text).strip("\n"),
        "body_html": Markup(values.body_html),  # made harmless where it was made
        "greeted": greets(values.body_text),
        "signed": signs(values.body_text),
        "lines": tuple(one_line(line) for line in values.lines),
        "faq_link": values.faq_link,
        "language": language,
    }


@pass_context
def _day(context: Context, moment: datetime | date) -> str:
    return day_words(context["language"], moment)


@pass_context
def _moment(context: Context, moment: datetime) -> str:
    return moment_words(context["language"], context["timezone"], moment)


@pass_context
def _plural(context: Context, count: int, **forms: str) -> str:
    return plural_words(context["language"], count, forms)


@pass_context
def _bare(context: Context, subject: str) -> str:
    return bare_subject(subject, context["tag"])


def _default(value: Any, instead: Any = "") -> Any:
    """What is not known is empty here, not undefined: both get what stands in ``default("…")``."""
    return instead if isinstance(value, Undefined) or value in ("", None) else value


FILTERS: Mapping[str, Callable[..., Any]] = {
    "day": _day,
    "moment": _moment,
    "quote": quote,
    "bare": _bare,
    "default": _default,
    "d": _default,
}
GLOBALS: Mapping[str, Callable[..., str]] = {"plural": _plural}
