"""The tracker's wiki, as far as it is read: pages where agents keep what letters are made of. Pure."""

from __future__ import annotations

from typing import Protocol

from hd_bridge.wiki import WikiPage


class Wiki(Protocol):
    """A part of ``ports.Tracker``; it fails as the rest of it does."""

    def wiki_page(self, project: str, title: str) -> WikiPage | None:
        """A page of a project's wiki as it is now, whatever the capitals of its title and with spaces for
        underscores; ``None`` if it is not there (proved). ``Refused`` if the project's wiki is not for us."""
