"""Fixtures of the real mail servers, started once for all tests that ask. Touches the network."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.live.servers import dovecot as dovecot_server
from tests.live.servers import postfix as postfix_server
from tests.live.servers.dovecot import Dovecot
from tests.live.servers.loopback import Unavailable
from tests.live.servers.postfix import Postfix


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """IMAP, IMAPS and LMTP; use ``new_account()`` so that tests do not meet."""
    try:
        with dovecot_server.running() as server:
            yield server
    except Unavailable as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def postfix(dovecot: Dovecot) -> Iterator[Postfix]:
    """A relay that delivers into ``dovecot``."""
    try:
        with postfix_server.running(dovecot) as server:
            yield server
    except Unavailable as error:
        pytest.skip(str(error))
