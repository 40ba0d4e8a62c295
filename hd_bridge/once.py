"""Everything that is due, once, in one thread. Touches the network."""

from __future__ import annotations

import logging
import os
from datetime import datetime

from hd_bridge import consider, perform, receive, restores, watch
from hd_bridge.errors import Closed, FarSideError
from hd_bridge.house import House

log = logging.getLogger("hd_bridge.once")


def run_once(house: House, starts: dict[str, datetime | None], *, alone: bool = True) -> int:
    """Receive, decide and perform everything that is due, in this thread; how many mails were new."""
    house.journal.recover(house.clock.now(), alone=alone)
    looking = restores.Restores(house)
    looking.begin()
    looking.tick()
    watch.learn(house)
    new = 0
    for name, box in house.boxes.items():
        try:
            new += receive.take(house, box, starts[name])
            house.doors.worked(f"mailbox:{name}")
        except Closed as closed:
            house.doors.shut(f"mailbox:{name}", closed)
        except FarSideError as error:
            log.warning("mailbox %s: %s", name, error)
    watch.Watch(house).tick()
    if looking.passed:
        consider.consider_all(house)
    perform.drain(house, f"{os.getpid()}-once")
    looking.keep()
    for box in house.boxes.values():
        box.close()
    return new
