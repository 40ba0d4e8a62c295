"""Steps, trails and lists as JSON and back; nothing is guessed on the way back. Pure.

A step carries its class's name, so that the union stays closed: a journal that holds another kind of step, or one
with words that this code does not know, is read by no one rather than half.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from cattrs.errors import BaseValidationError, StructureHandlerNotFoundError
from cattrs.preconf.json import JsonConverter, make_converter
from cattrs.strategies import configure_tagged_union

from hd_bridge.errors import JournalError
from hd_bridge.model import Trace
from hd_bridge.policy import Choices
from hd_bridge.work import Step

TAG = "step"


def _exactly(value: Any, wanted: type) -> Any:
    """cattrs would make a text of a number and True of any list that is not empty."""
    if type(value) is not wanted:
        raise ValueError(f"{wanted.__name__} expected, {type(value).__name__} found")
    return value


def _converter() -> JsonConverter:
    made = make_converter(forbid_extra_keys=True)
    for plain in (str, bool, int):
        made.register_structure_hook(plain, _exactly)
    made.register_unstructure_hook(timedelta, timedelta.total_seconds)
    made.register_structure_hook(timedelta, lambda seconds, _: timedelta(seconds=seconds))
    configure_tagged_union(Step, made, tag_name=TAG)
    return made


_CONVERTER = _converter()


def step_to_json(step: Step) -> dict[str, Any]:
    """What the journal keeps of a step."""
    return cast(dict[str, Any], _CONVERTER.unstructure(step, unstructure_as=Step))


def step_from_json(kept: dict[str, Any]) -> Step:
    """The step that was kept; JournalError where this code does not know it."""
    try:
        return cast(Step, _CONVERTER.structure(kept, cast(Any, Step)))
    except (BaseValidationError, StructureHandlerNotFoundError, KeyError, ValueError, TypeError) as error:
        named = kept.get(TAG) if isinstance(kept, dict) else None
        raise JournalError(f"this version cannot read a step of kind {named!r}; was a newer one at work?") from error


def trail_to_json(trail: tuple[Trace, ...]) -> list[dict[str, str]]:
    """What the journal keeps of the rules that were tried on a mail."""
    return cast(list[dict[str, str]], _CONVERTER.unstructure(trail))


def trail_from_json(kept: list[dict[str, str]]) -> tuple[Trace, ...]:
    """The trail that was kept."""
    return _CONVERTER.structure(kept, tuple[Trace, ...])


def choices_to_json(choices: Choices | None) -> dict[str, Any] | None:
    """What the journal keeps of the choices of a configuration."""
    return None if choices is None else cast(dict[str, Any], _CONVERTER.unstructure(choices))


def choices_from_json(kept: dict[str, Any] | None) -> Choices | None:
    """The choices that were kept; words of another version are left out, for they are only compared."""
    if kept is None:
        return None
    known = {name: kept[name] for name in Choices.__slots__ if name in kept}
    return _CONVERTER.structure(known, Choices)
