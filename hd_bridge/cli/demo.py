"""``hd-bridge demo``: the whole story on embedded parts, told on the terminal. Touches the disk and the terminal."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes
from typing import Annotated

import typer

from hd_bridge import app as house_app
from hd_bridge import receive
from hd_bridge.cli import demo_answer
from hd_bridge.cli.out import CONFIG, ConfigOption, say, table
from hd_bridge.cli.run import daemon_of
from hd_bridge.config import Settings, load
from hd_bridge.config.mailboxes import MaildirMailbox
from hd_bridge.config.outbox import MaildirOutbox
from hd_bridge.config.tracker import EmbeddedTracker
from hd_bridge.consider import page_url
from hd_bridge.crew import Crew, crew_of
from hd_bridge.demo import ANSWER, FIRST_ANSWER, Sample, deliver, fill, samples
from hd_bridge.errors import Closed, ConfigError, Refused
from hd_bridge.house import House
from hd_bridge.mail.key import receipt_key
from hd_bridge.views import MailSummary
from hd_bridge.work import UNFINISHED, Letter
from tracking_site.serve import SiteServer

PATIENCE = 60.0  # seconds until the demo says that something does not come to an end


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("demo")(demo)


def demo(
    once: Annotated[bool, typer.Option("--once", help="End by itself after the story.")] = False,
    config: ConfigOption = CONFIG,
) -> None:
    """The whole story on embedded parts: sample mails come in, tickets, acknowledgements and pages come out."""
    settings = load(config)
    box = _embedded(settings)
    settings = _brisk(settings)
    logging.basicConfig(level=logging.CRITICAL, force=True)
    with crew_of(settings) as crew, _site(settings) as (settings, address):
        house_app.make_ready(settings)
        house = house_app.build(settings)
        story = _Story(settings, house, box, crew)
        story.tell(address)
        if not once:
            say(f"\nThe site is served at {address} – Ctrl-C stops it.", "bold")
            with _until_interrupted():
                pass
        story.end()


def _embedded(settings: Settings) -> MaildirMailbox:
    """The demo would be a poor guest on real servers."""
    box = settings.mailboxes[0]
    if (
        not isinstance(box, MaildirMailbox)
        or not isinstance(settings.tracker, EmbeddedTracker)
        or not isinstance(settings.outbox, MaildirOutbox)
        or settings.site is None
    ):
        raise ConfigError(
            (
                "the demo runs on embedded parts only: a Maildir in, the embedded tracker, a Maildir out, and a site;"
                " use the configuration as shipped, in a folder of its own",
            )
        )
    return box


def _brisk(settings: Settings) -> Settings:
    """Nobody who looks on wants to wait half a minute for an agent's second thoughts."""
    outbox = settings.outbox.model_copy(update={"grace": timedelta(seconds=1)})
    tracker = settings.tracker.model_copy(update={"poll": timedelta(seconds=1)})
    return settings.model_copy(update={"outbox": outbox, "tracker": tracker})


@contextmanager
def _site(settings: Settings) -> Iterator[tuple[Settings, str]]:
    """The pages, served; on another port where the configured one is taken, and every link says so."""
    assert settings.site is not None
    serve = settings.site.serve
    wanted = (serve.host, serve.port) if serve else ("127.0.0.1", 0)
    try:
        server = SiteServer(settings.site.folder, *wanted)
        address = server.start()
    except Closed:
        server = SiteServer(settings.site.folder, wanted[0], 0)
        address = server.start()
    try:
        site = settings.site.model_copy(update={"url": address})
        yield settings.model_copy(update={"site": site}), address
    finally:
        server.stop()


@contextmanager
def _until_interrupted() -> Iterator[None]:
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        yield
        return
    yield


