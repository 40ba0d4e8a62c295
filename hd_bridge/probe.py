"""``hd-bridge check --send``: a letter of ours to a signed sub-address must come back into its mailbox. Pure.

The letter carries our loop mark: the daemon that meets it knows it for its own and lets it be.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from hd_bridge.errors import FarSideError
from hd_bridge.findings import Finding, Level
from hd_bridge.house import House
from hd_bridge.mail.compose import compose_letter
from hd_bridge.mail.tokens import Purpose, message_id, new_conversation_id, short_token
from hd_bridge.policy import MailboxPolicy
from hd_bridge.ports import Mailbox
from hd_bridge.work import Letter

WAIT = 60.0  # seconds that a letter may take from our relay to our mailbox
LOOK = 1.0
TEXT = "A test of “hd-bridge check --send”: answers to such addresses reach this mailbox. Nothing is to be done."


def probes(house: House, pause: Callable[[float], object] = time.sleep) -> Iterator[Finding]:
    """One finding for each mailbox that is to take sub-addresses."""
    boxes = [box for box in house.policy.mailboxes if box.subaddress]
    if not boxes:
        text = "no mailbox takes sub-addresses, so nothing was sent"
        mend = "subaddress: yes in a mailbox lets answers come to an address that names their ticket"
        yield Finding(level=Level.WARNING, door="mailboxes", text=text, mend=mend)
    for box in boxes:
        door = f"mailbox:{box.name}"
        try:
            found = _came_back(house, box, house.boxes[box.name], pause)
        except FarSideError as error:
            yield Finding(level=Level.PROBLEM, door=door, text=f"no letter could be sent and seen again: {error}")
            continue
        if found:
            yield Finding(level=Level.OK, door=door, text=f"a letter to {box.subaddressed('…')} came back into it")
        else:
            text = f"a letter to {box.subaddressed('…')} was sent and did not come within {WAIT:.0f} seconds"
            mend = "let the mail server deliver sub-addresses (recipient_delimiter), or set subaddress: no"
            yield Finding(level=Level.PROBLEM, door=door, text=text, mend=mend)


def _came_back(house: House, box: MailboxPolicy, mailbox: Mailbox, pause: Callable[[float], object]) -> bool:
    cursor, _ = mailbox.begin(None)
    letter = _letter(house, box)
    house.outbox.send(letter, lambda: None)
    mark, end = letter.message_id.encode(), house.clock.monotonic() + WAIT
    while house.clock.monotonic() < end:
        if any(mark in arrival.raw for arrival in mailbox.since(cursor, lambda places: set())):
            return True
        pause(LOOK)
    return False


def _letter(house: House, box: MailboxPolicy) -> Letter:
    nobodys = new_conversation_id()
    return compose_letter(
        message_id=message_id(house.ring, nobodys, "probe", box.address.rpartition("@")[2]),
        from_name=box.sender_name,
        from_address=box.address,
        to=(box.subaddressed(short_token(house.ring, Purpose.REPLY, nobodys)),),
        subject="hd-bridge: a test of reply addresses",
        text=TEXT,
        html=None,
        in_reply_to=None,
        references=(),
        automatic=True,
        instance=house.ring.instance,
        date=house.clock.now(),
        sender=box.address,
    )
