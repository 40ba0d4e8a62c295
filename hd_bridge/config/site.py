"""The sections ``site``, ``templates`` and ``faq``: what customers see. Pure."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from hd_bridge.config.names import Host, Port, Web, loopback
from hd_bridge.config.section import HerePath, Section, default_path

EVERYWHERE = ("0.0.0.0", "::")  # to listen at; nobody can follow a link there


class ServeSettings(Section):
    """The small web server of our own, for those who have none."""

    host: Host = "127.0.0.1"
    port: Port = 8025


class SiteSettings(Section):
    """Where pages are put and under which address they are seen; ``serve`` is ``None`` where others serve them."""

    kind: Literal["folder"] = "folder"
    folder: HerePath = default_path("var/site")
    url: Web | None = None
    serve: ServeSettings | None = None

    @model_validator(mode="after")
    def _has_an_address(self) -> SiteSettings:
        if self.url is None and self.serve is None:
            raise ValueError("has no url; expected the address under which the folder is seen, or a section serve")
        return self

    @property
    def base(self) -> str:
        """The address that links start with; ends in a slash."""
        if self.url is not None:
            return self.url
        assert self.serve is not None  # _has_an_address
        name = f"[{self.serve.host}]" if ":" in self.serve.host else self.serve.host
        return f"http://{name}:{self.serve.port}/"

    @property
    def on_this_machine(self) -> bool:
        """Whether nobody else can follow the links."""
        host = urlsplit(self.base).hostname or ""
        return loopback(host) or host in EVERYWHERE

    @property
    def encrypted(self) -> bool:
        """Whether visitors come by https."""
        return urlsplit(self.base).scheme == "https"


class TemplateSettings(Section):
    """A folder with letters of one's own: ``<folder>/<language>/<name>``; those that it lacks are ours."""

    folder: HerePath | None = None


class FaqSettings(Section):
    """Where the answers to frequent questions are."""

    url: Web | None = Field(None, description="a web address such as https://example.com/faq/")
