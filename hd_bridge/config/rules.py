"""The section ``rules``: when a mail looks like this, then the ticket gets that. Pure."""

from __future__ import annotations

import re
from typing import Annotated, Any

import regex
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from hd_bridge import policy
from hd_bridge.config.duration import Duration
from hd_bridge.config.mailboxes import Template
from hd_bridge.config.section import Line, Section

SIZES = {"": 1, "b": 1, "kb": 1024, "mb": 1024**2, "gb": 1024**3}


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _pattern(text: str) -> str:
    try:
        regex.compile(text, regex.IGNORECASE)
    except regex.error as error:
        where = f" at character {error.pos + 1}" if error.pos is not None else ""
        raise ValueError(f"is not a pattern: {error.msg}{where}; expected a regular expression") from None
    return text


def size(text: str) -> int:
    """``5 MB`` -> bytes (1 kB is 1024 of them, as mail servers count); ValueError otherwise."""
    match = re.fullmatch(r"([0-9]{1,12})\s*([kmg]?b)?", text.strip().lower())
    if not match:
        raise ValueError("is not a size; expected bytes, or a number with kB, MB or GB")
    return int(match[1]) * SIZES[match[2] or ""]


Texts = Annotated[tuple[Line, ...], BeforeValidator(_listed), Field(min_length=1, description="texts")]
Pattern = Annotated[Line, AfterValidator(_pattern)]
Patterns = Annotated[tuple[Pattern, ...], BeforeValidator(_listed), Field(min_length=1, description="patterns")]
Size = Annotated[int, BeforeValidator(lambda v: size(v) if isinstance(v, str) else v), Field(description="a size")]


class Comparison(Section):
    """How a text of the mail is compared; any value fits, but several ways must all fit. A bare text means ``is``."""

    contains: Texts = ()
    matches: Patterns = ()
    is_: Texts = Field((), alias="is")

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return {"is": value} if isinstance(value, str | list) else value

    @model_validator(mode="after")
    def _says_something(self) -> Comparison:
        if not (self.contains or self.matches or self.is_):
            raise ValueError("compares with nothing; expected contains, matches or is")
        return self

    def tests(self, what: str, name: str = "") -> list[policy.Test]:
        """One condition for each way of comparing."""
        ways = (("contains", self.contains), ("matches", self.matches), ("is", self.is_))
        return [policy.Test(what=what, how=how, values=values, name=name) for how, values in ways if values]


class HeaderComparison(Comparison):
    """The same for a header of the mail."""

    name: Line = Field(description="the name of a header")


class SizeComparison(Section):
    """A mail's size as it came."""

    over: Size | None = None
    under: Size | None = None

    @model_validator(mode="after")
    def _says_something(self) -> SizeComparison:
        if self.over is None and self.under is None:
            raise ValueError("compares with nothing; expected over or under, such as over: 5 MB")
        return self

    def tests(self) -> list[policy.Test]:
        """One condition for each bound."""
        bounds = (("over", self.over), ("under", self.under))
        return [policy.Test(what="size", how=how, values=(str(bound),)) for how, bound in bounds if bound is not None]


class When(Section):
    """Conditions; all of them must hold."""

    mailbox: Comparison | None = None
    from_: Comparison | None = Field(None, alias="from")
    domain: Comparison | None = None
    to: Comparison | None = None
    subject: Comparison | None = None
    body: Comparison | None = None
    header: HeaderComparison | None = None
    language: Comparison | None = None
    file: Comparison | None = None
    size: SizeComparison | None = None
    has_file: bool | None = Field(None, alias="has-file", description="yes or no")
    contact: Comparison | None = None
    company: Comparison | None = None
    any_: tuple[When, ...] | None = Field(None, alias="any", min_length=1, description="a list of conditions")
    all_: tuple[When, ...] | None = Field(None, alias="all", min_length=1, description="a list of conditions")
    not_: When | None = Field(None, alias="not", description="a condition")

    @model_validator(mode="after")
    def _says_something(self) -> When:
        if not self.model_fields_set:
            raise ValueError("is empty; expected a condition (a rule for every mail has no `when` at all)")
        return self

    def condition(self) -> policy.Condition:
        """The same as a plain value."""
        found = [test for part in self._parts() for test in part]
        return found[0] if len(found) == 1 else policy.All(of=tuple(found))

    def _parts(self) -> list[list[policy.Condition]]:
        words = ("mailbox", "from", "domain", "to", "subject", "body", "language", "file", "contact", "company")
        texts = {word: getattr(self, "from_" if word == "from" else word) for word in words}
        parts: list[list[policy.Condition]] = [[*text.tests(word)] for word, text in texts.items() if text]
        if self.header:
            parts.append([*self.header.tests("header", self.header.name)])
        if self.size:
            parts.append([*self.size.tests()])
        if self.has_file is not None:
            parts.append([policy.Test(what="has-file", how="is", values=("yes" if self.has_file else "no",))])
        if self.any_:
            parts.append([policy.Any(of=tuple(one.condition() for one in self.any_))])
        if self.all_:
            parts.append([one.condition() for one in self.all_])
        if self.not_:
            parts.append([policy.Not(of=self.not_.condition())])
        return parts


class Then(Section):
    """What the ticket gets; what is left out stays open for later rules and the project's defaults."""

    project: Line | None = None
    tracker: Line | None = None
    category: Line | None = None
    priority: Line | None = None
    assignee: Line | None = None
    due_in: Duration | None = None
    tags: Texts = ()
    private: bool | None = None
    watchers: Texts = ()
    fields_: dict[Line, Line] = Field(default_factory=dict, alias="fields")
    acknowledge: Template | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Then:
        if not self.model_fields_set:
            raise ValueError("is empty; expected what the ticket gets, such as category: Bugs")
        return self

    def choices(self) -> policy.Choices:
        """The same as a plain value."""
        plain = {name: getattr(self, name) for name in type(self).model_fields if name != "fields_"}
        return policy.Choices(fields=tuple(self.fields_.items()), **plain)


class RuleSettings(Section):
    """One rule. Without ``when`` it fits every mail."""

    name: Line
    when: When | None = None
    then: Then = Field(description="what the ticket gets, such as category: Bugs")
    stop: bool = Field(False, description="yes or no")

    def rule(self) -> policy.Rule:
        """The same as a plain value."""
        when = self.when.condition() if self.when else policy.All()
        return policy.Rule(name=self.name, when=when, then=self.then.choices(), stop=self.stop)
