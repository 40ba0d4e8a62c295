"""What our own mail server says of a sender: DMARC, DKIM and SPF in its Authentication-Results (RFC 8601). Pure.

Anybody can write such a header. Only the topmost one that names our server is believed: a server puts its own above
all that came with the mail, and one of our name further down came with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from authres import AuthenticationResultsHeader

from hd_bridge.mail.addresses import read_addresses
from hd_bridge.model import Email

HEADER = "authentication-results"
LONGEST = 8000  # characters; a server that checks a hundred signatures says more, and none of that helps


class Word(StrEnum):
    """What our server found: the sender's domain stands behind the mail, disowns it, or neither."""

    PASS = "pass"
    FAIL = "fail"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouching:
    """Its word, and the result that it rests on."""

    word: Word
    evidence: str = ""


NOTHING = Vouching(word=Word.NONE)


def vouching(email: Email, authserv_id: str) -> Vouching:
    """What the server ``authserv_id`` says of the address in From. A mail that leaves open who wrote it (no From, two
    of them, two addresses in one) has nobody to speak for."""
    domain = _only_domain(email)
    if not authserv_id or not domain:
        return NOTHING
    results = list(_results(email, authserv_id))
    for method, result, said in results:
        if method == "dmarc" and result == "fail" and _same(said.get("header.from", domain), domain):
            return Vouching(word=Word.FAIL, evidence=f"{authserv_id}: dmarc=fail for {domain}")
    for method, result, said in results:
        named = _names(method, said)
        if result == "pass" and named and _aligned(method, named, domain):
            return Vouching(word=Word.PASS, evidence=f"{authserv_id}: {method}=pass for {named}")
    return NOTHING


def _only_domain(email: Email) -> str:
    """The domain of the one address that From names."""
    froms = [value for name, value in email.headers if name.lower() == "from"]
    if len(froms) != 1 or email.sender is None:
        return ""
    named = read_addresses(froms[0].encode("utf-8", "replace"))
    return email.sender.email.rpartition("@")[2] if [one.email for one in named] == [email.sender.email] else ""


def _results(email: Email, authserv_id: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Method, result and properties (``smtp.mailfrom``) of the one header that counts, in lower case."""
    for name, value in email.headers:
        if name.lower() != HEADER:
            continue
        header = _parsed(value[:LONGEST])
        if header is None or str(header.authserv_id).lower() != authserv_id.lower():
            continue
        for one in header.results:
            said = {f"{prop.type}.{prop.name}".lower(): str(prop.value).lower() for prop in one.properties}
            yield str(one.method).lower(), str(one.result).lower(), said
        return


def _parsed(value: str) -> AuthenticationResultsHeader | None:
    try:
        return AuthenticationResultsHeader.parse(f"Authentication-Results: {value}")
    except Exception:  # whatever a library makes of a stranger's header: one that cannot be read says nothing
        return None


def _names(method: str, said: dict[str, str]) -> str:
    """The domain that a result is about: of DMARC the one in From, of DKIM the signer's, of SPF the envelope's."""
    if method == "dmarc":
        return said.get("header.from", "")
    if method == "dkim":
        return said.get("header.d") or said.get("header.i", "").rpartition("@")[2]
    return said.get("smtp.mailfrom", "").rpartition("@")[2] if method == "spf" else ""


def _aligned(method: str, named: str, domain: str) -> bool:
    """Whether a result is about the sender's own domain. RFC 7489 §3.1 also takes any relative under one registered
    domain; which part of a name was registered is known only from a list that changes, so here only a parent may
    speak for its child, never the child of a shared domain for the whole."""
    if _same(named, domain):
        return True
    return method == "dkim" and named.count(".") >= 1 and domain.endswith(f".{named}")


def _same(one: str, other: str) -> bool:
    return one.rstrip(".") == other.rstrip(".")
