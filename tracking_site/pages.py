"""One page a ticket: what its customer may know of it, as one HTML file that needs nothing beside it. Pure.

Nothing on it comes from the tracker but number, status, due date, the agent's display name and moments in time.
It has no script and no relative address, so it may lie on any host under any path.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote as percent
from zoneinfo import ZoneInfo

from markupsafe import Markup

from hd_bridge.render_text import one_line
from hd_bridge.render_words import (
    LANGUAGES,
    Stage,
    day_words,
    estimated_words,
    moment_words,
    stage_of,
    stage_words,
    status_words,
    zone_words,
)
from hd_bridge.views import PageFacts
from hd_bridge.views_ticket import TicketRow
from tracking_site.assets import page_policy, stylesheet, templates
from tracking_site.passages import entries, passage
from tracking_site.words import SiteWords, spoken, words_of

__all__ = ["not_found_page", "stylesheet", "ticket_page"]

_ENDS = (Stage.SOLVED, Stage.CLOSED, Stage.DECLINED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """One step of the progress line; ``state`` is done, now or ahead."""

    label: str
    state: str
    state_words: str
    when: str = ""


def ticket_page(
    facts: PageFacts,
    *,
    language: str,
    timezone: str,
    team: str,
    address: str,
    now: datetime,
    faq_url: str = "",
    tag: str = "",
) -> bytes:
    """The page of a ticket, UTF-8. ``now`` is aware; ``team`` may be empty; ``tag`` is how a mail's subject names
    the ticket ("[Acme #123]")."""
    language, ticket = spoken(language), facts.ticket
    words, stage = words_of(language), _stage(ticket)
    subject = one_line(facts.subject) or words.no_subject
    team = one_line(team) or address
    page = templates().get_template("ticket.html.j2")
    return page.render(
        _common(language),
        words=words,
        team=team,
        address=address,
        mailto=_mailto(address, subject, tag or (f"[#{ticket.number}]" if ticket else "")),
        faq_url=faq_url if faq_url.startswith(("https://", "http://")) else "",
        number=ticket.number if ticket else None,
        subject=subject,
        stage=stage.value,
        status=status_words(language, ticket.status, ticket.closed) if ticket else stage_words(language, stage),
        sentence=words.stages[stage] if ticket else words.unnumbered,
        milestones=_milestones(facts, stage, language, timezone),
        expected=_expected(ticket, stage, language, timezone, now),
        agent=one_line(ticket.assignee or "") if ticket else "",
        passages=[passage(m, language=language, timezone=timezone, team=team) for m in facts.messages],
        entries=entries(facts.events, language=language, timezone=timezone),
        footnote=_footnote(words, language, timezone, now),
    ).encode()


def not_found_page() -> bytes:
    """What is shown where there is no page, in all languages: nobody knows who is asking."""
    told = [(language, words_of(language)) for language in LANGUAGES]
    return templates().get_template("missing.html.j2").render(_common("en"), told=told).encode()


@lru_cache
def _common(language: str) -> Mapping[str, object]:
    return {"language": language, "policy": page_policy(), "style": Markup(stylesheet().decode())}


def _stage(ticket: TicketRow | None) -> Stage:
    return stage_of(ticket.status, ticket.closed) if ticket else Stage.RECEIVED


def _milestones(facts: PageFacts, stage: Stage, language: str, timezone: str) -> tuple[Milestone, ...]:
    words, ticket = words_of(language), facts.ticket
    last = Stage.CLOSED if stage in (Stage.CLOSED, Stage.DECLINED) else Stage.SOLVED
    labels = [stage_words(language, each) for each in (Stage.RECEIVED, Stage.PROGRESS, last)]
    reached = 2 if stage in _ENDS else 0 if stage is Stage.RECEIVED else 1
    closed_on = ticket.closed_on if ticket and stage in _ENDS else None
    days = [_local_day(language, timezone, moment) for moment in (facts.opened_at, None, closed_on)]
    return tuple(
        _milestone(words, label, i, reached, day) for i, (label, day) in enumerate(zip(labels, days, strict=True))
    )


def _milestone(words: SiteWords, label: str, place: int, reached: int, when: str) -> Milestone:
    state = "done" if place < reached or reached == 2 else "now" if place == reached else "ahead"
    told = {"done": words.done, "now": words.now, "ahead": words.ahead}[state]
    return Milestone(label=label, state=state, state_words=told, when=when)


def _local_day(language: str, timezone: str, moment: datetime | None) -> str:
    return day_words(language, moment.astimezone(ZoneInfo(timezone)).date()) if moment else ""


def _expected(ticket: TicketRow | None, stage: Stage, language: str, timezone: str, now: datetime) -> str:
    due = ticket.due_date if ticket and stage not in _ENDS else None
    return estimated_words(language, timezone, now, due, None)


def _mailto(address: str, subject: str, tag: str) -> str:
    """A mailto address (RFC 6068) whose subject leads the answer back to its ticket."""
    return f"mailto:{percent(address, safe='@+')}?subject={percent(f'Re: {tag} {subject}'.replace('  ', ' '))}"


def _footnote(words: SiteWords, language: str, timezone: str, now: datetime) -> str:
    moment = moment_words(language, timezone, now)
    return words.footnote.replace("{moment}", moment).replace("{timezone}", zone_words(language, timezone))
