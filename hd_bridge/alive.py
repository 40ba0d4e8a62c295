"""What lets both ends of a connection to PostgreSQL see within half a minute that the other is gone. Pure.

A machine that loses its power says nothing: without this its lock would keep every writer of a fleet waiting for two
hours, and a server that vanished would keep everybody who waits for an answer.
"""

from __future__ import annotations

from typing import Final

SERVER_ALIVE: Final = (
    "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c tcp_user_timeout=20000"
)
"""The server's settings for a session (PostgreSQL 12 and later); seconds, and milliseconds at the end."""

CLIENT_ALIVE: Final[dict[str, int]] = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20000,
}
"""The same for libpq, by the names that its connection strings have for them."""
