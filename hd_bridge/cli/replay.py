"""``hd-bridge replay``: what today's rules would decide otherwise; writes nothing. Touches the terminal."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from hd_bridge import app as house_app
from hd_bridge.cli.explain import MailboxOption, named_mailbox
from hd_bridge.cli.log import set_up_log
from hd_bridge.cli.out import CONFIG, ConfigOption, JsonOption, as_json, complain, say
from hd_bridge.cli.replay_sources import Source, source_of
from hd_bridge.config import load
from hd_bridge.replay import Piece, Replay, Replayed

DIFFERENT = 1  # the exit status, as diff has it


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("replay")(replay)


def replay(
    source: Annotated[
        str,
        typer.Argument(
            help="A mailbox of the configuration (it is only read), “journal” for all that was received, or a folder, "
            "an mbox, a Maildir, a mail."
        ),
    ],
    diff: Annotated[
        bool, typer.Option("--diff", help="Only what would be decided otherwise; exit status 1 if anything would.")
    ] = False,
    since: Annotated[
        datetime | None,
        typer.Option(help="Leave out mails that came before (UTC).", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only so many, the newest.")] = None,
    mailbox: MailboxOption = "",
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """What would become of past mails by today's rules, and what became of them. Nothing is written anywhere.

    Mails that the journal knows are decided as they came then, and compared with what was decided; others as if they
    had come at their own time, one after the other.
    """
    settings = load(config)
    set_up_log("text", "warning")
    from_ = since.replace(tzinfo=UTC) if since else None
    with house_app.reading_house(settings) as house:
        run = Replay(house, named_mailbox(house, mailbox))
        found = source_of(house, settings, source, from_, limit)
        unread = 0
        with _watched(found) as pieces:
            for piece in pieces:
                if piece.trouble:
                    complain(f"{piece.name}: {piece.trouble}")
                    unread += 1
                    continue
                done = run.replay(piece)
                if done.differences or not diff:
                    (_print if json else _tell)(done)
    run.tally["unreadable"] = unread
    if json:
        print(as_json({"summary": dict(run.tally)}))
    else:
        _sum_up(run.tally)
    raise typer.Exit(DIFFERENT if diff and run.tally["different"] else 0)


@contextmanager
def _watched(source: Source) -> Iterator[Iterable[Piece]]:
    """With a bar where a person looks on; it goes to standard error, for the answers may go into a file."""
    if not sys.stderr.isatty():
        yield source.pieces
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    shared = sys.stdout.isatty()  # then what is told goes above the bar, else into its file
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=shared) as bar:
        yield bar.track(source.pieces, total=source.total, description="replaying")


def _print(done: Replayed) -> None:
    print(as_json(_account(done)), flush=True)


def _account(done: Replayed) -> dict[str, Any]:
    email, plan = done.email, done.plan
    return {
        "file": done.name,
        "key": email.key,
        "known": done.then is not None,
        "at": done.at,
        "from": email.sender.email if email.sender else "",
        "subject": email.subject,
        "then": _past(done),
        "now": {
            "verdict": plan.verdict.value,
            "why": plan.why,
            "ticket": plan.match.ticket if plan.match else None,
            "acknowledge": plan.acknowledge,
            "why_not_acknowledged": plan.why_not_acknowledged,
            "choices": plan.choices,
            "trail": plan.trail,
        },
        "differences": done.differences,
    }


def _past(done: Replayed) -> dict[str, Any] | None:
    if done.then is None:
        return None
    mail = done.then.mail
    return {
        "verdict": mail.verdict,
        "why": mail.why,
        "ticket": mail.ticket,
        "acknowledge": mail.acknowledge,
        "why_not_acknowledged": mail.why_not_acknowledged,
        "choices": mail.choices,
        "trail": mail.trail,
        "decided_at": done.then.decided_at,
    }


def _tell(done: Replayed) -> None:
    email, plan = done.email, done.plan
    sender = email.sender.email if email.sender else "(no sender)"
    state = "different" if done.differences else "as then" if done.then else "not known here"
    say(f"{done.name}  {plan.verdict.value}, {state}", "bold" if done.differences else "")
    say(f"  {done.at:%Y-%m-%d %H:%M} UTC from {sender}: {email.subject}")
    if done.then is None:
        say(f"  {plan.why}", "italic")
    for one in done.differences:
        say(f"  {one.what}: then {one.then}, now {one.now}", "yellow")
    if done.then is not None and done.differences:
        say(f"    then: {_reason(done.then.mail.why, done.then.mail.why_not_acknowledged)}", "dim")
        say(f"    now:  {_reason(plan.why, plan.why_not_acknowledged)}", "dim")


def _reason(why: str, why_not_acknowledged: str) -> str:
    return f"{why} Not acknowledged: {why_not_acknowledged}." if why_not_acknowledged else why


def _sum_up(tally: Counter[str]) -> None:
    say(
        f"{tally['mails']} mails: {tally['different']} would be decided otherwise, "
        f"{tally['known'] - tally['different']} as then, {tally['unknown']} are not known here",
        "bold",
    )
    for what, count in sorted(tally.items()):
        if what.startswith("difference "):
            say(f"  {count:>6}  {what.removeprefix('difference ')}")
    if tally["choices unknown"]:
        say(f"  {tally['choices unknown']} were decided before choices were kept: only their verdicts are compared")
    if tally["unreadable"]:
        say(f"  {tally['unreadable']} could not be read")
