"""From settings to a wired house; the one place that names concrete adapters. Touches the disk.

Who makes an adapter imports it: the libraries of those not configured would cost half a second and twenty megabytes.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from hd_bridge.calls import Calls
from hd_bridge.clock import SystemClock
from hd_bridge.config import Settings, load
from hd_bridge.config.mailboxes import ImapMailbox, MailboxSettings
from hd_bridge.config.outbox import SmtpOutbox as SmtpSettings
from hd_bridge.config.tracker import EmbeddedTracker as EmbeddedSettings
from hd_bridge.errors import BridgeError, Closed, ConfigError, JournalError
from hd_bridge.findings import Finding, Level
from hd_bridge.house import Doors, House
from hd_bridge.journal import SqlJournal
from hd_bridge.journal.news import Tell
from hd_bridge.mail.keyring import load_keyring
from hd_bridge.mail.tokens import KeyRing
from hd_bridge.ports import Clock, Mailbox, Outbox, Publisher, Tracker
from hd_bridge.reader import ChildReader
from hd_bridge.render_load import load_templates
from hd_bridge.rules import names_in
from hd_bridge.tracker.embedded_seed import Seed
from tracking_site.publish import FolderPublisher

if TYPE_CHECKING:
    from hd_bridge.letters.saved_shelf import Shelf
    from hd_bridge.tracker.embedded_desk import Desk

log = logging.getLogger("hd_bridge.app")

AHEAD = 2  # workers beside those in a call: they write down and make ready meanwhile, or the tracker would wait
EMBEDDED_KEY = "hd-bridge"  # the embedded tracker's file is guarded by the file system, not by this
TLS = {"tls": "implicit", "starttls": "starttls", "none": "none"}


def build(
    settings: Settings, scratch: Path | None = None, *, new_keys: bool = False, tell: Tell | None = None
) -> House:
    """Wire one installation. Nothing is asked of the network yet. First keys are made in ``scratch``, if given;
    ``new_keys``: also where the old ones are missing; ``tell``: what hears of work that the journal has."""
    clock, journal = SystemClock(), SqlJournal.open(settings.journal.url, tell=tell)
    try:
        ring = load_keyring(settings.journal.keys, make=True) if new_keys else keyring_of(settings, journal, scratch)
        return _wired(settings, clock, journal, ring)
    except BaseException:
        journal.close()
        raise


def keyring_of(settings: Settings, journal: SqlJournal, scratch: Path | None) -> KeyRing:
    """The signing keys, made where no conversation needs old ones; Closed where one does and they are missing."""
    keys, first = settings.journal.keys, not journal.begun()
    if first and scratch is not None and not keys.exists():
        keys = scratch / "keys.json"
    try:
        return load_keyring(keys, make=first)
    except OSError as error:
        raise JournalError(f"{keys}: {error.strerror}") from error


def _wired(settings: Settings, clock: Clock, journal: SqlJournal, ring: KeyRing) -> House:
    house = House(
        policy=settings.policy(),
        journal=journal,
        tracker=tracker_of(settings, clock),
        outbox=outbox_of(settings),
        publisher=publisher_of(settings),
        boxes={box.name: box_of(box) for box in settings.mailboxes},
        clock=clock,
        ring=ring,
        templates=(templates := load_templates(settings.templates.folder)),
        doors=Doors(journal, clock),
        rest=settings.tracker.rest,
        null_sender=settings.outbox.null_sender,
        end_file=settings.journal.end_file,
        calls=Calls(settings.tracker.concurrency),
        reader=ChildReader(settings.reading.within.total_seconds(), markers=templates.markers),
    )
    house.shelf = shelf_of(settings, house)
    return house


def shelf_of(settings: Settings, house: House) -> Shelf:
    """Saved answers, as the section ``answers`` says where they are."""
    from hd_bridge.letters.saved_load import load_saved
    from hd_bridge.letters.saved_shelf import Shelf

    return Shelf(
        house.tracker,
        page=settings.answers.wiki or None,
        markup=settings.tracker.markup,
        monotonic=house.clock.monotonic,
        files=load_saved(settings.answers.folder),
    )


def tracker_of(settings: Settings, clock: Clock) -> Tracker:
    """The tracker of the section ``tracker``."""
    tracker = settings.tracker
    if isinstance(tracker, EmbeddedSettings):
        from hd_bridge.tracker.embedded import EmbeddedTracker

        return EmbeddedTracker(tracker.path, key=EMBEDDED_KEY, clock=clock, seed=seed_of(settings))
    from hd_bridge.tracker.redmine import RedmineTracker

    return RedmineTracker(
        tracker.url,
        tracker.key.reveal(),
        projects=settings.policy().projects,
        clock=clock,
        connect_timeout=tracker.connect_timeout.total_seconds(),
        read_timeout=tracker.read_timeout.total_seconds(),
        connections=tracker.concurrency + 1 + AHEAD,  # the watch looks, and workers ask, while others write
        ca_file=str(tracker.ca_file) if tracker.ca_file else None,
    )


def seed_of(settings: Settings) -> Seed:
    """What the embedded tracker must know so that nothing in the configuration is unknown to it."""
    plain, policy = Seed(), settings.policy()
    named = names_in(policy)
    return Seed(
        projects=policy.projects,
        categories=tuple(dict.fromkeys([*settings.categories, *named.categories])) or plain.categories,
        trackers=tuple(dict.fromkeys([*plain.trackers, *named.trackers])),
        priorities=tuple(dict.fromkeys([*plain.priorities, *named.priorities])),
        agents=tuple(dict.fromkeys(["Ana", "Bruno", *named.assignees])),
        fields=tuple(dict.fromkeys([*plain.fields, *named.fields])),
    )


def outbox_of(settings: Settings) -> Outbox:
    """The way out of the section ``outbox``."""
    outbox = settings.outbox
    if not isinstance(outbox, SmtpSettings):
        from hd_bridge.mail.maildir import MaildirOutbox

        return MaildirOutbox(outbox.path)
    from hd_bridge.mail.smtp import SmtpOutbox

    return SmtpOutbox(
        outbox.host,
        outbox.tcp_port,
        tls=TLS[outbox.tls],
        username=outbox.username,
        password=outbox.password.reveal() if outbox.password else None,
        ca_file=str(outbox.ca_file) if outbox.ca_file else None,
        helo=settings.mailboxes[0].address.rpartition("@")[2],
        rate=outbox.rate,
    )


def publisher_of(settings: Settings) -> Publisher:
    """Where pages go; without a section ``site`` no page is ever planned, and the folder stays empty."""
    return FolderPublisher(settings.site.folder if settings.site else settings.var / "site")


def box_of(box: MailboxSettings) -> Mailbox:
    """One mailbox."""
    if not isinstance(box, ImapMailbox):
        from hd_bridge.mail.maildir import MaildirBox

        return MaildirBox(box.name, box.path)
    from hd_bridge.mail.imap import ImapBox

    return ImapBox(
        box.name,
        box.host,
        box.tcp_port,
        username=box.username,
        password=box.password.reveal(),
        tls=TLS[box.tls],
        ca_file=str(box.ca_file) if box.ca_file else None,
        folder=box.folder,
        poll=box.poll.total_seconds(),
        afterwards=box.afterwards,
    )


def make_ready(settings: Settings) -> None:
    """What a first start needs on this machine: Maildirs of ours, and what every site has. What cannot be made stays
    a closed door: the others work."""
    from hd_bridge.mail.maildir_filing import make_maildir

    for box in settings.mailboxes:
        if not isinstance(box, ImapMailbox):
            try:
                make_maildir(box.path)
            except OSError as error:
                log.warning("mailbox %s: %s cannot be made: %s", box.name, box.path, error.strerror)
    if settings.site is not None:
        try:
            FolderPublisher(settings.site.folder).prepare()
        except Closed as closed:
            log.warning("site: %s", closed.why)


def unmade(settings: Settings) -> dict[str, Path]:
    """Doors on this machine that only the first start makes, by their names in ``check``, and where they will be."""
    doors = {f"mailbox:{box.name}": box.path for box in settings.mailboxes if not isinstance(box, ImapMailbox)}
    if not isinstance(settings.outbox, SmtpSettings):
        doors["outbox"] = settings.outbox.path
    if settings.site is not None:
        doors["site"] = settings.site.folder
    return {name: path for name, path in doors.items() if not path.exists()}


@contextmanager
def journal_of(config: Path) -> Iterator[SqlJournal]:
    """The journal alone, for commands that only read or settle what is in it. Where there is none yet, none is made:
    it would belong to whoever asked first, not to the user that runs the daemon."""
    settings = load(config)
    with tempfile.TemporaryDirectory(prefix="hd-bridge-") as folder:
        journal = SqlJournal.open(_scratch(settings, Path(folder)).journal.url)
        try:
            yield journal
        finally:
            journal.close()


@contextmanager
def reading_house(settings: Settings) -> Iterator[House]:
    """A house for commands that write nothing: what is not there yet is made in a folder that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="hd-bridge-") as folder:
        house = build(_scratch(settings, Path(folder)), Path(folder))
        try:
            yield house
        finally:
            house.close()


