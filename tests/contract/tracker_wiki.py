"""The contract of a tracker's wiki: pages that agents write and we read. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hd_bridge.errors import Closed, Refused
from tests.contract.tracker_bench import Bench, a_word


class WikiContract:
    """Saved answers are kept on such pages."""

    def test_a_page_is_told_as_it_was_written_last(self, bench: Bench) -> None:
        title = a_word().capitalize()
        bench.write_page(title, "h1. Answers\n\nfirst")
        first = bench.tracker.wiki_page(bench.project, title)
        assert first is not None
        assert (first.title, first.text, first.version) == (title, "h1. Answers\n\nfirst", 1)
        assert abs(first.updated_on - datetime.now(UTC)) < timedelta(minutes=5)
        bench.write_page(title, "second\n\n{{ contact_first }} & <é 日本>\n")
        second = bench.tracker.wiki_page(bench.project, title)
        assert second is not None
        assert (second.text.rstrip("\n"), second.version) == ("second\n\n{{ contact_first }} & <é 日本>", 2)

    def test_a_title_is_found_with_spaces_and_whatever_its_capitals(self, bench: Bench) -> None:
        word = a_word()
        bench.write_page(f"Saved_answers_{word}", "text")
        for title in (f"Saved answers {word}", f"saved_answers_{word}", f"Saved_answers_{word}"):
            page = bench.tracker.wiki_page(bench.project, title)
            assert page is not None and page.title == f"Saved_answers_{word}"

    def test_a_page_that_is_not_there_is_none(self, bench: Bench) -> None:
        assert bench.tracker.wiki_page(bench.project, a_word()) is None

    def test_a_wiki_that_is_not_for_us_is_refused_or_not_there(self, bench: Bench) -> None:
        try:
            assert bench.tracker.wiki_page("no-such-project", "Answers") is None
        except Refused as refused:
            assert "project" in refused.why or "wiki" in refused.why

    def test_a_wrong_key_never_hears_that_a_page_is_not_there(self, bench: Bench) -> None:
        with pytest.raises(Closed):
            bench.stranger().wiki_page(bench.project, a_word())
