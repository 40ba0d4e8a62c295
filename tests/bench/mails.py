"""The generator of mixed support mails, the same for the same seed, each with what must come out of it. Pure.

Of 20 mails 6 are plain, 3 HTML with an image in the text, 1 carries a file of 200 KB, 4 are replies to earlier ones,
2 a machine wrote, 2 are in charsets of the last century, 2 have a number of the customer's own in their subject.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.bench import mail_machines
from tests.bench.mail_bytes import document, file, mail, mailbox, multipart, picture, text, whole, words
from tests.bench.mail_words import BYTES_ALONE, FOREIGN, LANGUAGES, Speech

DEAL = {"plain": 6, "html": 3, "file": 1, "reply": 4, "machine": 2, "charset": 2, "numbered": 2}
SENDERS = 80
SUPPORT = "support@example.com"
FILE_SIZE = 200_000
BEGIN = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
CODINGS = ("quoted-printable", "8bit", "base64")
SYLLABLES = ("ba", "do", "fi", "ga", "ki", "lo", "mu", "na", "pe", "su", "ta", "vo", "zu")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One mail. ``word`` is an ASCII word that no other mail has: it stands in ``body``, and in the subject too,
    except that a reply's subject repeats its ticket's. ``body`` must stand in the ticket's text as it is.

    ``files`` are names and SHA-256 (hex) of what is attached or shown in the text; ``answers`` is the word of the
    mail that a reply answers, which may be a reply itself; ``machine``: no ticket may come of it.
    """

    raw: bytes
    sender: str
    subject: str
    word: str
    kind: str
    body: str
    files: tuple[tuple[str, str], ...] = ()
    answers: str | None = None
    machine: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Customer:
    name: str
    address: str
    speech: Speech


@dataclass(frozen=True, slots=True, kw_only=True)
class _Letter:
    """What a mail begins with, whatever comes of it."""

    dice: random.Random
    number: int
    word: str
    by: _Customer
    subject: str
    body: str
    above: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return f"<{self.number:05d}.{self.word}@mail.example.org>"

    def fields(self, subject: str | bytes | None = None) -> list[tuple[str, str | bytes]]:
        """The usual header."""
        at = BEGIN + timedelta(seconds=37 * self.number)
        return [
            ("From", mailbox(self.by.name, self.by.address)),
            ("To", SUPPORT),
            ("Subject", words(self.subject) if subject is None else subject),
            ("Date", format_datetime(at)),
            ("Message-ID", self.id),
        ]

    def lines(self) -> list[str]:
        """Greeting, small talk, the matter, farewell."""
        speech = self.by.speech
        talk = self.dice.sample(speech.filler, self.dice.randint(1, len(speech.filler)))
        return [speech.greeting, "", *talk, "", f"{self.body}.", "", speech.farewell, self.by.name]

    def sample(self, raw: bytes, kind: str, *files: tuple[str, bytes]) -> Sample:
        """The mail with what must come out of it."""
        kept = tuple((name, hashlib.sha256(content).hexdigest()) for name, content in files)
        sender = self.by.address
        return Sample(
            raw=raw, sender=sender, subject=self.subject, word=self.word, kind=kind, body=self.body, files=kept
        )


def mixed(count: int, seed: int = 1) -> list[Sample]:
    """So many mails in the order of their arrival; every reply comes after what it answers."""
    dice = random.Random(seed)
    customers = _customers(dice)
    made: list[Sample] = []
    letters: list[_Letter] = []
    for number, kind in enumerate(_deal(count, random.Random(f"the order of {seed}"))):
        word = "".join(dice.choices(SYLLABLES, k=3)) + f"{seed:02d}{number:05d}"
        sample, letter = _make(kind, dice, number, word, dice.choice(customers), made, letters)
        made.append(sample)
        letters.append(letter)
    return made


def root_words(pile: Sequence[Sample]) -> dict[str, str]:
    """By each mail's word that of the mail whose ticket it belongs on; its own where it answers nothing."""
    roots: dict[str, str] = {}
    for sample in pile:  # what is answered comes before its answer
        roots[sample.word] = roots[sample.answers] if sample.answers else sample.word
    return roots


def _deal(count: int, dice: random.Random) -> list[str]:
    """Kinds, dealt in hands of 20; the very first is plain, so that there is something to answer."""
    dealt: list[str] = []
    while len(dealt) < count:
        hand = [kind for kind, times in DEAL.items() for _ in range(times)]
        first = [] if dealt else [hand.pop(0)]
        dice.shuffle(hand)
        dealt += first + hand
    return dealt[:count]


