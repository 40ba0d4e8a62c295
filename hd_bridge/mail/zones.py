"""Time zones by their letters, as mail programs write them; only those that mean one thing. Pure.

Left out are IST, BST and their like, which are two or three zones each.
"""

from __future__ import annotations

import re

_HOURS = {
    **dict.fromkeys(("WET", "UTC", "GMT"), 0),
    **dict.fromkeys(("CET", "MET", "MEZ", "WEST", "WESZ"), 1),
    **dict.fromkeys(("CEST", "MEST", "MESZ", "EET", "OEZ", "CAT", "SAST"), 2),
    **dict.fromkeys(("EEST", "OESZ", "MSK", "EAT"), 3),
    "MSD": 4,
    "PKT": 5,
    "WIB": 7,
    **dict.fromkeys(("HKT", "SGT", "AWST"), 8),
    **dict.fromkeys(("JST", "KST"), 9),
    "AEST": 10,
    "AEDT": 11,
    "NZST": 12,
    "NZDT": 13,
    "BRT": -3,
    **dict.fromkeys(("EDT", "CLT"), -4),
    **dict.fromkeys(("EST", "CDT"), -5),
    "MDT": -6,
    **dict.fromkeys(("PDT", "MST"), -7),
    "PST": -8,
    "AKDT": -8,
    "AKST": -9,
    "HST": -10,
}
# Not where it only explains the offset before it: "+0200 CEST".
_NAMED = re.compile(rf"(?<![+-]\d{{4}})(?<=[\d\s])\s?\b({'|'.join(_HOURS)})\b(?!\s?[+-]\d)")


def with_offset(text: str) -> str:
    """A date with the offset in place of the zone's letters."""
    found = _NAMED.search(text)
    if found is None:
        return text
    return f"{text[: found.start()]} {_HOURS[found[1]]:+03d}00{text[found.end() :]}"
