"""Tables of data stay tables, tables that lay out a mail fall apart; what is there and not seen stays away."""

from __future__ import annotations

import pytest

from hd_bridge.mail.body import html_reply_markup, html_to_text

DATA = [
    "<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>",
    "<table><tbody><tr><td>A</td><td>B</td></tr><tr><td>1<br>2</td><td></td></tr></tbody></table>",
    "<table><tr><td><p class=MsoNormal>A</p></td><td><p>B</p></td></tr><tr><td>1</td><td>2</td></tr></table>",
]
LAYOUT = [
    "<table><tr><td>one</td></tr><tr><td>two</td></tr></table>",
    "<table><tr><td>one</td><td>two</td></tr></table>",
    "<table role=presentation><tr><td>one</td><td>two</td></tr><tr><td>three</td><td>four</td></tr></table>",
    "<table><tr><td>&nbsp;</td><td>one</td></tr><tr><td></td><td>two</td></tr></table>",
    "<table><tr><td><table><tr><td>one</td></tr></table></td><td>x</td></tr><tr><td>two</td><td>y</td></tr></table>",
    f"<table><tr><td>one</td><td>{'long ' * 200}</td></tr><tr><td>two</td><td>x</td></tr></table>",
]


@pytest.mark.parametrize("html", DATA)
def test_a_table_of_data_stays_one(html: str) -> None:
    assert "| --- |" in " ".join(html_reply_markup(html, {})[0].replace("-" * 3 + " ", "--- ").split())


@pytest.mark.parametrize("html", LAYOUT)
def test_a_table_that_lays_out_a_mail_falls_apart_in_order(html: str) -> None:
    markup = html_reply_markup(f"<p>before</p>{html}<p>after</p>", {})[0]
    assert "|" not in markup
    assert markup.startswith("before\n\n") and markup.endswith("\n\nafter")
    assert [word for word in markup.split() if word in ("one", "two")] == ["one", "two"]


def test_letters_in_tables_within_tables_keep_their_order_and_pictures() -> None:
    inner = "<table><tr><td><p>Dear Jo,</p><p>Thanks.</p></td></tr></table>"
    html = f"<table><tr><td>{inner}</td></tr><tr><td><img src='cid:logo' alt='Logo'></td></tr></table>"
    assert html_reply_markup(html, {"logo": "logo.png"})[0] == "Dear Jo,\n\nThanks.\n\n![Logo](logo.png)"


@pytest.mark.parametrize(
    "style",
    ["font-size:0", "font-size: 0px; line-height:0", "position:absolute;left:-9999px", "text-indent:-9999px"],
)
def test_text_without_size_or_off_the_page_is_not_seen(style: str) -> None:
    html = f"<p>seen</p><div style='{style}'>tracked</div><p>too</p>"
    assert html_to_text(html) == "seen\n\ntoo"
    assert html_reply_markup(html, {})[0] == "seen\n\ntoo"


def test_a_frame_without_size_may_hold_text_that_has_one() -> None:
    html = "<div style='font-size:0'><span style='font-size:16px'>seen</span></div>"
    assert html_to_text(html) == "seen"
