"""``hd-bridge show`` and ``status``: why a mail became what it is, and how the house stands. Touches the terminal."""

from __future__ import annotations

import re

import typer

from hd_bridge import app as house_app
from hd_bridge.cli.out import CONFIG, ConfigOption, JsonOption, ago, complain, print_json, say, table
from hd_bridge.clock import SystemClock
from hd_bridge.ports import Journal
from hd_bridge.views import MailSummary
from hd_bridge.work import UNFINISHED, State


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("show")(show)
    app.command("status")(status)


def show(what: str, config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """The trail of a mail (KEY, or its beginning) or of a ticket ('#123'): verdict, reasons, steps, letters."""
    with house_app.journal_of(config) as journal:
        mails = _mails(journal, what)
        if not mails:
            complain(f"the journal knows no {what}; a mail's key is shown by “hd-bridge held list” and in the log")
            raise typer.Exit(1)
        for mail in mails:
            _show(journal, mail, as_json)


def _mails(journal: Journal, what: str) -> tuple[MailSummary, ...]:
    if re.fullmatch(r"#[0-9]{1,18}|[0-9]{1,7}", what):
        known = journal.conversation_by_ticket(int(what.removeprefix("#")))
        return journal.mails_of(known.id) if known else ()
    mail = journal.mail(what)
    return (mail,) if mail else ()


def _show(journal: Journal, mail: MailSummary, as_json: bool) -> None:
    steps = journal.steps(conversation=mail.conversation, states=(), limit=200) if mail.conversation else ()
    own = [step for step in steps if step.key.startswith(mail.key)]
    if as_json:
        print_json({"mail": mail, "steps": own})
        return
    ticket = f" → ticket #{mail.ticket}" if mail.ticket else ""
    say(f"{mail.key}  {mail.verdict or 'not decided yet'}{ticket}", "bold")
    say(f"  {mail.received_at:%Y-%m-%d %H:%M:%S} UTC by {mail.mailbox}, from {mail.sender_name} <{mail.sender_email}>")
    say(f"  {mail.subject}")
    say(f"  {mail.why}", "italic")
    if mail.verdict == "new":
        say("  acknowledged" if mail.acknowledge else f"  not acknowledged: {mail.why_not_acknowledged}")
    for trace in mail.trail:
        say(f"    {trace.rule}: {trace.outcome} – {trace.evidence}", "dim")
    for step in own:
        why = f": {step.why}" if step.why else ""
        say(f"  {step.state:>8}  {step.kind} ({step.tries} tries){why}")


def status(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """Doors, queues, the oldest waiting item, the last success."""
    with house_app.journal_of(config) as journal:
        doors, tally = journal.doors(), journal.tally()
        waiting = journal.steps(conversation=None, states=UNFINISHED, limit=1)
        dropped = journal.steps(conversation=None, states=(State.DROPPED,), limit=20)
    if as_json:
        oldest = waiting[0] if waiting else None
        print_json({"doors": doors, "tally": tally, "oldest": oldest, "dropped": dropped})
        return
    now = SystemClock().now()
    rows = [(d.name, "open" if d.open else "CLOSED", ago(d.since, now), ago(d.last_success, now), d.why) for d in doors]
    table("Doors", ("door", "state", "since", "last success", "why"), rows)
    table("Counts", ("what", "how many"), sorted(tally.items()))
    if waiting:
        say(f"oldest waiting: {waiting[0].key} since {ago(waiting[0].created_at, now)} {waiting[0].why}")
    for step in dropped:
        say(f"dropped: {step.key}: {step.why}", "yellow")
