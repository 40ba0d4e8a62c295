"""What a loss is in tests: a home's databases from an hour ago are put back, or thrown away. Touches the disk."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

from hd_bridge import after_loss, restores
from hd_bridge.mail.keyring import save_keyring
from tests.fakes import FakeOutbox, FakePublisher
from tests.homes import Home, mail

HOUR_AGO = ("journal", "tracker")


def copy(source: Path, target: Path) -> None:
    """One database over another, as a backup program does it: whole."""
    here, there = sqlite3.connect(source), sqlite3.connect(target)
    here.backup(there)
    here.close()
    there.close()


def told(folder: Path) -> Home:
    """A day of support with a backup in its midst: an hour of it would be lost. What is said then in words:

    before: alpha (Jane), beta (Bo). In the last hour: gamma (Cleo), a stranger's delta that points at #1, Jane's
    answer on alpha, Cleo's on gamma. While nobody looks: Jane's second answer, Cleo's too, and a new request, eta.
    """
    home = Home(folder)
    home.house.end_file = folder / "end"
    home.post(mail("word alpha error", "First."))
    home.post(mail("word beta", "Second.", sender="Bo <bo@other.example>", id="<b@other.example>"))
    home.turn()
    look(home)
    for name in HOUR_AGO:
        copy(folder / f"{name}.sqlite", folder / f"{name}.hour")
    home.clock.forward(minutes=30)
    home.post(mail("word gamma", "Third.", sender="Cleo <cleo@far.example>", id="<c@far.example>"))
    home.turn()
    home.clock.forward(minutes=10)
    home.post(mail("Re: #1 word delta", "Fourth.", sender="Eve <eve@third.example>", id="<d@third.example>"))
    home.post(mail("Re: alpha", "Fifth.", id="<a2@acme.example>", In_Reply_To="<1@acme.example>"))
    home.post(
        mail("Re: gamma", "Sixth.", sender="cleo@far.example", id="<c2@far.example>", In_Reply_To="<c@far.example>")
    )
    home.turn()
    home.clock.forward(minutes=10)
    return home


def twin(home: Home, folder: Path) -> Home:
    """The same home once more, in another folder: quicker than to live the day again. The first must be closed."""
    shutil.copytree(home.folder, folder, dirs_exist_ok=True)
    made = Home(
        folder,
        clock=replace(home.clock),
        outbox=FakeOutbox(letters=list(home.outbox.letters)),
        publisher=FakePublisher(files=dict(home.publisher.files)),
    )
    made.boxes["support"].mails.extend(home.boxes["support"].mails)
    return made


def meanwhile(home: Home) -> None:
    """Mails that come after the loss, before anybody has mended it."""
    home.post(mail("Re: alpha", "Seventh.", id="<a3@acme.example>", In_Reply_To="<a2@acme.example>"))
    home.post(
        mail("Re: gamma", "Eighth.", sender="cleo@far.example", id="<c3@far.example>", In_Reply_To="<c@far.example>")
    )
    home.post(mail("word eta", "Ninth.", sender="Hal <hal@new.example>", id="<e@new.example>"))


def look(home: Home) -> str:
    """What the check finds now; what it keeps is kept."""
    looking = restores.Restores(home.house)
    looking.tick()
    looking.keep()
    return home.house.doors.closed().get("outbox", "")


def again(home: Home) -> None:
    """Another process, on what lies on the disk."""
    home.restart()
    home.house.end_file = home.folder / "end"


def lose(home: Home, what: str) -> None:
    """``tracker`` or ``journal`` is as it was an hour ago; ``lost``: no journal; ``all lost``: no keys either."""
    home.close()
    if what in HOUR_AGO:
        copy(home.folder / f"{what}.hour", home.folder / f"{what}.sqlite")
    else:
        for path in home.folder.glob("journal.sqlite*"):
            path.unlink()
        (home.folder / "end").unlink()
    if what == "all lost":
        (home.folder / "keys.json").unlink()
    again(home)


def mend(home: Home) -> after_loss.Repair:
    """The command."""
    keys, house = home.folder / "keys.json", home.house
    return after_loss.repair(house, lambda new: save_keyring(keys, replace(house.ring, epoch=new)), {"support": None})


def settle(home: Home) -> None:
    """All that is due, the rest of what was in doubt included."""
    for _ in range(3):
        home.turn()
        home.clock.forward(minutes=4)


NOTES = {"Fifth.": "alpha", "Sixth.": "gamma", "Seventh.": "alpha", "Eighth.": "gamma"}


def breaches(home: Home, letters: int) -> list[str]:
    """Everything that is not as it must be when all is put together again."""
    desk, found = home.desk(), []
    whole = [ticket for number in (t.number for t in home.tickets()) if (ticket := desk.ticket(number))]
    for word in ("alpha", "beta", "gamma", "delta", "eta"):
        if desk.count(f"word {word}") != 1:
            found.append(f"{desk.count(f'word {word}')} tickets of {word}")
    if desk.count("") != 5:
        found.append(f"{desk.count('')} tickets instead of 5")
    for text, word in NOTES.items():
        on = [ticket.subject for ticket in whole for note in ticket.notes if text in note.notes]
        if len(on) != 1 or word not in on[0]:
            found.append(f"{text} is on {on}")
    links = [ticket.subject for ticket in whole for note in ticket.notes if "[hd:" in note.notes]
    if len(links) != 1 or "delta" not in links[0]:
        found.append(f"the private note is on {links}")
    if len(home.outbox.letters) != letters:
        found.append(f"{len(home.outbox.letters)} letters instead of {letters}")
    if home.house.journal.held():
        found.append(f"held: {home.house.journal.held()}")
    return found
