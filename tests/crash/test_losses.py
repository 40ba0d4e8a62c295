"""Databases are lost or restored to an hour ago: it is noticed, and put together without a doubled ticket or letter."""

from __future__ import annotations

import itertools
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hd_bridge import receive, restores
from hd_bridge.mail.tokens import page_path
from hd_bridge.work import UNFINISHED
from tests.crash.counts import stride
from tests.crash.losses import again, breaches, look, lose, meanwhile, mend, settle, told, twin
from tests.homes import Home, mail
from tests.unit.test_perform_doubt import Standing

CASES = ("tracker", "journal", "lost", "all lost")
WRITES = {
    *("set_meta", "recover", "begin", "receive", "finish", "do_again", "commit", "quieten", "add", "door", "remove"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_was_lost_is_noticed_and_put_together(case: str, tmp_path: Path) -> None:
    home = told(tmp_path)
    letters = len(home.outbox.letters)
    lose(home, case)
    assert "after-loss" in look(home)
    assert restores.DOORS_OUT[0] in home.house.doors.resting()
    meanwhile(home)
    again(home)
    assert "after-loss" in look(home), "a restart must not forget it"
    again(home)
    mend(home)
    again(home)
    assert look(home) == ""
    settle(home)
    assert breaches(home, letters) == []
    assert home.house.journal.steps(conversation=None, states=UNFINISHED, limit=1) == ()
    assert look(home) == ""
    home.post(mail("word theta", "Tenth.", sender="Ida <ida@late.example>", id="<t@late.example>"))
    home.turn()
    assert len(home.outbox.letters) == letters + 1, "life goes on"
    home.close()


@pytest.mark.parametrize("case", CASES)
def test_a_repair_that_is_killed_anywhere_is_run_again(case: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    wrong: dict[int, list[str]] = {}
    day = told(tmp_path_factory.mktemp("day"))
    letters = len(day.outbox.letters)
    day.close()
    for point in itertools.count(1, stride()):
        home = twin(day, tmp_path_factory.mktemp("home"))
        lose(home, case)
        meanwhile(home)
        if not dies(home, point):
            break
        again(home)
        if "after-loss" not in look(home) and home.house.journal.meta(restores.ACCEPTED) is None:
            wrong[point] = ["it was not noticed any more"]
        again(home)
        mend(home)
        again(home)
        settle(home)
        wrong |= {point: found} if (found := breaches(home, letters)) else {}
        home.close()
    home.close()
    assert point > 10
    assert wrong == {}


class Killed(BaseException):
    """The power goes."""


class Fused:
    """A door that dies after its n-th write."""

    def __init__(self, door: Any, left: list[int]) -> None:
        self._door, self._left = door, left

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._door, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            answer = method(*args, **kwargs)
            self._left[0] -= 1
            if self._left[0] == 0:
                raise Killed
            return answer

        return call if name in WRITES else method


def dies(home: Home, point: int) -> bool:
    left = [point]
    home.house.journal = Fused(home.house.journal, left)
    home.house.publisher = Fused(home.house.publisher, left)
    try:
        mend(home)
    except Killed:
        return True
    return False


def test_without_a_loss_nothing_is_noticed_and_a_repair_changes_nothing(tmp_path: Path) -> None:
    home = told(tmp_path)
    letters = len(home.outbox.letters)
    meanwhile(home)
    again(home)
    assert look(home) == ""
    done = mend(home)
    assert done.due_again == 1, "the private note of the last minutes carries no file: it is asked about"
    settle(home)
    assert breaches(home, letters) == []
    home.close()


def test_pages_move_to_new_paths_and_are_gone_from_the_old_ones(tmp_path: Path) -> None:
    home = told(tmp_path)
    old = set(home.publisher.files)
    lose(home, "journal")
    known = [page_path(home.house.ring, talk.id) + "index.html" for talk in home.house.journal.talks()]
    mend(home)
    again(home)
    settle(home)
    assert known and not set(known) & set(home.publisher.files)
    paths = {page_path(home.house.ring, talk.id) + "index.html" for talk in home.house.journal.talks()}
    assert paths == set(home.publisher.files) - old
    home.close()


def test_a_ticket_that_an_agent_deleted_is_no_sign_once_a_newer_one_is_there_and_stays_deleted(tmp_path: Path) -> None:
    home = told(tmp_path)
    home.delete_ticket(1)
    home.delete_ticket(3)
    assert look(home) == ""
    mend(home)
    again(home)
    settle(home)
    assert [ticket.number for ticket in home.tickets()] == [2, 4]
    home.close()


def test_the_newest_ticket_deleted_by_an_agent_is_no_sign(tmp_path: Path) -> None:
    home = told(tmp_path)
    newest = max(ticket.number for ticket in home.tickets())
    with sqlite3.connect(home.folder / "tracker.sqlite") as db:  # as on a server, whose counters go on
        db.execute("DELETE FROM issue WHERE id = ?", (newest,))
    db.close()
    again(home)
    assert look(home) == ""
    home.close()


def test_mails_from_before_the_first_start_stay_as_they_were(tmp_path: Path) -> None:
    home = told(tmp_path)
    old = mail("word old", "Long ago.", sender="Old <old@past.example>", id="<o@past.example>")
    home.boxes["support"].mails.insert(0, (old, home.clock.now().replace(year=2020)))
    lose(home, "lost")
    meanwhile(home)
    mend(home)
    again(home)
    settle(home)
    assert breaches(home, 4) == []
    home.close()


def test_until_the_first_look_has_succeeded_nothing_goes_out(tmp_path: Path) -> None:
    home = told(tmp_path)
    meanwhile(home)
    again(home)
    looking = restores.Restores(home.house)
    letters = len(home.outbox.letters)
    home.turn()
    assert len(home.outbox.letters) == letters and home.desk().count("word eta") == 0
    assert looking.tick() and not looking.tick()
    settle(home)
    assert len(home.outbox.letters) == letters + 1 and home.desk().count("word eta") == 1
    home.close()


def test_what_another_machine_noted_before_the_repair_is_no_sign_after_it(tmp_path: Path) -> None:
    home = told(tmp_path)
    end, before, far = home.folder / "end", home.house.ring, home.house.journal.sequence() + 1000
    lose(home, "journal")
    mend(home)
    again(home)
    assert look(home) == ""
    for ring in (before, replace(home.house.ring, instance="another")):
        restores.write_end(end, ring, far)
        assert look(home) == ""
        assert restores.read_end(end) == (before.instance, before.epoch + 1, home.house.journal.sequence())
    restores.write_end(end, home.house.ring, far)
    assert "after-loss" in look(home)
    home.close()


def test_keys_that_are_older_than_those_used_last_are_a_sign(tmp_path: Path) -> None:
    home = told(tmp_path)
    later = replace(home.house.ring, epoch=home.house.ring.epoch + 1)
    restores.write_end(home.folder / "end", later, 1)
    assert "the keys are older" in look(home)
    mend(home)
    again(home)
    assert home.house.ring.epoch == later.epoch + 1, "what other machines have noted with the newer keys is over too"
    assert look(home) == ""
    home.close()


def test_a_loss_that_was_noticed_is_not_forgotten_while_the_journal_grows_again(tmp_path: Path) -> None:
    home = told(tmp_path)
    lose(home, "journal")
    restores.Restores(home.house).begin()
    for number in range(200):
        home.post(mail("word noise", id=f"<noise{number}@acme.example>"))
    receive.receive(home.house, home.boxes["support"], home.policy.mailboxes[0])
    noted = restores.read_end(home.folder / "end")
    assert noted is not None and home.house.journal.sequence() > noted.end
    again(home)
    assert "after-loss" in look(home) and not restores.Restores(home.house).passed
    home.close()


def test_a_mail_that_was_received_again_before_the_first_look_hides_nothing(tmp_path: Path) -> None:
    """On a machine that has noted nothing yet."""
    home = told(tmp_path)
    lose(home, "journal")
    (home.folder / "end").unlink()
    receive.receive(home.house, home.boxes["support"], home.policy.mailboxes[0])
    assert "after-loss" in look(home)
    home.close()


def test_a_journal_that_comes_back_shorter_under_a_running_process_is_noticed(tmp_path: Path) -> None:
    home = told(tmp_path)
    looking, whole = restores.Restores(home.house), home.house.journal
    assert looking.tick()
    looking.clear()
    looking.doubt()
    assert set(restores.DOORS_OUT) <= home.house.doors.resting()
    looking.clear()
    assert home.house.doors.resting() == frozenset()
    noted = restores.read_end(home.folder / "end")
    home.house.journal = Standing(whole, sequence=lambda: whole.sequence() - 1)
    looking.doubt()
    looking.keep()
    home.house.journal = whole
    assert "after-loss" in home.house.doors.closed()["outbox"]
    looking.keep()
    assert restores.read_end(home.folder / "end") == noted and not looking.passed
    again(home)
    assert "after-loss" in look(home)
    home.close()


def test_what_one_process_has_noticed_stops_the_others(tmp_path: Path) -> None:
    home = told(tmp_path)
    looking = restores.Restores(home.house)
    assert looking.tick()
    home.house.journal.set_meta(restores.LOSS, "the journal was restored")
    looking.keep()
    assert not looking.passed and "the journal was restored" in home.house.doors.closed()["tracker"]
    home.close()


def test_where_nothing_tells_when_a_mailbox_was_begun_a_person_must_say_what_is_new(tmp_path: Path) -> None:
    """An archive must not become tickets, nor a request be lost in it."""
    home = Home(tmp_path)
    for number in range(3):
        home.boxes["support"].put(mail(f"word {number}", id=f"<{number}@past.example>"))
    mend(home)
    again(home)
    settle(home)
    assert not home.tickets() and not home.outbox.letters
    held = [item for item in home.house.journal.held() if "before the first start" in item.why]
    assert [item.cause for item in held] == ["old"] * 3
    home.close()


def test_where_the_end_cannot_be_noted_it_is_told_once_and_why(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    home = told(tmp_path)
    home.house.end_file = tmp_path / "nowhere" / "end"
    looking = restores.Restores(home.house)
    assert looking.tick()
    home.post(mail("word iota", id="<i@acme.example>"))
    receive.receive(home.house, home.boxes["support"], home.policy.mailboxes[0])
    looking.keep()
    told_once = [line for line in caplog.messages if "cannot be noted" in line]
    assert len(told_once) == 1 and f"{tmp_path}/nowhere/end: No such file" in told_once[0]
    home.close()
