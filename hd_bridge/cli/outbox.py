"""``hd-bridge outbox``: letters on their way, and what a person may do to one. Touches the terminal."""

from __future__ import annotations

from datetime import datetime
from email import message_from_bytes
from typing import Annotated

import typer

from hd_bridge import app as house_app
from hd_bridge.cli.out import CONFIG, ConfigOption, JsonOption, ago, complain, print_json, say
from hd_bridge.clock import SystemClock
from hd_bridge.config import load
from hd_bridge.errors import BridgeError
from hd_bridge.perform.letters import preview
from hd_bridge.ports import Journal
from hd_bridge.views import LetterSummary
from hd_bridge.work import UNFINISHED, Letter, SendLetter, State

app = typer.Typer(help="Letters on their way: see them, hurry them, cancel them.", no_args_is_help=True)
MOST = 1000
NOTE = "note"  # the kind of what is not a letter yet, but an agent's note in its time of grace
RECENT = 20  # of those that were dropped
SHOWN = ("From", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To")
WhyOption = Annotated[str, typer.Option("--why", help="Why; it is kept with the letter.")]
KeyArgument = Annotated[str, typer.Argument(help="The letter's key, or its beginning.")]


def register(main: typer.Typer) -> None:
    """Add the commands of this file."""
    main.add_typer(app, name="outbox")


@app.command("list")
def list_letters(
    sent: Annotated[int, typer.Option("--sent", min=0, help="Also so many that were sent, the newest.")] = 0,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Letters on their way and held ones, with agents' notes that will be letters when their time of grace is over,
    oldest first, and the last ones that were dropped, each with the reason."""
    with house_app.journal_of(config) as journal:
        found = [
            *(journal.letters((State.DONE,), sent, newest=True) if sent else ()),
            *journal.letters((State.DROPPED,), RECENT, newest=True),
            *journal.letters((State.HELD, *UNFINISHED), MOST),
        ]
    if as_json:
        for letter in found:
            print_json(letter)
        return
    if not found:
        say("No letter is on its way.")
    now = SystemClock().now()
    for letter in found:
        _tell(letter, now)
    if len(found) >= MOST:
        say(f"only the oldest {MOST} are shown", "yellow")


def _tell(letter: LetterSummary, now: datetime) -> None:
    ticket = f", ticket #{letter.ticket}" if letter.ticket else ""
    say(f"{letter.key}  {letter.state}{ticket}, {ago(letter.created_at, now)}", "bold")
    by = "" if letter.automatic else ", written by a person"
    what = "an agent's note" if letter.kind == NOTE else f"{letter.kind} ({letter.template}, {letter.language}{by})"
    say(f"  {what} to {', '.join(letter.to) or 'nobody yet'}: {letter.subject or '–'}")
    told = [letter.why, _waits(letter), f"{letter.tries} tries" if letter.tries > 1 else ""]
    if any(told):
        say(f"  {'; '.join(filter(None, told))}", "yellow" if letter.state in (State.HELD, State.DROPPED) else "")


def _waits(letter: LetterSummary) -> str:
    """What it waits for, while it does."""
    if letter.state == State.RESTING and letter.due:
        return f"nobody knows whether it went out; the next step is at {letter.due:%Y-%m-%d %H:%M:%S} UTC"
    if letter.state != State.WAITING:
        return ""
    when = f"goes out at {letter.due:%Y-%m-%d %H:%M:%S} UTC" if letter.due else ""
    return f"waits for {letter.after}" if letter.after else when or "waits for its turn"


@app.command("show")
def show_letter(key: KeyArgument, config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """One letter as it went out or will; one that is not written yet as it would be written now."""
    with house_app.reading_house(load(config)) as house:
        found = _one(house.journal, key)
        letter, written = house.journal.letter(found.key), True
        step = house.journal.step(found.key)
        if letter is None and isinstance(step, SendLetter):
            written = False
            try:
                letter = preview(house, step)
            except (BridgeError, KeyError) as error:  # a template or mailbox that is gone
                complain(f"it cannot be written now: {error}")
    if as_json:
        text = None if letter is None else {"stored": written, "text": letter.text, "headers": _headers(letter)}
        print_json({"letter": found, "rendered": text})
        return
    _tell(found, SystemClock().now())
    if letter is not None:
        say("  as it was written:" if written else "  as it would be written now:", "dim")
        for name, value in _headers(letter).items():
            say(f"{name}: {value}")
        say()
        say(letter.text)


def _headers(letter: Letter) -> dict[str, str]:
    from email.header import decode_header, make_header

    message = message_from_bytes(letter.raw)
    return {name: " ".join(str(make_header(decode_header(message[name]))).split()) for name in SHOWN if message[name]}


@app.command("retry")
def retry(key: KeyArgument, config: ConfigOption = CONFIG) -> None:
    """Send it as soon as may be: a held letter is let go, one that waits for its time waits no more."""
    with house_app.journal_of(config) as journal:
        letter = _one(journal, key)
        if letter.state == State.HELD:
            done = journal.release(letter.key, SystemClock().now())
        else:
            done = letter.after is None and journal.hurry(letter.key)
    if not done:
        complain(f"{letter.key} is {letter.state}: {_no_hurry(letter)}")
        raise typer.Exit(1)
    say(f"{letter.key}: is due; the daemon (or “hd-bridge run --once”) sends it")


def _no_hurry(letter: LetterSummary) -> str:
    match letter.state:
        case State.DONE:
            return "it has been sent"
        case State.DROPPED:
            return "it is never sent; write another one"
        case State.RESTING:
            return "nobody knows whether it went out, and it must not go out twice"
        case State.WAITING:
            return f"it {_waits(letter)}"
        case _:
            return "it is on its way out already"


@app.command("cancel")
def cancel(key: KeyArgument, why: WhyOption = "", config: ConfigOption = CONFIG) -> None:
    """Never send it. Until it has begun to go out this undoes it, an agent's note in its time of grace as well; the
    note itself stays on its ticket."""
    reason = f"cancelled by a person: {why}" if why else "cancelled by a person"
    with house_app.journal_of(config) as journal:
        letter = _one(journal, key)
        done = journal.cancel(letter.key, reason)
    if not done:
        state = {State.DONE: "it has been sent", State.DROPPED: "it was dropped before"}
        complain(f"{letter.key}: {state.get(State(letter.state), 'too late, it is going out this moment')}")
        raise typer.Exit(1)
    say(f"{letter.key}: cancelled")


def _one(journal: Journal, key: str) -> LetterSummary:
    """The letter that is meant; else this is the end of the command."""
    found = journal.letter_steps(key) if key else ()
    exact = [letter for letter in found if letter.key == key] or list(found)
    if len(exact) != 1:
        more = "more than one letter's key begins" if found else "no letter's key begins"
        complain(f"{more} with {key}; “hd-bridge outbox list” shows them")
        raise typer.Exit(1)
    return exact[0]
