"""What a mail's subject tells by what stands before it: that it answers another mail, or passes one on. Pure."""

from __future__ import annotations

import re

from hd_bridge.mail import subject_words


def _prefix(words: tuple[str, ...]) -> re.Pattern[str]:
    known = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    return re.compile(rf"\s*(?:\[[^\]]{{1,40}}\]\s*)?({known})\s?(?:\[\d+\]|\(\d+\))?\s?[:：]", re.IGNORECASE)


_FORWARDS, _ANSWERS = _prefix(subject_words.FORWARDS), _prefix(subject_words.ANSWERS)


def is_answer(subject: str) -> bool:
    """Whether a subject says that the mail answers another ("Re:", "AW:", "SV:" …)."""
    return _ANSWERS.match(subject[:120]) is not None


def is_forward(subject: str) -> bool:
    """Whether a subject says that a mail is passed on ("Fwd:", "WG:", "TR:" …)."""
    return _FORWARDS.match(subject[:120]) is not None


def means_forward(subject: str, sender_label: str) -> bool:
    """The same where the word for "From" tells the language: "VS:" is a forward to Danes and an answer to Finns."""
    found = _FORWARDS.match(subject[:120])
    if found is None:
        return False
    only_for = subject_words.ONLY_FOR.get(found[1].casefold())
    return only_for is None or sender_label in only_for


def bare_subject(subject: str) -> str:
    """A subject without what says that it was passed on."""
    found = _FORWARDS.match(subject[:120])
    return subject[found.end() :].strip() if found else subject
