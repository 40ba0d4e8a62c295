"""``hd-bridge templates``: letters and saved answers listed, checked, looked at. Touches the disk and the network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from hd_bridge import app as house_app
from hd_bridge.cli.out import CONFIG, ConfigOption, JsonOption, complain, print_json, say, table
from hd_bridge.config import load
from hd_bridge.errors import BridgeError, ConfigError
from hd_bridge.house import House
from hd_bridge.letters.links import links_in, wrong_with
from hd_bridge.letters.saved_answers import SavedAnswers
from hd_bridge.letters.saved_lint import lint_saved, overshadowed
from hd_bridge.letters.saved_shelf import Shelf
from hd_bridge.preview import Wish, preview
from hd_bridge.render import Templates
from hd_bridge.render_lint import lint, oversights

app = typer.Typer(help="Letters and saved answers: what there is, what is wrong, how it looks.", no_args_is_help=True)


def register(main: typer.Typer) -> None:
    """Add the commands of this file."""
    main.add_typer(app, name="templates")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A letter, a part of letters or a saved answer; ``languages`` tell whose it is in each, "" is for all of them."""

    kind: str
    name: str
    of: str
    languages: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """Something that was found; a ``mistake`` would fail, the others work and are hardly meant so."""

    text: str
    mistake: bool = True


@app.command("list")
def list_templates(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """What there is: letters, their parts, saved answers; in which languages, ours or yours, for whom."""
    with house_app.reading_house(settings := load(config)) as house:
        saved, failures = _saved(house, house_app.shelf_of(settings, house))
        entries = [*_letters(house.templates), *_answers(saved)]
    if as_json:
        for entry in entries:
            print_json(entry)
    else:
        table("Templates", ("kind", "name", "for", "languages"), [(e.kind, e.name, e.of, _told(e)) for e in entries])
        say("\n* is yours: from the folder of templates, or a saved answer. The others come with hd_bridge.")
    _end(failures)


@app.command("lint")
def lint_command(
    online: Annotated[bool, typer.Option("--online", help="Ask for every page that is linked to, too.")] = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Find unknown values, missing languages, broken syntax, dead links and slips. Exit status 1 if anything fails."""
    with house_app.reading_house(settings := load(config)) as house:
        saved, failures = _saved(house, house_app.shelf_of(settings, house))
        flaws = [*_of_templates(house), *_of_answers(house, saved), *_of_links(house.templates, saved, online)]
    flaws += [Flaw(text=failure) for failure in failures]
    for flaw in flaws:
        if as_json:
            print_json(flaw)
        else:
            say(f"{'mistake' if flaw.mistake else 'look at'}  {flaw.text}", "red" if flaw.mistake else "yellow")
    if any(flaw.mistake for flaw in flaws):
        raise typer.Exit(1)
    if not as_json:
        answers = sum(len(one.names) for one in saved.values())
        say(f"{len(house.templates.names)} letters and {answers} saved answers are well")


@app.command("preview")
def preview_command(
    name: Annotated[str, typer.Argument(help="A letter (answer, ack …) or a saved answer.")],
    language: Annotated[str | None, typer.Option("--lang", help="Else the ticket's, else the mailbox's.")] = None,
    ticket: Annotated[
        str | None, typer.Option(help="A past ticket ('#12') whose values to use; else a sample.")
    ] = None,
    mailbox: Annotated[str | None, typer.Option(help="Whose letter; else the ticket's, else the first.")] = None,
    kind: Annotated[str, typer.Option(help="first-answer, follow-up, in-progress, waiting, solved.")] = "first-answer",
    html: Annotated[Path | None, typer.Option(help="Write the HTML here, to look at in a browser.")] = None,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Write a letter as a customer would get it; nothing is sent."""
    wish = Wish(name=name, language=language, ticket=ticket, mailbox=mailbox, kind=kind)
    with house_app.reading_house(settings := load(config)) as house:
        shown = preview(house, house_app.shelf_of(settings, house), wish)
    if html is not None:
        html.write_text(shown.html or f"<pre>{shown.text}</pre>", encoding="utf-8")
    if as_json:
        print_json({"name": name, "subject": shown.subject, "text": shown.text, "html": shown.html})
        return
    say(shown.subject, "bold")
    say(f"\n{shown.text}")
    if html is not None:
        say(f"the HTML is in {html}", "dim")


def _saved(house: House, shelf: Shelf) -> tuple[dict[str, SavedAnswers], list[str]]:
    """The saved answers of every project, and which could not be read."""
    found: dict[str, SavedAnswers] = {}
    failures: list[str] = []
    for project in house.policy.projects:
        try:
            found[project] = shelf.of(project)
        except ConfigError as error:
            failures += error.mistakes
        except BridgeError as error:
            failures.append(f"saved answers of {project}: {error}")
    return found, failures


def _end(failures: list[str]) -> None:
    for failure in failures:
        complain(failure)
    if failures:
        raise typer.Exit(1)


def _told(entry: Entry) -> str:
    marked = ((language or "all", "*" if whose == "yours" else "") for language, whose in entry.languages.items())
    return ", ".join(language + mark for language, mark in marked)


def _letters(templates: Templates) -> Iterator[Entry]:
    found: dict[tuple[bool, str, str], dict[str, str]] = {}
    for path in sorted(templates.sources):
        language, *folder, file = path.split("/")
        name = file.partition(".")[0]
        languages = found.setdefault((name.startswith("_"), name, "".join(folder)), {})
        if languages.get(language) != "yours":
            languages[language] = "yours" if path in templates.yours else "ours"
    for (part, name, of), languages in sorted(found.items()):
        yield Entry(kind="part" if part else "letter", name=name, of=of or "all", languages=languages)


def _answers(saved: Mapping[str, SavedAnswers]) -> Iterator[Entry]:
    for project, answers in saved.items():
        for name in answers.names:
            languages = dict.fromkeys(answers.languages(name), "yours")
            yield Entry(kind="saved answer", name=name, of=project, languages=languages)


def _of_templates(house: House) -> Iterator[Flaw]:
    languages = tuple(sorted({box.language for box in house.policy.mailboxes}))
    yield from (Flaw(text=text) for text in lint(house.templates, languages))
    folders = {*house.policy.projects, *(box.name for box in house.policy.mailboxes)}
    yield from (Flaw(text=text, mistake=False) for text in oversights(house.templates, folders))


def _of_answers(house: House, saved: Mapping[str, SavedAnswers]) -> Iterator[Flaw]:
    found: dict[Flaw, None] = {}
    for project, answers in saved.items():
        languages = tuple(sorted({box.language for box in house.policy.mailboxes if box.project == project}))
        for text in lint_saved(answers, languages, house.templates, house.policy.markup):
            found[Flaw(text=text)] = None
        for text in overshadowed(answers):
            found[Flaw(text=text, mistake=False)] = None
    yield from found  # files are every project's: each is told once


def _of_links(templates: Templates, saved: Mapping[str, SavedAnswers], online: bool) -> Iterator[Flaw]:
    texts = [(path, templates.sources[path]) for path in sorted(templates.yours)]
    texts += [(one.where, one.text) for answers in saved.values() for one in answers.all]
    places: dict[str, str] = {}
    for where, text in texts:
        for address in links_in(text):
            places.setdefault(address, where)
    wrong = {address: said for address in places if (said := wrong_with(address))}
    if online:
        from hd_bridge.link_check import dead

        wrong |= dead(address for address in places if address not in wrong)
    for address, said in wrong.items():
        yield Flaw(text=f"{places[address]}: the link {address} {said}")
