"""``hd-bridge show``: why a mail became what it is. Touches the terminal."""

from __future__ import annotations

import re

import typer

from hd_bridge import app as house_app
from hd_bridge.cli.out import CONFIG, ConfigOption, JsonOption, complain, plain, print_json, say
from hd_bridge.cli.telling import trail_lines, words_of
from hd_bridge.ports import Journal
from hd_bridge.views import MailSummary, StepSummary
from hd_bridge.work import State

MOST = 500  # steps of one ticket that are shown


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("show")(show)


def show(what: str, config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """The trail of a mail (KEY, or its beginning) or of a ticket ('#123'): verdicts, reasons, rules, steps, letters."""
    number = int(what.removeprefix("#")) if re.fullmatch(r"#[0-9]{1,18}|[0-9]{1,7}", what) else None
    with house_app.journal_of(config) as journal:
        if number is None:
            mail = journal.mail(what)
            mails: tuple[MailSummary, ...] = (mail,) if mail else ()
        else:
            mails = _show_ticket(journal, number, as_json)
        if not mails:
            complain(f"the journal knows no {what}; a mail's key is shown by “hd-bridge held list” and in the log")
            raise typer.Exit(1)
        for one in mails:
            _show_mail(journal, one, as_json)


def _show_ticket(journal: Journal, number: int, as_json: bool) -> tuple[MailSummary, ...]:
    """The ticket itself, and what no mail has led to; its mails, which are still to be shown."""
    known = journal.conversation_by_ticket(number)
    if known is None:
        return ()
    mails, ticket = journal.mails_of(known.id), journal.snapshot(number)
    keys = tuple(mail.key for mail in mails)
    steps = journal.steps(conversation=known.id, states=(), limit=MOST)
    others = tuple(step for step in steps if not step.key.startswith(keys))
    awaiting = next(iter(journal.awaiting(number)), None)
    if as_json:
        print_json(
            {
                "awaiting": awaiting,
                "ticket": number,
                "conversation": known,
                "snapshot": ticket,
                "steps": _whole(journal, others),
            }
        )
        return mails
    say(f"ticket #{number}: {known.subject}", "bold")
    if ticket is not None:
        names = {"assigned to": ticket.assignee, "category": ticket.category, "priority": ticket.priority}
        told = [f"{name} {value}" for name, value in names.items() if value]
        seen = len(ticket.notes)
        say(f"  {', '.join([ticket.status, *told])}; last changed {ticket.updated_on:%Y-%m-%d %H:%M} UTC")
        say(f"  {seen} note{'s' * (seen != 1)} seen: {', '.join(map(str, sorted(ticket.notes))) or 'none'}")
    say(f"  taking part: {', '.join(sorted(known.participants)) or 'nobody'}")
    if awaiting is not None:
        say(f"  awaiting {awaiting.who} since {awaiting.since:%Y-%m-%d %H:%M} UTC")
    if others:
        say("  what no mail has led to:")
    _show_steps(journal, others)
    say()
    return mails


def _show_mail(journal: Journal, mail: MailSummary, as_json: bool) -> None:
    steps = journal.steps_from(mail.key)
    if as_json:
        print_json({"mail": mail, "steps": _whole(journal, steps)})
        return
    ticket = f" → ticket #{mail.ticket}" if mail.ticket else ""
    say(f"{mail.key}  {mail.verdict or 'not decided yet'}{ticket}", "bold")
    say(f"  {mail.received_at:%Y-%m-%d %H:%M:%S} UTC by {mail.mailbox}, from {mail.sender_name} <{mail.sender_email}>")
    say(f"  {mail.subject}")
    say(f"  {mail.why}", "italic")
    if mail.verdict == "new":
        say("  to be acknowledged" if mail.acknowledge else f"  no acknowledgement: {mail.why_not_acknowledged}")
    say("  rules tried:" if mail.trail else "  no rule was tried")
    for line in trail_lines(mail.trail):
        say(f"    {line}", "dim")
    _show_steps(journal, steps)


def _show_steps(journal: Journal, steps: tuple[StepSummary, ...]) -> None:
    for step in steps:
        whole, at = journal.step(step.key), step.finished_at or step.due
        when = f" {at:%Y-%m-%d %H:%M:%S} UTC" if at else ""
        tries = f", {step.tries} tries" if step.tries > 1 else ""
        say(f"  {step.state:>8}{when}  {words_of(whole) if whole else step.kind}{tries}")
        if step.why and step.state != State.DONE:
            say(f"           {step.why}", "yellow")
        letter = journal.letter(step.key)
        if letter is not None:
            say(f"           “{letter.subject}” as {letter.message_id}", "dim")


def _whole(journal: Journal, steps: tuple[StepSummary, ...]) -> list[dict[str, object]]:
    """Steps with what they do, and what was said in letters."""
    return [{**plain(step), "plan": journal.step(step.key), "letter": _letter(journal, step.key)} for step in steps]


def _letter(journal: Journal, key: str) -> dict[str, object] | None:
    letter = journal.letter(key)
    if letter is None:
        return None
    return {"message_id": letter.message_id, "to": letter.to, "subject": letter.subject, "text": letter.text}
