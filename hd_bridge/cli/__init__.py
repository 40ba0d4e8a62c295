"""The command line: one file a group of commands. Touches the terminal."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated

import typer

from hd_bridge import __version__
from hd_bridge.cli.out import complain, say
from hd_bridge.errors import BridgeError, Busy, ConfigError, JournalError

# In which file a command is; help shows them in this order.
FILES = {
    "run": "run",
    "check": "run",
    "explain": "explain",
    "replay": "replay",
    "show": "show",
    "status": "status",
    "waiting": "waiting",
    "demo": "demo",
    "after-loss": "after_loss",
    "held": "held",
    "outbox": "outbox",
    "block": "blocked",
    "unblock": "blocked",
    "blocked": "blocked",
    "contacts": "contacts",
    "faq": "faq",
    "desk": "desk",
    "templates": "templates",
    "journal": "journal",
    "keys": "keys",
}


def app_for(words: Sequence[str]) -> typer.Typer:
    """The command line as far as these words need it.

    Only the file of the command that they begin with is loaded: the daemon would wait half a second for web server,
    terminal pictures and all that the others import. Without a known command it is all of them, for the help.
    """
    app = typer.Typer(name="hd-bridge", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    app.callback()(options)
    named = FILES.get(words[0]) if words else None
    for file in [named] if named else dict.fromkeys(FILES.values()):
        import_module(f"hd_bridge.cli.{file}").register(app)
    return app


def _say_version(wanted: bool) -> None:
    if wanted:
        say(f"hd-bridge {__version__}")
        raise typer.Exit


VersionOption = Annotated[
    bool, typer.Option("--version", help="Say which version this is.", callback=_say_version, is_eager=True)
]


def options(version: VersionOption = False) -> None:
    """Customer support inside your Redmine-style tracker: mails become tickets, every ticket has a page."""


STATUS = {ConfigError: 2, JournalError: 3, Busy: 4}  # everything else that is ours: 1


def main() -> None:
    """Run a command; what is wrong is said in words, and the exit status tells its kind."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal of another encoding: signs get lost, no command
    try:
        app_for(sys.argv[1:])()
    except ConfigError as error:
        for mistake in error.mistakes:
            complain(mistake)
        sys.exit(STATUS[ConfigError])
    except BridgeError as error:
        complain(str(error))
        sys.exit(next((status for kind, status in STATUS.items() if isinstance(error, kind)), 1))
    except BrokenPipeError:  # whoever read our words has enough of them (head, less)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
