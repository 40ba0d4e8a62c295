"""``hd-bridge explain``: what would become of mails, and why; writes nothing. Touches the disk and the terminal."""

from __future__ import annotations

import dataclasses
from contextlib import ExitStack
from typing import Annotated, Any

import typer

from hd_bridge import app as house_app
from hd_bridge import consider
from hd_bridge.cli.log import set_up_log
from hd_bridge.cli.named import named
from hd_bridge.cli.out import CONFIG, ConfigOption, JsonOption, as_json, complain, say
from hd_bridge.cli.telling import trail_lines, words_of
from hd_bridge.config import load
from hd_bridge.house import House
from hd_bridge.mail.key import receipt_key
from hd_bridge.mail.sources import Spot
from hd_bridge.model import Address, Email, Verdict
from hd_bridge.policy import MailboxPolicy
from hd_bridge.work import Plan, Received

MailboxOption = Annotated[str, typer.Option(help="The mailbox they came to; else as addressed, else the first.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("explain")(explain)


def explain(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE…",
            help="Mails (RFC 5322), mboxes, Maildirs, folders of them; - is standard input, @FILE a list of names.",
        ),
    ],
    mailbox: MailboxOption = "",
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """What would become of these mails if each of them arrived now, and why. Nothing is written.

    Exit status 1: a file could not be read; the others were explained.
    """
    settings = load(config)
    set_up_log("text", "warning")
    unreadable = 0
    with ExitStack() as stack:
        house = stack.enter_context(house_app.reading_house(settings))
        box = named_mailbox(house, mailbox)
        for spot in named(files, stack):
            email, plan, trouble = explained(house, spot, box)
            (_print if json else _tell)(spot.name, email, plan)
            if trouble:
                complain(f"{spot.name}: {trouble}")
                unreadable += 1
    raise typer.Exit(1 if unreadable else 0)


def named_mailbox(house: House, name: str) -> MailboxPolicy | None:
    """The mailbox that the command line names, if it names one."""
    found = next((box for box in house.policy.mailboxes if box.name == name), None)
    if name and found is None:
        known = ", ".join(box.name for box in house.policy.mailboxes)
        raise typer.BadParameter(f"there is no mailbox {name}; there are {known}")
    return found


def explained(house: House, spot: Spot, box: MailboxPolicy | None) -> tuple[Email, Plan, str]:
    """A mail, its plan, and why the file could not be read, if so: a file is never an end to those behind it."""
    try:
        if spot.trouble:
            raise OSError(0, spot.trouble)
        raw, truncated = spot.read()
    except OSError as error:
        why = error.strerror or type(error).__name__
        return *_unread(f"The file cannot be read ({why}).", f"unreadable: the file ({why})"), why
    email = read(house, raw)
    box = box or consider.addressed(house.policy, email)
    key, _, _ = receipt_key(box.address, raw)
    email = dataclasses.replace(email, key=key)
    now = house.clock.now()
    received = Received(
        key=key, mailbox=box.name, place="", raw=raw, internal_date=now, received_at=now, truncated=truncated
    )
    return email, consider.decide_or_hold(house, email, received), ""


def read(house: House, raw: bytes) -> Email:
    """A mail whose key is not known yet: that depends on the mailbox, which depends on what the mail says."""
    now = house.clock.now()
    return consider.read(house, Received(key="", mailbox="", place="", raw=raw, internal_date=now, received_at=now))


def _unread(why: str, defect: str) -> tuple[Email, Plan]:
    email = Email(key="", message_id=None, date=None, sender=None, defects=(defect,))
    return email, Plan(mail="", verdict=Verdict.HOLD, why=why, why_not_acknowledged="the verdict is hold")


def account(email: Email, plan: Plan) -> dict[str, Any]:
    """Everything that is known of a mail and its plan, by the names that programs rely on."""
    match = plan.match
    return {
        "key": email.key,
        "message_id": email.message_id,
        "date": email.date,
        "from": _address(email.sender) if email.sender else None,
        "to": [_address(address) for address in email.to],
        "cc": [_address(address) for address in email.cc],
        "reply_to": [_address(address) for address in email.reply_to],
        "subject": email.subject,
        "language": email.language,
        "text": email.text,
        "reply": email.reply,
        "quoted": email.quoted,
        "attachments": [
            {"name": a.name, "media_type": a.media_type, "size": a.size, "sha256": a.sha256, "inline": a.inline}
            for a in email.attachments
        ],
        "automatic": email.automatic is not None,
        "bounce": email.bounce,
        "verdict": plan.verdict.value,
        "why": plan.why,
        "acknowledge": plan.acknowledge,
        "why_not_acknowledged": plan.why_not_acknowledged,
        "ticket": {"id": match.ticket, "matched_by": match.matched_by, "trust": match.trust.value} if match else None,
        "plan": [{"step": type(step).__name__, **_shown(step)} for step in plan.steps],
        "trail": plan.trail,
        "defects": email.defects,
    }


def _address(address: Address) -> dict[str, str]:
    return {"name": address.name, "email": address.email}


def _shown(step: Any) -> dict[str, Any]:
    return {field.name: getattr(step, field.name) for field in dataclasses.fields(step)}


def _print(name: str, email: Email, plan: Plan) -> None:
    """At once: whoever reads a long run wants each line when it is known."""
    print(as_json({"file": name, **account(email, plan)}), flush=True)


def _tell(name: str, email: Email, plan: Plan) -> None:
    say(f"{name}: {plan.verdict.value}", "bold")
    sender = f"{email.sender.name} <{email.sender.email}>" if email.sender else "(no sender)"
    say(f"  from {sender}: {email.subject}")
    say(f"  {plan.why}", "italic")
    say("  would be acknowledged" if plan.acknowledge else f"  no acknowledgement: {plan.why_not_acknowledged}")
    for attachment in email.attachments:
        shown = ", shown in the text" if attachment.inline else ""
        say(f"  file {attachment.name} ({attachment.media_type}, {attachment.size} bytes{shown})")
    for step in plan.steps:
        say(f"  → {words_of(step)}")
    say("  rules tried:")
    for line in trail_lines(plan.trail):
        say(f"    {line}", "dim")
    for defect in email.defects:
        say(f"  noticed: {defect}", "dim")
