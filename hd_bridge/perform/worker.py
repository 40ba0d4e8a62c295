"""One step from claim to tick: what each failure of a door means for it. Pure.

Closed pauses the door and the step is due again; NotNow lets the step wait and others pass; Doubtful lets it rest,
and the far side is asked before it is repeated; Refused holds it for a person. A letter that goes out at most once
is dropped when in doubt.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from hd_bridge.errors import Closed, Doubtful, FarSideError, JournalError, NotNow, Refused
from hd_bridge.house import House
from hd_bridge.perform import letters, notes, places, statuses, tickets
from hd_bridge.work import (
    AddNote,
    Claim,
    Effects,
    FileAway,
    KeepCopy,
    OpenTicket,
    PrivateNote,
    PublishPage,
    ReadNote,
    ReadStatus,
    Relate,
    SendLetter,
    SetFields,
    SetStatus,
    Step,
    Wanted,
    door_of,
)

log = logging.getLogger("hd_bridge.perform")

Act = Callable[[House, Claim], Effects]

ACTS: dict[type[Step], Act] = {
    OpenTicket: tickets.open_ticket,
    AddNote: tickets.add_note,
    PrivateNote: tickets.private_note,
    SetFields: tickets.set_fields,
    SetStatus: tickets.set_status,
    Relate: tickets.relate,
    ReadNote: notes.read_note,
    ReadStatus: statuses.read_status,
    SendLetter: letters.send_letter,
    PublishPage: places.publish_page,
    FileAway: places.file_away,
    KeepCopy: places.keep_copy,
}
FAULTY_TRIES = 3
DOUBTS = 10  # half an hour of them: an answer that never comes to this one item, while others pass, needs a person
AUTOMATIC_PATIENCE = timedelta(days=1)  # an older acknowledgement would only puzzle
LETTER_PATIENCE = timedelta(days=4)  # RFC 5321 §4.5.4.1: at least four to five days
LETTER_TRIES = 1000  # far more than fit into that time
NOT_NOW_TRIES = 30  # with the waits below that is about a day
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(hours=1)


def backoff(tries: int) -> timedelta:
    """How long a step waits before its next try: doubling, with jitter so that many do not come at once."""
    seconds = min(FIRST_WAIT.total_seconds() * 2.0 ** min(tries, 12), LONGEST_WAIT.total_seconds())
    return timedelta(seconds=seconds * random.uniform(0.5, 1.0))


def perform_one(house: House, claim: Claim, then: Callable[[], Wanted | None] = lambda: None) -> Claim | None:
    """Do what was claimed. Where that went well, what its worker does then comes with the same commit."""
    try:
        effects = ACTS[type(claim.step)](house, claim)
    except JournalError:
        raise  # nothing may go on that cannot be written down
    except FarSideError as error:
        _failed(house, claim, error)
    except Exception as error:  # a fault of ours must cost one step, not the daemon
        log.exception("step %s failed by a fault in hd_bridge", claim.step.key)
        _faulty(house, claim, f"A fault in hd_bridge: {type(error).__name__}; the log has its place.")
    else:
        house.doors.worked(door_of(claim.step))
        now, lasting = house.clock.now(), _asks_nobody(claim.step)
        following = house.journal.finish(claim.step.key, now, effects, lasting=lasting, then=then())
        log.info("done %s%s", claim.step.key, f" ({effects.note})" if effects.note else "")
        return following
    return None


def _asks_nobody(step: Step) -> bool:
    """A person's letter: nobody can be asked whether it arrived, and in doubt it would go out a second time."""
    return isinstance(step, SendLetter) and not step.automatic


def _faulty(house: House, claim: Claim, why: str) -> None:
    """Nobody knows how far it got, so it rests and asks; after some tries a person must look at it."""
    faults = _counted(house, claim, "faults", FAULTY_TRIES)
    if faults < FAULTY_TRIES:
        house.journal.rest(claim.step.key, house.clock.now() + backoff(faults), why, worker=claim.worker)
    else:
        house.journal.hold(claim.step.key, why, worker=claim.worker)


def _counted(house: House, claim: Claim, what: str, most: int) -> int:
    """How often this has come to the step; anew after ``most``, when a person has looked at it. Its tries would tell
    less: every death of a worker is one too, and nobody is to wait an hour for those."""
    times = int(claim.memo.get(what, "0")) + 1
    house.journal.remember(claim.step.key, {what: str(times % most)}, worker=claim.worker)
    return times


