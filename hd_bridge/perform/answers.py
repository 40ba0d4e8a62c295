"""An agent's answer as a letter: its words in text and HTML, its pictures in place, its files enclosed. Pure."""

from __future__ import annotations

import mimetypes
from dataclasses import replace

from hd_bridge.decide.answering import Question, Reply
from hd_bridge.house import House
from hd_bridge.letters import note_body
from hd_bridge.letters.left_out import left_out_words
from hd_bridge.mail.compose import Enclosure, content_id
from hd_bridge.mail.filenames import safe_name
from hd_bridge.model import TicketFile
from hd_bridge.perform.letters import written
from hd_bridge.perform.values import letter_values
from hd_bridge.steps import SendLetter
from hd_bridge.work import Letter

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/bmp", "image/webp")


def render_answer(house: House, question: Question, reply: Reply, step: SendLetter) -> tuple[Letter, str]:
    """The letter, and what the agent says in it as plain text (for the ticket's page)."""
    domain = question.mailbox.address.rpartition("@")[2]
    travel, left = _files(question, house.policy.answers.most_bytes)
    enclosed = [_enclosure(house, step, file, domain) for file in travel]
    images = {file.name: one.content_id for file, one in zip(travel, enclosed, strict=True) if one.content_id}
    body = note_body(question.orders.body, house.policy.markup, images)
    pairs = zip(travel, enclosed, strict=True)
    enclosed = [one if file.name in body.images else replace(one, content_id=None) for file, one in pairs]
    said = body.text
    known, answered = house.journal.correspondence(step.conversation, step.mail)
    language = house.templates.language(step.template, step.language, question.mailbox.language)
    too_large = left_out_words(language, [file.name for file in left])
    values = replace(
        letter_values(house, step, question.mailbox, known, answered),
        body_text="\n\n".join(filter(None, (said, too_large))),
        body_html=body.html + (f"<p>{_escaped(too_large)}</p>" if too_large else ""),
        agent_name=question.agent.name or question.note.user,
        signature=question.agent.signature,
        kind=reply.kind,
        project=question.ticket.project,
        is_first_answer=not question.exchange.answers,
        we_began=question.exchange.mail is None,
        marker=house.policy.answers.marker,
    )
    if not house.policy.answers.quote:
        values = replace(values, quoted="")
    return written(house, step, question.mailbox, values, answered, cc=reply.cc, enclosures=tuple(enclosed)), said


def _files(question: Question, most: int) -> tuple[list[TicketFile], list[TicketFile]]:
    """The files of this very note (a private one's lie in a public journal of their own, redmine.md): those that
    travel, and those for which there is no room."""
    ids = {int(d.name) for d in question.note.details if d.kind == "attachment" and d.new and d.name.isdigit()}
    travel, left, size = list[TicketFile](), list[TicketFile](), 0
    for file in question.ticket.files:
        if file.id not in ids:
            continue
        if size + file.size > most:
            left.append(file)
        else:
            size += file.size
            travel.append(file)
    return travel, left


def _enclosure(house: House, step: SendLetter, file: TicketFile, domain: str) -> Enclosure:
    media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    shown = content_id(step.key, file.name, domain) if media_type in PICTURES else None
    content = house.tracker.file(file.id)
    return Enclosure(name=safe_name(file.name, media_type), media_type=media_type, content=content, content_id=shown)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
