"""Writes the corpus: NAME.eml with its odd bytes and NAME.json with what must be read. Touches the disk.

``python -m tests.corpus.build``; what it writes is committed, and a test keeps both the same.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.corpus import (
    in_bounce_words,
    in_bounces,
    in_charsets,
    in_damage,
    in_forwards,
    in_headers,
    in_machines,
    in_packed,
    in_parts,
    in_people,
    in_replies,
    in_ruins,
    in_signs,
)
from tests.corpus.making import Sample

HERE = Path(__file__).parent
SUBJECTS = {
    "headers": in_headers.SAMPLES,
    "charsets": in_charsets.SAMPLES,
    "parts": in_parts.SAMPLES,
    "packed": in_packed.SAMPLES,
    "people": in_people.SAMPLES,
    "signs": in_signs.SAMPLES,
    "forwards": in_forwards.SAMPLES,
    "replies": in_replies.SAMPLES,
    "ruins": in_ruins.SAMPLES,
    "damage": in_damage.SAMPLES,
    "bounces": (*in_bounces.SAMPLES, *in_bounce_words.SAMPLES),
    "machines": in_machines.SAMPLES,
}
FILES = tuple((f"{subject}-{one.name}", one) for subject, samples in SUBJECTS.items() for one in samples)


def expected(one: Sample) -> str:
    """The JSON beside a mail."""
    return json.dumps(one.expect, ensure_ascii=False, indent=2) + "\n"


def main() -> None:
    """Write every pair and take away those that are no longer made."""
    for old in (*HERE.glob("*.eml"), *HERE.glob("*.json")):
        old.unlink()
    for name, one in FILES:
        (HERE / f"{name}.eml").write_bytes(one.raw)
        (HERE / f"{name}.json").write_text(expected(one))


if __name__ == "__main__":
    main()
