"""The contract of opening tickets: what is kept, what is dropped and named, and tokens that are good once. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hd_bridge.errors import Refused
from hd_bridge.model import Change, Draft, Ticket
from tests.contract.tracker_bench import Bench, a_key, a_word, laid, opened, present


def draft_of(bench: Bench, word: str) -> Draft:
    """A plain draft with ``word`` in its subject."""
    return Draft(project=bench.project, subject=f"Contract {word}", description="One.\nTwo.")


class OpeningContract:
    """Beat 3's first act."""

    def test_a_ticket_is_read_back_as_it_was_opened(self, bench: Bench) -> None:
        draft = replace(
            draft_of(bench, a_word()),
            tracker=bench.other_tracker,
            category=bench.category,
            priority=bench.priority,
            assignee=bench.assignee,
            due_date=date(2031, 2, 3),
            fields=((bench.field, "2024-05-06"),),
        )
        answer = bench.tracker.create(draft, ())
        for ticket in (answer.ticket, present(bench.tracker, answer.ticket.number)):
            assert (ticket.project, ticket.subject) == (draft.project, draft.subject)
            assert (ticket.tracker, ticket.category) == (bench.other_tracker, bench.category)
            assert (ticket.priority, ticket.assignee, ticket.due_date) == (
                bench.priority,
                bench.assignee,
                draft.due_date,
            )
            assert ticket.description.splitlines() == ["One.", "Two."]
            assert dict(ticket.fields)[bench.field] == "2024-05-06"
            assert not ticket.closed
            assert ticket.closed_on is None
            assert ticket.notes == ()
            assert ticket.created_on.utcoffset() is not None
            assert ticket.created_on.microsecond == ticket.updated_on.microsecond == 0
        assert answer.unknown == ()
        assert answer.unsettled == ()

    def test_the_original_and_the_files_lie_on_the_new_ticket(self, bench: Bench) -> None:
        original = f"mail-{a_key()}.eml"
        uploads = [
            laid(bench.tracker, original, b"Subject: hi\r\n\r\n", "message/rfc822"),
            laid(bench.tracker, "a.txt"),
        ]
        ticket = opened(bench, uploads=uploads).ticket
        assert sorted((f.name, f.size) for f in ticket.files) == sorted([(original, 15), ("a.txt", 5)])
        assert present(bench.tracker, ticket.number).files == ticket.files
        assert bench.tracker.find_upload(original) == ticket.number

    def test_a_token_says_the_number_under_which_its_file_is_found_on_the_ticket(self, bench: Bench) -> None:
        upload = laid(bench.tracker, "numbered.txt")
        ticket = opened(bench, uploads=[upload]).ticket
        assert [f.id for f in ticket.files] == [int(upload.token.split(".")[0])]

    def test_a_used_token_opens_nothing(self, bench: Bench) -> None:
        first, second = a_word(), a_word()
        upload = laid(bench.tracker, "once.txt")
        opened(bench, word=first, uploads=[upload])
        with pytest.raises(Refused):
            opened(bench, word=second, uploads=[laid(bench.tracker, "fresh.txt"), upload])
        assert (bench.count(first), bench.count(second)) == (1, 0)

    def test_a_refused_opening_leaves_its_tokens_good(self, bench: Bench) -> None:
        upload = laid(bench.tracker, "again.txt")
        with pytest.raises(Refused):
            bench.tracker.create(Draft(project=bench.project, subject="s" * 256, description=""), [upload])
        assert bench.tracker.token_alive(upload.token)
        assert len(opened(bench, uploads=[upload]).ticket.files) == 1

    def test_a_token_lives_until_somebody_prunes_it(self, bench: Bench) -> None:
        upload = laid(bench.tracker, "alive.txt")
        assert bench.tracker.token_alive(upload.token)
        assert not bench.tracker.token_alive("999999999." + "0" * 64)

    @pytest.mark.parametrize("what", ["category", "tracker", "priority", "assignee"])
    def test_a_name_that_the_tracker_does_not_know_falls_to_its_default_and_is_named(
        self, bench: Bench, what: str
    ) -> None:
        plain = opened(bench).ticket
        named: dict[str, Any] = {what: "Nosuch Nameknown"}
        answer = bench.tracker.create(replace(draft_of(bench, a_word()), **named), ())
        assert getattr(answer.ticket, what) == getattr(plain, what)
        assert len(answer.unknown) == 1
        assert "Nosuch Nameknown" in answer.unknown[0]

    def test_an_unknown_custom_field_is_named_and_costs_nothing_else(self, bench: Bench) -> None:
        fields = (("Nosuch Fieldknown", "1"), (bench.field, "kept"))
        answer = bench.tracker.create(replace(draft_of(bench, a_word()), fields=fields), ())
        assert any("Nosuch Fieldknown" in words for words in answer.unknown)
        assert dict(answer.ticket.fields)[bench.field] == "kept"

    def test_a_watcher_whom_nobody_knows_is_named(self, bench: Bench) -> None:
        answer = bench.tracker.create(replace(draft_of(bench, a_word()), watchers=("Nosuch Person",)), ())
        assert any("Nosuch Person" in words for words in answer.unknown)

    def test_privacy_is_had_or_its_want_is_named(self, bench: Bench) -> None:
        answer = bench.tracker.create(replace(draft_of(bench, a_word()), private=True), ())
        assert answer.ticket.private or any("private" in words for words in answer.unknown)

    def test_a_field_that_only_an_answer_names_is_completed_by_one_change(self, bench: Bench) -> None:
        """Redmine 5.0 hides fields "for all projects" from the catalogue; the 201 of a create shows them all."""
        tracker = bench.fresh()
        draft = replace(draft_of(bench, a_word()), fields=((bench.learnt_field, "late"),))
        answer = tracker.create(draft, ())
        assert answer.unknown == ()
        if answer.unsettled:
            assert answer.unsettled == draft.fields
            tracker.change(answer.ticket.number, Change(fields=answer.unsettled))
        assert dict(present(tracker, answer.ticket.number).fields)[bench.learnt_field] == "late"
        again = tracker.create(draft, ())
        assert again.unsettled == ()
        assert dict(again.ticket.fields)[bench.learnt_field] == "late"

    def test_an_unknown_project_is_refused(self, bench: Bench) -> None:
        with pytest.raises(Refused):
            bench.tracker.create(Draft(project="nosuch-project", subject="s", description=""), ())
        with pytest.raises(Refused):
            bench.tracker.catalogue("nosuch-project")

    def test_a_subject_has_255_characters_at_most(self, bench: Bench) -> None:
        word = a_word()
        longest = (word + " " + "ü😀" * 255)[:255]
        assert opened_as(bench, longest).subject == longest
        with pytest.raises(Refused):
            opened_as(bench, longest + "x")
        assert bench.count(word) == 1

    def test_a_nul_is_taken_out_and_the_rest_kept(self, bench: Bench) -> None:
        word = a_word()
        answer = bench.tracker.create(
            Draft(project=bench.project, subject=f"a\0b {word}", description="c\0d", fields=((bench.field, "e\0f"),)),
            (),
        )
        bench.tracker.change(answer.ticket.number, Change(notes="g\0h"))
        ticket = present(bench.tracker, answer.ticket.number)
        assert (ticket.subject, ticket.description) == (f"ab {word}", "cd")
        assert (dict(ticket.fields)[bench.field], ticket.notes[0].notes) == ("ef", "gh")

    def test_an_empty_file_is_a_file(self, bench: Bench) -> None:
        ticket = opened(bench, uploads=[laid(bench.tracker, "empty.txt", b"")]).ticket
        assert [(f.name, f.size) for f in ticket.files] == [("empty.txt", 0)]

    def test_a_file_that_is_too_large_is_refused(self, bench: Bench) -> None:
        with pytest.raises(Refused):
            bench.tracker.upload("large.bin", "application/octet-stream", b"\0" * (bench.upload_limit + 1))

    def test_a_file_name_loses_what_a_file_system_cannot_hold(self, bench: Bench) -> None:
        ticket = opened(bench, uploads=[laid(bench.tracker, "what: why? 😀.txt")]).ticket
        assert [f.name for f in ticket.files] == ["what_ why_ 😀.txt"]


def opened_as(bench: Bench, subject: str) -> Ticket:
    """A ticket with exactly this subject."""
    return bench.tracker.create(Draft(project=bench.project, subject=subject, description="d"), ()).ticket
