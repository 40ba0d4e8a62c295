"""``hd-bridge faq``: answers that agents have kept for the FAQ by ``!faq``. Touches the terminal."""

from __future__ import annotations

from typing import Annotated

import typer

from hd_bridge import app as house_app
from hd_bridge.cli.out import CONFIG, ConfigOption, JsonOption, complain, print_json, say, table

app = typer.Typer(help="Answers kept for the FAQ.", no_args_is_help=True)


def register(main: typer.Typer) -> None:
    """Add the commands of this file."""
    main.add_typer(app, name="faq")


@app.command("list")
def list_drafts(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """Every answer that was kept, oldest first."""
    with house_app.journal_of(config) as journal:
        drafts = journal.faq_drafts()
    if as_json:
        for draft in drafts:
            print_json(draft)
        return
    rows = [(one.key, f"#{one.ticket}", one.category, one.language, one.question) for one in drafts]
    table("Kept for the FAQ", ("key", "ticket", "category", "language", "question"), rows)


@app.command("show")
def show(key: str, config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """One of them whole."""
    with house_app.journal_of(config) as journal:
        found = next((draft for draft in journal.faq_drafts() if draft.key == key), None)
    if found is None:
        complain(f"nothing is kept under {key}; “hd-bridge faq list” shows all")
        raise typer.Exit(1)
    if as_json:
        print_json(found)
        return
    say(found.question, "bold")
    say(f"#{found.ticket}, {found.category or 'no category'}, {found.language}", "dim")
    say(f"\n{found.answer}")


@app.command("drop")
def drop(key: Annotated[str, typer.Argument(help="As the list shows it.")], config: ConfigOption = CONFIG) -> None:
    """Let one go; nothing else is changed."""
    with house_app.journal_of(config) as journal:
        gone = journal.drop_faq(key)
    if not gone:
        complain(f"nothing is kept under {key}; “hd-bridge faq list” shows all")
        raise typer.Exit(1)
    say(f"{key} is kept no more")
