"""``hd-bridge waiting``: tickets that wait for an answer, the longest first. Touches the terminal."""

from __future__ import annotations

from typing import Annotated

import typer

from hd_bridge import app as house_app
from hd_bridge.cli.out import CONFIG, ConfigOption, JsonOption, ago, print_json, say, table
from hd_bridge.clock import SystemClock
from hd_bridge.views_following import US


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("waiting")(waiting)


def waiting(
    everything: Annotated[bool, typer.Option("--all", help="Those that wait for their customers too.")] = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Open tickets whose customers wait for us, the longest first."""
    with house_app.journal_of(config) as journal:
        found = [one for one in journal.awaiting() if everything or one.who == US]
    if as_json:
        for one in found:
            print_json(one)
        return
    if not found:
        say("nobody waits for an answer")
        return
    now = SystemClock().now()
    rows = [(f"#{o.ticket}", o.who, ago(o.since, now), o.status, o.assignee, o.subject) for o in found]
    table("Awaited", ("ticket", "who", "since", "status", "assigned to", "subject"), rows)
