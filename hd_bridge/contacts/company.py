"""The company behind an address, by its domain. Pure."""

from __future__ import annotations

# Second levels under which countries register names: the company of acme.com.br and acme.co.uk is one label further.
_SECOND_LEVELS = """
ac adv art asso co com ed edu ee eng gc gen go gob gouv gov govt gub id ind inf info law ltd me med mil muni ne net nhs
nom or org plc police pro sch school web
"""
SECOND_LEVELS = frozenset(_SECOND_LEVELS.split())


def company_of(address: str, free_mail: frozenset[str]) -> str:
    """``ana@mail.acme.co.uk`` -> ``Acme``; empty where the domain says nothing (free mail, an IP address, one word).

    The name registered under a country's or generic top level, title-cased: a guess that a person may correct, not
    the public suffix list, which is large, moves every week and would only matter for hosting suffixes.
    """
    labels = address.rpartition("@")[2].strip().lower().rstrip(".").split(".")
    if len(labels) < 2 or not all(labels) or labels[-1].isdigit() or labels[0].startswith("["):
        return ""
    if any(".".join(labels[i:]) in free_mail for i in range(len(labels) - 1)):
        return ""
    return " ".join(word.capitalize() for word in _decoded(_registered(labels)).replace("_", "-").split("-") if word)


def _registered(labels: list[str]) -> str:
    shared = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SECOND_LEVELS
    return labels[-3] if shared else labels[-2]


def _decoded(label: str) -> str:
    """An internationalised label as people write it (RFC 5890), or as it stands where it is none."""
    try:
        text = label.encode("ascii").decode("idna")
    except UnicodeError:
        text = label
    return text if all(letter.isalnum() or letter in "-_" for letter in text) else label
