"""A letter's values as they might be, to look at templates with. Pure."""

from __future__ import annotations

from datetime import datetime

from hd_bridge.policy import MailboxPolicy, Policy
from hd_bridge.render_values import LetterValues
from hd_bridge.render_words import estimated_words, status_words

NOTES = {
    "textile": "the second page hides behind *Settings*:\n\n# Open the menu\n# Choose _Advanced_\n\n"
    "bq. Changes take effect at once.\n\n|_. Plan|_. Pages|\n|Basic|2|\n|Full|10|\n\n"
    '<pre>\nlog --since 1h\n</pre>\n\nMore in "the guide":https://www.example.com/guide.',
    "common_mark": "the second page hides behind **Settings**:\n\n1. Open the menu\n2. Choose *Advanced*\n\n"
    "> Changes take effect at once.\n\n| Plan | Pages |\n|---|---|\n| Basic | 2 |\n| Full | 10 |\n\n"
    "```\nlog --since 1h\n```\n\nMore in [the guide](https://www.example.com/guide).",
}


def sample_values(policy: Policy, mailbox: MailboxPolicy, language: str, now: datetime) -> LetterValues:
    """A customer and a ticket that nobody has, in the words of this installation."""
    within = next(iter(dict(policy.reply_within).values()), None)
    return LetterValues(
        now=now,
        timezone=mailbox.timezone,
        contact_first="Maria",
        contact_last="Oliveira",
        contact_name="Maria Oliveira",
        company="Padaria Sol",
        subject="Where is the second page?",
        tag=f"[{mailbox.project} #123]",
        ticket=123,
        status=status_words(language, "In Progress", False),
        category="General",
        estimated=estimated_words(language, mailbox.timezone, now, None, within),
        agent="Ana Souza",
        page_url=f"{policy.site_url}t/sample/" if policy.site_url else "",
        faq_url=policy.faq_url,
        quoted="I see only one page.\nWhere is the second?\n\nMaria",
        mailbox_name=mailbox.name,
        sender_name=mailbox.sender_name,
        address=mailbox.address,
        lines=("one mail is held", "the tracker refused a note on #12"),
        project=mailbox.project,
        agent_name="Ana Souza",
    )
