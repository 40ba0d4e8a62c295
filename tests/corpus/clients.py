"""What mail programs put around other mails, by language, from clients.toml beside it. Touches the disk."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """The words of programs and people in one language; clients.toml says what each is."""

    language: str
    gmail: str
    apple: str
    bird: str
    labels: tuple[str, str, str, str]
    date: str
    original: str
    fwd: str
    apple_fwd: str
    tel: str
    app: str
    prefix: tuple[str, str]
    say: str
    more: str
    bye: str
    ask: str
    ask2: str


CLIENTS = {
    language: Client(language=language, **row)
    for language, row in tomllib.loads(Path(__file__).with_name("clients.toml").read_text("utf-8")).items()
}
