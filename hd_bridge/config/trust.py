"""The sections ``trust`` and ``participants``: whose mail is believed, and who joins a ticket. Pure."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from hd_bridge.config.section import Section

SIGNS = ("+", "-", "=", ".")
# YAML's, and what tools make of them.
SPELLINGS = dict.fromkeys(("yes", "true", "on"), "+") | dict.fromkeys(("no", "false", "off"), "")
DETAIL = 32  # letters of a signed detail (tokens.short_token)
LOCAL_PART = 64  # octets, RFC 5321 §4.5.3.1.1
AUTHSERV_ID = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?")


class TrustSettings(Section):
    """What becomes of a mail that carries a token of ours and comes from an address that is not on its ticket."""

    bearer: Literal["private", "hold"] = Field("private", description="private or hold")


class ParticipantSettings(Section):
    """Whether those whom a customer copies in take part in the ticket."""

    cc: Literal["yes", "no", "same_domain"] = Field("yes", description="yes, no or same_domain")


def _sign(value: Any) -> Any:
    if isinstance(value, str):
        value = SPELLINGS.get(value.lower(), value)
        if value and value not in SIGNS:
            raise ValueError("is not a sign of sub-addresses; expected no, yes (for +), or one of + - = .")
    return value


def _authserv_id(value: Any) -> Any:
    if isinstance(value, str) and not AUTHSERV_ID.fullmatch(value):
        raise ValueError(
            "is not a server's name; expected what stands first in its Authentication-Results, mx.example.com"
        )
    return value


SubaddressSign = Annotated[str, BeforeValidator(_sign), Field(description="no, yes (for +), or one of + - = .")]
AuthservId = Annotated[str, BeforeValidator(_authserv_id), Field(description="a mail server's name")]


def room_for_detail(address: str, sign: str) -> bool:
    """Whether a signed detail fits into the local part."""
    return not sign or len(address.rpartition("@")[0]) + len(sign) + DETAIL <= LOCAL_PART
