"""``hd-bridge explain``: what would become of mails, and why; writes nothing. Touches the disk and the terminal."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import typer

from hd_bridge import app as house_app
from hd_bridge import consider
from hd_bridge.cli.out import CONFIG, ConfigOption, JsonOption, print_json, say
from hd_bridge.config import load
from hd_bridge.house import House
from hd_bridge.mail.key import receipt_key
from hd_bridge.mail.parse import parse
from hd_bridge.model import Address, Email
from hd_bridge.policy import MailboxPolicy
from hd_bridge.work import Plan, Received

MAX_SIZE, EXCERPT = 50 * 2**20, 256 * 1024  # bytes, as the mailboxes have them


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("explain")(explain)


def explain(
    files: Annotated[list[Path], typer.Argument(help="Mails as files (RFC 5322).", exists=True, dir_okay=False)],
    mailbox: Annotated[str, typer.Option(help="The mailbox they came to; else as addressed, else the first.")] = "",
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """What would become of these mails if they arrived now, and why. Nothing is written."""
    settings = load(config)
    for file in files:
        if not file.is_file():  # reading from a pipe or a device may never end
            raise typer.BadParameter(f"{file} is not a plain file")
    with house_app.reading_house(settings) as house:
        for file in files:
            _explain(house, file, mailbox, as_json)


def _explain(house: House, file: Path, mailbox: str, as_json: bool) -> None:
    raw, truncated = _read(file)
    email = parse(raw)
    box = _mailbox(house, email, mailbox)
    key, _, _ = receipt_key(box.address, raw)
    email = dataclasses.replace(email, key=key)
    now = house.clock.now()
    received = Received(key=key, mailbox=box.name, place="", raw=raw, internal_date=now, received_at=now)
    received = dataclasses.replace(received, truncated=truncated)
    plan = consider.decide(house, email, received)
    if as_json:
        print_json({"file": str(file), **account(email, plan)})
    else:
        _tell(file, email, plan)


def _read(file: Path) -> tuple[bytes, bool]:
    """As a mailbox would give it: over the cap only the beginning."""
    with file.open("rb") as stream:
        if file.stat().st_size > MAX_SIZE:
            return stream.read(EXCERPT), True
        return stream.read(MAX_SIZE), False


def _mailbox(house: House, email: Email, name: str) -> MailboxPolicy:
    if name:
        found = next((box for box in house.policy.mailboxes if box.name == name), None)
        if found is None:
            known = ", ".join(box.name for box in house.policy.mailboxes)
            raise typer.BadParameter(f"there is no mailbox {name}; there are {known}")
        return found
    named = {*email.delivered_to, *(address.email for address in (*email.to, *email.cc))}
    fits = (box for box in house.policy.mailboxes if box.addresses & named)
    return next(fits, house.policy.mailboxes[0])


def account(email: Email, plan: Plan) -> dict[str, Any]:
    """Everything that is known of a mail and its plan, by the names of house.md's command line."""
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
            {"name": a.name, "media_type": a.media_type, "size": len(a.content), "sha256": a.sha256, "inline": a.inline}
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


def _tell(file: Path, email: Email, plan: Plan) -> None:
    say(f"{file}: {plan.verdict.value}", "bold")
    sender = f"{email.sender.name} <{email.sender.email}>" if email.sender else "(no sender)"
    say(f"  from {sender}: {email.subject}")
    say(f"  {plan.why}", "italic")
    say("  would be acknowledged" if plan.acknowledge else f"  no acknowledgement: {plan.why_not_acknowledged}")
    for step in plan.steps:
        say(f"  → {type(step).__name__} {step.key}")
    for trace in plan.trail:
        say(f"    {trace.rule}: {trace.outcome} – {trace.evidence}", "dim")
