"""``hd-bridge block``, ``unblock`` and ``blocked``: senders whose mail is ignored. Touches the terminal."""

from __future__ import annotations

import getpass
from pathlib import Path

import typer

from hd_bridge import app as house_app
from hd_bridge.cli.out import CONFIG, ConfigOption, JsonOption, ago, complain, print_json, say
from hd_bridge.clock import SystemClock
from hd_bridge.config import load
from hd_bridge.mail.senders import listed, sender_pattern
from hd_bridge.policy import Policy

listing = typer.Typer(help="Senders whose mail is ignored.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("block")(block)
    app.command("unblock")(unblock)
    app.add_typer(listing, name="blocked")


@listing.callback()
def group() -> None:
    """Senders whose mail is ignored."""


@listing.command("list")
def list_blocked(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """Every address and domain that is blocked, by config.yaml or by command."""
    configured = load(config).policy().blocked
    with house_app.journal_of(config) as journal:
        by_command = journal.blocked()
    if as_json:
        for pattern in configured:
            print_json({"pattern": pattern, "since": None, "by": "config.yaml"})
        for one in by_command:
            print_json(one)
        return
    now = SystemClock().now()
    for pattern in configured:
        say(f"{pattern}  in config.yaml")
    for one in by_command:
        say(f"{one.pattern}  {ago(one.since, now)} by {one.by}")
    if not configured and not by_command:
        say("Nobody is blocked.")


def block(sender: str, config: ConfigOption = CONFIG) -> None:
    """Ignore mail from an ADDRESS, or from a DOMAIN with all below it, from now on. What came before stays."""
    pattern = _pattern(sender)
    settings = load(config)
    if ours := _ours(settings.policy(), pattern):
        complain(f"{pattern} would block {ours}, which is one of our own; name the sender more closely")
        raise typer.Exit(1)
    _writable(config)
    with house_app.journal_of(config) as journal:
        fresh = journal.block(pattern, getpass.getuser(), SystemClock().now())
    say(f"{pattern}: blocked; its mail is ignored from now on" if fresh else f"{pattern}: was blocked already")


def unblock(sender: str, config: ConfigOption = CONFIG) -> None:
    """Take mail from an ADDRESS or a DOMAIN again."""
    pattern = _pattern(sender)
    _writable(config)
    with house_app.journal_of(config) as journal:
        gone = journal.unblock(pattern)
    if gone:
        say(f"{pattern}: taken again from now on")
        return
    where = "config.yaml blocks it: take it out there" if pattern in load(config).policy().blocked else _not_blocked()
    complain(f"{pattern} is not blocked by command; {where}")
    raise typer.Exit(1)


def _not_blocked() -> str:
    return "“hd-bridge blocked list” shows what is"


def _pattern(sender: str) -> str:
    pattern = sender_pattern(sender)
    if pattern is None:
        raise typer.BadParameter(f"{sender} is neither an address nor a domain; expected jo@example.com or example.com")
    return pattern


def _ours(policy: Policy, pattern: str) -> str | None:
    """One of our own addresses that a pattern means."""
    people = (agent.address for agent in policy.agents.people if agent.address)
    everybody = (f"everybody@{domain}" for domain in sorted(policy.agents.domains))
    own = (*sorted(policy.own_addresses), *people, *everybody)
    return next((address for address in own if listed((pattern,), address)), None)


def _writable(config: Path) -> None:
    if not load(config).journal.exists:
        complain("there is no journal yet; the first “hd-bridge run” makes it, or write it into config.yaml (blocked:)")
        raise typer.Exit(1)
