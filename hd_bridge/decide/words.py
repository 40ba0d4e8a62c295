"""The words that a plan writes into the tracker: subjects, descriptions, notes. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from hd_bridge.contacts import card
from hd_bridge.decide.facts import Case
from hd_bridge.decide.passed_on import PassedOn
from hd_bridge.mail.kinds import FOR_AGENTS
from hd_bridge.mail.split_marks import sent_from
from hd_bridge.mail.subjects import is_forward
from hd_bridge.model import Attachment, Bounce, Contact, Email, Match
from hd_bridge.tracker.markup import from_common_mark, quote_marked, quote_plain

# The names of originals (perform/uploads.py), by which a mail is known to be on a ticket.
_ORIGINAL = re.compile(r"mail-[0-9a-f]{24}\.(eml|txt)", re.IGNORECASE)
SUBJECT_LIMIT = 255  # Redmine: longer ones are refused (issue.rb, validates_length_of :subject)


def ticket_subject(subject: str) -> str:
    """A mail's subject as a ticket's: one line, never empty, within the tracker's limit."""
    line = " ".join(subject.split()) or "(no subject)"
    return line if len(line) <= SUBJECT_LIMIT else line[: SUBJECT_LIMIT - 1] + "…"


def language_of(case: Case) -> str:
    """The language of letters: the contact's, the mail's, the mailbox's, in this order."""
    contact = case.facts.contact
    return (contact.language if contact else None) or case.email.language or case.facts.mailbox.language


def upload_name(attachment: Attachment) -> str:
    """The name of a file on its ticket. Inline images carry a piece of their digest, because the tracker shows the
    latest file of a name wherever a text names it, and every second mail has an image001.png.

    A customer's file must not pass for an original: the mail of that key would count as received there.
    """
    if _ORIGINAL.fullmatch(attachment.name):
        return f"attached-{attachment.name}"
    if not attachment.inline:
        return attachment.name
    path = PurePosixPath(attachment.name)
    return f"{path.stem}-{attachment.sha256[:8]}{path.suffix}"


def body(case: Case) -> str:
    """What the customer wrote now, in the tracker's markup, with its live syntax made harmless."""
    email, markup = case.email, case.policy.markup
    if email.markup is None:
        return exchange(email.passages, markup) if email.passages else quote_plain(email.reply, markup)
    names = {attachment.name: upload_name(attachment) for attachment in email.attachments}
    return from_common_mark(email.markup, markup, names)


def exchange(passages: Sequence[tuple[bool, str]], markup: str) -> str:
    """Answers with the quoted lines that they answer, told apart: "Yes." alone tells an agent nothing."""
    told = ((quote_marked if quoted else quote_plain)(text, markup) for quoted, text in passages)
    return "\n\n".join(filter(None, told))


def description(case: Case, contact: Contact | None) -> str:
    """A new ticket's text: the card, the customer's words, and what the mail quoted."""
    email, markup = case.email, case.policy.markup
    parts = []
    if contact is not None and email.sender is not None:
        language = case.facts.mailbox.language
        parts.append(card(contact, email.sender, case.facts.page_url, markup, lang=language))
    parts.append(body(case) or "(no text)")
    if not email.passages:
        parts += quoted_below(email, markup)
    return "\n\n".join((*parts, *remarks(email, markup)))


def quoted_below(email: Email, markup: str) -> list[str]:
    """What a mail quotes or passes on below its own words, under a line; nothing where that is a signature."""
    if not email.quoted.strip() or _is_signature(email.quoted):
        return []
    return ["----" if markup == "textile" else "---", quote_plain(email.quoted, markup)]


def _is_signature(quoted: str) -> bool:
    """Whether nothing was quoted but the sender's signature (RFC 3676 §4.3) or his telephone's; the original has it."""
    first = quoted.strip().partition("\n")[0].rstrip()
    return (first == "--" or sent_from(first)) and not any(line.startswith(">") for line in quoted.splitlines())


