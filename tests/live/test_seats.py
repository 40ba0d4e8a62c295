"""Seats of a fleet on a real PostgreSQL, and connections whose other end is gone. Touches the network."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest
import sqlalchemy as sa

from hd_bridge.engine.jobs import make_schema
from hd_bridge.engine.seats import AWAY, FLEET, IN_VAIN, LEFT, PROCESSES, ServerSeats, nobody_else
from hd_bridge.errors import Busy, JournalAway, JournalError
from hd_bridge.journal import SqlJournal
from hd_bridge.ports_engine import CLOCK
from tests.contract.journal_cases import NOW, mail, new, outline, plan, receive
from tests.live.servers.loopback import wait_until
from tests.live.test_engine import address, session

__all__ = ["address"]


def sessions_with_seats(address: str) -> int:
    """How many processes the database takes for alive."""
    with session(address) as db:
        row = db.execute(PROCESSES, (FLEET,)).fetchone()
    assert row is not None
    return int(row[0])


def takes(seats: ServerSeats, name: str) -> bool:
    seats.take((name,))
    return seats.held(name)


def test_a_seat_has_one_holder_and_falls_free_with_its_session(address: str) -> None:
    one, two = ServerSeats(address), ServerSeats(address)
    one.take(("mailbox:a",))
    two.take(("mailbox:a", "mailbox:b"))
    assert (one.held("mailbox:a"), two.held("mailbox:a"), two.held("mailbox:b")) == (True, False, True)
    one.close()
    wait_until(lambda: takes(two, "mailbox:a"), "the seat has fallen free")
    two.close()


def test_processes_have_equal_shares_of_the_seats(address: str) -> None:
    names = [CLOCK, *(f"mailbox:{number}" for number in range(5))]
    one, two, three = (ServerSeats(address) for _ in range(3))

    def held() -> list[int]:
        return [sum(seats.held(name) for name in names) for seats in (one, two, three)]

    one.take(names)
    assert held() == [6, 0, 0], "alone it has all of them"
    two.take(names)
    one.take(names)  # which sees that another has come
    two.take(names)
    assert held() == [3, 3, 0]
    for seats in (three, one, two, three):
        seats.take(names)
    assert held() == [2, 2, 2]
    two.close()
    wait_until(lambda: sessions_with_seats(address) == 2, "the database to end the session, a moment later")
    for seats in (one, three):
        seats.take(names)
    assert held() == [3, 0, 3], "what the dead had is shared too"
    one.close()
    three.close()


def test_a_seat_that_the_others_do_not_know_of_is_not_left_to_nobody(address: str) -> None:
    old, new = ServerSeats(address), ServerSeats(address)
    old.take([CLOCK, "mailbox:a"])
    new.take([CLOCK, "mailbox:a", "mailbox:b", "mailbox:c"])
    for _ in range(LEFT + 1):
        new.take([CLOCK, "mailbox:a", "mailbox:b", "mailbox:c", "mailbox:d"])
    assert all(new.held(f"mailbox:{name}") for name in "bcd")
    old.close()
    new.close()


def test_who_is_cut_off_holds_no_seat_and_takes_it_again(address: str) -> None:
    seats = ServerSeats(address)
    seats.take((CLOCK,))
    with session(address) as db:
        db.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    with pytest.raises(JournalAway):
        seats.take((CLOCK,))
    assert not seats.held(CLOCK)
    seats.take((CLOCK,))
    assert seats.held(CLOCK)
    seats.close()


def test_a_seat_at_a_door_that_stays_closed_is_left_to_others_and_kept_where_there_are_none(address: str) -> None:
    now = [0.0]
    cut_off, well = ServerSeats(address, lambda: now[0]), ServerSeats(address)
    names = ["mailbox:a", "mailbox:b"]

    def kept(seconds: float = 0.0) -> bool:
        now[0] += seconds
        cut_off.take(names, ["mailbox:a"])
        return cut_off.held("mailbox:a")

    assert kept() and kept(IN_VAIN), "alone"
    well.take(())
    cut_off.take(names)  # a word from its door: the time begins anew
    assert kept() and kept(IN_VAIN - 1)
    assert not kept(1) and not kept(AWAY - 1)
    for _ in range(LEFT + 1):
        well.take(names)
    assert well.held("mailbox:a") and not kept(2)
    well.close()
    wait_until(kept, "the seat to fall free")
    cut_off.close()


def test_both_ends_of_a_connection_see_that_the_other_is_gone(address: str) -> None:
    journal = SqlJournal.open(address)
    asked = "SELECT setting FROM pg_settings WHERE name IN ('tcp_keepalives_idle', 'tcp_user_timeout') ORDER BY name"
    with journal._reading() as db:
        assert [row[0] for row in db.execute(sa.text(asked))] == ["10", "20000"]
        told = db.connection.dbapi_connection.info.get_parameters()  # type: ignore[union-attr]
    assert (told["keepalives_idle"], told["tcp_user_timeout"], told["connect_timeout"]) == ("10", "20000", "10")
    journal.close()


def test_what_goes_beyond_a_limit_of_the_database_is_no_reason_to_wait_for_it(address: str) -> None:
    journal = SqlJournal.open(address)
    wide = "".join(chr(secrets.choice(range(0x4E00, 0x9F00))) for _ in range(2000))
    (key,) = receive(journal, mail(1))
    with pytest.raises(JournalError) as caught:
        journal.commit(plan(key, begins=new()), replace(outline(), message_id=f"<{wide}>"), NOW)
    assert not isinstance(caught.value, JournalAway)
    journal.commit(plan(key, begins=new()), replace(outline(), message_id=f"<{wide[:332]}>"), NOW)
    journal.close()


def test_a_command_that_must_be_alone_and_a_process_of_the_fleet_keep_each_other_out(address: str) -> None:
    with nobody_else(address), pytest.raises(Busy):
        ServerSeats(address).take(())
    seats = ServerSeats(address)
    seats.take(())
    with pytest.raises(Busy), nobody_else(address):
        pass
    seats.close()
    with nobody_else(address):
        pass


def test_a_server_that_is_not_there_is_the_journal_away() -> None:
    with pytest.raises(JournalAway):
        make_schema("postgresql://nobody@127.0.0.1:1/none")