def _failed(house: House, claim: Claim, error: FarSideError) -> None:
    key, now, journal = claim.step.key, house.clock.now(), house.journal
    match error:
        case Closed():
            pause = house.doors.shut(door_of(claim.step), error)
            _unsure_still(house, claim, now + pause, str(error))
        case NotNow():
            _put_off(house, claim, error)
        case Doubtful():
            _doubtful(house, claim, error)
        case Refused() if _was_deleted(house, claim, error):
            journal.forsake(key, worker=claim.worker)
            log.warning("ticket #%d is gone: its mails are decided anew", claim.ticket)
        case Refused():
            words = f" ({'; '.join(error.words)})" if error.words else ""
            told = letters.after_refusal(house, claim, error)
            journal.hold(key, f"{error}{words}", told, worker=claim.worker)
            log.warning("held %s", key)


def _was_deleted(house: House, claim: Claim, refused: Refused) -> bool:
    """Whether a mail's ticket was deleted by a person. Where the tracker knows no number as high as that any more it
    was restored, and its tickets will be put together again (restores.py): then nothing may be opened anew."""
    if not refused.missing or claim.ticket is None or not isinstance(claim.step, AddNote):
        return False
    try:
        return house.tracker.newest_number() >= claim.ticket
    except FarSideError:
        return False


def _put_off(house: House, claim: Claim, error: NotNow) -> None:
    times = _counted(house, claim, "put off", LETTER_TRIES if isinstance(claim.step, SendLetter) else NOT_NOW_TRIES)
    if _patience_ended(house, claim, times):
        told = letters.after_patience(house, claim, error)
        house.journal.hold(claim.step.key, f"{error} (for the {times}th time)", told, worker=claim.worker)
        log.warning("held %s: put off %d times", claim.step.key, times)
    else:
        _unsure_still(house, claim, house.clock.now() + (error.after or backoff(times)), str(error))


def _patience_ended(house: House, claim: Claim, times: int) -> bool:
    """A letter has days, whatever the number of tries: mail servers that are away, full or greylisting come back. When
    a person has looked at it and released it, it has them again."""
    step, now = claim.step, house.clock.now()
    if not isinstance(step, SendLetter):
        return times >= NOT_NOW_TRIES
    since = claim.memo.get("put off since") or now.isoformat()
    ended = now - datetime.fromisoformat(since) >= (LETTER_PATIENCE if not step.automatic else AUTOMATIC_PATIENCE)
    house.journal.remember(step.key, {"put off since": "" if ended else since}, worker=claim.worker)
    return ended


def _unsure_still(house: House, claim: Claim, at: datetime, why: str) -> None:
    """Nothing happened in this try; but a doubt of an earlier one stays until it is answered."""
    if claim.in_doubt:
        house.journal.rest(claim.step.key, max(at, claim.rest_until or at), why, worker=claim.worker)
    else:
        house.journal.again(claim.step.key, at, why, worker=claim.worker)


def _doubtful(house: House, claim: Claim, error: Doubtful) -> None:
    """At most once for automatic letters; everything else rests, is asked about, and only then repeated."""
    key, journal, worker = claim.step.key, house.journal, claim.worker
    if isinstance(claim.step, SendLetter) and claim.step.automatic:
        journal.drop(key, f"In doubt, so not sent again: {error.why}", worker=worker)
        log.warning("dropped %s: in doubt whether it went out", key)
        return
    doubts = _counted(house, claim, "doubts", DOUBTS)
    if doubts >= DOUBTS:
        journal.hold(key, f"In doubt {doubts} times, and not there: {error.why}", worker=worker)
        log.warning("held %s: in doubt %d times", key, doubts)
        return
    journal.rest(key, house.clock.now() + timedelta(seconds=1), str(error), worker=worker)
    log.warning("in doubt %s: %s", key, error.why)


def drain(house: House, worker: str, stop: Callable[[], bool] = lambda: False, strand: str | None = None) -> int:
    """Do every step that is due now (in one strand), one after the other; how many were claimed."""

    def wanted() -> Wanted | None:
        doors = house.doors.resting()
        return None if stop() else Wanted(worker=worker, lease=house.lease, doors=doors, strand=strand)

    done = 0
    claim: Claim | None = None
    while claim or (claim := _claimed(house, wanted())):
        claim = perform_one(house, claim, wanted)
        done += 1
    return done


def _claimed(house: House, wanted: Wanted | None) -> Claim | None:
    return house.journal.claim(wanted, house.clock.now()) if wanted else None
