"""Agents answer from their own mail program: what the customer gets, what only the team sees, and who is believed."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from hd_bridge.model import Verdict
from hd_bridge.policy_answers import TOKEN, AnswerPolicy
from hd_bridge.work import Letter, State
from tests.answering import PNG, private_notes, read
from tests.homes import Home, mail
from tests.unit.attacks import ANA, GUARDED, JANE, MX, Scene, newest, scene

PROOF = f"{MX}; dmarc=pass header.from=example.com"
FORGED = f"{MX}; dmarc=fail header.from=example.com"


def from_ana(body: str = "Please turn it off and on.", *, proof: str = PROOF, to: str = "", **more: str) -> bytes:
    told = {"sender": f"Ana Lima <{ANA}>", "id": "<ana-1@example.com>", "subject": "Re: Printer"} | more
    told |= {"Authentication_Results": proof} if proof else {}
    return mail(body=body, **told)


def answers(place: Scene) -> list[Letter]:
    """What has gone to Jane beyond her acknowledgement."""
    return [letter for letter in place.home.outbox.letters[2:] if JANE in letter.to]


def later(place: Scene, **span: float) -> None:
    place.home.clock.forward(**span)
    place.home.tick()
    place.home.turn()


def test_an_agents_reply_is_a_note_and_a_letter_in_the_teams_name(tmp_path: Path) -> None:
    place = scene(tmp_path)
    summary = place.send(from_ana(In_Reply_To=place.letter))
    assert summary.verdict == Verdict.FOLLOW_UP and summary.ticket == 1
    (letter,) = answers(place)
    message = read(letter)
    assert "Ana" in str(message["From"]) and "Example Support" in str(message["From"])
    assert "support@example.com" in str(message["From"]) and ANA not in letter.raw.decode()
    assert message["In-Reply-To"] == "<jane-1@acme.example>"
    assert "Please turn it off and on." in letter.text and "You wrote:" in letter.text
    assert "Ana Lima" in place.public() and "answered by mail" in place.public()
    assert ANA not in place.people()
    place.home.close()


def test_it_goes_out_once_however_often_the_tracker_is_read(tmp_path: Path) -> None:
    place = scene(tmp_path)
    place.send(from_ana(In_Reply_To=place.letter))
    for _ in range(3):
        later(place, minutes=2)
    assert len(answers(place)) == 1
    place.home.close()


def test_the_page_shows_it_as_the_teams_with_its_files(tmp_path: Path) -> None:
    place = scene(tmp_path)
    place.send(with_files(place))
    page = place.page().decode()
    assert page.count("Turn it") == 1 and "manual.pdf" in page and "answered by mail" not in page
    journal = place.home.house.journal
    facts = journal.page(place.talk.id)
    assert facts is not None and [one.kind for one in facts.messages] == ["customer", "team", "team"]
    place.home.close()


def with_files(place: Scene) -> bytes:
    message = EmailMessage()
    for name, value in (
        ("From", f"Ana Lima <{ANA}>"),
        ("To", "support@example.com"),
        ("Subject", "Re: Printer"),
        ("Message-ID", "<ana-2@example.com>"),
        ("Date", "Sat, 21 Nov 2026 11:59:00 +0000"),
        ("In-Reply-To", place.letter),
        ("Authentication-Results", PROOF),
    ):
        message[name] = value
    message.set_content("Turn it off\n\nlike this")
    html = '<p>Turn it <b>off</b></p><p>like this: <img src="cid:a" alt="switch"></p><ul><li>one</li><li>two</li></ul>'
    message.add_alternative(html, subtype="html")
    message.get_payload()[1].add_related(PNG, "image", "png", cid="<a>", filename="switch.png")  # type: ignore[union-attr, index]
    message.add_attachment(b"%PDF-1.4 manual", maintype="application", subtype="pdf", filename="manual.pdf")
    return message.as_bytes()


def test_an_html_mail_keeps_its_look_its_pictures_and_its_files(tmp_path: Path) -> None:
    place = scene(tmp_path)
    place.send(with_files(place))
    (letter,) = answers(place)
    message = read(letter)
    html = message.get_body(("related", "html"))
    assert html is not None
    root = next(part for part in message.walk() if part.get_content_type() == "text/html").get_content()
    assert "<strong" in root and "<li" in root and 'src="cid:' in root
    assert [part.get_filename() for part in message.iter_attachments()] == ["manual.pdf"]
    assert {"manual.pdf"} <= {file.name for file in place.ticket().files}
    place.home.close()


@pytest.mark.parametrize("proof", ["", FORGED, "mx.evil.example; dmarc=pass header.from=example.com"])
def test_a_forged_one_is_held_and_never_sent(tmp_path: Path, proof: str) -> None:
    place = scene(tmp_path)
    before = place.public() + place.private()
    summary = place.send(from_ana("Pay here.", proof=proof, In_Reply_To=place.letter))
    assert summary.verdict == Verdict.HOLD and ANA in summary.why and "released" in summary.why
    later(place, hours=1)
    assert answers(place) == [] and place.public() + place.private() == before
    place.home.close()


def test_a_person_who_releases_it_vouches_for_it(tmp_path: Path) -> None:
    place = scene(tmp_path)
    summary = place.send(from_ana(proof="", In_Reply_To=place.letter))
    assert place.home.house.journal.vouch(summary.key)
    later(place, seconds=1)
    assert len(answers(place)) == 1 and newest(place.home).verdict == Verdict.FOLLOW_UP
    place.home.close()


@pytest.mark.parametrize(("proof", "letters"), [("", 1), (FORGED, 0)])
def test_a_token_is_enough_where_the_configuration_says_so(tmp_path: Path, proof: str, letters: int) -> None:
    place = scene(tmp_path, answers=replace(AnswerPolicy(), by_mail=TOKEN))
    place.send(from_ana(proof=proof, In_Reply_To=place.letter))
    assert len(answers(place)) == letters
    place.home.close()


def test_a_machine_in_an_agents_name_is_no_answer(tmp_path: Path) -> None:
    place = scene(tmp_path)
    summary = place.send(from_ana("I am away.", In_Reply_To=place.letter, Auto_Submitted="auto-replied"))
    assert summary.verdict == Verdict.IGNORE and answers(place) == []
    place.home.close()


@pytest.mark.parametrize(
    "headers",
    [
        {"In_Reply_To": "<redmine.issue-1.20261121120000.5f@tracker.example>"},
        {
            "In_Reply_To": "<redmine.journal-77.20261121120000.5f@tracker.example>",
            "subject": "Re: [Example Help Desk - Support #1] (New) Printer",
        },
        {"In_Reply_To": "<jane-1@acme.example>"},
        {"subject": "AW: [support #1] Printer"},
    ],
    ids=["the id of a notice", "a notice's subject", "a copy of the customer's mail", "the number in an answer"],
)
def test_what_the_reply_answers_is_found(tmp_path: Path, headers: dict[str, str]) -> None:
    place = scene(tmp_path)
    assert place.send(from_ana(**headers)).ticket == 1
    assert len(answers(place)) == 1
    place.home.close()


def test_a_customer_cannot_point_at_a_ticket_by_a_notice(tmp_path: Path) -> None:
    place = scene(tmp_path)
    told = {"sender": "eve@evil.example", "In_Reply_To": "<redmine.issue-1.20261121120000.5f@tracker.example>"}
    assert place.send(from_ana(**told)).ticket == 3
    place.home.close()


def test_a_mail_that_only_names_a_ticket_is_for_the_team(tmp_path: Path) -> None:
    place = scene(tmp_path)
    place.send(from_ana("He called again.", subject="[support #1] call"))
    assert answers(place) == [] and "He called again." in place.private()
    assert "He called again." not in place.public()
    place.home.close()


def test_noreply_keeps_it_among_agents_with_its_commands_done(tmp_path: Path) -> None:
    place = scene(tmp_path)
    place.send(from_ana("!noreply\n!close\nHe called: it works.", In_Reply_To=place.letter))
    assert answers(place) == [] and "it works" in place.private() and "it works" not in place.public()
    assert place.ticket().closed
    place.home.close()


def test_commands_count_and_stay_out_of_the_letter(tmp_path: Path) -> None:
    place = scene(tmp_path)
    place.send(from_ana("!cc boss@acme.example\n!close\nDone, thank you.", In_Reply_To=place.letter))
    (letter,) = answers(place)
    assert "boss@acme.example" in letter.to and "!c" not in letter.text and "Done, thank you." in letter.text
    assert place.ticket().closed and "boss@acme.example" in place.people()
    place.home.close()


def test_a_wrong_command_sends_nothing_and_is_told_to_the_team(tmp_path: Path) -> None:
    place = scene(tmp_path)
    place.send(from_ana("!clsoe\nDone.", In_Reply_To=place.letter))
    assert answers(place) == [] and not place.ticket().closed
    (note,) = private_notes(place.home)
    assert "sent by mail was not sent" in note.notes and "there is no such command" in note.notes
    place.home.close()


def test_it_can_be_put_off(tmp_path: Path) -> None:
    place = scene(tmp_path)
    place.send(from_ana("!later 3h\nHow is it now?", In_Reply_To=place.letter))
    assert answers(place) == []
    later(place, hours=2)
    assert answers(place) == []
    later(place, hours=2)
    assert len(answers(place)) == 1
    place.home.close()


def test_a_saved_answer_stands_within_it(tmp_path: Path) -> None:
    place = scene(tmp_path)
    place.home.desk().write_page("support", "Canned_answers", "h2. toner_out\n\nPlease *change* the toner.")
    place.send(from_ana("Hello Jane,\n\n!canned toner_out\n\nYours", In_Reply_To=place.letter))
    (letter,) = answers(place)
    assert "Please change the toner." in letter.text.replace("*", "") and "!canned" not in letter.text
    place.home.close()


def test_the_customer_answers_it_and_is_answered_below_their_latest_mail(tmp_path: Path) -> None:
    place = scene(tmp_path)
    place.send(from_ana(In_Reply_To=place.letter))
    (first,) = answers(place)
    told = {"sender": JANE, "id": "<jane-2@acme.example>", "References": first.message_id}
    assert place.send(mail("Re: Printer", "Still nothing.", **told)).ticket == 1
    place.send(from_ana("And now?", id="<ana-3@example.com>", In_Reply_To="<jane-2@acme.example>"))
    second = answers(place)[-1]
    assert read(second)["In-Reply-To"] == "<jane-2@acme.example>" and first.message_id in read(second)["References"]
    place.home.close()


def test_an_agent_who_is_the_customer_writes_as_any_other(tmp_path: Path) -> None:
    place = scene(tmp_path)
    place.send(mail("My own printer", "Broken.", sender=ANA, id="<own@example.com>", Authentication_Results=PROOF))
    summary = place.send(from_ana("It still is.", In_Reply_To="<own@example.com>"))
    assert summary.ticket == 3 and "answered by mail" not in place.public(3) and "It still is." in place.public(3)
    place.home.close()


@pytest.mark.parametrize("point", range(1, 9))
def test_killed_anywhere_it_is_one_note_and_one_letter(tmp_path: Path, point: int) -> None:
    """The process dies after so many steps more, and another one goes on."""
    from hd_bridge import consider, perform, receive
    from hd_bridge.work import Wanted

    place = scene(tmp_path)
    home: Home = place.home
    home.clock.forward(seconds=1)
    home.post(from_ana(In_Reply_To=place.letter))
    receive.receive(home.house, home.boxes["support"], home.policy.mailbox("support"))
    consider.consider_all(home.house)
    for _ in range(point):
        wanted = Wanted(worker="w", lease=home.house.lease)
        claim = home.house.journal.claim(wanted, home.clock.now())
        if claim is None:
            break
        if _ == point - 1:  # taken, and perhaps done: nobody has written down how it ended
            perform.worker.ACTS[type(claim.step)](home.house, claim)
            break
        perform.worker.perform_one(home.house, claim)
    home.restart()
    for _ in range(6):
        home.clock.forward(minutes=5)
        home.turn()
        home.tick()
    letters = answers(place)
    assert 1 <= len(letters) <= 2 and len({letter.message_id for letter in letters}) == 1
    assert place.public().count("answered by mail") == 1
    assert not home.house.journal.steps(conversation=None, states=(State.HELD,), limit=5)
    home.close()


def test_no_agent_is_named_nobody_is_one(tmp_path: Path) -> None:
    assert GUARDED.agents.is_agent_address(ANA)
    place = scene(tmp_path, agents=replace(GUARDED.agents, people=()))
    assert place.send(from_ana(In_Reply_To=place.letter)).verdict == Verdict.FOLLOW_UP
    assert answers(place) == [] and "not yet trusted" not in place.public()
    place.home.close()
