"""``hd-bridge journal``: the small memory itself. Touches the disk and the terminal."""

from __future__ import annotations

import typer
from rich.progress import Progress, TaskID

from hd_bridge.cli.out import CONFIG, ConfigOption, JsonOption, console, print_json, say
from hd_bridge.config import load
from hd_bridge.config.secrets import read_where_named
from hd_bridge.crew import nobody_else
from hd_bridge.journal.copy import copy_journal

app = typer.Typer(help="The journal itself.", no_args_is_help=True)


def register(main: typer.Typer) -> None:
    """Add the commands of this file."""
    main.add_typer(app, name="journal")


@app.callback()
def group() -> None:
    """The journal itself."""


@app.command("copy")
def copy(target: str, config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """Copy the journal into another, empty database (postgresql://… or sqlite:///…; env:NAME and file:PATH too).

    The daemon must be stopped. Afterwards write the new address into config.yaml, and keep keys.json.
    """
    settings = load(config)
    with nobody_else(settings), Progress(console=console(), disable=as_json) as bars:
        tasks: dict[str, TaskID] = {}

        def progress(table: str, done: int, rows: int) -> None:
            if table not in tasks:
                tasks[table] = bars.add_task(table, total=rows)
            bars.update(tasks[table], completed=done)

        mails = copy_journal(settings.journal.url, read_where_named(target, config.resolve().parent), progress)
    if as_json:
        print_json({"mails": mails})
    else:
        say(f"{mails} mails and all that belongs to them are copied; now change journal.url in config.yaml")
