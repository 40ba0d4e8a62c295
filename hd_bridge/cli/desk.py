"""``hd-bridge desk``: the agent's side of the embedded tracker. Touches the disk and the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from hd_bridge import app as house_app
from hd_bridge.cli.out import CONFIG, ConfigOption, JsonOption, complain, print_json, say, table
from hd_bridge.config import load
from hd_bridge.errors import Refused
from hd_bridge.mail.addresses import addr_spec
from hd_bridge.tracker.embedded_desk import Desk

app = typer.Typer(help="The agent's side of the embedded tracker.", no_args_is_help=True)
TextOption = Annotated[str | None, typer.Option("--text", help="What to write; commands such as !close count.")]
FileOption = Annotated[str | None, typer.Option("--file", help="The same from a file; - reads standard input.")]
AttachOption = Annotated[
    list[Path] | None, typer.Option("--attach", help="A file that goes with it; as often as needed.")
]
AgentOption = Annotated[str | None, typer.Option("--as", help="Which of the agents writes.")]


def register(main: typer.Typer) -> None:
    """Add the commands of this file."""
    main.add_typer(app, name="desk")


@contextmanager
def _desk(config: Path, agent: str | None = None) -> Iterator[Desk]:
    """The desk, and in plain words what it will not do: there is no far side here."""
    settings = load(config)
    try:
        desk = house_app.desk(settings, agent)
        try:
            yield desk
        finally:
            desk.close()
    except Refused as refused:
        complain(refused.why)
        raise typer.Exit(1) from None


@app.command("list")
def list_tickets(
    everything: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Open tickets, the one that was touched longest ago first."""
    with _desk(config) as desk:
        tickets = desk.tickets(closed=everything)
    if as_json:
        for ticket in tickets:
            print_json(ticket)
        return
    rows = [(f"#{t.number}", t.status, t.priority, t.category or "", t.assignee or "", t.subject) for t in tickets]
    table("Tickets", ("number", "status", "priority", "category", "assignee", "subject"), rows)


