"""The drive: mails arrive, daemons die in their calls, servers and disks fail; then all rests. Touches the network."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext

from tests.live.servers.loopback import wait_until
from tests.proof import trap, troubles
from tests.proof.agents import Agents
from tests.proof.answered import judge_answers, twice
from tests.proof.crowd import write
from tests.proof.processes import Processes
from tests.proof.report import Plan, Report
from tests.proof.stand import Stand
from tests.proof.trap import Aim, Trap
from tests.proof.truth import judge
from tests.proof.weather import Weather

BURST = 4  # kills' share of mails that arrive together
NOTES = 2  # of agents for each kill
READY, TO_READY = 0.0, 15.0
AIMED, RELAXED = 1.2, 2.5  # seconds that a kill waits for its call, and then for any
TO_REST = 120.0  # seconds without any progress, once nothing fails any more: then it will not come to rest


class Drive:
    """One run over a stand."""

    def __init__(self, stand: Stand, plan: Plan) -> None:
        self.stand, self.plan = stand, plan
        self.chance = random.Random(plan.seed)
        self.processes = Processes(
            stand.here, plan.processes, "tests.proof.careless" if plan.careless else "hd_bridge.cli"
        )
        self.trap = Trap(self.processes.kill_caller)
        self.weather = Weather(
            chance=random.Random(plan.seed), writes=0.15, reads=0.03, connections=0.15, lines=plan.kills + 10
        )
        self.report = Report(plan)
        self.agents = Agents(stand.here, plan.seed)
        self.mails = write(plan.mails, plan.seed % 100, stand.here.address)
        self.disk: troubles.Disk | None = None

    def run(self) -> Report:
        """All of it. The report says what is wrong; what breaks the drive itself is raised."""
        begin, small = time.monotonic(), "disk" in self.plan.troubles
        folder = self.stand.here.folder / "var"
        with troubles.small_disk(folder) if small else nullcontext() as self.disk:
            try:
                self._begin()
                for number in range(self.plan.kills):
                    self._go_wrong(number)
                    self._kill(number)
                self._end()
            finally:
                self.processes.kill_all()
        self.report.seconds = time.monotonic() - begin
        return self.report

    def _begin(self) -> None:
        """The first start is quiet: only what arrives after it counts."""
        self.processes.revive()
        stand, daemons = self.stand, self.processes.daemons
        wait_until(lambda: all(daemon.ready for daemon in daemons), "daemons", seconds=30)
        wait_until(lambda: "mailbox:support" in stand.here.open_doors(), f"a look at mail: {daemons[0].last_words}")
        if self.plan.faults:
            stand.web.draw = self.weather.of_request
            stand.imap.draw = stand.smtp.draw = self.weather.of_line
        stand.web.witness = self.trap.request
        stand.imap.witness, stand.smtp.witness = self.trap.line("imap"), self.trap.line("smtp")

    def _kill(self, number: int) -> None:
        """Mails arrive, and somebody dies: where it was aimed, or in whatever call comes next."""
        aim = Aim(what="create") if self.plan.careless else trap.draw(self.chance)
        self.trap.set(aim)
        self._arrive(number)
        if aim.what == "time":
            self.trap.hit.wait(aim.delay)
            self._kill_any(aim)
        elif not self._struck(READY) and not self._struck(AIMED):
            self.trap.relax()
            if not self._struck(RELAXED):
                self.trap.set(None)
                self._kill_any(Aim(what="time"))
        self._note()
        self.processes.revive()

    def _arrive(self, number: int) -> None:
        """In bursts, so that there is always something to do, and nothing that arrives is alone."""
        if number % BURST == 0:
            upto = round(self.plan.mails * (number + BURST) / self.plan.kills)
            self.stand.deliver(self.mails[len(self.stand.taken) : upto])
        self.agents.write(NOTES)

    def _struck(self, seconds: float) -> bool:
        """Whether the trap was sprung, within so many seconds (``READY``: until all daemons are ready)."""
        end = time.monotonic() + (seconds or TO_READY)
        while not self.trap.hit.wait(0.02) and time.monotonic() < end:
            if not seconds and all(daemon.ready for daemon in self.processes.daemons):
                break
        return self.trap.hit.is_set()

    def _kill_any(self, aim: Aim) -> None:
        number = self.chance.randrange(self.plan.processes)
        self.report.kills["at start-up" if not self.processes.daemons[number].ready else aim.name] += 1
        self.processes.kill(number)

    def _note(self) -> None:
        """What lay unfinished in the journal at the moment of a death."""
        under_way = self.stand.books.under_way()
        self.report.found.update(list(under_way) or ["nothing"])

    def _go_wrong(self, number: int) -> None:
        """Each trouble comes once a share of the kills, one after the other."""
        names = self.plan.troubles
        for place, name in enumerate(names):
            if number == round(self.plan.kills * (place + 1) / (len(names) + 1)):
                self._trouble(name)

    def _trouble(self, name: str) -> None:
        here = self.stand.here
        makers: dict[str, Callable[[], object]] = {
            "redmine": here.redmine.puma.restart,
            "redmine killed": self._redmine_killed,
            "postgresql": here.redmine.postgres.restart,
            "dovecot": here.dovecot.restart,
            "postfix": here.postfix.restart,
            "disk": self._full_disk,
            "clock": self._clock_back,
        }
        self._struck(READY)
        self.stand.deliver(self.mails[len(self.stand.taken) : len(self.stand.taken) + 3])  # so that it meets work
        self.report.troubles.append(str(makers[name.removesuffix(" again")]() or name))

    def _redmine_killed(self) -> None:
        self.stand.here.redmine.puma.kill()
        self.stand.here.redmine.puma.start()

    def _clock_back(self) -> str:
        can = troubles.clock_back(self.processes)
        return f"clock {troubles.BACK} s back" if can else "clock not set back: there is no C compiler here"

    def _full_disk(self) -> str:
        assert self.disk is not None
        before = self.processes.ended.total()
        troubles.full_disk(self.disk, self.processes)
        self.processes.revive()
        return (
            f"disk full ({self.disk.how}): {self.processes.ended.total() - before} times a daemon ended and came back"
        )

    def _end(self) -> None:
        """Nothing fails any more: all must come to rest, and be right."""
        stand, report = self.stand, self.report
        self.trap.set(None)
        if self.plan.throughout:
            self._came_to_rest()
        self.weather.over = True
        self.processes.revive()
        stand.deliver(self.mails[len(stand.taken) :])
        stand.arrived()
        if not self._came_to_rest():
            report.wrong.append(f"it never came to rest: {stand.books.left()} of {stand.books.count()} mails")
            report.wrong += [daemon.last_words for daemon in self.processes.daemons]
        self.processes.kill_all()
        report.wrong += judge(tuple(stand.taken), stand.ledger())
        notes, answers = self.agents.notes(), tuple(stand.answers())
        report.wrong += judge_answers(notes, answers, stand.books.steps())
        report.answers = (len(notes), sum(note.private for note in notes), twice(notes, answers))
        report.kills.update(self.trap.hits)
        report.faults, report.ended = self.weather.seen, self.processes.ended
        report.held, report.slowest = stand.books.held(), stand.web.slowest
        report.steps = Counter(f"{kind} {state}" for _, kind, state in stand.books.steps())
        if strange := [status for status in report.ended if status != 3 or "disk" not in self.plan.troubles]:
            report.wrong.append(f"daemons ended by themselves with {strange}: {self.processes.said}")

    def _release(self) -> None:
        """A person releases what was held only because its worker was killed too often: it was us."""
        for key in self.stand.books.worn_out():
            said = self.stand.here.command("held", "release", key)
            assert said.returncode == 0, said.stderr
            self.report.released += 1

    def _came_to_rest(self) -> bool:
        """How long that takes is the machine's to say; it must go on."""
        last, since = -1, time.monotonic()
        while not self._at_rest():
            done = self.stand.books.ended()
            if done != last:
                last, since = done, time.monotonic()
            if time.monotonic() - since > TO_REST:
                return False
            time.sleep(0.2)
        return True

    def _at_rest(self) -> bool:
        self._release()
        self.processes.revive()
        books = self.stand.books
        return books.count() >= len(self.stand.taken) and not books.left() and not self.agents.unseen(books.steps())