@contextmanager
def broken_house(settings: Settings) -> Iterator[tuple[House, tuple[Finding, ...]]]:
    """A reading house all the same where journal, keys or embedded tracker cannot be opened; what is wrong, each."""
    with tempfile.TemporaryDirectory(prefix="hd-bridge-") as name:
        folder = Path(name)
        here = _scratch(settings, folder)
        spare = _aside(here, folder)
        parts: dict[str, Callable[[], object]] = {
            "journal": lambda: SqlJournal.open(here.journal.url).close(),
            "keys": lambda: _open_keys(here, folder),
            "tracker": lambda: tracker_of(here, SystemClock()),
        }
        found = []
        for part, opened in parts.items():
            try:
                opened()
            except BridgeError as error:
                found.append(Finding(level=Level.PROBLEM, door=part, text=str(error)))
                moved = "tracker" if part == "tracker" else "journal"
                here = here.model_copy(update={moved: getattr(spare, moved)})
        house = build(here, folder)
        try:
            yield house, tuple(found)
        finally:
            house.close()


def _open_keys(settings: Settings, folder: Path) -> None:
    with closing(SqlJournal.open(settings.journal.url)) as journal:
        keyring_of(settings, journal, folder)


def _aside(settings: Settings, folder: Path) -> Settings:
    """With a journal, keys and an embedded tracker that are thrown away."""
    journal = {"url": f"sqlite:///{folder / 'spare.sqlite'}", "keys": folder / "spare.json"}
    changes: dict[str, object] = {"journal": settings.journal.model_copy(update=journal)}
    if isinstance(settings.tracker, EmbeddedSettings):
        changes["tracker"] = settings.tracker.model_copy(update={"path": folder / "spare-tracker.sqlite"})
    return settings.model_copy(update=changes)


def _scratch(settings: Settings, folder: Path) -> Settings:
    changes: dict[str, object] = {}
    tracker = settings.tracker
    if not settings.journal.exists:
        journal: dict[str, object] = {"url": f"sqlite:///{folder / 'journal.sqlite'}"}
        changes["journal"] = settings.journal.model_copy(update=journal)
    if isinstance(tracker, EmbeddedSettings) and not tracker.path.exists():
        changes["tracker"] = tracker.model_copy(update={"path": folder / "tracker.sqlite"})
    return settings.model_copy(update=changes)


def desk(settings: Settings, agent: str | None = None) -> Desk:
    """The agent's (else the first one's) side of the embedded tracker. ConfigError where the tracker is another."""
    if not isinstance(settings.tracker, EmbeddedSettings):
        raise ConfigError(("tracker.kind: the desk is for the embedded tracker; agents use the web pages of yours",))
    from hd_bridge.tracker.embedded_desk import Desk

    return Desk(settings.tracker.path, clock=SystemClock(), agent=agent)