def _customers(dice: random.Random) -> list[_Customer]:
    made = []
    for number in range(SENDERS):
        speech = LANGUAGES[number % len(LANGUAGES)]
        address = f"customer{number:02d}.{dice.choice(SYLLABLES)}@example.org"
        name = speech.names[number // len(LANGUAGES) % len(speech.names)]
        made.append(_Customer(name=name, address=address, speech=speech))
    return made


def _make(
    kind: str,
    dice: random.Random,
    number: int,
    word: str,
    by: _Customer,
    made: list[Sample],
    letters: list[_Letter],
) -> tuple[Sample, _Letter]:
    if kind == "reply":
        return _reply(dice, number, word, made, letters)
    speech = by.speech
    subject = speech.numbered if kind == "numbered" else dice.choice(speech.subjects)
    subject = subject.format(word=word, number=dice.randint(10_000, 99_999))
    body = dice.choice(speech.bodies).format(word=word)
    letter = _Letter(dice=dice, number=number, word=word, by=by, subject=subject, body=body)
    if kind == "charset":
        return _charset(letter, sum(sample.kind == "charset" for sample in made))
    if kind == "machine":
        return _machine(letter)
    return {"plain": _plain, "numbered": _plain, "html": _html, "file": _file}[kind](letter, kind), letter


def _plain(letter: _Letter, kind: str) -> Sample:
    coding = letter.dice.choice(CODINGS)
    return letter.sample(whole(letter.fields(), text("\r\n".join(letter.lines()), coding=coding)), kind)


def _html(letter: _Letter, kind: str) -> Sample:
    """As Outlook (both texts) or as a web program (HTML alone) sends a picture in the text."""
    shown, cid = picture(letter.dice), f"image001.png@{letter.word}"
    paragraphs = "".join(f'<p class="MsoNormal">{line}<o:p></o:p></p>\r\n' for line in letter.lines() if line)
    page = text(
        f'<html><head><style>p.MsoNormal {{margin:0}}</style></head><body lang="{letter.by.speech.code}">\r\n'
        f'{paragraphs}<p><img width="24" height="24" src="cid:{cid}" alt=""></p>\r\n</body></html>',
        "html",
    )
    if letter.dice.random() < 0.5:
        page = multipart("alternative", f"alt-{letter.word}", text("\r\n".join(letter.lines())), page)
    image = file(shown, "image001.png", 'image/png; name="image001.png"', cid)
    raw = whole(letter.fields(), multipart("related", f"rel-{letter.word}", page, image))
    return letter.sample(raw, kind, ("image001.png", shown))


def _file(letter: _Letter, kind: str) -> Sample:
    name = letter.dice.choice(letter.by.speech.files)
    content = document(letter.dice, FILE_SIZE)
    media_type = {"pdf": "application/pdf", "png": "image/png", "csv": "text/csv"}[name.rpartition(".")[2]]
    parts = (text("\r\n".join(letter.lines())), file(content, name, media_type))
    raw = whole(letter.fields(), multipart("mixed", f"mix-{letter.word}", *parts))
    return letter.sample(raw, kind, (name, content))


def _charset(letter: _Letter, turn: int) -> tuple[Sample, _Letter]:
    """Declared and encoded; declared with raw bytes, also in the subject; or raw UTF-8 that declares nothing."""
    kinds = (*FOREIGN, BYTES_ALONE)
    foreign = kinds[turn % len(kinds)]
    subject, body = foreign.subject.format(word=letter.word), foreign.body.format(word=letter.word)
    letter = replace(letter, subject=subject, body=body)
    said, charset = f"{foreign.opening}\r\n\r\n{body}.\r\n\r\n", foreign.charset
    if foreign is BYTES_ALONE:
        return letter.sample(mail(letter.fields(subject.encode()), said.encode()), "charset"), letter
    coding = CODINGS[turn // len(kinds) % len(CODINGS)]
    raw_subject = subject.encode(charset) if coding == "8bit" else words(subject, charset)
    return letter.sample(whole(letter.fields(raw_subject), text(said, "plain", charset, coding)), "charset"), letter


def _machine(letter: _Letter) -> tuple[Sample, _Letter]:
    by = letter.by.speech
    made = letter.dice.choice(mail_machines.MACHINES)(letter.word, letter.by.address, by.away.format(word=letter.word))
    usual = [field for field in letter.fields(words(made.subject)) if field[0] not in made.replaced]
    sample = letter.sample(whole([*made.fields, *usual], made.content), "machine")
    return replace(sample, sender=made.sender, subject=made.subject, body=made.body, machine=True), letter


def _reply(
    dice: random.Random, number: int, word: str, made: list[Sample], letters: list[_Letter]
) -> tuple[Sample, _Letter]:
    """A customer writes once more: by the earlier mail's ids, with what they wrote quoted below."""
    recent = [index for index, sample in enumerate(made) if not sample.machine][-40:]
    chosen = dice.choice(recent)
    earlier, before = made[chosen], letters[chosen]
    speech = before.by.speech
    subject = earlier.subject if earlier.answers else f"{speech.reply} {earlier.subject}"
    body = dice.choice(speech.answers).format(word=word)
    above = (*before.above, before.id)
    letter = replace(before, number=number, word=word, subject=subject, body=body, above=above)
    quoted = [f"> {line}" for line in (speech.greeting, speech.filler[0])]
    said = "\r\n".join([f"{body}.", "", before.by.name, "", speech.quoting, *quoted])
    fields = [*letter.fields(), ("In-Reply-To", before.id), ("References", "\r\n ".join(above))]
    return replace(letter.sample(whole(fields, text(said)), "reply"), answers=earlier.word), letter
