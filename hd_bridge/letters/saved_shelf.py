"""Where saved answers are looked up: a wiki page of the ticket's project, then the team's files. Pure."""

from __future__ import annotations

from collections.abc import Callable

from hd_bridge.letters.saved_answers import SavedAnswer, SavedAnswers, of_page
from hd_bridge.ports_wiki import Wiki

PAGE_LASTS = 30.0  # seconds: who has just mended an answer wants to use it


class Shelf:
    """All saved answers of one installation. ``page`` is the title of the wiki pages, ``None`` where files alone
    count; ``files`` are for every project, a page's answer of the same name goes before."""

    def __init__(
        self,
        wiki: Wiki,
        *,
        page: str | None,
        markup: str,
        monotonic: Callable[[], float],
        files: tuple[SavedAnswer, ...] = (),
    ) -> None:
        self._wiki = wiki
        self._page = page
        self._markup = markup
        self._monotonic = monotonic
        self._files = files
        self._read: dict[str, tuple[float, SavedAnswers]] = {}

    def of(self, project: str) -> SavedAnswers:
        """The answers for a project's tickets. Fails as the tracker does when the page must be read."""
        now = self._monotonic()
        known = self._read.get(project)
        if known is None or now - known[0] > PAGE_LASTS:
            known = self._read[project] = (now, SavedAnswers([*self._of_page(project), *self._files]))
        return known[1]

    def _of_page(self, project: str) -> tuple[SavedAnswer, ...]:
        page = self._wiki.wiki_page(project, self._page) if self._page else None
        return of_page(page.text, self._markup, f"wiki page {page.title} of {project}") if page else ()
