"""The way letters leave by SMTP, one command at a time, for a lost answer to tell its tale. Touches the network.

Until DATA nothing has happened, whatever breaks. From DATA on an answer counts as an answer; where none comes the
letter may be under way.
"""

from __future__ import annotations

import re
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from hd_bridge.errors import BridgeError, Closed, ConfigError, NotNow, Refused
from hd_bridge.findings import Finding, Level
from hd_bridge.mail.pace import Pace
from hd_bridge.mail.smtp_session import (
    Line,
    Relay,
    connect,
    expect_open,
    is_gone,
    judged,
    patient,
    said,
    translated,
    translated_content,
)
from hd_bridge.mail.tls import context_for
from hd_bridge.work import Letter, Unreached

LETTERS = 50  # a connection: relays count, and some close without a word
IDLE_SECONDS = 30.0
# Answers to the content may take this many times as long: the relay scans it, and not to wait makes the letter
# doubtful. RFC 5321 §4.5.3.2.6 asks for ten minutes; three are what a worker can wait.
PATIENCE = 3
UNSAFE = re.compile(r"[\x00-\x20\x7f<>]")
BARE_ENDS = re.compile(rb"\r\n|\r|\n")
NULL_SENDER = "the null sender, with which automatic letters go"


class SmtpOutbox:
    """Letters by a relay; for several threads at once. ``timeout`` (seconds) bounds an answer, thrice it DATA's."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        tls: str = "starttls",
        username: str | None = None,
        password: str | Callable[[], str] | None = None,
        ca_file: str | None = None,
        timeout: float = 60.0,
        helo: str = "localhost",
        letters: int = LETTERS,
        idle_seconds: float = IDLE_SECONDS,
        rate: tuple[int, float] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pace = Pace(*rate, monotonic=monotonic) if rate else None
        if any(UNSAFE.search(one) for one in (host, helo)):
            raise ConfigError(("smtp: host and helo are host names",))
        self._relay = Relay(
            host=host,
            port=port,
            username=username,
            password=password,
            context=context_for(host, tls, ca_file),
            starttls=tls == "starttls",
            timeout=timeout,
            helo=helo,
        )
        self._final_timeout = PATIENCE * timeout
        self._letters, self._idle_seconds = letters, idle_seconds
        self._lines: deque[Line] = deque()  # taking and giving back are atomic, so this needs no lock
        weakref.finalize(self, _hang_up, self._lines)  # whoever drops the outbox drops its connections

    def send(self, letter: Letter, accepted: Callable[[], None]) -> tuple[Unreached, ...]:
        """See ports.Outbox. Over its rate it is closed until some more may go: nobody waits with a letter in hand."""
        _refuse_unsafe(letter)
        if self._pace and (wait := self._pace.take()):
            raise Closed(f"{self._relay.door}: {self._pace.told}, by the configuration", after=timedelta(seconds=wait))
        with self._line() as line:
            with translated(self._relay.door):
                unreached = self._envelope(line, letter)
            accepted()
            with translated_content(self._relay.door):
                self._content(line, letter)
        return unreached

    def check(self) -> tuple[Finding, ...]:
        """Log in and try the null sender; nothing is sent."""
        try:
            with self._line() as line, translated(self._relay.door):
                answer = line.smtp.mail("")
                if answer[0] != 250:
                    expect_open(answer, self._relay.door)
                line.smtp.rset()
        except BridgeError as error:
            return (Finding(level=Level.PROBLEM, door="outbox", text=error.why),)
        how = "plain text on this machine" if self._relay.context is None else "TLS verified"
        login = f"logged in as {self._relay.username}" if self._relay.username else "no login"
        ready = Finding(level=Level.OK, door="outbox", text=f"{self._relay.door}: {how}, {login}")
        return ready, _null_sender(answer[0] == 250, said(answer))

    def close(self) -> None:
        """Let go of connections that are not in use."""
        while line := self._take():
            line.close()

    @contextmanager
    def _line(self) -> Iterator[Line]:
        """A connection for one letter. It is used again after any clean answer, and never after a broken one."""
        line = self._ready()
        try:
            yield line
        except (NotNow, Refused):
            self._give_back(line)
            raise
        except BaseException:
            line.smtp.close()
            raise
        self._give_back(line)

    def _ready(self) -> Line:
        while line := self._take():
            fresh = line.letters < self._letters and time.monotonic() - line.used < self._idle_seconds
            if fresh and line.is_alive():
                return line
            line.close()
        return connect(self._relay)

    def _take(self) -> Line | None:
        try:
            return self._lines.pop()
        except IndexError:
            return None

    def _give_back(self, line: Line) -> None:
        line.letters += 1
        line.used = time.monotonic()
        self._lines.append(line)

    def _envelope(self, line: Line, letter: Letter) -> tuple[Unreached, ...]:
        """MAIL and every RCPT. All recipients are asked, so that a person learns of all that are refused."""
        options = _options(line, letter, self._relay.door)
        answer = line.smtp.mail(letter.sender or "", options)
        if answer[0] != 250:
            expect_open(answer, self._relay.door)
            raise judged(answer, self._relay.door, f"sender {letter.sender}" if letter.sender else NULL_SENDER)
        later: list[NotNow] = []
        never: list[Unreached] = []
        for address in letter.to:
            answer = line.smtp.rcpt(address)
            if answer[0] not in (250, 251):
                expect_open(answer, self._relay.door)
                fault = judged(answer, self._relay.door, address)
                if isinstance(fault, Refused):
                    never.append(Unreached(address=address, why=said(answer), gone=is_gone(answer)))
                else:
                    later.append(NotNow(fault.why))
        if later or len(never) == len(letter.to):
            line.smtp.rset()
            raise _summed(later, never, self._relay.door)
        return tuple(never)

    def _content(self, line: Line, letter: Letter) -> None:
        with patient(line.smtp, self._final_timeout):
            answer = line.smtp.data(_with_crlf(letter.raw))
        if not 200 <= answer[0] < 300:
            raise judged(answer, self._relay.door, "the letter")


def _hang_up(lines: deque[Line]) -> None:
    for line in lines:
        line.smtp.close()


def _options(line: Line, letter: Letter, door: str) -> list[str]:
    """What MAIL must say of the letter; ``Refused`` where the server has told beforehand that it will not take it."""
    smtp, size = line.smtp, len(_with_crlf(letter.raw))
    options = []
    if smtp.has_extn("size"):
        most = smtp.esmtp_features["size"].strip()
        if most.isdigit() and 0 < int(most) < size:
            raise Refused(f"{door} takes letters of up to {most} octets, this one has {size}")
        options.append(f"SIZE={size}")
    if not letter.raw.isascii():
        if not smtp.has_extn("8bitmime"):
            raise Refused(f"{door} takes letters of seven bits only, this one has eight")
        options.append("BODY=8BITMIME")
    if not all(one.isascii() for one in (*letter.to, letter.sender or "")):
        if not smtp.has_extn("smtputf8"):
            raise Refused(f"{door} takes ASCII addresses only")
        options.append("SMTPUTF8")
    return options


def _refuse_unsafe(letter: Letter) -> None:
    """An address with a space or line end would be a command of its own."""
    if not letter.to:
        raise Refused("the letter has no recipient")
    if any(UNSAFE.search(one) or "@" not in one for one in letter.to) or UNSAFE.search(letter.sender or ""):
        raise Refused("an address of the letter's envelope is none; correct the contact")


def _summed(later: list[NotNow], never: list[Unreached], door: str) -> BridgeError:
    """One error for all recipients that were not taken. While one may be taken later the letter waits for them: sent
    to the others now, it would come to those twice."""
    if later:
        return NotNow("; ".join(fault.why for fault in later))
    return Refused(
        "; ".join(f"{door} does not take {one.address}: {one.why}" for one in never),
        words=tuple(one.why for one in never),
        gone=tuple(one.address for one in never if one.gone),
    )


def _null_sender(taken: bool, text: str) -> Finding:
    if taken:
        return Finding(level=Level.OK, door="outbox", text="the null sender is taken: automatic letters cannot bounce")
    return Finding(
        level=Level.WARNING,
        door="outbox",
        text=f"the null sender is refused: {text}",
        mend="let automatic letters go with the mailbox's own address as envelope sender",
    )


def _with_crlf(raw: bytes) -> bytes:
    """Every line end as CRLF: relays read a bare LF each in its own way, and some as the end of the letter."""
    return BARE_ENDS.sub(b"\r\n", raw)
