"""An agent's answer as a letter: its words in text and HTML, its pictures in place, its files enclosed. Pure."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from hd_bridge.decide.answering import Question, Reply
from hd_bridge.house import House
from hd_bridge.letters import NoteBody, note_body
from hd_bridge.letters.left_out import left_out_words
from hd_bridge.mail.compose import Enclosure, content_id
from hd_bridge.mail.filenames import safe_name
from hd_bridge.perform.letters import written
from hd_bridge.perform.mailed import files_of_mail
from hd_bridge.perform.values import letter_values
from hd_bridge.steps import SendLetter
from hd_bridge.work import Letter

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/bmp", "image/webp")


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A file of the answer, read when it travels."""

    name: str
    size: int
    media_type: str
    read: Callable[[], bytes]
    inline: bool = False


def render_answer(house: House, question: Question, reply: Reply, step: SendLetter) -> tuple[SendLetter, Letter]:
    """The letter, and its step with what the agent says in it as plain text (for the ticket's page)."""
    domain = question.mailbox.address.rpartition("@")[2]
    travel, left = _fitting(_files(house, question), house.policy.answers.most_bytes)
    enclosed = [_enclosure(step, file, domain) for file in travel]
    images = {file.name: one.content_id for file, one in zip(travel, enclosed, strict=True) if one.content_id}
    body = _body(question, house.policy.markup, images)
    files = _placed(list(zip(travel, enclosed, strict=True)), body.images)
    known, answered = house.journal.correspondence(step.conversation, step.mail)
    language = house.templates.language(step.template, step.language, question.mailbox.language)
    values = replace(
        letter_values(house, step, question.mailbox, known, answered),
        body_text=body.text,
        body_html=body.html,
        left_out=left_out_words(language, [file.name for file in left]),
        agent_name=question.agent.name or question.note.user,
        signature=question.agent.signature,
        kind=reply.kind,
        project=question.conversation.moved_to or question.ticket.project,
        is_first_answer=not question.exchange.answers,
        we_began=question.exchange.mail is None,
        marker=house.policy.answers.marker,
    )
    if not house.policy.answers.quote:
        values = replace(values, quoted="")
    letter = written(house, step, question.mailbox, values, answered, cc=reply.cc, enclosures=files)
    beside = tuple(file.name for file in files if file.content_id is None)
    return replace(step, said=body.text, files=beside), letter


def _placed(pairs: Sequence[tuple[_File, Enclosure]], shown: Sequence[str]) -> tuple[Enclosure, ...]:
    """Pictures that the words show, and files beside them; a picture of the agent's own signature is neither."""
    kept = ((file, one) for file, one in pairs if file.name in shown or not file.inline)
    return tuple(one if file.name in shown else replace(one, content_id=None) for file, one in kept)


def _body(question: Question, markup: str, images: Mapping[str, str]) -> NoteBody:
    """The words of the letter; those of a mail may be written in several markups."""
    if question.mail is None:
        return note_body(question.orders.body, markup, images)
    bodies = [note_body(text, how, images) for how, text in question.pieces]
    return NoteBody(
        text="\n\n".join(filter(None, (body.text for body in bodies))),
        html="".join(body.html for body in bodies),
        images=tuple(dict.fromkeys(name for body in bodies for name in body.images)),
    )


def _files(house: House, question: Question) -> list[_File]:
    """The files of this very note (a private one's lie in a public journal of their own, redmine.md), or mail."""
    if question.mail is not None:
        return [
            _File(
                name=one.name,
                size=len(one.content),
                media_type=one.media_type,
                read=partial(bytes, one.content),
                inline=one.inline,
            )
            for one in files_of_mail(house, question.mail)
        ]
    ids = {int(d.name) for d in question.note.details if d.kind == "attachment" and d.new and d.name.isdigit()}
    return [
        _File(
            name=file.name,
            size=file.size,
            media_type=mimetypes.guess_type(file.name)[0] or "application/octet-stream",
            read=partial(house.tracker.file, file.id),
        )
        for file in question.ticket.files
        if file.id in ids
    ]


def _fitting(files: Sequence[_File], most: int) -> tuple[list[_File], list[_File]]:
    """Those that travel, and those for which there is no room."""
    travel, left, size = list[_File](), list[_File](), 0
    for file in files:
        if size + file.size > most:
            left.append(file)
        else:
            size += file.size
            travel.append(file)
    return travel, left


def _enclosure(step: SendLetter, file: _File, domain: str) -> Enclosure:
    shown = content_id(step.key, file.name, domain) if file.media_type in PICTURES else None
    name = safe_name(file.name, file.media_type)
    return Enclosure(name=name, media_type=file.media_type, content=file.read(), content_id=shown)