@app.command("show")
def show(number: int, config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """One ticket whole: description, notes, files."""
    with _desk(config) as desk:
        ticket = desk.ticket(number)
    if ticket is None:
        complain(f"there is no ticket #{number}; “hd-bridge desk list --all” shows all")
        raise typer.Exit(1)
    if as_json:
        print_json(ticket)
        return
    say(f"#{ticket.number} {ticket.subject}", "bold")
    due = f", due {ticket.due_date}" if ticket.due_date else ""
    say(f"{ticket.status}, {ticket.priority}, {ticket.category or 'no category'}{due}", "dim")
    say(f"\n{ticket.description}\n")
    for note in ticket.notes:
        kind = " (private)" if note.private else ""
        say(f"— {note.user}, {note.created_on:%Y-%m-%d %H:%M} UTC{kind}", "cyan")
        for detail in note.details:
            say(f"  {detail.name}: {detail.old or '–'} → {detail.new or '–'}", "dim")
        if note.notes:
            say(note.notes + "\n")
    for one in ticket.relations:
        say(f"{one.kind.replace('_', ' ')} #{one.other}")
    for file in ticket.files:
        say(f"file {file.name} ({file.size} bytes)")


@app.command("page")
def page(
    project: str,
    title: Annotated[str | None, typer.Argument(help="Without it the titles of all pages are told.")] = None,
    write: Annotated[
        str | None, typer.Option(help="Give the page the text of this file; - reads standard input.")
    ] = None,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """A page of a project's wiki: read it, or write it. Saved answers are kept on one (answers: in config.yaml)."""
    text = None if write is None else _text_of(write)
    with _desk(config) as desk:
        if title is None:
            titles = desk.pages(project)
            for one in titles:
                print_json({"title": one}) if as_json else say(one)
            return
        found = desk.page(project, title) if text is None else desk.write_page(project, title, text)
    if found is None:
        complain(f"there is no page {title} in {project}; “hd-bridge desk page {project}” tells which there are")
        raise typer.Exit(1)
    if as_json:
        print_json(found)
    else:
        say(f"{found.title}, version {found.version} of {found.updated_on:%Y-%m-%d %H:%M} UTC", "bold")
        say(found.text if text is None else "")


def _text_of(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        complain(f"{file} cannot be read: {error.strerror if isinstance(error, OSError) else 'it is no UTF-8'}")
        raise typer.Exit(1) from None


@app.command("relate")
def relate(
    number: int,
    other: int,
    kind: Annotated[str, typer.Argument(help="relates, duplicates, blocks, precedes, …")] = "relates",
    config: ConfigOption = CONFIG,
) -> None:
    """Say how a ticket stands to another one."""
    with _desk(config) as desk:
        desk.relate(number, other, kind)
    say(f"#{number} {kind.replace('_', ' ')} #{other}")


@app.command("reply")
def reply(
    number: int,
    text: TextOption = None,
    file: FileOption = None,
    attach: AttachOption = None,
    private: Annotated[bool, typer.Option("--private", help="For the team alone; no letter.")] = False,
    status: Annotated[str | None, typer.Option(help="Set this status with it.")] = None,
    agent: AgentOption = None,
    config: ConfigOption = CONFIG,
) -> None:
    """Write on a ticket as an agent would: a public note is an answer, which the daemon sends to the customer.

    Commands stand in its first lines (!close, !cc, !later 3d), a line “!canned NAME” is a saved answer.
    """
    written, files = _written(text, file), _files(attach or [])
    if not written.strip() and not files and status is None:
        complain("there is nothing to write; say it by --text or --file, or give a file by --attach, or a --status")
        raise typer.Exit(1)
    with _desk(config, agent) as desk:
        desk.note(number, written, private=private, files=files, status=status)
    kept = private or not written.strip()
    after = "" if kept else "; it goes out after the time of grace, unless it is taken back"
    say(f"written on #{number}{after}")


@app.command("open")
def open_ticket(
    project: str,
    subject: str,
    customer: Annotated[str, typer.Option(help="The customer's e-mail address.")],
    text: TextOption = None,
    file: FileOption = None,
    attach: AttachOption = None,
    agent: AgentOption = None,
    config: ConfigOption = CONFIG,
) -> None:
    """Begin a ticket for a customer who has not written; what is said in it goes to them as a letter."""
    if addr_spec(customer) is None:
        complain(f"{customer} is no e-mail address; write it like jane@example.org")
        raise typer.Exit(1)
    written, files = _written(text, file), _files(attach or [])
    with _desk(config, agent) as desk:
        number = desk.open_ticket(project, subject, f"!customer {customer}")
        if written.strip() or files:
            desk.note(number, written, files=files)
    say(f"#{number} is open for {customer}")


def _written(text: str | None, file: str | None) -> str:
    if text is not None and file is not None:
        complain("--text and --file both say what to write; give one of them")
        raise typer.Exit(1)
    return _text_of(file) if file is not None else text or ""


def _files(attached: list[Path]) -> dict[str, bytes]:
    """The files by their names; two of one name could not be told apart on the ticket."""
    found: dict[str, bytes] = {}
    for path in attached:
        if path.name in found:
            complain(f"two files are called {path.name}; give one of them another name")
            raise typer.Exit(1)
        try:
            found[path.name] = path.read_bytes()
        except OSError as error:
            complain(f"{path} cannot be read: {error.strerror}")
            raise typer.Exit(1) from None
    return found


@app.command("close")
def close(
    number: int,
    note: Annotated[str, typer.Option(help="A note that goes with it.")] = "",
    config: ConfigOption = CONFIG,
) -> None:
    """Close a ticket as an agent would."""
    with _desk(config) as desk:
        desk.close_ticket(number, note)
    say(f"#{number} is closed")
