"""``hd-bridge held``: what waits for a person, mails and steps. Touches the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import typer

from hd_bridge import app as house_app
from hd_bridge.cli.out import CONFIG, ConfigOption, JsonOption, ago, complain, plain, print_json, say
from hd_bridge.clock import SystemClock
from hd_bridge.mail.senders import listed, sender_pattern
from hd_bridge.ports import Journal
from hd_bridge.views_guard import HeldItem

app = typer.Typer(help="What waits for a person.", no_args_is_help=True)

WOULD = {
    "unreadable": "the mail is decided again and taken as it is",
    "caps": "the mail is decided again and taken as far as it was read",
    "flood": "the mail is decided again as if its sender had sent few",
    "trust": "the mail is added to its ticket, and its sender takes part in it from then on",
    "old": "the mail is decided again, as new",
    "fault": "the mail is decided again",
    "refused": "the step is tried again",
}
RELEASED = "released; the daemon (or “hd-bridge run --once”) takes it from here"
CAUSES = "unreadable, caps, flood, trust, old, fault or refused"
FromOption = Annotated[str, typer.Option("--from", help="Only mails of an ADDRESS or a DOMAIN.")]
CauseOption = Annotated[str, typer.Option("--cause", help=f"Only what is held for this: {CAUSES}.")]
AllFromOption = Annotated[str, typer.Option("--all-from", help="All held mails of an ADDRESS or a DOMAIN.")]
KeyArgument = Annotated[str, typer.Argument(help="The key of one item, as “held list” shows it.")]


def register(main: typer.Typer) -> None:
    """Add the commands of this file."""
    main.add_typer(app, name="held")


@app.command("list")
def list_held(
    config: ConfigOption = CONFIG, as_json: JsonOption = False, sender: FromOption = "", cause: CauseOption = ""
) -> None:
    """Everything that is held, oldest first, why, and what its release would do. A flood takes one line a sender."""
    with house_app.journal_of(config) as journal:
        items = _chosen(journal, sender, cause)
    if as_json:
        for item in items:
            print_json({**plain(item), "release": WOULD[item.cause]})
        return
    if not items:
        say("Nothing waits for a person.")
    floods = Counter() if sender else Counter(item.sender for item in items if item.cause == "flood")
    told: set[str] = set()
    for item in items:
        if item.cause != "flood" or sender:
            _tell(item)
        elif item.sender not in told:
            told.add(item.sender)
            _tell_flood(item, floods[item.sender])


def _tell(item: HeldItem) -> None:
    ticket = f", ticket #{item.ticket}" if item.ticket else ""
    say(f"{item.key}  {item.kind}{ticket}, {item.cause}, {ago(item.since, SystemClock().now())}", "bold")
    say(f"  from {item.sender or '–'}: {item.subject or '–'}")
    say(f"  {item.why}")
    say(f"  released, {WOULD[item.cause]}", "dim")


def _tell_flood(first: HeldItem, mails: int) -> None:
    say(f"{mails} mails of {first.sender}, flood, the first {ago(first.since, SystemClock().now())}", "bold")
    say(f"  the first: {first.key}: {first.subject or '–'}")
    say(f"  hd-bridge held list --from {first.sender} shows each; held release --all-from {first.sender}, or held drop")


@app.command("show")
def show_held(key: str, config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """One held mail or step: the whole trail that led there, and what its release would do."""
    with house_app.journal_of(config) as journal:
        item = next((item for item in journal.held() if item.key.startswith(key)), None)
        mail = journal.mail(key.split("/")[0]) if item else None
    if item is None:
        complain(f"nothing that is held begins with {key}; “hd-bridge held list” shows what is")
        raise typer.Exit(1)
    if as_json:
        print_json({"held": item, "release": WOULD[item.cause], "mail": mail})
        return
    say(f"{item.key} ({item.kind}): {item.why}", "bold")
    say(f"released, {WOULD[item.cause]}")
    if mail is not None:
        say(f"from {mail.sender_name} <{mail.sender_email}>: {mail.subject}")
        for trace in mail.trail:
            say(f"  {trace.rule}: {trace.outcome} – {trace.evidence}", "dim")
        say(mail.reply)


@app.command("release")
def release(
    key: KeyArgument = "", all_from: AllFromOption = "", cause: CauseOption = "", config: ConfigOption = CONFIG
) -> None:
    """Let it go on: a held mail is decided anew as one that a person vouches for, a held step is tried again.

    With --all-from, every held mail of a sender but those held for trust: each of these wants a look of its own
    (--cause trust says that they had it).
    """
    with house_app.journal_of(config) as journal:
        keys = _keys(journal, key, all_from, cause, besides="trust")
        _said([one for one in keys if _release(journal, one)], keys, RELEASED)


@app.command("drop")
def drop(
    key: KeyArgument = "", all_from: AllFromOption = "", cause: CauseOption = "", config: ConfigOption = CONFIG
) -> None:
    """Take it off the list for good; the original of a mail stays in the journal."""
    with house_app.journal_of(config) as journal:
        keys = _keys(journal, key, all_from, cause)
        _said([one for one in keys if _drop(journal, one)], keys, "dropped")


def _release(journal: Journal, key: str) -> bool:
    return journal.release(key, SystemClock().now()) if "/" in key else journal.vouch(key)


def _drop(journal: Journal, key: str) -> bool:
    if "/" not in key:
        return journal.dismiss(key, "Dropped by a person.", SystemClock().now())
    if held := any(item.key == key for item in journal.held()):
        journal.drop(key, "dropped by a person")
    return held


def _keys(journal: Journal, key: str, all_from: str, cause: str, besides: str = "") -> list[str]:
    """The keys that a command means: the one that it names, or all held mails of a sender, or an archive."""
    if bool(key) == bool(all_from or cause == "old"):
        raise typer.BadParameter("expected the KEY of one item, --all-from ADDRESS, or --cause old")
    if key:
        return [key]
    mails = [item for item in _chosen(journal, all_from, cause) if item.kind == "mail"]
    return [item.key for item in mails if cause or item.cause != besides]


def _chosen(journal: Journal, sender: str, cause: str) -> Sequence[HeldItem]:
    if cause and cause not in WOULD:
        raise typer.BadParameter(f"there is no cause {cause}; expected {CAUSES}")
    pattern = sender_pattern(sender) if sender else ""
    if pattern is None:
        raise typer.BadParameter(f"{sender} is neither an address nor a domain; expected jo@example.com or example.com")
    fits = (item for item in journal.held() if not cause or item.cause == cause)
    return [item for item in fits if not pattern or listed((pattern,), item.sender)]


def _said(done: Sequence[str], keys: Sequence[str], what: str) -> None:
    if not done:
        named = f"has the key {keys[0]}" if keys else "fits"
        complain(f"nothing that is held {named}; “hd-bridge held list” shows what is")
        raise typer.Exit(1)
    say(f"{done[0]}: {what}" if len(keys) == 1 else f"{len(done)} mails: {what}")
