"""Connections that know whether any byte of a request has left. Touches the network.

An error's type does not tell "before" from "after": a reset in the TLS handshake looks like one after the request.
"""

from __future__ import annotations

import threading
from http.cookiejar import DefaultCookiePolicy
from typing import Any

from requests import Session
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

SLICE = 1 << 18


class Wire(threading.local):
    """The request that this thread is making: whether any of it was sent, and the seconds that each slice may take."""

    sent = False
    seconds = 90.0


WIRE = Wire()


class _Sending:
    """Mixed into a connection: ``send`` marks the wire.

    urllib3 leaves the connect timeout on the socket while it sends, and sendall counts it for the whole body: five
    seconds for a large file. So it is sent in slices, each with the time that reading gets.
    """

    sock: Any

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()  # type: ignore[attr-defined]
        WIRE.sent = True
        self.sock.settimeout(WIRE.seconds)
        for start in range(0, len(data) or 1, SLICE):
            super().send(data[start : start + SLICE])  # type: ignore[misc]


class _PlainConnection(_Sending, HTTPConnection):
    pass


class _SecureConnection(_Sending, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}


def session(headers: dict[str, str], *, ca_file: str | None, connections: int) -> Session:
    """A session that takes nothing from the environment (no netrc, no proxy), keeps no cookies, repeats nothing."""
    made = Session()
    made.trust_env = False
    made.headers.update(headers)
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    made.verify = ca_file or True
    made.mount("https://", _Adapter(pool_connections=1, pool_maxsize=connections))
    made.mount("http://", _Adapter(pool_connections=1, pool_maxsize=connections))
    return made
