"""TLS for both mail doors: one verified context a process, plain text on loopback only. Touches the disk."""

from __future__ import annotations

import ssl
from functools import cache
from ipaddress import ip_address
from typing import Literal, get_args

from hd_bridge.errors import Closed, ConfigError

TlsMode = Literal["implicit", "starttls", "none"]


@cache
def shared_context(ca_file: str | None = None) -> ssl.SSLContext:
    """The context that verifies certificate and host name, made once: each costs 0.85 MB of memory.

    With ``ca_file`` only its authorities are trusted, else the system's. ``ConfigError`` if it cannot be read.
    """
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        what = error.strerror or "no certificate in it"
        raise ConfigError((f"ca_file {ca_file} cannot be used ({what}): name a PEM file of certificates",)) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def context_for(host: str, tls: str, ca_file: str | None) -> ssl.SSLContext | None:
    """The context for a door, ``None`` where it speaks plain text; ``ConfigError`` if that would leave this machine."""
    if tls not in get_args(TlsMode):
        raise ConfigError((f"tls for {host} is {tls!r}: expected implicit, starttls or none",))
    if tls != "none":
        return shared_context(ca_file)
    if not is_loopback(host):
        raise ConfigError((f"tls for {host} is none, which is only for this machine: use implicit or starttls",))
    return None


def network_failure(error: OSError, door: str, ports: str) -> Closed:
    """What TLS or the network raised, in our words; ``ports`` says which port goes with which ``tls``."""
    if isinstance(error, ssl.SSLCertVerificationError):
        why = f"its certificate is not trusted ({error.verify_message}); check the host name, or set ca_file"
    elif isinstance(error, ssl.SSLError):
        why = f"TLS cannot be set up ({error.reason or 'no TLS there'}); check port and tls ({ports})"
    elif isinstance(error, TimeoutError):
        why = "no answer in time"
    else:
        why = f"{error.strerror or 'cannot be reached'}; check host and port"
    return Closed(f"{door}: {why}")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, judged by its name alone: a DNS answer is no proof."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
