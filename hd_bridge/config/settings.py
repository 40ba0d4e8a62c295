"""All of config.yaml, checked and typed: what the wiring needs, and the policy that decisions need. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from hd_bridge.config.agents import AgentList, agents_of
from hd_bridge.config.answers import AnswerSettings
from hd_bridge.config.behaviour import (
    AcknowledgeSettings,
    AutomaticSettings,
    BlockedSenders,
    CategorySettings,
    ContactSettings,
    FloodSettings,
    JournalSettings,
    LogSettings,
    OperatorSettings,
    ReadingSettings,
    ReopenSettings,
)
from hd_bridge.config.follow_ups import FollowUpSettings
from hd_bridge.config.mailboxes import MailboxSettings
from hd_bridge.config.names import Slug
from hd_bridge.config.outbox import OutboxSettings
from hd_bridge.config.rules import RuleSettings
from hd_bridge.config.section import HerePath, Line, Section, default_path, omissible
from hd_bridge.config.site import FaqSettings, SiteSettings, TemplateSettings
from hd_bridge.config.tracker import TrackerSettings
from hd_bridge.config.trust import ParticipantSettings, TrustSettings
from hd_bridge.contacts.free_mail import FREE_MAIL
from hd_bridge.policy import Policy

Mailboxes = Annotated[tuple[MailboxSettings, ...], Field(min_length=1, description="a list of mailboxes")]


class Settings(Section):
    """One installation. ``site`` is ``None`` where no pages are published, ``operator`` where nobody is told.

    ``var`` is the folder for everything else that is written (lock file, demo mails), beside config.yaml.
    """

    instance: Slug = "hd-bridge"
    journal: JournalSettings = omissible()
    tracker: TrackerSettings = Field(description="a section with kind: embedded or redmine")
    mailboxes: Mailboxes
    outbox: OutboxSettings = Field(description="a section with kind: maildir or smtp")
    acknowledge: AcknowledgeSettings = omissible()
    reopen: ReopenSettings = omissible()
    answers: AnswerSettings = omissible()
    follow_ups: FollowUpSettings = omissible()
    automatic: AutomaticSettings = omissible()
    blocked: BlockedSenders = ()
    flood: FloodSettings = omissible()
    trust: TrustSettings = omissible()
    participants: ParticipantSettings = omissible()
    contacts: ContactSettings = omissible()
    categories: dict[Line, CategorySettings] = Field(default_factory=dict)
    site: SiteSettings | None = None
    templates: TemplateSettings = omissible()
    faq: FaqSettings = omissible()
    operator: OperatorSettings | None = None
    agents: AgentList = ()
    reading: ReadingSettings = omissible()
    log: LogSettings = omissible()
    rules: tuple[RuleSettings, ...] = ()
    var: HerePath = default_path("var")

    def policy(self) -> Policy:
        """The behaviour of the installation as plain values."""
        return Policy(
            instance=self.instance,
            mailboxes=tuple(box.policy() for box in self.mailboxes),
            rules=tuple(rule.rule() for rule in self.rules),
            acknowledge_within=self.acknowledge.within,
            acknowledge_passed_on=self.acknowledge.passed_on,
            reopen_status=self.reopen.status,
            reopen_within=self.reopen.within,
            follow_ups=self.follow_ups.policy(),
            automatic_allow=self.automatic.allow,
            blocked=self.blocked,
            flood=self.flood.policy(),
            free_mail=FREE_MAIL | frozenset(self.contacts.free_mail),
            caps=self.acknowledge.caps.policy(),
            fields=self.tracker.fields_.policy(),
            reply_within=tuple((name, category.reply_within) for name, category in self.categories.items()),
            site_url=self.site.base if self.site else "",
            faq_url=self.faq.url or "",
            markup=self.tracker.markup,
            agents=agents_of(self.agents),
            operator=self.operator.email if self.operator else None,
            bearer=self.trust.bearer,
            copied=self.participants.cc,
            answers=self.answers.policy(self.outbox.grace, self.outbox.tell),
            remind=self.operator.remind if self.operator else timedelta(weeks=1),
        )
