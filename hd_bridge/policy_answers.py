"""How notes of agents become letters, and what else letters tell: what config.yaml says of it, once checked. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

EVERY, MARKED, BY_FIELD = "every", "marked", "field"
ASK, LETTER, NO = "ask", "letter", "no"
VOUCHED, TOKEN = "vouched", "token"
NOTE, TOLD_BY_FIELD = "note", "field:"


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUps:
    """Who is awaited, in the tracker: a custom ``field`` that says "us" or "customer", the status that a customer's
    mail sets on an open ticket, and the one that our answer sets; ``None``: none."""

    field: str | None = None
    on_customer: str | None = None
    on_answer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPolicy:
    """``send`` is "every" public note of an agent, those that are "marked" (they begin with ``!send``), or those of a
    ticket whose custom ``field`` says yes; ``projects`` have ways of their own.

    ``grace`` is the time in which a note can still be mended. ``statuses`` are templates of letters that tell a change
    of status, by its name in lower case. ``close_status`` is what ``!close`` sets (``None``: the first that ends a
    ticket). ``from_agent`` has letters come from "Ana from Example".
    ``quote``: the mail that is answered stands below the answer. Files over ``most_bytes`` in all do not travel.
    An agent's answer ``by_mail`` is believed where our mail server has "vouched" for its sender, or also for the
    "token" of the letter that it answers.
    ``tell`` is where a ticket says what became of a person's letter: "note", "field:NAME", or "" for nowhere.
    ``faq_field`` and ``noreply_field`` are custom fields that say what ``!faq`` and ``!noreply`` say.
    """

    send: str = EVERY
    field: str | None = None
    projects: tuple[tuple[str, str], ...] = ()
    grace: timedelta = timedelta(seconds=30)
    statuses: tuple[tuple[str, str], ...] = ()
    close_status: str | None = None
    faq_field: str | None = None
    noreply_field: str | None = None
    from_agent: bool = True
    quote: bool = True
    marker: bool = True
    most_bytes: int = 10 * 2**20
    related: str = ASK
    by_mail: str = VOUCHED
    tell: str = ""

    def way(self, project: str) -> str:
        """Which notes of a project are sent."""
        return dict(self.projects).get(project, self.send)

    @property
    def tell_field(self) -> str | None:
        """The custom field that says what became of a letter."""
        return self.tell.removeprefix(TOLD_BY_FIELD) if self.tell.startswith(TOLD_BY_FIELD) else None

    def letter_of(self, status: str) -> str:
        """The template that tells a status; "" for none."""
        return dict(self.statuses).get(status.casefold(), "")
