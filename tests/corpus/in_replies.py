"""Replies of which only the new words may be left: a choice of all that reply_styles and reply_programs make. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from tests.corpus.clients import CLIENTS
from tests.corpus.making import sample
from tests.corpus.reply_programs import kept, programs
from tests.corpus.reply_styles import Case, cases

CHOSEN = ("gmail-top-wrapped", "outlook-html", "bird-within")
PROGRAMS = ("-within", "-end", "-footer-signed", "pgp-list", "supercite", "initials", "drawn-card", "bars", "stacked")


def every() -> Iterator[Case]:
    """All that is made: some thousand mails, for the benchmark."""
    for client in CLIENTS.values():
        yield from cases(client)
    yield from programs()
    yield from kept()


def chosen(one: Case) -> bool:
    """Whether a mail is kept as files."""
    return one.name.startswith((*CHOSEN, "kept-")) or one.name.endswith(PROGRAMS)


SAMPLES = tuple(sample(one.name, one.raw, reply=one.reply) for one in every() if chosen(one))