def note(case: Case) -> str:
    """A follow-up's text: who writes, and their words now."""
    email, markup = case.email, case.policy.markup
    who = email.sender.name if email.sender else ""
    lead = quote_plain(f"{who} ({case.sender})" if who and who != case.sender else case.sender, markup)
    below = quoted_below(email, markup) if is_forward(email.subject) else []  # sent on so that we read it
    return "\n\n".join(part for part in (lead, body(case) or "(no text)", *below, *remarks(email, markup)) if part)


def remarks(email: Email, markup: str) -> list[str]:
    """What agents must know of a mail that is not in its text: that it is encrypted, or a file could not be opened."""
    said = (one.removeprefix(FOR_AGENTS) for one in email.defects if one.startswith(FOR_AGENTS))
    return [quote_plain(one, markup) for one in said]


def bearer_note(case: Case) -> str:
    """A mail for agents alone, and how its sender is let in. Its files would be public on the ticket: they stay out."""
    email, markup = case.email, case.policy.markup
    sender = case.sender or "nobody"
    said = [note(case)]
    names = ", ".join(upload_name(file) for file in email.attachments)
    if names:
        said.append(quote_plain(f"Its files are not here: {names}", markup))
    who = quote_plain(sender, markup)
    why = f"It answers a letter of this ticket, but {who} is not on it: a second address of the customer's, or"
    why += f" somebody to whom a letter was passed on. If they belong here, write !accept {who} in a note."
    said.append(f"{why} Nobody but you has seen it. To read it whole: hd-bridge show {email.key}")
    return "\n\n".join(said)


def agents_note(case: Case) -> str:
    """An agent's answer that came by mail, as the ticket shows it."""
    email, markup = case.email, case.policy.markup
    name = email.sender.name if email.sender else ""
    who = f"{name} ({case.sender})" if name and name != case.sender else case.sender
    return f"{quote_plain(f'{who} answered by mail:', markup)}\n\n{body(case) or '(no text)'}"


def agents_private_note(case: Case) -> str:
    """The same where it is not for the customer. Its files would be public on the ticket: they stay out."""
    names = ", ".join(upload_name(file) for file in case.email.attachments)
    missing = f"Its files are not here: {names}. To read it whole: hd-bridge show {case.email.key}" if names else ""
    return "\n\n".join(filter(None, (agents_note(case), quote_plain(missing, case.policy.markup))))


def stranger_note(match: Match) -> str:
    """Tells agents that a stranger's mail points at an earlier ticket."""
    return (
        f"This mail points at #{match.ticket} by {match.matched_by}, but its sender is not on that ticket."
        " It was therefore made a ticket of its own, and nothing of the other one was shown to them."
    )


def passed_on_note(passed: PassedOn, markup: str) -> str:
    """Tells agents who passed a mail on, with their own words."""
    who = f"{passed.by.name} ({passed.by.email})" if passed.by.name else passed.by.email
    return "\n\n".join(filter(None, (quote_plain(f"Passed on by {who}", markup), quote_plain(passed.comment, markup))))


def gone_note(match: Match) -> str:
    """Tells agents that the ticket which a mail answers was deleted."""
    return (
        f"This mail answers #{match.ticket} by {match.matched_by}, which was deleted since; it is a ticket of its own."
    )


def closed_note(match: Match) -> str:
    """Tells agents that the ticket which a mail answers was closed too long ago."""
    when = f" on {match.closed_at:%Y-%m-%d}" if match.closed_at else ""
    return f"This mail answers #{match.ticket}, which was closed{when}; it is a ticket of its own."


def later_note(match: Match) -> str:
    """Tells agents on a closed ticket where its customer's new mail is."""
    return "Its customer wrote again. As this ticket was closed long ago, that is {ticket}."


def bounce_note(bounce: Bounce, markup: str) -> str:
    """Tells agents that a letter did not arrive; the addresses are a stranger's words."""
    whom = ", ".join(bounce.failed) or "the customer"
    end = ", and never will be: the address is marked as failing." if bounce.permanent else " for now."
    return quote_plain(f"Our letter to {whom} could not be delivered{end}", markup)
