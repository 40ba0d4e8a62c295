"""The section ``tracker``: the embedded one, or a Redmine with how gently it is to be treated. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator

from hd_bridge.config.duration import Duration
from hd_bridge.config.names import Web, loopback
from hd_bridge.config.secrets import SecretText
from hd_bridge.config.section import ExistingFile, HerePath, Line, Section, default_path
from hd_bridge.policy import FieldNames


class FieldSettings(Section):
    """Custom fields (name or id) that mirror what is known of a mail, where the tracker has them."""

    customer_name: Line | None = None
    customer_email: Line | None = None
    company: Line | None = None
    tags: Line | None = None

    def policy(self) -> FieldNames:
        """The same as a plain value."""
        return FieldNames(**self.model_dump())


class _Tracker(Section):
    """What trackers of all kinds have. ``rest`` is how long a call without an answer may still be running there."""

    markup: Literal["textile", "common_mark"] = Field("textile", description="textile or common_mark")
    fields_: FieldSettings = Field(default_factory=dict, validate_default=True, alias="fields")
    concurrency: int = Field(4, ge=1, le=32, description="a number from 1 to 32")
    read_timeout: Duration = timedelta(seconds=60)
    connect_timeout: Duration = timedelta(seconds=5)
    rest: Duration = timedelta(seconds=180)
    poll: Duration = timedelta(seconds=5)

    # Resting shorter than a call may take would repeat it while the first one is still at work: two tickets.
    @field_validator("rest")
    @classmethod
    def _outlasts_a_call(cls, value: timedelta, info: ValidationInfo) -> timedelta:
        if value <= info.data.get("read_timeout", timedelta(0)):
            raise ValueError("is not longer than read_timeout; expected well over the time that one request may take")
        return value


class EmbeddedTracker(_Tracker):
    """A small tracker of our own on SQLite."""

    kind: Literal["embedded"]
    path: HerePath = default_path("var/tracker.sqlite")


class RedmineTracker(_Tracker):
    """A Redmine (5.0 or later) or one of its relatives, by its REST API."""

    kind: Literal["redmine"]
    plain_http: bool = Field(False, description="yes or no")
    url: Web
    key: SecretText
    ca_file: ExistingFile | None = None

    @field_validator("url")
    @classmethod
    def _never_in_the_open(cls, value: str, info: ValidationInfo) -> str:
        parts = urlsplit(value)
        if parts.scheme == "http" and not loopback(parts.hostname or "") and not info.data.get("plain_http"):
            raise ValueError(
                "would send the API key in the open; expected https (or plain_http: yes in a network that you trust)"
            )
        return value


TrackerSettings = Annotated[EmbeddedTracker | RedmineTracker, Field(discriminator="kind")]
