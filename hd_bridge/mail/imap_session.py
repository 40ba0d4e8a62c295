"""One logged-in IMAP connection, opened when it is needed and thrown away when it fails. Touches the network."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import (
    CapabilityError,
    IMAPClientAbortError,
    IMAPClientError,
    IMAPClientReadOnlyError,
    LoginError,
    ProtocolError,
)

from hd_bridge.errors import BridgeError, Closed, NotNow, Refused
from hd_bridge.mail.tls import network_failure

PORTS = "993 implicit, 143 starttls"
CONNECT_SECONDS = 20.0
MAX_IDLE = 240.0  # firewalls forget quiet connections after some minutes; a new one is cheaper than a lost command
PASSING = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]", "[OVERQUOTA]")  # RFC 5530: trying later may help


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where and as whom to log in; a ``password`` that is a function is asked at each login."""

    host: str
    port: int
    username: str
    password: str | Callable[[], str] = field(repr=False)
    context: ssl.SSLContext | None
    starttls: bool
    timeout: float

    @property
    def door(self) -> str:
        """How people know it."""
        return f"{self.username} at {self.host}:{self.port}"


class Session:
    """A connection for one thread at a time."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._client: IMAPClient | None = None
        self._used = 0.0

    @contextmanager
    def use(self) -> Iterator[IMAPClient]:
        """The logged-in client. What fails inside comes out as an error of ours, and ends the connection."""
        try:
            with translated(self._account.door):
                if self._client is None:
                    self._client = connect(self._account)
                yield self._client
        except BaseException:
            self._drop()
            raise
        self._used = time.monotonic()

    def refresh(self) -> None:
        """Let go of a connection that has been quiet for so long that it may be dead."""
        if time.monotonic() - self._used > MAX_IDLE:
            self.close()

    def close(self) -> None:
        """Log out, if anyone listens; the next use opens a new connection."""
        if self._client is not None:
            with suppress(IMAPClientError, OSError):
                self._client.logout()
        self._drop()

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(IMAPClientError, OSError):
                client.shutdown()


def connect(account: Account) -> IMAPClient:
    """A client that is encrypted as asked for and logged in; raises the library's errors and Closed."""
    client = IMAPClient(
        account.host,
        account.port,
        ssl=account.context is not None and not account.starttls,
        ssl_context=account.context,
        timeout=SocketTimeout(min(CONNECT_SECONDS, account.timeout), account.timeout),
    )
    try:
        if account.starttls:
            _starttls(client, account)
        _login(client, account)
    except BaseException:
        with suppress(IMAPClientError, OSError):
            client.shutdown()
        raise
    client.normalise_times = False  # else INTERNALDATE comes as naive local time
    return client


def _starttls(client: IMAPClient, account: Account) -> None:
    """Never on in plain text: whoever can strike STARTTLS from the greeting would read the password."""
    try:
        client.starttls(account.context)
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        raise Closed(
            f"{account.door}: the server refuses STARTTLS ({words(error)}); "
            "try tls: implicit (port 993), or have TLS switched on there"
        ) from None


def _login(client: IMAPClient, account: Account) -> None:
    """AUTHENTICATE PLAIN where it is offered, because LOGIN cannot carry a password beyond ASCII."""
    password = account.password if isinstance(account.password, str) else account.password()
    refused = "the server refuses the login"
    mend = "check username and password, and whether the provider wants an app password"
    if any(ord(c) < 32 for c in account.username + password):
        raise Closed(f"{account.door}: {refused}, since a name or password holds a control character; {mend}")
    try:
        if client.has_capability("AUTH=PLAIN"):
            client.plain_login(account.username, password)
        else:
            client.login(account.username, password)
    except LoginError as error:
        said = words(error).replace(password, "…") if password else words(error)
        raise Closed(f"{account.door}: {refused} ({said}); {mend}") from None
    except UnicodeError:  # its text would show letters of the password
        raise Closed(f"{account.door}: the server takes only ASCII passwords; change the password") from None


@contextmanager
def translated(door: str) -> Iterator[None]:
    """Turns every error of library, TLS and network into ours; texts show the server's words, never a mail's."""
    try:
        yield
    except BridgeError:
        raise
    except ssl.SSLError as error:  # first: a bad certificate is a ValueError, too
        raise network_failure(error, door, PORTS) from error
    except IMAPClientReadOnlyError as error:
        raise Refused(f"{door}: the folder may only be read; let this user write to it, or keep mails") from error
    except IMAPClientAbortError as error:  # its text may hold what the server sent, so a piece of a mail
        raise Closed(f"{door}: the connection was lost") from error
    except (CapabilityError, ProtocolError, ValueError) as error:
        raise Closed(f"{door}: the server's answer was not understood") from error
    except IMAPClientError as error:
        raise Closed(f"{door}: the server says: {words(error)}") from error
    except OSError as error:
        raise network_failure(error, door, PORTS) from error


def denied(error: IMAPClientError, door: str) -> NotNow | Refused:
    """A command about one mail that was answered NO: later, or never."""
    said = words(error)
    if any(code in said.upper() for code in PASSING):
        return NotNow(f"{door}: {said}")
    return Refused(f"{door}: {said}", words=(said,))


def words(error: BaseException) -> str:
    """What the server said, on one line of moderate length."""
    return "".join(c if c.isprintable() else " " for c in str(error))[:200].strip()
