"""Where saved answers come from: the project's wiki page before the team's files, asked for seldom and again soon."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from hd_bridge.errors import Closed
from hd_bridge.letters.saved_answers import SavedAnswer
from hd_bridge.letters.saved_shelf import PAGE_LASTS, Shelf
from hd_bridge.wiki import WikiPage
from tests.unit.test_letters_saved import TEXTILE, one


class Pages:
    """A wiki that counts how often it is asked."""

    def __init__(self) -> None:
        self.text: str | None = TEXTILE
        self.asked: list[tuple[str, str]] = []

    def wiki_page(self, project: str, title: str) -> WikiPage | None:
        self.asked.append((project, title))
        if project == "closed":
            raise Closed("the key is wrong")
        now = datetime(2026, 1, 1, tzinfo=UTC)
        return WikiPage(title=title, text=self.text, version=1, updated_on=now) if self.text else None


def shelf(pages: Pages, monotonic: Callable[[], float], page: str | None = "Canned_answers") -> Shelf:
    return Shelf(
        pages,
        page=page,
        markup="textile",
        monotonic=monotonic,
        files=(one("Refund", "en", "of a file"), one("Only here")),
    )


def test_a_page_goes_before_files_and_is_read_again_soon() -> None:
    pages, now = Pages(), [0.0]
    both = shelf(pages, lambda: now[0])
    refund = both.of("support").find("Refund", "en")
    assert isinstance(refund, SavedAnswer) and refund.text == "We refund, {{ contact_first }}."
    assert isinstance(both.of("support").find("Only here", "en"), SavedAnswer)
    assert pages.asked == [("support", "Canned_answers")]
    now[0], pages.text = PAGE_LASTS + 1, None
    refund = both.of("support").find("Refund", "en")
    assert isinstance(refund, SavedAnswer) and refund.text == "of a file"
    with pytest.raises(Closed):
        both.of("closed")


def test_without_a_page_only_files_count_and_the_tracker_is_left_alone() -> None:
    pages = Pages()
    assert shelf(pages, lambda: 0.0, page=None).of("support").names == ("Refund", "Only here")
    assert pages.asked == []
