"""The small words of config.yaml: slugs, addresses, languages, time zones, hosts, URLs. Pure."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field

from hd_bridge.config.document import did_you_mean

# RFC 5322 atext, without quoted local parts: no support address of ours needs them.
ADDRESS = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[a-z0-9-]+(\.[a-z0-9-]+)*")
# RFC 5646: language, script, region; the rest of BCP 47 has no use in letters.
LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:-([A-Za-z]{4}))?(?:-([A-Za-z]{2}|[0-9]{3}))?")
SLUG = re.compile(r"[a-z0-9]([a-z0-9_-]{0,62}[a-z0-9])?")


def slug(text: str) -> str:
    """A name that is safe in file names, URLs and Message-IDs."""
    if not SLUG.fullmatch(text):
        raise ValueError("is not a safe name; expected lower-case letters, digits, - and _ (at most 64)")
    return text


def address(text: str) -> str:
    """A bare e-mail address, lower-case."""
    if len(text) > 254 or not ADDRESS.fullmatch(text.lower()):
        raise ValueError("is not an e-mail address; expected name@example.com alone")
    return text.lower()


def language(text: str) -> str:
    """A BCP 47 tag in its usual spelling: ``pt-br`` -> ``pt-BR``."""
    match = LANGUAGE.fullmatch(text)
    if not match:
        raise ValueError("is not a language; expected a BCP 47 tag such as en, pt-BR or zh-Hant")
    parts = (match[1].lower(), (match[2] or "").title(), (match[3] or "").upper())
    return "-".join(part for part in parts if part)


def timezone(text: str) -> str:
    """The name of a time zone in the system's tz database."""
    known = available_timezones()
    if text not in known:
        raise ValueError(
            f"is not a time zone{did_you_mean(text, sorted(known))}; expected a name such as Europe/Lisbon"
        )
    ZoneInfo(text)
    return text


def host(text: str) -> str:
    """A host name or IP address, no port."""
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", text) and not _ip(text):
        raise ValueError("is not a host; expected a host name or an IP address, without a port")
    return text


def web(text: str) -> str:
    """An http or https address without user, query or fragment; ends in a slash."""
    try:
        parts = urlsplit(text)
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and text.isascii()
    except ValueError:
        sound = False
    if not sound or parts.query or parts.fragment or "@" in parts.netloc or re.search(r"[\s\"<>\\]", text):
        raise ValueError("is not a web address; expected https://host/path without user, ? or #")
    return text.rstrip("/") + "/"


def loopback(name: str) -> bool:
    """Whether a host is this machine, so that nothing travels in the open."""
    ip = _ip(name)
    return ip.is_loopback if ip else name.lower() == "localhost"


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Slug = Annotated[str, AfterValidator(slug), Field(description="a name of lower-case letters, digits, - and _")]
MailAddress = Annotated[str, AfterValidator(address), Field(description="an e-mail address")]
Language = Annotated[str, AfterValidator(language), Field(description="a language such as en or pt-BR")]
Zone = Annotated[str, AfterValidator(timezone), Field(description="a time zone such as Europe/Lisbon")]
Host = Annotated[str, AfterValidator(host), Field(description="a host name")]
Web = Annotated[str, AfterValidator(web), Field(description="a web address such as https://example.com/")]
Port = Annotated[int, Field(ge=1, le=65535, description="a port from 1 to 65535")]
Addresses = Annotated[tuple[MailAddress, ...], BeforeValidator(_listed), Field(description="e-mail addresses")]
