"""Letters: rendered once, stored, then sent; what is stored is what is sent. Pure."""

from __future__ import annotations

from dataclasses import replace

from hd_bridge.decide.delivery import delivery_steps
from hd_bridge.errors import ConfigError, Doubtful, NotNow, Refused
from hd_bridge.house import House
from hd_bridge.mail.compose import Enclosure, compose_letter
from hd_bridge.mail.glance import answered_ids, sender_of
from hd_bridge.mail.tokens import Purpose, letter_id, message_id, short_token
from hd_bridge.perform.values import letter_values
from hd_bridge.policy import MailboxPolicy
from hd_bridge.render import LetterValues, Rendered
from hd_bridge.render_words import sender_words
from hd_bridge.steps import CAUSED_BY_PERSONS
from hd_bridge.tracker.markup import quote_plain
from hd_bridge.views import Answered
from hd_bridge.work import (
    Claim,
    Effects,
    Event,
    KeepCopy,
    Letter,
    PrivateNote,
    PublishPage,
    SendLetter,
    Step,
    Unreached,
)


def send_letter(house: House, claim: Claim) -> Effects:
    """Send a letter. ``doing`` is committed after the recipients are accepted and just before the content goes."""
    step = claim.step
    assert isinstance(step, SendLetter)
    if claim.in_doubt and step.automatic:
        raise Doubtful("the connection was lost while it was going out")
    if claim.in_doubt and claim.memo.get("sent_again"):
        raise Refused("it is in doubt for the second time whether it went out")
    letter = _letter(house, claim, step)

    def accepted() -> None:
        now = house.clock.now()
        if claim.in_doubt:
            house.journal.remember(step.key, {"sent_again": "yes"}, worker=claim.worker)
        house.journal.doing(step.key, claim.worker, now, now + house.rest)

    unreached = house.outbox.send(letter, accepted)
    effects = _sent(house, step, letter)
    effects = replace(effects, steps=(*effects.steps, *_state(house, claim, "sent", "sent")))
    return _told(house, claim, effects, unreached)


def _letter(house: House, claim: Claim, step: SendLetter) -> Letter:
    """What was stored first is what is sent. What a person says was rendered with the step: the tracker holds it, and
    another door's failure must not look like the relay's."""
    rendered = step.said or step.kind in CAUSED_BY_PERSONS
    stored = house.journal.letter(step.key) if claim.tries > 1 or rendered else None
    if stored is None and step.said:
        raise Refused("its text is not in the journal any more; write the note once more")
    return stored or house.journal.store_letter(step.key, _render(house, step))


def _sent(house: House, step: SendLetter, letter: Letter) -> Effects:
    if step.conversation is None:
        return Effects(note=f"letter {step.kind}")
    if step.kind in CAUSED_BY_PERSONS:  # what it tells is an event of its own
        return Effects(sent=letter.message_id, note=f"letter {step.kind}")
    at = house.clock.now()
    kind = "acknowledged" if step.kind == "ack" else "answered"
    # The note itself counts as the answer (decide/change.py): one source, one answer in the figures.
    source = step.key.removesuffix("/letter/1") if step.said else step.key
    event = Event(source=source.replace("note-", "ticket-"), kind=kind, at=at, conversation=step.conversation)
    page = PublishPage(key=f"{step.key}/page", lane=f"{step.conversation}/page", conversation=step.conversation)
    steps = (*((page,) if house.policy.site_url else ()), *_copy(house, step))
    return Effects(sent=letter.message_id, events=(event,), steps=steps, note=f"letter {step.kind}")


def _copy(house: House, step: SendLetter) -> tuple[KeepCopy, ...]:
    """What a person wrote is kept where the team's mail programs show what was sent. Its lane is its own: a folder
    that cannot be written holds up no other mail."""
    folder = house.policy.mailbox(step.mailbox).sent
    if step.automatic or not folder:
        return ()
    key = f"{step.key}/copy"
    return (
        KeepCopy(
            key=key,
            lane=key,
            conversation=step.conversation,
            mailbox=step.mailbox,
            folder=folder,
            letter=step.key,
        ),
    )


def _render(house: House, step: SendLetter) -> Letter:
    mailbox = house.policy.mailbox(step.mailbox)
    known, answered = house.journal.correspondence(step.conversation, step.mail)
    values = letter_values(house, step, mailbox, known, answered)
    if step.kind in CAUSED_BY_PERSONS:
        project, marker = known.project if known else "", house.policy.answers.marker
        values = replace(values, kind=step.kind, project=project, marker=marker, we_began=answered is None)
    return written(house, step, mailbox, values, answered)


def written(
    house: House,
    step: SendLetter,
    mailbox: MailboxPolicy,
    values: LetterValues,
    answered: Answered | None,
    *,
    cc: tuple[str, ...] = (),
    enclosures: tuple[Enclosure, ...] = (),
) -> Letter:
    """A letter by its template, threaded below the mail that it answers."""
    in_reply_to, references = _below(answered) if answered else (None, ())
    rendered = _filled(house, step, mailbox, values)
    conversation = step.conversation or letter_id("operator")  # nothing that answers it belongs to a ticket
    return compose_letter(
        message_id=message_id(house.ring, conversation, step.key, mailbox.address.rpartition("@")[2]),
        from_name=_from_name(house, step, mailbox),
        from_address=mailbox.address,
        to=step.to,
        cc=cc,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        in_reply_to=in_reply_to,
        references=references,
        automatic=step.automatic,
        instance=house.ring.instance,
        date=house.clock.now(),
        sender=_envelope_sender(house, step, mailbox),
        enclosures=enclosures,
        reply_to=_reply_to(house, step, mailbox),
    )


