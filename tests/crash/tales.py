"""The tales that are told, each with its installation and the judge of its end. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from hd_bridge.people import Agent, Agents
from hd_bridge.policy import MailboxPolicy, Policy
from hd_bridge.policy_answers import NOTE, TOLD_BY_FIELD, AnswerPolicy
from tests.crash import agents_story, agents_truth, desk_story, desk_truth, story, truth
from tests.crash.stage import Stage
from tests.crash.story import Chapters
from tests.crash.truth import Truth
from tests.homes import POLICY, SUPPORT

SALES = MailboxPolicy(name="sales", address="sales@example.com", project="sales", afterwards="flag")


@dataclass(frozen=True, kw_only=True)
class Tale:
    """A story, its installation, and what tells at its end whether all is as it must be. ``least`` is how many points
    it must have."""

    name: str
    least: int
    chapters: Chapters
    policy: Policy
    judge: Callable[[Stage, bool], Truth]


MAIN = Tale(
    name="mails",
    least=171,
    chapters=story.CHAPTERS,
    policy=replace(POLICY, mailboxes=(SUPPORT, SALES), bearer="hold"),
    judge=truth.judge,
)
AGENTS = Tale(
    name="agents",
    least=171,
    chapters=agents_story.CHAPTERS,
    policy=replace(
        POLICY,
        mailboxes=(replace(SUPPORT, sent=agents_truth.SENT), SALES),
        answers=AnswerPolicy(tell=NOTE, statuses=(("in progress", "status-in-progress"),)),
    ),
    judge=agents_truth.judge,
)
DESK = Tale(
    name="desk",
    least=100,
    chapters=desk_story.CHAPTERS,
    policy=replace(
        POLICY,
        mailboxes=(replace(SUPPORT, authserv_id=desk_story.SERVER), SALES),
        agents=Agents(people=(Agent(address=desk_story.ANA, login="Ana"),)),
        answers=AnswerPolicy(tell=f"{TOLD_BY_FIELD}{desk_story.FIELD}"),
    ),
    judge=desk_truth.judge,
)
TALES = (MAIN, AGENTS, DESK)
