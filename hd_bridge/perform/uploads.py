"""The files of a mail on their way into the tracker: the original first, then what was attached. Pure.

Tokens are kept with the step, so that a repeat uses the same ones: the tracker itself refuses a second use.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from hd_bridge.decide.words import upload_name
from hd_bridge.errors import NotNow, ReaderError, Refused, Unreadable
from hd_bridge.house import House
from hd_bridge.mail.glance import may_hold_files
from hd_bridge.model import Attachment, Upload
from hd_bridge.tracker.markup import quote_plain
from hd_bridge.work import Claim, Received

_HEADER_LIMIT = 64 * 2**10


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """What was laid in, and in words what the tracker would not take. ``tried`` attachments were, all if ``whole``."""

    uploads: tuple[Upload, ...]
    missing: tuple[str, ...] = ()
    tried: int = 0
    whole: bool = False


def original_names(mail: str) -> tuple[str, str]:
    """The names under which a mail's original can lie on a ticket; each alone proves that the mail is there."""
    return f"mail-{mail}.eml", f"mail-{mail}.txt"


def missing_note(lot: Lot, markup: str) -> str:
    """Which files are not on the ticket and why; they are in the original, which the journal keeps."""
    lines = ["Not attached:", *(f"- {line}" for line in lot.missing)]
    return quote_plain("\n".join(lines), markup)


def lay_in(house: House, claim: Claim, mail: str) -> Lot:
    """Upload what is not yet uploaded. Harmless to repeat: unused uploads are pruned by the tracker.

    Each file is remembered: over a slow line that breaks now and then, a mail of many would never be whole.
    """
    kept = claim.memo.get("uploads")
    lot = _read(kept) if kept else None
    if lot and lot.whole:
        return lot
    received = house.journal.received(mail)
    if received is None:
        raise Refused("the journal does not hold this mail's original any more")
    attachments, unread = _files(house, received)
    if lot is None:
        original = _original(house, mail, received)
        lot = _keep(house, claim, replace(original, missing=(*original.missing, *unread)), len(attachments))
    for attachment in attachments[lot.tried :]:
        lot = _keep(house, claim, _with(house, lot, attachment), len(attachments))
    return lot


def _files(house: House, received: Received) -> tuple[tuple[Attachment, ...], tuple[str, ...]]:
    """The files of a mail, and in words why they are not there: a person may have released a mail that is hard to
    read, and all of it is in the original."""
    if not may_hold_files(received.raw):
        return (), ()
    try:
        return house.reader.files(received.raw), ()
    except Unreadable as unreadable:
        return (), (f"the files of this mail ({unreadable.why}); they are in the original",)
    except ReaderError as error:
        raise NotNow(str(error)) from error


def _lay(house: House, name: str, media_type: str, content: bytes) -> str:
    with house.calls.place():
        return house.tracker.upload(name, media_type, content)


def _with(house: House, lot: Lot, attachment: Attachment) -> Lot:
    """The lot and one file more, or the reason why it is missing."""
    name, tried = upload_name(attachment), lot.tried + 1
    try:
        token = _lay(house, name, attachment.media_type, attachment.content)
    except Refused as refused:
        size = len(attachment.content) / 1e6
        missing = (*lot.missing, f"{name} ({size:.1f} MB): {'; '.join(refused.words) or refused.why}")
        return replace(lot, missing=missing, tried=tried)
    upload = Upload(token=token, name=name, media_type=attachment.media_type)
    return replace(lot, uploads=(*lot.uploads, upload), tried=tried)


def _keep(house: House, claim: Claim, lot: Lot, attachments: int) -> Lot:
    lot = replace(lot, whole=lot.tried >= attachments)
    house.journal.remember(claim.step.key, {"uploads": _write(lot)}, worker=claim.worker)
    return lot


def forget(house: House, claim: Claim) -> None:
    """The tokens are not good any more."""
    house.journal.remember(claim.step.key, {"uploads": ""}, worker=claim.worker)


def _original(house: House, mail: str, received: Received) -> Lot:
    """The mail itself, or where the tracker will not have it a small text in its place that proves as much.

    It is described by the address that it came to: of several installations on one tracker each knows its own.
    """
    eml, txt = original_names(mail)
    raw = received.raw
    address = next((box.address for box in house.policy.mailboxes if box.name == received.mailbox), "")
    try:
        token = _lay(house, eml, "message/rfc822", raw)
    except Refused as refused:
        why = "; ".join(refused.words) or refused.why
        head = raw[:_HEADER_LIMIT].replace(b"\r\n", b"\n").split(b"\n\n", 1)[0]
        text = f"The original mail ({len(raw)} bytes) was not taken by the tracker: {why}\n".encode()
        token = _lay(house, txt, "text/plain", text + b"It is kept by hd_bridge.\n\n" + head + b"\n")
        missing = (f"{eml} ({len(raw) / 1e6:.1f} MB, the original mail): {why}",)
        upload = Upload(token=token, name=txt, media_type="text/plain", description=address)
        return Lot(uploads=(upload,), missing=missing)
    return Lot(uploads=(Upload(token=token, name=eml, media_type="message/rfc822", description=address),))


def highest_file(kept: str) -> int | None:
    """The highest number that the tracker gave to files of a remembered lot; ``None`` where none is remembered. A
    token begins with its file's number (redmine.md §1)."""
    numbers = [upload.token.partition(".")[0] for upload in _read(kept).uploads] if kept else []
    return max((int(number) for number in numbers if number.isdecimal()), default=None)


def _write(lot: Lot) -> str:
    files = [[upload.token, upload.name, upload.media_type, upload.description] for upload in lot.uploads]
    return json.dumps({"files": files, "missing": lot.missing, "tried": lot.tried, "whole": lot.whole})


def _read(kept: str) -> Lot:
    read = json.loads(kept)
    files = tuple(
        Upload(token=token, name=name, media_type=kind, description=said) for token, name, kind, said in read["files"]
    )
    return Lot(uploads=files, missing=tuple(read["missing"]), tried=read["tried"], whole=read["whole"])
