"""Where saved answers are kept. Pure."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from hd_bridge.config.section import HerePath, Line, Section


def title(text: str) -> str:
    """The title of a page, or "" for ``none`` and ``no``."""
    return "" if text in ("none", "no") else text


Title = Annotated[Line, AfterValidator(title), Field(description="a page's title, or none")]


class SavedSettings(Section):
    """A page of each project's wiki, by its title, "" where files alone count; and a folder of files."""

    wiki: Title = "Canned_answers"
    folder: HerePath | None = None
