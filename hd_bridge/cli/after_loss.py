"""``hd-bridge after-loss``: puts together what was lost or restored. Touches the terminal."""

from __future__ import annotations

from dataclasses import asdict, replace

import typer
from rich.progress import Progress, TaskID

from hd_bridge import app as house_app
from hd_bridge.after_loss import repair
from hd_bridge.cli.out import CONFIG, ConfigOption, JsonOption, console, print_json, say
from hd_bridge.config import load
from hd_bridge.crew import FLEET, INSTANCE, KEYS, described, keep_keys, nobody_else

WORDS = {
    "originals": "mails found on tickets",
    "read_again": "mails read again that the journal had not",
    "decided": "mails decided",
    "found": "openings and notes found done",
    "due_again": "openings and notes gone from the tracker: due again",
    "letters_dropped": "letters not sent",
    "pages": "pages to publish anew",
    "unknown": "mails on tickets that are in no mailbox any more: replies to them become new tickets",
}


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("after-loss")(after_loss)


def after_loss(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """Put a lost or restored journal, or a restored tracker, together again.

    The daemon must be stopped. Nothing is mailed; it may be stopped anywhere and run again.
    """
    settings = load(config)
    with (
        nobody_else(settings),
        Progress("{task.description}", console=console(), disable=as_json) as bars,
    ):
        house_app.make_ready(settings)
        house = house_app.build(settings, new_keys=True)
        house.journal.set_meta(INSTANCE, house.ring.instance)
        tasks: dict[str, TaskID] = {}

        def tell(what: str, done: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what)
            bars.update(tasks[what], description=f"{what}: {done}")

        try:
            starts = {box.name: box.begins for box in settings.mailboxes}
            keys = settings.journal.keys
            done = repair(house, lambda new: keep_keys(house, keys, replace(house.ring, epoch=new)), starts, tell)
            house.journal.set_meta(KEYS, described(house.ring))
        finally:
            for box in house.boxes.values():
                box.close()
            house.close()
    if as_json:
        print_json(asdict(done))
        return
    for name, count in asdict(done).items():
        say(f"{count:>8}  {WORDS[name]}")
    if settings.journal.server:
        say(f"{settings.journal.keys} has changed. {FLEET}", "bold")
    say("Now start hd-bridge again: what is due is done then.", "bold")
