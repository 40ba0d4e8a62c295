"""A person's name out of what stands in a From line: turned around, shouted, quoted, or only an address. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from hd_bridge.model import Address

LONGEST = 120

# Words that make a display name or a local part an office, not a person: nobody is greeted as "Dear Support".
_OFFICES = """
abuse accounting accounts admin administration administrator alerts atendimento aviso billing bounce buchhaltung compras
comercial contabilidade contact contacto contas contato cobranca customer daemon desk donotreply einkauf equipe
facturacion faturamento feedback finance financeira financeiro hello help helpdesk hr info invoice invoices it jobs
kundenservice legal mail mailer mailerdaemon marketing news newsletter noreply notification notifications
office ops orders postmaster press privacy procurement purchasing rechnung recepcao reception rh root sales secretaria
security service services soporte staff suporte support sysadmin team tech tecnico ti vendas ventas vertrieb webmaster
"""
OFFICES = frozenset(_OFFICES.split())
TITLES = frozenset(
    {"dr", "dra", "prof", "profa", "mr", "mrs", "ms", "miss", "sr", "sra", "herr", "frau", "mme", "dott"}
)
SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md", "msc", "mba", "bsc", "cpa", "pmp", "esq", "dds"})
_PARTICLES = "da das de del della den der di do dos du e la le san ten ter van von y zu zum zur"
PARTICLES = frozenset(_PARTICLES.split())


@lru_cache(1024)
def person_name(address: Address) -> tuple[str, str, str]:
    """First name, last name and full name; empty where nobody can tell, and only a full name for an office."""
    name = _without_company(clean(address.name))
    if not name or "@" in name or name.lower() == address.email.partition("@")[0].lower():
        name = _from_local_part(address.email)
    if not name or is_office(name):
        return "", "", name
    words = _settled(_turned(name).split())
    return (words[0], " ".join(words[1:]), " ".join(words)) if words else ("", "", name)


def clean(text: str) -> str:
    """One line in composed form, without control, format and bidi characters, quotes and outer punctuation."""
    plain = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in unicodedata.normalize("NFC", text[:1000]))
    plain = re.sub(r"\s+", " ", re.sub(r'["“”„«»<>`\\]', " ", plain))
    return plain.strip(" '‘’,;:.-")[:LONGEST].strip()


def is_office(name: str) -> bool:
    """Whether a name is that of an office: Support, Acme Billing, no-reply."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.split(r"[\s._/&+]+", plain)
    return any(word.replace("-", "") in OFFICES for word in (*words, re.sub("[^a-z]", "", plain)) if word)


def _without_company(name: str) -> str:
    """``Ana Silva (Acme)``, ``Ana Silva | Acme``, ``Ana Silva via List`` -> ``Ana Silva``."""
    bare = re.sub(r"\([^)]*\)?|\[[^\]]*\]?|\{[^}]*\}?", " ", name)
    bare = re.split(r"\s+(?:via|at|from|/|–|—|-|@)\s+|\s*\|\s*", bare, flags=re.IGNORECASE)[0]
    return clean(bare)


def _turned(name: str) -> str:
    """``Silva, Ana`` -> ``Ana Silva``; ``Ana Silva, PhD`` -> ``Ana Silva``."""
    parts = [part.strip() for part in name.split(",") if part.strip()]
    while len(parts) > 1 and _letters(parts[-1]) in SUFFIXES:
        parts.pop()
    return f"{parts[1]} {parts[0]}" if len(parts) == 2 else " ".join(parts)


def _settled(words: list[str]) -> list[str]:
    while len(words) > 1 and _letters(words[0]) in TITLES:
        words = words[1:]
    while len(words) > 2 and _letters(words[-1]) in SUFFIXES:
        words = words[:-1]
    joined = "".join(words)
    # One case throughout says nothing about how the name is written; mixed case (McDonald) is left as it is.
    if (joined.isupper() and len(joined) > 3) or joined.islower():
        words = [word.lower() if i and word.lower() in PARTICLES else _titled(word) for i, word in enumerate(words)]
    return words


def _titled(word: str) -> str:
    """``O'BRIEN`` -> ``O'Brien``, ``ANNE-MARIE`` -> ``Anne-Marie``."""
    return re.sub(r"[^\W\d_]+", lambda part: part[0].capitalize(), word)


def _letters(word: str) -> str:
    return word.replace(".", "").lower()


def _from_local_part(email: str) -> str:
    """``ana.silva+crm@…`` -> ``Ana Silva``; nothing for ``asilva`` or ``info``: a wrong name is worse than none."""
    local = email.partition("@")[0].partition("+")[0].lower()
    words = [word.strip("0123456789") for word in re.split(r"[._-]+", local)]
    if is_office(local) or not 2 <= len(words) <= 4 or not all(len(word) > 1 and word.isalpha() for word in words):
        return ""
    return " ".join(words)
