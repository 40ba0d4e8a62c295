"""One SMTP connection: greeted, encrypted as asked for, logged in; its errors turned into ours. Touches the network."""

from __future__ import annotations

import re
import smtplib
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from hd_bridge.errors import BridgeError, Closed, Doubtful, NotNow, Refused
from hd_bridge.mail.tls import network_failure

PORTS = "465 implicit, 587 starttls"
Answer = tuple[int, bytes]
CLOSING = 421  # "service not available, closing transmission channel" (RFC 5321 §4.2.1)
NO_SUCH_ADDRESS = re.compile(rb"\s*5\.(?:1\.(?:1|2|3|6|10)|2\.1)\b")
LOGIN_FIRST = 530  # "authentication required" (RFC 4954 §6), also "issue a STARTTLS first" (RFC 3207 §4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """Which server takes our letters, and as whom; without ``username`` it takes them unasked."""

    host: str
    port: int
    username: str | None
    password: str | Callable[[], str] | None = field(repr=False)
    context: ssl.SSLContext | None
    starttls: bool
    timeout: float
    helo: str

    @property
    def door(self) -> str:
        """How people know it."""
        return f"relay {self.host}:{self.port}"


@dataclass(slots=True, kw_only=True)
class Line:
    """A connection, how many letters it has taken, and when it was last used (monotonic seconds)."""

    smtp: smtplib.SMTP
    letters: int = 0
    used: float = field(default_factory=time.monotonic)

    def is_alive(self) -> bool:
        """Whether it still answers, cleared of what came before."""
        try:
            return self.smtp.rset()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def close(self) -> None:
        """Say goodbye if anyone listens."""
        with suppress(smtplib.SMTPException, OSError):
            self.smtp.quit()
        self.smtp.close()


def connect(relay: Relay) -> Line:
    """A connection that is ready for MAIL. Everything that goes wrong here is Closed: no letter is at fault."""
    with translated(relay.door):
        smtp = _open(relay)
        try:
            _greet(smtp, relay)
            if relay.starttls:
                _starttls(smtp, relay)
                _greet(smtp, relay)
            if relay.username is not None:
                _login(smtp, relay, relay.username)
        except BaseException:
            smtp.close()
            raise
    return Line(smtp=smtp)


@contextmanager
def translated(door: str) -> Iterator[None]:
    """Before the content goes: whatever breaks has left nothing behind."""
    try:
        yield
    except BridgeError:
        raise
    except ssl.SSLError as error:  # first: a bad certificate is a ValueError, too
        raise network_failure(error, door, PORTS) from error
    except smtplib.SMTPServerDisconnected as error:
        raise Closed(f"{door}: the connection was lost, or there was no answer in time") from error
    except smtplib.SMTPResponseException as error:
        raise Closed(f"{door}: the server says: {said((error.smtp_code, _octets(error.smtp_error)))}") from error
    except (smtplib.SMTPException, ValueError) as error:
        raise Closed(f"{door}: the server's answer was not understood") from error
    except OSError as error:
        raise network_failure(error, door, PORTS) from error


@contextmanager
def translated_content(door: str) -> Iterator[None]:
    """From DATA on: an answer is an answer, and without one nobody knows."""
    try:
        yield
    except smtplib.SMTPDataError as error:
        raise judged((error.smtp_code, _octets(error.smtp_error)), door, "the letter") from error
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise Doubtful(f"{door}: the connection was lost while the letter was handed over") from error


def judged(answer: Answer, door: str, what: str) -> NotNow | Refused | Doubtful:
    """What an answer other than "yes" to one item means (RFC 5321 §4.2.1)."""
    text = said(answer)
    if 400 <= answer[0] < 500:
        return NotNow(f"{door} does not take {what} now: {text}")
    if 500 <= answer[0] < 600:
        return Refused(f"{door} does not take {what}: {text}", words=(text,))
    return Doubtful(f"{door} answered what SMTP does not know")


def is_gone(answer: Answer) -> bool:
    """Whether an answer to RCPT says that there is no such mailbox or domain (RFC 3463 §3.2, §3.3; RFC 7505). A bare
    550 may be a policy's, and an address is not given up for that."""
    return 500 <= answer[0] < 600 and bool(NO_SUCH_ADDRESS.match(answer[1]))


def expect_open(answer: Answer, door: str) -> None:
    """Some answers to MAIL and RCPT are not about one letter but about all of them; nothing was sent yet."""
    if answer[0] == LOGIN_FIRST:
        raise Closed(f"{door} wants a login or TLS first: {said(answer)}; set username and password, or tls")
    if answer[0] == CLOSING or not 400 <= answer[0] < 600:
        raise Closed(f"{door} turns away: {said(answer)}")


@contextmanager
def patient(smtp: smtplib.SMTP, seconds: float) -> Iterator[None]:
    """For as long as the block lasts each answer may take ``seconds``."""
    usual = smtp.sock.gettimeout() if smtp.sock else None
    try:
        if smtp.sock:
            smtp.sock.settimeout(seconds)
        yield
    finally:
        if smtp.sock:
            smtp.sock.settimeout(usual)


def said(answer: Answer) -> str:
    """The server's words on one line of moderate length."""
    text = f"{answer[0]} {answer[1].decode('utf-8', 'replace')}"
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]


def _open(relay: Relay) -> smtplib.SMTP:
    """The name we greet with is given, because finding it out asks the DNS and may hang."""
    if relay.context is None or relay.starttls:
        return smtplib.SMTP(relay.host, relay.port, relay.helo, relay.timeout)
    return smtplib.SMTP_SSL(relay.host, relay.port, relay.helo, timeout=relay.timeout, context=relay.context)


def _greet(smtp: smtplib.SMTP, relay: Relay) -> None:
    answer = smtp.ehlo()
    if answer[0] != 250:
        raise Closed(f"{relay.door} refuses our greeting: {said(answer)}")


def _starttls(smtp: smtplib.SMTP, relay: Relay) -> None:
    """Never on in plain text: whoever can strike STARTTLS from the greeting would read letters and password."""
    mend = "try tls: implicit (port 465), or have TLS switched on there"
    if not smtp.has_extn("starttls"):
        raise Closed(f"{relay.door} offers no STARTTLS; {mend}")
    try:
        smtp.starttls(context=relay.context)
    except smtplib.SMTPResponseException as error:
        text = said((error.smtp_code, _octets(error.smtp_error)))
        raise Closed(f"{relay.door} refuses STARTTLS: {text}; {mend}") from error


def _login(smtp: smtplib.SMTP, relay: Relay, username: str) -> None:
    """No chained errors here: their texts may show letters of the password."""
    password = (relay.password() if callable(relay.password) else relay.password) or ""
    mend = "check username and password, and whether the provider wants an app password"
    try:
        smtp.login(username, password)
    except smtplib.SMTPAuthenticationError as error:
        text = said((error.smtp_code, _octets(error.smtp_error)))
        shown = text.replace(password, "…") if password else text
        raise Closed(f"{relay.door} refuses the login: {shown}; {mend}") from None
    except smtplib.SMTPNotSupportedError:
        raise Closed(f"{relay.door} offers no login (here); leave username out, or use tls: starttls") from None
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPException:
        raise Closed(f"{relay.door} offers no way to log in that we know (PLAIN, LOGIN, CRAM-MD5)") from None
    except UnicodeError:
        raise Closed(f"{relay.door}: only ASCII names and passwords can be sent there; change the password") from None


def _octets(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode("utf-8", "replace")
