"""Every mail of the corpus is read as the file beside it says. Touches the disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hd_bridge.mail.forward import unwrapped
from hd_bridge.mail.key import receipt_key
from hd_bridge.mail.parse import parse
from hd_bridge.model import Address, Email
from tests.corpus.build import FILES, HERE, expected

MAILS = sorted(HERE.glob("*.eml"))


def shown(email: Email) -> dict[str, Any]:
    """An Email as the corpus writes it down."""

    def person(one: Address | None) -> str | None:
        return f"{one.name} <{one.email}>" if one else None

    bounce, within = email.bounce, unwrapped(email)
    return {
        "message_id": email.message_id,
        "date": email.date.isoformat() if email.date else None,
        "sender": person(email.sender),
        "to": [one.email for one in email.to],
        "cc": [one.email for one in email.cc],
        "delivered_to": list(email.delivered_to),
        "return_path": email.return_path,
        "subject": email.subject,
        "in_reply_to": list(email.in_reply_to),
        "references": list(email.references),
        "text": email.text,
        "reply": email.reply,
        "markup": email.markup,
        "files": [
            {"name": a.name, "media_type": a.media_type, "size": len(a.content), "inline": a.inline}
            for a in email.attachments
        ],
        "automatic": email.automatic is not None,
        "unanswerable": email.unanswerable is not None,
        "bounce": bounce
        and {
            "failed": list(bounce.failed),
            "permanent": bounce.permanent,
            "original_message_id": bounce.original_message_id,
        },
        "forwarded": within
        and {
            "sender": person(within.sender),
            "subject": within.subject,
            "date": within.date.isoformat() if within.date else None,
            "text": within.text,
            "markup": within.markup,
            "comment": within.comment,
            "message_id": within.message_id,
            "files": [one.name for one in within.attachments],
        },
        "language": email.language,
        "defects": list(email.defects),
        "held": any(defect.startswith(("over the cap:", "unreadable:")) for defect in email.defects),
    }


def fitting(seen: Any, wanted: Any) -> Any:
    """What was seen, without the keys of dictionaries that nobody asked for."""
    if isinstance(wanted, dict) and isinstance(seen, dict):
        return {key: fitting(seen[key], value) for key, value in wanted.items()}
    if isinstance(wanted, list) and isinstance(seen, list) and len(seen) == len(wanted):
        return [fitting(one, two) for one, two in zip(seen, wanted, strict=True)]
    return seen


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_a_mail_is_read_as_written_beside_it(path: Path) -> None:
    wanted = json.loads(path.with_suffix(".json").read_text())
    email = parse(path.read_bytes())
    seen = shown(email)
    for key, value in wanted.items():
        if key.endswith("_has"):
            assert [piece for piece in value if piece not in (seen[key.removesuffix("_has")] or "")] == []
        else:
            assert fitting(seen[key], value) == value, key


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_what_holds_for_every_mail_holds_for_this_one(path: Path) -> None:
    raw = path.read_bytes()
    email = parse(raw, "k" * 24)
    assert email.key == "k" * 24
    assert email.size == len(raw)
    assert bool(email.reply.strip()) or not email.text.strip(), "a reply is never empty where the text is not"
    names = [one.name.casefold() for one in email.attachments]
    assert len(names) == len(set(names))
    everything = "".join((email.text, email.reply, email.subject, email.markup or "", *names))
    assert "\0" not in everything
    assert everything.encode().decode() == everything, "it can be stored"


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_a_mail_has_one_key_whatever_its_line_ends_are(path: Path) -> None:
    raw = path.read_bytes()
    for other in (raw.replace(b"\r", b"").replace(b"\n", b"\r\n"),):
        if b"\r" not in raw:
            assert receipt_key("a@shop.example", raw) == receipt_key("a@shop.example", other)


def test_the_files_are_what_the_builder_makes() -> None:
    assert {path.stem for path in MAILS} == {name for name, _ in FILES}
    for name, one in FILES:
        assert (HERE / f"{name}.eml").read_bytes() == one.raw, name
        assert (HERE / f"{name}.json").read_text() == expected(one), name


def test_there_are_enough_mails() -> None:
    assert len(MAILS) >= 40
