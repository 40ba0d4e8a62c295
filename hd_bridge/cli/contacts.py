"""``hd-bridge contacts``: who is who, what was dealt with, and putting it right. Touches the terminal."""

from __future__ import annotations

from typing import Annotated

import typer

from hd_bridge import app as house_app
from hd_bridge.cli.out import CONFIG, ConfigOption, JsonOption, complain, plain, print_json, say, table
from hd_bridge.config import load
from hd_bridge.contacts.company import company_of
from hd_bridge.ports import Journal
from hd_bridge.views import Acquaintance

app = typer.Typer(help="Who is who, and what was dealt with for them.", no_args_is_help=True)
WhoArgument = Annotated[str, typer.Argument(help="A contact's number, or one of their addresses.")]


def register(main: typer.Typer) -> None:
    """Add the commands of this file."""
    main.add_typer(app, name="contacts")


@app.command("list")
def list_contacts(
    words: Annotated[str, typer.Argument(help="What stands in a name, a company or an address.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many, last seen first.")] = 50,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Contacts, last seen first."""
    with house_app.journal_of(config) as journal:
        found = journal.contacts(words, limit + 1)
    shown = found[:limit]
    if as_json:
        for one in shown:
            print_json(_account(one))
        return
    if not shown:
        say("Nobody is known by that." if words else "Nobody has written yet.")
        return
    rows = [
        (
            one.contact.id,
            one.contact.name,
            one.contact.company,
            ", ".join(_addresses(one)),
            one.contact.ticket_count,
            f"{one.contact.last_seen:%Y-%m-%d}" if one.contact.last_seen else "",
        )
        for one in shown
    ]
    table("Contacts", ("number", "name", "company", "addresses", "tickets", "last seen"), rows)
    if len(found) > limit:
        say(f"only {limit} are shown; name some words, or a --limit", "yellow")


def _account(one: Acquaintance) -> dict[str, object]:
    return {**plain(one.contact), "failing": dict(one.failing)}


def _addresses(one: Acquaintance) -> list[str]:
    failing = dict(one.failing)
    return [f"{it} (mail to it fails: {failing[it]})" if it in failing else it for it in one.contact.addresses]


@app.command("show")
def show(who: WhoArgument, config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """One contact: addresses, company, language, and everything that was ever dealt with."""
    with house_app.journal_of(config) as journal:
        one = _known(journal, who)
        assert one.contact.id is not None, "it was read from the journal"
        dealings = journal.dealings(one.contact.id)
    if as_json:
        print_json({**_account(one), "history": dealings})
        return
    contact = one.contact
    say(f"{contact.id}  {contact.name or '(no name)'}" + (f", {contact.company}" if contact.company else ""), "bold")
    for address in _addresses(one):
        say(f"  {address}")
    say(f"  language {contact.language or 'not known'}, {contact.ticket_count} tickets")
    if contact.first_seen and contact.last_seen:
        say(f"  first seen {contact.first_seen:%Y-%m-%d}, last {contact.last_seen:%Y-%m-%d}")
    for dealing in dealings:
        number = f"#{dealing.ticket}" if dealing.ticket else "no ticket yet"
        state = f", {dealing.status}" if dealing.status else ""
        say(f"  {dealing.opened_at:%Y-%m-%d}  {number}{state}: {dealing.subject}", "dim" if dealing.closed else "")


@app.command("merge")
def merge(
    keep: Annotated[str, typer.Argument(help="The contact that stays: a number, or an address.")],
    gone: Annotated[str, typer.Argument(help="The contact that becomes part of it.")],
    config: ConfigOption = CONFIG,
) -> None:
    """Two contacts are one person: addresses and history come together; what the first lacks the second fills in."""
    with house_app.journal_of(config) as journal:
        first, second = _known(journal, keep).contact, _known(journal, gone).contact
        assert first.id is not None and second.id is not None, "they were read from the journal"
        if not journal.merge_contacts(first.id, second.id):
            complain(f"{keep} and {gone} are one contact already (number {first.id})")
            raise typer.Exit(1)
    names = " and ".join(f"“{it.name or it.addresses[0]}”" for it in (first, second))
    say(
        f"{names} are one contact now, number {first.id}; “hd-bridge contacts split ADDRESS” takes an address off again"
    )


@app.command("split")
def split(
    address: Annotated[str, typer.Argument(help="The address that is somebody else's.")],
    name: Annotated[str, typer.Option(help="Their name; else the one that their mails bear.")] = "",
    config: ConfigOption = CONFIG,
) -> None:
    """An address is another person's: it becomes a contact of its own, with the tickets that it began."""
    free_mail = load(config).policy().free_mail
    wanted = address.strip().lower()
    with house_app.journal_of(config) as journal:
        before = _known(journal, wanted).contact
        new = journal.split_contact(wanted, name, company_of(wanted, free_mail))
    if new is None:
        complain(f"{wanted} is the only address of contact {before.id}: there is nothing to split")
        raise typer.Exit(1)
    say(f"{wanted} is contact {new} now, no longer part of {before.id}")


def _known(journal: Journal, who: str) -> Acquaintance:
    """The contact that is meant; else this is the end of the command."""
    wanted = who.strip().lower()
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 18:
        id: int | None = int(wanted)
    else:
        found = journal.contact(wanted)
        id = found.id if found else None
    one = journal.acquaintance(id) if id is not None else None
    if one is None:
        complain(f"no contact has the number or address {who}; “hd-bridge contacts list” shows them")
        raise typer.Exit(1)
    return one
