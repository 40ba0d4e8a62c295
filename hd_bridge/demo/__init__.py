"""Sample mails of the demo, as customers write them. Touches the disk.

Placeholders: ``@RUN@`` (so that every run's mails are new ones), ``@DATE@``, and, for mails that answer our
acknowledgement of the n-th sample, ``@ACK:n@`` (its Message-ID) and ``@ACK-SUBJECT:n@``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from importlib import resources
from pathlib import Path

FIRST_ANSWER = 11  # samples from this number on answer what the bridge wrote to earlier ones
ANSWER = 20  # what an agent answers; samples after it answer that


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One mail, before its placeholders are filled in."""

    number: int
    title: str
    text: str

    @property
    def answers(self) -> int | None:
        """The sample whose acknowledgement it needs."""
        found = re.search(r"@ACK:(\d+)@", self.text) or re.search(r"@ACK-SUBJECT:(\d+)@", self.text)
        return int(found[1]) if found else None


def samples() -> tuple[Sample, ...]:
    """All samples, in the order in which they are told."""
    folder = resources.files("hd_bridge") / "demo" / "mails"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".eml")), key=lambda file: file.name)
    return tuple(
        Sample(
            number=int(file.name.split("-", 1)[0]),
            title=file.name.removesuffix(".eml").split("-", 1)[1],
            text=file.read_text(encoding="utf-8"),
        )
        for file in files
    )


def fill(sample: Sample, run: str, now: datetime, address: str, acks: Mapping[int, tuple[str, str]]) -> bytes:
    """The mail itself; ``acks`` are (Message-ID, subject as it stands in the header) by the number of their sample."""
    text = sample.text.replace("@RUN@", run).replace("@DATE@", format_datetime(now))
    text = text.replace("support@example.com", address)

    def look_up(part: int) -> Callable[[re.Match[str]], str]:
        return lambda found: acks[int(found[1])][part]

    text = re.sub(r"@ACK:(\d+)@", look_up(0), text)
    return re.sub(r"@ACK-SUBJECT:(\d+)@", look_up(1), text).encode()


def deliver(maildir: Path, name: str, mail: bytes) -> None:
    """Lay a mail into a Maildir as a mail server would: whole, then visible."""
    for part in ("tmp", "new", "cur"):
        (maildir / part).mkdir(parents=True, exist_ok=True)
    temporary = maildir / "tmp" / name
    temporary.write_bytes(mail)
    temporary.replace(maildir / "new" / name)
