"""The section ``agents``: our own people, by address, by domain, by login or by their role in the tracker. Pure."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from hd_bridge.config.names import MailAddress, address
from hd_bridge.config.section import Line, Section
from hd_bridge.contacts.free_mail import FREE_MAIL
from hd_bridge.people import Agent, Agents

DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
LONGEST_SIGNATURE = 2000  # characters


def _domain_or_address(text: str) -> str:
    word = text.lower().removeprefix("@")
    if "@" in word:
        return address(word)
    if not DOMAIN.fullmatch(word):
        raise ValueError("is neither an e-mail address nor a domain; expected ana@example.com, or @example.com for all")
    if word in FREE_MAIL:
        raise ValueError("is a domain where anybody can have an address; expected the addresses of your own people")
    return "@" + word


def _signature(text: str) -> str:
    if len(text) > LONGEST_SIGNATURE or not all(line.isprintable() for line in text.splitlines()):
        raise ValueError(f"is too long or has control characters; expected at most {LONGEST_SIGNATURE} characters")
    return text.strip()


class PersonSettings(Section):
    """One of us. Without a login the tracker's side of them is not known."""

    login: Line | None = Field(None, description="the tracker's login")
    address: MailAddress | None = None
    name: Line | None = None
    signature: Annotated[str, AfterValidator(_signature)] = Field("", description="a text of some lines")

    @model_validator(mode="after")
    def _says_who(self) -> PersonSettings:
        if not self.login and not self.address:
            raise ValueError("says not who it is; expected a login, an address or both")
        return self

    def agent(self) -> Agent:
        """The same as a plain value."""
        return Agent(login=self.login or "", address=self.address or "", name=self.name or "", signature=self.signature)


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class RoleSettings(Section):
    """Members of our projects who have one of these roles there."""

    roles: Annotated[tuple[Line, ...], BeforeValidator(_listed)] = Field(min_length=1, description="names of roles")


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "roles" if "roles" in value else "person"
    return "word"


Word = Annotated[Line, AfterValidator(_domain_or_address)]
AgentSettings = Annotated[
    Annotated[Word, Tag("word")] | Annotated[PersonSettings, Tag("person")] | Annotated[RoleSettings, Tag("roles")],
    Discriminator(_kind),
]
AgentList = Annotated[
    tuple[AgentSettings, ...],
    BeforeValidator(_listed),
    Field(description="addresses, domains, people (login, address, name, signature) or roles"),
]


def agents_of(listed: tuple[str | PersonSettings | RoleSettings, ...]) -> Agents:
    """The list as a plain value."""
    words = [one for one in listed if isinstance(one, str)]
    people = [Agent(address=word) for word in words if not word.startswith("@")]
    return Agents(
        people=(*(one.agent() for one in listed if isinstance(one, PersonSettings)), *people),
        domains=frozenset(word[1:] for word in words if word.startswith("@")),
        roles=tuple(role for one in listed if isinstance(one, RoleSettings) for role in one.roles),
    )
