"""What is cut off a plain text and what never is, and that no text takes long."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hd_bridge.mail.reply import read_reply
from hd_bridge.mail.split import split_reply
from hd_bridge.mail.split_phrases import KNOWN, SENT_FROM
from hd_bridge.mail.texts import Texts

ATTRIBUTION = "On Tue, May 12, 2026 at 10:15 AM Support <support@shop.example> wrote:"
BLOCK = "From: Support <support@shop.example>\nSent: Tuesday\nTo: Joan\nSubject: Cable\n\nIs it red?"
PIECES = st.sampled_from(
    [
        *("", "", "Hello", "It does not work.", "> quoted", ">> deeper", "-- ", "--", "Joan", "Sent from my iPhone"),
        *(ATTRIBUTION, "On Monday she wrote:", "wrote:", "From: Joan", "Sent: today", "To: me", "Subject: x", "PS: y"),
        *("-----Original Message-----", "---------- Forwarded message ---------", "________________", "## mark ##"),
        *(
            "Am 12.05.26 um 10:15 schrieb Support:",
            "2026年5月12日(火) 10:15 サポート <s@shop.example>:",
            "\t",
            "see below",
        ),
    ]
)
# A head that needs no marks below it ends what is written now: whoever answers above it does not answer below it too.
BEFORE = PIECES.filter(lambda piece: not piece.startswith(("---", "## ", "From:")))
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=14).map("\n".join))
MODEST = settings(derandomize=True, max_examples=300, deadline=None)


def filled(text: str) -> list[str]:
    """The lines of a text that are not blank."""
    return [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]


@MODEST
@given(TEXTS)
def test_no_line_of_a_mail_is_lost_or_changed(text: str) -> None:
    reply, quoted = split_reply(text, markers=("## mark ##",))
    assert sorted(filled(reply) + filled(quoted)) == sorted(filled(text))
    for half in (reply, quoted):
        lines = iter(filled(text))
        assert all(line in lines for line in filled(half)), "in their order"


@MODEST
@given(TEXTS)
def test_a_mail_with_text_has_a_reply(text: str) -> None:
    assert bool(filled(split_reply(text, markers=("## mark ##",))[0])) == bool(filled(text))


@MODEST
@given(st.lists(BEFORE, max_size=10).map("\n".join), st.sampled_from([ATTRIBUTION, "Am 12.05.26 um 10:15 schrieb X:"]))
def test_what_is_written_below_a_quote_is_always_in_the_reply(above: str, head: str) -> None:
    reply, _ = split_reply(f"{above}\n{head}\n> Which number?\n> Please tell.\nIt is 4711.")
    assert reply.endswith("It is 4711.")


@pytest.mark.parametrize(
    ("answer", "reply"),
    [
        ("It is 4711.", "It is 4711."),
        ("> quoted again\n\nIt is 4711.", "It is 4711."),
        ("It is 4711.\n\n> And the colour?\n\nBlue.", "It is 4711.\n\nBlue."),
        ("It is 4711.\n> And the colour?\nBlue.", "It is 4711.\n\nBlue."),
    ],
)
def test_answers_below_and_within_a_quote_are_the_reply(answer: str, reply: str) -> None:
    text = f"Hi,\n\n{ATTRIBUTION}\n\n> Which number?\n\n{answer}"
    assert split_reply(text)[0] == f"Hi,\n\n{reply}"


@pytest.mark.parametrize("quote", [f"{ATTRIBUTION}\n\n> Is it red?", BLOCK, f"-----Original Message-----\n{BLOCK}"])
def test_a_mail_that_is_only_a_quote_is_kept(quote: str) -> None:
    assert split_reply(quote) == (quote, "")


@pytest.mark.parametrize(
    "prose",
    [
        "On Monday she wrote: please call.\nI did.",
        "From: the team.\nTo: you.\nI thank you.",
        "Your colleague Anna <anna@shop.example> wrote:\n\nwe pay\n\nbut nothing came",
        "On 12 May 2026 at 10:15 your colleague wrote:\n\nwe pay\n\nbut nothing came",
        "At 10:15 on 12.05.2026 the screen of <a@shop.example> said:\nError 5\nWhat now?",
        "I have three wishes:\n- a\n-- b\n- c\nDate: tomorrow\nSubject to change: all",
        "Sent from our store it was, but it never arrived.",
        "Hi\n\nSent from Outlook but nothing arrived",
        "I sent it by mail",
        "Hello\n\nFrom: Lisbon\nTo: Porto\nDate: 1 June\n\nThanks, Joan",
        "My address has changed:\n\nFrom: Old street 1\nTo: New street 2\nDate: 1 June\nSubject: move\n\nThanks",
        "a\n\n> b\n\nc",
    ],
)
def test_prose_is_never_taken_for_a_quote(prose: str) -> None:
    assert split_reply(prose) == (prose, "")


def test_a_signature_and_a_telephone_s_line_go_to_the_quoted_part() -> None:
    assert split_reply("Yes.\n\n-- \nJoan\nMill Ltd") == ("Yes.", "-- \nJoan\nMill Ltd")
    assert split_reply("Yes.\n\nSent from my Galaxy S24") == ("Yes.", "Sent from my Galaxy S24")


@pytest.mark.parametrize("phrase", [phrase for row in SENT_FROM.values() for phrase in row])
def test_what_a_telephone_adds_can_be_put_together_by_how_it_goes_on(phrase: str) -> None:
    """One ``{device}``, and no choice that reaches over it: what stands before it and after it must stand alone."""
    before, device, after = phrase.partition("{device}")
    assert "{device}" not in after
    assert device or re.search(KNOWN, phrase)
    for part in (before, after):
        re.compile(part)
        assert "|" not in re.sub(r"\([^()]*\)", "", part)


def test_a_long_text_below_two_dashes_is_no_signature() -> None:
    text = "One\n--\n" + "\n".join(f"wish {n}" for n in range(20))
    assert split_reply(text) == (text, "")


def test_a_quote_that_nothing_introduces_is_cut_at_the_end_only() -> None:
    assert split_reply("Yes.\n\n> Is it red?\n> Tell us.") == ("Yes.", "> Is it red?\n> Tell us.")
    assert split_reply("Yes.\n\n> Is it red?\n> Tell us.\nIt is.")[1] == ""


def test_lines_may_end_as_windows_or_old_macs_end_them() -> None:
    assert split_reply(f"Yes.\r\n\r\n{ATTRIBUTION}\r\n> x")[0] == "Yes."
    assert split_reply(f"Yes.\r\r{ATTRIBUTION}\r> x")[0] == "Yes."


@pytest.mark.parametrize(
    "line",
    [
        "##- Please type your reply above this line -##",
        "----- Bitte antworten Sie über dieser Zeile -----",
        "## Responda por encima de esta línea ##",
        "=== この行より上に返信してください ===",
    ],
)
def test_a_framed_line_that_asks_to_write_above_it_is_one_of_ours(line: str) -> None:
    assert split_reply(f"Yes.\n\n{line}\n\nDear Jo, is it red?")[0] == "Yes."
    assert split_reply(f"Yes.\n\n> {line}\n> Dear Jo, is it red?", answers=True)[0] == "Yes."


def test_a_heading_or_a_sentence_about_a_line_is_none() -> None:
    text = "## Setup ##\n\nI draw above this line.\n\n## Lamp ##\n\nIt is red."
    assert split_reply(text) == (text, "")


def test_an_empty_marker_is_no_marker() -> None:
    assert split_reply("Yes.\n\nNo.", markers=("", "  ")) == ("Yes.\n\nNo.", "")


CRAFTED = [
    *(">", ">\n", ":\n", "From: a\n", "x\nFrom: a\nSent: b\n\n", "On 12 May 2026 at 10:15\n", "-- \n", "---\n", "\n"),
    *(
        "On 12 May 2026 10:15 a@b.cc wrote:\n",
        "sent from my iphone\n",
        "sent from ",
        "a@",
        "1:",
        "From:\n\n",
        "<a@b.c ",
    ),
]


@pytest.mark.parametrize("piece", CRAFTED, ids=repr)
def test_the_time_grows_with_the_length_and_not_with_its_square(piece: str) -> None:
    def cost(size: int) -> float:
        text = "x\n" + piece * (size // len(piece))
        started = time.process_time()
        split_reply(text, markers=("## mark ##",))
        return time.process_time() - started

    # Four times the text in sixteen times the time would be a square, each time that it is tried, on a busy machine as
    # on a quiet one; what is too fast to measure is fast enough.
    assert any(cost(240_000) < 11 * max(cost(60_000), 0.02) for _ in range(3))


HOSTILE = [
    *("> a\nb\n", "> a\n\nb\n", "x:\n> a\n", "On 12 May 2026 10:15 Jo wrote:\nx\n", "Jo wrote:\n> a\nb\n", "--\nx\n"),
    *("see below\n-----Original Message-----\n", "JD> a\n", "| a\nb\n", "-----BEGIN PGP SIGNATURE-----\n", ">\n\n\n\n"),
    *(
        "Jo Doe\n05/12/2026 10:15 AM\nTo: a\ncc:\nSubject: x\n",
        "To unsubscribe, http://x.example\n\n",
        "_____\nwww.x\n",
    ),
    *(">>> a 10:15 >>>\n", "<a@b.cc> writes:\n", "---------- Forwarded message ---------\n", "[" * 50, "<" * 50),
]


@pytest.mark.parametrize("answers", [False, True], ids=["alone", "answering"])
@pytest.mark.parametrize("piece", HOSTILE, ids=repr)
def test_crafted_quotes_take_time_in_proportion(piece: str, answers: bool) -> None:
    def cost(size: int) -> float:
        text = "x\n" + piece * (size // len(piece))
        started = time.process_time()
        read_reply(Texts(plain=text, html=""), {}, (), answers)
        return time.process_time() - started

    assert any(cost(160_000) < 11 * max(cost(40_000), 0.02) for _ in range(3))