def _below(answered: Answered) -> tuple[str | None, tuple[str, ...]]:
    """What the letter threads below. Of a mail that one of us passed on the customer knows their own, if it was told;
    the ids in its header are ours among ourselves."""
    own, references = answered_ids(answered.raw)
    if sender_of(answered.raw) in ("", answered.sender_email):
        return own, references
    return (answered.message_id if answered.message_id != own else None), ()


def _reply_to(house: House, step: SendLetter, mailbox: MailboxPolicy) -> str | None:
    """Where the mailbox takes sub-addresses, an answer comes to one that names its ticket: what mail programs do to
    headers and subjects does not matter then."""
    if not mailbox.subaddress or step.conversation is None:
        return None
    return mailbox.subaddressed(short_token(house.ring, Purpose.REPLY, step.conversation))


def _filled(house: House, step: SendLetter, mailbox: MailboxPolicy, values: LetterValues) -> Rendered:
    """A template that fails holds this one letter; the others go on."""
    try:
        return house.templates.render(step.template, step.language, values, fallback=mailbox.language)
    except ConfigError as error:
        raise Refused(
            f"its template cannot be filled ({'; '.join(error.mistakes)}); mend it and release the letter"
        ) from error


def _from_name(house: House, step: SendLetter, mailbox: MailboxPolicy) -> str:
    """A person's letter comes from that person, of the team (“Ana from Example”)."""
    if not step.agent or not house.policy.answers.from_agent:
        return mailbox.sender_name
    language = house.templates.language(step.template, step.language, mailbox.language)
    return sender_words(language, step.agent, mailbox.sender_name)


def _envelope_sender(house: House, step: SendLetter, mailbox: MailboxPolicy) -> str | None:
    """Automatic mail has the null sender where the relay allows it, so that nothing bounces back for ever."""
    return None if step.automatic and house.null_sender else mailbox.address


def _told(house: House, claim: Claim, effects: Effects, unreached: tuple[Unreached, ...]) -> Effects:
    """Where some did not get what others got, the agents learn who."""
    if not unreached:
        return effects
    step = claim.step
    assert isinstance(step, SendLetter)
    said = "; ".join(f"{one.address}: {one.why}" for one in unreached)
    notes = _note(house, claim, "unreached", f"Our letter ({step.kind}) went out, but not to {said}")
    gone = tuple((one.address.lower(), "permanent") for one in unreached if one.gone)
    return replace(effects, steps=(*effects.steps, *notes), marks=gone)


def after_refusal(house: House, claim: Claim, refused: Refused) -> Effects | None:
    """A customer who cannot be reached: the agents learn of it on the ticket, and the address is marked."""
    step = claim.step
    if not isinstance(step, SendLetter):
        return None
    said = "; ".join(refused.words)
    became = f"was refused: {said}" if said else f"is held: {refused.why}"  # what has no words is our own reason
    notes = _note(house, claim, "refused", f"Our letter ({step.kind}) to {', '.join(step.to)} {became}")
    told = _state(house, claim, f"failed: {said or refused.why}", f"refused/{claim.tries}")
    return Effects(steps=(*notes, *told), marks=tuple((address.lower(), "permanent") for address in refused.gone))


def after_patience(house: House, claim: Claim, error: NotNow) -> Effects | None:
    """A letter that nobody took for days: the agents learn of it on the ticket."""
    step = claim.step
    if not isinstance(step, SendLetter):
        return None
    text = f"Our letter ({step.kind}) to {', '.join(step.to)} could not be sent for days and is held: {error.why}"
    about = f"given-up/{claim.tries}"
    return Effects(steps=(*_note(house, claim, about, text), *_state(house, claim, f"failed: {error.why}", about)))


def _note(house: House, claim: Claim, about: str, text: str) -> tuple[PrivateNote, ...]:
    """A private note on the letter's ticket, if it has one."""
    talk = claim.step.conversation
    if talk is None or claim.ticket is None:
        return ()
    words = quote_plain(text, house.policy.markup)
    return (PrivateNote(key=f"{claim.step.key}/{about}", lane=talk, conversation=talk, notes=words),)


def _state(house: House, claim: Claim, state: str, about: str) -> tuple[Step, ...]:
    """What became of a person's letter, where its ticket is to say so."""
    step = claim.step
    assert isinstance(step, SendLetter)
    if step.automatic or step.conversation is None or claim.ticket is None:
        return ()
    now, key = house.clock.now(), f"{step.key}/{about}"
    return delivery_steps(house.policy, state, now, mailbox=step.mailbox, talk=step.conversation, key=key)


def preview(house: House, step: SendLetter) -> Letter:
    """The letter as it would be rendered now; nothing is kept of it."""
    return _render(house, step)
