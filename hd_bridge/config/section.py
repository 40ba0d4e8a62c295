"""What all sections of config.yaml have in common: strict keys, no empty values, paths beside the file. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator


@dataclass(slots=True)
class Surroundings:
    """Where a file is read: the folder that its paths start from, and the environment that holds secrets.

    ``sections`` remembers which section each mapping was taken for, so that a mistake can name the keys it knows.
    """

    folder: Path
    environ: Mapping[str, str]
    sections: dict[int, type[Section]] = field(default_factory=dict)


class Section(BaseModel):
    """A mapping of config.yaml. Unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _remember(cls, data: Any, info: ValidationInfo) -> Any:
        surroundings(info).sections[id(data)] = cls
        return data

    @classmethod
    def known_keys(cls) -> dict[str, str]:
        """Every key that this section knows, with what is expected behind it."""
        return {f.alias or name: f.description or "a value" for name, f in cls.model_fields.items()}


def surroundings(info: ValidationInfo) -> Surroundings:
    """The surroundings that a validation runs in."""
    context = info.context
    if not isinstance(context, Surroundings):
        raise TypeError("settings are validated with Surroundings as context")
    return context


def _beside(value: Any, info: ValidationInfo) -> Any:
    if not isinstance(value, str | Path) or not str(value) or "\0" in str(value):
        raise ValueError("is not a path; expected a file or folder name")
    return surroundings(info).folder / Path(value)


def _existing(value: Any, info: ValidationInfo) -> Any:
    path: Path = _beside(value, info)
    if not path.is_file():
        raise ValueError("is not a file that can be read; expected the path of a file")
    return path


def _one_line(value: Any) -> Any:
    if isinstance(value, str) and (not value.strip() or not value.isprintable()):
        raise ValueError("is blank or has control characters; expected one line of text")
    return value


def omissible() -> Any:
    """The default of a section that may be left out: an empty one, checked like one that is written."""
    return Field(default_factory=dict, validate_default=True)


def default_path(path: str) -> Any:
    """The default of a path: beside the file as well."""
    return Field(Path(path), validate_default=True)


HerePath = Annotated[Path, BeforeValidator(_beside), Field(description="a path")]
ExistingFile = Annotated[Path, BeforeValidator(_existing), Field(description="the path of a file")]
Line = Annotated[str, BeforeValidator(_one_line), Field(description="one line of text")]
