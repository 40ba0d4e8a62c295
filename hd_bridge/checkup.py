"""What ``hd-bridge check`` looks at: every door, every name, every template. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from hd_bridge.decide import agents
from hd_bridge.errors import BridgeError, FarSideError
from hd_bridge.findings import Finding, Level
from hd_bridge.house import House
from hd_bridge.mail.language import can_guess
from hd_bridge.render_lint import lint
from hd_bridge.rules import missing_names
from hd_bridge.watch import learn


def findings(house: House, unmade: Mapping[str, Path]) -> Iterator[Finding]:
    """Everything that is found, door by door; a door that fails is a finding too, and the next one is tried.

    ``unmade`` doors are on this machine and made by the first start: looking at them now would make them.
    """
    doors: list[tuple[str, Callable[[], tuple[Finding, ...]]]] = [
        *((f"mailbox:{name}", box.check) for name, box in house.boxes.items()),
        ("tracker", house.tracker.check),
        ("tracker", lambda: tuple(names(house))),
        ("outbox", house.outbox.check),
        ("site", house.publisher.check),
        ("templates", lambda: tuple(templates(house))),
        ("languages", languages),
    ]
    for name, look in doors:
        if name in unmade:
            yield Finding(level=Level.OK, door=name, text=f"{unmade[name]} is not there yet; the first start makes it")
            continue
        try:
            yield from look()
        except BridgeError as error:
            yield Finding(level=Level.PROBLEM, door=name, text=str(error))


def names(house: House) -> Iterator[Finding]:
    """Names in the configuration that the tracker does not know."""
    learn(house)
    for project in sorted(set(house.policy.projects) - house.catalogues.keys()):
        try:
            house.tracker.catalogue(project)
        except FarSideError as error:
            yield Finding(level=Level.PROBLEM, door="tracker", text=f"project {project}: {error}")
    yield from who_answers(house)
    missing = missing_names(house.policy, house.catalogues)
    for text in missing:
        mend = "make it in the tracker, or change config.yaml; until then the project's default is used"
        yield Finding(level=Level.WARNING, door="tracker", text=text, mend=mend)
    if not missing and house.catalogues:
        yield Finding(level=Level.OK, door="tracker", text="every name in the configuration is known there")


def who_answers(house: House) -> Iterator[Finding]:
    """Whose notes in the tracker are answers."""
    if not house.roster.known:
        text = "the members of our projects cannot be read, so nobody's note can be told for an answer"
        yield Finding(level=Level.PROBLEM, door="tracker", text=text, mend="make the bridge's user a member of them")
        return
    for text in agents.missing(house.policy.agents, house.roster):
        mend = "make them members, or change `agents` in config.yaml; what they write is no answer until then"
        yield Finding(level=Level.WARNING, door="tracker", text=text, mend=mend)
    team = sorted(one.name for one in house.roster.members if house.policy.agents.member(one))
    if not team:
        text = "nobody is an agent there: no note will ever be an answer"
        yield Finding(level=Level.WARNING, door="tracker", text=text, mend="add members, or change `agents`")
    else:
        shown = ", ".join(team[:10]) + (f" and {len(team) - 10} more" if len(team) > 10 else "")
        yield Finding(level=Level.OK, door="tracker", text=f"what these people write there is an answer: {shown}")


def languages() -> tuple[Finding, ...]:
    """Whether letters can be in the language of a mail."""
    if can_guess():
        return (Finding(level=Level.OK, door="languages", text="the language of a mail can be guessed"),)
    text = "pycld2 is not there: letters to new customers are in their mailbox's language"
    return (
        Finding(level=Level.WARNING, door="languages", text=text, mend="pip install pycld2 (needs a C++ compiler)"),
    )


def templates(house: House) -> Iterator[Finding]:
    """Templates that would leave a hole in a letter, and letters that the configuration names but nobody wrote."""
    languages = tuple(sorted({box.language for box in house.policy.mailboxes}))
    mistakes = list(lint(house.templates, languages))
    wanted = {box.acknowledge for box in house.policy.mailboxes}
    wanted |= {rule.then.acknowledge for rule in house.policy.rules if rule.then.acknowledge is not None}
    mistakes += [f"{name}: there is no such template" for name in sorted(wanted - {""} - house.templates.names)]
    for mistake in mistakes:
        yield Finding(level=Level.PROBLEM, door="templates", text=mistake, mend="mend the template; see the README")
    if not mistakes:
        yield Finding(level=Level.OK, door="templates", text="every letter can be written")