class _Story:
    """The story, beat by beat."""

    def __init__(self, settings: Settings, house: House, box: MaildirMailbox, crew: Crew) -> None:
        self._house, self._box = house, box
        self._mailbox = house.policy.mailbox(box.name)
        self._run = secrets.token_hex(4)
        self._keys: dict[int, str] = {}
        self._acks: dict[int, tuple[str, str]] = {}
        self._shown: set[int] = set()
        self._settings = settings
        self._daemon = daemon_of(settings, house, crew)

    def tell(self, address: str) -> None:
        """From the first mail to the solved ticket."""
        say("hd_bridge demo: a team's support address, an embedded tracker, a site; no network.\n", "bold")
        receive.begin(self._house, self._house.boxes[self._box.name], None)
        self._daemon.start()
        first = [sample for sample in samples() if sample.number < FIRST_ANSWER]
        answers = [sample for sample in samples() if FIRST_ANSWER <= sample.number < ANSWER]
        self._beat(f"{len(first)} customers write to {self._mailbox.address}", first)
        self._read_acks()
        self._beat("They answer; so do a machine, a mail server and a stranger", answers)
        self._answer()
        self._beat("The customer reads it and writes back", [one for one in samples() if one.number > ANSWER])
        self._solve()
        self._summary(address)

    def end(self) -> None:
        """Stop the daemon and let go of the journal."""
        self._daemon.stop()
        self._daemon.finish()
        self._house.close()

    def _beat(self, title: str, mails: list[Sample]) -> None:
        say(f"▸ {title}", "bold cyan")
        for sample in mails:
            if sample.answers is not None and sample.answers not in self._acks:
                say(f"  (skipped {sample.title}: its acknowledgement was not sent)", "yellow")
                continue
            mail = fill(sample, self._run, self._house.clock.now(), self._mailbox.address, self._acks)
            self._keys[sample.number] = receipt_key(self._mailbox.address, mail)[0]
            deliver(self._box.path, f"{time.time_ns()}.demo-{sample.number}.localhost", mail)
        self._wait(lambda: self._show_decided() and self._quiet())
        say()

    def _show_decided(self) -> bool:
        """Show each mail as its verdict falls and its ticket opens. True when all have been shown."""
        for number, key in self._keys.items():
            if number in self._shown or (mail := self._house.journal.mail(key)) is None or mail.verdict is None:
                continue
            if mail.verdict in ("new", "follow-up") and mail.ticket is None:
                continue
            self._shown.add(number)
            ticket = f"#{mail.ticket}" if mail.ticket else "–"
            say(f"  {mail.verdict:<10}{ticket:>5}  {mail.sender_email:<36} {mail.subject[:52]}")
        return len(self._shown) == len(self._keys)

    def _quiet(self) -> bool:
        return not self._house.journal.steps(conversation=None, states=UNFINISHED, limit=1)

    def _wait(self, done: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not done():
            if time.monotonic() > end:
                stuck = self._house.journal.steps(conversation=None, states=UNFINISHED, limit=5)
                raise Refused("the demo did not come to an end", words=tuple(f"{s.key}: {s.why}" for s in stuck))
            time.sleep(0.05)

    def _mail(self, number: int) -> MailSummary:
        mail = self._house.journal.mail(self._keys[number])
        assert mail is not None
        return mail

    def _read_acks(self) -> None:
        """The acknowledgements that lie in the outbox, by the mail that they answer."""
        for number, key in self._keys.items():
            for step in self._house.journal.steps(conversation=self._mail(number).conversation, states=(), limit=50):
                letter = self._house.journal.letter(step.key) if step.key.startswith(f"{key}/ack/") else None
                if letter is not None:
                    header = message_from_bytes(letter.raw)["Subject"].replace("\n", "")
                    self._acks[number] = (letter.message_id, header)

    def _answer(self) -> None:
        """An agent writes a note; a moment later it is a letter."""
        first = self._mail(1)
        assert first.ticket is not None and first.conversation is not None
        assert isinstance(self._settings.outbox, MaildirOutbox)
        known = self._house.journal.conversation(first.conversation)
        say(f"▸ An agent answers #{first.ticket} in the tracker, with a saved answer and a file", "bold cyan")
        before = len(list(demo_answer.answers_sent(self._house.journal, first.conversation)))
        note = demo_answer.answer_ticket(self._settings, first.ticket, known.project if known else "support")
        say(f"  the note: {note}", "dim")

        def sent() -> list[Letter]:
            return list(demo_answer.answers_sent(self._house.journal, first.conversation or ""))[before:]

        self._wait(lambda: bool(sent()) and self._quiet())
        letter = sent()[-1]
        demo_answer.show(letter, "The answer as the customer sees it")
        say(f"  whole, with its HTML and its file: {demo_answer.file_of(self._settings.outbox.path, letter)}\n", "dim")
        self._acks[ANSWER] = (letter.message_id, message_from_bytes(letter.raw)["Subject"].replace("\n", ""))

    def _solve(self) -> None:
        """An agent closes the first ticket in the tracker; its page follows."""
        first = self._mail(1)
        assert first.ticket is not None and first.conversation is not None
        say(f"▸ An agent closes #{first.ticket} in the tracker", "bold cyan")
        assert isinstance(self._settings.tracker, EmbeddedTracker)
        desk = house_app.desk(self._settings)
        desk.close_ticket(first.ticket)
        desk.close()

        def solved() -> bool:
            page = self._house.journal.page(first.conversation or "")
            return bool(page and any(event.kind == "solved" for event in page.events)) and self._quiet()

        self._wait(solved)
        say("  its page says so now\n")

    def _summary(self, address: str) -> None:
        rows = []
        for number in sorted(self._keys):
            mail = self._mail(number)
            answered = "acknowledged" if mail.acknowledge else (mail.why_not_acknowledged or "")
            rows.append(
                (
                    mail.sender_name or mail.sender_email,
                    mail.verdict,
                    f"#{mail.ticket}" if mail.ticket else "",
                    mail.why,
                    answered,
                )
            )
        table("What came of each mail, and why", ("from", "verdict", "ticket", "why", "acknowledgement"), rows)
        self._show_letter(1)
        self._show_letter(2)
        conversation = self._mail(1).conversation or ""
        say("\nThe page of the first ticket:", "bold")
        say(f"  {page_url(self._house, conversation)}")
        say(
            "Try also: hd-bridge desk reply 2 --text 'We are on it.', hd-bridge desk show 1, hd-bridge show '#1',"
            " hd-bridge status, hd-bridge explain MAIL.eml",
            "dim",
        )

    def _show_letter(self, number: int) -> None:
        if number not in self._acks:
            return
        key = self._keys[number]
        for step in self._house.journal.steps(conversation=self._mail(number).conversation, states=(), limit=50):
            letter = self._house.journal.letter(step.key) if step.key.startswith(f"{key}/ack/") else None
            if letter is not None:
                demo_answer.show(letter, "An acknowledgement as the customer sees it")
