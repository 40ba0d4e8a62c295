"""Mails put together by lot from what people and programs write: whatever comes together, no word is lost."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hd_bridge.mail.split import split_reply

PEOPLE = st.sampled_from(
    [
        *("It is red.", "no it isn't", "Yes -- and no", "Thanks,\nJoan", "1. first\n2. second", "(see the picture)"),
        *("I have 3 lamps, and on 12 May 2026 at 10:15 two of them broke.", "we met on 1/2/26 10:15", "Dear Ada,"),
        *("See http://www.mill.example/lamps for it.", "These are the parts:\n- lamp\n- cable", "Subject to change"),
        *("My address is joan@home.example", "Name: Joan Mill\nOrder: 4711\nDate: 12 May 2026", "PS: it is green"),
        *("2026-05-12 10:15:07 ERROR lamp: broken\n2026-05-12 10:15:08 INFO cable: fine", "*** Important ***"),
        *("On Monday I wrote to you:", 'He said: "it is broken".', "To: be honest, I do not know.", "C:\\> dir"),
        *("| a | b |\n| 1 | 2 |", "Joan Mill\nMill Ltd\nTel. +44 20 7946 0018", "foo@bar.example wrote that to me"),
        *("$ ls > out.txt", "Am Montag schrieb ich Ihnen, dass es geht", "Please call +44 20 7946 0018.", "a <- b"),
    ]
)
HEADS = st.sampled_from(
    [
        *(
            "",
            "Ada Lamp wrote:\n",
            "On Tue, 12 May 2026, Ada Lamp wrote:\n",
            "Am 12.05.26 um 10:15 schrieb Ada Lamp:\n",
        ),
        *("On Tue, May 12, 2026 at 10:15 AM Ada Lamp <ada@shop.example> wrote:\n\n", "ada@shop.example writes:\n"),
    ]
)
QUOTES = st.sampled_from(["> We sent it.\n> \n> Is it red?", "> Is it green?", "> > older\n> newer\n>\n> last line"])
ENDS = st.sampled_from(
    [
        *("", "\n\n-- \nJoan Mill\nMill Ltd", "\n--\nJoan", "\n\nSent from my iPhone"),
        f"\n{'_' * 47}\nLamps mailing list\nLamps@lists.example\nhttp://lists.example/mailman/listinfo/lamps",
    ]
)
WRITTEN = st.lists(PEOPLE, min_size=1, max_size=3).map("\n\n".join)
ANSWERS = st.lists(st.tuples(QUOTES, WRITTEN), min_size=1, max_size=3)
OFTEN = settings(derandomize=True, max_examples=600, deadline=None)


def missing(text: str, written: str, *, answers: bool) -> Counter[str]:
    """The words that are not in the reply any more."""
    return Counter(written.split()) - Counter(split_reply(text, answers=answers)[0].split())


@pytest.mark.parametrize("answers", [False, True], ids=["alone", "answering"])
@OFTEN
@given(new=WRITTEN, head=HEADS, quote=QUOTES, end=ENDS)
def test_above_a_quote_no_word_is_lost(answers: bool, new: str, head: str, quote: str, end: str) -> None:
    assert not missing(f"{new}\n\n{head}{quote}{end}", new, answers=answers)
    assert not missing(f"{new}{end}\n\n{head}{quote}", new, answers=answers)


@pytest.mark.parametrize("gap", ["\n\n", "\n"], ids=["apart", "touching"])
@OFTEN
@given(
    before=st.just("") | WRITTEN,
    parts=ANSWERS,
    head=HEADS,
    end=ENDS,
)
def test_below_and_within_quotes_no_word_is_lost(
    gap: str, before: str, parts: list[tuple[str, str]], head: str, end: str
) -> None:
    text = f"{before}{gap}{head}" + gap.join(f"{quote}{gap}{new}" for quote, new in parts) + end
    written = " ".join([before, *(new for _, new in parts)])
    assert not missing(text, written, answers=True)
    assert not missing(text, written, answers=False)
