"""Whether all processes of an installation have the same configuration; who was started last is right. Pure."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from hd_bridge.house import House
from hd_bridge.policy import Policy

log = logging.getLogger("hd_bridge.alike")

BEHAVIOUR = "behaviour"  # meta: the policy of the process that was started last, as its digest


def digest(policy: Policy) -> str:
    """The same for the same behaviour, in any process; no secret is in a policy."""
    return sha256(json.dumps(asdict(policy), sort_keys=True, default=_plain).encode()).hexdigest()


def _plain(value: Any) -> Any:
    return sorted(map(str, value)) if isinstance(value, (set, frozenset)) else str(value)


class Alike:
    """One process among others: it says when it was started how it behaves, and looks whether a later one differs."""

    def __init__(self, house: House) -> None:
        self._house, self._own, self._differs = house, digest(house.policy), False
        house.journal.set_meta(BEHAVIOUR, self._own)

    def look(self) -> bool:
        """Whether another process was started with another configuration since then; said once."""
        before, self._differs = self._differs, self._house.journal.meta(BEHAVIOUR) != self._own
        if self._differs and not before:
            log.warning(
                "another process of this installation was started later, with another config.yaml: mails are decided "
                "by the one or the other; give this machine the same file and restart hd-bridge here"
            )
        return self._differs
