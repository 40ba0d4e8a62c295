"""What is signed or encrypted in a mail, in words for agents: nothing of it is opened or checked here. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hd_bridge.mail.kinds import FOR_AGENTS
from hd_bridge.mail.parts import Part
from hd_bridge.model import Attachment

_SMIME = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_SIGNATURES = ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature")
_PGP = re.compile(r"^-----BEGIN PGP MESSAGE-----\s*$", re.MULTILINE)


def sealed(parts: Sequence[Part], files: Sequence[Attachment], text: str) -> Iterator[str]:
    """A remark for each file that is a seal, and for a text that is one."""
    for number, (part, file) in enumerate(zip(parts, files, strict=False)):
        if part.media_type in _SMIME or (part.media_type not in _SIGNATURES and file.name.lower().endswith(".p7m")):
            yield FOR_AGENTS + _smime(part.params.get("smime-type", "").lower(), file.name)
        elif part.media_type == "application/pgp-encrypted":
            yield FOR_AGENTS + _encrypted(files[min(number + 1, len(files) - 1)].name)
        elif part.media_type in _SIGNATURES:
            yield f"{FOR_AGENTS}Signed: the signature “{file.name}” is kept as a file and was not checked."
    if _PGP.search(text):
        yield f"{FOR_AGENTS}Encrypted: cannot be read here; the text itself is a PGP message."


def _smime(kind: str, name: str) -> str:
    if kind == "signed-data":
        return f"Signed: the text lies within the signature “{name}”, which cannot be read here; open that file."
    return f"The file “{name}” brings certificates." if kind == "certs-only" else _encrypted(name)


def _encrypted(name: str) -> str:
    return f"Encrypted: cannot be read here; open the file “{name}” with the key that it is for."
