"""Mails that were passed on: whose they are, what stands above them, and what is no such mail."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hd_bridge.mail.forward import unwrapped
from hd_bridge.mail.forward_dates import read_spoken_date
from hd_bridge.mail.subjects import is_forward
from hd_bridge.model import Address, Email

HEAD = (
    "From: Joan Mill <joan@home.example>\nDate: Tue, May 12, 2026 at 10:15 AM\nSubject: Cable\nTo: <ada@shop.example>"
)
MAIL = Email(key="k" * 24, message_id=None, date=None, sender=Address(email="ada@shop.example"), subject="Fwd: Cable")
SUMMER = timedelta(hours=2)


def of(text: str, subject: str = "Fwd: Cable", html: str = "") -> Email:
    """A mail of an agent."""
    return replace(MAIL, text=text, subject=subject, html=html)


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ("Joan Mill <joan@home.example>", "Joan Mill", "joan@home.example"),
        ('"Mill, Joan" <Joan@Home.example>', "Mill, Joan", "joan@home.example"),
        ("Joan Mill [mailto:joan@home.example]", "Joan Mill", "joan@home.example"),
        ("Joan Mill <joan@home.example<mailto:joan@home.example>>", "Joan Mill", "joan@home.example"),
        ("joan@home.example", "", "joan@home.example"),
        ("joan@home.example <joan@home.example>", "", "joan@home.example"),
        ("joan@home.example (Joan Mill)", "Joan Mill", "joan@home.example"),
        ("'Joan Mill' <joan@home.example> on behalf of X", "Joan Mill", "joan@home.example"),
        ("Joan Mill (joan@home.example)", "Joan Mill", "joan@home.example"),
        ("<mailto:joan@home.example>", "", ""),
        ("Joan Mill/SHOP/EU", "", ""),
    ],
)
def test_a_sender_is_read_as_programs_write_him(written: str, name: str, address: str) -> None:
    head = HEAD.replace("Joan Mill <joan@home.example>", written)
    found = unwrapped(of(f"Look.\n\n---------- Forwarded message ---------\n{head}\n\nIt is broken."))
    assert (found.sender if found else None) == (Address(name=name, email=address) if address else None)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Tue, May 12, 2026 at 10:15 AM", "2026-05-12 08:15"),
        ("Tue, 12 May 2026 10:15:07 -0700", "2026-05-12 17:15"),
        ("12 May 2026 10:15 GMT+1", "2026-05-12 09:15"),
        ("12 May 2026 10:15 GMT", "2026-05-12 10:15"),
        ("12.05.26 22:15 (GMT+01:00)", "2026-05-12 21:15"),
        ("12. Mai 2026 um 10:15:30 MESZ", "2026-05-12 08:15"),
        ("mardi 12 mai 2026 10:15", "2026-05-12 08:15"),
        ("2026年5月12日 下午3:05", "2026-05-12 13:05"),
        ("2026年5月12日 15:05", "2026-05-12 13:05"),
        ("5/13/2026 12:05 AM", "2026-05-12 22:05"),
        ("5/4/2026 10:05 AM", None),
        ("31.02.2026 10:15", None),
        ("yesterday", None),
        ("10:15", None),
        ("", None),
    ],
)
def test_a_date_is_read_in_many_tongues_or_not_at_all(written: str, expected: str | None) -> None:
    found = read_spoken_date(written, SUMMER)
    assert (found.strftime("%Y-%m-%d %H:%M") if found else None) == expected


def test_month_and_day_are_told_apart_by_the_language_of_the_head_only() -> None:
    assert read_spoken_date("5/4/2026 10:05 AM", SUMMER, month_first=True) == datetime(2026, 5, 4, 8, 5, tzinfo=UTC)
    assert read_spoken_date("12 May 2026 10:15", None) is None


@pytest.mark.parametrize("subject", ["Fwd: x", "FW: x", "WG: x", "[Shop] Fwd: x", "转发：x", "TR : x", "i: x"])
def test_subjects_say_that_a_mail_is_passed_on(subject: str) -> None:
    assert is_forward(subject)


@pytest.mark.parametrize("subject", ["Re: x", "Forwarding agent", "In: x", "x Fwd: y", ""])
def test_other_subjects_do_not(subject: str) -> None:
    assert not is_forward(subject)


@pytest.mark.parametrize(
    "text",
    [
        "No mail within.",
        f"Yes.\n\nOn Tue, May 12, 2026 at 10:15 AM Joan <joan@home.example> wrote:\n> {HEAD}",
        "From: Lisbon\nTo: Porto\nDate: 1 June\nSubject to change",
        "---------- Forwarded message ---------\n\nJust words.",
    ],
)
def test_what_is_not_clearly_passed_on_is_not_unwrapped(text: str) -> None:
    assert unwrapped(of(text)) is None


def test_html_wins_over_plain_text_and_keeps_its_form() -> None:
    head = HEAD.replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")
    html = (
        f"<div>Look.</div><br><div class='gmail_quote'><div>---------- Forwarded message ---------<br>{head}<br></div>"
    )
    found = unwrapped(
        of("Look.", html=f"{html}<p>It is <b>broken</b>, see <a href='https://x.example/a'>it</a></p></div>")
    )
    assert found is not None
    assert (found.comment, found.markup) == ("Look.", "It is **broken**, see [it](https://x.example/a)")


@settings(derandomize=True, max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from([HEAD, "-- ", "Forwarded message:", "---------- Forwarded message ---------", "x", ""]))
)
def test_any_text_is_unwrapped_or_not_but_never_fails(pieces: list[str]) -> None:
    found = unwrapped(of("\n".join(pieces)))
    assert found is None or found.sender.email == "joan@home.example"


@pytest.mark.parametrize(
    "piece", ["From: a\n", "---------- Forwarded message ---------\n", "From: a@b.cc\n\n", "\n", "_" * 9]
)
def test_crafted_texts_take_time_in_proportion(piece: str) -> None:
    def cost(size: int) -> float:
        text = piece * (size // len(piece))
        started = time.process_time()
        unwrapped(of(text, html=text.replace("\n", "<br>")))
        return time.process_time() - started

    assert any(cost(160_000) < 11 * max(cost(40_000), 0.02) for _ in range(3))
