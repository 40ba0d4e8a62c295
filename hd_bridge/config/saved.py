"""Where saved answers are kept. Pure."""

from __future__ import annotations

from hd_bridge.config.section import HerePath, Line, Section


class SavedSettings(Section):
    """A page of each project's wiki, by its title, none where files alone count; and a folder of files."""

    wiki: Line | None = "Canned_answers"
    folder: HerePath | None = None
