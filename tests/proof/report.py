"""What a drive is made of, what came of it, and how it is told. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a drive is made of; all of it follows from ``seed``. ``careless`` daemons do not ask before they repeat:
    a control, in which breaches must be found. ``throughout`` the faults go on until all is done, and not only until
    the last kill."""

    seed: int
    mails: int
    kills: int
    processes: int = 1
    faults: bool = True
    careless: bool = False
    throughout: bool = False
    troubles: tuple[str, ...] = ()


@dataclass
class Report:
    """What came of a drive; ``wrong`` must be empty."""

    plan: Plan
    kills: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)
    ended: Counter[int] = field(default_factory=Counter)
    released: int = 0
    held: tuple[tuple[str, str], ...] = ()
    steps: Counter[str] = field(default_factory=Counter)
    answers: tuple[int, int, int] = (0, 0, 0)  # notes of agents; of them private; letters that came twice
    slowest: float = 0.0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


def tell(report: Report) -> None:
    """The figures of a drive, and all that is wrong."""
    plan = report.plan
    say(f"seed {plan.seed}: {plan.mails} mails, {report.kills.total()} kills, {report.seconds:.0f} s")
    for name, counted in (
        ("where they died", report.kills),
        ("what lay in the journal then (a death counts once for each)", report.found),
        ("faults on the lines", report.faults),
        ("steps at the end", report.steps),
        ("ended by themselves, by exit status", report.ended),
    ):
        said = "; ".join(f"{what}: {n}" for what, n in sorted(counted.items(), key=lambda pair: -pair[1]))
        say(f"  {name}: {said or 'none'}")
    say(f"  troubles: {'; '.join(report.troubles) or 'none'}")
    written, private, again = report.answers
    say(f"  agents' notes: {written}, {private} private; letters that came twice, being in doubt: {again}")
    say(f"  slowest write of the tracker: {report.slowest:.1f} s")
    say(f"  held after ten deaths, and released: {report.released}")
    for kind, why in report.held:
        say(f"  held: {kind}: {why}")
    say(f"  {len(report.wrong)} wrong")
    for wrong in report.wrong:
        say(f"    {wrong}")


def say(text: str) -> None:
    """At once, also into a pipe."""
    print(text, flush=True)
