"""The section ``answers``: which notes of agents become letters, and what else letters tell. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field, model_validator

from hd_bridge.config.mailboxes import Template
from hd_bridge.config.rules import Size
from hd_bridge.config.saved import SavedSettings
from hd_bridge.config.section import Line
from hd_bridge.policy_answers import AnswerPolicy

Way = Literal["every", "marked", "field"]


class AnswerSettings(SavedSettings):
    """Which notes are sent, from whom, which changes of status have letters; and where saved answers are."""

    send: Way = Field("every", description="every, marked or field")
    field: Line | None = None
    projects: dict[Line, Way] = Field(default_factory=dict)
    statuses: dict[Line, Template] = Field(default_factory=dict)
    close_status: Line | None = None
    from_agent: bool = Field(True, description="yes or no")
    quote: bool = Field(True, description="yes or no")
    marker: bool = Field(True, description="yes or no")
    files: Size = 10 * 2**20
    faq_field: Line | None = None
    noreply_field: Line | None = None
    related: Literal["ask", "letter", "no"] = Field("ask", description="ask, letter or no")
    by_mail: Literal["vouched", "token"] = Field("vouched", description="vouched or token")

    @model_validator(mode="after")
    def _field_is_named(self) -> AnswerSettings:
        if "field" in (self.send, *self.projects.values()) and self.field is None:
            raise ValueError("sends by a custom field and names none; expected field: NAME")
        return self

    def policy(self, grace: timedelta, tell: str = "") -> AnswerPolicy:
        """The same as a plain value."""
        return AnswerPolicy(
            send=self.send,
            field=self.field,
            projects=tuple(self.projects.items()),
            grace=grace,
            statuses=tuple((name.casefold(), template) for name, template in self.statuses.items() if template),
            close_status=self.close_status,
            faq_field=self.faq_field,
            noreply_field=self.noreply_field,
            from_agent=self.from_agent,
            quote=self.quote,
            marker=self.marker,
            most_bytes=self.files,
            related=self.related,
            by_mail=self.by_mail,
            tell=tell,
        )
