"""Who writes: the bench's mixed mails, addressed to the mailbox of a run, as Postfix is given them. Pure."""

from __future__ import annotations

import re

from hd_bridge.mail.key import receipt_key
from tests.bench.mails import SUPPORT, mixed
from tests.proof.truth import Sent

MESSAGE_ID = re.compile(rb"^Message-ID: (<[^>\r\n]+>)", re.MULTILINE)
# Postfix takes this field off and writes its own from the envelope.
NULL_SENDER = b"Return-Path: <>\r\n"


def write(count: int, seed: int, address: str) -> tuple[Sent, ...]:
    """So many mails to this address, in their order."""
    made = []
    for sample in mixed(count, seed):
        raw = sample.raw.replace(f"To: {SUPPORT}".encode(), f"To: {address}".encode(), 1)
        null = NULL_SENDER in raw
        raw = raw.replace(NULL_SENDER, b"", 1)
        id = MESSAGE_ID.search(raw)
        assert id, "every mail of the bench has an id"
        verdict = "" if sample.machine else "follow-up" if sample.answers else "new"
        sent = Sent(
            key=receipt_key(address, raw)[0],
            word=sample.word,
            message_id=id[1].decode(),
            customer=sample.sender,
            sender="" if null else sample.sender,
            raw=raw,
            files=tuple(digest for _, digest in sample.files),
            verdict=verdict,
            reply=sample.answers is not None,
        )
        made.append(sent)
    return tuple(made)
