"""The section ``outbox``: the way letters leave, into a Maildir or by SMTP. Pure."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from hd_bridge.config.duration import Duration
from hd_bridge.config.names import Host, Port, loopback
from hd_bridge.config.secrets import SecretText
from hd_bridge.config.section import ExistingFile, HerePath, Line, Section, default_path


def _grace(value: Any) -> Any:
    return timedelta(0) if value in ("0", "0s", "none", "no") else value


Grace = Annotated[Duration, BeforeValidator(_grace)]


def _tell(text: str) -> str:
    if text in ("none", "no"):
        return ""
    way, _, name = text.partition(":")
    if text != "note" and (way != "field" or not name.strip()):
        raise ValueError("is not known; expected none, note or field:NAME")
    return f"field:{name.strip()}" if name else text


Tell = Annotated[Line, AfterValidator(_tell), Field(description="none, note or field:NAME")]
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
PORTS = {"starttls": 587, "tls": 465, "none": 25}


def _rate(value: Any) -> Any:
    match = re.fullmatch(r"([0-9]{1,6})\s*/\s*([smhd])", value.strip()) if isinstance(value, str) else None
    if not match or not int(match[1]):
        raise ValueError("is not a rate; expected letters and s, m, h or d, such as 100/m")
    return int(match[1]), SECONDS[match[2]]


Rate = Annotated[tuple[int, int], BeforeValidator(_rate), Field(description="a rate such as 100/m")]


class _Outbox(Section):
    """``null_sender``: automatic letters leave with MAIL FROM:<>, so that nobody can answer them automatically.
    ``grace``: how long an agent's note can still be mended before it is sent. ``tell``: where a ticket says what
    became of its letters."""

    null_sender: bool = Field(True, description="yes or no")
    grace: Grace = timedelta(seconds=30)
    tell: Tell = ""


class MaildirOutbox(_Outbox):
    """Letters are written into a Maildir on this machine."""

    kind: Literal["maildir"]
    path: HerePath = default_path("var/outbox")


class SmtpOutbox(_Outbox):
    """Letters are handed to a mail server."""

    kind: Literal["smtp"]
    host: Host
    tls: Literal["starttls", "tls", "none"] = Field("starttls", description="starttls, tls or none")
    port: Port | None = None
    username: Line | None = None
    password: SecretText | None = None
    ca_file: ExistingFile | None = None
    rate: Rate | None = None

    @field_validator("password")
    @classmethod
    def _never_in_the_open(cls, value: SecretText | None, info: ValidationInfo) -> SecretText | None:
        if value and info.data.get("tls") == "none" and not loopback(info.data.get("host", "localhost")):
            raise ValueError("would be sent in the open; expected tls: starttls or tls for another machine")
        return value

    @model_validator(mode="after")
    def _both_or_none(self) -> SmtpOutbox:
        if (self.username is None) != (self.password is None):
            raise ValueError("has only one of username and password; expected both, or none for a relay without login")
        return self

    @property
    def tcp_port(self) -> int:
        """The port as written, else the usual one (RFC 8314, RFC 6409)."""
        return self.port or PORTS[self.tls]


OutboxSettings = Annotated[MaildirOutbox | SmtpOutbox, Field(discriminator="kind")]
