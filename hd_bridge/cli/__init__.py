"""The command line: one file a group of commands. Touches the terminal."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

from hd_bridge import __version__
from hd_bridge.cli import after_loss, demo, desk, explain, held, journal, run, show
from hd_bridge.cli.out import complain, say
from hd_bridge.errors import BridgeError, Busy, ConfigError, JournalError

app = typer.Typer(
    name="hd-bridge",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for group in (run, explain, show, demo, after_loss):
    group.register(app)
app.add_typer(held.app, name="held")
app.add_typer(desk.app, name="desk")
app.add_typer(journal.app, name="journal")


def _say_version(wanted: bool) -> None:
    if wanted:
        say(f"hd-bridge {__version__}")
        raise typer.Exit


VersionOption = Annotated[
    bool, typer.Option("--version", help="Say which version this is.", callback=_say_version, is_eager=True)
]


@app.callback()
def options(version: VersionOption = False) -> None:
    """Customer support inside your Redmine-style tracker: mails become tickets, every ticket has a page."""


STATUS = {ConfigError: 2, JournalError: 3, Busy: 4}  # everything else that is ours: 1


def main() -> None:
    """Run a command; what is wrong is said in words, and the exit status tells its kind."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal of another encoding: signs get lost, no command
    try:
        app()
    except ConfigError as error:
        for mistake in error.mistakes:
            complain(mistake)
        sys.exit(STATUS[ConfigError])
    except BridgeError as error:
        complain(str(error))
        sys.exit(STATUS.get(type(error), 1))
