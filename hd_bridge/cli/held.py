"""``hd-bridge held``: what waits for a person, mails and steps. Touches the terminal."""

from __future__ import annotations

import typer

from hd_bridge import app as house_app
from hd_bridge.cli.out import CONFIG, ConfigOption, JsonOption, ago, complain, print_json, say
from hd_bridge.clock import SystemClock

app = typer.Typer(help="What waits for a person.", no_args_is_help=True)


def register(main: typer.Typer) -> None:
    """Add the commands of this file."""
    main.add_typer(app, name="held")


@app.command("list")
def list_held(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """Everything that is held, oldest first, and why."""
    with house_app.journal_of(config) as journal:
        items = journal.held()
    if as_json:
        for item in items:
            print_json(item)
        return
    if not items:
        say("Nothing waits for a person.")
        return
    now = SystemClock().now()
    for item in items:
        ticket = f", ticket #{item.ticket}" if item.ticket else ""
        say(f"{item.key}  {item.kind}{ticket}, {ago(item.since, now)}", "bold")
        say(f"  from {item.sender or '–'}: {item.subject or '–'}")
        say(f"  {item.why}")


@app.command("show")
def show_held(key: str, config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """One held mail or step: the whole trail that led there."""
    with house_app.journal_of(config) as journal:
        item = next((item for item in journal.held() if item.key.startswith(key)), None)
        mail = journal.mail(key.split("/")[0]) if item else None
    if item is None:
        complain(f"nothing that is held begins with {key}; “hd-bridge held list” shows what is")
        raise typer.Exit(1)
    if as_json:
        print_json({"held": item, "mail": mail})
        return
    say(f"{item.key} ({item.kind}): {item.why}", "bold")
    if mail is not None:
        say(f"from {mail.sender_name} <{mail.sender_email}>: {mail.subject}")
        for trace in mail.trail:
            say(f"  {trace.rule}: {trace.outcome} – {trace.evidence}", "dim")
        say(mail.reply)


@app.command("release")
def release(key: str, config: ConfigOption = CONFIG) -> None:
    """Let it go on: a held mail is decided anew as one that a person vouches for, a held step is tried again."""
    with house_app.journal_of(config) as journal:
        done = journal.release(key, SystemClock().now()) if "/" in key else journal.vouch(key)
    _said(done, key, "released; the daemon (or “hd-bridge run --once”) takes it from here")


@app.command("drop")
def drop(key: str, config: ConfigOption = CONFIG) -> None:
    """Take it off the list for good; the original of a mail stays in the journal."""
    with house_app.journal_of(config) as journal:
        if "/" in key:
            done = any(item.key == key for item in journal.held())
            if done:
                journal.drop(key, "dropped by a person")
        else:
            done = journal.dismiss(key, "Dropped by a person.", SystemClock().now())
    _said(done, key, "dropped")


def _said(done: bool, key: str, what: str) -> None:
    if not done:
        complain(f"nothing that is held has the key {key}; “hd-bridge held list” shows what is")
        raise typer.Exit(1)
    say(f"{key}: {what}")
