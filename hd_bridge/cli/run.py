"""``hd-bridge run`` and ``check``: the daemon, and what is missing before it can run. Touches the terminal."""

from __future__ import annotations

import logging
import time
from contextlib import ExitStack
from itertools import chain
from typing import Annotated

import typer

from hd_bridge import app as house_app
from hd_bridge.arenas import spare_memory
from hd_bridge.checkup import findings
from hd_bridge.cli.log import set_up_log
from hd_bridge.cli.out import CONFIG, ConfigOption, JsonOption, print_json, say
from hd_bridge.cli.site import seen, served
from hd_bridge.config import Settings, load
from hd_bridge.crew import Crew, crew_of, same_keys
from hd_bridge.daemon import Daemon
from hd_bridge.errors import JournalAway
from hd_bridge.findings import Level
from hd_bridge.house import House
from hd_bridge.once import run_once
from hd_bridge.probe import probes

log = logging.getLogger("hd_bridge")

PATIENCE, AGAIN = 60.0, 2.0  # seconds for which a start waits for the journal's server, and between two tries


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("run")(run)
    app.command("check")(check)


def run(
    once: Annotated[bool, typer.Option("--once", help="Do everything that is due, then exit.")] = False,
    config: ConfigOption = CONFIG,
) -> None:
    """The daemon: watches the mailboxes until it is stopped (SIGTERM, Ctrl-C).

    With a PostgreSQL journal it may run on several machines at once, with the same config.yaml and keys.json.
    """
    settings = load(config)
    spare_memory()
    set_up_log(settings.log.format, settings.log.level)
    with ExitStack() as stack:
        crew, house = _opened(settings, stack)
        starts = {box.name: box.begins for box in settings.mailboxes}
        if once:
            log.info("received %d", run_once(house, starts, alone=crew.alone))
            raise typer.Exit(0)
        with served(settings):
            status = daemon_of(settings, house, crew).run()
    raise typer.Exit(status)


def _opened(settings: Settings, stack: ExitStack) -> tuple[Crew, House]:
    """Everything open, to be closed by the ``stack``. A journal's server that is out of reach is waited for: it may
    have been started with us. JournalAway after a minute, for its address may be wrong."""
    last = time.monotonic() + PATIENCE
    while True:
        try:
            with ExitStack() as opening:
                crew = opening.enter_context(crew_of(settings))
                house_app.make_ready(settings)
                crew.engine.prepare()
                house = house_app.build(settings, tell=crew.tell)
                opening.callback(house.close)
                same_keys(house)
                stack.push(opening.pop_all())
            return crew, house
        except JournalAway as away:
            if time.monotonic() > last:
                raise
            log.warning("%s; it is tried again", away)
        time.sleep(AGAIN)


def daemon_of(settings: Settings, house: House, crew: Crew) -> Daemon:
    """A daemon with the rhythm that the settings ask for."""
    return Daemon(
        house,
        starts={box.name: box.begins for box in settings.mailboxes},
        polls={box.name: box.waits.total_seconds() for box in settings.mailboxes},
        tick=settings.tracker.poll.total_seconds(),
        engine=crew.engine,
        seats=crew.seats,
        alone=crew.alone,
        digest_every=settings.operator.digest if settings.operator else None,
    )


def check(
    send: Annotated[bool, typer.Option("--send", help="Also mail each mailbox a test of its reply addresses.")] = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Log in everywhere, read-only, and say what is missing. Exit status 0: all well, 1: problems, 2: bad config."""
    settings = load(config)
    logging.basicConfig(level=logging.CRITICAL)  # what the daemon would log are findings here
    found = []
    with house_app.broken_house(settings) as (house, broken):
        looked_at = (broken, findings(house, house_app.unmade(settings)), seen(settings), probes(house) if send else ())
        for finding in chain(*looked_at):
            found.append(finding)
            if as_json:
                print_json(finding)
            else:
                style = {Level.OK: "green", Level.WARNING: "yellow", Level.PROBLEM: "red"}[finding.level]
                mend = f"\n          → {finding.mend}" if finding.mend else ""
                say(f"{finding.level.value:>8}  {finding.door}: {finding.text}{mend}", style)
    problems = sum(finding.level is Level.PROBLEM for finding in found)
    if not as_json:
        say(
            f"{settings.instance}: {problems} problem{'s' * (problems > 1)}"
            if problems
            else f"{settings.instance}: ready to run",
            "bold",
        )
    raise typer.Exit(1 if problems else 0)
